/* From insns.def and an instruction's own bits to what the timing asks of it. */
#include "models/xenon/core/uses.h"

#include "models/xenon/isa/ops_branch.h"

/* The names of registers in insns.def. */
enum use {
    USE_N,
#define OPERAND(name, ...) USE_##name,
#include "models/xenon/isa/operands.def"
#undef OPERAND
    USE_CR0,
    USE_CR6,
    USE_CA,
    USE_FPSCR,
    USE_VSCR,
};

struct row {
    uint8_t class, address[2], reads[3], writes[3];
};

static const struct row row_of[XENON_OP_COUNT] = {
#define TIMED(id, class, a0, a1, r0, r1, r2, w0, w1, w2) \
    [XENON_OP_##id] = {                                  \
        XENON_CLASS_##class, {USE_##a0, USE_##a1}, {USE_##r0, USE_##r1, USE_##r2}, {USE_##w0, USE_##w1, USE_##w2}},
#define RECORDED(...)
#include "models/xenon/core/insns.def"
#undef TIMED
#undef RECORDED
};

/* The class of the recording form, plus 1; 0: the same. */
static const uint8_t recorded[XENON_OP_COUNT] = {
#define TIMED(...)
#define RECORDED(id, class) [XENON_OP_##id] = XENON_CLASS_##class + 1,
#include "models/xenon/core/insns.def"
#undef TIMED
#undef RECORDED
};

/* The resource of a register of that kind and number; `none` where it is not one. */
static uint8_t resource(enum xenon_operand_kind kind, unsigned number, uint8_t none)
{
    switch (kind) {
    case XENON_GPR:
    case XENON_GPR0:
        return (uint8_t)(XENON_R_GPR + number);
    case XENON_FPR:
        return (uint8_t)(XENON_R_FPR + number);
    case XENON_VR:
        return (uint8_t)(XENON_R_VR + number);
    case XENON_CRF:
        return (uint8_t)(XENON_R_CR + number);
    case XENON_CRB:
        return (uint8_t)(XENON_R_CR + number / 4);
    default:
        return none;
    }
}

static uint8_t resource_of(const struct xenon_insn *in, enum use use, uint8_t none)
{
    switch (use) {
#define OPERAND(name, kind, slot, ...) \
    case USE_##name:                   \
        return resource(XENON_##kind, (unsigned)in->slot, none);
#include "models/xenon/isa/operands.def"
#undef OPERAND
    case USE_CR0:
        return XENON_R_CR;
    case USE_CR6:
        return XENON_R_CR + 6;
    case USE_CA:
        return XENON_R_CA;
    case USE_FPSCR:
        return XENON_R_FPSCR;
    case USE_VSCR:
        return XENON_R_VSCR;
    default:
        return none;
    }
}

static void also_writes(struct xenon_uses *uses, uint8_t resource)
{
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        if (uses->writes[i] == XENON_R_SINK) {
            uses->writes[i] = resource;
            return;
        }
}

/* Branches: the field that they test in reads[0]; LR or CTR, where they go there or count, in reads[1]. */
static void branch_uses(const struct xenon_insn *in, struct xenon_uses *uses)
{
    bool conditional = in->op != XENON_OP_B, counts = conditional && !(in->d & XENON_BO_NO_CTR);
    if (conditional && !(in->d & XENON_BO_ANY))
        uses->reads[0] = (uint8_t)(XENON_R_CR + in->a / 4);
    if (in->op == XENON_OP_BCLR)
        uses->reads[1] = XENON_R_LR;
    if (in->op == XENON_OP_BCCTR)
        uses->reads[1] = XENON_R_CTR;
    if (counts)
        uses->reads[2] = XENON_R_CTR;
    if (in->flags & XENON_LK)
        also_writes(uses, XENON_R_LR);
    if (counts)
        also_writes(uses, XENON_R_CTR);
}

/* mfspr and mtspr of LR and CTR are moves between registers; of anything else, reads and writes of the machine's. */
static void move_uses(const struct xenon_insn *in, struct xenon_uses *uses)
{
    uint8_t special = in->imm == 8 ? XENON_R_LR : in->imm == 9 ? XENON_R_CTR : XENON_R_ZERO;
    if (special == XENON_R_ZERO)
        return;
    uses->class = XENON_CLASS_fx_move;
    if (in->op == XENON_OP_MFSPR)
        uses->reads[0] = special;
    else
        uses->writes[0] = special;
}

/* or n,n,n that sets a priority or waits. */
static bool is_hint(const struct xenon_insn *in)
{
    return in->op == XENON_OP_OR && !(in->flags & XENON_RC) && in->d == in->a && in->a == in->b &&
           ((in->d >= 1 && in->d <= 3) || in->d >= 28);
}

static bool is_nop(const struct xenon_insn *in)
{
    return in->op == XENON_OP_ORI && in->d == 0 && in->a == 0 && in->imm == 0;
}

static uint8_t recorded_field(enum xenon_group group)
{
    return (uint8_t)(XENON_R_CR + (group == XENON_FP ? 1 : group == XENON_VMX || group == XENON_VMX128 ? 6 : 0));
}

static bool is_field(uint8_t resource)
{
    return resource >= XENON_R_CR && resource < XENON_R_CR + 8;
}

static bool touches_fields(const struct xenon_uses *uses)
{
    bool found = uses->flags & (XENON_USES_READS_FIELDS | XENON_USES_WRITES_FIELDS);
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        found |= is_field(uses->reads[i]);
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        found |= is_field(uses->writes[i]);
    return found;
}

/* What single instructions are besides their rows. */
static void odd_uses(const struct xenon_insn *in, struct xenon_uses *uses)
{
    switch (in->op) {
    case XENON_OP_MFSPR:
    case XENON_OP_MTSPR:
        move_uses(in, uses);
        break;
    case XENON_OP_MFCR:
    case XENON_OP_MFOCRF:
        uses->flags |= XENON_USES_READS_FIELDS;
        break;
    case XENON_OP_MTCRF:
    case XENON_OP_MTOCRF:
        uses->flags |= XENON_USES_WRITES_FIELDS;
        if (__builtin_popcountll(in->imm & 0xFF) > 1)
            uses->class = XENON_CLASS_micro_fields;
        break;
    case XENON_OP_LMW:
    case XENON_OP_LSWI:
    case XENON_OP_LSWX:
        uses->flags |= XENON_USES_WRITES_MANY;
        break;
    case XENON_OP_STMW:
    case XENON_OP_STSWI:
    case XENON_OP_STSWX:
        uses->flags |= XENON_USES_READS_MANY;
        break;
    default:
        break;
    }
}

struct xenon_uses xenon_uses_of(const struct xenon_insn *in)
{
    const struct row *row = &row_of[in->op];
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    struct xenon_uses uses = {
        .class = row->class,
        .address = {XENON_R_ZERO, XENON_R_ZERO},
        .reads = {XENON_R_ZERO, XENON_R_ZERO, XENON_R_ZERO, XENON_R_ZERO},
        .writes = {XENON_R_SINK, XENON_R_SINK, XENON_R_SINK},
    };
    if (in->op == XENON_OP_ILLEGAL || is_nop(in))
        return uses;
    if (is_hint(in)) {
        uses.class = XENON_CLASS_fx_nop;
        return uses;
    }
    for (unsigned i = 0; i < 2; i++)
        uses.address[i] = resource_of(in, row->address[i], XENON_R_ZERO);
    for (unsigned i = 0; i < 3; i++)
        uses.reads[i] = resource_of(in, row->reads[i], XENON_R_ZERO);
    for (unsigned i = 0; i < 3; i++)
        uses.writes[i] = resource_of(in, row->writes[i], XENON_R_SINK);
    if (row->writes[1] == USE_RA)
        uses.flags |= XENON_USES_UPDATE;
    if (info->group == XENON_BRANCH && row->class == XENON_CLASS_branch)
        branch_uses(in, &uses);
    odd_uses(in, &uses);
    if (in->flags & XENON_RC) {
        uses.flags |= XENON_USES_RECORD;
        also_writes(&uses, recorded_field(info->group));
        if (recorded[in->op] != 0)
            uses.class = recorded[in->op] - 1;
    }
    if (uses.class != XENON_CLASS_branch && touches_fields(&uses))
        uses.flags |= XENON_USES_CR;
    return uses;
}
