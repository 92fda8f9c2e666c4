/* Calls of exports. A handler is called with a record of the call and does one step of it:
 *
 *     void hle_KeWaitForSingleObject(struct kernel *k, struct kernel_call *c)
 *     {
 *         switch (c->step) {
 *         case 0:
 *             ... looks at c->arg[0] ...
 *             kernel_call_waits(k, c, 1);           // after ke_wait_...(): step 1 once the wait is over
 *             return;
 *         default:
 *             c->result = c->waited;
 *         }
 *     }
 *
 * A handler that returns without saying what comes next has ended the call: the thread goes on behind it, r3 being
 * `result`, no sooner than the export's cost after the trap. The record is saved state: what a later step needs goes
 * into `local`. */
#ifndef CYCLE360_HLE_KERNEL_CALL_H
#define CYCLE360_HLE_KERNEL_CALL_H

#include "kernel-hle/exports/signature.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel.h"
#include "kernel-hle/status.h"

struct ke_thread;

enum { KERNEL_LOCALS = 8, KERNEL_GUEST_ARGUMENTS = 8 };

enum kernel_next_step {
    KERNEL_NEXT_ENDS,
    KERNEL_NEXT_WAITS,
    KERNEL_NEXT_AGAIN,
    KERNEL_NEXT_GUEST,
    KERNEL_NEXT_HANDS,
    KERNEL_NEXT_LEAVES
};

struct kernel_call {
    uint16_t export; /* kernel_export(); from kernel_export_count() on an activity of the kernel's own */
    uint16_t step;
    uint8_t next; /* enum kernel_next_step; ENDS when a handler is called */
    struct ke_thread *thread;
    uint64_t arg[HLE_ARGUMENTS_MAX]; /* as the signature places them; words are cut to 32 bits */
    uint64_t local[KERNEL_LOCALS];
    uint64_t result;   /* what r3 will be */
    uint32_t waited;   /* NTSTATUS of the wait that is over */
    uint64_t returned; /* r3 of the guest's function that has returned */
};

typedef void kernel_handler(struct kernel *k, struct kernel_call *c);

/* What comes next; called last in a handler. */
void kernel_call_waits(struct kernel *k, struct kernel_call *c, unsigned step); /* ke.h has begun a wait */
void kernel_call_again(struct kernel *k, struct kernel_call *c, unsigned step,
                       uint32_t cycles); /* spins, device work */
/* Runs a function of the guest's on this thread; c->returned is its r3 in `step`. */
void kernel_call_guest(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t code, unsigned arguments,
                       const uint64_t *argument);
/* A load or a store of a device by its real address, of 4 or 8 bytes, which takes its time; c->returned is what a load
 * has brought. */
enum kernel_hands { KERNEL_LOAD64, KERNEL_STORE64, KERNEL_LOAD32, KERNEL_STORE32 };
void kernel_call_hands(struct kernel *k, struct kernel_call *c, unsigned step, enum kernel_hands what, uint64_t address,
                       uint64_t value);
/* The call never returns: the thread is gone, or its registers have been replaced by the handler. */
void kernel_call_leaves(struct kernel *k, struct kernel_call *c);

/* Where the caller stands: its registers. Only in a handler. */
struct xenon_context *kernel_registers(struct kernel *k, const struct kernel_call *c);

/* Arguments by number, cut to 32 bits; those after a variadic export's named ones too (kernel_slot, 64 bits). */
static inline uint32_t kernel_arg(const struct kernel_call *c, unsigned i)
{
    return (uint32_t)c->arg[i];
}
uint64_t kernel_slot(struct kernel *k, const struct kernel_call *c, unsigned index); /* 0: behind the named ones */

#endif
