/* ALU instructions as OpenCL C. Words of temps and constants are flushed where they come in, and results are flushed by
 * the arithmetic itself, so that operands need not be. */
#include "models/xenos/shader/opencl/translate_parts.h"

#include <stdio.h>

static const char *const vector_id[XENOS_VECTOR_OPS] = {
#define VECTOR(opcode, id, ...) [opcode] = #id,
#include "models/xenos/shader/vector.def"
#undef VECTOR
};

static const char *const scalar_id[XENOS_SCALAR_OPS] = {
#define SCALAR(opcode, id, ...) [opcode] = #id,
#include "models/xenos/shader/scalar.def"
#undef SCALAR
};

/* Operations that have an alu_lane_ID. */
static bool is_lanes(unsigned op)
{
    return op <= XENOS_V_CNDGT;
}

struct kernel_word kernel_temp(struct translation *t, unsigned index, bool relative, unsigned component)
{
    struct kernel_word word;
    t->temps |= UINT64_C(1) << (index & 63);
    if (relative)
        snprintf(word.text, sizeof word.text, "r[(%u + aL) & 127][%u]", index, component);
    else
        snprintf(word.text, sizeof word.text, t->array ? "r[%u][%u]" : "r%u_%u", index, component);
    return word;
}

static struct kernel_word operand(struct translation *t, const struct xenos_source *source, unsigned lane)
{
    struct kernel_word word, modified;
    unsigned component = source->component[lane];

    if (source->temp)
        word = kernel_temp(t, source->index, source->relative, component);
    else if (source->relative)
        snprintf(word.text, sizeof word.text, "constant_at(k, %u + %s, %u)", source->index,
                 source->base_a0 ? "s.address" : "aL", component);
    else
        snprintf(word.text, sizeof word.text, "k[%u]", 4 * source->index + component);
    if (!source->absolute && !source->negate)
        return word;
    snprintf(modified.text, sizeof modified.text, "%s(%.40s)",
             !source->negate    ? "absolute"
             : source->absolute ? "negative"
                                : "negated",
             word.text);
    return modified;
}

/* v0 to v3, as far as anything looks at them. */
static void vector(struct translation *t, const struct xenos_alu *insn, unsigned lanes)
{
    unsigned op = insn->vector_op, flags = xenos_vector_info[op].flags, count = xenos_vector_info[op].count;

    if (flags & XENOS_INVALID) {
        for (unsigned lane = 0; lane < 4; lane++)
            if (lanes >> lane & 1)
                kernel_say(&t->body, "uint v%u = 0;\n", lane);
        return;
    }
    if (is_lanes(op)) {
        for (unsigned lane = 0; lane < 4; lane++) {
            if (!(lanes >> lane & 1))
                continue;
            kernel_say(&t->body, "uint v%u = alu_lane_%s(", lane, vector_id[op]);
            for (unsigned i = 0; i < 3; i++)
                kernel_say(&t->body, "%s%s", i < count ? operand(t, &insn->source[i], lane).text : "0u",
                           i < 2 ? ", " : ");\n");
        }
        return;
    }
    if (lanes == 0 && flags == 0)
        return;
    for (unsigned i = 0; i < 3; i++) {
        kernel_say(&t->body, "const uint %c[4] = {", "abc"[i]);
        for (unsigned lane = 0; lane < 4; lane++)
            kernel_say(&t->body, "%s%s", i < count ? operand(t, &insn->source[i], lane).text : "0u",
                       lane < 3 ? ", " : "};\n");
    }
    kernel_say(&t->body, "uint v[4];\nalu_vector_%s(a, b, c, v, &s);\n", vector_id[op]);
    for (unsigned lane = 0; lane < 4; lane++)
        if (lanes >> lane & 1)
            kernel_say(&t->body, "uint v%u = v[%u];\n", lane, lane);
}

/* Read before the vector unit moves a0. */
static void scalar_operands(struct translation *t, const struct xenos_alu *insn)
{
    if (xenos_scalar_info[insn->scalar_op].kind != XENOS_NONE)
        kernel_say(&t->body, "const uint m = %s, n = %s;\n", operand(t, &insn->scalar[0], 0).text,
                   operand(t, &insn->scalar[1], 0).text);
}

/* q, which is the next ps. */
static void scalar(struct translation *t, const struct xenos_alu *insn)
{
    unsigned op = insn->scalar_op;
    if (xenos_scalar_info[op].flags & XENOS_INVALID)
        kernel_say(&t->body, "uint q = s.previous;\n");
    else
        kernel_say(&t->body, "uint q = alu_scalar_%s(%s, s.previous, &s);\ns.previous = q;\n", scalar_id[op],
                   xenos_scalar_info[op].kind != XENOS_NONE ? "m, n" : "0u, 0u");
}

static void export(struct translation *t, const struct xenos_alu *insn)
{
    unsigned index = insn->vector_dest, written = 0;
    for (unsigned i = 0; i < 4; i++) {
        bool by_vector = insn->vector_mask >> i & 1, by_scalar = insn->scalar_mask >> i & 1;
        if (!by_vector && !by_scalar && !insn->export_zeros)
            continue;
        kernel_say(&t->body, "e%u_%u = ", index, i);
        if (by_vector && by_scalar)
            kernel_say(&t->body, "ALU_ONE;\n");
        else if (by_vector)
            kernel_say(&t->body, "v%u;\n", i);
        else
            kernel_say(&t->body, "%s;\n", by_scalar ? "q" : "0u");
        written |= 1U << i;
    }
    if (written != 0)
        kernel_say(&t->body, "w%u |= %u;\n", index, written);
}

/* Where both write a component, the scalar unit's result stays. */
static void write_temps(struct translation *t, const struct xenos_alu *insn)
{
    for (unsigned i = 0; i < 4; i++)
        if (insn->vector_mask >> i & 1)
            kernel_say(&t->body, "%s = v%u;\n", kernel_temp(t, insn->vector_dest, insn->vector_dest_relative, i).text,
                       i);
    for (unsigned i = 0; i < 4; i++)
        if (insn->scalar_mask >> i & 1)
            kernel_say(&t->body, "%s = q;\n", kernel_temp(t, insn->scalar_dest, insn->scalar_dest_relative, i).text);
}

void kernel_alu(struct translation *t, const struct xenos_alu *insn)
{
    unsigned lanes = insn->export ? insn->vector_mask & ~(unsigned)insn->scalar_mask : insn->vector_mask;

    if (insn->predicated)
        kernel_say(&t->body, "if (s.predicate == %u) ", insn->condition);
    kernel_say(&t->body, "{\n");
    scalar_operands(t, insn);
    vector(t, insn, lanes);
    scalar(t, insn);
    for (unsigned i = 0; insn->vector_clamp && i < 4; i++)
        if (lanes >> i & 1)
            kernel_say(&t->body, "v%u = alu_saturate(v%u);\n", i, i);
    if (insn->scalar_clamp) /* ps keeps what was not clamped */
        kernel_say(&t->body, "q = alu_saturate(q);\n");
    if (insn->export)
        export(t, insn);
    else
        write_temps(t, insn);
    kernel_say(&t->body, "}\n");
    t->shape.kills = t->shape.kills || (xenos_vector_info[insn->vector_op].flags & XENOS_KILL) ||
                     (xenos_scalar_info[insn->scalar_op].flags & XENOS_KILL);
    t->shape.instructions++;
}
