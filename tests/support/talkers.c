#include "tests/support/talkers.h"

const sim_time talkers_end = 1000000, talkers_busy = 205000;

static const struct node_act script_a[] = {
    {3, NODE_SEND, 0},  {4, NODE_SEND, 0},  {12, NODE_SEND, 0}, {17, NODE_SEND, 0}, {18, NODE_SEND, 0},
    {19, NODE_STOP, 0}, {19, NODE_SEND, 0}, {19, NODE_SEND, 0}, {60, NODE_SEND, 0}, {80, NODE_STOP, 0}};
static const struct node_act script_b[] = {{5, NODE_SEND, 0},  {6, NODE_SEND, 0},  {50, NODE_SEND, 0},
                                           {58, NODE_SEND, 0}, {59, NODE_SEND, 0}, {150, NODE_SEND, 0}};

void talkers_new(struct talkers *talkers, const struct sim_options *options)
{
    struct sim_options own = *options;
    struct sim_error error;
    own.stop_latency = 30000;
    talkers->fast = node_clock("fast", 3200000000u, 1, 0);
    talkers->slow = node_clock("slow", 997500000, 1, 77);
    talkers->machine = sim_machine_new(&own);
    node_init(&talkers->a, "a", &talkers->slow, 20, script_a, sizeof script_a / sizeof script_a[0]);
    node_init(&talkers->b, "group.b", &talkers->fast, 10, script_b, sizeof script_b / sizeof script_b[0]);
    talkers->a.hold = 4;
    talkers->b.hold = 9;
    sim_machine_add(talkers->machine, &talkers->a.component);
    sim_machine_add(talkers->machine, &talkers->b.component);
    node_link(talkers->machine, &talkers->a, &talkers->b, (struct sim_link_spec){5, 3, 6});
    node_link(talkers->machine, &talkers->b, &talkers->a, (struct sim_link_spec){4, 2, 7});
    node_must(sim_machine_elaborate(talkers->machine, &error), &error);
}
