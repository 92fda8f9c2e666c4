#include "models/xenon/asm/lines.h"

#include <stdlib.h>
#include <string.h>

size_t lines_quoted(const char *p, const char *end)
{
    const char *begin = p++;
    bool text = *begin == '"';
    for (unsigned taken = 0; p < end && *p != '\n' && (text ? *p != '"' : taken == 0); p++, taken++)
        p += *p == '\\' && p + 1 < end && p[1] != '\n';
    if (p < end && *p == *begin)
        p++;
    return (size_t)(p - begin);
}

/* Makes blanks of comments; returns the beginning of one that has no end, or NULL. */
static char *blank_comments(char *text, size_t size)
{
    char *p = text, *end = text + size;
    while (p < end) {
        char next = p + 1 < end ? p[1] : '\0';
        if (*p == '"' || *p == '\'') {
            p += lines_quoted(p, end);
        } else if (*p == '#' || (*p == '/' && next == '/')) {
            while (p < end && *p != '\n')
                *p++ = ' ';
        } else if (*p == '/' && next == '*') {
            char *begin = p;
            p += 2;
            while (p + 1 < end && !(p[0] == '*' && p[1] == '/'))
                p++;
            if (p + 1 >= end)
                return begin;
            for (p += 2; begin < p; begin++)
                *begin = *begin == '\n' ? '\n' : ' ';
        } else {
            p++;
        }
    }
    return NULL;
}

bool lines_open(struct lines *l, const char *text, size_t size)
{
    memset(l, 0, sizeof *l);
    l->text = malloc(size + 1);
    if (l->text == NULL)
        return false;
    memcpy(l->text, text, size);
    l->text[size] = '\n';
    l->size = size + 1;
    char *open = blank_comments(l->text, l->size);
    if (open != NULL) {
        open[0] = ';';
        open[1] = '*';
        l->open_comment = open + 1;
    }
    lines_rewind(l);
    return true;
}

static void drop_frames(struct lines *l)
{
    while (l->depth > 0)
        free(l->frame[--l->depth].owned);
}

static void drop_macros(struct lines *l)
{
    while (l->macro != NULL) {
        struct macro *gone = l->macro;
        l->macro = gone->next;
        free(gone->name);
        free(gone->parameters);
        free(gone->body);
        free(gone);
    }
    l->macros = 0;
}

void lines_close(struct lines *l)
{
    drop_frames(l);
    drop_macros(l);
    free(l->text);
    l->text = NULL;
}

void lines_rewind(struct lines *l)
{
    drop_frames(l);
    drop_macros(l);
    l->frame[0] = (struct frame){.begin = l->text, .at = l->text, .end = l->text + l->size};
    l->depth = 1;
    l->line = 1;
    l->line_begin = l->statement = l->text;
    l->expanded = 0;
}

bool lines_in_macro(const struct lines *l)
{
    return l->depth > 1;
}

/* Where the statement that begins at p ends: a newline or a ; outside of quotes. */
static const char *end_of_statement(const char *p, const char *end)
{
    while (p < end && *p != '\n' && *p != ';')
        p += *p == '"' || *p == '\'' ? lines_quoted(p, end) : 1;
    return p;
}

bool lines_next(struct lines *l, struct xenon_slice *statement)
{
    struct frame *f = &l->frame[l->depth - 1];
    while (f->at == f->end) {
        if (f->again > 0) {
            f->again--;
            f->at = f->begin;
            continue;
        }
        if (l->depth == 1)
            return false;
        free(f->owned);
        l->depth--;
        f--;
    }
    const char *begin = f->at, *end = end_of_statement(begin, f->end);
    f->at = end < f->end ? end + 1 : end;
    if (l->depth == 1) {
        for (const char *p = l->statement; p < begin; p++) /* the newlines since the last statement */
            if (*p == '\n') {
                l->line++;
                l->line_begin = p + 1;
            }
        l->statement = begin;
    }
    *statement = xenon_trim((struct xenon_slice){begin, (size_t)(end - begin)});
    return true;
}

static bool begins_with(const char *p, const char *end, const char *word)
{
    size_t length = strlen(word);
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return (size_t)(end - p) >= length && memcmp(p, word, length) == 0 &&
           (p + length == end || !xenon_is_name(p[length]));
}

bool lines_capture(struct lines *l, const char *open, const char *close, struct xenon_slice *body)
{
    struct frame *f = &l->frame[l->depth - 1];
    const char *p = f->at;
    unsigned depth = 1;

    while (p < f->end) {
        const char *end = end_of_statement(p, f->end);
        if (begins_with(p, end, open))
            depth++;
        if (begins_with(p, end, close) && --depth == 0) {
            *body = (struct xenon_slice){f->at, (size_t)(p - f->at)};
            f->at = end < f->end ? end + 1 : end;
            return true;
        }
        p = end < f->end ? end + 1 : end;
    }
    f->at = f->end;
    return false;
}

bool lines_insert(struct lines *l, char *text, size_t size, uint64_t count)
{
    uint64_t left = LINES_EXPANDED_MAX - l->expanded;
    if (count == 0 || l->depth == LINES_DEEPEST || count > left / (size + 1)) {
        free(text);
        return count == 0;
    }
    l->expanded += count * (size + 1);
    l->frame[l->depth++] =
        (struct frame){.begin = text, .at = text, .end = text + size, .owned = text, .again = count - 1};
    return true;
}

unsigned lines_column(const struct lines *l, const char *place)
{
    if (place < l->text || place > l->text + l->size || lines_in_macro(l)) {
        place = l->statement;
        while (*place == ' ' || *place == '\t')
            place++;
    }
    return (unsigned)(place - l->line_begin) + 1;
}
