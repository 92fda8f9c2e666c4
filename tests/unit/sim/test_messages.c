/* Messages: when they arrive, in what order, and what happens where there is no credit. Every case runs in every
 * schedule, and all must write the same. */
#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <gmp.h>
#include <string.h>

static char text[NODE_TEXT];
static struct node nodes[6];

enum { LONG = 1000000000 }; /* 100 us */

static void writes(sim_child_job *job, const char *expected)
{
    CU_ASSERT_TRUE(node_run_all(job, NULL, text));
    CU_ASSERT_STRING_EQUAL(text, expected);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "wrote:\n%s", text);
}

/* The stop latency bounds how far ahead of others a component may run: long, so that nothing but the links does. */
static struct sim_machine *machine_of(unsigned index, unsigned count, sim_time stop_latency)
{
    struct sim_options options = node_schedules[index];
    options.stop_latency = stop_latency;
    struct sim_machine *machine = sim_machine_new(&options);
    for (unsigned i = 0; i < count; i++)
        sim_machine_add(machine, &nodes[i].component);
    return machine;
}

static void run(struct sim_machine *machine, sim_time until)
{
    struct sim_error error;
    struct sim_stop stop;
    node_must(sim_machine_elaborate(machine, &error), &error);
    node_must(sim_machine_run(machine, until, &stop, &error), &error);
    SIM_CHECK(stop.time == until && stop.event_time == SIM_NEVER && sim_machine_time(machine) == until,
              "the run ended at %llu", (unsigned long long)stop.time);
}

/* Four senders reach one receiver at one time, by ways of different lengths. The priorities are 30, 10, 20, 10; the
 * receiver declares its ports in the order of `nodes`, and the machine hears of the nodes in another order. */
static int ties(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const struct node_act twice[4][3] = {{{3, NODE_SEND, 0}, {3, NODE_SEND, 0}},
                                                {{2, NODE_SEND, 0}},
                                                {{1, NODE_SEND, 1}, {1, NODE_SEND, 0}},
                                                {{4, NODE_SEND, 0}}};
    static const uint32_t acts[4] = {2, 1, 2, 1}, priority[4] = {30, 10, 20, 10};
    static const char *const names[4] = {"p30", "p10", "p20", "q10"};
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0); /* 10000 units */
    struct sim_machine *machine = sim_machine_new(&node_schedules[index]);
    node_init(&nodes[4], "sink", &clock, 5, NULL, 0);
    for (unsigned i = 0; i < 4; i++)
        node_init(&nodes[i], names[i], &clock, priority[i], twice[i], acts[i]);
    for (unsigned i = 5; i-- > 0;)
        sim_machine_add(machine, &nodes[i].component);
    static const uint32_t latency[4] = {4, 5, 6, 3};
    for (unsigned i = 0; i < 4; i++)
        node_link(machine, &nodes[i], &nodes[4], (struct sim_link_spec){latency[i], 4, 1});
    node_link(machine, &nodes[2], &nodes[4], (struct sim_link_spec){6, 4, 1}); /* in4, of the sender of in2 */
    run(machine, 1000000);
    node_print(&nodes[4], out);
    sim_machine_free(machine);
    return 0;
}

static void order_of_ties(void)
{
    /* by the sender's priority; p10 and q10 by port; p20's two ports by port, though out1 was sent first; p30's two by
     * sequence */
    writes(ties, "sink\n70000 r1 1\n70000 r3 1\n70000 r2 2\n70000 r4 1\n70000 r0 1\n70000 r0 2\n");
}

/* Edge k of a clock, in GMP: floor(phase + k * 10^13 / f). */
static void gmp_edge(mpz_t edge, const struct sim_clock *clock, uint64_t phase, uint64_t k)
{
    mpz_set_ui(edge, SIM_UNITS_PER_SECOND);
    mpz_mul_ui(edge, edge, clock->hz_denominator);
    mpz_mul_ui(edge, edge, k);
    mpz_fdiv_q_ui(edge, edge, clock->hz_numerator);
    mpz_add_ui(edge, edge, phase);
}

/* Clocks with no common period, and a phase. */
static const struct {
    uint64_t hz, divisor, phase;
} odd[] = {
    {3200000000u, 1, 0}, {1000000007, 13, 12345}, {27000000000, 1001, 3}, {99750000, 2, 99999}, {500000000, 3, 1}};
enum { ODD = sizeof odd / sizeof odd[0], ODD_MESSAGES = 60 };

static int arrivals(void *context, unsigned index, FILE *out)
{
    unsigned pair = *(unsigned *)context;
    unsigned from = pair / ODD, to = pair % ODD;
    struct sim_clock clock[2] = {node_clock("from", odd[from].hz, odd[from].divisor, odd[from].phase),
                                 node_clock("to", odd[to].hz, odd[to].divisor, odd[to].phase)};
    static struct node_act script[ODD_MESSAGES];
    uint64_t edge = 0, latency = 1 + pair % 7;
    for (unsigned i = 0; i < ODD_MESSAGES; i++)
        script[i] = (struct node_act){edge += i * i % 5, NODE_SEND, 0};
    node_init(&nodes[0], "from", &clock[0], 1, script, ODD_MESSAGES);
    node_init(&nodes[1], "to", &clock[1], 2, NULL, 0);
    struct sim_machine *machine = machine_of(index, 2, LONG);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){(uint32_t)latency, ODD_MESSAGES, 3});
    run(machine, sim_clock_edge(&clock[0], edge + 1) + sim_clock_edge(&clock[1], latency + 2));
    mpz_t sent, due;
    mpz_inits(sent, due, NULL);
    uint64_t k = 0; /* of the receiver: the first edge at or after `sent` */
    for (unsigned i = 0; i < ODD_MESSAGES; i++) {
        gmp_edge(sent, &clock[0], odd[from].phase, script[i].edge);
        for (;; k++) {
            gmp_edge(due, &clock[1], odd[to].phase, k);
            if (mpz_cmp(due, sent) >= 0)
                break;
        }
        gmp_edge(due, &clock[1], odd[to].phase, k + latency);
        if (i >= nodes[1].logged || mpz_cmp_ui(due, nodes[1].log[i].t) != 0 || nodes[1].log[i].value != i + 1)
            fprintf(out, "message %u of pair %u\n", i, pair);
    }
    mpz_clears(sent, due, NULL);
    node_print_digest(machine, out);
    sim_machine_free(machine);
    return nodes[1].logged != ODD_MESSAGES || nodes[0].logged != ODD_MESSAGES;
}

static void odd_clocks(void)
{
    for (unsigned pair = 0; pair < ODD * ODD; pair++) {
        CU_ASSERT_TRUE(node_run_all(arrivals, &pair, text));
        CU_ASSERT_PTR_NULL(strstr(text, "message"));
    }
}

/* Two credits, given back 10 clocks after an arrival, over 2 clocks there and 3 clocks back. */
static int stalls(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const struct node_act script[] = {
        {1, NODE_SEND, 0}, {2, NODE_SEND, 0}, {3, NODE_SEND, 0}, {4, NODE_SEND, 0}};
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0);
    node_init(&nodes[0], "from", &clock, 1, script, 4);
    node_init(&nodes[1], "to", &clock, 2, NULL, 0);
    nodes[1].hold = 10;
    struct sim_machine *machine = machine_of(index, 2, LONG);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){2, 2, 3});
    struct sim_error error;
    struct sim_stop stop;
    node_must(sim_machine_elaborate(machine, &error), &error);
    static const sim_time looks[] = {30000, 30001, 100000, 160000, 160001, 170001, 500000};
    const struct sim_link *link = sim_machine_link(machine, 0);
    for (unsigned i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        node_must(sim_machine_run(machine, looks[i], &stop, &error), &error);
        fprintf(out, "%llu: sent %llu, credits %u, waiting %d, stalls %llu, stalled %llu\n",
                (unsigned long long)stop.time, (unsigned long long)link->sent, sim_link_credits(link, stop.time),
                link->waiting, (unsigned long long)link->stalls, (unsigned long long)link->stalled);
    }
    node_print(&nodes[0], out);
    node_print(&nodes[1], out);
    sim_machine_free(machine);
    return 0;
}

static void visible_stalls(void)
{
    /* message 1: sent at 1, seen at 3, its credit given at 13 and seen at 16; message 2 a clock later */
    writes(stalls, "30000: sent 2, credits 0, waiting 0, stalls 0, stalled 0\n"
                   "30001: sent 2, credits 0, waiting 1, stalls 1, stalled 0\n"
                   "100000: sent 2, credits 0, waiting 1, stalls 1, stalled 0\n"
                   "160000: sent 2, credits 0, waiting 1, stalls 1, stalled 0\n"
                   "160001: sent 3, credits 0, waiting 1, stalls 2, stalled 130000\n"
                   "170001: sent 4, credits 0, waiting 0, stalls 2, stalled 140000\n"
                   "500000: sent 4, credits 2, waiting 0, stalls 2, stalled 140000\n"
                   "from\n10000 s0 1\n20000 s0 2\n30000 b0 1\n160000 s0 3\n160000 b0 2\n170000 s0 4\n"
                   "to\n30000 r0 1\n40000 r0 2\n180000 r0 3\n190000 r0 4\n");
}

/* A thousand messages through one credit, on clocks that do not fit: none is lost, doubled or overtaken. */
enum { MANY = 1000 };
static int back_pressure(void *context, unsigned index, FILE *out)
{
    (void)context;
    static struct node_act script[MANY];
    for (unsigned i = 0; i < MANY; i++)
        script[i] = (struct node_act){i / 3, NODE_SEND, i % 2};
    struct sim_clock fast = node_clock("fast", 3200000000u, 1, 0), slow = node_clock("slow", 99750000, 7, 11);
    node_init(&nodes[0], "from", &fast, 1, script, MANY);
    node_init(&nodes[1], "to", &slow, 2, NULL, 0);
    nodes[1].hold = 1;
    struct sim_machine *machine = machine_of(index, 2, LONG);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){1, 1, 1});
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){2, 3, 1});
    run(machine, SIM_UNITS_PER_SECOND / 1000);
    uint64_t last[2] = {0, 0};
    for (unsigned i = 0; i < nodes[1].logged; i++) {
        const struct node_entry *entry = &nodes[1].log[i];
        if (entry->value <= last[entry->port] || entry->value % 2 != (entry->port ? 0 : 1))
            fprintf(out, "message %llu behind %llu\n", (unsigned long long)entry->value,
                    (unsigned long long)last[entry->port]);
        last[entry->port] = entry->value;
    }
    fprintf(out, "%u arrived, last %llu and %llu\n", nodes[1].logged, (unsigned long long)last[0],
            (unsigned long long)last[1]);
    sim_machine_free(machine);
    return 0;
}

static void nothing_lost(void)
{
    writes(back_pressure, "1000 arrived, last 999 and 1000\n");
}

/* A credit that never comes: the sender stays where it is, and the machine runs on without it. */
static int starved(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const struct node_act script[] = {{1, NODE_SEND, 0}, {2, NODE_SEND, 0}};
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0);
    node_init(&nodes[0], "from", &clock, 1, script, 2);
    node_init(&nodes[1], "to", &clock, 2, NULL, 0);
    nodes[1].hold = UINT64_MAX;
    struct sim_machine *machine = machine_of(index, 2, LONG);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){1, 1, 1});
    run(machine, 1000000);
    node_print(&nodes[0], out);
    fprintf(out, "owed %u, stalled %llu\n", sim_machine_link(machine, 0)->owed,
            (unsigned long long)sim_machine_link(machine, 0)->stalled);
    sim_machine_free(machine);
    return 0;
}

static void never_a_credit(void)
{
    writes(starved, "from\n10000 s0 1\n20000 b0 1\nowed 1, stalled 0\n");
}

/* A component may be wired to itself, like to any other. */
static int self_link(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const struct node_act script[] = {
        {1, NODE_SEND, 0}, {2, NODE_SEND, 0}, {3, NODE_SEND, 0}, {9, NODE_SEND, 0}, {9, NODE_SEND, 0}};
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0);
    node_init(&nodes[0], "alone", &clock, 1, script, 5);
    struct sim_machine *machine = machine_of(index, 1, LONG);
    node_link(machine, &nodes[0], &nodes[0], (struct sim_link_spec){2, 2, 1});
    run(machine, 1000000);
    node_print(&nodes[0], out);
    sim_machine_free(machine);
    return 0;
}

static void to_itself(void)
{
    writes(self_link, "alone\n10000 s0 1\n20000 s0 2\n30000 r0 1\n30000 b0 1\n40000 r0 2\n40000 s0 3\n60000 r0 3\n"
                      "90000 s0 4\n90000 s0 5\n110000 r0 4\n110000 r0 5\n");
}

/* A component of two clocks that acts on the second: what it sends is seen on an edge of the receiver's clock, though
 * their first clock is one and uniform. */
struct two_clocked {
    struct sim_component component;
    struct sim_out out;
    uint64_t edge;
};

static void two_reset(struct sim_component *self)
{
    ((struct two_clocked *)self)->edge = 1;
}
static sim_time two_next(const struct sim_component *self)
{
    const struct two_clocked *two = (const struct two_clocked *)self;
    return two->edge > 5 ? SIM_NEVER : sim_clock_edge(self->clock[1], two->edge);
}
static void two_event(struct sim_component *self, sim_time t)
{
    struct two_clocked *two = (struct two_clocked *)self;
    struct sim_msg_token *token = sim_out_put(&two->out, t);
    *token = (struct sim_msg_token){.a = two->edge++, .b = t};
}
static void two_save(const struct sim_component *self, struct sim_writer *writer)
{
    sim_put_u64(writer, ((const struct two_clocked *)self)->edge);
}
static const struct sim_class two_class = {.kind = "test.two",
                                           .version = 1,
                                           .reset = two_reset,
                                           .advance = sim_advance_by_events,
                                           .next_event = two_next,
                                           .save = two_save,
                                           .event = two_event};

static int second_clock(void *context, unsigned index, FILE *out)
{
    (void)context;
    static struct two_clocked two;
    struct sim_clock bus = node_clock("bus", 1000000000, 1, 0), pixel = node_clock("pixel", 300000000, 1, 7);
    sim_component_init(&two.component, &two_class, "two", &bus, 1);
    sim_component_also_clocked(&two.component, &pixel);
    sim_component_out(&two.component, &two.out, "out", SIM_MSG_token);
    node_init(&nodes[0], "to", &bus, 2, NULL, 0);
    struct sim_machine *machine = machine_of(index, 1, LONG);
    sim_machine_add(machine, &two.component);
    struct sim_error error;
    node_must(sim_machine_connect(machine, &two.out, node_in(&nodes[0]), (struct sim_link_spec){3, 5, 1}, &error),
              &error);
    run(machine, 1000000);
    node_print(&nodes[0], out);
    sim_machine_free(machine);
    return 0;
}

static void on_its_second_clock(void)
{
    /* pixel edges at 33340, 66673, 100007, 133340, 166673 */
    writes(second_clock, "to\n70000 r0 1\n100000 r0 2\n140000 r0 3\n170000 r0 4\n200000 r0 5\n");
}

/* Links of latencies beyond the end of time: what is sent never arrives, and nothing overflows on the way. */
static int beyond_time(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const struct node_act script[] = {{0, NODE_SEND, 0}, {1, NODE_SEND, 0}, {1, NODE_SEND, 1}};
    struct sim_clock slow = node_clock("slow", 1, 1000, 0), fast = node_clock("fast", 1000, 1, 0);
    node_init(&nodes[0], "from", &slow, 1, script, 3);
    node_init(&nodes[1], "to", &slow, 2, NULL, 0);
    node_init(&nodes[2], "other", &fast, 3, NULL, 0);
    struct sim_machine *machine = machine_of(index, 3, SIM_UNITS_PER_SECOND);
    node_link(machine, &nodes[0], &nodes[1], (struct sim_link_spec){UINT32_MAX, 4, UINT32_MAX});
    node_link(machine, &nodes[0], &nodes[2], (struct sim_link_spec){5, 4, UINT32_MAX});
    run(machine, 1010 * SIM_UNITS_PER_SECOND);
    node_print(&nodes[0], out);
    node_print(&nodes[1], out);
    node_print(&nodes[2], out);
    sim_machine_free(machine);
    return 0;
}

static void past_the_end_of_time(void)
{
    writes(beyond_time, "from\n0 s0 1\n10000000000000000 s0 2\n10000000000000000 s1 3\nto\nother\n"
                        "10000050000000000 r0 3\n");
}

void test_messages(void)
{
    CU_pSuite suite = CU_add_suite("sim/messages", NULL, NULL);
    CU_add_test(suite, "equal times go by priority, port, sequence", order_of_ties);
    CU_add_test(suite, "arrivals between odd clocks equal rational arithmetic", odd_clocks);
    CU_add_test(suite, "a stall shows, and ends on the very edge", visible_stalls);
    CU_add_test(suite, "back-pressure loses and reorders nothing", nothing_lost);
    CU_add_test(suite, "without a credit a sender waits for ever", never_a_credit);
    CU_add_test(suite, "a component may be wired to itself", to_itself);
    CU_add_test(suite, "what is sent on a second clock arrives on the first", on_its_second_clock);
    CU_add_test(suite, "latencies beyond the end of time do not overflow", past_the_end_of_time);
}
