/* Texture fetches without filters: which texel is read, whatever the constant says, and what is read of none. */
#include "models/xenos/texture/constant.h"
#include "models/xenos/texture/format.h"
#include "models/xenos/texture/sample.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

enum { BASE = 0x40000, ONE = 0x3F800000, HALF = 0x3F000000 };

static struct {
    struct xenos_texture_fetch insn;
    uint32_t constant[6];
    struct xenos_texture_request request;
    uint32_t first, end; /* what may be read: so many bytes from the first on, modulo 512 MiB */
    unsigned reads, outside;
} rig;

/* Memory has at each place its address. */
static void read_address(void *self, uint32_t address, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    (void)self;
    rig.reads++;
    rig.outside +=
        size != 4 || address % 4 != 0 || address > 0x1FFFFFFF || ((address - rig.first) & 0x1FFFFFFF) >= rig.end;
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(address >> 8 * (i & 3));
}

/* Four bytes by four. */
static void read_bytes(void *self, uint32_t address, void *bytes, size_t size)
{
    (void)self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)(address + i);
}

static float float_of(uint32_t word)
{
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static uint32_t word_of(float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    return word;
}

/* Format 32, whole numbers, linear, a pitch of 32 texels, swizzle xyzw. */
static void reset(unsigned dimension, uint32_t size)
{
    memset(&rig, 0, sizeof rig);
    rig.insn = (struct xenos_texture_fetch){.op = XENOS_F_TFETCH, .dimension = (uint8_t)dimension};
    rig.request = (struct xenos_texture_request){.insn = &rig.insn, .constant = rig.constant};
    rig.constant[0] = XENOS_TEXTURE_VALID | 1U << 22;
    rig.constant[1] = BASE | 33;
    rig.constant[2] = size;
    rig.constant[3] = 0x688 << 1 | 1;
    rig.constant[5] = dimension << 9;
    rig.end = 0x20000000;
}

/* The place from the texture's first byte of what was fetched. */
static int64_t fetch(float x, float y, float z)
{
    uint32_t result[4];
    const float from[3] = {x, y, z};
    for (unsigned i = 0; i < 3; i++)
        rig.request.coordinate[i] = word_of(from[i]);
    xenos_texture_nearest(&rig.request, read_address, NULL, result);
    CU_ASSERT(result[1] == result[0] && result[2] == result[0] && result[3] == result[0]);
    return (int64_t)float_of(result[0]) - BASE;
}

static void a_texel_in_two_dimensions(void)
{
    reset(XENOS_TEXTURE_2D, 3 | 1 << 13); /* 4 by 2 */
    CU_ASSERT_EQUAL(fetch(0, 0, 0), 0);
    CU_ASSERT_EQUAL(fetch(0.25F, 0.5F, 9), 128 + 4);
    CU_ASSERT_EQUAL(fetch(0.999F, 0.499F, 0), 12);
    CU_ASSERT_EQUAL(fetch(1.25F, -0.5F, 0), 128 + 4);
    rig.insn.offset[0] = 3;
    rig.insn.offset[1] = -1;
    CU_ASSERT_EQUAL(fetch(0.125F, 0, 0), 128 + 8);
    rig.insn.unnormalized = true;
    CU_ASSERT_EQUAL(fetch(1.5F, 1.25F, 0), 12);
    rig.constant[0] |= 1U << 31; /* tiled: the odd row is 16 bytes on */
    rig.insn.offset[0] = rig.insn.offset[1] = 0;
    CU_ASSERT_EQUAL(fetch(2, 1, 0), 16 + 8);
    CU_ASSERT_EQUAL(rig.outside, 0);
}

static void coordinates_that_there_are(void)
{
    reset(XENOS_TEXTURE_1D, 99);
    rig.insn.offset[1] = 2;
    CU_ASSERT_EQUAL(fetch(0.505F, 0.7F, 0.7F), 4 * 50);
    rig.constant[5] = XENOS_TEXTURE_2D << 9; /* an instruction of one dimension finds the first row */
    rig.constant[2] = 3 | 1 << 13;
    CU_ASSERT_EQUAL(fetch(0.25F, 0.7F, 0.7F), 4);
}

static void volumes_layers_and_faces(void)
{
    reset(XENOS_TEXTURE_3D, 3 | 1 << 11 | 4 << 22); /* 4, 2, 5 */
    CU_ASSERT_EQUAL(fetch(0.25F, 0.5F, 0.4F), 2 * 32 * 128 + 128 + 4);
    CU_ASSERT_EQUAL(fetch(0, 0, 1.2F), 32 * 128);
    rig.insn.offset[2] = 2;
    CU_ASSERT_EQUAL(fetch(0, 0, 0), 32 * 128);

    reset(XENOS_TEXTURE_3D, 3 | 1 << 13 | 4U << 26); /* a stack of 5 */
    rig.constant[5] = XENOS_TEXTURE_2D << 9;
    rig.constant[1] |= 1 << 10;
    CU_ASSERT_EQUAL(fetch(0.25F, 0.5F, 0.4F), 2 * 4096 + 128 + 4);
    CU_ASSERT_EQUAL(fetch(0, 0, 7), 4 * 4096); /* layers do not repeat */
    CU_ASSERT_EQUAL(fetch(0, 0, -1), 0);
    rig.insn.unnormalized = true;
    CU_ASSERT_EQUAL(fetch(0, 0, 3.5F), 3 * 4096);
    rig.insn.dimension = XENOS_TEXTURE_2D;
    CU_ASSERT_EQUAL(fetch(0, 0, 3.5F), 0);

    reset(XENOS_TEXTURE_CUBE, 3 | 3 << 13);
    CU_ASSERT_EQUAL(fetch(1, 1, 0), 0);
    CU_ASSERT_EQUAL(fetch(1.25F, 1.5F, 5), 5 * 4096 + 2 * 128 + 4);
    CU_ASSERT_EQUAL(fetch(2, 0.5F, 3.9F), 3 * 4096 + 12); /* faces do not repeat */
    CU_ASSERT_EQUAL(fetch(1, 1, 8), 5 * 4096);
    rig.insn.offset[0] = 2;
    rig.insn.offset[2] = 2;
    rig.insn.unnormalized = true; /* which cubes never are */
    CU_ASSERT_EQUAL(fetch(1.25F, 1, 0), 8);
}

/* A texel of 12 bytes begins in the last dword of memory, and ends in the first ones. */
static void memory_begins_again(void)
{
    uint32_t result[4];
    reset(XENOS_TEXTURE_1D, 511);
    rig.constant[1] = 0x1FFFF000 | 57;
    rig.request.coordinate[0] = word_of(341.5F / 512);
    xenos_texture_nearest(&rig.request, read_address, NULL, result);
    CU_ASSERT_EQUAL(result[0], 0x1FFFFFFC);
    CU_ASSERT_EQUAL(result[1], 0);
    CU_ASSERT_EQUAL(result[2], 4);
    CU_ASSERT_EQUAL(rig.outside, 0);
}

static void borders(void)
{
    static const uint32_t colour[4][4] = {{0, 0, 0, 0}, {ONE, ONE, ONE, ONE}, {HALF, 0, HALF, 0}, {0, HALF, HALF, 0}};
    uint32_t result[4];
    reset(XENOS_TEXTURE_2D, 3 | 1 << 13);
    rig.constant[0] |= 6 << 10 | 7 << 13;
    CU_ASSERT_EQUAL(fetch(0.25F, -0.5F, 0), 4);
    CU_ASSERT_EQUAL(fetch(0.25F, -0.75F, 0), 128 + 4);
    rig.reads = 0;
    for (unsigned i = 0; i < 8; i++) {
        rig.constant[5] = XENOS_TEXTURE_2D << 9 | i;
        rig.request.coordinate[0] = i & 1 ? ONE : 0xBF800000;
        xenos_texture_nearest(&rig.request, read_address, NULL, result);
        for (unsigned k = 0; k < 4; k++)
            CU_ASSERT_EQUAL(result[k], i >= 4 && k == 3 ? (uint32_t)ONE : colour[i & 3][k]);
    }
    rig.insn.op = XENOS_F_GET_BCF;
    xenos_texture_nearest(&rig.request, read_address, NULL, result);
    CU_ASSERT(result[0] == ONE && result[1] == 0 && result[2] == 0 && result[3] == 0);
    rig.request.coordinate[0] = 0;
    rig.request.coordinate[1] = 0;
    xenos_texture_nearest(&rig.request, read_address, NULL, result);
    CU_ASSERT_EQUAL(result[0], 0);
    CU_ASSERT_EQUAL(rig.reads, 0);
}

/* Bytes change places with the neighbours of small texels: memory is 0, 1, 2 ... */
static void bytes_of_small_texels(void)
{
    static const struct {
        uint32_t format, endian, x, value[4];
    } rows[] = {
        {2, 0, 1, {1, 1, 1, 1}},
        {2, 1, 1, {0, 0, 0, 0}},
        {2, 2, 1, {2, 2, 2, 2}},
        {2, 3, 1, {3, 3, 3, 3}},
        {2, 2, 4, {7, 7, 7, 7}},
        {10, 0, 1, {2, 3, 3, 3}},
        {10, 1, 1, {3, 2, 2, 2}},
        {10, 2, 0, {3, 2, 2, 2}},
        {10, 3, 1, {0, 1, 1, 1}},
        {6, 2, 1, {7, 6, 5, 4}},
        {6, 1, 1, {5, 4, 7, 6}},
        {35, 2, 1, {0x10111213, 0x14151617, 0x18191A1B, 0x1C1D1E1F}},
        {34, 2, 1, {0x08090A0B, 0x0C0D0E0F, 0x0C0D0E0F, 0x0C0D0E0F}},
        {26, 1, 1, {0x0809, 0x0A0B, 0x0C0D, 0x0E0F}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t result[4];
        reset(XENOS_TEXTURE_1D, 7);
        rig.constant[1] = BASE | rows[i].endian << 6 | rows[i].format;
        rig.request.coordinate[0] = word_of((float)rows[i].x / 8);
        xenos_texture_nearest(&rig.request, read_bytes, NULL, result);
        for (unsigned k = 0; k < 4; k++)
            CU_ASSERT_EQUAL(result[k], word_of((float)rows[i].value[k]));
    }
}

static void what_there_is_nothing_of(void)
{
    static const uint8_t ops[] = {XENOS_F_GET_COMP_TEX_LOD, XENOS_F_GET_GRADIENTS, XENOS_F_GET_WEIGHTS, 9};
    reset(XENOS_TEXTURE_2D, 3 | 1 << 13);
    for (size_t i = 0; i < sizeof ops; i++) {
        rig.insn.op = ops[i];
        CU_ASSERT_EQUAL(fetch(0.5F, 0.5F, 0), -BASE);
    }
    rig.insn.op = XENOS_F_TFETCH;
    rig.constant[1] ^= 33 ^ 18;
    CU_ASSERT_EQUAL(fetch(0.5F, 0.5F, 0), -BASE);
    rig.constant[1] ^= 33 ^ 18;
    for (uint32_t type = 0; type < 4; type++)
        if (type != XENOS_TEXTURE_VALID) {
            rig.constant[0] = (rig.constant[0] & ~3U) | type;
            CU_ASSERT_EQUAL(fetch(0.5F, 0.5F, 0), -BASE);
        }
    CU_ASSERT_EQUAL(rig.reads, 0);
}

static uint32_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*state >> 32);
}

static void draw_request(uint64_t *state)
{
    reset(draw(state) & 3, 0);
    rig.insn.unnormalized = draw(state) & 1;
    for (unsigned i = 0; i < 3; i++) {
        rig.insn.offset[i] = (int8_t)((int)(draw(state) & 31) - 16);
        rig.request.coordinate[i] = draw(state);
        if (i == 0 || (draw(state) & 3) != 0) /* most of them near the texture */
            rig.request.coordinate[i] = (rig.request.coordinate[i] & 0x80FFFFFF) | 0x3F000000;
    }
    for (unsigned i = 0; i < 6; i++)
        rig.constant[i] = draw(state);
}

static void any_constant_reads_memory_that_there_is(void)
{
    uint64_t state = 1;
    unsigned outside = 0, reads = 0;
    for (unsigned i = 0; i < 200000; i++) {
        uint32_t result[4];
        draw_request(&state);
        xenos_texture_nearest(&rig.request, read_address, NULL, result);
        outside += rig.outside;
        reads += rig.reads > 0;
    }
    CU_ASSERT_EQUAL(outside, 0);
    CU_ASSERT(reads > 10000);
}

static uint64_t up_to(uint64_t value, uint64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

/* Of constants whose rows are as long as the texture is wide, nothing beyond the image is read. */
static void nothing_beyond_the_image_is_read(void)
{
    uint64_t state = 2;
    unsigned outside = 0, tested = 0;
    for (unsigned i = 0; i < 100000; i++) {
        uint32_t result[4];
        draw_request(&state);
        rig.constant[0] = (rig.constant[0] & ~3U) | XENOS_TEXTURE_VALID;
        for (unsigned k = 0; k < 2; k++) /* small sizes as well */
            rig.constant[2] &= draw(&state);
        struct xenos_texture t = xenos_texture_constant(rig.constant);
        if (t.dimension != XENOS_TEXTURE_1D) {
            rig.constant[0] = (rig.constant[0] & ~0x7FC00000U) | (uint32_t)(up_to(t.width, 32) / 32) << 22;
            t = xenos_texture_constant(rig.constant);
        }
        const struct xenos_texture_format *f = xenos_texture_format(t.format);
        uint64_t rows = up_to(t.height, 32), size = t.pitch * rows * f->bytes;
        size = t.dimension == XENOS_TEXTURE_1D   ? t.width * (uint64_t)f->bytes
               : t.dimension == XENOS_TEXTURE_3D ? size * up_to(t.depth, 4)
                                                 : up_to(size, 4096) * t.depth;
        size = up_to(size, t.tiled ? 4096 : 4);
        if (size > 0x1FFFFFFF || (t.dimension != XENOS_TEXTURE_1D && t.pitch < t.width))
            continue;
        rig.first = t.base;
        rig.end = (uint32_t)size;
        xenos_texture_nearest(&rig.request, read_address, NULL, result);
        outside += rig.outside;
        tested += rig.reads > 0;
    }
    CU_ASSERT_EQUAL(outside, 0);
    CU_ASSERT(tested > 10000);
}

void test_texture(void)
{
    CU_pSuite suite = CU_add_suite("texture/sample", NULL, NULL);
    CU_add_test(suite, "a texel in two dimensions", a_texel_in_two_dimensions);
    CU_add_test(suite, "coordinates that there are", coordinates_that_there_are);
    CU_add_test(suite, "volumes, layers and faces", volumes_layers_and_faces);
    CU_add_test(suite, "memory begins again", memory_begins_again);
    CU_add_test(suite, "borders", borders);
    CU_add_test(suite, "bytes of small texels", bytes_of_small_texels);
    CU_add_test(suite, "what there is nothing of", what_there_is_nothing_of);
    CU_add_test(suite, "any constant reads memory that there is", any_constant_reads_memory_that_there_is);
    CU_add_test(suite, "nothing beyond the image is read", nothing_beyond_the_image_is_read);
}
