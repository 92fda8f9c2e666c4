/* Primitive assembly: which places in the list of indices make up each primitive. */
#ifndef CYCLE360_XENOS_GEOMETRY_PRIMITIVES_H
#define CYCLE360_XENOS_GEOMETRY_PRIMITIVES_H

#include "models/xenos/geometry/indices.h"

struct xenos_primitive {
    uint16_t vertex[4]; /* places in the list of indices, in the order that its winding wants */
    uint16_t provoking; /* one of them, or of the quad that a triangle is half of */
};

/* To be zeroed before its first use; the list grows and is used again. */
struct xenos_primitives {
    uint8_t kind;     /* enum xenos_primitive_kind; quads are triangles here */
    uint8_t vertices; /* how many places each has */
    bool polygonal;   /* it has a front and a back; what has none is always seen from the front, and never culled */
    uint32_t count;
    struct xenos_primitive *primitive;
    size_t room;
};

void xenos_primitives_free(struct xenos_primitives *primitives);

/* Replaces the list's contents. Incomplete primitives are dropped. SIM_HOST where memory is short. */
enum sim_status xenos_primitives_assemble(const struct xenos_draw *draw, const struct xenos_indices *indices,
                                          struct xenos_primitives *primitives, struct sim_error *error);

#endif
