/* The packets by opcode, made from packets.def. */
#ifndef CYCLE360_XENOS_CP_PACKETS_H
#define CYCLE360_XENOS_CP_PACKETS_H

#include "models/xenos/cp/cp_timing.h"

#include <stdbool.h>
#include <stddef.h>

struct cp;
struct cp_piece;

enum cp_engine { CP_ENGINE_NONE, CP_ENGINE_PFP, CP_ENGINE_ME };

enum cp_opcode {
#define PACKET(opcode, name, ...) CP_OP_##name = (opcode),
#include "models/xenos/cp/packets.def"
#undef PACKET
    CP_OPCODES = 128
};

/* Deals with a piece at an edge of the clock, at which its packet's cost begins. False: it is not done, and cp->me says
 * when to call it again. */
typedef bool cp_handler(struct cp *cp, const struct cp_piece *piece, uint64_t edge);

struct cp_packet {
    const char *name; /* NULL: there is no such opcode */
    uint8_t engine;
    uint8_t words;
    bool pieces;
    uint16_t cost; /* the row's offset in struct cp_timing */
    cp_handler *handler;
};

extern const struct cp_packet cp_packets[CP_OPCODES];

/* Of a header of any type: "TYPE0", "INDIRECT_BUFFER", ... */
const char *cp_packet_name(uint32_t header);
/* The same for waves: by opcode, then the other types. */
enum { CP_SHOWN_TYPE0 = CP_OPCODES, CP_SHOWN_TYPE1, CP_SHOWN_NONE, CP_SHOWN };
extern const char *const cp_shown_names[CP_SHOWN];

#endif
