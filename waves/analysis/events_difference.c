#include "waves/analysis/events_difference.h"

#include "waves/analysis/counts.h"
#include "waves/analysis/events.h"
#include "waves/analysis/thread_pairs.h"
#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS, CALLS, SIGNALS, WAITS, OPEN, COLUMNS };
static const char *const column_name[COLUMNS] = {"records", "calls", "signals", "waits", "open"};

struct thread {
    uint64_t count[COLUMNS]; /* OPEN: waits that have not ended */
    struct waves_counts export;
    const char *last; /* the export that it called last */
    char *entry;
};

struct side {
    uint64_t count[COLUMNS];
    struct waves_counts signal, wait; /* by the export in whose call they come */
    struct waves_counts event, export, place /* of a thread + 1, by its number as text */;
    struct thread *thread;
    struct waves_thread_begin *begin; /* of the same threads */
    size_t threads, room;
};

/* ---- reading ---- */

static struct thread *thread_of(struct side *side, uint64_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, number);
    struct waves_count *place = waves_counts_of(&side->place, name);
    if (place->count)
        return &side->thread[place->count - 1];
    if (side->threads == side->room) {
        side->room = side->room ? 2 * side->room : 16;
        side->thread = waves_resize(side->thread, side->room, sizeof *side->thread);
        side->begin = waves_resize(side->begin, side->room, sizeof *side->begin);
    }
    side->thread[side->threads] = (struct thread){.entry = NULL};
    side->begin[side->threads++] = (struct waves_thread_begin){.number = number};
    place->count = side->threads;
    return &side->thread[side->threads - 1];
}

static void take_creation(struct side *side, const struct waves_event_record *record)
{
    const struct waves_json *of = waves_json_member(record->object, "of");
    const struct waves_json *entry = waves_json_member(record->object, "entry");
    if (!of || of->type != WAVES_JSON_INTEGER || of->integer < 0 || !entry || entry->type != WAVES_JSON_STRING)
        return;
    struct thread *thread = thread_of(side, (uint64_t)of->integer);
    free(thread->entry);
    thread->entry = waves_copy_text(entry->text, strlen(entry->text));
}

static void add(struct side *side, struct thread *thread, unsigned column)
{
    side->count[column]++;
    thread->count[column]++;
}

static enum sim_status take(struct side *side, const struct waves_events *events,
                            const struct waves_event_record *record, struct sim_error *error)
{
    struct thread *thread = thread_of(side, record->thread);
    add(side, thread, RECORDS);
    waves_counts_of(&side->event, record->event)->count++;
    if (strcmp(record->event, "import.call") == 0) {
        if (!record->export)
            return waves_events_bad(events, error, "import.call has no \"export\"");
        add(side, thread, CALLS);
        struct waves_count *export = waves_counts_of(&side->export, record->export);
        export->count++;
        thread->last = export->name;
        waves_counts_of(&thread->export, record->export)->count++;
    } else if (strncmp(record->event, "signal.", strlen("signal.")) == 0) {
        add(side, thread, SIGNALS);
        waves_counts_of(&side->signal, thread->last ? thread->last : "-")->count++;
    } else if (strcmp(record->event, "wait.begin") == 0) {
        add(side, thread, WAITS);
        add(side, thread, OPEN);
        waves_counts_of(&side->wait, thread->last ? thread->last : "-")->count++;
    } else if (strcmp(record->event, "wait.end") == 0 && thread->count[OPEN]) {
        side->count[OPEN]--;
        thread->count[OPEN]--;
    } else if (strcmp(record->event, "thread.create") == 0) {
        take_creation(side, record);
    }
    return SIM_OK;
}

static enum sim_status read_side(struct side *side, const char *path, struct sim_error *error)
{
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    enum sim_status status = waves_events_open(path, &events, error);
    if (status != SIM_OK)
        return status;
    while (status == SIM_OK && more) {
        status = waves_events_next(events, &record, &more, error);
        if (status == SIM_OK && more)
            status = take(side, events, &record, error);
    }
    waves_events_close(events);
    for (size_t i = 0; i < side->threads; i++)
        side->begin[i].entry = side->thread[i].entry;
    return status;
}

/* ---- tables ---- */

struct row {
    const char *name;
    size_t thread[2]; /* + 1; 0: none */
    uint64_t count[2];
};

struct table {
    struct row *row;
    size_t rows;
};

static uint64_t apart(const struct row *row)
{
    return row->count[0] > row->count[1] ? row->count[0] - row->count[1] : row->count[1] - row->count[0];
}

static void add_row(struct table *table, struct row row)
{
    if ((table->rows & (table->rows - 1)) == 0)
        table->row = waves_resize(table->row, table->rows ? 2 * table->rows : 1, sizeof *table->row);
    table->row[table->rows++] = row;
}

/* Rows for what either of two has. */
static void add_counts(struct table *table, struct waves_counts *a, struct waves_counts *b, const size_t thread[2])
{
    static struct waves_counts none;
    a = a ? a : &none;
    b = b ? b : &none;
    uint32_t of_a = a->used;
    for (uint32_t i = 0; i < of_a; i++)
        add_row(table, (struct row){a->at[i].name,
                                    {thread[0], thread[1]},
                                    {a->at[i].count, b->used ? waves_counts_of(b, a->at[i].name)->count : 0}});
    for (uint32_t i = 0; i < b->used; i++)
        if (a == &none || waves_counts_of(a, b->at[i].name)->count == 0)
            if (b->at[i].count)
                add_row(table, (struct row){b->at[i].name, {thread[0], thread[1]}, {0, b->at[i].count}});
}

static int by_difference(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (apart(a) != apart(b))
        return apart(a) < apart(b) ? 1 : -1;
    if (a->count[0] != b->count[0])
        return a->count[0] < b->count[0] ? 1 : -1;
    int order = strcmp(a->name, b->name);
    return order                          ? order
           : a->thread[0] != b->thread[0] ? (a->thread[0] > b->thread[0]) - (a->thread[0] < b->thread[0])
                                          : (a->thread[1] > b->thread[1]) - (a->thread[1] < b->thread[1]);
}

static void sort(struct table *table)
{
    if (table->rows)
        qsort(table->row, table->rows, sizeof *table->row, by_difference);
}

struct work {
    const struct waves_events_difference *what;
    struct side side[2];
    struct table event, export, signal, wait, cell; /* the last: calls of each thread, where they differ */
    FILE *out;
};

static void make_tables(struct work *work)
{
    static const size_t nobody[2] = {0, 0};
    struct side *a = &work->side[0], *b = &work->side[1];
    add_counts(&work->event, &a->event, &b->event, nobody);
    add_counts(&work->export, &a->export, &b->export, nobody);
    add_counts(&work->signal, &a->signal, &b->signal, nobody);
    add_counts(&work->wait, &a->wait, &b->wait, nobody);
    for (size_t i = 0; i < a->threads; i++) {
        size_t other = a->begin[i].analogue;
        add_counts(&work->cell, &a->thread[i].export, other ? &b->thread[other - 1].export : NULL,
                   (size_t[]){i + 1, other});
    }
    for (size_t i = 0; i < b->threads; i++)
        if (!b->begin[i].analogue)
            add_counts(&work->cell, NULL, &b->thread[i].export, (size_t[]){0, i + 1});
    sort(&work->event);
    sort(&work->export);
    sort(&work->signal);
    sort(&work->wait);
    sort(&work->cell);
}

/* ---- what comes out ---- */

static size_t shown(const struct work *work, size_t rows)
{
    return work->what->top && work->what->top < rows ? (size_t)work->what->top : rows;
}

static void print_difference(FILE *out, uint64_t a, uint64_t b)
{
    fprintf(out, " %12" PRIu64 " %12" PRIu64 " %c%" PRIu64 "\n", a, b,
            a == b  ? '='
            : a < b ? '+'
                    : '-',
            a < b ? b - a : a - b);
}

static void number_of(const struct work *work, unsigned side, size_t thread, char text[24])
{
    if (thread)
        snprintf(text, 24, "%" PRIu64, work->side[side].begin[thread - 1].number);
    else
        snprintf(text, 24, "-");
}

static void print_table(struct work *work, const char *what, const struct table *table, bool threads)
{
    size_t rows = shown(work, table->rows), different = 0;
    for (size_t i = 0; i < table->rows; i++)
        different += apart(&table->row[i]) != 0;
    if (threads)
        rows = rows < different ? rows : different;
    fprintf(work->out, "\n%s%-40s %12s %12s B-A\n", threads ? "       A       B " : "", what, "A", "B");
    for (size_t i = 0; i < rows; i++) {
        const struct row *row = &table->row[i];
        char a[24], b[24];
        number_of(work, 0, row->thread[0], a);
        number_of(work, 1, row->thread[1], b);
        if (threads)
            fprintf(work->out, "%8s%8s ", a, b);
        fprintf(work->out, "%-40s", row->name);
        print_difference(work->out, row->count[0], row->count[1]);
    }
    if (rows < (threads ? different : table->rows))
        fprintf(work->out, "and %zu more\n", (threads ? different : table->rows) - rows);
}

static void print_thread(struct work *work, size_t a, size_t b)
{
    char number[2][24];
    number_of(work, 0, a, number[0]);
    number_of(work, 1, b, number[1]);
    const struct thread *of[2] = {a ? &work->side[0].thread[a - 1] : NULL, b ? &work->side[1].thread[b - 1] : NULL};
    const char *entry = of[0] && of[0]->entry ? of[0]->entry : of[1] && of[1]->entry ? of[1]->entry : "-";
    fprintf(work->out, "%8s%8s %-18s", number[0], number[1], entry);
    for (unsigned column = 0; column < COLUMNS; column++)
        for (unsigned side = 0; side < 2; side++)
            if (of[side])
                fprintf(work->out, " %10" PRIu64, of[side]->count[column]);
            else
                fprintf(work->out, " %10s", "-");
    fputc('\n', work->out);
}

static void print_text(struct work *work)
{
    fprintf(work->out, "A: %s\nB: %s\n\n%-40s %12s %12s B-A\n", work->what->path[0], work->what->path[1], "", "A", "B");
    for (unsigned column = 0; column < COLUMNS; column++) {
        fprintf(work->out, "%-40s", column == OPEN ? "waits that have not ended" : column_name[column]);
        print_difference(work->out, work->side[0].count[column], work->side[1].count[column]);
    }
    fprintf(work->out, "%-40s", "threads");
    print_difference(work->out, work->side[0].threads, work->side[1].threads);
    print_table(work, "event", &work->event, false);
    print_table(work, "calls by export", &work->export, false);
    print_table(work, "signals by export", &work->signal, false);
    print_table(work, "waits by export", &work->wait, false);
    fprintf(work->out, "\n       A       B %-18s", "entry");
    for (unsigned column = 0; column < COLUMNS; column++)
        fprintf(work->out, " %8s A %10s", column_name[column], "B");
    fputc('\n', work->out);
    for (size_t i = 0; i < work->side[0].threads; i++)
        print_thread(work, i + 1, work->side[0].begin[i].analogue);
    for (size_t i = 0; i < work->side[1].threads; i++)
        if (!work->side[1].begin[i].analogue)
            print_thread(work, 0, i + 1);
    print_table(work, "calls that differ", &work->cell, true);
}

static void json_table(struct work *work, const char *name, const struct table *table)
{
    fprintf(work->out, ", \"%s\": [", name);
    for (size_t i = 0; i < shown(work, table->rows); i++) {
        const struct row *row = &table->row[i];
        fputs(i ? ", {\"name\": " : "{\"name\": ", work->out);
        waves_json_print(work->out, row->name);
        fprintf(work->out, ", \"a\": %" PRIu64 ", \"b\": %" PRIu64, row->count[0], row->count[1]);
        for (unsigned side = 0; side < 2; side++)
            if (row->thread[side])
                fprintf(work->out, ", \"thread_%c\": %" PRIu64, "ab"[side],
                        work -> side[side].begin[row->thread[side] - 1].number);
        fputc('}', work->out);
    }
    fputc(']', work->out);
}

static void json_thread(struct work *work, size_t a, size_t b, bool first)
{
    const size_t place[2] = {a, b};
    fputs(first ? "{" : ", {", work->out);
    for (unsigned side = 0; side < 2; side++) {
        if (side)
            fputs(", ", work->out);
        fprintf(work->out, "\"%c\": ", "ab"[side]);
        if (!place[side]) {
            fputs("null", work->out);
            continue;
        }
        const struct thread *thread = &work->side[side].thread[place[side] - 1];
        fprintf(work->out, "{\"thread\": %" PRIu64, work->side[side].begin[place[side] - 1].number);
        for (unsigned column = 0; column < COLUMNS; column++)
            fprintf(work->out, ", \"%s\": %" PRIu64, column_name[column], thread->count[column]);
        if (thread->entry) {
            fputs(", \"entry\": ", work->out);
            waves_json_print(work->out, thread->entry);
        }
        fputc('}', work->out);
    }
    fputc('}', work->out);
}

static void print_json(struct work *work)
{
    for (unsigned side = 0; side < 2; side++) {
        fprintf(work->out, "%s\"%c\": {\"file\": ", side ? ", " : "{", "ab"[side]);
        waves_json_print(work->out, work->what->path[side]);
        for (unsigned column = 0; column < COLUMNS; column++)
            fprintf(work->out, ", \"%s\": %" PRIu64, column_name[column], work->side[side].count[column]);
        fputc('}', work->out);
    }
    json_table(work, "events", &work->event);
    json_table(work, "calls", &work->export);
    json_table(work, "signals_by_export", &work->signal);
    json_table(work, "waits_by_export", &work->wait);
    fputs(", \"threads\": [", work->out);
    for (size_t i = 0; i < work->side[0].threads; i++)
        json_thread(work, i + 1, work->side[0].begin[i].analogue, i == 0);
    bool first = work->side[0].threads == 0;
    for (size_t i = 0; i < work->side[1].threads; i++)
        if (!work->side[1].begin[i].analogue) {
            json_thread(work, 0, i + 1, first);
            first = false;
        }
    fputc(']', work->out);
    json_table(work, "calls_by_thread", &work->cell);
    fputs("}\n", work->out);
}

static void release(struct work *work)
{
    for (unsigned i = 0; i < 2; i++) {
        struct side *side = &work->side[i];
        for (size_t j = 0; j < side->threads; j++) {
            waves_counts_free(&side->thread[j].export);
            free(side->thread[j].entry);
        }
        free(side->thread);
        free(side->begin);
        waves_counts_free(&side->event);
        waves_counts_free(&side->export);
        waves_counts_free(&side->place);
        waves_counts_free(&side->signal);
        waves_counts_free(&side->wait);
    }
    free(work->event.row);
    free(work->export.row);
    free(work->signal.row);
    free(work->wait.row);
    free(work->cell.row);
}

enum sim_status waves_events_difference(const struct waves_events_difference *difference, FILE *out,
                                        struct sim_error *error)
{
    struct work work = {.what = difference, .out = out};
    struct side *a = &work.side[0], *b = &work.side[1];
    enum sim_status status = read_side(a, difference->path[0], error);
    if (status == SIM_OK)
        status = read_side(b, difference->path[1], error);
    if (status == SIM_OK)
        status = waves_threads_pair(a->begin, a->threads, b->begin, b->threads, difference->threads, error);
    if (status == SIM_OK) {
        make_tables(&work);
        if (difference->json)
            print_json(&work);
        else
            print_text(&work);
    }
    release(&work);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        return sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    return status;
}
