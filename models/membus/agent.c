#include "models/membus/agent.h"

#include "models/membus/l2/l2_parts.h"
#include "models/membus/peek.h"

#include <string.h>

enum { NEAR = 4096 }; /* ranges no further apart become one */

void membus_agent_init(struct membus_agent *agent, struct sim_component *self, struct membus_l2 *l2,
                       struct membus_north *north)
{
    memset(agent, 0, sizeof *agent);
    agent->self = self;
    agent->l2 = l2;
    agent->north = north;
    sim_component_acts_on(self, &l2->component);
    sim_component_acts_on(self, &north->component);
}

/* Of a few ranges; where there are too many the last one grows. To drop more than was changed does no harm. */
static void add_range(struct membus_range *range, uint32_t *ranges, uint64_t base, uint64_t size)
{
    for (uint32_t i = 0; i < *ranges; i++) {
        bool near = base + size + NEAR >= range[i].base && base <= range[i].base + range[i].size + NEAR;
        if (!near && (*ranges < MEMBUS_AGENT_RANGES || i + 1 < *ranges))
            continue;
        uint64_t first = base < range[i].base ? base : range[i].base;
        uint64_t end = base + size > range[i].base + range[i].size ? base + size : range[i].base + range[i].size;
        range[i] = (struct membus_range){first, end - first};
        return;
    }
    range[(*ranges)++] = (struct membus_range){base, size};
}

static void forget(struct membus_agent *agent, unsigned cores, uint64_t line)
{
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        if (cores >> core & 1)
            add_range(agent->core[core].line, &agent->core[core].lines, line, SIM_LINE);
}

/* New bytes of a line: where it is, or into what will bring it. */
static void write_line(struct membus_agent *agent, uint64_t address, const uint64_t *word, const uint64_t mask[2])
{
    struct membus_l2 *l2 = agent->l2;
    uint32_t number = (uint32_t)(address / SIM_LINE) + 1;
    int place = l2_find(l2, number);
    struct membus_miss *miss = place < 0 ? l2_find_miss(l2, number) : NULL;
    for (unsigned i = 0; i < MEMBUS_THREADS; i++)
        if (l2->reservation[i] == number)
            l2->reservation[i] = 0;
    if (place >= 0) {
        l2_merge(l2->word[place], word, mask[0]);
        l2_merge(l2->word[place] + 8, word + 8, mask[1]);
        l2->state[place] = MEMBUS_MODIFIED;
        forget(agent, l2->holders[place], address);
        l2->holders[place] = 0;
    } else if (miss) {
        l2_merge(miss->word, word, mask[0]);
        l2_merge(miss->word + 8, word + 8, mask[1]);
        miss->mask[0] |= mask[0];
        miss->mask[1] |= mask[1];
        miss->alone = false;
        for (unsigned i = 0; i < miss->waiters; i++)
            miss->waiter[i].snooped = true;
    } else {
        membus_patch_line(l2, agent->north, address, word, mask);
    }
}

void membus_agent_read(struct membus_agent *agent, uint64_t real, void *bytes, size_t size)
{
    membus_peek(agent->l2, agent->north, real, bytes, size);
}

/* bytes NULL: zeros. */
static void write(struct membus_agent *agent, uint64_t real, const uint8_t *bytes, size_t size)
{
    while (size != 0) {
        size_t offset = real % SIM_LINE, part = SIM_LINE - offset < size ? SIM_LINE - offset : size;
        struct membus_target target = membus_target_of(real, agent->l2->config.memory_size);
        uint8_t line[SIM_LINE] = {0};
        uint64_t word[MEMBUS_LINE_WORDS], mask[2] = {0, 0};
        if (target.place == MEMBUS_MEMORY) {
            if (bytes)
                memcpy(line + offset, bytes, part);
            sim_bytes_to_words(word, line, MEMBUS_LINE_WORDS);
            for (size_t i = offset; i < offset + part; i++)
                mask[i / 64] |= UINT64_C(1) << i % 64;
            write_line(agent, target.address & ~(uint64_t)(SIM_LINE - 1), word, mask);
        }
        bytes += bytes ? part : 0;
        real += part;
        size -= part;
    }
}

void membus_agent_write(struct membus_agent *agent, uint64_t real, const void *bytes, size_t size)
{
    write(agent, real, bytes, size);
}

void membus_agent_zero(struct membus_agent *agent, uint64_t real, size_t size)
{
    write(agent, real, NULL, size);
}

void membus_agent_map_changed(struct membus_agent *agent, uint64_t base, uint64_t size)
{
    for (unsigned core = 0; core < MEMBUS_CORES; core++)
        add_range(agent->core[core].page, &agent->core[core].pages, base, size);
}

void membus_agent_trapped(struct membus_agent *agent, unsigned thread)
{
    agent->traps[thread]++;
}

static void resume(struct membus_agent *agent, unsigned thread, uint32_t decrementer, bool idle)
{
    unsigned core = thread / 2;
    SIM_CHECK(core < MEMBUS_CORES && agent->core[core].resumes < 2, "hardware thread %u cannot be resumed", thread);
    agent->core[core].resume[agent->core[core].resumes++] = (struct sim_msg_core_reply){.kind = SIM_RESUME,
                                                                                        .thread = (uint8_t)(thread % 2),
                                                                                        .tag = agent->traps[thread],
                                                                                        .data0 = decrementer,
                                                                                        .data1 = idle};
}

void membus_agent_resume(struct membus_agent *agent, unsigned thread, uint32_t decrementer)
{
    resume(agent, thread, decrementer, false);
}

void membus_agent_idle(struct membus_agent *agent, unsigned thread)
{
    resume(agent, thread, 0, true);
}

/* While a change of the map is not known everywhere, what the kernel has done is not done: nobody goes on. */
static void hold(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_reply *reply)
{
    SIM_CHECK(l2->held < MEMBUS_HELD, "%s: too many threads to go on", l2->component.name);
    l2->hold[l2->held++] = (struct membus_hold){.core = (uint8_t)core, .changes = l2->map_changes, .message = *reply};
}

static void post(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_reply *reply)
{
    struct membus_outbox *outbox = &l2->outbox[core];
    SIM_CHECK(outbox->count < MEMBUS_OUTBOX, "%s: too many messages for core %u", l2->component.name, core);
    outbox->message[(outbox->first + outbox->count++) % MEMBUS_OUTBOX] = *reply;
    l2->outbox_messages++;
}

void membus_agent_end(struct membus_agent *agent, sim_time t)
{
    struct membus_l2 *l2 = agent->l2;
    l2->map_changes += agent->core[0].pages != 0; /* all cores hear of the same pages */
    for (unsigned core = 0; core < MEMBUS_CORES; core++) {
        for (uint32_t i = 0; i < agent->core[core].lines; i++) {
            const struct membus_range *range = &agent->core[core].line[i];
            post(l2, core,
                 &(struct sim_msg_core_reply){.kind = SIM_SNOOP_RANGE, .address = range->base, .data1 = range->size});
        }
        for (uint32_t i = 0; i < agent->core[core].pages; i++) {
            const struct membus_range *range = &agent->core[core].page[i];
            post(l2, core,
                 &(struct sim_msg_core_reply){.kind = SIM_SNOOP_TLB,
                                              .address = range->base,
                                              .data0 = i + 1 == agent->core[core].pages,
                                              .data1 = range->size});
        }
        for (uint32_t i = 0; i < agent->core[core].resumes; i++)
            if (l2_map_is_known(l2, l2->map_changes))
                post(l2, core, &agent->core[core].resume[i]);
            else
                hold(l2, core, &agent->core[core].resume[i]);
        agent->core[core].lines = agent->core[core].pages = agent->core[core].resumes = 0;
    }
    if (l2->outbox_messages != 0)
        l2->told = t;
    sim_component_changed(agent->self, &l2->component);
}
