/* What is wrong with a machine is said when it is wired and elaborated, before it runs. */
#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <signal.h>
#include <string.h>

static struct node_result result;
static struct node nodes[3];

static void refuses(sim_child_job *job, int status, const char *sentence)
{
    node_run_child(job, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.exit_status, status);
    CU_ASSERT_STRING_EQUAL(result.text, sentence);
    if (strcmp(result.text, sentence) != 0)
        fprintf(stderr, "said: %s\n", result.text);
}

static void aborts(sim_child_job *job, const char *part)
{
    node_run_child(job, NULL, 0, &result);
    CU_ASSERT_EQUAL(result.signal, SIGABRT);
    CU_ASSERT_PTR_NOT_NULL(strstr(result.text, part));
    if (!strstr(result.text, part))
        fprintf(stderr, "said: %s\n", result.text);
}

static struct sim_machine *two_nodes(const char *first, const char *second)
{
    static struct sim_clock clock;
    clock = node_clock("clock", 1000000000, 1, 0);
    struct sim_machine *machine = sim_machine_new(&(struct sim_options){0});
    node_init(&nodes[0], first, &clock, 1, NULL, 0);
    node_init(&nodes[1], second, &clock, 2, NULL, 0);
    node_init(&nodes[2], "third", &clock, 3, NULL, 0);
    sim_machine_add(machine, &nodes[0].component);
    sim_machine_add(machine, &nodes[1].component);
    return machine;
}

static int elaborate(struct sim_machine *machine, FILE *out)
{
    struct sim_error error = {.text = ""};
    enum sim_status status = sim_machine_elaborate(machine, &error);
    fputs(error.text, out);
    sim_machine_free(machine);
    return (int)status;
}

static int connect(struct sim_out *from, struct sim_in *to, struct sim_link_spec spec, FILE *out)
{
    struct sim_error error = {.text = ""};
    enum sim_status status = sim_machine_connect(nodes[0].component.machine, from, to, spec, &error);
    fputs(error.text, out);
    return (int)status;
}

static const struct sim_link_spec one = {.latency = 1, .credits = 1};

static int unwired_in(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_machine *machine = two_nodes("a", "group.b");
    node_in(&nodes[1]);
    return elaborate(machine, out);
}

static int unwired_out(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_machine *machine = two_nodes("a", "group.b");
    node_link(machine, &nodes[0], &nodes[1], one);
    node_out(&nodes[0]);
    return elaborate(machine, out);
}

static int wrong_type(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    two_nodes("a", "b");
    static struct sim_in in;
    sim_component_in(&nodes[1].component, &in, "irq", SIM_MSG_interrupt);
    return connect(node_out(&nodes[0]), &in, one, out);
}

static int wired_twice(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_machine *machine = two_nodes("a", "b");
    node_link(machine, &nodes[0], &nodes[1], one);
    return connect(node_out(&nodes[0]), &nodes[1].in[0], one, out);
}

static int no_latency(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    two_nodes("a", "b");
    return connect(node_out(&nodes[0]), node_in(&nodes[1]), (struct sim_link_spec){.credits = 3}, out);
}

static int no_credits(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    two_nodes("a", "b");
    return connect(node_out(&nodes[0]), node_in(&nodes[1]), (struct sim_link_spec){.latency = 3}, out);
}

static int too_many_credits(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    two_nodes("a", "b");
    return connect(node_out(&nodes[0]), node_in(&nodes[1]), (struct sim_link_spec){1, (1u << 20) + 1, 1}, out);
}

static int same_name(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    return elaborate(two_nodes("xenon.iic", "xenon.iic"), out);
}

static int bad_name(void *context, unsigned index, FILE *out)
{
    static const char *const names[] = {"", ".a", "a.", "a..b"};
    (void)context;
    return elaborate(two_nodes(names[index], "b"), out);
}

static int stranger(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_machine *machine = two_nodes("a", "b");
    node_link(machine, &nodes[0], &nodes[2], one);
    return elaborate(machine, out);
}

static int second_machine(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    struct sim_machine *first = two_nodes("a", "b");
    node_must(sim_machine_elaborate(first, &error), &error);
    return elaborate(two_nodes("c", "d"), out);
}

static int second_elaboration(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index, (void)out;
    struct sim_error error;
    struct sim_machine *machine = two_nodes("a", "b");
    node_must(sim_machine_elaborate(machine, &error), &error);
    return (int)sim_machine_elaborate(machine, &error);
}

static int late_part(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index, (void)out;
    struct sim_error error;
    struct sim_machine *machine = two_nodes("a", "b");
    node_must(sim_machine_elaborate(machine, &error), &error);
    sim_machine_add(machine, &nodes[2].component);
    return 0;
}

static int late_link(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index, (void)out;
    struct sim_error error;
    struct sim_machine *machine = two_nodes("a", "b");
    node_must(sim_machine_elaborate(machine, &error), &error);
    node_link(machine, &nodes[0], &nodes[1], one);
    return 0;
}

static int early_run(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index, (void)out;
    struct sim_error error;
    struct sim_stop stop;
    return (int)sim_machine_run(two_nodes("a", "b"), 10, &stop, &error);
}

/* More links than the table begins with: ports follow it when it moves. */
static int many_links(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    struct sim_error error;
    struct sim_machine *machine = two_nodes("a", "b");
    sim_machine_add(machine, &nodes[2].component);
    for (unsigned i = 0; i < 3 * NODE_PORTS; i++)
        node_link(machine, &nodes[i % 3], &nodes[(i + 1) % 3], one);
    node_must(sim_machine_elaborate(machine, &error), &error);
    for (unsigned i = 0; i < sim_machine_link_count(machine); i++) {
        const struct sim_link *link = sim_machine_link(machine, i);
        if (link->index != i || link->out->link != link || link->in->link != link || link->sender != link->out->owner ||
            link->receiver != link->in->owner)
            fprintf(out, "link %u is torn\n", i);
    }
    fprintf(out, "%u links", sim_machine_link_count(machine));
    return 0;
}

static void wiring_errors(void)
{
    refuses(unwired_in, SIM_BAD_INPUT, "group.b.in0: the port is not wired");
    refuses(unwired_out, SIM_BAD_INPUT, "a.out1: the port is not wired");
    refuses(wrong_type, SIM_BAD_INPUT, "a.out0 -> b.irq: carries token, expects interrupt");
    refuses(wired_twice, SIM_BAD_INPUT, "a.out1 -> b.in0: a port that is wired already");
    refuses(no_latency, SIM_BAD_INPUT,
            "a.out0 -> b.in0: a latency of 0 clocks and 3 credits; both must be at least 1, credits at most 1048576");
    refuses(no_credits, SIM_BAD_INPUT,
            "a.out0 -> b.in0: a latency of 3 clocks and 0 credits; both must be at least 1, credits at most 1048576");
    refuses(too_many_credits, SIM_BAD_INPUT,
            "a.out0 -> b.in0: a latency of 1 clocks and 1048577 credits; both must be at least 1, credits at most "
            "1048576");
    refuses(stranger, SIM_BAD_INPUT, "a.out0 -> third.in0: third is wired but was not added to the machine");
    refuses(many_links, SIM_OK, "24 links");
}

static void naming_errors(void)
{
    refuses(same_name, SIM_BAD_INPUT, "two components are called xenon.iic");
    for (unsigned i = 0; i < 4; i++) {
        node_run_child(bad_name, NULL, i, &result);
        CU_ASSERT_EQUAL(result.exit_status, SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(result.text, "is no name for a component"));
    }
}

static void elaborated_once(void)
{
    refuses(second_machine, SIM_HOST, "SystemC elaborates once per process: a second machine needs a child process");
    aborts(second_elaboration, "a machine elaborated twice");
    aborts(late_part, "third: added after elaboration");
    aborts(late_link, "a.out0: wired after elaboration");
    aborts(early_run, "a machine run before its elaboration");
}

void test_wiring(void)
{
    CU_pSuite suite = CU_add_suite("sim/wiring", NULL, NULL);
    CU_add_test(suite, "ports and links that cannot be are refused with a sentence", wiring_errors);
    CU_add_test(suite, "names are unique paths", naming_errors);
    CU_add_test(suite, "one machine a process, elaborated once, before it runs", elaborated_once);
}
