/* CONTEXT: a thread's registers as titles see them in memory. */
#ifndef CYCLE360_HLE_RTL_CONTEXT_H
#define CYCLE360_HLE_RTL_CONTEXT_H

#include "kernel-hle/ke/thread.h"

enum {
    RTL_CONTEXT_FLAGS = 0x00,
    RTL_CONTEXT_MSR = 0x04,
    RTL_CONTEXT_PC = 0x08,
    RTL_CONTEXT_LR = 0x0C,
    RTL_CONTEXT_CTR = 0x10,
    RTL_CONTEXT_GPR = 0x18, /* 32 of 8 bytes */
    RTL_CONTEXT_CR = 0x118,
    RTL_CONTEXT_XER = 0x11C,
    RTL_CONTEXT_FPSCR = 0x120, /* 8 bytes */
    RTL_CONTEXT_FPR = 0x128,   /* 32 of 8 bytes; behind them 8 bytes of nothing */
    RTL_CONTEXT_VSCR = 0x230,  /* 16 bytes */
    RTL_CONTEXT_VR = 0x240,    /* 128 of 16 bytes */
    RTL_CONTEXT_SIZE = 0xA40,
    RTL_CONTEXT_ALL = 0x17 /* what a context holds: control, floating point, integers, vectors */
};

bool rtl_context_put(struct kernel *k, uint32_t address, const struct ke_registers *registers);
/* MSR and VRSAVE stay as they are in `registers`: the former is no business of a title's, the latter is not in it. */
bool rtl_context_get(struct kernel *k, uint32_t address, struct ke_registers *registers);

#endif
