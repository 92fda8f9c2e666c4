/* Calls of exports: their arguments, and what comes after each step. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static uint64_t at_place(struct kernel *k, const struct xenon_context *r, struct hle_place place, unsigned width)
{
    switch (place.where) {
    case HLE_IN_GPR:
        return r->gpr[place.reg];
    case HLE_IN_FPR:
        return r->fpr[place.reg];
    default:
        return width == HLE_WORD || width == HLE_SINGLE ? guest_u32(k, (uint32_t)r->gpr[1] + place.offset)
                                                        : guest_u64(k, (uint32_t)r->gpr[1] + place.offset);
    }
}

struct xenon_context *kernel_registers(struct kernel *k, const struct kernel_call *c)
{
    return k->config.host.registers(k->config.host.context, ke_thread_cpu(c->thread));
}

uint64_t kernel_slot(struct kernel *k, const struct kernel_call *c, unsigned index)
{
    const struct kernel_signature *s = kernel_export_signature(k, c->export);
    return at_place(k, kernel_registers(k, c), hle_slot_place(s->arguments + index), HLE_WIDE);
}

void kernel_call_begin(struct kernel *k, size_t index)
{
    struct ke_thread *thread = kernel_current_thread(k);
    struct ke_frame *frame = ke_frame_push(k, thread);
    if (!frame)
        return;
    const struct kernel_export *export = kernel_export(k, index);
    const struct kernel_signature *s = kernel_export_signature(k, index);
    struct kernel_call *c = &frame->call;
    c->export = (uint16_t)index;
    c->thread = thread;
    frame->no_less = kernel_after(k, export->cost);
    const struct xenon_context *r = kernel_registers(k, c);
    kernel_forget_fault(k);
    for (unsigned i = 0; i < s->arguments; i++) {
        c->arg[i] = at_place(k, r, s->place[i], s->width[i]);
        if (s->width[i] == HLE_WORD)
            c->arg[i] = (uint32_t)c->arg[i];
    }
    for (unsigned i = 0; !s->known && i < 8; i++)
        c->arg[i] = r->gpr[3 + i];
    log_call(k, c);
    kernel_call_step(k, frame);
}

/* The call is over: the thread goes on behind it. */
static void end(struct kernel *k, struct ke_frame *frame)
{
    struct kernel_call *c = &frame->call;
    c->thread->due = frame->no_less > k->now ? frame->no_less : k->now;
    if (c->export < kernel_export_count()) {
        const struct hle_export *row = kernel_export(k, c->export)->row;
        struct xenon_context *r = kernel_registers(k, c);
        log_return(k, c);
        if (row->result != HLE_TYPE_void)
            r->gpr[3] =
                hle_type_info[row->result].width == HLE_WORD ? (uint64_t)(int64_t)(int32_t)c->result : c->result;
    }
    ke_frame_pop(c->thread);
}

static void give_back(struct kernel *k, struct ke_frame *frame)
{
    if (frame->saved)
        ke_registers_give(&frame->registers, kernel_registers(k, &frame->call));
    frame->saved = false;
}

/* What its memory would not take: a status, or a fault of the guest's. */
static void fault(struct kernel *k, struct ke_frame *frame, uint32_t address, bool write)
{
    struct kernel_call *c = &frame->call;
    kernel_forget_fault(k);
    give_back(k, frame);
    if (frame->state == KE_FRAME_WAITS)
        ke_cancel_wait(k, c->thread);
    if (c->export < kernel_export_count() && kernel_export(k, c->export)->row->result == HLE_TYPE_status) {
        c->result = NT_ACCESS_VIOLATION;
        end(k, frame);
    } else {
        struct ke_thread *thread = c->thread;
        end(k, frame);
        ke_raise_storage(k, thread, address, write);
    }
}

void kernel_call_step(struct kernel *k, struct ke_frame *frame)
{
    struct kernel_call *c = &frame->call;
    struct ke_thread *thread = c->thread;
    kernel_handler *handler = c->export < kernel_export_count() ? kernel_export(k, c->export)->handler
                                                                : ke_activity(c->export - kernel_export_count());
    c->next = KERNEL_NEXT_ENDS;
    frame->state = KE_FRAME_STEPS;
    (handler ? handler : kernel_call_absent)(k, c);
    uint32_t address;
    bool write;
    if (c->next == KERNEL_NEXT_LEAVES) {
        kernel_forget_fault(k);
        ke_frame_pop(thread);
    } else if (kernel_fault(k, &address, &write)) {
        fault(k, frame, address, write);
    } else if (c->next == KERNEL_NEXT_ENDS) {
        nt_status raised = k->raised;
        k->raised = 0;
        end(k, frame);
        if (raised)
            ke_raise_now(k, raised);
    }
}

static void next(struct kernel_call *c, unsigned step, enum kernel_next_step what, enum ke_frame_state state)
{
    c->step = (uint16_t)step;
    c->next = (uint8_t)what;
    ke_frame_top(c->thread)->state = (uint8_t)state;
}

void kernel_call_waits(struct kernel *k, struct kernel_call *c, unsigned step)
{
    next(c, step, KERNEL_NEXT_WAITS, c->thread->state == KE_WAITING ? KE_FRAME_WAITS : KE_FRAME_STEPS);
    if (c->thread->state != KE_WAITING)
        c->thread->due = k->now;
}

void kernel_call_again(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t cycles)
{
    next(c, step, KERNEL_NEXT_AGAIN, KE_FRAME_STEPS);
    c->thread->due = kernel_after(k, cycles ? cycles : 1);
}

static struct xenon_context *lend(struct kernel *k, struct kernel_call *c)
{
    struct ke_frame *frame = ke_frame_top(c->thread);
    struct xenon_context *r = kernel_registers(k, c);
    ke_registers_take(&frame->registers, r);
    frame->saved = true;
    c->thread->due = k->now;
    return r;
}

void kernel_call_guest_on(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t code, unsigned arguments,
                          const uint64_t *argument, uint32_t stack)
{
    SIM_CHECK(arguments <= KERNEL_GUEST_ARGUMENTS, "%u arguments for a function of the guest's", arguments);
    struct xenon_context *r = lend(k, c);
    uint32_t old = (uint32_t)r->gpr[1], sp = (stack - KERNEL_GUEST_FRAME) & ~UINT32_C(15);
    guest_put_u32(k, sp, old);
    r->gpr[1] = sp;
    for (unsigned i = 0; i < arguments; i++)
        r->gpr[3 + i] = argument[i];
    r->lr = kernel_own_address(KERNEL_OWN_RETURN);
    r->nia = code & ~UINT32_C(3);
    next(c, step, KERNEL_NEXT_GUEST, KE_FRAME_GUEST);
}

void kernel_call_guest(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t code, unsigned arguments,
                       const uint64_t *argument)
{
    kernel_call_guest_on(k, c, step, code, arguments, argument, (uint32_t)kernel_registers(k, c)->gpr[1]);
}

void kernel_call_hands(struct kernel *k, struct kernel_call *c, unsigned step, enum kernel_hands what, uint64_t address,
                       uint64_t value)
{
    struct xenon_context *r = lend(k, c);
    r->gpr[3] = value;
    r->gpr[4] = address;
    r->msr = XENON_MSR_SF | XENON_MSR_HV | XENON_MSR_ME | XENON_MSR_IR | XENON_MSR_RI;
    r->nia = kernel_own_address(KERNEL_OWN_LOAD64 + what);
    next(c, step, KERNEL_NEXT_HANDS, KE_FRAME_HANDS);
}

bool kernel_call_comes_back(struct kernel *k, struct ke_thread *thread, bool hands)
{
    struct ke_frame *frame = ke_frame_top(thread);
    if (!frame || frame->state != (hands ? KE_FRAME_HANDS : KE_FRAME_GUEST))
        return false;
    frame->call.returned = kernel_registers(k, &frame->call)->gpr[3];
    give_back(k, frame);
    kernel_call_step(k, frame);
    return true;
}

void kernel_call_leaves(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->next = KERNEL_NEXT_LEAVES;
}

static void say(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void say(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

void kernel_call_absent(struct kernel *k, struct kernel_call *c)
{
    const struct kernel_export *export = kernel_export(k, c->export);
    const struct kernel_signature *s = kernel_export_signature(k, c->export);
    c->result = hle_type_info[export->row->result].absent;
    if (k->reported[c->export])
        return;
    k->reported[c->export] = 1;
    char text[400] = "";
    say(text, sizeof text, "%s (%s 0x%03X) is not there: called from 0x%08X, ", export->row->name,
        hle_exports[export->module].file, export->row->ordinal, (uint32_t)kernel_registers(k, c)->lr);
    if (export->row->kind == HLE_VARIABLE) {
        say(text, sizeof text, "and it is a variable");
    } else if (s->known && s->arguments == 0) {
        say(text, sizeof text, "without arguments");
    } else {
        say(text, sizeof text, "arguments");
        for (unsigned i = 0; i < (s->known ? s->arguments : 8u); i++)
            say(text, sizeof text, " 0x%llX", (unsigned long long)c->arg[i]);
    }
    say(text, sizeof text, "; it returns 0x%llX", (unsigned long long)c->result);
    kernel_report(k, "%s", text);
    if (k->config.strict)
        kernel_stop(k, SIM_GUEST, "%s", text);
}
