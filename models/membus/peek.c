#include "models/membus/peek.h"

#include "models/membus/l2/l2_parts.h"

#include <string.h>

static void *under_way(const struct sim_link *link, uint32_t at)
{
    return ((struct sim_slot *)(link->ring + (at & link->mask) * link->stride))->body;
}

/* Bytes that memory has not seen yet: a write, or what the L2 gave up for one of a client. */
static bool brings(const struct sim_msg_memory_request *request, uint64_t line)
{
    return (request->kind == SIM_MEMORY_WRITE || request->kind == SIM_MEMORY_SNOOPED) &&
           request->address / SIM_LINE == line;
}

static void apply(uint64_t *word, const struct sim_msg_memory_request *request, uint64_t line)
{
    if (!brings(request, line))
        return;
    const uint64_t *from = SIM_WORDS_OF(request, memory_request);
    l2_merge(word, from, request->mask0);
    l2_merge(word + 8, from + 8, request->mask1);
}

/* Writes of clients that wait for the L2's answer are not done yet, and not seen. */
static void peek_line(const struct membus_l2 *l2, const struct membus_north *north, uint64_t line, uint8_t *bytes)
{
    uint32_t number = (uint32_t)line + 1;
    int place = l2_find(l2, number);
    if (place >= 0) {
        sim_words_to_bytes(bytes, l2->word[place], MEMBUS_LINE_WORDS);
        return;
    }
    uint64_t word[MEMBUS_LINE_WORDS];
    membus_ram_read(&north->ram, line * SIM_LINE, bytes, SIM_LINE);
    sim_bytes_to_words(word, bytes, MEMBUS_LINE_WORDS);
    const struct sim_link *link = l2->bus.link;
    for (uint32_t at = link->head; link->ring && at != link->written; at++)
        apply(word, under_way(link, at), line);
    for (uint32_t i = 0; i < l2->outs; i++)
        apply(word, &l2->out[(l2->out_first + i) % MEMBUS_OUT], line);
    for (unsigned i = 0; i < MEMBUS_MISSES; i++)
        if (l2->miss[i].number == number) {
            l2_merge(word, l2->miss[i].word, l2->miss[i].mask[0]);
            l2_merge(word + 8, l2->miss[i].word + 8, l2->miss[i].mask[1]);
        }
    sim_words_to_bytes(bytes, word, MEMBUS_LINE_WORDS);
}

bool membus_peek(const struct membus_l2 *l2, const struct membus_north *north, uint64_t real, void *bytes, size_t size)
{
    uint8_t *to = bytes, line[SIM_LINE];
    bool memory = true;
    while (size != 0) {
        size_t offset = real % SIM_LINE, part = SIM_LINE - offset < size ? SIM_LINE - offset : size;
        struct membus_target target = membus_target_of(real, l2->config.memory_size);
        if (target.place == MEMBUS_MEMORY) {
            peek_line(l2, north, target.address / SIM_LINE, line);
            memcpy(to, line + offset, part);
        } else {
            memset(to, 0xFF, part);
            memory = false;
        }
        to += part;
        real += part;
        size -= part;
    }
    return memory;
}

void membus_poke(struct membus_north *north, uint64_t address, const void *bytes, size_t size)
{
    membus_ram_write(&north->ram, address, bytes, size);
}

/* New bytes of a line, as words, and which they are. */
struct patch {
    uint64_t line, word[MEMBUS_LINE_WORDS], mask[2];
};

static void lay(uint64_t *word, const struct patch *patch, uint64_t mask0, uint64_t mask1)
{
    l2_merge(word, patch->word, patch->mask[0] & mask0);
    l2_merge(word + 8, patch->word + 8, patch->mask[1] & mask1);
}

static void patch_request(struct sim_msg_memory_request *request, const struct patch *patch)
{
    if (brings(request, patch->line))
        lay(SIM_WORDS_OF(request, memory_request), patch, request->mask0, request->mask1);
}

static void patch_reply(const struct membus_l2 *l2, struct sim_msg_core_reply *reply, const struct patch *patch)
{
    struct membus_target target = membus_target_of(reply->address, l2->config.memory_size);
    if ((reply->kind == SIM_FILL || reply->kind == SIM_RESERVED) && target.place == MEMBUS_MEMORY &&
        target.address / SIM_LINE == patch->line)
        lay(SIM_WORDS_OF(reply, core_reply), patch, UINT64_MAX, UINT64_MAX);
}

static void patch_ways(struct membus_l2 *l2, const struct patch *patch)
{
    for (uint32_t i = 0; i < l2->outs; i++)
        patch_request(&l2->out[(l2->out_first + i) % MEMBUS_OUT], patch);
    const struct sim_link *bus = l2->bus.link;
    for (uint32_t at = bus->head; at != bus->written; at++)
        patch_request(under_way(bus, at), patch);
}

/* A line that is on its way to the L2 is told of new bytes as if they were stores that had missed. */
static void patch_line(struct membus_l2 *l2, const struct patch *patch)
{
    uint32_t number = (uint32_t)patch->line + 1;
    int place = l2_find(l2, number);
    struct membus_miss *miss = l2_find_miss(l2, number);
    if (place >= 0)
        lay(l2->word[place], patch, UINT64_MAX, UINT64_MAX);
    if (miss) {
        lay(miss->word, patch, UINT64_MAX, UINT64_MAX);
        miss->mask[0] |= patch->mask[0];
        miss->mask[1] |= patch->mask[1];
    }
    patch_ways(l2, patch);
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        struct membus_outbox *outbox = &l2->outbox[core];
        const struct sim_link *link = l2->reply[core].link;
        for (uint32_t i = 0; i < outbox->count; i++)
            patch_reply(l2, &outbox->message[(outbox->first + i) % MEMBUS_OUTBOX], patch);
        for (uint32_t at = link->head; at != link->written; at++)
            patch_reply(l2, under_way(link, at), patch);
    }
}

void membus_patch_line(struct membus_l2 *l2, struct membus_north *north, uint64_t address, const uint64_t *word,
                       const uint64_t mask[2])
{
    struct patch patch = {.line = address / SIM_LINE, .mask = {mask[0], mask[1]}};
    memcpy(patch.word, word, SIM_LINE);
    uint64_t now[MEMBUS_LINE_WORDS];
    uint8_t *bytes = membus_ram_line_to_write(&north->ram, address);
    sim_bytes_to_words(now, bytes, MEMBUS_LINE_WORDS);
    lay(now, &patch, UINT64_MAX, UINT64_MAX);
    sim_words_to_bytes(bytes, now, MEMBUS_LINE_WORDS);
    patch_ways(l2, &patch);
}

void membus_overwrite(struct membus_l2 *l2, struct membus_north *north, uint64_t address, const void *bytes,
                      size_t size)
{
    const uint8_t *from = bytes;
    membus_ram_write(&north->ram, address, bytes, size);
    while (size != 0) {
        size_t offset = address % SIM_LINE, part = SIM_LINE - offset < size ? SIM_LINE - offset : size;
        struct patch patch = {.line = (address & (north->ram.size - 1)) / SIM_LINE};
        uint8_t line[SIM_LINE] = {0};
        memcpy(line + offset, from, part);
        sim_bytes_to_words(patch.word, line, MEMBUS_LINE_WORDS);
        for (size_t i = offset; i < offset + part; i++)
            patch.mask[i / 64] |= UINT64_C(1) << i % 64;
        patch_line(l2, &patch);
        from += part;
        address += part;
        size -= part;
    }
}
