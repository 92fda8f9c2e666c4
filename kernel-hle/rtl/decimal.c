#include "kernel-hle/rtl/decimal.h"

/* A number of limbs of nine decimal digits, the least significant first. 5^1074 times 53 bits has 767 digits. */
enum { LIMB = 1000000000, LIMB_DIGITS = 9, LIMBS = 88 };

struct number {
    unsigned limbs;
    uint32_t limb[LIMBS];
};

static void multiply(struct number *n, uint32_t by)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < n->limbs; i++) {
        carry += (uint64_t)n->limb[i] * by;
        n->limb[i] = (uint32_t)(carry % LIMB);
        carry /= LIMB;
    }
    for (; carry != 0; carry /= LIMB)
        n->limb[n->limbs++] = (uint32_t)(carry % LIMB);
}

/* By base^power, of which base^chunk still fits into a word. */
static void multiply_power(struct number *n, uint32_t base, unsigned chunk, unsigned power)
{
    uint32_t full = 1;
    for (unsigned i = 0; i < chunk; i++)
        full *= base;
    for (; power >= chunk; power -= chunk)
        multiply(n, full);
    for (; power > 0; power--)
        multiply(n, base);
}

static void trim(struct rtl_decimal *decimal)
{
    while (decimal->count > 0 && decimal->digit[decimal->count - 1] == 0)
        decimal->count--;
    if (decimal->count == 0)
        decimal->point = 1;
}

void rtl_decimal_read(struct rtl_decimal *decimal, uint64_t bits)
{
    unsigned exponent = bits >> 52 & 0x7FF;
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    *decimal = (struct rtl_decimal){.point = 1};
    if (exponent == 0)
        exponent = 1;
    else
        mantissa |= UINT64_C(1) << 52;
    if (mantissa == 0)
        return;

    /* mantissa * 2^power; where that is a fraction, mantissa * 5^-power / 10^-power. */
    int power = (int)exponent - 1075, scale = 0;
    struct number n = {0};
    for (; mantissa != 0; mantissa /= LIMB)
        n.limb[n.limbs++] = (uint32_t)(mantissa % LIMB);
    if (power >= 0) {
        multiply_power(&n, 2, 31, (unsigned)power);
    } else {
        multiply_power(&n, 5, 13, (unsigned)-power);
        scale = power;
    }

    for (unsigned i = n.limbs; i-- > 0;) {
        uint32_t limb = n.limb[i];
        for (uint32_t unit = LIMB / 10; unit > 0; unit /= 10) {
            uint8_t digit = limb / unit % 10;
            if (digit != 0 || decimal->count > 0)
                decimal->digit[decimal->count++] = digit;
        }
    }
    decimal->point = (int)decimal->count + scale;
    trim(decimal);
}

void rtl_decimal_round(struct rtl_decimal *decimal, int digits, bool half_up)
{
    if (digits >= (int)decimal->count)
        return;
    bool up = false;
    if (digits >= 0) {
        unsigned next = decimal->digit[digits];
        bool half = next == 5 && (unsigned)digits + 1 == decimal->count;
        bool odd = digits > 0 && decimal->digit[digits - 1] % 2 == 1;
        up = half ? half_up || odd : next >= 5;
    }
    int kept = digits > 0 ? digits : 0;
    decimal->count = (unsigned)kept;
    if (up) {
        int i = kept - 1;
        for (; i >= 0 && decimal->digit[i] == 9; i--)
            decimal->digit[i] = 0;
        if (i >= 0) {
            decimal->digit[i]++;
        } else {
            /* 0.99 has become 1: one digit, a place further left. */
            decimal->digit[0] = 1;
            decimal->count = 1;
            decimal->point++;
        }
    }
    trim(decimal);
}
