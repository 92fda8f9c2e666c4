/* Moves from and to FPSCR. FEX and VX follow from the other bits and are never moved to. */
#include "models/xenon/isa/fpscr.h"
#include "models/xenon/isa/ops.h"

/* The bits of field n. */
static uint32_t field(unsigned n)
{
    return UINT32_C(0xF0000000) >> (4 * n);
}

static enum xenon_outcome put(struct xenon_context *t, const struct xenon_insn *in, uint32_t bits, uint32_t value)
{
    bits &= XENON_FPSCR_WRITABLE;
    t->fpscr = (t->fpscr & ~bits) | (value & bits);
    return xenon_fpscr_finish(t, in);
}

enum xenon_outcome xenon_op_MFFS(struct xenon_context *t, const struct xenon_insn *in)
{
    uint64_t high = t->settings.mffs_high_nan_box ? UINT64_C(0xFFF8000000000000) : 0;
    t->fpr[in->d] = high | t->fpscr;
    xenon_fpscr_record(t, in);
    return XENON_NEXT;
}

enum xenon_outcome xenon_op_MCRFS(struct xenon_context *t, const struct xenon_insn *in)
{
    t->cr[in->d] = t->fpscr >> (28 - 4 * in->a) & 15;
    return put(t, in, field(in->a) & (XENON_FPSCR_FX | XENON_FPSCR_EXCEPTIONS), 0);
}

enum xenon_outcome xenon_op_MTFSB0(struct xenon_context *t, const struct xenon_insn *in)
{
    return put(t, in, UINT32_C(0x80000000) >> in->d, 0);
}

/* Alone among the moves it sets FX when it sets an exception. */
enum xenon_outcome xenon_op_MTFSB1(struct xenon_context *t, const struct xenon_insn *in)
{
    uint32_t bit = UINT32_C(0x80000000) >> in->d;
    xenon_fpscr_set(t, bit & XENON_FPSCR_EXCEPTIONS);
    return put(t, in, bit, bit);
}

enum xenon_outcome xenon_op_MTFSFI(struct xenon_context *t, const struct xenon_insn *in)
{
    return put(t, in, field(in->d), (uint32_t)in->imm << (28 - 4 * in->d));
}

enum xenon_outcome xenon_op_MTFSF(struct xenon_context *t, const struct xenon_insn *in)
{
    uint32_t bits = 0;
    for (unsigned i = 0; i < 8; i++)
        if (in->imm >> (7 - i) & 1)
            bits |= field(i);
    return put(t, in, bits, (uint32_t)t->fpr[in->b]);
}
