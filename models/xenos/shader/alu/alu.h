/* The ALU of the shader array on raw words, for the interpreter. docs/shader-arithmetic.md is the contract. */
#ifndef CYCLE360_XENOS_SHADER_ALU_H
#define CYCLE360_XENOS_SHADER_ALU_H

#include "models/xenos/shader/alu/words.h"
#include "models/xenos/shader/isa.h"

/* Operands come swizzled and with their modifiers applied (alu_modify); denormals among them are flushed here. Results
 * are not clamped yet (alu_saturate). All four components of sources the opcode has must be there, whatever the mask;
 * those it has not may hold anything. Of a pair the vector comes first: neither sees the other's result, but where both
 * write p0 or a0 the scalar's stays. Invalid vector opcodes give zeros; invalid scalar opcodes do as retain_prev. */
void xenos_alu_vector(enum xenos_vector_op op, const uint32_t operand[3][4], uint32_t result[4],
                      struct xenos_alu_state *state);
uint32_t xenos_alu_scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, struct xenos_alu_state *state);

#endif
