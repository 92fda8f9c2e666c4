#include "board/cli/ppc_test_file.h"

#include "models/sim/nearest.h"
#include "models/xenon/isa/context.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an annotation's word is, as it stands in the file. */
static const struct {
    const char *word;
    enum ppc_item_kind kind;
} kinds[] = {
    {"REGISTER_IN", PPC_REGISTER_IN}, {"REGISTER_OUT", PPC_REGISTER_OUT}, {"MEMORY_IN", PPC_MEMORY_IN},
    {"MEMORY_OUT", PPC_MEMORY_OUT},   {"INTERRUPT", PPC_INTERRUPT},       {"CYCLES", PPC_CYCLES},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct {
    const char *name;
    enum ppc_register_class class;
    unsigned number;
} named[] = {
    {"cr", PPC_CR, 0},       {"xer", PPC_XER, 0},   {"lr", PPC_LR, 0},   {"ctr", PPC_CTR, 0},
    {"fpscr", PPC_FPSCR, 0}, {"vscr", PPC_VSCR, 0}, {"msr", PPC_MSR, 0},
#define SPR(id, number, name, ...) {name, PPC_SPR, XENON_SPR_##id},
#include "models/xenon/isa/spr.def"
#undef SPR
};
enum { NAMED = sizeof named / sizeof *named };

/* Where reading is. A line at a time, copied so that it ends in a NUL. */
struct reader {
    struct ppc_test_file *file;
    const char *name;
    char *line;
    const char *at;
    unsigned number;
    struct sim_error *error;
    size_t names, tests_room, items_room, bytes_room;
};

static enum sim_status wrong(const struct reader *r, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum sim_status wrong(const struct reader *r, const char *at, const char *format, ...)
{
    char text[256];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return sim_fail(r->error, SIM_BAD_INPUT, "%s:%u:%zu: %s", r->name, r->number, (size_t)(at - r->line) + 1, text);
}

/* What a mistake is about, as two arguments for %.*s. */
#define SHOWN(at, length) (int)((length) < 60 ? (length) : 60), (at)

/* Makes room for one more element; false when the host has none. */
static bool room_for(void **array, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room < 64 ? 64 : *room * 2;
    void *bigger = realloc(*array, more * size);
    if (bigger == NULL)
        return false;
    *array = bigger;
    *room = more;
    return true;
}

static enum sim_status no_memory(const struct reader *r)
{
    return sim_fail(r->error, SIM_HOST, "%s: out of memory", r->name);
}

static void skip_space(struct reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static size_t word_length(const char *at)
{
    return strcspn(at, " \t\r\n\v\f");
}

/* A value ends at a blank, a comma, a bracket or a comment. */
static size_t value_length(const char *at)
{
    return strcspn(at, " \t\r\n\v\f,[]#");
}

/* Values. */

static bool all_hex(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return length > 0;
}

/* Hexadecimal digits, 0x or not, of at most `bits` bits. */
static bool hex_value(const char *text, size_t length, unsigned bits, uint64_t *value)
{
    if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        text += 2, length -= 2;
    while (length > 1 && text[0] == '0')
        text++, length--;
    if (!all_hex(text, length) || length > bits / 4)
        return false;
    *value = 0;
    for (size_t i = 0; i < length; i++)
        *value = *value << 4 | (uint64_t)(isdigit((unsigned char)text[i]) ? text[i] - '0' : (text[i] | 32) - 'a' + 10);
    return true;
}

static bool is_prefixed(const char *text, size_t length)
{
    return length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/* 0x10, 16, -16. */
static bool integer_value(const char *text, size_t length, uint64_t *value)
{
    bool minus = length > 0 && text[0] == '-';
    if (minus || (length > 0 && text[0] == '+'))
        text++, length--;
    if (is_prefixed(text, length)) {
        if (!hex_value(text, length, 64, value))
            return false;
    } else {
        *value = 0;
        for (size_t i = 0; i < length; i++)
            if (!isdigit((unsigned char)text[i]) || __builtin_mul_overflow(*value, 10U, value) ||
                __builtin_add_overflow(*value, (unsigned)(text[i] - '0'), value))
                return false;
        if (length == 0)
            return false;
    }
    if (minus)
        *value = -*value;
    return true;
}

/* 1.5, -inf, nan, 1e-3: IEEE, and then its bits. */
static bool real_value(const char *text, size_t length, bool is_double, uint64_t *value)
{
    char copy[64], *end;
    if (length == 0 || length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (is_double) {
        double number = strtod(copy, &end);
        memcpy(value, &number, sizeof number);
    } else {
        float number = strtof(copy, &end);
        uint32_t bits;
        memcpy(&bits, &number, sizeof bits);
        *value = bits;
    }
    return *end == '\0';
}

/* [00010203, 04050607, ...]: words in hexadecimal, or with a point as IEEE. */
static enum sim_status read_words(struct reader *r, uint32_t words[4])
{
    const char *start = r->at;
    if (*r->at != '[')
        return wrong(r, r->at, "a vector is [w0, w1, w2, w3], not '%.*s'", SHOWN(r->at, word_length(r->at)));
    r->at++;
    for (unsigned i = 0; i < 4; i++) {
        skip_space(r);
        size_t length = value_length(r->at);
        uint64_t value;
        bool real = memchr(r->at, '.', length) != NULL;
        if (!(real ? real_value(r->at, length, false, &value) : hex_value(r->at, length, 32, &value)))
            return wrong(r, r->at, "'%.*s' is no word of 32 bits in hexadecimal and no IEEE number",
                         SHOWN(r->at, length));
        words[i] = (uint32_t)value;
        r->at += length;
        skip_space(r);
        if (*r->at == ',')
            r->at++;
    }
    if (*r->at != ']')
        return wrong(r, start, "this vector has more than four words, or no ]");
    r->at++;
    return SIM_OK;
}

/* Bytes in pairs of hexadecimal digits; blanks, commas and brackets between them mean nothing. */
static enum sim_status read_bytes(struct reader *r, struct ppc_item *item)
{
    struct ppc_test_file *file = r->file;
    item->first = file->size;
    for (;;) {
        r->at += strspn(r->at, " \t\r\n\v\f,[]");
        if (*r->at == '\0' || *r->at == '#')
            break;
        uint64_t value;
        if (!all_hex(r->at, strnlen(r->at, 2)) || r->at[1] == '\0' || !hex_value(r->at, 2, 8, &value))
            return wrong(r, r->at, "'%.*s' is no byte in hexadecimal", SHOWN(r->at, strnlen(r->at, 2)));
        if (!room_for((void **)&file->bytes, &r->bytes_room, file->size, 1))
            return no_memory(r);
        file->bytes[file->size++] = (uint8_t)value;
        r->at += 2;
    }
    item->bytes = file->size - item->first;
    if (item->bytes == 0)
        return wrong(r, r->at, "there are no bytes");
    return SIM_OK;
}

/* Registers. */

static bool numbered(const char *text, size_t length, char letter, unsigned below, unsigned *number)
{
    uint64_t value;
    if (length < 2 || length > 4 || text[0] != letter || !isdigit((unsigned char)text[1]) ||
        !integer_value(text + 1, length - 1, &value) || value >= below)
        return false;
    *number = (unsigned)value;
    return true;
}

static enum sim_status read_register(struct reader *r, struct ppc_item *item)
{
    size_t length = word_length(r->at);
    static const struct {
        char letter;
        unsigned count;
        enum ppc_register_class class;
    } files[] = {{'r', 32, PPC_GPR}, {'f', 32, PPC_FPR}, {'v', 128, PPC_VR}};
    const char *names[NAMED], *name = r->at;

    r->at += length;
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++)
        if (numbered(name, length, files[i].letter, files[i].count, &item->number)) {
            item->class = files[i].class;
            return SIM_OK;
        }
    for (unsigned i = 0; i < NAMED; i++) {
        names[i] = named[i].name;
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
            item->class = named[i].class;
            item->number = named[i].number;
            return SIM_OK;
        }
    }
    char copy[32];
    snprintf(copy, sizeof copy, "%.*s", SHOWN(name, length));
    const char *near = sim_nearest(copy, names, NAMED);
    if (near != NULL)
        return wrong(r, name, "there is no register '%s'; did you mean '%s'?", copy, near);
    return wrong(r, name, "there is no register '%s': r0 to r31, f0 to f31, v0 to v127, cr, xer, lr, ctr, ...", copy);
}

static enum sim_status read_register_value(struct reader *r, struct ppc_item *item)
{
    skip_space(r);
    if (item->class == PPC_VR)
        return read_words(r, item->words);
    size_t length = value_length(r->at);
    bool good;
    if (item->class == PPC_FPR && !is_prefixed(r->at, length))
        good = real_value(r->at, length, true, &item->value);
    else
        good = integer_value(r->at, length, &item->value);
    if (!good)
        return wrong(r, r->at, "'%.*s' is no value of this register: decimal, 0x and hexadecimal, or IEEE",
                     SHOWN(r->at, length));
    r->at += length;
    return SIM_OK;
}

/* Annotations. */

static enum sim_status read_number(struct reader *r, struct ppc_item *item, bool always_hex)
{
    skip_space(r);
    size_t length = value_length(r->at);
    if (!(always_hex ? hex_value(r->at, length, 64, &item->address) : integer_value(r->at, length, &item->address)))
        return wrong(r, r->at, "'%.*s' is no %snumber", SHOWN(r->at, length), always_hex ? "hexadecimal " : "");
    r->at += length;
    return SIM_OK;
}

static enum sim_status read_item(struct reader *r, struct ppc_item *item)
{
    enum sim_status status;
    switch (item->kind) {
    case PPC_REGISTER_IN:
    case PPC_REGISTER_OUT:
        skip_space(r);
        status = read_register(r, item);
        return status == SIM_OK ? read_register_value(r, item) : status;
    case PPC_MEMORY_IN:
    case PPC_MEMORY_OUT:
        status = read_number(r, item, true);
        return status == SIM_OK ? read_bytes(r, item) : status;
    default:
        return read_number(r, item, item->kind == PPC_INTERRUPT);
    }
}

static enum sim_status read_annotation(struct reader *r)
{
    struct ppc_test_file *file = r->file;
    const char *start = r->at;
    r->at += 2;
    skip_space(r);
    size_t length = word_length(r->at), kind = 0;
    while (kind < KINDS && (strlen(kinds[kind].word) != length || memcmp(kinds[kind].word, r->at, length) != 0))
        kind++;
    if (kind == KINDS) { /* other programs have annotations of their own */
        file->ignored++;
        return SIM_OK;
    }
    if (file->tests == 0)
        return wrong(r, start, "an annotation before the first label test_*");
    r->at += length;

    struct ppc_item item = {.kind = kinds[kind].kind, .line = r->number};
    enum sim_status status = read_item(r, &item);
    if (status != SIM_OK)
        return status;
    skip_space(r);
    if (*r->at != '\0' && *r->at != '#')
        return wrong(r, r->at, "'%.*s' is too much", SHOWN(r->at, word_length(r->at)));
    if (!room_for((void **)&file->item, &r->items_room, file->items, sizeof item))
        return no_memory(r);
    file->item[file->items++] = item;
    file->test[file->tests - 1].items++;
    return SIM_OK;
}

static enum sim_status read_label(struct reader *r, size_t length)
{
    struct ppc_test_file *file = r->file;
    char *name = file->names + r->names;
    memcpy(name, r->at, length);
    name[length] = '\0';
    r->names += length + 1;
    if (!room_for((void **)&file->test, &r->tests_room, file->tests, sizeof *file->test))
        return no_memory(r);
    file->test[file->tests++] = (struct ppc_test){.name = name, .line = r->number, .first = file->items};
    return SIM_OK;
}

static enum sim_status read_line(struct reader *r)
{
    r->at = r->line;
    skip_space(r);
    if (strncmp(r->at, "#_", 2) == 0)
        return read_annotation(r);
    size_t length = strcspn(r->at, ": \t#;\"'");
    if (r->at[length] == ':' && strncmp(r->at, "test_", 5) == 0)
        return read_label(r, length);
    return SIM_OK;
}

enum sim_status ppc_test_file_read(struct ppc_test_file *file, const char *name, const char *text, size_t size,
                                   struct sim_error *error)
{
    struct reader r = {.file = file, .name = name, .error = error};
    enum sim_status status = SIM_OK;

    *file = (struct ppc_test_file){0};
    file->names = malloc(size + 1); /* no name is longer than its label with the colon */
    r.line = malloc(size + 1);
    if (file->names == NULL || r.line == NULL)
        status = no_memory(&r);
    for (size_t at = 0; status == SIM_OK && at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - text) - at : size - at;
        memcpy(r.line, text + at, length);
        r.line[length] = '\0';
        r.number++;
        status = read_line(&r);
        at += length + 1;
    }
    free(r.line);
    return status;
}

void ppc_test_file_free(struct ppc_test_file *file)
{
    free(file->test);
    free(file->item);
    free(file->bytes);
    free(file->names);
    *file = (struct ppc_test_file){0};
}
