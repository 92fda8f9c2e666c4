/* Instructions of the machine: registers that are shared, translation, barriers. */
#include "models/xenon/core/core_parts.h"
#include "models/xenon/isa/may_execute.h"
#include "models/xenon/isa/ops.h"

#include "models/xenon/isa/isa_flags.h"

/* Their functions. */
#define FUNCTION_OP_INT(id)
#define FUNCTION_OP_BRANCH(id)
#define FUNCTION_OP_FP(id)
#define FUNCTION_OP_VMX(id)
#define FUNCTION_OP_VMX128(id)
#define FUNCTION_OP_SYSTEM(id) [XENON_OP_##id] = xenon_op_##id,
#define FUNCTION_LOAD(group, id)
#define FUNCTION_STORE(group, id)
#define FUNCTION_VLOAD(group, id)
#define FUNCTION_VSTORE(group, id)
#define FUNCTION_STORAGE(group, id)
#define FUNCTION_OP(group, id) FUNCTION_OP_##group(id)
static xenon_op_function *const function_of[XENON_OP_COUNT] = {
#define INSN(id, mnemonic, form, group, kind, ...) FUNCTION_##kind(group, id)
#include "models/xenon/isa/isa.def"
#undef INSN
};

/* Which registers a core's threads share. */
enum scope { SCOPE_T, SCOPE_C };
static const uint8_t scope_of[XENON_SPR_COUNT] = {
#define SPR(id, number, name, scope, ...) [XENON_SPR_##id] = SCOPE_##scope,
#include "models/xenon/isa/spr.def"
#undef SPR
};

static const uint8_t spr_of[1024] = {
#define SPR(id, number, ...) [number] = XENON_SPR_##id + 1,
#include "models/xenon/isa/spr.def"
#undef SPR
};

static uint64_t floor_after(uint64_t m, uint32_t clocks)
{
    return (m & ~CAUSE_MASK) + MOMENT(1 + (uint64_t)clocks, barrier);
}

static void issuing(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m)
{
    if (core->watched)
        core_issuing(core, th, in, m);
}

static enum core_result barrier(struct xenon_core *core, struct core_thread *th, const struct core_insn *in, uint64_t m)
{
    uint64_t clock = CLOCK_OF(m);
    issuing(core, th, in, m);
    th->barrier = (uint8_t)(in->in.op == XENON_OP_LWSYNC  ? SIM_LWSYNC
                            : in->in.op == XENON_OP_EIEIO ? SIM_EIEIO
                                                          : SIM_SYNC);
    th->state = XENON_THREAD_WAITS;
    if (core->tracing)
        core_show_thread(core, th, clock);
    if (core_barrier_possible(core, th)) {
        th->barrier_posted = true;
        core_post(core, clock, th->barrier, th->index, 0);
        core_posted(core, clock);
    }
    core_event_at(core, core_stores_event(core, clock + 1)); /* buffers wait for nothing now */
    return CORE_ENTERED;
}

/* After mtspr: what it means for the rest of the core. */
static void spr_written(struct xenon_core *core, struct core_thread *th, uint64_t clock, enum xenon_spr spr)
{
    struct xenon_context *t = &th->context, *other = &core->thread[1 - th->index].context;
    if (scope_of[spr] == SCOPE_C)
        other->spr[spr] = t->spr[spr];
    switch (spr) {
    case XENON_SPR_CTRL:
        core_control_changed(core, th, clock);
        break;
    case XENON_SPR_DEC:
    case XENON_SPR_HDEC:
    case XENON_SPR_TBL:
    case XENON_SPR_TBU:
    case XENON_SPR_HID6:
        core_counters_written(core, th, clock, spr);
        break;
    case XENON_SPR_HRMOR:
    case XENON_SPR_RMOR:
    case XENON_SPR_LPCR:
    case XENON_SPR_LPIDR:
        core_erat_flush(core);
        core_find_decrementer(core, th, clock);
        break;
    case XENON_SPR_TLB_VPN:
        core_tlb_reload(core, th);
        break;
    default:
        break;
    }
    if (spr == XENON_SPR_LPCR || spr == XENON_SPR_HDEC) /* an interrupt of the other thread's may be due by that */
        core_see_interrupts(core, &core->thread[1 - th->index], clock + 1);
}

static bool reads_counters(unsigned op)
{
    return op == XENON_OP_MFSPR || op == XENON_OP_MFTB || op == XENON_OP_MTSPR;
}

enum core_result core_system(struct xenon_core *core, struct core_thread *th, struct core_insn *in, uint64_t m)
{
    struct xenon_context *t = &th->context;
    unsigned flags = xenon_op_info[in->in.op].flags, op = in->in.op;
    uint64_t clock = CLOCK_OF(m);

    if (!xenon_may_execute(t, flags)) {
        issuing(core, th, in, m);
        xenon_refuse(t, flags);
        return CORE_FAULTS;
    }
    switch (op) {
    case XENON_OP_DCBI:
        if (xenon_op_DCBI(t, &in->in) == XENON_INTERRUPT) {
            issuing(core, th, in, m);
            return CORE_FAULTS;
        }
        return core_cache_operation(core, th, in, m);
    case XENON_OP_DCBT:
    case XENON_OP_DCBTST:
    case XENON_OP_DCBST:
    case XENON_OP_DCBF:
    case XENON_OP_ICBI:
        return core_cache_operation(core, th, in, m);
    case XENON_OP_SYNC:
    case XENON_OP_LWSYNC:
    case XENON_OP_PTESYNC:
    case XENON_OP_EIEIO:
        return barrier(core, th, in, m);
    case XENON_OP_TLBIE:
        if (core->out_count >= OUTBOX_BUSY) {
            th->resume = 0;
            th->wait_cause = XENON_CAUSE_OF_barrier;
            return CORE_LATER;
        }
        break;
    default:
        break;
    }

    issuing(core, th, in, m);
    if (reads_counters(op))
        core_counters_read(core, th, clock);
    enum xenon_outcome outcome = function_of[op](t, &in->in);
    if (outcome == XENON_INTERRUPT)
        return CORE_FAULTS;
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        if (in->writes[i] != XENON_R_SINK)
            th->ready[in->writes[i]] = (m & ~CAUSE_MASK) + in->latency;
    th->resume = (m & ~CAUSE_MASK) + ONE_CLOCK;
    if (in->flags & CORE_BLOCKS) {
        th->resume = (m & ~CAUSE_MASK) + in->busy;
        core->unit_free[in->unit] = th->resume;
    }
    if (outcome == XENON_NEXT)
        return CORE_DONE;

    switch (op) {
    case XENON_OP_MTSPR:
        if (spr_of[in->in.imm & 1023] != 0)
            spr_written(core, th, clock, spr_of[in->in.imm & 1023] - 1U);
        break;
    case XENON_OP_SLBMTE:
    case XENON_OP_SLBIE:
    case XENON_OP_SLBIA:
        core_erat_flush(core);
        break;
    case XENON_OP_TLBIE:
    case XENON_OP_TLBIEL:
        core_tlb_instruction(core, th, &in->in);
        if (op == XENON_OP_TLBIE) {
            struct sim_msg_core_request *message = core_post(core, clock, SIM_TLBIE, th->index, t->gpr[in->in.b]);
            message->data0 = in->in.word;
            core_posted(core, clock);
        }
        break;
    case XENON_OP_ISYNC:
        t->nia = (in->in.pc + 4) & xenon_address_mask(t);
        th->resume = floor_after(m, core->timing.context_sync);
        return CORE_REFETCH;
    case XENON_OP_RFID:
    case XENON_OP_HRFID:
        th->resume = floor_after(m, core->timing.context_sync);
        core_thread_changed(core, th);
        core_see_interrupts(core, th, clock + 1);
        return CORE_REFETCH;
    default:
        break;
    }
    core_thread_changed(core, th);
    core_see_interrupts(core, th, clock + 1);
    return CORE_ENTERED;
}
