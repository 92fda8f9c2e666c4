#include "models/xenon/timebase.h"
#include "tests/support/rig.h"
#include "tests/support/timebase_board.h"
#include "tests/unit/suites.h"
#include "waves/dump.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One edge of the plain board's time base, in clocks of its bus and in units of time. */
#define TICK      64
#define TICK_TIME UINT64_C(200000)

struct bench {
    struct timebase_board board;
    struct timebase timebase;
    sim_time arrival[BUS_ACCESSES_MAX]; /* of each access at the time base */
};

static void note_arrival(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct bench *bench = context;
    (void)credit_due;
    if (slot && link->out == &bench->board.driver.request)
        bench->arrival[((const struct sim_msg_mmio_request *)slot->body)->tag] = slot->due;
}

static void wire(struct bench *bench, const struct sim_options *options)
{
    timebase_init(&bench->timebase, TIMEBASE_BOARD_PART, SIM_PRIORITY_TIMEBASE,
                  &(struct timebase_config){.clock = &bench->board.tick, .thread = 5});
    timebase_board_wire(&bench->board, options,
                        &(struct timebase_socket){&bench->timebase.component, &bench->timebase.mmio.request,
                                                  &bench->timebase.mmio.reply, &bench->timebase.line});
    sim_machine_observe(bench->board.machine, (struct sim_observer){.context = bench, .link = note_arrival});
}

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK) {
        fprintf(stderr, "time base: %s\n", error->text);
        _Exit(72);
    }
}

static void run_to(struct bench *bench, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    must(sim_machine_run(bench->board.machine, until, &stop, &error), &error);
}

/* Wires a plain board and has it play the accesses; one bus access arrives at the edge after that at which it is sent.
 */
static struct bench *play(const struct bus_access *script, uint32_t accesses, sim_time until)
{
    struct bench *bench = calloc(1, sizeof *bench);
    SIM_CHECK(bench, "out of memory");
    timebase_board_plain(&bench->board);
    for (uint32_t i = 0; i < accesses; i++)
        bench->board.script[i] = script[i];
    bench->board.accesses = accesses;
    wire(bench, &(struct sim_options){.schedule = SIM_WINDOWED});
    run_to(bench, until);
    return bench;
}

static void end(struct bench *bench)
{
    sim_machine_free(bench->board.machine);
    free(bench);
}

/* The gap that puts an access `ticks` edges of the time base after the one before it. */
#define AFTER(ticks) ((ticks)*TICK - 1)
#define READ(gap_, reg, size_)                           \
    {                                                    \
        .gap = (gap_), .address = (reg), .size = (size_) \
    }
#define WRITE(gap_, reg, size_, val)                                                   \
    {                                                                                  \
        .gap = (gap_), .address = (reg), .size = (size_), .data = (val), .write = true \
    }

static const uint8_t tb = 0x00, tbu = 0x08, tbl = 0x0C, dec = 0x10, control = 0x18;

static int counts_from_reset(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    /* The first is sent at edge 10 of the time base and carried out at edge 11. */
    const struct bus_access script[] = {READ(640, tb, 8), READ(AFTER(1), dec, 4), READ(AFTER(1), control, 8),
                                        READ(AFTER(100), tb, 8)};
    struct bench *bench = play(script, 4, 300 * TICK_TIME);
    const struct bus_answer *answer = bench->board.driver.answer;
    uint64_t data;
    EXPECT(bench->board.driver.answered == 4);
    EXPECT(answer[0].sent == 11 * TICK_TIME && answer[0].response.data == 11);
    EXPECT(answer[1].sent == 12 * TICK_TIME && answer[1].response.data == 0x7FFFFFFF - 12);
    EXPECT(answer[2].response.data == 0x1FF);
    EXPECT(answer[3].response.data == 113);
    EXPECT(timebase_peek(&bench->timebase, tb, 8, &data) == SIM_MMIO_OK && data == 299); /* edge 300 is to come */
    EXPECT(timebase_peek(&bench->timebase, dec, 8, &data) == SIM_MMIO_REFUSED && data == UINT64_MAX);
    EXPECT(timebase_peek(&bench->timebase, 0x14, 4, &data) == SIM_MMIO_UNMAPPED);
    EXPECT(bench->board.sink.changes == 0);
    end(bench);
    return failures != 0;
}

static int raises_the_line(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    const struct bus_access script[] = {
        WRITE(0, dec, 4, 3),                  /* edge 1: 3, edge 4: 0, edge 5: -1  */
        WRITE(AFTER(9), dec, 4, 0),           /* edge 10: 0, so falls; edge 11: -1 */
        WRITE(AFTER(10), dec, 4, 0x80000001), /* edge 20: negative before and after; edge 22: 0x7FFFFFFF */
        WRITE(AFTER(10), dec, 4, 1),          /* edge 30 */
        WRITE(AFTER(2), dec, 4, 7),           /* edge 32, where it would become negative: it does not */
        WRITE(AFTER(2), dec, 4, 0xFFFFFFFF),  /* edge 34: negative by itself */
    };
    static const struct {
        unsigned edge, level;
    } expected[] = {{5, 1}, {10, 0}, {11, 1}, {22, 0}, {34, 1}};
    struct bench *bench = play(script, 6, 100 * TICK_TIME);
    const struct line_sink *sink = &bench->board.sink;
    EXPECT(sink->changes == sizeof expected / sizeof expected[0]);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
        EXPECT(sink->change[i].sent == expected[i].edge * TICK_TIME && sink->change[i].level == expected[i].level &&
               sink->change[i].thread == 5);
    end(bench);
    return failures != 0;
}

static int stops_and_starts(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    const struct bus_access script[] = {
        WRITE(0, control, 8, 0),                                    /* edge 1: steps once more, to 1 */
        WRITE(AFTER(9), tbl, 4, 0xFFFFFFFE),                        /* edge 10 */
        WRITE(AFTER(1), tbu, 4, 0xABCD12345678),                    /* edge 11: its low half */
        WRITE(AFTER(9), dec, 4, 5),                                 /* edge 20 */
        WRITE(AFTER(10), control, 8, UINT64_C(0xFFFFFFFFFFFFFF55)), /* edge 30: steps from 31 on */
        READ(AFTER(1), tb, 8),                                      /* edge 31 */
        READ(AFTER(1), tb, 8),                                      /* edge 32: the carry */
        READ(AFTER(1), tbu, 4),
        READ(AFTER(1), tbl, 4),
        READ(AFTER(1), dec, 4), /* edge 35: 5 steps from 5 */
        READ(AFTER(1), control, 8),
    };
    struct bench *bench = play(script, 11, 100 * TICK_TIME);
    const struct bus_answer *answer = bench->board.driver.answer;
    EXPECT(bench->board.driver.answered == 11);
    EXPECT(answer[5].response.data == UINT64_C(0x12345678FFFFFFFF));
    EXPECT(answer[6].response.data == UINT64_C(0x1234567900000000));
    EXPECT(answer[7].response.data == 0x12345679);
    EXPECT(answer[8].response.data == 2);
    EXPECT(answer[9].response.data == 0);
    EXPECT(answer[10].response.data == 0x155);
    EXPECT(bench->board.sink.changes == 1 && bench->board.sink.change[0].sent == 36 * TICK_TIME);
    end(bench);
    return failures != 0;
}

static int refuses_what_it_is_not(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    const struct bus_access script[] = {
        WRITE(0, 0x14, 4, 1),    /* between two registers */
        WRITE(0, 0x20, 8, 1),    /* behind the last */
        WRITE(0, dec, 8, 0),     /* too wide: would raise the line */
        WRITE(0, tb, 4, 0),      /* too narrow */
        WRITE(0, dec + 2, 4, 0), /* across */
        WRITE(0, control + 4, 4, 0), {.address = UINT64_C(1) << 40 | dec, .size = 4, .write = true}, READ(0, tb, 8),
    };
    struct bench *bench = play(script, 8, 100 * TICK_TIME);
    const struct bus_answer *answer = bench->board.driver.answer;
    static const uint8_t expected[] = {SIM_MMIO_UNMAPPED, SIM_MMIO_UNMAPPED, SIM_MMIO_REFUSED,  SIM_MMIO_REFUSED,
                                       SIM_MMIO_REFUSED,  SIM_MMIO_REFUSED,  SIM_MMIO_UNMAPPED, SIM_MMIO_OK};
    EXPECT(bench->board.driver.answered == 8);
    for (unsigned i = 0; i < 8; i++) {
        EXPECT(answer[i].response.status == expected[i]);
        EXPECT(answer[i].response.data == (i < 7 ? UINT64_MAX : 8)); /* one access an edge */
    }
    EXPECT(bench->board.sink.changes == 0);
    end(bench);
    return failures != 0;
}

/* The circuit, one edge after the other, with a variable for each register. */
static unsigned follow_edges(const struct bench *bench, sim_time until, FILE *out)
{
    const struct timebase_board *board = &bench->board;
    uint64_t time = 0;
    uint32_t decrementer = 0x7FFFFFFF, controls = 0x1FF, done = 0, changes = 0;
    unsigned failures = 0, line = 0;
    for (uint64_t k = 1;; k++) {
        sim_time t = (sim_time)(((unsigned __int128)k * board->tick.step + board->tick.phase) / board->tick.divisor);
        if (t >= until)
            break;
        if (controls & 0x100) {
            time++;
            decrementer--;
        }
        if (done < board->driver.answered && bench->arrival[done] <= t) {
            const struct bus_access *access = &board->script[done];
            const struct bus_answer *answer = &board->driver.answer[done++];
            uint64_t expected = UINT64_MAX;
            bool good = true;
            if (access->address == tb && access->size == 8)
                time = expected = access->write ? access->data : time;
            else if (access->address == dec && access->size == 4)
                decrementer = (uint32_t)(expected = access->write ? access->data : decrementer);
            else if (access->address == control && access->size == 8)
                controls = (uint32_t)(expected = access->write ? access->data : controls) & 0x1FF;
            else if (access->address == tbl && access->size == 4) {
                expected = access->write ? access->data : time & 0xFFFFFFFF;
                time = (time & ~UINT64_C(0xFFFFFFFF)) + (expected & 0xFFFFFFFF);
            } else if (access->address == tbu && access->size == 4) {
                expected = access->write ? access->data : time >> 32;
                time = (time & 0xFFFFFFFF) + (expected << 32);
            } else
                good = false;
            EXPECT(answer->sent == t);
            EXPECT((answer->response.status == SIM_MMIO_OK) == good && answer->response.data == expected);
        }
        if ((decrementer >= 0x80000000) != line) {
            line = !line;
            EXPECT(changes < board->sink.changes && board->sink.change[changes].sent == t &&
                   board->sink.change[changes].level == line);
            changes++;
        }
    }
    EXPECT(done == board->driver.answered && changes >= board->sink.changes);
    return failures;
}

static int equals_a_circuit_that_steps(void *context, unsigned index, FILE *out)
{
    const uint64_t *seed = context;
    unsigned failures = 0;
    (void)index;
    static struct bench bench;
    timebase_board_random(&bench.board, *seed, 1000);
    bench.board.reply.credits = bench.board.line.credits = 64; /* nobody waits but for his turn */
    bench.board.driver_hold = bench.board.sink_hold = 0;
    wire(&bench, &(struct sim_options){.schedule = SIM_WINDOWED});
    run_to(&bench, SIM_UNITS_PER_SECOND / 2000);
    EXPECT(bench.board.driver.answered == 1000);
    EXPECT(bench.board.sink.changes > 20);
    failures += follow_edges(&bench, SIM_UNITS_PER_SECOND / 2000, out);
    sim_machine_free(bench.board.machine);
    return failures != 0;
}

/* Ways to the same end. */
enum way { WINDOWED, LOCKSTEP, PARALLEL, IN_PIECES, SAVED, LOADED, WAYS };

struct trip {
    uint64_t seed;
    enum way way;
    char path[64];
    char text[WAYS][256];
};

static int travel(void *context, unsigned index, FILE *out)
{
    const struct trip *trip = context;
    static const enum sim_schedule schedules[WAYS] = {SIM_WINDOWED, SIM_LOCKSTEP, SIM_PARALLEL,
                                                      SIM_WINDOWED, SIM_WINDOWED, SIM_LOCKSTEP};
    static struct bench bench;
    const sim_time until = 600000000;
    struct sim_error error;
    uint8_t digest[SIM_DIGEST_SIZE];
    uint64_t random = trip->seed;
    (void)index;
    timebase_board_random(&bench.board, trip->seed, 300);
    wire(&bench, &(struct sim_options){.schedule = schedules[trip->way], .threads = 2});
    if (trip->way == LOADED)
        must(sim_machine_load(bench.board.machine, "timebase", trip->path, &error), &error);
    if (trip->way == IN_PIECES)
        for (sim_time t = 0; t < until; t += 1 + rig_random(&random) % 400000)
            run_to(&bench, t);
    run_to(&bench, trip->way == SAVED ? until / 2 + trip->seed * 12345 : until);
    if (trip->way == SAVED)
        must(sim_machine_save(bench.board.machine, "timebase", trip->path, &error), &error);
    sim_machine_digest(bench.board.machine, digest);
    fprintf(out, "%u answers, %u changes: ", bench.board.driver.answered, bench.board.sink.changes);
    for (unsigned i = 0; i < SIM_DIGEST_SIZE; i++)
        fprintf(out, "%02x", digest[i]);
    sim_machine_free(bench.board.machine);
    return 0;
}

static void arrive(void *context, unsigned index, const struct sim_child *child)
{
    struct trip *trip = context;
    (void)index;
    CU_ASSERT_EQUAL(child->exit_status, 0);
    snprintf(trip->text[trip->way], sizeof trip->text[0], "%s", child->output);
}

static void is_the_same_however_it_is_run(void)
{
    struct trip trip = {.path = "/tmp/timebase.XXXXXX"};
    struct sim_error error;
    int file = mkstemp(trip.path);
    CU_ASSERT_FATAL(file >= 0);
    close(file);
    for (trip.seed = 1; trip.seed <= 4; trip.seed++) {
        for (trip.way = 0; trip.way < WAYS; trip.way++)
            CU_ASSERT_EQUAL(sim_children_run(1, 1, travel, arrive, &trip, &error), SIM_OK);
        for (unsigned way = 0; way < WAYS; way++)
            if (way != SAVED)
                CU_ASSERT_STRING_EQUAL(trip.text[way], trip.text[WINDOWED]);
    }
    unlink(trip.path);
}

/* 100 simulated seconds: the decrementer comes round once, and nothing else is an event. */
static int skips_what_is_idle(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    struct bench *bench = play(NULL, 0, 100 * SIM_UNITS_PER_SECOND);
    const struct line_sink *sink = &bench->board.sink;
    EXPECT(sink->changes == 2);
    EXPECT(sink->change[0].sent == (UINT64_C(1) << 31) * TICK_TIME && sink->change[0].level == 1);
    EXPECT(sink->change[1].sent == (UINT64_C(1) << 32) * TICK_TIME && sink->change[1].level == 0);
    EXPECT(sim_machine_counters(bench->board.machine).advances < 20);
    end(bench);
    return failures != 0;
}

/* A millisecond of counting, of which a dump shows every step, in pieces of bounded size. */
static int shows_every_step(void *context, unsigned index, FILE *out)
{
    unsigned failures = 0;
    (void)context, (void)index;
    static struct bench bench;
    struct sim_error error;
    struct waves_dump *dump;
    struct waves_result result;
    timebase_board_plain(&bench.board);
    wire(&bench, &(struct sim_options){.schedule = SIM_WINDOWED});
    struct waves_registry *waves = waves_registry_new();
    struct sim_component *component = &bench.timebase.component;
    component->type->trace(component, waves_scope_new(waves, component->name, component->priority));
    char path[] = "/tmp/timebase.XXXXXX.vcd", gtkw[] = "/tmp/timebase.XXXXXX.gtkw";
    int file = mkstemps(path, 4);
    SIM_CHECK(file >= 0, "no place for a dump");
    close(file);
    memcpy(gtkw, path, sizeof path - sizeof ".vcd");
    must(waves_open(waves, &(struct waves_options){.path = path, .probe = "*.tb"}, &dump, &error), &error);
    waves_start(dump, 0);
    component->type->show(component, 0);
    sim_machine_observe(bench.board.machine, waves_observer(dump));
    run_to(&bench, 50000 * TICK_TIME);
    must(waves_finish(dump, 50000 * TICK_TIME, &result, &error), &error);
    EXPECT(result.changes == 49999); /* edge 50000 is not over; edge 0 changes nothing */
    EXPECT(sim_machine_counters(bench.board.machine).advances >= 50000 / 4096);
    unlink(path);
    unlink(gtkw);
    waves_registry_free(waves);
    sim_machine_free(bench.board.machine);
    return failures != 0;
}

static void counts(void)
{
    CU_ASSERT(rig_child(counts_from_reset, NULL));
}

static void interrupts(void)
{
    CU_ASSERT(rig_child(raises_the_line, NULL));
}

static void is_controlled(void)
{
    CU_ASSERT(rig_child(stops_and_starts, NULL));
}

static void refuses(void)
{
    CU_ASSERT(rig_child(refuses_what_it_is_not, NULL));
}

static void steps(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++)
        CU_ASSERT(rig_child(equals_a_circuit_that_steps, &seed));
}

static void skips(void)
{
    CU_ASSERT(rig_child(skips_what_is_idle, NULL));
}

static void shows(void)
{
    CU_ASSERT(rig_child(shows_every_step, NULL));
}

void test_timebase(void)
{
    CU_pSuite suite = CU_add_suite("xenon/timebase", NULL, NULL);
    CU_add_test(suite, "counts up and down from reset, edge by edge", counts);
    CU_add_test(suite, "the line is the decrementer's sign", interrupts);
    CU_add_test(suite, "stops, starts, and is set in halves", is_controlled);
    CU_add_test(suite, "refuses other places and sizes, one access an edge", refuses);
    CU_add_test(suite, "equals a circuit that steps at every edge", steps);
    CU_add_test(suite, "is the same in every schedule, in pieces, saved and loaded", is_the_same_however_it_is_run);
    CU_add_test(suite, "100 idle seconds cost a few steps", skips);
    CU_add_test(suite, "a dump holds every step", shows);
}
