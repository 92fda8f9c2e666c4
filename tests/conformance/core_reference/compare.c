#include "tests/conformance/core_reference/compare.h"

#include "models/xenon/isa/disasm.h"
#include "tests/conformance/core_reference/core_reference.h"
#include "tests/support/lone_core.h"

#include <stdlib.h>

enum { LOG_MAX = 1 << 17, CLOCKS_MAX = 400000, SHOWN = 12 };

struct issue_record {
    uint64_t clock, ready, pc;
    uint32_t word;
    uint8_t thread;
    bool paired;
};

struct request_record {
    uint64_t clock, address, mask, data;
    uint8_t kind;
};

struct fill_record {
    uint64_t ready;
    uint8_t thread, resource;
};

struct log {
    unsigned issues, requests, fills;
    struct issue_record issue[LOG_MAX];
    struct request_record request[LOG_MAX];
    struct fill_record fill[LOG_MAX];
};

struct compare {
    struct core_reference *reference;
    struct lone_core *core[4]; /* by the threads that run */
    struct xenon_core_timing timing, core_timing;
    bool verbose;
    uint64_t instructions, clocks;
    struct log ours, theirs; /* the reference's, the core's */
};

/* When LR and CTR are ready, a branch does not say: branches look at them in a way of their own. */
static bool has_result(unsigned op)
{
    return op != XENON_OP_B && op != XENON_OP_BC && op != XENON_OP_BCLR && op != XENON_OP_BCCTR;
}

static void note_issue(struct log *log, unsigned thread, const struct xenon_insn *in, uint64_t clock, uint64_t ready,
                       bool paired)
{
    if (log->issues < LOG_MAX)
        log->issue[log->issues++] = (struct issue_record){
            clock, has_result(in->op) ? ready : UINT64_MAX, in->pc, in->word, (uint8_t)thread, paired};
}

static void note_fill(struct log *log, unsigned thread, uint8_t resource, uint64_t ready)
{
    if (log->fills < LOG_MAX)
        log->fill[log->fills++] = (struct fill_record){ready, (uint8_t)thread, resource};
}

static void note_request(struct log *log, uint64_t clock, const struct sim_msg_core_request *request)
{
    struct request_record record = {clock, request->address & ~(uint64_t)(SIM_BLOCK - 1), 0, 0, request->kind};
    if (request->kind == SIM_STORE || request->kind == SIM_CONDITIONAL) {
        const uint64_t *word = &request->data0;
        record.mask = request->mask;
        for (unsigned i = 0; i < 64; i++)
            if (request->mask >> i & 1)
                record.data = record.data * 257 + (uint8_t)(word[i / 8] >> (56 - i % 8 * 8)) + i;
    }
    if (request->kind == SIM_LWSYNC || request->kind == SIM_SYNC || request->kind == SIM_EIEIO)
        record.address = 0;
    if (request->kind != SIM_STORE && request->kind != SIM_CONDITIONAL)
        record.address &= ~(uint64_t)(SIM_LINE - 1);
    if (log->requests < LOG_MAX)
        log->request[log->requests++] = record;
}

static void ours_issued(void *context, const struct core_reference_issue *issue)
{
    struct compare *c = context;
    note_issue(&c->ours, issue->thread, issue->in, issue->clock, issue->ready, issue->paired);
}

static void ours_filled(void *context, unsigned thread, uint8_t resource, uint64_t ready)
{
    struct compare *c = context;
    note_fill(&c->ours, thread, resource, ready);
}

static void ours_requested(void *context, uint64_t clock, const struct sim_msg_core_request *request)
{
    struct compare *c = context;
    note_request(&c->ours, clock, request);
}

static void theirs_issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    struct compare *c = context;
    (void)core;
    note_issue(&c->theirs, issue->thread, issue->in, issue->clock, issue->ready, issue->paired);
}

static void theirs_filled(void *context, const struct xenon_core *core, unsigned thread, uint8_t resource,
                          uint64_t ready)
{
    struct compare *c = context;
    (void)core;
    note_fill(&c->theirs, thread, resource, ready);
}

static void theirs_requested(void *context, uint64_t clock, const struct sim_msg_core_request *request)
{
    struct compare *c = context;
    note_request(&c->theirs, clock, request);
}

struct compare *compare_new(const struct xenon_core_timing *timing, const struct xenon_core_timing *core_timing)
{
    struct compare *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->timing = *timing;
    c->core_timing = *core_timing;
    c->reference = core_reference_new();
    if (c->reference == NULL) {
        compare_free(c);
        return NULL;
    }
    return c;
}

void compare_free(struct compare *c)
{
    if (c == NULL)
        return;
    core_reference_free(c->reference);
    for (unsigned i = 0; i < 4; i++)
        lone_core_free(c->core[i]);
    free(c);
}

void compare_set_verbose(struct compare *c, bool verbose)
{
    c->verbose = verbose;
}

uint64_t compare_instructions(const struct compare *c)
{
    return c->instructions;
}

uint64_t compare_clocks(const struct compare *c)
{
    return c->clocks;
}

/* What is written */

static void print_issue(FILE *out, const char *whose, const struct issue_record *i)
{
    char text[XENON_DISASSEMBLY_MAX];
    xenon_disassemble(text, sizeof text, i->word, i->pc, 0);
    fprintf(out, "    %s %8llu  thread %u  %05llx%s %-34s", whose, (unsigned long long)i->clock, i->thread,
            (unsigned long long)i->pc, i->paired ? " +" : "  ", text);
    if (i->ready != UINT64_MAX)
        fprintf(out, "  ready %llu", (unsigned long long)i->ready);
    fputc('\n', out);
}

static void print_issues(FILE *out, const char *whose, const struct log *log, unsigned until)
{
    for (unsigned i = until > SHOWN ? until - SHOWN : 0; i <= until && i < log->issues; i++)
        print_issue(out, whose, &log->issue[i]);
}

static const char *const kind_name[SIM_CORE_REQUESTS] = {
    [SIM_READ] = "READ",
    [SIM_READ_CODE] = "READ_CODE",
    [SIM_READ_ALONE] = "READ_ALONE",
    [SIM_READ_WALK] = "READ_WALK",
    [SIM_STORE] = "STORE",
    [SIM_ZERO] = "ZERO",
    [SIM_FLUSH] = "FLUSH",
    [SIM_CLEAN] = "CLEAN",
    [SIM_INVALIDATE_CODE] = "INVALIDATE_CODE",
    [SIM_RESERVE] = "RESERVE",
    [SIM_CONDITIONAL] = "CONDITIONAL",
    [SIM_LWSYNC] = "LWSYNC",
    [SIM_SYNC] = "SYNC",
    [SIM_EIEIO] = "EIEIO",
    [SIM_LOAD_IO] = "LOAD_IO",
    [SIM_STORE_IO] = "STORE_IO",
    [SIM_TRANSLATE] = "TRANSLATE",
    [SIM_TLBIE] = "TLBIE",
    [SIM_TRAP] = "TRAP",
    [SIM_UNMAPPED] = "UNMAPPED",
};

static void print_requests(FILE *out, const char *whose, const struct log *log, uint64_t from, uint64_t to)
{
    for (unsigned i = 0; i < log->requests; i++)
        if (log->request[i].clock >= from && log->request[i].clock <= to)
            fprintf(out, "    %s %8llu  sent %s %05llx %016llx\n", whose, (unsigned long long)log->request[i].clock,
                    kind_name[log->request[i].kind], (unsigned long long)log->request[i].address,
                    (unsigned long long)log->request[i].mask);
}

static void print_difference(FILE *out, const struct compare *c, unsigned at)
{
    print_issues(out, "reference", &c->ours, at);
    print_issues(out, "core     ", &c->theirs, at);
    uint64_t to = at < c->ours.issues ? c->ours.issue[at].clock : UINT64_MAX;
    if (at < c->theirs.issues && c->theirs.issue[at].clock > to)
        to = c->theirs.issue[at].clock;
    print_requests(out, "reference", &c->ours, to > 300 ? to - 300 : 0, to);
    print_requests(out, "core     ", &c->theirs, to > 300 ? to - 300 : 0, to);
}

/* What is compared */

static bool same_issue(const struct issue_record *a, const struct issue_record *b)
{
    return a->clock == b->clock && a->thread == b->thread && a->pc == b->pc && a->paired == b->paired &&
           (a->ready == b->ready || a->ready == CORE_REFERENCE_BLOCKS);
}

static bool same_issues(const struct compare *c, FILE *out)
{
    for (unsigned i = 0; i < c->ours.issues || i < c->theirs.issues; i++)
        if (i >= c->ours.issues || i >= c->theirs.issues || !same_issue(&c->ours.issue[i], &c->theirs.issue[i])) {
            fprintf(out, "  instruction %u differs\n", i);
            print_difference(out, c, i);
            return false;
        }
    return true;
}

static bool same_request(const struct request_record *a, const struct request_record *b)
{
    return a->clock == b->clock && a->kind == b->kind && a->address == b->address && a->mask == b->mask &&
           a->data == b->data;
}

static bool same_requests(const struct compare *c, FILE *out)
{
    for (unsigned i = 0; i < c->ours.requests || i < c->theirs.requests; i++) {
        const struct request_record *a = &c->ours.request[i], *b = &c->theirs.request[i];
        if (i < c->ours.requests && i < c->theirs.requests && same_request(a, b))
            continue;
        uint64_t clock = i < c->ours.requests ? a->clock : b->clock;
        unsigned at = 0;
        while (at < c->ours.issues && c->ours.issue[at].clock < clock)
            at++;
        fprintf(out, "  request %u differs, at %llu and %llu: data %016llx and %016llx\n", i,
                (unsigned long long)a->clock, (unsigned long long)b->clock, (unsigned long long)a->data,
                (unsigned long long)b->data);
        print_difference(out, c, at);
        return false;
    }
    return true;
}

static int by_ready(const void *a, const void *b)
{
    const struct fill_record *x = a, *y = b;
    if (x->ready != y->ready)
        return x->ready < y->ready ? -1 : 1;
    return x->thread != y->thread ? x->thread - y->thread : x->resource - y->resource;
}

/* Of those that a line brings, none comes first. */
static bool same_fills(struct compare *c, FILE *out)
{
    qsort(c->ours.fill, c->ours.fills, sizeof *c->ours.fill, by_ready);
    qsort(c->theirs.fill, c->theirs.fills, sizeof *c->theirs.fill, by_ready);
    for (unsigned i = 0; i < c->ours.fills || i < c->theirs.fills; i++) {
        const struct fill_record *a = &c->ours.fill[i], *b = &c->theirs.fill[i];
        if (i < c->ours.fills && i < c->theirs.fills && by_ready(a, b) == 0)
            continue;
        fprintf(out, "  fill %u differs: thread %u, resource %u at %llu; the core's thread %u, %u at %llu\n", i,
                a->thread, a->resource, (unsigned long long)a->ready, b->thread, b->resource,
                (unsigned long long)b->ready);
        return false;
    }
    return true;
}

static bool same_words(FILE *out, unsigned thread, const char *name, unsigned index, uint64_t ours, uint64_t theirs)
{
    if (ours != theirs)
        fprintf(out, "  thread %u's %s %u: reference %016llx, core %016llx\n", thread, name, index,
                (unsigned long long)ours, (unsigned long long)theirs);
    return ours == theirs;
}

static bool same_registers(const struct compare *c, unsigned thread, const struct xenon_context *b, FILE *out)
{
    const struct xenon_context *a = core_reference_context(c->reference, thread);
    bool same = true;
    for (unsigned i = 0; i < 32; i++)
        same &= same_words(out, thread, "gpr", i, a->gpr[i], b->gpr[i]);
    for (unsigned i = 0; i < 32; i++)
        same &= same_words(out, thread, "fpr", i, a->fpr[i], b->fpr[i]);
    for (unsigned i = 0; i < 256; i++)
        same &= same_words(out, thread, "vr half", i, a->vr[i / 2].u64[i % 2], b->vr[i / 2].u64[i % 2]);
    same &= same_words(out, thread, "nia", 0, a->nia, b->nia);
    same &= same_words(out, thread, "lr", 0, a->lr, b->lr);
    same &= same_words(out, thread, "ctr", 0, a->ctr, b->ctr);
    same &= same_words(out, thread, "cr", 0, xenon_cr(a), xenon_cr(b));
    same &= same_words(out, thread, "xer", 0, xenon_xer(a), xenon_xer(b));
    same &= same_words(out, thread, "fpscr", 0, a->fpscr, b->fpscr);
    same &= same_words(out, thread, "vscr", 0, a->vscr, b->vscr);
    same &= same_words(out, thread, "msr", 0, a->msr, b->msr);
    same &= same_words(out, thread, "vrsave", 0, a->spr[XENON_SPR_VRSAVE], b->spr[XENON_SPR_VRSAVE]);
    return same;
}

static bool run_reference(struct compare *c, const struct random_program *p, uint32_t running, FILE *out)
{
    struct core_reference *r = c->reference;
    const struct core_reference_config config = {
        .timing = c->timing,
        .latencies = p->latencies,
        .running = running,
        .watch = {.context = c, .issued = ours_issued, .filled = ours_filled, .requested = ours_requested},
    };
    core_reference_reset(r, &config);
    core_reference_halt_at(r, p->halt);
    random_program_load(p, core_reference_memory(r));
    for (unsigned n = 0; n < p->threads; n++)
        random_program_registers(p, n, core_reference_context(r, n));
    bool done = core_reference_run(r, CLOCKS_MAX);
    if (!done)
        fprintf(out, "  the reference does not come to its end: %s\n",
                core_reference_failure(r) != NULL ? core_reference_failure(r) : "too long");
    c->instructions += c->ours.issues;
    c->clocks += core_reference_now(r);
    return done;
}

/* watched: its instructions are noted, besides its requests. */
static bool run_core(struct compare *c, const struct random_program *p, uint32_t running, bool split, bool watched,
                     FILE *out)
{
    struct lone_core **d = &c->core[running];
    if (*d == NULL && (*d = lone_core_new(&c->core_timing, running)) == NULL) {
        fprintf(out, "  no core\n");
        return false;
    }
    struct xenon_core *core = lone_core_core(*d);
    const struct xenon_core_watch watch = {.context = c, .issued = theirs_issued, .filled = theirs_filled};
    lone_core_watch(*d, c, theirs_requested);
    lone_core_reset(*d, &p->latencies);
    xenon_core_set_watch(core, watched ? &watch : NULL);
    random_program_load(p, lone_core_memory(*d));
    for (unsigned n = 0; n < p->threads; n++) {
        random_program_registers(p, n, xenon_core_context_to_change(core, n));
        xenon_core_context_changed(core, n);
    }
    bool ran = lone_core_run(*d, core_reference_now(c->reference), split ? p->seed | 1 : 0);
    xenon_core_set_watch(core, NULL);
    if (!ran)
        fprintf(out, "  the core asks memory for what it does not have\n");
    return ran;
}

/* Registers and memory at the end. */
static bool same_ends(const struct compare *c, const struct random_program *p, uint32_t running, FILE *out)
{
    bool same = true;
    for (unsigned n = 0; n < p->threads; n++)
        same &= same_registers(c, n, xenon_core_context(lone_core_core(c->core[running]), n), out);
    uint64_t address = core_memory_differs(core_reference_memory(c->reference), lone_core_memory(c->core[running]));
    if (address != CORE_MEMORY_SIZE) {
        fprintf(out, "  memory differs at %05llx\n", (unsigned long long)address);
        same = false;
    }
    return same;
}

bool compare_program(struct compare *c, const struct random_program *p, bool split, FILE *out)
{
    uint32_t running = p->threads == 2 ? 3 : 1;
    c->ours.issues = c->ours.requests = c->ours.fills = 0;
    c->theirs.issues = c->theirs.requests = c->theirs.fills = 0;
    if (!run_reference(c, p, running, out)) {
        print_issues(out, "reference", &c->ours, c->ours.issues - 1);
        return false;
    }
    for (unsigned i = 0; c->verbose && i < c->ours.issues; i++)
        print_issue(out, "reference", &c->ours.issue[i]);
    if (c->verbose)
        print_requests(out, "reference", &c->ours, 0, UINT64_MAX);
    if (!run_core(c, p, running, split, true, out) || !same_issues(c, out) || !same_requests(c, out) ||
        !same_fills(c, out) || !same_ends(c, p, running, out))
        return false;
    /* Nobody looks at the instructions now, and that must change nothing. */
    c->theirs.requests = 0;
    if (run_core(c, p, running, split, false, out) && same_requests(c, out) && same_ends(c, p, running, out))
        return true;
    fprintf(out, "  while it was not watched\n");
    return false;
}
