/* From effective to real addresses: ERATs, and the title's map, which memory keeps. segments.c has the architecture's
 * own way. */
#include "models/xenon/core/translate_parts.h"

#define REAL_MASK   UINT64_C(0x3FFFFFFFFFF) /* 42 bits */
#define OFFSET_MASK UINT64_C(0x3FFFFF00000)

#define ALL_ACCESS (SIM_PAGE_USER_READ | SIM_PAGE_USER_WRITE | SIM_PAGE_READ | SIM_PAGE_WRITE | SIM_PAGE_EXECUTE)

/* What a real address is in real mode: memory, or registers. */
uint32_t core_real_flags(uint64_t ra)
{
    bool soc = ra >> 40 == 2, bus = (ra & UINT32_MAX) >= UINT64_C(0xC0000000);
    return ALL_ACCESS | (soc || bus ? SIM_PAGE_UNCACHED | SIM_PAGE_GUARDED : 0);
}

static uint64_t key_of(const struct xenon_core *core, const struct core_thread *th, bool translated)
{
    uint64_t key = KEY_THERE;
    if (translated)
        key |= KEY_TRANSLATED | (!core->config.title_map && th->index != 0 ? KEY_THREAD : 0);
    else if (!(th->context.msr & XENON_MSR_HV))
        key |= KEY_PROBLEM_REAL;
    return key;
}

/* MSR was written. */
void core_thread_changed(struct xenon_core *core, struct core_thread *th)
{
    const struct xenon_context *t = &th->context;
    bool problem = t->msr & XENON_MSR_PR;
    th->data_key = key_of(core, th, t->msr & XENON_MSR_DR);
    th->code_key = key_of(core, th, t->msr & XENON_MSR_IR);
    th->address_mask = xenon_address_mask(t);
    th->need_read = problem ? SIM_PAGE_USER_READ : SIM_PAGE_READ;
    th->need_write = problem ? SIM_PAGE_USER_WRITE : SIM_PAGE_WRITE;
}

void core_erat_flush(struct xenon_core *core)
{
    for (unsigned i = 0; i < 2; i++)
        for (unsigned set = 0; set < ERAT_SETS; set++)
            for (unsigned way = 0; way < ERAT_WAYS; way++)
                core->erat[i].entry[set][way] = (struct core_erat_entry){0};
}

/* Real mode has memory a second time at 0x80000000; lines are known by where they are the first time. */
static uint64_t canonical(uint64_t ra)
{
    bool mirror = ra >> 29 == 4;
    return mirror ? ra & 0x1FFFFFFF : ra;
}

void core_erat_install(struct core_erat *erat, uint64_t ea, uint64_t key, uint64_t ra, uint32_t flags)
{
    unsigned set = core_erat_set(ea), way = 0;
    while (way < ERAT_WAYS && erat->entry[set][way].key != 0)
        way++;
    if (way == ERAT_WAYS)
        way = 1 - erat->last[set];
    erat->entry[set][way] =
        (struct core_erat_entry){.key = PAGE_OF(ea) | key, .page = PAGE_OF(canonical(ra)), .flags = flags};
    erat->last[set] = (uint8_t)way;
}

/* Faults. */

#define DSISR_PROTECTION UINT32_C(0x08000000)
#define SRR1_NO_EXECUTE  UINT64_C(0x10000000)

enum core_translation core_translation_fault(struct core_thread *th, uint64_t ea, bool store, bool code,
                                             bool protection)
{
    struct xenon_context *t = &th->context;
    if (code) {
        xenon_raise(t, XENON_INSTRUCTION_STORAGE, protection ? SRR1_NO_EXECUTE : XENON_DSISR_NO_TRANSLATION);
        return CORE_FAULT;
    }
    xenon_raise_storage(t, ea, store);
    if (protection)
        t->interrupt.dsisr = DSISR_PROTECTION | (store ? XENON_DSISR_STORE : 0);
    return CORE_FAULT;
}

/* The TLB: 256 classes of 4. Of a title's map a class is bits 12 to 19 of the effective address. */

unsigned core_tlb_way(const struct xenon_core *core, unsigned class, uint64_t key)
{
    unsigned way = 0;
    while (way < TLB_WAYS && core->tlb[class][way].key != key)
        way++;
    return way;
}

void core_tlb_install(struct xenon_core *core, unsigned class, struct core_tlb_entry entry)
{
    unsigned way = core_tlb_way(core, class, 0);
    if (way == TLB_WAYS)
        way = core_tree_victim(core->tlb_tree[class]);
    core->tlb[class][way] = entry;
    core->tlb_tree[class] = core_tree_touched(core->tlb_tree[class], way);
}

static unsigned title_class(uint64_t ea)
{
    return (unsigned)(ea >> 12) & (TLB_SETS - 1);
}

/* The thread waits for a translation that memory has. */
enum core_translation core_translation_waits(struct core_thread *th)
{
    th->state = XENON_THREAD_TRANSLATES;
    th->resume = 0;
    th->wait_cause = XENON_CAUSE_OF_tlb;
    return CORE_WAIT;
}

void core_translation_failed(struct xenon_core *core, struct core_thread *th, uint64_t clock)
{
    const struct core_walk *walk = &th->walk;
    if (!walk->hint) {
        core_translation_fault(th, walk->ea, walk->store, walk->code, false);
        core_take_interrupt(core, th, clock);
        return;
    }
    th->context.nia = (th->context.nia + 4) & xenon_address_mask(&th->context);
    th->instructions++;
    th->lookup = true;
    th->now = th->bound = MOMENT(clock, tlb);
}

static const struct core_tlb_entry *title_entry(struct xenon_core *core, uint64_t ea, bool touch)
{
    unsigned class = title_class(ea), way = core_tlb_way(core, class, PAGE_OF(ea) | KEY_THERE);
    if (way == TLB_WAYS)
        return NULL;
    if (touch)
        core->tlb_tree[class] = core_tree_touched(core->tlb_tree[class], way);
    return &core->tlb[class][way];
}

static enum core_translation by_title(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                      bool store, bool code)
{
    const struct core_tlb_entry *entry = title_entry(core, ea, true);
    if (entry != NULL) {
        core_erat_install(&core->erat[code], ea, code ? th->code_key : th->data_key, entry->page, entry->flags);
        th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
        return CORE_WAIT;
    }
    th->walk = (struct core_walk){.ea = ea, .store = store, .code = code};
    core_post(core, clock, SIM_TRANSLATE, th->index, ea)->size = store;
    core_posted(core, clock);
    return core_translation_waits(th);
}

void core_translated(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m)
{
    struct core_thread *th = &core->thread[m->thread & 1];
    const struct core_walk *walk = &th->walk;
    uint64_t within = (UINT64_C(1) << (m->data1 & 63)) - 1;
    if (th->state != XENON_THREAD_TRANSLATES)
        return; /* nobody waits for it */
    th->state = XENON_THREAD_RUNS;
    if (m->status == 0) {
        core_translation_failed(core, th, clock);
        return;
    }
    const struct core_tlb_entry entry = {.key = PAGE_OF(walk->ea) | KEY_THERE,
                                         .page = PAGE_OF((m->data0 & ~within) | (walk->ea & within)),
                                         .flags = (uint32_t)(m->data0 & 0xFFF),
                                         .bits = (uint8_t)(m->data1 & 63)};
    core_tlb_install(core, title_class(walk->ea), entry);
    core_erat_install(&core->erat[walk->code], walk->ea, walk->code ? th->code_key : th->data_key, entry.page,
                      entry.flags);
    core_resume(th, MOMENT(clock, tlb));
}

/* All of it. */

static bool translates(const struct core_thread *th, bool code)
{
    return th->context.msr & (code ? XENON_MSR_IR : XENON_MSR_DR);
}

static uint64_t real_address(const struct xenon_context *t, uint64_t ea)
{
    uint64_t offset = t->msr & XENON_MSR_HV ? (ea >> 63 ? 0 : t->spr[XENON_SPR_HRMOR]) : t->spr[XENON_SPR_RMOR];
    return ((ea | (offset & OFFSET_MASK)) & REAL_MASK);
}

enum core_translation core_translate(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                     bool store, bool code, uint64_t *ra, uint32_t *flags)
{
    struct core_erat *erat = &core->erat[code];
    uint64_t key = code ? th->code_key : th->data_key;
    unsigned set = core_erat_set(ea), way = core_erat_way(erat, set, PAGE_OF(ea) | key);
    if (way != ERAT_WAYS) {
        const struct core_erat_entry *entry = &erat->entry[set][way];
        uint32_t needs = code ? SIM_PAGE_EXECUTE : store ? th->need_write : th->need_read;
        if ((entry->flags & needs) != needs)
            return core_translation_fault(th, ea, store, code, true);
        if (code)
            erat->last[set] = (uint8_t)way;
        *ra = entry->page | (ea & 0xFFF);
        *flags = entry->flags;
        return CORE_HIT;
    }
    if (!translates(th, code)) {
        uint64_t real = real_address(&th->context, ea);
        core_erat_install(erat, ea, key, real, core_real_flags(real));
        th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
        return CORE_WAIT;
    }
    return core->config.title_map ? by_title(core, th, clock, ea, store, code)
                                  : core_by_segment(core, th, clock, ea, store, code);
}

bool xenon_core_translate(const struct xenon_core *core, unsigned thread, uint64_t ea, bool code, uint64_t *ra,
                          unsigned *flags)
{
    const struct core_thread *th = &core->thread[thread];
    const struct core_erat *erat = &core->erat[code];
    uint64_t key = PAGE_OF(ea) | (code ? th->code_key : th->data_key);
    unsigned set = core_erat_set(ea), way = core_erat_way(erat, set, key);
    if (way != ERAT_WAYS) {
        *ra = erat->entry[set][way].page | (ea & 0xFFF);
        *flags = erat->entry[set][way].flags;
        return true;
    }
    if (!translates(th, code)) {
        *ra = real_address(&th->context, ea);
        *flags = core_real_flags(*ra);
        return true;
    }
    if (core->config.title_map) {
        unsigned class = title_class(ea), found = core_tlb_way(core, class, PAGE_OF(ea) | KEY_THERE);
        if (found == TLB_WAYS)
            return false;
        *ra = core->tlb[class][found].page | (ea & 0xFFF);
        *flags = core->tlb[class][found].flags;
        return true;
    }
    return core_segment_peek(core, th, ea, ra, flags);
}
