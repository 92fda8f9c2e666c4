/* The door to SystemC: names, events, runs, reports. Each case has a kernel, and so a process, of its own. */
#include "models/sim/systemc.h"

#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static struct node_result result;

static void writes(sim_child_job *job, const char *expected)
{
    node_run_child(job, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_STRING_EQUAL(result.text, expected);
    if (strcmp(result.text, expected) != 0)
        fprintf(stderr, "wrote (signal %d):\n%s---\n", result.signal, result.text);
}

static FILE *log_file;

static void elaborate(void)
{
    struct sim_error error;
    node_must(sim_sc_elaborate(&error), &error);
}

static void run(sim_time until)
{
    struct sim_error error;
    node_must(sim_sc_run(until, &error), &error);
    fprintf(log_file, "at %llu\n", (unsigned long long)sim_sc_time());
}

static int names_job(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_sc_module *display = sim_sc_module_at("xenos.display");
    struct sim_sc_module *xenos = sim_sc_module_at("xenos"), *iic = sim_sc_module_at("xenon.iic");
    fprintf(out, "'%s' %d\n", sim_sc_module_name(display), sim_sc_module_at("xenos.display") == display);
    elaborate();
    fprintf(out, "%s\n%s\n%s\n", sim_sc_module_name(display), sim_sc_module_name(xenos), sim_sc_module_name(iic));
    struct sim_error error;
    fprintf(out, "%d ", (int)sim_sc_elaborate(&error));
    fprintf(out, "%s\n", error.text);
    return 0;
}

static void names(void)
{
    writes(names_job, "'' 1\nboard.xenos.display\nboard.xenos\nboard.xenon.iic\n"
                      "4 SystemC elaborates once per process: a second machine needs a child process\n");
}

/* Two methods: one asks for its next time, the other sleeps until an event of its own. */
static struct sim_sc_event *bell, *other_bell;

static sim_time every_ten(void *context, sim_time now)
{
    fprintf(log_file, "%s %llu, next %lld\n", (const char *)context, (unsigned long long)now, (long long)sim_sc_next());
    if (now == 20)
        sim_sc_event_notify(bell, 27);
    return now < 40 ? now + 10 : SIM_NEVER;
}

static sim_time sleeps(void *context, sim_time now)
{
    fprintf(log_file, "%s %llu\n", (const char *)context, (unsigned long long)now);
    return SIM_NEVER;
}

static char name_a[] = "a", name_b[] = "b";

static int times_job(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    log_file = out;
    struct sim_sc_module *a = sim_sc_module_at("a"), *b = sim_sc_module_at("b");
    sim_sc_module_method(a, every_ten, name_a);
    sim_sc_module_method(b, sleeps, name_b);
    bell = sim_sc_event_new(b, "bell");
    other_bell = sim_sc_event_new(b, "other");
    elaborate();
    fprintf(out, "next %lld\n", (long long)sim_sc_next()); /* both methods are due */
    run(10);                                               /* not including 10 */
    run(10);
    run(31);
    /* of two notifications of one event the earlier counts */
    sim_sc_event_notify(bell, 35);
    sim_sc_event_notify(bell, 33);
    sim_sc_event_notify(bell, 38);
    sim_sc_event_notify(other_bell, 36);
    sim_sc_event_notify(other_bell, 30); /* over: now */
    run(39);
    sim_sc_event_notify(bell, 45);
    sim_sc_event_notify(other_bell, 45); /* one run for two events of one time */
    run(46);
    sim_sc_event_notify(bell, 50);
    sim_sc_event_cancel(bell);
    fprintf(out, "next %lld\n", (long long)sim_sc_next()); /* nothing */
    run(SIM_TIME_MAX);
    return 0;
}

static void times(void)
{
    writes(times_job,
           "next 0\na 0, next 0\nb 0\nat 10\nat 10\na 10, next -1\na 20, next -1\nb 27\na 30, next -1\nat 31\n"
           "b 31\nb 33\nat 39\na 40, next 45\nb 45\nat 46\nnext -1\nat 9223372036854775807\n");
}

static sim_time pauses(void *context, sim_time now)
{
    (void)context;
    fprintf(log_file, "runs at %llu\n", (unsigned long long)now);
    if (now == 20)
        sim_sc_pause();
    return now + 10;
}

static int pause_job(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    log_file = out;
    sim_sc_module_method(sim_sc_module_at("a"), pauses, NULL);
    elaborate();
    run(100);
    run(45);
    return 0;
}

static void pause_ends_a_run(void)
{
    writes(pause_job, "runs at 0\nruns at 10\nruns at 20\nat 20\nruns at 30\nruns at 40\nat 45\n");
}

/* What SystemC complains about goes to the handler; what it throws comes back as an error, here out of a run inside of
 * a run, which passes through a method in C. */
static void report(enum sim_sc_severity severity, const char *type, const char *message)
{
    (void)message; /* may be empty */
    fprintf(log_file, "report %d: %s\n", (int)severity, type[0] ? "typed" : "of no type");
}

static sim_time runs_in_a_run(void *context, sim_time now)
{
    (void)context;
    struct sim_error error = {.text = ""};
    enum sim_status status = sim_sc_run(now + 10, &error);
    fprintf(log_file, "%d %s\n", (int)status, strncmp(error.text, "SystemC, run: ", 14) == 0 ? "an error" : error.text);
    return SIM_NEVER;
}

static int reports_job(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    log_file = out;
    sim_sc_on_report(report);
    sim_sc_module_method(sim_sc_module_at("a"), runs_in_a_run, NULL);
    elaborate();
    run(100);
    return 0;
}

static void reports(void)
{
    writes(reports_job, "report 2: typed\n4 an error\nat 100\n");
}

static int warning_job(void *context, unsigned index, FILE *out)
{
    (void)context;
    log_file = out;
    if (index == 1)
        sim_sc_on_report(report);
    sim_sc_module_at("a name"); /* a blank in it */
    elaborate();
    return 0;
}

static void warnings(void)
{
    node_run_child(warning_job, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_EQUAL(strncmp(result.text, "cycle360: SystemC: ", 19), 0);
    node_run_child(warning_job, NULL, 1, &result);
    CU_ASSERT_EQUAL(result.exit_status, 0);
    CU_ASSERT_EQUAL(strncmp(result.text, "report 1: typed", 15), 0);
}

/* The kernel's time and the machine's are one between runs. */
static int machine_job(void *context, unsigned index, FILE *out)
{
    static struct node node;
    static const struct node_act script[] = {{7, NODE_STOP, 0}};
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0);
    struct sim_machine *machine = sim_machine_new(&node_schedules[index]);
    (void)context;
    node_init(&node, "group.node", &clock, 1, script, 1);
    sim_machine_add(machine, &node.component);
    struct sim_error error;
    struct sim_stop stop;
    node_must(sim_machine_elaborate(machine, &error), &error);
    fprintf(out, "%s\n", sim_sc_module_name(node.component.module));
    for (sim_time t = 3; t < 200000; t = 2 * t + 50000) {
        node_must(sim_machine_run(machine, t, &stop, &error), &error);
        fprintf(out, "%llu %d\n", (unsigned long long)stop.time, sim_sc_time() == stop.time);
    }
    return 0;
}

static void one_time(void)
{
    static char text[NODE_TEXT];
    CU_ASSERT_TRUE(node_run_all(machine_job, NULL, text));
    CU_ASSERT_STRING_EQUAL(text, "board.group.node\n3 1\n50006 1\n150012 1\n");
}

void test_systemc(void)
{
    CU_pSuite suite = CU_add_suite("sim/systemc", NULL, NULL);
    CU_add_test(suite, "paths are modules under board", names);
    CU_add_test(suite, "methods run at their times and events", times);
    CU_add_test(suite, "a pause ends a run, another goes on", pause_ends_a_run);
    CU_add_test(suite, "no exception crosses into C", reports);
    CU_add_test(suite, "warnings go to the handler, by default to standard error", warnings);
    CU_add_test(suite, "the kernel stands where the machine stands", one_time);
}
