#include "waves/signals.h"

#include "waves/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct waves_signal *waves_signals_add(struct waves_signals *signals, const char *name, unsigned width,
                                       const char *unit, const char *const *names, uint32_t named)
{
    if (signals->count == signals->room) {
        signals->room = signals->room ? 2 * signals->room : 16;
        signals->at = waves_resize(signals->at, signals->room, sizeof *signals->at);
    }
    struct waves_signal *signal = &signals->at[signals->count++];
    *signal = (struct waves_signal){.name = waves_copy_text(name, strlen(name)), .width = width, .named = named};
    if (unit && *unit)
        signal->unit = waves_copy_text(unit, strlen(unit));
    if (named)
        signal->names = waves_zeroed(named, sizeof *signal->names);
    for (uint32_t v = 0; v < named; v++)
        signal->names[v] = names[v] ? waves_copy_text(names[v], strlen(names[v])) : NULL;
    return signal;
}

static void forget_names(struct waves_signal *signal)
{
    for (uint32_t v = 0; v < signal->named; v++)
        free(signal->names[v]);
    free(signal->names);
    free(signal->unit);
}

void waves_signals_free(struct waves_signals *signals)
{
    for (uint32_t i = 0; i < signals->count; i++) {
        forget_names(&signals->at[i]);
        free(signals->at[i].name);
    }
    free(signals->at);
    *signals = (struct waves_signals){0};
}

const char *waves_value_name(const struct waves_signal *signal, uint64_t value)
{
    return value < signal->named ? signal->names[value] : NULL;
}

bool waves_name_is_valid(const char *name)
{
    bool word = false;
    size_t length = strlen(name);
    if (length > WAVES_NAME_MAX)
        return false;
    for (const char *c = name; *c; c++) {
        if (*c == '.' && !word)
            return false;
        if (*c <= ' ' || *c > '~')
            return false;
        word = *c != '.';
    }
    return word;
}

/* ---- lines of text ---- */

char *waves_signal_print(const struct waves_signal *signal)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    SIM_CHECK(out, "no memory for a line of text");
    fprintf(out, "signal %u %s", signal->width, signal->name);
    if (signal->unit)
        fprintf(out, " unit %s", signal->unit);
    if (signal->named) {
        fputs(" names", out);
        for (uint32_t v = 0; v < signal->named; v++)
            fprintf(out, " %s", signal->names[v] ? signal->names[v] : "-");
    }
    fclose(out);
    return text;
}

/* The next word of *at, or NULL; its length in *length. */
static const char *next_word(const char **at, size_t *length)
{
    const char *word = *at + strspn(*at, " ");
    *length = strcspn(word, " ");
    *at = word + *length;
    return *length ? word : NULL;
}

static bool word_is(const char *word, size_t length, const char *text)
{
    return word && strlen(text) == length && memcmp(word, text, length) == 0;
}

static enum sim_status read_names(struct waves_signal *signal, const char *at, struct sim_error *error)
{
    size_t length;
    uint32_t room = 0;
    for (const char *word; (word = next_word(&at, &length)) != NULL;) {
        if (signal->named == WAVES_VALUES_MAX)
            return sim_fail(error, SIM_BAD_INPUT, "more than %d value names for signal '%.200s'", WAVES_VALUES_MAX,
                            signal->name);
        if (signal->named == room) {
            room = room ? 2 * room : 8;
            signal->names = waves_resize(signal->names, room, sizeof *signal->names);
        }
        signal->names[signal->named++] = word_is(word, length, "-") ? NULL : waves_copy_text(word, length);
    }
    return SIM_OK;
}

enum sim_status waves_signal_parse(struct waves_signals *signals, const char *line, struct sim_error *error)
{
    const char *at = line;
    size_t length;
    const char *word = next_word(&at, &length);
    if (!word_is(word, length, "signal"))
        return sim_fail(error, SIM_BAD_INPUT, "'%.60s' does not declare a signal", line);
    char *end;
    unsigned long width = strtoul(at, &end, 10);
    at = end;
    if (width < 1 || width > 64)
        return sim_fail(error, SIM_BAD_INPUT, "a width outside 1 to 64 in '%.60s'", line);
    word = next_word(&at, &length);
    if (!word || length > WAVES_NAME_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "no usable name in '%.60s'", line);
    char *name = waves_copy_text(word, length);
    bool valid = waves_name_is_valid(name);
    if (valid && signals->count < WAVES_SIGNALS_MAX)
        waves_signals_add(signals, name, (unsigned)width, NULL, NULL, 0);
    free(name);
    if (!valid)
        return sim_fail(error, SIM_BAD_INPUT, "no usable name in '%.60s'", line);
    if (signals->count == WAVES_SIGNALS_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "more than %d signals", WAVES_SIGNALS_MAX);

    struct waves_signal *signal = &signals->at[signals->count - 1];
    word = next_word(&at, &length);
    if (word_is(word, length, "unit")) {
        word = next_word(&at, &length);
        if (word)
            signal->unit = waves_copy_text(word, length);
        word = next_word(&at, &length);
    }
    if (word_is(word, length, "names"))
        return read_names(signal, at, error);
    if (word)
        return sim_fail(error, SIM_BAD_INPUT, "'%.*s' is not known in '%.60s'", (int)(length < 60 ? length : 60), word,
                        line);
    return SIM_OK;
}

/* ---- by name ---- */

static int by_name(const void *a, const void *b)
{
    const struct waves_signal *x = *(const struct waves_signal *const *)a, *y = *(const struct waves_signal *const *)b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x > y) - (x < y);
}

struct waves_index waves_index_new(const struct waves_signals *signals)
{
    struct waves_index index = {waves_resize(NULL, signals->count, sizeof(struct waves_signal *)), signals->count};
    for (uint32_t i = 0; i < signals->count; i++)
        index.sorted[i] = &signals->at[i];
    qsort(index.sorted, index.count, sizeof *index.sorted, by_name);
    return index;
}

void waves_index_free(struct waves_index *index)
{
    free(index->sorted);
    *index = (struct waves_index){0};
}

const struct waves_signal *waves_index_find(const struct waves_index *index, const char *name)
{
    uint32_t low = 0, high = index->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(index->sorted[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < index->count && strcmp(index->sorted[low]->name, name) == 0 ? index->sorted[low] : NULL;
}

void waves_signals_describe(struct waves_signals *signals, const struct waves_signals *more)
{
    struct waves_index index = waves_index_new(more);
    for (uint32_t i = 0; i < signals->count; i++) {
        struct waves_signal *signal = &signals->at[i];
        const struct waves_signal *found = waves_index_find(&index, signal->name);
        if (!found || found->width != signal->width)
            continue;
        struct waves_signals copy = {0};
        struct waves_signal *described = waves_signals_add(&copy, found->name, found->width, found->unit,
                                                           (const char *const *)found->names, found->named);
        forget_names(signal);
        signal->unit = described->unit;
        signal->names = described->names;
        signal->named = described->named;
        free(described->name);
        free(copy.at);
    }
    waves_index_free(&index);
}
