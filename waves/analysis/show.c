#include "waves/analysis/show.h"

#include "waves/analysis/json.h"
#include "waves/glob.h"
#include "waves/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* JSON readers keep numbers up to here exactly. */
#define JSON_EXACT (UINT64_C(1) << 53)

enum { COLUMN_MOST = 48, TIME_COLUMN = 18 };

void waves_show_value(FILE *out, const struct waves_signal *signal, uint64_t value)
{
    const char *name = waves_value_name(signal, value);
    fprintf(out, signal->width == 1 || signal->unit || signal->named ? "%llu" : "0x%llx", (unsigned long long)value);
    if (name)
        fprintf(out, " (%s)", name);
    if (signal->unit)
        fprintf(out, " %s", signal->unit);
}

static void json_number(FILE *out, uint64_t number)
{
    fprintf(out, number <= JSON_EXACT ? "%llu" : "\"%llu\"", (unsigned long long)number);
}

/* ---- what is chosen ---- */

struct view {
    const struct waves_listing *listing;
    struct waves_reader *reader;
    const struct waves_signals *signals;
    bool *chosen;
    sim_time from, to;
    int column; /* width of the names */
};

static void view_close(struct view *view)
{
    waves_reader_close(view->reader);
    free(view->chosen);
}

static enum sim_status view_open(struct view *view, const struct waves_listing *listing, struct sim_error *error)
{
    *view = (struct view){.listing = listing, .to = listing->to ? listing->to : SIM_NEVER};
    if (listing->from >= view->to)
        return sim_fail(error, SIM_USAGE, "--from is not before --to");
    enum sim_status status = waves_reader_open(listing->path, &view->reader, error);
    if (status != SIM_OK)
        return status;
    view->signals = waves_reader_signals(view->reader);
    view->chosen = waves_zeroed(view->signals->count, sizeof *view->chosen);
    sim_time begin = waves_reader_begin(view->reader);
    view->from = begin > listing->from ? begin : listing->from;
    status = waves_probe(view->signals, listing->probe, view->chosen, error);
    for (uint32_t i = 0; i < view->signals->count; i++) {
        int length = (int)strlen(view->signals->at[i].name);
        if (view->chosen[i] && length > view->column)
            view->column = length < COLUMN_MOST ? length : COLUMN_MOST;
    }
    if (status != SIM_OK)
        view_close(view);
    return status;
}

static enum sim_status written(FILE *out, struct sim_error *error)
{
    return ferror(out) ? sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno)) : SIM_OK;
}

/* ---- changes ---- */

static void show_change(const struct view *view, FILE *out, sim_time time, uint32_t code, uint64_t value)
{
    const struct waves_signal *signal = &view->signals->at[code];
    char text[SIM_TIME_TEXT];
    sim_time_print(time, text);
    if (!view->listing->json) {
        fprintf(out, "%-*s %-*s ", TIME_COLUMN, text, view->column, signal->name);
        waves_show_value(out, signal, value);
        fputc('\n', out);
        return;
    }
    fputs("{\"t\":", out);
    json_number(out, time);
    fprintf(out, ",\"time\":\"%s\",\"signal\":", text);
    waves_json_print(out, signal->name);
    fputs(",\"value\":", out);
    json_number(out, value);
    if (waves_value_name(signal, value)) {
        fputs(",\"name\":", out);
        waves_json_print(out, waves_value_name(signal, value));
    }
    fputs("}\n", out);
}

enum sim_status waves_show_changes(const struct waves_listing *listing, FILE *out, struct sim_error *error)
{
    struct view view;
    enum sim_status status = view_open(&view, listing, error);
    if (status != SIM_OK)
        return status;
    uint64_t left = listing->limit ? listing->limit : UINT64_MAX;
    uint64_t *values = waves_resize(NULL, view.signals->count, sizeof *values);
    struct waves_event event;
    bool more = true;
    memcpy(values, waves_reader_values(view.reader), view.signals->count * sizeof *values);
    while (status == SIM_OK && more) {
        status = waves_reader_next(view.reader, &event, &more, error);
        if (status != SIM_OK || !more || event.time > view.from)
            break;
        values[event.code] = event.value;
    }
    if (status == SIM_OK && view.from < view.to)
        for (uint32_t i = 0; i < view.signals->count && left; i++)
            if (view.chosen[i]) {
                show_change(&view, out, view.from, i, values[i]);
                left--;
            }
    while (status == SIM_OK && more && left && event.time < view.to && !ferror(out)) {
        if (view.chosen[event.code]) {
            show_change(&view, out, event.time, event.code, event.value);
            left--;
        }
        status = waves_reader_next(view.reader, &event, &more, error);
    }
    free(values);
    view_close(&view);
    fflush(out);
    return status == SIM_OK ? written(out, error) : status;
}

/* ---- signals ---- */

struct count {
    uint64_t changes;
    sim_time first, last;
};

static void show_signal(const struct view *view, FILE *out, uint32_t code, const struct count *count)
{
    const struct waves_signal *signal = &view->signals->at[code];
    char first[SIM_TIME_TEXT] = "-", last[SIM_TIME_TEXT] = "-";
    if (count->changes) {
        sim_time_print(count->first, first);
        sim_time_print(count->last, last);
    }
    if (!view->listing->json) {
        fprintf(out, "%-*s %4u %12llu %-*s %-*s", view->column, signal->name, signal->width,
                (unsigned long long)count->changes, TIME_COLUMN, first, TIME_COLUMN, last);
        if (signal->unit)
            fprintf(out, " %s", signal->unit);
        for (uint32_t v = 0; v < signal->named; v++)
            if (signal->names[v])
                fprintf(out, " %u=%s", v, signal->names[v]);
        fputc('\n', out);
        return;
    }
    fputs("{\"signal\":", out);
    waves_json_print(out, signal->name);
    fprintf(out, ",\"width\":%u,\"changes\":%llu", signal->width, (unsigned long long)count->changes);
    if (count->changes) {
        fputs(",\"first\":", out);
        json_number(out, count->first);
        fputs(",\"last\":", out);
        json_number(out, count->last);
    }
    if (signal->unit) {
        fputs(",\"unit\":", out);
        waves_json_print(out, signal->unit);
    }
    if (signal->named) {
        fputs(",\"names\":[", out);
        for (uint32_t v = 0; v < signal->named; v++) {
            if (v)
                fputc(',', out);
            if (signal->names[v])
                waves_json_print(out, signal->names[v]);
            else
                fputs("null", out);
        }
        fputc(']', out);
    }
    fputs("}\n", out);
}

static void show_summary(const struct view *view, FILE *out, uint64_t changes, uint32_t shown)
{
    char begin[SIM_TIME_TEXT], end[SIM_TIME_TEXT];
    fprintf(out, "%u of %u signals, %llu changes, from %s to %s%s\n", shown, view->signals->count,
            (unsigned long long)changes, sim_time_print(waves_reader_begin(view->reader), begin),
            sim_time_print(waves_reader_end(view->reader), end),
            waves_reader_is_whole(view->reader) ? "" : ", where the run was killed");
}

enum sim_status waves_show_signals(const struct waves_listing *listing, FILE *out, struct sim_error *error)
{
    struct view view;
    enum sim_status status = view_open(&view, listing, error);
    if (status != SIM_OK)
        return status;
    struct count *counts = waves_zeroed(view.signals->count, sizeof *counts);
    struct waves_event event;
    bool more = true;
    uint64_t changes = 0;
    while ((status = waves_reader_next(view.reader, &event, &more, error)) == SIM_OK && more) {
        struct count *count = &counts[event.code];
        if (!view.chosen[event.code] || event.time <= view.from || event.time >= view.to)
            continue;
        if (count->changes++ == 0)
            count->first = event.time;
        count->last = event.time;
        changes++;
    }
    uint32_t shown = 0;
    if (status == SIM_OK && !listing->json)
        fprintf(out, "%-*s %4s %12s %-*s %-*s\n", view.column, "signal", "bits", "changes", TIME_COLUMN, "first",
                TIME_COLUMN, "last");
    for (uint32_t i = 0; status == SIM_OK && i < view.signals->count; i++)
        if (view.chosen[i]) {
            show_signal(&view, out, i, &counts[i]);
            shown++;
        }
    if (status == SIM_OK && !listing->json)
        show_summary(&view, out, changes, shown);
    free(counts);
    view_close(&view);
    fflush(out);
    return status == SIM_OK ? written(out, error) : status;
}
