/* What a debugger can ask of a machine. The session (session.h) speaks GDB's protocol and knows only this, so that it
 * is tested against a machine of a test's own. Threads are counted from 0. */
#ifndef CYCLE360_BOARD_CLI_GDB_TARGET_H
#define CYCLE360_BOARD_CLI_GDB_TARGET_H

#include "models/xenon/isa/context.h"

#include <stdbool.h>
#include <stddef.h>

/* In the numbers of the protocol's Z packets. */
enum gdb_point {
    GDB_BREAK = 0,
    GDB_BREAK_HARDWARE = 1, /* the same thing here: code is not changed for either */
    GDB_WATCH_WRITE = 2,
    GDB_WATCH_READ = 3,
    GDB_WATCH_ACCESS = 4,
    GDB_POINTS
};

enum gdb_reason {
    GDB_STEPPED,
    GDB_AT_BREAK,
    GDB_AT_WATCH, /* the access is done */
    GDB_INTERRUPTED,
    GDB_ENDED, /* the run has come to its end; the machine can still be looked at */
};

struct gdb_stop {
    enum gdb_reason reason;
    unsigned thread;
    enum gdb_point watch; /* AT_WATCH: of which kind, and an address in what it watches */
    uint64_t address;
    char text[128]; /* ENDED: why */
};

enum { GDB_NOBODY = -1, GDB_TEXT = 128 };

struct gdb_target {
    void *context;
    unsigned threads;

    const struct xenon_context *(*registers)(void *context, unsigned thread);
    /* Is a register (enum xenon_resource) still to be written by a load under way? */
    bool (*awaited)(void *context, unsigned thread, unsigned resource);
    /* The registers, to be changed; then the word that they are. control: PC, MSR or SPRs among them. NULL where they
     * cannot be changed now. */
    struct xenon_context *(*change)(void *context, unsigned thread, bool control);
    void (*changed)(void *context, unsigned thread, bool control);

    /* At an effective address of the thread; false where not all of it is memory. */
    bool (*read)(void *context, unsigned thread, uint64_t address, uint8_t *bytes, size_t size);
    bool (*write)(void *context, unsigned thread, uint64_t address, const uint8_t *bytes, size_t size);

    /* False where there is no room for more. To set one twice is to set it once. */
    bool (*set_point)(void *context, enum gdb_point kind, uint64_t address, uint64_t size);
    void (*clear_point)(void *context, enum gdb_point kind, uint64_t address, uint64_t size);

    /* From here on `run` runs the machine for a while: true when it has stopped. step: a thread that stops after one
     * instruction, or GDB_NOBODY. All threads run, whoever steps: the machine has one time. */
    void (*resume)(void *context, int step);
    bool (*run)(void *context, struct gdb_stop *stop);

    void (*describe_thread)(void *context, unsigned thread, char text[GDB_TEXT]); /* "core 0 thread 1, running" */
    void (*describe_time)(void *context, char text[GDB_TEXT]);
    uint64_t (*cycles)(void *context);
};

#endif
