#include "kernel-hle/rtl/print.h"

#include "kernel-hle/rtl/decimal.h"

#include <string.h>

enum size { SIZE_INT, SIZE_SHORT, SIZE_LONG, SIZE_64 };

struct directive {
    bool left, plus, space, alternate, zero;
    bool wide, narrow; /* w, l or h before a character's */
    enum size size;
    uint32_t width;
    int32_t precision; /* -1: none */
    unsigned conversion;
};

struct state {
    const struct rtl_print *print;
    uint32_t at; /* in the format */
    unsigned slot;
    uint32_t written;
    bool failed;
};

static void put(struct state *s, unsigned character)
{
    if (s->written >= RTL_PRINT_MAX) {
        s->failed = true;
        return;
    }
    s->written++;
    s->print->put(s->print->context, character);
}

static void put_many(struct state *s, unsigned character, uint32_t count)
{
    for (; count > 0 && !s->failed; count--)
        put(s, character);
}

static unsigned peek(const struct state *s)
{
    return s->print->format(s->print->context, s->at);
}

static bool take(struct state *s, unsigned character)
{
    if (peek(s) != character)
        return false;
    s->at++;
    return true;
}

static uint64_t next_slot(struct state *s)
{
    return s->print->slot(s->print->context, s->slot++);
}

/* Pads the `length` characters that follow, `prefix` of which zeros come behind. */
static void open_field(struct state *s, const struct directive *d, const char *prefix, uint32_t length)
{
    uint32_t prefixed = (uint32_t)strlen(prefix) + length, padding = d->width > prefixed ? d->width - prefixed : 0;
    if (!d->left && !d->zero)
        put_many(s, ' ', padding);
    for (; *prefix != '\0'; prefix++)
        put(s, (unsigned char)*prefix);
    if (!d->left && d->zero)
        put_many(s, '0', padding);
}

static void close_field(struct state *s, const struct directive *d, uint32_t length)
{
    if (d->left && d->width > length)
        put_many(s, ' ', d->width - length);
}

static void put_ascii(struct state *s, const struct directive *d, const char *prefix, const char *text)
{
    uint32_t length = (uint32_t)strlen(text), prefixed = (uint32_t)strlen(prefix);
    open_field(s, d, prefix, length);
    for (uint32_t i = 0; i < length; i++)
        put(s, (unsigned char)text[i]);
    close_field(s, d, prefixed + length);
}

static unsigned narrowed(const struct state *s, unsigned character)
{
    return s->print->wide || character <= 0xFF ? character : '?';
}

/* %s, %S, %Z: up to `limit` characters of text in guest memory. */
static void put_text(struct state *s, const struct directive *d, uint32_t address, bool wide, uint32_t limit,
                     bool counted)
{
    const struct rtl_print *p = s->print;
    uint32_t length = 0;
    if (d->precision >= 0 && (uint32_t)d->precision < limit)
        limit = (uint32_t)d->precision;
    while (length < limit && (counted || p->text(p->context, address, length, wide) != 0))
        length++;
    open_field(s, d, "", length);
    for (uint32_t i = 0; i < length && !s->failed; i++)
        put(s, narrowed(s, p->text(p->context, address, i, wide)));
    close_field(s, d, length);
}

static void put_nothing(struct state *s, const struct directive *d)
{
    static const char null[] = "(null)";
    char text[sizeof null];
    size_t length = sizeof null - 1;
    if (d->precision >= 0 && (size_t)d->precision < length)
        length = (size_t)d->precision;
    memcpy(text, null, length);
    text[length] = '\0';
    put_ascii(s, d, "", text);
}

static void string(struct state *s, const struct directive *d, bool wide)
{
    uint32_t address = (uint32_t)next_slot(s);
    if (address == 0)
        put_nothing(s, d);
    else
        put_text(s, d, address, wide, RTL_PRINT_MAX + 1, false);
}

/* ANSI_STRING or UNICODE_STRING: length in bytes, maximum, buffer. */
static void counted_string(struct state *s, const struct directive *d)
{
    const struct rtl_print *p = s->print;
    uint32_t record = (uint32_t)next_slot(s), length = 0, buffer = 0;
    if (record != 0) {
        length = p->text(p->context, record, 0, true);
        buffer = p->text(p->context, record, 2, true) << 16 | p->text(p->context, record, 3, true);
    }
    if (buffer == 0)
        put_nothing(s, d);
    else
        put_text(s, d, buffer, d->wide, d->wide ? length / 2 : length, true);
}

static void character(struct state *s, const struct directive *d, bool wide)
{
    unsigned value = next_slot(s) & (wide ? 0xFFFF : 0xFF);
    open_field(s, d, "", 1);
    put(s, narrowed(s, value));
    close_field(s, d, 1);
}

static uint64_t integer(struct state *s, const struct directive *d, bool is_signed)
{
    uint64_t value = next_slot(s);
    if (d->size == SIZE_64)
        return value;
    if (d->size == SIZE_SHORT)
        return is_signed ? (uint64_t)(int64_t)(int16_t)value : (uint16_t)value;
    return is_signed ? (uint64_t)(int64_t)(int32_t)value : (uint32_t)value;
}

/* A number in a base, with its sign or 0x in `prefix`, and as many zeros before it as the precision wants. */
static void number(struct state *s, struct directive d, uint64_t value, unsigned base, bool upper, const char *prefix)
{
    char digits[24];
    uint32_t count = 0;
    for (; value != 0; value /= base)
        digits[count++] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    uint32_t length = d.precision < 0 ? 1 : (uint32_t)d.precision;
    if (base == 8 && d.alternate && length <= count)
        length = count + 1;
    if (length < count)
        length = count;
    if (d.precision >= 0)
        d.zero = false;
    open_field(s, &d, prefix, length);
    put_many(s, '0', length - count);
    while (count > 0)
        put(s, (unsigned char)digits[--count]);
    close_field(s, &d, (uint32_t)strlen(prefix) + length);
}

static const char *sign_of(const struct directive *d, bool negative)
{
    return negative ? "-" : d->plus ? "+" : d->space ? " " : "";
}

static void put_digits(struct state *s, const struct rtl_decimal *n, int first, uint32_t count)
{
    for (uint32_t i = 0; i < count && !s->failed; i++)
        put(s, '0' + rtl_decimal_digit(n, first + (int)i));
}

/* Digits before the point, if any, and `after` behind it. */
static void fixed(struct state *s, const struct directive *d, const char *sign, const struct rtl_decimal *n,
                  uint32_t after)
{
    uint32_t before = n->point > 0 ? (uint32_t)n->point : 1, point = after > 0 || d->alternate ? 1 : 0;
    uint32_t length = before + point + after;
    open_field(s, d, sign, length);
    put_digits(s, n, n->point > 0 ? 0 : -1, before);
    put_many(s, '.', point);
    put_digits(s, n, n->point, after);
    close_field(s, d, (uint32_t)strlen(sign) + length);
}

/* One digit, `after` behind the point, and the power of ten. */
static void scientific(struct state *s, const struct directive *d, const char *sign, const struct rtl_decimal *n,
                       uint32_t after, bool upper)
{
    int power = n->point - 1;
    char exponent[8];
    uint32_t count = 0, least = s->print->microsoft ? 3 : 2, point = after > 0 || d->alternate ? 1 : 0;
    for (unsigned rest = power < 0 ? (unsigned)-power : (unsigned)power; rest != 0 || count < least; rest /= 10)
        exponent[count++] = (char)('0' + rest % 10);
    uint32_t length = 1 + point + after + 2 + count;
    open_field(s, d, sign, length);
    put_digits(s, n, 0, 1);
    put_many(s, '.', point);
    put_digits(s, n, 1, after);
    put(s, upper ? 'E' : 'e');
    put(s, power < 0 ? '-' : '+');
    while (count > 0)
        put(s, (unsigned char)exponent[--count]);
    close_field(s, d, (uint32_t)strlen(sign) + length);
}

/* Infinities and NaNs. Microsoft's library keeps them as digits, 1#INF, which a precision cuts and rounds: what is
 * rounded up is the letter's code. */
static void no_number(struct state *s, struct directive d, const char *sign, uint64_t bits, bool general, bool exponent)
{
    bool infinite = (bits & ((UINT64_C(1) << 52) - 1)) == 0;
    if (!s->print->microsoft) {
        bool upper = d.conversion < 'a';
        d.zero = false;
        put_ascii(s, &d, sign, infinite ? upper ? "INF" : "inf" : upper ? "NAN" : "nan");
        return;
    }

    char text[8];
    strcpy(text, infinite                               ? "#INF"
                 : bits == UINT64_C(0xFFF8000000000000) ? "#IND"
                 : bits >> 51 & 1                       ? "#QNAN"
                                                        : "#SNAN");
    uint32_t length = (uint32_t)strlen(text), after = d.precision < 0 ? 6 : (uint32_t)d.precision;
    if (general)
        after = after > 1 ? after - 1 : 0;
    uint32_t kept = after < length ? after : length, zeros = general && !d.alternate ? 0 : after - kept;
    unsigned first = '1';
    if (kept < length && text[kept] >= '5') {
        if (kept > 0)
            text[kept - 1]++;
        else
            first++;
    }
    uint32_t point = kept > 0 || d.alternate ? 1 : 0, total = 1 + point + kept + zeros + (exponent ? 5 : 0);
    open_field(s, &d, sign, total);
    put(s, first);
    put_many(s, '.', point);
    for (uint32_t i = 0; i < kept; i++)
        put(s, (unsigned char)text[i]);
    put_many(s, '0', zeros);
    for (const char *e = d.conversion == 'E' ? "E+000" : "e+000"; exponent && *e != '\0'; e++)
        put(s, (unsigned char)*e);
    close_field(s, &d, (uint32_t)strlen(sign) + total);
}

static void floating(struct state *s, const struct directive *d)
{
    uint64_t bits = next_slot(s);
    const char *sign = sign_of(d, bits >> 63 != 0);
    bool upper = d->conversion == 'E' || d->conversion == 'G';
    unsigned kind = upper ? d->conversion - 'A' + 'a' : d->conversion;
    if ((bits >> 52 & 0x7FF) == 0x7FF) {
        no_number(s, *d, sign, bits, kind == 'g', kind == 'e');
        return;
    }
    bool half_up = s->print->microsoft;
    int32_t precision = d->precision < 0 ? 6 : d->precision;
    struct rtl_decimal n;
    rtl_decimal_read(&n, bits);
    if (kind == 'f') {
        rtl_decimal_round(&n, n.point + precision, half_up);
        fixed(s, d, sign, &n, (uint32_t)precision);
        return;
    }
    if (kind == 'e') {
        rtl_decimal_round(&n, precision + 1, half_up);
        scientific(s, d, sign, &n, (uint32_t)precision, upper);
        return;
    }
    /* g: as many digits as the precision says, the shorter way, without zeros at the end. */
    if (precision == 0)
        precision = 1;
    rtl_decimal_round(&n, precision, half_up);
    uint32_t digits = d->alternate ? (uint32_t)precision : n.count > 0 ? n.count : 1;
    if (n.point < -3 || n.point > precision)
        scientific(s, d, sign, &n, digits - 1, upper);
    else
        fixed(s, d, sign, &n, (int)digits > n.point ? (uint32_t)((int)digits - n.point) : 0);
}

static void flags(struct state *s, struct directive *d)
{
    for (;; s->at++) {
        switch (peek(s)) {
        case '-':
            d->left = true;
            break;
        case '+':
            d->plus = true;
            break;
        case ' ':
            d->space = true;
            break;
        case '#':
            d->alternate = true;
            break;
        case '0':
            d->zero = true;
            break;
        default:
            return;
        }
    }
}

/* A number of the format, or of a slot; what is beyond all limits stays so. */
static int64_t amount(struct state *s)
{
    if (take(s, '*'))
        return (int32_t)next_slot(s);
    int64_t value = 0;
    for (unsigned c; (c = peek(s)) >= '0' && c <= '9'; s->at++)
        value = value > RTL_PRINT_MAX ? value : value * 10 + (c - '0');
    return value;
}

static void sizes(struct state *s, struct directive *d)
{
    for (;;) {
        if (take(s, 'h')) {
            d->size = SIZE_SHORT;
            d->narrow = true;
        } else if (take(s, 'l')) {
            d->size = take(s, 'l') ? SIZE_64 : SIZE_LONG;
            d->wide = true;
        } else if (take(s, 'w')) {
            d->wide = true;
        } else if (take(s, 'L')) {
            /* long double is double. */
        } else if (take(s, 'I')) {
            uint32_t at = s->at;
            d->size = SIZE_INT;
            if (take(s, '6') && take(s, '4'))
                d->size = SIZE_64;
            else if (s->at = at, !(take(s, '3') && take(s, '2')))
                s->at = at;
        } else {
            return;
        }
    }
}

static void convert(struct state *s, struct directive *d)
{
    bool wide = d->wide || (s->print->wide && !d->narrow), crossed = d->wide || (!s->print->wide && !d->narrow);
    unsigned c = d->conversion;
    uint64_t value;
    switch (c) {
    case 'd':
    case 'i':
        value = integer(s, d, true);
        number(s, *d, (int64_t)value < 0 ? 0 - value : value, 10, false, sign_of(d, (int64_t)value < 0));
        break;
    case 'u':
        number(s, *d, integer(s, d, false), 10, false, "");
        break;
    case 'o':
        number(s, *d, integer(s, d, false), 8, false, "");
        break;
    case 'x':
    case 'X':
        value = integer(s, d, false);
        number(s, *d, value, 16, c == 'X', !d->alternate || value == 0 ? "" : c == 'X' ? "0X" : "0x");
        break;
    case 'p':
        d->precision = 8;
        number(s, *d, (uint32_t)next_slot(s), 16, true, d->alternate ? "0X" : "");
        break;
    case 'c':
        character(s, d, wide);
        break;
    case 'C':
        character(s, d, crossed);
        break;
    case 's':
        string(s, d, wide);
        break;
    case 'S':
        string(s, d, crossed);
        break;
    case 'Z':
        counted_string(s, d);
        break;
    case 'n':
        value = next_slot(s);
        s->print->store(s->print->context, (uint32_t)value, s->written,
                        d->size == SIZE_SHORT ? 2
                        : d->size == SIZE_64  ? 8
                                              : 4);
        break;
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
        floating(s, d);
        break;
    default: /* %% too */
        put(s, c);
    }
}

static void directive(struct state *s)
{
    struct directive d = {.precision = -1};
    flags(s, &d);
    int64_t width = amount(s);
    if (width < 0) {
        d.left = true;
        width = -width;
    }
    if (take(s, '.')) {
        int64_t precision = amount(s);
        if (precision > RTL_PRINT_MAX)
            s->failed = true;
        else if (precision >= 0)
            d.precision = (int32_t)precision;
    }
    if (width > RTL_PRINT_MAX)
        s->failed = true;
    d.width = (uint32_t)width;
    sizes(s, &d);
    d.conversion = peek(s);
    if (d.conversion == 0 || s->failed)
        return;
    s->at++;
    convert(s, &d);
}

int32_t rtl_print(const struct rtl_print *print)
{
    struct state s = {.print = print};
    for (unsigned c; !s.failed && (c = peek(&s)) != 0;) {
        s.at++;
        if (c == '%')
            directive(&s);
        else
            put(&s, c);
    }
    return s.failed ? -1 : (int32_t)s.written;
}
