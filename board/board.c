#include "board/board.h"

#include "waves/waves.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

enum sim_status board_core_clock(const struct board_description *description, struct sim_clock *clock,
                                 struct sim_error *error)
{
    struct board_frequency hz = description->clock_core;
    return sim_clock_init(clock, "core", hz.numerator, hz.denominator, 0, 1, error);
}

enum sim_status board_find_clocks(struct board_clocks *all, const struct board_description *description,
                                  struct sim_error *error)
{
    const struct board_description *d = description;
    struct display_ratio pixel =
        display_mode_pixel_clock(&display_modes[d->display_mode], (enum display_rate)d->display_rate);
    const struct {
        struct sim_clock *clock;
        const char *name;
        struct board_frequency hz;
    } clocks[] = {
        {&all->core, "core", d->clock_core},
        {&all->l2, "l2", d->clock_l2},
        {&all->gpu, "gpu", d->clock_gpu},
        {&all->timebase, "timebase", d->clock_timebase},
        {&all->fsb_cpu, "fsb_cpu", d->clock_fsb_cpu},
        {&all->fsb_gpu, "fsb_gpu", d->clock_fsb_gpu},
        {&all->memory, "memory", d->clock_memory},
        {&all->pixel, "pixel", {pixel.numerator, pixel.denominator}},
    };
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        enum sim_status status = sim_clock_init(clocks[i].clock, clocks[i].name, clocks[i].hz.numerator,
                                                clocks[i].hz.denominator, 0, 1, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

static enum sim_status load_script(struct board *board, const char *path, struct sim_error *error)
{
    if (path && strcmp(path, "none") == 0)
        return SIM_OK;
    if (path)
        return stimulus_load(&board->script, path, &board->clock.core, error);
    return stimulus_parse(&board->script, "built-in stimulus", stimulus_default_script, strlen(stimulus_default_script),
                          &board->clock.core, error);
}

/* A saved machine belongs to a description and to the accesses that it plays, or the program that it runs. */
static void find_identity(struct board *board, const struct board_options *options)
{
    char description[BOARD_IDENTITY_TEXT], text[2 * BOARD_IDENTITY_TEXT];
    struct sha256_ctx sha;
    uint8_t digest[SHA256_DIGEST_SIZE];
    int length = snprintf(text, sizeof text, "%s %016llx", board_description_identity(&board->description, description),
                          (unsigned long long)stimulus_fingerprint(&board->script));
    sha256_init(&sha);
    sha256_update(&sha, (size_t)length, (const uint8_t *)text);
    if (options->processors)
        sha256_update(&sha, BOARD_PROGRAM_SIZE, options->program);
    sha256_digest(&sha, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(board->identity + 2 * i, 3, "%02x", digest[i]);
}

static struct processors_clocks processors_clocks(const struct board *board)
{
    const struct board_clocks *clock = &board->clock;
    return (struct processors_clocks){&clock->core,    &clock->l2,      &clock->gpu,   &clock->timebase,
                                      &clock->fsb_cpu, &clock->fsb_gpu, &clock->memory};
}

static enum sim_status init_components(struct board *board, const struct board_options *options,
                                       struct sim_error *error)
{
    const struct board_description *d = &board->description;
    display_init(&board->display, "xenos.display", SIM_PRIORITY_DISPLAY,
                 &(struct display_config){
                     .registers = &board->clock.gpu,
                     .pixel = &board->clock.pixel,
                     .mode = (enum display_mode_id)d->display_mode,
                     .vector = DISPLAY_VECTOR,
                     .targets = (uint8_t)d->display_interrupt_targets,
                     .acknowledge = (enum display_acknowledge)d->display_acknowledge,
                     .commands = options->processors,
                     .scans = options->processors,
                     .flip = (enum display_flip)d->display_flip,
                     .pixels = (enum display_pixels)d->display_pixels,
                     .scan =
                         {
#define SCAN_TIMING(name, ...) .name = (uint32_t)d->display_##name,
#include "models/xenos/display/timing.def"
#undef SCAN_TIMING
                         },
                     .memory_size = d->memory_size,
                     .stop_at_swap = options->stop_at_swap,
                     .stop_at_vblank = options->stop_at_vblank,
                 });
    iic_init(&board->iic, "xenon.iic", SIM_PRIORITY_INTERRUPT,
             &(struct iic_config){
                 .clock = &board->clock.l2,
                 .ipi_latency = board_latency_clocks(&board->clock.l2, d->latency_ipi),
                 .commands = options->processors,
                 .a_line_per_core = options->processors,
             });
    sim_machine_add(board->machine, &board->display.component);
    sim_machine_add(board->machine, &board->iic.component);
    if (options->processors) {
        const struct processors_clocks clocks = processors_clocks(board);
        board->has_processors = true;
        return processors_init(&board->processors, d, &clocks, options->entry, options->title, board->machine, error);
    }
    stimulus_init(&board->stimulus, "stimulus", SIM_PRIORITY_STIMULUS, &board->clock.core, &board->script);
    sim_machine_add(board->machine, &board->stimulus.component);
    return SIM_OK;
}

static enum sim_status connect_processors(struct board *board, struct sim_error *error)
{
    const struct processors_clocks clocks = processors_clocks(board);
    return processors_connect(&board->processors, &board->description, &clocks, &board->display, &board->iic,
                              board->machine, error);
}

static enum sim_status connect_stimulus(struct board *board, struct sim_error *error)
{
    const struct board_description *d = &board->description;
    struct display *display = &board->display;
    struct iic *iic = &board->iic;
    struct stimulus *stimulus = &board->stimulus;
    const struct {
        struct sim_out *from;
        struct sim_in *to;
        uint64_t latency; /* clocks of the receiver */
        uint64_t credits;
    } links[] = {
        {&stimulus->request[STIMULUS_GPU], &display->mmio.request,
         board_latency_clocks(&board->clock.gpu, d->latency_gpu_request), d->credits_gpu},
        {&display->mmio.reply, &stimulus->reply[STIMULUS_GPU],
         board_latency_clocks(&board->clock.core, d->latency_gpu_reply), d->credits_gpu},
        {&stimulus->request[STIMULUS_IIC], &iic->mmio.request, d->latency_iic_request, d->credits_iic},
        {&iic->mmio.reply, &stimulus->reply[STIMULUS_IIC], d->latency_iic_reply, d->credits_iic},
        {&display->irq, &iic->graphics, board_latency_clocks(&board->clock.l2, d->latency_display_interrupt),
         d->credits_display_interrupt},
        {&iic->line, &stimulus->line, d->latency_interrupt_line, d->credits_interrupt_line},
    };
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct sim_link_spec spec = {.latency = (uint32_t)links[i].latency, .credits = (uint32_t)links[i].credits};
        enum sim_status status = sim_machine_connect(board->machine, links[i].from, links[i].to, spec, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

static void declare_signals(struct board *board)
{
    board->waves = waves_registry_new();
    for (unsigned i = 0; i < sim_machine_component_count(board->machine); i++) {
        struct sim_component *component = sim_machine_component(board->machine, i);
        component->type->trace(component, waves_scope_new(board->waves, component->name, component->priority));
    }
    board->links = link_trace_new(board->machine, board->waves);
}

enum sim_status board_build(struct board *board, const struct board_description *description,
                            const struct board_options *options, struct sim_error *error)
{
    struct sim_options sim = options->sim;
    memset(board, 0, sizeof *board);
    board->description = *description;
    sim.stop_latency = description->run_stop_latency;
    enum sim_status status = board_find_clocks(&board->clock, description, error);
    if (status == SIM_OK)
        status = load_script(board, options->stimulus, error);
    if (status == SIM_OK) {
        board->machine = sim_machine_new(&sim);
        find_identity(board, options);
        status = init_components(board, options, error);
    }
    if (status == SIM_OK)
        status = options->processors ? connect_processors(board, error) : connect_stimulus(board, error);
    if (status == SIM_OK)
        status = sim_machine_elaborate(board->machine, error);
    if (status == SIM_OK)
        status = board_shaders_open(&board->shaders, &options->shaders, error);
    if (status == SIM_OK)
        declare_signals(board);
    else
        board_free(board);
    return status;
}

void board_free(struct board *board)
{
    board_shaders_close(&board->shaders);
    link_trace_free(board->links);
    waves_registry_free(board->waves);
    sim_machine_free(board->machine);
    stimulus_free(&board->script);
    if (board->has_processors)
        processors_free(&board->processors);
    memset(board, 0, sizeof *board);
}

void board_observe(struct board *board, struct sim_observer dump)
{
    sim_machine_observe(board->machine, link_trace_observer(board->links)); /* first: it emits what the dump closes */
    sim_machine_observe(board->machine, dump);
}

void board_show(struct board *board)
{
    sim_time now = sim_machine_time(board->machine);
    for (unsigned i = 0; i < sim_machine_component_count(board->machine); i++) {
        struct sim_component *component = sim_machine_component(board->machine, i);
        if (component->type->show)
            component->type->show(component, now);
    }
    link_trace_show(board->links, now);
}
