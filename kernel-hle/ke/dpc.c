/* Deferred procedure calls: a queue for each hardware thread, emptied when its IRQL lets it. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <string.h>

static bool enter(struct kernel *k, unsigned cpu, const struct ke_dpc *dpc)
{
    struct ke_dpc_queue *queue = &k->ke->dpcs[cpu];
    if (queue->count == KE_DPCS_MAX) {
        kernel_stop(k, SIM_GUEST, "hardware thread %u has %u DPCs to run", cpu, KE_DPCS_MAX);
        return false;
    }
    queue->dpc[queue->count++] = *dpc;
    ke_show(k, ke_pcr(cpu) + KE_PCR_SOFTWARE_INTERRUPT, 0x0200, 2);
    ke_ask(k, cpu);
    return true;
}

bool ke_insert_dpc(struct kernel *k, uint32_t dpc, uint32_t argument1, uint32_t argument2)
{
    uint32_t desired = guest_u8(k, dpc + KE_DPC_DESIRED), address;
    bool write;
    unsigned cpu = desired && desired <= KERNEL_CPUS ? desired - 1 : k->acting;
    if (guest_u8(k, dpc + KE_DPC_SELECTED) != 0 || kernel_fault(k, &address, &write))
        return false;
    guest_put_u8(k, dpc + KE_DPC_SELECTED, (uint8_t)(cpu + 1));
    guest_put_u32(k, dpc + KE_DPC_ARGUMENT1, argument1);
    guest_put_u32(k, dpc + KE_DPC_ARGUMENT2, argument2);
    return !kernel_fault(k, &address, &write) && enter(k, cpu, &(struct ke_dpc){.address = dpc});
}

bool ke_remove_dpc(struct kernel *k, uint32_t dpc)
{
    for (unsigned cpu = 0; cpu < KERNEL_CPUS; cpu++) {
        struct ke_dpc_queue *queue = &k->ke->dpcs[cpu];
        for (unsigned i = 0; i < queue->count; i++)
            if (queue->dpc[i].address == dpc) {
                memmove(&queue->dpc[i], &queue->dpc[i + 1], (queue->count - i - 1) * sizeof *queue->dpc);
                queue->count--;
                ke_show(k, dpc + KE_DPC_SELECTED, 0, 1);
                return true;
            }
    }
    return false;
}

void ke_queue_graphics(struct kernel *k, unsigned cpu, enum ke_graphics_source source)
{
    (void)enter(k, cpu, &(struct ke_dpc){.graphics = true, .source = source});
}

static void set_active(struct kernel *k, unsigned cpu, bool active)
{
    ke_show(k, ke_pcr(cpu) + KE_PCR_DPC_ACTIVE, active, 4);
    ke_show(k, ke_pcr(cpu) + KE_PCR_USES_ALTERNATE, active, 4);
}

/* local[0]: the IRQL before; [1]: 0, or 1 + the source of the graphics callback that is under way. */
enum { NEXT, RUN, RETURNED, ACKNOWLEDGED };

static void take(struct kernel *k, struct kernel_call *c, unsigned cpu)
{
    struct ke_dpc_queue *queue = &k->ke->dpcs[cpu];
    if (queue->count) {
        kernel_call_again(k, c, RUN, kernel_timing_info[KERNEL_COST_DPC].cycles);
        return;
    }
    set_active(k, cpu, false);
    ke_show(k, ke_pcr(cpu) + KE_PCR_SOFTWARE_INTERRUPT, 0, 2);
    ke_set_irql(k, cpu, (uint8_t)c->local[0]);
}

static void called_back(struct kernel *k, uint32_t source)
{
    struct ke_graphics_calls *calls = &k->ke->graphics_calls[source];
    calls->count++;
    calls->last = k->now;
    log_other(k, NULL, "callback", "source", "u64", (uint64_t)source, NULL);
}

static void run(struct kernel *k, struct kernel_call *c, unsigned cpu)
{
    struct ke_dpc_queue *queue = &k->ke->dpcs[cpu];
    if (!queue->count) {
        take(k, c, cpu);
        return;
    }
    struct ke_dpc dpc = queue->dpc[0];
    memmove(&queue->dpc[0], &queue->dpc[1], (queue->count - 1) * sizeof *queue->dpc);
    queue->count--;
    c->local[1] = dpc.graphics ? 1 + dpc.source : 0;
    uint32_t code;
    uint64_t argument[4];
    unsigned arguments;
    if (dpc.graphics) {
        code = k->ke->graphics_callback;
        argument[0] = dpc.source;
        argument[1] = k->ke->graphics_context;
        arguments = 2;
        if (code)
            called_back(k, dpc.source);
        ke_show(k, ke_pcr(cpu) + KE_PCR_DPC_PROCESS_TYPE, KE_PROCESS_TITLE, 1);
    } else {
        ke_show(k, dpc.address + KE_DPC_SELECTED, 0, 1);
        code = (uint32_t)ke_look(k, dpc.address + KE_DPC_ROUTINE, 4);
        argument[0] = dpc.address;
        argument[1] = ke_look(k, dpc.address + KE_DPC_CONTEXT, 4);
        argument[2] = ke_look(k, dpc.address + KE_DPC_ARGUMENT1, 4);
        argument[3] = ke_look(k, dpc.address + KE_DPC_ARGUMENT2, 4);
        arguments = 4;
    }
    if (!code) {
        kernel_call_again(k, c, RETURNED, 1);
        return;
    }
    kernel_call_guest_on(k, c, RETURNED, code, arguments, argument, KERNEL_STACKS + (cpu + 1) * KERNEL_STACK_STRIDE);
}

void ke_activity_dpcs(struct kernel *k, struct kernel_call *c)
{
    unsigned cpu = c->thread->cpu;
    switch (c->step) {
    case NEXT:
        c->local[0] = k->cpu[cpu].irql;
        ke_set_irql(k, cpu, KE_DISPATCH);
        set_active(k, cpu, true);
        take(k, c, cpu);
        return;
    case RUN:
        run(k, c, cpu);
        return;
    case RETURNED:
        ke_set_irql(k, cpu, KE_DISPATCH); /* whatever the routine has left */
        if (c->local[1])
            ke_show(k, ke_pcr(cpu) + KE_PCR_DPC_PROCESS_TYPE, KE_PROCESS_IDLE, 1);
        if (c->local[1] == 1 + KE_GRAPHICS_VBLANK) {
            kernel_call_hands(k, c, ACKNOWLEDGED, KERNEL_STORE32, KE_DEVICE_VBLANK_STATUS, 1);
            return;
        }
        take(k, c, cpu);
        return;
    default:
        take(k, c, cpu);
        return;
    }
}
