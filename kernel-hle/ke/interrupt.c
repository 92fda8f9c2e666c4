/* External interrupts, by way of the hands of the hardware thread that takes them; and interrupts between hardware
 * threads. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

static uint64_t window(unsigned cpu, uint64_t reg)
{
    return KE_DEVICE_IIC + UINT64_C(0x1000) * cpu + reg;
}

static void hands(struct kernel *k, struct kernel_call *c, unsigned step, enum kernel_hands what, uint64_t reg,
                  uint64_t value)
{
    kernel_call_hands(k, c, step, what, window(c->thread->cpu, reg), value);
}

void ke_activity_boot(struct kernel *k, struct kernel_call *c)
{
    unsigned cpu = c->thread->cpu;
    switch (c->step) {
    case 0:
        ke_set_irql(k, cpu, KE_HIGHEST);
        hands(k, c, 1, KERNEL_STORE64, KE_DEVICE_IIC_SPURIOUS, KE_VECTOR_NONE);
        return;
    case 1:
        hands(k, c, cpu == 0 ? 2 : 3, KERNEL_STORE64, KE_DEVICE_IIC_PRIORITY, 0);
        return;
    case 2:
        kernel_call_hands(k, c, 3, KERNEL_STORE32, KE_DEVICE_VBLANK_MASK, 1);
        return;
    default:
        ke_set_irql(k, cpu, KE_PASSIVE);
    }
}

/* local[0]: the IRQL before. */
enum { ENTERED, ACKNOWLEDGE, ACKNOWLEDGED, DISPLAY_READ, HANDLED, DONE };

static void handle(struct kernel *k, struct kernel_call *c, unsigned cpu, uint32_t vector)
{
    if (vector == KE_VECTOR_NONE) {
        ke_set_irql(k, cpu, (uint8_t)c->local[0]);
        return;
    }
    log_other(k, NULL, "irq", "vector", "hex", vector, "cpu", "u64", (uint64_t)cpu, NULL);
    ke_set_irql(k, cpu, (uint8_t)vector);
    if (vector == KE_VECTOR_DISPLAY) {
        kernel_call_hands(k, c, DISPLAY_READ, KERNEL_LOAD32, KE_DEVICE_VBLANK_STATUS, 0);
        return;
    }
    if (vector == KE_VECTOR_COMMANDS) { /* its status is acknowledged by a packet, not from here */
        if (k->ke->graphics_callback)
            ke_queue_graphics(k, cpu, KE_GRAPHICS_COMMANDS);
    } else if (vector != KE_VECTOR_IPI) {
        kernel_report(k, "an interrupt of vector 0x%02X on hardware thread %u: nobody handles it", vector, cpu);
    }
    hands(k, c, DONE, KERNEL_STORE64, KE_DEVICE_IIC_END, 0);
}

/* The display's status has been read. */
static void blank(struct kernel *k, struct kernel_call *c, unsigned cpu)
{
    bool begins = c->returned & 1;
    if (begins) {
        k->ke->vblanks++;
        log_other(k, NULL, "vblank", "count", "u64", k->ke->vblanks, NULL);
    }
    if (begins && k->ke->graphics_callback)
        ke_queue_graphics(k, cpu, KE_GRAPHICS_VBLANK);
    if (begins && !k->ke->graphics_callback) /* nobody to wait for */
        kernel_call_hands(k, c, HANDLED, KERNEL_STORE32, KE_DEVICE_VBLANK_STATUS, 1);
    else
        hands(k, c, DONE, KERNEL_STORE64, KE_DEVICE_IIC_END, 0);
}

void ke_activity_interrupt(struct kernel *k, struct kernel_call *c)
{
    unsigned cpu = c->thread->cpu;
    switch (c->step) {
    case ENTERED:
        c->local[0] = k->cpu[cpu].irql;
        ke_set_irql(k, cpu, KE_HIGHEST);
        kernel_call_again(k, c, ACKNOWLEDGE, kernel_timing_info[KERNEL_COST_INTERRUPT].cycles);
        return;
    case ACKNOWLEDGE:
        hands(k, c, ACKNOWLEDGED, KERNEL_LOAD64, KE_DEVICE_IIC_ACKNOWLEDGE, 0);
        return;
    case ACKNOWLEDGED:
        handle(k, c, cpu, c->returned & 0x7C);
        return;
    case DISPLAY_READ:
        blank(k, c, cpu);
        return;
    case HANDLED:
        hands(k, c, DONE, KERNEL_STORE64, KE_DEVICE_IIC_END, 0);
        return;
    default:
        ke_set_irql(k, cpu, (uint8_t)c->local[0]);
    }
}

void ke_interrupt(struct kernel *k, unsigned cpu)
{
    (void)cpu;
    ke_run_activity(k, KE_ACTIVITY_interrupt);
}

/* local[0]: targets; [1]: the IRQL before. */
void ke_activity_poke(struct kernel *k, struct kernel_call *c)
{
    unsigned cpu = c->thread->cpu;
    if (c->step == 0) {
        c->local[1] = k->cpu[cpu].irql;
        if (k->cpu[cpu].irql < KE_DISPATCH)
            ke_set_irql(k, cpu, KE_DISPATCH);
        hands(k, c, 1, KERNEL_STORE64, KE_DEVICE_IIC_IPI, c->local[0] << 16 | KE_VECTOR_IPI);
        return;
    }
    ke_set_irql(k, cpu, (uint8_t)c->local[1]);
}

/* The hardware thread that has made others' threads ready tells them by its own hands, before its thread goes on. */
void ke_poke(struct kernel *k)
{
    uint8_t targets = k->ke->poke & (uint8_t) ~(1u << k->acting);
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (k->cpu[i].state != KERNEL_CPU_RUNS) /* it looks by itself */
            targets &= (uint8_t) ~(1u << i);
    k->ke->poke = 0;
    struct kernel_call *c = targets ? ke_begin_activity(k, KE_ACTIVITY_poke) : NULL;
    if (!c)
        return;
    c->local[0] = targets;
    kernel_call_step(k, ke_frame_top(c->thread));
}
