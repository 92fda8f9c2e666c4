/* ALU instructions as text. */
#include "models/xenos/shader/asm_insn.h"
#include "models/xenos/shader/disasm_parts.h"

static void say_swizzle(struct xenos_text *t, const uint8_t component[4])
{
    bool identity = true, same = true;
    for (unsigned i = 0; i < 4; i++) {
        identity = identity && component[i] == i;
        same = same && component[i] == component[0];
    }
    if (identity)
        return;
    xenos_say_char(t, '.');
    for (unsigned i = 0; i < (same ? 1 : 4); i++)
        xenos_say_char(t, "xyzw"[component[i]]);
}

static void say_source(struct xenos_text *t, const struct xenos_source *source)
{
    xenos_say(t, source->negate ? ", -" : ", ");
    xenos_say_register(t, source);
}

/* The letters of those components, a line for the others; `rest` stands where a component is in neither. */
static void say_mask(struct xenos_text *t, unsigned letters, unsigned ones, unsigned zeros)
{
    if (letters == 15)
        return;
    xenos_say_char(t, '.');
    for (unsigned i = 0; i < ((letters | ones | zeros) == 0 ? 1 : 4); i++)
        xenos_say_char(t, letters >> i & 1 ? "xyzw"[i] : ones >> i & 1 ? '1' : zeros >> i & 1 ? '0' : '_');
}

static void say_dest(struct xenos_text *t, const struct xenos_alu *d, enum xenos_shader_type type, unsigned index,
                     bool relative)
{
    if (d->export)
        xenos_say_export(t, type, index);
    else
        xenos_say_register(t, &(struct xenos_source){.temp = true, .index = (uint8_t)index, .relative = relative});
}

static void say_vector(struct xenos_text *t, const struct xenos_alu *d, enum xenos_shader_type type)
{
    const struct xenos_op_info *info = &xenos_vector_info[d->vector_op];
    unsigned ones = d->export ? d->vector_mask & d->scalar_mask : 0;
    unsigned zeros = d->export_zeros ? 15U & ~(d->vector_mask | d->scalar_mask) : 0;

    xenos_say(t, info->mnemonic);
    xenos_say(t, d->vector_clamp ? "_sat " : " ");
    say_dest(t, d, type, d->vector_dest, d->vector_dest_relative);
    say_mask(t, d->vector_mask & ~ones, ones, zeros);
    for (unsigned i = 0; i < info->count; i++) {
        say_source(t, &d->source[i]);
        say_swizzle(t, d->source[i].component);
    }
}

static void say_scalar(struct xenos_text *t, const struct xenos_alu *d, enum xenos_shader_type type)
{
    const struct xenos_op_info *info = &xenos_scalar_info[d->scalar_op];
    unsigned mask = d->export ? d->scalar_mask & ~d->vector_mask : d->scalar_mask;

    xenos_say(t, info->mnemonic);
    xenos_say(t, d->scalar_clamp ? "_sat " : " ");
    say_dest(t, d, type, d->export ? d->vector_dest : d->scalar_dest, d->scalar_dest_relative);
    say_mask(t, mask, 0, 0);
    if (info->kind == XENOS_NONE)
        return;
    say_source(t, &d->scalar[0]);
    xenos_say_char(t, '.');
    xenos_say_char(t, "xyzw"[d->scalar[0].component[0]]);
    if (info->kind == XENOS_CONST_TEMP) {
        say_source(t, &d->scalar[1]);
        xenos_say_char(t, '.');
    }
    if (info->kind != XENOS_A)
        xenos_say_char(t, "xyzw"[d->scalar[1].component[0]]);
}

/* Whether that half is the one that stands where the text has none. */
static bool scalar_is_idle(const struct xenos_alu *d)
{
    return d->scalar_op == XENOS_S_RETAIN_PREV && !d->scalar_clamp &&
           (d->export ? d->scalar_mask & ~d->vector_mask : d->scalar_mask) == 0;
}

static bool vector_is_idle(const struct xenos_alu *d)
{
    bool idle = d->vector_op == XENOS_V_MAX && !d->vector_clamp && d->vector_mask == 0 && !d->export_zeros;
    idle = idle && (d->export || (d->vector_dest == 0 && !d->vector_dest_relative));
    for (unsigned i = 0; i < 2; i++) {
        const struct xenos_source *s = &d->source[i];
        idle = idle && s->temp && s->index == 0 && !s->relative && !s->absolute && !s->negate;
        for (unsigned lane = 0; lane < 4; lane++)
            idle = idle && s->component[lane] == lane;
    }
    return idle;
}

size_t xenos_disassemble_alu(char *text, size_t size, const struct xenos_words *slot, enum xenos_shader_type type)
{
    char operands[XENOS_DISASSEMBLY_MAX];
    struct xenos_text t = xenos_text(operands, sizeof operands), out = xenos_text(text, size);
    struct xenos_alu d = xenos_decode_alu(slot);
    struct xenos_insn said;
    struct xenos_mistake mistake;

    xenos_say_predicate(&t, d.predicated, d.condition);
    if (vector_is_idle(&d) && !scalar_is_idle(&d)) {
        say_scalar(&t, &d, type);
    } else {
        say_vector(&t, &d, type);
        if (!scalar_is_idle(&d)) {
            xenos_say(&t, "\n+ ");
            say_scalar(&t, &d, type);
        }
    }
    bool understood = xenos_assemble_insn(operands, t.length, type, &said, &mistake);
    SIM_CHECK(understood, "'%s': %s", operands, mistake.error.text);
    xenos_say_fields(&t, XENOS_FORMAT_ALU, &said.words, slot);
    xenos_say(&out, operands);
    return out.length;
}
