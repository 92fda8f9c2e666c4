#include "board/stimulus.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 200, WORDS_MAX = 8, FILE_MAX_BYTES = 1 << 22 };

const char stimulus_default_script[] = "at 0s    write32 gpu 0x6540 0x1\n"
                                       "at 0s    write64 iic 0x2070 0x7c\n"
                                       "at 0s    write64 iic 0x2008 0\n"
                                       "on irq 2 read64  iic 0x2050\n"
                                       "on irq 2 read32  gpu 0x6544\n"
                                       "on irq 2 write32 gpu 0x6544 0x1\n"
                                       "on irq 2 write64 iic 0x2060 0\n";

static const char *const targets[STIMULUS_TARGETS] = {"gpu", "iic"};

/* Where in which text: for sentences. */
struct place {
    const char *name;
    unsigned line;
    struct sim_error *error;
};

#define COMPLAIN(place, format, ...) \
    sim_fail((place)->error, SIM_BAD_INPUT, "%s:%u: " format, (place)->name, (place)->line, __VA_ARGS__)

static unsigned split(char *line, char *word[WORDS_MAX])
{
    unsigned words = 0;
    char *rest = NULL;
    line[strcspn(line, "#")] = '\0';
    for (char *w = strtok_r(line, " \t\r", &rest); w && words < WORDS_MAX; w = strtok_r(NULL, " \t\r", &rest))
        word[words++] = w;
    return words;
}

static bool read_number(const char *text, uint64_t *value)
{
    bool hexadecimal = strncmp(text, "0x", 2) == 0;
    const char *digits = text + (hexadecimal ? 2 : 0);
    if (*digits == '\0' || digits[strspn(digits, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789")] != '\0')
        return false;
    errno = 0;
    *value = strtoull(digits, NULL, hexadecimal ? 16 : 10);
    return errno == 0;
}

/* `read32`, `write64`. */
static bool read_verb(const char *text, struct stimulus_access *access)
{
    static const char *const sizes[] = {"8", "16", "32", "64"};
    access->write = strncmp(text, "write", 5) == 0;
    if (!access->write && strncmp(text, "read", 4) != 0)
        return false;
    for (unsigned i = 0; i < 4; i++)
        if (strcmp(text + (access->write ? 5 : 4), sizes[i]) == 0)
            access->size = (uint8_t)(1u << i);
    return access->size != 0;
}

/* The words from the verb on. */
static enum sim_status read_access(const struct place *place, char *const *word, unsigned words,
                                   struct stimulus_access *access)
{
    if (words == 0 || !read_verb(word[0], access))
        return COMPLAIN(place, "'%s': expected read or write with 8, 16, 32 or 64 bits, such as read32",
                        words ? word[0] : "");
    if (words != (access->write ? 4u : 3u))
        return COMPLAIN(place, "%s takes a target, an offset%s, and nothing more", word[0],
                        access->write ? " and a value" : "");
    while (access->target < STIMULUS_TARGETS && strcmp(word[1], targets[access->target]) != 0)
        access->target++;
    if (access->target == STIMULUS_TARGETS)
        return COMPLAIN(place, "'%s' is no target: there are gpu and iic", word[1]);
    if (!read_number(word[2], &access->address))
        return COMPLAIN(place, "'%s' is no offset: a number of at most 64 bits, decimal or after 0x", word[2]);
    if (access->write && !read_number(word[3], &access->data))
        return COMPLAIN(place, "'%s' is no value: a number of at most 64 bits, decimal or after 0x", word[3]);
    if (access->size < 8 && access->data >> 8 * access->size != 0)
        return COMPLAIN(place, "%s does not fit into the %u bits of %s", word[3], 8u * access->size, word[0]);
    return SIM_OK;
}

static void append(struct stimulus_list *list, const struct stimulus_access *access)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 16;
        list->access = realloc(list->access, list->room * sizeof *list->access);
        SIM_CHECK(list->access, "out of memory for %zu accesses", list->room);
    }
    list->access[list->count++] = *access;
}

static enum sim_status read_at(const struct place *place, struct stimulus_script *script, char *const *word,
                               unsigned words, const struct sim_clock *core)
{
    struct stimulus_list *list = &script->list[STIMULUS_THREADS];
    struct stimulus_access access = {0};
    struct sim_error why;
    if (words < 2)
        return COMPLAIN(place, "%s: a time and an access must follow", word[0]);
    if (sim_time_parse(word[1], core, &access.at, &why) != SIM_OK)
        return COMPLAIN(place, "%s", why.text);
    if (list->count && access.at < list->access[list->count - 1].at)
        return COMPLAIN(place, "%s is before the time of the access above it", word[1]);
    enum sim_status status = read_access(place, word + 2, words - 2, &access);
    if (status == SIM_OK)
        append(list, &access);
    return status;
}

static enum sim_status read_on(const struct place *place, struct stimulus_script *script, char *const *word,
                               unsigned words)
{
    struct stimulus_access access = {0};
    uint64_t thread;
    if (words < 3 || strcmp(word[1], "irq") != 0 || !read_number(word[2], &thread) || thread >= STIMULUS_THREADS)
        return COMPLAIN(place, "%s: `irq` and the number of a hardware thread, 0 to %d, must follow", word[0],
                        STIMULUS_THREADS - 1);
    enum sim_status status = read_access(place, word + 3, words - 3, &access);
    if (status == SIM_OK)
        append(&script->list[thread], &access);
    return status;
}

static enum sim_status read_line(const struct place *place, struct stimulus_script *script, char *line,
                                 const struct sim_clock *core)
{
    char *word[WORDS_MAX];
    unsigned words = split(line, word);
    if (words == 0)
        return SIM_OK;
    if (strcmp(word[0], "at") == 0)
        return read_at(place, script, word, words, core);
    if (strcmp(word[0], "on") == 0)
        return read_on(place, script, word, words);
    return COMPLAIN(place, "'%s': a line begins with `at` or `on`", word[0]);
}

enum sim_status stimulus_parse(struct stimulus_script *script, const char *name, const char *text, size_t size,
                               const struct sim_clock *core, struct sim_error *error)
{
    struct place place = {name, 0, error};
    enum sim_status status = SIM_OK;
    memset(script, 0, sizeof *script);
    for (size_t at = 0; at < size && status == SIM_OK;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = (end ? (size_t)(end - text) : size) - at;
        char line[LINE_MAX_BYTES + 1];
        place.line++;
        if (length > LINE_MAX_BYTES) {
            status = COMPLAIN(&place, "a line of %zu bytes; at most %d are allowed", length, LINE_MAX_BYTES);
        } else if (memchr(text + at, '\0', length)) {
            status = COMPLAIN(&place, "%s", "a byte of 0: not a text");
        } else {
            memcpy(line, text + at, length);
            line[length] = '\0';
            status = read_line(&place, script, line, core);
        }
        at += length + 1;
    }
    if (status != SIM_OK)
        stimulus_free(script);
    return status;
}

enum sim_status stimulus_load(struct stimulus_script *script, const char *path, const struct sim_clock *core,
                              struct sim_error *error)
{
    memset(script, 0, sizeof *script);
    FILE *file = fopen(path, "rb");
    if (!file)
        return sim_fail(error, SIM_BAD_INPUT, "%s: cannot open: %s", path, strerror(errno));
    char *text = malloc(FILE_MAX_BYTES + 1);
    SIM_CHECK(text, "out of memory for %d bytes", FILE_MAX_BYTES);
    size_t size = fread(text, 1, FILE_MAX_BYTES + 1, file);
    enum sim_status status;
    if (ferror(file))
        status = sim_fail(error, SIM_BAD_INPUT, "%s: cannot read: %s", path, strerror(errno));
    else if (size > FILE_MAX_BYTES)
        status = sim_fail(error, SIM_BAD_INPUT, "%s: longer than %d bytes", path, FILE_MAX_BYTES);
    else
        status = stimulus_parse(script, path, text, size, core, error);
    free(text);
    fclose(file);
    return status;
}

void stimulus_free(struct stimulus_script *script)
{
    for (unsigned i = 0; i <= STIMULUS_THREADS; i++)
        free(script->list[i].access);
    memset(script, 0, sizeof *script);
}
