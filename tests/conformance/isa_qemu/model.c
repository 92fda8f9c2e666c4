#include "tests/conformance/isa_qemu/model.h"

#include "models/xenon/isa/interrupt.h"
#include "tests/conformance/isa_qemu/exceptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ending_names[] = {"at its end",   "illegal",   "privileged",   "trap",
                                    "FP exception", "alignment", "data storage", "some other interrupt"};

void model_open(struct model *m)
{
    memset(m, 0, sizeof(*m));
    m->stepper = xenon_stepper_new(1 << 20);
    static const uint8_t zeros[GUEST_DATA_SIZE];
    if (m->stepper == NULL || !xenon_stepper_write(m->stepper, GUEST_DATA, zeros, sizeof(zeros))) {
        fprintf(stderr, "isa_qemu: no memory for the model\n");
        exit(4);
    }
    struct xenon_context *t = xenon_stepper_context(m->stepper);
    t->msr = XENON_MSR_SF | XENON_MSR_VXU | XENON_MSR_EE | XENON_MSR_PR | XENON_MSR_FP | XENON_MSR_FE0 | XENON_MSR_FE1;
    exceptions_choose_settings(&t->settings);
}

void model_close(struct model *m)
{
    xenon_stepper_free(m->stepper);
}

void model_load(struct model *m, const struct block *block)
{
    for (unsigned i = 0; i < block->count; i++) {
        uint32_t word = __builtin_bswap32(block->word[i]);
        m->insn[i] = xenon_decode(block_start(block) + 4 * (uint64_t)i, block->word[i]);
        xenon_stepper_write(m->stepper, block_start(block) + 4 * (uint64_t)i, &word, 4);
    }
}

static void put_state(struct xenon_context *t, const struct guest_state *s)
{
    memcpy(t->gpr, s->gpr, sizeof(s->gpr));
    memcpy(t->fpr, s->fpr, sizeof(s->fpr));
    for (unsigned i = 0; i < 32; i++) {
        t->vr[i].u64[XENON_D(0)] = s->vr[i][0];
        t->vr[i].u64[XENON_D(1)] = s->vr[i][1];
    }
    t->lr = s->lr;
    t->ctr = s->ctr;
    xenon_cr_set(t, (uint32_t)s->cr);
    xenon_xer_set(t, (uint32_t)s->xer);
    t->fpscr = (uint32_t)s->fpscr;
    t->vscr = (uint32_t)s->vscr[1];
    t->spr[XENON_SPR_VRSAVE] = s->vrsave;
    t->reservation.held = false;
}

static void take_state(const struct xenon_context *t, struct guest_state *s)
{
    memcpy(s->gpr, t->gpr, sizeof(s->gpr));
    memcpy(s->fpr, t->fpr, sizeof(s->fpr));
    for (unsigned i = 0; i < 32; i++) {
        s->vr[i][0] = t->vr[i].u64[XENON_D(0)];
        s->vr[i][1] = t->vr[i].u64[XENON_D(1)];
    }
    s->lr = t->lr;
    s->ctr = t->ctr;
    s->cr = xenon_cr(t);
    s->xer = xenon_xer(t);
    s->fpscr = t->fpscr;
    s->vscr[0] = 0;
    s->vscr[1] = t->vscr;
    s->vrsave = t->spr[XENON_SPR_VRSAVE];
}

static struct ending interrupted(const struct xenon_context *t)
{
    struct ending e = {ENDED_OTHERWISE, t->nia, 0};
    if (t->interrupt.vector == XENON_PROGRAM) {
        if (t->interrupt.cause & XENON_CAUSE_ILLEGAL)
            e.kind = ENDED_ILLEGAL;
        else if (t->interrupt.cause & XENON_CAUSE_PRIVILEGED)
            e.kind = ENDED_PRIVILEGED;
        else if (t->interrupt.cause & XENON_CAUSE_TRAP)
            e.kind = ENDED_TRAP;
        else if (t->interrupt.cause & XENON_CAUSE_FP)
            e.kind = ENDED_FP;
    } else if (t->interrupt.vector == XENON_ALIGNMENT) {
        e.kind = ENDED_ALIGNMENT;
    } else if (t->interrupt.vector == XENON_DATA_STORAGE) {
        e.kind = ENDED_STORAGE;
        e.address = t->interrupt.dar;
    }
    return e;
}

const char *model_run(struct model *m, const struct block *block, const struct state *state, struct outcome *outcome)
{
    struct xenon_context *t = xenon_stepper_context(m->stepper);
    put_state(t, &state->r);
    xenon_stepper_write(m->stepper, GUEST_WINDOW, state->window, GUEST_WINDOW_SIZE);
    t->nia = block_start(block);
    m->wrong = NULL;
    m->executed = 0;
    outcome->ending = (struct ending){ENDED, 0, 0};
    outcome->notes = (struct notes){0};

    uint64_t end = block_end(block);
    while (t->nia != end) {
        if (t->nia < block_start(block) || t->nia > end)
            return "leaves the block";
        if (m->executed == STEPS_MAX)
            return "takes too long";
        const struct xenon_insn *in = &m->insn[(t->nia - block_start(block)) / 4];
        struct instant instant = {.t = t, .in = in, .notes = &outcome->notes};
        const char *avoid = exceptions_before(&instant);
        if (avoid != NULL)
            return avoid;
        m->op[m->executed++] = in->op;
        enum xenon_stop stop = xenon_stepper_run(m->stepper, 1, UINT64_MAX);
        instant.interrupted = stop == XENON_STOP_INTERRUPT;
        const char *wrong = exceptions_after(&instant);
        if (wrong != NULL)
            m->wrong = wrong;
        if (stop == XENON_STOP_INTERRUPT) {
            outcome->ending = interrupted(t);
            break;
        }
    }
    take_state(t, &outcome->state.r);
    xenon_stepper_read(m->stepper, GUEST_WINDOW, outcome->state.window, GUEST_WINDOW_SIZE);
    return NULL;
}
