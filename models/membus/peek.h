/* What memory holds, as one who asked now would be told in the end: stores that are merged with misses, lines of the
 * L2, castouts on their way, and the bytes in the GDDR3. Nothing is disturbed. For debuggers, tracers and loaders. */
#ifndef CYCLE360_MEMBUS_PEEK_H
#define CYCLE360_MEMBUS_PEEK_H

#include "models/membus/fsb/north.h"
#include "models/membus/l2/l2.h"

/* Bytes at a real address; false where some of them are not memory, and the bytes are then all ones. */
bool membus_peek(const struct membus_l2 *l2, const struct membus_north *north, uint64_t real, void *bytes, size_t size);

/* Writes memory behind everybody's back: for loaders, before the machine's first run. */
void membus_poke(struct membus_north *north, uint64_t address, const void *bytes, size_t size);

/* New bytes of a line that the L2 neither has nor waits for: in memory, and in what is on its way there. Only for who
 * acts on both (agent.h). */
void membus_patch_line(struct membus_l2 *l2, struct membus_north *north, uint64_t address, const uint64_t *word,
                       const uint64_t mask[2]);

/* Writes every copy of memory's bytes, between runs, wherever it is: for debuggers. Cores hear nothing of it, but lines
 * on their way to them have the new bytes. What has been answered to devices and clients stays as it was. */
void membus_overwrite(struct membus_l2 *l2, struct membus_north *north, uint64_t address, const void *bytes,
                      size_t size);

#endif
