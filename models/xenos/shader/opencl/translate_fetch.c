/* Vertex fetches as OpenCL C: formats are of the instruction, so that only what they need is in the text. */
#include "models/xenos/shader/opencl/translate_parts.h"

#include <stdio.h>

enum vertex_kind { NONE, INTEGER, HALF, SINGLE };

static const struct vertex_format {
    uint8_t kind, dwords, width[4];
} formats[64] = {
#define VERTEX_FORMAT(number, kind, dwords, x, y, z, w) [number] = {kind, dwords, {x, y, z, w}},
#include "models/xenos/shader/vertex_formats.def"
#undef VERTEX_FORMAT
};

void kernel_trace(struct translation *t, const char *value)
{
    kernel_say(&t->body, "TRACE(%s);\n", value);
    t->shape.trace = true;
    t->shape.traces++;
}

static void component(struct translation *t, const struct xenos_vertex_fetch *insn, unsigned i)
{
    const struct vertex_format *f = &formats[insn->format];
    unsigned at = 0, width = f->width[i];
    char bits[64];

    for (unsigned before = 0; before < i; before++)
        at += f->width[before];
    if (width == 0) {
        kernel_say(&t->body, "0u");
        return;
    }
    if (width == 32)
        snprintf(bits, sizeof bits, "d%u", at / 32);
    else
        snprintf(bits, sizeof bits, "(d%u >> %u) & 0x%Xu", at / 32, at % 32, (1U << width) - 1);
    kernel_say(&t->body, "alu_flush(alu_vertex_scale(");
    if (f->kind == SINGLE)
        kernel_say(&t->body, "%s", bits);
    else if (f->kind == HALF)
        kernel_say(&t->body, "alu_vertex_half(%s)", bits);
    else
        kernel_say(&t->body, "alu_vertex_integer(%s, %uu, %uu, %uu, %uu)", bits, width, insn->is_signed, insn->integer,
                   insn->no_zero);
    kernel_say(&t->body, ", %d))", insn->exp_adjust);
}

static void find_vertex(struct translation *t, const struct xenos_vertex_fetch *insn)
{
    unsigned at = XENOS_TABLE_FETCH + 4U * insn->constant;
    if (insn->constant >= 96) {
        kernel_say(&t->body, "vertex_base = vertex_size = vertex_endian = 0;\n");
    } else {
        kernel_say(&t->body, "vertex_base = k[%u], vertex_size = k[%u], vertex_endian = k[%u], vertex_first = k[%u];\n",
                   at, at + 1, at + 2, at + 3);
        t->shape.fetch[insn->constant / 32] |= UINT32_C(1) << insn->constant % 32;
    }
    kernel_say(&t->body, "vertex_address = vertex_base + alu_vertex_index(%s, %uu) * %uu;\n",
               kernel_temp(t, insn->src, insn->src_relative, insn->src_component).text, insn->round_index,
               insn->stride);
}

/* A full fetch finds the vertex; mini fetches read more of it. */
void kernel_vertex_fetch(struct translation *t, const struct xenos_vertex_fetch *insn)
{
    const struct vertex_format *f = &formats[insn->format];

    if (insn->predicated) {
        kernel_say(&t->body, "if (s.predicate != %u) {\n", insn->condition);
        kernel_say(&t->body, "TRACE(0xFFFFFFFFu);\n} else ");
    }
    kernel_say(&t->body, "{\n");
    if (!insn->mini)
        find_vertex(t, insn);
    kernel_say(&t->body, "uint dword = vertex_address + (uint)%d;\n", insn->offset);
    kernel_trace(t, "((dword - vertex_base) & 0x3FFFFFFFu) < vertex_size ? (dword & 0x3FFFFFFFu) : 0xFFFFFFFFu");
    for (unsigned i = 0; i < f->dwords; i++)
        kernel_say(&t->body,
                   "uint d%u = vertex_dword(vertices, dword + %uu - vertex_base, vertex_size, vertex_first, "
                   "vertex_endian);\n",
                   i, i);
    for (unsigned i = 0; i < 4; i++) {
        unsigned code = insn->dest_swizzle[i];
        if (code == 7)
            continue;
        kernel_say(&t->body, "%s = ", kernel_temp(t, insn->dest, insn->dest_relative, i).text);
        if (code < 4)
            component(t, insn, code);
        else
            kernel_say(&t->body, code == 5 ? "ALU_ONE" : "0u");
        kernel_say(&t->body, ";\n");
    }
    kernel_say(&t->body, "}\n");
    t->vertices = true;
    t->shape.instructions++;
}
