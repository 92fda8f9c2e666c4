#include "tests/support/made_up.h"

void made_up_begin(struct made_up *made, const struct profile_symbol *symbol, uint32_t symbols)
{
    *made = (struct made_up){.totals.run = 0};
    profile_begin(&made->profile, symbol, symbols);
}

void made_up_end(struct made_up *made)
{
    profile_end(&made->profile);
}

static void issue(struct made_up *made, unsigned thread, struct xenon_issue *with, uint64_t pc, uint32_t word)
{
    struct xenon_insn in = xenon_decode(pc, word);
    with->in = &in;
    made->clock[thread] += with->lost + !with->paired;
    with->clock = made->clock[thread] - 1;
    with->thread = thread & 1;
    made->totals.clocks[thread][with->cause] += with->lost;
    made->totals.clocks[thread][with->own] += !with->paired;
    made->totals.present[thread] = true;
    const struct xenon_core_watch *watch = profile_watch(&made->profile, thread / 2);
    watch->issued(watch->context, NULL, with);
}

void made_up_issue(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word, uint64_t lost,
                   enum xenon_cause cause)
{
    struct xenon_issue with = {.lost = lost, .cause = cause};
    issue(made, thread, &with, pc, word);
}

void made_up_load(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word)
{
    struct xenon_issue with = {.ready = UINT64_MAX};
    issue(made, thread, &with, pc, word);
}

void made_up_fill(struct made_up *made, unsigned thread, uint8_t resource, uint64_t ready)
{
    const struct xenon_core_watch *watch = profile_watch(&made->profile, thread / 2);
    watch->filled(watch->context, NULL, thread & 1, resource, ready);
}

void made_up_paired(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word)
{
    struct xenon_issue with = {.paired = true};
    issue(made, thread, &with, pc, word);
}

void made_up_faulted(struct made_up *made, unsigned thread, uint64_t pc, uint32_t word)
{
    struct xenon_issue with = {.faulted = true};
    issue(made, thread, &with, pc, word);
}

void made_up_idle(struct made_up *made, unsigned thread, uint64_t clocks, enum xenon_cause cause)
{
    made->clock[thread] += clocks;
    made->totals.clocks[thread][cause] += clocks;
    made->totals.present[thread] = true;
}

void made_up_report(struct made_up *made, struct profile_report *report, const char *title)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        most = made->clock[i] > most ? made->clock[i] : most;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        if (made->totals.present[i])
            made_up_idle(made, i, most - made->clock[i], XENON_CAUSE_OF_idle);
    made->totals.run = most;
    profile_report_make(report, &made->profile, &made->totals, title, "1us");
}
