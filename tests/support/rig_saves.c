/* A rig that runs to the end, or is saved in the middle of something and loaded by another process. */
#include "tests/support/rig.h"
#include "tests/support/saved_run.h"

#include <stdio.h>
#include <string.h>

static struct sim_machine *build(const void *spec)
{
    return rig_new(spec)->machine;
}

static bool same(const uint8_t a[SIM_DIGEST_SIZE], const uint8_t b[SIM_DIGEST_SIZE])
{
    return memcmp(a, b, SIM_DIGEST_SIZE) == 0;
}

bool rig_survives_saves(const struct rig_spec *spec, sim_time end, const sim_time *saves, unsigned count)
{
    uint8_t whole[SIM_DIGEST_SIZE], parts[SIM_DIGEST_SIZE];
    bool well = saved_run_digest(build, spec, end, 0, whole);
    for (unsigned i = 0; i < count && well; i++) {
        well = saved_run_digest(build, spec, end, saves[i], parts) && same(parts, whole);
        if (!well)
            fprintf(stderr, "rig: saved at %llu it is another machine\n", (unsigned long long)saves[i]);
    }
    return well;
}

bool rig_same_in_lockstep(const struct rig_spec *spec, sim_time end)
{
    struct rig_spec lockstep = *spec;
    uint8_t a[SIM_DIGEST_SIZE], b[SIM_DIGEST_SIZE];
    lockstep.lockstep = true;
    return saved_run_digest(build, spec, end, 0, a) && saved_run_digest(build, &lockstep, end, 0, b) && same(a, b);
}
