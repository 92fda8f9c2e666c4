/* Memory as a thread sees it: what the memory system holds, and over it the stores that are on their way there, oldest
 * first: those that wait in the crossbar's queue, those on the link, those that the core has not sent yet. */
#include "board/cli/gdb/machine_parts.h"

#include <string.h>

enum { PAGE = 4096, REAL = 0x1FFFFFFF };

static void lay(const struct sim_msg_core_request *m, uint64_t ra, uint8_t *bytes, size_t size)
{
    uint8_t block[SIM_LINE] = {0};
    uint64_t mask = m->mask;
    unsigned length = SIM_BLOCK;
    if (m->kind == SIM_ZERO)
        length = SIM_LINE;
    else if (m->kind == SIM_STORE)
        sim_words_to_bytes(block, &m->data0, SIM_BLOCK / 8);
    else
        return;
    for (unsigned i = 0; i < length; i++)
        if ((m->kind == SIM_ZERO || mask >> i & 1) && m->address + i >= ra && m->address + i - ra < size)
            bytes[m->address + i - ra] = block[i];
}

static void lay_under_way(const struct processors *processors, unsigned thread, uint64_t ra, uint8_t *bytes,
                          size_t size)
{
    struct xenon_core *core = processors->core[thread / 2];
    const struct membus_l2_queue *queue = &processors->memory.l2.queue[thread / 2];
    const struct sim_link *link = xenon_core_request(core)->link;
    for (uint32_t i = 0; i < queue->count; i++)
        lay(&queue->request[(queue->first + i) % MEMBUS_QUEUE].message, ra, bytes, size);
    for (uint32_t at = link->head; at != link->written; at++)
        lay((const void *)((struct sim_slot *)(link->ring + (at & link->mask) * link->stride))->body, ra, bytes, size);
    xenon_core_overlay(core, ra, bytes, size);
}

static uint64_t real_address(const struct processors *processors, unsigned thread, uint64_t address)
{
    const struct xenon_core *core = processors->core[thread / 2];
    uint64_t ra;
    unsigned flags;
    address &= xenon_address_mask(xenon_core_context(core, thread % 2));
    if (xenon_core_translate(core, thread % 2, address, false, &ra, &flags) ||
        xenon_core_translate(core, thread % 2, address, true, &ra, &flags))
        return ra;
    return address & REAL;
}

static size_t within_page(uint64_t address, size_t size)
{
    size_t room = PAGE - address % PAGE;
    return size < room ? size : room;
}

bool gdb_memory_read(const struct processors *processors, unsigned thread, uint64_t address, uint8_t *bytes,
                     size_t size)
{
    for (size_t part; size > 0; address += part, bytes += part, size -= part) {
        uint64_t ra = real_address(processors, thread, address);
        part = within_page(address, size);
        if (!board_memory_peek(&processors->memory, ra, bytes, part))
            return false;
        lay_under_way(processors, thread, ra, bytes, part);
    }
    return true;
}

/* Is memory there that no core's store under way is about to change? Both of two backgrounds show through. */
static bool is_quiet(const struct processors *processors, uint64_t ra, size_t size)
{
    uint8_t bytes[PAGE], background[PAGE];
    if (!board_memory_peek(&processors->memory, ra, bytes, size))
        return false;
    for (unsigned i = 0; i < BOARD_CORES; i++)
        for (unsigned value = 0; value < 2; value++) {
            memset(background, value ? 0xFF : 0, size);
            memcpy(bytes, background, size);
            lay_under_way(processors, 2 * i, ra, bytes, size);
            if (memcmp(bytes, background, size) != 0)
                return false;
        }
    return true;
}

bool gdb_memory_write(struct processors *processors, unsigned thread, uint64_t address, const uint8_t *bytes,
                      size_t size)
{
    size_t part;
    for (size_t at = 0; at < size; at += part) {
        part = within_page(address + at, size - at);
        if (!is_quiet(processors, real_address(processors, thread, address + at), part))
            return false;
    }
    for (; size > 0; address += part, bytes += part, size -= part) {
        uint64_t ra = real_address(processors, thread, address);
        part = within_page(address, size);
        board_memory_overwrite(&processors->memory, ra, bytes, part);
        for (unsigned i = 0; i < BOARD_CORES; i++)
            xenon_core_poke(processors->core[i], ra, bytes, part);
    }
    return true;
}
