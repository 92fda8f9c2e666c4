/* Words, numbers, registers and fields by name. */
#include "models/xenos/shader/scan.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void skip_blanks(struct xenos_scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n'))
        s->at++;
}

bool xenos_scan_end(struct xenos_scan *s)
{
    skip_blanks(s);
    return s->at == s->end;
}

bool xenos_scan_char(struct xenos_scan *s, char c)
{
    skip_blanks(s);
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

bool xenos_scan_need(struct xenos_scan *s, char c)
{
    return xenos_scan_char(s, c) || XENOS_MISTAKE(s, s->at, "a %c goes here", c);
}

size_t xenos_scan_letters(struct xenos_scan *s, const char **word)
{
    *word = s->at;
    while (s->at < s->end && is_letter(*s->at))
        s->at++;
    return (size_t)(s->at - *word);
}

size_t xenos_scan_word(struct xenos_scan *s, const char **word)
{
    skip_blanks(s);
    return xenos_scan_letters(s, word);
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 16;
}

/* Digits in a base, as many as fit. False where there are none, or too many. */
static bool digits(struct xenos_scan *s, unsigned base, uint64_t *value)
{
    const char *begin = s->at;
    *value = 0;
    while (s->at < s->end && (unsigned)digit_of(*s->at) < base && *value < UINT64_C(1) << 48)
        *value = *value * base + (unsigned)digit_of(*s->at++);
    return s->at > begin && (s->at == s->end || !is_letter(*s->at));
}

bool xenos_scan_numbered(struct xenos_scan *s, const char *name, unsigned limit, unsigned *number)
{
    skip_blanks(s);
    const char *begin = s->at;
    size_t length = strlen(name);
    uint64_t value = 0;

    if ((size_t)(s->end - s->at) < length || memcmp(s->at, name, length) != 0)
        return XENOS_MISTAKE(s, begin, "%s and a number go here", name);
    s->at += length;
    if (!digits(s, 10, &value) || value >= limit)
        return XENOS_MISTAKE(s, begin, "a number below %u follows %s", limit, name);
    *number = (unsigned)value;
    return true;
}

bool xenos_scan_number(struct xenos_scan *s, unsigned fraction, int64_t *value)
{
    uint64_t whole, rest = 0;
    bool negative = xenos_scan_char(s, '-');
    const char *begin = s->at;
    bool hex = s->end - s->at > 2 && s->at[0] == '0' && (s->at[1] == 'x' || s->at[1] == 'X');

    s->at += hex ? 2 : 0;
    if (!digits(s, hex ? 16 : 10, &whole))
        return XENOS_MISTAKE(s, begin, "a number goes here");
    if (!hex && fraction > 0 && s->at < s->end && *s->at == '.') {
        uint64_t unit = UINT64_C(10000) << fraction;
        for (s->at++; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
            unit /= 10;
            rest += unit * (unsigned)(*s->at - '0');
            if (unit < UINT64_C(1) << fraction && *s->at != '0')
                return XENOS_MISTAKE(s, begin, "this has too many digits");
        }
        if (rest % 10000 != 0)
            return XENOS_MISTAKE(s, begin, "this is no multiple of 1/%u", 1U << fraction);
    }
    *value = (int64_t)((whole << fraction) + rest / 10000);
    *value = negative ? -*value : *value;
    return true;
}

int xenos_component(char c)
{
    return c >= 'x' && c <= 'z' ? c - 'x' : c == 'w' ? 3 : -1;
}

bool xenos_scan_register(struct xenos_scan *s, struct xenos_source *source)
{
    skip_blanks(s);
    const char *begin = s->at;
    uint64_t index;

    source->temp = s->at < s->end && *s->at == 'r';
    if (!source->temp && (s->at == s->end || *s->at != 'c'))
        return XENOS_MISTAKE(s, begin, "a register goes here");
    s->at++;
    source->absolute = s->end - s->at >= 4 && memcmp(s->at, "_abs", 4) == 0;
    s->at += source->absolute ? 4 : 0;
    bool bracket = s->at < s->end && *s->at == '[';
    s->at += bracket ? 1 : 0;
    if (!digits(s, 10, &index) || index > (source->temp ? 63 : 255) || (source->absolute && !bracket))
        return XENOS_MISTAKE(s, begin, "registers are r0 to r63, c0 to c255, r[5+aL], c[5+a0], r_abs[5] and so on");
    source->index = (uint8_t)index;
    source->relative = bracket && xenos_scan_char(s, '+');
    source->base_a0 = false;
    if (source->relative) {
        const char *word;
        size_t length = xenos_scan_word(s, &word);
        source->base_a0 = xenos_is_word(word, length, "a0");
        if (!source->base_a0 && !xenos_is_word(word, length, "aL"))
            return XENOS_MISTAKE(s, word, "aL or a0 goes here");
        if (source->base_a0 && source->temp)
            return XENOS_MISTAKE(s, word, "temps are relative to aL alone");
    }
    return !bracket || xenos_scan_need(s, ']');
}

bool xenos_scan_temp(struct xenos_scan *s, uint8_t *index, bool *relative)
{
    struct xenos_source source;
    skip_blanks(s);
    const char *begin = s->at;
    if (!xenos_scan_register(s, &source))
        return false;
    if (!source.temp || source.absolute)
        return XENOS_MISTAKE(s, begin, "a temp goes here, r5 or r[5+aL]");
    *index = source.index;
    *relative = source.relative;
    return true;
}

static bool scan_value(struct xenos_scan *s, enum xenos_field field, uint64_t *bits)
{
    const struct xenos_field_info *info = &xenos_field_info[field];
    enum xenos_field_kind kind = (enum xenos_field_kind)info->kind;
    bool is_signed = kind == XENOS_SIGNED || kind == XENOS_HALVES || kind == XENOS_SIXTEENTHS;
    int64_t value = 0, low = is_signed ? -(INT64_C(1) << (info->width - 1)) : 0;
    int64_t high = low + (INT64_C(1) << info->width) - 1;

    skip_blanks(s);
    const char *begin = s->at, *word;
    if (kind == XENOS_BOOL || kind >= XENOS_NAMED) {
        size_t length = xenos_scan_word(s, &word);
        if (kind == XENOS_BOOL)
            value = xenos_is_word(word, length, "true") ? 1 : xenos_is_word(word, length, "false") ? 0 : -1;
        else
            value = xenos_named(kind, word, length);
        if (value >= 0) {
            *bits = (uint64_t)value;
            return true;
        }
        s->at = begin;
        if (length == 0 || *begin < '0' || *begin > '9')
            return XENOS_MISTAKE(s, begin, "%s has no such value", info->name);
    }
    if (!xenos_scan_number(s, xenos_fraction_bits(kind), &value))
        return false;
    value -= kind == XENOS_LESS_ONE;
    if (value < low || value > high)
        return XENOS_MISTAKE(s, begin, "%s does not reach so far: it has %u bits", info->name, info->width);
    *bits = (uint64_t)value;
    return true;
}

static void note_given(struct xenos_insn *insn, enum xenos_field field)
{
    enum xenos_field first = xenos_format_first(insn->format);
    if (insn->format != XENOS_FORMAT_EXEC && insn->format != XENOS_FORMAT_COND_EXEC)
        return;
    switch (field - first + XENOS_EXEC_ADDRESS) {
    case XENOS_EXEC_ADDRESS:
        insn->given |= XENOS_GIVEN_ADDRESS;
        break;
    case XENOS_EXEC_COUNT:
        insn->given |= XENOS_GIVEN_COUNT;
        break;
    case XENOS_EXEC_SEQUENCE:
        insn->given |= XENOS_GIVEN_SEQUENCE;
        break;
    case XENOS_EXEC_VERTEX_CACHE:
        insn->given |= XENOS_GIVEN_CACHE;
        break;
    default:
        break;
    }
}

/* Of a boolean's exec it is the opcode. */
static bool scan_clean(struct xenos_scan *s, struct xenos_insn *insn)
{
    const char *word;
    size_t length = xenos_scan_word(s, &word);
    bool end = xenos_decode_cf(&insn->words).end, clean = xenos_is_word(word, length, "true");
    if (!clean && !xenos_is_word(word, length, "false"))
        return XENOS_MISTAKE(s, word, "PredicateClean is true or false");
    xenos_put(&insn->words, XENOS_COND_EXEC_OPCODE,
              clean ? (end ? XENOS_CF_COND_EXEC_CLEAN_END : XENOS_CF_COND_EXEC_CLEAN)
                    : (end ? XENOS_CF_COND_EXEC_END : XENOS_CF_COND_EXEC));
    return true;
}

bool xenos_scan_fields(struct xenos_scan *s, struct xenos_insn *insn)
{
    while (xenos_scan_char(s, ',')) {
        const char *word;
        size_t length = xenos_scan_word(s, &word);
        enum xenos_field field = xenos_format_first(insn->format), last = xenos_format_last(insn->format);
        uint64_t bits = 0;

        while (field <= last && !xenos_is_word(word, length, xenos_field_info[field].name))
            field++;
        if (insn->format == XENOS_FORMAT_COND_EXEC && xenos_is_word(word, length, "PredicateClean")) {
            if (!xenos_scan_need(s, '=') || !scan_clean(s, insn))
                return false;
            continue;
        }
        if (field > last || xenos_is_word(word, length, "Opcode"))
            return XENOS_MISTAKE(s, word, "this instruction has no field %.*s", (int)(length < 40 ? length : 40), word);
        if (!xenos_scan_need(s, '=') || !scan_value(s, field, &bits))
            return false;
        xenos_put(&insn->words, field, bits);
        note_given(insn, field);
    }
    return true;
}
