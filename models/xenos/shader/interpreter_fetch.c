/* Fetches: vertices in every format; textures by who knows them. */
#include "models/xenos/shader/alu/vertices.h"
#include "models/xenos/shader/interpreter.h"

enum vertex_kind { NONE, INTEGER, HALF, SINGLE };

static const struct vertex_format {
    uint8_t kind, dwords, width[4];
} formats[64] = {
#define VERTEX_FORMAT(number, kind, dwords, x, y, z, w) [number] = {kind, dwords, {x, y, z, w}},
#include "models/xenos/shader/vertex_formats.def"
#undef VERTEX_FORMAT
};

unsigned xenos_vertex_dwords(unsigned format)
{
    return formats[format % 64].dwords;
}

static uint32_t component(const struct xenos_vertex_fetch *insn, const struct vertex_format *f, const uint32_t data[4],
                          unsigned i)
{
    unsigned at = 0;
    for (unsigned before = 0; before < i; before++)
        at += f->width[before];
    if (f->width[i] == 0)
        return 0;
    uint32_t bits = data[at / 32] >> at % 32;
    if (f->width[i] < 32)
        bits &= (1U << f->width[i]) - 1;
    uint32_t value = f->kind == SINGLE ? bits
                     : f->kind == HALF
                         ? alu_vertex_half(bits)
                         : alu_vertex_integer(bits, f->width[i], insn->is_signed, insn->integer, insn->no_zero);
    return alu_vertex_scale(value, insn->exp_adjust);
}

/* Codes of a fetch's destination: a component, 0.0, 1.0, nothing, and keep. */
static void write_dest(uint32_t *to, const uint8_t swizzle[4], const uint32_t value[4])
{
    for (unsigned i = 0; i < 4; i++)
        if (swizzle[i] != 7)
            to[i] = swizzle[i] < 4 ? value[swizzle[i]] : swizzle[i] == 5 ? ALU_ONE : 0;
}

/* A full fetch finds the vertex; mini fetches read more of it. Dwords outside what the constant allows are zero. */
void xenos_interpret_vertex_fetch(const struct xenos_environment *e, struct xenos_invocation *s,
                                  const struct xenos_vertex_fetch *insn)
{
    enum { VALID = 3, DWORDS = 0x3FFFFFFF };
    const struct vertex_format *f = &formats[insn->format];
    uint32_t data[4] = {0}, value[4];

    if (insn->predicated && s->alu.predicate != insn->condition) {
        xenos_trace_word(e, (uint32_t)XENOS_TRACE_NOTHING);
        return;
    }
    if (!insn->mini) {
        static const uint32_t nothing[2];
        const uint32_t *c =
            insn->constant < 96 ? &e->constants->fetch[insn->constant / 3][insn->constant % 3 * 2] : nothing;
        uint32_t index =
            alu_vertex_index(xenos_temp(s, insn->src, insn->src_relative)[insn->src_component], insn->round_index);
        s->vertex.base = c[0] >> 2;
        s->vertex.size = (c[0] & 3) == VALID ? c[1] >> 2 & 0xFFFFFF : 0;
        s->vertex.endian = c[1] & 3;
        s->vertex.address = s->vertex.base + index * insn->stride;
    }
    uint32_t first = (s->vertex.address + (uint32_t)insn->offset) & DWORDS;
    xenos_trace_word(e, ((first - s->vertex.base) & DWORDS) < s->vertex.size ? first : (uint32_t)XENOS_TRACE_NOTHING);
    for (unsigned i = 0; i < f->dwords; i++) {
        uint32_t at = (first + i) & DWORDS;
        if (((at - s->vertex.base) & DWORDS) < s->vertex.size && e->load != NULL)
            data[i] = alu_vertex_swap(e->load(e->self, at * 4), s->vertex.endian);
    }
    for (unsigned i = 0; i < 4; i++)
        value[i] = component(insn, f, data, i);
    write_dest(xenos_temp(s, insn->dest, insn->dest_relative), insn->dest_swizzle, value);
}

void xenos_interpret_texture_fetch(const struct xenos_environment *e, struct xenos_invocation *s,
                                   const struct xenos_texture_fetch *insn)
{
    const uint32_t *from = xenos_temp(s, insn->src, insn->src_relative);
    struct xenos_texture_request request = {
        .insn = insn, .constant = e->constants->fetch[insn->constant], .lod = s->lod};
    uint32_t value[4] = {0};

    if (insn->predicated && s->alu.predicate != insn->condition)
        return;
    for (unsigned i = 0; i < 3; i++)
        request.coordinate[i] = from[insn->src_swizzle[i]];
    memcpy(request.gradient, s->gradient, sizeof request.gradient);
    switch (insn->op) {
    case XENOS_F_SET_TEX_LOD:
        s->lod = request.coordinate[0];
        return;
    case XENOS_F_SET_GRADIENT_H:
    case XENOS_F_SET_GRADIENT_V:
        memcpy(s->gradient[insn->op - XENOS_F_SET_GRADIENT_H], request.coordinate, sizeof request.coordinate);
        return;
    default:
        break;
    }
    if (e->texture != NULL)
        e->texture(e->self, &request, value);
    write_dest(xenos_temp(s, insn->dest, insn->dest_relative), insn->dest_swizzle, value);
}
