/* What packets cost on one host core: a ring that calls a buffer again and again. The memory behind it is the rig's. */
#include "tests/bench/seconds.h"
#include "tests/support/cp_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 300, BUFFER_WORDS = 0x5000 };

struct load {
    const char *name;
    const uint32_t *words;
    uint32_t count;
};

static int measure(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct load *load = context;
    static uint32_t ring[3 * CALLS], buffer[BUFFER_WORDS];
    uint32_t words = 0;
    while (words + load->count <= BUFFER_WORDS) {
        memcpy(buffer + words, load->words, load->count * sizeof *buffer);
        words += load->count;
    }
    for (uint32_t i = 0; i < CALLS; i++) {
        const uint32_t call[] = {CP_TYPE3(INDIRECT_BUFFER, 2), CP_RIG_BUFFER, words};
        memcpy(ring + 3 * i, call, sizeof call);
    }
    struct cp_rig *rig =
        cp_rig_new(&(struct cp_rig_spec){.ring = ring, .words = 3 * CALLS, .buffer = buffer, .buffer_words = words});
    double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    cp_rig_run(rig, CP_RIG_NS(200000000));
    double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    uint64_t packets = rig->cp.packets;
    if (rig->cp.rptr != 3 * CALLS)
        return 1;
    fprintf(out, "%-28s %8.2f M packets/s, %.0f ns each\n", load->name, (double)packets / took / 1e6,
            took * 1e9 / (double)packets);
    cp_rig_free(rig);
    return 0;
}

static void done(void *context, unsigned index, const struct sim_child *child)
{
    (void)context, (void)index;
    if (child->exit_status != 0)
        exit(1);
    fwrite(child->output, 1, child->size, stdout);
}

int main(void)
{
    static const uint32_t registers[] = {CP_TYPE0(0x2100, 2), 1, 2},
                          constants[] = {CP_TYPE3(SET_CONSTANT, 5), 8, 1, 2, 3, 4}, nothing[] = {CP_TYPE3(NOP, 1), 0},
                          mixed[] = {CP_TYPE0(0x2100, 1), 1, CP_TYPE3(SET_CONSTANT, 5), 8, 1, 2, 3, 4,
                                     CP_TYPE3(NOP, 1),    0},
                          frame[] = {CP_TYPE0(0x2100, 4),
                                     1,
                                     2,
                                     3,
                                     4,
                                     CP_TYPE3(SET_CONSTANT, 17),
                                     8,
                                     1,
                                     2,
                                     3,
                                     4,
                                     5,
                                     6,
                                     7,
                                     8,
                                     9,
                                     10,
                                     11,
                                     12,
                                     13,
                                     14,
                                     15,
                                     16,
                                     CP_TYPE3(DRAW_INDX_2, 1),
                                     0x00030081};
    const struct load loads[] = {
        {"registers", registers, sizeof registers / 4}, {"constants", constants, sizeof constants / 4},
        {"nothing", nothing, sizeof nothing / 4},       {"all three", mixed, sizeof mixed / 4},
        {"state and draws", frame, sizeof frame / 4},
    };
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        struct sim_error error;
        struct load load = loads[i];
        if (sim_children_run(1, 1, measure, done, &load, &error) != SIM_OK)
            return 1;
    }
    return 0;
}
