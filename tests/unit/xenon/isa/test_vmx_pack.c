/* Packs and unpacks, against loops over elements and, for pixels, over bits as the manual numbers them. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>

static void pack(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned half = 128 / row->bits;
    for (unsigned i = 0; i < 2 * half; i++) {
        int64_t x = i < half ? vmx_get_number(n->a, row->bits, i, row->is_signed)
                             : vmx_get_number(n->b, row->bits, i - half, row->is_signed);
        if (row->saturates)
            x = vmx_hold_number(n, x, row->bits / 2, row->to_signed);
        vmx_put(n->d, row->bits / 2, i, (uint64_t)x);
    }
}

static void pack_pixels(struct vmx_naive *n, const struct vmx_row *row)
{
    static const unsigned kept[16] = {7, 8, 9, 10, 11, 12, 16, 17, 18, 19, 20, 24, 25, 26, 27, 28};
    (void)row;
    for (unsigned pixel = 0; pixel < 8; pixel++)
        for (unsigned i = 0; i < 16; i++)
            vmx_put_bit(n->d, pixel * 16 + i, vmx_get_bit(pixel < 4 ? n->a : n->b, pixel % 4 * 32 + kept[i]));
}

static void unpack(struct vmx_naive *n, const struct vmx_row *row)
{
    const unsigned count = 64 / row->bits;
    for (unsigned i = 0; i < count; i++)
        vmx_put(n->d, 2 * row->bits, i, (uint64_t)vmx_get_number(n->b, row->bits, row->which * count + i, true));
}

static void unpack_pixels(struct vmx_naive *n, const struct vmx_row *row)
{
    for (unsigned pixel = 0; pixel < 4; pixel++) {
        const unsigned from = (row->which * 4 + pixel) * 16, to = pixel * 32;
        for (unsigned i = 0; i < 32; i++)
            vmx_put_bit(n->d, to + i, i < 8 && vmx_get_bit(n->b, from));
        for (unsigned colour = 0; colour < 3; colour++)
            for (unsigned i = 0; i < 5; i++)
                vmx_put_bit(n->d, to + 11 + colour * 8 + i, vmx_get_bit(n->b, from + 1 + colour * 5 + i));
    }
}

#define PACK_MODULO(id, width) VMX_ROW(id, pack, .bits = width), VMX_ROW(id##128, pack, .bits = width)
#define PACK(id, width, from, to)                                                            \
    VMX_ROW(id, pack, .bits = width, .is_signed = from, .to_signed = to, .saturates = true), \
        VMX_ROW(id##128, pack, .bits = width, .is_signed = from, .to_signed = to, .saturates = true)
#define UNPACK(id, width, half) \
    VMX_ROW(id, unpack, .bits = width, .which = half), VMX_ROW(id##128, unpack, .bits = width, .which = half)

static void packs(void)
{
    static const struct vmx_row rows[] = {
        PACK_MODULO(VPKUHUM, 16),        PACK_MODULO(VPKUWUM, 32),       PACK(VPKUHUS, 16, false, false),
        PACK(VPKUWUS, 32, false, false), PACK(VPKSHUS, 16, true, false), PACK(VPKSWUS, 32, true, false),
        PACK(VPKSHSS, 16, true, true),   PACK(VPKSWSS, 32, true, true),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 3000, NULL);
}

static void unpacks(void)
{
    static const struct vmx_row rows[] = {
        UNPACK(VUPKHSB, 8, 0),
        UNPACK(VUPKLSB, 8, 1),
        UNPACK(VUPKHSH, 16, 0),
        UNPACK(VUPKLSH, 16, 1),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 500, NULL);
}

static void pixels(void)
{
    static const struct vmx_row rows[] = {
        VMX_ROW(VPKPX, pack_pixels),
        VMX_ROW(VUPKHPX, unpack_pixels, .which = 0),
        VMX_ROW(VUPKLPX, unpack_pixels, .which = 1),
    };
    vmx_hold(rows, sizeof rows / sizeof rows[0], 1000, NULL);
}

void test_vmx_pack(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/vmx_pack", NULL, NULL);
    CU_add_test(suite, "packs cut or saturate, VA's elements before VB's", packs);
    CU_add_test(suite, "unpacks extend the sign of a half", unpacks);
    CU_add_test(suite, "pixels of 1, 5, 5 and 5 bits go both ways", pixels);
}
