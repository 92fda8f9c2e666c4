/* What the files of running share: a device's kernels and buffers, and one run. */
#ifndef CYCLE360_XENOS_SHADER_OPENCL_RUN_PARTS_H
#define CYCLE360_XENOS_SHADER_OPENCL_RUN_PARTS_H

#include "models/xenos/shader/opencl/opencl_parts.h"
#include "models/xenos/shader/opencl/translate.h"

/* The kernel's arguments that are buffers, in their order. */
enum {
    XENOS_RUN_TABLE,
    XENOS_RUN_INPUT,
    XENOS_RUN_VERTICES,
    XENOS_RUN_EXPORT,
    XENOS_RUN_WRITTEN,
    XENOS_RUN_KILLED,
    XENOS_RUN_FAILS,
    XENOS_RUN_TRACE,
    XENOS_RUN_MEMORY,
    XENOS_RUN_COUNTS,
    XENOS_RUN_BUFFERS
};

struct kernel {
    uint64_t hash;
    uint32_t slots, inputs;
    struct xenos_words *slot; /* the program's words */
    bool refused;             /* left to the interpreter */
    struct xenos_kernel_shape shape;
    cl_program program;
    cl_kernel kernel;
};

struct buffer {
    cl_mem memory;
    size_t size;
};

struct runner {
    bool cpu;      /* the device is the host's processor, and works where the host's memory is */
    cl_uint width; /* of its vectors, in words: 4, 8 or 16 */
    struct kernel *kernel;
    size_t kernels, kernel_room;
    struct buffer buffer[XENOS_RUN_BUFFERS];
    uint32_t *vertices, *counts, *list;
    size_t vertex_room, count_room, list_room;
};

/* One run. */
struct job {
    struct xenos_opencl *opencl;
    struct runner *runner;
    const struct kernel *kernel;
    const struct xenos_batch *batch;
    struct xenos_batch_result *result;
    struct sim_error *error;
    cl_mem buffer[XENOS_RUN_BUFFERS]; /* the runner's, or over the host's own memory */
    uint32_t first, count;            /* of the piece */
    uint32_t trace_room, memory_room; /* of an invocation */
    size_t words;                     /* of trace so far */
    cl_int code;                      /* the first that was no success */
    const char *what;
    bool left; /* to the interpreter */
};

/* Notes the first call that did not succeed. */
bool xenos_run_succeeds(struct job *j, cl_int code, const char *what);

static inline enum sim_status short_of_memory(struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "memory is short");
}

/* The device's runner, made where there is none yet; NULL where memory is short. */
struct runner *xenos_run_runner(struct xenos_opencl *opencl);

/* The kernel of a batch's program, built where it has not been yet. */
enum sim_status xenos_run_kernel(struct xenos_opencl *opencl, const struct xenos_batch *batch,
                                 const struct kernel **kernel, struct sim_error *error);

/* A buffer of at least this size; and with these bytes. Where the device has no room it is left to the interpreter. */
bool xenos_run_reserve(struct job *j, unsigned which, size_t size);
bool xenos_run_upload(struct job *j, unsigned which, const void *bytes, size_t size);

/* Rows of the host's, `element` bytes for an invocation: where the device finds those of the piece, and what of that
 * goes there or comes back. */
bool xenos_run_place(struct job *j, unsigned which, const void *host, size_t rows, size_t element);
bool xenos_run_move(struct job *j, unsigned which, const void *host, size_t rows, size_t element);

/* Reads a buffer from its beginning on. */
bool xenos_run_read(struct job *j, unsigned which, void *to, size_t size);

/* The end of all that was placed. */
bool xenos_run_settle(struct job *j);

/* The constants as kernels have them; false where memory is short. */
void xenos_run_fill_table(const struct xenos_batch *batch, uint32_t table[XENOS_TABLE_WORDS]);
bool xenos_run_gather_vertices(struct job *j, uint32_t table[XENOS_TABLE_WORDS], size_t *words);

/* How much each invocation of the piece left behind at most. False where there was not the room; it is made. */
bool xenos_run_had_room(struct job *j, uint32_t *most_traces, uint32_t *most_records);
bool xenos_run_take_trace(struct job *j, uint32_t most);
bool xenos_run_take_memory(struct job *j, uint32_t most);

#endif
