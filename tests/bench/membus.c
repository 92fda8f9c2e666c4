/* What memory costs on one host core: transactions that miss the L2, by one core and by three, hits, and a board on
 * which nobody asks for anything. Scripted drivers stand in place of the cores, and their cost is in the figures. */
#include "tests/bench/seconds.h"
#include "tests/support/memory_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 400000, ROUND = 1000 /* lines, of 128 rounds: 16 MiB */ };

struct load {
    const char *name;
    unsigned cores;
    bool again;      /* the same lines in every round */
    uint32_t stores; /* of 8 accesses */
    sim_time time;   /* of an idle board; 0: until all is done */
};

static int measure(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct load *load = context;
    static struct memory_step script[3][STEPS]; /* of hits; else only the first round */
    struct memory_rig_spec spec = {.round = load->again ? 0 : ROUND, .window = 8};
    for (unsigned c = 0; c < load->cores; c++) {
        for (uint64_t i = 0; i < (load->again ? STEPS : ROUND); i++) {
            struct memory_step *step = &script[c][i];
            *step = (struct memory_step){.request = {.kind = SIM_READ_CODE, .address = (c << 26) + i % ROUND * 128}};
            if (i % 8 < load->stores) {
                step->request.kind = SIM_STORE;
                step->request.mask = UINT64_MAX;
            }
        }
        spec.script[c] = script[c];
        spec.steps[c] = STEPS;
    }
    struct memory_rig *rig = memory_rig_new(&spec);
    double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    memory_rig_run(rig, load->time ? load->time : MEMORY_NS(100000000));
    double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    uint64_t done = rig->l2.counters.requests;
    if (load->time)
        fprintf(out, "%-28s %8.3f ms host for %.0f ms\n", load->name, took * 1e3, (double)load->time / 1e10);
    else
        fprintf(out, "%-28s %8.2f M/s  (%.0f %% missed)\n", load->name, (double)done / took / 1e6,
                100.0 * (double)rig->l2.counters.misses / (double)done);
    struct sim_counters counters = sim_machine_counters(rig->machine);
    if (!load->time)
        fprintf(out, "  %.2f advances, %.0f ns each\n", (double)counters.advances / (double)done,
                took * 1e9 / (double)done);
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
        {.name = "one core, misses", .cores = 1},
        {.name = "three cores, misses", .cores = 3},
        {.name = "three cores, half stores", .cores = 3, .stores = 4},
        {.name = "one core, hits", .cores = 1, .again = true},
        {.name = "nobody", .time = MEMORY_NS(1000000000)},
    };
    const unsigned count = sizeof loads / sizeof *loads;
    if (argc == 3 && strcmp(argv[1], "--once") == 0) /* to count the host's instructions by */
        return measure(&loads[strtoul(argv[2], NULL, 10) % count], 0, stdout);
    for (unsigned i = 0; i < count; i++) {
        struct sim_error error;
        if (sim_children_run(1, 1, measure, print, &loads[i], &error) != SIM_OK) {
            fprintf(stderr, "bench_membus: %s\n", error.text);
            return SIM_HOST;
        }
    }
    return 0;
}
