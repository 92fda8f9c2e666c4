/* What changes dispatcher objects: events, semaphores, mutants. Their headers are the title's; who waits is not. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdlib.h>
#include <string.h>

static void init(struct kernel *k, uint32_t object, enum ke_type type, uint32_t size, int32_t state)
{
    guest_put_u32(k, object + KE_HEADER_TYPE, (uint32_t)type << 24 | size / 4 << 8);
    guest_put_u32(k, object + KE_HEADER_STATE, (uint32_t)state);
    guest_put_u32(k, object + KE_HEADER_LIST, object + KE_HEADER_LIST);
    guest_put_u32(k, object + KE_HEADER_LIST + 4, object + KE_HEADER_LIST);
}

void ke_init_event(struct kernel *k, uint32_t event, bool synchronization, bool state)
{
    init(k, event, synchronization ? KE_SYNCHRONIZATION_EVENT : KE_NOTIFICATION_EVENT, KE_HEADER_SIZE, state);
}

void ke_init_semaphore(struct kernel *k, uint32_t semaphore, int32_t count, int32_t limit)
{
    init(k, semaphore, KE_SEMAPHORE, KE_HEADER_SIZE + 4, count);
    guest_put_u32(k, semaphore + KE_SEMAPHORE_LIMIT, (uint32_t)limit);
}

void ke_init_timer(struct kernel *k, uint32_t timer, bool synchronization)
{
    ke_remove_timer(k, timer);
    init(k, timer, synchronization ? KE_SYNCHRONIZATION_TIMER : KE_NOTIFICATION_TIMER, KE_TIMER_SIZE, 0);
    guest_put_u64(k, timer + KE_TIMER_DUE, 0);
    guest_put_u64(k, timer + KE_TIMER_LINK, 0);
    guest_put_u64(k, timer + KE_TIMER_DPC, 0);
}

static int32_t change(struct kernel *k, const char *what, uint32_t object, int32_t state, int32_t increment)
{
    int32_t before = (int32_t)guest_u32(k, object + KE_HEADER_STATE);
    uint32_t address;
    bool write;
    guest_put_u32(k, object + KE_HEADER_STATE, (uint32_t)state);
    if (kernel_fault(k, &address, &write))
        return before;
    log_signal(k, what, object, before, state);
    ke_touched(k, object);
    if (state > 0)
        ke_wake(k, object, increment);
    return before;
}

int32_t ke_set_event(struct kernel *k, uint32_t event, int32_t increment)
{
    return change(k, "set", event, 1, increment);
}

int32_t ke_reset_event(struct kernel *k, uint32_t event)
{
    return change(k, "reset", event, 0, 0);
}

int32_t ke_pulse_event(struct kernel *k, uint32_t event, int32_t increment)
{
    int32_t before = change(k, "pulse", event, 1, increment);
    guest_put_u32(k, event + KE_HEADER_STATE, 0);
    return before;
}

nt_status ke_release_semaphore(struct kernel *k, uint32_t semaphore, int32_t adjustment, int32_t *before)
{
    int32_t count = (int32_t)guest_u32(k, semaphore + KE_HEADER_STATE);
    int32_t limit = (int32_t)guest_u32(k, semaphore + KE_SEMAPHORE_LIMIT);
    *before = count;
    if (adjustment <= 0 || (int64_t)count + adjustment > limit)
        return NT_SEMAPHORE_LIMIT_EXCEEDED;
    change(k, "release", semaphore, count + adjustment, 1);
    return NT_SUCCESS;
}

static void own(struct kernel *k, struct ke_thread *thread, uint32_t mutant)
{
    if (thread->owned == thread->owned_room) {
        uint32_t room = thread->owned_room ? 2 * thread->owned_room : 8;
        uint32_t *more = room <= KE_OWNED_MAX ? realloc(thread->own, room * sizeof *more) : NULL;
        if (!more) {
            kernel_stop(k, SIM_GUEST, "thread %u owns %u mutants", thread->id, thread->owned);
            return;
        }
        thread->own = more;
        thread->owned_room = room;
    }
    thread->own[thread->owned++] = mutant;
}

static void disown(struct ke_thread *thread, uint32_t mutant)
{
    for (uint32_t i = 0; i < thread->owned; i++)
        if (thread->own[i] == mutant) {
            memmove(&thread->own[i], &thread->own[i + 1], (thread->owned - i - 1) * sizeof *thread->own);
            thread->owned--;
            return;
        }
}

void ke_mutant_ended(struct kernel *k, struct ob_object *object)
{
    struct ke_thread *owner = ke_thread_at(k, (uint32_t)ke_look(k, object->address + KE_MUTANT_OWNER, 4));
    if (owner)
        disown(owner, object->address);
}

void ke_init_mutant(struct kernel *k, uint32_t mutant, struct ke_thread *owner)
{
    init(k, mutant, KE_MUTANT, KE_MUTANT_SIZE, owner ? 0 : 1);
    guest_put_u32(k, mutant + KE_MUTANT_LINK, mutant + KE_MUTANT_LINK);
    guest_put_u32(k, mutant + KE_MUTANT_LINK + 4, mutant + KE_MUTANT_LINK);
    guest_put_u32(k, mutant + KE_MUTANT_OWNER, owner ? owner->address : 0);
    guest_put_u32(k, mutant + KE_MUTANT_ABANDONED, 0);
    if (owner)
        own(k, owner, mutant);
}

bool ke_take_mutant(struct kernel *k, struct ke_thread *thread, uint32_t mutant)
{
    int32_t state = (int32_t)ke_look(k, mutant + KE_HEADER_STATE, 4) - 1;
    ke_show(k, mutant + KE_HEADER_STATE, (uint32_t)state, 4);
    if (state != 0)
        return false;
    bool abandoned = ke_look(k, mutant + KE_MUTANT_ABANDONED, 1);
    ke_show(k, mutant + KE_MUTANT_ABANDONED, 0, 1);
    ke_show(k, mutant + KE_MUTANT_OWNER, thread->address, 4);
    own(k, thread, mutant);
    return abandoned;
}

nt_status ke_release_mutant(struct kernel *k, struct ke_thread *thread, uint32_t mutant, bool abandoned,
                            int32_t *before)
{
    *before = (int32_t)guest_u32(k, mutant + KE_HEADER_STATE);
    if (!abandoned && guest_u32(k, mutant + KE_MUTANT_OWNER) != thread->address)
        return NT_MUTANT_NOT_OWNED;
    int32_t after = abandoned ? 1 : *before + 1;
    if (after > 0) {
        struct ke_thread *owner = ke_thread_at(k, guest_u32(k, mutant + KE_MUTANT_OWNER));
        if (owner)
            disown(owner, mutant);
        guest_put_u32(k, mutant + KE_MUTANT_OWNER, 0);
        if (abandoned)
            guest_put_u8(k, mutant + KE_MUTANT_ABANDONED, 1);
    }
    change(k, abandoned ? "abandon" : "release", mutant, after, 1);
    return NT_SUCCESS;
}

void ke_abandon_mutants(struct kernel *k, struct ke_thread *thread)
{
    while (thread->owned) {
        uint32_t mutant = thread->own[--thread->owned];
        if (ke_look(k, mutant + KE_MUTANT_OWNER, 4) != thread->address)
            continue; /* the title has done something else with its memory */
        int32_t before = (int32_t)ke_look(k, mutant + KE_HEADER_STATE, 4);
        ke_show(k, mutant + KE_MUTANT_OWNER, 0, 4);
        ke_show(k, mutant + KE_MUTANT_ABANDONED, 1, 1);
        ke_show(k, mutant + KE_HEADER_STATE, 1, 4);
        log_signal(k, "abandon", mutant, before, 1);
        ke_touched(k, mutant);
        ke_wake(k, mutant, 1);
    }
}

/* Who touched an object last: for the text of a deadlock. */
void ke_touched(struct kernel *k, uint32_t object)
{
    struct ke *ke = k->ke;
    const struct ke_thread *thread = kernel_current_thread(k);
    struct ke_touch *touch = &ke->touch[object >> 4 & (KE_TOUCHES - 1)];
    *touch = (struct ke_touch){object, ke_is_idle(k, thread) ? 0 : thread->id, k->now};
}
