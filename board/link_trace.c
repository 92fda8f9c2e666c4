#include "board/link_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sends and returned credits come in two orders of time. They are kept until their time is over, then counted together.
 */
struct times {
    sim_time *time;
    size_t count, room;
};

/* Three scopes of one name: each emits in the order of time, where one for all would have to be sorted. */
struct traced_link {
    const struct sim_link *link;
    struct waves_scope *message, *counts, *stall;
    uint32_t sent_signal, credits_signal, stalled_signal; /* the fields' are their numbers */
    uint64_t *shown;                                      /* the message emitted last */
    uint32_t words;                                       /* of it */
    struct times sends, returns;
    uint64_t sent;
    uint32_t credits;
};

struct link_trace {
    unsigned count;
    struct traced_link link[];
};

static void keep(struct times *times, sim_time t)
{
    if (times->count == times->room) {
        times->room = times->room ? 2 * times->room : 64;
        times->time = realloc(times->time, times->room * sizeof *times->time);
        SIM_CHECK(times->time, "out of memory for %zu times", times->room);
    }
    times->time[times->count++] = t;
}

static void forget(struct times *times, size_t count)
{
    if (count == 0)
        return;
    memmove(times->time, times->time + count, (times->count - count) * sizeof *times->time);
    times->count -= count;
}

struct link_trace *link_trace_new(const struct sim_machine *machine, struct waves_registry *waves)
{
    unsigned count = sim_machine_link_count(machine);
    struct link_trace *trace = calloc(1, sizeof *trace + count * sizeof trace->link[0]);
    SIM_CHECK(trace, "out of memory for %u traced links", count);
    trace->count = count;
    for (unsigned i = 0; i < count; i++) {
        struct traced_link *traced = &trace->link[i];
        const struct sim_link *link = traced->link = sim_machine_link(machine, i);
        const struct sim_message_type *type = &sim_message_types[link->type];
        char path[256];
        snprintf(path, sizeof path, "%s.%s", link->sender->name, link->out->name);
        traced->message = waves_scope_new(waves, path, link->sender->priority);
        traced->counts = waves_scope_new(waves, path, link->sender->priority);
        traced->stall = waves_scope_new(waves, path, link->sender->priority);
        for (unsigned f = 0; f < type->fields; f++)
            waves_bus(traced->message, type->field[f].name, type->field[f].bits, NULL);
        traced->words = (type->size + 7u) / 8;
        traced->shown = calloc(traced->words, sizeof *traced->shown);
        SIM_CHECK(traced->shown, "out of memory for %u words", traced->words);
        traced->sent_signal = waves_bus(traced->counts, "sent", 32, "message");
        traced->credits_signal = waves_bus(traced->counts, "credits", 21, "credit");
        traced->stalled_signal = waves_wire(traced->stall, "stalled");
    }
    return trace;
}

void link_trace_free(struct link_trace *trace)
{
    for (unsigned i = 0; trace && i < trace->count; i++) {
        free(trace->link[i].sends.time);
        free(trace->link[i].returns.time);
        free(trace->link[i].shown);
    }
    free(trace);
}

/* Most of a message is as in the one before: fields in words that are equal are not even looked at. */
static void show_message(const struct traced_link *traced, const struct sim_slot *slot, sim_time t)
{
    const struct sim_message_type *type = &sim_message_types[traced->link->type];
    const uint64_t *body = slot->body;
    uint64_t *shown = traced->shown;
    for (unsigned word = 0, words = traced->words, f = 0; word < words; word++) {
        if (body[word] == shown[word])
            continue;
        while (type->field[f].offset < 8 * word)
            f++;
        for (unsigned g = f; g < type->fields && type->field[g].offset < 8 * word + 8; g++) {
            uint64_t value = sim_field_of(&type->field[g], body);
            if (value != sim_field_of(&type->field[g], shown))
                waves_set(traced->message, g, t, value);
        }
        shown[word] = body[word];
    }
}

static void show_whole_message(const struct traced_link *traced, const struct sim_slot *slot, sim_time t)
{
    const struct sim_message_type *type = &sim_message_types[traced->link->type];
    for (unsigned f = 0; f < type->fields; f++)
        waves_set(traced->message, f, t, sim_field_of(&type->field[f], slot->body));
    memcpy(traced->shown, slot->body, 8 * traced->words);
}

static void on_link(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct traced_link *traced = &((struct link_trace *)context)->link[link->index];
    if (slot && traced->message->any)
        show_message(traced, slot, slot->sent);
    if (!traced->counts->any)
        return;
    if (slot)
        keep(&traced->sends, slot->sent);
    else
        keep(&traced->returns, credit_due);
}

static void on_stall(void *context, const struct sim_link *link, sim_time t, bool waiting)
{
    struct traced_link *traced = &((struct link_trace *)context)->link[link->index];
    waves_set(traced->stall, traced->stalled_signal, t, waiting);
}

static void on_closed(void *context, sim_time t)
{
    struct link_trace *trace = context;
    for (unsigned i = 0; i < trace->count; i++) {
        struct traced_link *traced = &trace->link[i];
        size_t send = 0, back = 0;
        for (;;) {
            sim_time next_send = send < traced->sends.count ? traced->sends.time[send] : SIM_NEVER;
            sim_time next_back = back < traced->returns.count ? traced->returns.time[back] : SIM_NEVER;
            sim_time next = sim_time_min(next_send, next_back);
            if (next >= t)
                break;
            size_t sent = send;
            for (; back < traced->returns.count && traced->returns.time[back] == next; back++)
                traced->credits++;
            for (; send < traced->sends.count && traced->sends.time[send] == next; send++)
                traced->credits--;
            if (send != sent) {
                traced->sent += send - sent;
                waves_set(traced->counts, traced->sent_signal, next, traced->sent & UINT32_MAX);
            }
            waves_set(traced->counts, traced->credits_signal, next, traced->credits);
        }
        forget(&traced->sends, send);
        forget(&traced->returns, back);
    }
}

struct sim_observer link_trace_observer(struct link_trace *trace)
{
    return (struct sim_observer){.context = trace, .closed = on_closed, .link = on_link, .stall = on_stall};
}

void link_trace_show(struct link_trace *trace, sim_time t)
{
    for (unsigned i = 0; i < trace->count; i++) {
        struct traced_link *traced = &trace->link[i];
        const struct sim_link *link = traced->link;
        traced->sent = link->sent;
        traced->credits = sim_link_credits(link, t);
        for (uint32_t at = link->credit_head + (traced->credits - link->credits); at != link->credit_tail; at++)
            keep(&traced->returns, link->credit_ring[at & link->mask]);
        show_whole_message(traced, sim_link_last(link), t);
        waves_set(traced->counts, traced->sent_signal, t, traced->sent & UINT32_MAX);
        waves_set(traced->counts, traced->credits_signal, t, traced->credits);
        waves_set(traced->stall, traced->stalled_signal, t, link->waiting);
    }
}
