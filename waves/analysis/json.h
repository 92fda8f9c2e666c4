/* JSON of logs, a line at a time: values in one array, each before what is in it. Strings stay where they are in the
 * line, which is taken apart in place, so reading costs little more than looking at each byte.
 *
 *     struct waves_json_reader reader = {0};
 *     const struct waves_json *object = waves_json_read(&reader, line, length, &why);
 *     for (const struct waves_json *v = waves_json_first(object); v; v = waves_json_next(object, v))
 *         ... v->name, v->type ...
 *
 * Strict (RFC 8259), and besides: strings are UTF-8, names of an object differ, integers fit into 64 bits. */
#ifndef CYCLE360_WAVES_ANALYSIS_JSON_H
#define CYCLE360_WAVES_ANALYSIS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WAVES_JSON_MEMBERS = 256, WAVES_JSON_DEPTH = 64 };

enum waves_json_type {
    WAVES_JSON_NULL,
    WAVES_JSON_FALSE,
    WAVES_JSON_TRUE,
    WAVES_JSON_INTEGER,
    WAVES_JSON_REAL,
    WAVES_JSON_STRING,
    WAVES_JSON_ARRAY,
    WAVES_JSON_OBJECT
};

struct waves_json {
    const char *name; /* of a member; a zero follows it. NULL elsewhere */
    const char *text; /* of a string, decoded, and a zero follows it; of anything else as it stands there, without */
    int64_t integer;
    uint32_t name_length, length; /* in bytes; names and strings may have zeros in them */
    uint32_t span;                /* values in it, itself included */
    uint32_t count;               /* members or elements */
    uint8_t type;
};

struct waves_json_reader {
    struct waves_json *value;
    uint32_t values, room;
    size_t at; /* how far it came in a line that is none */
};

/* The value that the whole line is. The line is changed, and is to stay for as long as the value is looked at; the next
 * value takes the place of this one. NULL, and what is wrong. */
const struct waves_json *waves_json_read(struct waves_json_reader *reader, char *line, size_t length, const char **why);
void waves_json_reader_free(struct waves_json_reader *reader);

/* Walking through an array or an object; NULL behind the last. */
static inline const struct waves_json *waves_json_next(const struct waves_json *in, const struct waves_json *value)
{
    value += value->span;
    return value < in + in->span ? value : NULL;
}
static inline const struct waves_json *waves_json_first(const struct waves_json *in)
{
    return in->span > 1 ? in + 1 : NULL;
}

/* A member; NULL where there is none. */
const struct waves_json *waves_json_member(const struct waves_json *object, const char *name);

/* A string with its quotes; what is not UTF-8 becomes U+FFFD. */
void waves_json_print(FILE *out, const char *text);

#endif
