/* Functions of a title, and how to get from one's registers to those of its caller: by the PE's table of functions and
 * by what their first instructions save. docs/kernel.md. */
#ifndef CYCLE360_HLE_RTL_UNWIND_H
#define CYCLE360_HLE_RTL_UNWIND_H

#include "kernel-hle/ke/thread.h"

struct rtl_function {
    uint32_t entry;       /* of the table */
    uint32_t begin, body; /* the first instruction, and the first one behind the prologue */
    uint32_t end;
    bool handled; /* has a handler */
    uint32_t handler, data;
};

/* Which function an instruction is of; false for those without an entry: they have no frame and call nobody. */
bool rtl_function_at(struct kernel *k, uint32_t pc, struct rtl_function *function);

/* From registers at an instruction of a function to those at the return to its caller. `called`: nia is where a call of
 * the function's returns to, else the instruction has not been executed. *frame is r1 at the function's first
 * instruction, which names its frame. False where memory does not tell. */
bool rtl_unwind(struct kernel *k, const struct rtl_function *function, bool called, struct ke_registers *registers,
                uint32_t *frame);

/* One frame up, from anywhere: what has no entry returns by LR, and only the innermost may have none. */
bool rtl_unwind_any(struct kernel *k, bool called, struct ke_registers *registers, uint32_t *frame);

#endif
