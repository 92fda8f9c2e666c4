/* One microbenchmark: its body between the common beginning and end, on thread 0 of core 0 of a board. */
#include "board/board.h"
#include "board/cli/timing_cpu.h"
#include "models/xenon/asm/program.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 8, STORES_KEPT = 64, TEXT_MAX = 16384 };
#define LONGEST (SIM_UNITS_PER_SECOND / 1000) /* no benchmark takes so long */

/* Real address 0. Data from 0x10000 on, of which the first word is its address; r5 and r6 are 1 and some bits, the
 * floating-point and vector registers 1.0, f2, f13 and v0 zero. start_sibling returns when thread 1, at its `second`,
 * has written to 0x6008. */
static const char head[] = "        .org 0x100\n"
                           "        ld r3, 0x6000(0)\n"
                           "        mtctr r3\n"
                           "        bctr\n"
                           "        .org 0x1000\n"
                           "_start: bl set_up\n"
                           "        li r31, ROUNDS\n"
                           "round:  lis r20, 1\n"
                           "        sync\n"
                           "        .balign 128\n";
static const char tail[] = "\n        addi r31, r31, -1\n"
                           "        cmpwi cr7, r31, 0\n"
                           "        bgt cr7, round\n"
                           "        sync\n"
                           "done:   b done\n"
                           "set_up: mfmsr r3\n"
                           "        ori r3, r3, 0x2000\n"
                           "        oris r3, r3, 0x0200\n"
                           "        mtmsrd r3\n"
                           "        isync\n"
                           "        li r0, 0\n"
                           "        li r3, 1\n"
                           "        li r5, 1\n"
                           "        lis r6, 0x9E37\n"
                           "        ori r6, r6, 0x79B9\n"
                           "        lis r20, 1\n"
                           "        stw r20, 0(r20)\n"
                           "        lis r7, 0x3F80\n"
                           "        stw r7, 32(r20)\n"
                           "        lfs f1, 32(r20)\n"
                           "        fsub f2, f1, f1\n"
                           "        fmr f13, f2\n"
                           "        fmr f3, f1\n"
                           "        fmr f4, f1\n"
                           "        fmr f5, f1\n"
                           "        fmr f6, f1\n"
                           "        fmr f7, f1\n"
                           "        fmr f8, f1\n"
                           "        fmr f9, f1\n"
                           "        fmr f10, f1\n"
                           "        fmr f11, f1\n"
                           "        fmr f12, f1\n"
                           "        vspltisw v0, 1\n"
                           "        vcfsx v1, v0, 0\n"
                           "        vor v2, v1, v1\n"
                           "        vor v3, v1, v1\n"
                           "        vxor v0, v0, v0\n"
                           "        blr\n"
                           "start_sibling:\n"
                           "        mfspr r7, ctrl\n"
                           "        oris r7, r7, 0x0040\n"
                           "        mtctrl r7\n"
                           "1:      lwz r7, 0x6008(0)\n"
                           "        cmpwi r7, 0\n"
                           "        beq 1b\n"
                           "        blr\n";

#define NONE UINT64_MAX

/* From label to label, the last time. */
struct span {
    uint64_t from, to;              /* addresses */
    uint64_t begun, clocks;         /* NONE: not yet */
    uint64_t issued_before, issued; /* instructions of both threads */
};

struct meter {
    struct xenon_core_watch watch;
    const struct timing_cpu_row *row;
    const struct sim_clock *clock;
    struct span span, less;
    uint64_t issued, branch; /* branch: the clock of one whose successor has not issued yet */
    uint64_t bubble, lost, misses;
    bool faulted;
    struct sim_out *request;
    unsigned stores;
    struct store {
        sim_time sent;
        uint64_t address, mask;
    } store[STORES_KEPT];
};

static void pass(struct span *span, const struct meter *meter, const struct xenon_issue *issue)
{
    if (issue->in->pc == span->from) {
        span->begun = issue->clock;
        span->issued_before = meter->issued;
    } else if (issue->in->pc == span->to && span->begun != NONE) {
        span->clocks = issue->clock - span->begun;
        span->issued = meter->issued - span->issued_before;
    }
}

static void issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    struct meter *meter = context;
    (void)core;
    meter->faulted |= issue->faulted;
    if (issue->thread == 0) {
        uint64_t lost = meter->branch == NONE || issue->clock == meter->branch ? 0 : issue->clock - meter->branch - 1;
        if (lost > meter->bubble) {
            meter->lost += lost;
            meter->misses++;
        }
        meter->branch = issue->in->pc == meter->span.from ? issue->clock : NONE;
        pass(&meter->span, meter, issue);
        pass(&meter->less, meter, issue);
    }
    meter->issued++;
}

static void sent(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct meter *meter = context;
    (void)credit_due;
    if (slot == NULL || link->out != meter->request)
        return;
    const struct sim_msg_core_request *r = (const struct sim_msg_core_request *)slot->body;
    if (r->kind == SIM_STORE)
        meter->store[meter->stores++ % STORES_KEPT] = (struct store){slot->sent, r->address, r->mask};
}

/* The number of the message with the row's last store, of those since `from`; 0 where there is none. */
static unsigned order(const struct meter *meter)
{
    unsigned first = meter->stores > STORES_KEPT ? meter->stores - STORES_KEPT : 0, number = 0;
    sim_time begun = sim_clock_edge(meter->clock, meter->span.begun);
    for (unsigned i = first; i < meter->stores; i++) {
        const struct store *s = &meter->store[i % STORES_KEPT];
        if (s->sent < begun)
            continue;
        number++;
        if (s->address == 0x7000 && s->mask >> 4 & 1)
            return number;
    }
    return 0;
}

static int64_t hundredths(int64_t numerator, uint64_t denominator)
{
    int64_t twice = 2 * (int64_t)denominator;
    return (200 * numerator + (numerator < 0 ? -(int64_t)denominator : (int64_t)denominator)) / twice;
}

static bool passed(const struct span *span)
{
    return span->clocks != NONE && span->clocks != 0;
}

static void evaluate(struct timing_cpu_measured *measured, const struct meter *meter)
{
    const struct timing_cpu_row *row = meter->row;
    const struct span *span = &meter->span, *less = &meter->less;
    bool needs_less = row->kind == TIMING_CPU_LESS || row->kind == TIMING_CPU_BOTH;
    int64_t numerator = 0;
    uint64_t denominator = row->per;
    measured->there =
        !meter->faulted && (row->kind == TIMING_CPU_MISS || passed(span)) && (!needs_less || passed(less));
    if (!measured->there)
        return;
    switch (row->kind) {
    case TIMING_CPU_SPAN:
        numerator = (int64_t)span->clocks;
        break;
    case TIMING_CPU_RATE:
        numerator = row->per;
        denominator = span->clocks;
        break;
    case TIMING_CPU_LESS:
        numerator = (int64_t)span->clocks - (int64_t)less->clocks;
        break;
    case TIMING_CPU_MISS:
        numerator = (int64_t)meter->lost;
        denominator = meter->misses;
        break;
    case TIMING_CPU_ORDER:
        numerator = order(meter);
        break;
    case TIMING_CPU_BOTH:
        numerator = (int64_t)(span->issued * less->clocks);
        denominator = span->clocks * less->issued;
        break;
    }
    measured->there = denominator != 0;
    if (measured->there)
        measured->value = hundredths(numerator, denominator);
}

static uint64_t address_of(const struct xenon_program *program, const char *label)
{
    const struct xenon_symbol *symbol = xenon_program_symbol(program, label);
    return symbol ? symbol->value : NONE;
}

static enum sim_status assemble(struct xenon_program *program, const struct timing_cpu_row *row,
                                struct sim_error *error)
{
    char *text = malloc(TEXT_MAX);
    SIM_CHECK(text, "out of memory for a program");
    unsigned rounds = row->kind == TIMING_CPU_BOTH ? 1 : ROUNDS;
    int size = snprintf(text, TEXT_MAX, ".set ROUNDS, %u\n%s%s%s", rounds, head, row->body, tail);
    SIM_CHECK(size < TEXT_MAX, "timing_cpu.def: %s is too long", row->name);
    enum sim_status status = xenon_assemble(program, row->name, text, (size_t)size, 0, error);
    free(text);
    return status;
}

static enum sim_status run(struct board *board, struct meter *meter, const struct xenon_program *program,
                           struct sim_error *error)
{
    struct xenon_core *core = board->processors.core[0];
    struct sim_stop stop;
    meter->clock = &board->clock.core;
    meter->request = xenon_core_request(core);
    SIM_CHECK(board_memory_poke(&board->processors.memory, 0, program->bytes, program->size), "no RAM for %s",
              meter->row->name);
    sim_machine_observe(board->machine, (struct sim_observer){.context = meter, .link = sent});
    xenon_core_set_watch(core, &meter->watch);
    SIM_CHECK(xenon_core_break_at(core, address_of(program, "done")), "no room for one breakpoint");
    enum sim_status status = sim_machine_run(board->machine, LONGEST, &stop, error);
    if (status == SIM_OK && stop.event_time == SIM_NEVER)
        meter->faulted = true; /* it has not come to its end */
    return status;
}

enum sim_status timing_cpu_measure(struct timing_cpu_measured *measured, const struct timing_cpu_row *row,
                                   const struct board_description *description, struct sim_error *error)
{
    static const uint8_t digest[BOARD_PROGRAM_SIZE];
    struct xenon_program program;
    struct board *board = calloc(1, sizeof *board);
    struct meter *meter = calloc(1, sizeof *meter);
    SIM_CHECK(board && meter, "out of memory for a board");
    *measured = (struct timing_cpu_measured){0};
    enum sim_status status = assemble(&program, row, error);
    if (status == SIM_OK) {
        const struct board_options options = {
            .processors = true, .entry = address_of(&program, "_start"), .program = digest};
        *meter = (struct meter){
            .watch = {.context = meter, .issued = issued},
            .row = row,
            .span = {address_of(&program, "from"), address_of(&program, "to"), NONE, NONE, 0, 0},
            .less = {address_of(&program, "less_from"), address_of(&program, "less_to"), NONE, NONE, 0, 0},
            .branch = NONE,
            .bubble = description->xenon_branch_taken,
        };
        status = board_build(board, description, &options, error);
        if (status == SIM_OK) {
            status = run(board, meter, &program, error);
            evaluate(measured, meter);
            board_free(board);
        }
    }
    xenon_program_free(&program);
    free(meter);
    free(board);
    return status;
}
