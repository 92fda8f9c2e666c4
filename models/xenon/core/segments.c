/* Segments and pages as the architecture has them: the SLB, the TLB with its software reload, and the walk through the
 * page table in memory. */
#include "models/xenon/core/translate_parts.h"

#define LPCR_TL       UINT64_C(0x400) /* software reloads the TLB */
#define HID6_LB_SHIFT 44
#define SLB_VALID     UINT64_C(0x08000000)
#define SLB_ESID      UINT64_C(0xFFFFFFFFF0000000)
#define SLB_KS        UINT64_C(0x800)
#define SLB_KP        UINT64_C(0x400)
#define SLB_N         UINT64_C(0x200)
#define SLB_L         UINT64_C(0x100)
#define SLB_LP_SHIFT  4
#define RPN_MASK      UINT64_C(0x3FFFFFFF000)
#define VPN_VALID     UINT64_C(1)
#define VPN_LARGE     UINT64_C(4)
#define RPN_LP        UINT64_C(0x1000)
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
    unsigned way = core_tlb_way(core, class, 0);
    if (way == TLB_WAYS)
        way = core_tree_victim(core->tlb_tree[class]);
    th->context.spr[XENON_SPR_TLB_INDEX_HINT] = (uint64_t) class << 4 | 8U >> way;
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

/* Where an effective address lies in its segment. */
struct segment_place {
    uint64_t vsid; /* the SLB's second half */
    uint64_t va;
    unsigned bits, class; /* log2 of the page's size; of the TLB */
};

static bool find_segment(const struct xenon_context *t, uint64_t ea, struct segment_place *p)
{
    const struct xenon_slb_entry *slb = slb_find(t, ea);
    if (slb == NULL)
        return false;
    p->vsid = slb->vsid;
    p->bits = page_bits(t, slb->vsid & SLB_L, (unsigned)(slb->vsid >> SLB_LP_SHIFT) & 3);
    p->va = (slb->vsid >> 12) << 28 | (ea & 0x0FFFFFFF);
    p->class = tlb_class(p->va, p->bits);
    return true;
}

static unsigned place_way(const struct xenon_core *core, const struct segment_place *p)
{
    unsigned way = core_tlb_way(core, p->class, tlb_key(p->va, p->bits));
    return way != TLB_WAYS && core->tlb[p->class][way].bits == p->bits ? way : TLB_WAYS;
}

/* The page table. */

#define SDR1_ORIGIN UINT64_C(0x0FFFFFFFFFFC0000)
#define PTE_VALID   UINT64_C(1)
#define PTE_SECOND  UINT64_C(2)
#define PTE_LARGE   UINT64_C(4)
#define PTE_R       UINT64_C(0x100)
#define PTE_C       UINT64_C(0x80)
enum { PTES = 8 };

static uint64_t group_address(const struct xenon_context *t, const struct segment_place *p, bool secondary)
{
    uint64_t sdr1 = t->spr[XENON_SPR_SDR1], mask = (UINT64_C(0x800) << (sdr1 & 31)) - 1;
    uint64_t hash = (p->va >> 28) ^ ((p->va & 0x0FFFFFFF) >> p->bits);
    return ((sdr1 & SDR1_ORIGIN) | ((secondary ? ~hash : hash) & mask) << 7) & RPN_MASK;
}

static enum core_translation walk_asks(struct xenon_core *core, struct core_thread *th, uint64_t clock,
                                       const struct segment_place *p)
{
    uint64_t group = group_address(&th->context, p, th->walk.secondary);
    core_flush_line(core, clock, group);
    core_post(core, clock, SIM_READ_WALK, th->index, group)->tag = CORE_TAG_WALK;
    core_posted(core, clock);
    return core_translation_waits(th);
}

static bool pte_is(const struct segment_place *p, uint64_t high, bool secondary)
{
    uint64_t avpn = p->va >> 23 << 7,
             wanted = PTE_VALID | (secondary ? PTE_SECOND : 0) | (p->bits > 12 ? PTE_LARGE : 0);
    uint64_t ignored = p->bits == 24 ? UINT64_C(0xF8) : UINT64_C(0x78); /* bit 7 is inside a page of 16 MiB */
    return ((high ^ (avpn | wanted)) & UINT64_C(0x0001FFFFFFFFFFFF) & ~ignored) == 0;
}

/* The entry of a group: even ones are looked at before odd ones. PTES where there is none. */
static unsigned pte_find(const struct segment_place *p, const uint8_t *group, bool secondary)
{
    for (unsigned i = 0; i < PTES; i++) {
        unsigned entry = i < PTES / 2 ? 2 * i : 2 * i - (PTES - 1);
        if (pte_is(p, core_get(group + 16 * entry, 8), secondary))
            return entry;
    }
    return PTES;
}

/* A group of the page table has come. */
void core_walked(struct xenon_core *core, uint64_t clock, const struct sim_msg_core_reply *m)
{
    struct core_thread *th = &core->thread[m->thread & 1];
    struct core_walk *walk = &th->walk;
    struct segment_place p;
    uint8_t group[SIM_LINE];
    if (th->state != XENON_THREAD_TRANSLATES || !find_segment(&th->context, walk->ea, &p))
        return; /* nobody waits for it */
    sim_words_to_bytes(group, &m->data0, SIM_LINE / 8);
    unsigned entry = pte_find(&p, group, walk->secondary);
    if (entry == PTES && !walk->secondary) {
        walk->secondary = true;
        walk_asks(core, th, clock, &p);
        return;
    }
    th->state = XENON_THREAD_RUNS;
    if (entry == PTES) {
        core_translation_failed(core, th, clock);
        return;
    }
    uint64_t low = core_get(group + 16 * entry + 8, 8), marked = low | PTE_R | (walk->store ? PTE_C : 0);
    if (marked != low) {
        uint8_t bytes[8];
        core_put(bytes, 8, marked);
        core_data_stored(core, m->address + 16 * entry + 8, bytes, 8);
        core_store(core, clock, m->address + 16 * entry + 8, bytes, 8);
    }
    core_tlb_install(core, p.class,
                     (struct core_tlb_entry){.key = tlb_key(p.va, p.bits),
                                             .page = low & RPN_MASK,
                                             .flags = (uint32_t)(low & 0xFFF),
                                             .bits = (uint8_t)p.bits});
    core_resume(th, MOMENT(clock, tlb));
}

enum core_translation core_by_segment(struct xenon_core *core, struct core_thread *th, uint64_t clock, uint64_t ea,
                                      bool store, bool code)
{
    struct segment_place p;
    if (!find_segment(&th->context, ea, &p))
        return segment_fault(th, ea, code);
    unsigned way = place_way(core, &p);
    if (way == TLB_WAYS) {
        if (th->context.spr[XENON_SPR_LPCR] & LPCR_TL) {
            note_miss(core, th, p.class);
            return core_translation_fault(th, ea, store, code, false);
        }
        th->walk = (struct core_walk){.ea = ea, .store = store, .code = code};
        return walk_asks(core, th, clock, &p);
    }
    const struct core_tlb_entry *entry = &core->tlb[p.class][way];
    uint64_t within = (UINT64_C(1) << p.bits) - 1;
    core->tlb_tree[p.class] = core_tree_touched(core->tlb_tree[p.class], way);
    core_erat_install(&core->erat[code], ea, code ? th->code_key : th->data_key,
                      (entry->page & ~within) | (ea & within), rights(p.vsid, entry->flags));
    th->resume = MOMENT(clock + core->timing.erat_miss, tlb);
    return CORE_WAIT;
}

/* The same for who only looks. */
bool core_segment_peek(const struct xenon_core *core, const struct core_thread *th, uint64_t ea, uint64_t *ra,
                       unsigned *flags)
{
    struct segment_place p;
    unsigned way = find_segment(&th->context, ea, &p) ? place_way(core, &p) : TLB_WAYS;
    if (way == TLB_WAYS)
        return false;
    uint64_t within = (UINT64_C(1) << p.bits) - 1;
    *ra = (core->tlb[p.class][way].page & ~within) | (ea & within);
    *flags = rights(p.vsid, core->tlb[p.class][way].flags);
    return true;
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

void core_tlb_invalidate(struct xenon_core *core, uint64_t base, uint64_t size)
{
    for (unsigned class = 0; class < TLB_SETS; class ++)
        for (unsigned way = 0; way < TLB_WAYS; way++) {
            struct core_tlb_entry *entry = &core->tlb[class][way];
            uint64_t page = PAGE_OF(entry->key);
            if (entry->key != 0 && page >= base && page - base < size)
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
        core_tlb_invalidate(core, 0, UINT64_MAX);
    core_erat_flush(core);
}
