/* Devices' registers by name, for whoever shows accesses to them. */
#ifndef CYCLE360_BOARD_DEVICE_REGISTERS_H
#define CYCLE360_BOARD_DEVICE_REGISTERS_H

#include "models/membus/mmio/routes.h"

enum { BOARD_REGISTER_TEXT = 64 };

/* The name of the register that the route's device has at `offset` from its base; false where it has none. */
bool board_register_name(const struct membus_route *route, uint64_t offset, char name[BOARD_REGISTER_TEXT]);

#endif
