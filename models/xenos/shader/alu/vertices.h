/* Numbers of vertices: what a fetch makes of the dwords that it reads, and of an index. C17 and OpenCL C 1.2: see
 * words.h. */
#ifndef CYCLE360_XENOS_SHADER_ALU_VERTICES_H
#define CYCLE360_XENOS_SHADER_ALU_VERTICES_H

#ifndef __OPENCL_VERSION__
#include "models/xenos/shader/alu/sums.h"
#endif

/* The four bytes of a dword as the constant says that they stand: 1 and 2 exchange those of each half, 2 and 3 the
 * halves. Without a branch. */
ALU_FN alu_u32 alu_vertex_swap(alu_u32 word, alu_u32 endian)
{
    alu_u32 by_bytes = 0u - ((endian ^ endian >> 1) & 1u), by_halves = 0u - (endian >> 1 & 1u);
    alu_u32 bytes = (word & 0x00FF00FFu) << 8 | (word >> 8 & 0x00FF00FFu);
    word = (word & ~by_bytes) | (bytes & by_bytes);
    return (word & ~by_halves) | ((word << 16 | word >> 16) & by_halves);
}

/* number / divisor, rounded once. */
ALU_FN alu_u32 alu_vertex_quotient(alu_u32 sign, alu_u64 number, alu_u64 divisor)
{
    if (number == 0 || divisor == 1)
        return number == 0 ? 0u : alu_round_any(sign, 127 + 63, number);
    alu_u32 zeros = alu_zeros64(number);
    alu_u64 top = number << zeros, bits = top / divisor;
    return alu_round_any(sign, 127 + 63 - (alu_i32)zeros - 1, bits << 1 | (top % divisor != 0));
}

/* Of `width` bits: with a sign or without; the integer as it is, or a fraction of the largest; and that without a
 * zero. */
ALU_FN alu_u32 alu_vertex_integer(alu_u32 bits, alu_u32 width, alu_u32 is_signed, alu_u32 integer, alu_u32 no_zero)
{
    alu_u64 all = ((alu_u64)1 << width) - 1, sign = (alu_u64)1 << (width - 1);
    if (!is_signed)
        return alu_vertex_quotient(0u, bits, integer ? 1 : all);

    alu_i64 value = (alu_i64)(bits ^ sign) - (alu_i64)sign;
    if (!integer && no_zero)
        value = 2 * value + 1;
    alu_u64 size = (alu_u64)(value < 0 ? -value : value);
    alu_u64 divisor = integer ? 1 : no_zero ? all : all >> 1;
    if (divisor > 1 && size > divisor)
        size = divisor; /* the least value is -1 as well */
    return alu_vertex_quotient(value < 0 ? ALU_SIGN : 0u, size, divisor);
}

/* Exponent 31 is one like the others; without an exponent it is zero. */
ALU_FN alu_u32 alu_vertex_half(alu_u32 bits)
{
    alu_u32 sign = bits >> 15 << 31, exponent = bits >> 10 & 31u;
    return exponent == 0 ? sign : sign | (exponent + 127 - 15) << 23 | (bits & 0x3FFu) << 13;
}

ALU_FN alu_u32 alu_vertex_scale(alu_u32 word, alu_i32 exponent)
{
    alu_i32 field = alu_field(word);
    if (exponent == 0 || field == 0 || field == 255)
        return exponent == 0 ? word : alu_flush(word);
    if (field + exponent < 1)
        return word & ALU_SIGN;
    if (field + exponent > 254)
        return (word & ALU_SIGN) | ALU_INFINITY;
    return word + ((alu_u32)exponent << 23);
}

/* The whole number of a float, 32 bits of it. */
ALU_FN alu_u32 alu_vertex_whole(alu_u32 word)
{
    alu_i32 field = alu_field(word);
    alu_u32 right = (alu_u32)(150 - field) & 31u, left = (alu_u32)(field - 150) & 63u;
    alu_u32 size = field < 127 || alu_is_nan(word) || field > 190 ? 0u
                   : field <= 150                                 ? alu_significand(word) >> right
                                                                  : (alu_u32)((alu_u64)alu_significand(word) << left);
    return word & ALU_SIGN ? 0u - size : size;
}

/* Which vertex a register names. */
ALU_FN alu_u32 alu_vertex_index(alu_u32 word, alu_u32 to_nearest)
{
    alu_u32 index = alu_flush(word);
    return alu_vertex_whole(alu_floor(to_nearest ? alu_add(index, ALU_HALF) : index));
}

#endif
