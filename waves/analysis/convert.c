#include "waves/analysis/convert.h"

#include "waves/analysis/reader.h"
#include "waves/format.h"
#include "waves/glob.h"
#include "waves/gtkw.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096 };

struct conversion {
    struct waves_reader *reader;
    struct waves_format *format;
    struct waves_signals signals; /* the chosen ones */
    uint32_t *map;                /* by the reader's code: theirs, or UINT32_MAX */
    uint64_t *values;             /* of the chosen ones, at the beginning */
    struct waves_record batch[BATCH];
    uint32_t count;
    sim_time base, now; /* before the batch; of its last record */
};

static enum sim_status choose(struct conversion *c, const char *probe, struct sim_error *error)
{
    const struct waves_signals *all = waves_reader_signals(c->reader);
    bool *chosen = waves_zeroed(all->count, sizeof *chosen);
    c->map = waves_resize(NULL, all->count, sizeof *c->map);
    enum sim_status status = waves_probe(all, probe, chosen, error);
    for (uint32_t i = 0; status == SIM_OK && i < all->count; i++) {
        c->map[i] = UINT32_MAX;
        if (!chosen[i])
            continue;
        c->map[i] = c->signals.count;
        const struct waves_signal *signal = &all->at[i];
        waves_signals_add(&c->signals, signal->name, signal->width, signal->unit, (const char *const *)signal->names,
                          signal->named);
    }
    free(chosen);
    return status;
}

static void send(struct conversion *c)
{
    c->format->class->records(c->format, c->base, c->batch, c->count);
    c->base = c->now;
    c->count = 0;
}

static void add(struct conversion *c, const struct waves_event *event)
{
    uint32_t code = c->map[event->code];
    if (code == UINT32_MAX)
        return;
    if (c->count + 2 > BATCH)
        send(c);
    if (event->time - c->now > UINT32_MAX) {
        c->batch[c->count++] = (struct waves_record){0, WAVES_RAW_TIME, event->time};
        c->now = event->time;
    }
    c->batch[c->count++] = (struct waves_record){(uint32_t)(event->time - c->now), code, event->value};
    c->now = event->time;
}

static enum sim_status copy(struct conversion *c, sim_time from, sim_time to, sim_time *begin, sim_time *end,
                            uint64_t *changes, struct sim_error *error)
{
    const struct waves_format_class *class = c->format->class;
    const uint64_t *values = waves_reader_values(c->reader);
    uint32_t all = waves_reader_signals(c->reader)->count;
    struct waves_event event;
    bool more;
    *begin = waves_reader_begin(c->reader) > from ? waves_reader_begin(c->reader) : from;
    for (uint32_t i = 0; i < all; i++)
        if (c->map[i] != UINT32_MAX)
            c->values[c->map[i]] = values[i];
    enum sim_status status;
    while ((status = waves_reader_next(c->reader, &event, &more, error)) == SIM_OK && more && event.time <= *begin)
        if (c->map[event.code] != UINT32_MAX)
            c->values[c->map[event.code]] = event.value;
    if (status != SIM_OK)
        return status;
    class->begin(c->format, *begin, c->values);
    c->base = c->now = *begin;
    for (; status == SIM_OK && more && event.time < to && !class->failed(c->format);
         status = waves_reader_next(c->reader, &event, &more, error)) {
        add(c, &event);
        *changes += c->map[event.code] != UINT32_MAX;
    }
    if (status != SIM_OK)
        return status;
    send(c);
    *end = more ? to : sim_time_min(to, waves_reader_end(c->reader));
    if (*end < *begin)
        *end = *begin;
    class->end(c->format, *end);
    return SIM_OK;
}

enum sim_status waves_convert(const struct waves_conversion *conversion, uint64_t *changes, struct sim_error *error)
{
    sim_time to = conversion->to ? conversion->to : SIM_NEVER, begin = 0, end = 0;
    if (conversion->from >= to)
        return sim_fail(error, SIM_USAGE, "--from is not before --to");
    struct conversion *c = waves_zeroed(1, sizeof *c);
    enum waves_format_kind kind;
    *changes = 0;
    enum sim_status status = waves_format_of(conversion->out, &kind, error);
    if (status == SIM_OK)
        status = waves_reader_open(conversion->in, &c->reader, error);
    if (status == SIM_OK)
        status = choose(c, conversion->probe, error);
    if (status == SIM_OK)
        status =
            waves_format_open(conversion->out, kind, &c->signals, waves_reader_comment(c->reader), &c->format, error);
    if (status == SIM_OK) {
        c->values = waves_zeroed(c->signals.count, sizeof *c->values);
        status = copy(c, conversion->from, to, &begin, &end, changes, error);
        enum sim_status closed = c->format->class->close(c->format, status == SIM_OK, error);
        status = status == SIM_OK ? closed : status;
    }
    if (status == SIM_OK && !waves_is_special(conversion->out))
        status = waves_gtkw_write(conversion->out, &c->signals, begin, end, SIM_NEVER, error);
    waves_reader_close(c->reader);
    waves_signals_free(&c->signals);
    free(c->map);
    free(c->values);
    free(c);
    return status;
}
