/* The display, as far as titles ask the kernel for it. docs/kernel.md. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

#include <string.h>

void hle_VdSetGraphicsInterruptCallback(struct kernel *k, struct kernel_call *c)
{
    k->ke->graphics_callback = kernel_arg(c, 0);
    k->ke->graphics_context = kernel_arg(c, 1);
}

struct kernel_graphics kernel_graphics(const struct kernel *k)
{
    struct kernel_graphics g = {.swaps = k->ke->swaps};
    for (unsigned i = 0; i < KE_GRAPHICS_SOURCES; i++) {
        g.calls[i] = k->ke->graphics_calls[i].count;
        g.last[i] = k->ke->graphics_calls[i].last;
    }
    return g;
}

/* X_VIDEO_MODE, word by word. */
#define MODE_WIDTH   1280
#define MODE_HEIGHT  720
#define RATE_60      UINT32_C(0x42700000) /* 60 in single precision */
#define GAMMA_POWER  UINT32_C(0x400E38E4) /* 2.22222233 */
#define UNKNOWN_MODE UINT32_C(0x4A)
enum { MODE_WORDS = 12, STANDARD_NTSC = 1, GAMMA_TYPE = 2, INFORMATION_SIZE = 0x58 };

static void put_mode(struct kernel *k, uint32_t address)
{
    static const uint32_t mode[MODE_WORDS] = {MODE_WIDTH,    MODE_HEIGHT,  0, 1, 1, RATE_60,
                                              STANDARD_NTSC, UNKNOWN_MODE, 1};
    for (uint32_t i = 0; i < MODE_WORDS; i++)
        guest_put_u32(k, address + 4 * i, mode[i]);
}

void hle_VdQueryVideoMode(struct kernel *k, struct kernel_call *c)
{
    put_mode(k, kernel_arg(c, 0));
}

void hle_VdQueryVideoFlags(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 1 | (MODE_WIDTH >= 1024 ? 2 : 0) | (MODE_WIDTH >= 1920 ? 4 : 0);
}

void hle_VdGetCurrentDisplayGamma(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), GAMMA_TYPE);
    guest_put_u32(k, kernel_arg(c, 1), GAMMA_POWER);
}

void hle_VdGetGraphicsAsicID(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0x11;
}

void hle_VdIsHSIOTrainingSucceeded(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 1;
}

/* What sets a mode finds the display in it already. */
void hle_VdSetDisplayMode(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_VdSetDisplayModeOverride(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = NT_SUCCESS;
}

void hle_VdPersistDisplay(struct kernel *k, struct kernel_call *c)
{
    enum { BLOCK = 64 };
    c->result = 1;
    if (!kernel_arg(c, 1))
        return;
    uint32_t block = mm_allocate_physical(k->mm, BLOCK, MM_READWRITE, 0, UINT32_MAX, 0);
    kernel_apply_changes(k);
    guest_put_u32(k, kernel_arg(c, 1), block);
}

/* The words that somebody knows the meaning of; the others stay 0. */
void hle_VdGetCurrentDisplayInformation(struct kernel *k, struct kernel_call *c)
{
    static const struct {
        uint8_t offset, size;
        uint32_t value;
    } fields[] = {
        {0x00, 2, MODE_WIDTH}, {0x02, 2, MODE_HEIGHT},                                                /* frame buffer */
        {0x10, 4, MODE_WIDTH}, {0x14, 4, MODE_HEIGHT}, {0x18, 4, MODE_WIDTH}, {0x1C, 4, MODE_HEIGHT}, /* scaler */
        {0x20, 4, 1},          {0x30, 4, 1},                                                          /* its filters */
        {0x40, 2, 320},        {0x42, 2, 180},         {0x44, 2, 320},        {0x46, 2, 180},         /* overscan */
        {0x48, 2, MODE_WIDTH}, {0x4A, 2, MODE_HEIGHT}, {0x4C, 4, RATE_60},    {0x56, 2, MODE_WIDTH},
    };
    if (!guest_fill(k, kernel_arg(c, 0), 0, INFORMATION_SIZE))
        return;
    for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].size == 2)
            guest_put_u16(k, kernel_arg(c, 0) + fields[i].offset, (uint16_t)fields[i].value);
        else
            guest_put_u32(k, kernel_arg(c, 0) + fields[i].offset, fields[i].value);
}
