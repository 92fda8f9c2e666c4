#include "tests/support/isa_reference_parts.h"

#include <string.h>

enum shape { SCALAR, NARROW, WIDE, WIDE_STORAGE };
enum needs { NOTHING, SUPERVISOR, HYPERVISOR, FPU, VXU };

static const struct row {
    const char *mnemonic;
    uint32_t mask, match;
    isa_reference_function *function;
    enum shape shape;
    enum needs needs;
} rows[] = {
#define ROW(mnemonic, mask, match, function, shape, needs) \
    {mnemonic, mask, match, isa_reference_##function, shape, needs},
#include "tests/support/isa_reference_rows.def"
#undef ROW
};

static const struct row *row_of(uint32_t word)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((word & rows[i].mask) == rows[i].match)
            return &rows[i];
    return NULL;
}

const char *isa_reference_mnemonic(uint32_t word)
{
    const struct row *row = row_of(word);
    return row ? row->mnemonic : NULL;
}

static struct isa_word take_apart(const struct row *row, uint32_t word)
{
    struct isa_word w = {
        word, isa_bits(word, 6, 10), isa_bits(word, 11, 15), isa_bits(word, 16, 20), isa_bits(word, 21, 25), false};
    switch (row->shape) {
    case SCALAR:
        w.record = isa_bits(word, 31, 31);
        break;
    case NARROW: /* only compares have a record bit */
        w.record = isa_bits(word, 21, 21);
        break;
    case WIDE:
        w.d |= isa_bits(word, 28, 29) << 5;
        w.a |= isa_bits(word, 26, 26) << 5 | isa_bits(word, 21, 21) << 6;
        w.b |= isa_bits(word, 30, 31) << 5;
        w.c = isa_bits(word, 23, 25);
        w.record = isa_bits(word, 25, 25);
        break;
    case WIDE_STORAGE:
        w.d |= isa_bits(word, 28, 29) << 5;
        break;
    }
    return w;
}

/* Whether MSR lets the instruction run; takes the interrupt if not. */
static bool allowed(struct isa_reference *r, enum needs needs)
{
    if (needs == FPU && !(r->msr & ISA_MSR_FP))
        isa_interrupt(r, 0x800, 0, false);
    else if (needs == VXU && !(r->msr & ISA_MSR_VXU))
        isa_interrupt(r, 0xF20, 0, false);
    else if ((needs == SUPERVISOR || needs == HYPERVISOR) && r->msr & ISA_MSR_PR)
        isa_interrupt(r, 0x700, ISA_CAUSE_PRIVILEGED, false);
    else if (needs == HYPERVISOR && !(r->msr & ISA_MSR_HV))
        isa_interrupt(r, 0x700, ISA_CAUSE_PRIVILEGED, false);
    return !r->interrupt;
}

bool isa_reference_execute(struct isa_reference *r, uint32_t word)
{
    const struct row *row = row_of(word);
    if (!row)
        return false;
    struct isa_word w = take_apart(row, word);
    r->interrupt = 0;
    r->fpscr_unknown = 0;
    r->dar_unknown = 0;
    r->bound = ISA_EXACT;
    r->unmodelled = false;
    r->nia = isa_address(r, r->cia + 4);
    if (allowed(r, row->needs))
        row->function(r, &w);
    return !r->unmodelled;
}

void isa_set_cr_field(struct isa_reference *r, unsigned field, unsigned value)
{
    unsigned shift = 28 - 4 * field;
    r->cr = (r->cr & ~(UINT32_C(15) << shift)) | (uint32_t)value << shift;
}

void isa_interrupt(struct isa_reference *r, unsigned vector, uint64_t cause, bool next)
{
    r->interrupt = (uint16_t)vector;
    r->spr[ISA_SRR0] = isa_address(r, r->cia + (next ? 4 : 0));
    r->spr[ISA_SRR1] = (r->msr & UINT64_C(0xFFFFFFFF87C0FFFF)) | cause;
    r->msr = (r->msr & UINT64_C(0xFFFFFFFFFFFF10C8)) | ISA_MSR_SF | ISA_MSR_HV;
    if (r->settings.interrupt_vxu_cleared)
        r->msr &= ~ISA_MSR_VXU;
    r->nia = vector;
}

uint16_t isa_get_half(const uint8_t v[16], unsigned i)
{
    return (uint16_t)(v[2 * i] << 8 | v[2 * i + 1]);
}

void isa_set_half(uint8_t v[16], unsigned i, uint16_t value)
{
    v[2 * i] = (uint8_t)(value >> 8);
    v[2 * i + 1] = (uint8_t)value;
}

uint32_t isa_get_word(const uint8_t v[16], unsigned i)
{
    return (uint32_t)isa_get_half(v, 2 * i) << 16 | isa_get_half(v, 2 * i + 1);
}

void isa_set_word(uint8_t v[16], unsigned i, uint32_t value)
{
    isa_set_half(v, 2 * i, (uint16_t)(value >> 16));
    isa_set_half(v, 2 * i + 1, (uint16_t)value);
}
