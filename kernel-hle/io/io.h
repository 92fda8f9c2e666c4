/* Files: devices, opening, reading at simulated time. docs/kernel.md has the rules. */
#ifndef CYCLE360_HLE_IO_H
#define CYCLE360_HLE_IO_H

#include "kernel-hle/kernel/kernel.h"

struct io;

/* NULL without memory. */
struct io *io_new(void);
void io_delete(struct io *io);
/* Before objects go: files let go of what they hold. */
void io_reset(struct io *io);
/* After objects have been reset: links to devices. */
void io_start(struct kernel *k);

/* At a clock tick of hardware thread 0: requests that are over end. */
void io_tick(struct kernel *k);

/* After those of objects. */
void io_save(const struct kernel *k, struct sim_writer *writer);
void io_load(struct kernel *k, struct sim_reader *reader);

#endif
