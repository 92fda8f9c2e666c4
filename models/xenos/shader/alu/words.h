/* Words of the shader's arithmetic: the 32 bits of a float as the ALU of the Xenos sees them. This header, sums.h,
 * functions.h and operations.h are C17 and OpenCL C 1.2 at once, so that the interpreter and a translated shader run
 * one text; docs/shader-arithmetic.md is their contract.
 *
 * ALU_HOST says what of the machine they may use:
 *   ALU_HOST_NONE     integers alone: the reference
 *   ALU_HOST_GUARDED  its float addition and multiplication, kept only where the result is normal: there every machine
 *                     that rounds to nearest agrees, whether or not it flushes denormals
 *   ALU_HOST_IEEE     the same without a branch, where it has denormals, infinities and NaNs as IEEE 754 has them
 * The bits are the same. */
#ifndef CYCLE360_XENOS_SHADER_ALU_WORDS_H
#define CYCLE360_XENOS_SHADER_ALU_WORDS_H

#define ALU_HOST_NONE    0
#define ALU_HOST_GUARDED 1
#define ALU_HOST_IEEE    2
#ifndef ALU_HOST
#define ALU_HOST ALU_HOST_GUARDED
#endif

#ifdef __OPENCL_VERSION__

#pragma OPENCL FP_CONTRACT OFF

typedef uint alu_u32;
typedef int alu_i32;
typedef ulong alu_u64;
typedef long alu_i64;

#define ALU_FN        static inline __attribute__((always_inline))
#define ALU_TABLE     __constant
#define ALU_RARELY(x) (x)

#define alu_to_float(word)     as_float(word)
#define alu_from_float(number) as_uint(number)
#ifdef __has_builtin /* which a compiler can put into vectors; the library's function it may not see through */
#if __has_builtin(__builtin_clzl)
#define alu_zeros64(value) ((alu_u32)__builtin_clzl((ulong)(value)))
#endif
#endif
#ifndef alu_zeros64
#define alu_zeros64(value) ((alu_u32)clz((ulong)(value)))
#endif

#else

#include <stdint.h>
#include <string.h>

typedef uint32_t alu_u32;
typedef int32_t alu_i32;
typedef uint64_t alu_u64;
typedef int64_t alu_i64;

#define ALU_FN             static inline
#define ALU_TABLE          static const
#define ALU_RARELY(x)      __builtin_expect((x), 0)

ALU_FN float alu_to_float(alu_u32 word)
{
    float number;
    memcpy(&number, &word, sizeof(number));
    return number;
}

ALU_FN alu_u32 alu_from_float(float number)
{
    alu_u32 word;
    memcpy(&word, &number, sizeof(word));
    return word;
}

/* Of a value that is not 0. */
#define alu_zeros64(value) ((alu_u32)__builtin_clzll(value))

#endif

#define ALU_SIGN      0x80000000u
#define ALU_MAGNITUDE 0x7FFFFFFFu
#define ALU_FRACTION  0x007FFFFFu
#define ALU_NORMAL    0x00800000u /* the least normal number, 2^-126 */
#define ALU_INFINITY  0x7F800000u
#define ALU_LARGEST   0x7F7FFFFFu /* FLT_MAX */
#define ALU_NAN       0x7FC00000u /* what every operation gives that has no number to give */
#define ALU_HALF      0x3F000000u
#define ALU_ONE       0x3F800000u
#define ALU_TWO       0x40000000u
#define ALU_THREE     0x40400000u
#define ALU_FOUR      0x40800000u
#define ALU_FIVE      0x40A00000u

/* One bit each, so that they combine without branches. */

ALU_FN alu_u32 alu_is_nan(alu_u32 a)
{
    return (a & ALU_MAGNITUDE) > ALU_INFINITY;
}

ALU_FN alu_u32 alu_is_infinite(alu_u32 a)
{
    return (a & ALU_MAGNITUDE) == ALU_INFINITY;
}

ALU_FN alu_u32 alu_is_finite(alu_u32 a)
{
    return (a & ALU_MAGNITUDE) < ALU_INFINITY;
}

/* Denormal numbers count as zeros. */
ALU_FN alu_u32 alu_is_zero(alu_u32 a)
{
    return (a & ALU_MAGNITUDE) < ALU_NORMAL;
}

/* What every operand goes through first. The functions below are given words that have been. */
ALU_FN alu_u32 alu_flush(alu_u32 a)
{
    return alu_is_zero(a) ? a & ALU_SIGN : a;
}

/* An operand's modifiers, absolute value before negation; each argument is 0 or 1. */
ALU_FN alu_u32 alu_modify(alu_u32 a, alu_u32 absolute, alu_u32 negate)
{
    return (a & ~(absolute << 31)) ^ negate << 31;
}

/* The last step of an operation that the machine did by IEEE 754. */
ALU_FN alu_u32 alu_settle(alu_u32 a)
{
    a = alu_flush(a);
    return alu_is_nan(a) ? ALU_NAN : a;
}

/* Whether a machine's result is a number on which all machines agree: normal, and not the least one, which may have
 * been less before rounding. */
ALU_FN alu_u32 alu_is_certain(alu_u32 a)
{
    return (a & ALU_MAGNITUDE) - (ALU_NORMAL + 1) < ALU_INFINITY - (ALU_NORMAL + 1);
}

/* Comparisons: false where an operand is a NaN. Both zeros are equal. */

#if ALU_HOST == ALU_HOST_NONE

ALU_FN alu_i32 alu_rank(alu_u32 a)
{
    alu_i32 magnitude = (alu_i32)(a & ALU_MAGNITUDE);
    return a & ALU_SIGN ? -magnitude : magnitude;
}

ALU_FN alu_u32 alu_ordered(alu_u32 a, alu_u32 b)
{
    return !(alu_is_nan(a) | alu_is_nan(b));
}

ALU_FN alu_u32 alu_gt(alu_u32 a, alu_u32 b)
{
    return alu_ordered(a, b) & (alu_rank(a) > alu_rank(b));
}

ALU_FN alu_u32 alu_ge(alu_u32 a, alu_u32 b)
{
    return alu_ordered(a, b) & (alu_rank(a) >= alu_rank(b));
}

ALU_FN alu_u32 alu_eq(alu_u32 a, alu_u32 b)
{
    return alu_ordered(a, b) & (alu_rank(a) == alu_rank(b));
}

#else /* no comparison of words that have been flushed rounds or flushes anything */

ALU_FN alu_u32 alu_gt(alu_u32 a, alu_u32 b)
{
    return alu_to_float(a) > alu_to_float(b);
}

ALU_FN alu_u32 alu_ge(alu_u32 a, alu_u32 b)
{
    return alu_to_float(a) >= alu_to_float(b);
}

ALU_FN alu_u32 alu_eq(alu_u32 a, alu_u32 b)
{
    return alu_to_float(a) == alu_to_float(b);
}

#endif

/* True where an operand is a NaN. */
ALU_FN alu_u32 alu_ne(alu_u32 a, alu_u32 b)
{
    return !alu_eq(a, b);
}

/* Choices hand on an operand's bits, those of a NaN too. */

ALU_FN alu_u32 alu_max(alu_u32 a, alu_u32 b)
{
    return alu_ge(a, b) ? a : b;
}

ALU_FN alu_u32 alu_min(alu_u32 a, alu_u32 b)
{
    return alu_gt(b, a) ? a : b;
}

ALU_FN alu_u32 alu_truth(alu_u32 condition)
{
    return condition ? ALU_ONE : 0u;
}

/* To 0...1; a NaN and -0 become +0. */
ALU_FN alu_u32 alu_saturate(alu_u32 a)
{
    return alu_ge(a, ALU_ONE) ? ALU_ONE : alu_gt(a, 0u) ? a : 0u;
}

/* What instructions leave behind besides registers; one for each lane. All zero where a program begins. */
struct xenos_alu_state {
    alu_u32 previous;  /* ps: the last scalar result, before its clamp */
    alu_i32 address;   /* a0: -256...255 */
    alu_u32 predicate; /* p0: 0 or 1 */
    alu_u32 killed;    /* 0 or 1; nothing clears it */
};

#endif
