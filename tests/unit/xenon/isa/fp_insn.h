/* Words of scalar floating point, put together as the manual draws them, and a thread to execute them on. */
#ifndef CYCLE360_TESTS_UNIT_XENON_ISA_FP_INSN_H
#define CYCLE360_TESTS_UNIT_XENON_ISA_FP_INSN_H

#include "models/xenon/isa/ops.h"

#include <stdint.h>

/* FPSCR by the numbers of its bits. */
enum {
    FX,
    FEX,
    VX,
    OX,
    UX,
    ZX,
    XX,
    VXSNAN,
    VXISI,
    VXIDI,
    VXZDZ,
    VXIMZ,
    VXVC,
    FR,
    FI,
    C,
    FL,
    FG,
    FE,
    FU,
    RESERVED,
    VXSOFT,
    VXSQRT,
    VXCVI,
    VE,
    OE,
    UE,
    ZE,
    XE,
    NI,
    RN0,
    RN1
};
#define BIT(n) (UINT32_C(0x80000000) >> (n))

/* A-form: primary 63 or 59, FD, FA, FB, FC, a 5-bit extended opcode, Rc. */
static inline uint32_t a_form(unsigned primary, unsigned d, unsigned a, unsigned b, unsigned c, unsigned extended)
{
    return (uint32_t)primary << 26 | d << 21 | a << 16 | b << 11 | c << 6 | extended << 1;
}

/* X-form, primary 63: three 5-bit fields and a 10-bit extended opcode. */
static inline uint32_t x_form(unsigned d, unsigned a, unsigned b, unsigned extended)
{
    return UINT32_C(63) << 26 | d << 21 | a << 16 | b << 11 | extended << 1;
}

/* Executes one word of group FP, whatever MSR says. */
static inline enum xenon_outcome execute_fp(struct xenon_context *t, uint32_t word)
{
    struct xenon_insn in = xenon_decode(0, word);
    switch (in.op) {
#define EXECUTE(id)     \
    case XENON_OP_##id: \
        return xenon_op_##id(t, &in);
#define EXECUTE_FP(id) EXECUTE(id)
#define EXECUTE_INT(id)
#define EXECUTE_BRANCH(id)
#define EXECUTE_LOAD(id)
#define EXECUTE_STORE(id)
#define EXECUTE_SYSTEM(id)
#define EXECUTE_VMX(id)
#define EXECUTE_VMX128(id)
#define INSN(id, mnemonic, form, group, kind, ...) EXECUTE_##group(id)
#include "models/xenon/isa/isa.def"
#undef INSN
    default:
        return XENON_INTERRUPT;
    }
}

#endif
