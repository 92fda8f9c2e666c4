/* Vectors: bytes and words moved about, shifts of the whole register, splats, and VSCR. */
#include "models/xenon/isa/ops_vmx.h"

#include <string.h>

/* Elements of the left or the right halves of VA and VB in turn: a wide element is one of VA and then one of VB. The
 * half that is the left (0) or right (1) begins at element `XENON_D(half) * n` of the array. */
#define MERGED(id, narrow, wide, bits, half)                                                                      \
    VMX_OP(id)                                                                                                    \
    {                                                                                                             \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b];                                            \
        union xenon_vector vd;                                                                                    \
        const unsigned n = sizeof vd / sizeof vd.wide[0], first = XENON_D(half) * n;                              \
        for (unsigned i = 0; i < n; i++)                                                                          \
            vd.wide[i] = (VMX_TYPE(wide))((VMX_TYPE(wide))va.narrow[first + i] << (bits) | vb.narrow[first + i]); \
        t->vr[in->d] = vd;                                                                                        \
        return XENON_NEXT;                                                                                        \
    }

MERGED(VMRGHB, u8, u16, 8, 0)
MERGED(VMRGHH, u16, u32, 16, 0)
MERGED(VMRGHW, u32, u64, 32, 0)
MERGED(VMRGLB, u8, u16, 8, 1)
MERGED(VMRGLH, u16, u32, 16, 1)
MERGED(VMRGLW, u32, u64, 32, 1)
VMX_SAME(VMRGHW128, VMRGHW)
VMX_SAME(VMRGLW128, VMRGLW)

/* Every byte i = byte (VC[i] & 31) of VA||VB. Titles live on it, so a host that can look up 16 bytes at once is asked
 * to. Byte k of VA||VB stands at 31 - k in the pair where the host is little-endian, at k where it is not. */
#ifdef __SSSE3__
typedef char host_bytes __attribute__((vector_size(16)));

static union xenon_vector permuted(union xenon_vector va, union xenon_vector vb, union xenon_vector vc)
{
    host_bytes left, right, control;
    memcpy(&left, &va, sizeof left);
    memcpy(&right, &vb, sizeof right);
    memcpy(&control, &vc, sizeof control);
    const host_bytes place = ~control & 15, from_right = (host_bytes)((control & 16) == 16);
    left = __builtin_ia32_pshufb128(left, place) & ~from_right;
    right = __builtin_ia32_pshufb128(right, place) & from_right;
    left |= right;
    memcpy(&va, &left, sizeof va);
    return va;
}
#else
static union xenon_vector permuted(union xenon_vector va, union xenon_vector vb, union xenon_vector vc)
{
    const union vmx_pair pair = vmx_pair(va, vb);
    const unsigned reversed = XENON_B(0) ? 31 : 0;
    VMX_EACH(i, u8) vc.u8[i] = pair.u8[(vc.u8[i] ^ reversed) & 31];
    return vc;
}
#endif

VMX_OP(VPERM)
{
    t->vr[in->d] = permuted(t->vr[in->a], t->vr[in->b], t->vr[in->c]);
    return XENON_NEXT;
}
VMX_SAME(VPERM128, VPERM)

/* Bits of VB where `chooser` has ones, of VA where it has zeros. */
#define SELECTED(id, chooser)                                                                    \
    VMX_OP(id)                                                                                   \
    {                                                                                            \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b], chosen = t->vr[chooser];  \
        union xenon_vector vd;                                                                   \
        VMX_EACH(i, u64) vd.u64[i] = (va.u64[i] & ~chosen.u64[i]) | (vb.u64[i] & chosen.u64[i]); \
        t->vr[in->d] = vd;                                                                       \
        return XENON_NEXT;                                                                       \
    }

SELECTED(VSEL, in->c)
SELECTED(VSEL128, in->d) /* its word has no room for VC */

VMX_OP(VPERMWI128)
{
    const union xenon_vector vb = t->vr[in->b];
    union xenon_vector vd;
    for (unsigned i = 0; i < 4; i++)
        vd.u32[XENON_W(i)] = vb.u32[XENON_W(in->imm >> (6 - 2 * i) & 3)];
    t->vr[in->d] = vd;
    return XENON_NEXT;
}

VMX_OP(VRLIMI128)
{
    t->vr[in->d] = vmx_insert_rotated(t->vr[in->d], t->vr[in->b], in->mb, in->sh);
    return XENON_NEXT;
}

/* Shifts of the whole register: by bits of its last byte, or by the bytes that this byte counts in bits 1:4. The
 * architecture wants the low three bits of every byte of VB alike; the last byte's are used. */
static unsigned last_byte(union xenon_vector v)
{
    return v.u8[XENON_B(15)];
}

#define SHIFTED(id, op, count)                                         \
    VMX_OP(id)                                                         \
    {                                                                  \
        const unsigned last = last_byte(t->vr[in->b]);                 \
        t->vr[in->d] = vmx_vector(vmx_number(t->vr[in->a]) op(count)); \
        return XENON_NEXT;                                             \
    }

SHIFTED(VSL, <<, last & 7)
SHIFTED(VSR, >>, last & 7)
SHIFTED(VSLO, <<, last & 0x78)
SHIFTED(VSRO, >>, last & 0x78)
VMX_SAME(VSLO128, VSLO)
VMX_SAME(VSRO128, VSRO)

VMX_OP(VSLDOI)
{
    const unsigned __int128 va = vmx_number(t->vr[in->a]), vb = vmx_number(t->vr[in->b]);
    const unsigned bits = 8U * in->sh;
    t->vr[in->d] = vmx_vector(bits ? va << bits | vb >> (128 - bits) : va);
    return XENON_NEXT;
}
VMX_SAME(VSLDOI128, VSLDOI)

/* One value in every element. */
#define SPLAT(id, member, value)                              \
    VMX_OP(id)                                                \
    {                                                         \
        union xenon_vector vd;                                \
        const VMX_TYPE(member) x = (VMX_TYPE(member))(value); \
        VMX_EACH(i, member) vd.member[i] = x;                 \
        t->vr[in->d] = vd;                                    \
        return XENON_NEXT;                                    \
    }

SPLAT(VSPLTB, u8, t->vr[in->b].u8[XENON_B(in->imm & 15)])
SPLAT(VSPLTH, u16, t->vr[in->b].u16[XENON_H(in->imm & 7)])
SPLAT(VSPLTW, u32, t->vr[in->b].u32[XENON_W(in->imm & 3)])
SPLAT(VSPLTISB, u8, in->imm)
SPLAT(VSPLTISH, u16, in->imm)
SPLAT(VSPLTISW, u32, in->imm)
VMX_SAME(VSPLTW128, VSPLTW)
VMX_SAME(VSPLTISW128, VSPLTISW)

/* Bytes that count upwards from `first`, at most 16: the control with which vperm aligns what lies unaligned. */
static enum xenon_outcome count_up(struct xenon_context *t, const struct xenon_insn *in, unsigned first)
{
    const uint64_t each = first * UINT64_C(0x0101010101010101);
    t->vr[in->d].u64[XENON_D(0)] = UINT64_C(0x0001020304050607) + each;
    t->vr[in->d].u64[XENON_D(1)] = UINT64_C(0x08090A0B0C0D0E0F) + each;
    return XENON_NEXT;
}

VMX_OP(LVSL)
{
    return count_up(t, in, (t->gpr[in->a] + t->gpr[in->b]) & 15);
}

VMX_OP(LVSR)
{
    return count_up(t, in, 16 - ((t->gpr[in->a] + t->gpr[in->b]) & 15));
}

VMX_SAME(LVSL128, LVSL)
VMX_SAME(LVSR128, LVSR)

VMX_OP(MFVSCR)
{
    t->vr[in->d] = vmx_vector(t->vscr);
    return XENON_NEXT;
}

VMX_OP(MTVSCR)
{
    t->vscr = t->vr[in->b].u32[XENON_W(3)] & (XENON_VSCR_NJ | XENON_VSCR_SAT);
    return XENON_NEXT;
}

/* Data streams: hints, which this processor takes for no instruction at all. */
#define HINT(id)           \
    VMX_OP(id)             \
    {                      \
        (void)t, (void)in; \
        return XENON_NEXT; \
    }

HINT(DST)
HINT(DSTST)
HINT(DSS)
