/* Operands that floating point gets wrong more easily than others, drawn from a stated seed. */
#ifndef CYCLE360_TESTS_UNIT_XENON_ISA_FP_NUMBERS_H
#define CYCLE360_TESTS_UNIT_XENON_ISA_FP_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct numbers {
    uint64_t state;
};

static inline uint64_t random_bits(struct numbers *numbers)
{
    uint64_t z = numbers->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A number of a format: random bits, or few of them, around an exponent or at an end of the range. */
static inline uint64_t draw_one(struct numbers *numbers, unsigned stored, unsigned exponent_bits, uint64_t field)
{
    uint64_t fraction_mask = (UINT64_C(1) << stored) - 1, last = (UINT64_C(1) << exponent_bits) - 1;
    uint64_t bits = random_bits(numbers), how = random_bits(numbers), fraction = bits & fraction_mask;

    switch (how & 7) {
    case 0:
        fraction = 0;
        break;
    case 1:
        fraction = fraction_mask;
        break;
    case 2:
        fraction = UINT64_C(1) << (bits % stored);
        break;
    case 3:
        fraction = fraction_mask & fraction_mask << (bits % stored);
        break;
    default:
        break;
    }
    switch (how >> 3 & 15) {
    case 0:
        field = 0;
        break;
    case 1:
        field = 1;
        break;
    case 2:
        field = last - 1;
        break;
    case 3:
        field = last;
        break;
    case 4:
    case 5:
        field = how >> 32 & last;
        break;
    default:
        field = (field + (how >> 32 & 7) - 3) & last;
        break;
    }
    return (how >> 63) << (stored + exponent_bits) | field << stored | fraction;
}

/* Three operands, mostly near each other, sometimes alike, of which a * c is often near b. */
static inline void draw(struct numbers *numbers, bool single, uint64_t *a, uint64_t *b, uint64_t *c)
{
    unsigned stored = single ? 23 : 52, exponent_bits = single ? 8 : 11;
    uint64_t bias = (UINT64_C(1) << (exponent_bits - 1)) - 1, how = random_bits(numbers);
    uint64_t field = how % (2 * bias + 1), other = how >> 60 & 1 ? bias : how >> 32 & (2 * bias + 1);
    *a = draw_one(numbers, stored, exponent_bits, field);
    *c = draw_one(numbers, stored, exponent_bits, other);
    *b = draw_one(numbers, stored, exponent_bits,
                  how >> 61 & 1   ? field + other - bias
                  : how >> 62 & 1 ? field
                                  : field + (how >> 16) % 64 - 32);
    if ((how >> 56 & 15) == 0)
        *b = *a ^ (how >> 63) << (stored + exponent_bits);
}

static inline double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline uint64_t bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

#endif
