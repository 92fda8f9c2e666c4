/* The graphics chip as the kernel drives it. */
#ifndef CYCLE360_HLE_VD_H
#define CYCLE360_HLE_VD_H

#include "kernel-hle/kernel/call.h"

/* Real addresses. */
#define VD_APERTURE UINT64_C(0xEC800000)
enum vd_register {
#define REGISTER(name, offset) VD_##name = offset,
#include "kernel-hle/vd/registers.def"
#undef REGISTER
};

/* A ring's registers. */
enum {
    VD_RING_BLOCK_SHIFT = 8,
    VD_RING_BLOCK = 0x3F << VD_RING_BLOCK_SHIFT,
    VD_RING_SWAP = 2 << 16, /* words in memory are big-endian */
    VD_RING_NO_UPDATE = 1 << 27,
    VD_RING_SIZE_MAX = 19 /* 4 MiB */
};
#define VD_RING_POINTER_OPEN (UINT32_C(1) << 31)
#define VD_REAL_MASK         UINT32_C(0x1FFFFFFF)

/* Filler, of which any bits but the upper two mean nothing. */
#define VD_FILLER UINT32_C(0x80000000)

#endif
