/* Singles in memory and in registers, which hold doubles: what lfs and stfs do. Bits alone; no flag is set, no NaN
 * quieted. */
#ifndef CYCLE360_XENON_ISA_FP_CONVERT_H
#define CYCLE360_XENON_ISA_FP_CONVERT_H

#include <stdint.h>

static inline uint64_t xenon_single_to_double(uint32_t single)
{
    uint64_t sign = (uint64_t)(single >> 31) << 63, magnitude = single & UINT32_C(0x7FFFFFFF);
    if (magnitude >= UINT32_C(0x7F800000))
        return sign | UINT64_C(0x7FF0000000000000) | magnitude << 29;
    if (magnitude >= UINT32_C(0x00800000))
        return sign | ((magnitude << 29) + (UINT64_C(896) << 52));
    if (magnitude == 0)
        return sign;

    /* A denormal is a normal double. Its leading one, moved to bit 52, counts one into the exponent. */
    unsigned zeros = (unsigned)__builtin_clzll(magnitude);
    return sign | ((magnitude << (zeros - 11)) + ((UINT64_C(936) - zeros) << 52));
}

/* Of a double that no single equals, the ISA defines only that bits are cut off where the exponent field is above 896,
 * and from 874 on the shift that makes a denormal. Below that its text says nothing; the same shift leaves a zero. */
static inline uint32_t xenon_double_to_single_store(uint64_t d)
{
    uint32_t sign = (uint32_t)(d >> 63) << 31, field = (uint32_t)(d >> 52) & 0x7FF;
    if (field > 896)
        return (uint32_t)(d >> 32 & UINT32_C(0xC0000000)) | (uint32_t)(d >> 29 & UINT32_C(0x3FFFFFFF));
    if (field < 874)
        return sign;
    uint64_t significand = (d & UINT64_C(0x000FFFFFFFFFFFFF)) | UINT64_C(1) << 52;
    return sign | (uint32_t)(significand >> (896 + 30 - field));
}

#endif
