/* The scalar unit's functions: reciprocal, square root, reciprocal root, powers of two, logarithm, sine and cosine.
 * Each is a polynomial in fixed point; the first three are then corrected to the nearest float, the others have the
 * errors that docs/shader-arithmetic.md states. C17 and OpenCL C 1.2: see words.h. Operands are flushed; fractions are
 * unsigned, and "Q32" is one of 32 bits. */
#ifndef CYCLE360_XENOS_SHADER_ALU_FUNCTIONS_H
#define CYCLE360_XENOS_SHADER_ALU_FUNCTIONS_H

#ifndef __OPENCL_VERSION__
#include "models/xenos/shader/alu/sums.h"
#endif

ALU_FN alu_u32 alu_high(alu_u32 a, alu_u32 b)
{
    return (alu_u32)((alu_u64)a * b >> 32);
}

/* Downwards, also of negative products. */
ALU_FN alu_i32 alu_high_signed(alu_i32 a, alu_i32 b)
{
    return (alu_i32)((alu_i64)a * b >> 32);
}

/* 1 / a. */

/* Of a significand, 1 / m in units of 2^-47: 2^23...2^24. The polynomial is low by up to 0.5%, which Newton's step
 * squares twice; what is left is less than one unit, and the remainder tells. Remainders are small, so that their low
 * 32 bits are all of them. */
ALU_FN alu_u32 alu_reciprocal_step(alu_u32 m, alu_u32 y)
{
    return y + (alu_u32)((alu_u64)y * (0x7FFFFFFFu - alu_high(m << 8, y)) >> 31);
}

ALU_FN alu_u32 alu_reciprocal_of(alu_u32 m)
{
    alu_u32 t = m << 9;
    alu_u32 y = 0xFF2AC370u - alu_high(t, 0xF15BD72Fu - alu_high(t, 0xAA5EF23Fu - alu_high(t, 0x38CA50BFu)));
    y = alu_reciprocal_step(m, alu_reciprocal_step(m, y));

    alu_u32 q = (y >> 8) + (y >> 7 & 1u);
    alu_i32 twice_rest = (alu_i32)(0u - q * m) * 2;
    return q + (twice_rest > (alu_i32)m) - (twice_rest < -(alu_i32)m);
}

ALU_FN alu_u32 alu_rcp(alu_u32 a)
{
    alu_u32 sign = a & ALU_SIGN;
    alu_i32 bits = (alu_i32)alu_reciprocal_of(alu_significand(a)) + (252 - alu_field(a)) * (alu_i32)ALU_NORMAL;
    if (alu_is_nan(a))
        return ALU_NAN;
    if (alu_is_infinite(a))
        return sign;
    if (alu_is_zero(a))
        return sign | ALU_INFINITY;
    return sign | (bits < (alu_i32)ALU_NORMAL ? 0u : (alu_u32)bits);
}

/* Roots. Of a = 2^(2k) * x with x in 1...4: x in units of 2^-23, and k. */

ALU_FN alu_u32 alu_root_operand(alu_u32 a)
{
    return alu_significand(a) << (~(alu_u32)alu_field(a) & 1u);
}

ALU_FN alu_i32 alu_root_exponent(alu_u32 a)
{
    return (alu_field(a) + 1) / 2 - 64;
}

ALU_FN alu_u32 alu_reciprocal_root_step(alu_u32 x, alu_u32 y)
{
    alu_i32 short_of_one = (alu_i32)(0x3FFFFFFFu - alu_high(x << 7, alu_high(y, y)));
    return y + (alu_u32)((alu_i64)y * short_of_one >> 31);
}

/* 1 / sqrt(x) in Q32, a little low: the polynomial by less than 0.2%. */
ALU_FN alu_u32 alu_reciprocal_root_of(alu_u32 a)
{
    const alu_u32 ROOT_OF_HALF = 0xB504F333u;
    alu_u32 x = alu_root_operand(a), t = a << 9;
    alu_u32 y = 0xFFBCA4E0u - alu_high(t, 0x7B6C4552u - alu_high(t, 0x45B515B5u - alu_high(t, 0x153356BFu)));
    y = x >> 24 ? alu_high(y, ROOT_OF_HALF) : y;
    return alu_reciprocal_root_step(x, alu_reciprocal_root_step(x, y));
}

/* The low 64 bits of remainders are all of them. */
ALU_FN alu_u32 alu_rsq(alu_u32 a)
{
    alu_u32 x = alu_root_operand(a), y = alu_reciprocal_root_of(a);
    alu_u32 q = (y >> 8) + (y >> 7 & 1u);
    alu_i64 slope = (alu_i64)((alu_u64)q * x) * 4, rest = (alu_i64)(0u - (alu_u64)q * q * x) * 4;
    q = q + (rest > slope + (alu_i64)x) - (rest < (alu_i64)x - slope);

    if (alu_is_nan(a))
        return ALU_NAN;
    if (alu_is_zero(a))
        return a | ALU_INFINITY;
    if (a & ALU_SIGN)
        return ALU_NAN;
    return alu_is_infinite(a) ? 0u : ((alu_u32)(125 - alu_root_exponent(a)) << 23) + q;
}

ALU_FN alu_u32 alu_sqrt(alu_u32 a)
{
    alu_u32 x = alu_root_operand(a);
    alu_u32 q = (alu_u32)(((alu_u64)x * alu_reciprocal_root_of(a) + 0x80000000u) >> 32);
    alu_i64 rest = (alu_i64)(((alu_u64)x << 23) - (alu_u64)q * q);
    q = q + (rest > (alu_i64)q) - (-rest >= (alu_i64)q);

    if (alu_is_nan(a))
        return ALU_NAN;
    if (alu_is_zero(a))
        return a;
    if (a & ALU_SIGN)
        return ALU_NAN;
    return alu_is_infinite(a) ? a : ((alu_u32)(126 + alu_root_exponent(a)) << 23) + q;
}

/* 2^a. */

/* 2^f - 1 in Q32. */
ALU_FN alu_u32 alu_power_of_fraction(alu_u32 f)
{
    alu_u32 p = 0x00099317u + alu_high(f, 0x00015BD3u);
    p = 0x0057BF1Au + alu_high(f, p);
    p = 0x02763464u + alu_high(f, p);
    p = 0x0E3589F8u + alu_high(f, p);
    p = 0x3D7F7BA6u + alu_high(f, p);
    p = 0xB17217F7u + alu_high(f, p);
    return alu_high(f, p);
}

ALU_FN alu_u32 alu_exp2(alu_u32 a)
{
    /* As fixed point of 32 bits behind the point; above 2^8 the result is infinite or zero in any case. */
    alu_i32 field = alu_field(a), shift = field - 118;
    alu_u32 left = (alu_u32)(shift < 0 ? 0 : shift) & 31u, right = (alu_u32)(shift < -32 ? 32 : shift < 0 ? -shift : 0);
    alu_u64 magnitude = (alu_u64)alu_significand(a) << left >> right;
    alu_u64 fixed = ((alu_u64)512 << 32) + (a & ALU_SIGN ? 0u - magnitude : magnitude);
    alu_i32 whole = (alu_i32)(fixed >> 32) - 512;

    alu_u32 power = alu_power_of_fraction((alu_u32)fixed);
    alu_u32 bits = ((alu_u32)(whole + 127) << 23) + (power >> 9) + (power >> 8 & 1u);
    if (alu_is_nan(a))
        return ALU_NAN;
    if (field > 134)
        return a & ALU_SIGN ? 0u : ALU_INFINITY;
    return whole > 127 ? ALU_INFINITY : whole < -126 ? 0u : bits;
}

/* log2(a). */

/* For each 32nd of 1...2 a factor that brings it near 1, in units of 2^-8, and minus its logarithm in units of 2^-55.
 * The first and the last are exact, so that logarithms near 0 lose nothing. */
ALU_TABLE alu_u32 alu_log_factor[32] = {
    0x100, 0xF5, 0xED, 0xE7, 0xE0, 0xDA, 0xD5, 0xCF, 0xCA, 0xC5, 0xC1, 0xBC, 0xB8, 0xB4, 0xB0, 0xAC,
    0xA9,  0xA5, 0xA2, 0x9F, 0x9C, 0x99, 0x96, 0x94, 0x91, 0x8E, 0x8C, 0x8A, 0x87, 0x85, 0x83, 0x80,
};
ALU_TABLE alu_u64 alu_log_of_factor[32] = {
    0x00000000000000, 0x081C3F7DE5434F, 0x0E3DA945B878E2, 0x12F9E32D5BFDD1, 0x18A8980ABFBD32, 0x1DAC22D3E441D3,
    0x21F509008966A2, 0x273BD1C2AB3EDF, 0x2BBFB9E3DD5C1D, 0x30609B21823FA6, 0x342A5E28530368, 0x39033B85A8BFC8,
    0x3CFBEBFCA71567, 0x410AF52E69F262, 0x4531583F9A2BE2, 0x497028118EFABF, 0x4CAFFB8DC3B9A2, 0x511C5A8B020988,
    0x547FCB8C0852F1, 0x57F37389C9F76D, 0x5B77F0A9E3F18D, 0x5F0DEA489F9FED, 0x62B611B3CDA690, 0x6530A1D24B136C,
    0x68F8BD2B10FD81, 0x6CD5161D8751E6, 0x6F73A77325861C, 0x721BDEDFA92A23, 0x762AE8116C071F, 0x78EC8151BD5528,
    0x7BB8CB8ABB32FB, 0x80000000000000,
};

ALU_FN alu_u32 alu_log2(alu_u32 a)
{
    /* t = x * factor - 1, exact in Q31 and below 2^-5; log2(1 + t) / t in Q31. */
    alu_u32 entry = a >> 18 & 31u;
    alu_i32 t = (alu_i32)(alu_significand(a) * alu_log_factor[entry] - 0x80000000u);
    alu_i32 p = 0x2E2E3DF2 - alu_high_signed(t * 2, 0x241208F2);
    p = 0x3D8E2B89 - alu_high_signed(t * 2, p);
    p = 0x5C551D79 - alu_high_signed(t * 2, p);
    alu_i64 product = ((alu_i64)0xB8AA3B29u - alu_high_signed(t * 2, p)) * t;
    alu_i64 sum = (alu_field(a) - 127) * ((alu_i64)1 << 55) + (alu_i64)alu_log_of_factor[entry] + (product >> 7);

    alu_u64 magnitude = (alu_u64)(sum < 0 ? -sum : sum);
    if (alu_is_nan(a))
        return ALU_NAN;
    if (alu_is_zero(a))
        return ALU_SIGN | ALU_INFINITY;
    if (a & ALU_SIGN)
        return ALU_NAN;
    if (alu_is_infinite(a))
        return a;
    return magnitude == 0 ? 0u : alu_round_any(sum < 0 ? ALU_SIGN : 0u, 127 + 8, magnitude);
}

/* Sine and cosine of radians. */

/* 2 / pi behind 32 zeros. */
ALU_TABLE alu_u32 alu_two_over_pi[8] = {
    0x00000000, 0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB,
};

/* |a| = quadrant * pi/2 + rest, the rest up to pi/4 in magnitude: its sign, and significand / 2^31 * 2^exponent. */
struct alu_angle {
    alu_u32 quadrant, sign, significand;
    alu_i32 exponent;
};

ALU_FN alu_u32 alu_two_over_pi_from(alu_u32 bit)
{
    alu_u32 word = bit >> 5;
    alu_u64 pair = (alu_u64)alu_two_over_pi[word] << 32 | alu_two_over_pi[word + 1];
    return (alu_u32)(pair << (bit & 31u) >> 32);
}

/* Of |a| from 1/2 on. Of |a| * 2/pi only what is left by 4 counts: the bits of 2/pi before those add multiples of 4,
 * and those after another 96 less than 2^-70. No float comes nearer to a multiple of pi/2 than 2^-30. */
ALU_FN struct alu_angle alu_angle_reduced(alu_u32 a)
{
    const alu_u32 HALF_PI = 0xC90FDAA2u; /* Q31 */
    const alu_u64 QUADRANT = (alu_u64)1 << 62;
    alu_u32 m = alu_significand(a), first = (alu_u32)(alu_field(a) - 120);
    alu_u64 quadrants = (alu_u64)m * alu_two_over_pi_from(first + 32u) +
                        ((alu_u64)m * alu_two_over_pi_from(first + 64u) >> 32) +
                        ((alu_u64)(m * alu_two_over_pi_from(first)) << 32);

    alu_u64 nearest = quadrants + QUADRANT / 2;
    alu_u64 rest = (nearest & (QUADRANT - 1)) - QUADRANT / 2;
    alu_u32 negative = (alu_u32)(rest >> 63);
    rest = negative ? 0u - rest : rest;
    alu_u32 zeros = alu_zeros64(rest | 1u);
    alu_u64 radians = (alu_u64)(alu_u32)(rest << zeros >> 32) * HALF_PI;
    alu_u32 low = !(radians >> 63);

    struct alu_angle angle;
    angle.quadrant = (alu_u32)(nearest >> 62);
    angle.sign = negative << 31;
    angle.significand = (alu_u32)(radians << low >> 32);
    angle.exponent = 2 - (alu_i32)zeros - (alu_i32)low;
    return angle;
}

/* Less than 1/2 is a rest already. */
ALU_FN struct alu_angle alu_angle_of(alu_u32 a)
{
    alu_i32 field = alu_field(a);
    struct alu_angle angle;
    if (field >= 126)
        return alu_angle_reduced(a);
    angle.quadrant = 0u;
    angle.sign = 0u;
    angle.significand = alu_significand(a) << 8;
    angle.exponent = field - 127;
    return angle;
}

/* The square of the rest, in Q32. */
ALU_FN alu_u32 alu_angle_square(struct alu_angle angle)
{
    alu_u32 square = alu_high(angle.significand, angle.significand), shift = (alu_u32)(-2 * angle.exponent - 2);
    return shift > 31 ? 0u : square >> shift;
}

ALU_FN alu_u32 alu_sine_of_rest(struct alu_angle angle)
{
    alu_u32 z = alu_angle_square(angle);
    alu_u32 p = 0x2AAAAAABu - alu_high(z, 0x0222221Cu - alu_high(z, 0x000D009Du - alu_high(z, 0x00002DB8u)));
    alu_u32 significand = angle.significand - alu_high(angle.significand, alu_high(z, p));
    return alu_round_any(angle.sign, angle.exponent + 127, (alu_u64)significand << 32);
}

ALU_FN alu_u32 alu_cosine_of_rest(struct alu_angle angle)
{
    alu_u32 z = alu_angle_square(angle);
    alu_u32 p = 0x005B05AFu - alu_high(z, 0x0001A013u - alu_high(z, 0x00000492u));
    p = 0x80000000u - alu_high(z, 0x0AAAAAABu - alu_high(z, p));
    return alu_round_any(0u, 127, ((alu_u64)1 << 63) - ((alu_u64)alu_high(z, p) << 31));
}

/* The sine of |a| + turned * pi/2; of what is no such number, nothing in particular. */
ALU_FN alu_u32 alu_sine_of(alu_u32 a, alu_u32 turned)
{
    struct alu_angle angle = alu_angle_of(a);
    alu_u32 quadrant = angle.quadrant + turned;
    alu_u32 sine = quadrant & 1u ? alu_cosine_of_rest(angle) : alu_sine_of_rest(angle);
    return sine ^ (quadrant & 2u) << 30;
}

ALU_FN alu_u32 alu_sin(alu_u32 a)
{
    alu_u32 sine = alu_sine_of(a, 0u) ^ (a & ALU_SIGN);
    sine = alu_is_zero(a) ? a : sine;
    return alu_is_finite(a) ? sine : ALU_NAN;
}

ALU_FN alu_u32 alu_cos(alu_u32 a)
{
    alu_u32 cosine = alu_sine_of(a, 1u);
    cosine = alu_is_zero(a) ? ALU_ONE : cosine;
    return alu_is_finite(a) ? cosine : ALU_NAN;
}

#endif
