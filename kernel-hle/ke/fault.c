/* What an instruction of the guest's has asked for: facilities, prints, exceptions. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/rtl/rtl_parts.h"
#include "kernel-hle/rtl/seh.h"
#include "models/xenon/isa/interrupt.h"

#include <string.h>

/* twi 31, r0, n: what titles say by a trap that always happens. */
#define TRAP_ALWAYS      UINT32_C(0x0FE00000)
#define TRAP_ALWAYS_MASK UINT32_C(0xFFFF0000)
/* What compilers put behind a division: traps where the divisor is 0. */
#define TRAP_DIVISION      UINT32_C(0x0CC00000)
#define TRAP_DIVISION_MASK UINT32_C(0xFFE0FFFF)
#define TRAP_WIDE          UINT32_C(0x04000000) /* tdi is one less than twi */
enum { TRAP_PRINT = 0x14, TRAP_PRINT_TOO = 0x1A, TRAP_NOTHING = 0x19, PRINT_MAX = 512 };

static void raise(struct kernel *k, nt_status code, uint32_t count, uint32_t first, uint32_t second)
{
    rtl_dispatch_exception(k, &(struct rtl_exception){code, 0, count, {first, second}});
}

static void print(struct kernel *k, struct ke_thread *thread, const struct xenon_context *r)
{
    char text[PRINT_MAX + 1];
    size_t size = (uint32_t)r->gpr[4] < PRINT_MAX ? (uint32_t)r->gpr[4] : PRINT_MAX;
    if (!guest_readable(k, (uint32_t)r->gpr[3], size))
        return;
    (void)guest_read(k, (uint32_t)r->gpr[3], text, size);
    text[size] = '\0';
    rtl_say(k, thread, text);
}

static void trap(struct kernel *k, struct ke_thread *thread, struct xenon_context *r)
{
    uint32_t word = (uint32_t)ke_look(k, (uint32_t)r->nia, 4), number = word & ~TRAP_ALWAYS_MASK;
    bool always = (word & TRAP_ALWAYS_MASK) == TRAP_ALWAYS,
         divides =
             (word & TRAP_DIVISION_MASK) == TRAP_DIVISION || (word & TRAP_DIVISION_MASK) == TRAP_DIVISION - TRAP_WIDE;
    if (always && (number == TRAP_PRINT || number == TRAP_PRINT_TOO))
        print(k, thread, r);
    else if (!always || number != TRAP_NOTHING) {
        raise(k, divides ? NT_INTEGER_DIVIDE_BY_ZERO : NT_BREAKPOINT, divides ? 0 : 1, number, 0);
        return;
    }
    r->nia += 4;
}

static void program(struct kernel *k, struct ke_thread *thread, struct xenon_context *r, uint64_t cause)
{
    if (cause & XENON_CAUSE_TRAP)
        trap(k, thread, r);
    else if (cause & XENON_CAUSE_PRIVILEGED)
        raise(k, NT_PRIVILEGED_INSTRUCTION, 0, 0, 0);
    else if (cause & XENON_CAUSE_FP)
        raise(k, NT_FLOAT_INVALID_OPERATION, 0, 0, 0);
    else
        raise(k, NT_ILLEGAL_INSTRUCTION, 0, 0, 0);
}

static void storage(struct kernel *k, uint32_t address, bool write)
{
    struct membus_query query = membus_map_query(k->config.host.map, address);
    raise(k, query.flags & MEMBUS_PAGE_GUARD ? NT_GUARD_PAGE_VIOLATION : NT_ACCESS_VIOLATION, 2, write, address);
}

void ke_fault(struct kernel *k, unsigned cpu, const struct kernel_trap *t)
{
    struct ke_thread *thread = k->cpu[cpu].thread;
    struct xenon_context *r = k->config.host.registers(k->config.host.context, cpu);
    const struct ke_frame *frame = ke_frame_top(thread);
    thread->due = kernel_after(k, kernel_timing_info[KERNEL_COST_FAULT].cycles);
    if (frame && frame->state == KE_FRAME_HANDS) {
        kernel_stop(k, SIM_GUEST, "the kernel's access to 0x%llx ends in an interrupt of 0x%x",
                    (unsigned long long)r->gpr[4], t->vector);
        return;
    }
    switch (t->vector) {
    case XENON_FP_UNAVAILABLE:
        r->msr |= XENON_MSR_FP;
        break;
    case XENON_VXU_UNAVAILABLE:
        r->msr |= XENON_MSR_VXU;
        break;
    case XENON_DATA_STORAGE:
    case XENON_DATA_SEGMENT:
        storage(k, (uint32_t)t->dar, (t->dsisr & XENON_DSISR_STORE) != 0);
        break;
    case XENON_INSTRUCTION_STORAGE:
    case XENON_INSTRUCTION_SEGMENT:
        raise(k, NT_ACCESS_VIOLATION, 2, 0, (uint32_t)r->nia);
        break;
    case XENON_ALIGNMENT:
        raise(k, NT_DATATYPE_MISALIGNMENT, 2, 0, (uint32_t)t->dar);
        break;
    case XENON_PROGRAM:
        program(k, thread, r, t->cause);
        break;
    case XENON_SYSTEM_CALL: /* of nobody's trampoline */
        r->nia -= 4;
        raise(k, NT_ILLEGAL_INSTRUCTION, 0, 0, 0);
        break;
    default:
        kernel_stop(k, SIM_GUEST, "hardware thread %u takes an interrupt of 0x%x at 0x%08X", cpu, t->vector,
                    (uint32_t)r->nia);
        break;
    }
}

/* A call's handler has touched what is not there: as if its caller had, at the call. */
void ke_raise_storage(struct kernel *k, struct ke_thread *thread, uint32_t address, bool write)
{
    k->config.host.registers(k->config.host.context, thread->cpu)->nia -= 4;
    raise(k, NT_ACCESS_VIOLATION, 2, write, address);
}

void ke_raise_status(struct kernel *k, nt_status code)
{
    k->raised = code;
}

void ke_raise_now(struct kernel *k, nt_status code)
{
    raise(k, code, 0, 0, 0);
}
