/* A machine made from a number: 3 to 40 parts on clocks of random rational frequencies and phases, in rings and across,
 * with latencies from 1 clock and 1 to 8 credits. The same number makes the same machine. */
#ifndef CYCLE360_TESTS_CONFORMANCE_RANDOM_BOARD_H
#define CYCLE360_TESTS_CONFORMANCE_RANDOM_BOARD_H

#include "tests/conformance/part.h"

enum { BOARD_PARTS = 40, BOARD_CLOCKS = 6, BOARD_NAME = 16 };

struct random_board {
    uint64_t seed;
    uint32_t parts, clocks;
    sim_time end; /* how long it is worth running */
    struct sim_clock clock[BOARD_CLOCKS];
    struct part part[BOARD_PARTS];
    char name[BOARD_PARTS][BOARD_NAME];
    struct sim_machine *machine;
};

/* What is wrong with a link on purpose, to see that it is caught. */
enum random_fault { FAULT_NONE, FAULT_EARLY /* delivers a clock before its stated latency */, FAULT_LATE };

/* Builds and elaborates; waves may be NULL. SystemC allows one a process. */
void random_board_build(struct random_board *board, uint64_t seed, const struct sim_options *options,
                        struct waves_registry *waves);
/* Makes one link wrong by a clock, behind the scheduler's back. */
void random_board_spoil(struct random_board *board, unsigned link, enum random_fault fault);
/* The link that carried most messages. */
unsigned random_board_busiest_link(const struct random_board *board);

#endif
