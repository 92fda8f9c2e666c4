#include "tests/conformance/core_compare.h"

#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/ops_storage.h"

#include <string.h>

#define DEVICES UINT64_C(0xC0000000) /* from here on nothing is cached in real mode */

enum { DIFFERENCES_SHOWN = 8 };

struct place {
    struct core_compare *compare;
    unsigned thread;
    uint64_t pc;
};

static void differ(const struct place *at, const char *what, unsigned number, uint64_t got, uint64_t expected)
{
    struct core_compare *c = at->compare;
    if (c->differences++ < DIFFERENCES_SHOWN)
        fprintf(c->out, "%s, thread %u, before %llx (line %u), instruction %llu: %s%u is %llx, not %llx\n",
                c->guest->info->name, at->thread, (unsigned long long)at->pc,
                xenon_program_line(&c->guest->program, at->pc), (unsigned long long)c->instructions, what, number,
                (unsigned long long)got, (unsigned long long)expected);
}

static void same(const struct place *at, const char *what, unsigned number, uint64_t got, uint64_t expected)
{
    if (got != expected)
        differ(at, what, number, got, expected);
}

static void same_vector(const struct place *at, unsigned number, const union xenon_vector *got,
                        const union xenon_vector *expected)
{
    for (unsigned i = 0; i < 4; i++)
        same(at, i == 0 ? "word 0 of v" : "another word of v", number, got->u32[XENON_W(i)], expected->u32[XENON_W(i)]);
}

static void same_resource(const struct place *at, unsigned resource, const struct xenon_context *t,
                          const struct xenon_context *r)
{
    if (resource < XENON_R_ZERO)
        same(at, "r", resource, t->gpr[resource], r->gpr[resource]);
    else if (resource >= XENON_R_CR && resource < XENON_R_CA)
        same(at, "cr", resource - XENON_R_CR, t->cr[resource - XENON_R_CR], r->cr[resource - XENON_R_CR]);
    else if (resource >= XENON_R_FPR && resource < XENON_R_VR)
        same(at, "f", resource - XENON_R_FPR, t->fpr[resource - XENON_R_FPR], r->fpr[resource - XENON_R_FPR]);
    else if (resource >= XENON_R_VR)
        same_vector(at, resource - XENON_R_VR, &t->vr[resource - XENON_R_VR], &r->vr[resource - XENON_R_VR]);
}

static void take_over(unsigned resource, const struct xenon_context *t, struct xenon_context *r)
{
    if (resource < XENON_R_ZERO)
        r->gpr[resource] = t->gpr[resource];
    else if (resource >= XENON_R_FPR && resource < XENON_R_VR)
        r->fpr[resource - XENON_R_FPR] = t->fpr[resource - XENON_R_FPR];
}

/* All registers but those that are pending. */
static void same_registers(const struct place *at, const struct xenon_context *t, const struct xenon_context *r)
{
    const struct core_compare_thread *th = &at->compare->thread[at->thread];
    if (th->under_way != 0 || memcmp(t->gpr, r->gpr, sizeof t->gpr) != 0 || memcmp(t->cr, r->cr, sizeof t->cr) != 0 ||
        memcmp(t->fpr, r->fpr, sizeof t->fpr) != 0 || memcmp(t->vr, r->vr, sizeof t->vr) != 0)
        for (unsigned i = 0; i < XENON_R_COUNT; i++)
            if (!th->pending[i])
                same_resource(at, i, t, r);
    same(at, "lr", 0, t->lr, r->lr);
    same(at, "ctr", 0, t->ctr, r->ctr);
    same(at, "xer", 0, xenon_xer(t), xenon_xer(r));
    same(at, "fpscr", 0, t->fpscr, r->fpscr);
    same(at, "vscr", 0, t->vscr, r->vscr);
    same(at, "msr", 0, t->msr, r->msr);
    same(at, "control", 0, t->control, r->control);
    if (memcmp(t->spr, r->spr, sizeof t->spr) != 0)
        for (unsigned i = 0; i < XENON_SPR_COUNT; i++)
            same(at, "spr of row ", i, t->spr[i], r->spr[i]);
}

static void settle(struct core_compare_thread *th, unsigned resource)
{
    if (th->pending[resource])
        th->under_way--;
    th->pending[resource] = th->device[resource] = false;
}

/* Who reads or writes a register has it. */
static void settle_used(struct core_compare_thread *th, const struct xenon_insn *in)
{
    const struct xenon_uses uses = xenon_uses_of(in);
    if (th->under_way == 0)
        return;
    for (unsigned i = 0; i < sizeof uses.address; i++)
        settle(th, uses.address[i]);
    for (unsigned i = 0; i < XENON_READS_MAX; i++)
        settle(th, uses.reads[i]);
    for (unsigned i = 0; i < XENON_WRITES_MAX; i++)
        settle(th, uses.writes[i]);
}

static bool outside(uint64_t vector)
{
    return vector == XENON_EXTERNAL || vector == XENON_DECREMENTER || vector == XENON_HYPERVISOR_DECREMENTER;
}

static void issuing(void *context, const struct xenon_core *core, unsigned thread, const struct xenon_insn *in,
                    uint64_t clock)
{
    struct core_compare *c = context;
    const struct xenon_context *t = xenon_core_context(core, thread);
    struct xenon_context *r = guest_reference_context(&c->reference, thread);
    const struct place at = {c, thread, in->pc};
    (void)clock;
    if (in->pc != r->nia && outside(in->pc) && r->msr & XENON_MSR_EE) {
        guest_reference_interrupt(&c->reference, thread, (unsigned)in->pc);
        c->interrupts++;
    }
    same(&at, "running ", thread, true, c->reference.running[thread]);
    same(&at, "pc", 0, in->pc, r->nia);
    settle_used(&c->thread[thread], in);
    same_registers(&at, t, r);
}

static bool is_conditional(const struct xenon_insn *in)
{
    return in->op == XENON_OP_STWCX || in->op == XENON_OP_STDCX;
}

/* Values that the stepper cannot know: of time. */
static bool reads_time(const struct xenon_insn *in)
{
    return in->op == XENON_OP_MFTB ||
           (in->op == XENON_OP_MFSPR && (in->imm == 22 || in->imm == 310 || in->imm == 268 || in->imm == 269));
}

static uint32_t word_at(const struct core_compare *c, uint64_t address)
{
    uint8_t b[4];
    xenon_stepper_read(c->reference.stepper, address, b, sizeof b);
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void put_word(struct core_compare *c, uint64_t address, uint32_t word)
{
    const uint8_t b[4] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
    xenon_stepper_write(c->reference.stepper, address, b, sizeof b);
}

/* The stepper does what the core did; of code that is not what memory holds, what the core has fetched. */
static void step(struct core_compare *c, unsigned thread, const struct xenon_insn *in)
{
    uint32_t word = word_at(c, in->pc);
    const struct place at = {c, thread, in->pc};
    if (c->guest->info->kind != GUEST_STALE)
        same(&at, "word", 0, in->word, word);
    if (word != in->word)
        put_word(c, in->pc, in->word);
    guest_reference_step(&c->reference, thread);
    if (word != in->word)
        put_word(c, in->pc, word);
}

static void note_pending(struct core_compare_thread *th, const struct xenon_insn *in, bool device)
{
    const struct xenon_uses uses = xenon_uses_of(in);
    unsigned resource = is_conditional(in) ? XENON_R_CR : uses.writes[0];
    if (resource == XENON_R_SINK)
        return;
    th->under_way += !th->pending[resource];
    th->pending[resource] = true;
    th->device[resource] = device;
}

static void issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    struct core_compare *c = context;
    const struct xenon_insn *in = issue->in;
    const struct xenon_context *t = xenon_core_context(core, issue->thread);
    struct xenon_context *r = guest_reference_context(&c->reference, issue->thread);
    uint64_t ea = xenon_ea_sum(r, in) & xenon_address_mask(r);
    bool load = xenon_op_info[in->op].group == XENON_LOAD, store = xenon_op_info[in->op].group == XENON_STORE;
    bool device = (load || store) && ea >= DEVICES;

    c->instructions++;
    if (issue->faulted && device) {
        xenon_raise_alignment(r, in, ea);
        xenon_interrupt_enter(r, r->nia);
        return;
    }
    step(c, issue->thread, in);
    if (issue->faulted)
        return;
    if (reads_time(in))
        take_over(in->d, t, r);
    if (issue->ready == UINT64_MAX || is_conditional(in))
        note_pending(&c->thread[issue->thread], in, device);
}

static void filled(void *context, const struct xenon_core *core, unsigned thread, uint8_t resource, uint64_t ready)
{
    struct core_compare *c = context;
    const struct xenon_context *t = xenon_core_context(core, thread);
    struct xenon_context *r = guest_reference_context(&c->reference, thread);
    const struct place at = {c, thread, r->nia};
    (void)ready;
    if (c->thread[thread].device[resource])
        take_over(resource, t, r);
    settle(&c->thread[thread], resource);
    same_resource(&at, resource, t, r);
}

void core_compare_init(struct core_compare *c, const struct guest_program *guest, struct xenon_core *core, FILE *out)
{
    memset(c, 0, sizeof *c);
    c->guest = guest;
    c->out = out;
    guest_reference_init(&c->reference, guest);
    c->watch = (struct xenon_core_watch){.context = c, .issuing = issuing, .issued = issued, .filled = filled};
    for (unsigned i = 0; i < 2; i++)
        guest_reference_context(&c->reference, i)->spr[XENON_SPR_HRMOR] = 0;
    xenon_core_set_watch(core, &c->watch);
}

void core_compare_free(struct core_compare *c)
{
    guest_reference_free(&c->reference);
}
