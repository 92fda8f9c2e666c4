/* Contention of another run, by a manifest: where a thread enters a critical section that was another's there, what the
 * manifest asks for is compared with what is, and with kernel_replay.aggressive the thread is parked where that cannot
 * change more than its time.
 *
 * Threads are found by their ids, places by the index that a record would have if there were no contention: what a
 * thread writes within RtlEnterCriticalSection and RtlLeaveCriticalSection besides call and return comes of contention
 * alone, or of the replay, and does not count. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/log/log.h"
#include "waves/analysis/contention.h"

#include <string.h>

enum { PARK_ENDS = 1, PARK_INDEX = 2 }; /* of a call's locals */

static const char *const names[KERNEL_REPLAY_OUTCOMES] = {
#define OUTCOME(name, what) #name,
#include "kernel-hle/ke/replay.def"
#undef OUTCOME
};

const char *kernel_replay_name(enum kernel_replay_outcome outcome)
{
    return names[outcome];
}

uint64_t kernel_replay_count(const struct kernel *k, enum kernel_replay_outcome outcome)
{
    return k->ke->replayed[outcome];
}

bool kernel_replay_counts(const struct kernel *k)
{
    return !k->ke->replay_uncounted;
}

static bool is_call_of(const struct kernel *k, const struct kernel_call *c, kernel_handler *handler)
{
    return c->export < kernel_export_count() && kernel_export(k, c->export)->handler == handler;
}

/* Whether the innermost export that it is in enters or leaves a section. */
static bool is_at_a_section(const struct kernel *k, const struct ke_thread *thread)
{
    for (uint32_t i = thread->frames; i-- > 0;) {
        const struct kernel_call *c = &thread->frame[i]->call;
        if (c->export < kernel_export_count())
            return is_call_of(k, c, hle_RtlEnterCriticalSection) || is_call_of(k, c, hle_RtlLeaveCriticalSection);
    }
    return false;
}

void ke_replay_record(struct kernel *k, struct ke_thread *thread, const char *family)
{
    if (strcmp(family, "import.") == 0)
        thread->replay.calls++;
    else if (strcmp(family, "kernel.") != 0)
        thread->replay.contention += is_at_a_section(k, thread);
}

/* The owner as its KTHREAD's address has it. */
static enum kernel_replay_outcome judge(struct kernel *k, const struct kernel_call *c)
{
    uint32_t section = kernel_arg(c, 0), owner = guest_u32(k, section + KE_CRITICAL_OWNER);
    if (owner == c->thread->address)
        return KERNEL_REPLAY_own;
    if (guest_u32(k, section + KE_CRITICAL_COUNT) == UINT32_MAX)
        return KERNEL_REPLAY_free;
    if (!k->config.replay->aggressive)
        return KERNEL_REPLAY_met;
    const struct ke_thread *thread = ke_thread_at(k, owner);
    if (!thread)
        return KERNEL_REPLAY_owner_unknown;
    if (thread->state != KE_READY && thread->state != KE_STANDBY && thread->state != KE_RUNNING)
        return KERNEL_REPLAY_owner_waits;
    return k->cpu[k->acting].irql >= KE_DISPATCH ? KERNEL_REPLAY_raised : KERNEL_REPLAY_parked;
}

enum kernel_replay_outcome ke_replay_look(struct kernel *k, struct kernel_call *c)
{
    const struct kernel_replay *replay = k->config.replay;
    const struct ke_thread *thread = c->thread;
    if (!replay || !log_is_of_thread(k, thread))
        return KERNEL_REPLAY_OUTCOMES;
    uint64_t place = replay->manifest->by == WAVES_CONTENTION_BY_CALL ? thread->replay.calls - 1
                                                                      : thread->log_index - thread->replay.contention;
    const struct waves_contention_entry *entry = waves_contention_find(replay->manifest, thread->id, place);
    if (!entry)
        return KERNEL_REPLAY_OUTCOMES;
    enum kernel_replay_outcome outcome = judge(k, c);
    c->local[PARK_INDEX] = entry->index;
    c->local[PARK_ENDS] = sim_time_add(k->now, replay->park_most);
    if (outcome != KERNEL_REPLAY_parked)
        ke_replay_say(k, c, outcome);
    return outcome;
}

void ke_replay_say(struct kernel *k, struct kernel_call *c, enum kernel_replay_outcome outcome)
{
    struct ke *ke = k->ke;
    ke->replayed[outcome]++;
    if (outcome == KERNEL_REPLAY_parked)
        ke->parks++;
    else if ((outcome == KERNEL_REPLAY_released || outcome == KERNEL_REPLAY_expired) && ke->parks)
        ke->parks--;
    if (outcome != KERNEL_REPLAY_met)
        log_other(k, c->thread, "contention.replay", "outcome", "text", names[outcome], "section", "hex",
                  kernel_arg(c, 0), "manifest_index", "u64", c->local[PARK_INDEX], NULL);
}

/* ---- those that are parked ---- */

static bool is_parked(const struct kernel *k, const struct ke_frame *frame)
{
    return frame && frame->call.step == KE_PARKED_STEP && is_call_of(k, &frame->call, hle_RtlEnterCriticalSection);
}

/* That of the thread's innermost call, where it waits there. */
static sim_time park_of(const struct kernel *k, const struct ke_thread *thread)
{
    const struct ke_frame *frame = ke_frame_top(thread);
    return thread->state == KE_WAITING && is_parked(k, frame) ? frame->call.local[PARK_ENDS] : SIM_NEVER;
}

sim_time ke_find_park(const struct kernel *k, unsigned cpu)
{
    const struct ke *ke = k->ke;
    sim_time next = SIM_NEVER;
    for (uint32_t i = 0; i < ke->threads; i++)
        if (ke->thread[i]->cpu == cpu)
            next = sim_time_min(next, park_of(k, ke->thread[i]));
    return next;
}

bool ke_end_parks(struct kernel *k, unsigned cpu)
{
    struct ke *ke = k->ke;
    bool ended = false;
    for (uint32_t i = 0; ke->parks && i < ke->threads; i++)
        if (ke->thread[i]->cpu == cpu && park_of(k, ke->thread[i]) <= k->now) {
            ke_end_wait(k, ke->thread[i], NT_TIMEOUT, 0);
            ended = true;
        }
    return ended;
}

void ke_find_parks(struct kernel *k)
{
    struct ke *ke = k->ke;
    ke->parks = 0;
    for (uint32_t i = 0; i < ke->threads; i++)
        for (uint32_t j = 0; j < ke->thread[i]->frames; j++)
            ke->parks += is_parked(k, ke->thread[i]->frame[j]);
}

/* ---- saves ---- */

void ke_replay_save(const struct kernel *k, struct sim_writer *writer)
{
    const struct ke *ke = k->ke;
    for (unsigned i = 0; i < KERNEL_REPLAY_OUTCOMES; i++)
        sim_put_u64(writer, ke->replayed[i]);
    for (uint32_t i = 0; i < ke->threads; i++) {
        sim_put_u64(writer, ke->thread[i]->replay.calls);
        sim_put_u64(writer, ke->thread[i]->replay.contention);
    }
}

void ke_replay_load(struct kernel *k, struct sim_reader *reader)
{
    struct ke *ke = k->ke;
    for (unsigned i = 0; i < KERNEL_REPLAY_OUTCOMES; i++)
        ke->replayed[i] = sim_get_u64(reader);
    for (uint32_t i = 0; i < ke->threads; i++) {
        ke->thread[i]->replay.calls = sim_get_u64(reader);
        ke->thread[i]->replay.contention = sim_get_u64(reader);
    }
}
