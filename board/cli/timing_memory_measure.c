/* One run of `timing memory`: programs for its cores and a ring in the memory of a board. */
#include "board/board.h"
#include "board/cli/timing_memory.h"
#include "models/sim/memory.h"
#include "models/xenon/asm/program.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST (SIM_UNITS_PER_SECOND / 10) /* no run takes so long */
#define NONE    UINT64_MAX

/* Numbers in the order in which they came. */
struct series {
    uint64_t *value;
    size_t count, room;
};

static void keep(struct series *series, uint64_t value)
{
    if (series->count == series->room) {
        series->room = series->room ? 2 * series->room : 1024;
        series->value = realloc(series->value, series->room * sizeof *series->value);
        SIM_CHECK(series->value, "out of memory for %zu numbers", series->room);
    }
    series->value[series->count++] = value;
}

struct core_meter {
    struct xenon_core_watch watch;
    uint64_t from, to, turn, hop, used; /* addresses of labels */
    uint64_t begun, ended, hop_issued;  /* clocks; NONE: not yet */
    struct series turns, uses;          /* when a stream's turn began; clocks from load to use */
    bool faulted;
};

struct meter {
    struct core_meter core[BOARD_CORES];
    const struct board *board;
    struct series in, out;         /* times at which messages with a line were sent */
    uint64_t asked[MEMBUS_MISSES]; /* when a read came to the memory controllers; NONE: none */
    struct series asked_at, took;  /* that time, and the clocks of the memory until its answer left */
};

static void issued(void *context, const struct xenon_core *core, const struct xenon_issue *issue)
{
    struct core_meter *meter = context;
    uint64_t pc = issue->in->pc;
    (void)core;
    meter->faulted |= issue->faulted;
    if (issue->thread != 0)
        return;
    if (pc == meter->turn) {
        keep(&meter->turns, issue->clock);
    } else if (pc == meter->hop) {
        meter->hop_issued = issue->clock;
    } else if (pc == meter->used) {
        keep(&meter->uses, issue->clock - meter->hop_issued);
    } else if (pc == meter->from) {
        meter->begun = issue->clock;
    } else if (pc == meter->to) {
        meter->ended = issue->clock;
    }
}

static uint64_t memory_clock(const struct meter *meter, sim_time t)
{
    return sim_clock_ceil(&meter->board->clock.memory, t);
}

static void sent(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct meter *meter = context;
    const struct board_memory *memory = &meter->board->processors.memory;
    (void)credit_due;
    if (slot == NULL)
        return;
    if (link->out == &memory->l2.bus) {
        const struct sim_msg_memory_request *m = (const struct sim_msg_memory_request *)slot->body;
        if (m->kind == SIM_MEMORY_WRITE && m->mask0 == UINT64_MAX && m->mask1 == UINT64_MAX)
            keep(&meter->out, slot->sent);
        else if (m->kind == SIM_MEMORY_READ && m->tag < MEMBUS_MISSES)
            meter->asked[m->tag] = slot->due;
    } else if (link->out == &memory->north.reply[0]) {
        const struct sim_msg_memory_reply *m = (const struct sim_msg_memory_reply *)slot->body;
        if (m->kind != SIM_MEMORY_DATA)
            return;
        keep(&meter->in, slot->sent);
        if (m->tag >= MEMBUS_MISSES || meter->asked[m->tag] == NONE)
            return;
        keep(&meter->asked_at, meter->asked[m->tag]);
        keep(&meter->took, memory_clock(meter, slot->sent) - memory_clock(meter, meter->asked[m->tag]));
        meter->asked[m->tag] = NONE;
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The value that occurs most often, the least of several, and how often. */
static uint64_t usual(struct series *series, uint64_t *times)
{
    uint64_t best = 0;
    *times = 0;
    if (series->count != 0)
        qsort(series->value, series->count, sizeof *series->value, compare);
    for (size_t i = 0, next; i < series->count; i = next) {
        for (next = i; next < series->count && series->value[next] == series->value[i];)
            next++;
        if (next - i > *times) {
            *times = next - i;
            best = series->value[i];
        }
    }
    return best;
}

/* What went over one way of the bus from `from` to `to`: but the last line, which may not have gone by then. */
static struct timing_memory_bus traffic(const struct series *series, sim_time from, sim_time to)
{
    uint64_t count = 0;
    for (size_t i = 0; i < series->count; i++)
        count += series->value[i] >= from && series->value[i] < to;
    return (struct timing_memory_bus){count > 1 ? (count - 1) * SIM_LINE : 0, to - from};
}

static void evaluate(struct timing_memory_measured *measured, struct meter *meter, const struct timing_memory_run *run)
{
    const struct sim_clock *clock = &meter->board->clock.core;
    const struct core_meter *chaser = NULL;
    uint64_t from = 0, to = NONE, lines = 0; /* while all that are measured were at it */
    bool there = true, chases = false;
    for (unsigned i = 0; i < BOARD_CORES; i++)
        chases |= run->task[i] == TIMING_CHASE;
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        const struct core_meter *core = &meter->core[i];
        there &= !core->faulted;
        if (run->task[i] == TIMING_NOTHING || (chases && run->task[i] == TIMING_STREAM))
            continue;
        there &= core->begun != NONE && core->ended != NONE;
        from = core->begun > from ? core->begun : from;
        to = core->ended < to ? core->ended : to;
        if (run->task[i] == TIMING_CHASE)
            chaser = core;
    }
    measured->there = there && from < to;
    if (!measured->there)
        return;
    sim_time begun = sim_clock_edge(clock, from), ended = sim_clock_edge(clock, to);
    for (unsigned i = 0; i < BOARD_CORES; i++)
        for (size_t n = 0; run->task[i] == TIMING_STREAM && n < meter->core[i].turns.count; n++)
            if (meter->core[i].turns.value[n] >= from && meter->core[i].turns.value[n] < to)
                lines += TIMING_STREAM_TURN;
    measured->clocks = to - from;
    measured->time = ended - begun;
    measured->lines = lines;
    measured->in = traffic(&meter->in, begun, ended);
    measured->out = traffic(&meter->out, begun, ended);
    if (chaser == NULL)
        return;
    measured->loads = timing_memory_loads(run);
    if (run->one_by_one) {
        struct series took = {0}, uses = chaser->uses;
        uint64_t times;
        for (size_t i = 0; i < meter->took.count; i++)
            if (meter->asked_at.value[i] >= begun && meter->asked_at.value[i] < ended)
                keep(&took, meter->took.value[i]);
        measured->count = took.count;
        measured->usual = usual(&took, &measured->usual_count);
        measured->use = usual(&uses, &times);
        free(took.value);
    }
}

static uint64_t address_of(const struct xenon_program *program, const char *label, unsigned core)
{
    char name[16];
    snprintf(name, sizeof name, "%s%u", label, core);
    const struct xenon_symbol *symbol = xenon_program_symbol(program, name);
    return symbol ? symbol->value : NONE;
}

static uint64_t label(const struct xenon_program *program, const char *name)
{
    const struct xenon_symbol *symbol = xenon_program_symbol(program, name);
    return symbol ? symbol->value : NONE;
}

static enum sim_status fill(struct board *board, const struct timing_memory_run *run,
                            const struct xenon_program *program, struct sim_error *error)
{
    struct board_memory *memory = &board->processors.memory;
    unsigned lines = 0;
    bool chases = false;
    for (unsigned i = 0; i < BOARD_CORES; i++)
        chases |= run->task[i] == TIMING_CHASE;
    uint64_t *line = chases ? timing_memory_ring(run, &board->description, &lines) : NULL;
    /* what is never come to needs no address */
    uint64_t loads = timing_memory_warm_loads(run) + timing_memory_loads(run) + 2;
    bool there = board_memory_poke(memory, 0, program->bytes, program->size);
    for (unsigned i = 0; there && i < lines && i < loads; i++) {
        uint32_t next = (uint32_t)line[i + 1 < lines ? i + 1 : 0];
        const uint8_t bytes[] = {(uint8_t)(next >> 24), (uint8_t)(next >> 16), (uint8_t)(next >> 8), (uint8_t)next};
        there = line[i] < board->description.memory_size && board_memory_poke(memory, line[i], bytes, sizeof bytes);
    }
    free(line);
    if (there)
        return SIM_OK;
    return sim_fail(error, SIM_BAD_INPUT, "memory.size is %llu MiB, which is too little for these rows and banks",
                    (unsigned long long)(board->description.memory_size >> 20));
}

static enum sim_status start(struct board *board, struct meter *meter, const struct timing_memory_run *run,
                             const struct xenon_program *program, struct sim_error *error)
{
    unsigned ends = BOARD_CORES;
    for (unsigned i = BOARD_CORES; i-- > 0;) {
        struct core_meter *core = &meter->core[i];
        *core = (struct core_meter){
            .watch = {.context = core, .issued = issued},
            .from = address_of(program, "from", i),
            .to = address_of(program, "to", i),
            .turn = address_of(program, "turn", i),
            .hop = label(program, "hop"),
            .used = label(program, "used"),
            .begun = NONE,
            .ended = NONE,
        };
        if (run->task[i] != TIMING_NOTHING)
            xenon_core_set_watch(board->processors.core[i], &core->watch);
        if (run->task[i] == TIMING_CHASE || (run->task[i] == TIMING_STREAM && ends == BOARD_CORES))
            ends = i;
    }
    for (unsigned i = 0; i < BOARD_CORES; i++)
        if (run->task[i] == TIMING_CHASE)
            ends = i;
    for (unsigned i = 0; i < MEMBUS_MISSES; i++)
        meter->asked[i] = NONE;
    sim_machine_observe(board->machine, (struct sim_observer){.context = meter, .link = sent});
    SIM_CHECK(xenon_core_break_at(board->processors.core[ends], address_of(program, "done", ends)),
              "no room for one breakpoint");
    return fill(board, run, program, error);
}

static void meter_free(struct meter *meter)
{
    for (unsigned i = 0; i < BOARD_CORES; i++) {
        free(meter->core[i].turns.value);
        free(meter->core[i].uses.value);
    }
    free(meter->in.value);
    free(meter->out.value);
    free(meter->asked_at.value);
    free(meter->took.value);
    free(meter);
}

static enum sim_status run_board(struct timing_memory_measured *measured, const struct timing_memory_run *run,
                                 const struct xenon_program *program, const struct board_description *description,
                                 struct sim_error *error)
{
    static const uint8_t digest[BOARD_PROGRAM_SIZE];
    const struct board_options options = {.processors = true, .entry = label(program, "_start"), .program = digest};
    struct board *board = calloc(1, sizeof *board);
    struct meter *meter = calloc(1, sizeof *meter);
    struct sim_stop stop;
    SIM_CHECK(board && meter, "out of memory for a board");
    meter->board = board;
    enum sim_status status = board_build(board, description, &options, error);
    if (status == SIM_OK) {
        status = start(board, meter, run, program, error);
        if (status == SIM_OK)
            status = sim_machine_run(board->machine, LONGEST, &stop, error);
        if (status == SIM_OK && stop.event_time != SIM_NEVER)
            evaluate(measured, meter, run);
        board_free(board);
    }
    meter_free(meter);
    free(board);
    return status;
}

enum sim_status timing_memory_measure(struct timing_memory_measured *measured, const struct timing_memory_run *run,
                                      const struct board_description *board, struct sim_error *error)
{
    struct xenon_program program;
    struct timing_cpu_measured cpu = {0};
    *measured = (struct timing_memory_measured){0};
    if (run->cpu) {
        enum sim_status done = timing_cpu_measure(&cpu, run->cpu, board, error);
        measured->there = cpu.there;
        measured->cpu = cpu.value;
        return done;
    }
    char *text = timing_memory_program(run, board);
    enum sim_status status = xenon_assemble(&program, "timing memory", text, strlen(text), 0, error);
    free(text);
    if (status == SIM_OK)
        status = run_board(measured, run, &program, board, error);
    xenon_program_free(&program);
    return status;
}
