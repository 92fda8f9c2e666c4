#include "tests/support/core_driver.h"

#include <string.h>

static uint64_t now_edge(const struct sim_component *self, sim_time t)
{
    return sim_clock_floor(self->clock[0], t);
}

static struct core_line *line_of(struct core_driver *driver, uint64_t address)
{
    return &driver->line[address / SIM_LINE % CORE_LINES];
}

static void driver_reset(struct sim_component *self)
{
    struct core_driver *driver = (struct core_driver *)self;
    driver->next = driver->held = driver->logged = 0;
    driver->edge = driver->steps ? driver->step[0].gap : 0;
    driver->reserving = false;
    driver->reserved = driver->stored = 0;
    memset(driver->line, 0, sizeof driver->line);
}

static void let_go(struct core_driver *driver, sim_time t)
{
    uint32_t given = 0;
    while (given < driver->held && driver->held_edge[given] <= now_edge(&driver->component, t)) {
        sim_in_credit(&driver->reply, t);
        given++;
    }
    driver->held -= given;
    memmove(driver->held_edge, driver->held_edge + given, driver->held * sizeof *driver->held_edge);
}

static void hold(struct core_driver *driver, sim_time t)
{
    uint64_t edge = now_edge(&driver->component, t) + driver->logged * UINT64_C(7919) % (driver->late + UINT64_C(1));
    if (driver->held && driver->held_edge[driver->held - 1] > edge)
        edge = driver->held_edge[driver->held - 1];
    driver->held_edge[driver->held++] = edge;
    let_go(driver, t);
}

static void driver_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct core_driver *driver = (struct core_driver *)self;
    const struct sim_msg_core_reply *reply = sim_in_head(in);
    struct core_line *line = line_of(driver, reply->address);
    SIM_CHECK(driver->logged < CORE_LOG, "%s: more than %d replies", self->name, CORE_LOG);
    driver->log[driver->logged++] = (struct core_log_entry){t, *reply};
    if (reply->kind == SIM_FILL && driver->keeps) {
        SIM_CHECK(line->pending && line->address == reply->address, "%s: a line not asked for", self->name);
        sim_words_to_bytes(line->bytes, &reply->data0, SIM_LINE / 8);
        for (unsigned i = 0; i < SIM_LINE; i++)
            if (line->is_stored[i])
                line->bytes[i] = line->stored[i];
        line->pending = false;
        line->held = true;
    } else if (reply->kind == SIM_SNOOP_LINE) {
        line->held = false;
    } else if (reply->kind == SIM_RESERVED) {
        driver->reserving = false;
        driver->reserved = reply->data0;
    } else if (reply->kind == SIM_CONDITIONAL_DONE) {
        driver->stored += reply->status;
    }
    sim_in_take(in);
    hold(driver, t);
}

/* A store of its own, to the line that it has, or will have. */
static void store(struct core_driver *driver, const struct sim_msg_core_request *request)
{
    struct core_line *line = line_of(driver, request->address);
    uint8_t bytes[SIM_BLOCK];
    sim_words_to_bytes(bytes, &request->data0, SIM_BLOCK / 8);
    for (unsigned i = 0; i < SIM_BLOCK; i++) {
        if (!(request->mask >> i & 1))
            continue;
        size_t place = (request->address & SIM_BLOCK) + i;
        line->bytes[place] = line->stored[place] = bytes[i];
        line->is_stored[place] = true;
    }
}

/* What a core would do to its L1D; false where it would not send this now, or not at all. */
static bool keep(struct core_driver *driver, const struct core_step *step)
{
    struct core_line *line = line_of(driver, step->request.address);
    switch (step->request.kind) {
    case SIM_READ:
        if (line->pending || line->held)
            return false;
        memset(line->is_stored, 0, sizeof line->is_stored);
        line->address = step->request.address & -(uint64_t)SIM_LINE;
        line->pending = true;
        return true;
    case SIM_STORE:
        store(driver, &step->request);
        return true;
    case SIM_ZERO:
        if (!line->pending)
            memset(line->bytes, 0, sizeof line->bytes);
        return !line->pending;
    case SIM_FLUSH:
    case SIM_CONDITIONAL:
        line->held = false;
        return !line->pending;
    default:
        return true;
    }
}

static void driver_event(struct sim_component *self, sim_time t)
{
    struct core_driver *driver = (struct core_driver *)self;
    let_go(driver, t);
    if (driver->next == driver->steps || driver->edge > now_edge(self, t))
        return;
    const struct core_step *step = &driver->step[driver->next];
    if (step->waits && driver->reserving) {
        driver->edge = now_edge(self, t) + 1;
        return;
    }
    if (!sim_out_ready(&driver->request, t))
        return;
    if (!driver->keeps || keep(driver, step)) {
        struct sim_msg_core_request *message = sim_out_put(&driver->request, t);
        *message = step->request;
        if (step->waits)
            message->data0 = driver->reserved + 1;
        driver->reserving |= step->request.kind == SIM_RESERVE;
    }
    if (++driver->next < driver->steps)
        driver->edge = now_edge(self, t) + 1 + driver->step[driver->next].gap;
}

static sim_time driver_next(const struct sim_component *self)
{
    const struct core_driver *driver = (const struct core_driver *)self;
    sim_time next = driver->held ? sim_clock_edge(self->clock[0], driver->held_edge[0]) : SIM_NEVER;
    if (driver->next == driver->steps)
        return next;
    return sim_time_min(next, driver->request.link->waiting ? sim_out_credit_time(&driver->request)
                                                            : sim_clock_edge(self->clock[0], driver->edge));
}

static void driver_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct core_driver *driver = (const struct core_driver *)self;
    sim_put_u32(writer, driver->next);
    sim_put_u64(writer, driver->edge);
    sim_put_u8(writer, driver->reserving);
    sim_put_u64(writer, driver->reserved);
    sim_put_u64(writer, driver->stored);
    for (unsigned i = 0; i < CORE_LINES; i++) {
        const struct core_line *line = &driver->line[i];
        sim_put_u8(writer, line->pending);
        sim_put_u8(writer, line->held);
        sim_put_u64(writer, line->address);
        sim_put_bytes(writer, line->bytes, SIM_LINE);
        for (unsigned n = 0; n < SIM_LINE; n++) {
            sim_put_u8(writer, line->stored[n]);
            sim_put_u8(writer, line->is_stored[n]);
        }
    }
    sim_put_u32(writer, driver->held);
    for (uint32_t i = 0; i < driver->held; i++)
        sim_put_u64(writer, driver->held_edge[i]);
    sim_put_u32(writer, driver->logged);
}

static void driver_load(struct sim_component *self, struct sim_reader *reader)
{
    struct core_driver *driver = (struct core_driver *)self;
    driver->next = sim_get_u32_below(reader, driver->steps + UINT64_C(1));
    driver->edge = sim_get_u64(reader);
    driver->reserving = sim_get_u8_below(reader, 2);
    driver->reserved = sim_get_u64(reader);
    driver->stored = sim_get_u64(reader);
    for (unsigned i = 0; i < CORE_LINES; i++) {
        struct core_line *line = &driver->line[i];
        line->pending = sim_get_u8_below(reader, 2);
        line->held = sim_get_u8_below(reader, 2);
        line->address = sim_get_u64(reader);
        sim_get_bytes(reader, line->bytes, SIM_LINE);
        for (unsigned n = 0; n < SIM_LINE; n++) {
            line->stored[n] = sim_get_u8(reader);
            line->is_stored[n] = sim_get_u8_below(reader, 2);
        }
    }
    driver->held = sim_get_u32_below(reader, CORE_HELD_MAX + 1);
    for (uint32_t i = 0; i < driver->held; i++)
        driver->held_edge[i] = sim_get_u64(reader);
    driver->logged = sim_get_u32_below(reader, CORE_LOG);
}

static const struct sim_class driver_class = {
    .kind = "test.core_driver",
    .version = 1,
    .reset = driver_reset,
    .advance = sim_advance_by_events,
    .next_event = driver_next,
    .save = driver_save,
    .load = driver_load,
    .message = driver_message,
    .event = driver_event,
};

void core_driver_init(struct core_driver *driver, const char *name, const struct sim_clock *clock, uint32_t priority,
                      const struct core_step *step, uint32_t steps)
{
    memset(driver, 0, sizeof *driver);
    sim_component_init(&driver->component, &driver_class, name, clock, priority);
    sim_component_out(&driver->component, &driver->request, "request", SIM_MSG_core_request);
    sim_component_in(&driver->component, &driver->reply, "reply", SIM_MSG_core_reply);
    driver->step = step;
    driver->steps = steps;
}

void core_driver_print(const struct core_driver *driver, FILE *out)
{
    fprintf(out, "%s\n", driver->component.name);
    for (uint32_t i = 0; i < driver->logged; i++) {
        const struct sim_msg_core_reply *reply = &driver->log[i].reply;
        fprintf(out, "%llu %u %u %u %u %llx %llx\n", (unsigned long long)driver->log[i].t, reply->kind, reply->thread,
                reply->tag, reply->status, (unsigned long long)reply->address, (unsigned long long)reply->data0);
    }
}

/* The device. */

static void device_reset(struct sim_component *self)
{
    struct core_device *device = (struct core_device *)self;
    device->accesses = 0;
    sim_mmio_reset(&device->mmio);
}

static void settle(struct core_device *device, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while ((request = sim_mmio_turn(&device->mmio, t))) {
        uint64_t data = UINT64_C(0x100) * device->accesses + (request->address & 0xFF);
        device->log[device->accesses % 64] = *request;
        device->at[device->accesses++ % 64] = t;
        sim_mmio_answer(&device->mmio, t, SIM_MMIO_OK, data);
    }
}

static void device_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    (void)in;
    sim_mmio_accept(&((struct core_device *)self)->mmio);
    settle((struct core_device *)self, t);
}

static void device_event(struct sim_component *self, sim_time t)
{
    settle((struct core_device *)self, t);
}

static sim_time device_next(const struct sim_component *self)
{
    return sim_mmio_next(&((const struct core_device *)self)->mmio);
}

static void device_save(const struct sim_component *self, struct sim_writer *writer)
{
    sim_put_u32(writer, ((const struct core_device *)self)->accesses);
    sim_mmio_save(&((const struct core_device *)self)->mmio, writer);
}

static void device_load(struct sim_component *self, struct sim_reader *reader)
{
    ((struct core_device *)self)->accesses = sim_get_u32(reader);
    sim_mmio_load(&((struct core_device *)self)->mmio, reader);
}

static const struct sim_class device_class = {
    .kind = "test.core_device",
    .version = 1,
    .reset = device_reset,
    .advance = sim_advance_by_events,
    .next_event = device_next,
    .save = device_save,
    .load = device_load,
    .message = device_message,
    .event = device_event,
};

void core_device_init(struct core_device *device, const char *name, const struct sim_clock *clock, uint32_t priority)
{
    memset(device, 0, sizeof *device);
    sim_component_init(&device->component, &device_class, name, clock, priority);
    sim_mmio_declare(&device->mmio, &device->component);
}
