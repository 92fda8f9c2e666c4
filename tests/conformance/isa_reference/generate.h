/* One instruction and what it begins with, from a seed: the same on every machine. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_REFERENCE_GENERATE_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_REFERENCE_GENERATE_H

#include "models/xenon/isa/isa.h"
#include "tests/support/isa_reference.h"

struct reference_case {
    uint64_t seed;
    uint32_t word;
    struct isa_reference start;
};

/* The rows that the reference knows. */
struct reference_rows {
    uint16_t row[XENON_OP_COUNT], count;
};

void reference_rows_find(struct reference_rows *rows, const char *only); /* a pattern, or NULL */
void reference_case_make(struct reference_case *c, const struct reference_rows *rows, uint64_t seed);

#endif
