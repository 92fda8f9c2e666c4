/* Blocks of random instructions, and random states for them to begin with. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_GENERATE_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_GENERATE_H

#include "tests/conformance/isa_qemu/case.h"

/* The rows to choose from. A block's first choice is rows[first], whose turn it is; its others come from all. */
struct generator {
    uint16_t rows[XENON_OP_COUNT], count;
};

/* Every case has a seed. BLOCK_STATES seeds in a row, the first of them a multiple, share a block. */
struct block generate_block(const struct generator *g, uint64_t seed);
struct state generate_state(const struct block *block, uint64_t seed);

#endif
