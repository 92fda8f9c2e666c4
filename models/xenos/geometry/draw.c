/* What kind of draw it is: its type and its way through the VGT. */
#include "models/xenos/geometry/draw.h"

#include "models/xenos/registers/registers.h"

#include <stddef.h>

static const struct xenos_primitive_rule rules[XENOS_PRIMITIVE_TYPES] = {
#define PRIMITIVE(type, name, kind, order, first, further, corner, restart, polygonal) \
    [type] = {XENOS_KIND_##kind, XENOS_ORDER_##order, first, further, corner, restart, polygonal},
#define ABSENT(type, name, why)
#include "models/xenos/geometry/primitives.def"
#undef PRIMITIVE
#undef ABSENT
};

static const char *const absent[XENOS_PRIMITIVE_TYPES] = {
#define PRIMITIVE(...)
#define ABSENT(type, name, why) [type] = (why),
#include "models/xenos/geometry/primitives.def"
#undef PRIMITIVE
#undef ABSENT
};

static const struct patch {
    uint8_t type, points, factors;
    bool polygonal;
} patches[] = {
#define PATCH(type, name, points, factors, polygonal) {type, points, factors, polygonal},
#include "models/xenos/geometry/patches.def"
#undef PATCH
};

/* The type as it is while nothing is tessellated. */
static void assemble_as(struct xenos_draw *draw)
{
    if (draw->type >= XENOS_PRIMITIVE_TYPES) {
        draw->missing = "there is no primitive type beyond 0x16";
        return;
    }
    draw->rule = rules[draw->type];
    draw->missing = absent[draw->type];
}

static void tessellate_as(struct xenos_draw *draw)
{
    const struct patch *patch = NULL;
    for (size_t i = 0; i < sizeof patches / sizeof *patches && patch == NULL; i++)
        if (patches[i].type == draw->type)
            patch = &patches[i];
    bool adaptive = draw->tessellation == XENOS_TESSELLATION_ADAPTIVE;
    if (patch == NULL) {
        draw->missing = "this primitive type cannot be tessellated";
        return;
    }
    uint8_t points = adaptive ? patch->factors : patch->points;
    if (points == 0 || draw->tessellation > XENOS_TESSELLATION_ADAPTIVE) {
        draw->missing = "this primitive type cannot be tessellated in this mode";
        return;
    }
    draw->factors = adaptive;
    draw->rule = (struct xenos_primitive_rule){
        .kind = XENOS_KIND_PATCH, .first = points, .further = points, .polygonal = patch->polygonal};
}

/* The path counts in explicit mode alone, which types from 0x10 on are always in. */
static uint8_t path_of(const uint32_t *reg, uint8_t type)
{
    uint32_t initiator = reg[XENOS_VGT_DRAW_INITIATOR];
    bool is_explicit =
        type >= XENOS_PRIMITIVE_2D_COPY_RECT_LIST_V0 || XENOS_GET(initiator, VGT_DRAW_INITIATOR, MAJOR_MODE) == 1;
    return is_explicit ? XENOS_GET(reg[XENOS_VGT_OUTPUT_PATH_CNTL], VGT_OUTPUT_PATH_CNTL, PATH_SELECT)
                       : XENOS_PATH_REUSE;
}

static uint8_t reuse_of(const uint32_t *reg)
{
    uint32_t depth = XENOS_GET(reg[XENOS_VGT_VERTEX_REUSE_BLOCK_CNTL], VGT_VERTEX_REUSE_BLOCK_CNTL, VTX_REUSE_DEPTH);
    return depth != 0 ? depth : XENOS_REUSE_DEPTH;
}

struct xenos_draw xenos_draw_of(const uint32_t *reg)
{
    uint32_t initiator = reg[XENOS_VGT_DRAW_INITIATOR];
    struct xenos_draw draw = {
        .type = XENOS_GET(initiator, VGT_DRAW_INITIATOR, PRIM_TYPE),
        .from = XENOS_GET(initiator, VGT_DRAW_INITIATOR, SOURCE_SELECT),
        .indices = XENOS_GET(initiator, VGT_DRAW_INITIATOR, NUM_INDICES),
        .provoking_last = XENOS_GET(reg[XENOS_PA_SU_SC_MODE_CNTL], PA_SU_SC_MODE_CNTL, PROVOKING_VTX_LAST),
    };
    draw.path = path_of(reg, draw.type);
    draw.tessellated = draw.path == XENOS_PATH_TESSELLATION;
    if (draw.tessellated) {
        draw.tessellation = XENOS_GET(reg[XENOS_VGT_HOS_CNTL], VGT_HOS_CNTL, TESS_MODE);
        tessellate_as(&draw);
    } else {
        assemble_as(&draw);
    }
    if (draw.from == XENOS_INDEX_NOWHERE) {
        draw.rule.kind = XENOS_KIND_NOTHING;
        draw.missing = "there is no source 3 of indices";
    }
    if (draw.path == XENOS_PATH_REUSE && draw.from != XENOS_INDEX_AUTO)
        draw.reuse = reuse_of(reg);
    return draw;
}
