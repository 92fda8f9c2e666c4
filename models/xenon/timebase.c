#include "models/xenon/timebase.h"

#include "waves/waves.h"

#include <string.h>

/* While the counters are dumped, at most so many steps are emitted at once. */
enum { SHOWN_AT_ONCE = 4096 };

const struct timebase_register timebase_registers[TIMEBASE_REG_COUNT] = {
#define TIMEBASE_REG(offset, name, bytes, reset, writable, source) {#name, offset, bytes, reset, writable, #source},
#include "models/xenon/timebase.def"
#undef TIMEBASE_REG
};

static bool running(const struct timebase_counters *counters)
{
    return counters->control & TIMEBASE_ENABLE;
}

static bool negative(const struct timebase_counters *counters)
{
    return counters->dec >> 31;
}

/* The counters after `edge`, which is not before timebase->edge. */
static struct timebase_counters counters_after(const struct timebase *timebase, uint64_t edge)
{
    struct timebase_counters counters = timebase->counters;
    if (running(&counters)) {
        counters.tb += edge - timebase->edge;
        counters.dec -= (uint32_t)(edge - timebase->edge);
    }
    return counters;
}

/* The last edge before t; 0 before the first one too, where the counters are as after the reset. */
static uint64_t last_edge(const struct timebase *timebase, sim_time t)
{
    uint64_t before = sim_clock_ceil(timebase->config.clock, t);
    return before == 0 ? 0 : before - 1;
}

/* Registers. */

static uint64_t value_of(const struct timebase_counters *counters, enum timebase_reg reg)
{
    switch (reg) {
    case TIMEBASE_TBU:
        return counters->tb >> 32;
    case TIMEBASE_TBL:
        return (uint32_t)counters->tb;
    case TIMEBASE_DEC:
        return counters->dec;
    case TIMEBASE_CONTROL:
        return counters->control;
    default:
        return counters->tb;
    }
}

static void set_value(struct timebase_counters *counters, enum timebase_reg reg, uint64_t data)
{
    data &= timebase_registers[reg].writable;
    switch (reg) {
    case TIMEBASE_TBU:
        counters->tb = data << 32 | (uint32_t)counters->tb;
        break;
    case TIMEBASE_TBL:
        counters->tb = counters->tb >> 32 << 32 | data;
        break;
    case TIMEBASE_DEC:
        counters->dec = (uint32_t)data;
        break;
    case TIMEBASE_CONTROL:
        counters->control = (uint32_t)data;
        break;
    default:
        counters->tb = data;
    }
}

static enum sim_mmio_status find(uint64_t address, unsigned size, enum timebase_reg *reg)
{
    for (unsigned i = 0; i < TIMEBASE_REG_COUNT; i++) {
        const struct timebase_register *is = &timebase_registers[i];
        if (address - is->offset >= is->bytes)
            continue;
        *reg = (enum timebase_reg)i;
        return address == is->offset && size == is->bytes ? SIM_MMIO_OK : SIM_MMIO_REFUSED;
    }
    return SIM_MMIO_UNMAPPED;
}

enum sim_mmio_status timebase_peek(const struct timebase *timebase, uint64_t address, unsigned size, uint64_t *data)
{
    enum timebase_reg reg;
    enum sim_mmio_status status = find(address, size, &reg);
    *data = UINT64_MAX;
    if (status == SIM_MMIO_OK) {
        uint64_t last = last_edge(timebase, timebase->component.at);
        struct timebase_counters counters = counters_after(timebase, last);
        *data = value_of(&counters, reg);
    }
    return status;
}

/* Waves. */

static bool watched(const struct timebase *timebase)
{
    return timebase->scope && timebase->scope->any;
}

static bool counters_watched(const struct timebase *timebase)
{
    return watched(timebase) && running(&timebase->counters) &&
           (timebase->scope->wanted[timebase->signals.tb] || timebase->scope->wanted[timebase->signals.dec]);
}

static void emit_counters(const struct timebase *timebase, sim_time t, const struct timebase_counters *counters)
{
    waves_set(timebase->scope, timebase->signals.tb, t, counters->tb);
    waves_set_u32(timebase->scope, timebase->signals.dec, t, counters->dec);
}

/* Emits the counters' steps at the edges before `end` that nothing else happened at. */
static void emit_steps(struct timebase *timebase, uint64_t end)
{
    if (counters_watched(timebase)) {
        struct sim_edge edge = sim_edge_at(timebase->config.clock, timebase->shown);
        for (; edge.index < end; sim_edge_next(timebase->config.clock, &edge)) {
            struct timebase_counters counters = counters_after(timebase, edge.index);
            emit_counters(timebase, edge.time, &counters);
        }
    }
    if (end > timebase->shown)
        timebase->shown = end;
}

/* The last access, as it looks from t on, where `edge` is the last one. The strobe is up for one clock; its fall is
 * told at once. */
static void emit_access(const struct timebase *timebase, sim_time t, uint64_t edge)
{
    const struct timebase_signals *signals = &timebase->signals;
    bool strobe = edge != 0 && timebase->access.edge == edge;
    waves_set_u32(timebase->scope, signals->strobe, t, strobe);
    if (strobe)
        waves_set_u32(timebase->scope, signals->strobe, sim_clock_edge(timebase->config.clock, edge + 1), 0);
    waves_set_u32(timebase->scope, signals->write, t, timebase->access.write);
    waves_set_u32(timebase->scope, signals->address, t, timebase->access.address);
    waves_set(timebase->scope, signals->data, t, timebase->access.data);
}

static void emit_state(const struct timebase *timebase, sim_time t, const struct timebase_counters *counters)
{
    emit_counters(timebase, t, counters);
    waves_set_u32(timebase->scope, timebase->signals.running, t, running(counters));
    waves_set_u32(timebase->scope, timebase->signals.irq, t, negative(counters));
}

/* Behaviour. */

static void access_register(struct timebase *timebase, const struct sim_msg_mmio_request *request, sim_time t)
{
    enum timebase_reg reg;
    enum sim_mmio_status status = find(request->address, request->size, &reg);
    uint64_t data = UINT64_MAX;
    if (status == SIM_MMIO_OK && request->write)
        set_value(&timebase->counters, reg, data = request->data);
    else if (status == SIM_MMIO_OK)
        data = value_of(&timebase->counters, reg);
    timebase->access = (struct timebase_access){
        .edge = timebase->edge,
        .data = data,
        .address = (uint16_t)request->address,
        .write = request->write != 0,
    };
    sim_mmio_answer(&timebase->mmio, t, status, data);
    if (watched(timebase))
        emit_access(timebase, t, timebase->edge);
}

/* Tells the thread of the line, as far as credits go. A line that rises and falls while it waits is not heard of. */
static void drive_line(struct timebase *timebase, sim_time t)
{
    bool level = negative(&timebase->counters);
    if (level == timebase->line_up && !timebase->line.link->waiting)
        return;
    if (!sim_out_ready(&timebase->line, t) || level == timebase->line_up)
        return;
    struct sim_msg_interrupt_line *message = sim_out_put(&timebase->line, t);
    *message = (struct sim_msg_interrupt_line){.thread = timebase->config.thread, .level = level};
    timebase->line_up = level;
}

/* All that happens at the edge at t, as far as is known of it; more messages of the same edge may follow. */
static void act(struct timebase *timebase, sim_time t)
{
    uint64_t edge = sim_clock_floor(timebase->config.clock, t);
    emit_steps(timebase, edge);
    timebase->counters = counters_after(timebase, edge);
    timebase->edge = edge;
    if (timebase->access.edge != edge) {
        const struct sim_msg_mmio_request *request = sim_mmio_turn(&timebase->mmio, t);
        if (request)
            access_register(timebase, request, t);
    }
    drive_line(timebase, t);
    if (watched(timebase))
        emit_state(timebase, t, &timebase->counters);
    timebase->shown = edge + 1;
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct timebase *timebase = (struct timebase *)self;
    (void)in;
    sim_mmio_accept(&timebase->mmio);
    act(timebase, t);
}

static void event(struct sim_component *self, sim_time t)
{
    act((struct timebase *)self, t);
}

/* The edge of the next thing to do that needs no credit; UINT64_MAX: there is none. */
static uint64_t next_edge(const struct timebase *timebase)
{
    uint64_t next = UINT64_MAX;
    if (timebase->mmio.count != 0 && !timebase->mmio.reply.link->waiting)
        return timebase->edge + 1;
    if (running(&timebase->counters)) /* the sign changes one step after 0, and one after the most negative */
        next = timebase->edge + (timebase->counters.dec & INT32_MAX) + 1;
    if (counters_watched(timebase) && timebase->shown + SHOWN_AT_ONCE < next)
        next = timebase->shown + SHOWN_AT_ONCE;
    return next;
}

static sim_time next_event(const struct sim_component *self)
{
    const struct timebase *timebase = (const struct timebase *)self;
    sim_time next = sim_mmio_next(&timebase->mmio);
    uint64_t edge = next_edge(timebase);
    if (edge != UINT64_MAX)
        next = sim_time_min(next, sim_clock_edge(timebase->config.clock, edge));
    if (timebase->line.link->waiting)
        next = sim_time_min(next, sim_out_credit_time(&timebase->line));
    return next;
}

static void advance(struct sim_component *self, sim_time until)
{
    struct timebase *timebase = (struct timebase *)self;
    sim_advance_by_events(self, until);
    emit_steps(timebase, sim_clock_ceil(timebase->config.clock, self->until));
}

static void reset(struct sim_component *self)
{
    struct timebase *timebase = (struct timebase *)self;
    timebase->edge = 0;
    timebase->counters = (struct timebase_counters){
        .tb = timebase_registers[TIMEBASE_TB].reset,
        .dec = (uint32_t)timebase_registers[TIMEBASE_DEC].reset,
        .control = (uint32_t)timebase_registers[TIMEBASE_CONTROL].reset,
    };
    timebase->line_up = false;
    timebase->access = (struct timebase_access){0};
    timebase->shown = 0;
    sim_mmio_reset(&timebase->mmio);
}

/* The same form as that of any other circuit with these registers: what they hold, not since when. */
static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct timebase *timebase = (const struct timebase *)self;
    uint64_t last = last_edge(timebase, self->at);
    struct timebase_counters counters = counters_after(timebase, last);
    sim_put_u64(writer, counters.tb);
    sim_put_u32(writer, counters.dec);
    sim_put_u32(writer, counters.control);
    sim_put_u8(writer, timebase->line_up);
    sim_put_u8(writer, last != 0 && timebase->access.edge == last);
    sim_put_u8(writer, timebase->access.write);
    sim_put_u16(writer, timebase->access.address);
    sim_put_u64(writer, timebase->access.data);
    sim_mmio_save(&timebase->mmio, writer);
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct timebase *timebase = (struct timebase *)self;
    timebase->edge = last_edge(timebase, self->at);
    timebase->shown = sim_clock_ceil(timebase->config.clock, self->at);
    timebase->counters.tb = sim_get_u64(reader);
    timebase->counters.dec = sim_get_u32(reader);
    timebase->counters.control = sim_get_u32_below(reader, timebase_registers[TIMEBASE_CONTROL].writable + 1);
    timebase->line_up = sim_get_u8_below(reader, 2);
    bool strobe = sim_get_u8_below(reader, 2);
    timebase->access.edge = strobe ? timebase->edge : 0;
    timebase->access.write = sim_get_u8_below(reader, 2);
    timebase->access.address = sim_get_u16(reader);
    timebase->access.data = sim_get_u64(reader);
    sim_mmio_load(&timebase->mmio, reader);
}

static void trace(struct sim_component *self, struct waves_scope *scope)
{
    struct timebase *timebase = (struct timebase *)self;
    timebase->scope = scope;
    timebase->signals = (struct timebase_signals){
        .tb = waves_bus(scope, "tb", 64, "tick"),
        .dec = waves_bus(scope, "dec", 32, "tick"),
        .running = waves_wire(scope, "running"),
        .irq = waves_wire(scope, "irq"),
        .strobe = waves_wire(scope, "mmio.strobe"),
        .write = waves_wire(scope, "mmio.write"),
        .address = waves_bus(scope, "mmio.address", 16, NULL),
        .data = waves_bus(scope, "mmio.data", 64, NULL),
    };
}

static void show(struct sim_component *self, sim_time t)
{
    struct timebase *timebase = (struct timebase *)self;
    uint64_t last = last_edge(timebase, t);
    struct timebase_counters counters = counters_after(timebase, last);
    emit_state(timebase, t, &counters);
    emit_access(timebase, t, last);
    timebase->shown = sim_clock_ceil(timebase->config.clock, t);
}

static const struct sim_class timebase_class = {
    .kind = "timebase",
    .version = 1,
    .reset = reset,
    .advance = advance,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = trace,
    .show = show,
    .message = message,
    .event = event,
};

void timebase_init(struct timebase *timebase, const char *name, uint32_t priority, const struct timebase_config *config)
{
    memset(timebase, 0, sizeof *timebase);
    timebase->config = *config;
    sim_component_init(&timebase->component, &timebase_class, name, config->clock, priority);
    sim_mmio_declare(&timebase->mmio, &timebase->component);
    sim_component_out(&timebase->component, &timebase->line, "line", SIM_MSG_interrupt_line);
}
