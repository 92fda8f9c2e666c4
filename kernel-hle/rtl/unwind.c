/* A function's prologue is gone through with values that stand for those at its first instruction: what is stored is
 * then known to be where, and what has become of r1 says how large the frame is. */
#include "kernel-hle/rtl/unwind.h"

#include "models/xenon/isa/isa.h"

#include <string.h>

enum { HELPER_MAX = 160 /* instructions of what saves registers for a prologue */ };

enum kind {
    UNKNOWN,
    ENTRY,    /* what the register itself held */
    CONSTANT, /* value */
    STACK,    /* r1 at the first instruction, and value */
    BODY,     /* r1 in the body, whose distance is not known, and value */
    LINK,     /* LR */
    CONDITION /* CR */
};

struct value {
    uint8_t kind;
    int32_t value;
};

/* Where something has been stored: an address as a value; UNKNOWN: nowhere. */
struct place {
    struct value at;
    uint8_t size;
};

struct prologue {
    struct value gpr[32];
    struct place saved_gpr[32], saved_fpr[32], saved_vr[128], link, condition;
    bool framed; /* r1 points to a word that points to the caller's frame */
};

static bool fetch(struct kernel *k, uint32_t address, uint32_t *word)
{
    if (!guest_readable(k, address, 4))
        return false;
    *word = guest_u32(k, address);
    return true;
}

static struct value plus(struct value a, int32_t by)
{
    if (a.kind != CONSTANT && a.kind != STACK && a.kind != BODY)
        return (struct value){UNKNOWN, 0};
    return (struct value){a.kind, (int32_t)((uint32_t)a.value + (uint32_t)by)};
}

static struct value sum(struct value a, struct value b)
{
    if (b.kind == CONSTANT)
        return plus(a, b.value);
    return a.kind == CONSTANT ? plus(b, a.value) : (struct value){UNKNOWN, 0};
}

static struct value read_gpr(const struct prologue *p, unsigned n)
{
    return n == XENON_ZERO ? (struct value){CONSTANT, 0} : p->gpr[n];
}

static void keep(struct place *place, struct value at, unsigned size)
{
    if (place->at.kind == UNKNOWN && (at.kind == STACK || at.kind == BODY))
        *place = (struct place){at, (uint8_t)size};
}

static void store_gpr(struct prologue *p, unsigned n, struct value at, unsigned size)
{
    struct value value = p->gpr[n];
    if (value.kind == ENTRY && n >= 14)
        keep(&p->saved_gpr[n], at, size);
    else if (value.kind == LINK)
        keep(&p->link, at, size);
    else if (value.kind == CONDITION)
        keep(&p->condition, at, size);
}

static void make_frame(struct prologue *p, struct value size)
{
    p->framed = true;
    p->gpr[1] = size.kind == CONSTANT ? plus(p->gpr[1], size.value) : (struct value){BODY, 0};
}

/* What the register that an instruction writes holds then, if it matters to nobody what. */
static void forget_result(struct prologue *p, const struct xenon_insn *in)
{
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    if (info->group == XENON_STORE || info->operands == 0)
        return;
    enum xenon_operand first = (enum xenon_operand)info->operand[0];
    if (xenon_operand_info[first].kind == XENON_GPR)
        p->gpr[xenon_operand_get(first, in->word) & 31] = (struct value){UNKNOWN, 0};
}

static void step(struct prologue *p, const struct xenon_insn *in)
{
    struct value base = read_gpr(p, in->a), at = plus(base, (int32_t)in->imm);
    switch (in->op) {
    case XENON_OP_STW:
        store_gpr(p, in->d, at, 4);
        break;
    case XENON_OP_STD:
        store_gpr(p, in->d, at, 8);
        break;
    case XENON_OP_STFD:
        if (in->d >= 14)
            keep(&p->saved_fpr[in->d], at, 8);
        break;
    case XENON_OP_STVX:
    case XENON_OP_STVXL:
    case XENON_OP_STVX128:
    case XENON_OP_STVXL128:
        keep(&p->saved_vr[in->d], sum(base, read_gpr(p, in->b)), 16);
        break;
    case XENON_OP_STWU:
    case XENON_OP_STDU:
        if (in->a == 1 && in->d == 1)
            make_frame(p, (struct value){CONSTANT, (int32_t)in->imm});
        break;
    case XENON_OP_STWUX:
    case XENON_OP_STDUX:
        if (in->a == 1 && in->d == 1)
            make_frame(p, read_gpr(p, in->b));
        break;
    case XENON_OP_ADDI:
        p->gpr[in->d] = at;
        break;
    case XENON_OP_ADDIS:
        p->gpr[in->d] = plus(base, (int32_t)((uint32_t)in->imm << 16));
        break;
    case XENON_OP_ORI:
    case XENON_OP_ORIS: {
        struct value from = p->gpr[in->d];
        uint32_t bits = (uint32_t)in->imm << (in->op == XENON_OP_ORIS ? 16 : 0);
        from.value = (int32_t)((uint32_t)from.value | bits);
        if (in->imm != 0 || in->a != in->d)
            p->gpr[in->a] = from.kind == CONSTANT ? from : (struct value){UNKNOWN, 0};
        break;
    }
    case XENON_OP_OR: {
        struct value from = p->gpr[in->d];
        bool same = in->d == in->b && from.kind != ENTRY;
        if (in->a != in->d || in->d != in->b)
            p->gpr[in->a] = same ? from : (struct value){UNKNOWN, 0};
        break;
    }
    case XENON_OP_ADD:
        p->gpr[in->d] = sum(base, read_gpr(p, in->b));
        break;
    case XENON_OP_MFSPR:
        p->gpr[in->d] = (struct value){in->imm == 8 ? LINK : UNKNOWN, 0};
        break;
    case XENON_OP_MFCR:
        p->gpr[in->d] = (struct value){CONDITION, 0};
        break;
    default:
        forget_result(p, in);
    }
}

/* What a prologue calls to save registers goes straight on to its blr; other functions save nothing of interest. */
static void helper(struct kernel *k, struct prologue *p, uint32_t address)
{
    struct prologue after = *p;
    uint32_t word;
    for (unsigned i = 0; i < HELPER_MAX && fetch(k, address + 4 * i, &word); i++) {
        struct xenon_insn in = xenon_decode(address + 4 * i, word);
        if (in.op == XENON_OP_BCLR && word == 0x4E800020) {
            *p = after;
            return;
        }
        if (xenon_op_info[in.op].group == XENON_BRANCH)
            return;
        step(&after, &in);
    }
}

static bool run_prologue(struct kernel *k, struct prologue *p, uint32_t begin, uint32_t end)
{
    memset(p, 0, sizeof *p);
    for (unsigned i = 0; i < 32; i++)
        p->gpr[i].kind = ENTRY;
    p->gpr[1].kind = STACK;
    for (uint32_t at = begin; at < end; at += 4) {
        uint32_t word;
        if (!fetch(k, at, &word))
            return false;
        struct xenon_insn in = xenon_decode(at, word);
        if (in.op == XENON_OP_B && (in.flags & XENON_LK) != 0)
            helper(k, p, (uint32_t)(in.flags & XENON_AA ? in.imm : at + in.imm));
        else
            step(p, &in);
    }
    return true;
}

/* What has been stored, by r1 at the first instruction and in the body. */
struct stack {
    struct kernel *k;
    uint32_t frame, body;
};

static uint32_t address_of(const struct stack *s, const struct place *place)
{
    return (place->at.kind == STACK ? s->frame : s->body) + (uint32_t)place->at.value;
}

static bool load(const struct stack *s, const struct place *place, uint64_t *value)
{
    uint32_t address = address_of(s, place);
    if (!guest_readable(s->k, address, place->size))
        return false;
    *value = place->size == 8 ? guest_u64(s->k, address) : guest_u32(s->k, address);
    return true;
}

static bool restore(const struct stack *s, const struct prologue *p, struct ke_registers *r)
{
    uint64_t word;
    for (unsigned i = 14; i < 32; i++) {
        if (p->saved_gpr[i].at.kind != UNKNOWN && !load(s, &p->saved_gpr[i], &r->gpr[i]))
            return false;
        if (p->saved_fpr[i].at.kind != UNKNOWN && !load(s, &p->saved_fpr[i], &r->fpr[i]))
            return false;
    }
    for (unsigned i = 14; i < 128; i++) {
        if (p->saved_vr[i].at.kind == UNKNOWN)
            continue;
        uint32_t address = address_of(s, &p->saved_vr[i]) & ~UINT32_C(15);
        if (!guest_readable(s->k, address, 16))
            return false;
        for (uint32_t d = 0; d < 2; d++)
            r->vr[i].u64[XENON_D(d)] = guest_u64(s->k, address + 8 * d);
    }
    if (p->condition.at.kind != UNKNOWN) {
        if (!load(s, &p->condition, &word))
            return false;
        r->cr = (uint32_t)word;
    }
    return true;
}

/* LR at the first instruction: stored, still in a register that calls leave alone, or still in LR. */
static bool link(const struct stack *s, const struct prologue *p, bool called, const struct ke_registers *r,
                 uint64_t *lr)
{
    if (p->link.at.kind != UNKNOWN)
        return load(s, &p->link, lr);
    for (unsigned i = 14; i < 32; i++)
        if (p->gpr[i].kind == LINK) {
            *lr = r->gpr[i];
            return true;
        }
    *lr = r->lr;
    return !called;
}

bool rtl_unwind(struct kernel *k, const struct rtl_function *f, bool called, struct ke_registers *r, uint32_t *frame)
{
    struct prologue p;
    uint32_t pc = (uint32_t)r->nia, sp = (uint32_t)r->gpr[1], chain;
    uint64_t lr;
    if (!run_prologue(k, &p, f->begin, !called && pc < f->body ? pc : f->body))
        return false;
    /* The word that r1 points to holds even where the body has made its frame larger. */
    struct stack s = {k, sp, sp};
    if (p.framed) {
        if (!fetch(k, sp, &chain) || chain <= sp)
            return false;
        s.frame = chain;
        if (p.gpr[1].kind == BODY)
            s.body = sp - (uint32_t)p.gpr[1].value;
    } else if (p.gpr[1].kind == STACK) {
        s.frame = sp - (uint32_t)p.gpr[1].value;
    }
    if (!link(&s, &p, called, r, &lr) || !restore(&s, &p, r))
        return false;
    *frame = s.frame;
    r->gpr[1] = s.frame;
    r->nia = lr & ~UINT64_C(3) & UINT32_MAX;
    return true;
}

bool rtl_unwind_any(struct kernel *k, bool called, struct ke_registers *r, uint32_t *frame)
{
    struct rtl_function f;
    uint32_t pc = (uint32_t)r->nia;
    if (rtl_function_at(k, called ? pc - 4 : pc, &f))
        return rtl_unwind(k, &f, called, r, frame);
    if (called)
        return false;
    *frame = (uint32_t)r->gpr[1];
    r->nia = r->lr & ~UINT64_C(3) & UINT32_MAX;
    return true;
}
