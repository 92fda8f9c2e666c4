#include "tests/support/guest_reference.h"

#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/ops_storage.h"

#include <stdlib.h>

enum { MEMORY = 64 << 20 };

static const uint32_t enable[2] = {0x00800000, 0x00400000}; /* of CTRL */

void guest_reference_init(struct guest_reference *r, const struct guest_program *guest)
{
    *r = (struct guest_reference){.stepper = xenon_stepper_new(MEMORY), .running = {true}};
    if (r->stepper == NULL || !xenon_stepper_write(r->stepper, 0, guest->program.bytes, guest->program.size)) {
        fprintf(stderr, "%s: out of memory\n", guest->info->name);
        exit(SIM_HOST);
    }
    xenon_context_reset(&r->other, 1);
    struct xenon_context *t = xenon_stepper_context(r->stepper);
    t->nia = guest->entry;
    t->msr = GUEST_ENTRY_MSR;
    r->other.control = t->control;
}

void guest_reference_free(struct guest_reference *r)
{
    xenon_stepper_free(r->stepper);
}

struct xenon_context *guest_reference_context(struct guest_reference *r, unsigned thread)
{
    struct xenon_context *t = xenon_stepper_context(r->stepper);
    if (r->current != thread) {
        struct xenon_context swap = *t;
        *t = r->other;
        r->other = swap;
        r->current = thread;
    }
    return t;
}

/* A store ends the sibling's reservation of the line, if it is made. */
static void end_reservation(struct guest_reference *r, const struct xenon_context *t, const struct xenon_insn *in)
{
    bool conditional = in->op == XENON_OP_STWCX || in->op == XENON_OP_STDCX;
    uint64_t ea = xenon_ea_sum(t, in) & xenon_address_mask(t);
    if (xenon_op_info[in->op].group != XENON_STORE || (conditional && !xenon_reservation_holds(t, ea)))
        return;
    if ((r->other.reservation.address ^ ea) < XENON_GRANULE)
        r->other.reservation.held = false;
}

static void control_written(struct guest_reference *r, const struct xenon_context *t)
{
    r->other.control = t->control;
    for (unsigned i = 0; i < 2; i++) {
        bool on = t->control & enable[i];
        if (on && !r->running[i]) {
            r->other.interrupt = (struct xenon_interrupt){.vector = XENON_SYSTEM_RESET};
            xenon_interrupt_enter(&r->other, r->other.nia);
        }
        r->running[i] = on;
    }
}

void guest_reference_step(struct guest_reference *r, unsigned thread)
{
    struct xenon_context *t = guest_reference_context(r, thread);
    uint8_t bytes[4];
    xenon_stepper_read(r->stepper, t->nia, bytes, sizeof bytes);
    const struct xenon_insn in =
        xenon_decode(t->nia, (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3]);
    uint32_t control = t->control;

    t->time_base = xenon_stepper_executed(r->stepper);
    end_reservation(r, t, &in);
    if (xenon_stepper_run(r->stepper, 1, UINT64_MAX) == XENON_STOP_INTERRUPT)
        xenon_interrupt_enter(t, t->nia);
    if (t->control != control)
        control_written(r, t);
}

void guest_reference_interrupt(struct guest_reference *r, unsigned thread, unsigned vector)
{
    struct xenon_context *t = guest_reference_context(r, thread);
    t->interrupt = (struct xenon_interrupt){.vector = (uint16_t)vector};
    xenon_interrupt_enter(t, t->nia);
}

bool guest_reference_run(struct guest_reference *r, const struct guest_program *guest, unsigned turn, uint64_t limit)
{
    for (uint64_t i = 0; i < limit; i++) {
        unsigned thread = r->running[1] ? i / turn & 1 : 0;
        if (guest_reference_context(r, 0)->nia == guest->done)
            return true;
        if (r->running[thread])
            guest_reference_step(r, thread);
    }
    return false;
}
