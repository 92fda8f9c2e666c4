/* Interrupts: asking for one from an instruction, and taking it. */
#ifndef CYCLE360_XENON_ISA_INTERRUPT_H
#define CYCLE360_XENON_ISA_INTERRUPT_H

#include "models/xenon/isa/context.h"

enum xenon_vector_address {
    XENON_SYSTEM_RESET = 0x100,
    XENON_MACHINE_CHECK = 0x200,
    XENON_DATA_STORAGE = 0x300,
    XENON_DATA_SEGMENT = 0x380,
    XENON_INSTRUCTION_STORAGE = 0x400,
    XENON_INSTRUCTION_SEGMENT = 0x480,
    XENON_EXTERNAL = 0x500,
    XENON_ALIGNMENT = 0x600,
    XENON_PROGRAM = 0x700,
    XENON_FP_UNAVAILABLE = 0x800,
    XENON_DECREMENTER = 0x900,
    XENON_HYPERVISOR_DECREMENTER = 0x980,
    XENON_SYSTEM_CALL = 0xC00,
    XENON_TRACE = 0xD00,
    XENON_VXU_UNAVAILABLE = 0xF20,
};

/* Bits of SRR1 of a program interrupt. */
#define XENON_CAUSE_FP         UINT64_C(0x00100000)
#define XENON_CAUSE_ILLEGAL    UINT64_C(0x00080000)
#define XENON_CAUSE_PRIVILEGED UINT64_C(0x00040000)
#define XENON_CAUSE_TRAP       UINT64_C(0x00020000)

/* Bits of DSISR. */
#define XENON_DSISR_NO_TRANSLATION UINT32_C(0x40000000)
#define XENON_DSISR_STORE          UINT32_C(0x02000000)

/* Each leaves its interrupt in t->interrupt and hands back XENON_INTERRUPT. */
enum xenon_outcome xenon_raise(struct xenon_context *t, unsigned vector, uint64_t cause) __attribute__((cold));
enum xenon_outcome xenon_raise_next(struct xenon_context *t, unsigned vector) __attribute__((cold)); /* sc, trace */
enum xenon_outcome xenon_raise_storage(struct xenon_context *t, uint64_t ea, bool store) __attribute__((cold));
enum xenon_outcome xenon_raise_alignment(struct xenon_context *t, const struct xenon_insn *in, uint64_t ea)
    __attribute__((cold));

/* Takes t->interrupt at the instruction at pc: SRR0, SRR1, DAR, DSISR, MSR, and nia at the vector. */
void xenon_interrupt_enter(struct xenon_context *t, uint64_t pc);

#endif
