/* Running the machine for a debugger: when a thread has come to what it is to stop at. */
#include "board/cli/gdb/machine.h"

#include "board/cli/gdb/machine_parts.h"

#include <stdio.h>
#include <string.h>

enum {
    INSTANTS = 2048,  /* in a `run` that looks at every one of them */
    SLICE = 200000000 /* 20 us, in a run that does not */
};

static struct gdb_machine_thread *thread_of(struct gdb_machine *machine, unsigned thread)
{
    return &machine->core[thread / 2].thread[thread % 2];
}

static bool breaks_at(const struct gdb_machine *machine, const struct xenon_context *t, uint64_t pc)
{
    for (unsigned i = 0; i < machine->points; i++)
        if (machine->point[i].kind <= GDB_BREAK_HARDWARE &&
            ((machine->point[i].address ^ pc) & xenon_address_mask(t)) == 0)
            return true;
    return false;
}

static bool watches(enum gdb_point kind, bool store)
{
    return kind == GDB_WATCH_ACCESS || kind == (store ? GDB_WATCH_WRITE : GDB_WATCH_READ);
}

/* Does the instruction touch anything that is watched? */
static bool touches(const struct gdb_machine *machine, const struct xenon_context *t, const struct xenon_insn *in,
                    struct gdb_stop *stop)
{
    struct gdb_access access;
    if (machine->watches == 0 || !gdb_access_of(t, in, &access))
        return false;
    uint64_t mask = xenon_address_mask(t);
    for (unsigned i = 0; i < machine->points; i++) {
        const struct gdb_machine_point *point = &machine->point[i];
        if (!watches(point->kind, access.store))
            continue;
        uint64_t into = (point->address - access.address) & mask, back = (access.address - point->address) & mask;
        if (into < access.size || back < point->size) {
            *stop = (struct gdb_stop){.reason = GDB_AT_WATCH, .watch = point->kind, .address = point->address};
            return true;
        }
    }
    return false;
}

static bool is_known(const struct gdb_machine_thread *th, uint64_t pc)
{
    return th->known && th->known_at == pc;
}

static void make_known(struct gdb_machine *machine, unsigned thread)
{
    struct gdb_machine_thread *th = thread_of(machine, thread);
    th->known = true;
    th->known_at = xenon_core_context(machine->processors->core[thread / 2], thread % 2)->nia;
}

/* Called within a clock of the core, on whatever host thread runs it: it looks at nothing but its own core's part. */
static void issuing(void *context, const struct xenon_core *core, unsigned index, const struct xenon_insn *in,
                    uint64_t clock)
{
    struct gdb_machine_core *own = context;
    struct gdb_machine_thread *th = &own->thread[index];
    const struct xenon_context *t = xenon_core_context(core, index);
    (void)clock;
    if (!th->has_hit && !is_known(th, in->pc) && breaks_at(own->machine, t, in->pc)) {
        th->hit = (struct gdb_stop){.reason = GDB_AT_BREAK};
        th->has_hit = true;
    }
    if (th->has_hit && !th->shadowed) {
        th->shadow = *t;
        th->shadowed = true;
    }
    th->touches = touches(own->machine, t, in, &th->touch);
}

static void issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    struct gdb_machine_core *own = context;
    struct gdb_machine_thread *th = &own->thread[issue->thread];
    (void)core;
    th->known = false;
    if (th->touches && !issue->faulted) {
        if (th->shadowed) {
            th->after = th->touch;
            th->has_after = true;
        } else {
            th->hit = th->touch;
            th->has_hit = true;
        }
    } else if (!th->has_hit && own->machine->step == (int)(2 * own->number + issue->thread)) {
        th->hit = (struct gdb_stop){.reason = GDB_STEPPED};
        th->has_hit = true;
    }
    th->touches = false;
}

/* A thread that has come to a breakpoint, and has not issued what is there. */
static void look_at(struct gdb_machine *machine, unsigned thread)
{
    struct gdb_machine_thread *th = thread_of(machine, thread);
    const struct xenon_core *core = machine->processors->core[thread / 2];
    const struct xenon_context *t = xenon_core_context(core, thread % 2);
    if (is_known(th, t->nia) || th->shadowed || (th->has_hit && th->hit.reason != GDB_STEPPED) ||
        xenon_core_thread_state(core, thread % 2) == XENON_THREAD_STOPPED || !breaks_at(machine, t, t->nia))
        return;
    th->hit = (struct gdb_stop){.reason = GDB_AT_BREAK};
    th->has_hit = true;
}

/* Has a thread come to a stop? Of several, the others' turn comes when the machine is to go on. */
static bool has_stopped(struct gdb_machine *machine, struct gdb_stop *stop)
{
    for (unsigned i = 0; i < BOARD_THREADS; i++)
        look_at(machine, i);
    for (unsigned i = 0; i < BOARD_THREADS; i++) {
        struct gdb_machine_thread *th = thread_of(machine, i);
        if (!th->has_hit)
            continue;
        *stop = th->hit;
        stop->thread = machine->last = i;
        th->has_hit = false;
        make_known(machine, i);
        return true;
    }
    return false;
}

static void resume(void *context, int step)
{
    struct gdb_machine *machine = context;
    machine->step = step;
    machine->precise = step != GDB_NOBODY || machine->points != 0;
    for (unsigned i = 0; i < BOARD_THREADS; i++) {
        struct gdb_machine_thread *th = thread_of(machine, i);
        if (!machine->precise) {
            th->known = th->shadowed = th->has_hit = th->has_after = false;
        } else if (th->shadowed && !th->has_hit) { /* the second of two: issued already */
            th->shadowed = th->known = false;
            th->has_hit = th->has_after || step == (int)i;
            th->hit = th->has_after ? th->after : (struct gdb_stop){.reason = GDB_STEPPED};
            th->has_after = false;
        } else if (step == (int)i) {
            make_known(machine, i);
        }
    }
    for (unsigned i = 0; i < BOARD_CORES; i++)
        xenon_core_set_watch(machine->processors->core[i], machine->precise ? &machine->core[i].watch : NULL);
}

static bool run(void *context, struct gdb_stop *stop)
{
    struct gdb_machine *machine = context;
    bool goes_on = true;
    if (machine->precise && has_stopped(machine, stop))
        return true;
    for (unsigned i = 0; i < INSTANTS && goes_on && machine->precise; i++) {
        goes_on = machine->slice(machine->run, sim_time_add(sim_machine_next(machine->machine), 1));
        if (has_stopped(machine, stop))
            return true;
    }
    if (!machine->precise)
        goes_on = machine->slice(machine->run, sim_time_add(sim_machine_time(machine->machine), SLICE));
    if (goes_on)
        return false;
    *stop = (struct gdb_stop){.reason = GDB_ENDED, .thread = machine->last};
    machine->reason(machine->run, stop->text);
    return true;
}

static const struct xenon_context *registers(void *context, unsigned thread)
{
    struct gdb_machine *machine = context;
    const struct gdb_machine_thread *th = thread_of(machine, thread);
    return th->shadowed ? &th->shadow : xenon_core_context(machine->processors->core[thread / 2], thread % 2);
}

static bool awaited(void *context, unsigned thread, unsigned resource)
{
    struct gdb_machine *machine = context;
    return xenon_core_awaits(machine->processors->core[thread / 2], thread % 2, resource);
}

/* Behind a shadow it is too late, and a thread on its way into its code cannot be sent elsewhere. */
static struct xenon_context *change(void *context, unsigned thread, bool control)
{
    struct gdb_machine *machine = context;
    struct xenon_core *core = machine->processors->core[thread / 2];
    enum xenon_thread_state state = xenon_core_thread_state(core, thread % 2);
    if (thread_of(machine, thread)->shadowed ||
        (control && state != XENON_THREAD_RUNS && state != XENON_THREAD_STOPPED))
        return NULL;
    struct xenon_context *t = xenon_core_context_to_change(core, thread % 2);
    machine->before = *t;
    return t;
}

static void changed(void *context, unsigned thread, bool control)
{
    struct gdb_machine *machine = context;
    struct xenon_core *core = machine->processors->core[thread / 2];
    const struct xenon_context *t = xenon_core_context(core, thread % 2), *before = &machine->before;
    if (control && (t->nia != before->nia || t->msr != before->msr || memcmp(t->spr, before->spr, sizeof t->spr) != 0))
        xenon_core_context_changed(core, thread % 2);
    if (t->nia != before->nia)
        thread_of(machine, thread)->known = false;
}

static bool read_memory(void *context, unsigned thread, uint64_t address, uint8_t *bytes, size_t size)
{
    struct gdb_machine *machine = context;
    return gdb_memory_read(machine->processors, thread, address, bytes, size);
}

static bool write_memory(void *context, unsigned thread, uint64_t address, const uint8_t *bytes, size_t size)
{
    struct gdb_machine *machine = context;
    return gdb_memory_write(machine->processors, thread, address, bytes, size);
}

static unsigned find_point(const struct gdb_machine *machine, enum gdb_point kind, uint64_t address, uint64_t size)
{
    unsigned i = 0;
    while (i < machine->points && (machine->point[i].kind != kind || machine->point[i].address != address ||
                                   (kind > GDB_BREAK_HARDWARE && machine->point[i].size != size)))
        i++;
    return i;
}

static bool set_point(void *context, enum gdb_point kind, uint64_t address, uint64_t size)
{
    struct gdb_machine *machine = context;
    if (find_point(machine, kind, address, size) < machine->points)
        return true;
    if (machine->points == GDB_POINTS_MAX)
        return false;
    machine->point[machine->points++] = (struct gdb_machine_point){kind, address, size};
    machine->watches += kind > GDB_BREAK_HARDWARE;
    return true;
}

static void clear_point(void *context, enum gdb_point kind, uint64_t address, uint64_t size)
{
    struct gdb_machine *machine = context;
    unsigned i = find_point(machine, kind, address, size);
    if (i == machine->points)
        return;
    machine->point[i] = machine->point[--machine->points];
    machine->watches -= kind > GDB_BREAK_HARDWARE;
}

static void describe_thread(void *context, unsigned thread, char text[GDB_TEXT])
{
    static const char *const state[] = {
        [XENON_THREAD_STOPPED] = "stopped",
        [XENON_THREAD_RUNS] = "running",
        [XENON_THREAD_FETCHES] = "waiting for code",
        [XENON_THREAD_TRANSLATES] = "waiting for a translation",
        [XENON_THREAD_ACCESSES] = "in a load or store",
        [XENON_THREAD_WAITS] = "at a barrier",
    };
    struct gdb_machine *machine = context;
    snprintf(text, GDB_TEXT, "core %u thread %u, %s", thread / 2, thread % 2,
             state[xenon_core_thread_state(machine->processors->core[thread / 2], thread % 2)]);
}

static void describe_time(void *context, char text[GDB_TEXT])
{
    struct gdb_machine *machine = context;
    sim_time_print(sim_machine_time(machine->machine), text);
}

static uint64_t cycles(void *context)
{
    struct gdb_machine *machine = context;
    return sim_clock_ceil(machine->clock, sim_machine_time(machine->machine));
}

struct gdb_target gdb_machine_target(struct gdb_machine *machine)
{
    for (unsigned i = 0; i < BOARD_CORES; i++)
        machine->core[i] = (struct gdb_machine_core){
            .machine = machine, .number = i, .watch = {&machine->core[i], issuing, issued, NULL}};
    machine->step = GDB_NOBODY;
    return (struct gdb_target){
        .context = machine,
        .threads = BOARD_THREADS,
        .registers = registers,
        .awaited = awaited,
        .change = change,
        .changed = changed,
        .read = read_memory,
        .write = write_memory,
        .set_point = set_point,
        .clear_point = clear_point,
        .resume = resume,
        .run = run,
        .describe_thread = describe_thread,
        .describe_time = describe_time,
        .cycles = cycles,
    };
}

/* The debugger is gone: nobody looks any more. */
void gdb_machine_release(struct gdb_machine *machine)
{
    for (unsigned i = 0; i < BOARD_CORES; i++)
        xenon_core_set_watch(machine->processors->core[i], NULL);
}
