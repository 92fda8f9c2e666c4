/* A small machine with something of everything under way at most times: two nodes that send to each other over links of
 * few credits, and hold those back. What is saved of it is some hundreds of bytes. */
#ifndef CYCLE360_TESTS_SUPPORT_TALKERS_H
#define CYCLE360_TESTS_SUPPORT_TALKERS_H

#include "tests/support/node.h"

#define TALKERS_BOARD "talkers"

struct talkers {
    struct sim_clock fast, slow;
    struct node a, b;
    struct sim_machine *machine;
};

/* Builds and elaborates. */
void talkers_new(struct talkers *talkers, const struct sim_options *options);
/* How long it is worth running; messages, credits, a wait and a stop are all under way at `busy`. */
extern const sim_time talkers_end, talkers_busy;

#endif
