/* The reference of tests/support against published encodings and results: who judges others is judged first. */
#include "tests/support/isa_reference.h"
#include "tests/support/isa_reference_parts.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

struct quad {
    uint32_t w[4];
};

static struct isa_reference machine(void)
{
    struct isa_reference r;
    memset(&r, 0, sizeof r);
    r.msr = ISA_MSR_VXU | ISA_MSR_FP;
    r.vscr = 0x00010000;
    return r;
}

static void put(struct isa_reference *r, unsigned n, struct quad q)
{
    for (unsigned i = 0; i < 4; i++)
        isa_set_word(r->vr[n], i, q.w[i]);
}

/* The four words of register n after the instruction. */
static struct quad after(struct isa_reference *r, uint32_t word, unsigned n)
{
    struct quad q;
    CU_ASSERT_TRUE(isa_reference_execute(r, word));
    for (unsigned i = 0; i < 4; i++)
        q.w[i] = isa_get_word(r->vr[n], i);
    return q;
}

static void is(struct quad got, uint32_t x, uint32_t y, uint32_t z, uint32_t w)
{
    CU_ASSERT_EQUAL(got.w[0], x);
    CU_ASSERT_EQUAL(got.w[1], y);
    CU_ASSERT_EQUAL(got.w[2], z);
    CU_ASSERT_EQUAL(got.w[3], w);
}

static void knows_published_encodings(void)
{
    static const struct {
        uint32_t word;
        const char *mnemonic;
    } known[] = {
        {0x14C3EC3B, "vaddfp128"},  {0x142004D7, "vmaddfp128"},  {0x17FFFAFD, "vor128"},
        {0x14000335, "vxor128"},    {0x1481135D, "vsel128"},     {0x1910C707, "vmrghw128"},
        {0x13E320CF, "lvx128"},     {0x1000F9CB, "stvx128"},     {0x13EA5987, "stvewx128"},
        {0x10014C0F, "lvlx128"},    {0x179DF1E5, "vperm128"},    {0x19BF6A36, "vcfpsxws128"},
        {0x18220F37, "vspltw128"},  {0x1B1F077C, "vspltisw128"}, {0x1A407677, "vrsqrtefp128"},
        {0x18641FF0, "vupkd3d128"}, {0x18961E10, "vpkd3d128"},   {0x188116DE, "vpkd3d128"},
        {0x188F1F50, "vrlimi128"},  {0x1BE70795, "vrlimi128"},   {0x13FFF935, "vsldoi128"},
        {0x1003333E, "vsldoi128"},  {0x18A60C01, "vcmpeqfp128"}, {0x189F056C, "vcmpgtfp128"},
        {0x18841BD0, "vpermwi128"}, {0x1B5B121A, "vpermwi128"},  {0x18200B86, "vupkhsb128"},
        {0x18200FA6, "vupkhsh128"}, {0x18400FE0, "vupklsh128"},  {0x7C210B78, "or"},
        {0x0FE00014, "twi"},        {0x44000002, "sc"},
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        const char *mnemonic = isa_reference_mnemonic(known[i].word);
        CU_ASSERT_PTR_NOT_NULL_FATAL(mnemonic);
        CU_ASSERT_STRING_EQUAL(mnemonic, known[i].mnemonic);
    }
    CU_ASSERT_PTR_NULL(isa_reference_mnemonic(0));
}

/* vpkd3d128 v4, v3, type, mask, z */
static uint32_t pack(unsigned type, unsigned mask, unsigned z)
{
    return 0x18800000 | type << 18 | mask << 16 | 3 << 11 | 0x610 | z << 6;
}

static void packs_as_published(void)
{
    static const struct {
        unsigned type, mask;
        struct quad in;
        uint32_t w2, w3;
    } known[] = {
        {0, 1, {{0x40400001, 0x40400002, 0x40400003, 0x40400004}}, 0, 0x04010203},
        {0, 1, {{0x40800000, 0x40000000, 0xC2F60000, 0x4B3BDF83}}, 0, 0xFFFF0000},
        {0, 1, {{0x40800000, 0x40000000, 0xC2F60000, 0xFFFFFFFF}}, 0, 0x00FF0000},
        {1, 1, {{0x43817E00, 0xC37CFC00, 0, 0}}, 0, 0x7FFF8001},
        {2, 1, {{0xB8FF8000, 0xB8FF8000, 0xC04001FF, 0x4E9A5A5A}}, 0, 0xE0180601},
        {2, 1, {{0x42C80000, 0xC2C80000, 0x40400000, 0x3F800000}}, 0, 0x000805FF},
        {3, 1, {{0x3F000000, 0xBF000000, 0, 0}}, 0, 0x3800B800},
        {4, 2, {{0x403F8001, 0x403FFFF8, 0x4040007F, 0x40400000}}, 0x8001FFF8, 0x007F0000},
        {5, 2, {{0x3F000000, 0xBF000000, 0x3F800000, 0xBF800000}}, 0x3800B800, 0x3C00BC00},
        {6, 2, {{0x40400001, 0x403FFFFF, 0x40480000, 0x4040000A}}, 0xA7FFFFFF, 0xFFF00001},
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        struct isa_reference r = machine();
        put(&r, 3, known[i].in);
        is(after(&r, pack(known[i].type, known[i].mask, 0), 4), 0, 0, known[i].w2, known[i].w3);
    }
    /* where the words go: 64 bits in two steps at z = 3 */
    struct isa_reference r = machine();
    put(&r, 3, (struct quad){{0x3F000000, 0xBF000000, 0x3F800000, 0xBF800000}});
    put(&r, 4, (struct quad){{1, 2, 3, 4}});
    is(after(&r, pack(5, 2, 3), 4), 0x3C00BC00, 2, 3, 4);
    is(after(&r, pack(5, 3, 3), 4), 0x3C00BC00, 2, 3, 0x3800B800);
    is(after(&r, pack(3, 1, 1), 4), 0x3C00BC00, 2, 0x3800B800, 0x3800B800);
}

/* vupkd3d128 v3, v3, 4 * type */
static struct quad unpacked(unsigned type, uint32_t w2, uint32_t w3)
{
    struct isa_reference r = machine();
    put(&r, 3, (struct quad){{0xDEAD, 0xBEEF, w2, w3}});
    return after(&r, 0x18601FF0 | type << 18, 3);
}

static void unpacks_as_published(void)
{
    is(unpacked(0, 0, 0x04010203), 0x3F800001, 0x3F800002, 0x3F800003, 0x3F800004);
    is(unpacked(1, 0, 0x7FFF8001), 0x40407FFF, 0x403F8001, 0, 0x3F800000);
    is(unpacked(1, 0, 0x80000000), 0x7FC00000, 0x40400000, 0, 0x3F800000);
    is(unpacked(2, 0, 0x400001FF), 0x404001FF, 0x40400000, 0x40400000, 0x3F800001);
    is(unpacked(5, 0x3800B801, 0x3802B803), 0x3F000000, 0xBF002000, 0x3F004000, 0xBF006000);
}

static void sums_dot_products_as_published(void)
{
    struct isa_reference r = machine();
    put(&r, 3, (struct quad){{0x3F800000, 0x3FC00000, 0x3F8CCCCD, 0x3FF33333}});
    put(&r, 4, (struct quad){{0x40000000, 0x40700000, 0x4013D70A, 0x40B051EB}});
    is(after(&r, 0x14A32190, 5), 0x4122A7F0, 0x4122A7F0, 0x4122A7F0, 0x4122A7F0); /* vmsum3fp128 v5, v3, v4 */
    is(after(&r, 0x14A321D0, 5), 0x41A5147B, 0x41A5147B, 0x41A5147B, 0x41A5147B); /* vmsum4fp128 v5, v3, v4 */
}

static void estimates_as_published(void)
{
    static const uint64_t roots[][2] = {
        {0x3FF0000000000000, 0x3FEF100000000000}, {0x3FE0000000000000, 0x3FF6000000000000},
        {0x4000000000000000, 0x3FE6000000000000}, {0x4008000000000000, 0x3FE2000000000000},
        {0x4010000000000000, 0x3FDF100000000000}, {0x4050000000000000, 0x3FBF100000000000},
        {0x0000000000000000, 0x7FF0000000000000}, {0x8000000000000000, 0xFFF0000000000000},
        {0x7FF0000000000000, 0x0000000000000000}, {0xFFF0000000000000, 0x7FF8000000000000},
    };
    for (unsigned i = 0; i < sizeof roots / sizeof *roots; i++) {
        struct isa_reference r = machine();
        r.fpr[4] = roots[i][0];
        CU_ASSERT_TRUE(isa_reference_execute(&r, 0xFC602034)); /* frsqrte f3, f4 */
        CU_ASSERT_EQUAL(r.fpr[3], roots[i][1]);
    }
    struct isa_reference r = machine();
    put(&r, 4, (struct quad){{0x3F800000, 0x40000000, 0x3F000000, 0x40400000}});
    is(after(&r, 0x1060214A, 3), 0x3F7FF400, 0x3F34FD00, 0x3FB4FD00, 0x3F13CA00); /* vrsqrtefp v3, v4 */
    put(&r, 4, (struct quad){{0x40800000, 0x42C80000, 0x00800000, 0x80000000}});
    is(after(&r, 0x1060214A, 3), 0x3EFFF400, 0x3DCCCA00, 0x5EFFF400, 0xFF800000);
    r.vscr = 0;
    put(&r, 4, (struct quad){{0x00400000, 0xFF800000, 0x7F800000, 0xFF800001}});
    is(after(&r, 0x1060214A, 3), 0x5F34FD00, 0x7FC00000, 0x00000000, 0xFFC00001);
    put(&r, 4, (struct quad){{0x40000000, 0x40400000, 0x40800000, 0x40A00000}});
    is(after(&r, 0x1060218A, 3), 0x40800000, 0x41000000, 0x41800000, 0x42000000); /* vexptefp v3, v4 */
}

static void converts_as_published(void)
{
    struct isa_reference r = machine();
    put(&r, 4, (struct quad){{0x4F000000, 0x7F800000, 0xFF800000, 0x7FC00000}});
    is(after(&r, 0x106023CA, 3), 0x7FFFFFFF, 0x7FFFFFFF, 0x80000000, 0); /* vctsxs v3, v4, 0 */
    CU_ASSERT_EQUAL(r.vscr, 0x00010001);
    put(&r, 4, (struct quad){{0x4F000000, 0x4F800000, 0xBF800000, 0x3F800000}});
    is(after(&r, 0x1060238A, 3), 0x80000000, 0xFFFFFFFF, 0, 1);                   /* vctuxs v3, v4, 0 */
    is(after(&r, 0x1061234A, 3), 0x4E1E0000, 0x4E1F0000, 0xCE010000, 0x4DFE0000); /* vcfsx v3, v4, 1 */
}

static void bounds_as_published(void)
{
    struct isa_reference r = machine();
    put(&r, 3, (struct quad){{0x40E00000, 0xC0E00000, 0x40A00000, 0x40A00000}});
    put(&r, 4, (struct quad){{0x40A00000, 0x40A00000, 0x40A00000, 0x40A00000}});
    is(after(&r, 0x10A327C6, 5), 0x80000000, 0x40000000, 0, 0); /* vcmpbfp. v5, v3, v4 */
    CU_ASSERT_EQUAL(r.cr, 0);
    put(&r, 3, (struct quad){{0x40A00000, 0xC0A00000, 0, 0x3F800000}});
    is(after(&r, 0x10A327C6, 5), 0, 0, 0, 0);
    CU_ASSERT_EQUAL(r.cr, 0x20);
}

void test_isa_reference(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/reference", NULL, NULL);
    CU_add_test(suite, "knows the published encodings", knows_published_encodings);
    CU_add_test(suite, "packs Direct3D formats as published", packs_as_published);
    CU_add_test(suite, "unpacks Direct3D formats as published", unpacks_as_published);
    CU_add_test(suite, "sums dot products as published", sums_dot_products_as_published);
    CU_add_test(suite, "estimates as published", estimates_as_published);
    CU_add_test(suite, "converts as published", converts_as_published);
    CU_add_test(suite, "compares with bounds as published", bounds_as_published);
}
