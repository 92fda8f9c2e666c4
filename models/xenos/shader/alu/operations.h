/* What each opcode of vector.def and scalar.def does: alu_vector_ID and alu_scalar_ID, and for the vector operations
 * that treat the components alike alu_lane_ID for one of them. C17 and OpenCL C 1.2: see words.h. Operands are flushed.
 * There are no loops, which keep some devices from running invocations side by side. */
#ifndef CYCLE360_XENOS_SHADER_ALU_OPERATIONS_H
#define CYCLE360_XENOS_SHADER_ALU_OPERATIONS_H

#ifndef __OPENCL_VERSION__
#include "models/xenos/shader/alu/functions.h"
#endif

/* Vectors. */

#define ALU_LANES(id, expression)                                                                      \
    ALU_FN alu_u32 alu_lane_##id(alu_u32 a, alu_u32 b, alu_u32 c)                                      \
    {                                                                                                  \
        (void)b;                                                                                       \
        (void)c;                                                                                       \
        return expression;                                                                             \
    }                                                                                                  \
    ALU_FN void alu_vector_##id(const alu_u32 *a, const alu_u32 *b, const alu_u32 *c, alu_u32 *result, \
                                struct xenos_alu_state *state)                                         \
    {                                                                                                  \
        (void)state;                                                                                   \
        result[0] = alu_lane_##id(a[0], b[0], c[0]);                                                   \
        result[1] = alu_lane_##id(a[1], b[1], c[1]);                                                   \
        result[2] = alu_lane_##id(a[2], b[2], c[2]);                                                   \
        result[3] = alu_lane_##id(a[3], b[3], c[3]);                                                   \
    }

ALU_LANES(ADD, (alu_add(a, b)))
ALU_LANES(MUL, (alu_mul(a, b)))
ALU_LANES(MAX, (alu_max(a, b)))
ALU_LANES(MIN, (alu_min(a, b)))
ALU_LANES(SEQ, (alu_truth(alu_eq(a, b))))
ALU_LANES(SGT, (alu_truth(alu_gt(a, b))))
ALU_LANES(SGE, (alu_truth(alu_ge(a, b))))
ALU_LANES(SNE, (alu_truth(alu_ne(a, b))))
ALU_LANES(FRC, (alu_fract(a)))
ALU_LANES(TRUNC, (alu_trunc(a)))
ALU_LANES(FLOOR, (alu_floor(a)))
ALU_LANES(MAD, (alu_mad(a, b, c)))
ALU_LANES(CNDEQ, (alu_eq(a, 0u) ? b : c))
ALU_LANES(CNDGE, (alu_ge(a, 0u) ? b : c))
ALU_LANES(CNDGT, (alu_gt(a, 0u) ? b : c))

/* The others: `set` sets result from a, b, c and state. */
#define ALU_WHOLE(id, set)                                                                             \
    ALU_FN void alu_vector_##id(const alu_u32 *a, const alu_u32 *b, const alu_u32 *c, alu_u32 *result, \
                                struct xenos_alu_state *state)                                         \
    {                                                                                                  \
        (void)b;                                                                                       \
        (void)c;                                                                                       \
        (void)state;                                                                                   \
        set;                                                                                           \
    }

ALU_FN void alu_repeat(alu_u32 *result, alu_u32 word)
{
    result[0] = result[1] = result[2] = result[3] = word;
}

/* x first, and from +0, so that a sum of products that are all -0 is +0. */
ALU_FN alu_u32 alu_dot2(const alu_u32 *a, const alu_u32 *b)
{
    return alu_add(alu_add(0u, alu_mul(a[0], b[0])), alu_mul(a[1], b[1]));
}

ALU_FN alu_u32 alu_dot3(const alu_u32 *a, const alu_u32 *b)
{
    return alu_add(alu_dot2(a, b), alu_mul(a[2], b[2]));
}

ALU_FN alu_u32 alu_dot4(const alu_u32 *a, const alu_u32 *b)
{
    return alu_add(alu_dot3(a, b), alu_mul(a[3], b[3]));
}

ALU_WHOLE(DP4, alu_repeat(result, alu_dot4(a, b)))
ALU_WHOLE(DP3, alu_repeat(result, alu_dot3(a, b)))
ALU_WHOLE(DP2ADD, alu_repeat(result, alu_add(alu_dot2(a, b), c[0])))

/* The largest of x, y, z, w; the first of equals, and a NaN only where it stands last. */
ALU_FN alu_u32 alu_max4(const alu_u32 *a)
{
    if (alu_ge(a[0], a[1]) & alu_ge(a[0], a[2]) & alu_ge(a[0], a[3]))
        return a[0];
    if (alu_ge(a[1], a[2]) & alu_ge(a[1], a[3]))
        return a[1];
    return alu_max(a[2], a[3]);
}
ALU_WHOLE(MAX4, alu_repeat(result, alu_max4(a)))

/* Of a direction (x, y, z), given as a = (z, z, x, y): where it meets the cube, twice the axis, the face. */
ALU_FN void alu_cube(const alu_u32 *a, alu_u32 *result)
{
    alu_u32 x = a[2], y = a[3], z = a[0];
    alu_u32 size_x = x & ALU_MAGNITUDE, size_y = y & ALU_MAGNITUDE, size_z = z & ALU_MAGNITUDE, axis, behind;
    if (alu_ge(size_z, size_x) & alu_ge(size_z, size_y)) {
        axis = z;
        behind = alu_gt(0u, z);
        result[0] = y ^ ALU_SIGN;
        result[1] = x ^ behind << 31;
        result[3] = behind ? ALU_FIVE : ALU_FOUR;
    } else if (alu_ge(size_y, size_x)) {
        axis = y;
        behind = alu_gt(0u, y);
        result[0] = z ^ behind << 31;
        result[1] = x;
        result[3] = behind ? ALU_THREE : ALU_TWO;
    } else {
        axis = x;
        behind = alu_gt(0u, x);
        result[0] = y ^ ALU_SIGN;
        result[1] = z ^ (behind ^ 1u) << 31;
        result[3] = behind ? ALU_ONE : 0u;
    }
    result[2] = alu_add(axis, axis);
}
ALU_WHOLE(CUBE, alu_cube(a, result))

/* x counts how deep a false branch is nested; w is what is asked. */
#define ALU_PUSH(id, compare)                                               \
    ALU_WHOLE(id, state->predicate = alu_is_zero(a[3]) & compare(b[3], 0u); \
              alu_repeat(result, alu_is_zero(a[0]) & compare(b[0], 0u) ? 0u : alu_add(a[0], ALU_ONE)))

ALU_PUSH(SETP_EQ_PUSH, alu_eq)
ALU_PUSH(SETP_NE_PUSH, alu_ne)
ALU_PUSH(SETP_GT_PUSH, alu_gt)
ALU_PUSH(SETP_GE_PUSH, alu_ge)

ALU_FN alu_u32 alu_kill(alu_u32 condition, struct xenos_alu_state *state)
{
    state->killed |= condition;
    return alu_truth(condition);
}

#define ALU_KILL(id, compare)                                                                                   \
    ALU_WHOLE(id, alu_repeat(result, alu_kill(compare(a[0], b[0]) | compare(a[1], b[1]) | compare(a[2], b[2]) | \
                                                  compare(a[3], b[3]),                                          \
                                              state)))

ALU_KILL(KILL_EQ, alu_eq)
ALU_KILL(KILL_GT, alu_gt)
ALU_KILL(KILL_GE, alu_ge)
ALU_KILL(KILL_NE, alu_ne)

ALU_WHOLE(DST, result[0] = ALU_ONE; result[1] = alu_mul(a[1], b[1]); result[2] = a[2]; result[3] = b[3])
ALU_WHOLE(MAXA, alu_vector_MAX(a, b, c, result, state); state->address = alu_address_round(a[3]))

/* Scalars. P is the previous result. */

#define ALU_SCALAR(id, expression)                                                                 \
    ALU_FN alu_u32 alu_scalar_##id(alu_u32 a, alu_u32 b, alu_u32 P, struct xenos_alu_state *state) \
    {                                                                                              \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        (void)P;                                                                                   \
        (void)state;                                                                               \
        return expression;                                                                         \
    }

ALU_SCALAR(ADDS, (alu_add(a, b)))
ALU_SCALAR(ADDS_PREV, (alu_add(a, P)))
ALU_SCALAR(MULS, (alu_mul(a, b)))
ALU_SCALAR(MULS_PREV, (alu_mul(a, P)))
ALU_SCALAR(MAXS, (alu_max(a, b)))
ALU_SCALAR(MINS, (alu_min(a, b)))
ALU_SCALAR(SEQS, (alu_truth(alu_eq(a, 0u))))
ALU_SCALAR(SGTS, (alu_truth(alu_gt(a, 0u))))
ALU_SCALAR(SGES, (alu_truth(alu_ge(a, 0u))))
ALU_SCALAR(SNES, (alu_truth(alu_ne(a, 0u))))
ALU_SCALAR(FRCS, (alu_fract(a)))
ALU_SCALAR(TRUNCS, (alu_trunc(a)))
ALU_SCALAR(FLOORS, (alu_floor(a)))
ALU_SCALAR(SUBS, (alu_sub(a, b)))
ALU_SCALAR(SUBS_PREV, (alu_sub(a, P)))
ALU_SCALAR(MULSC0, (alu_mul(a, b)))
ALU_SCALAR(MULSC1, (alu_mul(a, b)))
ALU_SCALAR(ADDSC0, (alu_add(a, b)))
ALU_SCALAR(ADDSC1, (alu_add(a, b)))
ALU_SCALAR(SUBSC0, (alu_sub(a, b)))
ALU_SCALAR(SUBSC1, (alu_sub(a, b)))
ALU_SCALAR(RETAIN_PREV, (P))

/* Specular powers: the logarithm of a light that does not shine stays the least number. */
ALU_SCALAR(MULS_PREV2, (P == (ALU_SIGN | ALU_LARGEST) || !alu_is_finite(P) || !alu_is_finite(b) || !alu_gt(b, 0u)
                            ? ALU_SIGN | ALU_LARGEST
                            : alu_mul(a, P)))

/* Infinities made finite, or zero, with their sign. */

ALU_FN alu_u32 alu_clamped(alu_u32 a)
{
    return alu_is_infinite(a) ? (a & ALU_SIGN) | ALU_LARGEST : a;
}

ALU_FN alu_u32 alu_infinite_as_zero(alu_u32 a)
{
    return alu_is_infinite(a) ? a & ALU_SIGN : a;
}

ALU_FN alu_u32 alu_log2_clamped(alu_u32 a)
{
    alu_u32 result = alu_log2(a);
    return result == (ALU_SIGN | ALU_INFINITY) ? ALU_SIGN | ALU_LARGEST : result;
}

ALU_SCALAR(EXP, (alu_exp2(a)))
ALU_SCALAR(LOGC, (alu_log2_clamped(a)))
ALU_SCALAR(LOG, (alu_log2(a)))
ALU_SCALAR(RCPC, (alu_clamped(alu_rcp(a))))
ALU_SCALAR(RCPF, (alu_infinite_as_zero(alu_rcp(a))))
ALU_SCALAR(RCP, (alu_rcp(a)))
ALU_SCALAR(RSQC, (alu_clamped(alu_rsq(a))))
ALU_SCALAR(RSQF, (alu_infinite_as_zero(alu_rsq(a))))
ALU_SCALAR(RSQ, (alu_rsq(a)))
ALU_SCALAR(SQRT, (alu_sqrt(a)))
ALU_SCALAR(SIN, (alu_sin(a)))
ALU_SCALAR(COS, (alu_cos(a)))

ALU_FN alu_u32 alu_move_address(alu_i32 address, alu_u32 result, struct xenos_alu_state *state)
{
    state->address = address;
    return result;
}

ALU_SCALAR(MAXAS, (alu_move_address(alu_address_round(a), alu_max(a, b), state)))
ALU_SCALAR(MAXASF, (alu_move_address(alu_address_floor(a), alu_max(a, b), state)))

ALU_FN alu_u32 alu_set_predicate(alu_u32 condition, alu_u32 otherwise, struct xenos_alu_state *state)
{
    state->predicate = condition;
    return condition ? 0u : otherwise;
}

ALU_FN alu_u32 alu_predicate_pop(alu_u32 a, struct xenos_alu_state *state)
{
    alu_u32 depth = alu_sub(a, ALU_ONE);
    return alu_set_predicate(alu_ge(0u, depth), depth, state);
}

ALU_FN alu_u32 alu_predicate_clear(struct xenos_alu_state *state)
{
    state->predicate = 0u;
    return ALU_LARGEST;
}

ALU_SCALAR(SETP_EQ, (alu_set_predicate(alu_eq(a, 0u), ALU_ONE, state)))
ALU_SCALAR(SETP_NE, (alu_set_predicate(alu_ne(a, 0u), ALU_ONE, state)))
ALU_SCALAR(SETP_GT, (alu_set_predicate(alu_gt(a, 0u), ALU_ONE, state)))
ALU_SCALAR(SETP_GE, (alu_set_predicate(alu_ge(a, 0u), ALU_ONE, state)))
ALU_SCALAR(SETP_INV, (alu_set_predicate(alu_eq(a, ALU_ONE), alu_is_zero(a) ? ALU_ONE : a, state)))
ALU_SCALAR(SETP_POP, (alu_predicate_pop(a, state)))
ALU_SCALAR(SETP_CLR, (alu_predicate_clear(state)))
ALU_SCALAR(SETP_RSTR, (alu_set_predicate(alu_is_zero(a), a, state)))
ALU_SCALAR(KILLS_EQ, (alu_kill(alu_eq(a, 0u), state)))
ALU_SCALAR(KILLS_GT, (alu_kill(alu_gt(a, 0u), state)))
ALU_SCALAR(KILLS_GE, (alu_kill(alu_ge(a, 0u), state)))
ALU_SCALAR(KILLS_NE, (alu_kill(alu_ne(a, 0u), state)))
ALU_SCALAR(KILLS_ONE, (alu_kill(alu_eq(a, ALU_ONE), state)))

#endif
