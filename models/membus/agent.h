/* Memory and the processor's side of it for who acts on them at one instant (sim_component_acts_on): the kernel, and
 * whoever else does what no bus could do in no time. What it reads is what everybody's stores up to then have come to;
 * what it writes is seen by everybody from then on, as any other store.
 *
 *     membus_agent_write(&agent, address, bytes, size);
 *     membus_agent_resume(&agent, 3, 50000);
 *     membus_agent_end(&agent, t);             // the cores are told
 */
#ifndef CYCLE360_MEMBUS_AGENT_H
#define CYCLE360_MEMBUS_AGENT_H

#include "models/membus/fsb/north.h"
#include "models/membus/l2/l2.h"

enum { MEMBUS_AGENT_RANGES = 4, MEMBUS_AGENT_REPLIES = 8 };

struct membus_range {
    uint64_t base, size;
};

struct membus_agent {
    struct sim_component *self;
    struct membus_l2 *l2;
    struct membus_north *north;
    /* What the cores are to be told: of lines, of pages, of threads. Nothing of it is left between two acts. */
    struct {
        uint32_t lines, pages, resumes;
        struct membus_range line[MEMBUS_AGENT_RANGES], page[MEMBUS_AGENT_RANGES];
        struct sim_msg_core_reply resume[2];
    } core[MEMBUS_CORES];
    uint8_t traps[MEMBUS_THREADS]; /* state: seen of each hardware thread */
};

void membus_agent_init(struct membus_agent *agent, struct sim_component *self, struct membus_l2 *l2,
                       struct membus_north *north);

/* Addresses of memory; what lies beyond it reads as ones and is not written. */
void membus_agent_read(struct membus_agent *agent, uint64_t real, void *bytes, size_t size);
void membus_agent_write(struct membus_agent *agent, uint64_t real, const void *bytes, size_t size);
void membus_agent_zero(struct membus_agent *agent, uint64_t real, size_t size);
/* Pages of the map (agent->l2->map) are not what they were. */
void membus_agent_map_changed(struct membus_agent *agent, uint64_t base, uint64_t size);
/* Hardware thread 0 to 5 has trapped, is to go on, is to trap when there is an external interrupt. Who is to go on does
 * so when all cores have answered for what has changed in the map. */
void membus_agent_trapped(struct membus_agent *agent, unsigned thread);
void membus_agent_resume(struct membus_agent *agent, unsigned thread, uint32_t decrementer);
void membus_agent_idle(struct membus_agent *agent, unsigned thread);
/* The end of what is done at t. */
void membus_agent_end(struct membus_agent *agent, sim_time t);

#endif
