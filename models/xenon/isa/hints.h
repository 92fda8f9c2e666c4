/* Branch hints: + and - behind the mnemonic, two of the bits of BO. */
#ifndef CYCLE360_XENON_ISA_HINTS_H
#define CYCLE360_XENON_ISA_HINTS_H

#include "models/xenon/isa/isa.h"

/* Takes the hint out of a branch's BO: "+", "-", or "" where there is none. */
static inline const char *xenon_hint_take(enum xenon_op op, uint32_t *word)
{
    if (op != XENON_OP_BC && op != XENON_OP_BCLR && op != XENON_OP_BCCTR)
        return "";
    uint32_t bo = *word >> 21 & 31;
    bool by_condition = (bo & 0x14) == 0x04, by_count = (bo & 0x14) == 0x10;
    uint32_t at = by_condition ? 3U : 9U, known = by_condition ? 2U : 8U, taken = 1;
    if ((!by_condition && !by_count) || !(bo & known))
        return "";
    *word &= ~(at << 21);
    return bo & taken ? "+" : "-";
}

/* Puts one in; false where the branch has no room for it. */
static inline bool xenon_hint_put(enum xenon_op op, uint32_t *word, char hint)
{
    if (op != XENON_OP_BC && op != XENON_OP_BCLR && op != XENON_OP_BCCTR)
        return false;
    uint32_t bo = *word >> 21 & 31, taken = hint == '+';
    if ((bo & 0x17) == 0x04)
        *word |= (2 | taken) << 21;
    else if ((bo & 0x1D) == 0x10)
        *word |= (8 | taken) << 21;
    else
        return false;
    return true;
}

#endif
