/* A rig that runs to the end, or is saved in the middle of something and loaded by another process. */
#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct part {
    struct rig_spec spec;
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
    struct rig *rig = rig_new(&part->spec);
    uint8_t digest[SIM_DIGEST_SIZE];
    if (part->load && sim_machine_load(rig->machine, "rig", part->load, &error) != SIM_OK) {
        fprintf(stderr, "rig: %s\n", error.text);
        return 1;
    }
    rig_run(rig, part->to);
    if (part->save && sim_machine_save(rig->machine, "rig", part->save, &error) != SIM_OK) {
        fprintf(stderr, "rig: %s\n", error.text);
        return 1;
    }
    sim_machine_digest(rig->machine, digest);
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
}

static bool run(struct part *part)
{
    struct sim_error error;
    return sim_children_run(1, 1, run_part, ended, part, &error) == SIM_OK && part->well;
}

static bool same(const struct part *a, const struct part *b)
{
    return memcmp(a->digest, b->digest, SIM_DIGEST_SIZE) == 0;
}

bool rig_survives_saves(const struct rig_spec *spec, sim_time end, const sim_time *saves, unsigned count)
{
    char path[] = "/tmp/cycle360-test-XXXXXX";
    int file = mkstemp(path);
    struct part whole = {.spec = *spec, .to = end};
    bool well = file >= 0 && close(file) == 0 && run(&whole);
    for (unsigned i = 0; i < count && well; i++) {
        struct part first = {.spec = *spec, .to = saves[i], .save = path};
        struct part second = {.spec = *spec, .to = end, .load = path};
        well = run(&first) && run(&second) && same(&second, &whole);
        if (!well)
            fprintf(stderr, "rig: saved at %llu it is another machine\n", (unsigned long long)saves[i]);
    }
    if (file >= 0)
        unlink(path);
    return well;
}

bool rig_same_in_lockstep(const struct rig_spec *spec, sim_time end)
{
    struct part windowed = {.spec = *spec, .to = end}, lockstep = windowed;
    lockstep.spec.lockstep = true;
    return run(&windowed) && run(&lockstep) && same(&windowed, &lockstep);
}
