/* The threads of a core, issuing. Included twice: RUN is the function's name, WATCHED whether somebody looks at every
 * instruction.
 *
 * Every instruction has a handler of its own, which works out the moment at which it can issue, leaves if that is not
 * before the horizon, executes, says when its results are ready, and jumps to the next one's. The horizon is the first
 * clock at which anything else could act: the other thread, an event of the core's own, a message. Where a thread
 * leaves, the one whose turn it is comes in; neither goes through a function's return. */

/* clang-format off */
#define DISPATCH() goto *label[in->handler]

/* The moment: order, operands, and a load that is still to write where this writes. Each handler has an `m` of its own;
 * what several share finds it in `at`. */
#define STEP()         uint64_t m = now + in->step
#define READ(n)        m = later(m, th->ready[in->reads[n]])
#define READS(id)      do { if (CORE_READS_##id > 0) READ(0); if (CORE_READS_##id > 1) READ(1); if (CORE_READS_##id > 2) READ(2); } while (0)
#define UNIT(u)        m = later(m, core->unit_free[u])
#define WRITES()       do { if (__builtin_expect(th->under_way != 0, 0)) m |= core_behind_load(th, in); } while (0)
#define GO(where)      do { at = m; goto where; } while (0)
#define LEAVE_LATE()   do { if (__builtin_expect(m >= core->horizon, 0)) GO(leave); } while (0)
#define WATCH_ISSUE()  do { if (WATCHED) core_issuing(core, th, in, m); } while (0)
#define ISSUED()       do { if (WATCHED) core_issued(core, th, in, m, false); count++; } while (0)
#define REFUSED(needs) (!xenon_may_execute(t, needs))
#define RESULT(n, l)   th->ready[in->writes[n]] = now + (l)

/* FPSCR is written by all: it is ready when the last of them is. */
#define RESULT_TOO(n, l) th->ready[in->writes[n]] = later(th->ready[in->writes[n]], now + (l))

/* Now is the clock of the last issue; where that is not so any more, `last` keeps it, as of `counted`. */
#define NOW_IS_M()     now = m & ~CAUSE_MASK
#define KEEP_LAST(m)   do { last = (m) | CAUSE_MASK; counted = count; } while (0)

/* On to the next record, a clock or none later. */
#define NEXT() do { in++; DISPATCH(); } while (0)

#define HANDLE_OP_ANY(id, needs, unit, RESULT_OF_1)                                                \
    STEP(); READS(id); UNIT(unit); WRITES();                                                       \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    if (__builtin_expect(REFUSED(needs), 0)) GO(refuse);                                           \
    if (__builtin_expect(xenon_op_##id(t, &in->in) != XENON_NEXT, 0)) GO(fault);                   \
    NOW_IS_M();                                                                                    \
    RESULT(0, in->latency);                                                                        \
    if (CORE_LISTED_##id > 1 || (CORE_RECORDS(needs) && in->in.flags & XENON_RC))                  \
        RESULT_OF_1(1, in->latency_1);                                                             \
    ISSUED();                                                                                      \
    if (!CORE_IS_PLAIN(id, needs) && __builtin_expect(in->flags & CORE_SPECIAL, 0)) GO(special);   \
    NEXT();

#define HANDLE_OP_INT(id, needs)    { HANDLE_OP_ANY(id, needs, XENON_UNIT_FXU, RESULT) }
#define HANDLE_OP_FP(id, needs)     { HANDLE_OP_ANY(id, needs, XENON_UNIT_FPU, RESULT_TOO) }
#define HANDLE_OP_VMX(id, needs)    { HANDLE_OP_ANY(id, needs, XENON_UNIT_VMX, RESULT) }
#define HANDLE_OP_VMX128(id, needs) { HANDLE_OP_ANY(id, needs, XENON_UNIT_VMX, RESULT) }

#define HANDLE_OP_BRANCH(id, needs) { HANDLE_BRANCH_##id }
#define HANDLE_OP_SYSTEM(id, needs) goto do_system;
#define HANDLE_OP_LOAD(id, needs)   goto do_storage;
#define HANDLE_OP_STORE(id, needs)  goto do_storage;

/* Traps, logic on CR, the system call: as integers, on another unit. */
#define HANDLE_PLAIN_BRANCH(id)                                                                    \
    STEP(); READS(id); WRITES(); UNIT(in->unit);                                                   \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    if (__builtin_expect(xenon_op_##id(t, &in->in) != XENON_NEXT, 0)) GO(fault);                   \
    NOW_IS_M();                                                                                    \
    RESULT(0, in->latency);                                                                        \
    ISSUED();                                                                                      \
    NEXT();
#define HANDLE_BRANCH_CRAND  HANDLE_PLAIN_BRANCH(CRAND)
#define HANDLE_BRANCH_CRANDC HANDLE_PLAIN_BRANCH(CRANDC)
#define HANDLE_BRANCH_CREQV  HANDLE_PLAIN_BRANCH(CREQV)
#define HANDLE_BRANCH_CRNAND HANDLE_PLAIN_BRANCH(CRNAND)
#define HANDLE_BRANCH_CRNOR  HANDLE_PLAIN_BRANCH(CRNOR)
#define HANDLE_BRANCH_CROR   HANDLE_PLAIN_BRANCH(CROR)
#define HANDLE_BRANCH_CRORC  HANDLE_PLAIN_BRANCH(CRORC)
#define HANDLE_BRANCH_CRXOR  HANDLE_PLAIN_BRANCH(CRXOR)
#define HANDLE_BRANCH_MCRF   HANDLE_PLAIN_BRANCH(MCRF)
#define HANDLE_BRANCH_SC     HANDLE_PLAIN_BRANCH(SC)
#define HANDLE_BRANCH_TW     HANDLE_PLAIN_BRANCH(TW)
#define HANDLE_BRANCH_TWI    HANDLE_PLAIN_BRANCH(TWI)
#define HANDLE_BRANCH_TD     HANDLE_PLAIN_BRANCH(TD)
#define HANDLE_BRANCH_TDI    HANDLE_PLAIN_BRANCH(TDI)

#define HANDLE_BRANCH_B                                                                            \
    STEP();                                                                                        \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    xenon_op_B(t, &in->in);                                                                        \
    if (in->in.flags & XENON_LK) core_link_push(core, th, in);                                     \
    ISSUED();                                                                                      \
    KEEP_LAST(m);                                                                                  \
    resume = (m & ~CAUSE_MASK) + taken;                                                            \
    goto redirect;

/* Conditional ones: a CR field that stwcx. is still to write is the one operand that is waited for. */
#define HANDLE_CONDITIONAL(id)                                                                     \
    STEP();                                                                                        \
    if (__builtin_expect(th->under_way != 0, 0)) m |= th->ready[in->reads[0]] & PENDING;           \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    bool jumps = xenon_op_##id(t, &in->in) == XENON_JUMP;                                          \
    resume = core_branch_##id(core, th, in, m, jumps);                                             \
    ISSUED();                                                                                      \
    if (resume == 0) { NOW_IS_M(); NEXT(); }                                                       \
    KEEP_LAST(m);                                                                                  \
    if (!jumps) t->nia = (in->in.pc + 4) & th->address_mask;                                       \
    goto redirect;
#define HANDLE_BRANCH_BC    HANDLE_CONDITIONAL(BC)
#define HANDLE_BRANCH_BCLR  HANDLE_CONDITIONAL(BCLR)
#define HANDLE_BRANCH_BCCTR HANDLE_CONDITIONAL(BCCTR)

/* LR and CTR, from and to a GPR. */
#define MOVE_FROM(register)                                                                        \
    STEP(); READ(0); UNIT(XENON_UNIT_FXU); WRITES();                                               \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    t->gpr[in->in.d] = register;                                                                   \
    NOW_IS_M();                                                                                    \
    RESULT(0, in->latency);                                                                        \
    ISSUED();                                                                                      \
    NEXT()
#define MOVE_TO(register, branch_ready)                                                            \
    STEP(); READ(0); UNIT(XENON_UNIT_FXU);                                                         \
    LEAVE_LATE();                                                                                  \
    WATCH_ISSUE();                                                                                 \
    register = t->gpr[in->in.d];                                                                   \
    NOW_IS_M();                                                                                    \
    RESULT(0, in->latency);                                                                        \
    branch_ready = now + MOMENT(core->timing.branch_after_move, branch);                           \
    ISSUED();                                                                                      \
    NEXT()

/* Loads and stores. */
#define ADDRESS(id) do {                                                                           \
        uint64_t made = th->ready[in->address[0]];                                                 \
        if (CORE_ADDRESS_##id > 1) made = later(made, th->ready[in->address[1]]);                  \
        m = later(m, made + core->address_skew);                                                   \
    } while (0)
#define EA()           sum & th->address_mask
#define IS_MICRO(id)   (CORE_CLASSES_##id & CORE_SHAPE_MICRO)

/* One that is aligned crosses nothing. */
#define IS_ODD(ea, bytes)    __builtin_expect(((ea) & ((bytes) - 1)) != 0, 0)
#define IN_BLOCK(ea, bytes)  (((ea) & core->block_mask) + (bytes) <= core->block_mask + 1)
#define CROSSES(ea, bytes)   (IS_ODD(ea, bytes) && !IN_BLOCK(ea, bytes))

#define LOAD(id, bytes, put, update) do_load_##id: {                                               \
        STEP(); ADDRESS(id); WRITES();                                                             \
        LEAVE_LATE();                                                                              \
        const uint64_t sum = xenon_ea_sum(t, &in->in), ea = EA();                                  \
        struct core_hit hit;                                                                       \
        if (__builtin_expect(IS_MICRO(id) || !may_##put || CROSSES(ea, bytes) ||                   \
                             !core_page_hit(core, th, ea, th->need_read, &hit) || hit.line == NULL, 0)) \
            GO(load_slow);                                                                         \
        WATCH_ISSUE();                                                                             \
        core_hit_used(&hit);                                                                       \
        xenon_put_##put(t, &in->in, core_get(core_hit_bytes(&hit), bytes));                        \
        NOW_IS_M();                                                                                \
        const uint64_t behind = core_behind_store(core, hit.ra, IS_ODD(ea, bytes) ? (bytes) : 1);  \
        th->ready[in->writes[0]] = later(now + in->latency, behind);                               \
        if (update) {                                                                              \
            t->gpr[in->in.a] = sum;                                                                \
            RESULT(1, in->latency_1);                                                              \
        }                                                                                          \
        ISSUED();                                                                                  \
        NEXT();                                                                                    \
    }

#define VLOAD(id, put) do_load_##id: {                                                             \
        STEP(); ADDRESS(id); WRITES();                                                             \
        LEAVE_LATE();                                                                              \
        const uint64_t sum = xenon_ea_sum(t, &in->in), ea = EA(), quad = ea & ~UINT64_C(15);       \
        struct core_hit hit;                                                                       \
        if (__builtin_expect(!may_vmx || !xenon_vload_##put##_reads(ea & 15) ||                    \
                             !core_page_hit(core, th, quad, th->need_read, &hit) || hit.line == NULL, 0)) \
            GO(load_slow);                                                                         \
        WATCH_ISSUE();                                                                             \
        core_hit_used(&hit);                                                                       \
        xenon_vload_##put(t, &in->in, core_vector(core_hit_bytes(&hit)), ea & 15);                 \
        NOW_IS_M();                                                                                \
        const uint64_t behind = core_behind_store(core, hit.ra, 16);                               \
        th->ready[in->writes[0]] = later(now + in->latency, behind);                               \
        ISSUED();                                                                                  \
        NEXT();                                                                                    \
    }

#define STORE(id, size, get, update) do_store_##id: {                                              \
        STEP(); ADDRESS(id); READ(0);                                                              \
        if (stores_fpr_##get) m = later(m, th->vector_stored);                                     \
        LEAVE_LATE();                                                                              \
        const uint64_t sum = xenon_ea_sum(t, &in->in), ea = EA();                                  \
        struct core_hit hit;                                                                       \
        if (__builtin_expect(!may_##get || CROSSES(ea, size) || (core->misses | core->stores) != 0 || \
                             !core_page_hit(core, th, ea, th->need_write, &hit), 0))               \
            GO(store_slow);                                                                        \
        struct core_store *store = &core->gather[core->last_gather].store;                         \
        if (!core_gathers_on(core, hit.ra)) {                                                      \
            if (__builtin_expect(!core_gather_takes(core, hit.ra), 0))                             \
                GO(store_slow);                                                                    \
            store = core_gather_other(core, hit.ra, CLOCK_OF(m));                                  \
        }                                                                                          \
        WATCH_ISSUE();                                                                             \
        core_hit_used(&hit);                                                                       \
        const uint64_t value = xenon_get_##get(t, &in->in);                                        \
        const unsigned where = hit.ra & (SIM_BLOCK - 1);                                           \
        core_put(&store->bytes[where], size, value);                                               \
        store->mask |= ((UINT64_C(1) << (size)) - 1) << where;                                     \
        if (hit.line != NULL)                                                                      \
            core_put(core_hit_bytes(&hit), size, value);                                           \
        NOW_IS_M();                                                                                \
        core_note_store(core, hit.ra, IS_ODD(ea, size) ? (size) : 1, m);                           \
        if (update) {                                                                              \
            t->gpr[in->in.a] = sum;                                                                \
            RESULT(1, in->latency_1);                                                              \
        }                                                                                          \
        if (__builtin_expect(store->mask == UINT64_MAX, 0)) {                                      \
            core_event_at(core, CLOCK_OF(m) + 1);                                                  \
        }                                                                                          \
        ISSUED();                                                                                  \
        NEXT();                                                                                    \
    }

#define VSTORE(id, get) do_store_##id: {                                                           \
        STEP(); ADDRESS(id); READ(0);                                                              \
        LEAVE_LATE();                                                                              \
        GO(store_slow);                                                                            \
    }

#define BLOCK_LOAD(...)
#define BLOCK_STORE(...)
#define RESERVE(...)
#define CONDITIONAL(...)
#define EXTERNAL_LOAD(...)
#define EXTERNAL_STORE(...)
#define UPDATE true
#define KEEP   false

/* Which unit must be switched on for a value. */
#define may_zero      true
#define may_sign16    true
#define may_sign32    true
#define may_swapped16 true
#define may_swapped32 true
#define may_swapped64 true
#define may_low       true
#define may_single    (t->msr & XENON_MSR_FP)
#define may_double    (t->msr & XENON_MSR_FP)
#define may_vmx       (t->msr & XENON_MSR_VXU)
#define stores_fpr_low       false
#define stores_fpr_swapped16 false
#define stores_fpr_swapped32 false
#define stores_fpr_swapped64 false
#define stores_fpr_single    true
#define stores_fpr_double    true

#define LABEL_OP(id)      &&do_##id
#define LABEL_LOAD(id)    &&do_load_##id
#define LABEL_VLOAD(id)   &&do_load_##id
#define LABEL_STORE(id)   &&do_store_##id
#define LABEL_VSTORE(id)  &&do_store_##id
#define LABEL_STORAGE(id) &&do_storage
#define CODE_OP(id, group, needs) do_##id: HANDLE_OP_##group(id, needs)
#define CODE_LOAD(id, group, needs)
#define CODE_VLOAD(id, group, needs)
#define CODE_STORE(id, group, needs)
#define CODE_VSTORE(id, group, needs)
#define CODE_STORAGE(id, group, needs)
/* clang-format on */

void RUN(struct xenon_core *core)
{
    static const void *const label[CORE_HANDLERS] = {
        [HANDLER_UNKNOWN] = &&do_unknown,
#define INSN(id, mnemonic, form, group, kind, ...) [XENON_OP_##id] = LABEL_##kind(id),
#include "models/xenon/isa/isa.def"
#undef INSN
        [HANDLER_LINE_END] = &&do_line_end, [HANDLER_ILLEGAL] = &&do_illegal, [HANDLER_FIELDS] = &&do_fields,
        [HANDLER_HINT] = &&do_hint,         [HANDLER_NEAR] = &&do_near,       [HANDLER_MFLR] = &&do_mflr,
        [HANDLER_MTLR] = &&do_mtlr,         [HANDLER_MFCTR] = &&do_mfctr,     [HANDLER_MTCTR] = &&do_mtctr,
        [HANDLER_DOT] = &&do_dot,           [HANDLER_STORAGE] = &&do_storage, [HANDLER_SYSTEM] = &&do_system,
    };
    const uint64_t taken = MOMENT(1 + core->timing.branch_taken, branch);
    struct core_thread *th;
    struct xenon_context *t;
    struct core_insn *in;
    uint64_t now, at, resume, last, count, counted;
    enum core_result result;

pick:
    th = core_pick(core);
    if (th == NULL)
        return;
    in = th->in;
    now = core_now(core, th);
picked:
    t = &th->context;
    last = count = counted = 0;
    DISPATCH();

#define INSN(id, mnemonic, form, group, kind, mask, match, operands, flags) CODE_##kind(id, group, flags)
#include "models/xenon/isa/isa.def"
#undef INSN
#include "models/xenon/isa/storage.def"

do_unknown: /* the first time here */
    core_decode_here(core, in);
    DISPATCH();

do_line_end:
    t->nia = in->in.pc & th->address_mask;
    if (count != counted)
        KEEP_LAST(now);
    now += ONE_CLOCK;
    goto look_up;

do_illegal : {
    STEP();
    LEAVE_LATE();
    WATCH_ISSUE();
    xenon_raise(t, XENON_PROGRAM, XENON_CAUSE_ILLEGAL);
    GO(fault);
}

do_fields : {
    uint64_t m = later(now + in->step, core_fields_moment(th, in));
    UNIT(XENON_UNIT_FXU);
    LEAVE_LATE();
    WATCH_ISSUE();
    core_fields(th, in, m);
    NOW_IS_M();
    ISSUED();
    if (in->flags & CORE_SPECIAL)
        GO(special);
    NEXT();
}

do_hint : {
    STEP();
    UNIT(XENON_UNIT_FXU);
    LEAVE_LATE();
    WATCH_ISSUE();
    NOW_IS_M();
    ISSUED();
    at = m;
    resume = core_hint(core, th, in, m);
    goto sequel;
}

do_near : {
    STEP();
    if (__builtin_expect(th->under_way != 0, 0))
        m |= th->ready[in->reads[0]] & PENDING;
    LEAVE_LATE();
    WATCH_ISSUE();
    bool jumps = core_near_jumps(th, in);
    if (__builtin_expect(!core_predicted(core, th, in, jumps), 0)) {
        resume = core_wrong(core, m, th->ready[in->reads[0]]);
        ISSUED();
        KEEP_LAST(m);
        t->nia = (in->in.pc + (jumps ? in->in.imm : 4)) & th->address_mask;
        goto redirect;
    }
    ISSUED();
    if (!jumps) {
        NOW_IS_M();
        NEXT();
    }
    KEEP_LAST(m);
    resume = (m & ~CAUSE_MASK) + taken;
    in += in->skip;
    if (__builtin_expect(in->handler == HANDLER_UNKNOWN, 0))
        core_decode_here(core, in);
    if (__builtin_expect(in->in.pc & 8, 0) && th->other->state != XENON_THREAD_STOPPED)
        resume += (uint64_t)core->timing.fetch_share << CAUSE_BITS;
    now = resume - in->step;
    DISPATCH();
}

do_mflr : {
    MOVE_FROM(t->lr);
}
do_mfctr : {
    MOVE_FROM(t->ctr);
}
do_mtlr : {
    MOVE_TO(t->lr, th->lr_ready);
}
do_mtctr : {
    MOVE_TO(t->ctr, th->ctr_ready);
}

do_dot : {
    uint64_t m = later(now + in->step, core_dot_moment(core, th, in));
    UNIT(XENON_UNIT_VMX);
    WRITES();
    LEAVE_LATE();
    WATCH_ISSUE();
    if (REFUSED(XENON_VXU))
        GO(refuse);
    (in->in.op == XENON_OP_VMSUM3FP128 ? xenon_op_VMSUM3FP128 : xenon_op_VMSUM4FP128)(t, &in->in);
    NOW_IS_M();
    RESULT(0, in->latency);
    ISSUED();
    NEXT();
}

do_storage : {
    uint64_t m = later(now + in->step, core_storage_moment(core, th, in));
    UNIT(XENON_UNIT_LSU);
    LEAVE_LATE();
    at = m;
    result = core_storage(core, th, in, m);
    goto slow;
}

do_system : {
    uint64_t m = later(now + in->step, core_storage_moment(core, th, in));
    UNIT(in->unit);
    LEAVE_LATE();
    at = m;
    result = core_system(core, th, in, m);
    goto slow;
}

load_slow:
    result = core_load_slow(core, th, in, at);
    goto slow;

store_slow:
    result = core_store_slow(core, th, in, at);
    goto slow;

slow:
    resume = th->resume;
    th->resume = 0;
    if (result == CORE_LATER)
        goto not_issued;
    if (result == CORE_FAULTS)
        goto fault;
    if (WATCHED)
        core_issued(core, th, in, at, false);
    count++;
    now = at & ~CAUSE_MASK;
    if (result == CORE_DONE)
        goto sequel;
    KEEP_LAST(at);
    if (result == CORE_ENTERED) {
        th->in = in;
        core_go_on(core, th, resume != 0 ? resume : now + ONE_CLOCK);
    } else {
        core_refetch(th, resume);
    }
    goto left;

special:
    if (in->flags & CORE_THIRD)
        RESULT(2, in->latency_1);
    resume = 0;
    if (in->flags & CORE_BLOCKS) {
        resume = now + in->busy;
        core->unit_free[in->unit] = resume;
    } else if (in->flags & CORE_MICRO) {
        resume = now + in->busy;
    }
    goto sequel;

    /* The next record, not before `resume`. */
sequel:
    if (__builtin_expect(resume == 0, 1))
        NEXT();
    KEEP_LAST(at);
    in++;
    if (in->handler == HANDLER_UNKNOWN)
        core_decode_here(core, in);
    if (in->handler == HANDLER_LINE_END) {
        t->nia = in->in.pc & th->address_mask;
        now = resume;
        goto look_up;
    }
    now = resume - in->step;
    DISPATCH();

    /* t->nia, from `resume` on; `last` is kept. */
redirect:
    if (__builtin_expect(t->nia & 8, 0) && th->other->state != XENON_THREAD_STOPPED)
        resume += (uint64_t)core->timing.fetch_share << CAUSE_BITS;
    if (((t->nia ^ in->in.pc) & ~(uint64_t)(SIM_LINE - 1)) == 0) {
        in += (int64_t)(t->nia - in->in.pc) >> 2;
        if (__builtin_expect(in->handler == HANDLER_UNKNOWN, 0))
            core_decode_here(core, in);
        now = resume - in->step;
        DISPATCH();
    }
    now = resume;

    /* The line of t->nia, from `now` on; `last` is kept. */
look_up:
    if (now < core->horizon) {
        struct core_insn *found = core_code_at_once(core, th, t->nia);
        if (__builtin_expect(found != NULL, 1)) {
            in = found;
            now -= in->step;
            DISPATCH();
        }
        th->lookup = true;
        th->now = now;
        core_look_up(core, th, CLOCK_OF(now));
        if (!th->lookup && th->state == XENON_THREAD_RUNS) {
            in = th->in;
            now = th->now;
            DISPATCH();
        }
    } else {
        th->lookup = true;
        th->now = th->bound = now;
    }
    goto left;

refuse:
    xenon_refuse(t, in->in.op == XENON_OP_ILLEGAL ? 0 : xenon_op_info[in->in.op].flags);
fault:
    if (WATCHED)
        core_issued(core, th, in, at, true);
    KEEP_LAST(at);
    t->nia = in->in.pc;
    core_take_interrupt(core, th, CLOCK_OF(at));
    goto left;

not_issued: /* th->bound and the rest are as the slow path left them */
    if (count != counted)
        KEEP_LAST(now);
    if (resume != 0) {
        th->now = resume - in->step;
        th->bound = resume;
    } else {
        if (last != 0)
            th->now = now;
        th->bound = PENDING | th->wait_cause;
        th->kept.instructions = th->instructions + count;
    }
    th->in = in;
    t->nia = in->in.pc;
    goto left;

leave:
    th->bound = at;
    if (count != counted)
        last = now;
    else if (last == 0)
        goto pick;
    th->now = now;
    th->in = in;
    t->nia = in->in.pc;
    th->instructions += count;
    core->last_issue = CLOCK_OF(last) + 1;
    core->last_thread = th->index;
    at = core_other_goes_on(core, th, at, last);
    if (at == 0) {
        if (core_is_over(core, th))
            return;
        goto pick;
    }
    th = th->other;
    in = th->in;
    now = later(th->now + in->step, at) - in->step;
    goto picked;
left:
    if (last != 0) {
        core->last_issue = CLOCK_OF(last) + 1;
        core->last_thread = th->index;
        th->instructions += count;
    }
    goto pick;
}
