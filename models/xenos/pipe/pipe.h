/* What is behind the command processor: draws, from their indices to what their vertex shaders export to memory. There
 * are no pixels yet.
 *
 * What a draw does is worked out at once, when it arrives: the registers are the command processor's as they stand
 * then, indices and vertices come from memory as it is at that instant. What follows from it is a list of what the
 * shader array has to do (models/xenos/shader/timing/work.h), and from then on nobody looks at data again: the array
 * gives it its time, with reads of memory whose bytes are not looked at, and writes of what was exported. A draw is
 * done when memory has them all.
 *
 * Order at one instant: draws, and what memory answers, as they come; then draws that the array has room for, the
 * array, a fence, and what is done. */
#ifndef CYCLE360_XENOS_PIPE_PIPE_H
#define CYCLE360_XENOS_PIPE_PIPE_H

#include "models/xenos/cp/cp.h"
#include "models/xenos/geometry/vectors.h"
#include "models/xenos/shader/timing/array.h"

struct pipe_timing {
#define PIPE_TIMING(name, ...) uint32_t name;
#include "models/xenos/pipe/timing.def"
#undef PIPE_TIMING
};

struct pipe_config {
    const struct sim_clock *clock;
    struct pipe_timing timing; /* of the links; for who connects them */
    struct xenos_array_timing array;
    const struct cp *commands; /* whose registers, shaders and indices it looks at: sim_component_acts_on */
    uint64_t memory_size;      /* a power of two */
    void *self;
    /* Memory as it is now; never across a line. What a component is behind it is acted on too. */
    void (*read)(void *self, uint32_t address, void *bytes, size_t size);
    /* Who runs shaders: asked at each draw. NULL: the interpreter. */
    const struct xenos_backend *(*backend)(void *self);
};

/* What can be wrong with a draw: it then does nothing. */
enum pipe_error { PIPE_ERROR_PRIMITIVE, PIPE_ERROR_PROGRAM, PIPE_ERROR_SHADER, PIPE_ERRORS };
extern const char *const pipe_error_texts[PIPE_ERRORS];
struct pipe_report {
    uint64_t count, draw; /* how many, and the last one's number */
    char text[200];       /* more about the last one; of the run, not of the machine's state */
};

enum pipe_phase {
    PIPE_WAITS, /* for room in the array */
    PIPE_BEGUN,
    PIPE_FENCE,  /* is to be sent: it wrote to memory */
    PIPE_FENCED, /* has been sent */
    PIPE_DONE,
    PIPE_PHASES
};

struct pipe_draw {
    struct xenos_work work;
    size_t vector_room;
    uint64_t number;
    uint8_t phase;
    bool invalid; /* caches are, before it */
};

/* What is worked out for one draw, and used again for the next. */
struct pipe_bench {
    uint32_t word[CP_STORE_WORDS]; /* the vertex shader's store, as the program was made of it */
    struct xenos_program program;
    bool known; /* the program is */
    struct xenos_constants constants;
    struct xenos_indices indices;
    struct xenos_vectors vectors;
    struct xenos_primitives primitives;
    uint32_t *input;
    size_t input_room;
    struct xenos_batch_result result;
};

struct pipe_signals {
    uint32_t draw, waiting, done, errors, vertices, primitives, indices_left, threads[XENOS_ARRAY_SIMDS], misses,
        exports, vgt_busy, sequencer_busy, simd_busy[XENOS_ARRAY_SIMDS], fetch_busy, texture_busy, export_busy,
        assembly_busy;
};

struct pipe {
    struct sim_component component;
    struct sim_in draws;
    struct sim_out done;
    struct sim_out memory;
    struct sim_in memory_reply;
    struct pipe_config config;

    struct pipe_draw draw[CP_DRAWS]; /* a ring */
    uint32_t first, count, begun;    /* begun: of those, that the array has or has had */
    struct xenos_array array;
    uint64_t memory_free; /* the edge from which on a message to memory can go */
    bool refused;         /* the array wants to send one */
    uint64_t draws_done, vertices, primitives;
    struct pipe_report report[PIPE_ERRORS];
    sim_time now; /* of the last message or event; follows from the machine's time */

    struct pipe_bench bench;
    struct waves_scope *scope;
    struct pipe_signals signals;
};

void pipe_init(struct pipe *pipe, const char *name, uint32_t priority, const struct pipe_config *config);
void pipe_free(struct pipe *pipe);

#endif
