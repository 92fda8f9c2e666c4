/* Integer instructions and moves to and from CR. */
#ifndef CYCLE360_XENON_ISA_OPS_INT_H
#define CYCLE360_XENON_ISA_OPS_INT_H

#include "models/xenon/isa/interrupt.h"

#define OP(id) static inline enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in)

/* The sign bit of the mode: carries come out of it, overflow changes it. */
static inline unsigned xenon_top_bit(const struct xenon_context *t)
{
    return t->msr & XENON_MSR_SF ? 63 : 31;
}

static inline uint8_t xenon_compare_signed(const struct xenon_context *t, int64_t a, int64_t b)
{
    return (uint8_t)((a < b ? XENON_LT : a > b ? XENON_GT : XENON_EQ) | t->so);
}

static inline uint8_t xenon_compare_unsigned(const struct xenon_context *t, uint64_t a, uint64_t b)
{
    return (uint8_t)((a < b ? XENON_LT : a > b ? XENON_GT : XENON_EQ) | t->so);
}

/* CR0 of a result. */
static inline void xenon_record(struct xenon_context *t, uint64_t result)
{
    t->cr[0] = xenon_compare_signed(t, t->msr & XENON_MSR_SF ? (int64_t)result : (int32_t)result, 0);
}

static inline enum xenon_outcome xenon_put_result(struct xenon_context *t, const struct xenon_insn *in, unsigned gpr,
                                                  uint64_t result)
{
    t->gpr[gpr] = result;
    if (in->flags & XENON_RC)
        xenon_record(t, result);
    return XENON_NEXT;
}

static inline void xenon_put_overflow(struct xenon_context *t, const struct xenon_insn *in, bool overflow)
{
    if (in->flags & XENON_OE) {
        t->ov = overflow;
        t->so |= overflow;
    }
}

/* Additions; subtractions are additions of the complement. */

static inline enum xenon_outcome xenon_add(struct xenon_context *t, const struct xenon_insn *in, uint64_t a, uint64_t b,
                                           bool carry_in, bool carries)
{
    uint64_t sum = a + b + carry_in;
    if (carries)
        t->ca = ((a & b) | ((a | b) & ~sum)) >> xenon_top_bit(t) & 1;
    xenon_put_overflow(t, in, ((a ^ sum) & (b ^ sum)) >> xenon_top_bit(t) & 1);
    return xenon_put_result(t, in, in->d, sum);
}

#define ADDITION(id, a, b, carry_in, carries)                 \
    OP(id)                                                    \
    {                                                         \
        return xenon_add(t, in, (a), (b), carry_in, carries); \
    }
#define RA t->gpr[in->a]
#define RB t->gpr[in->b]
ADDITION(ADD, RA, RB, 0, false)
ADDITION(ADDC, RA, RB, 0, true)
ADDITION(ADDE, RA, RB, t->ca, true)
ADDITION(ADDME, RA, UINT64_MAX, t->ca, true)
ADDITION(ADDZE, RA, 0, t->ca, true)
ADDITION(SUBF, ~RA, RB, 1, false)
ADDITION(SUBFC, ~RA, RB, 1, true)
ADDITION(SUBFE, ~RA, RB, t->ca, true)
ADDITION(SUBFME, ~RA, UINT64_MAX, t->ca, true)
ADDITION(SUBFZE, ~RA, 0, t->ca, true)
ADDITION(NEG, ~RA, 0, 1, false)
ADDITION(ADDIC, RA, in->imm, 0, true)
ADDITION(SUBFIC, ~RA, in->imm, 1, true)

OP(ADDI)
{
    t->gpr[in->d] = RA + in->imm;
    return XENON_NEXT;
}

OP(ADDIS)
{
    t->gpr[in->d] = RA + (in->imm << 16);
    return XENON_NEXT;
}

OP(ADDIC_DOT)
{
    xenon_op_ADDIC(t, in);
    xenon_record(t, t->gpr[in->d]);
    return XENON_NEXT;
}

/* Products and quotients. */

OP(MULLI)
{
    t->gpr[in->d] = RA * in->imm;
    return XENON_NEXT;
}

OP(MULLW)
{
    int64_t product = (int64_t)(int32_t)RA * (int32_t)RB;
    xenon_put_overflow(t, in, product != (int32_t)product);
    return xenon_put_result(t, in, in->d, (uint64_t)product);
}

OP(MULLD)
{
    int64_t product;
    bool overflow = __builtin_mul_overflow((int64_t)RA, (int64_t)RB, &product);
    uint64_t low = RA * RB;
    xenon_put_overflow(t, in, overflow);
    return xenon_put_result(t, in, in->d, low);
}

OP(MULHD)
{
    __int128 product = (__int128)(int64_t)RA * (int64_t)RB;
    return xenon_put_result(t, in, in->d, (uint64_t)(product >> 64));
}

OP(MULHDU)
{
    unsigned __int128 product = (unsigned __int128)RA * RB;
    return xenon_put_result(t, in, in->d, (uint64_t)(product >> 64));
}

static inline enum xenon_outcome xenon_put_high(struct xenon_context *t, const struct xenon_insn *in, uint64_t high)
{
    if (t->settings.mulhw_high_repeated)
        high = (uint32_t)high | high << 32;
    return xenon_put_result(t, in, in->d, high);
}

OP(MULHW)
{
    return xenon_put_high(t, in, (uint64_t)((int64_t)(int32_t)RA * (int32_t)RB >> 32));
}

OP(MULHWU)
{
    return xenon_put_high(t, in, (uint64_t)(uint32_t)RA * (uint32_t)RB >> 32);
}

OP(DIVD)
{
    int64_t a = (int64_t)RA, b = (int64_t)RB;
    bool invalid = b == 0 || (a == INT64_MIN && b == -1);
    uint64_t otherwise = t->settings.divide_invalid_dividend ? RA : 0;
    xenon_put_overflow(t, in, invalid);
    return xenon_put_result(t, in, in->d, invalid ? otherwise : (uint64_t)(a / b));
}

OP(DIVDU)
{
    uint64_t a = RA, b = RB;
    xenon_put_overflow(t, in, b == 0);
    return xenon_put_result(t, in, in->d, b != 0 ? a / b : t->settings.divide_invalid_dividend ? a : 0);
}

OP(DIVW)
{
    int32_t a = (int32_t)RA, b = (int32_t)RB;
    bool invalid = b == 0 || (a == INT32_MIN && b == -1);
    int32_t quotient = !invalid ? a / b : t->settings.divide_invalid_dividend ? a : 0;
    xenon_put_overflow(t, in, invalid);
    return xenon_put_result(t, in, in->d,
                            t->settings.divw_high_sign ? (uint64_t)(int64_t)quotient : (uint32_t)quotient);
}

OP(DIVWU)
{
    uint32_t a = (uint32_t)RA, b = (uint32_t)RB;
    xenon_put_overflow(t, in, b == 0);
    return xenon_put_result(t, in, in->d, b != 0 ? a / b : t->settings.divide_invalid_dividend ? a : 0);
}

/* Comparisons: L says how wide, whatever the mode. */

OP(CMPI)
{
    t->cr[in->d] = xenon_compare_signed(t, in->sh ? (int64_t)RA : (int32_t)RA, (int64_t)in->imm);
    return XENON_NEXT;
}

OP(CMPLI)
{
    t->cr[in->d] = xenon_compare_unsigned(t, in->sh ? RA : (uint32_t)RA, in->imm);
    return XENON_NEXT;
}

OP(CMP)
{
    t->cr[in->d] = xenon_compare_signed(t, in->sh ? (int64_t)RA : (int32_t)RA, in->sh ? (int64_t)RB : (int32_t)RB);
    return XENON_NEXT;
}

OP(CMPL)
{
    t->cr[in->d] = xenon_compare_unsigned(t, in->sh ? RA : (uint32_t)RA, in->sh ? RB : (uint32_t)RB);
    return XENON_NEXT;
}

/* Logic. */

#define RS t->gpr[in->d]
#define LOGIC(id, result)                                \
    OP(id)                                               \
    {                                                    \
        return xenon_put_result(t, in, in->a, (result)); \
    }
LOGIC(AND, RS &RB)
LOGIC(ANDC, RS & ~RB)
LOGIC(OR, RS | RB)
LOGIC(ORC, RS | ~RB)
LOGIC(XOR, RS ^ RB)
LOGIC(NAND, ~(RS &RB))
LOGIC(NOR, ~(RS | RB))
LOGIC(EQV, ~(RS ^ RB))
LOGIC(ORI, RS | in->imm)
LOGIC(ORIS, RS | in->imm << 16)
LOGIC(XORI, RS ^ in->imm)
LOGIC(XORIS, RS ^ in->imm << 16)
LOGIC(EXTSB, (uint64_t)(int8_t)RS)
LOGIC(EXTSH, (uint64_t)(int16_t)RS)
LOGIC(EXTSW, (uint64_t)(int32_t)RS)
LOGIC(CNTLZD, RS == 0 ? 64 : (uint64_t)__builtin_clzll(RS))
LOGIC(CNTLZW, (uint32_t)RS == 0 ? 32 : (uint64_t)__builtin_clz((uint32_t)RS))

OP(ANDI)
{
    t->gpr[in->a] = RS & in->imm;
    xenon_record(t, t->gpr[in->a]);
    return XENON_NEXT;
}

OP(ANDIS)
{
    t->gpr[in->a] = RS & in->imm << 16;
    xenon_record(t, t->gpr[in->a]);
    return XENON_NEXT;
}

/* Shifts and rotates. */

static inline uint64_t xenon_rotate64(uint64_t value, unsigned by)
{
    return value << (by & 63) | value >> (-by & 63);
}

/* Rotates the low word, and has it in both halves. */
static inline uint64_t xenon_rotate32(uint64_t value, unsigned by)
{
    uint32_t low = (uint32_t)value << (by & 31) | (uint32_t)value >> (-by & 31);
    return (uint64_t)low << 32 | low;
}

LOGIC(SLD, RB & 64 ? 0 : RS << (RB & 63))
LOGIC(SRD, RB & 64 ? 0 : RS >> (RB & 63))
LOGIC(SLW, RB & 32 ? 0 : (uint32_t)RS << (RB & 31))
LOGIC(SRW, RB & 32 ? 0 : (uint32_t)RS >> (RB & 31))
LOGIC(RLWINM, xenon_rotate32(RS, in->sh) & in->imm)
LOGIC(RLWNM, xenon_rotate32(RS, RB & 31) & in->imm)
LOGIC(RLWIMI, (xenon_rotate32(RS, in->sh) & in->imm) | (t->gpr[in->a] & ~in->imm))
LOGIC(RLDICL, xenon_rotate64(RS, in->sh) & in->imm)
LOGIC(RLDICR, xenon_rotate64(RS, in->sh) & in->imm)
LOGIC(RLDIC, xenon_rotate64(RS, in->sh) & in->imm)
LOGIC(RLDIMI, (xenon_rotate64(RS, in->sh) & in->imm) | (t->gpr[in->a] & ~in->imm))
LOGIC(RLDCL, xenon_rotate64(RS, RB & 63) & in->imm)
LOGIC(RLDCR, xenon_rotate64(RS, RB & 63) & in->imm)

/* Arithmetic shifts to the right: CA says that a negative number lost ones. */
static inline enum xenon_outcome xenon_shift_right(struct xenon_context *t, const struct xenon_insn *in, int64_t value,
                                                   unsigned by)
{
    int64_t result = by > 63 ? value >> 63 : value >> by;
    uint64_t lost = by > 63 ? UINT64_MAX : (UINT64_C(1) << by) - 1;
    t->ca = value < 0 && ((uint64_t)value & lost) != 0;
    return xenon_put_result(t, in, in->a, (uint64_t)result);
}

OP(SRAD)
{
    return xenon_shift_right(t, in, (int64_t)RS, RB & 127);
}

OP(SRADI)
{
    return xenon_shift_right(t, in, (int64_t)RS, in->sh);
}

OP(SRAW)
{
    return xenon_shift_right(t, in, (int32_t)RS, RB & 63);
}

OP(SRAWI)
{
    return xenon_shift_right(t, in, (int32_t)RS, in->sh);
}

/* The condition register. */

OP(MFCR)
{
    t->gpr[in->d] = xenon_cr(t);
    return XENON_NEXT;
}

/* A bit for each field, field 0 first: a nibble for each field. */
static inline uint32_t xenon_fields(uint64_t selected)
{
    uint32_t fields = 0;
    for (unsigned i = 0; i < 8; i++)
        if (selected & 0x80 >> i)
            fields |= UINT32_C(0xF0000000) >> 4 * i;
    return fields;
}

OP(MFOCRF)
{
    t->gpr[in->d] = xenon_cr(t) & xenon_fields(in->imm);
    return XENON_NEXT;
}

OP(MTCRF)
{
    uint32_t fields = xenon_fields(in->imm);
    xenon_cr_set(t, (xenon_cr(t) & ~fields) | ((uint32_t)RS & fields));
    return XENON_NEXT;
}

OP(MTOCRF)
{
    return xenon_op_MTCRF(t, in);
}

OP(MCRXR)
{
    if (t->settings.mcrxr_illegal)
        return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
    t->cr[in->d] = (uint8_t)(t->so << 3 | t->ov << 2 | t->ca << 1);
    t->so = t->ov = t->ca = false;
    return XENON_NEXT;
}

#undef ADDITION
#undef LOGIC
#undef RA
#undef RB
#undef RS
#undef OP

#endif
