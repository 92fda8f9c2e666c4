#include "board/processors.h"

static struct xenon_core_timing core_timing(const struct board_description *d)
{
    return (struct xenon_core_timing){
#define TIMING(name, ...) .name = (uint32_t)d->xenon_##name,
#include "models/xenon/core/timing.def"
#undef TIMING
    };
}

static struct flat_timing memory_timing(const struct board_description *d)
{
    return (struct flat_timing){
#define FLAT(name, ...) .name = (uint32_t)d->flat_##name,
#include "models/membus/flat.def"
#undef FLAT
    };
}

enum sim_status processors_init(struct processors *processors, const struct board_description *description,
                                const struct processors_clocks *clocks, uint64_t entry, struct sim_machine *machine,
                                struct sim_error *error)
{
    static const char *const names[BOARD_CORES] = {"xenon.core0", "xenon.core1", "xenon.core2"};
    static const uint32_t priorities[BOARD_CORES] = {SIM_PRIORITY_CORE0, SIM_PRIORITY_CORE1, SIM_PRIORITY_CORE2};
    uint64_t block = description->xenon_unaligned_block;
    if ((block & (block - 1)) != 0)
        return sim_fail(error, SIM_BAD_INPUT, "xenon.unaligned_block is %llu, which is no power of two",
                        (unsigned long long)block);
    flat_init(&processors->memory, "membus", SIM_PRIORITY_MEMORY,
              &(struct flat_config){
                  .clock = clocks->l2,
                  .size = description->memory_size,
                  .timing = memory_timing(description),
              });
    uart_init(&processors->uart, "south.uart", SIM_PRIORITY_UART, clocks->gpu);
    sim_machine_add(machine, &processors->memory.component);
    sim_machine_add(machine, &processors->uart.component);
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        struct xenon_core_config config = {
            .clock = clocks->core,
            .timebase = clocks->timebase,
            .number = i,
            .timing = core_timing(description),
            .running = i == 0,
            .entry = entry,
        };
        processors->core[i] = xenon_core_new(names[i], priorities[i], &config);
        if (!processors->core[i])
            return sim_fail(error, SIM_HOST, "out of memory for a core");
        sim_machine_add(machine, xenon_core_component(processors->core[i]));
    }
    return SIM_OK;
}

/* What is left of a way, in clocks, once `part` of it is taken; at least one. */
static uint32_t rest(const struct sim_clock *clock, sim_time whole, sim_time part)
{
    return whole > part ? board_latency_clocks(clock, whole - part) : 1;
}

enum sim_status processors_connect(struct processors *processors, const struct board_description *description,
                                   const struct processors_clocks *clocks, struct display *display, struct iic *iic,
                                   struct sim_machine *machine, struct sim_error *error)
{
    const struct board_description *d = description;
    struct flat *memory = &processors->memory;
    struct flat_device_port *gpu = &memory->device[FLAT_DEVICE_gpu], *controller = &memory->device[FLAT_DEVICE_iic];
    struct flat_device_port *serial = &memory->device[FLAT_DEVICE_uart];
    const uint32_t there[BOARD_CORES] = {(uint32_t)d->latency_core0_request, (uint32_t)d->latency_core1_request,
                                         (uint32_t)d->latency_core2_request};
    const uint32_t back[BOARD_CORES] = {(uint32_t)d->latency_core0_reply, (uint32_t)d->latency_core1_reply,
                                        (uint32_t)d->latency_core2_reply};
    /* The board's latencies to devices begin at a core: core 0's way to memory is part of them. */
    const sim_time hop = sim_clock_edge(clocks->l2, there[0]), hop_back = sim_clock_edge(clocks->core, back[0]);
    const uint32_t gpu_there = rest(clocks->gpu, d->latency_gpu_request, hop);
    const uint32_t gpu_back = rest(clocks->l2, d->latency_gpu_reply, hop_back);
    const uint32_t iic_there = rest(clocks->l2, sim_clock_edge(clocks->l2, d->latency_iic_request), hop);
    const uint32_t iic_back = rest(clocks->l2, sim_clock_edge(clocks->core, d->latency_iic_reply), hop_back);
    const struct {
        struct sim_out *from;
        struct sim_in *to;
        struct sim_link_spec spec; /* a credit takes as long to come back as an answer would */
    } links[] = {
#define CORE(n)                                                                                           \
    {xenon_core_request(processors->core[n]),                                                             \
     &memory->queue[n].request,                                                                           \
     {there[n], (uint32_t)d->credits_core_request, back[n]}},                                             \
        {&memory->queue[n].reply,                                                                         \
         xenon_core_reply(processors->core[n]),                                                           \
         {back[n], (uint32_t)d->credits_core_reply, there[n]}},                                           \
    {                                                                                                     \
        &iic->core_line[n], xenon_core_line(processors->core[n]),                                         \
        {                                                                                                 \
            (uint32_t) d->latency_interrupt_line, (uint32_t)d->credits_interrupt_line,                    \
                board_latency_clocks(clocks->l2, sim_clock_edge(clocks->core, d->latency_interrupt_line)) \
        }                                                                                                 \
    }
        CORE(0),
        CORE(1),
        CORE(2),
#undef CORE
        {&gpu->request, &display->mmio.request, {gpu_there, (uint32_t)d->credits_gpu, gpu_back}},
        {&display->mmio.reply, &gpu->reply, {gpu_back, (uint32_t)d->credits_gpu, gpu_there}},
        {&controller->request, &iic->mmio.request, {iic_there, (uint32_t)d->credits_iic, iic_back}},
        {&iic->mmio.reply, &controller->reply, {iic_back, (uint32_t)d->credits_iic, iic_there}},
        {&serial->request, &processors->uart.mmio.request, {gpu_there, (uint32_t)d->credits_gpu, gpu_back}},
        {&processors->uart.mmio.reply, &serial->reply, {gpu_back, (uint32_t)d->credits_gpu, gpu_there}},
        {&display->irq,
         &iic->graphics,
         {board_latency_clocks(clocks->l2, d->latency_display_interrupt), (uint32_t)d->credits_display_interrupt,
          board_latency_clocks(clocks->gpu, d->latency_display_interrupt)}},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        enum sim_status status = sim_machine_connect(machine, links[i].from, links[i].to, links[i].spec, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

void processors_free(struct processors *processors)
{
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        if (processors->core[i])
            xenon_core_free(processors->core[i]);
        processors->core[i] = NULL;
    }
    flat_free(&processors->memory);
    uart_free(&processors->uart);
}

uint64_t processors_instructions(const struct processors *processors)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < BOARD_THREADS; i++)
        sum += xenon_core_instructions(processors->core[i / 2], i % 2);
    return sum;
}

bool processors_stopped(const struct processors *processors)
{
    for (unsigned i = 0; i < BOARD_THREADS; i++)
        if (xenon_core_thread_state(processors->core[i / 2], i % 2) != XENON_THREAD_STOPPED)
            return false;
    return true;
}
