/* Commands from anywhere: never a crash, never a time that does not go on. The input is what lies in memory, the ring
 * first; a machine is a process's only one, so each input is the next words of the ring of the same one, which is reset
 * when it has come to stand. */
#include "tests/support/cp_rig.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RING_WORDS = 2 << CP_RIG_RING_LOG, TIME = 20000 };

static void set(struct cp_rig *rig, uint32_t index, uint32_t value)
{
    static struct cp_rig_step step[1];
    step[0] = (struct cp_rig_step){sim_machine_time(rig->machine), CP_RIG_WRITE, index, value};
    rig->host.script = step;
    rig->host.steps = 1;
    rig->host.next = 0;
    cp_rig_run(rig, sim_machine_time(rig->machine) + CP_RIG_NS(1000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cp_rig *rig;
    static const struct cp_rig_step none[1];
    if (!rig)
        rig = cp_rig_new(&(struct cp_rig_spec){.script = none, .steps = 0});
    uint32_t words = (uint32_t)(size / 4 < RING_WORDS - 1 ? size / 4 : RING_WORDS - 1);
    memset(rig->host.bytes, 0, sizeof rig->host.bytes);
    memcpy(rig->host.bytes + CP_RIG_RING, data, 4 * (size_t)words);
    memcpy(rig->host.bytes + CP_RIG_BUFFER, data,
           size < CP_RIG_RESULT - CP_RIG_BUFFER ? size : CP_RIG_RESULT - CP_RIG_BUFFER);
    set(rig, XENOS_RBBM_SOFT_RESET, 1);
    set(rig, XENOS_RBBM_SOFT_RESET, 0);
    set(rig, XENOS_CP_RB_CNTL, CP_RIG_RING_LOG | 6 << 8 | 2 << 16);
    set(rig, XENOS_CP_RB_BASE, CP_RIG_RING);
    set(rig, XENOS_CP_BIN_MASK_LO, 1);
    set(rig, XENOS_CP_BIN_SELECT_LO, 1);
    set(rig, XENOS_CP_ME_CNTL, 0);
    set(rig, XENOS_CP_RB_WPTR, words);
    cp_rig_run(rig, sim_machine_time(rig->machine) + CP_RIG_NS(TIME));
    if (rig->host.next != rig->host.steps || rig->host.away)
        abort(); /* the last access has not come back */
    return 0;
}
