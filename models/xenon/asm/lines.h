/* Statements, from the file and from the macros that it calls. */
#ifndef CYCLE360_XENON_ASM_LINES_H
#define CYCLE360_XENON_ASM_LINES_H

#include "models/xenon/asm/expression.h"

enum { LINES_DEEPEST = 32, LINES_EXPANDED_MAX = 2 << 20, MACROS_MAX = 1024 };

struct macro {
    struct macro *next;
    char *name, *parameters, *body;
    size_t body_size;
};

struct lines {
    char *text; /* the file without its comments */
    size_t size;
    const char *open_comment; /* a statement that stands for a comment without an end, or NULL */
    struct frame {
        const char *at, *end, *begin;
        char *owned;
        uint64_t again; /* how many times more */
    } frame[LINES_DEEPEST];
    unsigned depth;
    unsigned line;         /* in the file, of the present statement */
    const char *statement; /* in the file's text: the present statement, or the call that it comes from */
    const char *line_begin;
    uint64_t expanded; /* bytes that macros have become, in this pass */
    struct macro *macro;
    unsigned macros;
};

/* How many characters a quoted text takes that begins at p: from its " to behind its end, or a ' with the character
 * that it quotes, behind which another ' may stand. Never past the line. */
size_t lines_quoted(const char *p, const char *end);

/* Takes a copy of the source, with blanks for comments; false where memory is short. */
bool lines_open(struct lines *l, const char *text, size_t size);
void lines_close(struct lines *l);

/* Back to the first line. */
void lines_rewind(struct lines *l);

/* The next statement, without blanks around it; it may be empty. False at the end. */
bool lines_next(struct lines *l, struct xenon_slice *statement);

/* What stands between here and the statement that begins with `close`, in pairs with those that begin with `open`; goes
 * on behind it. False where there is none. */
bool lines_capture(struct lines *l, const char *open, const char *close, struct xenon_slice *body);

/* Goes on with `text`, which is freed at its end, `count` times; false where that is too deep or too much. */
bool lines_insert(struct lines *l, char *text, size_t size, uint64_t count);

/* The column, from 1, of a place in the present line. */
unsigned lines_column(const struct lines *l, const char *place);

/* Whether the present statement is from a macro. */
bool lines_in_macro(const struct lines *l);

#endif
