/* Special registers, the machine state, the segment buffer, and what has no effect on registers. */
#include "tests/support/isa_reference_parts.h"

#include <stddef.h>

/* What a state may do with a register, and the bits that it has. */
enum access { USER, SUPER, HYPER };
static const struct special {
    uint16_t number;
    uint8_t state; /* enum access */
    bool readable, writable;
    uint64_t bits;
} specials[] = {
    {1, USER, true, true, 0xE000007F},     {8, USER, true, true, UINT64_MAX},     {9, USER, true, true, UINT64_MAX},
    {18, SUPER, true, true, UINT32_MAX},   {19, SUPER, true, true, UINT64_MAX},   {22, SUPER, true, true, UINT32_MAX},
    {25, HYPER, true, true, UINT64_MAX},   {26, SUPER, true, true, UINT64_MAX},   {27, SUPER, true, true, UINT64_MAX},
    {256, USER, true, true, UINT32_MAX},   {259, USER, true, false, UINT64_MAX},  {268, USER, true, false, UINT64_MAX},
    {269, USER, true, false, UINT32_MAX},  {272, SUPER, true, true, UINT64_MAX},  {273, SUPER, true, true, UINT64_MAX},
    {274, SUPER, true, true, UINT64_MAX},  {275, SUPER, true, true, UINT64_MAX},  {284, HYPER, false, true, UINT32_MAX},
    {285, HYPER, false, true, UINT32_MAX}, {287, SUPER, true, false, UINT32_MAX}, {304, HYPER, true, true, UINT64_MAX},
    {305, HYPER, true, true, UINT64_MAX},  {310, HYPER, true, true, UINT32_MAX},  {312, HYPER, true, true, UINT64_MAX},
    {313, HYPER, true, true, UINT64_MAX},  {314, HYPER, true, true, UINT64_MAX},  {315, HYPER, true, true, UINT64_MAX},
    {318, HYPER, true, true, UINT64_MAX},  {1023, SUPER, true, false, 7},
};

static const struct special *special_of(unsigned number)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (specials[i].number == number)
            return &specials[i];
    return NULL;
}

/* The register of an mfspr or mtspr that this state may use so; NULL after an interrupt or without an opinion. */
static const struct special *use(struct isa_reference *r, const struct isa_word *w, bool write)
{
    const struct special *s = special_of(w->b << 5 | w->a);
    if (!s || (write ? !s->writable : !s->readable)) {
        r->unmodelled = true;
        return NULL;
    }
    if ((s->state >= SUPER && r->msr & ISA_MSR_PR) || (s->state == HYPER && !(r->msr & ISA_MSR_HV))) {
        isa_interrupt(r, 0x700, ISA_CAUSE_PRIVILEGED, false);
        return NULL;
    }
    return s;
}

INSTRUCTION(mfspr)
{
    const struct special *s = use(r, w, false);
    if (!s)
        return;
    uint64_t value = r->spr[s->number];
    switch (s->number) {
    case 1:
        value = r->xer;
        break;
    case 8:
        value = r->lr;
        break;
    case 9:
        value = r->ctr;
        break;
    case 259:
        value = r->spr[275];
        break;
    case 268:
        value = r->settings.mfspr_tb_32 ? r->time_base & UINT32_MAX : r->time_base;
        break;
    case 269:
        value = r->time_base >> 32;
        break;
    default:
        break;
    }
    r->gpr[w->d] = value & s->bits;
}

INSTRUCTION(mtspr)
{
    const struct special *s = use(r, w, true);
    if (!s)
        return;
    uint64_t value = r->gpr[w->d] & s->bits;
    switch (s->number) {
    case 1:
        r->xer = (uint32_t)value;
        break;
    case 8:
        r->lr = value;
        break;
    case 9:
        r->ctr = value;
        break;
    case 284:
        r->time_base = r->time_base >> 32 << 32 | value;
        break;
    case 285:
        r->time_base = (r->time_base & UINT32_MAX) | value << 32;
        break;
    default:
        r->spr[s->number] = value;
        break;
    }
}

INSTRUCTION(mftb)
{
    switch (w->b << 5 | w->a) {
    case 268:
        r->gpr[w->d] = r->time_base;
        break;
    case 269:
        r->gpr[w->d] = r->time_base >> 32;
        break;
    default:
        r->unmodelled = true;
    }
}

DOES(mfmsr, r->gpr[w->d] = r->msr)

/* What mtmsrd and the returns make of a whole new MSR: hypervisor state can be left, never entered, and machine check
 * enable is the hypervisor's; problem state means interrupts and translation. */
static uint64_t whole_msr(uint64_t old, uint64_t value)
{
    value &= UINT64_C(0xD00000000201FF36); /* the bits that there are; little-endian storage is not among them */
    if (value >> 62 & 1)
        value |= ISA_MSR_SF;
    if (value & ISA_MSR_PR)
        value |= ISA_MSR_EE | ISA_MSR_IR | ISA_MSR_DR;
    if (!(old & ISA_MSR_HV))
        value = (value & ~(ISA_MSR_HV | ISA_MSR_ME)) | (old & ISA_MSR_ME);
    return value;
}

/* Gives the machine a new state. Where the address of the next instruction depends on the mode, and the mode changes,
 * it is not said which mode counts. */
static void set_msr(struct isa_reference *r, uint64_t msr)
{
    if ((r->msr ^ msr) & ISA_MSR_SF && (r->cia + 4) >> 32)
        r->unmodelled = true;
    r->msr = msr;
}

INSTRUCTION(mtmsr)
{
    uint64_t value = r->gpr[w->d];
    if (!r->settings.mtmsr_width_64)
        value = (r->msr & ~(uint64_t)UINT32_MAX) | (value & UINT32_MAX);
    set_msr(r, whole_msr(r->msr, value));
}

INSTRUCTION(mtmsrd)
{
    const uint64_t few = ISA_MSR_EE | ISA_MSR_RI, value = r->gpr[w->d];
    set_msr(r, isa_bits(w->bits, 15, 15) ? (r->msr & ~few) | (value & few) : whole_msr(r->msr, value));
}

static void return_to(struct isa_reference *r, uint64_t nia, uint64_t msr)
{
    r->msr = whole_msr(r->msr, msr);
    r->nia = isa_address(r, nia & ~UINT64_C(3));
}

INSTRUCTION(rfid)
{
    (void)w;
    return_to(r, r->spr[ISA_SRR0], r->spr[ISA_SRR1]);
}

INSTRUCTION(hrfid)
{
    (void)w;
    return_to(r, r->spr[314], r->spr[315]);
}

INSTRUCTION(attn)
{
    (void)w;
    if (r->spr[1008] >> 32 & 1)
        r->unmodelled = true;
    else
        isa_interrupt(r, 0x700, ISA_CAUSE_ILLEGAL, false);
}

/* Rows that most likely are not there; when they are, nobody says what they do. */
INSTRUCTION(doubtful)
{
    bool segment = (w->bits & 0x7FE) == 0x4A6 || (w->bits & 0x7FE) == 0x526; /* mfsr, mfsrin */
    if (segment ? r->settings.segment_registers_present : r->settings.external_control_present)
        r->unmodelled = true;
    else
        isa_interrupt(r, 0x700, ISA_CAUSE_ILLEGAL, false);
}

static const uint64_t esid_bits = UINT64_C(0xFFFFFFFFF0000000), valid = UINT64_C(0x8000000);
static const uint64_t vsid_bits = UINT64_C(0xFFFFFFFFFFFFFFF0);

INSTRUCTION(slbmte)
{
    uint64_t b = r->gpr[w->b];
    r->slb[b % 64].esid = b & (esid_bits | valid);
    r->slb[b % 64].vsid = r->gpr[w->d] & vsid_bits;
}

DOES(slbmfev, r->gpr[w->d] = r->slb[r->gpr[w->b] % 64].vsid)
DOES(slbmfee, r->gpr[w->d] = r->slb[r->gpr[w->b] % 64].esid)

INSTRUCTION(slbie)
{
    uint64_t b = r->gpr[w->b], class_bit = b >> 27 & 1;
    for (unsigned i = 0; i < 64; i++)
        if ((r->slb[i].esid & esid_bits) == (b & esid_bits) && (r->slb[i].vsid >> 7 & 1) == class_bit)
            r->slb[i].esid &= ~valid;
}

INSTRUCTION(slbia)
{
    (void)w;
    for (unsigned i = r->settings.slbia_entry_0_cleared ? 0 : 1; i < 64; i++)
        r->slb[i].esid &= ~valid;
}

INSTRUCTION(dcbi)
{
    (void)w;
    if (r->settings.dcbi_illegal)
        isa_interrupt(r, 0x700, ISA_CAUSE_ILLEGAL, false);
    else if (r->msr & ISA_MSR_PR)
        isa_interrupt(r, 0x700, ISA_CAUSE_PRIVILEGED, false);
}

#define NO_EFFECT(name) \
    INSTRUCTION(name)   \
    {                   \
        (void)r;        \
        (void)w;        \
    }
NO_EFFECT(dcbt)
NO_EFFECT(dcbtst)
NO_EFFECT(dcbst)
NO_EFFECT(dcbf)
NO_EFFECT(icbi)
NO_EFFECT(isync)
NO_EFFECT(sync)
NO_EFFECT(lwsync)
NO_EFFECT(ptesync)
NO_EFFECT(eieio)
NO_EFFECT(tlbie)
NO_EFFECT(tlbiel)
NO_EFFECT(tlbsync)
NO_EFFECT(dst)
NO_EFFECT(dstst)
NO_EFFECT(dss)
