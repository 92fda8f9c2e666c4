/* The shader's arithmetic a second time, slowly: rational numbers of GMP, and the meaning of each opcode by hand. */
#ifndef CYCLE360_TESTS_XENOS_SHADER_ALU_ORACLE_H
#define CYCLE360_TESTS_XENOS_SHADER_ALU_ORACLE_H

#include "models/xenos/shader/alu/alu.h"

#include <stdbool.h>

/* Whether a function has a bound of half a unit and a little more rather than one right answer; then the answer is only
 * near, and exact where it is 0, infinite or no number. */
bool oracle_is_near(enum xenos_scalar_op op);

void oracle_vector(enum xenos_vector_op op, const uint32_t operand[3][4], uint32_t result[4],
                   struct xenos_alu_state *state);
uint32_t oracle_scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, struct xenos_alu_state *state);

/* How far `bits` are from what the function of a near opcode gives, in units of its last place. */
double oracle_distance(enum xenos_scalar_op op, uint32_t a, uint32_t bits);

#endif
