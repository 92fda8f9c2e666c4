#include "waves/analysis/events_stats.h"

#include "models/sim/time.h"
#include "waves/analysis/events.h"
#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS_PER_NS = 10000 };

/* Counts are JSON integers in an object by their names, in the order of appearance. */
struct tally {
    json_t *event, *export;
    json_t *thread; /* by number, as text: objects */
    uint64_t records, first_ns, last_ns, first_cycle, last_cycle;
};

/* Adds to a count, which is there from then on. */
static void add(json_t *counts, const char *name, json_int_t more)
{
    json_t *count = json_object_get(counts, name);
    if (count)
        json_integer_set(count, json_integer_value(count) + more);
    else
        json_object_set_new(counts, name, json_integer(more));
}

static json_t *thread_of(struct tally *tally, uint64_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, number);
    json_t *thread = json_object_get(tally->thread, name);
    if (thread)
        return thread;
    thread = json_object();
    add(thread, "thread", (json_int_t)number);
    add(thread, "records", 0);
    add(thread, "calls", 0);
    json_object_set_new(tally->thread, name, thread);
    return thread;
}

static void keep_span(json_t *thread, uint64_t ns)
{
    if (!json_object_get(thread, "first_ns"))
        add(thread, "first_ns", (json_int_t)ns);
    json_object_set_new(thread, "last_ns", json_integer((json_int_t)ns));
}

/* The thread that is created is not the one whose record says so. */
static enum sim_status take_creation(struct tally *tally, const struct waves_events *events,
                                     const struct waves_event_record *record, struct sim_error *error)
{
    json_t *of = json_object_get(record->object, "of"), *entry = json_object_get(record->object, "entry");
    if (!json_is_integer(of) || json_integer_value(of) < 0 || !json_is_string(entry))
        return waves_events_bad(events, error, "thread.create needs \"of\", a number, and \"entry\", a string");
    json_object_set(thread_of(tally, (uint64_t)json_integer_value(of)), "entry", entry);
    return SIM_OK;
}

static enum sim_status take(struct tally *tally, const struct waves_events *events,
                            const struct waves_event_record *record, struct sim_error *error)
{
    bool call = strcmp(record->event, "import.call") == 0;
    json_t *thread = thread_of(tally, record->thread);
    if (call && !record->export)
        return waves_events_bad(events, error, "import.call has no \"export\"");
    add(tally->event, record->event, 1);
    if (call)
        add(tally->export, record->export, 1);
    add(thread, "records", 1);
    add(thread, "calls", call);
    keep_span(thread, record->ns);
    if (tally->records++ == 0) {
        tally->first_ns = record->ns;
        tally->first_cycle = record->cycle;
    }
    if (record->ns < tally->last_ns)
        return waves_events_bad(events, error, "time goes back, from %" PRIu64 " to %" PRIu64 " ns", tally->last_ns,
                                record->ns);
    tally->last_ns = record->ns;
    tally->last_cycle = record->cycle;
    return strcmp(record->event, "thread.create") == 0 ? take_creation(tally, events, record, error) : SIM_OK;
}

/* ---- what comes out ---- */

struct count {
    const char *name;
    json_int_t count;
};

static int by_count(const void *a, const void *b)
{
    const struct count *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : strcmp(x->name, y->name);
}

/* The counts, the largest first. */
static struct count *sorted(json_t *counts)
{
    const char *name;
    json_t *value;
    struct count *list = waves_zeroed(json_object_size(counts) + 1, sizeof *list);
    size_t i = 0;
    json_object_foreach(counts, name, value) list[i++] = (struct count){name, json_integer_value(value)};
    qsort(list, i, sizeof *list, by_count);
    return list;
}

static size_t shown(const json_t *counts, uint64_t top)
{
    size_t size = json_object_size(counts);
    return top && top < size ? (size_t)top : size;
}

static json_t *ranked(json_t *counts, uint64_t top)
{
    json_t *object = json_object();
    struct count *list = sorted(counts);
    for (size_t i = 0; i < shown(counts, top); i++)
        json_object_set_new(object, list[i].name, json_integer(list[i].count));
    free(list);
    return object;
}

static void print_ranked(FILE *out, const char *what, const char *column, json_t *counts, uint64_t top)
{
    struct count *list = sorted(counts);
    size_t rows = shown(counts, top);
    fprintf(out, "\n%-40s %12s\n", what, column);
    for (size_t i = 0; i < rows; i++)
        fprintf(out, "%-40s %12" PRIu64 "\n", list[i].name, (uint64_t)list[i].count);
    if (rows < json_object_size(counts))
        fprintf(out, "and %zu more\n", json_object_size(counts) - rows);
    free(list);
}

static uint64_t number(const json_t *object, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = number(*(json_t *const *)a, "thread"), y = number(*(json_t *const *)b, "thread");
    return (x > y) - (x < y);
}

static json_t **threads_in_order(const struct tally *tally)
{
    const char *name;
    json_t *thread, **list = waves_zeroed(json_object_size(tally->thread) + 1, sizeof *list);
    size_t i = 0;
    json_object_foreach(tally->thread, name, thread) list[i++] = thread;
    qsort(list, i, sizeof *list, by_number);
    return list;
}

static const char *time_text(uint64_t ns, char text[SIM_TIME_TEXT])
{
    if (ns <= SIM_TIME_MAX / UNITS_PER_NS)
        return sim_time_print(ns * UNITS_PER_NS, text);
    snprintf(text, SIM_TIME_TEXT, "%" PRIu64 "ns", ns);
    return text;
}

static void print_text(const struct waves_events_stats *stats, const struct tally *tally, FILE *out)
{
    char first[SIM_TIME_TEXT], last[SIM_TIME_TEXT];
    json_t **threads = threads_in_order(tally);
    fprintf(out, "%" PRIu64 " records of %zu threads, from %s to %s (cycles %" PRIu64 " to %" PRIu64 ")\n",
            tally->records, json_object_size(tally->thread), time_text(tally->first_ns, first),
            time_text(tally->last_ns, last), tally->first_cycle, tally->last_cycle);
    print_ranked(out, "event", "records", tally->event, 0);
    print_ranked(out, "export", "calls", tally->export, stats->top);
    fprintf(out, "\n%10s %12s %12s %-18s %-18s %s\n", "thread", "records", "calls", "first", "last", "entry");
    for (size_t i = 0; i < json_object_size(tally->thread); i++) {
        const char *entry = json_string_value(json_object_get(threads[i], "entry"));
        bool spoke = json_object_get(threads[i], "first_ns");
        fprintf(out, "%10" PRIu64 " %12" PRIu64 " %12" PRIu64 " %-18s %-18s %s\n", number(threads[i], "thread"),
                number(threads[i], "records"), number(threads[i], "calls"),
                spoke ? time_text(number(threads[i], "first_ns"), first) : "-",
                spoke ? time_text(number(threads[i], "last_ns"), last) : "-", entry ? entry : "-");
    }
    free(threads);
}

static void print_json(const struct waves_events_stats *stats, const struct tally *tally, FILE *out)
{
    json_t *object = json_object(), *list = json_array(), **threads = threads_in_order(tally);
    json_object_set_new(object, "file", json_string(stats->path));
    add(object, "records", (json_int_t)tally->records);
    add(object, "first_ns", (json_int_t)tally->first_ns);
    add(object, "last_ns", (json_int_t)tally->last_ns);
    add(object, "first_cycle", (json_int_t)tally->first_cycle);
    add(object, "last_cycle", (json_int_t)tally->last_cycle);
    json_object_set_new(object, "events", ranked(tally->event, 0));
    json_object_set_new(object, "calls", ranked(tally->export, stats->top));
    for (size_t i = 0; i < json_object_size(tally->thread); i++)
        json_array_append(list, threads[i]);
    json_object_set_new(object, "threads", list);
    json_dumpf(object, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(object);
    free(threads);
}

enum sim_status waves_events_stats(const struct waves_events_stats *stats, FILE *out, struct sim_error *error)
{
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    enum sim_status status = waves_events_open(stats->path, &events, error);
    if (status != SIM_OK)
        return status;
    struct tally tally = {.event = json_object(), .export = json_object(), .thread = json_object()};
    while (status == SIM_OK && more) {
        status = waves_events_next(events, &record, &more, error);
        if (status == SIM_OK && more)
            status = take(&tally, events, &record, error);
    }
    if (status == SIM_OK && stats->json)
        print_json(stats, &tally, out);
    else if (status == SIM_OK)
        print_text(stats, &tally, out);
    json_decref(tally.event);
    json_decref(tally.export);
    json_decref(tally.thread);
    waves_events_close(events);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
