#include "tests/conformance/random_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Never twice in one expression or initializer: C leaves the order to the compiler, and the boards would differ. */
static uint64_t pick(uint64_t *random, uint64_t low, uint64_t high)
{
    return low + part_random(random) % (high - low + 1);
}

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK) {
        fprintf(stderr, "random board: %s\n", error->text);
        _Exit(71);
    }
}

/* Half of the clocks are multiples of one another, so that edges of different domains coincide. */
static void make_clocks(struct random_board *board, uint64_t *random)
{
    static const char *const names[BOARD_CLOCKS] = {"c0", "c1", "c2", "c3", "c4", "c5"};
    struct sim_error error;
    board->clocks = (uint32_t)pick(random, 1, BOARD_CLOCKS);
    for (uint32_t i = 0; i < board->clocks; i++) {
        uint64_t numerator = 100000000 * pick(random, 1, 32), denominator = 1, phase = 0, phase_denominator = 1;
        if (pick(random, 0, 1)) {
            denominator = pick(random, 1, 1001);
            numerator = denominator * pick(random, 5000000, 3200000000u);
            numerator += pick(random, 0, denominator - 1);
        }
        if (pick(random, 0, 2) == 0) {
            phase_denominator = pick(random, 1, 7);
            phase = pick(random, 0, 100000 * phase_denominator);
        }
        must(sim_clock_init(&board->clock[i], names[i], numerator, denominator, phase, phase_denominator, &error),
             &error);
    }
}

static void make_parts(struct random_board *board, uint64_t *random)
{
    uint64_t small = pick(random, 0, 3);
    board->parts = (uint32_t)pick(random, 3, small ? 12 : BOARD_PARTS);
    for (uint32_t i = 0; i < board->parts; i++) {
        uint64_t kind = pick(random, 0, 9);
        struct part_config config = {.kind = kind < 6 ? PART_REACTIVE : kind < 8 ? PART_CLOCKED : PART_IDLE};
        config.gap = (uint32_t)(kind < 8 ? pick(random, 1, 40) : pick(random, 500, 3000));
        if (pick(random, 0, 1))
            config.hold = (uint32_t)pick(random, 1, 30);
        if (pick(random, 0, 5) == 0)
            config.stop_at = pick(random, 1, 30);
        config.seed = part_random(random);
        snprintf(board->name[i], BOARD_NAME, pick(random, 0, 1) ? "p%u" : "group.p%u", i);
        /* priorities collide now and then: the order of adding decides */
        const struct sim_clock *clock = &board->clock[pick(random, 0, board->clocks - 1)];
        uint32_t priority = SIM_PRIORITY_TEST + (uint32_t)pick(random, 0, board->parts);
        part_init(&board->part[i], board->name[i], clock, priority, &config);
    }
}

/* Some look into others and change them. */
static void make_agents(struct random_board *board, uint64_t *random)
{
    uint64_t tries = pick(random, 0, 3);
    for (uint64_t i = 0; i < tries; i++) {
        struct sim_component *agent = &board->part[pick(random, 0, board->parts - 1)].component;
        struct sim_component *other = &board->part[pick(random, 0, board->parts - 1)].component;
        bool acts = false;
        for (uint32_t k = 0; k < board->parts; k++)
            for (uint32_t m = 0; m < board->part[k].component.acts_on; m++)
                acts |= board->part[k].component.acted_on[m] == agent;
        if (!acts && other->acts_on == 0 && agent->priority < other->priority && agent->acts_on < SIM_ACTED_ON_MAX)
            sim_component_acts_on(agent, other);
    }
}

static void connect(struct random_board *board, uint64_t *random, uint32_t from, uint32_t to)
{
    struct part *sender = &board->part[from], *receiver = &board->part[to];
    if (sender->component.outs == PART_PORTS || receiver->component.ins == PART_PORTS)
        return;
    struct sim_link_spec spec = {.latency = 1};
    uint64_t near = pick(random, 0, 2);
    spec.latency = (uint32_t)pick(random, 1, near ? 4 : 60);
    spec.credits = (uint32_t)pick(random, 1, 8);
    spec.credit_latency = (uint32_t)pick(random, 1, 5);
    struct sim_error error;
    receiver->stated_latency[receiver->component.ins] = spec.latency;
    receiver->quiet_in[receiver->component.ins] = sender->quiet_out[sender->component.outs] = pick(random, 0, 3) == 0;
    struct sim_out *out = part_add_out(sender);
    out->single = pick(random, 0, 1); /* parts look for one credit at a time, so they may say so */
    must(sim_machine_connect(board->machine, out, part_add_in(receiver), spec, &error), &error);
}

static void make_links(struct random_board *board, uint64_t *random)
{
    uint32_t ring = (uint32_t)pick(random, 2, board->parts);
    for (uint32_t i = 0; i < ring; i++)
        connect(board, random, i, (i + 1) % ring);
    uint64_t more = pick(random, 0, 2u * board->parts);
    for (uint64_t i = 0; i < more; i++) {
        uint32_t from = (uint32_t)pick(random, 0, board->parts - 1);
        uint32_t step = (uint32_t)pick(random, 1, board->parts - 1);
        connect(board, random, from, (from + step) % board->parts);
    }
}

void random_board_build(struct random_board *board, uint64_t seed, const struct sim_options *options,
                        struct waves_registry *waves)
{
    uint64_t random = seed * 2 + 1;
    struct sim_options own = *options;
    struct sim_error error;
    memset(board, 0, sizeof *board);
    board->seed = seed;
    make_clocks(board, &random);
    make_parts(board, &random);
    sim_time slowest = 0;
    for (uint32_t i = 0; i < board->clocks; i++)
        if (board->clock[i].step / board->clock[i].divisor > slowest)
            slowest = board->clock[i].step / board->clock[i].divisor;
    board->end = 20 * slowest + pick(&random, 1000000, 20000000);
    own.stop_latency = pick(&random, 1, 1000000);
    board->machine = sim_machine_new(&own);
    make_links(board, &random);
    make_agents(board, &random);
    for (uint32_t i = 0; i < board->parts; i++)
        sim_machine_add(board->machine, &board->part[i].component);
    must(sim_machine_elaborate(board->machine, &error), &error);
    for (uint32_t i = 0; waves && i < board->parts; i++) {
        struct sim_component *component = &board->part[i].component;
        component->type->trace(component, waves_scope_new(waves, component->name, component->priority));
    }
}

void random_board_spoil(struct random_board *board, unsigned link, enum random_fault fault)
{
    struct sim_link *spoiled = (struct sim_link *)(uintptr_t)sim_machine_link(board->machine, link);
    spoiled->latency += fault == FAULT_LATE ? 1 : (uint32_t)-1;
    spoiled->uniform = 0;
}

unsigned random_board_busiest_link(const struct random_board *board)
{
    unsigned busiest = 0;
    for (unsigned i = 1; i < sim_machine_link_count(board->machine); i++)
        if (sim_machine_link(board->machine, i)->sent > sim_machine_link(board->machine, busiest)->sent)
            busiest = i;
    return busiest;
}
