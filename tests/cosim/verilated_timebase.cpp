// Puts the Verilated time base in the place of a component. See docs/cosim.md.
//
// At each edge of its clock: take what has arrived, put the access whose turn it is on the circuit's pins, run the
// circuit over the edge, send what its pins say. All that is state lies in the circuit's registers, but for the queue
// in front of it and what the thread was told.
#include <cstdint>
#include <new>

extern "C" {
#include "tests/cosim/verilated_timebase.h"
#include "waves/waves.h"
}

#include "Vtimebase.h"
#include "Vtimebase___024root.h"

struct verilated_circuit {
    VerilatedContext context;
    Vtimebase pins{&context};
    Vtimebase___024root &registers() { return *pins.rootp; }
};

namespace
{

struct verilated_timebase *of(struct sim_component *self)
{
    return reinterpret_cast<struct verilated_timebase *>(self);
}

const struct verilated_timebase *of(const struct sim_component *self)
{
    return reinterpret_cast<const struct verilated_timebase *>(self);
}

void tick(Vtimebase &pins)
{
    pins.clock = 0;
    pins.eval();
    pins.clock = 1;
    pins.eval();
}

void reset(struct sim_component *self)
{
    struct verilated_timebase *timebase = of(self);
    Vtimebase &pins = timebase->circuit->pins;
    pins.reset = 1;
    pins.request = 0;
    tick(pins);
    timebase->line_up = false;
    sim_mmio_reset(&timebase->mmio);
}

void emit(struct verilated_timebase *timebase, sim_time t)
{
    const struct verilated_signals &signals = timebase->signals;
    const Vtimebase___024root &registers = timebase->circuit->registers();
    waves_set(timebase->scope, signals.tb, t, registers.timebase__DOT__tb);
    waves_set_u32(timebase->scope, signals.dec, t, registers.timebase__DOT__dec);
    waves_set_u32(timebase->scope, signals.running, t, registers.timebase__DOT__control >> 8);
    waves_set_u32(timebase->scope, signals.irq, t, timebase->circuit->pins.irq);
    waves_set_u32(timebase->scope, signals.strobe, t, registers.timebase__DOT__strobe);
    waves_set_u32(timebase->scope, signals.write, t, registers.timebase__DOT__access_write);
    waves_set_u32(timebase->scope, signals.address, t, registers.timebase__DOT__access_address);
    waves_set(timebase->scope, signals.data, t, registers.timebase__DOT__access_data);
}

void drive_line(struct verilated_timebase *timebase, sim_time t)
{
    bool level = timebase->circuit->pins.irq;
    bool ready = (level != timebase->line_up || timebase->line.link->waiting) && sim_out_ready(&timebase->line, t);
    if (!ready || level == timebase->line_up)
        return;
    auto *message = static_cast<struct sim_msg_interrupt_line *>(sim_out_put(&timebase->line, t));
    message->thread = timebase->thread;
    message->level = level;
    timebase->line_up = level;
}

void act(struct verilated_timebase *timebase, const struct sim_edge &edge)
{
    Vtimebase &pins = timebase->circuit->pins;
    while (sim_in_time(&timebase->mmio.request) <= edge.time)
        sim_mmio_accept(&timebase->mmio);
    const struct sim_msg_mmio_request *request = sim_mmio_turn(&timebase->mmio, edge.time);
    pins.reset = edge.index == 0;
    pins.request = request != nullptr;
    if (request) {
        pins.request_write = request->write != 0;
        pins.request_size = request->size;
        pins.request_address = request->address;
        pins.request_data = request->data;
    }
    tick(pins);
    if (request)
        sim_mmio_answer(&timebase->mmio, edge.time, static_cast<enum sim_mmio_status>(pins.reply_status),
                        pins.reply_data);
    drive_line(timebase, edge.time);
    if (timebase->scope && timebase->scope->any)
        emit(timebase, edge.time);
}

sim_time next_event(const struct sim_component *self)
{
    return sim_clock_edge(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
}

void advance(struct sim_component *self, sim_time)
{
    struct sim_edge edge = sim_edge_at(self->clock[0], sim_clock_ceil(self->clock[0], self->at));
    for (; edge.time < self->until; sim_edge_next(self->clock[0], &edge)) // a send may have pulled it closer
        act(of(self), edge);
}

void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct verilated_timebase *timebase = of(self);
    const Vtimebase___024root &registers = timebase->circuit->registers();
    sim_put_u64(writer, registers.timebase__DOT__tb);
    sim_put_u32(writer, registers.timebase__DOT__dec);
    sim_put_u32(writer, registers.timebase__DOT__control);
    sim_put_u8(writer, timebase->line_up);
    sim_put_u8(writer, registers.timebase__DOT__strobe);
    sim_put_u8(writer, registers.timebase__DOT__access_write);
    sim_put_u16(writer, registers.timebase__DOT__access_address);
    sim_put_u64(writer, registers.timebase__DOT__access_data);
    sim_mmio_save(&timebase->mmio, writer);
}

void load(struct sim_component *self, struct sim_reader *reader)
{
    struct verilated_timebase *timebase = of(self);
    Vtimebase___024root &registers = timebase->circuit->registers();
    registers.timebase__DOT__tb = sim_get_u64(reader);
    registers.timebase__DOT__dec = sim_get_u32(reader);
    registers.timebase__DOT__control = static_cast<SData>(sim_get_u32_below(reader, 0x200));
    timebase->line_up = sim_get_u8_below(reader, 2) != 0;
    registers.timebase__DOT__strobe = static_cast<CData>(sim_get_u8_below(reader, 2));
    registers.timebase__DOT__access_write = static_cast<CData>(sim_get_u8_below(reader, 2));
    registers.timebase__DOT__access_address = sim_get_u16(reader);
    registers.timebase__DOT__access_data = sim_get_u64(reader);
    sim_mmio_load(&timebase->mmio, reader);
    timebase->circuit->pins.eval(); // the pins follow the registers
}

void trace(struct sim_component *self, struct waves_scope *scope)
{
    struct verilated_timebase *timebase = of(self);
    struct verilated_signals &signals = timebase->signals;
    timebase->scope = scope;
    signals.tb = waves_bus(scope, "tb", 64, "tick");
    signals.dec = waves_bus(scope, "dec", 32, "tick");
    signals.running = waves_wire(scope, "running");
    signals.irq = waves_wire(scope, "irq");
    signals.strobe = waves_wire(scope, "mmio.strobe");
    signals.write = waves_wire(scope, "mmio.write");
    signals.address = waves_bus(scope, "mmio.address", 16, NULL);
    signals.data = waves_bus(scope, "mmio.data", 64, nullptr);
}

void show(struct sim_component *self, sim_time t)
{
    emit(of(self), t);
}

struct sim_class make_class()
{
    struct sim_class made = {};
    made.kind = "timebase"; // its saved form is that of the C part: each loads what the other saved
    made.version = 1;
    made.reset = reset;
    made.advance = advance;
    made.next_event = next_event;
    made.save = save;
    made.load = load;
    made.trace = trace;
    made.show = show;
    return made;
}

const struct sim_class verilated_class = make_class();

} // namespace

void verilated_timebase_init(struct verilated_timebase *timebase, const char *name, uint32_t priority,
                             const struct sim_clock *clock, uint8_t thread)
{
    sim_component_init(&timebase->component, &verilated_class, name, clock, priority);
    sim_mmio_declare(&timebase->mmio, &timebase->component);
    sim_component_out(&timebase->component, &timebase->line, "line", SIM_MSG_interrupt_line);
    timebase->thread = thread;
    timebase->scope = nullptr;
    timebase->circuit = new verilated_circuit;
}

void verilated_timebase_free(struct verilated_timebase *timebase)
{
    timebase->circuit->pins.final();
    delete timebase->circuit;
    timebase->circuit = nullptr;
}

void verilated_timebase_flip(struct verilated_timebase *timebase, unsigned bit)
{
    timebase->circuit->registers().timebase__DOT__dec ^= UINT32_C(1) << bit;
}
