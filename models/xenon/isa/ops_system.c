/* Registers of the machine, translation, caches and barriers. What caches, translation and other threads make of these
 * is the business of who executes: XENON_CHANGED tells. */
#include "models/xenon/isa/may_execute.h"
#include "models/xenon/isa/ops.h"

#define OP(id) enum xenon_outcome xenon_op_##id(struct xenon_context *t, const struct xenon_insn *in)

/* Special purpose registers. */

enum access { READABLE = 1, WRITABLE = 2, PRIVILEGED = 4, HYPERVISOR = 8 };

#define ACCESS_URW (READABLE | WRITABLE)
#define ACCESS_UR  READABLE
#define ACCESS_SRW (READABLE | WRITABLE | PRIVILEGED)
#define ACCESS_SR  (READABLE | PRIVILEGED)
#define ACCESS_SW  (WRITABLE | PRIVILEGED)
#define ACCESS_HRW (READABLE | WRITABLE | PRIVILEGED | HYPERVISOR)
#define ACCESS_HR  (READABLE | PRIVILEGED | HYPERVISOR)
#define ACCESS_HW  (WRITABLE | PRIVILEGED | HYPERVISOR)

static const struct {
    uint8_t access;
    uint64_t mask;
} spr_info[XENON_SPR_COUNT] = {
#define SPR(id, number, name, scope, access, kept, mask) {ACCESS_##access, mask},
#include "models/xenon/isa/spr.def"
#undef SPR
};

/* Which register a number is, plus 1; 0 for none. */
static const uint8_t spr_of[1024] = {
#define SPR(id, number, ...) [number] = XENON_SPR_##id + 1,
#include "models/xenon/isa/spr.def"
#undef SPR
};

enum { NUMBER_IS_PRIVILEGED = 0x10 }; /* of every number, listed or not */

/* Whether the register may be accessed that way; where not, *outcome says how the instruction ends. */
static bool spr_open(struct xenon_context *t, unsigned number, enum access way, enum xenon_outcome *outcome)
{
    unsigned access = spr_of[number] == 0 ? 0 : spr_info[spr_of[number] - 1].access;
    bool privileged = access == 0 ? number & NUMBER_IS_PRIVILEGED : access & PRIVILEGED;

    *outcome = XENON_NEXT;
    if (privileged && !xenon_is_privileged(t, access & HYPERVISOR))
        *outcome = xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_PRIVILEGED);
    else if (!(access & way) && t->settings.unknown_spr_illegal)
        *outcome = xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
    return *outcome == XENON_NEXT && access & way;
}

static uint64_t spr_get(const struct xenon_context *t, enum xenon_spr spr)
{
    switch (spr) {
    case XENON_SPR_XER:
        return xenon_xer(t);
    case XENON_SPR_LR:
        return t->lr;
    case XENON_SPR_CTR:
        return t->ctr;
    case XENON_SPR_DEC:
        return t->decrementer;
    case XENON_SPR_HDEC:
        return t->hypervisor_decrementer;
    case XENON_SPR_CTRL_READ:
        return t->control;
    case XENON_SPR_SPRG3_READ:
        return t->spr[XENON_SPR_SPRG3];
    case XENON_SPR_TB_READ:
        return t->settings.mfspr_tb_32 ? (uint32_t)t->time_base : t->time_base;
    case XENON_SPR_TBU_READ:
        return t->time_base >> 32;
    default:
        return t->spr[spr];
    }
}

/* A thread starts its sibling by setting that one's enable bit, and cannot clear it; clearing its own stops it. */
static void control_set(struct xenon_context *t, uint32_t value)
{
    uint32_t sibling = t->spr[XENON_SPR_PIR] & 1 ? 0x00800000 : 0x00400000;
    t->control = value | (t->control & sibling);
}

static enum xenon_outcome spr_set(struct xenon_context *t, enum xenon_spr spr, uint64_t value)
{
    value &= spr_info[spr].mask;
    switch (spr) {
    case XENON_SPR_XER:
        xenon_xer_set(t, (uint32_t)value);
        return XENON_NEXT;
    case XENON_SPR_LR:
        t->lr = value;
        return XENON_NEXT;
    case XENON_SPR_CTR:
        t->ctr = value;
        return XENON_NEXT;
    case XENON_SPR_DEC:
        t->decrementer = (uint32_t)value;
        return XENON_CHANGED;
    case XENON_SPR_HDEC:
        t->hypervisor_decrementer = (uint32_t)value;
        return XENON_CHANGED;
    case XENON_SPR_CTRL:
        control_set(t, (uint32_t)value);
        return XENON_CHANGED;
    case XENON_SPR_TBL:
        t->time_base = (t->time_base & ~(uint64_t)UINT32_MAX) | value;
        return XENON_CHANGED;
    case XENON_SPR_TBU:
        t->time_base = (uint32_t)t->time_base | value << 32;
        return XENON_CHANGED;
    default:
        t->spr[spr] = value;
        return XENON_CHANGED;
    }
}

OP(MFSPR)
{
    enum xenon_outcome outcome;
    if (spr_open(t, (unsigned)in->imm, READABLE, &outcome))
        t->gpr[in->d] = spr_get(t, spr_of[in->imm] - 1U);
    return outcome;
}

OP(MTSPR)
{
    enum xenon_outcome outcome;
    if (spr_open(t, (unsigned)in->imm, WRITABLE, &outcome))
        return spr_set(t, spr_of[in->imm] - 1U, t->gpr[in->d]);
    return outcome;
}

OP(MFTB)
{
    enum xenon_outcome outcome;
    unsigned number = (unsigned)in->imm;
    if (number == 268) /* all of it, whatever mfspr 268 reads */
        t->gpr[in->d] = t->time_base;
    else if (spr_open(t, number, READABLE, &outcome))
        t->gpr[in->d] = spr_get(t, spr_of[number] - 1U);
    else
        return outcome;
    return XENON_NEXT;
}

/* MSR. */

#define MSR_THERE                                                                                               \
    (XENON_MSR_SF | XENON_MSR_TA | XENON_MSR_HV | XENON_MSR_VXU | XENON_MSR_ILE | XENON_MSR_EE | XENON_MSR_PR | \
     XENON_MSR_FP | XENON_MSR_ME | XENON_MSR_FE0 | XENON_MSR_SE | XENON_MSR_BE | XENON_MSR_FE1 | XENON_MSR_IR | \
     XENON_MSR_DR | XENON_MSR_PMM | XENON_MSR_RI)

/* MSR as a write of `value` leaves it: only the hypervisor changes HV and ME; problem state is translated and
 * interruptible; TA is a 64-bit state. */
static uint64_t msr_of(const struct xenon_context *t, uint64_t value)
{
    const uint64_t hypervisors = XENON_MSR_HV | XENON_MSR_ME;
    value &= MSR_THERE;
    if (!(t->msr & XENON_MSR_HV))
        value = (value & ~hypervisors) | (t->msr & hypervisors);
    if (value & XENON_MSR_PR)
        value |= XENON_MSR_EE | XENON_MSR_IR | XENON_MSR_DR;
    if (value & XENON_MSR_TA)
        value |= XENON_MSR_SF;
    return value;
}

OP(MFMSR)
{
    t->gpr[in->d] = t->msr;
    return XENON_NEXT;
}

OP(MTMSR)
{
    const uint64_t kept = t->settings.mtmsr_width_64 ? 0 : ~(uint64_t)UINT32_MAX;
    t->msr = msr_of(t, (t->msr & kept) | (t->gpr[in->d] & ~kept));
    return XENON_CHANGED;
}

OP(MTMSRD)
{
    const uint64_t few = XENON_MSR_EE | XENON_MSR_RI;
    uint64_t value = t->gpr[in->d];
    t->msr = in->sh ? (t->msr & ~few) | (value & few) : msr_of(t, value);
    return XENON_CHANGED;
}

static enum xenon_outcome come_back(struct xenon_context *t, uint64_t nia, uint64_t msr)
{
    t->msr = msr_of(t, msr);
    t->nia = nia & ~UINT64_C(3) & xenon_address_mask(t);
    return XENON_RETURNED;
}

OP(RFID)
{
    (void)in;
    return come_back(t, t->spr[XENON_SPR_SRR0], t->spr[XENON_SPR_SRR1]);
}

OP(HRFID)
{
    (void)in;
    return come_back(t, t->spr[XENON_SPR_HSRR0], t->spr[XENON_SPR_HSRR1]);
}

/* Only HID0.en_attn makes an instruction of it. */
OP(ATTN)
{
    (void)in;
    if (!(t->spr[XENON_SPR_HID0] & UINT64_C(0x100000000)))
        return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
    return XENON_CHANGED;
}

/* The segment lookaside buffer. */

#define SLB_ESID  UINT64_C(0xFFFFFFFFF0000000)
#define SLB_VALID UINT64_C(0x0000000008000000)
#define SLB_CLASS UINT64_C(0x0000000000000080) /* of the VSID half */

static struct xenon_slb_entry *slb_entry(struct xenon_context *t, uint64_t rb)
{
    return &t->slb[rb & (XENON_SLB_ENTRIES - 1)];
}

OP(SLBMTE)
{
    uint64_t rb = t->gpr[in->b];
    *slb_entry(t, rb) = (struct xenon_slb_entry){rb & (SLB_ESID | SLB_VALID), t->gpr[in->d] & ~UINT64_C(0xF)};
    return XENON_CHANGED;
}

OP(SLBMFEV)
{
    t->gpr[in->d] = slb_entry(t, t->gpr[in->b])->vsid;
    return XENON_NEXT;
}

OP(SLBMFEE)
{
    t->gpr[in->d] = slb_entry(t, t->gpr[in->b])->esid;
    return XENON_NEXT;
}

OP(SLBIE)
{
    uint64_t rb = t->gpr[in->b];
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++) {
        struct xenon_slb_entry *e = &t->slb[i];
        if ((e->esid & SLB_ESID) == (rb & SLB_ESID) && !!(e->vsid & SLB_CLASS) == !!(rb & SLB_VALID))
            e->esid &= ~SLB_VALID; /* RB holds the class where an entry has V */
    }
    return XENON_CHANGED;
}

OP(SLBIA)
{
    (void)in;
    for (unsigned i = t->settings.slbia_entry_0_cleared ? 0 : 1; i < XENON_SLB_ENTRIES; i++)
        t->slb[i].esid &= ~SLB_VALID;
    return XENON_CHANGED;
}

/* What is not there is illegal in every state; what is there, is privileged. */
static enum xenon_outcome privileged_option(struct xenon_context *t, bool present)
{
    if (!present)
        return xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
    return xenon_is_privileged(t, false) ? XENON_NEXT : xenon_refuse(t, XENON_SUPERVISOR);
}

/* The bridge of 32-bit systems: segment n is entry n of the SLB. */
static enum xenon_outcome segment_register(struct xenon_context *t, const struct xenon_insn *in, unsigned n)
{
    uint64_t vsid = t->slb[n].vsid;
    enum xenon_outcome refused = privileged_option(t, t->settings.segment_registers_present);
    if (refused != XENON_NEXT)
        return refused;
    t->gpr[in->d] = (vsid >> 9 & 7) << 28 | (vsid >> 12 & 0x0FFFFFFF); /* Ks, Kp and N above the VSID */
    return XENON_NEXT;
}

OP(MFSR)
{
    return segment_register(t, in, in->sh);
}

OP(MFSRIN)
{
    return segment_register(t, in, t->gpr[in->b] >> 28 & 15);
}

OP(DCBI)
{
    (void)in;
    enum xenon_outcome refused = privileged_option(t, !t->settings.dcbi_illegal);
    return refused != XENON_NEXT ? refused : XENON_CHANGED;
}

/* Nothing happens to a register or to memory; but a cache, a translation or an order may be concerned. */
#define NO_REGISTER(id)       \
    OP(id)                    \
    {                         \
        (void)t, (void)in;    \
        return XENON_CHANGED; \
    }
NO_REGISTER(TLBIE)
NO_REGISTER(TLBIEL)
NO_REGISTER(TLBSYNC)
NO_REGISTER(ICBI)
NO_REGISTER(ISYNC)
NO_REGISTER(SYNC)
NO_REGISTER(LWSYNC)
NO_REGISTER(PTESYNC)
NO_REGISTER(EIEIO)
NO_REGISTER(DCBT)
NO_REGISTER(DCBTST)
NO_REGISTER(DCBST)
NO_REGISTER(DCBF)
