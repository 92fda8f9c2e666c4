#include "kernel-hle/loader/xex_tables.h"

#include <stdbool.h>

static const struct xex_layout layouts[XEX_LAYOUT_COUNT] = {
#define XEX_PART(id, name, first, stride)        {0, name, first, stride},
#define XEX_HEADER(key, id, name, first, stride) {key, name, first, stride},
#include "kernel-hle/loader/xex_headers.def"
#undef XEX_HEADER
#undef XEX_PART
};

static const struct xex_field fields[] = {
#define XEX_FIELD(id, name, offset, size, show, words) \
    {XEX_LAYOUT_##id, name, offset, size, XEX_SHOW_##show, XEX_WORDS_##words},
#include "kernel-hle/loader/xex_fields.def"
#undef XEX_FIELD
};

static const struct {
    enum xex_word_set set;
    uint32_t value;
    const char *name;
} words[] = {
#define XEX_WORD(set, value, name) {XEX_WORDS_##set, value, name},
#include "kernel-hle/loader/xex_words.def"
#undef XEX_WORD
};

enum { FIELDS = sizeof fields / sizeof *fields, WORDS = sizeof words / sizeof *words };

const struct xex_layout *xex_layout(enum xex_layout_id id)
{
    return &layouts[id];
}

enum xex_layout_id xex_layout_of(uint32_t key)
{
    enum xex_layout_id id = 0;
    while (id < XEX_LAYOUT_COUNT && (layouts[id].key == 0 || layouts[id].key != key))
        id++;
    return id;
}

const struct xex_field *xex_field(enum xex_layout_id layout, size_t index)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (fields[i].layout == layout && index-- == 0)
            return &fields[i];
    return NULL;
}

const char *xex_word_name(enum xex_word_set set, uint32_t value)
{
    for (size_t i = 0; i < WORDS; i++)
        if (words[i].set == set && words[i].value == value)
            return words[i].name;
    return NULL;
}

const char *xex_flag_name(enum xex_word_set set, uint32_t *rest)
{
    for (size_t i = 0; i < WORDS; i++)
        if (words[i].set == set && (*rest & words[i].value) == words[i].value) {
            *rest &= ~words[i].value;
            return words[i].name;
        }
    return NULL;
}
