#include "waves/dump.h"

#include "waves/glob.h"
#include "waves/gtkw.h"
#include "waves/memory.h"
#include "waves/output.h"
#include "waves/stream.h"
#include "waves/writer.h"

#include <stdlib.h>
#include <string.h>

/* Changes are merged when a scope has filled its cache-sized list, and at least this often in simulated time. */
static const sim_time MERGE_INTERVAL = SIM_UNITS_PER_SECOND / 1000;
static const uint64_t RING_BYTES = UINT64_C(8) << 20, HISTORY_BYTES = UINT64_C(1) << 30;

struct waves_dump {
    struct waves_registry *registry;
    sim_time merge_at; /* the next time at which a merge is due even without pressure */
    sim_time start;
    struct waves_stream stream;
    struct waves_writer writer;
    struct waves_ring *ring;
    struct waves_format *format;
    enum waves_format_kind kind;
    struct waves_signals signals;
    char *path, *trigger_text;
    bool special, writing;
};

/* The chosen signals and the trigger. */
static enum sim_status choose(struct waves_dump *dump, const struct waves_options *options, struct sim_error *error)
{
    struct waves_registry *registry = dump->registry;
    struct waves_stream *stream = &dump->stream;
    struct waves_signals all = waves_registry_list(registry);
    bool *chosen = waves_zeroed(all.count, sizeof *chosen);
    enum sim_status status = waves_probe(&all, options->probe, chosen, error);
    if (status == SIM_OK && options->trigger)
        status = waves_trigger_parse(options->trigger, &all, options->cycles, &stream->trigger, error);
    if (status == SIM_OK) {
        bool watches = stream->trigger.kind > WAVES_TRIGGER_TIME;
        stream->trigger.signal = waves_registry_want(registry, chosen, watches ? stream->trigger.signal : UINT32_MAX);
        for (uint32_t i = 0; i < all.count; i++)
            if (chosen[i])
                waves_signals_add(&dump->signals, all.at[i].name, all.at[i].width, all.at[i].unit,
                                  (const char *const *)all.at[i].names, all.at[i].named);
        stream->count = dump->signals.count;
        stream->values = waves_zeroed(stream->count + 1, sizeof *stream->values);
    }
    waves_signals_free(&all);
    free(chosen);
    return status;
}

enum sim_status waves_open(struct waves_registry *registry, const struct waves_options *options,
                           struct waves_dump **result, struct sim_error *error)
{
    sim_time to = options->to ? options->to : SIM_NEVER;
    if (options->from >= to)
        return sim_fail(error, SIM_USAGE, "waves: --from is not before --to");
    struct waves_dump *dump = waves_zeroed(1, sizeof *dump);
    dump->registry = registry;
    dump->path = waves_copy_text(options->path, strlen(options->path));
    dump->trigger_text = options->trigger ? waves_copy_text(options->trigger, strlen(options->trigger)) : NULL;
    dump->special = waves_is_special(options->path);
    dump->stream = (struct waves_stream){
        .registry = registry,
        .watch = UINT32_MAX,
        .to = to,
        .history = options->last,
        .armed_at = options->from,
        .fired_at = SIM_NEVER,
    };

    enum sim_status status = waves_format_of(options->path, &dump->kind, error);
    if (status == SIM_OK)
        status = choose(dump, options, error);
    if (status == SIM_OK)
        status = waves_format_open(options->path, dump->kind, &dump->signals, options->comment, &dump->format, error);
    if (status == SIM_OK) {
        char *ring_path = dump->special ? NULL : waves_print("%s.ring", options->path);
        uint64_t bytes = options->ring_bytes ? options->ring_bytes : options->last ? HISTORY_BYTES : RING_BYTES;
        status = waves_ring_new(ring_path, &dump->signals, options->comment, bytes, options->last, &dump->ring, error);
        free(ring_path);
        dump->stream.ring = dump->ring;
    }
    if (status == SIM_OK) {
        dump->writer = (struct waves_writer){
            .ring = dump->ring,
            .format = dump->format,
            .signals = dump->signals.count,
            .begin = &dump->stream.begin,
        };
        status = waves_writer_start(&dump->writer, error);
        dump->writing = status == SIM_OK;
    }
    if (status != SIM_OK) {
        waves_abandon(dump);
        return status;
    }
    *result = dump;
    return SIM_OK;
}

void waves_start(struct waves_dump *dump, sim_time t)
{
    struct waves_stream *stream = &dump->stream;
    waves_registry_clear(dump->registry);
    dump->start = t;
    dump->merge_at = sim_time_add(t, MERGE_INTERVAL);
    if (stream->armed_at < t)
        stream->armed_at = t;
    stream->gate = stream->armed_at + 1; /* changes at the first instant still belong to the first values */
}

static void merge(struct waves_dump *dump, sim_time t)
{
    waves_merge(dump->registry, &dump->stream, t);
    waves_stream_gate(&dump->stream, t);
    waves_stream_mark(&dump->stream, t);
}

void waves_close(struct waves_dump *dump, sim_time t)
{
    if (__builtin_expect(t < dump->merge_at && !atomic_load_explicit(&dump->registry->pressure, memory_order_relaxed),
                         1))
        return;
    merge(dump, t);
    dump->merge_at = sim_time_add(t, MERGE_INTERVAL);
}

static void on_closed(void *context, sim_time t)
{
    waves_close(context, t);
}

struct sim_observer waves_observer(struct waves_dump *dump)
{
    return (struct sim_observer){.context = dump, .closed = on_closed};
}

bool waves_failed(const struct waves_dump *dump)
{
    return waves_ring_is_given_up(dump->ring);
}

static void release(struct waves_dump *dump)
{
    waves_registry_want_nothing(dump->registry);
    waves_registry_clear(dump->registry);
    waves_ring_free(dump->ring);
    waves_signals_free(&dump->signals);
    free(dump->stream.values);
    free(dump->trigger_text);
    free(dump->path);
    free(dump);
}

void waves_abandon(struct waves_dump *dump)
{
    if (!dump)
        return;
    if (dump->writing) {
        waves_ring_give_up(dump->ring);
        waves_writer_join(&dump->writer);
    }
    if (dump->format)
        dump->format->class->close(dump->format, false, NULL);
    release(dump);
}

/* Why there is nothing to keep. */
static enum sim_status nothing_dumped(const struct waves_dump *dump, sim_time end, struct sim_error *error)
{
    char from[SIM_TIME_TEXT], until[SIM_TIME_TEXT];
    sim_time_print(dump->stream.armed_at, from);
    sim_time_print(end, until);
    if (dump->stream.phase == WAVES_FOLD)
        return sim_fail(error, SIM_GUEST, "%.200s is not written: the run ended at %s, before --from %s", dump->path,
                        until, from);
    return sim_fail(error, SIM_GUEST, "%.200s is not written: the trigger '%.200s' never fired between %s and %s",
                    dump->path, dump->trigger_text, from, until);
}

enum sim_status waves_finish(struct waves_dump *dump, sim_time t, struct waves_result *result, struct sim_error *error)
{
    struct waves_stream *stream = &dump->stream;
    /* A run of no length still has its first values. */
    merge(dump, t > dump->start ? t : dump->start + 1);
    sim_time end = sim_time_min(t, stream->to);
    bool triggered = stream->trigger.kind != WAVES_TRIGGER_NONE;
    bool reached = stream->phase > WAVES_FIRED && (!triggered || stream->fired_at != SIM_NEVER);
    if (!waves_failed(dump) && !reached) {
        enum sim_status status = nothing_dumped(dump, end, error);
        waves_abandon(dump);
        return status;
    }
    if (!triggered && stream->history && end > stream->history && end - stream->history > stream->begin)
        stream->begin = end - stream->history;
    waves_ring_finish(dump->ring, end);
    waves_writer_join(&dump->writer);

    struct waves_result r = {
        .begin = dump->writer.began,
        .end = end,
        .changes = dump->writer.changes,
        .signals = dump->signals.count,
        .trigger = stream->fired_at,
        .cut = dump->writer.began > stream->begin,
    };
    enum sim_status status = dump->format->class->close(dump->format, true, error);
    if (status == SIM_OK && !dump->special)
        status = waves_gtkw_write(dump->path, &dump->signals, r.begin, r.end, r.trigger, error);
    if (result)
        *result = r;
    release(dump);
    return status;
}
