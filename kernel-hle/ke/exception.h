/* Structured exceptions: what faults become. */
#ifndef CYCLE360_HLE_KE_EXCEPTION_H
#define CYCLE360_HLE_KE_EXCEPTION_H

#include "kernel-hle/kernel/call.h"

struct ke_exception {
    nt_status code;
    uint32_t flags, address; /* where it happened */
    uint32_t parameters, parameter[15];
};

/* Happens in the thread of the acting hardware thread, whose registers are as they were then (nia at the instruction).
 * Whoever dispatches exceptions (ke_on_exception) takes it: true. Otherwise the run ends. */
void ke_raise(struct kernel *k, struct ke_thread *thread, const struct ke_exception *exception);
/* The same, of a call that has been found wrong: the exception is at its caller. A handler's last word. */
void ke_raise_status(struct kernel *k, struct kernel_call *c, nt_status code);

typedef bool ke_dispatcher(struct kernel *k, struct ke_thread *thread, const struct ke_exception *exception);
void ke_on_exception(struct kernel *k, ke_dispatcher *dispatcher); /* at the kernel's creation */
/* Nobody has handled it: ends the run with a text of it and of its thread. */
void ke_unhandled(struct kernel *k, const struct ke_thread *thread, const struct ke_exception *exception);

#endif
