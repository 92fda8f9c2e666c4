/* The text of records: JSON without blanks, into memory that grows. A record is written for each call, so there is no
 * stdio here and nothing is looked at twice.
 *
 *     log_open(t, '{');
 *     log_member(t, "count");
 *     log_number(t, 7);
 *     log_close(t, '}');                      {"count":7} */
#ifndef CYCLE360_HLE_LOG_TEXT_H
#define CYCLE360_HLE_LOG_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct log_text {
    char *begin, *at, *end;
};

void log_text_free(struct log_text *t);
void log_text_grow(struct log_text *t, size_t size);

/* Where the next `size` bytes go. */
static inline char *log_room(struct log_text *t, size_t size)
{
    if (__builtin_expect((size_t)(t->end - t->at) < size, 0))
        log_text_grow(t, size);
    return t->at;
}

static inline void log_put(struct log_text *t, const char *text)
{
    size_t length = strlen(text);
    memcpy(log_room(t, length), text, length);
    t->at += length;
}

static inline void log_char(struct log_text *t, char c)
{
    *log_room(t, 1) = c;
    t->at++;
}

/* An element of an array begins: a comma, unless it is the first. */
static inline void log_item(struct log_text *t)
{
    char before = t->at[-1];
    if (before != '[' && before != '{')
        log_char(t, ',');
}

static inline void log_open(struct log_text *t, char bracket)
{
    log_char(t, bracket);
}

static inline void log_close(struct log_text *t, char bracket)
{
    log_char(t, bracket);
}

/* The name needs no care: it is ours. */
static inline void log_member(struct log_text *t, const char *name)
{
    size_t length = strlen(name);
    log_item(t);
    char *at = log_room(t, length + 3);
    *at++ = '"';
    at = mempcpy(at, name, length);
    *at++ = '"';
    *at++ = ':';
    t->at = at;
}

void log_number(struct log_text *t, uint64_t value);
void log_signed(struct log_text *t, int64_t value);
/* "0x", at least so many digits, with its quotes. */
void log_hex(struct log_text *t, uint64_t value, unsigned digits);
/* A number of 64 bits as decimal digits in quotes: readers of JSON lose bits of large numbers. */
void log_wide(struct log_text *t, int64_t value);
/* A name of ours with its quotes. */
void log_name(struct log_text *t, const char *name);

/* A string of the guest's. UTF-8 stays; other bytes above 0x7F become the characters of these numbers. */
void log_string(struct log_text *t, const void *bytes, size_t length);
/* UTF-16, big-endian; halves of pairs become U+FFFD. */
void log_string16(struct log_text *t, const void *bytes, size_t units);

#endif
