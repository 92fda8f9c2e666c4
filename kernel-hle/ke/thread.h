/* A thread, as the kernel keeps it, and hardware threads' registers. */
#ifndef CYCLE360_HLE_KE_THREAD_H
#define CYCLE360_HLE_KE_THREAD_H

#include "kernel-hle/ke/ke.h"
#include "kernel-hle/mm/mm.h"

enum {
    KE_FRAMES = 24,
    KE_WAIT_OBJECTS = 64,
    KE_THREADS_MAX = 1024,
    KE_OWNED_MAX = 4096, /* mutants of one thread */
    KE_APCS_MAX = 4096   /* of one queue */
};

/* What a thread takes with it from one hardware thread to another. */
struct ke_registers {
    uint64_t gpr[32], nia, lr, ctr, msr, vrsave;
    uint64_t fpr[32];
    uint32_t cr, xer, fpscr, vscr;
    union xenon_vector vr[128];
};
void ke_registers_take(struct ke_registers *registers, const struct xenon_context *context);
void ke_registers_give(const struct ke_registers *registers, struct xenon_context *context);

/* A place in the queue of an object's waiters. */
struct ke_wait_block {
    struct ke_thread *thread;
    uint32_t object;
    struct ke_wait_block *previous, *next;
};

struct ke_waiting {
    uint8_t count, reason;
    bool all, alertable, user_mode, timed;
    uint64_t due;      /* in interrupt time */
    uint64_t sequence; /* of when it began */
    struct ke_wait_block block[KE_WAIT_OBJECTS];
};

struct ke_apc {
    uint32_t address; /* of the title's KAPC; 0: its routine is this */
    uint32_t timer;   /* that has queued it; 0: none */
    uint32_t routine, context, argument[2];
    bool special; /* without a routine of its own */
};
struct ke_apc_queue {
    struct ke_apc *apc;
    uint32_t count, room;
};

/* What a thread is in the middle of: a call; or an activity of the kernel's own that has come between (an interrupt,
 * DPCs, APCs), which is a call too, of a handler without an export. Registers are those to go back to. */
enum ke_frame_state {
    KE_FRAME_STEPS, /* its handler's step comes next */
    KE_FRAME_WAITS, /* the thread waits; the step after */
    KE_FRAME_GUEST, /* a function of the guest's runs for it */
    KE_FRAME_HANDS  /* a load or store of a device runs for it */
};
struct ke_frame {
    struct kernel_call call;
    uint8_t state;
    bool saved;               /* registers count: they come back when the guest's function has returned */
    sim_time no_less;         /* the call does not end before */
    struct ke_waiting *waits; /* of KE_FRAME_WAITS, while a kernel APC has come between */
    struct ke_registers registers;
};

enum ke_state { KE_INITIAL, KE_READY, KE_RUNNING, KE_STANDBY, KE_TERMINATED, KE_WAITING, KE_TRANSITION };

struct ke_thread {
    uint32_t address, id;
    uint8_t cpu, state;
    uint8_t process; /* enum ke_process */
    uint8_t priority, base, decrement;
    uint8_t class_least, class_base, class_greatest;
    int8_t saturation;
    bool boost_disabled, preempted;
    bool gives_way; /* goes to the end of its queue */
    int32_t quantum;
    uint8_t suspends;
    uint32_t switches;
    uint32_t start;                    /* its first instruction */
    struct ke_thread *previous, *next; /* in its ready queue */
    sim_time due;                      /* does not go on before */
    uint8_t moves;                     /* the hardware thread that it is to go to, and 1; 0: none */
    struct mm_stack stack;
    struct mm_stack limits; /* of the stack that it uses: its own, or a fiber's */
    uint32_t tls, tls_block;
    uint8_t irql; /* while it is not on a hardware thread */
    struct ke_waiting wait;
    bool alerted[2], in_kernel_apc, in_suspend, delivers_user, exits;
    struct ke_apc_queue kernel_apcs, user_apcs;
    uint32_t *own; /* mutants */
    uint32_t owned, owned_room;
    uint32_t exit_code;
    uint32_t frames;
    struct ke_frame *frame[KE_FRAMES];
    struct ke_registers registers; /* while it is not on a hardware thread */
    uint64_t log_index;            /* the event log's, of its next record */
    struct {
        uint64_t calls;      /* so many records of it are calls */
        uint64_t contention; /* so many come of contention alone */
    } replay;                /* counted where a manifest is replayed: replay.c */
};

/* Its innermost frame; NULL in guest code of its own. */
static inline struct ke_frame *ke_frame_top(const struct ke_thread *thread)
{
    return thread->frames ? thread->frame[thread->frames - 1] : NULL;
}
/* NULL, and the run ends, where there are too many. */
struct ke_frame *ke_frame_push(struct kernel *k, struct ke_thread *thread);
void ke_frame_pop(struct ke_thread *thread);

#endif
