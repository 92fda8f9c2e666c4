#include "tests/support/saved_run.h"

#include "models/sim/child.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct part {
    saved_run_build *build;
    const void *spec;
    sim_time to;
    const char *load, *save;
    uint8_t digest[SIM_DIGEST_SIZE]; /* that it ended with */
    bool well;
};

static int run_part(void *context, unsigned index, FILE *out)
{
    (void)index;
    const struct part *part = context;
    struct sim_error error;
    struct sim_stop stop;
    uint8_t digest[SIM_DIGEST_SIZE];
    struct sim_machine *machine = part->build(part->spec);
    enum sim_status status = part->load ? sim_machine_load(machine, "rig", part->load, &error) : SIM_OK;
    if (status == SIM_OK)
        status = sim_machine_run(machine, part->to, &stop, &error);
    if (status == SIM_OK && part->save)
        status = sim_machine_save(machine, "rig", part->save, &error);
    if (status != SIM_OK) {
        fprintf(stderr, "a saved run: %s\n", error.text);
        return 1;
    }
    sim_machine_digest(machine, digest);
    fwrite(digest, 1, sizeof digest, out);
    return 0;
}

static void ended(void *context, unsigned index, const struct sim_child *child)
{
    (void)index;
    struct part *part = context;
    part->well = child->exit_status == 0 && child->size == SIM_DIGEST_SIZE;
    if (part->well)
        memcpy(part->digest, child->output, SIM_DIGEST_SIZE);
    else
        fprintf(stderr, "a saved run: exit %d, signal %d: %.*s\n", child->exit_status, child->signal, (int)child->size,
                child->output);
}

static bool run(struct part *part)
{
    struct sim_error error;
    return sim_children_run(1, 1, run_part, ended, part, &error) == SIM_OK && part->well;
}

bool saved_run_digest(saved_run_build *build, const void *spec, sim_time end, sim_time save,
                      uint8_t digest[SIM_DIGEST_SIZE])
{
    char path[] = "/tmp/cycle360-test-XXXXXX";
    struct part whole = {.build = build, .spec = spec, .to = end}, first = whole;
    bool well = true;
    if (save != 0) {
        int file = mkstemp(path);
        first.to = save;
        first.save = whole.load = path;
        well = file >= 0 && close(file) == 0 && run(&first);
    }
    well = well && run(&whole);
    if (save != 0)
        unlink(path);
    memcpy(digest, whole.digest, SIM_DIGEST_SIZE);
    return well;
}
