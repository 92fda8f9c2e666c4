/* Vectors: two registers' elements packed into one of half the width, and the way back. */
#include "models/xenon/isa/ops_vmx.h"

/* The elements x of VA and then of VB, each as the expression makes it. */
#define PACKED(id, from, to, expression)                                  \
    VMX_OP(id)                                                            \
    {                                                                     \
        const union vmx_pair pair = vmx_pair(t->vr[in->a], t->vr[in->b]); \
        union xenon_vector vd;                                            \
        VMX_EACH(i, to)                                                   \
        {                                                                 \
            const VMX_TYPE(from) x = pair.from[i];                        \
            vd.to[i] = (VMX_TYPE(to))(expression);                        \
        }                                                                 \
        t->vr[in->d] = vd;                                                \
        return XENON_NEXT;                                                \
    }

/* The same, where an element that the expression changes is one that saturates. */
#define PACKED_SATURATED(id, from, to, expression)                                      \
    VMX_OP(id)                                                                          \
    {                                                                                   \
        const union vmx_pair pair = vmx_pair(t->vr[in->a], t->vr[in->b]);               \
        union xenon_vector vd;                                                          \
        VMX_TYPE(from) differs = 0;                                                     \
        VMX_EACH(i, to)                                                                 \
        {                                                                               \
            const VMX_TYPE(from) x = pair.from[i], held = (VMX_TYPE(from))(expression); \
            vd.to[i] = (VMX_TYPE(to))held;                                              \
            differs |= (VMX_TYPE(from))(x ^ held);                                      \
        }                                                                               \
        t->vr[in->d] = vd;                                                              \
        vmx_saturated(t, differs != 0);                                                 \
        return XENON_NEXT;                                                              \
    }

PACKED(VPKUHUM, u16, u8, x)
PACKED(VPKUWUM, u32, u16, x)
PACKED_SATURATED(VPKUHUS, u16, u8, VMX_AT_MOST(x, UINT8_MAX))
PACKED_SATURATED(VPKUWUS, u32, u16, VMX_AT_MOST(x, UINT16_MAX))
PACKED_SATURATED(VPKSHUS, s16, u8, VMX_CLAMP(x, 0, UINT8_MAX))
PACKED_SATURATED(VPKSWUS, s32, u16, VMX_CLAMP(x, 0, UINT16_MAX))
PACKED_SATURATED(VPKSHSS, s16, s8, VMX_CLAMP(x, INT8_MIN, INT8_MAX))
PACKED_SATURATED(VPKSWSS, s32, s16, VMX_CLAMP(x, INT16_MIN, INT16_MAX))
VMX_SAME(VPKUHUM128, VPKUHUM)
VMX_SAME(VPKUWUM128, VPKUWUM)
VMX_SAME(VPKUHUS128, VPKUHUS)
VMX_SAME(VPKUWUS128, VPKUWUS)
VMX_SAME(VPKSHUS128, VPKSHUS)
VMX_SAME(VPKSWUS128, VPKSWUS)
VMX_SAME(VPKSHSS128, VPKSHSS)
VMX_SAME(VPKSWSS128, VPKSWSS)

/* A pixel: the last bit of alpha and the upper five of each colour. */
PACKED(VPKPX, u32, u16, (x >> 9 & 0xFC00) | (x >> 6 & 0x03E0) | (x >> 3 & 0x001F))

/* The elements x of VB's left (0) or right (1) half. */
#define UNPACKED(id, from, to, half, expression)                                   \
    VMX_OP(id)                                                                     \
    {                                                                              \
        const union xenon_vector vb = t->vr[in->b];                                \
        union xenon_vector vd;                                                     \
        const unsigned n = sizeof vd / sizeof vd.to[0], first = XENON_D(half) * n; \
        for (unsigned i = 0; i < n; i++) {                                         \
            const VMX_TYPE(from) x = vb.from[first + i];                           \
            vd.to[i] = (VMX_TYPE(to))(expression);                                 \
        }                                                                          \
        t->vr[in->d] = vd;                                                         \
        return XENON_NEXT;                                                         \
    }

UNPACKED(VUPKHSB, s8, s16, 0, x)
UNPACKED(VUPKLSB, s8, s16, 1, x)
UNPACKED(VUPKHSH, s16, s32, 0, x)
UNPACKED(VUPKLSH, s16, s32, 1, x)
VMX_SAME(VUPKHSB128, VUPKHSB)
VMX_SAME(VUPKLSB128, VUPKLSB)
VMX_SAME(VUPKHSH128, VUPKHSH)
VMX_SAME(VUPKLSH128, VUPKLSH)

#define PIXEL(x) ((x & 0x8000 ? 0xFF000000 : 0) | (x & 0x7C00U) << 6 | (x & 0x03E0U) << 3 | (x & 0x001FU))
UNPACKED(VUPKHPX, u16, u32, 0, PIXEL(x))
UNPACKED(VUPKLPX, u16, u32, 1, PIXEL(x))
