/* Numbers that are the same on every machine. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_RANDOM_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* SplitMix64: neighbouring seeds give unrelated sequences. */
static inline uint64_t random_u64(struct random *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline struct random random_from(uint64_t seed, uint64_t part)
{
    struct random r = {seed};
    r.state = random_u64(&r) ^ part * UINT64_C(0xD1342543DE82EF95);
    return r;
}

/* 0 to limit - 1. */
static inline unsigned random_below(struct random *r, unsigned limit)
{
    return (unsigned)((random_u64(r) >> 32) * limit >> 32);
}

static inline bool random_one_in(struct random *r, unsigned n)
{
    return random_below(r, n) == 0;
}

#endif
