/* One core of the processor: two hardware threads, in order, two instructions a clock. docs/core.md says when what
 * happens; isa/ says what. */
#ifndef CYCLE360_XENON_CORE_CORE_H
#define CYCLE360_XENON_CORE_CORE_H

#include "models/sim/port.h"
#include "models/xenon/core/timing.h"
#include "models/xenon/isa/context.h"

struct xenon_core;

struct xenon_core_config {
    const struct sim_clock *clock, *timebase;
    unsigned number; /* 0 to 2: its threads are 2 * number and 2 * number + 1 */
    struct xenon_core_timing timing;
    struct xenon_isa_settings isa;
    bool title_map;   /* translated addresses are the title's: misses are asked of memory (SIM_TRANSLATE) rather than
                         looked for by SLB, TLB and page table */
    bool kernel;      /* whatever interrupts a thread parks it for a kernel (SIM_TRAP); at reset both are parked */
    uint32_t running; /* bit n: thread n runs at reset, the others are stopped */
    uint64_t entry;   /* where, if it is not 0x100 */
    uint64_t hrmor;   /* of the core at reset */
    uint64_t msr;     /* 0: as at reset */
};

/* NULL where the host has no memory. */
struct xenon_core *xenon_core_new(const char *name, uint32_t priority, const struct xenon_core_config *config);
void xenon_core_free(struct xenon_core *core);

/* Its parts, for wiring: out-port `request` (core_request); in-ports `reply` (core_reply) and `line` (interrupt_line,
 * whose thread is that of the core, 0 or 1). */
struct sim_component *xenon_core_component(struct xenon_core *core);
struct sim_out *xenon_core_request(struct xenon_core *core);
struct sim_in *xenon_core_reply(struct xenon_core *core);
struct sim_in *xenon_core_line(struct xenon_core *core);

/* Everything from here on may be called between runs. Nothing of it changes what the machine does, except
 * xenon_core_context's writable twin and xenon_core_poke. */

/* A thread's registers as of now. A load that missed and is still under way has not written its register yet. */
const struct xenon_context *xenon_core_context(const struct xenon_core *core, unsigned thread);
/* The same to be changed by a debugger: whoever writes NIA, MSR or an SPR says so afterwards, and does it only while
 * the thread RUNS or is STOPPED. */
struct xenon_context *xenon_core_context_to_change(struct xenon_core *core, unsigned thread);
void xenon_core_context_changed(struct xenon_core *core, unsigned thread);

/* Is a load under way still to write this register (enum xenon_resource)? */
bool xenon_core_awaits(const struct xenon_core *core, unsigned thread, unsigned resource);

enum xenon_thread_state {
    XENON_THREAD_STOPPED,
    XENON_THREAD_RUNS,    /* can issue, or waits for a register */
    XENON_THREAD_FETCHES, /* waits for code */
    XENON_THREAD_TRANSLATES,
    XENON_THREAD_ACCESSES, /* in a blocking load or store */
    XENON_THREAD_WAITS,    /* at a barrier, or is the kernel's */
};
enum xenon_thread_state xenon_core_thread_state(const struct xenon_core *core, unsigned thread);
uint64_t xenon_core_instructions(const struct xenon_core *core, unsigned thread);

/* Is the thread the kernel's? */
bool xenon_core_parked(const struct xenon_core *core, unsigned thread);

/* Real address and flags (enum sim_page_flags) of an effective one as the thread would see it now, asking nobody and
 * changing nothing; false where its ERATs and TLB do not know. */
bool xenon_core_translate(const struct xenon_core *core, unsigned thread, uint64_t ea, bool code, uint64_t *ra,
                          unsigned *flags);
/* Bytes that the core holds itself and memory has not got yet: lays them over `bytes`, which memory gave. */
void xenon_core_overlay(const struct xenon_core *core, uint64_t ra, uint8_t *bytes, size_t size);

/* Memory was changed from outside: copies that the core has in its caches follow. */
void xenon_core_poke(struct xenon_core *core, uint64_t ra, const uint8_t *bytes, size_t size);

/* Who looks at each instruction. Set before the run; it slows the core down, and changes nothing else. */
struct xenon_issue {
    unsigned thread;
    const struct xenon_insn *in;
    uint64_t clock; /* in which it issued */
    uint64_t ready; /* when its result is; UINT64_MAX while a load is under way or where there is none */
    uint64_t lost;  /* clocks since the thread's last issue, beyond the one that it needs itself (or none, as the
                       second of a pair) */
    enum xenon_cause cause; /* to which those are charged */
    enum xenon_cause own;   /* to which the one is: base, or pairing */
    bool paired;            /* in the clock of the one before it */
    bool faulted;           /* asked for an interrupt instead */
};
struct xenon_core_watch {
    void *context;
    /* An instruction is about to be executed: the thread's registers are as it finds them. */
    void (*issuing)(void *context, const struct xenon_core *core, unsigned thread, const struct xenon_insn *in,
                    uint64_t clock);
    void (*issued)(void *context, const struct xenon_core *core, const struct xenon_issue *issue);
    /* A load that was under way has its value: its register is ready at `ready`. */
    void (*filled)(void *context, const struct xenon_core *core, unsigned thread, uint8_t resource, uint64_t ready);
};
void xenon_core_set_watch(struct xenon_core *core, const struct xenon_core_watch *watch);

/* Stops the run (sim_request_stop) in the clock in which a thread issues the instruction at this address, which is then
 * executed; up to 64. */
bool xenon_core_break_at(struct xenon_core *core, uint64_t pc);
void xenon_core_break_clear(struct xenon_core *core, uint64_t pc);

/* Clocks of each thread by cause, kept while profiling; they add up to the clocks that have gone by since it was set.
 */
void xenon_core_set_profile(struct xenon_core *core, bool on);
void xenon_core_profile(const struct xenon_core *core, unsigned thread, uint64_t clocks[XENON_CAUSES]);

#endif
