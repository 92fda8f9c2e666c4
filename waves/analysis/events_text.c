#include "waves/analysis/events_text.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of some byte is set where one of `word` is zero. */
static uint64_t zeros(uint64_t word)
{
    return (word - EACH(0x01)) & ~word & EACH(0x80);
}

/* Behind the closing quote; `at` is behind the opening one. Eight bytes at a time as long as nothing special is among
 * them. */
static const char *skip_string(const char *at, const char *end, const char **why)
{
    for (;;) {
        while (end - at >= 8) {
            uint64_t word;
            memcpy(&word, at, sizeof word);
            if ((zeros(word ^ EACH('"')) | zeros(word ^ EACH('\\')) | ((word - EACH(0x20)) & ~word & EACH(0x80))) != 0)
                break;
            at += 8;
        }
        while (at < end && *at != '"' && *at != '\\' && (uint8_t)*at >= ' ')
            at++;
        if (at == end) {
            *why = "a string does not end";
            return NULL;
        }
        if (*at == '"')
            return at + 1;
        if (*at != '\\') {
            *why = "a control character stands in a string";
            return NULL;
        }
        at += 2;
        if (at > end || !strchr("\"\\/bfnrtu", at[-1]) || at[-1] == '\0') {
            *why = "a backslash in a string stands before nothing that it may";
            return NULL;
        }
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static const char *skip_word(const char *at, const char *end, const char *word, const char **why)
{
    size_t length = strlen(word);
    if ((size_t)(end - at) >= length && memcmp(at, word, length) == 0)
        return at + length;
    *why = "a value is none";
    return NULL;
}

static const char *skip_number(const char *at, const char *end, const char **why)
{
    const char *from = at;
    at += at < end && *at == '-';
    const char *digits = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    bool good = at > digits && (*digits != '0' || at == digits + 1);
    if (at < end && *at == '.') {
        const char *behind = ++at;
        while (at < end && *at >= '0' && *at <= '9')
            at++;
        good = good && at > behind;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        const char *behind = at;
        while (at < end && *at >= '0' && *at <= '9')
            at++;
        good = good && at > behind;
    }
    if (good)
        return at;
    *why = at == from ? "a value is none" : "a number is none";
    return NULL;
}

static const char *skip_inside(const char *at, const char *end, unsigned depth, char close, const char **why)
{
    if (depth == WAVES_TEXT_DEPTH) {
        *why = "brackets lie too deep";
        return NULL;
    }
    at = skip_blanks(at, end);
    if (at < end && *at == close)
        return at + 1;
    for (;;) {
        at = skip_blanks(at, end);
        if (close == '}') {
            if (at == end || *at != '"') {
                *why = at == end ? "an object does not end" : "a member of an object has no name";
                return NULL;
            }
            at = skip_string(at + 1, end, why);
            if (!at)
                return NULL;
            at = skip_blanks(at, end);
            if (at == end || *at != ':') {
                *why = "no colon follows a name";
                return NULL;
            }
            at = skip_blanks(at + 1, end);
        }
        at = waves_text_skip(at, end, depth + 1, why);
        if (!at)
            return NULL;
        at = skip_blanks(at, end);
        if (at < end && *at == close)
            return at + 1;
        if (at == end || *at != ',') {
            *why = close == '}' ? "an object does not end" : "an array does not end";
            return NULL;
        }
        at++;
    }
}

const char *waves_text_skip(const char *at, const char *end, unsigned depth, const char **why)
{
    if (at == end) {
        *why = "a value is missing";
        return NULL;
    }
    switch (*at) {
    case '"':
        return skip_string(at + 1, end, why);
    case '{':
        return skip_inside(at + 1, end, depth, '}', why);
    case '[':
        return skip_inside(at + 1, end, depth, ']', why);
    case 't':
        return skip_word(at, end, "true", why);
    case 'f':
        return skip_word(at, end, "false", why);
    case 'n':
        return skip_word(at, end, "null", why);
    default:
        return skip_number(at, end, why);
    }
}

bool waves_text_number(struct waves_text text, uint64_t *number)
{
    struct waves_text bare = waves_text_bare(text);
    unsigned base = 10;
    uint64_t sum = 0;
    if (bare.length > 2 && bare.at[0] == '0' && (bare.at[1] == 'x' || bare.at[1] == 'X') && bare.at != text.at) {
        base = 16;
        bare.at += 2;
        bare.length -= 2;
    }
    if (bare.length == 0)
        return false;
    for (size_t i = 0; i < bare.length; i++) {
        char c = bare.at[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                                : 16;
        if (digit >= base || sum > (UINT64_MAX - digit) / base)
            return false;
        sum = base * sum + digit;
    }
    *number = sum;
    return true;
}

bool waves_text_next(struct waves_text in, const char **at, struct waves_text *name, struct waves_text *value)
{
    const char *end = in.at + in.length, *why;
    if (in.length < 2 || (in.at[0] != '{' && in.at[0] != '['))
        return false;
    const char *from = skip_blanks(*at + 1, end); /* behind the bracket or the comma */
    *name = (struct waves_text){0};
    if (from >= end || *from == ']' || *from == '}')
        return false;
    if (in.at[0] == '{') {
        const char *behind = skip_string(from + 1, end, &why);
        if (!behind)
            return false;
        *name = (struct waves_text){from + 1, (size_t)(behind - from) - 2};
        from = skip_blanks(skip_blanks(behind, end) + 1, end);
    }
    const char *behind = waves_text_skip(from, end, 1, &why);
    if (!behind)
        return false;
    *value = (struct waves_text){from, (size_t)(behind - from)};
    *at = skip_blanks(behind, end);
    if (**at != ',')
        *at = end - 2; /* the closing bracket comes next */
    return true;
}

struct waves_text waves_text_member(struct waves_text object, const char *name)
{
    struct waves_text each, value;
    size_t length = strlen(name);
    if (object.length && object.at[0] == '{')
        for (const char *at = object.at; waves_text_next(object, &at, &each, &value);)
            if (each.length == length && memcmp(each.at, name, length) == 0)
                return value;
    return (struct waves_text){0};
}
