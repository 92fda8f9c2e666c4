#include "tests/support/bus_driver.h"

#include "waves/waves.h"

#include <string.h>

static uint64_t edge_of(const struct sim_component *component, sim_time t)
{
    return sim_clock_floor(component->clock[0], t);
}

/* Credits. */

static void hold(struct bus_held *held, struct sim_in *in, sim_time t, uint32_t number)
{
    uint64_t edge = edge_of(in->owner, t) + number * UINT64_C(7919) % (held->most + UINT64_C(1));
    if (held->count != 0 && held->edge[held->count - 1] > edge)
        edge = held->edge[held->count - 1]; /* in order */
    held->edge[held->count++] = edge;
}

static void let_go(struct bus_held *held, struct sim_in *in, sim_time t)
{
    uint64_t edge = edge_of(in->owner, t);
    while (held->count != 0 && held->edge[0] <= edge) {
        sim_in_credit(in, t);
        memmove(held->edge, held->edge + 1, --held->count * sizeof held->edge[0]);
    }
}

static sim_time next_to_go(const struct bus_held *held, const struct sim_component *self)
{
    return held->count ? sim_clock_edge(self->clock[0], held->edge[0]) : SIM_NEVER;
}

static void save_held(const struct bus_held *held, struct sim_writer *writer)
{
    sim_put_u32(writer, held->count);
    for (uint32_t i = 0; i < held->count; i++)
        sim_put_u64(writer, held->edge[i]);
}

static void load_held(struct bus_held *held, struct sim_reader *reader)
{
    held->count = sim_get_u32_below(reader, BUS_HELD_MAX + 1);
    for (uint32_t i = 0; i < held->count; i++)
        held->edge[i] = sim_get_u64(reader);
}

/* The driver. */

static void driver_reset(struct sim_component *self)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    driver->sent = driver->answered = driver->held.count = 0;
    driver->edge = driver->accesses ? driver->script[0].gap : 0;
}

static void driver_show(struct sim_component *self, sim_time t)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    if (driver->scope) {
        waves_set_u32(driver->scope, driver->sent_signal, t, driver->sent);
        waves_set_u32(driver->scope, driver->answered_signal, t, driver->answered);
    }
}

static void driver_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    const struct sim_msg_mmio_response *response = sim_in_head(in);
    SIM_CHECK(response->tag == driver->answered, "%s: answers came out of order", self->name);
    driver->answer[driver->answered++] = (struct bus_answer){sim_link_head(in->link)->sent, t, *response};
    sim_in_take(in);
    hold(&driver->held, in, t, driver->answered);
    let_go(&driver->held, in, t);
    driver_show(self, t);
}

static void driver_event(struct sim_component *self, sim_time t)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    let_go(&driver->held, &driver->reply, t);
    if (driver->sent < driver->accesses && driver->edge <= edge_of(self, t) && sim_out_ready(&driver->request, t)) {
        const struct bus_access *access = &driver->script[driver->sent];
        struct sim_msg_mmio_request *request = sim_out_put(&driver->request, t);
        *request = (struct sim_msg_mmio_request){
            .address = access->address,
            .data = access->data,
            .tag = driver->sent++,
            .size = access->size,
            .write = access->write,
        };
        if (driver->sent < driver->accesses)
            driver->edge = edge_of(self, t) + 1 + driver->script[driver->sent].gap;
    }
    driver_show(self, t);
}

static sim_time driver_next(const struct sim_component *self)
{
    const struct bus_driver *driver = (const struct bus_driver *)self;
    sim_time next = next_to_go(&driver->held, self);
    if (driver->sent == driver->accesses)
        return next;
    return sim_time_min(next, driver->request.link->waiting ? sim_out_credit_time(&driver->request)
                                                            : sim_clock_edge(self->clock[0], driver->edge));
}

static void driver_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct bus_driver *driver = (const struct bus_driver *)self;
    sim_put_u32(writer, driver->sent);
    sim_put_u32(writer, driver->answered);
    sim_put_u64(writer, driver->edge);
    save_held(&driver->held, writer);
}

static void driver_load(struct sim_component *self, struct sim_reader *reader)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    driver->sent = sim_get_u32_below(reader, driver->accesses + UINT64_C(1));
    driver->answered = sim_get_u32_below(reader, driver->sent + UINT64_C(1));
    driver->edge = sim_get_u64(reader);
    load_held(&driver->held, reader);
}

static void driver_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct bus_driver *driver = (struct bus_driver *)self;
    driver->scope = scope;
    driver->sent_signal = waves_bus(scope, "sent", 32, "access");
    driver->answered_signal = waves_bus(scope, "answered", 32, "access");
}

static const struct sim_class driver_class = {
    .kind = "test.bus_driver",
    .version = 1,
    .reset = driver_reset,
    .advance = sim_advance_by_events,
    .next_event = driver_next,
    .save = driver_save,
    .load = driver_load,
    .trace = driver_trace,
    .show = driver_show,
    .message = driver_message,
    .event = driver_event,
};

void bus_driver_init(struct bus_driver *driver, const char *name, uint32_t priority, const struct sim_clock *clock,
                     uint32_t hold_clocks, const struct bus_access *script, uint32_t accesses)
{
    memset(driver, 0, sizeof *driver);
    SIM_CHECK(accesses <= BUS_ACCESSES_MAX, "%s: %u accesses", name, accesses);
    driver->held.most = hold_clocks;
    driver->script = script;
    driver->accesses = accesses;
    sim_component_init(&driver->component, &driver_class, name, clock, priority);
    sim_component_out(&driver->component, &driver->request, "request", SIM_MSG_mmio_request);
    sim_component_in(&driver->component, &driver->reply, "reply", SIM_MSG_mmio_response);
}

/* The sink. */

static void sink_reset(struct sim_component *self)
{
    struct line_sink *sink = (struct line_sink *)self;
    sink->changes = sink->held.count = 0;
    sink->level = 0;
}

static void sink_show(struct sim_component *self, sim_time t)
{
    struct line_sink *sink = (struct line_sink *)self;
    if (sink->scope)
        waves_set_u32(sink->scope, sink->level_signal, t, sink->level);
}

static void sink_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct line_sink *sink = (struct line_sink *)self;
    const struct sim_msg_interrupt_line *line = sim_in_head(in);
    SIM_CHECK(line->level != sink->level, "%s: told twice that the line is %u", self->name, line->level);
    sink->level = line->level;
    sink->change[sink->changes++ % BUS_ACCESSES_MAX] =
        (struct line_change){sim_link_head(in->link)->sent, line->thread, line->level};
    sim_in_take(in);
    hold(&sink->held, in, t, sink->changes);
    let_go(&sink->held, in, t);
    sink_show(self, t);
}

static void sink_event(struct sim_component *self, sim_time t)
{
    struct line_sink *sink = (struct line_sink *)self;
    let_go(&sink->held, &sink->line, t);
}

static sim_time sink_next(const struct sim_component *self)
{
    return next_to_go(&((const struct line_sink *)self)->held, self);
}

static void sink_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct line_sink *sink = (const struct line_sink *)self;
    sim_put_u32(writer, sink->changes);
    sim_put_u8(writer, sink->level);
    save_held(&sink->held, writer);
}

static void sink_load(struct sim_component *self, struct sim_reader *reader)
{
    struct line_sink *sink = (struct line_sink *)self;
    sink->changes = sim_get_u32(reader);
    sink->level = sim_get_u8_below(reader, 2);
    load_held(&sink->held, reader);
}

static void sink_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct line_sink *sink = (struct line_sink *)self;
    sink->scope = scope;
    sink->level_signal = waves_wire(scope, "level");
}

static const struct sim_class sink_class = {
    .kind = "test.line_sink",
    .version = 1,
    .reset = sink_reset,
    .advance = sim_advance_by_events,
    .next_event = sink_next,
    .save = sink_save,
    .load = sink_load,
    .trace = sink_trace,
    .show = sink_show,
    .message = sink_message,
    .event = sink_event,
};

void line_sink_init(struct line_sink *sink, const char *name, uint32_t priority, const struct sim_clock *clock,
                    uint32_t hold_clocks)
{
    memset(sink, 0, sizeof *sink);
    sink->held.most = hold_clocks;
    sim_component_init(&sink->component, &sink_class, name, clock, priority);
    sim_component_in(&sink->component, &sink->line, "line", SIM_MSG_interrupt_line);
}
