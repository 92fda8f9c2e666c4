/* Registers and frames. */
#include "kernel-hle/ke/ke_parts.h"

#include <stdlib.h>
#include <string.h>

void ke_registers_take(struct ke_registers *r, const struct xenon_context *context)
{
    memcpy(r->gpr, context->gpr, sizeof r->gpr);
    memcpy(r->fpr, context->fpr, sizeof r->fpr);
    memcpy(r->vr, context->vr, sizeof r->vr);
    r->nia = context->nia;
    r->lr = context->lr;
    r->ctr = context->ctr;
    r->msr = context->msr;
    r->vrsave = context->spr[XENON_SPR_VRSAVE];
    r->cr = xenon_cr(context);
    r->xer = xenon_xer(context);
    r->fpscr = context->fpscr;
    r->vscr = context->vscr;
}

void ke_registers_give(const struct ke_registers *r, struct xenon_context *context)
{
    memcpy(context->gpr, r->gpr, sizeof r->gpr);
    memcpy(context->fpr, r->fpr, sizeof r->fpr);
    memcpy(context->vr, r->vr, sizeof r->vr);
    context->nia = r->nia;
    context->lr = r->lr;
    context->ctr = r->ctr;
    context->msr = r->msr;
    context->spr[XENON_SPR_VRSAVE] = r->vrsave;
    xenon_cr_set(context, r->cr);
    xenon_xer_set(context, r->xer);
    context->fpscr = r->fpscr;
    context->vscr = r->vscr;
    context->reservation.held = false;
}

struct ke_frame *ke_frame_push(struct kernel *k, struct ke_thread *thread)
{
    if (thread->frames == KE_FRAMES) {
        kernel_stop(k, SIM_GUEST, "thread %u is %u calls deep in the kernel", thread->id, KE_FRAMES);
        return NULL;
    }
    struct ke_frame **frame = &thread->frame[thread->frames];
    if (!*frame)
        *frame = malloc(sizeof **frame);
    if (!*frame) {
        kernel_stop(k, SIM_HOST, "no memory for a call of the kernel");
        return NULL;
    }
    thread->frames++;
    memset(&(*frame)->call, 0, sizeof(*frame)->call);
    (*frame)->call.thread = thread;
    (*frame)->state = KE_FRAME_STEPS;
    (*frame)->saved = false;
    (*frame)->no_less = 0;
    (*frame)->waits = NULL;
    return *frame;
}

void ke_frame_pop(struct ke_thread *thread)
{
    struct ke_frame *frame = thread->frame[--thread->frames];
    free(frame->waits);
    frame->waits = NULL;
}

uint32_t ke_thread_address(const struct ke_thread *thread)
{
    return thread->address;
}

uint32_t ke_thread_id(const struct ke_thread *thread)
{
    return thread->id;
}

unsigned ke_thread_cpu(const struct ke_thread *thread)
{
    return thread->cpu;
}

uint64_t *ke_thread_log_index(struct ke_thread *thread)
{
    return &thread->log_index;
}

/* Those of guest code: of the innermost call that lends them, where the thread runs the kernel's errands. */
struct ke_place ke_thread_place(struct kernel *k, const struct ke_thread *thread)
{
    if (k->cpu[thread->cpu].thread == thread) {
        const struct xenon_context *r = k->config.host.registers(k->config.host.context, thread->cpu);
        return (struct ke_place){(uint32_t)r->nia, (uint32_t)r->lr, (uint32_t)r->gpr[1]};
    }
    const struct ke_registers *r = &thread->registers;
    return (struct ke_place){(uint32_t)r->nia, (uint32_t)r->lr, (uint32_t)r->gpr[1]};
}

void ke_set_last_error(struct kernel *k, struct ke_thread *thread, uint32_t code)
{
    guest_put_u32(k, thread->address + KE_THREAD_LAST_ERROR, code);
}
