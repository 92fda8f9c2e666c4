/* The same case under the functional stepper and under the reference. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_REFERENCE_COMPARE_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_REFERENCE_COMPARE_H

#include "models/xenon/isa/stepper.h"
#include "tests/conformance/isa_reference/generate.h"

#include <stdio.h>

/* Puts a case's state into the stepper, its memory included, and takes it out again. */
bool reference_to_stepper(struct xenon_stepper *s, const struct isa_reference *r, uint32_t word);
void reference_from_stepper(struct isa_reference *r, struct xenon_stepper *s);

/* Executes the case's one instruction in the stepper, a handler entered if it interrupts. */
void reference_step(struct xenon_stepper *s, struct isa_reference *after, const struct isa_reference *start,
                    uint32_t word);

/* How many registers and stretches of memory differ; with a file, one line of text for each. `expected` is the
 * reference after its instruction, whose bounds and unknown bits count. */
unsigned reference_differences(const struct isa_reference *start, const struct isa_reference *expected,
                               const struct isa_reference *got, FILE *out);

#endif
