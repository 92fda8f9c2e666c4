/* One program on both models, and what differs. */
#ifndef CYCLE360_TESTS_CONFORMANCE_CORE_COMPARE_H
#define CYCLE360_TESTS_CONFORMANCE_CORE_COMPARE_H

#include "models/xenon/core/timing.h"
#include "tests/conformance/core_reference/random_program.h"

#include <stdio.h>

struct compare;

/* The reference works by `timing`, the core by `core_timing`; they differ where a fault is to be found. NULL where the
 * host has no memory. */
struct compare *compare_new(const struct xenon_core_timing *timing, const struct xenon_core_timing *core_timing);
void compare_free(struct compare *c);

/* True where both do the same. What does not is written to `out`. split: the core is run in small steps. */
bool compare_program(struct compare *c, const struct random_program *p, bool split, FILE *out);
/* Every instruction of the reference is written too. */
void compare_set_verbose(struct compare *c, bool verbose);
/* Instructions and clocks of the reference so far. */
uint64_t compare_instructions(const struct compare *c);
uint64_t compare_clocks(const struct compare *c);

#endif
