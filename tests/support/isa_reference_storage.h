/* Memory, as loads and stores of all registers see it. */
#ifndef CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_STORAGE_H
#define CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_STORAGE_H

#include "tests/support/isa_reference_parts.h"

/* The bytes at an address. NULL when they are not there: beyond 4 GiB a data storage interrupt has been taken, outside
 * of the window there is no opinion. */
uint8_t *isa_memory(struct isa_reference *r, uint64_t address, unsigned size, bool store);

/* (RA|0) + RB, cut as the mode has it. */
uint64_t isa_effective_address(const struct isa_reference *r, const struct isa_word *w);

#endif
