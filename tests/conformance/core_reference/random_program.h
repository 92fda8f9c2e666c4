/* Random programs for one core: the same seed gives the same program everywhere. They end, they stay inside their areas
 * of memory, and they ask for no interrupt. */
#ifndef CYCLE360_TESTS_CONFORMANCE_RANDOM_PROGRAM_H
#define CYCLE360_TESTS_CONFORMANCE_RANDOM_PROGRAM_H

#include "models/xenon/isa/context.h"
#include "tests/support/core_memory.h"

enum random_misses { RANDOM_MISSES_FAST, RANDOM_MISSES_SLOW };

enum { RANDOM_PIECES_MAX = 64, RANDOM_WORDS_MAX = 8192 };

struct random_program {
    uint64_t seed;
    unsigned threads;
    uint64_t entry[2], halt[2];
    struct core_memory_latencies latencies;
    /* Code: words in a row, in order; each piece at its address. */
    struct {
        uint64_t address;
        unsigned first, words;
    } piece[RANDOM_PIECES_MAX];
    unsigned pieces, words;
    uint32_t word[RANDOM_WORDS_MAX];
};

void random_program_make(struct random_program *p, uint64_t seed, unsigned threads, enum random_misses misses);
/* Puts its code and data into memory that is all zero. */
void random_program_load(const struct random_program *p, struct core_memory *memory);
/* The registers with which a thread begins; those not named here are as at reset. */
void random_program_registers(const struct random_program *p, unsigned thread, struct xenon_context *context);

#endif
