#include "models/xenon/asm/expression.h"

#include <string.h>

enum { DEEPEST = 64 }; /* parentheses and signs in each other */

struct reader {
    const struct xenon_scope *scope;
    const char *at, *end;
    unsigned depth;
    const struct part *part; /* the @ that stands somewhere in the expression and goes for all of it */
    struct xenon_mistake *mistake;
};

/* The 16-bit parts of a number. With `adjusted` they are one more where the part below them, being signed, takes one
 * away. */
static const struct part {
    const char *suffix, *function;
    uint8_t shift;
    bool adjusted;
} part[] = {
    {"l", "lo16", 0, false},     {"h", "hi16", 16, false},     {"ha", "ha16", 16, true},
    {"high", NULL, 16, false},   {"higha", NULL, 16, true},    {"higher", NULL, 32, false},
    {"highera", NULL, 32, true}, {"highest", NULL, 48, false}, {"highesta", NULL, 48, true},
};

enum { PARTS = sizeof part / sizeof *part };

static struct xenon_number take_part(const struct part *which, int64_t value)
{
    uint64_t whole = (uint64_t)value + (which->adjusted ? UINT64_C(1) << (which->shift - 1) : 0);
    return (struct xenon_number){.value = (int64_t)(whole >> which->shift & UINT16_MAX), .half = true};
}

bool xenon_begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '$';
}

bool xenon_is_name(char c)
{
    return xenon_begins_name(c) || (c >= '0' && c <= '9');
}

struct xenon_slice xenon_trim(struct xenon_slice slice)
{
    while (slice.size > 0 && (slice.text[0] == ' ' || slice.text[0] == '\t' || slice.text[0] == '\r')) {
        slice.text++;
        slice.size--;
    }
    while (slice.size > 0 && (slice.text[slice.size - 1] == ' ' || slice.text[slice.size - 1] == '\t' ||
                              slice.text[slice.size - 1] == '\r'))
        slice.size--;
    return slice;
}

bool xenon_slice_is(struct xenon_slice slice, const char *text)
{
    return strlen(text) == slice.size && memcmp(text, slice.text, slice.size) == 0;
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r'))
        r->at++;
}

static bool next_is(const struct reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static bool unexpected(struct reader *r)
{
    if (r->at == r->end)
        return XENON_MISTAKE(r->mistake, r->at, "a number is missing");
    unsigned char c = (unsigned char)*r->at;
    if (c >= 0x20 && c < 0x7F)
        return XENON_MISTAKE(r->mistake, r->at, "'%c' is no part of a number", c);
    return XENON_MISTAKE(r->mistake, r->at, "a byte 0x%02x is no part of a number", c);
}

static unsigned digit_of(char c)
{
    return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
           : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10
           : c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 10
                                  : 99;
}

/* 1f, 1b: a numeric label. 0b10 is a binary number. */
static bool is_local_label(const struct reader *r, struct xenon_slice *label)
{
    const char *p = r->at;
    while (p < r->end && *p >= '0' && *p <= '9')
        p++;
    *label = (struct xenon_slice){r->at, (size_t)(p + 1 - r->at)};
    return p < r->end && (*p == 'f' || *p == 'b') && (p + 1 == r->end || !xenon_is_name(p[1]));
}

static bool constant(struct reader *r, int64_t *value)
{
    struct xenon_slice label;
    if (is_local_label(r, &label)) {
        const char *wrong = r->scope->find(r->scope->self, label, value);
        r->at += label.size;
        return wrong == NULL || XENON_MISTAKE(r->mistake, label.text, "the label %.*s %s", XENON_SHOWN(label), wrong);
    }
    const char *begin = r->at;
    unsigned base = 10;
    if (*r->at == '0') {
        char letter = r->end - r->at > 1 ? r->at[1] : '\0';
        base = letter == 'x' || letter == 'X' ? 16 : letter == 'b' || letter == 'B' ? 2 : 8;
        r->at += base == 8 ? 0 : 2;
        if (base != 8 && (r->at == r->end || digit_of(*r->at) >= base))
            return XENON_MISTAKE(r->mistake, begin, "the number has no digits");
    }
    uint64_t number = 0;
    for (; r->at < r->end && xenon_is_name(*r->at); r->at++) {
        unsigned digit = digit_of(*r->at);
        if (digit >= base)
            return XENON_MISTAKE(r->mistake, r->at, "'%c' is no digit of a number to the base %u", *r->at, base);
        if (number > (UINT64_MAX - digit) / base)
            return XENON_MISTAKE(r->mistake, begin, "the number has more than 64 bits");
        number = number * base + digit;
    }
    *value = (int64_t)number;
    return true;
}

static bool character(struct reader *r, int64_t *value)
{
    static const char escape[] = "n\nt\tr\rb\bf\f0\0\\\\''\"\"";
    const char *begin = r->at++;
    if (r->at == r->end)
        return XENON_MISTAKE(r->mistake, begin, "a character is missing after '");
    *value = (unsigned char)*r->at++;
    if (*value == '\\') {
        const char *found = NULL;
        for (unsigned i = 0; i + 1 < sizeof escape && found == NULL && r->at < r->end; i += 2)
            if (escape[i] == *r->at)
                found = &escape[i + 1];
        if (found == NULL)
            return XENON_MISTAKE(r->mistake, begin, "no such character after \\");
        *value = (unsigned char)*found;
        r->at++;
    }
    if (next_is(r, '\''))
        r->at++;
    return true;
}

static bool sum(struct reader *r, int64_t *value);

static bool in_parentheses(struct reader *r, int64_t *value)
{
    const char *begin = r->at++;
    if (!sum(r, value))
        return false;
    if (!next_is(r, ')'))
        return XENON_MISTAKE(r->mistake, begin, "this parenthesis is not closed");
    r->at++;
    return true;
}

static bool part_suffix(struct reader *r)
{
    struct xenon_slice suffix = {++r->at, 0};
    while (r->at < r->end && xenon_is_name(*r->at))
        r->at++;
    suffix.size = (size_t)(r->at - suffix.text);
    for (unsigned i = 0; i < PARTS; i++)
        if (xenon_slice_is(suffix, part[i].suffix)) {
            if (r->part != NULL && r->part != &part[i])
                return XENON_MISTAKE(r->mistake, suffix.text, "an expression has one @ only");
            r->part = &part[i];
            return true;
        }
    return XENON_MISTAKE(r->mistake, suffix.text, "@%.*s is not known; there are @l @h @ha @higher @highera @highest",
                         XENON_SHOWN(suffix));
}

static bool name(struct reader *r, int64_t *value)
{
    struct xenon_slice name = {r->at, 0};
    while (r->at < r->end && xenon_is_name(*r->at))
        r->at++;
    name.size = (size_t)(r->at - name.text);
    if (xenon_slice_is(name, ".") || xenon_slice_is(name, "$")) {
        *value = (int64_t)r->scope->pc;
        return true;
    }
    if (next_is(r, '('))
        for (unsigned i = 0; i < PARTS; i++)
            if (part[i].function != NULL && xenon_slice_is(name, part[i].function)) {
                if (!in_parentheses(r, value))
                    return false;
                *value = take_part(&part[i], *value).value;
                return true;
            }
    const char *wrong = r->scope->find(r->scope->self, name, value);
    if (wrong != NULL)
        return XENON_MISTAKE(r->mistake, name.text, "%.*s %s", XENON_SHOWN(name), wrong);
    return true;
}

static bool primary(struct reader *r, int64_t *value)
{
    skip_blanks(r);
    if (r->at == r->end)
        return unexpected(r);
    char c = *r->at;
    if (c == '-' || c == '+' || c == '~') {
        if (++r->depth > DEEPEST)
            return XENON_MISTAKE(r->mistake, r->at, "the expression is nested too deeply");
        r->at++;
        if (!primary(r, value))
            return false;
        r->depth--;
        *value = (int64_t)(c == '-' ? -(uint64_t)*value : c == '~' ? ~(uint64_t)*value : (uint64_t)*value);
        return true;
    }
    bool good = c == '('               ? in_parentheses(r, value)
                : c >= '0' && c <= '9' ? constant(r, value)
                : c == '\''            ? character(r, value)
                : xenon_begins_name(c) ? name(r, value)
                                       : unexpected(r);
    if (good && next_is(r, '@'))
        good = part_suffix(r);
    skip_blanks(r);
    return good;
}

/* Two operands' operators, those of two characters before their beginnings. They bind as GNU as binds them: & | ^
 * tighter than + and -. */
enum operator{
    MULTIPLY,
    DIVIDE,
    REMAINDER,
    LEFT,
    RIGHT,
    OR,
    AND,
    XOR,
    ADD,
    SUBTRACT,
    EQUAL,
    UNEQUAL,
    LESS,
    MORE,
    LESS_EQUAL,
    MORE_EQUAL,
    BOTH,
    EITHER
};

static const struct operation {
    const char *text;
    unsigned rank; /* higher binds tighter */
    enum operator what;
} operation[] = {
    {"<<", 6, LEFT},       {">>", 6, RIGHT},      {"==", 3, EQUAL}, {"!=", 3, UNEQUAL}, {"<>", 3, UNEQUAL},
    {"<=", 3, LESS_EQUAL}, {">=", 3, MORE_EQUAL}, {"&&", 2, BOTH},  {"||", 1, EITHER},  {"*", 6, MULTIPLY},
    {"/", 6, DIVIDE},      {"%", 6, REMAINDER},   {"|", 5, OR},     {"&", 5, AND},      {"^", 5, XOR},
    {"+", 4, ADD},         {"-", 4, SUBTRACT},    {"<", 3, LESS},   {">", 3, MORE},
};

static const struct operation *next_operation(const struct reader *r)
{
    for (size_t i = 0; i < sizeof operation / sizeof *operation; i++) {
        size_t length = strlen(operation[i].text);
        if ((size_t)(r->end - r->at) >= length && memcmp(r->at, operation[i].text, length) == 0)
            return &operation[i];
    }
    return NULL;
}

static bool apply(struct reader *r, const char *place, enum operator what, int64_t *left, int64_t right)
{
    uint64_t a = (uint64_t)*left, b = (uint64_t)right, result = 0;
    int64_t n = *left;

    switch (what) {
    case MULTIPLY:
        result = a * b;
        break;
    case DIVIDE:
    case REMAINDER:
        if (right == 0)
            return XENON_MISTAKE(r->mistake, place, "this divides by 0");
        if (right == -1) /* the least number by -1 is more than any */
            result = what == DIVIDE ? -a : 0;
        else
            result = (uint64_t)(what == DIVIDE ? n / right : n % right);
        break;
    case LEFT:
        result = b < 64 ? a << b : 0;
        break;
    case RIGHT:
        result = b < 64 ? a >> b : 0;
        break;
    case OR:
        result = a | b;
        break;
    case AND:
        result = a & b;
        break;
    case XOR:
        result = a ^ b;
        break;
    case ADD:
        result = a + b;
        break;
    case SUBTRACT:
        result = a - b;
        break;
    case EQUAL: /* what is true is -1, so that ~ makes it false */
        result = n == right ? UINT64_MAX : 0;
        break;
    case UNEQUAL:
        result = n != right ? UINT64_MAX : 0;
        break;
    case LESS:
        result = n < right ? UINT64_MAX : 0;
        break;
    case MORE:
        result = n > right ? UINT64_MAX : 0;
        break;
    case LESS_EQUAL:
        result = n <= right ? UINT64_MAX : 0;
        break;
    case MORE_EQUAL:
        result = n >= right ? UINT64_MAX : 0;
        break;
    case BOTH:
        result = n != 0 && right != 0;
        break;
    case EITHER:
        result = n != 0 || right != 0;
        break;
    }
    *left = (int64_t)result;
    return true;
}

static bool bound(struct reader *r, unsigned least, int64_t *value)
{
    if (!primary(r, value))
        return false;
    for (const struct operation *o; (o = next_operation(r)) != NULL && o->rank >= least;) {
        const char *place = r->at;
        int64_t right;
        r->at += strlen(o->text);
        if (!bound(r, o->rank + 1, &right) || !apply(r, place, o->what, value, right))
            return false;
    }
    return true;
}

static bool sum(struct reader *r, int64_t *value)
{
    if (++r->depth > DEEPEST)
        return XENON_MISTAKE(r->mistake, r->at, "the expression is nested too deeply");
    bool good = bound(r, 1, value);
    r->depth--;
    return good;
}

/* lo16(...) and the like alone, so that the number is one of 16 bits. */
static bool is_part_alone(struct xenon_slice text)
{
    for (unsigned i = 0; i < PARTS; i++) {
        size_t length = part[i].function == NULL ? 0 : strlen(part[i].function);
        if (length == 0 || text.size <= length || memcmp(text.text, part[i].function, length) != 0 ||
            text.text[length] != '(')
            continue;
        unsigned depth = 0;
        for (size_t k = length; k < text.size; k++) {
            depth += text.text[k] == '(' ? 1 : 0;
            if (text.text[k] == ')' && --depth == 0)
                return k + 1 == text.size;
        }
    }
    return false;
}

bool xenon_evaluate(const struct xenon_scope *scope, struct xenon_slice text, struct xenon_number *number,
                    struct xenon_mistake *mistake)
{
    text = xenon_trim(text);
    struct reader r = {.scope = scope, .at = text.text, .end = text.text + text.size, .mistake = mistake};
    int64_t value = 0;

    if (!sum(&r, &value))
        return false;
    if (r.at != r.end)
        return unexpected(&r);
    *number =
        r.part != NULL ? take_part(r.part, value) : (struct xenon_number){.value = value, .half = is_part_alone(text)};
    return true;
}
