/* What the parts of the reference share. */
#ifndef CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_PARTS_H
#define CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_PARTS_H

#include "tests/support/isa_reference.h"

/* A word with its register fields taken out of it. */
struct isa_word {
    uint32_t bits;
    unsigned d, a, b, c;
    bool record; /* Rc, wherever the form has it */
};

typedef void isa_reference_function(struct isa_reference *r, const struct isa_word *w);

#define ROW(mnemonic, mask, match, function, ...) isa_reference_function isa_reference_##function;
#include "tests/support/isa_reference_rows.def"
#undef ROW

/* INSTRUCTION(add) { ... }, or DOES(add, one statement) */
#define DOES(name, ...) \
    INSTRUCTION(name)   \
    {                   \
        __VA_ARGS__;    \
    }
#define INSTRUCTION(name) void isa_reference_##name(struct isa_reference *r, const struct isa_word *w)

#define ISA_MSR_SF  UINT64_C(0x8000000000000000)
#define ISA_MSR_HV  UINT64_C(0x1000000000000000)
#define ISA_MSR_VXU UINT64_C(0x02000000)
#define ISA_MSR_EE  UINT64_C(0x8000)
#define ISA_MSR_PR  UINT64_C(0x4000)
#define ISA_MSR_FP  UINT64_C(0x2000)
#define ISA_MSR_ME  UINT64_C(0x1000)
#define ISA_MSR_FE  UINT64_C(0x0900)
#define ISA_MSR_IR  UINT64_C(0x20)
#define ISA_MSR_DR  UINT64_C(0x10)
#define ISA_MSR_RI  UINT64_C(0x2)

#define ISA_XER_SO UINT32_C(0x80000000)
#define ISA_XER_OV UINT32_C(0x40000000)
#define ISA_XER_CA UINT32_C(0x20000000)

#define ISA_CAUSE_FP         UINT64_C(0x100000)
#define ISA_CAUSE_ILLEGAL    UINT64_C(0x080000)
#define ISA_CAUSE_PRIVILEGED UINT64_C(0x040000)
#define ISA_CAUSE_TRAP       UINT64_C(0x020000)

enum { ISA_SRR0 = 26, ISA_SRR1 = 27, ISA_DSISR = 18, ISA_DAR = 19 };

/* Bits first to last of a word, as the manual counts them. */
static inline uint32_t isa_bits(uint32_t word, unsigned first, unsigned last)
{
    return word << first >> (31 - last + first);
}

static inline int64_t isa_sign_extend(uint64_t value, unsigned width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    return (int64_t)(((value & (sign | (sign - 1))) ^ sign) - sign);
}

static inline bool isa_is_64(const struct isa_reference *r)
{
    return r->msr & ISA_MSR_SF;
}

/* An address as the mode cuts it. */
static inline uint64_t isa_address(const struct isa_reference *r, uint64_t address)
{
    return isa_is_64(r) ? address : address & UINT32_MAX;
}

void isa_set_cr_field(struct isa_reference *r, unsigned field, unsigned value);

/* Takes an interrupt. next: SRR0 is the next instruction. */
void isa_interrupt(struct isa_reference *r, unsigned vector, uint64_t cause, bool next);

/* Elements of a vector, counted from the left. */
uint32_t isa_get_word(const uint8_t v[16], unsigned i);
void isa_set_word(uint8_t v[16], unsigned i, uint32_t value);
uint16_t isa_get_half(const uint8_t v[16], unsigned i);
void isa_set_half(uint8_t v[16], unsigned i, uint16_t value);

/* Both halves of what stores and loads of singles do to a register. */
uint64_t isa_single_to_double(uint32_t single);
uint32_t isa_double_to_single(uint64_t value);

#endif
