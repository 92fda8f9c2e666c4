#include "models/xenon/isa/context.h"

#include <string.h>

/* What stands in each register that is not 0. */
static const struct {
    enum xenon_spr spr;
    uint64_t value;
} at_reset[] = {
    {XENON_SPR_PVR, 0x00710800}, /* Trinity and Corona boards */
    {XENON_SPR_HRMOR, UINT64_C(0x0000020000000000)},
    {XENON_SPR_LPCR, 0x402},
    {XENON_SPR_HID6, UINT64_C(0x0001803800000000)},
    {XENON_SPR_TSCR, 0x00100000},
    {XENON_SPR_TTR, 0x4000},
};

void xenon_context_reset(struct xenon_context *t, unsigned thread)
{
    struct xenon_isa_settings settings = t->settings;
    memset(t, 0, sizeof *t);
    t->settings = settings;
    for (size_t i = 0; i < sizeof at_reset / sizeof *at_reset; i++)
        t->spr[at_reset[i].spr] = at_reset[i].value;
    t->spr[XENON_SPR_PIR] = thread;
    t->nia = 0x100;
    t->msr = XENON_MSR_SF | XENON_MSR_HV;
    t->vscr = settings.nj_reset_off ? 0 : XENON_VSCR_NJ;
    t->decrementer = t->hypervisor_decrementer = 0x7FFFFFFF;
    t->control = thread == 0 ? 0x00800000 : 0; /* thread 0 runs, the others wait to be started */
}
