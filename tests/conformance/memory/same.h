/* That a program on the whole board comes to the same bits in every schedule, and over saves in the middle. */
#ifndef CYCLE360_TESTS_CONFORMANCE_MEMORY_SAME_H
#define CYCLE360_TESTS_CONFORMANCE_MEMORY_SAME_H

#include "tests/support/board_guest.h"

struct same_counts {
    unsigned passed, failed;
};

/* Up to clock `end` of the cores, looked at and saved at `saves` clocks on the way. What differs is printed. */
struct same_counts memory_same(const struct board_guest_spec *spec, const uint64_t *save, unsigned saves, uint64_t end);

#endif
