#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/log/log_parts.h"

/* Frames are linked by the word at r1, and grow downwards. Where a function keeps the LR of its caller depends on who
 * compiled it: titles have it in the word 8 below the caller's frame, System V's convention in the second word of that
 * frame. Only what lies behind a branch that sets LR is believed. */
enum { FRAME_MOST = 1 << 20, CONSOLE_LR = -8, SYSV_LR = 4 };

/* Is it bl, bcl, bclrl or bcctrl? */
static bool is_call(uint32_t instruction)
{
    uint32_t primary = instruction >> 26, extended = instruction >> 1 & 0x3FF;
    if ((instruction & 1) == 0)
        return false;
    return primary == 18 || primary == 16 || (primary == 19 && (extended == 16 || extended == 528));
}

static bool is_return_address(struct kernel *k, uint32_t address)
{
    uint32_t instruction;
    return address % 4 == 0 && address >= 4 && log_peek_u32(k, address - 4, &instruction) && is_call(instruction);
}

unsigned log_callers(struct kernel *k, uint32_t stack, uint32_t *caller, unsigned most)
{
    unsigned count = 0;
    while (count < most) {
        uint32_t above, lr;
        if (stack % 8 != 0 || !log_peek_u32(k, stack, &above) || above <= stack || above - stack > FRAME_MOST)
            break;
        if (!(log_peek_u32(k, above + (uint32_t)CONSOLE_LR, &lr) && is_return_address(k, lr)) &&
            !(log_peek_u32(k, above + SYSV_LR, &lr) && is_return_address(k, lr)))
            break;
        caller[count++] = lr;
        stack = above;
    }
    return count;
}
