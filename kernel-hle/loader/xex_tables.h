/* The structures of a XEX file as tables, for whoever shows them: xex_headers.def, xex_fields.def, xex_words.def. */
#ifndef CYCLE360_HLE_LOADER_XEX_TABLES_H
#define CYCLE360_HLE_LOADER_XEX_TABLES_H

#include <stddef.h>
#include <stdint.h>

enum xex_layout_id {
#define XEX_PART(id, name, first, stride)        XEX_LAYOUT_##id,
#define XEX_HEADER(key, id, name, first, stride) XEX_LAYOUT_##id,
#include "kernel-hle/loader/xex_headers.def"
#undef XEX_HEADER
#undef XEX_PART
    XEX_LAYOUT_COUNT
};

struct xex_layout {
    uint32_t key; /* of the optional header, 0 for other structures */
    const char *name;
    uint8_t first, stride; /* where the fields begin; how far apart they repeat, 0 for once */
};

enum xex_show {
    XEX_SHOW_HEX,     /* a number in hexadecimal                       */
    XEX_SHOW_COUNT,   /* a number in decimal                           */
    XEX_SHOW_VERSION, /* 2.0.1861.0 of a word: 4, 4, 16, 8 bits        */
    XEX_SHOW_TIME,    /* seconds since 1970                            */
    XEX_SHOW_FLAGS,   /* bits with names                               */
    XEX_SHOW_WORD,    /* a value with a name                           */
    XEX_SHOW_RATING,  /* a number, FF for none                         */
    XEX_SHOW_BYTES,   /* a string of hexadecimal digits                */
    XEX_SHOW_TEXT,    /* characters up to a NUL, or as many as fit     */
    XEX_SHOW_SIZE,    /* only how many bytes there are                 */
};

enum xex_word_set {
    XEX_WORDS_NONE,
    XEX_WORDS_ENCRYPTION,
    XEX_WORDS_COMPRESSION,
    XEX_WORDS_APPROVAL,
    XEX_WORDS_PAGE,
    XEX_WORDS_MODULE,
    XEX_WORDS_IMAGE,
    XEX_WORDS_MEDIA,
    XEX_WORDS_REGION,
    XEX_WORDS_SYSTEM,
};

struct xex_field {
    enum xex_layout_id layout;
    const char *name;
    uint16_t offset, size; /* size 0: to the end of the structure */
    enum xex_show show;
    enum xex_word_set words;
};

const struct xex_layout *xex_layout(enum xex_layout_id id);
/* The layout of an optional header, XEX_LAYOUT_COUNT if its key is unknown. */
enum xex_layout_id xex_layout_of(uint32_t key);

/* The fields of a layout in order; NULL after the last. */
const struct xex_field *xex_field(enum xex_layout_id layout, size_t index);

/* The name of a value, NULL if it has none. */
const char *xex_word_name(enum xex_word_set set, uint32_t value);
/* The name of a flag that is set in *rest, whose bits it takes away; NULL where none is left that has a name. */
const char *xex_flag_name(enum xex_word_set set, uint32_t *rest);

#endif
