#include "tests/support/cp_rig.h"

#include "tests/support/saved_run.h"

#include <stdlib.h>
#include <string.h>

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "cp rig: %s\n", error->text);
    exit(70);
}

static void put_word(struct cp_host *host, uint32_t address, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        host->bytes[(address + i) % CP_RIG_MEMORY] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t get_word(const struct cp_host *host, uint32_t address)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++)
        value = value << 8 | host->bytes[(address + i) % CP_RIG_MEMORY];
    return value;
}

static void host_reset(struct sim_component *self)
{
    struct cp_host *host = (struct cp_host *)self;
    host->next = host->memory.reads = host->pipe_memory.reads = 0;
    host->away = false;
    if (host->display.request.owner)
        sim_mmio_reset(&host->display);
}

static void play(struct cp_host *host, sim_time t)
{
    while (host->next < host->steps && host->script[host->next].time <= t && !host->away) {
        const struct cp_rig_step *step = &host->script[host->next];
        if (step->kind == CP_RIG_STORE) {
            put_word(host, step->where, step->value);
            host->next++;
            continue;
        }
        if (!sim_out_ready(&host->mmio, t))
            return;
        struct sim_msg_mmio_request *request = sim_out_put(&host->mmio, t);
        bool write = step->kind == CP_RIG_WRITE;
        *request = (struct sim_msg_mmio_request){
            .address = 4 * step->where, .data = step->value, .tag = host->next, .size = 4, .write = write};
        host->away = true;
        host->next++;
    }
}

static void answer_reads(struct cp_host *host, struct cp_rig_client *client, sim_time t)
{
    while (client->reads != 0 && client->read[0].ready <= t && sim_out_ready(&client->reply, t)) {
        struct sim_msg_memory_reply *reply = sim_out_put(&client->reply, t);
        memset(reply, 0, sizeof *reply);
        reply->kind = client->read[0].fence ? SIM_MEMORY_FENCED : SIM_MEMORY_DATA;
        reply->tag = client->read[0].tag;
        reply->address = client->read[0].address;
        if (!client->read[0].fence)
            sim_bytes_to_words(SIM_WORDS_OF(reply, memory_reply),
                               host->bytes + client->read[0].address / SIM_LINE * SIM_LINE % CP_RIG_MEMORY, 16);
        memmove(client->read, client->read + 1, --client->reads * sizeof *client->read);
        sim_in_credit(&client->request, t);
    }
}

static void answer_display(struct cp_host *host, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while (host->display.request.owner && (request = sim_mmio_turn(&host->display, t))) {
        uint32_t *reg = &host->shown[request->address / 4 % CP_RIG_DISPLAY];
        if (request->write)
            *reg = (uint32_t)request->data;
        sim_mmio_answer(&host->display, t, SIM_MMIO_OK, *reg);
    }
}

static void host_event(struct sim_component *self, sim_time t)
{
    struct cp_host *host = (struct cp_host *)self;
    play(host, t);
    answer_reads(host, &host->memory, t);
    answer_reads(host, &host->pipe_memory, t);
    answer_display(host, t);
}

static void memory_request(struct cp_host *host, struct cp_rig_client *client,
                           const struct sim_msg_memory_request *request, sim_time t)
{
    if (request->kind != SIM_MEMORY_WRITE) {
        uint64_t edge = sim_clock_ceil(host->clock, t) + host->latency;
        bool fence = request->kind == SIM_MEMORY_FENCE;
        client->read[client->reads].ready = sim_clock_edge(host->clock, edge);
        client->read[client->reads].tag = request->tag;
        client->read[client->reads].fence = fence;
        client->read[client->reads++].address = (uint32_t)request->address;
        host->read_count += !fence;
        return;
    }
    uint8_t bytes[SIM_LINE];
    const uint64_t mask[2] = {request->mask0, request->mask1};
    bool first = true;
    sim_words_to_bytes(bytes, SIM_WORDS_OF(request, memory_request), 16);
    for (uint32_t i = 0; i < SIM_LINE; i++) {
        if (!(mask[i / 64] >> i % 64 & 1))
            continue;
        host->bytes[(request->address + i) % CP_RIG_MEMORY] = bytes[i];
        if (i % 4 != 3 || !first || host->writes == CP_RIG_LOG)
            continue;
        first = false;
        uint32_t address = (uint32_t)request->address + i - 3;
        host->write[host->writes].time = t;
        host->write[host->writes].address = address;
        host->write[host->writes++].word = get_word(host, address);
    }
    host->write_count++;
    sim_in_credit(&client->request, t);
}

static void access_done(struct cp_host *host, const struct sim_msg_mmio_response *response, sim_time t)
{
    const struct cp_rig_step *step = &host->script[response->tag % host->steps];
    host->away = false;
    if (step->kind != CP_RIG_READ || host->accesses == CP_RIG_LOG)
        return;
    host->access[host->accesses++] =
        (struct cp_rig_access){.done = t, .where = step->where, .value = (uint32_t)response->data};
}

static void host_message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct cp_host *host = (struct cp_host *)self;
    if (in == &host->display.request) {
        sim_mmio_accept(&host->display);
        answer_display(host, t);
        return;
    }
    const void *body = sim_in_head(in);
    sim_in_take(in); /* the slot stays as it is until its credit goes back */
    if (in == &host->memory.request || in == &host->pipe_memory.request) {
        memory_request(host, in == &host->memory.request ? &host->memory : &host->pipe_memory, body, t);
        return;
    }
    if (in == &host->mmio_reply) {
        access_done(host, body, t);
    } else if (host->interrupts < CP_RIG_LOG) {
        const struct sim_msg_interrupt *interrupt = body;
        host->interrupt[host->interrupts].time = t;
        host->interrupt[host->interrupts].vector = interrupt->vector;
        host->interrupt[host->interrupts++].targets = interrupt->targets;
    }
    sim_in_credit(in, t);
    play(host, t);
}

static sim_time next_answer(const struct cp_rig_client *client)
{
    if (client->reads == 0)
        return SIM_NEVER;
    return client->reply.link->waiting ? sim_out_credit_time(&client->reply) : client->read[0].ready;
}

static sim_time host_next(const struct sim_component *self)
{
    const struct cp_host *host = (const struct cp_host *)self;
    sim_time next = SIM_NEVER;
    if (host->next < host->steps && !host->away)
        next = host->mmio.link->waiting
                   ? sim_out_credit_time(&host->mmio)
                   : sim_clock_edge(host->clock, sim_clock_ceil(host->clock, host->script[host->next].time));
    next = sim_time_min(next, sim_time_min(next_answer(&host->memory), next_answer(&host->pipe_memory)));
    return host->display.request.owner ? sim_time_min(next, sim_mmio_next(&host->display)) : next;
}

static void save_client(const struct cp_rig_client *client, struct sim_writer *writer)
{
    sim_put_u32(writer, client->reads);
    for (uint32_t i = 0; i < client->reads; i++) {
        sim_put_u64(writer, client->read[i].ready);
        sim_put_u32(writer, client->read[i].tag);
        sim_put_u32(writer, client->read[i].address);
        sim_put_u8(writer, client->read[i].fence);
    }
}

static void load_client(struct cp_rig_client *client, struct sim_reader *reader)
{
    client->reads = sim_get_u32_below(reader, CP_RIG_READS + 1);
    for (uint32_t i = 0; i < client->reads; i++) {
        client->read[i].ready = sim_get_u64(reader);
        client->read[i].tag = sim_get_u32(reader);
        client->read[i].address = sim_get_u32(reader);
        client->read[i].fence = sim_get_u8_below(reader, 2) != 0;
    }
}

static void host_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct cp_host *host = (const struct cp_host *)self;
    sim_put_bytes(writer, host->bytes, sizeof host->bytes);
    for (unsigned i = 0; i < CP_RIG_DISPLAY; i++)
        sim_put_u32(writer, host->shown[i]);
    sim_put_u32(writer, host->next);
    sim_put_u8(writer, host->away);
    save_client(&host->memory, writer);
    save_client(&host->pipe_memory, writer);
    sim_put_u64(writer, host->read_count);
    sim_put_u64(writer, host->write_count);
    if (host->display.request.owner)
        sim_mmio_save(&host->display, writer);
}

static void host_load(struct sim_component *self, struct sim_reader *reader)
{
    struct cp_host *host = (struct cp_host *)self;
    sim_get_bytes(reader, host->bytes, sizeof host->bytes);
    for (unsigned i = 0; i < CP_RIG_DISPLAY; i++)
        host->shown[i] = sim_get_u32(reader);
    host->next = sim_get_u32(reader);
    host->away = sim_get_u8_below(reader, 2) != 0;
    load_client(&host->memory, reader);
    load_client(&host->pipe_memory, reader);
    host->read_count = sim_get_u64(reader);
    host->write_count = sim_get_u64(reader);
    if (host->display.request.owner)
        sim_mmio_load(&host->display, reader);
}

static const struct sim_class host_class = {
    .kind = "test.cp_host",
    .version = 1,
    .reset = host_reset,
    .advance = sim_advance_by_events,
    .next_event = host_next,
    .save = host_save,
    .load = host_load,
    .message = host_message,
    .event = host_event,
};

void cp_rig_start(struct cp_rig_step step[CP_RIG_START], uint32_t words, uint32_t control)
{
    const struct cp_rig_step steps[CP_RIG_START] = {
        {0, CP_RIG_WRITE, XENOS_CP_RB_CNTL, control},
        {0, CP_RIG_WRITE, XENOS_CP_RB_BASE, CP_RIG_RING},
        {0, CP_RIG_WRITE, XENOS_CP_RB_RPTR_ADDR, (CP_RIG_RESULT - 64) | 2},
        {0, CP_RIG_WRITE, XENOS_CP_ME_CNTL, 0xFFFF},
        {0, CP_RIG_WRITE, XENOS_CP_INT_CNTL, 0xFFFFFFFF},
        {0, CP_RIG_WRITE, XENOS_CP_RB_WPTR, words},
    };
    memcpy(step, steps, sizeof steps);
}

static void build_host(struct cp_rig *rig, const struct cp_rig_spec *spec)
{
    static struct cp_rig_step start[CP_RIG_START];
    struct cp_host *host = &rig->host;
    struct sim_component *self = &host->component;
    cp_rig_start(start, spec->words, CP_RIG_RING_LOG | 6 << 8 | 2 << 16);
    sim_component_init(self, &host_class, "host", &rig->memory, SIM_PRIORITY_TEST);
    sim_component_out(self, &host->mmio, "mmio", SIM_MSG_mmio_request);
    sim_component_in(self, &host->mmio_reply, "mmio_reply", SIM_MSG_mmio_response);
    sim_component_in(self, &host->memory.request, "memory", SIM_MSG_memory_request);
    sim_component_out(self, &host->memory.reply, "memory_reply", SIM_MSG_memory_reply);
    if (spec->pipe) {
        sim_component_in(self, &host->pipe_memory.request, "pipe_memory", SIM_MSG_memory_request);
        sim_component_out(self, &host->pipe_memory.reply, "pipe_memory_reply", SIM_MSG_memory_reply);
    }
    sim_component_in(self, &host->irq, "irq", SIM_MSG_interrupt);
    if (!spec->no_display) {
        sim_component_in(self, &host->display.request, "display", SIM_MSG_mmio_request);
        sim_component_out(self, &host->display.reply, "display_reply", SIM_MSG_mmio_response);
    }
    host->clock = &rig->memory;
    host->script = spec->script ? spec->script : start;
    host->steps = spec->script ? spec->steps : CP_RIG_START;
    host->latency = spec->latency ? spec->latency : 40;
    for (uint32_t i = 0; i < spec->words && spec->ring; i++)
        put_word(host, CP_RIG_RING + 4 * i, spec->ring[i]);
    for (uint32_t i = 0; i < spec->buffer_words; i++)
        put_word(host, CP_RIG_BUFFER + 4 * i, spec->buffer[i]);
}

struct pipe_timing cp_rig_ways_default(void)
{
    return (struct pipe_timing){
#define PIPE_TIMING(name, value, ...) .name = (value),
#include "models/xenos/pipe/timing.def"
#undef PIPE_TIMING
    };
}

/* Memory as it is at the instant at which a draw arrives. */
static void read_for_pipe(void *self, uint32_t address, void *bytes, size_t size)
{
    const struct cp_host *host = self;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = host->bytes[(address + i) % CP_RIG_MEMORY];
}

static void build_pipe(struct cp_rig *rig, const struct cp_rig_spec *spec)
{
    const struct pipe_config config = {
        .clock = &rig->gpu,
        .timing = spec->ways.pipe_draw ? spec->ways : cp_rig_ways_default(),
        .array = spec->array.array_draws ? spec->array : xenos_array_timing_default(),
        .commands = &rig->cp,
        .memory_size = CP_RIG_MEMORY,
        .self = &rig->host,
        .read = read_for_pipe,
    };
    rig->has_pipe = true;
    pipe_init(&rig->pipe, "xenos.pipe", SIM_PRIORITY_PIPE, &config);
}

struct cp_rig *cp_rig_new(const struct cp_rig_spec *spec)
{
    struct cp_rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;
    if (!rig)
        exit(71);
    must(sim_clock_init(&rig->gpu, "gpu", spec->slow_reference ? 498750000 : 500000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->memory, "memory", 700000000, 1, 0, 1, &error), &error);
    const struct cp_config config = {
        .clock = &rig->gpu,
        .timing = spec->timing.cp_fetch_lines ? spec->timing : cp_timing_default(),
        .memory_size = CP_RIG_MEMORY,
        .vector = 0x54,
        .error_vector = 0x58,
        .error_targets = 4,
        .function0 = spec->function0,
        .counter = spec->counter,
        .zero = spec->zero,
        .display = !spec->no_display,
        .pipe = spec->pipe,
    };
    struct cp *cp = &rig->cp;
    struct cp_host *host = &rig->host;
    cp_init(cp, "xenos.cp", SIM_PRIORITY_COMMANDS, &config);
    build_host(rig, spec);
    if (spec->pipe)
        build_pipe(rig, spec);
    const struct sim_options options = {.schedule = spec->schedule, .threads = 2, .stop_latency = CP_RIG_NS(10000)};
    struct sim_machine *machine = rig->machine = sim_machine_new(&options);
    sim_machine_add(machine, &cp->component);
    sim_machine_add(machine, &host->component);
    struct pipe *pipe = &rig->pipe;
    const struct pipe_timing *ways = &pipe->config.timing;
    if (spec->pipe) {
        sim_machine_add(machine, &pipe->component);
        sim_component_acts_on(&pipe->component, &cp->component);
        sim_component_acts_on(&pipe->component, &host->component);
    }
    struct {
        struct sim_out *from;
        struct sim_in *to;
        uint32_t latency, credits;
    } links[] = {
        {&host->mmio, &cp->mmio.request, 20, 4},
        {&cp->mmio.reply, &host->mmio_reply, 20, 4},
        {&cp->memory, &host->memory.request, 4, 16},
        {&host->memory.reply, &cp->memory_reply, 20, 16},
        {&cp->irq, &host->irq, 100, 4},
        {&cp->display, &host->display.request, 8, 4},
        {&host->display.reply, &cp->display_reply, 8, 4},
        {&cp->pipe, &pipe->draws, ways->pipe_draw, CP_DRAWS},
        {&pipe->done, &cp->pipe_reply, ways->pipe_done, CP_DRAWS},
        {&pipe->memory, &host->pipe_memory.request, ways->pipe_memory_request, ways->pipe_credits},
        {&host->pipe_memory.reply, &pipe->memory_reply, ways->pipe_memory_reply, ways->pipe_credits},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (!links[i].from->owner || !links[i].to->owner)
            continue; /* not in this rig */
        must(sim_machine_connect(machine, links[i].from, links[i].to,
                                 (struct sim_link_spec){.latency = links[i].latency, .credits = links[i].credits},
                                 &error),
             &error);
    }
    must(sim_machine_elaborate(machine, &error), &error);
    return rig;
}

void cp_rig_free(struct cp_rig *rig)
{
    sim_machine_free(rig->machine);
    if (rig->has_pipe)
        pipe_free(&rig->pipe);
    free(rig);
}

void cp_rig_run(struct cp_rig *rig, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    must(sim_machine_run(rig->machine, until, &stop, &error), &error);
}

uint32_t cp_rig_word(const struct cp_rig *rig, uint32_t address)
{
    return get_word(&rig->host, address);
}

uint64_t cp_rig_written(const struct cp_rig *rig, uint32_t address)
{
    for (uint32_t i = 0; i < rig->host.writes; i++)
        if (rig->host.write[i].address == address)
            return sim_clock_ceil(&rig->gpu, rig->host.write[i].time);
    return 0;
}

static struct sim_machine *build(const void *spec)
{
    return cp_rig_new(spec)->machine;
}

bool cp_rig_digest(const struct cp_rig_spec *spec, sim_time end, sim_time save, uint8_t digest[SIM_DIGEST_SIZE])
{
    return saved_run_digest(build, spec, end, save, digest);
}
