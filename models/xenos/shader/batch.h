/* Many invocations of one program at once: what a draw runs. The interpreter and OpenCL give the same result, bit for
 * bit. */
#ifndef CYCLE360_XENOS_SHADER_BATCH_H
#define CYCLE360_XENOS_SHADER_BATCH_H

#include "models/xenos/list.h"
#include "models/xenos/shader/interpreter.h"

/* Words of many invocations stand side by side, so that a device reads them together: component c of register r of
 * invocation i is at [(4 * r + c) * count + i]. */
struct xenos_batch {
    const struct xenos_program *program;
    const struct xenos_constants *constants;
    uint16_t base, size; /* the program's window on the numbers */
    uint32_t steps;      /* how many instructions an invocation may take, of control flow too */
    uint32_t count;      /* of invocations */
    uint32_t inputs;     /* temps from r0 on that are given; the others are zero */
    const uint32_t *input;
    void *self;
    /* Bytes of memory as they stand there; what is no memory reads as ones. NULL: zeros. Of one instant: it may be read
     * in any order and any number of times. */
    void (*read)(void *self, uint32_t address, void *bytes, size_t size);
    /* As the interpreter's; programs that sample textures are run by the interpreter. NULL: zeros. */
    void (*texture)(void *self, const struct xenos_texture_request *request, uint32_t result[4]);
};

/* What was closed of memory exports: elements that are not written are zero. Records of one invocation stand in their
 * order. */
struct xenos_batch_export {
    uint32_t invocation, written;
    uint32_t address[4], element[XENOS_EXPORT_ELEMENTS][4];
};

/* The trace of an invocation: what its way through the program cannot be told without, in the order in which it comes
 * by.
 *   - Control flow that looks at p0 (predicated execs, calls and jumps; an endloop that may break, in its last
 * iteration too): 1 where p0 was as it asks (the exec is run, the jump or the call is made, the loop is broken), else
 * 0.
 *   - A vertex fetch: where its first dword stands, in dwords (30 bits); XENOS_TRACE_NOTHING where that is outside of
 * the constant's window or the fetch's predicate did not hold.
 *   - In programs that export to eM0 to eM4: where memory exports are closed (an alloc, a serialized instruction, the
 * end), a bit for each element that goes to memory; 0 where nothing does. All else follows from the program and its
 * constants, and is the same for all. */

/* More than this no batch leaves behind: SIM_GUEST. */
enum {
    XENOS_BATCH_RECORDS = 1 << 22, /* memory exports */
    XENOS_BATCH_TRACE = 1 << 26,   /* words */
};

/* To be zeroed before its first use; lists grow and are used again by the next run. */
struct xenos_batch_result {
    uint32_t count;
    uint32_t exports;         /* exports that an instruction of an exec writes, memory's left out: */
    uint8_t export_index[64]; /* in the order of their numbers */
    uint32_t *export;         /* [(4 * k + c) * count + i]; zero where not written */
    uint8_t *written;         /* [k * count + i]: a bit for each component */
    uint8_t *killed;          /* [i] */
    uint32_t memory_exports;  /* in the order of invocations */
    struct xenos_batch_export *memory_export;
    uint32_t *trace_first; /* [i], and one more: the end */
    uint32_t *trace;
    size_t export_room, written_room, killed_room, memory_room, first_room, trace_room;
};

void xenos_batch_free(struct xenos_batch_result *result);

/* Names the exports and makes room for what all invocations have: exports and written, which are left as they are, and
 * killed and trace_first, all zero. The other lists are empty. */
enum sim_status xenos_batch_prepare(const struct xenos_batch *batch, struct xenos_batch_result *result,
                                    struct sim_error *error);

/* Runs all of them. SIM_GUEST where one does what no program may: the first such one, and the sentence that the
 * interpreter has for it. SIM_HOST where memory is short. */
enum sim_status xenos_batch_interpret(const struct xenos_batch *batch, struct xenos_batch_result *result,
                                      struct sim_error *error);

/* Who runs batches. */
struct xenos_backend {
    const char *name; /* "interpreter", or the device's */
    void *self;
    enum sim_status (*run)(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                           struct sim_error *error);
};

extern const struct xenos_backend xenos_interpreter_backend;

#endif
