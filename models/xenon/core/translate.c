/* From effective to real addresses: ERATs, the TLB with its software reload, the SLB, and the title's map, which memory
 * keeps. */
#include "models/xenon/core/lookup.h"

#define PAGE_OF(a)    ((a) & ~UINT64_C(0xFFF))
#define REAL_MASK     UINT64_C(0x3FFFFFFFFFF) /* 42 bits */
#define OFFSET_MASK   UINT64_C(0x3FFFFF00000)
#define LPCR_TL       UINT64_C(0x400)
#define HID6_LB_SHIFT 44

enum key_bits { KEY_THERE = 1, KEY_TRANSLATED = 2, KEY_THREAD = 4, KEY_PROBLEM_REAL = 8 };

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

static void erat_install(struct core_erat *erat, uint64_t ea, uint64_t key, uint64_t ra, uint32_t flags)
{
    unsigned set = core_erat_set(ea), way = 0;
    while (way < ERAT_WAYS && erat->entry[set][way].key != 0)
        way++;
    if (way == ERAT_WAYS)
        way = 1 - erat->last[set];
    erat->entry[set][way] = (struct core_erat_entry){PAGE_OF(ea) | key, PAGE_OF(ra), flags};
    erat->last[set] = (uint8_t)way;
}

/* Faults. */

#define DSISR_PROTECTION UINT32_C(0x08000000)
#define SRR1_NO_EXECUTE  UINT64_C(0x10000000)

static enum core_translation fault(struct core_thread *th, uint64_t ea, bool store, bool code, bool protection)
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

static enum core_translation segment_fault(struct core_thread *th, uint64_t ea, bool code)
{
    struct xenon_context *t = &th->context;
    xenon_raise(t, code ? XENON_INSTRUCTION_SEGMENT : XENON_DATA_SEGMENT, 0);
    if (!code) {
        t->interrupt.storage = true;
        t->interrupt.dar = ea;
    }
    return CORE_FAULT;
}

/* The TLB: 256 classes of 4. Of a title's map a class is bits 12 to 19 of the effective address. */

static unsigned tlb_way(const struct xenon_core *core, unsigned class, uint64_t key)
{
    unsigned way = 0;
    while (way < TLB_WAYS && core->tlb[class][way].key != key)
        way++;
    return way;
}

static void tlb_install(struct xenon_core *core, unsigned class, struct core_tlb_entry entry)
{
    unsigned way = tlb_way(core, class, 0);
    if (way == TLB_WAYS)
        way = core_tree_victim(core->tlb_tree[class]);
    core->tlb[class][way] = entry;
    core->tlb_tree[class] = core_tree_touched(core->tlb_tree[class], way);
}

static unsigned title_class(uint64_t ea)
{
    return (unsigned)(ea >> 12) & (TLB_SETS - 1);
}

static const struct core_tlb_entry *title_entry(struct xenon_core *core, uint64_t ea, bool touch)
{
    unsigned class = title_class(ea), way = tlb_way(core, class, PAGE_OF(ea) | KEY_THERE);
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
        erat_install(&core->erat[code], ea, code ? th->code_key : th->data_key, entry->page, entry->flags);
        th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
        return CORE_WAIT;
    }
    struct sim_msg_core_request *m = core_post(core, clock, SIM_TRANSLATE, th->index, ea);
    m->tag = code;
    m->size = store;
    core_posted(core, clock);
    th->state = XENON_THREAD_TRANSLATES;
    th->resume = 0;
    th->wait_cause = XENON_CAUSE_OF_tlb;
    return CORE_WAIT;
}

void core_translated(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m)
{
    struct core_thread *th = &core->thread[m->thread & 1];
    bool code = m->tag & 1;
    uint64_t ea = m->address, within = (UINT64_C(1) << (m->data1 & 63)) - 1;
    SIM_CHECK(th->state == XENON_THREAD_TRANSLATES, "%s: a translation that nobody waits for", core->component.name);
    th->state = XENON_THREAD_RUNS;
    if (m->status == 0) {
        fault(th, ea, m->data0 & 1, code, false);
        core_take_interrupt(core, th, clock);
        return;
    }
    struct core_tlb_entry entry = {.key = PAGE_OF(ea) | KEY_THERE,
                                   .page = PAGE_OF((m->data0 & ~within) | (ea & within)),
                                   .flags = (uint32_t)(m->data0 & 0xFFF),
                                   .bits = (uint8_t)(m->data1 & 63)};
    tlb_install(core, title_class(ea), entry);
    erat_install(&core->erat[code], ea, code ? th->code_key : th->data_key, entry.page, entry.flags);
    core_resume(th, MOMENT(clock, tlb));
}

/* SLB and TLB as the architecture has them. */

#define SLB_VALID    UINT64_C(0x08000000)
#define SLB_ESID     UINT64_C(0xFFFFFFFFF0000000)
#define SLB_KS       UINT64_C(0x800)
#define SLB_KP       UINT64_C(0x400)
#define SLB_N        UINT64_C(0x200)
#define SLB_L        UINT64_C(0x100)
#define SLB_LP_SHIFT 4
#define RPN_MASK     UINT64_C(0x3FFFFFFF000)
#define VPN_VALID    UINT64_C(1)
#define VPN_LARGE    UINT64_C(4)
#define RPN_LP       UINT64_C(0x1000)
enum rpn_bits { RPN_N = 4, RPN_G = 8, RPN_I = 0x20 };

/* log2 of a page's size: of the four codes of HID6.LB, of which each of the two selectors has two bits. */
static unsigned page_bits(const struct xenon_context *t, bool large, unsigned selector)
{
    static const uint8_t bits[4] = {24, 20, 16, 12};
    unsigned lb = (unsigned)(t->spr[XENON_SPR_HID6] >> HID6_LB_SHIFT) & 15;
    return large ? bits[selector & 1 ? lb & 3 : lb >> 2] : 12;
}

static unsigned tlb_class(uint64_t va, unsigned bits)
{
    unsigned high = (unsigned)(va >> 24) & 15;
    switch (bits) {
    case 12:
        return (high ^ ((unsigned)(va >> 16) & 15)) << 4 | ((unsigned)(va >> 12) & 15);
    case 16:
        return (high ^ ((unsigned)(va >> 20) & 15)) << 4 | ((unsigned)(va >> 16) & 15);
    default:
        return (unsigned)(va >> 24) & 255;
    }
}

static uint64_t tlb_key(uint64_t va, unsigned bits)
{
    return (va >> bits << bits) | KEY_THERE;
}

/* Rights by the storage key and PP. */
static uint32_t rights(uint64_t slb, uint64_t rpn)
{
    static const uint8_t readable[2][4] = {{1, 1, 1, 1}, {0, 1, 1, 1}}, writable[2][4] = {{1, 1, 1, 0}, {0, 0, 1, 0}};
    unsigned pp = rpn & 3, ks = !!(slb & SLB_KS), kp = !!(slb & SLB_KP);
    return (readable[kp][pp] ? SIM_PAGE_USER_READ : 0U) | (writable[kp][pp] ? SIM_PAGE_USER_WRITE : 0U) |
           (readable[ks][pp] ? SIM_PAGE_READ : 0U) | (writable[ks][pp] ? SIM_PAGE_WRITE : 0U) |
           (slb & SLB_N || rpn & RPN_N ? 0U : SIM_PAGE_EXECUTE) | (rpn & RPN_I ? SIM_PAGE_UNCACHED : 0U) |
           (rpn & RPN_G ? SIM_PAGE_GUARDED : 0U);
}

static const struct xenon_slb_entry *slb_find(const struct xenon_context *t, uint64_t ea)
{
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++)
        if (t->slb[i].esid & SLB_VALID && (t->slb[i].esid & SLB_ESID) == (ea & SLB_ESID))
            return &t->slb[i];
    return NULL;
}

/* What a software reload needs to know of a miss. */
static void note_miss(struct xenon_core *core, struct core_thread *th, unsigned class)
{
    unsigned way = tlb_way(core, class, 0);
    if (way == TLB_WAYS)
        way = core_tree_victim(core->tlb_tree[class]);
    th->context.spr[XENON_SPR_TLB_INDEX_HINT] = (uint64_t) class << 4 | 8U >> way;
}

static enum core_translation by_segment(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                        bool store, bool code)
{
    struct xenon_context *t = &th->context;
    const struct xenon_slb_entry *slb = slb_find(t, ea);
    if (slb == NULL)
        return segment_fault(th, ea, code);
    unsigned bits = page_bits(t, slb->vsid & SLB_L, (unsigned)(slb->vsid >> SLB_LP_SHIFT) & 3);
    uint64_t va = (slb->vsid >> 12) << 28 | (ea & 0x0FFFFFFF);
    unsigned class = tlb_class(va, bits), way = tlb_way(core, class, tlb_key(va, bits));
    if (way == TLB_WAYS || core->tlb[class][way].bits != bits) {
        note_miss(core, th, class);
        return fault(th, ea, store, code, false);
    }
    const struct core_tlb_entry *entry = &core->tlb[class][way];
    uint64_t within = (UINT64_C(1) << bits) - 1;
    core->tlb_tree[class] = core_tree_touched(core->tlb_tree[class], way);
    erat_install(&core->erat[code], ea, code ? th->code_key : th->data_key, (entry->page & ~within) | (ea & within),
                 rights(slb->vsid, entry->flags));
    th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
    return CORE_WAIT;
}

/* A write of the VPN register makes the entry that index, RPN and VPN describe. Its flags are the low bits of RPN. */
void core_tlb_reload(struct xenon_core *core, const struct core_thread *th)
{
    const struct xenon_context *t = &th->context;
    uint64_t index = t->spr[XENON_SPR_TLB_INDEX], vpn = t->spr[XENON_SPR_TLB_VPN], rpn = t->spr[XENON_SPR_TLB_RPN];
    unsigned class = (unsigned)(index >> 4) & 255, ways = (unsigned)index & 15;
    unsigned way = ways & 8 ? 0 : ways & 4 ? 1 : ways & 2 ? 2 : 3;
    unsigned bits = page_bits(t, vpn & VPN_LARGE, rpn & RPN_LP ? 1 : 0);
    uint64_t va = (vpn & ~UINT64_C(0x7F)) << 16 | (index >> 37 & 0x7FF) << 12;
    if (bits < 24) { /* the bits that neither AVPN nor LVPN have: from the class */
        uint64_t low = class & 15, high = (class >> 4) ^ (va >> 24 & 15);
        va = bits == 12   ? (va & ~UINT64_C(0xFF000)) | high << 16 | low << 12
             : bits == 16 ? (va & ~UINT64_C(0xFF0000)) | high << 20 | low << 16
                          : va;
    }
    struct core_tlb_entry *entry = &core->tlb[class][way];
    *entry = (struct core_tlb_entry){.page = rpn & RPN_MASK, .flags = (uint32_t)(rpn & 0xFFF), .bits = (uint8_t)bits};
    if (vpn & VPN_VALID)
        entry->key = tlb_key(va, bits);
    core->tlb_tree[class] = core_tree_touched(core->tlb_tree[class], way);
    core_erat_flush(core);
}

static void tlb_drop_class(struct xenon_core *core, unsigned class)
{
    for (unsigned way = 0; way < TLB_WAYS; way++)
        core->tlb[class][way] = (struct core_tlb_entry){0};
}

void core_tlb_invalidate(struct xenon_core *core, uint64_t address, uint64_t bits, bool all)
{
    for (unsigned class = 0; class < TLB_SETS; class ++)
        for (unsigned way = 0; way < TLB_WAYS; way++) {
            struct core_tlb_entry *entry = &core->tlb[class][way];
            uint64_t within = (UINT64_C(1) << (bits & 63)) - 1;
            if (entry->key != 0 && (all || ((entry->key ^ address) & ~(within | 0xFFF)) == 0))
                *entry = (struct core_tlb_entry){0};
        }
}

/* tlbie, tlbiel: a class, where RB says so; everything, for the pattern that software uses; otherwise the class of the
 * page. Dropping more than asked for costs a reload and changes nothing else. */
void core_tlb_instruction(struct xenon_core *core, const struct core_thread *th, const struct xenon_insn *in)
{
    uint64_t rb = th->context.gpr[in->b];
    core_tlb_broadcast(core, rb);
}

void core_tlb_broadcast(struct xenon_core *core, uint64_t rb)
{
    if (rb & 0x800)
        tlb_drop_class(core, (unsigned)(rb >> 12) & 255);
    else
        core_tlb_invalidate(core, 0, 0, true);
    core_erat_flush(core);
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
            return fault(th, ea, store, code, true);
        if (code)
            erat->last[set] = (uint8_t)way;
        *ra = entry->page | (ea & 0xFFF);
        *flags = entry->flags;
        return CORE_HIT;
    }
    if (!translates(th, code)) {
        uint64_t real = real_address(&th->context, ea);
        erat_install(erat, ea, key, real, core_real_flags(real));
        th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
        return CORE_WAIT;
    }
    return core->config.title_map ? by_title(core, th, clock, ea, store, code)
                                  : by_segment(core, th, clock, ea, store, code);
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
        unsigned class = title_class(ea), found = tlb_way(core, class, PAGE_OF(ea) | KEY_THERE);
        if (found == TLB_WAYS)
            return false;
        *ra = core->tlb[class][found].page | (ea & 0xFFF);
        *flags = core->tlb[class][found].flags;
        return true;
    }
    const struct xenon_slb_entry *slb = slb_find(&th->context, ea);
    if (slb == NULL)
        return false;
    unsigned bits = page_bits(&th->context, slb->vsid & SLB_L, (unsigned)(slb->vsid >> SLB_LP_SHIFT) & 3);
    uint64_t va = (slb->vsid >> 12) << 28 | (ea & 0x0FFFFFFF), within = (UINT64_C(1) << bits) - 1;
    unsigned class = tlb_class(va, bits), found = tlb_way(core, class, tlb_key(va, bits));
    if (found == TLB_WAYS)
        return false;
    *ra = (core->tlb[class][found].page & ~within) | (ea & within);
    *flags = rights(slb->vsid, core->tlb[class][found].flags);
    return true;
}
