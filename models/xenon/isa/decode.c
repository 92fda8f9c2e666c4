/* A word taken apart into struct xenon_insn. */
#include "models/xenon/isa/isa.h"

#include <string.h>

/* Ones from bit `first` to bit `last`, around the end where first > last. */
static uint64_t mask(unsigned first, unsigned last)
{
    uint64_t from = UINT64_MAX >> first, to = UINT64_MAX << (63 - last);
    return first <= last ? from & to : from | to;
}

static uint64_t rotate_mask(const struct xenon_insn *in)
{
    switch (in->op) {
    case XENON_OP_RLWIMI:
    case XENON_OP_RLWINM:
    case XENON_OP_RLWNM:
        return mask(in->mb + 32U, in->me + 32U);
    case XENON_OP_RLDICL:
    case XENON_OP_RLDCL:
        return mask(in->mb, 63);
    case XENON_OP_RLDICR:
    case XENON_OP_RLDCR:
        return mask(0, in->me);
    case XENON_OP_RLDIC:
    case XENON_OP_RLDIMI:
        return mask(in->mb, 63U - in->sh);
    default:
        return in->imm;
    }
}

static bool bit(uint32_t word, unsigned n)
{
    return word >> (31 - n) & 1;
}

struct xenon_insn xenon_decode(uint64_t pc, uint32_t word)
{
    struct xenon_insn in = {.pc = pc, .word = word, .op = xenon_op_of(word), .a = XENON_ZERO, .b = XENON_ZERO};
    const struct xenon_op_info *info = &xenon_op_info[in.op];

    for (unsigned i = 0; i < info->operands; i++) {
        int64_t value = xenon_operand_get(info->operand[i], word);
        switch (info->operand[i]) {
#define OPERAND(name, kind, slot, ...)                                                                  \
    case XENON_OPERAND_##name:                                                                          \
        in.slot = (__typeof__(in.slot))(XENON_##kind == XENON_GPR0 && value == 0 ? XENON_ZERO : value); \
        break;
#include "models/xenon/isa/operands.def"
#undef OPERAND
        default:
            break;
        }
    }
    in.imm = rotate_mask(&in);
    if ((info->flags & XENON_RC && bit(word, 31)) || (info->flags & XENON_RC21 && bit(word, 21)) ||
        (info->flags & XENON_RC25 && bit(word, 25)))
        in.flags |= XENON_RC;
    if (info->flags & XENON_OE && bit(word, 21))
        in.flags |= XENON_OE;
    if (info->flags & XENON_LK && bit(word, 31))
        in.flags |= XENON_LK;
    if (info->flags & XENON_AA && bit(word, 30))
        in.flags |= XENON_AA;
    return in;
}
