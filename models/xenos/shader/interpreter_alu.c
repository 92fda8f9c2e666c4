/* ALU instructions: operands, both units, and where their results go. */
#include "models/xenos/shader/alu/alu.h"
#include "models/xenos/shader/interpreter.h"

static const uint32_t *constant_of(const struct xenos_environment *e, const struct xenos_invocation *s,
                                   const struct xenos_source *source)
{
    static const uint32_t nothing[4];
    int index = source->index;
    if (source->relative)
        index += source->base_a0 ? s->alu.address : xenos_loop_address(s);
    if (index < 0 || index >= e->size || e->base + index >= 512)
        return nothing;
    return e->constants->number[e->base + index];
}

static const uint32_t *register_of(const struct xenos_environment *e, struct xenos_invocation *s,
                                   const struct xenos_source *source)
{
    return source->temp ? xenos_temp(s, source->index, source->relative) : constant_of(e, s, source);
}

static void read_source(const struct xenos_environment *e, struct xenos_invocation *s,
                        const struct xenos_source *source, uint32_t operand[4])
{
    const uint32_t *from = register_of(e, s, source);
    const uint8_t *component = source->component;
    uint32_t absolute = source->absolute, negate = source->negate;
    operand[0] = alu_modify(from[component[0]], absolute, negate);
    operand[1] = alu_modify(from[component[1]], absolute, negate);
    operand[2] = alu_modify(from[component[2]], absolute, negate);
    operand[3] = alu_modify(from[component[3]], absolute, negate);
}

/* The scalar unit's, which has one component. */
static uint32_t read_scalar(const struct xenos_environment *e, struct xenos_invocation *s,
                            const struct xenos_source *source)
{
    return alu_modify(register_of(e, s, source)[source->component[0]], source->absolute, source->negate);
}

static void export(struct xenos_invocation *s, const struct xenos_alu *insn, const uint32_t vector[4], uint32_t scalar)
{
    uint32_t *to = s->export[insn->vector_dest];
    for (unsigned i = 0; i < 4; i++) {
        bool by_vector = insn->vector_mask >> i & 1, by_scalar = insn->scalar_mask >> i & 1;
        if (!by_vector && !by_scalar && !insn->export_zeros)
            continue;
        to[i] = by_vector && by_scalar ? ALU_ONE : by_vector ? vector[i] : by_scalar ? scalar : 0;
        s->written[insn->vector_dest] |= (uint8_t)(1U << i);
    }
}

static void write_components(uint32_t *to, unsigned mask, const uint32_t value[4])
{
    for (unsigned i = 0; i < 4; i++)
        if (mask >> i & 1)
            to[i] = value[i];
}

/* Both units read before either writes; where both write a component, the scalar unit's result stays. */
static void write_temps(struct xenos_invocation *s, const struct xenos_alu *insn, const uint32_t vector[4],
                        uint32_t scalar)
{
    uint32_t *to = xenos_temp(s, insn->vector_dest, insn->vector_dest_relative);
    if (insn->vector_mask == 15)
        memcpy(to, vector, 4 * sizeof *to);
    else
        write_components(to, insn->vector_mask, vector);
    if (insn->scalar_mask == 0)
        return;
    const uint32_t all[4] = {scalar, scalar, scalar, scalar};
    write_components(xenos_temp(s, insn->scalar_dest, insn->scalar_dest_relative), insn->scalar_mask, all);
}

void xenos_interpret_alu(const struct xenos_environment *e, struct xenos_invocation *s, const struct xenos_alu *insn)
{
    uint32_t operand[3][4] = {{0}}, ab[2] = {0}, vector[4];

    if (insn->predicated && s->alu.predicate != insn->condition)
        return;
    for (unsigned i = 0; i < xenos_vector_info[insn->vector_op].count; i++)
        read_source(e, s, &insn->source[i], operand[i]);
    if (xenos_scalar_info[insn->scalar_op].kind != XENOS_NONE)
        for (unsigned i = 0; i < 2; i++)
            ab[i] = read_scalar(e, s, &insn->scalar[i]);

    xenos_alu_vector((enum xenos_vector_op)insn->vector_op, operand, vector, &s->alu);
    uint32_t scalar = xenos_alu_scalar((enum xenos_scalar_op)insn->scalar_op, ab[0], ab[1], &s->alu);
    for (unsigned i = 0; insn->vector_clamp && i < 4; i++)
        vector[i] = alu_saturate(alu_flush(vector[i]));
    if (insn->scalar_clamp) /* ps keeps what was not clamped */
        scalar = alu_saturate(alu_flush(scalar));
    if (insn->export)
        export(s, insn, vector, scalar);
    else
        write_temps(s, insn, vector, scalar);
}
