#include "models/xenos/shader/alu/alu.h"

#include "models/xenos/shader/alu/operations.h"

/* A row's flags say whether there is an operation: DO_0, DO_ADDRESS and so on, and DO_INVALID. */

void xenos_alu_vector(enum xenos_vector_op op, const uint32_t operand[3][4], uint32_t result[4],
                      struct xenos_alu_state *state)
{
    uint32_t flushed[3][4];
    for (unsigned k = 0; k < 3; k++)
        for (unsigned i = 0; i < 4; i++) /* four at once, where the compiler can */
            flushed[k][i] = alu_flush(operand[k][i]);

    switch (op) {
#define DO_0(id)         alu_vector_##id(flushed[0], flushed[1], flushed[2], result, state)
#define DO_ADDRESS(id)   DO_0(id)
#define DO_PREDICATE(id) DO_0(id)
#define DO_KILL(id)      DO_0(id)
#define DO_INVALID(id)   alu_repeat(result, 0)
#define VECTOR(opcode, id, mnemonic, sources, flags) \
    case XENOS_V_##id:                               \
        DO_##flags(id);                              \
        break;
#include "models/xenos/shader/vector.def"
#undef VECTOR
#undef DO_0
#undef DO_INVALID
    default:
        alu_repeat(result, 0);
    }
}

uint32_t xenos_alu_scalar(enum xenos_scalar_op op, uint32_t a, uint32_t b, struct xenos_alu_state *state)
{
    uint32_t previous = alu_flush(state->previous), result = state->previous;
    a = alu_flush(a);
    b = alu_flush(b);

    switch (op) {
#define DO_0(id)        alu_scalar_##id(a, b, previous, state)
#define DO_PREVIOUS(id) DO_0(id)
#define DO_INVALID(id)  result
#define SCALAR(opcode, id, mnemonic, operands, flags) \
    case XENOS_S_##id:                                \
        result = DO_##flags(id);                      \
        break;
#include "models/xenos/shader/scalar.def"
#undef SCALAR
    default:
        break;
    }
    state->previous = result;
    return result;
}
