#include "kernel-hle/ex/notify.h"
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"
#include "kernel-hle/log/log.h"
#include "models/xenon/isa/interrupt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct kernel_timing_info kernel_timing_info[KERNEL_COSTS] = {
#define TIMING(name, cycles, confidence, source, what) {#name, cycles, #confidence, source, what},
#include "kernel-hle/kernel/timing.def"
#undef TIMING
};

struct kernel *kernel_create(const struct kernel_config *config, struct sim_error *error)
{
    struct kernel *k = calloc(1, sizeof *k);
    bool complete = k != NULL;
    if (complete) {
        k->config = *config;
        k->reference = hle_reference(config->reference);
        k->reported = calloc(kernel_export_count(), 1);
        k->exports = kernel_exports_new();
        k->mm = mm_create(&k->reference, NULL);
        k->ob = ob_new();
        k->ke = ke_new();
        k->io = io_new();
        k->notify = notify_new();
        complete = k->reported && k->exports && k->mm && k->ob && k->ke && k->io && k->notify;
    }
    if (!complete) {
        kernel_destroy(k);
        (void)sim_fail(error, SIM_HOST, "no memory for the kernel");
        return NULL;
    }
    ob_on_end(k, OB_THREAD, ke_thread_ended);
    ob_on_end(k, OB_TIMER, ke_timer_ended);
    ob_on_end(k, OB_MUTANT, ke_mutant_ended);
    ob_on_end(k, OB_FILE, io_file_ended);
    ob_on_end(k, OB_COMPLETION, io_port_ended);
    ob_on_end(k, OB_EVENT, notify_ended);
    if (kernel_launch_create(k, error) != SIM_OK) {
        kernel_destroy(k);
        return NULL;
    }
    return k;
}

void kernel_destroy(struct kernel *k)
{
    if (!k)
        return;
    kernel_launch_destroy(k);
    io_delete(k->io);
    notify_delete(k->notify);
    ob_delete(k->ob);
    ke_delete(k->ke);
    mm_destroy(k->mm);
    kernel_exports_delete(k->exports);
    free(k->reported);
    free(k);
}

void kernel_reset(struct kernel *k)
{
    k->now = 0;
    k->stopped = false;
    k->acting = 0;
    k->fault.held = false;
    memset(k->reported, 0, kernel_export_count());
    membus_map_reset(k->config.host.map);
    k->config.host.map_changed(k->config.host.context, 0, UINT32_MAX);
    mm_reset(k->mm);
    kernel_apply_changes(k);
    io_reset(k->io);
    notify_reset(k->notify);
    ob_reset(k->ob);
    kernel_write_trampolines(k);
    ke_reset(k);
    kernel_launch(k);
}

sim_time kernel_now(const struct kernel *k)
{
    return k->now;
}

sim_time kernel_after(const struct kernel *k, uint64_t cycles)
{
    return sim_clock_edge(k->config.core, sim_clock_ceil(k->config.core, k->now) + cycles);
}

struct ke_thread *kernel_current_thread(const struct kernel *k)
{
    return k->cpu[k->acting].thread;
}

void kernel_stop(struct kernel *k, enum sim_status status, const char *format, ...)
{
    char text[8192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!k->stopped)
        k->config.host.stop(k->config.host.context, status, text);
    k->stopped = true;
}

void kernel_report(struct kernel *k, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (k->config.host.report)
        k->config.host.report(k->config.host.context, text);
}

bool kernel_idles(const struct kernel *k, unsigned cpu)
{
    return k->cpu[cpu].state == KERNEL_CPU_IDLES;
}

/* Which of the trampolines' sc it was; a number past all of them for any other. */
static size_t trampoline(const struct xenon_context *r)
{
    uint32_t at = (uint32_t)r->nia - 4 - KERNEL_TRAMPOLINES;
    return (uint32_t)r->nia - 4 < KERNEL_TRAMPOLINES ? SIZE_MAX : at / KERNEL_TRAMPOLINE;
}

static void system_call(struct kernel *k, unsigned cpu)
{
    struct ke_thread *thread = k->cpu[cpu].thread;
    const struct xenon_context *r = k->config.host.registers(k->config.host.context, cpu);
    size_t index = trampoline(r), exports = kernel_export_count();
    bool right = true;
    if (index < exports)
        kernel_call_begin(k, index);
    else if (index == exports + KERNEL_OWN_RETURN)
        right = kernel_call_comes_back(k, thread, false);
    else if (index == exports + KERNEL_OWN_EXIT)
        ke_exit_thread(k, thread, (uint32_t)r->gpr[3]);
    else if (index < exports + KERNEL_OWNS)
        right = kernel_call_comes_back(k, thread, true);
    else
        right = false;
    if (!right) {
        struct kernel_trap trap = {.vector = XENON_PROGRAM, .cause = XENON_CAUSE_ILLEGAL};
        ke_fault(k, cpu, &trap);
    }
}

void kernel_trap(struct kernel *k, unsigned cpu, const struct kernel_trap *trap, sim_time t)
{
    if (k->stopped)
        return;
    k->now = t;
    k->acting = (uint8_t)cpu;
    struct kernel_cpu *p = &k->cpu[cpu];
    bool ran = p->state == KERNEL_CPU_RUNS;
    if (!ran && (trap->vector != XENON_EXTERNAL || p->state != KERNEL_CPU_IDLES))
        return; /* it is the kernel's already: a message out of a spoilt file */
    p->state = KERNEL_CPU_DUE;
    p->thread->due = t;
    switch (trap->vector) {
    case XENON_SYSTEM_CALL:
        system_call(k, cpu);
        break;
    case XENON_DECREMENTER:
        ke_tick(k, cpu);
        break;
    case XENON_EXTERNAL:
        ke_interrupt(k, cpu);
        break;
    default:
        ke_fault(k, cpu, trap);
        break;
    }
    ke_settle(k);
}

sim_time kernel_next(const struct kernel *k)
{
    if (k->stopped)
        return SIM_NEVER;
    sim_time next = SIM_NEVER;
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        next = sim_time_min(next, ke_cpu_next(k, i));
    return next;
}

void kernel_event(struct kernel *k, sim_time t)
{
    for (unsigned i = 0; i < KERNEL_CPUS && !k->stopped; i++)
        if (ke_cpu_next(k, i) <= t) {
            k->now = t;
            k->acting = (uint8_t)i;
            ke_cpu_event(k, i);
            ke_settle(k);
        }
}
