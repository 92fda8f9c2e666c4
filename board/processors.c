#include "board/processors.h"

#include "models/membus/peek.h"

static struct xenon_core_timing core_timing(const struct board_description *d)
{
    return (struct xenon_core_timing){
#define TIMING(name, ...) .name = (uint32_t)d->xenon_##name,
#include "models/xenon/core/timing.def"
#undef TIMING
    };
}

struct cp_config processors_commands_config(const struct board_description *description, const struct sim_clock *gpu)
{
    const struct board_description *d = description;
    return (struct cp_config){
        .clock = gpu,
        .timing =
            {
#define CP_TIMING(name, ...) .name = (uint32_t)d->xenos_##name,
#include "models/xenos/cp/timing.def"
#undef CP_TIMING
            },
        .memory_size = d->memory_size,
        .vector = (uint8_t)d->xenos_interrupt_vector,
        .error_vector = DISPLAY_VECTOR,
        .error_targets = (uint8_t)d->display_interrupt_targets,
        .function0 = (enum cp_function0)d->xenos_function0,
        .counter = (enum cp_counter)d->xenos_event_counter,
        .zero = (enum cp_zero)d->xenos_zero_header,
        .pipe = true,
        .display = true,
    };
}

/* Memory as a draw sees it at the instant at which it begins. */
static void pipe_reads(void *self, uint32_t address, void *bytes, size_t size)
{
    const struct processors *processors = self;
    const struct membus_north *north = &processors->memory.north;
    if (north->config.timing.gpu_snoop)
        membus_peek(&processors->memory.l2, north, address, bytes, size);
    else
        membus_ram_read(&north->ram, address, bytes, size);
}

static const struct xenos_backend *pipe_backend(void *self)
{
    const struct processors *processors = self;
    return &processors->shaders->backend;
}

static void init_pipe(struct processors *processors, const struct board_description *d, const struct sim_clock *gpu,
                      struct sim_machine *machine)
{
    const struct pipe_config config = {
        .clock = gpu,
        .timing =
            {
#define PIPE_TIMING(name, ...) .name = (uint32_t)d->xenos_##name,
#include "models/xenos/pipe/timing.def"
#undef PIPE_TIMING
            },
        .array =
            {
#define ARRAY_TIMING(name, ...) .name = (uint32_t)d->xenos_##name,
#include "models/xenos/shader/timing/timing.def"
#undef ARRAY_TIMING
            },
        .commands = &processors->commands,
        .memory_size = d->memory_size,
        .self = processors,
        .read = pipe_reads,
        .backend = pipe_backend,
    };
    pipe_init(&processors->pipe, "xenos.pipe", SIM_PRIORITY_PIPE, &config);
    sim_machine_add(machine, &processors->pipe.component);
    sim_component_acts_on(&processors->pipe.component, &processors->commands.component);
    sim_component_acts_on(&processors->pipe.component, &processors->memory.l2.component);
    sim_component_acts_on(&processors->pipe.component, &processors->memory.north.component);
}

enum sim_status processors_init(struct processors *processors, const struct board_description *description,
                                const struct processors_clocks *clocks, uint64_t entry,
                                const struct title_options *title, struct sim_machine *machine, struct sim_error *error)
{
    static const char *const names[BOARD_CORES] = {"xenon.core0", "xenon.core1", "xenon.core2"};
    static const uint32_t priorities[BOARD_CORES] = {SIM_PRIORITY_CORE0, SIM_PRIORITY_CORE1, SIM_PRIORITY_CORE2};
    const struct board_memory_clocks memory_clocks = {clocks->l2, clocks->fsb_cpu, clocks->fsb_gpu, clocks->memory};
    enum sim_status status =
        board_memory_init(&processors->memory, description, &memory_clocks, title != NULL, machine, error);
    if (status != SIM_OK)
        return status;
    uart_init(&processors->uart, "south.uart", SIM_PRIORITY_UART, clocks->gpu);
    sim_machine_add(machine, &processors->uart.component);
    const struct cp_config commands = processors_commands_config(description, clocks->gpu);
    cp_init(&processors->commands, "xenos.cp", SIM_PRIORITY_COMMANDS, &commands);
    sim_machine_add(machine, &processors->commands.component);
    init_pipe(processors, description, clocks->gpu, machine);
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        struct xenon_core_config config = {
            .clock = clocks->core,
            .timebase = clocks->timebase,
            .number = i,
            .timing = core_timing(description),
            .title_map = title != NULL,
            .kernel = title != NULL,
            .running = i == 0 && !title,
            .entry = entry,
        };
        processors->core[i] = xenon_core_new(names[i], priorities[i], &config);
        if (!processors->core[i])
            return sim_fail(error, SIM_HOST, "out of memory for a core");
        sim_machine_add(machine, xenon_core_component(processors->core[i]));
    }
    if (!title)
        return SIM_OK;
    status = title_init(&processors->title, description, clocks->l2, clocks->core, clocks->timebase,
                        &processors->memory, processors->core, title, machine, error);
    processors->has_title = status == SIM_OK;
    return status;
}

/* The links to a device and back, in clocks of who hears. */
struct device_ways {
    uint32_t there, back;
};

/* The board's latencies to devices begin and end at a core: the ways between core 0 and who holds the device's port are
 * part of them. What is too much on the way back is taken off the way there, so that their sum is right where it can
 * be; each takes a clock at least. */
static struct device_ways device_ways(sim_time request, sim_time reply, sim_time there, sim_time back,
                                      const struct sim_clock *device, const struct sim_clock *holder)
{
    sim_time least = sim_clock_edge(holder, 1);
    if (reply < back + least)
        there += back + least - reply;
    return (struct device_ways){
        request > there ? board_latency_clocks(device, request - there) : 1,
        reply > back ? board_latency_clocks(holder, reply - back) : 1,
    };
}

enum sim_status processors_connect(struct processors *processors, const struct board_description *description,
                                   const struct processors_clocks *clocks, struct display *display, struct iic *iic,
                                   struct sim_machine *machine, struct sim_error *error)
{
    const struct board_description *d = description;
    struct membus_l2 *l2 = &processors->memory.l2;
    struct membus_north *north = &processors->memory.north;
    const struct membus_timing *timing = &l2->config.timing;
    const uint32_t there[BOARD_CORES] = {timing->core0_request, timing->core1_request, timing->core2_request};
    const uint32_t back[BOARD_CORES] = {timing->core0_reply, timing->core1_reply, timing->core2_reply};
    const sim_time hop = sim_clock_edge(clocks->l2, there[0]), hop_back = sim_clock_edge(clocks->core, back[0]);
    const struct device_ways near =
        device_ways(sim_clock_edge(clocks->l2, d->latency_iic_request),
                    sim_clock_edge(clocks->core, d->latency_iic_reply), hop, hop_back, clocks->l2, clocks->l2);
    const struct device_ways far = device_ways(
        d->latency_gpu_request, d->latency_gpu_reply, hop + sim_clock_edge(clocks->memory, timing->fsb_request),
        hop_back + sim_clock_edge(clocks->l2, timing->fsb_reply), clocks->gpu, clocks->memory);
    struct cp *commands = &processors->commands;
    const struct cp_timing *costs = &commands->config.timing;
    const uint32_t credits = costs->cp_credits < timing->client_credits ? costs->cp_credits : timing->client_credits;
    struct pipe *pipe = &processors->pipe;
    const struct pipe_timing *ways = &pipe->config.timing;
    const uint32_t pipe_credits =
        ways->pipe_credits < timing->client_credits ? ways->pipe_credits : timing->client_credits;
    const struct scan_timing *scan = &display->config.scan;
    const uint32_t scan_credits =
        scan->scan_requests < timing->client_credits ? scan->scan_requests : timing->client_credits;
    const struct {
        struct sim_out *from;
        struct sim_in *to;
        struct sim_link_spec spec; /* a credit takes as long to come back as an answer would */
    } links[] = {
#define CORE(n)                                                                                             \
    {xenon_core_request(processors->core[n]), &l2->request[n], {there[n], timing->core_credits, back[n]}},  \
        {&l2->reply[n], xenon_core_reply(processors->core[n]), {back[n], timing->reply_credits, there[n]}}, \
    {                                                                                                       \
        &iic->core_line[n], xenon_core_line(processors->core[n]),                                           \
        {                                                                                                   \
            (uint32_t) d->latency_interrupt_line, (uint32_t)d->credits_interrupt_line,                      \
                board_latency_clocks(clocks->l2, sim_clock_edge(clocks->core, d->latency_interrupt_line))   \
        }                                                                                                   \
    }
        CORE(0),
        CORE(1),
        CORE(2),
#undef CORE
#define DEVICE(holder, number, mmio, ways, credits)                                                          \
    {&(holder)->device_request[number], &(mmio)->request, {(ways).there, (uint32_t)(credits), (ways).back}}, \
    {                                                                                                        \
        &(mmio)->reply, &(holder)->device_reply[number],                                                     \
        {                                                                                                    \
            (ways).back, (uint32_t)(credits), (ways).there                                                   \
        }                                                                                                    \
    }
        DEVICE(l2, BOARD_NEAR_iic, &iic->mmio, near, d->credits_iic),
        DEVICE(north, BOARD_FAR_gpu, &display->mmio, far, d->credits_gpu),
        DEVICE(north, BOARD_FAR_rbbm, &processors->commands.mmio, far, d->credits_gpu),
        DEVICE(north, BOARD_FAR_uart, &processors->uart.mmio, far, d->credits_gpu),
#undef DEVICE
        {&display->irq,
         &iic->graphics,
         {board_latency_clocks(clocks->l2, d->latency_display_interrupt), (uint32_t)d->credits_display_interrupt,
          board_latency_clocks(clocks->gpu, d->latency_display_interrupt)}},
        {&commands->irq,
         &iic->commands,
         {board_latency_clocks(clocks->l2, d->latency_display_interrupt), (uint32_t)d->credits_display_interrupt,
          board_latency_clocks(clocks->gpu, d->latency_display_interrupt)}},
        {&commands->display,
         &display->commands.request,
         {costs->cp_display, (uint32_t)d->credits_gpu, costs->cp_display}},
        {&display->commands.reply,
         &commands->display_reply,
         {costs->cp_display, (uint32_t)d->credits_gpu, costs->cp_display}},
        {&display->memory, &north->request[BOARD_CLIENT_display], {scan->scan_request, scan_credits, scan->scan_reply}},
        {&north->reply[BOARD_CLIENT_display],
         &display->memory_reply,
         {scan->scan_reply, scan_credits, scan->scan_request}},
        {&commands->pipe, &pipe->draws, {ways->pipe_draw, CP_DRAWS, 1}},
        {&pipe->done, &commands->pipe_reply, {ways->pipe_done, CP_DRAWS, 1}},
        {&pipe->memory, &north->request[BOARD_CLIENT_pipe], {ways->pipe_memory_request, pipe_credits, 1}},
        {&north->reply[BOARD_CLIENT_pipe], &pipe->memory_reply, {ways->pipe_memory_reply, pipe_credits, 1}},
        {&commands->memory, &north->request[BOARD_CLIENT_cp], {costs->cp_memory_request, credits, 1}},
        {&north->reply[BOARD_CLIENT_cp], &commands->memory_reply, {costs->cp_memory_reply, credits, 1}},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        enum sim_status status = sim_machine_connect(machine, links[i].from, links[i].to, links[i].spec, error);
        if (status != SIM_OK)
            return status;
    }
    enum sim_status status = board_memory_connect(&processors->memory, machine, error);
    if (status == SIM_OK && processors->has_title)
        status = title_connect(&processors->title, d, &processors->memory, machine, error);
    return status;
}

void processors_free(struct processors *processors)
{
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        if (processors->core[i])
            xenon_core_free(processors->core[i]);
        processors->core[i] = NULL;
    }
    if (processors->has_title)
        title_free(&processors->title);
    pipe_free(&processors->pipe);
    board_memory_free(&processors->memory);
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
        if (xenon_core_thread_state(processors->core[i / 2], i % 2) != XENON_THREAD_STOPPED &&
            !xenon_core_parked(processors->core[i / 2], i % 2))
            return false;
    return true;
}
