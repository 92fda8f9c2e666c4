/* Exact numbers and one rounding: what IEEE arithmetic is by definition. */
#ifndef CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_EXACT_H
#define CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_EXACT_H

#include "tests/support/isa_reference.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

enum exact_mode { EXACT_NEAREST, EXACT_ZERO, EXACT_PLUS, EXACT_MINUS };

struct exact_format {
    int precision; /* bits of a normal number's significand, the hidden one included */
    int least;     /* exponent of the least normal number                            */
    int most;      /* exponent of the greatest finite number                         */
    int width;     /* bits in all                                                    */
};
extern const struct exact_format exact_single, exact_double;

/* The value of finite bits. */
void exact_get(mpq_t value, const struct exact_format *format, uint64_t bits);

/* The nearest bits in the mode; of a zero the one with that sign. Too large: infinity or the greatest number. */
uint64_t exact_round(const mpq_t value, bool negative_zero, const struct exact_format *format, enum exact_mode mode);

/* The same as a value, of a format whose numbers go as far as needed. */
void exact_round_value(mpq_t result, const mpq_t value, const struct exact_format *format, enum exact_mode mode);

/* To a whole number. */
void exact_round_whole(mpq_t result, const mpq_t value, enum exact_mode mode);

/* The e of 2^e <= |value| < 2^(e+1); of 0 nothing in particular. */
int exact_exponent(const mpq_t value);

/* The bits of plus infinity. */
uint64_t exact_infinity(const struct exact_format *format);

/* Whether a value other than 0 is nearer to 0 than any normal number, before rounding. */
bool exact_is_tiny(const mpq_t value, const struct exact_format *format);

/* The single that an element of a vector becomes: rounded once to nearest, and with VSCR.NJ no denormal. */
uint32_t isa_vector_result(const struct isa_reference *r, const mpq_t value, bool negative_zero);

/* value * 2^power */
void exact_scale(mpq_t value, long power);

/* Functions whose values are irrational, to hundreds of bits; roots' and logarithms' arguments are positive. */
void exact_root(mpq_t result, const mpq_t x);
void exact_exp2(mpq_t result, const mpq_t x); /* |x| < 1000 */
void exact_log2(mpq_t result, const mpq_t x);

#endif
