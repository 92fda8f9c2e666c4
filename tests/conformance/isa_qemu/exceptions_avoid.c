/* What cases must be dropped, because QEMU is no oracle for them. */
#include "tests/conformance/isa_qemu/exceptions_parts.h"
#include "tests/conformance/isa_qemu/protocol.h"

#include <string.h>

static unsigned bytes_at_most(const struct instant *i)
{
    switch (i->in->op) {
    case XENON_OP_LMW:
    case XENON_OP_STMW:
        return 4 * (32U - i->in->d);
    case XENON_OP_LSWI:
    case XENON_OP_STSWI:
        return i->in->sh == 0 ? 32 : i->in->sh;
    case XENON_OP_LSWX:
    case XENON_OP_STSWX:
        return i->t->xer_count;
    default:
        return 8;
    }
}

static bool touches_memory(const struct xenon_op_info *info)
{
    return info->group == XENON_LOAD || info->group == XENON_STORE || strncmp(info->mnemonic, "lv", 2) == 0 ||
           strncmp(info->mnemonic, "stv", 3) == 0 || strncmp(info->mnemonic, "dcb", 3) == 0 ||
           strcmp(info->mnemonic, "icbi") == 0;
}

/* The first and last byte that an access may touch. */
static void range(const struct instant *i, uint64_t *first, uint64_t *last)
{
    *first = i->t->gpr[i->in->a] + i->t->gpr[i->in->b] + i->in->imm;
    *last = *first + bytes_at_most(i) - 1;
    if (i->in->op == XENON_OP_DCBZ || i->in->op == XENON_OP_DCBZ128) {
        *first &= ~UINT64_C(127);
        *last = *first + 127;
    } else if (xenon_op_info[i->in->op].group == XENON_VMX) {
        *first &= ~UINT64_C(15);
        *last = *first + 15;
    }
}

bool avoid_outside(const struct instant *i)
{
    const struct xenon_op_info *info = &xenon_op_info[i->in->op];
    if (!touches_memory(info) || info->flags & (XENON_SUPERVISOR | XENON_HYPERVISOR))
        return false;
    uint64_t first, last;
    range(i, &first, &last);
    uint64_t nowhere = UINT64_C(1) << 32;
    if (first >= nowhere) { /* nothing is there: both fault at once */
        first -= nowhere;
        last -= nowhere;
    }
    return first < GUEST_WINDOW || last >= GUEST_WINDOW + GUEST_WINDOW_SIZE;
}

bool avoid_invalid_multiple(const struct instant *i)
{
    unsigned registers = i->in->op == XENON_OP_LMW ? 32U - i->in->d : (bytes_at_most(i) + 3) / 4;
    for (unsigned k = 0; k < registers; k++)
        if ((i->in->d + k) % 32 == i->in->a || (i->in->op == XENON_OP_LSWX && (i->in->d + k) % 32 == i->in->b))
            return true;
    return i->in->op == XENON_OP_LMW && i->in->d == 0; /* register 0, even as no address */
}

bool avoid_xer_reserved(const struct instant *i)
{
    return i->in->imm == 1 && i->t->gpr[i->in->d] & ~UINT64_C(0xE000007F);
}

bool avoid_vscr_reserved(const struct instant *i)
{
    return i->t->vr[i->in->b].u32[XENON_W(3)] & ~(XENON_VSCR_NJ | XENON_VSCR_SAT);
}

static uint64_t address_of(const struct instant *i)
{
    return i->t->gpr[i->in->a] + i->t->gpr[i->in->b] + i->in->imm;
}

bool avoid_unaligned_conditional(const struct instant *i)
{
    return address_of(i) % (i->in->op == XENON_OP_STDCX ? 8 : 4) != 0;
}

bool avoid_reserved_store(const struct instant *i)
{
    uint64_t first, last;
    range(i, &first, &last);
    return i->t->reservation.held && i->in->op != XENON_OP_STWCX && i->in->op != XENON_OP_STDCX &&
           first < i->t->reservation.address + i->notes->reserved && last >= i->t->reservation.address;
}

bool avoid_other_size(const struct instant *i)
{
    return i->t->reservation.held && i->notes->reserved != (i->in->op == XENON_OP_STDCX ? 8 : 4);
}

bool avoid_pvr(const struct instant *i)
{
    const unsigned pvr = 287;
    return i->in->imm == pvr;
}

bool avoid_foreign(const struct instant *i)
{
    unsigned primary = i->in->word >> 26, extended = i->in->word >> 1 & 1023;
    switch (primary) {
    case 4: /* bit 31 is ignored, once even where no bit would make it an instruction */
        return xenon_op_of(i->in->word ^ 1) != XENON_OP_ILLEGAL || (i->in->word & 0x7FF) == 0x1CD;
    case 19: /* mcrf whatever bits 21 to 25 are */
        return (extended & 31) == 0;
    case 31:
        switch (extended) {
        case 150: /* stwcx., stdcx. without their record bit */
        case 214:
        case 210: /* mtsr, mtsrin: privileged before they are absent */
        case 242:
        case 658: /* transactional memory */
        case 690:
        case 722:
        case 754:
            return true;
        default:
            return false;
        }
    default: /* of VSX words, QEMU 7.2 crashes at some */
        return primary == 60;
    }
}

bool avoid_set_ni(const struct instant *i)
{
    const unsigned bit = 29; /* where NI is */
    return i->in->d == bit;
}

bool avoid_cache_nowhere(const struct instant *i)
{
    return address_of(i) > UINT32_MAX;
}

bool avoid_stream_zero(const struct instant *i)
{
    return i->in->a == 0;
}

bool avoid_ni(const struct instant *i)
{
    return exceptions_calculates(i->in->op) && i->t->fpscr & FPSCR_NI;
}

bool avoid_fr_moved(const struct instant *i)
{
    return i->notes->fpscr & FPSCR_FR && (i->in->op == XENON_OP_MFFS || i->in->a == 3);
}

bool avoid_fx_cleared(const struct instant *i)
{
    return exceptions_calculates(i->in->op) && i->t->fpscr & FPSCR_EXCEPTIONS && !(i->t->fpscr & FPSCR_FX);
}

bool avoid_estimate_inexact(const struct instant *i)
{
    return i->t->fpscr & FPSCR_XE;
}

bool avoid_reciprocal_of_zero(const struct instant *i)
{
    return i->t->fpr[i->in->b] << 1 == 0;
}

bool avoid_product_and_nan(const struct instant *i)
{
    const uint64_t infinity = UINT64_C(0x7FF) << 53; /* without its sign */
    uint64_t a = i->t->fpr[i->in->a] << 1, c = i->t->fpr[i->in->c] << 1;
    return is_signalling(i->t->fpr[i->in->b]) && ((a == 0 && c == infinity) || (a == infinity && c == 0));
}
