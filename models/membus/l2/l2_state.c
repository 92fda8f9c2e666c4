/* Saved state. A file's state is held against itself and against the links' credits, so that no index, no count and no
 * time of it can lead astray what runs on from it. */
#include "models/membus/l2/l2_parts.h"

#include <string.h>

static void put_words(struct sim_writer *writer, const uint64_t *word, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        sim_put_u64(writer, word[i]);
}

static void get_words(struct sim_reader *reader, uint64_t *word, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        word[i] = sim_get_u64(reader);
}

/* Messages by their list of fields. */
static void put_message(struct sim_writer *writer, const void *message, enum sim_message type)
{
    const struct sim_message_type *is = &sim_message_types[type];
    for (unsigned f = 0; f < is->fields; f++) {
        const uint8_t *at = (const uint8_t *)message + is->field[f].offset;
        if (is->field[f].bits == 8)
            sim_put_u8(writer, *at);
        else if (is->field[f].bits == 32)
            sim_put_u32(writer, *(const uint32_t *)(const void *)at);
        else
            sim_put_u64(writer, *(const uint64_t *)(const void *)at);
    }
}

static void get_message(struct sim_reader *reader, void *message, enum sim_message type)
{
    const struct sim_message_type *is = &sim_message_types[type];
    memset(message, 0, is->size);
    for (unsigned f = 0; f < is->fields; f++) {
        uint8_t *at = (uint8_t *)message + is->field[f].offset;
        if (is->field[f].bits == 8)
            *at = sim_get_u8(reader);
        else if (is->field[f].bits == 32)
            *(uint32_t *)(void *)at = sim_get_u32(reader);
        else
            *(uint64_t *)(void *)at = sim_get_u64(reader);
    }
}

static void save_arrays(const struct membus_l2 *l2, struct sim_writer *writer)
{
    for (uint32_t i = 0; i < MEMBUS_L2_LINES; i++) {
        sim_put_u32(writer, l2->number[i]);
        if (l2->number[i] == 0)
            continue;
        sim_put_u8(writer, l2->state[i]);
        sim_put_u8(writer, l2->holders[i]);
        put_words(writer, l2->word[i], MEMBUS_LINE_WORDS);
    }
    for (unsigned i = 0; i < MEMBUS_THREADS; i++)
        sim_put_u32(writer, l2->reservation[i]);
    for (unsigned i = 0; i < MEMBUS_MISSES; i++) {
        const struct membus_miss *miss = &l2->miss[i];
        sim_put_u32(writer, miss->number);
        if (miss->number == 0)
            continue;
        sim_put_u8(writer, miss->core);
        sim_put_u8(writer, miss->stores);
        sim_put_u8(writer, miss->alone);
        put_words(writer, miss->mask, 2);
        put_words(writer, miss->word, MEMBUS_LINE_WORDS);
        sim_put_u8(writer, miss->waiters);
        for (unsigned w = 0; w < miss->waiters; w++) {
            const struct membus_waiter *waiter = &miss->waiter[w];
            sim_put_u8(writer, waiter->kind);
            sim_put_u8(writer, waiter->core);
            sim_put_u8(writer, waiter->thread);
            sim_put_u8(writer, waiter->tag);
            sim_put_u8(writer, waiter->snooped);
            sim_put_u64(writer, waiter->address);
            sim_put_u64(writer, waiter->issued);
            sim_put_u64(writer, waiter->granted);
        }
    }
}

static void save_waiting(const struct membus_l2 *l2, struct sim_writer *writer)
{
    for (unsigned i = 0; i < MEMBUS_THREADS; i++) {
        sim_put_u8(writer, l2->barrier[i].kind);
        if (l2->barrier[i].kind != 0) {
            sim_put_u8(writer, l2->barrier[i].tag);
            sim_put_u64(writer, l2->barrier[i].issued);
            sim_put_u64(writer, l2->barrier[i].granted);
        }
    }
    sim_put_u32(writer, l2->delays);
    for (uint32_t i = 0; i < l2->delays; i++) {
        const struct membus_delayed *delayed = &l2->delayed[i];
        sim_put_u64(writer, delayed->due);
        sim_put_u64(writer, delayed->issued);
        sim_put_u64(writer, delayed->granted);
        sim_put_u8(writer, delayed->kind);
        sim_put_u8(writer, delayed->core);
        sim_put_u8(writer, delayed->thread);
        sim_put_u8(writer, delayed->tag);
        sim_put_u8(writer, delayed->status);
        sim_put_u64(writer, delayed->address);
    }
    for (unsigned i = 0; i < MEMBUS_CORES * MEMBUS_IOS; i++) {
        const struct membus_io *io = &l2->io[i / MEMBUS_IOS][i % MEMBUS_IOS];
        sim_put_u8(writer, io->state);
        if (io->state == MEMBUS_IO_FREE)
            continue;
        sim_put_u8(writer, io->thread);
        sim_put_u8(writer, io->tag);
        sim_put_u8(writer, io->size);
        sim_put_u8(writer, io->route);
        sim_put_u8(writer, io->write);
        sim_put_u8(writer, io->memory);
        sim_put_u64(writer, io->address);
        sim_put_u64(writer, io->data);
        sim_put_u64(writer, io->issued);
        sim_put_u64(writer, io->granted);
    }
    for (unsigned d = 0; d < l2->config.devices; d++) {
        sim_put_u32(writer, l2->near_queue[d].count);
        sim_put_bytes(writer, l2->near_queue[d].entry, l2->near_queue[d].count);
    }
}

void l2_save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct membus_l2 *l2 = (const struct membus_l2 *)self;
    membus_map_save(&l2->map, writer);
    membus_routes_save(&l2->routes, writer);
    save_arrays(l2, writer);
    save_waiting(l2, writer);
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        const struct membus_l2_queue *queue = &l2->queue[core];
        sim_put_u32(writer, queue->count);
        sim_put_u8(writer, queue->waits);
        for (uint32_t i = 0; i < queue->count; i++) {
            const struct membus_l2_request *request = &queue->request[(queue->first + i) % MEMBUS_QUEUE];
            put_message(writer, &request->message, SIM_MSG_core_request);
            sim_put_u64(writer, request->issued);
        }
        const struct membus_outbox *outbox = &l2->outbox[core];
        sim_put_u32(writer, outbox->count);
        for (uint32_t i = 0; i < outbox->count; i++)
            put_message(writer, &outbox->message[(outbox->first + i) % MEMBUS_OUTBOX], SIM_MSG_core_reply);
    }
    sim_put_u32(writer, l2->fills);
    for (uint32_t i = 0; i < l2->fills; i++) {
        const struct membus_fill *fill = &l2->fill[(l2->fill_first + i) % MEMBUS_QUEUE];
        sim_put_u32(writer, fill->tag);
        put_words(writer, fill->word, MEMBUS_LINE_WORDS);
    }
    sim_put_u32(writer, l2->questions);
    for (uint32_t i = 0; i < l2->questions; i++) {
        const struct membus_question *question = &l2->question[(l2->question_first + i) % MEMBUS_QUEUE];
        sim_put_u32(writer, question->tag);
        sim_put_u8(writer, question->write);
        sim_put_u64(writer, question->address);
    }
    sim_put_u32(writer, l2->outs);
    for (uint32_t i = 0; i < l2->outs; i++)
        put_message(writer, &l2->out[(l2->out_first + i) % MEMBUS_OUT], SIM_MSG_memory_request);
    sim_put_u32(writer, l2->map_changes);
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        sim_put_u32(writer, l2->map_known[core]);
    sim_put_u32(writer, l2->held);
    for (uint32_t i = 0; i < l2->held; i++) {
        sim_put_u8(writer, l2->hold[i].core);
        sim_put_u32(writer, l2->hold[i].changes);
        put_message(writer, &l2->hold[i].message, SIM_MSG_core_reply);
    }
    sim_put_u64(writer, l2->replacements);
    sim_put_u8(writer, l2->turn);
    sim_put_u8(writer, l2->blocked);
    sim_put_u64(writer, l2->arrays_free);
    sim_put_u64(writer, l2->grant_time);
    sim_put_u64(writer, l2->bus_free);
    put_words(writer, (const uint64_t *)&l2->counters, sizeof l2->counters / sizeof(uint64_t));
}

/* Loading. */

static uint32_t get_number(const struct membus_l2 *l2, struct sim_reader *reader)
{
    return sim_get_u32_below(reader, l2->config.memory_size / SIM_LINE + 1);
}

static bool is_edge(const struct sim_clock *clock, sim_time t)
{
    return t <= SIM_TIME_MAX && sim_clock_edge(clock, sim_clock_ceil(clock, t)) == t;
}

static void load_miss(struct membus_l2 *l2, struct membus_miss *miss, struct sim_reader *reader)
{
    *miss = (struct membus_miss){.number = get_number(l2, reader)};
    if (miss->number == 0)
        return;
    miss->core = sim_get_u8_below(reader, MEMBUS_CORES);
    miss->stores = sim_get_u8_below(reader, 1u << MEMBUS_CORES);
    miss->alone = sim_get_u8_below(reader, 2);
    get_words(reader, miss->mask, 2);
    get_words(reader, miss->word, MEMBUS_LINE_WORDS);
    miss->waiters = sim_get_u8_below(reader, MEMBUS_WAITERS + 1);
    for (unsigned w = 0; w < miss->waiters; w++) {
        struct membus_waiter *waiter = &miss->waiter[w];
        waiter->kind = sim_get_u8_below(reader, SIM_CORE_REQUESTS);
        waiter->core = sim_get_u8_below(reader, MEMBUS_CORES);
        waiter->thread = sim_get_u8_below(reader, 2);
        waiter->tag = sim_get_u8(reader);
        waiter->snooped = sim_get_u8_below(reader, 2);
        waiter->address = sim_get_u64(reader);
        waiter->issued = sim_get_u64(reader);
        waiter->granted = sim_get_u64(reader);
        reader->failed |= waiter->kind > SIM_READ_WALK && waiter->kind != SIM_RESERVE;
    }
    reader->failed |= l2_find(l2, miss->number) >= 0;
    for (const struct membus_miss *other = l2->miss; other < miss; other++)
        reader->failed |= other->number == miss->number;
}

static void load_arrays(struct membus_l2 *l2, struct sim_reader *reader)
{
    for (uint32_t i = 0; i < MEMBUS_L2_LINES; i++) {
        uint32_t number = l2->number[i] = get_number(l2, reader);
        l2->state[i] = l2->holders[i] = 0;
        if (number == 0)
            continue;
        l2->state[i] = sim_get_u8_below(reader, MEMBUS_MODIFIED + 1);
        l2->holders[i] = sim_get_u8_below(reader, 1u << MEMBUS_CORES);
        get_words(reader, l2->word[i], MEMBUS_LINE_WORDS);
        reader->failed |= l2->state[i] == MEMBUS_INVALID || (number - 1) % MEMBUS_L2_SETS != i / MEMBUS_L2_WAYS;
        for (uint32_t other = i - i % MEMBUS_L2_WAYS; other < i; other++)
            reader->failed |= l2->number[other] == number;
    }
    for (unsigned i = 0; i < MEMBUS_THREADS; i++)
        l2->reservation[i] = get_number(l2, reader);
    for (unsigned i = 0; i < MEMBUS_MISSES; i++)
        load_miss(l2, &l2->miss[i], reader);
}

static void load_io(struct membus_l2 *l2, struct sim_reader *reader)
{
    unsigned named[MEMBUS_CORES * MEMBUS_IOS] = {0};
    for (unsigned i = 0; i < MEMBUS_CORES * MEMBUS_IOS; i++) {
        struct membus_io *io = &l2->io[i / MEMBUS_IOS][i % MEMBUS_IOS];
        *io = (struct membus_io){.state = sim_get_u8_below(reader, MEMBUS_IO_BUS + 1)};
        if (io->state == MEMBUS_IO_FREE)
            continue;
        io->thread = sim_get_u8(reader);
        io->tag = sim_get_u8(reader);
        io->size = sim_get_u8(reader);
        io->route = sim_get_u8(reader);
        io->write = sim_get_u8_below(reader, 2);
        io->memory = sim_get_u8_below(reader, 2);
        io->address = sim_get_u64(reader);
        io->data = sim_get_u64(reader);
        io->issued = sim_get_u64(reader);
        io->granted = sim_get_u64(reader);
        bool near = io->state != MEMBUS_IO_BUS;
        reader->failed |= near && (io->route >= l2->routes.count || io->size == 0 || io->size > 8);
    }
    for (unsigned d = 0; d < l2->config.devices; d++) {
        uint32_t count = l2->near_queue[d].count = sim_get_u32_below(reader, MEMBUS_CORES * MEMBUS_IOS + 1);
        for (uint32_t e = 0; e < count && !reader->failed; e++) {
            uint8_t index = l2->near_queue[d].entry[e] = sim_get_u8_below(reader, MEMBUS_CORES * MEMBUS_IOS);
            const struct membus_io *io = &l2->io[index / MEMBUS_IOS][index % MEMBUS_IOS];
            reader->failed |= io->state != MEMBUS_IO_WAITS || l2->routes.route[io->route].port != d;
            named[index]++;
        }
        reader->failed |= count != 0 && !l2->device_request[d].link->waiting;
    }
    for (unsigned i = 0; i < MEMBUS_CORES * MEMBUS_IOS; i++)
        reader->failed |= named[i] != (l2->io[i / MEMBUS_IOS][i % MEMBUS_IOS].state == MEMBUS_IO_WAITS);
}

static void load_waiting(struct membus_l2 *l2, struct sim_reader *reader)
{
    for (unsigned i = 0; i < MEMBUS_THREADS; i++) {
        struct membus_barrier *barrier = &l2->barrier[i];
        *barrier = (struct membus_barrier){.kind = sim_get_u8(reader)};
        if (barrier->kind == 0)
            continue;
        reader->failed |= barrier->kind != SIM_SYNC && barrier->kind != SIM_EIEIO;
        barrier->tag = sim_get_u8(reader);
        barrier->issued = sim_get_u64(reader);
        barrier->granted = sim_get_u64_below(reader, SIM_TIME_MAX);
    }
    l2->delays = sim_get_u32_below(reader, MEMBUS_DELAYED + 1);
    for (uint32_t i = 0; i < l2->delays; i++) {
        struct membus_delayed *delayed = &l2->delayed[i];
        delayed->due = sim_get_u64(reader);
        delayed->issued = sim_get_u64(reader);
        delayed->granted = sim_get_u64(reader);
        delayed->kind = sim_get_u8_below(reader, SIM_CORE_REQUESTS);
        delayed->core = sim_get_u8_below(reader, MEMBUS_CORES);
        delayed->thread = sim_get_u8(reader);
        delayed->tag = sim_get_u8(reader);
        delayed->status = sim_get_u8_below(reader, 2);
        delayed->address = sim_get_u64(reader);
        reader->failed |= delayed->due < l2->component.at || !is_edge(l2->config.l2, delayed->due);
    }
    load_io(l2, reader);
}

static void load_queues(struct membus_l2 *l2, struct sim_reader *reader)
{
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        struct membus_l2_queue *queue = &l2->queue[core];
        queue->first = 0;
        queue->count = sim_get_u32_below(reader, MEMBUS_QUEUE + 1);
        queue->waits = sim_get_u8_below(reader, 2);
        reader->failed |= queue->count != l2->request[core].link->owed;
        for (uint32_t i = 0; i < queue->count; i++) {
            get_message(reader, &queue->request[i].message, SIM_MSG_core_request);
            queue->request[i].issued = sim_get_u64(reader);
        }
        struct membus_outbox *outbox = &l2->outbox[core];
        outbox->first = 0;
        outbox->count = sim_get_u32_below(reader, MEMBUS_OUTBOX + 1);
        reader->failed |= (outbox->count != 0) != l2->reply[core].link->waiting;
        for (uint32_t i = 0; i < outbox->count; i++)
            get_message(reader, &outbox->message[i], SIM_MSG_core_reply);
    }
    l2->fill_first = l2->question_first = l2->out_first = 0;
    l2->fills = sim_get_u32_below(reader, MEMBUS_QUEUE + 1);
    for (uint32_t i = 0; i < l2->fills; i++) {
        l2->fill[i].tag = sim_get_u32(reader);
        get_words(reader, l2->fill[i].word, MEMBUS_LINE_WORDS);
    }
    l2->questions = sim_get_u32_below(reader, MEMBUS_QUEUE + 1);
    for (uint32_t i = 0; i < l2->questions; i++) {
        l2->question[i].tag = sim_get_u32(reader);
        l2->question[i].write = sim_get_u8(reader);
        l2->question[i].address = sim_get_u64(reader);
    }
    reader->failed |= l2->fills + l2->questions != l2->bus_reply.link->owed;
    l2->outs = sim_get_u32_below(reader, MEMBUS_OUT + 1);
    for (uint32_t i = 0; i < l2->outs; i++)
        get_message(reader, &l2->out[i], SIM_MSG_memory_request);
}

/* More of something than there is room for would pass the ends of the queues that it leads to; who
 * waits for a line needs one that comes. */
static bool too_much(const struct membus_l2 *l2)
{
    const struct membus_timing *timing = &l2->config.timing;
    bool more = l2->castouts > timing->l2_castouts || l2->bus_ios > timing->fsb_io;
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        more |= l2->core_misses[core] > timing->l2_core_misses || l2->ios[core] > timing->io_entries ||
                (l2->queue[core].waits && l2->misses_at == 0);
    return more;
}

void l2_load(struct sim_component *self, struct sim_reader *reader)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    membus_map_load(&l2->map, reader);
    membus_routes_load(&l2->routes, reader);
    load_arrays(l2, reader);
    load_waiting(l2, reader);
    load_queues(l2, reader);
    l2->map_changes = sim_get_u32(reader);
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        l2->map_known[core] = sim_get_u32(reader);
    l2->held = sim_get_u32_below(reader, MEMBUS_HELD / 2 + 1);
    for (uint32_t i = 0; i < l2->held; i++) {
        l2->hold[i].core = sim_get_u8_below(reader, MEMBUS_CORES);
        l2->hold[i].changes = sim_get_u32(reader);
        get_message(reader, &l2->hold[i].message, SIM_MSG_core_reply);
    }
    l2->replacements = sim_get_u64(reader);
    l2->turn = sim_get_u8_below(reader, MEMBUS_CORES + 2);
    l2->blocked = sim_get_u8_below(reader, 2);
    l2->arrays_free = sim_get_u64(reader);
    l2->grant_time = sim_get_u64(reader);
    l2->bus_free = sim_get_u64(reader);
    get_words(reader, (uint64_t *)&l2->counters, sizeof l2->counters / sizeof(uint64_t));
    if (reader->failed)
        return;
    l2_count(l2);
    reader->failed |=
        too_much(l2) || !is_edge(l2->config.l2, l2->arrays_free) || !is_edge(l2->config.fsb, l2->bus_free);
    reader->failed |= l2->grant_time != SIM_NEVER &&
                      (l2->blocked || l2->grant_time < self->at || !is_edge(l2->config.l2, l2->grant_time));
    reader->failed |= l2->outs != 0 && !l2->bus.link->waiting && l2->bus_free < self->at;
}
