#include "tests/cases/isa/make/inputs.h"
#include "tests/conformance/isa_qemu/values.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct random stream(unsigned row, unsigned t, unsigned which)
{
    return random_from(row * 1000003U + t, 7 + which);
}

static const uint64_t integers[][2] = {
    {1, 2},
    {0, 0},
    {UINT64_MAX, 1},
    {0x7FFFFFFF, 1},
    {0x80000000, 0x80000000},
    {0xFFFFFFFF, 0xFFFFFFFF},
    {INT64_MAX, 1},
    {(uint64_t)INT64_MIN, UINT64_MAX},
    {0xFFFFFFFF80000000, UINT64_MAX},
    {0x123456789ABCDEF0, 0x0FEDCBA987654321},
    {0x100000000, 0x100000000},
    {5, (uint64_t)-3},
};

static const uint64_t shifts[][2] = {
    {0x8000000080000001, 1},
    {0xFFFFFFFFFFFFFFFF, 0},
    {0x123456789ABCDEF0, 31},
    {0x123456789ABCDEF0, 32},
    {0xFEDCBA9876543210, 33},
    {0x8000000000000000, 63},
    {0xFFFFFFFFFFFFFFFF, 64},
    {0x8000000080000000, 127},
    {0x00000000FFFFFFFF, 4},
    {0xFFFFFFFF80000001, 1},
    {0x0123456789ABCDEF, 0xFFFFFFFFFFFFFF80},
};

static const uint64_t quotients[][2] = {
    {7, 2},
    {(uint64_t)-7, 2},
    {7, (uint64_t)-2},
    {(uint64_t)INT64_MIN, UINT64_MAX},
    {0x80000000, 0xFFFFFFFF},
    {0xFFFFFFFF80000000, UINT64_MAX},
    {1, 0},
    {0, 0},
    {0xFFFFFFFFFFFFFFFF, 1},
    {0x123456789ABCDEF0, 0x1000},
    {0x100000005, 0x100000000},
};

uint64_t input_integer(enum input_kind kind, unsigned row, unsigned t, unsigned which)
{
    struct random random = stream(row, t, which);
    if (which == 0)
        return UINT64_C(0x5555555555555555);
    if (which <= 2 && kind == INPUT_SHIFT && t < COUNT(shifts))
        return shifts[t][which - 1];
    if (which <= 2 && kind == INPUT_DIVIDE && t < COUNT(quotients))
        return quotients[t][which - 1];
    if (which <= 2 && kind == INPUT_INTEGER && t < COUNT(integers))
        return integers[t][which - 1];
    return value_integer(&random, 0);
}

/* The third is the addend of a multiplication and addition. */
static const uint64_t doubles[][3] = {
    {0x3FF0000000000000, 0x4000000000000000, 0x4008000000000000}, /* 1, 2, 3                                */
    {0x8000000000000000, 0x0000000000000000, 0x8000000000000000}, /* zeros                                  */
    {0x7FF0000000000000, 0xFFF0000000000000, 0x7FF0000000000000}, /* infinities                             */
    {0x0000000000000000, 0x7FF0000000000000, 0x3FF0000000000000}, /* 0 and infinity                         */
    {0x7FF8000000000ABC, 0x3FF0000000000000, 0x7FF8000000000DEF}, /* a quiet NaN                            */
    {0x3FF0000000000000, 0xFFF4000020000001, 0x3FF0000000000000}, /* a signalling NaN                       */
    {0x7FEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF}, /* too large                              */
    {0x0010000000000000, 0x3FE0000000000000, 0x8000000000000001}, /* too small                              */
    {0x3FF0000000000000, 0x3CA0000000000000, 0xBFF0000000000000}, /* one half of a last place               */
    {0x3FF0000000000001, 0x3CA0000000000000, 0x3CA0000000000001}, /* the same of an odd number              */
    {0x4010000000000000, 0x8000000000000000, 0x0000000000000000}, /* by zero                                */
    {0xBFF8000000000000, 0x4004000000000000, 0x3FE0000000000000}, /* -1.5, 2.5, 0.5                         */
    {0x000FFFFFFFFFFFFF, 0x4000000000000000, 0x0000000000000001}, /* denormals                              */
    {0x47EFFFFFE0000000, 0x3FF0000000000001, 0x47EFFFFFE0000000}, /* where singles end                      */
    {0x36A0000000000000, 0x3FE0000000000000, 0x3690000000000000}, /* where they begin                       */
    {0x3FF0000010000000, 0x3FF0000000000000, 0x3E60000000000000}, /* between two singles                    */
    {0x41DFFFFFFFC00000, 0x41E0000000000000, 0xC3E0000000000000}, /* where integers end                     */
};

uint64_t input_double(unsigned row, unsigned t, unsigned which)
{
    struct random random = stream(row, t, which);
    if (which == 0)
        return UINT64_C(0x4059000000000000);
    if (which <= 3 && t < COUNT(doubles))
        return doubles[t][which - 1];
    return value_double(&random, UINT64_C(0x3FF0000000000000) + (uint64_t)t);
}

static const uint32_t bytes_of[][4] = {
    {0x00010203, 0x04050607, 0x08090A0B, 0x0C0D0E0F}, {0x10111213, 0x14151617, 0x18191A1B, 0x1C1D1E1F},
    {0x7F80FF00, 0x817E0180, 0x7FFF8000, 0xFFFF0001}, {0x01800080, 0xFF7F80FF, 0x00018000, 0x7FFFFFFF},
    {0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x00000001}, {0x00000001, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF},
    {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, {0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0x00FF0100, 0x80007F00, 0x0000FF80, 0x00008000}, {0xDEADBEEF, 0x01234567, 0x89ABCDEF, 0xFEDCBA98},
};

static const uint32_t counts_of[][4] = {
    {0x00000000, 0x00000001, 0x0000001F, 0x00000020},
    {0x01020304, 0x05060708, 0x090A0B0C, 0x0D0E0F10},
    {0x21000021, 0x3F3F3F3F, 0xFFFFFFFF, 0x80000007},
    {0x00000008, 0x00000010, 0x00000018, 0x00000078},
};

static const uint32_t singles_of[][4] = {
    {0x3F800000, 0x40000000, 0xC0400000, 0x3F000000}, /* 1, 2, -3, 0.5                                       */
    {0x40A00000, 0xBFC00000, 0x40400000, 0x42C80000}, /* 5, -1.5, 3, 100                                     */
    {0x00000000, 0x80000000, 0x7F800000, 0xFF800000}, /* zeros and infinities                                */
    {0x80000000, 0x00000000, 0xFF800000, 0x3F800000},
    {0x7FC00ABC, 0xFFC00001, 0x7F800001, 0xFFA00000}, /* NaNs                                                */
    {0x3F800000, 0x7FC00DEF, 0x7FC00123, 0x7F800000},
    {0x00000001, 0x807FFFFF, 0x00800000, 0x80800001}, /* denormals, and the least normal numbers             */
    {0x3F800000, 0x3F800000, 0x3F000000, 0x3F7FFFFF},
    {0x7F7FFFFF, 0xFF7FFFFF, 0x7F7FFFFF, 0x7F000000}, /* too large                                           */
    {0x7F7FFFFF, 0x7F7FFFFF, 0x3F800000, 0x40800000},
    {0x4EFFFFFF, 0x4F000000, 0xCF000000, 0xCF000001}, /* where integers end                                  */
    {0x4F7FFFFF, 0x4F800000, 0xBF800000, 0x3EFFFFFF},
    {0x3FC00000, 0x40200000, 0xBF000000, 0x3F000001}, /* halves                                              */
    {0x33800000, 0x34000000, 0xB3800001, 0x3F800001},
};

static const uint32_t biased_of[][4] = {
    {0x40400001, 0x40400002, 0x40400003, 0x40400004}, {0x403F8001, 0x40407FFF, 0x403F8000, 0x40408000},
    {0x403FFE01, 0x404001FF, 0x403FFE00, 0x40400003}, {0x40380001, 0x4047FFFF, 0x40380000, 0x4040000F},
    {0x404000FF, 0x40400100, 0x403FFFFF, 0x40400000}, {0x7FC00000, 0xFFC00000, 0x7F800000, 0xFF800000},
    {0x3F800000, 0xBF800000, 0x3F000000, 0xC2F60000}, {0x477FE000, 0x477FE001, 0x47FFE000, 0xC7FFDFFF},
    {0x38800000, 0x387FFFFF, 0xB8800001, 0x33800000}, {0x4B3BDF83, 0x00000000, 0x80000000, 0x00000001},
};

/* Two rows of a table are the operands of one test; the third comes from the next test's. */
#define FROM(table)                                                                      \
    do {                                                                                 \
        unsigned i = which == 0 ? COUNT(table) - 1 : (t * 2 + which - 1) % COUNT(table); \
        for (unsigned j = 0; j < 4; j++)                                                 \
            words[j] = (table)[i][j];                                                    \
    } while (0)

void input_vector(uint8_t bytes[16], enum input_kind kind, unsigned row, unsigned t, unsigned which)
{
    struct random random = stream(row, t, which);
    uint32_t words[4];
    bool chosen = which == 0 || (kind == INPUT_FLOATS ? t < COUNT(singles_of) / 2 : t < COUNT(bytes_of) / 2);
    if (kind == INPUT_COUNTS) {
        if (which == 2)
            FROM(counts_of);
        else
            FROM(bytes_of);
    } else if (kind == INPUT_BIASED) {
        unsigned i = which == 0 ? 9 : t % COUNT(biased_of);
        for (unsigned j = 0; j < 4; j++)
            words[j] = biased_of[i][j];
    } else if (chosen && kind == INPUT_FLOATS) {
        FROM(singles_of);
    } else if (chosen) {
        FROM(bytes_of);
    } else if (kind == INPUT_FLOATS) {
        for (unsigned j = 0; j < 4; j++)
            words[j] = value_single(&random, singles_of[t % COUNT(singles_of)][j]);
    } else {
        for (unsigned j = 0; j < 4; j++)
            words[j] = (uint32_t)value_integer(&random, 0);
    }
    for (unsigned j = 0; j < 16; j++)
        bytes[j] = (uint8_t)(words[j / 4] >> (24 - 8 * (j % 4)));
}
