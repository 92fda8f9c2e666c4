/* The event log: what the kernel tells of, one JSON line each. docs/event-log.md has the schema.
 *
 * The kernel calls these with what it knows; the log adds time, PC, LR and the caller chain of the thread and hands
 * finished lines to a sink. Nobody's behaviour depends on whether a log is kept: what counts a thread's records is
 * saved with the thread (ke_thread_log_index) and counts without a log too, so that the log of a machine that was
 * loaded goes on where that of the saved one ended. */
#ifndef CYCLE360_HLE_LOG_H
#define CYCLE360_HLE_LOG_H

#include "kernel-hle/kernel/call.h"
#include "kernel-hle/ob/ob.h"

struct kernel_log_options {
    void *context;
    void (*sink)(void *context, const char *text, size_t size); /* whole lines */
    unsigned callers;                                           /* length of the caller chain; 3 is usual, 64 at most */
};

struct kernel_log *kernel_log_create(const struct kernel_log_options *options, struct sim_error *error);
/* What the sink has not got yet is lost: kernel_log_flush() comes before. */
void kernel_log_destroy(struct kernel_log *log);
void kernel_log_flush(struct kernel_log *log);
uint64_t kernel_log_records(const struct kernel_log *log);

/* The first record. `made_of` are members of a JSON object, ready made: version, digests of image and board, mounts. */
void kernel_log_head(struct kernel_log *log, const char *made_of);

/* The functions below are told of everything, log or not. A record is of the thread whose call this is, or of `thread`
 * where that is given. What interrupts, DPCs and clock ticks do is of no thread, and so is NULL: it counts with the
 * idle thread of the hardware thread that acts. */
bool log_is_of_thread(const struct kernel *k, const struct ke_thread *thread); /* what it does now */
void log_call(struct kernel *k, const struct kernel_call *c);                  /* import.call */
void log_return(struct kernel *k, const struct kernel_call *c);                /* kernel.return */
/* "create", "open", "duplicate", "close": with the handle (0: an object without one); "destroy": the object ends. */
void log_handle(struct kernel *k, const char *what, const struct ob_object *object, uint32_t handle);
struct ke_wait;
void log_wait_begin(struct kernel *k, struct ke_thread *thread, const struct ke_wait *wait);
void log_wait_end(struct kernel *k, struct ke_thread *thread, nt_status status);
/* "set", "reset", "pulse", "release", "abandon" */
void log_signal(struct kernel *k, const char *what, uint32_t object, int32_t before, int32_t after);
/* "create", "exit", "suspend", "resume" ...: of that thread, told by whose call it is. */
void log_thread(struct kernel *k, const char *what, struct ke_thread *thread);
void log_switch(struct kernel *k, unsigned cpu, struct ke_thread *from, struct ke_thread *to);
void log_contention(struct kernel *k, struct ke_thread *thread, uint32_t section, uint32_t owner);
/* Anything else: "alloc.physical", "vblank", "irq", "swap", "debug.print". Members as name, kind, value, up to NULL:
 * kinds "hex" (uint32_t), "u64" (uint64_t), "int" (int64_t), "text" (const char *). */
void log_other(struct kernel *k, struct ke_thread *thread, const char *event, ...) __attribute__((sentinel));

#endif
