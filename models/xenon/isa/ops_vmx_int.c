/* Vector integers, element by element: sums, averages, greater and lesser, comparisons, logic, shifts and rotates. */
#include "models/xenon/isa/ops_vmx.h"

/* VD[i] = the expression of a = VA[i] and b = VB[i], cut to the element. */
#define LANES(id, member, expression)                                  \
    VMX_OP(id)                                                         \
    {                                                                  \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b]; \
        union xenon_vector vd;                                         \
        VMX_EACH(i, member)                                            \
        {                                                              \
            const VMX_TYPE(member) a = va.member[i], b = vb.member[i]; \
            vd.member[i] = (VMX_TYPE(member))(expression);             \
        }                                                              \
        t->vr[in->d] = vd;                                             \
        return XENON_NEXT;                                             \
    }

/* VD[i] = the expression, exact in `wide` and then held to what the element can be. */
#define SATURATED(id, member, wide, expression, least, greatest)                             \
    VMX_OP(id)                                                                               \
    {                                                                                        \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b];                       \
        union xenon_vector vd;                                                               \
        wide differs = 0;                                                                    \
        VMX_EACH(i, member)                                                                  \
        {                                                                                    \
            const wide a = va.member[i], b = vb.member[i];                                   \
            const wide exact = (wide)(expression), held = VMX_CLAMP(exact, least, greatest); \
            vd.member[i] = (VMX_TYPE(member))held;                                           \
            differs |= exact ^ held;                                                         \
        }                                                                                    \
        t->vr[in->d] = vd;                                                                   \
        vmx_saturated(t, differs != 0);                                                      \
        return XENON_NEXT;                                                                   \
    }

#define COMPARED(id, member, expression)                                      \
    VMX_OP(id)                                                                \
    {                                                                         \
        const union xenon_vector va = t->vr[in->a], vb = t->vr[in->b];        \
        union xenon_vector vd;                                                \
        VMX_EACH(i, member)                                                   \
        {                                                                     \
            const VMX_TYPE(member) a = va.member[i], b = vb.member[i];        \
            vd.member[i] = (VMX_TYPE(member))((expression) ? UINT64_MAX : 0); \
        }                                                                     \
        t->vr[in->d] = vd;                                                    \
        return vmx_compared(t, in);                                           \
    }

/* Sums and differences */

LANES(VADDUBM, u8, a + b)
LANES(VADDUHM, u16, a + b)
LANES(VADDUWM, u32, a + b)
LANES(VSUBUBM, u8, a - b)
LANES(VSUBUHM, u16, a - b)
LANES(VSUBUWM, u32, a - b)

LANES(VADDCUW, u32, (uint32_t)(a + b) < a)
LANES(VSUBCUW, u32, a >= b)

SATURATED(VADDSBS, s8, int16_t, a + b, INT8_MIN, INT8_MAX)
SATURATED(VADDSHS, s16, int32_t, a + b, INT16_MIN, INT16_MAX)
SATURATED(VADDSWS, s32, int64_t, a + b, INT32_MIN, INT32_MAX)
SATURATED(VADDUBS, u8, int16_t, a + b, 0, UINT8_MAX)
SATURATED(VADDUHS, u16, int32_t, a + b, 0, UINT16_MAX)
SATURATED(VADDUWS, u32, int64_t, a + b, 0, UINT32_MAX)
SATURATED(VSUBSBS, s8, int16_t, a - b, INT8_MIN, INT8_MAX)
SATURATED(VSUBSHS, s16, int32_t, a - b, INT16_MIN, INT16_MAX)
SATURATED(VSUBSWS, s32, int64_t, a - b, INT32_MIN, INT32_MAX)
SATURATED(VSUBUBS, u8, int16_t, a - b, 0, UINT8_MAX)
SATURATED(VSUBUHS, u16, int32_t, a - b, 0, UINT16_MAX)
SATURATED(VSUBUWS, u32, int64_t, a - b, 0, UINT32_MAX)

/* Averages, a half rounded up */

LANES(VAVGUB, u8, (a + b + 1) >> 1)
LANES(VAVGUH, u16, (a + b + 1) >> 1)
LANES(VAVGUW, u32, ((uint64_t)a + b + 1) >> 1)
LANES(VAVGSB, s8, (a + b + 1) >> 1)
LANES(VAVGSH, s16, (a + b + 1) >> 1)
LANES(VAVGSW, s32, ((int64_t)a + b + 1) >> 1)

/* The greater and the lesser */

LANES(VMAXUB, u8, a > b ? a : b)
LANES(VMAXUH, u16, a > b ? a : b)
LANES(VMAXUW, u32, a > b ? a : b)
LANES(VMAXSB, s8, a > b ? a : b)
LANES(VMAXSH, s16, a > b ? a : b)
LANES(VMAXSW, s32, a > b ? a : b)
LANES(VMINUB, u8, a < b ? a : b)
LANES(VMINUH, u16, a < b ? a : b)
LANES(VMINUW, u32, a < b ? a : b)
LANES(VMINSB, s8, a < b ? a : b)
LANES(VMINSH, s16, a < b ? a : b)
LANES(VMINSW, s32, a < b ? a : b)

/* Comparisons */

COMPARED(VCMPEQUB, u8, a == b)
COMPARED(VCMPEQUH, u16, a == b)
COMPARED(VCMPEQUW, u32, a == b)
COMPARED(VCMPGTUB, u8, a > b)
COMPARED(VCMPGTUH, u16, a > b)
COMPARED(VCMPGTUW, u32, a > b)
COMPARED(VCMPGTSB, s8, a > b)
COMPARED(VCMPGTSH, s16, a > b)
COMPARED(VCMPGTSW, s32, a > b)
VMX_SAME(VCMPEQUW128, VCMPEQUW)

/* Logic */

LANES(VAND, u64, a &b)
LANES(VANDC, u64, a & ~b)
LANES(VOR, u64, a | b)
LANES(VXOR, u64, a ^ b)
LANES(VNOR, u64, ~(a | b))
VMX_SAME(VAND128, VAND)
VMX_SAME(VANDC128, VANDC)
VMX_SAME(VOR128, VOR)
VMX_SAME(VXOR128, VXOR)
VMX_SAME(VNOR128, VNOR)

/* Shifts and rotates: by as many low bits of VB's element as can count its width */

LANES(VRLB, u8, a << (b & 7) | a >> (-b & 7))
LANES(VRLH, u16, a << (b & 15) | a >> (-b & 15))
LANES(VRLW, u32, a << (b & 31) | a >> (-b & 31))
LANES(VSLB, u8, a << (b & 7))
LANES(VSLH, u16, a << (b & 15))
LANES(VSLW, u32, a << (b & 31))
LANES(VSRB, u8, a >> (b & 7))
LANES(VSRH, u16, a >> (b & 15))
LANES(VSRW, u32, a >> (b & 31))
LANES(VSRAB, s8, a >> (b & 7))
LANES(VSRAH, s16, a >> (b & 15))
LANES(VSRAW, s32, a >> (b & 31))
VMX_SAME(VRLW128, VRLW)
VMX_SAME(VSLW128, VSLW)
VMX_SAME(VSRW128, VSRW)
VMX_SAME(VSRAW128, VSRAW)
