/* Where the time went: made-up instructions, whose clocks must all be found again; calls that are what they seem, and
 * calls that are not. */
#include "tests/support/made_up.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

enum { MAIN = 0x1000, WORK = 0x2000, DEEP = 0x3000, LAST = 0x4000, HANDLER = 0x500 };

static const struct profile_symbol symbol[] = {
    {MAIN, 0x100, "main"},
    {WORK, 0x100, "work"},
    {DEEP, 0x100, "deep"},
    {LAST, 0x100, "last"},
};

/* The sums of places and of nodes are the thread's clocks, less what no instruction accounts for. */
static void check_sums(struct made_up *made)
{
    struct profile_report report;
    uint64_t places = 0, nodes = 0, functions = 0, issues[2] = {0};
    made_up_report(made, &report, "made up");
    for (uint32_t i = 0; i < report.places; i++)
        places += report.ranked[i].total;
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        nodes += report.within[i][0];
        issues[0] += report.thread[i].issues;
    }
    for (uint32_t i = 0; i < report.functions; i++) {
        functions += report.function[i].total;
        issues[1] += report.function[i].issues;
    }
    CU_ASSERT_TRUE(report.adds_up);
    CU_ASSERT_EQUAL(places, report.total - report.rest_total);
    CU_ASSERT_EQUAL(nodes, places);
    CU_ASSERT_EQUAL(functions, places);
    CU_ASSERT_EQUAL(issues[0], issues[1]);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.sum, "Adds up: "));
    profile_report_free(&report);
}

/* Where a thread is: "main work", outermost first. */
static const char *stack(const struct made_up *made, unsigned thread)
{
    static char text[1024];
    const char *name[PROFILE_DEPTH_MAX + 1];
    unsigned depth = 0;
    for (uint32_t i = profile_node_now(&made->profile, thread); i > 0; i = made->profile.trail[thread].node[i].parent) {
        const struct profile_symbol *at =
            profile_symbol_at(&made->profile, made->profile.trail[thread].node[i].function);
        name[depth++] = at ? at->name : "?";
    }
    text[0] = '\0';
    while (depth-- > 0) {
        strncat(text, name[depth], sizeof text - strlen(text) - 1);
        if (depth > 0)
            strncat(text, " ", sizeof text - strlen(text) - 1);
    }
    return text;
}

static void nop(struct made_up *made, uint64_t pc)
{
    made_up_issue(made, 0, pc, MADE_NOP, 0, XENON_CAUSE_OF_base);
}

static void call(struct made_up *made, uint64_t from, uint64_t to)
{
    made_up_issue(made, 0, from, made_call(from, to), 0, XENON_CAUSE_OF_base);
}

static void leave(struct made_up *made, uint64_t from)
{
    made_up_issue(made, 0, from, MADE_RETURN, 0, XENON_CAUSE_OF_base);
}

static void every_clock_is_charged_once(void)
{
    struct made_up made;
    struct profile_report report;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    made_up_paired(&made, 0, MAIN + 4, MADE_ADD);
    made_up_issue(&made, 0, MAIN + 8, MADE_LOAD, 0, XENON_CAUSE_OF_base);
    made_up_issue(&made, 0, MAIN + 12, MADE_ADD, 40, XENON_CAUSE_OF_l2);
    made_up_issue(&made, 0, MAIN + 12, MADE_ADD, 2, XENON_CAUSE_OF_smt);
    made_up_issue(&made, 1, MAIN, MADE_NOP, 100, XENON_CAUSE_OF_fetch);
    made_up_idle(&made, 5, 7, XENON_CAUSE_OF_kernel);
    made_up_idle(&made, 1, 1000, XENON_CAUSE_OF_dram);
    check_sums(&made);
    made_up_report(&made, &report, "made up");
    CU_ASSERT_EQUAL(report.run, 1101);
    CU_ASSERT_EQUAL(report.thread[0].issues, 5);
    CU_ASSERT_EQUAL(report.thread[0].seconds, 1);
    CU_ASSERT_EQUAL(report.thread[0].clocks[XENON_CAUSE_OF_base], 4);
    CU_ASSERT_EQUAL(report.thread[0].clocks[XENON_CAUSE_OF_l2], 40);
    CU_ASSERT_EQUAL(report.thread[0].rest_total, 1101 - 46);
    CU_ASSERT_EQUAL(report.thread[1].rest[XENON_CAUSE_OF_dram], 1000);
    CU_ASSERT_FALSE(report.thread[2].present);
    CU_ASSERT_EQUAL(report.thread[5].rest_total, 1101);
    CU_ASSERT_EQUAL(report.total, 3 * 1101);
    CU_ASSERT_EQUAL_FATAL(report.places, 5);
    /* most clocks first, then by address and thread */
    static const uint64_t order[] = {MAIN, MAIN + 12, MAIN, MAIN + 8, MAIN + 4};
    for (unsigned i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(report.ranked[i].place->pc, order[i]);
    CU_ASSERT_EQUAL(report.ranked[1].total, 44);
    CU_ASSERT_EQUAL(report.functions, 1);
    CU_ASSERT_EQUAL(report.function[0].start, MAIN);
    CU_ASSERT_EQUAL(report.function[0].total, 147);
    CU_ASSERT_EQUAL(profile_main_cause(report.function[0].clocks), XENON_CAUSE_OF_fetch);
    profile_report_free(&report);
    made_up_end(&made);
}

static void says_when_it_does_not_add_up(void)
{
    struct made_up made;
    struct profile_report report;
    made_up_begin(&made, symbol, 4);
    made_up_issue(&made, 2, MAIN, MADE_NOP, 9, XENON_CAUSE_OF_l1);
    made.totals.clocks[2][XENON_CAUSE_OF_l1]--;
    made_up_report(&made, &report, "made up");
    CU_ASSERT_FALSE(report.adds_up);
    CU_ASSERT_STRING_EQUAL(report.sum, "DOES NOT ADD UP: thread 2 has 8 clocks of l1, its instructions 9.");
    profile_report_free(&report);
    made.totals.clocks[2][XENON_CAUSE_OF_l1] += 2;
    made.totals.run = 10;
    profile_report_make(&report, &made.profile, &made.totals, "made up", "1us");
    CU_ASSERT_FALSE(report.adds_up);
    CU_ASSERT_STRING_EQUAL(report.sum, "DOES NOT ADD UP: thread 2 has 11 clocks, the run 10.");
    profile_report_free(&report);
    made_up_end(&made);
}

static void calls_and_returns(void)
{
    struct made_up made;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    call(&made, MAIN + 4, WORK);
    nop(&made, WORK);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work");
    call(&made, WORK + 4, DEEP);
    leave(&made, DEEP);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work deep");
    nop(&made, WORK + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work");
    made_up_issue(&made, 0, WORK + 12, MADE_CALL_CTR, 3, XENON_CAUSE_OF_branch);
    leave(&made, LAST);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work last");
    leave(&made, WORK + 16);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work");
    nop(&made, MAIN + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    /* another thread has a stack of its own */
    made_up_issue(&made, 3, DEEP, MADE_NOP, 0, XENON_CAUSE_OF_base);
    CU_ASSERT_STRING_EQUAL(stack(&made, 3), "deep");
    /* bcl 20,31,.+4 asks where it is, and calls nobody */
    made_up_issue(&made, 0, MAIN + 12, 0x429F0005, 0, XENON_CAUSE_OF_base);
    nop(&made, MAIN + 16);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    check_sums(&made);
    made_up_end(&made);
}

static void tail_calls(void)
{
    struct made_up made;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    call(&made, MAIN + 4, WORK);
    made_up_issue(&made, 0, WORK, made_jump(WORK, DEEP), 0, XENON_CAUSE_OF_base);
    nop(&made, DEEP);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main deep");
    made_up_issue(&made, 0, DEEP + 4, MADE_JUMP_CTR, 0, XENON_CAUSE_OF_base);
    leave(&made, LAST + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main last");
    nop(&made, MAIN + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    check_sums(&made);
    made_up_end(&made);
}

/* Returns into a function that is still active, past those that it called. */
static void long_jumps(void)
{
    struct made_up made;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    call(&made, MAIN + 4, LAST); /* setjmp */
    leave(&made, LAST);
    nop(&made, MAIN + 8);
    call(&made, MAIN + 12, WORK);
    call(&made, WORK, DEEP);
    call(&made, DEEP, LAST + 4); /* longjmp */
    leave(&made, LAST + 8);
    nop(&made, MAIN + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    /* to where a call two levels up returns */
    call(&made, MAIN + 12, WORK);
    call(&made, WORK, DEEP);
    leave(&made, DEEP);
    nop(&made, MAIN + 16);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    check_sums(&made);
    made_up_end(&made);
    /* the same without symbols: where the call was seen tells the function */
    made_up_begin(&made, NULL, 0);
    nop(&made, MAIN);
    call(&made, MAIN + 4, LAST);
    leave(&made, LAST);
    nop(&made, MAIN + 8);
    call(&made, MAIN + 12, WORK);
    call(&made, WORK, DEEP);
    leave(&made, DEEP);
    nop(&made, MAIN + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "?");
    check_sums(&made);
    made_up_end(&made);
}

static void interrupts(void)
{
    struct made_up made;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    made_up_faulted(&made, 0, MAIN + 4, MADE_LOAD);
    nop(&made, HANDLER);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main ?");
    made_up_issue(&made, 0, HANDLER + 4, MADE_RESUME, 0, XENON_CAUSE_OF_base);
    nop(&made, MAIN + 4);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    /* from outside, between two instructions; and a handler that skips one */
    nop(&made, HANDLER);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main ?");
    made_up_issue(&made, 0, HANDLER + 4, MADE_RESUME, 0, XENON_CAUSE_OF_base);
    nop(&made, MAIN + 12);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    /* somebody, such as a kernel, has it go on where a call returns, or elsewhere */
    call(&made, MAIN + 16, WORK);
    nop(&made, WORK);
    nop(&made, MAIN + 20);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    call(&made, MAIN + 24, WORK);
    nop(&made, WORK);
    nop(&made, DEEP + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "deep");
    check_sums(&made);
    made_up_end(&made);
}

static uint64_t function_of(const struct profile_report *report, uint64_t pc)
{
    for (uint32_t i = 0; i < report->places; i++)
        if (report->ranked[i].place->pc == pc)
            return report->ranked[i].place->function;
    return 0;
}

static void finds_functions_without_symbols(void)
{
    struct made_up made;
    struct profile_report report;
    char name[PROFILE_NAME_MAX];
    made_up_begin(&made, symbol, 1);
    nop(&made, MAIN);
    call(&made, MAIN + 4, WORK);
    nop(&made, WORK);
    made_up_issue(&made, 0, WORK + 4, made_jump(WORK + 4, WORK - 8), 0, XENON_CAUSE_OF_base);
    made_up_issue(&made, 0, WORK - 8, made_jump(WORK - 8, DEEP), 0, XENON_CAUSE_OF_base);
    leave(&made, DEEP); /* nobody has called it yet */
    call(&made, MAIN + 8, DEEP);
    leave(&made, DEEP);
    nop(&made, MAIN + 12);
    check_sums(&made);
    made_up_report(&made, &report, "made up");
    CU_ASSERT_EQUAL(function_of(&report, MAIN + 8), MAIN);
    CU_ASSERT_EQUAL(function_of(&report, WORK + 4), WORK);
    CU_ASSERT_EQUAL(function_of(&report, WORK - 8), WORK);
    CU_ASSERT_EQUAL(function_of(&report, DEEP), DEEP);
    CU_ASSERT_STRING_EQUAL(profile_function_name(&report, MAIN, name), "main");
    CU_ASSERT_STRING_EQUAL(profile_function_name(&report, WORK, name), "sub_00002000");
    CU_ASSERT_STRING_EQUAL(profile_function_name(&report, PROFILE_ELSEWHERE, name), "(elsewhere)");
    profile_report_free(&report);
    made_up_end(&made);
}

static void deep_recursion(void)
{
    static struct made_up made;
    struct profile_report report;
    const unsigned depth = 3 * PROFILE_FRAMES_MAX;
    made_up_begin(&made, symbol, 4);
    nop(&made, MAIN);
    call(&made, MAIN + 4, WORK);
    for (unsigned i = 0; i < depth; i++)
        call(&made, WORK, WORK);
    CU_ASSERT_EQUAL(made.profile.trail[0].node[profile_node_now(&made.profile, 0)].depth, PROFILE_DEPTH_MAX);
    nop(&made, WORK);
    for (unsigned i = 0; i < depth; i++)
        leave(&made, WORK + 4);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work work"); /* the last return's target has not issued yet */
    leave(&made, WORK + 4);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main work");
    nop(&made, MAIN + 8);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    /* out of all of it at once */
    call(&made, MAIN + 12, WORK);
    for (unsigned i = 0; i < depth; i++)
        call(&made, WORK, WORK);
    leave(&made, WORK + 4);
    nop(&made, MAIN + 16);
    CU_ASSERT_STRING_EQUAL(stack(&made, 0), "main");
    check_sums(&made);
    made_up_report(&made, &report, "made up");
    for (unsigned i = 0; i < report.functions; i++) /* what recurs counts once */
        CU_ASSERT_TRUE(report.function[i].within <= report.total - report.rest_total);
    profile_report_free(&report);
    made_up_end(&made);
}

static void returns_without_calls(void)
{
    struct made_up made;
    uint32_t seed = 1;
    made_up_begin(&made, symbol, 4);
    for (unsigned i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint64_t pc = 0x1000 * (1 + (seed >> 28) % 5) + (seed >> 8 & 0xFC);
        static const uint32_t word[] = {MADE_RETURN, MADE_RETURN, MADE_CALL_CTR, MADE_JUMP_CTR,
                                        MADE_RESUME, MADE_NOP,    0x48000401,    0x00000000};
        made_up_issue(&made, seed >> 16 & 1, pc, word[seed >> 20 & 7], seed >> 24 & 15,
                      (enum xenon_cause)((seed >> 4) % XENON_CAUSES));
    }
    check_sums(&made);
    made_up_end(&made);
}

static void memory_is_bounded(void)
{
    static struct made_up made;
    struct profile_report report;
    const uint64_t count = 1000000;
    made_up_begin(&made, NULL, 0);
    for (uint64_t i = 0; i < count; i++)
        made_up_issue(&made, 1, 0x80000000 + 8 * i, i % 3 == 0 ? MADE_CALL_CTR : MADE_NOP, 1, XENON_CAUSE_OF_fetch);
    CU_ASSERT_EQUAL(made.profile.trail[1].places, PROFILE_PLACES_MAX);
    CU_ASSERT_TRUE(made.profile.trail[1].nodes <= PROFILE_NODES_MAX);
    CU_ASSERT_EQUAL(made.profile.trail[1].place[0].issues, count - (PROFILE_PLACES_MAX - 1));
    check_sums(&made);
    made_up_report(&made, &report, "made up");
    CU_ASSERT_EQUAL(report.ranked[0].place->pc, PROFILE_ELSEWHERE);
    profile_report_free(&report);
    made_up_end(&made);
    /* and no more calls than there is room for */
    made_up_begin(&made, NULL, 0);
    for (uint64_t i = 0; i < 2 * PROFILE_NODES_MAX; i++) {
        uint64_t target = 0x100000 + 16 * i;
        made_up_issue(&made, 0, MAIN, MADE_CALL_CTR, 0, XENON_CAUSE_OF_base);
        made_up_issue(&made, 0, target, MADE_RETURN, 0, XENON_CAUSE_OF_base);
        made_up_issue(&made, 0, MAIN + 4, made_jump(MAIN + 4, MAIN), 0, XENON_CAUSE_OF_base);
    }
    CU_ASSERT_EQUAL(made.profile.trail[0].nodes, PROFILE_NODES_MAX);
    check_sums(&made);
    made_up_end(&made);
}

static void loads_that_missed(void)
{
    struct made_up made;
    struct profile_report report;
    made_up_begin(&made, symbol, 4);
    made_up_load(&made, 3, MAIN, MADE_LOAD);                              /* clock 0: r3 */
    made_up_load(&made, 3, MAIN + 4, 0x80A40020);                         /* clock 1: lwz r5, 32(r4) */
    made_up_issue(&made, 3, MAIN + 8, MADE_LOAD, 0, XENON_CAUSE_OF_base); /* hits */
    made_up_fill(&made, 3, 5, 41);
    made_up_fill(&made, 3, 3, 100);
    made_up_fill(&made, 3, 3, 1000);              /* nobody waits for it any more */
    made_up_fill(&made, 2, 3, 1000);              /* nor in this thread */
    made_up_load(&made, 3, MAIN + 4, 0x80A40020); /* clock 3 */
    made_up_fill(&made, 3, 5, 63);
    made_up_load(&made, 3, MAIN + 12, 0x90A40020); /* stw: has no value to come */
    made_up_fill(&made, 3, XENON_R_SINK, 90);
    made_up_faulted(&made, 3, MAIN, MADE_LOAD);
    check_sums(&made);
    made_up_report(&made, &report, "made up");
    CU_ASSERT_EQUAL_FATAL(report.lates, 2);
    CU_ASSERT_EQUAL(report.late[0].place->pc, MAIN);
    CU_ASSERT_EQUAL(report.late[0].total, 100);
    CU_ASSERT_EQUAL(report.late[1].place->pc, MAIN + 4);
    CU_ASSERT_EQUAL(report.late[1].place->late, 2);
    CU_ASSERT_EQUAL(report.late[1].total, 40 + 60);
    profile_report_free(&report);
    made_up_end(&made);
}

void test_profile(void)
{
    CU_pSuite suite = CU_add_suite("board/profile", NULL, NULL);
    CU_add_test(suite, "every clock is charged once", every_clock_is_charged_once);
    CU_add_test(suite, "says when it does not add up", says_when_it_does_not_add_up);
    CU_add_test(suite, "calls and returns", calls_and_returns);
    CU_add_test(suite, "tail calls", tail_calls);
    CU_add_test(suite, "long jumps", long_jumps);
    CU_add_test(suite, "interrupts", interrupts);
    CU_add_test(suite, "finds functions without symbols", finds_functions_without_symbols);
    CU_add_test(suite, "deep recursion", deep_recursion);
    CU_add_test(suite, "returns without calls", returns_without_calls);
    CU_add_test(suite, "loads that missed", loads_that_missed);
    CU_add_test(suite, "memory is bounded", memory_is_bounded);
}
