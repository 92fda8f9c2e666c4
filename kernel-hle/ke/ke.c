/* The beginning: processes, the records of the hardware threads, their idle threads. */
#include "kernel-hle/ke/ke_parts.h"

#include <stdlib.h>
#include <string.h>

const struct ke_process_info ke_process_info[KE_PROCESSES] = {
    [KE_PROCESS_IDLE] = {0, 0, 0, 0x7F},
    [KE_PROCESS_TITLE] = {10, 13, 17, 60},
    [KE_PROCESS_SYSTEM] = {2, 5, 9, 60},
};

struct ke *ke_new(void)
{
    return calloc(1, sizeof(struct ke));
}

static void forget_thread(struct ke_thread *thread)
{
    free(thread->own);
    free(thread->kernel_apcs.apc);
    free(thread->user_apcs.apc);
    for (unsigned i = 0; i < KE_FRAMES; i++) {
        if (thread->frame[i] && i < thread->frames)
            free(thread->frame[i]->waits);
        free(thread->frame[i]);
        thread->frame[i] = NULL;
    }
}

void ke_free_thread(struct ke_thread *thread)
{
    forget_thread(thread);
    free(thread);
}

static void clear(struct ke *ke)
{
    for (uint32_t i = 0; i < ke->threads; i++)
        ke_free_thread(ke->thread[i]);
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        forget_thread(&ke->idle[i]);
    free(ke->timer);
    memset(ke, 0, sizeof *ke);
}

void ke_delete(struct ke *ke)
{
    if (!ke)
        return;
    clear(ke);
    free(ke);
}

void ke_clear(struct kernel *k)
{
    clear(k->ke);
    memset(k->cpu, 0, sizeof k->cpu);
}

static void make_process(struct kernel *k, enum ke_process process)
{
    const struct ke_process_info *info = &ke_process_info[process];
    uint32_t at = ke_process_address(process);
    ke_show_list(k, at + KE_PROCESS_THREADS);
    ke_show(k, at + KE_PROCESS_QUANTUM, info->quantum, 4);
    ke_show(k, at + KE_PROCESS_PRIORITIES, info->least, 1);
    ke_show(k, at + KE_PROCESS_PRIORITIES + 1, info->base, 1);
    ke_show(k, at + KE_PROCESS_PRIORITIES + 2, info->greatest, 1);
    ke_show(k, at + KE_PROCESS_SIX_1B, 6, 1);
    ke_show(k, at + KE_PROCESS_STACK_SIZE, 0x4000, 4);
    ke_show(k, at + KE_PROCESS_TYPE, process, 1);
    for (unsigned i = 0; i < 8; i++)
        ke_show(k, at + KE_PROCESS_TLS_BITS + 4 * i, UINT32_MAX, 4);
    ke_show_list(k, at + KE_PROCESS_LIST);
}

static void make_idle(struct kernel *k, unsigned cpu)
{
    struct ke_thread *idle = &k->ke->idle[cpu];
    uint32_t pcr = ke_pcr(cpu), stack = KERNEL_STACKS + (cpu + 1) * KERNEL_STACK_STRIDE;
    *idle = (struct ke_thread){.address = KERNEL_IDLE_THREADS + cpu * KERNEL_IDLE_STRIDE,
                               .cpu = (uint8_t)cpu,
                               .process = KE_PROCESS_IDLE,
                               .stack = {stack - KERNEL_STACK_STRIDE, stack - KERNEL_STACK_STRIDE, stack},
                               .quantum = ke_process_info[KE_PROCESS_IDLE].quantum,
                               .registers = {.msr = KE_MSR, .vrsave = UINT32_MAX}};
    idle->limits = idle->stack;
    idle->registers.gpr[1] = stack - KE_FIRST_FRAME;
    idle->registers.gpr[13] = pcr;
    k->cpu[cpu] = (struct kernel_cpu){.state = KERNEL_CPU_IDLES, .tick = 1, .thread = idle, .idle = idle};
    ke_show(k, pcr + KE_PCR_MSR_MASK, 0xFDFFD7FF, 4);
    ke_show(k, pcr + KE_PCR_SELF, pcr, 8);
    ke_show(k, pcr + KE_PCR_CPU, cpu, 1);
    ke_show(k, pcr + KE_PCR_PRCB_POINTER, pcr + KE_PCR_PRCB, 4);
    ke_show(k, pcr + KE_PCR_ALTERNATE_BASE, stack, 4);
    ke_show(k, pcr + KE_PCR_ALTERNATE_LIMIT, stack - KERNEL_STACK_STRIDE, 4);
    ke_show_thread(k, idle);
    ke_set_state(k, idle, KE_RUNNING);
    ke_registers_give(&idle->registers, k->config.host.registers(k->config.host.context, cpu));
    ke_show_current(k, cpu);
}

void ke_reset(struct kernel *k)
{
    ke_clear(k);
    for (unsigned i = 0; i < KE_PROCESSES; i++)
        make_process(k, (enum ke_process)i);
    ke_reset_tls(k);
    ke_show_time(k);
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        make_idle(k, i);
    for (unsigned i = KERNEL_CPUS; i-- > 0;) {
        k->acting = (uint8_t)i;
        ke_run_activity(k, KE_ACTIVITY_boot);
        ke_settle(k);
    }
}
