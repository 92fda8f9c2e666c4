/* Between the files of the shader array. */
#ifndef CYCLE360_XENOS_SHADER_TIMING_ARRAY_PARTS_H
#define CYCLE360_XENOS_SHADER_TIMING_ARRAY_PARTS_H

#include "models/xenos/shader/timing/array.h"

static inline uint64_t array_later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The i-th oldest. */
static inline uint32_t array_draw_place(const struct xenos_array *array, uint32_t i)
{
    return (array->draw_first + i) % XENOS_ARRAY_DRAWS;
}

static inline const struct xenos_work *array_work_of(const struct xenos_array *array, uint32_t i)
{
    return array->draw[array_draw_place(array, i)].work;
}

static inline uint32_t array_vector_place(const struct xenos_array *array, uint32_t i)
{
    return (array->vector_first + i) % XENOS_ARRAY_VECTORS;
}

/* array_vectors.c: the sequencer, the SIMDs, and what vectors wait for */
void array_vectors_run(struct xenos_array *array, uint64_t edge);
uint64_t array_vectors_next(const struct xenos_array *array);
void array_vector_enter(struct xenos_array *array, struct xenos_array_vector *vector, uint32_t op);
void array_stores_run(struct xenos_array *array, uint64_t edge);
uint64_t array_stores_next(const struct xenos_array *array);

/* array_fetch.c: the vertex cache, and reads of memory */
void array_fetch(struct xenos_array *array, uint32_t place, const struct xenos_trace_op *op, uint64_t edge);
void array_lookup_run(struct xenos_array *array, uint64_t edge);
void array_reads_run(struct xenos_array *array, uint64_t edge);
uint64_t array_reads_next(const struct xenos_array *array);

/* array_vgt.c: from indices to vectors, and from vectors to primitives */
void array_vgt_run(struct xenos_array *array, uint64_t edge);
uint64_t array_vgt_next(const struct xenos_array *array);
void array_assembly_finish(struct xenos_array *array, uint64_t edge);
void array_assembly_start(struct xenos_array *array, uint64_t edge);
/* Steps over what there is nothing more to do of, so that one state has one form. */
void array_settle(struct xenos_array *array);

#endif
