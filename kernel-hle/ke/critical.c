/* Critical sections. Their words are the title's; who waits for one waits for its header, an event. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/log/log.h"

enum { SPIN_UNIT = 256, SPIN_UNITS_MAX = 255 };

static void init(struct kernel *k, uint32_t section, uint32_t spins)
{
    uint64_t units = ((uint64_t)spins + SPIN_UNIT - 1) / SPIN_UNIT;
    units = units > SPIN_UNITS_MAX ? SPIN_UNITS_MAX : units;
    guest_put_u32(k, section, (uint32_t)KE_SYNCHRONIZATION_EVENT << 24 | (uint32_t)units << 16);
    guest_put_u32(k, section + KE_HEADER_STATE, 0);
    guest_put_u32(k, section + KE_HEADER_LIST, section + KE_HEADER_LIST);
    guest_put_u32(k, section + KE_HEADER_LIST + 4, section + KE_HEADER_LIST);
    guest_put_u32(k, section + KE_CRITICAL_COUNT, UINT32_MAX);
    guest_put_u32(k, section + KE_CRITICAL_RECURSION, 0);
    guest_put_u32(k, section + KE_CRITICAL_OWNER, 0);
}

void hle_RtlInitializeCriticalSection(struct kernel *k, struct kernel_call *c)
{
    init(k, kernel_arg(c, 0), 0);
}

void hle_RtlInitializeCriticalSectionAndSpinCount(struct kernel *k, struct kernel_call *c)
{
    init(k, kernel_arg(c, 0), kernel_arg(c, 1));
}

static void add(struct kernel *k, uint32_t address, int32_t by)
{
    guest_put_u32(k, address, guest_u32(k, address) + (uint32_t)by);
}

static void own(struct kernel *k, const struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0) + KE_CRITICAL_OWNER, c->thread->address);
    guest_put_u32(k, kernel_arg(c, 0) + KE_CRITICAL_RECURSION, 1);
}

static bool again(struct kernel *k, const struct kernel_call *c)
{
    uint32_t section = kernel_arg(c, 0);
    if (guest_u32(k, section + KE_CRITICAL_OWNER) != c->thread->address)
        return false;
    add(k, section + KE_CRITICAL_COUNT, 1);
    add(k, section + KE_CRITICAL_RECURSION, 1);
    return true;
}

static bool take_free(struct kernel *k, const struct kernel_call *c)
{
    uint32_t count = kernel_arg(c, 0) + KE_CRITICAL_COUNT;
    if (guest_u32(k, count) != UINT32_MAX)
        return false;
    guest_put_u32(k, count, 0);
    own(k, c);
    return true;
}

/* local[0]: looks that are left. */
enum { ENTERED, SPINS, WAITED, PARKED = KE_PARKED_STEP };

static void wait_for(struct kernel *k, struct kernel_call *c, uint32_t section, unsigned step)
{
    struct ke_wait wait = {.count = 1, .object = {section}, .reason = KE_REASON_CRITICAL_SECTION};
    add(k, section + KE_CRITICAL_COUNT, 1);
    ke_begin_wait(k, c, &wait);
    kernel_call_waits(k, c, step);
}

/* Who was parked is let go by whoever leaves the section, or after its time; false: it has not got the section, and
 * enters as anybody would. */
static bool unpark(struct kernel *k, struct kernel_call *c, uint32_t section)
{
    bool has = c->waited != NT_TIMEOUT;
    if (!has && guest_u32(k, section + KE_HEADER_STATE) != 0) { /* left after that time, and to nobody else */
        guest_put_u32(k, section + KE_HEADER_STATE, 0);
        has = true;
    }
    ke_replay_say(k, c, has ? KERNEL_REPLAY_released : KERNEL_REPLAY_expired);
    if (has)
        own(k, c);
    else
        add(k, section + KE_CRITICAL_COUNT, -1);
    return has;
}

void hle_RtlEnterCriticalSection(struct kernel *k, struct kernel_call *c)
{
    uint32_t section = kernel_arg(c, 0);
    if (c->step == WAITED) {
        own(k, c);
        return;
    }
    if (c->step == PARKED && unpark(k, c, section))
        return;
    enum kernel_replay_outcome replayed = KERNEL_REPLAY_OUTCOMES;
    if (c->step == ENTERED) {
        replayed = ke_replay_look(k, c);
        if (again(k, c))
            return;
        c->local[0] = (uint64_t)guest_u8(k, section + KE_HEADER_FLAG) * SPIN_UNIT;
    }
    if (take_free(k, c))
        return;
    if (c->step == ENTERED)
        log_contention(k, c->thread, section, guest_u32(k, section + KE_CRITICAL_OWNER));
    if (replayed == KERNEL_REPLAY_parked) {
        ke_replay_say(k, c, replayed);
        wait_for(k, c, section, PARKED);
        return;
    }
    if (c->local[0]) {
        c->local[0]--;
        kernel_call_again(k, c, SPINS, kernel_timing_info[KERNEL_COST_SPIN].cycles);
        return;
    }
    wait_for(k, c, section, WAITED);
}

void hle_RtlTryEnterCriticalSection(struct kernel *k, struct kernel_call *c)
{
    c->result = again(k, c) || take_free(k, c);
}

void hle_RtlLeaveCriticalSection(struct kernel *k, struct kernel_call *c)
{
    uint32_t section = kernel_arg(c, 0);
    int32_t recursion = (int32_t)guest_u32(k, section + KE_CRITICAL_RECURSION) - 1;
    guest_put_u32(k, section + KE_CRITICAL_RECURSION, (uint32_t)recursion);
    if (recursion <= 0)
        guest_put_u32(k, section + KE_CRITICAL_OWNER, 0);
    add(k, section + KE_CRITICAL_COUNT, -1);
    if (recursion <= 0 && guest_u32(k, section + KE_CRITICAL_COUNT) != UINT32_MAX)
        (void)ke_set_event(k, section, 1);
}
