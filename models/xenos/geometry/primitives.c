/* Runs of indices between restarts, and the primitives of each. */
#include "models/xenos/geometry/primitives.h"

#include "models/xenos/list.h"

#include <string.h>

/* How a quad is cut in two. The hardware's diagonal is not known. */
enum quad_split { QUAD_HALVES = 2, QUAD_CORNERS = 3 };
static const uint8_t quad_split[QUAD_HALVES][QUAD_CORNERS] = {{0, 1, 2}, {0, 2, 3}};

/* A factor of tessellation may look like one. */
static bool is_restart(const struct xenos_primitive_rule *rule, uint32_t index)
{
    return rule->restarts && index == XENOS_INDEX_RESTART;
}

/* The next one from `from` on; false where none is left. */
static bool next_run(const struct xenos_primitive_rule *rule, const struct xenos_indices *indices, uint32_t from,
                     uint32_t *begin, uint32_t *end)
{
    while (from < indices->count && is_restart(rule, indices->index[from]))
        from++;
    *begin = from;
    while (from < indices->count && !is_restart(rule, indices->index[from]))
        from++;
    *end = from;
    return *begin < *end;
}

static uint32_t primitives_of_run(const struct xenos_primitive_rule *rule, uint32_t length)
{
    if (length < rule->first)
        return 0;
    return 1 + (length - rule->first) / rule->further + (rule->order == XENOS_ORDER_LOOP);
}

static void exchange(struct xenos_primitive *p, unsigned a, unsigned b)
{
    uint16_t vertex = p->vertex[a];
    p->vertex[a] = p->vertex[b];
    p->vertex[b] = vertex;
}

/* Primitive i of a run. First as its vertices came, to find the provoking one, then as its winding wants. */
static struct xenos_primitive primitive_of_run(const struct xenos_draw *draw, uint32_t begin, uint32_t end, uint32_t i)
{
    const struct xenos_primitive_rule *rule = &draw->rule;
    struct xenos_primitive p = {{0}, 0};
    for (uint32_t k = 0; k < rule->first; k++)
        p.vertex[k] = (uint16_t)(begin + i * rule->further + k);
    if (rule->order == XENOS_ORDER_FAN)
        p.vertex[0] = (uint16_t)begin;
    if (rule->order == XENOS_ORDER_LOOP && p.vertex[1] == end)
        p.vertex[1] = (uint16_t)begin; /* the edge that closes it */
    p.provoking = p.vertex[draw->provoking_last ? rule->first - 1 : rule->corner];
    if (rule->order == XENOS_ORDER_ALTERNATE && i % 2 == 1)
        exchange(&p, 1, 2);
    if (rule->order == XENOS_ORDER_ZIGZAG)
        exchange(&p, 2, 3);
    return p;
}

static void append_quad(struct xenos_primitives *primitives, const struct xenos_primitive *quad)
{
    for (unsigned half = 0; half < QUAD_HALVES; half++) {
        struct xenos_primitive *p = &primitives->primitive[primitives->count++];
        *p = (struct xenos_primitive){{0}, quad->provoking};
        for (unsigned k = 0; k < QUAD_CORNERS; k++)
            p->vertex[k] = quad->vertex[quad_split[half][k]];
    }
}

enum sim_status xenos_primitives_assemble(const struct xenos_draw *draw, const struct xenos_indices *indices,
                                          struct xenos_primitives *primitives, struct sim_error *error)
{
    const struct xenos_primitive_rule *rule = &draw->rule;
    bool halved = rule->kind == XENOS_KIND_QUAD;
    uint32_t count = 0, begin, end = 0;
    primitives->count = 0;
    primitives->kind = halved ? XENOS_KIND_TRIANGLE : rule->kind;
    primitives->vertices = halved ? QUAD_CORNERS : rule->first;
    primitives->polygonal = rule->polygonal;
    if (rule->kind == XENOS_KIND_NOTHING)
        return SIM_OK;
    while (next_run(rule, indices, end, &begin, &end))
        count += primitives_of_run(rule, end - begin) * (halved ? QUAD_HALVES : 1);
    struct xenos_primitive *list =
        xenos_list_room(primitives->primitive, &primitives->room, count, sizeof *primitives->primitive);
    if (list == NULL)
        return sim_fail(error, SIM_HOST, "no memory for %u primitives of a draw", count);
    primitives->primitive = list;
    for (end = 0; next_run(rule, indices, end, &begin, &end);) {
        uint32_t of_run = primitives_of_run(rule, end - begin);
        for (uint32_t i = 0; i < of_run; i++) {
            struct xenos_primitive p = primitive_of_run(draw, begin, end, i);
            if (halved)
                append_quad(primitives, &p);
            else
                primitives->primitive[primitives->count++] = p;
        }
    }
    return SIM_OK;
}

void xenos_primitives_free(struct xenos_primitives *primitives)
{
    free(primitives->primitive);
    *primitives = (struct xenos_primitives){0};
}
