/* Places in the kernel's image. */
#ifndef CYCLE360_HLE_KERNEL_LAYOUT_H
#define CYCLE360_HLE_KERNEL_LAYOUT_H

#include <stdint.h>

enum {
#define PLACE(name, address, size, what) KERNEL_##name##_SIZE = size,
#include "kernel-hle/kernel/layout.def"
#undef PLACE
    KERNEL_TRAMPOLINE = 8, /* bytes of one */
    KERNEL_PCR_STRIDE = 0x1000,
    KERNEL_IDLE_STRIDE = 0x1000,
    KERNEL_STACK_STRIDE = 0x8000,
};

#define PLACE(name, address, size, what) static const uint32_t KERNEL_##name = UINT32_C(address);
#include "kernel-hle/kernel/layout.def"
#undef PLACE

#endif
