#include "board/memory.h"

#include "models/membus/peek.h"

enum { ANY = 15 };
enum { WAITS, POSTED };
enum { BIG = MEMBUS_BIG, LITTLE = MEMBUS_LITTLE };

static const struct membus_near_device near_devices[] = {
#define NEAR_DEVICE(name) {#name, #name "_reply"},
#include "models/membus/routes.def"
};

static const struct membus_device far_devices[] = {
#define FAR_DEVICE(name) {#name, #name "_reply"},
#include "models/membus/routes.def"
};

/* Units of the GPU's chip that read and write memory. */
static const struct membus_client clients[] = {
#define CLIENT(name, kind) {#name, #name "_reply", MEMBUS_##kind},
#include "board/clients.def"
#undef CLIENT
};

#define ROUTE(side, device, from, bytes, as, sizes, order, how) \
    {.name = #device,                                           \
     .base = UINT64_C(from),                                    \
     .first = (as),                                             \
     .size = (bytes),                                           \
     .port = BOARD_##side##_##device,                           \
     .widths = (sizes),                                         \
     .endian = (order),                                         \
     .posted = (how) == POSTED},

static const struct membus_route near_routes[] = {
#define NEAR_ROUTE(...) ROUTE(NEAR, __VA_ARGS__)
#include "models/membus/routes.def"
};

static const struct membus_route far_routes[] = {
#define FAR_ROUTE(...) ROUTE(FAR, __VA_ARGS__)
#include "models/membus/routes.def"
};

const struct membus_route *board_memory_routes(enum board_side side, size_t *count)
{
    *count = side == BOARD_NEAR ? sizeof near_routes / sizeof *near_routes : sizeof far_routes / sizeof *far_routes;
    return side == BOARD_NEAR ? near_routes : far_routes;
}

struct membus_timing board_memory_timing(const struct board_description *description)
{
    return (struct membus_timing){
#define MEMBUS(name, ...) .name = (uint32_t)description->membus_##name,
#include "models/membus/timing.def"
#undef MEMBUS
    };
}

enum sim_status board_memory_init(struct board_memory *memory, const struct board_description *description,
                                  const struct board_memory_clocks *clocks, bool kernel, struct sim_machine *machine,
                                  struct sim_error *error)
{
    const struct membus_timing timing = board_memory_timing(description);
    const struct membus_l2_config l2 = {
        .l2 = clocks->l2,
        .fsb = clocks->fsb_cpu,
        .timing = timing,
        .memory_size = description->memory_size,
        .seed = description->seed_cache,
        .device = near_devices,
        .devices = BOARD_NEAR_DEVICES,
        .route = near_routes,
        .routes = sizeof near_routes / sizeof *near_routes,
        .kernel = kernel,
    };
    const struct membus_north_config north = {
        .memory = clocks->memory,
        .fsb = clocks->fsb_gpu,
        .timing = timing,
        .memory_size = description->memory_size,
        .client = clients,
        .clients = sizeof clients / sizeof *clients,
        .device = far_devices,
        .devices = BOARD_FAR_DEVICES,
        .route = far_routes,
        .routes = sizeof far_routes / sizeof *far_routes,
    };
    enum sim_status status = membus_l2_init(&memory->l2, "membus.l2", SIM_PRIORITY_MEMORY, &l2, error);
    if (status != SIM_OK)
        return status;
    status = membus_north_init(&memory->north, "membus.north", SIM_PRIORITY_NORTH, &north, error);
    if (status != SIM_OK) {
        membus_l2_free(&memory->l2);
        return status;
    }
    sim_machine_add(machine, &memory->l2.component);
    sim_machine_add(machine, &memory->north.component);
    return SIM_OK;
}

enum sim_status board_memory_connect(struct board_memory *memory, struct sim_machine *machine, struct sim_error *error)
{
    struct membus_l2 *l2 = &memory->l2;
    struct membus_north *north = &memory->north;
    const struct membus_timing *timing = &l2->config.timing;
    /* a credit takes as long to come back as an answer would */
    const struct sim_link_spec out = {timing->fsb_request, timing->fsb_credits, timing->fsb_reply};
    const struct sim_link_spec back = {timing->fsb_reply, timing->fsb_reply_credits, timing->fsb_request};
    enum sim_status status = sim_machine_connect(machine, &l2->bus, &north->request[0], out, error);
    return status == SIM_OK ? sim_machine_connect(machine, &north->reply[0], &l2->bus_reply, back, error) : status;
}

void board_memory_free(struct board_memory *memory)
{
    membus_l2_free(&memory->l2);
    membus_north_free(&memory->north);
}

static bool all_memory(const struct board_memory *memory, uint64_t real, size_t size, uint64_t *address)
{
    struct membus_target target = membus_target_of(real, memory->l2.config.memory_size);
    *address = target.address;
    return target.place == MEMBUS_MEMORY && size <= memory->l2.config.memory_size - target.address;
}

bool board_memory_peek(const struct board_memory *memory, uint64_t real, void *bytes, size_t size)
{
    uint64_t address;
    return all_memory(memory, real, size, &address) && membus_peek(&memory->l2, &memory->north, address, bytes, size);
}

bool board_memory_poke(struct board_memory *memory, uint64_t real, const void *bytes, size_t size)
{
    uint64_t address;
    if (!all_memory(memory, real, size, &address))
        return false;
    membus_poke(&memory->north, address, bytes, size);
    return true;
}

bool board_memory_overwrite(struct board_memory *memory, uint64_t real, const void *bytes, size_t size)
{
    uint64_t address;
    if (!all_memory(memory, real, size, &address))
        return false;
    membus_overwrite(&memory->l2, &memory->north, address, bytes, size);
    return true;
}
