/* Parts of the machine's side of a debugger, for machine.c. */
#ifndef CYCLE360_BOARD_CLI_GDB_MACHINE_PARTS_H
#define CYCLE360_BOARD_CLI_GDB_MACHINE_PARTS_H

#include "board/processors.h"

/* What a load or store is about to touch. */
struct gdb_access {
    bool store;
    uint64_t address, size;
};

/* False for what touches no memory. Vector accesses count as all of their aligned 16 bytes. */
bool gdb_access_of(const struct xenon_context *t, const struct xenon_insn *in, struct gdb_access *access);

/* Bytes at effective addresses, as the thread would see them now: those on their way to memory from its core
 * included. Where its translations do not know an address it is taken as a real one. False where not all is RAM. */
bool gdb_memory_read(const struct processors *processors, unsigned thread, uint64_t address, uint8_t *bytes,
                     size_t size);
/* The same places, to be written; whatever caches hold of them follows. False, too, while a store to them is under way
 * that would undo it. */
bool gdb_memory_write(struct processors *processors, unsigned thread, uint64_t address, const uint8_t *bytes,
                      size_t size);

#endif
