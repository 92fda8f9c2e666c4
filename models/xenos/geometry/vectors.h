/* Which vertices a draw has shaded, and in what vectors: those of indices that have just been shaded are used again. */
#ifndef CYCLE360_XENOS_GEOMETRY_VECTORS_H
#define CYCLE360_XENOS_GEOMETRY_VECTORS_H

#include "models/xenos/geometry/primitives.h"

enum { XENOS_VERTEX_VECTOR = 64 };

#define XENOS_NO_VERTEX UINT32_MAX

struct xenos_vertex_vector {
    uint32_t index_end;     /* places of the list of indices that have been gone through when it is full */
    uint32_t primitive_end; /* primitives that are complete with it; they leave in their order */
    uint8_t lanes;          /* vertices in it: 64, but for the last one */
};

/* To be zeroed before its first use; lists grow and are used again. Vertex n is lane n % 64 of vector n / 64. */
struct xenos_vectors {
    uint32_t vertices, indices, vectors;
    uint32_t *vertex; /* the index of each that is shaded, in the order of first use */
    uint32_t *place;  /* by place in the list of indices: its vertex; of a restart XENOS_NO_VERTEX */
    struct xenos_vertex_vector *vector;
    size_t vertex_room, place_room, vector_room;
};

void xenos_vectors_free(struct xenos_vectors *vectors);

/* Replaces the lists' contents; primitive_end becomes 0. `reuse`: of struct xenos_draw. SIM_HOST where memory is
 * short. */
enum sim_status xenos_vectors_pack(const struct xenos_indices *indices, uint32_t reuse, struct xenos_vectors *vectors,
                                   struct sim_error *error);

/* Fills in primitive_end, for primitives of the same list of indices. */
void xenos_vectors_complete(struct xenos_vectors *vectors, const struct xenos_primitives *primitives);

#endif
