#include "waves/glob.h"
#include "waves/registry.h"
#include "waves/trigger.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

void test_probe(void);

static void globs(void)
{
    static const struct {
        const char *glob, *name;
        bool matches;
    } cases[] = {
        {"a.b.c", "a.b.c", true}, {"a.b.c", "a.b.cd", false}, {"a.b.c", "xa.b.c", false},
        {"*", "a.b.c", true},     {"a.*", "a.b.c", true},     {"a.*.c", "a.b.b.c", true},
        {"a.*.c", "a.c", false},  {"*.c", "a.b.c", true},     {"*b*", "a.b.c", true},
        {"?.b.?", "a.b.c", true}, {"?", "ab", false},         {"a.b", "a.b.c", true}, /* a scope */
        {"a.b", "a.bc.c", false}, {"*.b", "a.b.c", true},     {"", "a", false},
        {"a*a*a", "aaa", true},   {"a*a*a", "aa", false},     {"*a*b*a", "xaxbxa", true},
        {"a**b", "ab", true},     {"*ab", "aab", true},       {"a.b.c*", "a.b.c", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CU_ASSERT_EQUAL(waves_glob_match(cases[i].glob, cases[i].name), cases[i].matches);
}

static struct waves_signals three(void)
{
    struct waves_signals signals = {0};
    waves_signals_add(&signals, "xenos.display.vblank", 1, NULL, NULL, 0);
    waves_signals_add(&signals, "xenos.display.line", 13, "line", NULL, 0);
    waves_signals_add(&signals, "xenon.core0.pc", 64, NULL, NULL, 0);
    return signals;
}

static void probes(void)
{
    static const struct {
        const char *probe;
        bool chosen[3];
    } cases[] = {
        {NULL, {true, true, true}},
        {"", {true, true, true}},
        {"*", {true, true, true}},
        {"xenos.*", {true, true, false}},
        {"xenos", {true, true, false}},
        {"xenos.display", {true, true, false}},
        {"*.pc,*.line", {false, true, true}},
        {"-*.line", {true, false, true}},
        {"!*.line,xenos.*", {true, false, false}},
        {"xenos.*,-xenos.display.vblank", {false, true, false}},
    };
    struct waves_signals signals = three();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool chosen[3];
        CU_ASSERT_EQUAL(waves_probe(&signals, cases[i].probe, chosen, NULL), SIM_OK);
        CU_ASSERT_EQUAL(memcmp(chosen, cases[i].chosen, sizeof chosen), 0);
    }
    waves_signals_free(&signals);
}

static void ranks(void)
{
    static const struct {
        const char *probe, *name;
        uint32_t rank;
    } cases[] = {
        {"xenon.iic,xenos.*", "xenos.display.line", 1},
        {"xenon.iic,xenos.*", "xenon.iic.line", 0},
        {"*.line,xenos.display.line", "xenos.display.line", 0},
        {"-xenos,xenon", "xenon.iic.line", 1},
        {"-xenos,xenon", "xenos.display.line", 2},
        {"", "xenon.iic.line", 0},
        {NULL, "xenon.iic.line", 0},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        CU_ASSERT_EQUAL(waves_probe_rank(cases[i].probe, cases[i].name), cases[i].rank);
}

static void no_match(void)
{
    struct waves_signals signals = three();
    struct sim_error error;
    bool chosen[3];
    CU_ASSERT_EQUAL(waves_probe(&signals, "xenos.*,xenos.displey.line", chosen, &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "'xenos.displey.line' matches no signal"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nearest: xenos.display.line"));
    CU_ASSERT_EQUAL(waves_probe(&signals, "xenox.*", chosen, &error), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nearest: xeno"));
    CU_ASSERT_EQUAL(waves_probe(&signals, "-nothing", chosen, &error), SIM_USAGE);
    CU_ASSERT_EQUAL(waves_probe(&signals, "-*", chosen, &error), SIM_USAGE);
    waves_signals_free(&signals);
    CU_ASSERT_EQUAL(waves_probe(&signals, "a", chosen, &error), SIM_USAGE);
}

static void order(void)
{
    struct waves_registry *registry = waves_registry_new();
    struct waves_scope *c = waves_scope_new(registry, "c", 7), *a = waves_scope_new(registry, "a", 9);
    struct waves_scope *b = waves_scope_new(registry, "b", 7);
    CU_ASSERT_EQUAL(waves_wire(a, "x"), 0);
    CU_ASSERT_EQUAL(waves_wire(c, "z"), 0);
    CU_ASSERT_EQUAL(waves_wire(c, "y"), 1);
    CU_ASSERT_EQUAL(waves_bus(b, "w", 8, NULL), 0);
    struct waves_signals all = waves_registry_list(registry);
    static const char *const names[] = {"c.z", "c.y", "b.w", "a.x"};
    CU_ASSERT_EQUAL_FATAL(all.count, 4);
    for (unsigned i = 0; i < 4; i++)
        CU_ASSERT_STRING_EQUAL(all.at[i].name, names[i]);

    /* Nothing is kept of what nobody wants. */
    waves_set(c, 0, 5, 1);
    CU_ASSERT_EQUAL(c->used, 0);
    CU_ASSERT_FALSE(c->any);
    bool chosen[4] = {false, true, true, false};
    CU_ASSERT_EQUAL(waves_registry_want(registry, chosen, 3), 2);
    waves_set(c, 0, 5, 1);
    waves_set(c, 1, 5, 1);
    CU_ASSERT_EQUAL(c->used, 1);
    CU_ASSERT_TRUE(c->any);
    waves_registry_want_nothing(registry);
    waves_set(c, 1, 6, 0);
    CU_ASSERT_EQUAL(c->used, 1);
    waves_signals_free(&all);
    waves_registry_free(registry);
}

static void descriptions(void)
{
    static const char *const names[] = {"idle", NULL, "blank"};
    struct waves_signals signals = {0}, copy = {0};
    waves_signals_add(&signals, "a.state", 2, NULL, names, 3);
    waves_signals_add(&signals, "a.line", 13, "line", NULL, 0);
    waves_signals_add(&signals, "b", 1, NULL, NULL, 0);
    for (unsigned i = 0; i < 3; i++) {
        char *text = waves_signal_print(&signals.at[i]);
        CU_ASSERT_EQUAL(waves_signal_parse(&copy, text, NULL), SIM_OK);
        char *again = waves_signal_print(&copy.at[i]);
        CU_ASSERT_STRING_EQUAL(text, again);
        free(text);
        free(again);
    }
    CU_ASSERT_STRING_EQUAL(waves_value_name(&copy.at[0], 2), "blank");
    CU_ASSERT_PTR_NULL(waves_value_name(&copy.at[0], 1));
    CU_ASSERT_PTR_NULL(waves_value_name(&copy.at[0], UINT64_MAX));

    static const char *const broken[] = {"",           "signal",        "signal 0 a",      "signal 65 a",
                                         "signal 1",   "signal 1 a..b", "signal 1 a.",     "signal 1 .a",
                                         "signal x a", "sig 1 a",       "signal 1 a what", "signal -1 a"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        CU_ASSERT_EQUAL(waves_signal_parse(&copy, broken[i], NULL), SIM_BAD_INPUT);
    waves_signals_free(&signals);
    waves_signals_free(&copy);
}

static void triggers(void)
{
    static const char *const names[] = {"idle", "blank"};
    struct waves_signals signals = three();
    waves_signals_add(&signals, "xenos.display.state", 2, NULL, names, 2);
    static const struct {
        const char *text;
        enum waves_trigger_kind kind;
        uint32_t signal;
        uint64_t value, edges;
    } good[] = {
        {"xenos.display.vblank==1", WAVES_TRIGGER_EQUAL, 0, 1, 0},
        {"xenos.display.line=0x1fff", WAVES_TRIGGER_SAME, 1, 0x1fff, 0},
        {"xenos.display.line>=0b101", WAVES_TRIGGER_AT_LEAST, 1, 5, 0},
        {"xenos.display.line<7", WAVES_TRIGGER_BELOW, 1, 7, 0},
        {"xenon.core0.pc!=18446744073709551615", WAVES_TRIGGER_NOT_EQUAL, 2, UINT64_MAX, 0},
        {"xenos.display.state==blank", WAVES_TRIGGER_EQUAL, 3, 1, 0},
        {"xenos.display.vblank:rise", WAVES_TRIGGER_RISE, 0, 0, 1},
        {"xenos.display.vblank:fall:3", WAVES_TRIGGER_FALL, 0, 0, 3},
        {"xenon.core0.pc:change:1000", WAVES_TRIGGER_CHANGE, 2, 0, 1000},
    };
    struct waves_trigger trigger;
    struct sim_error error;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CU_ASSERT_EQUAL(waves_trigger_parse(good[i].text, &signals, NULL, &trigger, &error), SIM_OK);
        CU_ASSERT_EQUAL(trigger.kind, good[i].kind);
        CU_ASSERT_EQUAL(trigger.signal, good[i].signal);
        CU_ASSERT_EQUAL(trigger.value, good[i].value);
        CU_ASSERT_EQUAL(trigger.edges, good[i].edges);
    }
    CU_ASSERT_EQUAL(waves_trigger_parse("time:2us", &signals, NULL, &trigger, &error), SIM_OK);
    CU_ASSERT_EQUAL(trigger.time, 20000000);
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "is not time:T"},
        {"xenos.display.vblank", "is not time:T"},
        {"xenos.displai.vblank==1", "nearest: xenos.display.vblank"},
        {"xenos.display.vblank==2", "never is 2"},
        {"xenos.display.line==8192", "never is 8192"},
        {"xenos.display.line==", "neither a number"},
        {"xenos.display.line==-1", "neither a number"},
        {"xenos.display.line==12x", "neither a number"},
        {"xenon.core0.pc==18446744073709551616", "neither a number"},
        {"xenos.display.state==busy", "nor a value"},
        {"xenos.display.vblank:up", "not rise, fall or change"},
        {"xenos.display.vblank:rise:0", "no number of edges"},
        {"xenos.display.vblank:rise:x", "no number of edges"},
        {"nothing:rise", "no signal 'nothing'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_EQUAL(waves_trigger_parse(bad[i].text, &signals, NULL, &trigger, &error), SIM_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, bad[i].says));
    }
    CU_ASSERT_NOT_EQUAL(waves_trigger_parse("time:soon", &signals, NULL, &trigger, &error), SIM_OK);
    waves_signals_free(&signals);
}

void test_probe(void)
{
    CU_pSuite suite = CU_add_suite("waves/probe", NULL, NULL);
    CU_add_test(suite, "globs match across dots, and scopes stand for what is below them", globs);
    CU_add_test(suite, "a probe adds and takes away", probes);
    CU_add_test(suite, "a signal's rank is the first glob that names it", ranks);
    CU_add_test(suite, "a glob that matches nothing names the nearest signals", no_match);
    CU_add_test(suite, "signals are ordered by priority, creation and declaration; unwanted ones cost no memory",
                order);
    CU_add_test(suite, "a signal's line of text survives the round trip", descriptions);
    CU_add_test(suite, "triggers are parsed, and mistakes explained", triggers);
}
