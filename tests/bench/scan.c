/* What the scan-out costs: 60 frames of 1280 by 720 on one host core, and what it takes from a core that reads memory.
 */
#include "tests/bench/seconds.h"
#include "tests/support/memory_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUND = 1000 /* lines, of 128 rounds: 16 MiB */, STEPS = 10000000 };

struct load {
    const char *name;
    bool shows, snoops, reads; /* a surface; the display's reads see the L2; a core that misses */
    unsigned frames;
};

static int measure(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct load *load = context;
    const struct display_config display = {.mode = DISPLAY_MODE_HDMI_720P};
    static struct memory_step script[ROUND];
    struct memory_rig_spec spec = {.display = &display, .round = ROUND, .window = 8, .timing = membus_timing_default()};
    spec.timing.display_snoop = load->snoops;
    for (uint64_t i = 0; load->reads && i < ROUND; i++)
        script[i].request = (struct sim_msg_core_request){.kind = SIM_READ_CODE, .address = i * 128};
    spec.script[0] = script;
    spec.steps[0] = load->reads ? STEPS : 0;
    struct memory_rig *rig = memory_rig_new(&spec);
    if (load->shows)
        rig->display.reg[DISPLAY_D1GRPH_PRIMARY_SURFACE_ADDRESS] = 0x1E000000;
    double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    memory_rig_run(rig, MEMORY_NS(1000000000) * load->frames / 60 + MEMORY_NS(17000000));
    double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    const struct scan *scan = &rig->display.scan;
    fprintf(out, "%-36s %3u frames, %8llu lines fetched, %llu late strips, %.3f s of host", load->name, load->frames,
            (unsigned long long)scan->lines, (unsigned long long)scan->underflows, took);
    if (load->reads) {
        double simulated = (double)sim_machine_time(rig->machine) / (double)SIM_UNITS_PER_SECOND;
        fprintf(out, ", the core reads %.1f MB/s", (double)rig->l2.counters.misses * 128 / simulated / 1e6);
    }
    fprintf(out, "\n");
    memory_rig_free(rig);
    return 0;
}

static void print(void *context, unsigned index, const struct sim_child *child)
{
    (void)context;
    (void)index;
    printf("%.*s", (int)child->size, child->output);
}

int main(int argc, char **argv)
{
    static struct load loads[] = {
        {.name = "no surface", .snoops = true, .frames = 3600},
        {.name = "scan-out that sees the L2", .shows = true, .snoops = true, .frames = 60},
        {.name = "scan-out that does not", .shows = true, .frames = 60},
        {.name = "a core that misses, no surface", .reads = true, .frames = 3},
        {.name = "and scan-out that sees the L2", .reads = true, .shows = true, .snoops = true, .frames = 3},
        {.name = "and scan-out that does not", .reads = true, .shows = true, .frames = 3},
    };
    const unsigned count = sizeof loads / sizeof *loads;
    if (argc == 3 && strcmp(argv[1], "--once") == 0) /* to count the host's instructions by */
        return measure(&loads[strtoul(argv[2], NULL, 10) % count], 0, stdout);
    for (unsigned i = 0; i < count; i++) {
        struct sim_error error;
        if (sim_children_run(1, 1, measure, print, &loads[i], &error) != SIM_OK) {
            fprintf(stderr, "bench_scan: %s\n", error.text);
            return SIM_HOST;
        }
    }
    return 0;
}
