/* What a bare program means: the functional stepper as both threads of a core, over one memory. Who runs it says which
 * thread executes its next instruction; interrupts of instructions are taken, CTRL starts and stops threads, and the
 * time base counts instructions. */
#ifndef CYCLE360_TESTS_SUPPORT_GUEST_REFERENCE_H
#define CYCLE360_TESTS_SUPPORT_GUEST_REFERENCE_H

#include "tests/support/guest_program.h"

struct guest_reference {
    struct xenon_stepper *stepper;
    struct xenon_context other; /* of the thread that the stepper is not */
    unsigned current;
    bool running[2];
};

/* At the program's entry; ends the process where the host has no memory. */
void guest_reference_init(struct guest_reference *r, const struct guest_program *guest);
void guest_reference_free(struct guest_reference *r);

struct xenon_context *guest_reference_context(struct guest_reference *r, unsigned thread);
void guest_reference_step(struct guest_reference *r, unsigned thread);
/* An interrupt from outside, at the thread's next instruction. */
void guest_reference_interrupt(struct guest_reference *r, unsigned thread, unsigned vector);

/* Runs all by itself, the threads in turns of `turn` instructions, to `done` of thread 0; false where it does not come
 * there within `limit` instructions. */
bool guest_reference_run(struct guest_reference *r, const struct guest_program *guest, unsigned turn, uint64_t limit);

#endif
