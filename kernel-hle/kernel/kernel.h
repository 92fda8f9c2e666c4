/* The kernel that titles see: what happens when a hardware thread traps, and when time has come. docs/kernel.md.
 *
 * A hardware thread that traps (a call of an export, an interrupt, a fault) is parked: its registers belong to the
 * kernel until it resumes it. The kernel acts at one instant on registers, memory and the title's map, and keeps no
 * host stack: whatever waits, spins or runs guest code is a record in its saved state (call.h).
 *
 * Whoever holds it (the board's component, a test's) calls kernel_trap() and kernel_event() in the order of time, and
 * resumes hardware threads when told. */
#ifndef CYCLE360_HLE_KERNEL_KERNEL_H
#define CYCLE360_HLE_KERNEL_KERNEL_H

#include "kernel-hle/loader/image.h"
#include "kernel-hle/reference.h"
#include "models/membus/map/map.h"
#include "models/sim/clock.h"
#include "models/sim/state.h"
#include "models/sim/status.h"
#include "models/xenon/isa/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KERNEL_CPUS = 6 };

struct kernel;
struct kernel_log; /* log/log.h */
struct waves_contention;

/* Why a hardware thread has trapped: as in struct xenon_interrupt. nia is in its registers: behind the sc of a call, or
 * the instruction that was interrupted or faulted. */
struct kernel_trap {
    uint16_t vector;
    uint64_t cause, dar;
    uint32_t dsisr;
};

/* What the kernel acts on; all of it at the time of the call that it acts in. */
struct kernel_host {
    void *context;
    /* Of a hardware thread that is parked. */
    struct xenon_context *(*registers)(void *context, unsigned cpu);
    /* Memory, by real addresses that are memory. A write is seen by everybody as any other store would be. */
    void (*read)(void *context, uint64_t real, void *bytes, size_t size);
    void (*write)(void *context, uint64_t real, const void *bytes, size_t size);
    void (*zero)(void *context, uint64_t real, size_t size);
    /* The title's map, which the kernel changes; and tells of it. */
    struct membus_map *map;
    void (*map_changed)(void *context, uint32_t base, uint32_t size);
    /* The thread goes on with its registers as they are; its decrementer reaches 0 so many edges of the time base from
     * now on. */
    void (*resume)(void *context, unsigned cpu, uint32_t decrementer);
    /* Ends the run: SIM_OK for a title that has ended, SIM_GUEST for one that failed. Called once at most. */
    void (*stop)(void *context, enum sim_status status, const char *reason);
    /* One line for whoever runs the title: an export that is absent, with its caller and arguments. */
    void (*report)(void *context, const char *text);
};

/* Where another run met contention, and what is done there: ke/replay.def, docs/contention.md. */
struct kernel_replay {
    const struct waves_contention *manifest; /* it stays */
    bool aggressive;                         /* parks who enters, where that can be */
    sim_time park_most;                      /* for so long */
};
enum kernel_replay_outcome {
#define OUTCOME(name, ...) KERNEL_REPLAY_##name,
#include "kernel-hle/ke/replay.def"
#undef OUTCOME
    KERNEL_REPLAY_OUTCOMES
};

struct kernel_config {
    struct kernel_host host;
    const struct sim_clock *core, *timebase;
    enum hle_reference_kind reference;
    const struct image *image;          /* of the title; it stays */
    struct tree *media;                 /* what the title came on; NULL: there is nothing to read */
    const char *title_path;             /* as titles see it: "\\Device\\Cdrom0\\default.xex" */
    uint64_t start_time;                /* FILETIME at reset */
    bool strict;                        /* an absent export ends the run */
    bool past_deadlock;                 /* a deadlock does not end it */
    struct kernel_log *log;             /* NULL: nobody listens */
    const struct kernel_replay *replay; /* NULL: nothing is replayed */
};

/* NULL on failure. The image must be a XEX, or an ELF for the title's address space. */
struct kernel *kernel_create(const struct kernel_config *config, struct sim_error *error);
void kernel_destroy(struct kernel *kernel);

/* To power-on: the title's map, its image, the kernel's variables and its first threads, by way of the host. The
 * hardware threads are parked then; the first ones resume at kernel_next(). Between elaboration and the first run. */
void kernel_reset(struct kernel *kernel);

/* Hardware thread `cpu` (0 to 5) has trapped at t. */
void kernel_trap(struct kernel *kernel, unsigned cpu, const struct kernel_trap *trap, sim_time t);
/* True while the hardware thread is parked because it has nothing to do. It then takes external interrupts at once:
 * whoever holds the kernel calls kernel_trap() with XENON_EXTERNAL when the line is up. One that is parked in a call
 * takes them when it goes on. */
bool kernel_idles(const struct kernel *kernel, unsigned cpu);
/* When the kernel will act without being asked (SIM_NEVER: not at all), and its doing so; t is not before that. */
sim_time kernel_next(const struct kernel *kernel);
void kernel_event(struct kernel *kernel, sim_time t);

/* How often each came, and its name. */
uint64_t kernel_replay_count(const struct kernel *kernel, enum kernel_replay_outcome outcome);
const char *kernel_replay_name(enum kernel_replay_outcome outcome);
/* False of a machine that was saved by a run without a manifest: where its threads stand was not counted. */
bool kernel_replay_counts(const struct kernel *kernel);

/* What it has counted for the display: VdSwap, and calls of the title's callback (by source: 0 at a vertical blank, 1
 * by the command processor), with the time of the last one. */
struct kernel_graphics {
    uint64_t swaps, calls[2];
    sim_time last[2];
};
struct kernel_graphics kernel_graphics(const struct kernel *kernel);

void kernel_save(const struct kernel *kernel, struct sim_writer *writer);
void kernel_load(struct kernel *kernel, struct sim_reader *reader);

#endif
