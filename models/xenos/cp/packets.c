#include "models/xenos/cp/packets.h"

#include "models/xenos/cp/packets_parts.h"

#include <stddef.h>

enum { WHOLE = false, PIECES = true, NONE = CP_ENGINE_NONE, PFP = CP_ENGINE_PFP, ME = CP_ENGINE_ME };
#define packet_none NULL

const struct cp_packet cp_packets[CP_OPCODES] = {
#define PACKET(opcode, called, who, least, how, row, how_done) \
    [opcode] = {.name = #called,                               \
                .engine = (who),                               \
                .words = (least),                              \
                .pieces = (how),                               \
                .cost = offsetof(struct cp_timing, row),       \
                .handler = packet_##how_done},
#include "models/xenos/cp/packets.def"
#undef PACKET
};

const char *const cp_shown_names[CP_SHOWN] = {
#define PACKET(opcode, called, ...) [opcode] = #called,
#include "models/xenos/cp/packets.def"
#undef PACKET
    [CP_SHOWN_TYPE0] = "TYPE0",
    [CP_SHOWN_TYPE1] = "TYPE1",
    [CP_SHOWN_NONE] = "none",
};

const char *cp_packet_name(uint32_t header)
{
    static const char *const types[] = {"TYPE0", "TYPE1", "TYPE2"};
    if (header >> 30 != 3)
        return types[header >> 30];
    const char *name = cp_packets[header >> 8 & 0x7F].name;
    return name ? name : "unknown";
}

struct cp_timing cp_timing_default(void)
{
    return (struct cp_timing){
#define CP_TIMING(name, value, ...) .name = (value),
#include "models/xenos/cp/timing.def"
#undef CP_TIMING
    };
}
