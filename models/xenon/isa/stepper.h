/* The functional stepper: one hardware thread over flat memory, without caches, translation or time. It is what an
 * instruction means, for tests and for comparing with the timed core.
 *
 * Memory is 4 GiB of zeros that exist once they are written, up to a limit; effective addresses are real ones. An
 * access beyond, or past the limit, is a data storage interrupt. */
#ifndef CYCLE360_XENON_ISA_STEPPER_H
#define CYCLE360_XENON_ISA_STEPPER_H

#include "models/xenon/isa/context.h"

#include <stddef.h>

struct xenon_stepper;

enum xenon_stop {
    XENON_STOP_COUNT,     /* as many instructions as asked                                            */
    XENON_STOP_ADDRESS,   /* nia is the address at which to stop; its instruction was not executed    */
    XENON_STOP_INTERRUPT, /* context->interrupt asks for an interrupt, which was not taken; nia is the
                             instruction that asks, of which nothing was done, FPSCR's flags excepted  */
};

/* NULL when the host has no memory. limit: bytes of guest memory that may come into being. */
struct xenon_stepper *xenon_stepper_new(uint64_t limit);
void xenon_stepper_free(struct xenon_stepper *s);

struct xenon_context *xenon_stepper_context(struct xenon_stepper *s);

/* Guest memory from outside. write is false past the limit or beyond 4 GiB; then nothing was written. Bytes that were
 * never written read as zero. clear makes all of it zero again. */
bool xenon_stepper_write(struct xenon_stepper *s, uint64_t address, const void *bytes, size_t size);
void xenon_stepper_read(const struct xenon_stepper *s, uint64_t address, void *bytes, size_t size);
void xenon_stepper_clear(struct xenon_stepper *s);

/* Runs up to `count` instructions from context->nia. An address that no instruction can have, such as UINT64_MAX, never
 * stops. Interrupts end the run; to go on in the handler, call xenon_interrupt_enter and run again. */
enum xenon_stop xenon_stepper_run(struct xenon_stepper *s, uint64_t count, uint64_t stop_address);

/* Instructions executed since it was made. */
uint64_t xenon_stepper_executed(const struct xenon_stepper *s);

#endif
