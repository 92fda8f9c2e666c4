/* A machine for debuggers that is none: two threads, a little memory, and stops that a test lines up. */
#ifndef CYCLE360_TESTS_SUPPORT_FAKE_TARGET_H
#define CYCLE360_TESTS_SUPPORT_FAKE_TARGET_H

#include "board/cli/gdb/target.h"

enum { FAKE_THREADS = 2, FAKE_MEMORY = 0x3000, FAKE_BASE = 0x1000, FAKE_POINTS = 4 };

struct fake_target {
    struct gdb_target target;
    struct xenon_context thread[FAKE_THREADS];
    uint8_t memory[FAKE_MEMORY]; /* from FAKE_BASE on */
    int awaited;                 /* a register of thread 0 that a load is still to write; -1: none */
    bool fixed;                  /* registers cannot be changed */

    unsigned resumed; /* how often, and the last thread that was to step */
    int step;
    bool stops; /* the next run ends like this */
    struct gdb_stop stop;

    unsigned points;
    struct fake_point {
        enum gdb_point kind;
        uint64_t address, size;
    } point[FAKE_POINTS];
    unsigned changes, control_changes; /* how often registers were said to be changed */
};

/* Thread n's GPR i is n * 0x100 + i. */
void fake_target_init(struct fake_target *fake);

#endif
