/* A thread's registers as GDB sees them: numbered, described, big-endian. */
#ifndef CYCLE360_BOARD_CLI_GDB_REGISTERS_H
#define CYCLE360_BOARD_CLI_GDB_REGISTERS_H

#include "models/xenon/isa/context.h"

#include <stdbool.h>
#include <stddef.h>

enum { GDB_REGISTER_BYTES = 16, GDB_XML_MAX = 0x8000, GDB_PC = 32 };

unsigned gdb_registers(void);

/* Writes one into bytes; what comes back is how many there are, 0 for a number that none has. */
size_t gdb_register_get(const struct xenon_context *t, unsigned number, uint8_t bytes[GDB_REGISTER_BYTES]);
/* The size of one; then it is given those bytes. */
size_t gdb_register_size(unsigned number);
void gdb_register_set(struct xenon_context *t, unsigned number, const uint8_t bytes[GDB_REGISTER_BYTES]);

/* PC, MSR, or an SPR of the supervisor. */
bool gdb_register_is_control(unsigned number);

/* What it is to the timing (enum xenon_resource): how many from the one that comes back on; 0 where loads never write
 * it. */
unsigned gdb_register_resource(unsigned number, unsigned *count);

/* The target description that says all this to GDB. What comes back is its length. */
size_t gdb_registers_xml(char xml[GDB_XML_MAX]);

#endif
