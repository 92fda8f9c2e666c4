#include "models/xenon/asm/real.h"

#include <string.h>

/* Digits beyond DIGITS only say that there is something more; no rounding needs to know what. */
enum { DIGITS = 800, LIMBS = 160, FARTHEST = 100000 };

static const struct format {
    unsigned fraction;
    int bias;
} format_of[] = {[XENON_REAL_SINGLE] = {23, 127}, [XENON_REAL_DOUBLE] = {52, 1023}};

/* value = top * 2^(exponent - 63), a little more if `more`; bit 63 of top is set unless all of it is 0. */
struct scaled {
    uint64_t top;
    int exponent;
    bool more;
};

static uint64_t rounded(struct scaled s, const struct format *f)
{
    uint64_t infinity = (uint64_t)(2 * f->bias + 1) << f->fraction;
    int least = 1 - f->bias, drop = 63 - (int)f->fraction;

    if (s.top == 0)
        return 0;
    if (s.exponent > f->bias)
        return infinity;
    if (s.exponent < least)
        drop += least - s.exponent;
    if (drop > 64)
        return 0;
    uint64_t kept = drop == 64 ? 0 : s.top >> drop, half = UINT64_C(1) << (drop - 1);
    uint64_t rest = drop == 64 ? s.top : s.top & (half * 2 - 1);
    if (rest > half || (rest == half && (s.more || kept & 1)))
        kept++;
    /* The leading one of a normal number adds one to its exponent's field, as does a carry out of the fraction. */
    return s.exponent < least ? kept : kept + ((uint64_t)(s.exponent + f->bias - 1) << f->fraction);
}

struct big {
    unsigned limbs;
    uint32_t limb[LIMBS]; /* the lowest first */
};

static void times_plus(struct big *b, uint32_t factor, uint32_t more)
{
    uint64_t carry = more;
    for (unsigned i = 0; i < b->limbs; i++) {
        carry += (uint64_t)b->limb[i] * factor;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0)
        b->limb[b->limbs++] = (uint32_t)carry;
}

static unsigned bits_of(const struct big *b)
{
    return b->limbs == 0 ? 0 : 32 * b->limbs - (unsigned)__builtin_clz(b->limb[b->limbs - 1]);
}

static void shift_left(struct big *b, unsigned by)
{
    unsigned whole = by / 32;
    if (b->limbs == 0)
        return;
    memmove(b->limb + whole, b->limb, b->limbs * sizeof *b->limb);
    memset(b->limb, 0, whole * sizeof *b->limb);
    b->limbs += whole;
    times_plus(b, UINT32_C(1) << by % 32, 0);
}

static int compare(const struct big *a, const struct big *b)
{
    if (a->limbs != b->limbs)
        return a->limbs < b->limbs ? -1 : 1;
    for (unsigned i = a->limbs; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static void subtract(struct big *a, const struct big *b)
{
    uint64_t borrow = 0;
    for (unsigned i = 0; i < a->limbs; i++) {
        uint64_t take = (i < b->limbs ? b->limb[i] : 0) + borrow;
        borrow = a->limb[i] < take;
        a->limb[i] = (uint32_t)(a->limb[i] - take);
    }
    while (a->limbs > 0 && a->limb[a->limbs - 1] == 0)
        a->limbs--;
}

static struct scaled quotient(struct big *a, struct big *b, bool more)
{
    struct scaled s = {.more = more, .exponent = (int)bits_of(a) - (int)bits_of(b)};
    if (s.exponent >= 0)
        shift_left(b, (unsigned)s.exponent);
    else
        shift_left(a, (unsigned)-s.exponent);
    if (compare(a, b) < 0) {
        shift_left(a, 1);
        s.exponent--;
    }
    for (unsigned bit = 64; bit-- > 0;) {
        if (compare(a, b) >= 0) {
            subtract(a, b);
            s.top |= UINT64_C(1) << bit;
        }
        shift_left(a, 1);
    }
    s.more |= a->limbs != 0;
    return s;
}

/* What stands between the sign and the end: digits with a point, and an exponent. */
struct written {
    const char *digits, *digits_end;
    int64_t exponent; /* written behind e or p */
};

static unsigned hex_digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : ((unsigned)c | 0x20) - 'a' + 10;
}

static bool is_digit(char c, bool hex)
{
    return (c >= '0' && c <= '9') || (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

static bool split(struct xenon_slice text, bool hex, struct written *w)
{
    const char *p = text.text, *end = text.text + text.size;
    unsigned digits = 0, points = 0;

    w->digits = p;
    for (; p < end && (is_digit(*p, hex) || *p == '.'); p++) {
        digits += *p != '.';
        points += *p == '.';
    }
    w->digits_end = p;
    w->exponent = 0;
    if (digits == 0 || points > 1)
        return false;
    if (p == end)
        return true;
    if ((*p | 0x20) != (hex ? 'p' : 'e'))
        return false;
    bool negative = ++p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    for (; p < end; p++) {
        if (!is_digit(*p, false))
            return false;
        if (w->exponent < FARTHEST)
            w->exponent = w->exponent * 10 + (*p - '0');
    }
    if (negative)
        w->exponent = -w->exponent;
    return true;
}

static struct scaled from_hex(const struct written *w)
{
    struct scaled s = {.exponent = 63};
    int64_t exponent = w->exponent;
    bool fraction = false;
    for (const char *p = w->digits; p < w->digits_end; p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        exponent -= fraction ? 4 : 0;
        if (s.top >> 60 == 0) {
            s.top = s.top << 4 | hex_digit(*p);
        } else {
            exponent += 4;
            s.more |= *p != '0';
        }
    }
    if (s.top == 0)
        return s;
    unsigned up = (unsigned)__builtin_clzll(s.top);
    s.top <<= up;
    exponent += 63 - (int64_t)up;
    s.exponent = (int)(exponent > FARTHEST ? FARTHEST : exponent < -FARTHEST ? -FARTHEST : exponent);
    return s;
}

static struct scaled from_decimal(const struct written *w)
{
    struct big a = {0}, b = {.limbs = 1, .limb = {1}};
    int64_t exponent = w->exponent;
    unsigned digits = 0;
    bool fraction = false, more = false;

    for (const char *p = w->digits; p < w->digits_end; p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        exponent -= fraction;
        if (digits == DIGITS) {
            exponent++;
            more |= *p != '0';
        } else if (digits > 0 || *p != '0') {
            times_plus(&a, 10, (uint32_t)(*p - '0'));
            digits++;
        }
    }
    if (digits == 0)
        return (struct scaled){0};
    if (exponent + digits > 400)
        return (struct scaled){.top = UINT64_C(1) << 63, .exponent = FARTHEST};
    if (exponent + digits < -400)
        return (struct scaled){.top = UINT64_C(1) << 63, .exponent = -FARTHEST};
    for (; exponent > 0; exponent--)
        times_plus(&a, 10, 0);
    for (; exponent < 0; exponent++)
        times_plus(&b, 10, 0);
    return quotient(&a, &b, more);
}

bool xenon_read_real(struct xenon_slice text, enum xenon_real format, uint64_t *bits, struct xenon_mistake *mistake)
{
    const struct format *f = &format_of[format];
    uint64_t infinity = (uint64_t)(2 * f->bias + 1) << f->fraction, sign = 0;
    struct written w;

    text = xenon_trim(text);
    struct xenon_slice rest = text;
    if (rest.size > 0 && (rest.text[0] == '-' || rest.text[0] == '+')) {
        sign = rest.text[0] == '-' ? (infinity + (UINT64_C(1) << f->fraction)) : 0;
        rest = (struct xenon_slice){rest.text + 1, rest.size - 1};
    }
    if (xenon_slice_is(rest, "inf") || xenon_slice_is(rest, "infinity")) {
        *bits = sign | infinity;
        return true;
    }
    if (xenon_slice_is(rest, "nan")) {
        *bits = sign | infinity | UINT64_C(1) << (f->fraction - 1);
        return true;
    }
    bool hex = rest.size > 2 && rest.text[0] == '0' && (rest.text[1] | 0x20) == 'x';
    if (hex)
        rest = (struct xenon_slice){rest.text + 2, rest.size - 2};
    if (!split(rest, hex, &w))
        return XENON_MISTAKE(mistake, text.text, "'%.*s' is no fraction such as -1.5e3", XENON_SHOWN(text));
    *bits = sign | rounded(hex ? from_hex(&w) : from_decimal(&w), f);
    return true;
}
