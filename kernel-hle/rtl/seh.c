/* One frame after the other is looked at, from the innermost outwards, and the handler of its function asked. */
#include "kernel-hle/rtl/seh_parts.h"

#include "kernel-hle/ke/ke_parts.h"

enum {
    FRAMES_MAX = 4096,
    RED_ZONE = 0x800, /* what a function may have stored below r1 before its frame is there */
};

enum disposition { CONTINUE_EXECUTION, CONTINUE_SEARCH, NESTED };

static uint32_t local(const struct kernel_call *c, enum seh_local which)
{
    return (uint32_t)c->local[which];
}

struct ke_registers seh_caller(struct kernel *k, const struct kernel_call *c)
{
    struct ke_registers r;
    ke_registers_take(&r, kernel_registers(k, c));
    r.nia = r.lr & ~UINT64_C(3) & UINT32_MAX;
    return r;
}

/* The run ends, and the call with it. */
static void fail(struct kernel *k, struct kernel_call *c, const char *what)
{
    kernel_forget_fault(k);
    uint32_t record = local(c, SEH_L_RECORD), code = guest_u32(k, record + RTL_RECORD_CODE);
    uint32_t at = guest_u32(k, record + RTL_RECORD_ADDRESS), count = guest_u32(k, record + RTL_RECORD_COUNT);
    uint32_t first = guest_u32(k, record + RTL_RECORD_PARAMETER);
    uint32_t second = guest_u32(k, record + RTL_RECORD_PARAMETER + 4);
    kernel_forget_fault(k);
    if (code == NT_ACCESS_VIOLATION && count >= 2)
        kernel_stop(k, SIM_GUEST, "%s: exception 0x%08X at 0x%08X, which %s 0x%08X, thread %u", what, code, at,
                    first ? "writes" : "reads", second, ke_thread_id(c->thread));
    else
        kernel_stop(k, SIM_GUEST, "%s: exception 0x%08X at 0x%08X, thread %u", what, code, at, ke_thread_id(c->thread));
    kernel_call_leaves(k, c);
}

bool seh_open(struct kernel *k, struct kernel_call *c, uint32_t below, enum seh_kind kind, uint32_t record,
              const struct ke_registers *first, const struct ke_registers *second)
{
    uint32_t area = (below - SEH_SIZE) & ~UINT32_C(15), bad;
    bool write;
    c->local[SEH_L_AREA] = area;
    c->local[SEH_L_RECORD] = record ? record : area + SEH_RECORD;
    c->local[SEH_L_KIND] = kind;
    c->local[SEH_L_DEPTH] = c->thread->frames - 1;
    guest_fill(k, area, 0, SEH_FIRST);
    guest_put_u32(k, area + SEH_MARK, SEH_MARKED);
    guest_put_u32(k, area + SEH_KIND, kind);
    guest_put_u32(k, area + SEH_POINTERS, local(c, SEH_L_RECORD));
    guest_put_u32(k, area + SEH_POINTERS + 4, area + SEH_FIRST);
    rtl_context_put(k, area + SEH_FIRST, first);
    rtl_context_put(k, area + SEH_SECOND, second);
    if (!kernel_fault(k, &bad, &write))
        return true;
    kernel_forget_fault(k);
    kernel_stop(k, SIM_GUEST, "no stack to handle an exception on: 0x%08X, with r1 0x%08X, thread %u",
                (uint32_t)first->nia, (uint32_t)first->gpr[1], ke_thread_id(c->thread));
    kernel_call_leaves(k, c);
    return false;
}

/* Puts registers in the place of the thread's, and leaves the calls that have been unwound. */
static void go_to(struct kernel *k, struct kernel_call *c, const struct ke_registers *r)
{
    struct ke_thread *thread = c->thread;
    uint32_t top = thread->frames - 1, depth = local(c, SEH_L_DEPTH);
    ke_registers_give(r, kernel_registers(k, c));
    sim_time now = kernel_now(k), no_less = thread->frame[top]->no_less;
    thread->due = no_less > now ? no_less : now;
    if (depth < top) {
        struct ke_frame *mine = thread->frame[top];
        thread->frame[top] = thread->frame[depth];
        thread->frame[depth] = mine;
        thread->frames = depth + 1;
    }
    kernel_call_leaves(k, c);
}

/* Whether a record of a call is one of those that ask handlers or run filters. */
static bool is_own(struct kernel *k, const struct kernel_call *c)
{
    if (c->export >= kernel_export_count())
        return c->export - kernel_export_count() == KE_ACTIVITY_exception;
    enum hle_group group = kernel_export(k, c->export)->row->group;
    return group == HLE_GROUP_exception;
}

/* From where a function that the kernel has called returns, to where the kernel was called: if that was to handle an
 * exception. Further out than the records reach, what lies on the stack tells. */
static bool cross(struct kernel *k, struct kernel_call *c, struct ke_registers *r, bool *called)
{
    uint32_t area = (uint32_t)r->gpr[1] + KERNEL_GUEST_FRAME, depth = local(c, SEH_L_DEPTH), bad;
    const struct ke_frame *below = depth > 0 ? c->thread->frame[depth - 1] : NULL;
    bool known = below && below->state == KE_FRAME_GUEST && below->saved && is_own(k, &below->call) &&
                 local(&below->call, SEH_L_AREA) == area;
    bool write;
    if (!guest_readable(k, area, SEH_SIZE) || guest_u32(k, area + SEH_MARK) != SEH_MARKED) {
        if (!known)
            return false;
        *r = below->registers; /* a filter, or what __finally does */
        r->nia = r->lr & ~UINT64_C(3) & UINT32_MAX;
        *called = true;
        c->local[SEH_L_DEPTH]--;
        return true;
    }
    if (known)
        c->local[SEH_L_DEPTH]--;
    uint32_t kind = guest_u32(k, area + SEH_KIND);
    if ((kind & SEH_UNWINDING) == 0) {
        *called = (kind & SEH_CALLED) != 0;
        rtl_context_get(k, area + SEH_FIRST, r);
    } else if ((local(c, SEH_L_KIND) & SEH_UNWINDING) == 0) {
        *called = true;
        rtl_context_get(k, area + SEH_SECOND, r);
    } else {
        /* Unwinding goes on where the older one has come to, behind what it has done there; what that has left is
         * left. */
        if (known)
            c->local[SEH_L_DEPTH] -= depth - 1 - local(&below->call, SEH_L_DEPTH);
        *called = false;
        rtl_context_get(k, area + SEH_FIRST, r);
        r->nia = guest_u32(k, area + SEH_DISPATCHER + SEH_CONTROL_PC) & ~UINT32_C(3);
    }
    return !kernel_fault(k, &bad, &write);
}

/* Asks the handler of a function. */
static void ask(struct kernel *k, struct kernel_call *c, const struct rtl_function *f, uint32_t pc, uint32_t frame,
                const struct ke_registers *r)
{
    uint32_t area = local(c, SEH_L_AREA), record = local(c, SEH_L_RECORD), kind = local(c, SEH_L_KIND);
    uint32_t dispatcher = area + SEH_DISPATCHER, function = area + SEH_FUNCTION;
    uint32_t own = area + (kind & SEH_UNWINDING ? SEH_FIRST : SEH_SECOND);
    rtl_context_put(k, own, r);
    guest_put_u32(k, dispatcher + SEH_CONTROL_PC, pc);
    guest_put_u32(k, dispatcher + SEH_FUNCTION_ENTRY, function);
    guest_put_u32(k, dispatcher + SEH_ESTABLISHER, frame);
    guest_put_u32(k, dispatcher + SEH_CONTEXT, area + SEH_FIRST);
    guest_put_u32(k, dispatcher + SEH_FRAME_CONTEXT, own);
    guest_put_u32(k, dispatcher + SEH_FRAME_MARK, SEH_MARKED);
    const uint32_t words[] = {f->begin, f->end, f->handler, f->data, f->body};
    for (uint32_t i = 0; i < sizeof words / sizeof *words; i++)
        guest_put_u32(k, function + 4 * i, words[i]);
    if (kind & SEH_UNWINDING) {
        uint32_t flags = guest_u32(k, record + RTL_RECORD_FLAGS) & ~(uint32_t)RTL_TARGET_UNWIND;
        flags |= RTL_UNWINDING | (kind & SEH_AT_TARGET ? RTL_TARGET_UNWIND : 0u);
        guest_put_u32(k, record + RTL_RECORD_FLAGS, flags);
    }
    const uint64_t arguments[] = {record, frame, area + SEH_FIRST, dispatcher};
    kernel_call_guest_on(k, c, SEH_HANDLER, f->handler, 4, arguments, area);
}

/* No frame is left. */
static void end(struct kernel *k, struct kernel_call *c)
{
    fail(k, c, local(c, SEH_L_KIND) & SEH_UNWINDING ? "no such frame to unwind to" : "nobody handles");
}

void seh_search(struct kernel *k, struct kernel_call *c, struct ke_registers *r, bool called)
{
    uint32_t target = local(c, SEH_L_KIND) & SEH_UNWINDING ? local(c, SEH_L_FRAME) : 0;
    while ((c->local[SEH_L_DEPTH] += UINT64_C(1) << 32) >> 32 < FRAMES_MAX) {
        struct rtl_function f;
        struct ke_registers outer = *r;
        uint32_t pc = (uint32_t)r->nia - (called ? 4 : 0), frame;
        if (called && r->nia == kernel_own_address(KERNEL_OWN_RETURN)) {
            if (!cross(k, c, r, &called))
                break;
            continue;
        }
        if (!rtl_function_at(k, pc, &f)) {
            if (called)
                break;
            r->nia = r->lr & ~UINT64_C(3) & UINT32_MAX; /* it has no frame */
            called = true;
            continue;
        }
        if (!rtl_unwind(k, &f, called, &outer, &frame))
            break;
        bool arrived = target != 0 && frame == target;
        c->local[SEH_L_KIND] &= ~(uint64_t)(SEH_CALLED | SEH_AT_TARGET);
        c->local[SEH_L_KIND] |= (called ? SEH_CALLED : 0u) | (arrived ? SEH_AT_TARGET : 0u);
        if (arrived) {
            r->nia = local(c, SEH_L_PC);
            r->gpr[3] = c->local[SEH_L_VALUE];
        }
        if (f.handled && pc >= f.body) {
            ask(k, c, &f, pc, frame, r);
            return;
        }
        if (arrived) {
            go_to(k, c, r);
            return;
        }
        *r = outer;
        called = true;
    }
    end(k, c);
}

void seh_answered(struct kernel *k, struct kernel_call *c)
{
    uint32_t area = local(c, SEH_L_AREA), kind = local(c, SEH_L_KIND), answer = (uint32_t)c->returned, frame;
    bool unwinding = (kind & SEH_UNWINDING) != 0;
    struct ke_registers r;
    ke_registers_take(&r, kernel_registers(k, c));
    if (!unwinding && answer == CONTINUE_EXECUTION) {
        uint32_t flags = guest_u32(k, local(c, SEH_L_RECORD) + RTL_RECORD_FLAGS);
        if (flags & RTL_NONCONTINUABLE)
            fail(k, c, "a handler goes on behind what cannot be continued");
        else if (rtl_context_get(k, area + SEH_FIRST, &r))
            go_to(k, c, &r);
        return;
    }
    if (answer != CONTINUE_SEARCH && (unwinding || answer != NESTED)) {
        fail(k, c, "a handler has answered what is no answer");
        return;
    }
    if (!rtl_context_get(k, area + (unwinding ? SEH_FIRST : SEH_SECOND), &r))
        return;
    if (kind & SEH_AT_TARGET)
        go_to(k, c, &r);
    else if (rtl_unwind_any(k, (kind & SEH_CALLED) != 0, &r, &frame))
        seh_search(k, c, &r, true);
    else
        end(k, c);
}

void seh_unwind(struct kernel *k, struct kernel_call *c, uint32_t frame, uint32_t pc, uint32_t record, uint32_t value)
{
    struct ke_registers r = seh_caller(k, c);
    if (!seh_open(k, c, (uint32_t)r.gpr[1], (enum seh_kind)(SEH_UNWINDING | SEH_CALLED), record, &r, &r))
        return;
    if (record == 0) {
        uint32_t own = local(c, SEH_L_RECORD);
        guest_put_u32(k, own + RTL_RECORD_CODE, NT_UNWIND);
        guest_put_u32(k, own + RTL_RECORD_ADDRESS, (uint32_t)r.nia);
    }
    uint32_t flags = local(c, SEH_L_RECORD) + RTL_RECORD_FLAGS;
    guest_put_u32(k, flags, guest_u32(k, flags) | RTL_UNWINDING | (frame == 0 ? RTL_EXIT_UNWIND : 0u));
    c->local[SEH_L_FRAME] = frame;
    c->local[SEH_L_PC] = pc & ~UINT32_C(3);
    c->local[SEH_L_VALUE] = (uint64_t)(int64_t)(int32_t)value;
    seh_search(k, c, &r, true);
}

/* A record in the area; seh_open() has been. */
static void fill_record(struct kernel *k, const struct kernel_call *c, const struct rtl_exception *e, uint32_t address)
{
    uint32_t record = local(c, SEH_L_RECORD);
    guest_put_u32(k, record + RTL_RECORD_CODE, e->code);
    guest_put_u32(k, record + RTL_RECORD_FLAGS, e->flags);
    guest_put_u32(k, record + RTL_RECORD_ADDRESS, address);
    guest_put_u32(k, record + RTL_RECORD_COUNT, e->count);
    for (uint32_t i = 0; i < e->count; i++)
        guest_put_u32(k, record + RTL_RECORD_PARAMETER + 4 * i, e->parameter[i]);
}

void rtl_dispatch_exception(struct kernel *k, const struct rtl_exception *e)
{
    struct kernel_call *c = ke_begin_activity(k, KE_ACTIVITY_exception);
    if (!c)
        return;
    c->arg[0] = e->code;
    c->arg[1] = e->flags;
    c->arg[2] = e->count;
    c->arg[3] = e->parameter[0];
    c->arg[4] = e->parameter[1];
}

void ke_activity_exception(struct kernel *k, struct kernel_call *c)
{
    if (c->step != SEH_BEGIN) {
        seh_answered(k, c);
        return;
    }
    const struct rtl_exception e = {
        kernel_arg(c, 0), kernel_arg(c, 1), kernel_arg(c, 2), {kernel_arg(c, 3), kernel_arg(c, 4)}};
    struct ke_registers r;
    ke_registers_take(&r, kernel_registers(k, c));
    if (!seh_open(k, c, (uint32_t)r.gpr[1] - RED_ZONE, (enum seh_kind)0, 0, &r, &r))
        return;
    fill_record(k, c, &e, (uint32_t)r.nia);
    seh_search(k, c, &r, false);
}

void hle_RtlRaiseStatus(struct kernel *k, struct kernel_call *c)
{
    if (c->step != SEH_BEGIN) {
        seh_answered(k, c);
        return;
    }
    const struct rtl_exception e = {.code = kernel_arg(c, 0), .flags = RTL_NONCONTINUABLE};
    struct ke_registers r = seh_caller(k, c);
    if (!seh_open(k, c, (uint32_t)r.gpr[1], SEH_CALLED, 0, &r, &r))
        return;
    fill_record(k, c, &e, (uint32_t)r.nia);
    seh_search(k, c, &r, true);
}
