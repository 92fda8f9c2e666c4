#include "tests/support/memory_rig.h"

#include "tests/support/saved_run.h"

#include <stdlib.h>
#include <string.h>

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "memory rig: %s\n", error->text);
    exit(70);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) ^ hash >> 29;
}

static bool is_answered(uint8_t kind)
{
    return kind <= SIM_READ_WALK || kind == SIM_RESERVE || kind == SIM_CONDITIONAL || kind == SIM_LWSYNC ||
           kind == SIM_SYNC || kind == SIM_EIEIO || kind == SIM_LOAD_IO || kind == SIM_TRANSLATE;
}

static void driver_reset(struct sim_component *self)
{
    struct memory_driver *driver = (struct memory_driver *)self;
    driver->sent = driver->answers = driver->expected = 0;
    driver->hash = 0;
    driver->edge = driver->steps ? driver->script[0].gap : 0;
    memset(driver->copy, 0, sizeof driver->copy);
}

static unsigned place_of(uint64_t address) /* lines of one set of the L2 lie apart */
{
    return (unsigned)((address / SIM_LINE + (address >> 17)) % MEMORY_COPIES);
}

static struct memory_copy *copy_of(struct memory_driver *driver, uint64_t address)
{
    return &driver->copy[place_of(address)];
}

static void driver_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct memory_driver *driver = (struct memory_driver *)self;
    const struct sim_msg_core_reply *reply = sim_in_head(in);
    const uint64_t *words = SIM_WORDS_OF(reply, core_reply);
    if (driver->answers < MEMORY_LOG)
        driver->answer[driver->answers] = (struct memory_answer){sim_link_head(in->link)->sent, t, *reply};
    driver->answers++;
    driver->expected -= reply->kind < SIM_SNOOP_LINE;
    driver->hash = mix(mix(mix(driver->hash, t), reply->address + reply->kind), reply->status);
    for (unsigned i = 0; i < 16; i++)
        driver->hash = mix(driver->hash, words[i]);
    struct memory_copy *copy = copy_of(driver, reply->address);
    if (reply->kind == SIM_FILL && reply->tag == SIM_READ) { /* drivers tag requests with their kinds */
        copy->valid = true;
        copy->asked = false;
        copy->address = reply->address;
        for (unsigned i = 0; i < 16; i++)
            copy->word[i] = copy->stores >> i & 1 ? copy->stored[i] : words[i];
    } else if (reply->kind == SIM_SNOOP_LINE && copy->address == reply->address) {
        copy->valid = false;
    }
    if (driver->sent < driver->steps) { /* what waited for this may go now */
        uint64_t now = sim_clock_floor(self->clock[0], t);
        driver->edge = driver->edge > now ? driver->edge : now;
    }
    sim_in_take(in);
    sim_in_credit(in, t);
}

static const struct memory_step *step_of(const struct memory_driver *driver)
{
    return &driver->script[driver->round ? driver->sent % driver->round : driver->sent];
}

static bool may_send(const struct memory_driver *driver)
{
    if (driver->sent == driver->steps)
        return false;
    if (driver->window != 0 && driver->expected >= driver->window)
        return false;
    const struct memory_step *step = step_of(driver);
    bool asked = step->request.kind == SIM_READ && driver->copy[place_of(step->request.address)].asked;
    return !asked && (!step->wait || driver->expected == 0);
}

static void driver_event(struct sim_component *self, sim_time t)
{
    struct memory_driver *driver = (struct memory_driver *)self;
    if (!may_send(driver) || !sim_out_ready(&driver->request, t))
        return;
    struct sim_msg_core_request *request = sim_out_put(&driver->request, t);
    *request = step_of(driver)->request;
    if (driver->round)
        request->address += driver->sent / driver->round % 128 * driver->round * SIM_LINE;
    driver->expected += is_answered(request->kind);
    struct memory_copy *copy = copy_of(driver, request->address);
    if (request->kind == SIM_READ) {
        copy->asked = true;
        copy->stores = 0;
        copy->valid &= copy->address == request->address;
        copy->address = request->address;
    }
    if (request->kind == SIM_STORE && copy->address == (request->address & ~(uint64_t)(SIM_LINE - 1))) {
        unsigned half = request->address / SIM_BLOCK % 2;
        for (unsigned i = 0; i < 8; i++) /* scripts store whole words */
            if ((request->mask >> 8 * i & 0xFF) == 0xFF) {
                copy->word[8 * half + i] = copy->stored[8 * half + i] = SIM_WORDS_OF(request, core_request)[i];
                copy->stores |= (uint16_t)(1u << (8 * half + i));
            }
    }
    if (driver->sent < MEMORY_LOG)
        driver->sent_at[driver->sent] = t;
    driver->sent++;
    if (driver->sent < driver->steps)
        driver->edge = sim_clock_floor(self->clock[0], t) + 1 + step_of(driver)->gap;
}

static sim_time driver_next(const struct sim_component *self)
{
    const struct memory_driver *driver = (const struct memory_driver *)self;
    if (!may_send(driver))
        return SIM_NEVER;
    return driver->request.link->waiting ? sim_out_credit_time(&driver->request)
                                         : sim_clock_edge(self->clock[0], driver->edge);
}

static void driver_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct memory_driver *driver = (const struct memory_driver *)self;
    sim_put_u32(writer, driver->sent);
    sim_put_u32(writer, driver->answers);
    sim_put_u32(writer, driver->expected);
    sim_put_u64(writer, driver->edge);
    sim_put_u64(writer, driver->hash);
    for (unsigned i = 0; i < MEMORY_COPIES; i++) {
        sim_put_u8(writer, driver->copy[i].valid);
        sim_put_u8(writer, driver->copy[i].asked);
        sim_put_u16(writer, driver->copy[i].stores);
        sim_put_u64(writer, driver->copy[i].address);
        for (unsigned w = 0; w < 16; w++) {
            sim_put_u64(writer, driver->copy[i].word[w]);
            sim_put_u64(writer, driver->copy[i].stored[w]);
        }
    }
}

static void driver_load(struct sim_component *self, struct sim_reader *reader)
{
    struct memory_driver *driver = (struct memory_driver *)self;
    driver->sent = sim_get_u32_below(reader, driver->steps + UINT64_C(1));
    driver->answers = sim_get_u32(reader);
    driver->expected = sim_get_u32(reader);
    driver->edge = sim_get_u64(reader);
    driver->hash = sim_get_u64(reader);
    for (unsigned i = 0; i < MEMORY_COPIES; i++) {
        driver->copy[i].valid = sim_get_u8_below(reader, 2);
        driver->copy[i].asked = sim_get_u8_below(reader, 2);
        driver->copy[i].stores = sim_get_u16(reader);
        driver->copy[i].address = sim_get_u64(reader);
        for (unsigned w = 0; w < 16; w++) {
            driver->copy[i].word[w] = sim_get_u64(reader);
            driver->copy[i].stored[w] = sim_get_u64(reader);
        }
    }
}

static const struct sim_class driver_class = {
    .kind = "test.memory_driver",
    .version = 1,
    .reset = driver_reset,
    .advance = sim_advance_by_events,
    .next_event = driver_next,
    .save = driver_save,
    .load = driver_load,
    .message = driver_message,
    .event = driver_event,
};

static void client_reset(struct sim_component *self)
{
    struct memory_client *client = (struct memory_client *)self;
    client->sent = client->answers = 0;
    client->hash = 0;
    client->edge = client->steps ? client->script[0].gap : 0;
}

static void client_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct memory_client *client = (struct memory_client *)self;
    const struct sim_msg_memory_reply *reply = sim_in_head(in);
    if (client->answers < MEMORY_LOG) {
        client->answer[client->answers].sent = sim_link_head(in->link)->sent;
        client->answer[client->answers].due = t;
        client->answer[client->answers].reply = *reply;
    }
    client->answers++;
    client->hash = mix(mix(client->hash, t), reply->address);
    for (unsigned i = 0; i < 16; i++)
        client->hash = mix(client->hash, SIM_WORDS_OF(reply, memory_reply)[i]);
    sim_in_take(in);
    sim_in_credit(in, t);
}

static void client_event(struct sim_component *self, sim_time t)
{
    struct memory_client *client = (struct memory_client *)self;
    if (client->sent == client->steps || !sim_out_ready(&client->request, t))
        return;
    struct sim_msg_memory_request *request = sim_out_put(&client->request, t);
    *request = client->script[client->sent++].request;
    if (client->sent < client->steps)
        client->edge = sim_clock_floor(self->clock[0], t) + 1 + client->script[client->sent].gap;
}

static sim_time client_next(const struct sim_component *self)
{
    const struct memory_client *client = (const struct memory_client *)self;
    if (client->sent == client->steps)
        return SIM_NEVER;
    return client->request.link->waiting ? sim_out_credit_time(&client->request)
                                         : sim_clock_edge(self->clock[0], client->edge);
}

static void client_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct memory_client *client = (const struct memory_client *)self;
    sim_put_u32(writer, client->sent);
    sim_put_u32(writer, client->answers);
    sim_put_u64(writer, client->edge);
    sim_put_u64(writer, client->hash);
}

static void client_load(struct sim_component *self, struct sim_reader *reader)
{
    struct memory_client *client = (struct memory_client *)self;
    client->sent = sim_get_u32_below(reader, client->steps + UINT64_C(1));
    client->answers = sim_get_u32(reader);
    client->edge = sim_get_u64(reader);
    client->hash = sim_get_u64(reader);
}

static const struct sim_class client_class = {
    .kind = "test.memory_client",
    .version = 1,
    .reset = client_reset,
    .advance = sim_advance_by_events,
    .next_event = client_next,
    .save = client_save,
    .load = client_load,
    .message = client_message,
    .event = client_event,
};

static void device_reset(struct sim_component *self)
{
    struct memory_device *device = (struct memory_device *)self;
    memset(device->reg, 0, sizeof device->reg);
    sim_mmio_reset(&device->mmio);
}

static void device_event(struct sim_component *self, sim_time t)
{
    struct memory_device *device = (struct memory_device *)self;
    const struct sim_msg_mmio_request *request;
    while ((request = sim_mmio_turn(&device->mmio, t))) {
        uint64_t *reg = &device->reg[request->address / 8 % 64];
        if (request->write)
            *reg = request->data;
        sim_mmio_answer(&device->mmio, t, request->address < 512 ? SIM_MMIO_OK : SIM_MMIO_REFUSED, *reg);
    }
}

static void device_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    (void)in;
    sim_mmio_accept(&((struct memory_device *)self)->mmio);
    device_event(self, t);
}

static sim_time device_next(const struct sim_component *self)
{
    return sim_mmio_next(&((const struct memory_device *)self)->mmio);
}

static void device_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct memory_device *device = (const struct memory_device *)self;
    for (unsigned i = 0; i < 64; i++)
        sim_put_u64(writer, device->reg[i]);
    sim_mmio_save(&device->mmio, writer);
}

static void device_load(struct sim_component *self, struct sim_reader *reader)
{
    struct memory_device *device = (struct memory_device *)self;
    for (unsigned i = 0; i < 64; i++)
        device->reg[i] = sim_get_u64(reader);
    sim_mmio_load(&device->mmio, reader);
}

static const struct sim_class device_class = {
    .kind = "test.memory_device",
    .version = 1,
    .reset = device_reset,
    .advance = sim_advance_by_events,
    .next_event = device_next,
    .save = device_save,
    .load = device_load,
    .message = device_message,
    .event = device_event,
};

static void sink_nothing(struct sim_component *self)
{
    (void)self;
}

static void sink_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    (void)self;
    sim_in_take(in);
    sim_in_credit(in, t);
}

static sim_time sink_next(const struct sim_component *self)
{
    (void)self;
    return SIM_NEVER;
}

static void sink_save(const struct sim_component *self, struct sim_writer *writer)
{
    (void)self;
    sim_put_u8(writer, 0);
}

static void sink_load(struct sim_component *self, struct sim_reader *reader)
{
    (void)self;
    sim_get_u8(reader);
}

static const struct sim_class sink_class = {
    .kind = "test.memory_sink",
    .version = 1,
    .reset = sink_nothing,
    .advance = sim_advance_by_events,
    .next_event = sink_next,
    .save = sink_save,
    .load = sink_load,
    .message = sink_message,
};

static void display_parts(struct memory_rig *rig, const struct memory_rig_spec *spec)
{
    struct sim_error error;
    struct display_config config = *spec->display;
    struct display_ratio hz = display_mode_pixel_clock(&display_modes[config.mode], DISPLAY_RATE_NTSC);
    must(sim_clock_init(&rig->gpu, "gpu", 500000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->pixel, "pixel", hz.numerator, hz.denominator, 0, 1, &error), &error);
    config.registers = &rig->gpu;
    config.pixel = &rig->pixel;
    config.scans = true;
    config.memory_size = 0x20000000;
    if (config.scan.scan_lines == 0)
        config.scan = scan_timing_default();
    display_init(&rig->display, "xenos.display", SIM_PRIORITY_DISPLAY, &config);
    sim_component_init(&rig->sink.component, &sink_class, "sink", &rig->gpu, SIM_PRIORITY_TEST + 3);
    sim_component_in(&rig->sink.component, &rig->sink.irq, "irq", SIM_MSG_interrupt);
    sim_machine_add(rig->machine, &rig->display.component);
    sim_machine_add(rig->machine, &rig->sink.component);
}

static void connect_display(struct memory_rig *rig, const struct membus_timing *timing)
{
    const struct scan_timing *scan = &rig->display.config.scan;
    struct sim_error error;
    uint32_t credits = scan->scan_requests < timing->client_credits ? scan->scan_requests : timing->client_credits;
    must(sim_machine_connect(rig->machine, &rig->display.memory, &rig->north.request[2],
                             (struct sim_link_spec){scan->scan_request, credits, scan->scan_reply}, &error),
         &error);
    must(sim_machine_connect(rig->machine, &rig->north.reply[2], &rig->display.memory_reply,
                             (struct sim_link_spec){scan->scan_reply, credits, scan->scan_request}, &error),
         &error);
    must(sim_machine_connect(rig->machine, &rig->display.irq, &rig->sink.irq,
                             (struct sim_link_spec){.latency = 10, .credits = 4}, &error),
         &error);
}

static void parts(struct memory_rig *rig, const struct memory_rig_spec *spec, const struct membus_timing *timing)
{
    static const char *const names[] = {"core0", "core1", "core2"};
    static const struct membus_near_device near[] = {{"iic", "iic_reply"}};
    static const struct membus_device far[] = {{"gpu_registers", "gpu_registers_reply"}};
    static const struct membus_client gpu[] = {{"gpu", "gpu_reply", MEMBUS_GPU},
                                               {"display", "display_reply", MEMBUS_DISPLAY}};
    static const struct membus_route near_routes[] = {
        {.name = "iic", .base = 0x20000050000, .size = 0x8000, .widths = 15, .whole = false}};
    static const struct membus_route far_routes[] = {
        {.name = "gpu", .base = 0xEC800000, .size = 0x10000, .widths = 4},
        {.name = "pci", .base = 0xEA001000, .size = 0x100, .widths = 7, .endian = MEMBUS_LITTLE, .posted = true},
    };
    struct sim_error error;
    const struct membus_l2_config l2 = {.l2 = &rig->l2_clock,
                                        .fsb = &rig->fsb_cpu,
                                        .timing = *timing,
                                        .memory_size = 0x20000000,
                                        .seed = 0x360,
                                        .device = near,
                                        .devices = 1,
                                        .route = near_routes,
                                        .routes = 1};
    const struct membus_north_config north = {.memory = &rig->memory,
                                              .fsb = &rig->fsb_gpu,
                                              .timing = *timing,
                                              .memory_size = 0x20000000,
                                              .client = gpu,
                                              .clients = spec->display ? 2 : 1,
                                              .device = far,
                                              .devices = 1,
                                              .route = far_routes,
                                              .routes = 2};
    must(membus_l2_init(&rig->l2, "membus.l2", SIM_PRIORITY_MEMORY, &l2, &error), &error);
    must(membus_north_init(&rig->north, "membus.north", SIM_PRIORITY_MEMORY + 1, &north, &error), &error);
    for (unsigned i = 0; i < 3; i++) {
        struct memory_driver *driver = &rig->driver[i];
        driver->script = spec->script[i];
        driver->steps = spec->steps[i];
        driver->round = spec->round;
        driver->window = spec->window;
        sim_component_init(&driver->component, &driver_class, names[i], &rig->core, SIM_PRIORITY_CORE0 + i);
        sim_component_out(&driver->component, &driver->request, "request", SIM_MSG_core_request);
        driver->request.single = true;
        sim_component_in(&driver->component, &driver->reply, "reply", SIM_MSG_core_reply);
    }
    rig->client.script = spec->client;
    rig->client.steps = spec->client_steps;
    sim_component_init(&rig->client.component, &client_class, "client", &rig->memory, SIM_PRIORITY_TEST);
    sim_component_out(&rig->client.component, &rig->client.request, "request", SIM_MSG_memory_request);
    sim_component_in(&rig->client.component, &rig->client.reply, "reply", SIM_MSG_memory_reply);
    sim_component_init(&rig->near.component, &device_class, "near", &rig->l2_clock, SIM_PRIORITY_TEST + 1);
    sim_mmio_declare(&rig->near.mmio, &rig->near.component);
    if (spec->display)
        return;
    sim_component_init(&rig->far.component, &device_class, "far", &rig->memory, SIM_PRIORITY_TEST + 2);
    sim_mmio_declare(&rig->far.mmio, &rig->far.component);
}

struct memory_rig *memory_rig_new(const struct memory_rig_spec *spec)
{
    struct memory_rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;
    if (!rig)
        exit(71);
    struct membus_timing timing = spec->timing.core0_request ? spec->timing : membus_timing_default();
    uint64_t reference = spec->slow_reference ? 99750000 : 100000000;
    must(sim_clock_init(&rig->core, "core", reference * 32, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->l2_clock, "l2", reference * 16, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->fsb_cpu, "fsb_cpu", reference * 27 / 2, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->fsb_gpu, "fsb_gpu", reference * 27 / 4, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->memory, "memory", reference * 7, 1, 0, 1, &error), &error);
    parts(rig, spec, &timing);
    const struct sim_options options = {.schedule = spec->schedule, .threads = 2, .stop_latency = MEMORY_NS(10000)};
    struct sim_machine *machine = rig->machine = sim_machine_new(&options);
    sim_machine_add(machine, &rig->l2.component);
    sim_machine_add(machine, &rig->north.component);
    for (unsigned i = 0; i < 3; i++)
        sim_machine_add(machine, &rig->driver[i].component);
    sim_machine_add(machine, &rig->client.component);
    sim_machine_add(machine, &rig->near.component);
    if (spec->display)
        display_parts(rig, spec);
    else
        sim_machine_add(machine, &rig->far.component);
    struct sim_mmio_port *far = spec->display ? &rig->display.mmio : &rig->far.mmio;
    uint32_t late = spec->devices_late ? 500 : 10;
    struct {
        struct sim_out *from;
        struct sim_in *to;
        uint32_t latency, credits;
    } links[] = {
        {&rig->driver[0].request, &rig->l2.request[0], timing.core0_request, timing.core_credits},
        {&rig->driver[1].request, &rig->l2.request[1], timing.core1_request, timing.core_credits},
        {&rig->driver[2].request, &rig->l2.request[2], timing.core2_request, timing.core_credits},
        {&rig->l2.reply[0], &rig->driver[0].reply, timing.core0_reply, timing.reply_credits},
        {&rig->l2.reply[1], &rig->driver[1].reply, timing.core1_reply, timing.reply_credits},
        {&rig->l2.reply[2], &rig->driver[2].reply, timing.core2_reply, timing.reply_credits},
        {&rig->l2.bus, &rig->north.request[0], timing.fsb_request, timing.fsb_credits},
        {&rig->north.reply[0], &rig->l2.bus_reply, timing.fsb_reply, timing.fsb_reply_credits},
        {&rig->client.request, &rig->north.request[1], 10, timing.client_credits},
        {&rig->north.reply[1], &rig->client.reply, 10, timing.client_credits},
        {&rig->l2.device_request[0], &rig->near.mmio.request, 10, 2},
        {&rig->near.mmio.reply, &rig->l2.device_reply[0], late, 2},
        {&rig->north.device_request[0], &far->request, 10, 2},
        {&far->reply, &rig->north.device_reply[0], late, 2},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        must(sim_machine_connect(machine, links[i].from, links[i].to,
                                 (struct sim_link_spec){.latency = links[i].latency, .credits = links[i].credits},
                                 &error),
             &error);
    if (spec->display)
        connect_display(rig, &timing);
    must(sim_machine_elaborate(machine, &error), &error);
    if (spec->prepare)
        spec->prepare(rig);
    return rig;
}

void memory_rig_free(struct memory_rig *rig)
{
    sim_machine_free(rig->machine);
    membus_l2_free(&rig->l2);
    membus_north_free(&rig->north);
    free(rig);
}

void memory_rig_run(struct memory_rig *rig, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    must(sim_machine_run(rig->machine, until, &stop, &error), &error);
}

static struct sim_machine *build(const void *spec)
{
    return memory_rig_new(spec)->machine;
}

bool memory_rig_digest(const struct memory_rig_spec *spec, sim_time end, sim_time save, uint8_t digest[SIM_DIGEST_SIZE])
{
    return saved_run_digest(build, spec, end, save, digest);
}
