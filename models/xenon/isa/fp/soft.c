/* The operations that take their time. */
#include "models/xenon/isa/fp/soft.h"

typedef unsigned __int128 wide;

struct xenon_fp xenon_fp_square_root(struct xenon_fp a)
{
    if (a.class == XENON_FP_ZERO)
        return a;

    /* The root of significand * 2^(63 or 64), bit by bit: `rest` is what the root so far leaves of the digits seen.
     * With 61 bits of root it fits in 64; the six digits that are not seen are zeros. */
    enum { BITS = 61 };
    bool odd = a.exponent % 2 != 0;
    wide digits = (wide)a.significand << (odd ? 64 : 63);
    uint64_t root = 0, rest = 0;
    for (unsigned i = 0; i < BITS; i++) {
        rest = rest << 2 | (uint64_t)(digits >> 126);
        digits <<= 2;
        uint64_t trial = root << 2 | 1;
        bool one = rest >= trial;
        rest -= one ? trial : 0;
        root = root << 1 | one;
    }
    return (struct xenon_fp){XENON_FP_FINITE, false, (a.exponent - odd) / 2, root << (64 - BITS) | (rest != 0)};
}

struct xenon_fp xenon_fp_reciprocal_root(struct xenon_fp a)
{
    /* a is digits * 2^(exponent - 52), so its reciprocal root is that of 2^(179 or 180) / digits, times a power of two.
     * Again bit by bit: `rest` is what root^2 * digits leaves of that power, as far as it has been seen. */
    bool even = a.exponent % 2 == 0;
    if (even && a.significand << 1 == 0)
        return (struct xenon_fp){XENON_FP_FINITE, false, -(a.exponent / 2), a.significand};

    uint64_t digits = a.significand >> 11, root = 0;
    wide rest = (wide)1 << (even ? 52 : 51);
    for (unsigned i = 0; i < 64; i++) {
        rest <<= 2;
        wide trial = ((wide)root << 2 | 1) * digits;
        bool one = rest >= trial;
        if (one)
            rest -= trial;
        root = root << 1 | one;
    }
    return (struct xenon_fp){XENON_FP_FINITE, false, -(a.exponent + 1 + even) / 2, root | (rest != 0)};
}
