#include "waves/analysis/json.h"

#include "waves/memory.h"
#include "waves/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

struct parser {
    struct waves_json_reader *reader;
    char *at, *end;
    const char *why;
};

static bool fail(struct parser *p, const char *why)
{
    p->why = why;
    return false;
}

static void skip_blanks(struct parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\r' || *p->at == '\n'))
        p->at++;
}

/* ---- strings ---- */

/* Four hexadecimal digits; -1 where they are not. */
static int32_t read_unit(struct parser *p)
{
    int32_t unit = 0;
    if (p->end - p->at < 4)
        return -1;
    for (unsigned i = 0; i < 4; i++) {
        char c = *p->at++;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c - 'A' + 10;
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(first[more] | c >> 6 * more);
    while (more-- > 0)
        *to++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    return to;
}

/* Behind a backslash. What comes out is no longer than what stands there. */
static bool read_escape(struct parser *p, char **to)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = p->at < p->end ? *p->at++ : 0;
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        *(*to)++ = meant[letter - letters];
        return true;
    }
    if (c != 'u')
        return fail(p, "a backslash in a string stands before nothing that it may");
    int32_t unit = read_unit(p);
    if (unit >= 0xD800 && unit < 0xDC00 && p->end - p->at >= 6 && p->at[0] == '\\' && p->at[1] == 'u') {
        p->at += 2;
        int32_t low = read_unit(p);
        unit = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) : -1;
    }
    if (unit < 0 || (unit >= 0xD800 && unit < 0xE000))
        return fail(p, "a \\u in a string makes no character");
    *to = put_utf8(*to, (uint32_t)unit);
    return true;
}

/* Behind the opening quote; the closing one becomes a zero. */
static bool read_string(struct parser *p, const char **text, uint32_t *length)
{
    char *from = p->at, *to = from;
    *text = from;
    for (;;) {
        char *at = p->at, *end = p->end;
        while (at < end && (uint8_t)*at >= ' ' && (uint8_t)*at < 0x80 && *at != '"' && *at != '\\')
            at++;
        if (to != p->at)
            memmove(to, p->at, (size_t)(at - p->at));
        to += at - p->at;
        p->at = at;
        if (at == end)
            return fail(p, "a string does not end");
        if (*at == '"')
            break;
        if ((uint8_t)*at < ' ')
            return fail(p, "a control character stands in a string");
        if (*at == '\\') {
            p->at++;
            if (!read_escape(p, &to))
                return false;
        } else {
            size_t wide = waves_utf8_length((const uint8_t *)at, (size_t)(end - at));
            if (!wide)
                return fail(p, "a string is not UTF-8");
            memmove(to, at, wide);
            to += wide;
            p->at += wide;
        }
    }
    p->at++;
    *to = '\0';
    *length = (uint32_t)(to - from);
    return true;
}

/* ---- numbers ---- */

static bool is_digit(const struct parser *p, const char *at)
{
    return at < p->end && *at >= '0' && *at <= '9';
}

static bool read_digits(struct parser *p)
{
    if (!is_digit(p, p->at))
        return fail(p, "a number lacks digits");
    while (is_digit(p, p->at))
        p->at++;
    return true;
}

static bool read_number(struct parser *p, struct waves_json *value)
{
    const char *from = p->at;
    bool negative = *p->at == '-';
    p->at += negative;
    const char *digits = p->at;
    if (!read_digits(p))
        return false;
    if (*digits == '0' && p->at != digits + 1)
        return fail(p, "a number begins with 0");
    value->type = WAVES_JSON_INTEGER;
    const char *behind = p->at;
    if (p->at < p->end && *p->at == '.') {
        value->type = WAVES_JSON_REAL;
        p->at++;
        if (!read_digits(p))
            return false;
    }
    if (p->at < p->end && (*p->at == 'e' || *p->at == 'E')) {
        value->type = WAVES_JSON_REAL;
        p->at++;
        p->at += p->at < p->end && (*p->at == '+' || *p->at == '-');
        if (!read_digits(p))
            return false;
    }
    value->text = from;
    value->length = (uint32_t)(p->at - from);
    if (value->type == WAVES_JSON_REAL)
        return true;
    uint64_t sum = 0, most = (uint64_t)INT64_MAX + negative;
    for (const char *at = digits; at < behind; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (sum > (most - digit) / 10)
            return fail(p, "an integer is too big");
        sum = 10 * sum + digit;
    }
    value->integer = (int64_t)(negative ? -sum : sum);
    return true;
}

/* ---- values ---- */

static uint32_t new_value(struct parser *p)
{
    struct waves_json_reader *reader = p->reader;
    if (reader->values == reader->room) {
        reader->room = reader->room ? 2 * reader->room : FIRST_ROOM;
        reader->value = waves_resize(reader->value, reader->room, sizeof *reader->value);
    }
    reader->value[reader->values] = (struct waves_json){.span = 1};
    return reader->values++;
}

static bool read_word(struct parser *p, const char *word, struct waves_json *value, enum waves_json_type type)
{
    size_t length = strlen(word);
    if ((size_t)(p->end - p->at) < length || memcmp(p->at, word, length) != 0)
        return fail(p, "a value is none");
    p->at += length;
    value->type = (uint8_t)type;
    return true;
}

static bool has_twins(const struct waves_json *object)
{
    for (const struct waves_json *a = waves_json_first(object); a; a = waves_json_next(object, a))
        for (const struct waves_json *b = waves_json_next(object, a); b; b = waves_json_next(object, b))
            if (a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0)
                return true;
    return false;
}

static bool read_value(struct parser *p, uint32_t index, unsigned depth);

/* Behind the opening bracket. */
static bool read_inside(struct parser *p, uint32_t index, bool object, unsigned depth)
{
    char close = object ? '}' : ']';
    uint32_t count = 0;
    if (depth == WAVES_JSON_DEPTH)
        return fail(p, "brackets lie too deep");
    skip_blanks(p);
    if (p->at < p->end && *p->at == close) {
        p->at++;
        return true;
    }
    for (;;) {
        uint32_t value = new_value(p);
        const char *name = NULL;
        uint32_t length = 0;
        skip_blanks(p);
        if (object) {
            if (p->at == p->end || *p->at++ != '"')
                return fail(p, "a member of an object has no name");
            if (++count > WAVES_JSON_MEMBERS)
                return fail(p, "an object has too many members");
            if (!read_string(p, &name, &length))
                return false;
            skip_blanks(p);
            if (p->at == p->end || *p->at++ != ':')
                return fail(p, "no colon follows a name");
            skip_blanks(p);
        } else {
            count++;
        }
        if (!read_value(p, value, depth + 1))
            return false;
        p->reader->value[value].name = name;
        p->reader->value[value].name_length = length;
        skip_blanks(p);
        char c = p->at < p->end ? *p->at++ : 0;
        if (c == close)
            break;
        if (c != ',')
            return fail(p, object ? "an object does not end" : "an array does not end");
    }
    struct waves_json *in = &p->reader->value[index];
    in->count = count;
    in->span = p->reader->values - index;
    return !object || !has_twins(in) || fail(p, "two members of an object have one name");
}

static bool read_value(struct parser *p, uint32_t index, unsigned depth)
{
    struct waves_json *value = &p->reader->value[index];
    if (p->at == p->end)
        return fail(p, "a value is missing");
    value->text = p->at;
    switch (*p->at) {
    case '{':
    case '[':
        value->type = *p->at == '{' ? WAVES_JSON_OBJECT : WAVES_JSON_ARRAY;
        return read_inside(p, index, *p->at++ == '{', depth);
    case '"':
        p->at++;
        value->type = WAVES_JSON_STRING;
        return read_string(p, &value->text, &value->length);
    case 't':
        return read_word(p, "true", value, WAVES_JSON_TRUE);
    case 'f':
        return read_word(p, "false", value, WAVES_JSON_FALSE);
    case 'n':
        return read_word(p, "null", value, WAVES_JSON_NULL);
    default:
        if (*p->at == '-' || is_digit(p, p->at))
            return read_number(p, value);
        return fail(p, "a value is none");
    }
}

const struct waves_json *waves_json_read(struct waves_json_reader *reader, char *line, size_t length, const char **why)
{
    struct parser p = {.reader = reader};
    p.at = line;
    p.end = line + length;
    reader->values = 0;
    skip_blanks(&p);
    if (!read_value(&p, new_value(&p), 0)) {
        *why = p.why;
        reader->at = (size_t)(p.at - line);
        return NULL;
    }
    skip_blanks(&p);
    if (p.at != p.end) {
        *why = "something follows the value";
        reader->at = (size_t)(p.at - line);
        return NULL;
    }
    return reader->value;
}

void waves_json_reader_free(struct waves_json_reader *reader)
{
    free(reader->value);
    *reader = (struct waves_json_reader){0};
}

const struct waves_json *waves_json_member(const struct waves_json *object, const char *name)
{
    size_t length = strlen(name);
    for (const struct waves_json *v = waves_json_first(object); v; v = waves_json_next(object, v))
        if (v->name_length == length && memcmp(v->name, name, length) == 0)
            return v;
    return NULL;
}

void waves_json_print(FILE *out, const char *text)
{
    fputc('"', out);
    for (size_t left = strlen(text); left != 0;) {
        uint8_t c = (uint8_t)*text;
        size_t length = waves_utf8_length((const uint8_t *)text, left);
        if (length == 0)
            fputs("\\uFFFD", out);
        else if (c < ' ' || c == 0x7F)
            fprintf(out, "\\u%04X", c);
        else
            fprintf(out, "%s%.*s", c == '"' || c == '\\' ? "\\" : "", (int)length, text);
        length += length == 0;
        text += length;
        left -= length;
    }
    fputc('"', out);
}
