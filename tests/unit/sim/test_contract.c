/* Components that break the contract: the machine says who and ends the process. Each does one thing wrong. */
#include "tests/support/node.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <signal.h>
#include <string.h>

enum wrong {
    LEAVES_MESSAGE,      /* does not take what has arrived: in message() */
    PASSES_MESSAGE,      /* the same in an advance of its own */
    ACTS_UNANNOUNCED,    /* sends though it said that it would not act */
    STOPS_UNANNOUNCED,   /* the same with a stop */
    SENDS_WITHOUT,       /* a credit */
    GIVES_TOO_MANY,      /* credits back */
    ACTS_BETWEEN,        /* edges of its clock */
    SENDS_BACKWARDS,     /* before its last message */
    SENDS_FROM_THE_PAST, /* before the time at which it stands */
    ANNOUNCES_THE_PAST,
    STAYS,      /* at one event for ever */
    SHORT_LINK, /* not its own fault: the link delivers earlier than it says */
};

struct culprit {
    struct sim_component component;
    struct sim_in in;
    struct sim_out out;
    enum wrong wrong;
    uint64_t done;
};

enum { NS = 10000 }; /* the clock is 1 GHz */

static struct culprit *culprit_of(const struct sim_component *component)
{
    return (struct culprit *)(uintptr_t)component;
}

static void reset(struct sim_component *self)
{
    culprit_of(self)->done = 0;
}

static void send(struct culprit *culprit, sim_time t)
{
    struct sim_msg_token *token = sim_out_put(&culprit->out, t);
    *token = (struct sim_msg_token){.a = ++culprit->done, .b = t};
}

static sim_time next_event(const struct sim_component *self)
{
    const struct culprit *culprit = culprit_of(self);
    switch (culprit->wrong) {
    case ACTS_UNANNOUNCED:
    case STOPS_UNANNOUNCED:
    case LEAVES_MESSAGE:
    case PASSES_MESSAGE:
        return SIM_NEVER;
    case ACTS_BETWEEN:
        return culprit->done ? SIM_NEVER : 5 * NS + 1;
    case ANNOUNCES_THE_PAST:
    case STAYS:
        return 5 * NS;
    default:
        return (5 + 10 * culprit->done) * NS;
    }
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    if (culprit_of(self)->wrong == LEAVES_MESSAGE)
        return;
    sim_in_take(in);
    sim_in_credit(in, t);
    if (culprit_of(self)->wrong == GIVES_TOO_MANY)
        sim_in_credit(in, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct culprit *culprit = culprit_of(self);
    switch (culprit->wrong) {
    case SENDS_WITHOUT:
        for (unsigned i = 0; i < 4; i++) /* the link has 3 */
            send(culprit, t);
        break;
    case SENDS_BACKWARDS:
        send(culprit, t);
        send(culprit, t - NS);
        break;
    case SENDS_FROM_THE_PAST:
        send(culprit, culprit->done ? t - 6 * NS : t);
        break;
    case SHORT_LINK:
        if (sim_out_ready(&culprit->out, t))
            send(culprit, t);
        break;
    default:
        culprit->done++;
    }
}

static void advance(struct sim_component *self, sim_time until)
{
    struct culprit *culprit = culprit_of(self);
    if (culprit->wrong == PASSES_MESSAGE)
        return;
    if (culprit->wrong == ACTS_UNANNOUNCED && until > 40 * NS && !culprit->done)
        send(culprit, self->at);
    else if (culprit->wrong == STOPS_UNANNOUNCED && until > 40 * NS)
        sim_request_stop(self, self->at, "unannounced");
    else if (culprit->wrong == ANNOUNCES_THE_PAST)
        culprit->done++;
    else
        sim_advance_by_events(self, until);
}

static const struct sim_class culprit_class = {
    .kind = "test.culprit",
    .version = 1,
    .reset = reset,
    .advance = advance,
    .next_event = next_event,
    .message = message,
    .event = event,
};

/* A node that sends to the culprit now and then, and hears from it. */
static int run_with(void *context, unsigned index, FILE *out)
{
    static const struct node_act script[] = {{1, NODE_SEND, 0},  {8, NODE_SEND, 0},  {30, NODE_SEND, 0},
                                             {31, NODE_SEND, 0}, {34, NODE_SEND, 0}, {100, NODE_SEND, 0}};
    static struct culprit culprit;
    static struct node node;
    struct sim_clock clock = node_clock("clock", 1000000000, 1, 0);
    struct sim_options options = node_schedules[index];
    options.stop_latency = 8 * NS;
    struct sim_machine *machine = sim_machine_new(&options);
    culprit.wrong = *(enum wrong *)context;
    node_init(&node, "node", &clock, 1, script, sizeof script / sizeof script[0]);
    sim_component_init(&culprit.component, &culprit_class, "culprit", &clock, 2);
    sim_component_in(&culprit.component, &culprit.in, "in", SIM_MSG_token);
    sim_component_out(&culprit.component, &culprit.out, "out", SIM_MSG_token);
    sim_machine_add(machine, &node.component);
    sim_machine_add(machine, &culprit.component);
    struct sim_error error;
    struct sim_link_spec spec = {.latency = 4, .credits = 3, .credit_latency = 4};
    node_must(sim_machine_connect(machine, node_out(&node), &culprit.in, spec, &error), &error);
    node_must(sim_machine_connect(machine, &culprit.out, node_in(&node), spec, &error), &error);
    node_must(sim_machine_elaborate(machine, &error), &error);
    if (culprit.wrong == SHORT_LINK) { /* behind the scheduler's back */
        ((struct sim_link *)(uintptr_t)sim_machine_link(machine, 1))->latency = 1;
        ((struct sim_link *)(uintptr_t)sim_machine_link(machine, 1))->uniform = 0;
    }
    struct sim_stop stop;
    for (unsigned i = 1; i <= 20; i++)
        node_must(sim_machine_run(machine, 10 * i * NS, &stop, &error), &error);
    fputs("nothing was noticed", out);
    return 0;
}

/* In the schedules that `where` has a bit for, the process aborts with `says`. */
static void is_caught(enum wrong wrong, const char *says, unsigned where)
{
    static struct node_result result;
    for (unsigned i = 0; i < NODE_SCHEDULES; i++) {
        if (!(where >> i & 1))
            continue;
        node_run_child(run_with, &wrong, i, &result);
        CU_ASSERT_EQUAL(result.signal, SIGABRT);
        CU_ASSERT_PTR_NOT_NULL(strstr(result.text, "cycle360: internal error at "));
        CU_ASSERT_PTR_NOT_NULL(strstr(result.text, says));
        if (!strstr(result.text, says))
            fprintf(stderr, "schedule %u: %s\n", i, result.text);
    }
}

enum { LOCKSTEP = 1, WINDOWED = 2, NO_SKIP = 4, EVERYWHERE = 15 };

static void messages(void)
{
    is_caught(LEAVES_MESSAGE, "culprit.in: left a message untaken", EVERYWHERE);
    is_caught(PASSES_MESSAGE, "and has left work of 50000 undone", EVERYWHERE);
    is_caught(SENDS_BACKWARDS, "culprit.out: sent without a credit, or into the past", EVERYWHERE);
    is_caught(SENDS_FROM_THE_PAST, "culprit.out: sent at 90000, before ", EVERYWHERE);
}

static void credits(void)
{
    is_caught(SENDS_WITHOUT, "culprit.out: sent without a credit, or into the past", EVERYWHERE);
    is_caught(GIVES_TOO_MANY, "culprit.in: gave back a credit that it did not have", EVERYWHERE);
}

static void announcements(void)
{
    /* an idle component is only advanced where a run ends, but there it must be idle */
    is_caught(ACTS_UNANNOUNCED, "culprit: acted before ", EVERYWHERE);
    is_caught(STOPS_UNANNOUNCED, "culprit: acted before ", EVERYWHERE);
    is_caught(ANNOUNCES_THE_PAST, "has left work of 50000 undone", EVERYWHERE);
    is_caught(STAYS, "culprit: does not get past its event at 50000", EVERYWHERE);
    is_caught(ACTS_BETWEEN, "culprit: wants to act at 50001, between edges of its clocks", LOCKSTEP);
}

static void links(void)
{
    is_caught(SHORT_LINK, "the link's latency is shorter than it says", WINDOWED);
}

void test_contract(void)
{
    CU_pSuite suite = CU_add_suite("sim/contract", NULL, NULL);
    CU_add_test(suite, "what arrives is taken, what is sent is not sent into the past", messages);
    CU_add_test(suite, "nobody sends or gives a credit that he has not", credits);
    CU_add_test(suite, "nobody acts but when he said", announcements);
    CU_add_test(suite, "a link that is faster than it says is noticed", links);
}
