/* Lines that are not there: asking for them, their coming, and what the GPU's chip asks. */
#include "models/membus/l2/l2_parts.h"

#include <string.h>

bool l2_may_miss(const struct membus_l2 *l2, unsigned core)
{
    return l2->core_misses[core] < l2->config.timing.l2_core_misses;
}

/* No store of another core may let it go: who sends one runs on, trusting that nothing comes of it soon. */
unsigned l2_wait_for_line(struct membus_l2 *l2, unsigned core)
{
    l2->queue[core].waits = true;
    return 0;
}

struct membus_miss *l2_begin_miss(struct membus_l2 *l2, unsigned core, uint32_t number)
{
    unsigned i = (unsigned)__builtin_ctz(~l2->misses_at);
    l2->misses_at |= 1u << i;
    l2->misses_maybe |= UINT64_C(1) << number % 64;
    struct membus_miss *miss = &l2->miss[i];
    miss->number = number;
    miss->core = (uint8_t)core;
    miss->stores = miss->waiters = 0;
    miss->alone = false;
    miss->mask[0] = miss->mask[1] = 0;
    sim_clear_line(miss->word);
    struct sim_msg_memory_request *request = l2_bus(l2, SIM_MEMORY_READ);
    request->address = (uint64_t)(number - 1) * SIM_LINE;
    request->size = SIM_LINE;
    request->tag = i;
    l2->core_misses[core]++;
    l2->counters.misses++;
    return miss;
}

static void end_miss(struct membus_l2 *l2, struct membus_miss *miss)
{
    l2->core_misses[miss->core]--;
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        l2->queue[core].waits = false;
    l2->misses_at &= ~(1u << (miss - l2->miss));
    miss->number = 0;
    l2->misses_maybe = 0;
    for (uint32_t left = l2->misses_at; left != 0; left &= left - 1)
        l2->misses_maybe |= UINT64_C(1) << l2->miss[__builtin_ctz(left)].number % 64;
}

static void answer(struct membus_l2 *l2, const struct membus_miss *miss, const struct membus_waiter *waiter,
                   const uint64_t *word, uint8_t *holders, sim_time t)
{
    bool reserved = waiter->kind == SIM_RESERVE;
    struct sim_msg_core_reply *reply = l2_tell_line(l2, waiter->core, reserved ? SIM_RESERVED : SIM_FILL, word, t);
    reply->thread = waiter->thread;
    reply->tag = waiter->tag;
    reply->status = SIM_FROM_MEMORY;
    reply->address = waiter->address & ~(uint64_t)(SIM_LINE - 1);
    if (reserved)
        l2->reservation[2u * waiter->core + waiter->thread] = miss->number;
    if (waiter->kind == SIM_READ) {
        *holders |= (uint8_t)(1u << waiter->core);
        if (waiter->snooped) {
            l2_tell(l2, waiter->core, SIM_SNOOP_LINE, t)->address = (uint64_t)(miss->number - 1) * SIM_LINE;
            *holders &= (uint8_t) ~(1u << waiter->core);
            l2->counters.snoops++;
        }
    }
    if (!l2_is_heard(l2)) {
        l2->counters.requests++;
        return;
    }
    const struct sim_msg_core_request request = {
        .kind = waiter->kind, .thread = waiter->thread, .size = SIM_LINE, .address = reply->address};
    l2_record(l2, waiter->core, &request, waiter->issued, waiter->granted, t, SIM_FROM_MEMORY);
}

unsigned l2_fill(struct membus_l2 *l2, sim_time t)
{
    const struct membus_timing *timing = &l2->config.timing;
    struct membus_fill *fill = &l2->fill[l2->fill_first];
    struct membus_miss *miss = fill->tag < MEMBUS_MISSES ? &l2->miss[fill->tag] : NULL;
    unsigned beats = timing->l2_tag_beats;
    if (miss && miss->number != 0) {
        int place = -1;
        if (!miss->alone && (place = l2_make_room(l2, miss->number, t)) < 0)
            return 0;
        for (unsigned half = 0; half < 2 && (miss->mask[0] | miss->mask[1]) != 0; half++)
            l2_merge(fill->word + 8 * half, miss->word + 8 * half, miss->mask[half]);
        uint8_t nobody = 0, *holders = &nobody;
        if (place >= 0) {
            l2->number[place] = miss->number;
            l2->state[place] = miss->mask[0] | miss->mask[1] ? MEMBUS_MODIFIED : MEMBUS_CLEAN;
            l2->holders[place] = 0;
            holders = &l2->holders[place];
            memcpy(l2->word[place], fill->word, SIM_LINE);
        }
        for (unsigned i = 0; i < miss->waiters; i++)
            answer(l2, miss, &miss->waiter[i], fill->word, holders, t);
        beats = timing->l2_line_beats * (miss->waiters > 1 ? miss->waiters : 1u);
        end_miss(l2, miss);
        l2_barriers(l2, t);
    }
    l2->fill_first = (l2->fill_first + 1) % MEMBUS_QUEUE;
    if (--l2->fills == 0)
        l2->asking &= ~(1u << L2_FROM_BUS);
    sim_in_credit(&l2->bus_reply, t);
    return beats;
}

unsigned l2_answer_question(struct membus_l2 *l2, sim_time t)
{
    const struct membus_question *question = &l2->question[l2->question_first];
    uint32_t number = (uint32_t)(question->address / SIM_LINE) + 1;
    if (l2_find_miss(l2, number))
        return 0; /* what comes from memory may be older than what is about to be written */
    int place = l2_find(l2, number);
    unsigned beats = l2->config.timing.l2_tag_beats;
    struct sim_msg_memory_request *request = l2_bus(l2, SIM_MEMORY_SNOOPED);
    request->address = question->address;
    request->tag = question->tag;
    if (place >= 0 && l2->state[place] == MEMBUS_MODIFIED) {
        beats = l2->config.timing.l2_line_beats;
        request->mask0 = request->mask1 = UINT64_MAX;
        memcpy(SIM_WORDS_OF(request, memory_request), l2->word[place], SIM_LINE);
    }
    if (question->write) {
        l2_stored(l2, place, NULL, L2_NOBODY, number, t);
        if (place >= 0)
            l2_drop(l2, place, L2_NOBODY, t);
    }
    l2->question_first = (l2->question_first + 1) % MEMBUS_QUEUE;
    if (--l2->questions == 0)
        l2->asking &= ~(1u << L2_FROM_QUESTIONS);
    sim_in_credit(&l2->bus_reply, t);
    return beats;
}
