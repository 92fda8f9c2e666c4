/* Vector integers: products, products with a sum, and sums across a register. */
#include "models/xenon/isa/ops_vmx.h"

/* Products of the even or the odd elements, each as wide as two. A wide element holds an even one on the left and an
 * odd one on the right. */
#define EVEN(narrow, bits, x) ((narrow)((x) >> (bits)))
#define ODD(narrow, bits, x)  ((narrow)(x))
#define PRODUCTS(id, wide, which, narrow, bits)                                                                  \
    VMX_OP(id)                                                                                                   \
    {                                                                                                            \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b];                                           \
        union xenon_vector vd;                                                                                   \
        VMX_EACH(i, wide)                                                                                        \
        vd.wide[i] =                                                                                             \
            (VMX_TYPE(wide))((VMX_TYPE(wide))which(narrow, bits, va.wide[i]) * which(narrow, bits, vb.wide[i])); \
        t->vr[in->d] = vd;                                                                                       \
        return XENON_NEXT;                                                                                       \
    }

PRODUCTS(VMULEUB, u16, EVEN, uint8_t, 8)
PRODUCTS(VMULEUH, u32, EVEN, uint16_t, 16)
PRODUCTS(VMULESB, s16, EVEN, int8_t, 8)
PRODUCTS(VMULESH, s32, EVEN, int16_t, 16)
PRODUCTS(VMULOUB, u16, ODD, uint8_t, 8)
PRODUCTS(VMULOUH, u32, ODD, uint16_t, 16)
PRODUCTS(VMULOSB, s16, ODD, int8_t, 8)
PRODUCTS(VMULOSH, s32, ODD, int16_t, 16)

/* VD[i] = the upper part of a product, plus c, saturated; `rounding` is half of what the shift takes away, or 0. */
#define UPPER_PRODUCTS(id, rounding)                                                        \
    VMX_OP(id)                                                                              \
    {                                                                                       \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b], vc = t->vr[in->c];   \
        union xenon_vector vd;                                                              \
        int32_t differs = 0;                                                                \
        VMX_EACH(i, s16)                                                                    \
        {                                                                                   \
            const int32_t exact = ((va.s16[i] * vb.s16[i] + (rounding)) >> 15) + vc.s16[i]; \
            const int32_t held = VMX_CLAMP(exact, INT16_MIN, INT16_MAX);                    \
            vd.s16[i] = (int16_t)held;                                                      \
            differs |= exact ^ held;                                                        \
        }                                                                                   \
        t->vr[in->d] = vd;                                                                  \
        vmx_saturated(t, differs != 0);                                                     \
        return XENON_NEXT;                                                                  \
    }

UPPER_PRODUCTS(VMHADDSHS, 0)
UPPER_PRODUCTS(VMHRADDSHS, 0x4000)

VMX_OP(VMLADDUHM)
{
    const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b], vc = t->vr[in->c];
    union xenon_vector vd;
    VMX_EACH(i, u16) vd.u16[i] = (uint16_t)((uint32_t)va.u16[i] * vb.u16[i] + vc.u16[i]);
    t->vr[in->d] = vd;
    return XENON_NEXT;
}

/* Word by word: that of the register `addend`, and for each part of the word of `bits` bits one term. a and b are the
 * words of VA and VB shifted so that the part stands lowest: a cast takes it. */
#define WORD_SUMS(id, bits, addend, term)                                                      \
    VMX_OP(id)                                                                                 \
    {                                                                                          \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b], vs = t->vr[in->addend]; \
        union xenon_vector vd;                                                                 \
        VMX_EACH(i, u32)                                                                       \
        {                                                                                      \
            uint32_t sum = vs.u32[i];                                                          \
            for (unsigned part = 0; part < 32; part += (bits)) {                               \
                const uint32_t a = va.u32[i] >> part, b = vb.u32[i] >> part;                   \
                sum += (uint32_t)(term);                                                       \
            }                                                                                  \
            vd.u32[i] = sum;                                                                   \
        }                                                                                      \
        t->vr[in->d] = vd;                                                                     \
        return XENON_NEXT;                                                                     \
    }

/* The same, summed without loss and then held to a word. */
#define SATURATED_WORD_SUMS(id, bits, addend, member, least, greatest, term)                   \
    VMX_OP(id)                                                                                 \
    {                                                                                          \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b], vs = t->vr[in->addend]; \
        union xenon_vector vd;                                                                 \
        int64_t differs = 0;                                                                   \
        VMX_EACH(i, member)                                                                    \
        {                                                                                      \
            int64_t sum = vs.member[i];                                                        \
            for (unsigned part = 0; part < 32; part += (bits)) {                               \
                const uint32_t a = va.u32[i] >> part, b = vb.u32[i] >> part;                   \
                (void)b; /* VB may be the addend alone */                                      \
                sum += (term);                                                                 \
            }                                                                                  \
            const int64_t held = VMX_CLAMP(sum, least, greatest);                              \
            vd.member[i] = (VMX_TYPE(member))held;                                             \
            differs |= sum ^ held;                                                             \
        }                                                                                      \
        t->vr[in->d] = vd;                                                                     \
        vmx_saturated(t, differs != 0);                                                        \
        return XENON_NEXT;                                                                     \
    }

WORD_SUMS(VMSUMUBM, 8, c, (uint8_t)a *(uint8_t)b)
WORD_SUMS(VMSUMMBM, 8, c, (int8_t)a *(uint8_t)b)
WORD_SUMS(VMSUMUHM, 16, c, (uint32_t)(uint16_t)a *(uint16_t)b)
WORD_SUMS(VMSUMSHM, 16, c, (int16_t)a *(int16_t)b)
SATURATED_WORD_SUMS(VMSUMUHS, 16, c, u32, 0, UINT32_MAX, (uint32_t)(uint16_t)a *(uint16_t)b)
SATURATED_WORD_SUMS(VMSUMSHS, 16, c, s32, INT32_MIN, INT32_MAX, (int16_t)a *(int16_t)b)
SATURATED_WORD_SUMS(VSUM4UBS, 8, b, u32, 0, UINT32_MAX, (uint8_t)a)
SATURATED_WORD_SUMS(VSUM4SBS, 8, b, s32, INT32_MIN, INT32_MAX, (int8_t)a)
SATURATED_WORD_SUMS(VSUM4SHS, 16, b, s32, INT32_MIN, INT32_MAX, (int16_t)a)

/* Sums of words into the last word of each half or of the whole; the other words become 0. */
static enum xenon_outcome sum_words(struct xenon_context *t, const struct xenon_insn *in, unsigned count)
{
    const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b];
    union xenon_vector vd = {0};
    bool saturated = false;
    for (unsigned last = count - 1; last < 4; last += count) {
        int64_t sum = vb.s32[XENON_W(last)];
        for (unsigned i = last + 1 - count; i <= last; i++)
            sum += va.s32[XENON_W(i)];
        vd.s32[XENON_W(last)] = (int32_t)VMX_CLAMP(sum, INT32_MIN, INT32_MAX);
        saturated |= sum != vd.s32[XENON_W(last)];
    }
    t->vr[in->d] = vd;
    vmx_saturated(t, saturated);
    return XENON_NEXT;
}

VMX_OP(VSUM2SWS)
{
    return sum_words(t, in, 2);
}

VMX_OP(VSUMSWS)
{
    return sum_words(t, in, 4);
}
