/* The graphics chip's start, and its ring. All of its registers are written by the kernel's hands. docs/kernel.md. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/vd/vd.h"

static void store(struct kernel *k, struct kernel_call *c, unsigned step, enum vd_register reg, uint32_t value)
{
    kernel_call_hands(k, c, step, KERNEL_STORE32, VD_APERTURE + reg, value);
}

/* ---- VdInitializeEngines ---- */

enum work { WORK_STORE, WORK_PAUSE, WORK_IMAGE };

static const struct {
    uint8_t work, argument;
    uint16_t reg;
    uint32_t value; /* microseconds; words */
} start[] = {
#define STORE(reg, value)           {WORK_STORE, 0, VD_##reg, value},
#define PAUSE(microseconds)         {WORK_PAUSE, 0, 0, microseconds},
#define IMAGE(reg, argument, words) {WORK_IMAGE, argument, VD_##reg, words},
#include "kernel-hle/vd/start.def"
#undef STORE
#undef PAUSE
#undef IMAGE
};
enum { START_ROWS = sizeof start / sizeof *start };

static uint32_t cycles_of(const struct kernel *k, uint32_t microseconds)
{
    const struct sim_clock *core = k->config.core;
    return (uint32_t)(microseconds * core->hz_numerator / (core->hz_denominator * 1000000));
}

/* local[0]: the row that comes next; [1]: the next word of its image. */
static void go_on(struct kernel *k, struct kernel_call *c)
{
    const uint64_t row = c->local[0], word = c->local[1];
    uint32_t image = kernel_arg(c, start[row].argument);
    switch (start[row].work) {
    case WORK_STORE:
        c->local[0]++;
        store(k, c, 1, start[row].reg, start[row].value);
        return;
    case WORK_PAUSE:
        c->local[0]++;
        kernel_call_again(k, c, 1, cycles_of(k, start[row].value));
        return;
    default:
        c->local[1] = word + 1 < start[row].value ? word + 1 : 0;
        c->local[0] += c->local[1] == 0;
        store(k, c, 1, start[row].reg, guest_u32(k, image + 4 * (uint32_t)word));
    }
}

void hle_VdInitializeEngines(struct kernel *k, struct kernel_call *c)
{
    c->result = 1;
    if (!k->reference.vd_starts_engines)
        return;
    while (c->local[0] < START_ROWS && start[c->local[0]].work == WORK_IMAGE &&
           kernel_arg(c, start[c->local[0]].argument) == 0)
        c->local[0]++;
    if (c->local[0] < START_ROWS)
        go_on(k, c);
}

/* Titles start them again. */
void hle_VdShutdownEngines(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

/* ---- The ring ---- */

void hle_VdInitializeRingBuffer(struct kernel *k, struct kernel_call *c)
{
    const uint32_t base = kernel_arg(c, 0) & VD_REAL_MASK & ~UINT32_C(31), log2 = kernel_arg(c, 1);
    const uint32_t control = log2 | VD_RING_SWAP | VD_RING_NO_UPDATE;
    const struct {
        enum vd_register reg;
        uint32_t value;
    } ring[] = {
        {VD_CP_RB_CNTL, control | VD_RING_POINTER_OPEN},
        {VD_CP_RB_RPTR_WR, 0},
        {VD_CP_RB_WPTR, 0},
        {VD_CP_RB_CNTL, control},
        {VD_CP_RB_BASE, base},
        {VD_CP_RB_WPTR_DELAY, 0x10},
    };
    if (c->step == 0) {
        if (log2 > VD_RING_SIZE_MAX || (UINT64_C(8) << log2) > k->config.host.map->memory - base) {
            kernel_report(k, "VdInitializeRingBuffer(0x%08X, %d): there is no such ring; called from 0x%08X",
                          kernel_arg(c, 0), (int32_t)log2, (uint32_t)kernel_registers(k, c)->lr);
            return;
        }
        k->config.host.zero(k->config.host.context, base, (size_t)8 << log2);
    }
    if (c->step < sizeof ring / sizeof *ring)
        store(k, c, c->step + 1, ring[c->step].reg, ring[c->step].value);
}

void hle_VdEnableRingBufferRPtrWriteBack(struct kernel *k, struct kernel_call *c)
{
    switch (c->step) {
    case 0:
        store(k, c, 1, VD_CP_RB_RPTR_ADDR, (kernel_arg(c, 0) & ~UINT32_C(3)) | 2);
        return;
    case 1:
        kernel_call_hands(k, c, 2, KERNEL_LOAD32, VD_APERTURE + VD_CP_RB_CNTL, 0);
        return;
    case 2: {
        uint32_t control = (uint32_t)c->returned & ~(VD_RING_NO_UPDATE | VD_RING_BLOCK | VD_RING_POINTER_OPEN);
        store(k, c, 3, VD_CP_RB_CNTL, control | (kernel_arg(c, 1) << VD_RING_BLOCK_SHIFT & VD_RING_BLOCK));
        return;
    }
    default:
        return;
    }
}

/* ---- What has nothing to do here ---- */

#define NOTHING_TO_DO(name)                                  \
    void hle_##name(struct kernel *k, struct kernel_call *c) \
    {                                                        \
        (void)k;                                             \
        c->result = 0;                                       \
    }
NOTHING_TO_DO(VdCallGraphicsNotificationRoutines)
NOTHING_TO_DO(VdEnableDisableClockGating)
NOTHING_TO_DO(VdRetrainEDRAM)
NOTHING_TO_DO(VdRetrainEDRAMWorker)
NOTHING_TO_DO(VdSetSystemCommandBufferGpuIdentifierAddress)
