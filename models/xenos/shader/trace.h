/* What a vector of up to 64 invocations does in the shader array, in the order in which the sequencer issues it: made
 * of the traces of its invocations (batch.h). Where these part, the one that is least far in the control flow goes
 * first, so that they meet again; a predicated exec is issued once if any of those that are there passes. */
#ifndef CYCLE360_XENOS_SHADER_TRACE_H
#define CYCLE360_XENOS_SHADER_TRACE_H

#include "models/xenos/shader/batch.h"

enum {
    XENOS_VECTOR = 64,
    XENOS_TRACE_MOST = 1 << 24, /* ops, and lines, of a trace */
    XENOS_TRACE_STORES = 1 << 21,
};

enum xenos_op_kind {
    XENOS_OP_CF,      /* `count` instructions of control flow, one after another */
    XENOS_OP_ALU,     /* `count` pairs, one after another, without a wait between */
    XENOS_OP_VERTEX,  /* a vertex fetch: the lines from `first` on, `count` of them, each once, in the order of
                         invocations */
    XENOS_OP_TEXTURE, /* a texture fetch; no lines yet */
    XENOS_OP_WAIT,   /* for all fetches issued so far: a serialized instruction, or ALU instructions behind an exec that
                        fetched */
    XENOS_OP_ALLOC,  /* detail: enum xenos_alloc */
    XENOS_OP_EXPORT, /* to memory: the stores from `first` on, `count` of them; detail: elements, over all invocations
                      */
    XENOS_OP_END,
    XENOS_OP_KINDS
};

struct xenos_trace_op {
    uint8_t kind;  /* enum xenos_op_kind */
    uint8_t lanes; /* invocations that are there; in a predicated exec those that pass */
    uint16_t detail;
    uint32_t first, count; /* 0 where nothing is said of them above */
};

/* Bytes for one line of memory. */
struct xenos_trace_store {
    uint32_t line;    /* its address in bytes */
    uint64_t mask[2]; /* bit n of all 128: byte n */
    uint8_t bytes[128];
};

/* To be zeroed before its first use. Lists grow; the ops of vectors follow one another. */
struct xenos_trace {
    uint32_t ops, lines, stores;
    struct xenos_trace_op *op;
    uint32_t *line; /* addresses in bytes, of lines of 128 */
    struct xenos_trace_store *store;
    size_t op_room, line_room, store_room;
};

void xenos_trace_free(struct xenos_trace *trace);

/* Appends what invocations first to first + count - 1 of a result do, up to 64. Of stores to one byte by several
 * invocations the last one's stays. SIM_HOST where memory is short, or where the result is none of this batch;
 * SIM_GUEST where a list would become too long. The trace is as it was then. */
enum sim_status xenos_trace_vector(struct xenos_trace *trace, const struct xenos_batch *batch,
                                   const struct xenos_batch_result *result, uint32_t first, uint32_t count,
                                   struct sim_error *error);

/* The same, without the shorter way for programs whose invocations go together whatever they hold. */
enum sim_status xenos_trace_apart(struct xenos_trace *trace, const struct xenos_batch *batch,
                                  const struct xenos_batch_result *result, uint32_t first, uint32_t count,
                                  struct sim_error *error);

#endif
