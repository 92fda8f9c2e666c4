/* Fetches: vertices in every format; textures by who knows them. */
#include "models/xenos/shader/alu/sums.h"
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

/* The four bytes of a dword as the constant says that they stand. */
static uint32_t swap(uint32_t word, uint32_t endian)
{
    uint32_t bytes = (word & 0x00FF00FF) << 8 | (word >> 8 & 0x00FF00FF);
    switch (endian) {
    case 1:
        return bytes;
    case 2:
        return bytes << 16 | bytes >> 16;
    case 3:
        return word << 16 | word >> 16;
    default:
        return word;
    }
}

/* number / divisor, rounded once. */
static uint32_t quotient(uint32_t sign, uint64_t number, uint64_t divisor)
{
    if (number == 0 || divisor == 1)
        return number == 0 ? 0 : alu_round_any(sign, 127 + 63, number);
    uint32_t zeros = alu_zeros64(number);
    uint64_t top = number << zeros, bits = top / divisor;
    return alu_round_any(sign, 127 + 63 - (int32_t)zeros - 1, bits << 1 | (top % divisor != 0));
}

static uint32_t from_integer(const struct xenos_vertex_fetch *insn, uint32_t bits, unsigned width)
{
    uint64_t all = (UINT64_C(1) << width) - 1, sign = UINT64_C(1) << (width - 1);
    if (!insn->is_signed)
        return quotient(0, bits, insn->integer ? 1 : all);

    int64_t value = (int64_t)(bits ^ sign) - (int64_t)sign;
    if (!insn->integer && insn->no_zero)
        value = 2 * value + 1;
    uint64_t size = (uint64_t)(value < 0 ? -value : value);
    uint64_t divisor = insn->integer ? 1 : insn->no_zero ? all : all >> 1;
    if (divisor > 1 && size > divisor)
        size = divisor; /* the least value is -1 as well */
    return quotient(value < 0 ? ALU_SIGN : 0, size, divisor);
}

/* Exponent 31 is one like the others; without an exponent it is zero. */
static uint32_t from_half(uint32_t bits)
{
    uint32_t sign = bits >> 15 << 31, exponent = bits >> 10 & 31;
    return exponent == 0 ? sign : sign | (exponent + 127 - 15) << 23 | (bits & 0x3FF) << 13;
}

static uint32_t scale(uint32_t word, int exponent)
{
    int32_t field = alu_field(word);
    if (exponent == 0 || field == 0 || field == 255)
        return exponent == 0 ? word : alu_flush(word);
    if (field + exponent < 1)
        return word & ALU_SIGN;
    if (field + exponent > 254)
        return (word & ALU_SIGN) | ALU_INFINITY;
    return word + ((uint32_t)exponent << 23);
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
                     : f->kind == HALF ? from_half(bits)
                                       : from_integer(insn, bits, f->width[i]);
    return scale(value, insn->exp_adjust);
}

/* The whole number of a float, 32 bits of it. */
static uint32_t whole(uint32_t word)
{
    int32_t field = alu_field(word);
    uint32_t size = field < 127 || alu_is_nan(word) || field > 190 ? 0
                    : field <= 150                                 ? alu_significand(word) >> (150 - field)
                                   : (uint32_t)((uint64_t)alu_significand(word) << (field - 150));
    return word & ALU_SIGN ? 0 - size : size;
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
        uint32_t index = alu_flush(xenos_temp(s, insn->src, insn->src_relative)[insn->src_component]);
        index = whole(alu_floor(insn->round_index ? alu_add(index, ALU_HALF) : index));
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
            data[i] = swap(e->load(e->self, at * 4), s->vertex.endian);
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
