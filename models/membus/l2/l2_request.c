/* What each kind of a core's request does when the crossbar lets it in. */
#include "models/membus/l2/l2_parts.h"

#include <string.h>

static unsigned read_line(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint32_t number,
                          sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    const struct membus_timing *timing = &l2->config.timing;
    unsigned thread = message->thread & 1;
    int place = l2_find(l2, number);
    if (place >= 0) {
        bool reserve = message->kind == SIM_RESERVE;
        struct sim_msg_core_reply *reply =
            l2_tell_line(l2, core, reserve ? SIM_RESERVED : SIM_FILL, l2->word[place], t);
        reply->thread = message->thread;
        reply->tag = message->tag;
        reply->status = SIM_FROM_L2;
        reply->address = message->address & ~(uint64_t)(SIM_LINE - 1);
        if (reserve)
            l2->reservation[2 * core + thread] = number;
        if (message->kind == SIM_READ)
            l2->holders[place] |= (uint8_t)(1u << core);
        l2->counters.hits++;
        l2_record(l2, core, message, request->issued, t, t, SIM_FROM_L2);
        return timing->l2_line_beats;
    }
    struct membus_miss *miss = l2_find_miss(l2, number);
    if (miss ? miss->waiters == MEMBUS_WAITERS : !l2_may_miss(l2, core))
        return l2_wait_for_line(l2, core);
    if (!miss) {
        miss = l2_begin_miss(l2, core, number);
        miss->alone = message->kind == SIM_READ_ALONE;
    }
    miss->alone &= message->kind == SIM_READ_ALONE;
    miss->waiter[miss->waiters++] = (struct membus_waiter){.kind = message->kind,
                                                           .core = (uint8_t)core,
                                                           .thread = (uint8_t)thread,
                                                           .tag = message->tag,
                                                           .address = message->address,
                                                           .issued = request->issued,
                                                           .granted = t};
    return timing->l2_tag_beats;
}

/* A core puts its own stores over a line that it has asked for: they must be younger than what it is answered. */
static bool is_waited_for(const struct membus_miss *miss, unsigned core)
{
    for (unsigned i = 0; i < miss->waiters; i++)
        if (miss->waiter[i].core == core && miss->waiter[i].kind != SIM_READ_CODE &&
            miss->waiter[i].kind != SIM_READ_WALK)
            return true;
    return false;
}

/* Bytes into the line, there or on its way; false where it would have to be asked for and cannot be, or its core must
 * be answered first. */
static bool store_bytes(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_request *message,
                        uint32_t number, unsigned by, enum sim_source *source, sim_time t)
{
    unsigned half = message->address / SIM_BLOCK % 2;
    const uint64_t *words = SIM_WORDS_OF(message, core_request);
    int place = l2_find(l2, number);
    struct membus_miss *miss = NULL;
    if (place >= 0) {
        l2->state[place] = MEMBUS_MODIFIED;
        l2_merge(l2->word[place] + 8 * half, words, message->mask);
        l2->counters.hits++;
        *source = SIM_FROM_L2;
    } else {
        miss = l2_find_miss(l2, number);
        if (miss ? is_waited_for(miss, core) : !l2_may_miss(l2, core))
            return false;
        if (!miss)
            miss = l2_begin_miss(l2, core, number);
        miss->alone = false;
        miss->stores |= (uint8_t)(1u << core);
        miss->mask[half] |= message->mask;
        l2_merge(miss->word + 8 * half, words, message->mask);
        *source = SIM_FROM_MEMORY;
    }
    l2_stored(l2, place, miss, by, number, t);
    return true;
}

static unsigned store(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint32_t number,
                      sim_time t)
{
    enum sim_source source;
    if (!store_bytes(l2, core, &request->message, number, core, &source, t))
        return l2_wait_for_line(l2, core);
    l2_record(l2, core, &request->message, request->issued, t, t, source);
    return l2->config.timing.l2_store_beats;
}

static unsigned conditional(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request,
                            uint32_t number, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    unsigned thread = 2 * core + (message->thread & 1);
    enum sim_source source;
    bool has = l2->reservation[thread] == number;
    if (!l2_may_delay(l2))
        return 0;
    if (has && !store_bytes(l2, core, message, number, L2_NOBODY, &source, t))
        return l2_wait_for_line(l2, core);
    l2->reservation[thread] = 0;
    l2_delay(l2, core, request, has, l2->config.timing.conditional, t);
    return has ? l2->config.timing.l2_store_beats : l2->config.timing.l2_tag_beats;
}

static unsigned zero(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint32_t number,
                     sim_time t)
{
    int place = l2_find(l2, number);
    struct membus_miss *miss = place < 0 ? l2_find_miss(l2, number) : NULL;
    if (miss) {
        miss->alone = false;
        miss->stores |= (uint8_t)(1u << core);
        miss->mask[0] = miss->mask[1] = UINT64_MAX;
        memset(miss->word, 0, SIM_LINE);
    } else {
        if (place < 0) {
            place = l2_make_room(l2, number, t);
            if (place < 0)
                return 0;
            l2->number[place] = number;
            l2->holders[place] = 0;
        }
        l2->state[place] = MEMBUS_MODIFIED;
        memset(l2->word[place], 0, SIM_LINE);
    }
    l2_stored(l2, place, miss, core, number, t);
    l2_record(l2, core, &request->message, request->issued, t, t, SIM_FROM_L2);
    return l2->config.timing.l2_line_beats;
}

static unsigned flush(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, uint32_t number,
                      sim_time t)
{
    const struct membus_timing *timing = &l2->config.timing;
    if (l2_find_miss(l2, number))
        return 0;
    int place = l2_find(l2, number);
    bool modified = place >= 0 && l2->state[place] == MEMBUS_MODIFIED;
    if (place >= 0 && !l2_clean(l2, place))
        return 0;
    if (place >= 0 && request->message.kind == SIM_FLUSH)
        l2_drop(l2, place, core, t);
    l2_record(l2, core, &request->message, request->issued, t, t, modified ? SIM_FROM_MEMORY : SIM_FROM_L2);
    return modified ? timing->l2_line_beats : timing->l2_tag_beats;
}

/* What the other cores must hear. */
static unsigned broadcast(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request,
                          enum sim_core_reply_kind kind, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    for (unsigned other = 0; other < MEMBUS_CORES; other++)
        if (other != core) {
            struct sim_msg_core_reply *reply = l2_tell(l2, other, kind, t);
            reply->thread = message->thread;
            reply->address = message->address;
            reply->data0 = kind == SIM_SNOOP_TLB ? message->data0 : 0;
            reply->data1 = kind == SIM_SNOOP_TLB ? message->data1 : 0;
        }
    l2_record(l2, core, message, request->issued, t, t, SIM_FROM_L2);
    return l2->config.timing.l2_tag_beats;
}

/* A cacheable access to where no memory is: lines of ones, stores lost. */
static unsigned stray(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    bool reads = message->kind <= SIM_READ_WALK || message->kind == SIM_RESERVE;
    membus_routes_stray(&l2->routes, message->address, SIM_LINE, !reads, true);
    if (reads || message->kind == SIM_CONDITIONAL) {
        struct sim_msg_core_reply *reply = l2_tell(l2, core,
                                                   message->kind == SIM_CONDITIONAL ? SIM_CONDITIONAL_DONE
                                                   : message->kind == SIM_RESERVE   ? SIM_RESERVED
                                                                                    : SIM_FILL,
                                                   t);
        reply->thread = message->thread;
        reply->tag = message->tag;
        reply->status = reads ? SIM_FROM_NOWHERE : 0;
        reply->address = message->address & ~(uint64_t)(SIM_LINE - 1);
        if (reads)
            memset(SIM_WORDS_OF(reply, core_reply), 0xFF, SIM_LINE);
    }
    l2_record(l2, core, message, request->issued, t, t, SIM_FROM_NOWHERE);
    return l2->config.timing.l2_tag_beats;
}

/* All that the thread has stored is done: the kernel may have it. */
static unsigned trap(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    if (l2->config.kernel) {
        if (!sim_out_ready(&l2->trap, t))
            return 0;
        struct sim_msg_trap *to = sim_out_put(&l2->trap, t);
        *to = (struct sim_msg_trap){.thread = (uint8_t)(2 * core + (message->thread & 1)),
                                    .vector = (uint16_t)message->address,
                                    .cause = message->data0,
                                    .dar = message->data1,
                                    .dsisr = (uint32_t)message->data2};
    }
    l2_record(l2, core, message, request->issued, t, t, SIM_FROM_L2);
    return l2->config.timing.l2_tag_beats;
}

/* A core has done with what it had translated before the map changed, once all that it has asked for is answered. */
static unsigned unmapped(struct membus_l2 *l2, unsigned core, const struct membus_l2_request *request, sim_time t)
{
    uint32_t gone = 0;
    if (l2->ios[core] != 0)
        return 0;
    for (unsigned i = 0; i < MEMBUS_MISSES; i++)
        for (unsigned w = 0; l2->miss[i].number != 0 && w < l2->miss[i].waiters; w++)
            if (l2->miss[i].waiter[w].core == core)
                return l2_wait_for_line(l2, core);
    l2->map_known[core] += (uint32_t)request->message.data0;
    while (gone < l2->held && l2_map_is_known(l2, l2->hold[gone].changes)) {
        const struct membus_hold *hold = &l2->hold[gone++];
        *l2_tell(l2, hold->core, SIM_RESUME, t) = hold->message;
    }
    l2->held -= gone;
    memmove(l2->hold, l2->hold + gone, l2->held * sizeof *l2->hold);
    l2_record(l2, core, &request->message, request->issued, t, t, SIM_FROM_L2);
    return l2->config.timing.l2_tag_beats;
}

unsigned l2_accept(struct membus_l2 *l2, unsigned core, struct membus_l2_request *request, sim_time t)
{
    const struct sim_msg_core_request *message = &request->message;
    switch (message->kind) {
    case SIM_INVALIDATE_CODE:
        return broadcast(l2, core, request, SIM_SNOOP_CODE, t);
    case SIM_TLBIE:
        return broadcast(l2, core, request, SIM_SNOOP_TLB, t);
    case SIM_LWSYNC:
    case SIM_SYNC:
    case SIM_EIEIO:
        return l2_barrier(l2, core, request, t);
    case SIM_TRANSLATE:
        return l2_delay(l2, core, request, 0, l2->config.timing.translate, t) ? l2->config.timing.l2_tag_beats : 0;
    case SIM_TRAP:
        return trap(l2, core, request, t);
    case SIM_UNMAPPED:
        return unmapped(l2, core, request, t);
    case SIM_LOAD_IO:
    case SIM_STORE_IO:
        return l2_io(l2, core, request, t);
    default:
        break;
    }
    struct membus_target target = membus_target_of(message->address, l2->config.memory_size);
    if (target.place != MEMBUS_MEMORY)
        return stray(l2, core, request, t);
    uint32_t number = (uint32_t)(target.address / SIM_LINE) + 1;
    switch (message->kind) {
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
    case SIM_RESERVE:
        return read_line(l2, core, request, number, t);
    case SIM_STORE:
        return store(l2, core, request, number, t);
    case SIM_CONDITIONAL:
        return conditional(l2, core, request, number, t);
    case SIM_ZERO:
        return zero(l2, core, request, number, t);
    case SIM_FLUSH:
    case SIM_CLEAN:
        return flush(l2, core, request, number, t);
    default:
        return l2->config.timing.l2_tag_beats; /* no such kind: a message out of a spoilt file */
    }
}
