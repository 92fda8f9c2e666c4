/* Branches, logic on bits of CR, traps and the system call. */
#ifndef CYCLE360_XENON_ISA_OPS_BRANCH_H
#define CYCLE360_XENON_ISA_OPS_BRANCH_H

#include "models/xenon/isa/interrupt.h"

#define OP(id) static inline enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in)

/* CR's bit n, 0 being LT of field 0. */
static inline bool xenon_cr_bit(const struct xenon_context *t, unsigned n)
{
    return t->cr[n >> 2] >> (3 - (n & 3)) & 1;
}

static inline void xenon_cr_put_bit(struct xenon_context *t, unsigned n, bool value)
{
    unsigned bit = 8U >> (n & 3);
    t->cr[n >> 2] = (uint8_t)(value ? t->cr[n >> 2] | bit : t->cr[n >> 2] & ~bit);
}

enum xenon_bo { XENON_BO_ANY = 16, XENON_BO_TRUE = 8, XENON_BO_NO_CTR = 4, XENON_BO_CTR_ZERO = 2 };

static inline bool xenon_condition_holds(const struct xenon_context *t, const struct xenon_insn *in)
{
    return in->d & XENON_BO_ANY || xenon_cr_bit(t, in->a) == !!(in->d & XENON_BO_TRUE);
}

/* Counts CTR down where BO asks for it; the test sees as much of it as the mode has bits. */
static inline bool xenon_count_holds(struct xenon_context *t, const struct xenon_insn *in)
{
    if (in->d & XENON_BO_NO_CTR)
        return true;
    t->ctr--;
    return ((t->ctr & xenon_address_mask(t)) == 0) == !!(in->d & XENON_BO_CTR_ZERO);
}

/* LR is set whether or not the branch is taken. */
static inline enum xenon_outcome xenon_branch(struct xenon_context *t, const struct xenon_insn *in, bool taken,
                                              uint64_t target)
{
    uint64_t mask = xenon_address_mask(t);
    if (in->flags & XENON_LK)
        t->lr = (in->pc + 4) & mask;
    if (!taken)
        return XENON_NEXT;
    t->nia = target & ~UINT64_C(3) & mask;
    return XENON_JUMP;
}

OP(B)
{
    return xenon_branch(t, in, true, (in->flags & XENON_AA ? 0 : in->pc) + in->imm);
}

OP(BC)
{
    bool counted = xenon_count_holds(t, in);
    return xenon_branch(t, in, counted && xenon_condition_holds(t, in), (in->flags & XENON_AA ? 0 : in->pc) + in->imm);
}

OP(BCLR)
{
    bool counted = xenon_count_holds(t, in);
    return xenon_branch(t, in, counted && xenon_condition_holds(t, in), t->lr);
}

/* BO that asks to count CTR is an invalid form here: nothing is counted. */
OP(BCCTR)
{
    return xenon_branch(t, in, xenon_condition_holds(t, in), t->ctr);
}

#define CR_LOGIC(id, result)                                         \
    OP(id)                                                           \
    {                                                                \
        bool a = xenon_cr_bit(t, in->a), b = xenon_cr_bit(t, in->b); \
        xenon_cr_put_bit(t, in->d, (result));                        \
        return XENON_NEXT;                                           \
    }
CR_LOGIC(CRAND, a &&b)
CR_LOGIC(CRANDC, a && !b)
CR_LOGIC(CREQV, a == b)
CR_LOGIC(CRNAND, !(a && b))
CR_LOGIC(CRNOR, !(a || b))
CR_LOGIC(CROR, a || b)
CR_LOGIC(CRORC, a || !b)
CR_LOGIC(CRXOR, a != b)

OP(MCRF)
{
    t->cr[in->d] = t->cr[in->a];
    return XENON_NEXT;
}

enum xenon_to { XENON_TO_LT = 16, XENON_TO_GT = 8, XENON_TO_EQ = 4, XENON_TO_LTU = 2, XENON_TO_GTU = 1 };

static inline enum xenon_outcome xenon_trap(struct xenon_context *t, unsigned to, int64_t a, int64_t b)
{
    unsigned holds = (a < b ? XENON_TO_LT : 0) | (a > b ? XENON_TO_GT : 0) | (a == b ? XENON_TO_EQ : 0) |
                     ((uint64_t)a < (uint64_t)b ? XENON_TO_LTU : 0) | ((uint64_t)a > (uint64_t)b ? XENON_TO_GTU : 0);
    return holds & to ? xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_TRAP) : XENON_NEXT;
}

/* Sign-extending both low words keeps their unsigned order too. */
OP(TW)
{
    return xenon_trap(t, in->d, (int32_t)t->gpr[in->a], (int32_t)t->gpr[in->b]);
}

OP(TWI)
{
    return xenon_trap(t, in->d, (int32_t)t->gpr[in->a], (int64_t)in->imm);
}

OP(TD)
{
    return xenon_trap(t, in->d, (int64_t)t->gpr[in->a], (int64_t)t->gpr[in->b]);
}

OP(TDI)
{
    return xenon_trap(t, in->d, (int64_t)t->gpr[in->a], (int64_t)in->imm);
}

OP(SC)
{
    (void)in;
    return xenon_raise_next(t, XENON_SYSTEM_CALL);
}

#undef CR_LOGIC
#undef OP

#endif
