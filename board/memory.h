/* Memory on a board: the L2 on the processor's chip and the other end of the bus on the GPU's, the ways to devices, and
 * what loaders and debuggers do to its bytes. */
#ifndef CYCLE360_BOARD_MEMORY_H
#define CYCLE360_BOARD_MEMORY_H

#include "board/description.h"
#include "models/membus/fsb/north.h"
#include "models/membus/l2/l2.h"
#include "models/sim/machine.h"

enum board_near_device {
#define NEAR_DEVICE(name) BOARD_NEAR_##name,
#include "models/membus/routes.def"
    BOARD_NEAR_DEVICES
};

enum board_far_device {
#define FAR_DEVICE(name) BOARD_FAR_##name,
#include "models/membus/routes.def"
    BOARD_FAR_DEVICES
};

enum board_client { /* north.request and north.reply by number */
                    BOARD_CLIENT_fsb,
#define CLIENT(name, kind) BOARD_CLIENT_##name,
#include "board/clients.def"
#undef CLIENT
};

struct board_memory {
    struct membus_l2 l2;
    struct membus_north north;
};

struct board_memory_clocks {
    const struct sim_clock *l2, *fsb_cpu, *fsb_gpu, *memory;
};

struct membus_timing board_memory_timing(const struct board_description *description);

enum board_side { BOARD_NEAR /* the processor's chip */, BOARD_FAR /* the GPU's, and behind it */, BOARD_SIDES };
/* The ways to devices that a side has. */
const struct membus_route *board_memory_routes(enum board_side side, size_t *count);

/* Adds both to the machine. kernel: there is one for threads to trap into. On failure nothing needs to be freed. */
enum sim_status board_memory_init(struct board_memory *memory, const struct board_description *description,
                                  const struct board_memory_clocks *clocks, bool kernel, struct sim_machine *machine,
                                  struct sim_error *error);
/* The bus between them. */
enum sim_status board_memory_connect(struct board_memory *memory, struct sim_machine *machine, struct sim_error *error);
void board_memory_free(struct board_memory *memory);

/* Bytes from a real address on, between runs; false where not all of them are memory, and then nothing is done.
 *
 * peek reads what one who asked now would be told in the end, but for stores that a core has not been rid of. poke is
 * for loaders, before the first run. overwrite changes every copy in the memory system, and lines on their way to
 * cores; what is in the cores is the caller's business. */
bool board_memory_peek(const struct board_memory *memory, uint64_t real, void *bytes, size_t size);
bool board_memory_poke(struct board_memory *memory, uint64_t real, const void *bytes, size_t size);
bool board_memory_overwrite(struct board_memory *memory, uint64_t real, const void *bytes, size_t size);

#endif
