#include "models/xenon/isa/interrupt.h"

enum xenon_outcome xenon_raise(struct xenon_context *t, unsigned vector, uint64_t cause)
{
    t->interrupt = (struct xenon_interrupt){.vector = (uint16_t)vector, .cause = cause};
    return XENON_INTERRUPT;
}

enum xenon_outcome xenon_raise_next(struct xenon_context *t, unsigned vector)
{
    t->interrupt = (struct xenon_interrupt){.vector = (uint16_t)vector, .next = true};
    return XENON_INTERRUPT;
}

enum xenon_outcome xenon_raise_storage(struct xenon_context *t, uint64_t ea, bool store)
{
    t->interrupt = (struct xenon_interrupt){
        .vector = XENON_DATA_STORAGE,
        .storage = true,
        .dar = ea,
        .dsisr = XENON_DSISR_NO_TRANSLATION | (store ? XENON_DSISR_STORE : 0),
    };
    return XENON_INTERRUPT;
}

/* DSISR of an alignment interrupt says which instruction it was: for the X form bits 29:30 of the word go to 15:16, 25
 * to 17, 21:24 to 18:21; then RD and RA. */
static uint32_t alignment_dsisr(uint32_t word)
{
    return (word >> 1 & 3) << 15 | (word >> 6 & 1) << 14 | (word >> 7 & 15) << 10 | (word >> 16 & 0x3FF);
}

enum xenon_outcome xenon_raise_alignment(struct xenon_context *t, const struct xenon_insn *in, uint64_t ea)
{
    t->interrupt = (struct xenon_interrupt){
        .vector = XENON_ALIGNMENT,
        .storage = true,
        .dar = ea,
        .dsisr = alignment_dsisr(in->word),
    };
    return XENON_INTERRUPT;
}

/* All interrupts arrive in hypervisor state, 64-bit mode, untranslated. */
#define MSR_SAVED   (~UINT64_C(0x783F0000))        /* SRR1 takes these; the cause has the rest */
#define MSR_LEFT    (UINT64_C(0xFFFFFFFFFFFF10C8)) /* what of MSR stays, ME among it           */
#define MSR_ENTERED (XENON_MSR_SF | XENON_MSR_HV)

void xenon_interrupt_enter(struct xenon_context *t, uint64_t pc)
{
    const struct xenon_interrupt *i = &t->interrupt;
    uint64_t from = (i->next ? pc + 4 : pc) & xenon_address_mask(t);

    t->spr[XENON_SPR_SRR0] = from;
    t->spr[XENON_SPR_SRR1] = (t->msr & MSR_SAVED) | i->cause;
    if (i->storage) {
        t->spr[XENON_SPR_DAR] = i->dar;
        t->spr[XENON_SPR_DSISR] = i->dsisr;
    }
    t->msr = (t->msr & MSR_LEFT) | MSR_ENTERED;
    if (t->settings.interrupt_vxu_cleared)
        t->msr &= ~XENON_MSR_VXU;
    t->nia = i->vector;
}
