/* A draw as its registers describe it, before any of its indices is looked at. */
#ifndef CYCLE360_XENOS_GEOMETRY_DRAW_H
#define CYCLE360_XENOS_GEOMETRY_DRAW_H

#include <stdbool.h>
#include <stdint.h>

enum {
    XENOS_DRAW_INDICES = 65535, /* that a draw can have: its count is 16 bits */
    /* How many of the vertices last shaded can be used again where VGT_VERTEX_REUSE_BLOCK_CNTL is 0, as nothing known
     * sets it. A guess: what drivers write there for this chip's successors (R600). */
    XENOS_REUSE_DEPTH = 14,
};

enum xenos_primitive_type {
#define PRIMITIVE(type, name, ...) XENOS_PRIMITIVE_##name = (type),
#define ABSENT(type, name, why)    XENOS_PRIMITIVE_##name = (type),
#include "models/xenos/geometry/primitives.def"
#undef PRIMITIVE
#undef ABSENT
    XENOS_PRIMITIVE_TYPES
};

enum xenos_patch_type {
#define PATCH(type, name, points, factors, polygonal) XENOS_PATCH_##name = (type),
#include "models/xenos/geometry/patches.def"
#undef PATCH
};

/* What setup gets. */
enum xenos_primitive_kind {
    XENOS_KIND_NOTHING,
    XENOS_KIND_POINT,
    XENOS_KIND_LINE,
    XENOS_KIND_TRIANGLE,
    XENOS_KIND_RECTANGLE, /* three vertices; the fourth: rectangle.h */
    XENOS_KIND_QUAD,      /* of a draw alone: setup gets two triangles for each */
    XENOS_KIND_PATCH,
};

enum xenos_primitive_order {
    XENOS_ORDER_PLAIN,
    XENOS_ORDER_ALTERNATE,
    XENOS_ORDER_FAN,
    XENOS_ORDER_ZIGZAG,
    XENOS_ORDER_LOOP,
};

enum xenos_index_from { XENOS_INDEX_DMA, XENOS_INDEX_IMMEDIATE, XENOS_INDEX_AUTO, XENOS_INDEX_NOWHERE };
enum xenos_output_path { XENOS_PATH_REUSE, XENOS_PATH_TESSELLATION, XENOS_PATH_PASSTHRU };
enum xenos_tessellation { XENOS_TESSELLATION_DISCRETE, XENOS_TESSELLATION_CONTINUOUS, XENOS_TESSELLATION_ADAPTIVE };

/* How vertices become primitives: a row of primitives.def or patches.def. */
struct xenos_primitive_rule {
    uint8_t kind, order, first, further, corner;
    bool restarts, polygonal;
};

struct xenos_draw {
    struct xenos_primitive_rule rule; /* kind XENOS_KIND_NOTHING: nothing comes of the draw */
    const char *missing;              /* why, in words; NULL where that is as it should be */
    uint8_t type, path, from;
    uint8_t tessellation; /* enum xenos_tessellation; of tessellated draws alone */
    bool tessellated, provoking_last;
    bool factors;  /* what the draw has for indices are factors of tessellation, floats */
    uint8_t reuse; /* how many of the vertices last shaded can be used again; 0: each index is shaded by itself */
    uint16_t indices;
};

/* `reg`: all registers by number (registers.h), as a draw finds them. */
struct xenos_draw xenos_draw_of(const uint32_t *reg);

#endif
