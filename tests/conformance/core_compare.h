/* A watched core held to the functional stepper: before every instruction that it issues its thread's registers must be
 * those of the stepper, except registers of loads still under way, which are looked at when they are filled. Interrupts
 * from outside and values of time and of devices are taken over from the core. */
#ifndef CYCLE360_TESTS_CONFORMANCE_CORE_COMPARE_H
#define CYCLE360_TESTS_CONFORMANCE_CORE_COMPARE_H

#include "models/xenon/core/core.h"
#include "tests/support/guest_reference.h"

struct core_compare {
    struct xenon_core_watch watch;
    const struct guest_program *guest;
    struct guest_reference reference;
    FILE *out; /* what differs, a line each */
    struct core_compare_thread {
        bool pending[XENON_R_COUNT], device[XENON_R_COUNT];
        unsigned under_way; /* registers pending */
    } thread[2];
    uint64_t instructions, interrupts;
    unsigned differences;
};

/* Sets the watch, too. */
void core_compare_init(struct core_compare *compare, const struct guest_program *guest, struct xenon_core *core,
                       FILE *out);
void core_compare_free(struct core_compare *compare);

#endif
