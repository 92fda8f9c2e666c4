/* The table, and the decoder made from it. */
#include "models/xenon/isa/isa.h"
#include "models/xenon/isa/settings.h"
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void holds_479_rows(void)
{
    CU_ASSERT_EQUAL(XENON_OP_COUNT - 1, 479);
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        CU_ASSERT(strlen(xenon_op_info[op].mnemonic) < XENON_MNEMONIC_MAX);
}

/* The tree against the definition: the one row whose mask and match fit. */
static enum xenon_op plainly(uint32_t word)
{
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        if ((word & xenon_op_info[op].mask) == xenon_op_info[op].match)
            return op;
    return XENON_OP_ILLEGAL;
}

static void finds_the_row(void)
{
    uint64_t state = 1;
    unsigned wrong = 0, found[XENON_OP_COUNT] = {0}, missing = 0;
    for (unsigned i = 0; i < 300000; i++) {
        uint32_t word = (uint32_t)(next_random(&state) >> 16);
        if (i % 4 == 0) { /* the crowded opcodes */
            static const uint8_t crowded[] = {4, 5, 6, 19, 30, 31, 59, 63};
            word = (word & 0x03FFFFFF) | (uint32_t)crowded[i / 4 % 8] << 26;
        }
        wrong += xenon_op_of(word) != plainly(word);
    }
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        for (unsigned i = 0; i < 100; i++) {
            uint32_t any = (uint32_t)(next_random(&state) >> 16);
            found[op] += xenon_op_of((any & ~xenon_op_info[op].mask) | xenon_op_info[op].match) == op;
        }
    for (unsigned op = 1; op < XENON_OP_COUNT; op++)
        missing += found[op] != 100;
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(missing, 0);
}

static void takes_words_apart(void)
{
    static const struct {
        uint32_t word;
        enum xenon_op op;
        uint8_t d, a, b;
        uint64_t imm;
        unsigned flags;
    } known[] = {
        {0x14C3EC3B, XENON_OP_VADDFP128, 70, 99, 125, 0, 0},
        {0x17FFFAFD, XENON_OP_VOR128, 127, 63, 63, 0, 0},
        {0x13E320CF, XENON_OP_LVX128, 127, 3, 4, 0, 0},
        {0x189F056C, XENON_OP_VCMPGTFP128, 100, 127, 0, 0, XENON_RC},
        {0x38600001, XENON_OP_ADDI, 3, XENON_ZERO, XENON_ZERO, 1, 0},
        {0x3860FFFF, XENON_OP_ADDI, 3, XENON_ZERO, XENON_ZERO, UINT64_MAX, 0},
        {0x5463103A, XENON_OP_RLWINM, 3, 3, XENON_ZERO, 0xFFFFFFFC, 0},
        {0x5464F83F, XENON_OP_RLWINM, 3, 4, XENON_ZERO, 0xFFFFFFFF, XENON_RC},
        {0x54640FFE, XENON_OP_RLWINM, 3, 4, XENON_ZERO, 1, 0},
        {0x546407C0, XENON_OP_RLWINM, 3, 4, XENON_ZERO, UINT64_C(0xFFFFFFFF80000001), 0},
        {0x78641764, XENON_OP_RLDICR, 3, 4, XENON_ZERO, UINT64_C(0xFFFFFFFFFFFFFFFC), 0},
        {0x7C642E15, XENON_OP_ADD, 3, 4, 5, 0, XENON_RC | XENON_OE},
        {0x4082FFF0, XENON_OP_BC, 4, 2, XENON_ZERO, UINT64_C(0xFFFFFFFFFFFFFFF0), 0},
        {0x48000003, XENON_OP_B, 0, XENON_ZERO, XENON_ZERO, 0, XENON_LK | XENON_AA},
        {0xE8640006, XENON_OP_LWA, 3, 4, XENON_ZERO, 4, 0},
        {0x7C6802A6, XENON_OP_MFSPR, 3, XENON_ZERO, XENON_ZERO, 8, 0},
        {0x00000000, XENON_OP_ILLEGAL, 0, XENON_ZERO, XENON_ZERO, 0, 0},
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        struct xenon_insn in = xenon_decode(0x1000, known[i].word);
        CU_ASSERT_EQUAL(in.op, known[i].op);
        CU_ASSERT_EQUAL(in.pc, 0x1000);
        CU_ASSERT_EQUAL(in.flags, known[i].flags);
        CU_ASSERT_EQUAL(in.imm, known[i].imm);
        if (known[i].op == XENON_OP_RLWINM || known[i].op == XENON_OP_RLDICR) { /* RS is in d, RA in a */
            CU_ASSERT_EQUAL(in.d, (known[i].word >> 21) & 31);
            CU_ASSERT_EQUAL(in.a, (known[i].word >> 16) & 31);
            continue;
        }
        CU_ASSERT_EQUAL(in.d, known[i].d);
        CU_ASSERT_EQUAL(in.a, known[i].a);
        CU_ASSERT_EQUAL(in.b, known[i].b);
    }
}

static void puts_what_it_gets(void)
{
    uint64_t state = 2;
    for (unsigned o = 0; o < XENON_OPERAND_COUNT; o++)
        for (unsigned i = 0; i < 200; i++) {
            uint32_t word = (uint32_t)(next_random(&state) >> 16), other = (uint32_t)(next_random(&state) >> 16);
            int64_t value = xenon_operand_get(o, word);
            CU_ASSERT(xenon_operand_fits(o, value));
            CU_ASSERT_EQUAL(xenon_operand_put(o, word, value), word);
            CU_ASSERT_EQUAL(xenon_operand_get(o, xenon_operand_put(o, other, value)), value);
        }
}

static void knows_what_fits(void)
{
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_SIMM, -32768));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_SIMM, -32769));
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_SIMM, 32767));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_SIMM, 32768));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_UIMM, -1));
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_UIMM, 65535));
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_ds, -32768));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_ds, 6));
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_LI, 0x1FFFFFC));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_LI, 0x2000000));
    CU_ASSERT(xenon_operand_fits(XENON_OPERAND_VA128, 127));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_VA128, 128));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_SIMM, INT64_MIN));
    CU_ASSERT_FALSE(xenon_operand_fits(XENON_OPERAND_LI, INT64_MIN));
}

static void settings_have_names(void)
{
    struct xenon_isa_settings settings = {0}, none = {0};
    struct sim_error error;
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++) {
        const struct xenon_isa_setting_info *info = &xenon_isa_setting_info[i];
        char text[128];
        snprintf(text, sizeof text, "%s=%s", info->name, info->other);
        CU_ASSERT_EQUAL(xenon_isa_settings_set(&settings, text, &error), SIM_OK);
        CU_ASSERT_NOT_EQUAL(memcmp(&settings, &none, sizeof none), 0);
        snprintf(text, sizeof text, "%s=%s", info->name, info->usual);
        CU_ASSERT_EQUAL(xenon_isa_settings_set(&settings, text, &error), SIM_OK);
        CU_ASSERT_EQUAL(memcmp(&settings, &none, sizeof none), 0);
    }
    CU_ASSERT_EQUAL(xenon_isa_settings_set(&settings, "dcbz_block=64", &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "'128' or '32'"));
    CU_ASSERT_EQUAL(xenon_isa_settings_set(&settings, "dcbz_blok=32", &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "did you mean 'dcbz_block'"));
    CU_ASSERT_EQUAL(xenon_isa_settings_set(&settings, "dcbz_block", &error), SIM_USAGE);
}

/* docs/instructions.md has a row `| `name` | `usual` | `other` | note | source | [mark] |` for every setting. */
static void settings_are_documented(void)
{
    static char text[1 << 16];
    char path[4096];
    FILE *file = fopen(source_path("docs/instructions.md", path), "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++) {
        const struct xenon_isa_setting_info *info = &xenon_isa_setting_info[i];
        char row[512], mark[16];
        for (unsigned k = 0; k < sizeof mark; k++)
            mark[k] = (char)tolower((unsigned char)info->confidence[strnlen(info->confidence, k)]);
        snprintf(row, sizeof row, "| `%s` | `%s` | `%s` | %s | %s | [%.15s] |", info->name, info->usual, info->other,
                 info->note, info->source, mark);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, row));
        if (strstr(text, row) == NULL)
            printf("    docs/instructions.md lacks the row: %s\n", row);
    }
}

void test_isa(void)
{
    CU_pSuite suite = CU_add_suite("xenon/isa", NULL, NULL);
    CU_add_test(suite, "the table holds all 479 instructions", holds_479_rows);
    CU_add_test(suite, "the decoder finds the one row that fits", finds_the_row);
    CU_add_test(suite, "known words are taken apart", takes_words_apart);
    CU_add_test(suite, "an operand put is the operand got", puts_what_it_gets);
    CU_add_test(suite, "what does not fit an operand is known", knows_what_fits);
    CU_add_test(suite, "settings are chosen by name", settings_have_names);
    CU_add_test(suite, "docs/instructions.md has every setting", settings_are_documented);
}
