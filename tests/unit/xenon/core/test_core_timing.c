/* The figures of the core's timing, what classes make of them, and who may issue with whom. */
#include "models/xenon/core/timing.h"
#include "tests/unit/suites.h"
#include "tests/unit/xenon/core/uses_text.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

static void rows_are_what_they_say(void)
{
    struct xenon_core_timing usual = xenon_core_timing_default();
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++) {
        const struct xenon_timing_info *info = &xenon_timing_info[row];
        CU_ASSERT_EQUAL(xenon_core_timing_get(&usual, row), info->value);
        CU_ASSERT(info->low <= info->value && info->value <= info->high);
        CU_ASSERT(info->source[0] != '\0' && info->note[0] != '\0');
        for (unsigned other = 0; other < row; other++)
            CU_ASSERT_STRING_NOT_EQUAL(info->name, xenon_timing_info[other].name);
    }
    CU_ASSERT_EQUAL(usual.fx_latency, 2);
    CU_ASSERT_EQUAL(usual.load_hit_store, 40);
    CU_ASSERT_EQUAL(usual.pair_load_with_vector, 1);
    CU_ASSERT_STRING_EQUAL(xenon_timing_info[XENON_TIMING_branch_mispredict].name, "branch_mispredict");
}

static void setting_a_row_sets_that_row(void)
{
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++) {
        struct xenon_core_timing t = xenon_core_timing_default();
        xenon_core_timing_set(&t, row, 12345);
        for (unsigned other = 0; other < XENON_TIMING_ROWS; other++)
            CU_ASSERT_EQUAL(xenon_core_timing_get(&t, other), other == row ? 12345 : xenon_timing_info[other].value);
    }
    struct xenon_core_timing t = xenon_core_timing_default();
    xenon_core_timing_set(&t, XENON_TIMING_nop_10, 77);
    CU_ASSERT_EQUAL(t.nop_10, 77);
}

static void causes_have_names(void)
{
    CU_ASSERT_STRING_EQUAL(xenon_cause_name[XENON_CAUSE_OF_load_hit_store], "load_hit_store");
    CU_ASSERT_STRING_EQUAL(xenon_cause_text[XENON_CAUSE_OF_microcode], "microcode");
    CU_ASSERT_STRING_EQUAL(xenon_cause_name[XENON_CAUSES - 1], "idle");
}

static const struct {
    const char *text;
    uint32_t latency, busy;
    unsigned flags;
} published[] = {
    {"add 3, 4, 5", 2, 1, 0},
    {"cmpw 4, 5", 1, 1, 0},
    {"mulli 3, 4, 5", 6, 5, XENON_CLASS_BLOCKS},
    {"mullw 3, 4, 5", 9, 8, XENON_CLASS_BLOCKS},
    {"mulld 3, 4, 5", 15, 14, XENON_CLASS_BLOCKS},
    {"mtctr 3", 1, 1, 0},
    {"mfcr 3", 34, 33, XENON_CLASS_BLOCKS},
    {"crand 4, 9, 31", 1, 1, 0},
    {"mtspr 272, 3", 0, 30, XENON_CLASS_BLOCKS},
    {"lwz 3, 8(4)", 2, 1, 0},
    {"lfd 3, 8(4)", 1, 1, 0},
    {"stw 3, 8(4)", 0, 1, 0},
    {"fmadd 3, 4, 6, 5", 10, 1, 0},
    {"fdiv 3, 4, 5", 74, 74, XENON_CLASS_BLOCKS},
    {"fsqrt 3, 4", 84, 84, XENON_CLASS_BLOCKS},
    {"vaddubm 3, 4, 5", 4, 1, 0},
    {"vperm 3, 4, 5, 6", 4, 1, 0},
    {"vaddfp 3, 4, 5", 12, 1, 0},
    {"vrefp 3, 4", 14, 1, 0},
    {"vmsum4fp128 3, 4, 5", 14, 1, 0},
    {"isync", 0, 1, XENON_CLASS_IS_SYNC},
    {"lha 3, 8(4)", 2, 4, XENON_CLASS_IS_MICRO},
    {"srawi. 3, 4, 5", 0, 2, XENON_CLASS_IS_MICRO},
    {"mulld. 3, 4, 5", 0, 15, XENON_CLASS_IS_MICRO},
    {"b 0x100", 0, 1, 0},
};

static void classes_take_their_rows(void)
{
    struct xenon_core_timing t = xenon_core_timing_default();
    for (unsigned i = 0; i < sizeof published / sizeof *published; i++) {
        struct xenon_uses uses = uses_of_text(published[i].text);
        uint32_t latency = xenon_class_latency(&t, uses.class), busy = xenon_class_busy(&t, uses.class);
        bool right = latency == published[i].latency && busy == published[i].busy &&
                     xenon_class_info[uses.class].flags == published[i].flags;
        if (!right)
            printf("    %s: latency %u, busy %u\n", published[i].text, (unsigned)latency, (unsigned)busy);
        CU_ASSERT(right);
    }
    t.vmx_float_latency = 5;
    CU_ASSERT_EQUAL(xenon_class_latency(&t, XENON_CLASS_vmx_float), 5);
}

/* One of each kind, as pairs.def has them. */
static const char *const kinds[] = {"add 3, 4, 5", "lwz 3, 8(4)", "b 0x100", "fadd 3, 4, 5", "vperm 3, 4, 5, 6"};

static void pairs_of_kinds(void)
{
    static const bool expected[5][5] = {
        {0, 1, 1, 1, 1}, /* integer: with all but itself */
        {1, 0, 1, 1, 0}, /* storage */
        {0, 0, 0, 0, 0}, /* nothing goes with a branch before it */
        {1, 1, 1, 0, 1}, /* arithmetic of the VSU */
        {1, 0, 1, 1, 0}, /* permute, loads and stores of the VSU */
    };
    struct xenon_core_timing t = xenon_core_timing_default(), apart = t;
    apart.pair_load_with_vector = 0;
    for (unsigned i = 0; i < 5; i++)
        for (unsigned j = 0; j < 5; j++) {
            struct xenon_uses first = uses_of_text(kinds[i]), second = uses_of_text(kinds[j]);
            CU_ASSERT_EQUAL(xenon_may_pair(&t, &first, &second), expected[i][j]);
            bool load_and_vector = (i == 1 && j == 3) || (i == 3 && j == 1);
            CU_ASSERT_EQUAL(xenon_may_pair(&apart, &first, &second), expected[i][j] && !load_and_vector);
        }
}

static const struct {
    const char *first, *second;
    bool pair;
} pairs[] = {
    {"stvx 3, 4, 5", "lfd 3, 8(4)", false},
    {"lfd 3, 8(4)", "fadd 3, 4, 5", true},
    {"stw 3, 8(4)", "lwz 3, 8(4)", false},
    {"dcbt 4, 5", "add 3, 4, 5", true},
    {"vaddfp 3, 4, 5", "fadd 3, 4, 5", false},
    {"vaddubm 3, 4, 5", "vperm 3, 4, 5, 6", true},
    /* What is not pipelined goes second only. */
    {"mulli 3, 4, 5", "lwz 3, 8(4)", false},
    {"lwz 3, 8(4)", "mulli 3, 4, 5", true},
    {"fdiv 3, 4, 5", "add 3, 4, 5", false},
    {"add 3, 4, 5", "fdiv 3, 4, 5", true},
    /* Nor does CR logic go first. */
    {"crand 4, 9, 31", "add 3, 4, 5", false},
    {"add 3, 4, 5", "crand 4, 9, 31", true},
    {"cmpw 4, 5", "crand 4, 9, 31", false},
    /* One at a time looks at CR; a branch looks later. */
    {"cmpw 4, 5", "beq 0x100", true},
    {"add. 3, 4, 5", "beq 0x100", true},
    {"add. 3, 4, 5", "vcmpequw. 3, 4, 5", false},
    {"add. 3, 4, 5", "vcmpequw 3, 4, 5", true},
    {"fcmpu 3, 4, 5", "add. 3, 4, 5", false},
    {"cmpw 4, 5", "mtcrf 0x10, 3", false},
    {"addc 3, 4, 5", "lwz 3, 8(4)", true},
    {"mtctr 3", "bctr", true},
    /* Alone: microcode, the machine's registers, order, reservations, what refetches, FPSCR's own. */
    {"lha 3, 8(4)", "add 3, 4, 5", false},
    {"add 3, 4, 5", "lha 3, 8(4)", false},
    {"lwz 3, 8(4)", "slw 3, 4, 5", false},
    {"lwz 3, 8(4)", "rlwinm. 3, 4, 5, 6, 7", false},
    {"lwz 3, 8(4)", "rlwinm 3, 4, 5, 6, 7", true},
    {"lwz 3, 8(4)", "mfspr 3, 272", false},
    {"lwz 3, 8(4)", "mflr 3", true},
    {"add 3, 4, 5", "lwsync", false},
    {"add 3, 4, 5", "lwarx 3, 4, 5", false},
    {"add 3, 4, 5", "isync", false},
    {"add 3, 4, 5", "sc", false},
    {"add 3, 4, 5", "mffs 3", false},
    {"nop", "lwz 3, 8(4)", true},
    {"nop", "nop", false},
};

static void pairs_of_instructions(void)
{
    struct xenon_core_timing t = xenon_core_timing_default();
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct xenon_uses first = uses_of_text(pairs[i].first), second = uses_of_text(pairs[i].second);
        bool pair = xenon_may_pair(&t, &first, &second);
        if (pair != pairs[i].pair)
            printf("    %s; %s\n", pairs[i].first, pairs[i].second);
        CU_ASSERT_EQUAL(pair, pairs[i].pair);
    }
}

void test_core_timing(void)
{
    CU_pSuite suite = CU_add_suite("xenon/core-timing", NULL, NULL);
    CU_add_test(suite, "rows have the values, ranges and names of their table", rows_are_what_they_say);
    CU_add_test(suite, "setting a row sets that row", setting_a_row_sets_that_row);
    CU_add_test(suite, "causes have their names", causes_have_names);
    CU_add_test(suite, "classes take the published clocks, and what a board says", classes_take_their_rows);
    CU_add_test(suite, "kinds go together as pairs.def says, in either order", pairs_of_kinds);
    CU_add_test(suite, "who may issue with whom", pairs_of_instructions);
}
