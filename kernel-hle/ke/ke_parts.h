/* What the files of this folder share. */
#ifndef CYCLE360_HLE_KE_PARTS_H
#define CYCLE360_HLE_KE_PARTS_H

#include "kernel-hle/ke/offsets.h"
#include "kernel-hle/ke/thread.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/ob/ob.h"

enum {
    KE_PRIORITIES = 32,
    KE_REALTIME = 18,
    KE_WAIT_BUCKETS = 256,
    KE_TOUCHES = 256,
    KE_TIMERS_MAX = 16384,
    KE_DPCS_MAX = 256,
    KE_TLS_SLOTS = 1024
};

/* MSR of guest code: interrupts, machine checks, translation; floating point and vectors, which the console's kernel
 * lets in at their first use. */
#define KE_MSR (XENON_MSR_EE | XENON_MSR_ME | XENON_MSR_IR | XENON_MSR_DR | XENON_MSR_FP | XENON_MSR_VXU)
enum { KE_FIRST_FRAME = 0xF0 /* from the end of a stack to its first r1 */ };

/* Why threads wait: KTHREAD's wait reason. */
enum { KE_REASON_SUSPENDED = 5, KE_REASON_RW_LOCK = 7, KE_REASON_CRITICAL_SECTION = 8 };

enum ke_irql {
    KE_PASSIVE = 0,
    KE_APC = 1,
    KE_DISPATCH = 2,
    KE_DPC = 3,
    KE_AUDIO = 0x44,
    KE_CLOCK = 0x74,
    KE_HIGHEST = 0x7C
};

enum ke_process { KE_PROCESS_IDLE, KE_PROCESS_TITLE, KE_PROCESS_SYSTEM, KE_PROCESSES };

struct ke_process_info {
    uint8_t least, base, greatest, quantum;
};
extern const struct ke_process_info ke_process_info[KE_PROCESSES];

struct ke_queue {
    struct ke_thread *first, *last;
};
struct ke_wait_queue {
    struct ke_wait_block *first, *last;
};

struct ke_timer_apc {
    struct ke_thread *thread; /* NULL: none */
    uint32_t routine, context;
};
struct ke_timer {
    uint64_t due;             /* in interrupt time */
    struct ke_thread *waiter; /* its timeout; NULL: a timer of the title's */
    uint32_t address, period, dpc;
    struct ke_timer_apc apc;
};

enum ke_graphics_source { KE_GRAPHICS_VBLANK, KE_GRAPHICS_COMMANDS, KE_GRAPHICS_SOURCES };

struct ke_dpc {
    uint32_t address; /* of the title's KDPC */
    bool graphics;    /* the callback of VdSetGraphicsInterruptCallback instead */
    uint32_t source;  /* enum ke_graphics_source */
};
struct ke_dpc_queue {
    unsigned count;
    struct ke_dpc dpc[KE_DPCS_MAX];
};

struct ke_touch {
    uint32_t object, thread; /* its id; 0: none, an interrupt */
    sim_time time;
};

#define DEVICE(name, address, source) static const uint64_t KE_DEVICE_##name = UINT64_C(address);
#include "kernel-hle/ke/devices.def"
#undef DEVICE

enum ke_vector {
#define VECTOR(name, number, what) KE_VECTOR_##name = number,
#include "kernel-hle/ke/vectors.def"
#undef VECTOR
};

struct ke {
    struct ke_thread *thread[KE_THREADS_MAX]; /* in the order of creation */
    uint32_t threads, next_id;
    struct ke_thread idle[KERNEL_CPUS];
    struct ke_queue ready[KERNEL_CPUS][KE_PRIORITIES];
    uint32_t ready_mask[KERNEL_CPUS];
    struct ke_wait_queue waiting[KE_WAIT_BUCKETS];
    uint64_t waits;         /* that have begun */
    struct ke_timer *timer; /* the first one due first; of equal ones the older */
    uint32_t timers, timers_room;
    struct ke_dpc_queue dpcs[KERNEL_CPUS];
    struct ke_touch touch[KE_TOUCHES];
    uint64_t interrupt_time, time_shift; /* of the last tick; what NtSetSystemTime has added */
    uint32_t graphics_callback, graphics_context;
    uint64_t vblanks, swaps;
    struct ke_graphics_calls {
        uint64_t count;
        sim_time last;
    } graphics_calls[KE_GRAPHICS_SOURCES]; /* of the callback */
    uint32_t tls_free[KE_TLS_SLOTS / 32];  /* set: free */
    struct ke_thread *dead;                /* ended, and still that of its hardware thread */
    uint32_t parks;                        /* no more calls than these are parked by a manifest */
    uint64_t replayed[KERNEL_REPLAY_OUTCOMES];
    bool replay_uncounted; /* it was loaded from a run that has not counted */
    uint8_t poke;          /* a bit per hardware thread that runs guest code and is to look at what it runs */
};

/* Activities of the kernel's own that come between what threads do: their handlers, as calls'. */
enum ke_activity {
#define ACTIVITY(name, ...) KE_ACTIVITY_##name,
#include "kernel-hle/ke/activities.def"
#undef ACTIVITY
    KE_ACTIVITIES
};
#define ACTIVITY(name, ...) kernel_handler ke_activity_##name;
#include "kernel-hle/ke/activities.def"
#undef ACTIVITY
kernel_handler *ke_activity(unsigned activity);
/* Begins one on the acting hardware thread, on top of what its thread does; NULL where that is too much. */
struct kernel_call *ke_begin_activity(struct kernel *k, enum ke_activity activity);
void ke_run_activity(struct kernel *k, enum ke_activity activity); /* its first step too */

struct ke *ke_new(void);
void ke_delete(struct ke *ke);
void ke_reset(struct kernel *k);
void ke_clear(struct kernel *k); /* no threads, not even idle ones */
/* The hardware threads too, but not their registers. Loading comes after that of objects. */
void ke_save(struct kernel *k, struct sim_writer *writer);
void ke_load(struct kernel *k, struct sim_reader *reader);

/* Traps. */
void ke_tick(struct kernel *k, unsigned cpu);
void ke_interrupt(struct kernel *k, unsigned cpu);
void ke_fault(struct kernel *k, unsigned cpu, const struct kernel_trap *trap);
/* An exception of a call's caller, once the handler is back: its last word. And one of the acting hardware thread's. */
void ke_raise_status(struct kernel *k, nt_status code);
void ke_raise_now(struct kernel *k, nt_status code);
void ke_describe_thread(struct kernel *k, const struct ke_thread *thread, char *text); /* appends to up to 8 KiB */
void ke_raise_storage(struct kernel *k, struct ke_thread *thread, uint32_t address, bool write);

/* The scheduler: sched.c. After anything has happened: who is to run where, and when. */
void ke_settle(struct kernel *k);
sim_time ke_cpu_next(const struct kernel *k, unsigned cpu);
void ke_cpu_event(struct kernel *k, unsigned cpu);
void ke_make_ready(struct kernel *k, struct ke_thread *thread);
void ke_leave_ready(struct kernel *k, struct ke_thread *thread);
/* The running thread is to go to the end of its queue if another one of at least this priority is ready. */
bool ke_give_way(struct kernel *k, unsigned cpu, unsigned least);
/* Interrupts the hardware threads of ke.poke. */
void ke_poke(struct kernel *k);

/* Clock ticks. */
sim_time ke_tick_time(const struct kernel *k, uint64_t tick);
uint32_t ke_decrementer(const struct kernel *k, unsigned cpu);
void ke_catch_up(struct kernel *k, unsigned cpu); /* ticks that nobody needed are over */

void ke_ask(struct kernel *k, unsigned cpu); /* to look what it is to run */
void ke_end_quantum(struct kernel *k, struct ke_thread *thread);
void ke_charge(struct kernel *k, struct ke_thread *thread, int32_t units); /* of its quantum */
void ke_set_priority(struct kernel *k, struct ke_thread *thread, uint8_t priority);

int32_t ke_base_increment(const struct ke_thread *thread);
int32_t ke_set_base_priority(struct kernel *k, struct ke_thread *thread, int32_t increment); /* the one before */
void ke_show_cpu(struct kernel *k, struct ke_thread *thread);
void ke_move(struct kernel *k, struct ke_thread *thread, unsigned cpu);
bool ke_yield(struct kernel *k, struct ke_thread *thread); /* false: to nobody */
void ke_begin_exit(struct kernel *k, struct ke_thread *thread);
void ke_bury(struct kernel *k); /* the thread that has ended */
void ke_look_for_deadlock(struct kernel *k);
void ke_show_time(struct kernel *k);
void ke_reset_tls(struct kernel *k);

/* Waits. Objects are addresses of dispatcher headers. */
void ke_wake(struct kernel *k, uint32_t object, int32_t increment); /* whoever may have it now */
void ke_end_wait(struct kernel *k, struct ke_thread *thread, nt_status status, int32_t increment);
void ke_enter_waits(struct kernel *k, struct ke_thread *thread);
bool ke_wait_gives_way(struct kernel *k, const struct ke_thread *thread); /* to a kernel APC */
void ke_interrupt_wait(struct kernel *k, struct ke_thread *thread);
void ke_wait_again(struct kernel *k, struct ke_thread *thread);
void ke_let_go(struct kernel *k, const struct ke_waiting *wait); /* of its objects, which were held for it */
void ke_timer_ended(struct kernel *k, struct ob_object *object);
void ke_mutant_ended(struct kernel *k, struct ob_object *object);
void ke_touched(struct kernel *k, uint32_t object);
void ke_init_timer(struct kernel *k, uint32_t timer, bool synchronization);
void ke_init_mutant(struct kernel *k, uint32_t mutant, struct ke_thread *owner);
bool ke_take_mutant(struct kernel *k, struct ke_thread *thread, uint32_t mutant); /* true: it was abandoned */
nt_status ke_release_mutant(struct kernel *k, struct ke_thread *thread, uint32_t mutant, bool abandoned,
                            int32_t *before);
void ke_abandon_mutants(struct kernel *k, struct ke_thread *thread);

/* Contention that another run met: replay.c. A call of RtlEnterCriticalSection, before its first look, and what the
 * manifest has there; how it was met is said. A parked one waits by ke_begin_wait(). */
enum { KE_PARKED_STEP = 3 }; /* of that call; local[1] is when it ends, local[2] the manifest's index */
enum kernel_replay_outcome ke_replay_look(struct kernel *k, struct kernel_call *c);
void ke_replay_say(struct kernel *k, struct kernel_call *c, enum kernel_replay_outcome outcome);
void ke_replay_record(struct kernel *k, struct ke_thread *thread, const char *family); /* one is about to be made */
/* When the first wait of a parked call on this hardware thread is to end; and its end, where it is time. */
sim_time ke_find_park(const struct kernel *k, unsigned cpu);
static inline sim_time ke_park_next(const struct kernel *k, unsigned cpu)
{
    return __builtin_expect(k->ke->parks == 0, 1) ? SIM_NEVER : ke_find_park(k, cpu);
}
bool ke_end_parks(struct kernel *k, unsigned cpu); /* whether there was one */
void ke_find_parks(struct kernel *k);              /* after loading */
void ke_replay_save(const struct kernel *k, struct sim_writer *writer);
void ke_replay_load(struct kernel *k, struct sim_reader *reader);

/* Timers. A time is the caller's: negative from now on, or of the system. */
uint64_t ke_due_time(const struct kernel *k, int64_t time);
void ke_add_timeout(struct kernel *k, struct ke_thread *thread, uint64_t due);
void ke_remove_timeout(struct kernel *k, struct ke_thread *thread);
bool ke_set_timer(struct kernel *k, uint32_t timer, int64_t time, uint32_t period, uint32_t dpc,
                  const struct ke_timer_apc *apc); /* whether it ran */
bool ke_remove_timer(struct kernel *k, uint32_t timer);
void ke_forget_thread_timers(struct kernel *k, struct ke_thread *thread);
unsigned ke_expire_timers(struct kernel *k); /* how many */

/* DPCs and APCs. */
bool ke_insert_dpc(struct kernel *k, uint32_t dpc, uint32_t argument1, uint32_t argument2);
bool ke_remove_dpc(struct kernel *k, uint32_t dpc);
void ke_queue_graphics(struct kernel *k, unsigned cpu, enum ke_graphics_source source);
bool ke_insert_apc(struct kernel *k, uint32_t apc, uint32_t argument1, uint32_t argument2);
bool ke_remove_apc(struct kernel *k, uint32_t apc);
void ke_queue_timer_apc(struct kernel *k, const struct ke_timer *timer, uint64_t due);
void ke_forget_apcs_of(struct kernel *k, struct ke_thread *thread, uint32_t timer);
bool ke_run_down(struct kernel *k, struct ke_thread *thread, uint32_t *apc, uint32_t *routine);
/* What ends an alertable wait at once: it is taken. */
bool ke_test_alert(struct kernel *k, struct ke_thread *thread, bool user_mode, nt_status *status);
bool ke_alert(struct kernel *k, struct ke_thread *thread, bool user_mode); /* whether it was already */
bool ke_software_interrupt(const struct kernel *k, unsigned cpu); /* something is to be delivered at its IRQL */
bool ke_deliver(struct kernel *k, unsigned cpu);                  /* begins it; false: nothing is */

/* Threads. */
struct ke_new_thread {
    uint32_t stack_size, startup, start, context;
    enum ke_process process;
    uint32_t flags; /* ExCreateThread's */
    unsigned cpu;
    unsigned priority; /* 0: its class' */
};
/* Suspended ones wait for ke_resume_thread(). NULL where there is no room. One pointer to its object is the caller's.
 */
struct ke_thread *ke_create_thread(struct kernel *k, const struct ke_new_thread *what);
void ke_exit_thread(struct kernel *k, struct ke_thread *thread, uint32_t code);
void ke_thread_ended(struct kernel *k, struct ob_object *object);
void ke_cancel_wait(struct kernel *k, struct ke_thread *thread);
void ke_show_thread(struct kernel *k, struct ke_thread *thread);
void ke_free_thread(struct ke_thread *thread);
bool ke_make_tls(struct kernel *k, struct ke_thread *thread);
void ke_free_tls(struct kernel *k, struct ke_thread *thread);
void ke_set_state(struct kernel *k, struct ke_thread *thread, enum ke_state state);
void ke_show_current(struct kernel *k, unsigned cpu); /* in its PCR */
void ke_set_irql(struct kernel *k, unsigned cpu, uint8_t irql);

/* What titles see of it: the kernel's own stores, which no protection stops and which leave no mark. */
void ke_show(struct kernel *k, uint32_t address, uint64_t value, unsigned size);
uint64_t ke_look(struct kernel *k, uint32_t address, unsigned size);
void ke_show_list(struct kernel *k, uint32_t address); /* an empty one */
static inline uint32_t ke_process_address(enum ke_process process)
{
    return KERNEL_PROCESSES + process * KE_PROCESS_SIZE;
}
static inline bool ke_is_idle(const struct kernel *k, const struct ke_thread *thread)
{
    return thread >= k->ke->idle && thread < k->ke->idle + KERNEL_CPUS;
}

static inline uint32_t ke_pcr(unsigned cpu)
{
    return KERNEL_PCR + cpu * KERNEL_PCR_STRIDE;
}

#endif
