/* What the files of vector instructions share: how an instruction's function is written, and how its flags are kept.
 *
 * A register is one number in the host's byte order (context.h). Work on all elements alike runs over the array as it
 * lies; elements that change their width keep their order when a wide one is taken apart by arithmetic, and the halves
 * of a register or of a pair are found by XENON_D: so almost nothing here asks for the host's byte order. */
#ifndef CYCLE360_XENON_ISA_OPS_VMX_H
#define CYCLE360_XENON_ISA_OPS_VMX_H

#include "models/xenon/isa/ops.h"

/* The head of an instruction's function. */
#define VMX_OP(id) enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in)

/* An instruction that does what another one does, on registers that decoding has found elsewhere in the word. */
#define VMX_SAME(id, other)             \
    VMX_OP(id)                          \
    {                                   \
        return xenon_op_##other(t, in); \
    }

/* for each element i of a vector seen as `member`. */
#define VMX_EACH(i, member) for (unsigned i = 0; i < sizeof(union xenon_vector) / sizeof(VMX_TYPE(member)); i++)
#define VMX_TYPE(member)    __typeof__(((union xenon_vector *)0)->member[0])

#define VMX_CLAMP(x, least, greatest) ((x) < (least) ? (least) : (x) > (greatest) ? (greatest) : (x))
#define VMX_AT_MOST(x, greatest)      ((x) > (greatest) ? (greatest) : (x))

/* VSCR.SAT is set by what saturates and cleared by mtvscr alone. */
static inline void vmx_saturated(struct xenon_context *t, bool any)
{
    t->vscr |= any ? XENON_VSCR_SAT : 0;
}

/* A comparison has left ones or zeros in every element of VD: with Rc, CR6 says whether all or none of them are ones.
 */
static inline enum xenon_outcome vmx_compared(struct xenon_context *t, const struct xenon_insn *in)
{
    const union xenon_vector *vd = &t->vr[in->d];
    if (in->flags & XENON_RC) {
        bool all = (vd->u64[0] & vd->u64[1]) == UINT64_MAX, none = (vd->u64[0] | vd->u64[1]) == 0;
        t->cr[6] = (uint8_t)(all ? XENON_LT : none ? XENON_EQ : 0);
    }
    return XENON_NEXT;
}

/* Two registers in a row, the first the left one: elements of both, all alike, as they lie. */
union vmx_pair {
    union xenon_vector half[2];
    uint8_t u8[32];
    uint16_t u16[16];
    uint32_t u32[8];
    int16_t s16[16];
    int32_t s32[8];
};

static inline union vmx_pair vmx_pair(union xenon_vector left, union xenon_vector right)
{
    union vmx_pair pair;
    pair.half[XENON_D(0)] = left;
    pair.half[XENON_D(1)] = right;
    return pair;
}

/* The register as one number. */
static inline unsigned __int128 vmx_number(union xenon_vector v)
{
    return (unsigned __int128)v.u64[XENON_D(0)] << 64 | v.u64[XENON_D(1)];
}

static inline union xenon_vector vmx_vector(unsigned __int128 number)
{
    union xenon_vector v;
    v.u64[XENON_D(0)] = (uint64_t)(number >> 64);
    v.u64[XENON_D(1)] = (uint64_t)number;
    return v;
}

/* vd with the words that `mask` names (8 the leftmost, 1 the rightmost) taken from `from` rotated left by z words. */
static inline union xenon_vector vmx_insert_rotated(union xenon_vector vd, union xenon_vector from, unsigned mask,
                                                    unsigned z)
{
    for (unsigned i = 0; i < 4; i++)
        if (mask & 8U >> i)
            vd.u32[XENON_W(i)] = from.u32[XENON_W((i + z) & 3)];
    return vd;
}

#endif
