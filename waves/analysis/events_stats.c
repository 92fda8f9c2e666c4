#include "waves/analysis/events_stats.h"

#include "models/sim/time.h"
#include "waves/analysis/counts.h"
#include "waves/analysis/events.h"
#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS_PER_NS = 10000 };

struct thread {
    uint64_t number, records, calls, first_ns, last_ns;
    char *entry; /* NULL: nobody has told */
};

struct tally {
    struct waves_counts event, export;
    struct waves_counts place; /* of a thread + 1, by its number as text */
    struct thread *thread;
    size_t threads, room;
    uint64_t records, first_ns, last_ns, first_cycle, last_cycle;
};

static struct thread *thread_of(struct tally *tally, uint64_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, number);
    struct waves_count *place = waves_counts_of(&tally->place, name);
    if (place->count)
        return &tally->thread[place->count - 1];
    if (tally->threads == tally->room) {
        tally->room = tally->room ? 2 * tally->room : 16;
        tally->thread = waves_resize(tally->thread, tally->room, sizeof *tally->thread);
    }
    tally->thread[tally->threads++] = (struct thread){.number = number};
    place->count = tally->threads;
    return &tally->thread[tally->threads - 1];
}

/* The thread that is created is not the one whose record says so. */
static enum sim_status take_creation(struct tally *tally, const struct waves_events *events,
                                     const struct waves_event_record *record, struct sim_error *error)
{
    const struct waves_json *of = waves_json_member(record->object, "of");
    const struct waves_json *entry = waves_json_member(record->object, "entry");
    if (!of || of->type != WAVES_JSON_INTEGER || of->integer < 0 || !entry || entry->type != WAVES_JSON_STRING)
        return waves_events_bad(events, error, "thread.create needs \"of\", a number, and \"entry\", a string");
    struct thread *thread = thread_of(tally, (uint64_t)of->integer);
    free(thread->entry);
    thread->entry = waves_copy_text(entry->text, strlen(entry->text));
    return SIM_OK;
}

static enum sim_status take(struct tally *tally, const struct waves_events *events,
                            const struct waves_event_record *record, struct sim_error *error)
{
    bool call = strcmp(record->event, "import.call") == 0;
    if (call && !record->export)
        return waves_events_bad(events, error, "import.call has no \"export\"");
    waves_counts_of(&tally->event, record->event)->count++;
    if (call)
        waves_counts_of(&tally->export, record->export)->count++;
    struct thread *thread = thread_of(tally, record->thread);
    if (thread->records++ == 0)
        thread->first_ns = record->ns;
    thread->last_ns = record->ns;
    thread->calls += call;
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

static uint32_t shown(const struct waves_counts *counts, uint64_t top)
{
    return top && top < counts->used ? (uint32_t)top : counts->used;
}

static void print_counts(FILE *out, const char *what, const char *column, const struct waves_counts *counts,
                         uint64_t top)
{
    uint32_t rows = shown(counts, top);
    fprintf(out, "\n%-40s %12s\n", what, column);
    for (uint32_t i = 0; i < rows; i++)
        fprintf(out, "%-40s %12" PRIu64 "\n", counts->at[i].name, counts->at[i].count);
    if (rows < counts->used)
        fprintf(out, "and %" PRIu32 " more\n", counts->used - rows);
}

static int by_number(const void *a, const void *b)
{
    const struct thread *x = a, *y = b;
    return (x->number > y->number) - (x->number < y->number);
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
    fprintf(out, "%" PRIu64 " records of %zu threads, from %s to %s (cycles %" PRIu64 " to %" PRIu64 ")\n",
            tally->records, tally->threads, time_text(tally->first_ns, first), time_text(tally->last_ns, last),
            tally->first_cycle, tally->last_cycle);
    print_counts(out, "event", "records", &tally->event, 0);
    print_counts(out, "export", "calls", &tally->export, stats->top);
    fprintf(out, "\n%10s %12s %12s %-18s %-18s %s\n", "thread", "records", "calls", "first", "last", "entry");
    for (size_t i = 0; i < tally->threads; i++) {
        const struct thread *t = &tally->thread[i];
        fprintf(out, "%10" PRIu64 " %12" PRIu64 " %12" PRIu64 " %-18s %-18s %s\n", t->number, t->records, t->calls,
                t->records ? time_text(t->first_ns, first) : "-", t->records ? time_text(t->last_ns, last) : "-",
                t->entry ? t->entry : "-");
    }
}

static void json_counts(FILE *out, const char *name, const struct waves_counts *counts, uint64_t top)
{
    fprintf(out, ", \"%s\": {", name);
    for (uint32_t i = 0; i < shown(counts, top); i++) {
        fputs(i ? ", " : "", out);
        waves_json_print(out, counts->at[i].name);
        fprintf(out, ": %" PRIu64, counts->at[i].count);
    }
    fputc('}', out);
}

static void print_json(const struct waves_events_stats *stats, const struct tally *tally, FILE *out)
{
    fputs("{\"file\": ", out);
    waves_json_print(out, stats->path);
    fprintf(out,
            ", \"records\": %" PRIu64 ", \"first_ns\": %" PRIu64 ", \"last_ns\": %" PRIu64 ", \"first_cycle\": %" PRIu64
            ", \"last_cycle\": %" PRIu64,
            tally->records, tally->first_ns, tally->last_ns, tally->first_cycle, tally->last_cycle);
    json_counts(out, "events", &tally->event, 0);
    json_counts(out, "calls", &tally->export, stats->top);
    fputs(", \"threads\": [", out);
    for (size_t i = 0; i < tally->threads; i++) {
        const struct thread *t = &tally->thread[i];
        fprintf(out, "%s{\"thread\": %" PRIu64 ", \"records\": %" PRIu64 ", \"calls\": %" PRIu64, i ? ", " : "",
                t->number, t->records, t->calls);
        if (t->entry) {
            fputs(", \"entry\": ", out);
            waves_json_print(out, t->entry);
        }
        if (t->records)
            fprintf(out, ", \"first_ns\": %" PRIu64 ", \"last_ns\": %" PRIu64, t->first_ns, t->last_ns);
        fputc('}', out);
    }
    fputs("]}\n", out);
}

enum sim_status waves_events_stats(const struct waves_events_stats *stats, FILE *out, struct sim_error *error)
{
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    enum sim_status status = waves_events_open(stats->path, &events, error);
    if (status != SIM_OK)
        return status;
    struct tally tally = {0};
    while (status == SIM_OK && more) {
        status = waves_events_next(events, &record, &more, error);
        if (status == SIM_OK && more)
            status = take(&tally, events, &record, error);
    }
    waves_counts_sort(&tally.event);
    waves_counts_sort(&tally.export);
    if (tally.threads)
        qsort(tally.thread, tally.threads, sizeof *tally.thread, by_number);
    if (status == SIM_OK && stats->json)
        print_json(stats, &tally, out);
    else if (status == SIM_OK)
        print_text(stats, &tally, out);
    waves_counts_free(&tally.event);
    waves_counts_free(&tally.export);
    waves_counts_free(&tally.place);
    for (size_t i = 0; i < tally.threads; i++)
        free(tally.thread[i].entry);
    free(tally.thread);
    waves_events_close(events);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
