/* Stands where the processors will be: plays bus accesses from a text, at given times and whenever an interrupt line
 * goes up.
 *
 *     at 0s      write32 gpu 0x6540 0x1     # a time, in order; `1000cyc` counts clocks of the core
 *     on irq 2   read64  iic 0x2050         # while the interrupt line of hardware thread 2 is up
 *     on irq 2   write64 iic 0x2060 0
 *
 * read or write, 8, 16, 32 or 64 bits; to the GPU's registers or the interrupt controller's; a byte offset; for a write
 * the value. One access is under way at a time: the next goes out when the answer has come. The accesses of one line's
 * list follow each other; between lists, lines that are up go first, the lowest thread before others, then accesses
 * whose time has come. A list whose line is still up when it ends begins again, as an interrupt handler would. */
#ifndef CYCLE360_BOARD_STIMULUS_H
#define CYCLE360_BOARD_STIMULUS_H

#include "models/sim/port.h"

#include <stddef.h>

enum { STIMULUS_THREADS = 6 };

enum stimulus_target { STIMULUS_GPU, STIMULUS_IIC, STIMULUS_TARGETS };

struct stimulus_access {
    sim_time at; /* only in the list of times */
    uint64_t address, data;
    uint8_t target, size, write;
};

struct stimulus_list {
    struct stimulus_access *access;
    size_t count, room;
};

/* List n is that of thread n's interrupt line; the last is that of times. */
struct stimulus_script {
    struct stimulus_list list[STIMULUS_THREADS + 1];
};

/* Enables the vblank interrupt and answers it on thread 2 as a kernel would. */
extern const char stimulus_default_script[];

/* `name` is how errors call the text. Offsets and values are in decimal, or hexadecimal after 0x. */
enum sim_status stimulus_parse(struct stimulus_script *script, const char *name, const char *text, size_t size,
                               const struct sim_clock *core, struct sim_error *error);
enum sim_status stimulus_load(struct stimulus_script *script, const char *path, const struct sim_clock *core,
                              struct sim_error *error);
void stimulus_free(struct stimulus_script *script);
/* FNV-1a of the script: a saved state is worth nothing with another one. */
uint64_t stimulus_fingerprint(const struct stimulus_script *script);

struct stimulus_signals {
    uint32_t state, thread, target, address, data, write, status, count, lines;
};

struct stimulus {
    struct sim_component component;
    struct sim_out request[STIMULUS_TARGETS]; /* ports `gpu` and `iic` */
    struct sim_in reply[STIMULUS_TARGETS];    /* `gpu_reply` and `iic_reply` */
    struct sim_in line;
    const struct stimulus_script *script;

    uint32_t lines;                   /* bit n: thread n's interrupt line is up */
    uint32_t list;                    /* that is being played */
    uint64_t next;                    /* access in it */
    uint64_t next_at;                 /* access of the list of times */
    bool waiting;                     /* for an answer to `last` */
    struct stimulus_access last;      /* the last access sent; once answered, with the data that came back */
    uint8_t status;                   /* of that answer, an enum sim_mmio_status */
    uint64_t sent, answered, refused; /* refused: answers other than SIM_MMIO_OK */

    struct waves_scope *scope;
    struct stimulus_signals signals;
};

/* The script must outlive the component. */
void stimulus_init(struct stimulus *stimulus, const char *name, uint32_t priority, const struct sim_clock *core,
                   const struct stimulus_script *script);

#endif
