/* Structured exceptions: finding who handles one, and unwinding to it. docs/kernel.md. */
#ifndef CYCLE360_HLE_RTL_SEH_H
#define CYCLE360_HLE_RTL_SEH_H

#include "kernel-hle/kernel/call.h"

enum {
    RTL_NONCONTINUABLE = 0x01,
    RTL_UNWINDING = 0x02,
    RTL_EXIT_UNWIND = 0x04,
    RTL_TARGET_UNWIND = 0x20,
    RTL_ANY_UNWIND = 0x66
};

/* EXCEPTION_RECORD. */
enum {
    RTL_RECORD_CODE = 0x00,
    RTL_RECORD_FLAGS = 0x04,
    RTL_RECORD_ADDRESS = 0x0C,
    RTL_RECORD_COUNT = 0x10,
    RTL_RECORD_PARAMETER = 0x14,
    RTL_RECORD_SIZE = 0x50
};

struct rtl_exception {
    uint32_t code, flags;
    uint32_t count, parameter[2];
};

/* What the code of the acting hardware thread's thread has done at its present instruction: an activity begins that
 * looks for a handler. Where there is none, the run ends. */
void rtl_dispatch_exception(struct kernel *k, const struct rtl_exception *exception);

#endif
