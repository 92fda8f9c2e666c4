/* Assembly text run on the functional stepper as a function that somebody calls: registers and stack hold something
 * that is looked at again afterwards. */
#ifndef CYCLE360_TESTS_SUPPORT_STUB_RIG_H
#define CYCLE360_TESTS_SUPPORT_STUB_RIG_H

#include "models/xenon/asm/program.h"
#include "models/xenon/isa/stepper.h"

#include <stdio.h>

#define RIG_CODE    UINT64_C(0x82010000)
#define RIG_STACK   UINT64_C(0x70010000) /* r1 of who calls */
#define RIG_CALLER  UINT64_C(0x82000100) /* where it goes on */
#define RIG_TARGET  UINT64_C(0x82008000) /* for a function that is called in its turn */
#define RIG_GARBAGE UINT64_C(0xDEADBEEF00000000)

enum { RIG_BELOW = 0x400, RIG_ABOVE = 0x100 }; /* bytes of the stack that are looked at */

struct stub_rig {
    struct xenon_stepper *stepper;
    struct xenon_context *t;
    struct xenon_program program;
    uint8_t stack[RIG_BELOW + RIG_ABOVE]; /* as it was before the call */
};

/* False when the host has no memory. */
bool stub_rig_init(struct stub_rig *rig);
void stub_rig_free(struct stub_rig *rig);

/* Assembles what write() writes, into a fresh machine with 32-bit addresses. It is a failure of the test if that fails.
 */
void stub_rig_assemble(struct stub_rig *rig, void (*write)(FILE *out, const void *what), const void *what);
uint64_t stub_rig_symbol(const struct stub_rig *rig, const char *name);

uint64_t stub_rig_get(const struct stub_rig *rig, uint64_t address, unsigned bytes);
void stub_rig_put(struct stub_rig *rig, uint64_t address, uint64_t value, unsigned bytes);

/* The stack is complete: what is above r1 must not change from here on. */
void stub_rig_call(struct stub_rig *rig, uint64_t address);
/* Runs on, up to an address. */
void stub_rig_run(struct stub_rig *rig, uint64_t stop);
/* What a function may do that is called in its turn: it uses every register that is not its caller's. */
void stub_rig_spoil(struct stub_rig *rig);
/* Back at the caller: its registers and its stack are as they were, but for the word at 4(r1) if a function of the
 * compiler's may have saved its LR there. */
void stub_rig_back(const struct stub_rig *rig, bool lr_saved);

#endif
