/* Values of JSON as they stand in a line: strings with their quotes, objects with their braces. Nothing is copied or
 * taken apart; whoever wants a part looks for it. Only for text that waves_events_scan() has found to be well formed.
 */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_TEXT_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WAVES_TEXT_DEPTH = 64 };

struct waves_text {
    const char *at; /* NULL: there is none */
    size_t length;
};

static inline bool waves_text_same(struct waves_text a, struct waves_text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}
/* Is it this string? `word` has no quotes. */
static inline bool waves_text_is(struct waves_text text, const char *word)
{
    size_t length = strlen(word);
    return text.length == length + 2 && text.at[0] == '"' && memcmp(text.at + 1, word, length) == 0;
}
static inline bool waves_text_begins(struct waves_text text, const char *word)
{
    size_t length = strlen(word);
    return text.length >= length + 2 && text.at[0] == '"' && memcmp(text.at + 1, word, length) == 0;
}
/* A string without its quotes, escapes as they are; anything else as it is. */
static inline struct waves_text waves_text_bare(struct waves_text text)
{
    if (text.length < 2 || text.at[0] != '"')
        return text;
    return (struct waves_text){text.at + 1, text.length - 2};
}

/* A number from 0 on: 12, "12", "0x1f". */
bool waves_text_number(struct waves_text text, uint64_t *number);
/* Behind the value that begins at `at`, which may be followed by anything; NULL, and what is wrong. */
const char *waves_text_skip(const char *at, const char *end, unsigned depth, const char **why);

/* Walking through an object or an array; `at` begins as that value's `at`. False behind the last. */
bool waves_text_next(struct waves_text in, const char **at, struct waves_text *name, struct waves_text *value);
/* A member of an object; where there is none, or no object, its `at` is NULL. */
struct waves_text waves_text_member(struct waves_text object, const char *name);

#endif
