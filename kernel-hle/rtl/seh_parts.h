/* What the files of structured exceptions share. */
#ifndef CYCLE360_HLE_RTL_SEH_PARTS_H
#define CYCLE360_HLE_RTL_SEH_PARTS_H

#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/rtl/context.h"
#include "kernel-hle/rtl/seh.h"
#include "kernel-hle/rtl/unwind.h"

/* What lies on the guest's stack while handlers are asked. */
enum {
    SEH_MARK = 0x00,
    SEH_KIND = 0x04,       /* enum seh_kind */
    SEH_POINTERS = 0x08,   /* EXCEPTION_POINTERS: record, context */
    SEH_DISPATCHER = 0x10, /* as below */
    SEH_FUNCTION = 0x28,   /* begin, end, handler, its data, body */
    SEH_RECORD = 0x40,     /* of exceptions without a record of the title's */
    SEH_FIRST = 0xA0,      /* CONTEXT: what handlers are given */
    SEH_SECOND = SEH_FIRST + RTL_CONTEXT_SIZE,
    SEH_SIZE = SEH_SECOND + RTL_CONTEXT_SIZE
};
#define SEH_MARKED UINT32_C(0x53454861)

/* The context of the dispatcher, whose first four words titles know. */
enum {
    SEH_CONTROL_PC = 0x00,
    SEH_FUNCTION_ENTRY = 0x04,
    SEH_ESTABLISHER = 0x08,
    SEH_CONTEXT = 0x0C,
    SEH_FRAME_CONTEXT = 0x10, /* the registers of the frame that is asked */
    SEH_FRAME_MARK = 0x14
};

enum seh_kind {
    SEH_CALLED = 1,    /* where handlers are looked for is a call's return, not an instruction that failed */
    SEH_UNWINDING = 2, /* FIRST is the frame's that is asked, SECOND that of who unwinds; else FIRST is where the
                          exception was, SECOND the frame's */
    SEH_AT_TARGET = 4
};

/* In a call's record. */
enum seh_local {
    SEH_L_AREA,
    SEH_L_RECORD,
    SEH_L_KIND,
    SEH_L_FRAME, /* unwinding: to which frame, which instruction, with what in r3 */
    SEH_L_PC,
    SEH_L_VALUE,
    SEH_L_DEPTH, /* records of calls that have not been left; frames that have been looked at in the upper half */
    SEH_L_SCOPE
};

enum seh_step {
    SEH_BEGIN,
    SEH_HANDLER, /* a frame's handler has answered */
    SEH_FILTER,
    SEH_FINALLY
};

/* Registers of the caller, behind its call. */
struct ke_registers seh_caller(struct kernel *k, const struct kernel_call *c);
/* An area below an address; where it cannot be, the run ends, and false. `record`: 0 for the area's own. */
bool seh_open(struct kernel *k, struct kernel_call *c, uint32_t below, enum seh_kind kind, uint32_t record,
              const struct ke_registers *first, const struct ke_registers *second);
/* Asks handlers from these registers on. */
void seh_search(struct kernel *k, struct kernel_call *c, struct ke_registers *registers, bool called);
void seh_unwind(struct kernel *k, struct kernel_call *c, uint32_t frame, uint32_t pc, uint32_t record, uint32_t value);
void seh_answered(struct kernel *k, struct kernel_call *c);

kernel_handler ke_activity_exception;

#endif
