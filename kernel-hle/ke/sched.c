/* The scheduler: 32 queues of ready threads for each hardware thread, which no thread leaves but by its affinity. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

static void enter(struct ke_queue *queue, struct ke_thread *thread, bool head)
{
    thread->previous = head ? NULL : queue->last;
    thread->next = head ? queue->first : NULL;
    *(thread->previous ? &thread->previous->next : &queue->first) = thread;
    *(thread->next ? &thread->next->previous : &queue->last) = thread;
}

void ke_leave_ready(struct kernel *k, struct ke_thread *thread)
{
    struct ke_queue *queue = &k->ke->ready[thread->cpu][thread->priority];
    *(thread->previous ? &thread->previous->next : &queue->first) = thread->next;
    *(thread->next ? &thread->next->previous : &queue->last) = thread->previous;
    thread->previous = thread->next = NULL;
    if (!queue->first)
        k->ke->ready_mask[thread->cpu] &= ~(UINT32_C(1) << thread->priority);
}

static void queue_ready(struct kernel *k, struct ke_thread *thread, bool head)
{
    ke_set_state(k, thread, KE_READY);
    enter(&k->ke->ready[thread->cpu][thread->priority], thread, head);
    k->ke->ready_mask[thread->cpu] |= UINT32_C(1) << thread->priority;
}

void ke_ask(struct kernel *k, unsigned cpu)
{
    k->cpu[cpu].dispatch = true;
    if (k->cpu[cpu].state == KERNEL_CPU_RUNS)
        k->ke->poke |= 1u << cpu;
}

void ke_make_ready(struct kernel *k, struct ke_thread *thread)
{
    struct kernel_cpu *p = &k->cpu[thread->cpu];
    bool head = thread->preempted;
    thread->preempted = false;
    ke_show(k, thread->address + KE_THREAD_PREEMPTED, 0, 1);
    if (p->next) {
        if (thread->priority > p->next->priority) {
            struct ke_thread *other = p->next;
            p->next = thread;
            ke_set_state(k, thread, KE_STANDBY);
            queue_ready(k, other, true);
        } else {
            queue_ready(k, thread, head);
        }
    } else if (thread->priority > p->thread->priority || p->thread == p->idle) {
        p->next = thread;
        ke_set_state(k, thread, KE_STANDBY);
        ke_ask(k, thread->cpu);
    } else {
        queue_ready(k, thread, head);
    }
}

/* The ready thread of the highest priority, no longer queued; NULL: none of at least this one. */
static struct ke_thread *take_best(struct kernel *k, unsigned cpu, unsigned least)
{
    uint32_t mask = k->ke->ready_mask[cpu];
    unsigned best = mask ? 31 - (unsigned)__builtin_clz(mask) : 0;
    if (!mask || best < least)
        return NULL;
    struct ke_thread *thread = k->ke->ready[cpu][best].first;
    ke_leave_ready(k, thread);
    return thread;
}

static void switch_to(struct kernel *k, unsigned cpu, struct ke_thread *to)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    struct ke_thread *from = p->thread;
    struct xenon_context *r = k->config.host.registers(k->config.host.context, cpu);
    ke_set_state(k, to, KE_RUNNING);
    if (from == to)
        return;
    log_switch(k, cpu, from, to);
    ke_registers_take(&from->registers, r);
    ke_registers_give(&to->registers, r);
    from->irql = p->irql;
    p->thread = to;
    p->irql = to->irql;
    to->switches++;
    ke_show(k, to->address + KE_THREAD_SWITCHES, to->switches, 4);
    ke_show_current(k, cpu);
    sim_time ready = kernel_after(k, kernel_timing_info[KERNEL_COST_SWITCH].cycles);
    if (to->due < ready)
        to->due = ready;
}

/* Whoever is to run now: the standby, the best of the queues, or nobody. */
static void choose(struct kernel *k, unsigned cpu)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    struct ke_thread *next = p->next ? p->next : take_best(k, cpu, 0);
    p->next = NULL;
    switch_to(k, cpu, next ? next : p->idle);
}

bool ke_give_way(struct kernel *k, unsigned cpu, unsigned least)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    if (!p->next && (p->next = take_best(k, cpu, least)))
        ke_set_state(k, p->next, KE_STANDBY);
    p->thread->gives_way = p->next != NULL;
    return p->thread->gives_way;
}

static void leave_cpu(struct kernel *k, struct ke_thread *thread);

static void settle(struct kernel *k, unsigned cpu)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    bool at_rest = p->state == KERNEL_CPU_IDLES && !p->next && !p->idle->frames && k->ke->dpcs[cpu].count == 0;
    if (p->state == KERNEL_CPU_RUNS || at_rest)
        return;
    if (p->thread->state == KE_RUNNING && p->thread->moves && p->irql < KE_DISPATCH) {
        struct ke_thread *thread = p->thread;
        ke_set_state(k, thread, KE_TRANSITION);
        choose(k, cpu);
        leave_cpu(k, thread);
    } else if (p->thread->state != KE_RUNNING) {
        choose(k, cpu);
    } else if (p->next && p->irql < KE_DISPATCH) {
        struct ke_thread *thread = p->thread;
        if (thread != p->idle) {
            thread->preempted = !thread->gives_way;
            ke_show(k, thread->address + KE_THREAD_PREEMPTED, thread->preempted, 1);
            queue_ready(k, thread, thread->preempted);
            thread->gives_way = false;
        }
        choose(k, cpu);
    }
    p->dispatch = p->next != NULL;
    if (p->thread == p->idle && !p->idle->frames && !ke_software_interrupt(k, cpu)) {
        p->state = KERNEL_CPU_IDLES;
        return;
    }
    if (p->state == KERNEL_CPU_IDLES)
        ke_catch_up(k, cpu);
    p->state = KERNEL_CPU_DUE;
    p->due = p->thread->due > k->now ? p->thread->due : k->now;
}

void ke_settle(struct kernel *k)
{
    settle(k, k->acting);
    if (k->ke->poke) {
        ke_poke(k);
        settle(k, k->acting);
    }
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (i != k->acting)
            settle(k, i);
    ke_bury(k);
    ke_look_for_deadlock(k);
}

sim_time ke_cpu_next(const struct kernel *k, unsigned cpu)
{
    const struct kernel_cpu *p = &k->cpu[cpu];
    if (p->state == KERNEL_CPU_RUNS)
        return SIM_NEVER;
    sim_time park = ke_park_next(k, cpu);
    if (p->state == KERNEL_CPU_DUE)
        return sim_time_min(p->due, park);
    return cpu == 0 ? sim_time_min(ke_tick_time(k, p->tick), park) : park;
}

void ke_cpu_event(struct kernel *k, unsigned cpu)
{
    struct kernel_cpu *p = &k->cpu[cpu];
    struct ke_frame *frame = ke_frame_top(p->thread);
    if (ke_end_parks(k, cpu))
        return;
    if (ke_tick_time(k, p->tick) <= k->now) {
        ke_tick(k, cpu);
    } else if (p->thread->exits) {
        ke_begin_exit(k, p->thread);
    } else if (ke_deliver(k, cpu)) {
        return;
    } else if (frame && frame->state == KE_FRAME_STEPS) {
        kernel_call_step(k, frame);
    } else if (frame && frame->state == KE_FRAME_WAITS) {
        ke_wait_again(k, p->thread);
    } else {
        p->state = KERNEL_CPU_RUNS;
        k->config.host.resume(k->config.host.context, cpu, ke_decrementer(k, cpu));
    }
}

void ke_set_priority(struct kernel *k, struct ke_thread *thread, uint8_t priority)
{
    if (thread->priority == priority)
        return;
    bool ready = thread->state == KE_READY;
    if (ready)
        ke_leave_ready(k, thread);
    uint8_t before = thread->priority;
    thread->priority = priority;
    ke_show(k, thread->address + KE_THREAD_PRIORITY, priority, 1);
    struct kernel_cpu *p = &k->cpu[thread->cpu];
    if (ready) {
        ke_make_ready(k, thread);
    } else if (thread->state == KE_STANDBY && priority < before) {
        p->next = NULL;
        thread->state = KE_READY;
        struct ke_thread *best = take_best(k, thread->cpu, priority + 1u);
        ke_make_ready(k, best ? best : thread);
        if (best)
            ke_make_ready(k, thread);
    } else if (thread->state == KE_RUNNING && p->next && p->next->priority <= priority) {
        struct ke_thread *next = p->next;
        p->next = NULL;
        queue_ready(k, next, true);
    } else if (thread->state == KE_RUNNING && priority < before && !p->next) {
        struct ke_thread *best = take_best(k, thread->cpu, priority + 1u);
        if (best)
            ke_make_ready(k, best);
    }
}

void ke_end_quantum(struct kernel *k, struct ke_thread *thread)
{
    thread->quantum = ke_process_info[thread->process].quantum;
    if (thread->priority >= KE_REALTIME)
        return;
    int32_t lower = thread->priority - (thread->decrement + 1);
    thread->decrement = 0;
    ke_show(k, thread->address + KE_THREAD_DECREMENT, 0, 1);
    ke_set_priority(k, thread, (uint8_t)(lower < thread->base ? thread->base : lower));
}

bool ke_yield(struct kernel *k, struct ke_thread *thread)
{
    return k->cpu[thread->cpu].irql < KE_DISPATCH && ke_give_way(k, thread->cpu, 1);
}

/* Base priorities are asked for by their distance from the class'; one of this much is the end of the range. */
enum { SATURATED = 16 };

int32_t ke_base_increment(const struct ke_thread *thread)
{
    return thread->saturation ? thread->saturation * SATURATED : thread->base - thread->class_base;
}

int32_t ke_set_base_priority(struct kernel *k, struct ke_thread *thread, int32_t increment)
{
    int32_t before = ke_base_increment(thread), old = thread->base;
    thread->saturation = increment >= SATURATED ? 1 : increment <= -SATURATED ? -1 : 0;
    int64_t base = (int64_t)thread->class_base + increment;
    if (base > thread->class_greatest || thread->saturation > 0)
        base = thread->class_greatest;
    if (base < thread->class_least || thread->saturation < 0)
        base = thread->class_least;
    int32_t priority = thread->priority - thread->decrement - old + (int32_t)base;
    if (priority > thread->class_greatest || thread->saturation > 0)
        priority = thread->class_greatest;
    if (priority < thread->class_least || thread->saturation < 0)
        priority = thread->class_least;
    thread->base = (uint8_t)base;
    thread->decrement = 0;
    ke_show(k, thread->address + KE_THREAD_BASE_PRIORITY, thread->base, 1);
    ke_show(k, thread->address + KE_THREAD_SATURATION, (uint8_t)thread->saturation, 1);
    ke_show(k, thread->address + KE_THREAD_DECREMENT, 0, 1);
    if (priority != thread->priority) {
        thread->quantum = ke_process_info[thread->process].quantum;
        ke_show(k, thread->address + KE_THREAD_QUANTUM, (uint32_t)thread->quantum, 4);
        ke_set_priority(k, thread, (uint8_t)priority);
    }
    return before;
}

void ke_show_cpu(struct kernel *k, struct ke_thread *thread)
{
    uint32_t prcb = ke_pcr(thread->cpu) + KE_PCR_PRCB;
    ke_show(k, thread->address + KE_THREAD_CPU, thread->cpu, 1);
    ke_show(k, thread->address + KE_THREAD_PRCB, prcb, 4);
    ke_show(k, thread->address + KE_THREAD_TARGET_PRCB, prcb, 4);
}

/* The running thread of another hardware thread leaves when that one looks at it. */
static void leave_cpu(struct kernel *k, struct ke_thread *thread)
{
    thread->cpu = thread->moves - 1;
    thread->moves = 0;
    thread->registers.gpr[13] = ke_pcr(thread->cpu);
    ke_show_cpu(k, thread);
    ke_make_ready(k, thread);
}

void ke_move(struct kernel *k, struct ke_thread *thread, unsigned cpu)
{
    struct kernel_cpu *p = &k->cpu[thread->cpu];
    thread->moves = 0;
    if (cpu == thread->cpu || ke_is_idle(k, thread) || cpu >= KERNEL_CPUS)
        return;
    thread->moves = (uint8_t)(cpu + 1);
    if (thread->state == KE_RUNNING) {
        ke_ask(k, thread->cpu);
        return;
    }
    bool ready = thread->state == KE_READY, standby = thread->state == KE_STANDBY;
    if (ready)
        ke_leave_ready(k, thread);
    if (standby)
        p->next = take_best(k, thread->cpu, 0);
    if (standby && p->next)
        ke_set_state(k, p->next, KE_STANDBY);
    if (ready || standby) {
        leave_cpu(k, thread);
        return;
    }
    thread->cpu = (uint8_t)cpu;
    thread->moves = 0;
    thread->registers.gpr[13] = ke_pcr(cpu);
    ke_show_cpu(k, thread);
}
