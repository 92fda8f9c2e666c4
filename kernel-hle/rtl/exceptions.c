/* The exports of structured exceptions. */
#include "kernel-hle/rtl/seh_parts.h"

#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/log/log.h"

#define THREAD_NAME UINT32_C(0x406D1388) /* what a debugger knows: type 0x1000, name, thread id, flags */
#define CPP_THROW   UINT32_C(0xE06D7363)

enum { NAME_MAX_LENGTH = 64, TRACE_MAX = 256, SCOPE_SIZE = 16, SCOPES_MAX = 4096 };

static void name_thread(struct kernel *k, const struct kernel_call *c, uint32_t record)
{
    char name[NAME_MAX_LENGTH];
    uint32_t text = guest_u32(k, record + RTL_RECORD_PARAMETER + 4);
    uint32_t id = guest_u32(k, record + RTL_RECORD_PARAMETER + 8);
    if (text == 0 || !guest_text(k, text, name, sizeof name))
        kernel_forget_fault(k);
    else
        log_other(k, c->thread, "thread.name", "id", "u64", (uint64_t)(id == UINT32_MAX ? ke_thread_id(c->thread) : id),
                  "name", "text", name, NULL);
}

void hle_RtlRaiseException(struct kernel *k, struct kernel_call *c)
{
    if (c->step != SEH_BEGIN) {
        seh_answered(k, c);
        return;
    }
    uint32_t record = kernel_arg(c, 0), code = guest_u32(k, record + RTL_RECORD_CODE), bad;
    bool write;
    if (kernel_fault(k, &bad, &write))
        return;
    if (code == THREAD_NAME) {
        name_thread(k, c, record);
        return;
    }
    struct ke_registers r = seh_caller(k, c);
    guest_put_u32(k, record + RTL_RECORD_ADDRESS, (uint32_t)r.nia);
    if (code == CPP_THROW)
        log_other(k, c->thread, "exception", "code", "hex", code, "object", "hex",
                  guest_u32(k, record + RTL_RECORD_PARAMETER + 4), NULL);
    if (seh_open(k, c, (uint32_t)r.gpr[1], SEH_CALLED, record, &r, &r))
        seh_search(k, c, &r, true);
}

static void unwind(struct kernel *k, struct kernel_call *c)
{
    if (c->step == SEH_BEGIN)
        seh_unwind(k, c, kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2), kernel_arg(c, 3));
    else
        seh_answered(k, c);
}

void hle_RtlUnwind(struct kernel *k, struct kernel_call *c)
{
    unwind(k, c);
}

void hle_RtlUnwind2(struct kernel *k, struct kernel_call *c)
{
    unwind(k, c);
}

void hle_RtlCaptureContext(struct kernel *k, struct kernel_call *c)
{
    struct ke_registers r = seh_caller(k, c);
    rtl_context_put(k, kernel_arg(c, 0), &r);
}

void hle_RtlLookupFunctionEntry(struct kernel *k, struct kernel_call *c)
{
    struct rtl_function f;
    c->result = rtl_function_at(k, kernel_arg(c, 0), &f) ? f.entry : 0;
}

/* The pc is that of an instruction: of the call for a frame that has called. */
void hle_RtlVirtualUnwind(struct kernel *k, struct kernel_call *c)
{
    uint32_t pc = kernel_arg(c, 0), context = kernel_arg(c, 2), frame;
    struct ke_registers r = seh_caller(k, c);
    struct rtl_function f;
    if (!rtl_context_get(k, context, &r))
        return;
    r.nia = pc;
    bool there = rtl_function_at(k, pc, &f);
    if (!(there ? rtl_unwind(k, &f, false, &r, &frame) : rtl_unwind_any(k, false, &r, &frame)))
        return;
    rtl_context_put(k, context, &r);
    if (kernel_arg(c, 3))
        guest_put_u8(k, kernel_arg(c, 3), there && pc >= f.body);
    if (kernel_arg(c, 4))
        guest_put_u32(k, kernel_arg(c, 4), frame);
    c->result = (uint32_t)r.nia - 4;
}

void hle_RtlGetCallersAddress(struct kernel *k, struct kernel_call *c)
{
    struct ke_registers r = seh_caller(k, c);
    for (unsigned i = 0; i < 2; i++) {
        uint32_t frame;
        r.nia = rtl_unwind_any(k, true, &r, &frame) ? r.nia : 0;
        if (kernel_arg(c, i))
            guest_put_u32(k, kernel_arg(c, i), (uint32_t)r.nia);
    }
}

void hle_RtlCaptureStackBackTrace(struct kernel *k, struct kernel_call *c)
{
    uint32_t skip = kernel_arg(c, 0), count = kernel_arg(c, 1), frames = kernel_arg(c, 2), sum = 0, frame;
    struct ke_registers r = seh_caller(k, c);
    for (uint32_t i = 0; i < TRACE_MAX && c->result < count; i++) {
        if (i >= skip) {
            guest_put_u32(k, frames + 4 * (uint32_t)c->result++, (uint32_t)r.nia);
            sum += (uint32_t)r.nia;
        }
        if (!rtl_unwind_any(k, true, &r, &frame))
            break;
    }
    if (kernel_arg(c, 3))
        guest_put_u32(k, kernel_arg(c, 3), sum);
}

void hle_RtlGetStackLimits(struct kernel *k, struct kernel_call *c)
{
    uint32_t pcr = ke_pcr(ke_thread_cpu(c->thread));
    bool other = guest_u32(k, pcr + KE_PCR_USES_ALTERNATE) != 0;
    guest_put_u32(k, kernel_arg(c, 0), guest_u32(k, pcr + (other ? KE_PCR_ALTERNATE_LIMIT : KE_PCR_STACK_LIMIT)));
    guest_put_u32(k, kernel_arg(c, 1), guest_u32(k, pcr + (other ? KE_PCR_ALTERNATE_BASE : KE_PCR_STACK_BASE)));
}

static uint32_t local_scope(const struct kernel_call *c)
{
    return (uint32_t)c->local[SEH_L_SCOPE];
}

/* Arguments of a frame's handler. */
enum { RECORD, FRAME, CONTEXT, DISPATCHER };

/* Runs a filter, or what __finally does: as part of the function whose frame it is, with r12 its frame and the
 * registers that calls leave alone as the function has them. */
static void run_part(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t code, uint64_t first)
{
    uint32_t sp = ((uint32_t)kernel_registers(k, c)->gpr[1] - 16) & ~UINT32_C(15);
    uint32_t dispatcher = kernel_arg(c, DISPATCHER);
    guest_put_u32(k, sp, kernel_arg(c, RECORD));
    guest_put_u32(k, sp + 4, kernel_arg(c, CONTEXT));
    c->local[SEH_L_AREA] = sp;
    const uint64_t arguments[] = {step == SEH_FILTER ? sp : first, kernel_arg(c, FRAME)};
    kernel_call_guest_on(k, c, step, code, 2, arguments, sp);
    struct xenon_context *r = kernel_registers(k, c);
    r->gpr[12] = kernel_arg(c, FRAME);
    struct ke_registers frame;
    ke_registers_take(&frame, r);
    if (guest_u32(k, dispatcher + SEH_FRAME_MARK) != SEH_MARKED ||
        !rtl_context_get(k, guest_u32(k, dispatcher + SEH_FRAME_CONTEXT), &frame))
        return;
    for (unsigned i = 14; i < 32; i++) {
        r->gpr[i] = frame.gpr[i];
        r->fpr[i] = frame.fpr[i];
    }
    for (unsigned i = 64; i < 128; i++)
        r->vr[i] = frame.vr[i];
}

struct scope {
    uint32_t begin, end, code, target;
};

static struct scope scope_of(struct kernel *k, const struct kernel_call *c, uint32_t i, uint32_t *count)
{
    uint32_t function = guest_u32(k, kernel_arg(c, DISPATCHER) + SEH_FUNCTION_ENTRY);
    uint32_t table = guest_u32(k, function + 12), at = table + 4 + SCOPE_SIZE * i;
    *count = guest_u32(k, table);
    if (*count > SCOPES_MAX)
        *count = 0;
    if (i >= *count)
        return (struct scope){0};
    return (struct scope){guest_u32(k, at), guest_u32(k, at + 4), guest_u32(k, at + 8), guest_u32(k, at + 12)};
}

static void execute(struct kernel *k, struct kernel_call *c, uint32_t target)
{
    uint32_t record = kernel_arg(c, RECORD);
    seh_unwind(k, c, kernel_arg(c, FRAME), target, record, guest_u32(k, record + RTL_RECORD_CODE));
}

/* The scopes of a function, from the inner to the outer ones. One with a target is that of __except, and `code` its
 * filter, or 1 for one that always says yes; one without is that of __finally. */
static void scopes(struct kernel *k, struct kernel_call *c)
{
    uint32_t flags = guest_u32(k, kernel_arg(c, RECORD) + RTL_RECORD_FLAGS);
    uint32_t to = guest_u32(k, kernel_arg(c, CONTEXT) + RTL_CONTEXT_PC), count;
    uint32_t pc = (uint32_t)(c->local[SEH_L_SCOPE] >> 32), i = local_scope(c);
    for (struct scope s = scope_of(k, c, i, &count); i < count; s = scope_of(k, c, ++i, &count)) {
        if (pc < s.begin || pc >= s.end)
            continue;
        c->local[SEH_L_SCOPE] = (uint64_t)pc << 32 | i;
        if ((flags & RTL_ANY_UNWIND) == 0) {
            if (s.target == 0)
                continue;
            if (s.code == 1)
                execute(k, c, s.target);
            else
                run_part(k, c, SEH_FILTER, s.code, 0);
            return;
        }
        if ((flags & RTL_TARGET_UNWIND) != 0 && (s.target == to || (to >= s.begin && to < s.end)))
            break;
        if (s.target != 0)
            continue;
        /* Who unwinds anew from within finds this one done. */
        guest_put_u32(k, kernel_arg(c, DISPATCHER) + SEH_CONTROL_PC, s.end);
        run_part(k, c, SEH_FINALLY, s.code, 1);
        return;
    }
    c->result = 1; /* the search goes on */
}

void hle___C_specific_handler(struct kernel *k, struct kernel_call *c)
{
    uint32_t count;
    int32_t answer = (int32_t)c->returned;
    switch (c->step) {
    case SEH_BEGIN:
        c->local[SEH_L_SCOPE] = (uint64_t)guest_u32(k, kernel_arg(c, DISPATCHER) + SEH_CONTROL_PC) << 32;
        scopes(k, c);
        break;
    case SEH_FILTER:
        if (answer > 0)
            execute(k, c, scope_of(k, c, local_scope(c), &count).target);
        else if (answer < 0)
            c->result = 0; /* the instruction is tried again */
        else {
            c->local[SEH_L_SCOPE]++;
            scopes(k, c);
        }
        break;
    case SEH_FINALLY:
        c->local[SEH_L_SCOPE]++;
        scopes(k, c);
        break;
    default:
        seh_answered(k, c);
    }
}
