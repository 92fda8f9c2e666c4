/* From insns.def and an instruction's own bits to what the timing asks of it. */
#include "models/xenon/core/uses.h"

#include "models/xenon/isa/ops_branch.h"

/* The names that insns.def lists. First the registers of operands.def, then those that no operand names. */
#define NAME_GPR(name)  name,
#define NAME_GPR0(name) name,
#define NAME_FPR(name)  name,
#define NAME_VR(name)   name,
#define NAME_CRF(name)  name,
#define NAME_CRB(name)  name,
#define NAME_SPR(name)
#define NAME_SIGNED(name)
#define NAME_UNSIGNED(name)
#define NAME_DISPLACEMENT(name)
#define NAME_RELATIVE(name)
enum use {
    NONE,
#define OPERAND(name, kind, ...) NAME_##kind(name)
#include "models/xenon/isa/operands.def"
#undef OPERAND
    LAST_OPERAND,
    CA,
    LR,
    CTR,
    FPSCR,
    VSCR,
    CR0,
    FIELDS,
    MANY,
    UPDATE,
    SPR,
    LINK,
    TESTED,
    COUNTED,
};

enum slot { SLOT_d, SLOT_a, SLOT_b, SLOT_c };

/* Where an operand's number stands, and which resource the number 0 is. */
static const struct {
    uint8_t slot, first, shift;
} operand_use[LAST_OPERAND] = {
#define ROW_GPR(name, slot)  [name] = {SLOT_##slot, XENON_R_GPR, 0},
#define ROW_GPR0(name, slot) [name] = {SLOT_##slot, XENON_R_GPR, 0},
#define ROW_FPR(name, slot)  [name] = {SLOT_##slot, XENON_R_FPR, 0},
#define ROW_VR(name, slot)   [name] = {SLOT_##slot, XENON_R_VR, 0},
#define ROW_CRF(name, slot)  [name] = {SLOT_##slot, XENON_R_CR, 0},
#define ROW_CRB(name, slot)  [name] = {SLOT_##slot, XENON_R_CR, 2},
#define ROW_SPR(name, slot)
#define ROW_SIGNED(name, slot)
#define ROW_UNSIGNED(name, slot)
#define ROW_DISPLACEMENT(name, slot)
#define ROW_RELATIVE(name, slot)
#define OPERAND(name, kind, slot, ...) ROW_##kind(name, slot)
#include "models/xenon/isa/operands.def"
#undef OPERAND
};

enum when { NEVER, RECORDS, SEVERAL, MOVES, HINT };

#define LIST(...)   \
    {               \
        __VA_ARGS__ \
    }
static const struct row {
    uint8_t class, when, other;
    uint8_t writes[XENON_WRITES_MAX], reads[XENON_READS_MAX], address[2];
} row[XENON_OP_COUNT] = {
    [XENON_OP_ILLEGAL] = {.class = XENON_CLASS_trap}, /* never gets further than its interrupt */
#define EITHER(id, class, writes, reads, address, when, other) \
    [XENON_OP_##id] = {XENON_CLASS_##class, when, XENON_CLASS_##other, LIST writes, LIST reads, LIST address},
#define ALWAYS(id, class, writes, reads, address) EITHER(id, class, writes, reads, address, NEVER, class)
#include "models/xenon/core/insns.def"
#undef ALWAYS
#undef EITHER
};

/* No row is there twice, or the compiler would object to it above: then none is missing. */
enum {
    ROWS = 0
#define EITHER(...) +1
#define ALWAYS(...) +1
#include "models/xenon/core/insns.def"
#undef ALWAYS
#undef EITHER
};
_Static_assert(ROWS == XENON_OP_COUNT - 1, "insns.def has each instruction of isa.def once");

enum spr_number {
#define SPR(id, number, ...) SPR_##id = (number),
#include "models/xenon/isa/spr.def"
#undef SPR
};

static uint8_t spr(uint64_t number, uint8_t none)
{
    switch (number) {
    case SPR_LR:
        return XENON_R_LR;
    case SPR_CTR:
        return XENON_R_CTR;
    case SPR_XER:
        return XENON_R_CA;
    default:
        return none;
    }
}

/* none: what stands for no register. */
static uint8_t resource(const struct xenon_insn *in, enum use use, uint8_t none)
{
    const uint8_t slot[] = {[SLOT_d] = in->d, [SLOT_a] = in->a, [SLOT_b] = in->b, [SLOT_c] = in->c};

    if (use != NONE && use < LAST_OPERAND)
        return (uint8_t)(operand_use[use].first + (slot[operand_use[use].slot] >> operand_use[use].shift));
    switch (use) {
    case CA:
        return XENON_R_CA;
    case LR:
        return XENON_R_LR;
    case CTR:
        return XENON_R_CTR;
    case FPSCR:
        return XENON_R_FPSCR;
    case VSCR:
        return XENON_R_VSCR;
    case CR0:
        return XENON_R_CR;
    case UPDATE:
        return XENON_R_GPR + in->a;
    case SPR:
        return spr(in->imm, none);
    case LINK:
        return in->flags & XENON_LK ? XENON_R_LR : none;
    case TESTED:
        return in->d & XENON_BO_ANY ? none : (uint8_t)(XENON_R_CR + (in->a >> 2));
    case COUNTED:
        return in->d & XENON_BO_NO_CTR ? none : XENON_R_CTR;
    default:
        return none;
    }
}

static bool is_hint(const struct xenon_insn *in)
{
    if (in->op == XENON_OP_ORI)
        return in->d == 0 && in->a == 0 && in->imm == 0;
    return in->d == in->a && in->d == in->b && !(in->flags & XENON_RC) && ((in->d >= 1 && in->d <= 3) || in->d >= 28);
}

static bool holds(enum when when, const struct xenon_insn *in)
{
    switch (when) {
    case RECORDS:
        return in->flags & XENON_RC;
    case SEVERAL:
        return (in->imm & (in->imm - 1)) != 0;
    case MOVES:
        return in->imm == SPR_LR || in->imm == SPR_CTR;
    case HINT:
        return is_hint(in);
    default:
        return false;
    }
}

static uint8_t record_field(const struct xenon_insn *in)
{
    switch (xenon_op_info[in->op].group) {
    case XENON_FP:
        return XENON_R_CR + 1;
    case XENON_VMX:
    case XENON_VMX128:
        return XENON_R_CR + 6;
    default:
        return XENON_R_CR;
    }
}

static bool is_cr(uint8_t r)
{
    return r >= XENON_R_CR && r < XENON_R_CR + 8;
}

static bool uses_cr(const struct xenon_uses *uses)
{
    bool cr = uses->flags & (XENON_USES_READS_FIELDS | XENON_USES_WRITES_FIELDS);
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        cr |= is_cr(uses->reads[i]);
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        cr |= is_cr(uses->writes[i]);
    return cr;
}

/* What stands for nothing in this instruction takes no place; NONE keeps its own. */
static void set_writes(const struct xenon_insn *in, const uint8_t use[XENON_WRITES_MAX], struct xenon_uses *uses)
{
    unsigned n = 0;
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++) {
        uint8_t r = resource(in, use[i], XENON_R_SINK);
        if (r != XENON_R_SINK || use[i] == NONE)
            uses->writes[n++] = r;
    }
}

static void set_record(const struct xenon_insn *in, struct xenon_uses *uses)
{
    unsigned n = XENON_WRITES_MAX;
    while (n > 0 && uses->writes[n - 1] == XENON_R_SINK)
        n--;
    uses->writes[n] = record_field(in);
    uses->flags |= XENON_USES_RECORD;
}

struct xenon_uses xenon_uses_of(const struct xenon_insn *in)
{
    const struct row *r = &row[in->op];
    const bool other = holds(r->when, in);
    struct xenon_uses uses = {
        .class = other ? r->other : r->class,
        .address = {XENON_R_ZERO, XENON_R_ZERO},
        .reads = {XENON_R_ZERO, XENON_R_ZERO, XENON_R_ZERO, XENON_R_ZERO},
        .writes = {XENON_R_SINK, XENON_R_SINK, XENON_R_SINK},
    };

    if (other && r->when == HINT)
        return uses;
    for (unsigned i = 0; i < 2; i++)
        uses.address[i] = resource(in, r->address[i], XENON_R_ZERO);
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        uses.reads[i] = resource(in, r->reads[i], XENON_R_ZERO);
    set_writes(in, r->writes, &uses);
    if (in->flags & XENON_RC)
        set_record(in, &uses);

    uses.flags |=
        (r->reads[0] == FIELDS ? XENON_USES_READS_FIELDS : 0) |
        (r->writes[0] == FIELDS ? XENON_USES_WRITES_FIELDS : 0) | (r->reads[0] == MANY ? XENON_USES_READS_MANY : 0) |
        (r->writes[0] == MANY ? XENON_USES_WRITES_MANY : 0) | (r->writes[1] == UPDATE ? XENON_USES_UPDATE : 0);
    if (uses.class != XENON_CLASS_branch && uses_cr(&uses))
        uses.flags |= XENON_USES_CR;
    return uses;
}
