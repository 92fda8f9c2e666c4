#include "tests/support/core_rig.h"

#include "tests/support/core_rig_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A thread's share of the links: what the core may have under way at once is less. */
enum { CREDITS = 64, LINE_CREDITS = 2, LINE_LATENCY = 8 };

static const char *const core_names[CORE_RIG_CORES] = {"core0", "core1", "core2"};

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "core rig: %s\n", error->text);
    exit(70);
}

struct core_rig_spec core_rig_usual(void)
{
    return (struct core_rig_spec){
        .cores = 1, .timing = xenon_core_timing_default(), .running = {1}, .request = 20, .reply = 18};
}

static void add_core(struct core_rig *rig, const struct core_rig_spec *spec, unsigned number)
{
    const struct xenon_core_config config = {
        .clock = &rig->clock,
        .timebase = &rig->timebase,
        .number = number,
        .timing = spec->timing,
        .running = spec->running[number],
        .entry = spec->entry,
        .msr = XENON_MSR_SF | XENON_MSR_HV,
    };
    const struct sim_link_spec request = {.latency = spec->request, .credits = CREDITS};
    const struct sim_link_spec reply = {.latency = spec->reply, .credits = CREDITS};
    const struct sim_link_spec line = {.latency = LINE_LATENCY, .credits = LINE_CREDITS};
    struct sim_error error;
    struct xenon_core *core = xenon_core_new(core_names[number], SIM_PRIORITY_CORE0 + number, &config);
    if (core == NULL)
        exit(71);
    rig->core[number] = core;
    sim_machine_add(rig->machine, xenon_core_component(core));
    must(sim_machine_connect(rig->machine, xenon_core_request(core), &rig->memory->request[number], request, &error),
         &error);
    must(sim_machine_connect(rig->machine, &rig->memory->reply[number], xenon_core_reply(core), reply, &error), &error);
    must(sim_machine_connect(rig->machine, &rig->memory->line[number], xenon_core_line(core), line, &error), &error);
}

struct core_rig *core_rig_new(const struct core_rig_spec *spec)
{
    struct core_rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;
    if (rig == NULL || (rig->memory = calloc(1, sizeof *rig->memory)) == NULL)
        exit(71);
    must(sim_clock_init(&rig->clock, "core", 3200000000, 1, 0, 1, &error), &error);
    must(sim_clock_init(&rig->timebase, "timebase", 50000000, 1, 0, 1, &error), &error);
    rig->machine = sim_machine_new(&spec->sim);
    core_rig_memory_init(rig->memory, &rig->clock, spec->cores, spec->line_clock);
    if (spec->size != 0)
        memcpy(rig->memory->bytes, spec->program, spec->size);
    sim_machine_add(rig->machine, &rig->memory->component);
    for (unsigned i = 0; i < spec->cores; i++)
        add_core(rig, spec, i);
    must(sim_machine_elaborate(rig->machine, &error), &error);
    return rig;
}

void core_rig_free(struct core_rig *rig)
{
    sim_machine_free(rig->machine);
    for (unsigned i = 0; i < CORE_RIG_CORES; i++)
        xenon_core_free(rig->core[i]);
    free(rig->memory);
    free(rig);
}

struct sim_stop core_rig_run(struct core_rig *rig, uint64_t clock)
{
    struct sim_stop stop;
    struct sim_error error;
    must(sim_machine_run(rig->machine, sim_clock_edge(&rig->clock, clock), &stop, &error), &error);
    return stop;
}

uint64_t core_rig_clock(const struct core_rig *rig)
{
    return sim_clock_ceil(&rig->clock, sim_machine_time(rig->machine));
}

void core_rig_read(const struct core_rig *rig, unsigned core, uint64_t address, uint8_t *bytes, size_t size)
{
    memcpy(bytes, &rig->memory->bytes[address], size);
    xenon_core_overlay(rig->core[core], address, bytes, size);
}
