#include "waves/analysis/contention.h"

#include "waves/analysis/json.h"
#include "waves/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
    const char *path, *text;
    const struct waves_json *at; /* what is looked at */
    struct sim_error *error;
};

static uint64_t line_of(const struct source *s, const char *at)
{
    uint64_t line = 1;
    for (const char *c = s->text; c < at; c++)
        line += *c == '\n';
    return line;
}

static enum sim_status bad(const struct source *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static enum sim_status bad(const struct source *s, const char *format, ...)
{
    char text[220];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sim_fail(s->error, SIM_BAD_INPUT, "%.250s:%llu: %s", s->path, (unsigned long long)line_of(s, s->at->text),
                    text);
}

static enum sim_status number_of(const struct source *s, const char *name, uint64_t *number)
{
    const struct waves_json *value = waves_json_member(s->at, name);
    if (!value)
        return bad(s, "there is no \"%s\"", name);
    if (value->type != WAVES_JSON_INTEGER || value->integer < 0)
        return bad(s, "\"%s\" is no whole number from 0 on", name);
    *number = (uint64_t)value->integer;
    return SIM_OK;
}

static enum sim_status text_of(const struct source *s, const char *name, const char **text)
{
    const struct waves_json *value = waves_json_member(s->at, name);
    if (!value)
        return bad(s, "there is no \"%s\"", name);
    if (value->type != WAVES_JSON_STRING)
        return bad(s, "\"%s\" is no string", name);
    *text = value->text;
    return SIM_OK;
}

static enum sim_status read_head(struct source *s, struct waves_contention *contention, const struct waves_json **list)
{
    const char *schema = "", *by = "";
    uint64_t version = 0;
    enum sim_status status = text_of(s, "schema", &schema);
    if (status == SIM_OK && strcmp(schema, WAVES_CONTENTION_SCHEMA) != 0)
        status = bad(s, "the schema is '%.60s', not " WAVES_CONTENTION_SCHEMA, schema);
    if (status == SIM_OK)
        status = number_of(s, "version", &version);
    if (status == SIM_OK && version != WAVES_CONTENTION_VERSION)
        status = bad(s, "version %llu of the schema is not known here, only %d", (unsigned long long)version,
                     WAVES_CONTENTION_VERSION);
    if (status == SIM_OK)
        status = text_of(s, "by", &by);
    if (status == SIM_OK && strcmp(by, "index") != 0 && strcmp(by, "call") != 0)
        status = bad(s, "\"by\" is '%.60s', neither index nor call", by);
    contention->by = strcmp(by, "call") == 0 ? WAVES_CONTENTION_BY_CALL : WAVES_CONTENTION_BY_INDEX;
    *list = status == SIM_OK ? waves_json_member(s->at, "entries") : NULL;
    if (status == SIM_OK && (!*list || (*list)->type != WAVES_JSON_ARRAY))
        status = bad(s, "there is no \"entries\" that is an array");
    return status;
}

static enum sim_status read_entry(struct source *s, enum waves_contention_by by, struct waves_contention_entry *entry)
{
    uint64_t before = 0;
    if (s->at->type != WAVES_JSON_OBJECT)
        return bad(s, "an entry is no object");
    enum sim_status status = number_of(s, "thread", &entry->thread);
    if (status == SIM_OK)
        status = number_of(s, "index", &entry->index);
    if (status == SIM_OK && by == WAVES_CONTENTION_BY_CALL)
        return number_of(s, "call", &entry->place);
    if (status == SIM_OK)
        status = number_of(s, "before", &before);
    if (status == SIM_OK && before > entry->index)
        status = bad(s, "\"before\" is %llu, but only %llu records come before", (unsigned long long)before,
                     (unsigned long long)entry->index);
    entry->place = entry->index - before;
    return status;
}

static int order(const struct waves_contention_entry *a, uint64_t thread, uint64_t place)
{
    if (a->thread != thread)
        return a->thread < thread ? -1 : 1;
    return (a->place > place) - (a->place < place);
}

static int by_place(const void *a, const void *b)
{
    const struct waves_contention_entry *x = a, *y = b;
    int which = order(x, y->thread, y->place);
    return which ? which : (x->line > y->line) - (x->line < y->line);
}

static enum sim_status read_entries(struct source *s, struct waves_contention *contention,
                                    const struct waves_json *list)
{
    struct waves_contention_entry *entry = waves_zeroed(list->count ? list->count : 1, sizeof *entry);
    enum sim_status status = SIM_OK;
    const char *counted = s->text;
    uint64_t line = 1;
    contention->entry = entry;
    for (const struct waves_json *v = waves_json_first(list); v && status == SIM_OK; v = waves_json_next(list, v)) {
        s->at = v;
        for (; counted < s->at->text; counted++)
            line += *counted == '\n';
        entry->line = line;
        status = read_entry(s, contention->by, entry++);
    }
    contention->entries = list->count;
    if (status != SIM_OK)
        return status;
    qsort(contention->entry, contention->entries, sizeof *entry, by_place);
    for (size_t i = 1; i < contention->entries; i++)
        if (order(&contention->entry[i - 1], contention->entry[i].thread, contention->entry[i].place) == 0)
            return sim_fail(s->error, SIM_BAD_INPUT, "%.250s:%llu: line %llu has the same place of thread %llu",
                            s->path, (unsigned long long)contention->entry[i].line,
                            (unsigned long long)contention->entry[i - 1].line,
                            (unsigned long long)contention->entry[i].thread);
    return SIM_OK;
}

enum sim_status waves_contention_read(struct waves_contention *contention, const char *path, char *text, size_t size,
                                      struct sim_error *error)
{
    struct waves_json_reader reader = {0};
    struct source s = {.path = path, .text = text, .error = error};
    const struct waves_json *list = NULL;
    const char *why;
    *contention = (struct waves_contention){0};
    if (size == 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is empty", path);
    s.at = waves_json_read(&reader, text, size, &why);
    enum sim_status status;
    if (!s.at)
        status = sim_fail(error, SIM_BAD_INPUT, "%.250s:%llu: this is not JSON: %s", path,
                          (unsigned long long)line_of(&s, text + reader.at), why);
    else if (s.at->type != WAVES_JSON_OBJECT)
        status = bad(&s, "this is no JSON object");
    else
        status = read_head(&s, contention, &list);
    if (status == SIM_OK)
        status = read_entries(&s, contention, list);
    waves_json_reader_free(&reader);
    if (status != SIM_OK)
        waves_contention_free(contention);
    return status;
}

void waves_contention_free(struct waves_contention *contention)
{
    free(contention->entry);
    *contention = (struct waves_contention){0};
}

const struct waves_contention_entry *waves_contention_find(const struct waves_contention *contention, uint64_t thread,
                                                           uint64_t place)
{
    size_t low = 0, high = contention->entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int which = order(&contention->entry[middle], thread, place);
        if (which == 0)
            return &contention->entry[middle];
        if (which < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
