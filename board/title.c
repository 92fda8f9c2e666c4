#include "board/title.h"

#include <stdlib.h>
#include <string.h>

static struct title *title_of(void *context)
{
    return context;
}

static struct xenon_context *registers(void *context, unsigned cpu)
{
    return xenon_core_context_to_change(title_of(context)->core[cpu / 2], cpu % 2);
}

static void read_memory(void *context, uint64_t real, void *bytes, size_t size)
{
    membus_agent_read(&title_of(context)->agent, real, bytes, size);
}

static void write_memory(void *context, uint64_t real, const void *bytes, size_t size)
{
    membus_agent_write(&title_of(context)->agent, real, bytes, size);
}

static void zero_memory(void *context, uint64_t real, size_t size)
{
    membus_agent_zero(&title_of(context)->agent, real, size);
}

static void map_changed(void *context, uint32_t base, uint32_t size)
{
    membus_agent_map_changed(&title_of(context)->agent, base, size);
}

static void resume(void *context, unsigned cpu, uint32_t decrementer)
{
    title_of(context)->waits[cpu] = false;
    membus_agent_resume(&title_of(context)->agent, cpu, decrementer);
}

static void stop(void *context, enum sim_status status, const char *reason)
{
    struct title *title = context;
    title->ended = true;
    title->status = status;
    free(title->reason);
    title->reason = strdup(reason);
    sim_request_stop(&title->component, title->now, "%.*s", (int)strcspn(reason, "\n"), reason);
}

static void report(void *context, const char *text)
{
    struct title *title = context;
    size_t length = strlen(text);
    if (title->size + length + 1 > title->room) {
        size_t room = 2 * title->room + length + 4096;
        char *more = realloc(title->text, room);
        SIM_CHECK(more, "out of memory for what a title prints");
        title->text = more;
        title->room = room;
    }
    memcpy(title->text + title->size, text, length);
    title->text[title->size + length] = '\n';
    title->size += length + 1;
}

/* What was done at t is over: the cores are told. */
static void acted(struct title *title, sim_time t)
{
    for (unsigned cpu = 0; cpu < KERNEL_CPUS; cpu++)
        if (!title->waits[cpu] && kernel_idles(title->kernel, cpu)) {
            title->waits[cpu] = true;
            membus_agent_idle(&title->agent, cpu);
        }
    membus_agent_end(&title->agent, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct title *title = (struct title *)self;
    const struct sim_msg_trap m = *(const struct sim_msg_trap *)sim_in_head(in);
    sim_in_take(in);
    sim_in_credit(in, t);
    if (m.thread >= KERNEL_CPUS)
        return; /* a message out of a spoilt file */
    title->now = t;
    title->waits[m.thread] = false;
    membus_agent_trapped(&title->agent, m.thread);
    const struct kernel_trap trap = {.vector = m.vector, .cause = m.cause, .dar = m.dar, .dsisr = m.dsisr};
    kernel_trap(title->kernel, m.thread, &trap, t);
    acted(title, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct title *title = (struct title *)self;
    title->now = t;
    if (title->begun)
        kernel_event(title->kernel, t);
    else
        kernel_reset(title->kernel);
    title->begun = true;
    acted(title, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct title *title = (const struct title *)self;
    if (!title->begun)
        return 0;
    sim_time next = kernel_next(title->kernel);
    if (next < self->at)
        next = self->at;
    return next > SIM_TIME_MAX ? SIM_NEVER : sim_clock_edge(title->clock, sim_clock_ceil(title->clock, next));
}

static void reset(struct sim_component *self)
{
    struct title *title = (struct title *)self;
    title->begun = title->ended = false;
    memset(title->waits, 0, sizeof title->waits);
    memset(title->agent.traps, 0, sizeof title->agent.traps);
    title->size = 0;
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct title *title = (const struct title *)self;
    sim_put_u8(writer, title->begun);
    for (unsigned cpu = 0; cpu < KERNEL_CPUS; cpu++) {
        sim_put_u8(writer, title->waits[cpu]);
        sim_put_u8(writer, title->agent.traps[cpu]);
    }
    if (title->begun)
        kernel_save(title->kernel, writer);
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct title *title = (struct title *)self;
    title->begun = sim_get_u8_below(reader, 2);
    for (unsigned cpu = 0; cpu < KERNEL_CPUS; cpu++) {
        title->waits[cpu] = sim_get_u8_below(reader, 2);
        title->agent.traps[cpu] = sim_get_u8(reader);
    }
    if (title->begun)
        kernel_load(title->kernel, reader);
}

static void trace(struct sim_component *self, struct waves_scope *scope)
{
    (void)self;
    (void)scope; /* its link shows the traps; everything else is the event log's */
}

static const struct sim_class title_class = {
    .kind = "kernel",
    .version = 2,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = trace,
    .message = message,
    .event = event,
};

enum sim_status title_init(struct title *title, const struct board_description *description, const struct sim_clock *l2,
                           const struct sim_clock *core_clock, const struct sim_clock *timebase,
                           struct board_memory *memory, struct xenon_core *const *core,
                           const struct title_options *options, struct sim_machine *machine, struct sim_error *error)
{
    memset(title, 0, sizeof *title);
    title->core = core;
    title->clock = l2;
    const struct kernel_config config = {
        .host = {title, registers, read_memory, write_memory, zero_memory, &memory->l2.map, map_changed, resume, stop,
                 report},
        .core = core_clock,
        .timebase = timebase,
        .reference = (enum hle_reference_kind)description->kernel_reference,
        .image = options->image,
        .media = options->media,
        .title_path = options->path,
        .start_time = description->kernel_start_time,
        .strict = options->strict,
        .past_deadlock = options->past_deadlock,
        .log = options->log,
        .replay = options->replay,
    };
    sim_component_init(&title->component, &title_class, "kernel", l2, SIM_PRIORITY_KERNEL);
    sim_component_in(&title->component, &title->trap, "trap", SIM_MSG_trap);
    title->trap.apart = true;
    membus_agent_init(&title->agent, &title->component, &memory->l2, &memory->north);
    title->kernel = kernel_create(&config, error);
    if (!title->kernel)
        return SIM_BAD_INPUT;
    sim_machine_add(machine, &title->component);
    return SIM_OK;
}

enum sim_status title_connect(struct title *title, const struct board_description *description,
                              struct board_memory *memory, struct sim_machine *machine, struct sim_error *error)
{
    const struct sim_link_spec spec = {.latency = (uint32_t)description->latency_trap,
                                       .credits = KERNEL_CPUS,
                                       .credit_latency = (uint32_t)description->latency_trap};
    return sim_machine_connect(machine, &memory->l2.trap, &title->trap, spec, error);
}

void title_free(struct title *title)
{
    kernel_destroy(title->kernel);
    free(title->text);
    free(title->reason);
    memset(title, 0, sizeof *title);
}
