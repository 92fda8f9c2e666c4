/* Foreign parts: components whose behaviour lives in the SystemC kernel. A ticker sends on a clock of its own, answers
 * nothing, and mixes all that it hears and when into what it says next. Written as an ordinary component and as a
 * SystemC module with a method and an event of its own, it must be the same thing to those that it speaks with. */
#include "models/sim/systemc.h"
#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 2, HEARD_MAX = 4096 };

struct ticker {
    struct sim_component component;
    struct sim_in in[PORTS];
    struct sim_out out[PORTS];
    struct sim_clock ticks; /* when it acts by itself */
    uint64_t hash, tick;    /* number of the next one */
    uint32_t wants, port;   /* tokens yet to be sent, and where the next goes */
    struct {
        sim_time t;
        uint64_t hash;
    } heard[HEARD_MAX];
    uint32_t count;
};

static void mix(struct ticker *ticker, uint64_t value)
{
    ticker->hash = (ticker->hash ^ value) * UINT64_C(0x100000001B3);
    ticker->hash ^= ticker->hash >> 29;
}

/* What both kinds do. */

static void hear(struct ticker *ticker, struct sim_in *in, sim_time t)
{
    const struct sim_msg_token *token = sim_in_head(in);
    SIM_CHECK(sim_in_time(in) == t, "%s: hears a message of %llu at %llu", ticker->component.name,
              (unsigned long long)sim_in_time(in), (unsigned long long)t);
    mix(ticker, token->a + t + (uint64_t)(in - ticker->in));
    SIM_CHECK(ticker->count < HEARD_MAX, "%s: hears too much", ticker->component.name);
    ticker->heard[ticker->count].t = t;
    ticker->heard[ticker->count++].hash = ticker->hash;
    sim_in_take(in);
    sim_in_credit(in, t);
}

static void speak(struct ticker *ticker, sim_time t)
{
    while (ticker->wants && sim_out_ready(&ticker->out[ticker->port], t)) {
        struct sim_msg_token *token = sim_out_put(&ticker->out[ticker->port], t);
        *token = (struct sim_msg_token){.a = ticker->hash, .b = ticker->tick};
        mix(ticker, t);
        ticker->port = (ticker->port + 1) % PORTS;
        ticker->wants--;
    }
}

static void tick(struct ticker *ticker, sim_time t)
{
    mix(ticker, ticker->tick++);
    if (ticker->wants < 3)
        ticker->wants++;
    speak(ticker, t);
}

static sim_time next_tick(const struct ticker *ticker)
{
    return sim_clock_edge(&ticker->ticks, ticker->tick);
}

/* When a credit comes that it waits for. */
static sim_time next_credit(const struct sim_component *self)
{
    const struct ticker *ticker = (const struct ticker *)self;
    return ticker->wants ? sim_out_credit_time(&ticker->out[ticker->port]) : SIM_NEVER;
}

static void reset(struct sim_component *self)
{
    struct ticker *ticker = (struct ticker *)self;
    ticker->hash = 0xCBF29CE484222325 ^ self->index;
    ticker->tick = 1;
    ticker->wants = ticker->port = ticker->count = 0;
}

/* A foreign part is not saved, and so is not part of a digest; the tests print what would be. */
static void save(const struct sim_component *self, struct sim_writer *writer)
{
    (void)self, (void)writer;
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    (void)self;
    reader->failed = true;
}

/* The ordinary kind: messages, then credits, then ticks. */

static void ordinary_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    hear((struct ticker *)self, in, t);
}

static void ordinary_event(struct sim_component *self, sim_time t)
{
    struct ticker *ticker = (struct ticker *)self;
    speak(ticker, t);
    if (next_tick(ticker) == t)
        tick(ticker, t);
}

static sim_time ordinary_next(const struct sim_component *self)
{
    return sim_time_min(next_credit(self), next_tick((const struct ticker *)self));
}

static const struct sim_class ordinary_class = {
    .kind = "test.ticker",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = ordinary_next,
    .save = save,
    .load = load,
    .message = ordinary_message,
    .event = ordinary_event,
};

/* The foreign kind. At one instant the kernel may run its advance and its method in either order, so the method first
 * does what an advance would do. */

static struct sim_in *arrived(struct ticker *ticker, sim_time t)
{
    for (uint32_t i = 0; i < ticker->component.ins; i++) /* in the order of ties */
        if (sim_in_time(ticker->component.in[i]) <= t)
            return ticker->component.in[i];
    return NULL;
}

static void settle(struct ticker *ticker, sim_time t)
{
    struct sim_in *in;
    while ((in = arrived(ticker, t)) != NULL)
        hear(ticker, in, t);
    speak(ticker, t);
}

static void foreign_advance(struct sim_component *self, sim_time until)
{
    SIM_CHECK(sim_sc_time() == until - 1, "%s: run for %llu at the kernel's %llu", self->name,
              (unsigned long long)until - 1, (unsigned long long)sim_sc_time());
    settle((struct ticker *)self, until - 1);
}

static sim_time foreign_method(void *context, sim_time now)
{
    struct ticker *ticker = context;
    if (now == next_tick(ticker)) { /* not so at its first run, which is at 0 */
        settle(ticker, now);
        tick(ticker, now);
        sim_foreign_acted(&ticker->component, now);
    }
    return next_tick(ticker);
}

static const struct sim_class foreign_class = {
    .kind = "test.ticker",
    .version = 1,
    .reset = reset,
    .advance = foreign_advance,
    .next_event = next_credit,
    .save = save,
    .load = load,
};

static void ticker_init(struct ticker *ticker, const char *name, bool foreign, const struct sim_clock *clock,
                        struct sim_clock ticks)
{
    static const char *const in_names[PORTS] = {"in0", "in1"}, *const out_names[PORTS] = {"out0", "out1"};
    memset(ticker, 0, sizeof *ticker);
    ticker->ticks = ticks;
    sim_component_init(&ticker->component, foreign ? &foreign_class : &ordinary_class, name, clock, SIM_PRIORITY_TEST);
    for (uint32_t i = 0; i < PORTS; i++) {
        sim_component_in(&ticker->component, &ticker->in[i], in_names[i], SIM_MSG_token);
        sim_component_out(&ticker->component, &ticker->out[i], out_names[i], SIM_MSG_token);
    }
    ticker->component.foreign = foreign;
    if (foreign) {
        char path[64];
        snprintf(path, sizeof path, "%s.own", name);
        sim_sc_module_method(sim_sc_module_at(path), foreign_method, ticker);
    } else {
        sim_component_also_clocked(&ticker->component, &ticker->ticks);
    }
}

/* Two tickers that speak with each other and each with a node. */

struct plan {
    const char *name;
    uint64_t ticks_hz, ticks_denominator; /* of the first; the second's are 3/7 as fast */
    uint32_t latency, credits, hold;
    bool pieces;
};

static const struct plan plans[] = {
    {"ticks between the edges of its ports", 71000000, 3, 2, 3, 0, false},
    {"ticks on the edges of its ports", 25000000, 1, 1, 2, 0, false},
    {"ticks on every edge of its ports", 100000000, 1, 1, 1, 0, false},
    {"few credits, given back late", 50000000, 1, 3, 1, 40, false},
    {"a run in pieces", 50000000, 1, 2, 2, 10, true},
    {"far away", 100000000, 1, 500, 4, 0, true},
};

enum { PLANS = sizeof plans / sizeof plans[0], ACTS = 300 };

struct meeting {
    const struct plan *plan;
    bool foreign;
};

static void run_to(struct sim_machine *machine, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    node_must(sim_machine_run(machine, until, &stop, &error), &error);
}

static void connect(struct sim_machine *machine, struct sim_out *from, struct sim_in *to, const struct plan *plan)
{
    struct sim_error error;
    node_must(sim_machine_connect(machine, from, to,
                                  (struct sim_link_spec){.latency = plan->latency, .credits = plan->credits}, &error),
              &error);
}

static int meet(void *context, unsigned index, FILE *out)
{
    const struct meeting *meeting = context;
    const struct plan *plan = meeting->plan;
    static struct ticker ticker[2];
    static struct node node[2];
    static struct node_act act[2][ACTS];
    static struct sim_clock clock[2], node_clocks[2];
    const sim_time end = 200000000; /* 20 us */
    struct sim_error error;
    struct sim_machine *machine = sim_machine_new(&node_schedules[index]);
    for (unsigned i = 0; i < 2; i++) {
        clock[i] = node_clock(i ? "y" : "x", 100000000, 1, i * 12345);
        node_clocks[i] = node_clock(i ? "v" : "u", i ? 400000000 : 133000000, i ? 1 : 7, 0);
        ticker_init(&ticker[i], i ? "guest.second" : "first", meeting->foreign, &clock[i],
                    node_clock("ticks", plan->ticks_hz * (i ? 3 : 1), plan->ticks_denominator * (i ? 7 : 1), 0));
        for (unsigned a = 0; a < ACTS; a++)
            act[i][a] = (struct node_act){.edge = 2 + a * (a % 5 + 1), .what = NODE_SEND};
        for (unsigned a = 1; a < ACTS; a++)
            act[i][a].edge = act[i][a].edge > act[i][a - 1].edge ? act[i][a].edge : act[i][a - 1].edge + 1;
        node_init(&node[i], i ? "node1" : "node0", &node_clocks[i], SIM_PRIORITY_TEST + 1 - i, act[i], ACTS);
        node[i].hold = plan->hold;
        sim_machine_add(machine, &ticker[i].component);
        sim_machine_add(machine, &node[i].component);
    }
    for (unsigned i = 0; i < 2; i++) {
        connect(machine, &ticker[i].out[0], node_in(&node[i]), plan);
        connect(machine, node_out(&node[i]), &ticker[i].in[0], plan);
        connect(machine, &ticker[i].out[1], &ticker[1 - i].in[1], plan);
    }
    node_must(sim_machine_elaborate(machine, &error), &error);
    for (sim_time t = 777; plan->pieces && t < end; t += 1 + t % 3000000)
        run_to(machine, t);
    run_to(machine, end);
    for (unsigned i = 0; i < 2; i++) {
        node_print(&node[i], out);
        fprintf(out, "%s: %llu ticks, %u to send, %016llx\n", ticker[i].component.name,
                (unsigned long long)ticker[i].tick, ticker[i].wants, (unsigned long long)ticker[i].hash);
        for (uint32_t h = 0; h < ticker[i].count; h++)
            fprintf(out, "%llu %016llx\n", (unsigned long long)ticker[i].heard[h].t,
                    (unsigned long long)ticker[i].heard[h].hash);
    }
    for (unsigned i = 0; i < sim_machine_link_count(machine); i++)
        fprintf(out, "link %u: %llu sent, %llu stalls\n", i, (unsigned long long)sim_machine_link(machine, i)->sent,
                (unsigned long long)sim_machine_link(machine, i)->stalls);
    node_print_digest(machine, out);
    sim_machine_free(machine);
    return 0;
}

static void equals_an_ordinary_one(void)
{
    char *ordinary = malloc(NODE_TEXT), *foreign = malloc(NODE_TEXT);
    CU_ASSERT_FATAL(ordinary != NULL && foreign != NULL);
    for (unsigned i = 0; i < PLANS; i++) {
        CU_ASSERT(node_run_all(meet, &(struct meeting){&plans[i], false}, ordinary));
        CU_ASSERT(node_run_all(meet, &(struct meeting){&plans[i], true}, foreign));
        CU_ASSERT_STRING_EQUAL(ordinary, foreign);
        if (strcmp(ordinary, foreign) != 0)
            fprintf(stderr, "%s:\nordinary:\n%s--- foreign:\n%s", plans[i].name, ordinary, foreign);
    }
    free(ordinary);
    free(foreign);
}

void test_foreign(void)
{
    CU_pSuite suite = CU_add_suite("sim/foreign", NULL, NULL);
    CU_add_test(suite, "a part in the SystemC kernel equals an ordinary one, in every schedule",
                equals_an_ordinary_one);
}
