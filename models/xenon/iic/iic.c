#include "models/xenon/iic/iic_parts.h"
#include "waves/waves.h"

#include <string.h>

/* The highest vector of a mask; -4, below every vector and priority, for none. */
static int highest(uint32_t mask)
{
    return mask == 0 ? -4 : 4 * (31 - __builtin_clz(mask));
}

void iic_reset_thread(struct iic_thread *thread)
{
    for (unsigned i = 0; i < IIC_THREAD_REG_COUNT; i++)
        thread->reg[i] = iic_thread_registers[i].reset;
    thread->pending = thread->in_service = 0;
}

void iic_pend(struct iic *iic, uint8_t vector, uint8_t targets)
{
    vector &= IIC_VECTOR_MASK;
    if (vector == IIC_NO_VECTOR)
        return;
    for (unsigned i = 0; i < IIC_THREADS; i++)
        if (targets >> i & 1)
            iic->thread[i].pending |= 1u << vector / 4;
}

uint8_t iic_deliverable(const struct iic_thread *thread)
{
    int vector = highest(thread->pending);
    bool above = vector > (int)thread->reg[IIC_TASK_PRIORITY] && vector > highest(thread->in_service);
    return above ? (uint8_t)vector : IIC_NO_VECTOR;
}

uint8_t iic_acknowledge(struct iic_thread *thread)
{
    uint8_t vector = iic_deliverable(thread);
    if (vector != IIC_NO_VECTOR) {
        thread->pending &= ~(1u << vector / 4);
        thread->in_service |= 1u << vector / 4;
    }
    return vector;
}

void iic_end(struct iic_thread *thread)
{
    if (thread->in_service)
        thread->in_service &= ~(1u << highest(thread->in_service) / 4);
}

bool iic_send_ipi(struct iic *iic, sim_time due, uint8_t vector, uint8_t targets)
{
    if (iic->ipi_count == IIC_IPIS_MAX)
        return false;
    iic->ipi[(iic->ipi_first + iic->ipi_count++) % IIC_IPIS_MAX] = (struct iic_ipi){due, vector, targets};
    return true;
}

static void emit(const struct iic *iic, sim_time t)
{
    for (unsigned i = 0; i < IIC_THREADS; i++) {
        const struct iic_thread *thread = &iic->thread[i];
        const struct iic_signals *signals = &iic->signals[i];
        waves_set_u32(iic->scope, signals->pending, t, thread->pending);
        waves_set_u32(iic->scope, signals->in_service, t, thread->in_service);
        waves_set_u32(iic->scope, signals->priority, t, (uint32_t)thread->reg[IIC_TASK_PRIORITY]);
        waves_set_u32(iic->scope, signals->line, t, iic_deliverable(thread) != IIC_NO_VECTOR);
    }
}

static struct sim_out *line_of(struct iic *iic, unsigned thread)
{
    return iic->config.a_line_per_core ? &iic->core_line[thread / IIC_CORE_THREADS] : &iic->line;
}

/* Accesses in their turn, then the lines: each thread whose line is not as it was told last hears of it, lowest first,
 * as far as credits go. A line that goes up and down again while it waits for one is not heard of. */
static void settle(struct iic *iic, sim_time t)
{
    const struct sim_msg_mmio_request *request;
    while ((request = sim_mmio_turn(&iic->mmio, t))) {
        uint64_t data = request->data;
        enum sim_mmio_status status;
        if (!iic_access(iic, request, t, &status, &data))
            break;
        sim_mmio_answer(&iic->mmio, t, status, status == SIM_MMIO_OK ? data : UINT64_MAX);
    }
    for (unsigned i = 0; i < IIC_THREADS; i++) {
        uint32_t level = iic_deliverable(&iic->thread[i]) != IIC_NO_VECTOR;
        if ((iic->lines >> i & 1) == level)
            continue;
        struct sim_out *line = line_of(iic, i);
        if (!sim_out_ready(line, t))
            continue;
        struct sim_msg_interrupt_line *message = sim_out_put(line, t);
        *message = (struct sim_msg_interrupt_line){
            .thread = (uint8_t)(iic->config.a_line_per_core ? i % IIC_CORE_THREADS : i), .level = (uint8_t)level};
        iic->lines ^= 1u << i;
    }
    for (unsigned i = 0; i < IIC_THREADS; i++) /* for a change that has been taken back since: the credit is taken
                                                  note of */
        if (line_of(iic, i)->link->waiting)
            (void)sim_out_ready(line_of(iic, i), t);
    if (iic->scope && iic->scope->any)
        emit(iic, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct iic *iic = (struct iic *)self;
    if (in == &iic->graphics || in == &iic->commands) {
        const struct sim_msg_interrupt *interrupt = sim_in_head(in);
        iic_pend(iic, interrupt->vector, interrupt->targets);
        sim_in_take(in);
        sim_in_credit(in, t);
    } else {
        sim_mmio_accept(&iic->mmio);
    }
    settle(iic, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct iic *iic = (struct iic *)self;
    settle(iic, t);
    while (iic->ipi_count != 0 && iic->ipi[iic->ipi_first].due == t) {
        iic_pend(iic, iic->ipi[iic->ipi_first].vector, iic->ipi[iic->ipi_first].targets);
        iic->ipi_first = (iic->ipi_first + 1) % IIC_IPIS_MAX;
        iic->ipi_count--;
    }
    settle(iic, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct iic *iic = (const struct iic *)self;
    sim_time next = sim_mmio_next(&iic->mmio);
    for (uint32_t i = 0; i < self->outs; i++)
        if (self->out[i] != &iic->mmio.reply && self->out[i]->link->waiting)
            next = sim_time_min(next, sim_out_credit_time(self->out[i]));
    return iic->ipi_count == 0 ? next : sim_time_min(next, iic->ipi[iic->ipi_first].due);
}

static void reset(struct sim_component *self)
{
    struct iic *iic = (struct iic *)self;
    for (unsigned i = 0; i < IIC_THREADS; i++)
        iic_reset_thread(&iic->thread[i]);
    for (unsigned i = 0; i < IIC_GLOBAL_REG_COUNT; i++)
        iic->global[i] = iic_global_registers[i].reset;
    iic->ipi_first = iic->ipi_count = iic->lines = 0;
    sim_mmio_reset(&iic->mmio);
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct iic *iic = (const struct iic *)self;
    for (unsigned i = 0; i < IIC_THREADS; i++) {
        for (unsigned r = 0; r < IIC_THREAD_REG_COUNT; r++)
            sim_put_u64(writer, iic->thread[i].reg[r]);
        sim_put_u32(writer, iic->thread[i].pending);
        sim_put_u32(writer, iic->thread[i].in_service);
    }
    for (unsigned r = 0; r < IIC_GLOBAL_REG_COUNT; r++)
        sim_put_u64(writer, iic->global[r]);
    sim_put_u32(writer, iic->ipi_count);
    for (uint32_t i = 0; i < iic->ipi_count; i++) {
        const struct iic_ipi *ipi = &iic->ipi[(iic->ipi_first + i) % IIC_IPIS_MAX];
        sim_put_u64(writer, ipi->due);
        sim_put_u8(writer, ipi->vector);
        sim_put_u8(writer, ipi->targets);
    }
    sim_put_u32(writer, iic->lines);
    sim_mmio_save(&iic->mmio, writer);
}

static uint64_t get_register(struct sim_reader *reader, const struct iic_register *is)
{
    uint64_t value = sim_get_u64(reader);
    if ((value & ~is->writable) != (is->reset & ~is->writable))
        reader->failed = true;
    return value;
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct iic *iic = (struct iic *)self;
    for (unsigned i = 0; i < IIC_THREADS; i++) {
        for (unsigned r = 0; r < IIC_THREAD_REG_COUNT; r++)
            iic->thread[i].reg[r] = get_register(reader, &iic_thread_registers[r]);
        iic->thread[i].pending = sim_get_u32(reader) & INT32_MAX; /* 0x7C is no vector */
        iic->thread[i].in_service = sim_get_u32(reader) & INT32_MAX;
    }
    for (unsigned r = 0; r < IIC_GLOBAL_REG_COUNT; r++)
        iic->global[r] = get_register(reader, &iic_global_registers[r]);
    iic->ipi_first = 0;
    iic->ipi_count = sim_get_u32_below(reader, IIC_IPIS_MAX + 1);
    sim_time last = self->at;
    for (uint32_t i = 0; i < iic->ipi_count; i++) {
        iic->ipi[i].due = sim_get_u64(reader);
        iic->ipi[i].vector = sim_get_u8(reader);
        iic->ipi[i].targets = sim_get_u8(reader);
        reader->failed |= iic->ipi[i].due < last || iic->ipi[i].due > SIM_TIME_MAX;
        last = iic->ipi[i].due;
    }
    iic->lines = sim_get_u32_below(reader, 1u << IIC_THREADS);
    sim_mmio_load(&iic->mmio, reader);
}

static void trace(struct sim_component *self, struct waves_scope *scope)
{
    struct iic *iic = (struct iic *)self;
    iic->scope = scope;
#define THREAD(n)                                                            \
    iic->signals[n] = (struct iic_signals){                                  \
        .pending = waves_bus(scope, "thread" #n ".pending", 32, NULL),       \
        .in_service = waves_bus(scope, "thread" #n ".in_service", 32, NULL), \
        .priority = waves_bus(scope, "thread" #n ".priority", 7, NULL),      \
        .line = waves_wire(scope, "thread" #n ".line"),                      \
    }
    THREAD(0);
    THREAD(1);
    THREAD(2);
    THREAD(3);
    THREAD(4);
    THREAD(5);
#undef THREAD
}

static void show(struct sim_component *self, sim_time t)
{
    emit((struct iic *)self, t);
}

static const struct sim_class iic_class = {
    .kind = "iic",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = trace,
    .show = show,
    .message = message,
    .event = event,
};

void iic_init(struct iic *iic, const char *name, uint32_t priority, const struct iic_config *config)
{
    static const char *const core_lines[IIC_CORES] = {"line0", "line1", "line2"};
    memset(iic, 0, sizeof *iic);
    iic->config = *config;
    sim_component_init(&iic->component, &iic_class, name, config->clock, priority);
    sim_component_in(&iic->component, &iic->graphics, "graphics", SIM_MSG_interrupt);
    if (config->commands)
        sim_component_in(&iic->component, &iic->commands, "commands", SIM_MSG_interrupt);
    sim_mmio_declare(&iic->mmio, &iic->component);
    if (!config->a_line_per_core)
        sim_component_out(&iic->component, &iic->line, "line", SIM_MSG_interrupt_line);
    for (unsigned i = 0; i < IIC_CORES && config->a_line_per_core; i++)
        sim_component_out(&iic->component, &iic->core_line[i], core_lines[i], SIM_MSG_interrupt_line);
}
