#include "kernel-hle/ke/ke_parts.h"

kernel_handler *ke_activity(unsigned activity)
{
    (void)activity;
    return NULL;
}
void ke_interrupt(struct kernel *k, unsigned cpu)
{
    (void)k, (void)cpu;
}
void ke_fault(struct kernel *k, unsigned cpu, const struct kernel_trap *trap)
{
    kernel_stop(k, SIM_GUEST, "hardware thread %u traps to 0x%x", cpu, trap->vector);
}
void ke_raise_storage(struct kernel *k, struct ke_thread *thread, uint32_t address, bool write)
{
    kernel_stop(k, SIM_GUEST, "thread %u: unhandled access violation %s 0x%08X", thread->id,
                write ? "writing" : "reading", address);
}
void ke_poke(struct kernel *k)
{
    k->ke->poke = 0;
}
bool ke_software_interrupt(const struct kernel *k, unsigned cpu)
{
    (void)k, (void)cpu;
    return false;
}
bool ke_deliver(struct kernel *k, unsigned cpu)
{
    (void)k, (void)cpu;
    return false;
}
void ke_exit_thread(struct kernel *k, struct ke_thread *thread, uint32_t code)
{
    (void)code;
    thread->frames = 0;
    ke_set_state(k, thread, KE_TERMINATED);
}
void ke_cancel_wait(struct kernel *k, struct ke_thread *thread)
{
    (void)k, (void)thread;
}
bool ke_make_tls(struct kernel *k, struct ke_thread *thread)
{
    (void)k, (void)thread;
    return true;
}
void ke_free_tls(struct kernel *k, struct ke_thread *thread)
{
    (void)k, (void)thread;
}
