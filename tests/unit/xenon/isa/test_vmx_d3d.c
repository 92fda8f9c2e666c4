/* vpkd3d128 and vupkd3d128: the published results, and random ones against the formats written out with real floats. */
#include "tests/unit/suites.h"
#include "tests/unit/xenon/isa/vmx_rig.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static float as_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, 4);
    return x;
}

static uint32_t bits_of(double value)
{
    float x = (float)value;
    uint32_t bits;
    memcpy(&bits, &x, 4);
    return bits;
}

/* One step of a number near 3. */
#define STEP 0x1p-22

static uint64_t integer(const struct vmx_naive *n, unsigned lane, int least, int greatest, unsigned bits)
{
    const float x = as_float((uint32_t)vmx_get(n->b, 32, lane));
    const double low = 3 + least * STEP, high = 3 + greatest * STEP;
    double held;
    if (x != x)
        held = n->settings->pack_nan_high ? high : low;
    else
        held = x < low ? low : x > high ? high : x;
    const int64_t value = (int64_t)floor((held - 3) / STEP);
    return (uint64_t)value & ((UINT64_C(1) << bits) - 1);
}

static uint64_t byte(const struct vmx_naive *n, unsigned lane)
{
    return integer(n, lane, 0, 255, 8);
}
static uint64_t ten(const struct vmx_naive *n, unsigned lane)
{
    return integer(n, lane, -511, 511, 10);
}
static uint64_t twenty(const struct vmx_naive *n, unsigned lane)
{
    return integer(n, lane, -524287, 524287, 20);
}
static uint64_t sixteen(const struct vmx_naive *n, unsigned lane)
{
    return integer(n, lane, -32767, 32767, 16);
}

static uint64_t half(const struct vmx_naive *n, unsigned lane)
{
    const float x = as_float((uint32_t)vmx_get(n->b, 32, lane));
    const double size = fabsf(x);
    const unsigned sign = signbit(x) ? 0x8000 : 0;
    if (n->settings->pack_half_denormals) {
        if (!(size <= 65504))
            return sign | 0x7FFF;
        if (size < 0x1p-14)
            return sign | (unsigned)floor(size * 0x1p24);
    } else {
        if (!(size < 131008))
            return sign | 0x7FFF;
        if (size < 0x1p-14)
            return sign;
    }
    int exponent;
    const double fraction = frexp(size, &exponent); /* 0.5 to 1 */
    return sign | (unsigned)(exponent - 1 + 15) << 10 | ((unsigned)floor(fraction * 2048) & 0x3FF);
}

static void packed(struct vmx_naive *n, const struct vmx_row *row)
{
    uint64_t p2 = 0, p3 = 0;
    (void)row;
    switch (n->type) {
    case 0:
        p3 = byte(n, 3) << 24 | byte(n, 0) << 16 | byte(n, 1) << 8 | byte(n, 2);
        break;
    case 1:
        p3 = sixteen(n, 0) << 16 | sixteen(n, 1);
        break;
    case 2:
        p3 = integer(n, 3, 0, 3, 2) << 30 | ten(n, 2) << 20 | ten(n, 1) << 10 | ten(n, 0);
        break;
    case 3:
        p3 = half(n, 0) << 16 | half(n, 1);
        break;
    case 4:
        p2 = sixteen(n, 0) << 16 | sixteen(n, 1);
        p3 = sixteen(n, 2) << 16 | sixteen(n, 3);
        break;
    case 5:
        p2 = half(n, 0) << 16 | half(n, 1);
        p3 = half(n, 2) << 16 | half(n, 3);
        break;
    case 6:
        p2 = integer(n, 3, 0, 15, 4) << 28 | twenty(n, 2) << 8 | twenty(n, 1) >> 12;
        p3 = (twenty(n, 1) & 0xFFF) << 20 | twenty(n, 0);
        break;
    default:
        if (!n->settings->pack_type_7_zero)
            return;
        break;
    }
    /* What each mask and rotation puts into words 0 to 3: 2 and 3 are those words of the packed, - nothing. */
    static const char *const put[4][4] = {{"----", "----", "----", "----"},
                                          {"---3", "--3-", "-3--", "3---"},
                                          {"--23", "-23-", "23--", "3---"},
                                          {"--23", "-23-", "23--", "---2"}};
    for (unsigned i = 0; i < 4; i++)
        if (put[n->mask][n->z][i] != '-')
            vmx_put(n->d, 32, i, put[n->mask][n->z][i] == '2' ? p2 : p3);
}

static uint32_t near_three(const struct vmx_naive *n, uint64_t field, unsigned bits)
{
    int64_t value = (int64_t)(field & ((UINT64_C(1) << bits) - 1));
    if (value >= INT64_C(1) << (bits - 1))
        value -= INT64_C(1) << bits;
    if (value == -(INT64_C(1) << (bits - 1)) && !n->settings->unpack_lowest_value)
        return 0x7FC00000;
    /* 2^19 steps are an eighth: all numbers stay between 2 and 4, where the last bit is one step. */
    return bits_of(3 + (double)value * STEP);
}

static uint32_t near_one(uint64_t field)
{
    return bits_of(1 + (double)field * 0x1p-23);
}

static uint32_t from_half(uint64_t field)
{
    const unsigned exponent = field >> 10 & 31;
    const double sign = field & 0x8000 ? -1 : 1;
    return bits_of(exponent ? sign * ldexp((double)(1024 + (field & 1023)), (int)exponent - 25) : sign * 0.0);
}

static void unpacked(struct vmx_naive *n, const struct vmx_row *row)
{
    const uint64_t w2 = vmx_get(n->b, 32, 2), w3 = vmx_get(n->b, 32, 3);
    uint32_t v[4] = {0, 0, 0, 0x3F800000};
    (void)row;
    switch (n->imm / 4) {
    case 0:
        for (unsigned i = 0; i < 4; i++)
            v[i] = near_one(n->b[12 + (i + 1) % 4]);
        break;
    case 1:
        v[0] = near_three(n, w3 >> 16, 16);
        v[1] = near_three(n, w3, 16);
        break;
    case 2:
        for (unsigned i = 0; i < 3; i++)
            v[i] = near_three(n, w3 >> 10 * i, 10);
        v[3] = near_one(w3 >> 30);
        break;
    case 3:
        v[0] = from_half(w3 >> 16);
        v[1] = from_half(w3);
        break;
    case 4:
        for (unsigned i = 0; i < 4; i++)
            v[i] = near_three(n, vmx_get(n->b, 16, 4 + i), 16);
        break;
    case 5:
        for (unsigned i = 0; i < 4; i++)
            v[i] = from_half(vmx_get(n->b, 16, 4 + i));
        break;
    case 6:
        v[0] = near_three(n, w3, 20);
        v[1] = near_three(n, w3 >> 20 | w2 << 12, 20);
        v[2] = near_three(n, w2 >> 8, 20);
        v[3] = near_one(w2 >> 28);
        break;
    default:
        if (!n->settings->pack_type_7_zero)
            return;
        v[3] = 0;
        break;
    }
    for (unsigned i = 0; i < 4; i++)
        vmx_put(n->d, 32, i, v[i]);
}

/* Floats near the ends of every field and of the halves, and anything. */
static uint32_t interesting(void)
{
    static const uint32_t edge[] = {0x40400000, 0x404000FF, 0x403F8001, 0x40407FFF, 0x403FFE01, 0x404001FF, 0x40400003,
                                    0x40380001, 0x4047FFFF, 0x4040000F, 0x47FFE000, 0x477FE000, 0x47800000, 0x38800000,
                                    0x33800000, 0x33000000, 0x38000000, 0x7F800000, 0x7FC00000, 0x00800000, 0};
    uint32_t x = edge[vmx_random() % (sizeof edge / sizeof edge[0])];
    switch (vmx_random() % 4) {
    case 0:
        return (uint32_t)vmx_random();
    case 1:
        return 0x40380000 + (uint32_t)(vmx_random() & 0xFFFFF);
    case 2:
        x = 0x30000000 + (uint32_t)(vmx_random() % 0x20000000);
        break;
    default:
        x += (uint32_t)(vmx_random() % 5) - 2;
        break;
    }
    return x ^ (vmx_random() % 4 == 0 ? 0x80000000 : 0);
}

static void prepare(struct xenon_context *t, struct vmx_naive *n)
{
    t->settings.pack_half_denormals = vmx_random() % 2;
    t->settings.pack_nan_high = vmx_random() % 2;
    t->settings.unpack_lowest_value = vmx_random() % 2;
    t->settings.pack_type_7_zero = vmx_random() % 2;
    for (unsigned i = 0; i < 4; i++)
        vmx_put(n->b, 32, i, interesting());
}

static void prepare_codes(struct xenon_context *t, struct vmx_naive *n)
{
    static const uint16_t edge[] = {0,      1,      0x8000, 0x8001, 0x7FFF, 0xFFFF, 0x7C00,
                                    0xFC00, 0x03FF, 0x83FF, 0x0400, 0x0200, 0x0008};
    prepare(t, n);
    for (unsigned i = 0; i < 8; i++)
        vmx_put(n->b, 16, i, vmx_random() % 2 ? vmx_random() : edge[vmx_random() % (sizeof edge / sizeof edge[0])]);
    if (vmx_random() % 8 == 0) /* the lowest codes of 10 and 20 bits */
        vmx_put(n->b, 64, 1, vmx_random() % 2 ? UINT64_C(0x5800008000080000) : UINT64_C(0x60080200));
}

static void random_packs(void)
{
    static const struct vmx_row rows[] = {VMX_ROW(VPKD3D128, packed)};
    vmx_hold(rows, 1, 100000, prepare);
}

static void random_unpacks(void)
{
    static const struct vmx_row rows[] = {VMX_ROW(VUPKD3D128, unpacked)};
    vmx_hold(rows, 1, 100000, prepare_codes);
}

/* vpkd3d128 v4,v3,type,mask,z over 11111111 22222222 33333333 44444444. */
static void packs(struct xenon_context *t, unsigned type, unsigned mask, unsigned z)
{
    vmx_set_words(t, 4, 0x11111111, 0x22222222, 0x33333333, 0x44444444);
    VMX_RUN(t, VPKD3D128, 0x18801E10 | type << 18 | mask << 16 | z << 6);
}

static void known_packs(void)
{
    static const struct {
        unsigned type;
        uint32_t from[4], word2, word3;
    } known[] = {
        {0, {0x40400001, 0x40400002, 0x40400003, 0x40400004}, 0, 0x04010203},
        {0, {0x40800000, 0x40000000, 0xC2F60000, 0x4B3BDF83}, 0, 0xFFFF0000},
        {0, {0x40800000, 0x40000000, 0xC2F60000, 0xFFFFFFFF}, 0, 0x00FF0000},
        {1, {0x43817E00, 0xC37CFC00, 0, 0}, 0, 0x7FFF8001},
        {2, {0xB8FF8000, 0xB8FF8000, 0xC04001FF, 0x4E9A5A5A}, 0, 0xE0180601},
        {2, {0x42C80000, 0xC2C80000, 0x40400000, 0x3F800000}, 0, 0x000805FF},
        {3, {0x3F000000, 0xBF000000, 0, 0}, 0, 0x3800B800},
        {4, {0x403F8001, 0x403FFFF8, 0x4040007F, 0x40400000}, 0x8001FFF8, 0x007F0000},
        {5, {0x3F000000, 0xBF000000, 0x3F800000, 0xBF800000}, 0x3800B800, 0x3C00BC00},
        {6, {0x40400001, 0x403FFFFF, 0x40480000, 0x4040000A}, 0xA7FFFFFF, 0xFFF00001},
    };
    struct xenon_context *t = vmx_context();
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        vmx_set_words(t, 3, known[i].from[0], known[i].from[1], known[i].from[2], known[i].from[3]);
        packs(t, known[i].type, 1, 0);
        CU_ASSERT(vmx_words_are(t, 4, 0x11111111, 0x22222222, 0x33333333, known[i].word3));
        packs(t, known[i].type, 2, 0);
        CU_ASSERT(vmx_words_are(t, 4, 0x11111111, 0x22222222, known[i].word2, known[i].word3));
    }
    free(t);
}

/* A 64-bit format crosses from one register's end to another's start in two instructions. */
static void placed(void)
{
    struct xenon_context *t = vmx_context();
    const uint32_t k0 = 0x11111111, k1 = 0x22222222, k2 = 0x33333333, k3 = 0x44444444, lo = 0x3C00BC00, hi = 0x3800B800;
    vmx_set_words(t, 3, 0x3F000000, 0xBF000000, 0x3F800000, 0xBF800000);
    packs(t, 5, 1, 1);
    CU_ASSERT(vmx_words_are(t, 4, k0, k1, lo, k3));
    packs(t, 5, 1, 2);
    CU_ASSERT(vmx_words_are(t, 4, k0, lo, k2, k3));
    packs(t, 5, 1, 3);
    CU_ASSERT(vmx_words_are(t, 4, lo, k1, k2, k3));
    for (unsigned mask = 2; mask < 4; mask++) {
        packs(t, 5, mask, 0);
        CU_ASSERT(vmx_words_are(t, 4, k0, k1, hi, lo));
        packs(t, 5, mask, 1);
        CU_ASSERT(vmx_words_are(t, 4, k0, hi, lo, k3));
        packs(t, 5, mask, 2);
        CU_ASSERT(vmx_words_are(t, 4, hi, lo, k2, k3));
    }
    packs(t, 5, 2, 3);
    CU_ASSERT(vmx_words_are(t, 4, lo, k1, k2, k3));
    packs(t, 5, 3, 3);
    CU_ASSERT(vmx_words_are(t, 4, k0, k1, k2, hi));
    packs(t, 5, 0, 0);
    CU_ASSERT(vmx_words_are(t, 4, k0, k1, k2, k3));
    packs(t, 7, 1, 0);
    CU_ASSERT(vmx_words_are(t, 4, k0, k1, k2, k3));
    t->settings.pack_type_7_zero = true;
    packs(t, 7, 1, 0);
    CU_ASSERT(vmx_words_are(t, 4, k0, k1, k2, 0));
    free(t);
}

static void known_unpacks(void)
{
    static const struct {
        unsigned type;
        uint32_t word2, word3, to[4];
    } known[] = {
        {0, 0, 0x04010203, {0x3F800001, 0x3F800002, 0x3F800003, 0x3F800004}},
        {1, 0, 0x7FFF8001, {0x40407FFF, 0x403F8001, 0, 0x3F800000}},
        {1, 0, 0x80000000, {0x7FC00000, 0x40400000, 0, 0x3F800000}},
        {2, 0, 0x400001FF, {0x404001FF, 0x40400000, 0x40400000, 0x3F800001}},
        {2, 0, 0x00000200, {0x7FC00000, 0x40400000, 0x40400000, 0x3F800000}},
        {3, 0, 0x3800B800, {0x3F000000, 0xBF000000, 0, 0x3F800000}},
        {4, 0x8001FFF8, 0x007F0000, {0x403F8001, 0x403FFFF8, 0x4040007F, 0x40400000}},
        {5, 0x3800B801, 0x3802B803, {0x3F000000, 0xBF002000, 0x3F004000, 0xBF006000}},
        {6, 0xA7FFFFFF, 0xFFF00001, {0x40400001, 0x403FFFFF, 0x4047FFFF, 0x3F80000A}},
    };
    struct xenon_context *t = vmx_context();
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
        for (unsigned ignored = 0; ignored < 4; ignored++) {
            vmx_set_words(t, 3, 0x77777777, 0x88888888, known[i].word2, known[i].word3);
            VMX_RUN(t, VUPKD3D128, 0x18601FF0 | known[i].type << 18 | ignored << 16); /* vupkd3d128 v3,v3 */
            CU_ASSERT(vmx_words_are(t, 3, known[i].to[0], known[i].to[1], known[i].to[2], known[i].to[3]));
        }
    free(t);
}

void test_vmx_d3d(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa/vmx_d3d", NULL, NULL);
    CU_add_test(suite, "vpkd3d128 gives the published results", known_packs);
    CU_add_test(suite, "mask and rotation say which words are replaced", placed);
    CU_add_test(suite, "vupkd3d128 gives the published results, over its own source", known_unpacks);
    CU_add_test(suite, "vpkd3d128 of all types holds and cuts as floats say, with every setting", random_packs);
    CU_add_test(suite, "vupkd3d128 of all types makes the floats meant, with every setting", random_unpacks);
}
