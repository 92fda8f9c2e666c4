#include "tests/support/timebase_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t next_random(uint64_t *state) /* splitmix64 */
{
    uint64_t x = *state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static uint64_t pick(uint64_t *random, uint64_t low, uint64_t high)
{
    return low + next_random(random) % (high - low + 1);
}

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK) {
        fprintf(stderr, "timebase board: %s\n", error->text);
        _Exit(71);
    }
}

static void set_clock(struct sim_clock *clock, const char *name, uint64_t numerator, uint64_t denominator,
                      uint64_t phase)
{
    struct sim_error error;
    must(sim_clock_init(clock, name, numerator, denominator, phase, 1, &error), &error);
}

void timebase_board_plain(struct timebase_board *board)
{
    memset(board, 0, sizeof *board);
    set_clock(&board->tick, "timebase", 50000000, 1, 0);
    set_clock(&board->bus, "bus", 3200000000, 1, 0);
    set_clock(&board->interrupt, "interrupt", 1600000000, 1, 0);
    board->request = (struct sim_link_spec){.latency = 1, .credits = 16};
    board->reply = (struct sim_link_spec){.latency = 20, .credits = 16};
    board->line = (struct sim_link_spec){.latency = 10, .credits = 16};
}

/* Values near which something happens: signs, carries, and the ends. */
static uint64_t interesting(uint64_t *random)
{
    static const uint64_t places[] = {0, UINT64_C(1) << 31, UINT64_C(1) << 32, UINT64_C(1) << 63};
    uint64_t place = pick(random, 0, 1) ? places[pick(random, 0, 3)] - 30 : 0;
    return place + pick(random, 0, 60);
}

static struct bus_access random_access(uint64_t *random, uint64_t period)
{
    static const struct {
        uint8_t address, size;
    } registers[] = {{0x00, 8}, {0x08, 4}, {0x0C, 4}, {0x10, 4}, {0x10, 4}, {0x10, 4}, {0x18, 8}};
    uint64_t which = pick(random, 0, sizeof registers / sizeof registers[0] - 1);
    struct bus_access access = {.address = registers[which].address, .size = registers[which].size};
    if (pick(random, 0, 2))
        access.gap = pick(random, 0, 12 * period);
    access.data = interesting(random);
    access.write = pick(random, 0, 1);
    if (access.address == 0x18 && pick(random, 0, 3)) /* mostly on */
        access.data |= 0x100;
    if (pick(random, 0, 9) == 0)
        access.address = pick(random, 0, 1) ? pick(random, 0, 0x28) : UINT64_C(1) << pick(random, 0, 63);
    if (pick(random, 0, 9) == 0)
        access.size = (uint8_t)(1u << pick(random, 0, 3));
    return access;
}

void timebase_board_random(struct timebase_board *board, uint64_t seed, uint32_t accesses)
{
    uint64_t random = seed;
    memset(board, 0, sizeof *board);
    uint64_t hz = pick(&random, 0, 1) ? 50000000 : 49875000;
    uint64_t ratio = pick(&random, 1, 12);
    uint64_t phase = pick(&random, 0, 1) ? pick(&random, 0, 1000000) : 0;
    set_clock(&board->tick, "timebase", hz, 1, phase);
    if (pick(&random, 0, 1)) /* edges that coincide, and edges that do not */
        set_clock(&board->bus, "bus", ratio * hz, 1, phase);
    else
        set_clock(&board->bus, "bus", ratio * hz * 1000, 1001, 0);
    hz = pick(&random, 20000000, 500000000);
    set_clock(&board->interrupt, "interrupt", hz, pick(&random, 1, 3), 0);
    struct sim_link_spec *links[] = {&board->request, &board->reply, &board->line};
    for (unsigned i = 0; i < 3; i++) {
        links[i]->latency = (uint32_t)pick(&random, 1, 6);
        links[i]->credits = (uint32_t)pick(&random, 1, 5);
        links[i]->credit_latency = (uint32_t)pick(&random, 1, 3);
    }
    board->driver_hold = pick(&random, 0, 1) ? (uint32_t)pick(&random, 1, 5 * ratio) : 0;
    board->sink_hold = pick(&random, 0, 1) ? (uint32_t)pick(&random, 1, 100) : 0;
    board->accesses = accesses;
    for (uint32_t i = 0; i < accesses; i++)
        board->script[i] = random_access(&random, ratio);
}

void timebase_board_wire(struct timebase_board *board, const struct sim_options *options,
                         const struct timebase_socket *socket)
{
    struct sim_error error;
    struct sim_machine *machine = board->machine = sim_machine_new(options);
    bus_driver_init(&board->driver, "driver", SIM_PRIORITY_STIMULUS, &board->bus, board->driver_hold, board->script,
                    board->accesses);
    line_sink_init(&board->sink, "sink", SIM_PRIORITY_TEST, &board->interrupt, board->sink_hold);
    sim_machine_add(machine, &board->driver.component);
    sim_machine_add(machine, socket->component);
    sim_machine_add(machine, &board->sink.component);
    must(sim_machine_connect(machine, &board->driver.request, socket->request, board->request, &error), &error);
    must(sim_machine_connect(machine, socket->reply, &board->driver.reply, board->reply, &error), &error);
    must(sim_machine_connect(machine, socket->line, &board->sink.line, board->line, &error), &error);
    must(sim_machine_elaborate(machine, &error), &error);
}
