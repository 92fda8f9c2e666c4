/* Sums, products and roundings to integers. C17 and OpenCL C 1.2: see words.h. */
#ifndef CYCLE360_XENOS_SHADER_ALU_SUMS_H
#define CYCLE360_XENOS_SHADER_ALU_SUMS_H

#ifndef __OPENCL_VERSION__
#include "models/xenos/shader/alu/words.h"
#endif

/* The exponent field. */
ALU_FN alu_i32 alu_field(alu_u32 a)
{
    return (alu_i32)(a >> 23 & 0xFFu);
}

/* 24 bits; only of normal numbers. */
ALU_FN alu_u32 alu_significand(alu_u32 a)
{
    return (a & ALU_FRACTION) | ALU_NORMAL;
}

/* significand / 2^63 * 2^(field - 127), of which the top bit is set and the lowest tells of anything cut off: rounded
 * to nearest, ties to even, as IEEE 754 would have it with denormals; those then become zeros of their sign. Half a
 * denormal's step below 2^-126 is thus 2^-126. */
ALU_FN alu_u32 alu_round(alu_u32 sign, alu_i32 field, alu_u64 significand)
{
    const alu_u64 HALF = 0x8000000000u, REST = 0xFFFFFFFFFFu, UP_TO_NORMAL = 0xFFFFFF0000000000u;
    if (field < 1)
        return sign | (field == 0 && significand >= UP_TO_NORMAL ? ALU_NORMAL : 0u);
    if (field > 254)
        return sign | ALU_INFINITY;
    alu_u32 kept = (alu_u32)(significand >> 40);
    kept += (significand & REST) + (kept & 1u) > HALF;
    return sign | ((((alu_u32)field - 1u) << 23) + kept); /* the leading one counts one into the field */
}

/* Any value but 0. */
ALU_FN alu_u32 alu_round_any(alu_u32 sign, alu_i32 field, alu_u64 significand)
{
    alu_u32 zeros = alu_zeros64(significand);
    return alu_round(sign, field - (alu_i32)zeros, significand << zeros);
}

/* Sums. */

/* Of two numbers that are not zero, |a| >= |b|. One bit is left free for the carry. */
ALU_FN alu_u32 alu_sum_of_numbers(alu_u32 a, alu_u32 b)
{
    alu_u32 distance = (alu_u32)(alu_field(a) - alu_field(b));
    alu_u64 large = (alu_u64)alu_significand(a) << 39, addend = (alu_u64)alu_significand(b) << 39;
    alu_u64 aligned = distance > 62 ? 0 : addend >> distance;
    aligned |= distance > 62 || aligned << distance != addend;
    alu_u64 sum = (a ^ b) & ALU_SIGN ? large - aligned : large + aligned;
    return sum == 0 ? 0u : alu_round_any(a & ALU_SIGN, alu_field(a) + 1, sum);
}

ALU_FN alu_u32 alu_add_exact(alu_u32 a, alu_u32 b)
{
    if (alu_is_nan(a) || alu_is_nan(b))
        return ALU_NAN;
    if (alu_is_infinite(a))
        return alu_is_infinite(b) && a != b ? ALU_NAN : a;
    if (alu_is_infinite(b))
        return b;
    if (alu_is_zero(a))
        return alu_is_zero(b) ? a & b : b;
    if (alu_is_zero(b))
        return a;
    return (a & ALU_MAGNITUDE) < (b & ALU_MAGNITUDE) ? alu_sum_of_numbers(b, a) : alu_sum_of_numbers(a, b);
}

ALU_FN alu_u32 alu_add(alu_u32 a, alu_u32 b)
{
#if ALU_HOST == ALU_HOST_IEEE
    return alu_settle(alu_from_float(alu_to_float(a) + alu_to_float(b)));
#else
#if ALU_HOST == ALU_HOST_GUARDED
    alu_u32 sum = alu_from_float(alu_to_float(a) + alu_to_float(b));
    if (!ALU_RARELY(!alu_is_certain(sum)))
        return sum;
#endif
    return alu_add_exact(a, b);
#endif
}

ALU_FN alu_u32 alu_sub(alu_u32 a, alu_u32 b)
{
    return alu_add(a, b ^ ALU_SIGN);
}

/* Products. A factor of zero, of either sign, makes any other +0: an infinity and a NaN too. */

ALU_FN alu_u32 alu_mul_exact(alu_u32 a, alu_u32 b)
{
    alu_u32 sign = (a ^ b) & ALU_SIGN;
    if (alu_is_zero(a) || alu_is_zero(b))
        return 0u;
    if (alu_is_nan(a) || alu_is_nan(b))
        return ALU_NAN;
    if (alu_is_infinite(a) || alu_is_infinite(b))
        return sign | ALU_INFINITY;
    alu_u64 product = (alu_u64)alu_significand(a) * alu_significand(b) << 16;
    alu_u32 two = (alu_u32)(product >> 63);
    return alu_round(sign, alu_field(a) + alu_field(b) - 127 + (alu_i32)two, product << (1u - two));
}

ALU_FN alu_u32 alu_mul(alu_u32 a, alu_u32 b)
{
#if ALU_HOST == ALU_HOST_IEEE
    alu_u32 product = alu_settle(alu_from_float(alu_to_float(a) * alu_to_float(b)));
    return (alu_is_zero(a) | alu_is_zero(b)) ? 0u : product;
#else
#if ALU_HOST == ALU_HOST_GUARDED
    alu_u32 product = alu_from_float(alu_to_float(a) * alu_to_float(b));
    if (!ALU_RARELY(!alu_is_certain(product))) /* nothing times zero is */
        return product;
#endif
    return alu_mul_exact(a, b);
#endif
}

/* Rounded twice. */
ALU_FN alu_u32 alu_mad(alu_u32 a, alu_u32 b, alu_u32 c)
{
    return alu_add(alu_mul(a, b), c);
}

/* Integers. */

ALU_FN alu_u32 alu_trunc(alu_u32 a)
{
    alu_i32 field = alu_field(a);
    alu_u32 below_one = ALU_FRACTION >> ((alu_u32)(field - 127) & 31u);
    if (alu_is_nan(a))
        return ALU_NAN;
    return field < 127 ? a & ALU_SIGN : field < 150 ? a & ~below_one : a;
}

ALU_FN alu_u32 alu_floor(alu_u32 a)
{
    alu_i32 field = alu_field(a);
    alu_u32 below_one = ALU_FRACTION >> ((alu_u32)(field - 127) & 31u);
    alu_u32 negative = a >> 31;
    if (alu_is_nan(a))
        return ALU_NAN;
    if (field < 127)
        return negative && !alu_is_zero(a) ? ALU_SIGN | ALU_ONE : a & ALU_SIGN;
    return field < 150 ? (a + (negative ? below_one : 0u)) & ~below_one : a;
}

ALU_FN alu_u32 alu_fract(alu_u32 a)
{
    return alu_sub(a, alu_floor(a));
}

/* What the address register takes of a number rounded to an integer: -256...255; of a NaN -256. */
ALU_FN alu_i32 alu_address_of(alu_u32 whole)
{
    const alu_u32 LEAST = 0xC3800000u, MOST = 0x437F0000u; /* -256, 255 */
    if (!alu_ge(whole, LEAST))
        return -256;
    if (alu_gt(whole, MOST))
        return 255;
    if (alu_is_zero(whole))
        return 0;
    alu_i32 magnitude = (alu_i32)(alu_significand(whole) >> ((alu_u32)(150 - alu_field(whole)) & 31u));
    return whole & ALU_SIGN ? -magnitude : magnitude;
}

ALU_FN alu_i32 alu_address_floor(alu_u32 a)
{
    return alu_address_of(alu_floor(a));
}

ALU_FN alu_i32 alu_address_round(alu_u32 a)
{
    return alu_address_of(alu_floor(alu_add(a, ALU_HALF)));
}

#endif
