/* The caches of a core: lines of code, taken apart; lines of data; lines under way. */
#include "models/xenon/core/lookup.h"

#define LINE_OF(ra) ((ra) & ~(uint64_t)(SIM_LINE - 1))

/* Code. */

static bool is_near(const struct xenon_insn *in)
{
    return !(in->flags & (XENON_LK | XENON_AA)) && LINE_OF(in->pc) == LINE_OF(in->pc + in->imm);
}

static void set_handler(struct core_insn *insn)
{
    const struct xenon_insn *in = &insn->in;
    const struct xenon_op_info *info = &xenon_op_info[in->op];
    insn->handler = in->op;
    switch (in->op) {
    case XENON_OP_ILLEGAL:
        insn->handler = HANDLER_ILLEGAL;
        return;
    case XENON_OP_MFCR:
    case XENON_OP_MFOCRF:
    case XENON_OP_MTCRF:
    case XENON_OP_MTOCRF:
        insn->handler = HANDLER_FIELDS;
        return;
    case XENON_OP_VMSUM3FP128:
    case XENON_OP_VMSUM4FP128:
        insn->handler = HANDLER_DOT;
        return;
    case XENON_OP_MFSPR:
    case XENON_OP_MTSPR:
        insn->handler = in->imm == 8   ? (in->op == XENON_OP_MFSPR ? HANDLER_MFLR : HANDLER_MTLR)
                        : in->imm == 9 ? (in->op == XENON_OP_MFSPR ? HANDLER_MFCTR : HANDLER_MTCTR)
                                       : HANDLER_SYSTEM;
        return;
    case XENON_OP_BC:
        if (is_near(in))
            insn->handler = HANDLER_NEAR;
        return;
    case XENON_OP_OR:
        if (in->d == in->a && in->a == in->b && !(in->flags & XENON_RC) &&
            ((in->d >= 1 && in->d <= 3) || (in->d >= 28 && in->d <= 31)))
            insn->handler = HANDLER_HINT;
        return;
    default:
        if (info->group == XENON_SYSTEM)
            insn->handler = HANDLER_SYSTEM;
        return;
    }
}

/* The cause that who waits for an instruction's result is charged with. */
static unsigned cause_of(enum xenon_class class, enum xenon_unit unit)
{
    switch (class) {
    case XENON_CLASS_vmx_dot:
        return CAUSE_DOT;
    case XENON_CLASS_spr_read:
    case XENON_CLASS_spr_write:
    case XENON_CLASS_context:
        return XENON_CAUSE_OF_barrier;
    case XENON_CLASS_load:
    case XENON_CLASS_load_fp:
    case XENON_CLASS_load_vector:
        return XENON_CAUSE_OF_l1;
    default:
        return unit == XENON_UNIT_FPU                             ? XENON_CAUSE_OF_fpu
               : unit == XENON_UNIT_VMX || unit == XENON_UNIT_VLS ? XENON_CAUSE_OF_vmx
                                                                  : XENON_CAUSE_OF_fxu;
    }
}

/* BO of a conditional branch; unconditional ones have no use for it. */
static uint8_t branch_flags(unsigned bo)
{
    bool hinted = (bo & 0x16) == 0x06 || (bo & 0x1C) == 0x18; /* 0?11?, 1?0?? of its kinds */
    return (uint8_t)(((bo & 0x14) == 0x14 ? CORE_ALWAYS : 0) | (hinted ? CORE_HINTED : 0));
}

static void set_timing(const struct xenon_core *core, struct core_insn *insn, const struct xenon_uses *uses)
{
    const struct xenon_core_timing *timing = &core->timing;
    const struct xenon_class_info *class = &xenon_class_info[uses->class];
    unsigned cause = cause_of(uses->class, class->unit);
    uint32_t latency = xenon_class_latency(timing, uses->class), busy = xenon_class_busy(timing, uses->class);

    memcpy(insn->address, uses->address, sizeof insn->address);
    memcpy(insn->reads, uses->reads, sizeof insn->reads);
    memcpy(insn->writes, uses->writes, sizeof insn->writes);
    insn->unit = (uint8_t) class->unit;
    insn->flags =
        (class->flags & XENON_CLASS_IS_MICRO ? CORE_MICRO : 0) | (class->flags & XENON_CLASS_BLOCKS ? CORE_BLOCKS : 0) |
        (class->flags & XENON_CLASS_IS_SYNC ? CORE_SYNC : 0) | (uses->writes[2] != XENON_R_SINK ? CORE_THIRD : 0);
    if (uses->class == XENON_CLASS_branch)
        insn->flags |= branch_flags(insn->in.d);
    if (class->flags & XENON_CLASS_IS_MICRO) {
        cause = XENON_CAUSE_OF_microcode;
        if (uses->class == XENON_CLASS_micro_fields)
            busy = timing->micro_step * (uint32_t)__builtin_popcountll(insn->in.imm & 0xFF);
        busy += timing->micro_entry;
        latency = busy;
    }
    uint32_t other = uses->flags & XENON_USES_UPDATE ? timing->fx_latency : latency;
    if (xenon_op_info[insn->in.op].flags & XENON_VXU && uses->flags & XENON_USES_RECORD)
        other = timing->vmx_compare_cr;
    if (uses->class == XENON_CLASS_vmx_dot)
        latency += timing->vmx_dot_cross;
    insn->latency = latency << CAUSE_BITS | cause;
    insn->latency_1 = other << CAUSE_BITS | (uses->flags & XENON_USES_UPDATE ? XENON_CAUSE_OF_fxu : cause);
    insn->busy = busy << CAUSE_BITS | cause;
    if (insn->handler == HANDLER_NEAR)
        insn->skip = (int32_t)((int64_t)insn->in.imm / 4);
}

void core_decode_pair(struct xenon_core *core, struct core_code_line *line, unsigned word)
{
    struct xenon_uses uses[2];
    word &= ~1U;
    for (unsigned i = 0; i < 2; i++) {
        struct core_insn *insn = &line->insn[word + i];
        insn->in = xenon_decode(line->ea + 4 * (word + i), line->word[word + i]);
        uses[i] = xenon_uses_of(&insn->in);
        set_handler(insn);
        set_timing(core, insn, &uses[i]);
    }
    line->insn[word].step = ONE_CLOCK;
    line->insn[word + 1].step =
        xenon_may_pair(&core->timing, &uses[0], &uses[1]) ? 0 : ONE_CLOCK | XENON_CAUSE_OF_pairing;
}

/* Fills a line with what is to be taken apart when it is reached. */
void core_code_begin(struct core_code_line *line, uint64_t ea)
{
    line->ea = ea;
    for (unsigned i = 0; i <= LINE_WORDS; i++) {
        line->insn[i].in.pc = ea + 4 * i;
        line->insn[i].handler = i == LINE_WORDS ? HANDLER_LINE_END : HANDLER_UNKNOWN;
        line->insn[i].step = 0;
    }
}

/* A line is known by both its addresses: under another effective one it is another line. */
struct core_code_line *core_code_find(struct xenon_core *core, uint64_t ra, uint64_t ea)
{
    unsigned set = core_code_set(ra);
    for (unsigned way = 0; way < L1I_WAYS; way++) {
        struct core_code_line *line = &core->l1i[set * L1I_WAYS + way];
        if (line->tag != (LINE_OF(ra) | 1) || line->ea != LINE_OF(ea))
            continue;
        core->l1i_last[set] = (uint8_t)way;
        return line;
    }
    return NULL;
}

/* A thread that is in a line which goes looks it up again at its next instruction. */
static void leave_line(struct xenon_core *core, const struct core_code_line *line, uint64_t clock)
{
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        bool inside = !th->lookup && th->in != NULL && th->in >= line->insn && th->in <= &line->insn[LINE_WORDS];
        if (!inside)
            continue;
        th->now = later(th->now + th->in->step, MOMENT(clock, fetch));
        th->bound = th->now;
        th->lookup = true;
    }
}

void core_code_drop(struct xenon_core *core, uint64_t ra, uint64_t clock)
{
    for (unsigned way = 0; way < L1I_WAYS; way++) {
        struct core_code_line *line = &core->l1i[core_code_set(ra) * L1I_WAYS + way];
        if (line->tag != (LINE_OF(ra) | 1))
            continue;
        leave_line(core, line, clock);
        line->tag = 0;
    }
}

static void code_fill(struct xenon_core *core, uint64_t clock, uint64_t ra, uint64_t ea, const uint8_t *bytes)
{
    unsigned set = core_code_set(ra), way = 0;
    struct core_code_line *lines = &core->l1i[set * L1I_WAYS];
    while (way < L1I_WAYS && lines[way].tag != 0)
        way++;
    if (way == L1I_WAYS)
        way = 1 - core->l1i_last[set];
    leave_line(core, &lines[way], clock);
    lines[way].tag = LINE_OF(ra) | 1;
    for (unsigned i = 0; i < LINE_WORDS; i++)
        lines[way].word[i] = (uint32_t)core_get(bytes + 4 * i, 4);
    core_code_begin(&lines[way], ea);
    core->l1i_last[set] = (uint8_t)way;
}

/* The thread's next instruction is looked for at a clock: it is there, or it will come. */
void core_look_up(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    struct xenon_context *t = &th->context;
    uint64_t ra;
    uint32_t flags;
    th->resume = 0;
    switch (core_translate(core, th, clock, t->nia, false, true, &ra, &flags)) {
    case CORE_WAIT:
        if (th->state == XENON_THREAD_RUNS)
            th->now = th->bound = th->resume;
        th->resume = 0;
        return;
    case CORE_FAULT:
        core_take_interrupt(core, th, clock);
        return;
    default:
        break;
    }
    struct core_code_line *line = core_code_find(core, ra, t->nia);
    if (line == NULL) {
        const struct core_thread *other = &core->thread[1 - th->index];
        th->state = XENON_THREAD_FETCHES;
        th->waits_for = LINE_OF(ra) | 1;
        if (core->tracing)
            core_show_thread(core, th, clock);
        if (other->state == XENON_THREAD_FETCHES && other->waits_for == th->waits_for &&
            LINE_OF(other->context.nia) == LINE_OF(t->nia))
            return; /* it has asked already */
        core_post(core, clock, SIM_READ_CODE, th->index, LINE_OF(ra))->tag = CORE_TAG_CODE;
        core_posted(core, clock);
        return;
    }
    struct core_insn *in = &line->insn[t->nia >> 2 & (LINE_WORDS - 1)];
    if (in->handler == HANDLER_UNKNOWN)
        core_decode_pair(core, line, (unsigned)(in - line->insn));
    th->lookup = false;
    th->in = in;
    th->bound = later(th->now, clock << CAUSE_BITS);
    th->now = later(th->now, clock << CAUSE_BITS) - in->step;
}

static void code_came(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m, const uint8_t *bytes)
{
    uint64_t line = LINE_OF(m->address) | 1, ea = LINE_OF(core->thread[m->thread & 1].context.nia);
    code_fill(core, clock, m->address, ea, bytes);
    for (unsigned i = 0; i < CORE_THREADS; i++) {
        struct core_thread *th = &core->thread[i];
        if (th->state != XENON_THREAD_FETCHES || th->waits_for != line || LINE_OF(th->context.nia) != ea)
            continue;
        th->state = XENON_THREAD_RUNS;
        th->now = th->bound = MOMENT(clock + core->timing.fetch_predecode, fetch);
    }
}

/* Data. */

uint8_t *core_data_find(struct xenon_core *core, uint64_t ra, bool touch)
{
    unsigned set = core_data_set(ra), way = core_data_way(core->l1d_tag[set], LINE_OF(ra) | 1);
    if (way == L1D_WAYS)
        return NULL;
    if (touch)
        core->l1d_tree[set] = core_tree_touched(core->l1d_tree[set], way);
    return core->l1d[set * L1D_WAYS + way];
}

void core_data_drop(struct xenon_core *core, uint64_t ra)
{
    unsigned set = core_data_set(ra), way = core_data_way(core->l1d_tag[set], LINE_OF(ra) | 1);
    if (way != L1D_WAYS)
        core->l1d_tag[set][way] = 0;
}

void core_data_drop_range(struct xenon_core *core, uint64_t ra, uint64_t size)
{
    for (unsigned set = 0; set < L1D_SETS; set++)
        for (unsigned way = 0; way < L1D_WAYS; way++) {
            uint64_t line = LINE_OF(core->l1d_tag[set][way]);
            if (core->l1d_tag[set][way] != 0 && line + SIM_LINE > ra && line < ra + size)
                core->l1d_tag[set][way] = 0;
        }
}

void core_data_fill(struct xenon_core *core, uint64_t ra, const uint8_t *bytes)
{
    unsigned set = core_data_set(ra), way = core_data_way(core->l1d_tag[set], 0);
    if (way == L1D_WAYS)
        way = core_tree_victim(core->l1d_tree[set]);
    core->l1d_tag[set][way] = LINE_OF(ra) | 1;
    memcpy(core->l1d[set * L1D_WAYS + way], bytes, SIM_LINE);
    core->l1d_tree[set] = core_tree_touched(core->l1d_tree[set], way);
}

struct core_miss *core_miss_find(struct xenon_core *core, uint64_t line)
{
    for (unsigned i = 0; core->misses != 0 && i < MISSES_MAX; i++)
        if (core->miss[i].used && core->miss[i].line == line)
            return &core->miss[i];
    return NULL;
}

static void miss_stored(struct core_miss *miss, unsigned at, const uint8_t *bytes, unsigned size)
{
    memcpy(&miss->stored[at], bytes, size);
    for (unsigned i = at; i < at + size; i++)
        miss->mask[i / 64] |= UINT64_C(1) << i % 64;
}

/* A store's bytes, into the line where that is in L1D or under way. */
void core_data_stored(struct xenon_core *core, uint64_t ra, const uint8_t *bytes, unsigned size)
{
    while (size > 0) {
        unsigned at = (unsigned)(ra & (SIM_LINE - 1)), room = SIM_LINE - at, part = size < room ? size : room;
        uint8_t *line = core_data_find(core, ra, true);
        struct core_miss *miss = core_miss_find(core, LINE_OF(ra));
        if (line != NULL)
            memcpy(line + at, bytes, part);
        if (miss != NULL)
            miss_stored(miss, at, bytes, part);
        ra += part;
        bytes += part;
        size -= part;
    }
}

/* Lines that come. */

static void waiter_served(struct xenon_core *core, const struct core_waiter *w, uint64_t clock, unsigned first,
                          unsigned source, const uint8_t *line)
{
    struct core_thread *th = &core->thread[w->thread];
    unsigned beats = (w->offset / 32U + 4 - first) % 4,
             cause = source == SIM_FROM_L2 ? XENON_CAUSE_OF_l2 : XENON_CAUSE_OF_dram;
    uint8_t bytes[SIM_LINE];
    memcpy(bytes, line + w->offset, w->bytes);
    for (unsigned i = 0; (w->mask[0] | w->mask[1]) != 0 && i < w->bytes; i++)
        if (w->mask[i / 64] >> i % 64 & 1)
            bytes[i] = w->stored[i];
    th->loads_under_way--;
    if (w->used == WAITER_ACCESS) {
        core_access_filled(core, th, clock, bytes, w->bytes);
        return;
    }
    uint64_t due = later(clock + core->timing.fill_to_use + (uint64_t)beats * core->timing.fill_beat, w->floor);
    core_put_loaded(th, &w->in, w->in_offset, bytes);
    th->ready[w->resource] = due << CAUSE_BITS | cause;
    if (core->watch != NULL && core->watch->filled != NULL)
        core->watch->filled(core->watch->context, core, w->thread, (uint8_t)w->resource, due);
}

static void data_came(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m, uint8_t *bytes)
{
    struct core_miss *miss = &core->miss[m->tag % MISSES_MAX];
    if (!miss->used || miss->line != m->address)
        return; /* only a saved machine that was tampered with gets here, and to the like below */
    struct core_waiter waiting[WAITERS_MAX];
    unsigned count = 0;
    for (unsigned i = 0, left = core->waiters; left != 0 && i < WAITERS_MAX; i++) {
        struct core_waiter *w = &core->waiter[i];
        left -= w->used != WAITER_FREE;
        if (w->used != WAITER_FREE && w->miss == m->tag) {
            waiting[count++] = *w;
            w->used = WAITER_FREE;
            core->waiters--;
        }
    }
    uint8_t first = miss->first;
    uint8_t merged[SIM_LINE];
    memcpy(merged, bytes, SIM_LINE);
    for (unsigned i = 0; (miss->mask[0] | miss->mask[1]) != 0 && i < SIM_LINE; i++)
        if (miss->mask[i / 64] >> i % 64 & 1)
            merged[i] = miss->stored[i];
    miss->used = false;
    core->misses--;
    if (core->held_gathers != 0) /* this line's may go now */
        core_gathers_loaded(core);
    core_data_fill(core, m->address, merged);
    for (unsigned i = 0; i < count; i++) /* registers differ, so their order is nobody's matter */
        waiter_served(core, &waiting[i], clock, first, m->status, bytes);
}

void core_fill(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m)
{
    uint8_t bytes[SIM_LINE];
    sim_words_to_bytes(bytes, &m->data0, SIM_LINE / 8);
    if (core->tracing && m->tag != CORE_TAG_WALK)
        core_show_line(core, m->tag == CORE_TAG_CODE ? CORE_L1I_FILL : CORE_L1D_FILL, m->address, clock);
    if (m->tag == CORE_TAG_CODE)
        code_came(core, clock, m, bytes);
    else if (m->tag == CORE_TAG_WALK)
        core_walked(core, clock, m);
    else
        data_came(core, clock, m, bytes);
}
