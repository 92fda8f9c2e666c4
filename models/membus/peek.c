#include "models/membus/peek.h"

#include "models/membus/l2/l2_parts.h"

#include <string.h>

/* A write that memory has not seen yet. */
static void apply(uint64_t *word, const struct sim_msg_memory_request *request, uint64_t line)
{
    if (request->kind != SIM_MEMORY_WRITE || request->address / SIM_LINE != line)
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
    for (uint32_t at = link->head; link->ring && at != link->written; at++) {
        const struct sim_slot *slot = (const struct sim_slot *)(link->ring + (at & link->mask) * link->stride);
        apply(word, (const struct sim_msg_memory_request *)(const void *)slot->body, line);
    }
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
