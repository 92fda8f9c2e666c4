/* Values with names, printed for people or as one JSON object: the same calls make both. */
#ifndef CYCLE360_BOARD_CLI_SHOW_H
#define CYCLE360_BOARD_CLI_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum show_group {
    SHOW_OBJECT, /* members, a line each                                     */
    SHOW_LIST,   /* values, rows or objects, without names                   */
    SHOW_ROW,    /* members on one line                                      */
};

enum { SHOW_DEPTH_MAX = 8 };

struct show {
    FILE *file;
    bool json;
    unsigned depth;
    struct {
        enum show_group group;
        bool any, on_one_line; /* a row, and what is in one */
    } level[SHOW_DEPTH_MAX];
};

/* The outermost object. */
void show_start(struct show *show, FILE *file, bool json);
void show_finish(struct show *show);

/* name is NULL in a list. */
void show_begin(struct show *show, const char *name, enum show_group group);
void show_end(struct show *show);

/* Text of the file that is looked at: what is not printable is shown as '?', in JSON as it is. */
void show_text(struct show *show, const char *name, const char *text);
void show_count(struct show *show, const char *name, uint64_t value);
/* 0x and eight digits, of which JSON makes a string. */
void show_hex(struct show *show, const char *name, uint64_t value);
void show_bytes(struct show *show, const char *name, const uint8_t *bytes, size_t size);
/* A value that is not there: "none", in JSON null. */
void show_none(struct show *show, const char *name);

#endif
