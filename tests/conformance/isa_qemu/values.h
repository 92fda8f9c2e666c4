/* Numbers at which instructions go wrong. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_VALUES_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_VALUES_H

#include "tests/conformance/isa_qemu/random.h"

/* `near` is another number of the same state: some of the values are close to it. */
uint64_t value_integer(struct random *r, uint64_t near);
uint64_t value_double(struct random *r, uint64_t near);
uint32_t value_single(struct random *r, uint32_t near);
void value_vector(struct random *r, uint64_t value[2], const uint64_t near[2]);

#endif
