/* How runs end: where they were asked to, at a stop, or by a signal; and that it does not matter in how many pieces. */
#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static char text[NODE_TEXT];
static struct node nodes[3];
static struct sim_clock fast, slow;

static void writes(sim_child_job *job, void *context, const char *expected)
{
    CU_ASSERT_TRUE(node_run_all(job, context, text));
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "wrote:\n%s", text);
}

/* Two nodes that talk to each other, and stop the machine at 100 us (b), 100 us (a), 101 us (b) and 300 us (a). */
static const struct node_act script_a[] = {{10, NODE_SEND, 0},  {11, NODE_SEND, 0},  {90, NODE_SEND, 0},
                                           {100, NODE_STOP, 0}, {150, NODE_SEND, 0}, {300, NODE_STOP, 0}};
static const struct node_act script_b[] = {{5, NODE_SEND, 0},   {12, NODE_SEND, 0},  {200, NODE_STOP, 0},
                                           {202, NODE_STOP, 0}, {300, NODE_SEND, 0}, {590, NODE_SEND, 0}};

/* stop_latency in units; SIM_NEVER: precise */
static struct sim_machine *talkers(unsigned index, sim_time stop_latency)
{
    struct sim_options options = node_schedules[index];
    options.stop_latency = stop_latency;
    options.precise = stop_latency == SIM_NEVER;
    fast = node_clock("fast", 2000000, 1, 0);
    slow = node_clock("slow", 1000000, 1, 0);
    struct sim_machine *machine = sim_machine_new(&options);
    node_init(&nodes[0], "a", &slow, 1, script_a, sizeof script_a / sizeof script_a[0]);
    node_init(&nodes[1], "b", &fast, 2, script_b, sizeof script_b / sizeof script_b[0]);
    sim_machine_add(machine, &nodes[1].component);
    sim_machine_add(machine, &nodes[0].component);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){4, 2, 1});
    node_link(machine, &nodes[1], &nodes[0], (struct sim_link_spec){3, 1, 1});
    struct sim_error error;
    node_must(sim_machine_elaborate(machine, &error), &error);
    return machine;
}

static struct sim_stop run(struct sim_machine *machine, sim_time until, FILE *out)
{
    struct sim_stop stop;
    struct sim_error error;
    node_must(sim_machine_run(machine, until, &stop, &error), &error);
    fprintf(out, "%llu", (unsigned long long)stop.time);
    if (stop.event_time != SIM_NEVER)
        fprintf(out, ": %s of %s at %llu", stop.reason, stop.by->name, (unsigned long long)stop.event_time);
    else if (stop.reason[0] || stop.by)
        fprintf(out, ": %s", stop.reason);
    fputc('\n', out);
    SIM_CHECK(sim_machine_time(machine) == stop.time, "the machine stands elsewhere");
    for (unsigned i = 0; i < sim_machine_component_count(machine); i++)
        SIM_CHECK(sim_machine_component(machine, i)->at == stop.time, "a component stands elsewhere");
    return stop;
}

enum { US = 10000000 };

static int several_runs(void *context, unsigned index, FILE *out)
{
    struct sim_machine *machine = talkers(index, *(sim_time *)context);
    while (run(machine, UINT64_C(600) * US, out).time < UINT64_C(600) * US)
        ;
    node_print(&nodes[0], out);
    node_print(&nodes[1], out);
    sim_machine_free(machine);
    return 0;
}

static void effective_after_the_latency(void)
{
    for (unsigned i = 0; i < 3; i++) {
        sim_time latency = (sim_time[]){US / 2, 7777777, UINT64_C(300) * US}[i];
        static const char *const expected[] = {
            /* a and b stop at 100 us; a comes first. b's stop at 101 us is one of its own */
            "1005000000: act 3 of a of a at 1000000000\n1015000000: act 3 of b of b at 1010000000\n"
            "3005000000: act 5 of a of a at 3000000000\n6000000000\n",
            "1007777777: act 3 of a of a at 1000000000\n1017777777: act 3 of b of b at 1010000000\n"
            "3007777777: act 5 of a of a at 3000000000\n6000000000\n",
            /* all that was asked for in between is forgotten */
            "4000000000: act 3 of a of a at 1000000000\n6000000000\n"};
        CU_ASSERT_TRUE(node_run_all(several_runs, &latency, text));
        CU_ASSERT_EQUAL(strncmp(text, expected[i], strlen(expected[i])), 0);
        if (strncmp(text, expected[i], strlen(expected[i])) != 0)
            fprintf(stderr, "wrote:\n%s", text);
    }
}

static void precise_stops(void)
{
    sim_time latency = SIM_NEVER;
    static const char expected[] =
        "1000000001: act 3 of a of a at 1000000000\n1010000001: act 3 of b of b at 1010000000\n"
        "3000000001: act 5 of a of a at 3000000000\n6000000000\n";
    static struct node_result result;
    for (unsigned i = 0; i < NODE_SCHEDULES; i++) {
        if (node_schedules[i].no_skip) /* 6 000 000 000 windows */
            continue;
        node_run_child(several_runs, &latency, i, &result);
        CU_ASSERT_EQUAL(result.exit_status, 0);
        CU_ASSERT_EQUAL(strncmp(result.text, expected, strlen(expected)), 0);
        if (strncmp(result.text, expected, strlen(expected)) != 0)
            fprintf(stderr, "schedule %u wrote:\n%s", i, result.text);
    }
}

/* The run ends between the event and the stop: the next run ends there. */
static int pending(void *context, unsigned index, FILE *out)
{
    (void)context;
    struct sim_machine *machine = talkers(index, UINT64_C(10) * US);
    run(machine, UINT64_C(102) * US, out);
    node_print_digest(machine, out);
    run(machine, UINT64_C(103) * US, out);
    run(machine, UINT64_C(103) * US, out); /* no time at all */
    run(machine, UINT64_C(300) * US, out);
    run(machine, UINT64_C(300) * US, out); /* not at 300 us itself */
    run(machine, UINT64_C(310) * US, out); /* the end and the stop are one */
    run(machine, UINT64_C(600) * US, out);
    sim_machine_free(machine);
    return 0;
}

static void left_pending(void)
{
    CU_ASSERT_TRUE(node_run_all(pending, NULL, text));
    const char *after = strchr(text, '\n');
    CU_ASSERT_EQUAL(strncmp(text, "1020000000\n", 11), 0);
    after = strchr(after + 1, '\n') + 1;
    CU_ASSERT_STRING_EQUAL(after, "1030000000\n1030000000\n1100000000: act 3 of a of a at 1000000000\n3000000000\n"
                                  "3100000000: act 5 of a of a at 3000000000\n6000000000\n");
}

static int refused(void *context, unsigned index, FILE *out)
{
    (void)context;
    struct sim_machine *machine = talkers(index, US);
    struct sim_stop stop;
    struct sim_error error;
    run(machine, 1000, out);
    static const sim_time times[] = {999, 0, SIM_TIME_MAX + 1, SIM_NEVER};
    for (unsigned i = 0; i < 4; i++) {
        fprintf(out, "%d ", (int)sim_machine_run(machine, times[i], &stop, &error));
        fprintf(out, "%s\n", error.text);
    }
    run(machine, 1001, out);
    sim_machine_free(machine);
    return 0;
}

static void not_to_the_past(void)
{
    writes(refused, NULL,
           "1000\n"
           "2 cannot run to 999: time ends at 9223372036854775807 units of 100 fs and is 1000 now\n"
           "2 cannot run to 0: time ends at 9223372036854775807 units of 100 fs and is 1000 now\n"
           "2 cannot run to 9223372036854775808: time ends at 9223372036854775807 units of 100 fs and is 1000 now\n"
           "2 cannot run to 18446744073709551615: time ends at 9223372036854775807 units of 100 fs and is 1000 now\n"
           "1001\n");
}

/* Runs of random small lengths give what one run gives, digests at any time included. */
static int in_slices(void *context, unsigned index, FILE *out)
{
    unsigned seed = *(unsigned *)context;
    struct sim_machine *machine = talkers(index, 7777777);
    uint64_t random = seed;
    sim_time at = 0, until = UINT64_C(600) * US;
    struct sim_stop stop;
    struct sim_error error;
    while (at < until) {
        if (seed) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            at += (random >> 33) % (seed == 1 ? 20 * US : US) + 1;
        }
        if (!seed || at > until)
            at = until;
        do {
            node_must(sim_machine_run(machine, at, &stop, &error), &error);
            if (stop.event_time != SIM_NEVER) {
                fprintf(out, "%s: ", stop.reason);
                node_print_digest(machine, out);
            }
        } while (stop.time < at);
        uint8_t digest[SIM_DIGEST_SIZE];
        sim_machine_digest(machine, digest); /* looking changes nothing */
    }
    node_print_digest(machine, out);
    node_print(&nodes[0], out);
    node_print(&nodes[1], out);
    sim_machine_free(machine);
    return 0;
}

static void slices(void)
{
    static char whole[NODE_TEXT];
    unsigned seed = 0;
    CU_ASSERT_TRUE(node_run_all(in_slices, &seed, whole));
    CU_ASSERT_PTR_NOT_NULL(strstr(whole, "r0 4"));
    for (seed = 1; seed <= 2; seed++) {
        CU_ASSERT_TRUE(node_run_all(in_slices, &seed, text));
        CU_ASSERT_STRING_EQUAL(text, whole);
    }
}

/* A signal, here from an observer in the middle of a run: the run ends there, and the next goes on to the same end. */
static struct sim_machine *interrupted;
static void interrupt_once(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit)
{
    (void)link, (void)slot, (void)credit;
    if (!*(bool *)context) {
        *(bool *)context = true;
        sim_machine_interrupt(interrupted);
    }
}

static int by_a_signal(void *context, unsigned index, FILE *out)
{
    (void)context;
    bool done = false;
    struct sim_stop stop;
    struct sim_error error;
    struct sim_machine *machine = interrupted = talkers(index, 7777777);
    sim_machine_observe(machine, (struct sim_observer){.context = &done, .link = interrupt_once});
    node_must(sim_machine_run(machine, UINT64_C(50) * US, &stop, &error), &error);
    fprintf(out, "%s, %s, %d\n", stop.time < UINT64_C(50) * US ? "early" : "late", stop.reason,
            stop.event_time == SIM_NEVER && !stop.by);
    run(machine, UINT64_C(50) * US, out);
    /* with a stop under way, which the signal must not take with it */
    run(machine, UINT64_C(100) * US + 5, out);
    sim_machine_interrupt(machine);
    node_must(sim_machine_run(machine, UINT64_C(600) * US, &stop, &error), &error);
    fprintf(out, "%d, %s\n", stop.time < UINT64_C(100) * US + 7777777, stop.reason);
    run(machine, UINT64_C(600) * US, out);
    run(machine, UINT64_C(600) * US, out);
    run(machine, UINT64_C(600) * US, out);
    node_print_digest(machine, out);
    sim_machine_free(machine);
    return 0;
}

static void signals(void)
{
    CU_ASSERT_TRUE(node_run_all(by_a_signal, NULL, text));
    static const char expected[] = "early, interrupted, 1\n500000000\n1000000005\n1, interrupted\n"
                                   "1007777777: act 3 of a of a at 1000000000\n"
                                   "1017777777: act 3 of b of b at 1010000000\n"
                                   "3007777777: act 5 of a of a at 3000000000\n";
    CU_ASSERT_EQUAL(strncmp(text, expected, strlen(expected)), 0);
    if (strncmp(text, expected, strlen(expected)) != 0)
        fprintf(stderr, "wrote:\n%s", text);
}

/* Time ends at SIM_TIME_MAX, and a machine can run up to it. */
static int to_the_end(void *context, unsigned index, FILE *out)
{
    (void)context;
    struct sim_clock clock = node_clock("clock", 1, 1000, 0);
    static const struct node_act script[] = {
        {3, NODE_SEND, 0}, {922, NODE_SEND, 0}, {922, NODE_STOP, 0}, {923, NODE_SEND, 0}};
    struct sim_options options = node_schedules[index];
    options.stop_latency = SIM_TIME_MAX;
    struct sim_machine *machine = sim_machine_new(&options);
    node_init(&nodes[0], "a", &clock, 1, script, 4);
    node_init(&nodes[1], "b", &clock, 2, NULL, 0);
    sim_machine_add(machine, &nodes[0].component);
    sim_machine_add(machine, &nodes[1].component);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){1, 2, 1});
    struct sim_error error;
    node_must(sim_machine_elaborate(machine, &error), &error);
    run(machine, SIM_TIME_MAX, out);
    node_print(&nodes[0], out);
    node_print(&nodes[1], out);
    sim_machine_free(machine);
    return 0;
}

static void the_end_of_time(void)
{
    writes(to_the_end, NULL,
           "9223372036854775807\na\n30000000000000000 s0 1\n9220000000000000000 s0 2\nb\n40000000000000000 r0 1\n");
}

void test_stops(void)
{
    CU_pSuite suite = CU_add_suite("sim/stops", NULL, NULL);
    CU_add_test(suite, "a stop takes effect at its event plus the stop latency", effective_after_the_latency);
    CU_add_test(suite, "in precise windows it takes effect at once", precise_stops);
    CU_add_test(suite, "a stop left pending ends a later run", left_pending);
    CU_add_test(suite, "time does not run backwards, nor past its end", not_to_the_past);
    CU_add_test(suite, "many short runs are one long one", slices);
    CU_add_test(suite, "a signal ends a run and loses nothing", signals);
    CU_add_test(suite, "a machine runs to the end of time", the_end_of_time);
}
