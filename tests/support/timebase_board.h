/* A time base between a bus driver and the end of its interrupt line, for tests: of the part in C, and of whatever
 * stands in its place.
 *
 *     timebase_board_random(&board, seed);                  // or timebase_board_plain()
 *     timebase_init(&part, TIMEBASE_BOARD_PART, SIM_PRIORITY_TIMEBASE, &(struct timebase_config){&board.tick, 0});
 *     timebase_board_wire(&board, &options, &(struct timebase_socket){...}); */
#ifndef CYCLE360_TESTS_SUPPORT_TIMEBASE_BOARD_H
#define CYCLE360_TESTS_SUPPORT_TIMEBASE_BOARD_H

#include "models/sim/machine.h"
#include "tests/support/bus_driver.h"

#define TIMEBASE_BOARD_PART "xenon.timebase"

struct timebase_board {
    struct sim_clock tick, bus, interrupt; /* of the part, the driver and the sink */
    struct sim_link_spec request, reply, line;
    uint32_t driver_hold, sink_hold; /* clocks for which credits are held back at most */
    struct bus_access script[BUS_ACCESSES_MAX];
    uint32_t accesses;

    struct bus_driver driver;
    struct line_sink sink;
    struct sim_machine *machine;
};

struct timebase_socket {
    struct sim_component *component;
    struct sim_in *request;
    struct sim_out *reply, *line;
};

/* A 50 MHz time base on a 3.2 GHz bus, nobody ever waiting for a credit; the script is the caller's. */
void timebase_board_plain(struct timebase_board *board);
/* Clocks, latencies, credits and `accesses` accesses of every kind, made from a number. */
void timebase_board_random(struct timebase_board *board, uint64_t seed, uint32_t accesses);

/* Wires and elaborates: SystemC allows one a process. Ends the process where something fails. */
void timebase_board_wire(struct timebase_board *board, const struct sim_options *options,
                         const struct timebase_socket *socket);

#endif
