/* Numbers at which instructions go wrong, the telling ones first. */
#ifndef CYCLE360_TESTS_CASES_ISA_MAKE_INPUTS_H
#define CYCLE360_TESTS_CASES_ISA_MAKE_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

enum input_kind {
    INPUT_INTEGER,
    INPUT_SHIFT, /* the second operand is a count */
    INPUT_DIVIDE,
    INPUT_BYTES,  /* of vectors: what saturates as a byte, a halfword, a word */
    INPUT_FLOATS, /* of vectors: singles */
    INPUT_BIASED, /* of vectors: 3.0 and a few last places */
    INPUT_COUNTS, /* of vectors: shift counts in every element */
};

/* Operand `which` (1 and up; 0 is what the target holds before) of test t of a row. */
uint64_t input_integer(enum input_kind kind, unsigned row, unsigned t, unsigned which);
uint64_t input_double(unsigned row, unsigned t, unsigned which);
void input_vector(uint8_t bytes[16], enum input_kind kind, unsigned row, unsigned t, unsigned which);

#endif
