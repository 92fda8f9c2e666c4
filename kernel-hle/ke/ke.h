/* Threads, the dispatcher, time: what other parts of the kernel need of it. */
#ifndef CYCLE360_HLE_KE_H
#define CYCLE360_HLE_KE_H

#include "kernel-hle/kernel/call.h"
#include "kernel-hle/ob/ob.h"

/* The running thread of a call is c->thread. */
uint32_t ke_thread_address(const struct ke_thread *thread); /* of its KTHREAD */
uint32_t ke_thread_id(const struct ke_thread *thread);
unsigned ke_thread_cpu(const struct ke_thread *thread);
/* Where it stands: by its registers, wherever they are. */
struct ke_place {
    uint32_t pc, lr, sp;
};
struct ke_place ke_thread_place(struct kernel *k, const struct ke_thread *thread);
uint64_t *ke_thread_log_index(struct ke_thread *thread);
/* The title's first thread; NULL where there is no memory. */
struct ke_thread *ke_start_title_thread(struct kernel *k, uint32_t entry, uint32_t stack_size);
/* The thread whose KTHREAD lies there; NULL: none. */
struct ke_thread *ke_thread_at(const struct kernel *k, uint32_t address);
/* What GetLastError would read. */
void ke_set_last_error(struct kernel *k, struct ke_thread *thread, uint32_t code);

/* Begins a wait of the call's thread for objects whose dispatcher headers are at these addresses, 1 to 64. `timeout`:
 * NULL for ever; 100 ns, negative from now, positive a system time. The handler then says kernel_call_waits(), even
 * where the wait is over at once: c->waited is the answer in the next step. */
struct ke_wait {
    unsigned count;
    uint32_t object[64];
    bool all, alertable, user_mode;
    uint8_t reason;
    const int64_t *timeout;
};
void ke_begin_wait(struct kernel *k, struct kernel_call *c, const struct ke_wait *wait);

/* On dispatcher objects in guest memory; each answers the state before. */
int32_t ke_set_event(struct kernel *k, uint32_t event, int32_t increment);
int32_t ke_reset_event(struct kernel *k, uint32_t event);
int32_t ke_pulse_event(struct kernel *k, uint32_t event, int32_t increment);
nt_status ke_release_semaphore(struct kernel *k, uint32_t semaphore, int32_t adjustment, int32_t *before);
void ke_init_event(struct kernel *k, uint32_t event, bool synchronization, bool state);
void ke_init_semaphore(struct kernel *k, uint32_t semaphore, int32_t count, int32_t limit);

/* Queues a user APC that calls routine(context, argument1, argument2) when `thread` next waits alertably. */
void ke_queue_user_apc(struct kernel *k, struct ke_thread *thread, uint32_t routine, uint32_t context,
                       uint32_t argument1, uint32_t argument2);

/* Time as titles see it. */
uint64_t ke_interrupt_time(const struct kernel *k); /* 100 ns since reset */
uint64_t ke_system_time(const struct kernel *k);    /* 100 ns since 1601 */
uint32_t ke_tick_count(const struct kernel *k);     /* ms */
uint64_t ke_time_base_frequency(const struct kernel *k);

#endif
