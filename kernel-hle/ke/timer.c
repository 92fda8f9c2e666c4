/* The queue of timers and of waits' timeouts. They are looked at once a clock tick, so the resolution is 1 ms. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

/* In the interrupt time of ticks, as callers' relative times are. */
uint64_t ke_due_time(const struct kernel *k, int64_t time)
{
    uint64_t now = k->ke->interrupt_time;
    if (time < 0)
        return now + (0 - (uint64_t)time);
    uint64_t absolute = (uint64_t)time;
    return absolute > k->config.start_time + k->ke->time_shift ? absolute - k->config.start_time - k->ke->time_shift
                                                               : 0;
}

static bool add(struct kernel *k, const struct ke_timer *timer)
{
    struct ke *ke = k->ke;
    if (ke->timers == ke->timers_room) {
        uint32_t room = ke->timers_room ? 2 * ke->timers_room : 64;
        struct ke_timer *more = room <= KE_TIMERS_MAX ? realloc(ke->timer, room * sizeof *more) : NULL;
        if (!more) {
            kernel_stop(k, SIM_GUEST, "%u timers run at once", ke->timers);
            return false;
        }
        ke->timer = more;
        ke->timers_room = room;
    }
    uint32_t low = 0, high = ke->timers;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ke->timer[middle].due <= timer->due)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(&ke->timer[low + 1], &ke->timer[low], (ke->timers - low) * sizeof *ke->timer);
    ke->timer[low] = *timer;
    ke->timers++;
    return true;
}

static void remove_at(struct ke *ke, uint32_t i)
{
    memmove(&ke->timer[i], &ke->timer[i + 1], (ke->timers - i - 1) * sizeof *ke->timer);
    ke->timers--;
}

void ke_add_timeout(struct kernel *k, struct ke_thread *thread, uint64_t due)
{
    (void)add(k, &(struct ke_timer){.due = due, .waiter = thread});
}

void ke_remove_timeout(struct kernel *k, struct ke_thread *thread)
{
    for (uint32_t i = 0; i < k->ke->timers; i++)
        if (k->ke->timer[i].waiter == thread) {
            remove_at(k->ke, i);
            return;
        }
}

static uint32_t find(const struct ke *ke, uint32_t timer)
{
    uint32_t i = 0;
    while (i < ke->timers && (ke->timer[i].waiter || ke->timer[i].address != timer))
        i++;
    return i;
}

bool ke_remove_timer(struct kernel *k, uint32_t timer)
{
    uint32_t i = find(k->ke, timer);
    if (i == k->ke->timers)
        return false;
    if (k->ke->timer[i].apc.thread)
        ke_forget_apcs_of(k, k->ke->timer[i].apc.thread, timer);
    remove_at(k->ke, i);
    ke_show(k, timer + KE_HEADER_INSERTED, 0, 1);
    return true;
}

bool ke_set_timer(struct kernel *k, uint32_t timer, int64_t time, uint32_t period, uint32_t dpc,
                  const struct ke_timer_apc *apc)
{
    bool was = ke_remove_timer(k, timer);
    uint64_t due = ke_due_time(k, time);
    guest_put_u32(k, timer + KE_HEADER_STATE, 0);
    guest_put_u64(k, timer + KE_TIMER_DUE, due);
    guest_put_u32(k, timer + KE_TIMER_DPC, dpc);
    guest_put_u32(k, timer + KE_TIMER_PERIOD, period);
    uint32_t bad;
    bool write;
    if (kernel_fault(k, &bad, &write))
        return was;
    struct ke_timer entry = {.due = due, .address = timer, .period = period, .dpc = dpc};
    if (apc)
        entry.apc = *apc;
    if (add(k, &entry))
        ke_show(k, timer + KE_HEADER_INSERTED, 1, 1);
    return was;
}

void ke_timer_ended(struct kernel *k, struct ob_object *object)
{
    (void)ke_remove_timer(k, object->address);
}

void ke_forget_thread_timers(struct kernel *k, struct ke_thread *thread)
{
    for (uint32_t i = 0; i < k->ke->timers; i++)
        if (k->ke->timer[i].apc.thread == thread)
            k->ke->timer[i].apc.thread = NULL;
}

static void fire(struct kernel *k, const struct ke_timer *timer)
{
    ke_show(k, timer->address + KE_HEADER_INSERTED, 0, 1);
    if (timer->period) {
        struct ke_timer next = *timer;
        next.due = k->ke->interrupt_time + UINT64_C(10000) * timer->period;
        ke_show(k, timer->address + KE_TIMER_DUE, next.due, 8);
        ke_show(k, timer->address + KE_HEADER_INSERTED, 1, 1);
        (void)add(k, &next);
    }
    int32_t before = (int32_t)ke_look(k, timer->address + KE_HEADER_STATE, 4);
    ke_show(k, timer->address + KE_HEADER_STATE, 1, 4);
    log_signal(k, "expire", timer->address, before, 1);
    ke_touched(k, timer->address);
    ke_wake(k, timer->address, 0);
    if (timer->dpc)
        (void)ke_insert_dpc(k, timer->dpc, 0, 0);
    if (timer->apc.thread) {
        uint64_t due = k->ke->interrupt_time + k->config.start_time + k->ke->time_shift;
        ke_queue_timer_apc(k, timer, due);
    }
}

unsigned ke_expire_timers(struct kernel *k)
{
    struct ke *ke = k->ke;
    unsigned fired = 0;
    for (; ke->timers && ke->timer[0].due <= ke->interrupt_time && !k->stopped; fired++) {
        struct ke_timer timer = ke->timer[0];
        remove_at(ke, 0);
        if (timer.waiter) {
            timer.waiter->wait.timed = false;
            ke_end_wait(k, timer.waiter, timer.waiter->wait.count ? NT_TIMEOUT : NT_SUCCESS, 0);
        } else {
            fire(k, &timer);
        }
    }
    return fired;
}
