/* Every opcode of the ALU against the oracle, and the host's floating point against the integers. */
#include "models/xenos/shader/alu/operations.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenos/shader/alu_oracle.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static const uint32_t magnitudes[] = {
    0x00000000, 0x00000001, 0x00000002, 0x00400000, 0x007FFFFF, 0x00800000, 0x00800001, 0x00FFFFFF,
    0x01000000, 0x0DA24260, 0x1F800000, 0x20000000, 0x33000000, 0x33800000, 0x33800001, 0x3EAAAAAB,
    0x3EFFFFFF, 0x3F000000, 0x3F3504F3, 0x3F490FDB, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x3FC90FDB,
    0x3FFFFFFF, 0x40000000, 0x40490FDB, 0x42FC0000, 0x42FF0000, 0x43000000, 0x437F0000, 0x437F8000,
    0x43800000, 0x4AFFFFFF, 0x4B000000, 0x4B000001, 0x4B7FFFFF, 0x4B800000, 0x5F000000, 0x7E000000,
    0x7E800000, 0x7E800001, 0x7F000000, 0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF,
};
enum { SPECIALS = 2 * (int)(sizeof magnitudes / sizeof *magnitudes) };

static uint32_t special(unsigned i)
{
    return magnitudes[i / 2] | (uint32_t)(i & 1) << 31;
}

static uint64_t seed;

static uint32_t any_word(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 32);
}

/* Any bits; or near 1; or a special. */
static uint32_t any_operand(void)
{
    uint32_t word = any_word(), kind = any_word() >> 30;
    if (kind == 0)
        return special(word % SPECIALS);
    return kind == 1 ? word : (word & 0x80FFFFFF) | ((0x3C + (word >> 24 & 7)) << 24);
}

static unsigned wrong;

static void complain(const char *name, uint32_t a, uint32_t b, uint32_t got, uint32_t expected)
{
    if (wrong++ < 20)
        printf("%s %08X %08X: %08X, not %08X\n", name, a, b, got, expected);
}

static bool same_state(const struct xenos_alu_state *x, const struct xenos_alu_state *y)
{
    return memcmp(x, y, sizeof *x) == 0;
}

static void try_vector(enum xenos_vector_op op, const uint32_t operand[3][4])
{
    struct xenos_alu_state state = {0}, expected_state = {0};
    uint32_t result[4], expected[4];
    xenos_alu_vector(op, operand, result, &state);
    oracle_vector(op, operand, expected, &expected_state);
    for (unsigned i = 0; i < 4; i++)
        if (result[i] != expected[i])
            complain(xenos_vector_info[op].mnemonic, operand[0][i], operand[1][i], result[i], expected[i]);
    if (!same_state(&state, &expected_state))
        complain("state after a vector", op, 0, state.predicate, expected_state.predicate);
}

static void vectors_agree_with_the_oracle(void)
{
    enum { RANDOM = 4000 };
    wrong = 0;
    seed = 1;
    for (unsigned op = 0; op < XENOS_VECTOR_OPS; op++) {
        for (unsigned i = 0; i < SPECIALS * SPECIALS; i += 2) {
            unsigned j = i + 1;
            uint32_t a = special(i % SPECIALS), b = special(i / SPECIALS);
            uint32_t c = special(j % SPECIALS), d = special(j / SPECIALS);
            uint32_t operand[3][4] = {{a, c, a, c}, {b, d, d, b}, {d, b, c, a}};
            try_vector((enum xenos_vector_op)op, operand);
        }
        for (unsigned i = 0; i < RANDOM; i++) {
            uint32_t operand[3][4];
            for (unsigned k = 0; k < 12; k++)
                operand[k / 4][k % 4] = any_operand();
            try_vector((enum xenos_vector_op)op, operand);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static double worst[XENOS_SCALAR_OPS];

static void try_scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, uint32_t previous)
{
    struct xenos_alu_state state = {.previous = previous}, expected_state = {.previous = previous};
    uint32_t result = xenos_alu_scalar(op, a, b, &state), expected = oracle_scalar(op, a, b, &expected_state);
    bool normal = alu_is_finite(expected) && !alu_is_zero(expected) && alu_is_finite(result) && !alu_is_zero(result);
    if (oracle_is_near(op) && normal && expected != (ALU_SIGN | ALU_LARGEST)) {
        double distance = oracle_distance(op, a, result);
        if (distance > worst[op])
            worst[op] = distance;
        expected_state.previous = result;
    } else if (result != expected) {
        complain(xenos_scalar_info[op].mnemonic, a, b, result, expected);
    }
    if (!same_state(&state, &expected_state))
        complain("state after a scalar", op, a, state.previous, expected_state.previous);
}

/* Exact, or off by no more than the document says. */
static void scalars_agree_with_the_oracle(void)
{
    enum { RANDOM = 20000 };
    wrong = 0;
    seed = 2;
    for (unsigned op = 0; op < XENOS_SCALAR_OPS; op++) {
        for (unsigned i = 0; i < SPECIALS * SPECIALS; i++)
            try_scalar((enum xenos_scalar_op)op, special(i % SPECIALS), special(i / SPECIALS),
                       special((i * 7 + i / SPECIALS) % SPECIALS));
        for (unsigned i = 0; i < RANDOM; i++)
            try_scalar((enum xenos_scalar_op)op, any_operand(), any_operand(), any_operand());
        CU_ASSERT(worst[op] < 0.52);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

/* Each function has the points that the hardware documents. */
static void documented_points_are_exact(void)
{
    CU_ASSERT_EQUAL(alu_exp2(0), ALU_ONE);
    CU_ASSERT_EQUAL(alu_log2(ALU_ONE), 0);
    CU_ASSERT_EQUAL(alu_rcp(ALU_ONE), ALU_ONE);
    CU_ASSERT_EQUAL(alu_rsq(ALU_ONE), ALU_ONE);
    for (uint32_t field = 1; field < 255; field++) {
        alu_i32 power = (alu_i32)field - 127;
        float as_float = (float)power;
        CU_ASSERT_EQUAL(alu_log2(field << 23), alu_from_float(as_float));
        CU_ASSERT_EQUAL(alu_exp2(alu_from_float(as_float)), field << 23);
    }
}

/* A factor of zero makes +0 of anything, and the smallest results are zeros of their sign. */
static void zeros_are_as_the_contract_says(void)
{
    const uint32_t MINUS = ALU_SIGN;
    CU_ASSERT_EQUAL(alu_mul(MINUS, ALU_INFINITY), 0);
    CU_ASSERT_EQUAL(alu_mul(ALU_NAN, MINUS), 0);
    CU_ASSERT_EQUAL(alu_mul(MINUS | ALU_NORMAL, ALU_HALF), MINUS);
    CU_ASSERT_EQUAL(alu_mad(MINUS, ALU_ONE, MINUS), 0);
    CU_ASSERT_EQUAL(alu_add(MINUS, MINUS), MINUS);
    const uint32_t tiny[4] = {ALU_NORMAL, ALU_NORMAL, ALU_NORMAL, ALU_NORMAL};
    const uint32_t down[4] = {MINUS | ALU_HALF, MINUS | ALU_HALF, MINUS | ALU_HALF, MINUS | ALU_HALF};
    CU_ASSERT_EQUAL(alu_dot4(tiny, down), 0); /* four products of -0 */
    CU_ASSERT_EQUAL(alu_saturate(MINUS), 0);
    CU_ASSERT_EQUAL(alu_saturate(ALU_NAN), 0);
    CU_ASSERT_EQUAL(alu_saturate(0x7F000000), ALU_ONE);
    CU_ASSERT_EQUAL(alu_modify(MINUS | ALU_ONE, 1, 1), MINUS | ALU_ONE);
}

/* With the host's help, and without. */
static void host_and_integers_agree(void)
{
    seed = 3;
    unsigned differ = 0;
    for (unsigned i = 0; i < 2000000; i++) {
        uint32_t a = alu_flush(any_word()), b = alu_flush(any_word());
        if (i & 1) /* near in size, so that sums cancel; and products near the ends of the range */
            b = alu_flush((a & 0x7F800000) ^ (b & 0x80FFFFFF));
        differ += alu_add(a, b) != alu_add_exact(a, b);
        differ += alu_mul(a, b) != alu_mul_exact(a, b);
    }
    CU_ASSERT_EQUAL(differ, 0);
}

void test_alu(void)
{
    CU_pSuite suite = CU_add_suite("xenos shader arithmetic", NULL, NULL);
    CU_ADD_TEST(suite, vectors_agree_with_the_oracle);
    CU_ADD_TEST(suite, scalars_agree_with_the_oracle);
    CU_ADD_TEST(suite, documented_points_are_exact);
    CU_ADD_TEST(suite, zeros_are_as_the_contract_says);
    CU_ADD_TEST(suite, host_and_integers_agree);
}
