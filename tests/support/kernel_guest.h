/* Guest code that really runs on a kernel's bench: on the functional stepper, over a copy of the title's image and of
 * the stack of its first thread. */
#ifndef CYCLE360_TESTS_KERNEL_GUEST_H
#define CYCLE360_TESTS_KERNEL_GUEST_H

#include "kernel-hle/loader/image.h"
#include "models/xenon/asm/program.h"
#include "models/xenon/isa/stepper.h"
#include "tests/support/kernel_bench.h"

enum { KERNEL_GUEST_BASE = 0x82000000u, KERNEL_GUEST_RETURN = 0x8000FFF0u };

struct kernel_guest {
    struct kernel_bench *bench;
    struct xenon_stepper *stepper;
    struct xenon_program program;
    struct image image;
    struct image_section pdata;
    uint32_t stack; /* of what is copied, the lowest address */
};

/* A source file below tests/guest, from 82000000 on; `exports` are those that it calls. Its labels `entry`, `pdata` and
 * `pdata_end` are known. Failures end the test run. */
void kernel_guest_init(struct kernel_guest *g, const char *file, const char *const *exports, size_t count);
void kernel_guest_free(struct kernel_guest *g);

uint32_t kernel_guest_symbol(const struct kernel_guest *g, const char *name);
/* Calls a function on hardware thread 0: true, and its r3, once it is back; false where the run has ended before. */
bool kernel_guest_call(struct kernel_guest *g, const char *function, uint64_t argument, uint64_t *r3);
struct xenon_context *kernel_guest_registers(struct kernel_guest *g);

#endif
