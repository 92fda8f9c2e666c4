/* Nothing is left that could happen: who waits for what. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 8192, CALLERS = 8, SHOWN = 40 };

static void say(char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(char *text, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, TEXT - used, format, arguments);
    va_end(arguments);
}

static const char *type_name(struct kernel *k, uint32_t object)
{
    switch (ke_look(k, object + KE_HEADER_TYPE, 1)) {
    case KE_NOTIFICATION_EVENT:
    case KE_SYNCHRONIZATION_EVENT:
        return "event";
    case KE_MUTANT:
        return "mutant";
    case KE_SEMAPHORE:
        return "semaphore";
    case KE_THREAD:
        return "thread";
    case KE_NOTIFICATION_TIMER:
    case KE_SYNCHRONIZATION_TIMER:
        return "timer";
    default:
        return "object";
    }
}

static void say_object(struct kernel *k, char *text, uint32_t object, uint8_t reason)
{
    const struct ob_object *known = ob_by_address(k, object);
    const struct ke_touch *touch = &k->ke->touch[object >> 4 & (KE_TOUCHES - 1)];
    const struct ke_thread *owner = NULL, *thread = ke_thread_at(k, object);
    char at[SIM_TIME_TEXT];
    say(text, " %s 0x%08X", reason == KE_REASON_CRITICAL_SECTION ? "critical section" : type_name(k, object), object);
    if (known && known->name)
        say(text, " \"%s\"", known->name);
    if (reason == KE_REASON_CRITICAL_SECTION)
        owner = ke_thread_at(k, (uint32_t)ke_look(k, object + KE_CRITICAL_OWNER, 4));
    else if (ke_look(k, object + KE_HEADER_TYPE, 1) == KE_MUTANT)
        owner = ke_thread_at(k, (uint32_t)ke_look(k, object + KE_MUTANT_OWNER, 4));
    if (owner)
        say(text, " of thread %u", owner->id);
    if (thread)
        say(text, ", thread %u", thread->id);
    else if (touch->object == object && touch->thread)
        say(text, " (last touched by thread %u at %s)", touch->thread, sim_time_print(touch->time, at));
    else if (touch->object == object)
        say(text, " (last touched by an interrupt at %s)", sim_time_print(touch->time, at));
    else if (!owner)
        say(text, " (nobody has touched it)");
}

void ke_describe_thread(struct kernel *k, const struct ke_thread *thread, char *text)
{
    uint32_t caller[CALLERS];
    struct ke_place place = ke_thread_place(k, thread);
    say(text, "\n  thread %u, started at 0x%08X, on hardware thread %u:", thread->id, thread->start, thread->cpu);
    if (thread->state == KE_INITIAL)
        say(text, " created suspended and never resumed");
    else if (thread->in_suspend)
        say(text, " suspended");
    else if (thread->state == KE_WAITING)
        say(text, " waits for%s", thread->wait.count == 0 ? " nothing" : thread->wait.all ? " all of" : "");
    for (unsigned i = 0; i < thread->wait.count && thread->state == KE_WAITING && !thread->in_suspend; i++)
        say_object(k, text, thread->wait.block[i].object, thread->wait.reason);
    say(text, "; pc 0x%08X lr 0x%08X", place.pc, place.lr);
    unsigned callers = log_callers(k, place.sp, caller, CALLERS);
    for (unsigned i = 0; i < callers; i++)
        say(text, "%s0x%08X", i ? " " : ", called from ", caller[i]);
}

void ke_look_for_deadlock(struct kernel *k)
{
    const struct ke *ke = k->ke;
    if (k->stopped || k->config.past_deadlock || ke->timers || ke->graphics_callback || k->io->requests || !ke->threads)
        return;
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (k->cpu[i].state != KERNEL_CPU_IDLES || k->cpu[i].next || ke->dpcs[i].count ||
            ke_park_next(k, i) != SIM_NEVER)
            return;
    char text[TEXT] = "deadlock: every thread waits, and nothing is left that could wake one";
    unsigned shown = 0;
    for (uint32_t i = 0; i < ke->threads; i++)
        if (ke->thread[i]->state != KE_TERMINATED && shown++ < SHOWN)
            ke_describe_thread(k, ke->thread[i], text);
    if (shown > SHOWN)
        say(text, "\n  and %u more", shown - SHOWN);
    kernel_stop(k, SIM_GUEST, "%s", text);
}
