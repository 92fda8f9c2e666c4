/* Rows that need tests of their own: branches, special registers, the machine's state, barriers. */
#include "tests/cases/isa/make/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct template
{
    enum xenon_op op;
    const char *state, *lines;
}
templates[] = {
#define TEMPLATE(row, state, lines) {XENON_OP_##row, state, lines},
#include "tests/cases/isa/make/templates.def"
#undef TEMPLATE
};

enum { MEMORY_SHOWN = 64 };

/* "r4=0x10 msr=0x2000 memory" */
static void read_state(struct suite_test *test, const char *state)
{
    char copy[256], *save = NULL;
    snprintf(copy, sizeof copy, "%s", state);
    for (char *item = strtok_r(copy, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        char *value = strchr(item, '=');
        uint64_t number = value ? strtoull(value + 1, NULL, 0) : 0;
        if (strcmp(item, "memory") == 0) {
            test->memory_in = test->memory_out = MEMORY_SHOWN;
            for (unsigned i = 0; i < MEMORY_SHOWN; i++)
                test->in.memory[i] = (uint8_t)(0xA0 + i);
        } else if (item[0] == 'r') {
            unsigned n = (unsigned)strtoul(item + 1, NULL, 10);
            test->in.gpr[n] = number;
            test->shown.gpr |= 1U << n;
        } else { /* msr */
            test->in.msr = number;
            test->shown.msr = true;
        }
    }
}

/* Every kind of condition, met and not, with a counter that ends and one that does not. */
static const struct condition {
    uint8_t bo, bi;
    uint64_t cr, ctr;
} conditions[] = {
    {20, 0, 0, 5},           {12, 0, 0x80000000, 5},  {12, 0, 0x7FFFFFFF, 5}, {4, 2, 0x20000000, 5},
    {4, 2, 0xDFFFFFFF, 5},   {12, 31, 0x00000001, 5}, {16, 0, 0, 2},          {16, 0, 0, 1},
    {18, 0, 0, 1},           {18, 0, 0, 2},           {16, 0, 0, 0},          {16, 0, 0, 0x100000001},
    {18, 0, 0, 0x100000001}, {8, 1, 0x40000000, 2},   {8, 1, 0xBFFFFFFF, 2},  {10, 1, 0x40000000, 1},
    {0, 6, 0x02000000, 2},   {0, 6, 0xFDFFFFFF, 2},   {2, 6, 0xFDFFFFFF, 1},  {13, 5, 0x04000000, 7},
};

/* Taken skips the line that sets r3. The targets of LR and CTR are found from the place of a label. */
static void branch_test(struct suite_file *file, const struct condition *c)
{
    struct suite_test *test = suite_add(file);
    unsigned n = file->tests;
    char name[24];
    suite_name(name, file->op);
    test->in.cr = (uint32_t)c->cr;
    test->in.gpr[4] = c->ctr;
    test->shown.gpr = 1U << 3 | 1U << 4;
    if (file->op == XENON_OP_BC) {
        suite_line(test, "  mtctr r4");
        suite_line(test, "  bc %u, %u, bc_%u_over", c->bo, c->bi, n);
        suite_line(test, "  li r3, 1");
        suite_line(test, "bc_%u_over:", n);
        suite_line(test, "  mfctr r5");
        return;
    }
    const char *link = n % 2 ? "" : "l";
    suite_line(test, "  mflr r12");
    suite_line(test, "  bl %s_%u_here", name, n);
    suite_line(test, "%s_%u_here:", name, n);
    suite_line(test, "  mflr r6");
    suite_line(test, "  addi r7, r6, %s_%u_over - %s_%u_here", name, n, name, n);
    suite_line(test, "  mtctr r4");
    suite_line(test, file->op == XENON_OP_BCLR ? "  mtlr r7" : "  mtctr r7");
    suite_line(test, "  %s%s %u, %u", name, link, c->bo, c->bi);
    suite_line(test, "  li r3, 1");
    suite_line(test, "%s_%u_over:", name, n);
    suite_line(test, "  mflr r8"); /* as far from the label as it should be */
    suite_line(test, "  subf r8, r6, r8");
    suite_line(test, file->op == XENON_OP_BCLR ? "  mfctr r5" : "  li r5, 0");
    suite_line(test, "  mtlr r12");
    for (unsigned i = 6; i < 13; i += i == 7 ? 5 : 1)
        suite_line(test, "  li r%u, 0", i);
}

/* There and back, of every register that every program may use, and of some that not all may. */
static void special_tests(struct suite_file *file)
{
    static const struct {
        uint16_t number;
        uint64_t msr; /* 0: any */
        uint64_t value;
    } tests[] = {
        {1, 0, 0xFFFFFFFFFFFFFFFF},
        {1, 0, 0x20000005},
        {8, 0, 0x123456789ABCDEF3},
        {9, 0, 0xFEDCBA9876543210},
        {256, 0, 0x1234567889ABCDEF},
        {272, 0x02003000, 0x123456789ABCDEF0},
        {273, 0x02003000, 0xFFFFFFFFFFFFFFFF},
        {274, 0x02003000, 1},
        {275, 0x02003000, 0x8000000000000000},
        {26, 0x02003000, 0x0000000082010004},
        {27, 0x02003000, 0x800000000000F032},
        {19, 0x02003000, 0x10001234},
        {18, 0x02003000, 0xFFFFFFFF42000000},
        {22, 0x02003000, 0x7FFFFFFF},
        {304, UINT64_C(0x1000000002003000), 0x5555},
        {313, UINT64_C(0x1000000002003000), 0x20000000000},
        {26, 0x0200F032, 1},
        {313, 0x02003000, 1},
        {272, 0x0200F032, 1},
    };
    for (unsigned t = 0; t < sizeof tests / sizeof *tests; t++) {
        struct suite_test *test = suite_add(file);
        bool is_lr = tests[t].number == 8, from = file->op == XENON_OP_MFSPR;
        bool refused = t >= sizeof tests / sizeof *tests - 3;
        test->in.gpr[4] = tests[t].value;
        test->shown.gpr = 1U << 3 | 1U << 4;
        if (tests[t].msr) {
            test->in.msr = tests[t].msr;
            test->shown.msr = true;
        }
        if (is_lr)
            suite_line(test, "  mfspr r12, 8");
        if (!refused || !from)
            suite_line(test, "  mtspr %u, r4", tests[t].number);
        suite_line(test, "  mfspr r3, %u", tests[t].number);
        if (is_lr) {
            suite_line(test, "  mtspr 8, r12");
            suite_line(test, "  li r12, 0");
        }
    }
}

bool suite_plan_templates(struct suite_file *file)
{
    enum xenon_op op = file->op;
    if (op == XENON_OP_BC || op == XENON_OP_BCLR || op == XENON_OP_BCCTR) {
        for (unsigned i = 0; i < sizeof conditions / sizeof *conditions; i++)
            if (op != XENON_OP_BCCTR || conditions[i].bo & 4)
                branch_test(file, &conditions[i]);
        return true;
    }
    if (op == XENON_OP_MFSPR || op == XENON_OP_MTSPR) {
        special_tests(file);
        return true;
    }
    for (unsigned i = 0; i < sizeof templates / sizeof *templates; i++)
        if (templates[i].op == op) {
            struct suite_test *test = suite_add(file);
            read_state(test, templates[i].state);
            snprintf(test->text, sizeof test->text, "%s", templates[i].lines);
        }
    return file->tests != 0;
}
