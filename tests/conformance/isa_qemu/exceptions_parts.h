/* What the files of the exceptions share. */
#ifndef CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_PARTS_H
#define CYCLE360_TESTS_CONFORMANCE_ISA_QEMU_EXCEPTIONS_PARTS_H

#include "tests/conformance/isa_qemu/exceptions.h"

#define FPSCR_FX         UINT32_C(0x80000000)
#define FPSCR_EXCEPTIONS UINT32_C(0x1FF80700)
#define FPSCR_FR         UINT32_C(0x00040000)
#define FPSCR_FI         UINT32_C(0x00020000)
#define FPSCR_FPRF       UINT32_C(0x0001F000)
#define FPSCR_FPRF_QNAN  UINT32_C(0x00011000)
#define FPSCR_C          UINT32_C(0x00010000)
#define FPSCR_VX         UINT32_C(0x20000000)
#define FPSCR_ZX         UINT32_C(0x04000000)
#define FPSCR_VE         UINT32_C(0x00000080)
#define FPSCR_VXVC       UINT32_C(0x00080000)
#define FPSCR_XX         UINT32_C(0x02000000)
#define FPSCR_XE         UINT32_C(0x00000008)
#define FPSCR_ZE         UINT32_C(0x00000010)
#define FPSCR_RN         UINT32_C(0x00000003)
#define FPSCR_NI         UINT32_C(0x00000004)

/* One function for each row of exceptions.def that has one. */
#define DECLARE_LEAVE_OUT(name)
#define DECLARE_POWER7(name)
#define DECLARE_SETTING(name)
#define DECLARE_LAST(name)
#define DECLARE_AVOID(name)  bool avoid_##name(const struct instant *i);
#define DECLARE_IGNORE(name) void ignore_##name(const struct instant *i);
#define DECLARE_ADAPT(name)  const char *adapt_##name(const struct instant *i);
#define DECLARE_TURN(name)                     \
    void turn_##name(const struct instant *i); \
    const char *adapt_##name(const struct instant *i);
#define EXCEPTION(kind, name, ...) DECLARE_##kind(name)
#include "tests/conformance/isa_qemu/exceptions.def"
#undef EXCEPTION

/* Does the instruction calculate, so that FR, FI and FPRF are its own? */
static inline bool exceptions_calculates(enum xenon_op op)
{
    switch (op) {
    case XENON_OP_MFFS:
    case XENON_OP_MCRFS:
    case XENON_OP_MTFSB0:
    case XENON_OP_MTFSB1:
    case XENON_OP_MTFSF:
    case XENON_OP_MTFSFI:
    case XENON_OP_FMR:
    case XENON_OP_FNEG:
    case XENON_OP_FABS:
    case XENON_OP_FNABS:
    case XENON_OP_FSEL:
        return false;
    default:
        return true;
    }
}

static inline bool is_nan(uint64_t value)
{
    return value << 1 > UINT64_C(0x7FF) << 53;
}

static inline bool is_signalling(uint64_t value)
{
    return is_nan(value) && !(value >> 51 & 1);
}

#endif
