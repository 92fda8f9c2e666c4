/* Contention of another run: who is parked, for how long, and what becomes of who cannot be. The manifest has the first
 * call of everybody. */
#include "kernel-hle/ke/ke_parts.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"
#include "waves/analysis/contention.h"

#include <CUnit/CUnit.h>

enum { M = KERNEL_BENCH_MEMORY, SECTION = M, SPINNING = M + 0x20, TIME = M + 0x40, FREED = M + 0x60 };
#define US    (KERNEL_BENCH_MS / 1000)
#define LIMIT (200 * US)

static struct kernel_bench *b;
static struct waves_contention_entry entry[8];
static struct waves_contention manifest;
static struct kernel_replay replay;
static struct ke_thread *thread[3];
static uint64_t r3;

#define CALL(cpu, name, ...) KERNEL_BENCH_CALL(b, cpu, name, &r3, __VA_ARGS__)
#define ENTER                "RtlEnterCriticalSection"
#define LEAVE                "RtlLeaveCriticalSection"

/* A thread on each of three hardware threads. The first has made three calls, and has the sections; the others' next
 * calls are those of the manifest. */
static void begin(bool aggressive)
{
    manifest = (struct waves_contention){.by = WAVES_CONTENTION_BY_CALL, .entry = entry};
    replay = (struct kernel_replay){&manifest, aggressive, LIMIT};
    b = kernel_bench_new(&(struct kernel_bench_spec){.reference = HLE_HARDWARE, .replay = &replay});
    for (unsigned i = 0; i < 3; i++) {
        thread[i] = kernel_bench_thread(b, i, 13);
        entry[i] = (struct waves_contention_entry){.thread = thread[i]->id, .index = 100 + i};
    }
    manifest.entries = 3;
    CU_ASSERT(CALL(0, "RtlInitializeCriticalSection", SECTION)); /* the place of its entry, at which it enters none */
    CU_ASSERT(CALL(0, "RtlInitializeCriticalSection", FREED));
    CU_ASSERT(CALL(0, "RtlInitializeCriticalSectionAndSpinCount", SPINNING, 0xFF00));
    CU_ASSERT(CALL(0, ENTER, SECTION) && CALL(0, ENTER, SPINNING));
}

static uint64_t count(enum kernel_replay_outcome outcome)
{
    return kernel_replay_count(b->kernel, outcome);
}

static uint64_t count_all(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < KERNEL_REPLAY_OUTCOMES; i++)
        sum += count((enum kernel_replay_outcome)i);
    return sum;
}

static void who_is_parked_gets_the_section_of_who_leaves_it(void)
{
    begin(true);
    CU_ASSERT(!CALL(1, ENTER, SPINNING)); /* it would have spun */
    CU_ASSERT(count(KERNEL_REPLAY_parked) == 1 && thread[1]->state == KE_WAITING && count_all() == 1);
    CU_ASSERT(CALL(0, LEAVE, SPINNING));
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 1, ENTER, &r3) && count(KERNEL_REPLAY_released) == 1 && count_all() == 2);
    CU_ASSERT(kernel_bench_u32(b, SPINNING + KE_CRITICAL_OWNER) == thread[1]->address);
    CU_ASSERT(CALL(1, LEAVE, SPINNING) && kernel_bench_u32(b, SPINNING + KE_CRITICAL_COUNT) == UINT32_MAX);
    CU_ASSERT(!CALL(1, ENTER, SECTION) && count_all() == 2); /* the manifest has nothing there */
    kernel_bench_free(b);
}

static void it_goes_on_after_its_time(void)
{
    begin(true);
    sim_time at = b->now;
    CU_ASSERT(!CALL(1, ENTER, SECTION) && count(KERNEL_REPLAY_parked) == 1);
    kernel_bench_run(b, at + LIMIT - b->now - US);
    CU_ASSERT(count(KERNEL_REPLAY_expired) == 0 && kernel_bench_u32(b, SECTION + KE_CRITICAL_COUNT) == 1);
    kernel_bench_run(b, 2 * US);
    CU_ASSERT(count(KERNEL_REPLAY_expired) == 1);
    CU_ASSERT(thread[1]->state == KE_WAITING && kernel_bench_u32(b, SECTION + KE_CRITICAL_COUNT) == 1); /* as anybody */
    kernel_bench_run(b, 10 * LIMIT);
    CU_ASSERT(count_all() == 2);
    CU_ASSERT(CALL(0, LEAVE, SECTION));
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 1, ENTER, &r3) && kernel_bench_u32(b, SECTION + KE_CRITICAL_COUNT) == 0);
    kernel_bench_free(b);
}

/* On a hardware thread that another thread runs on meanwhile its time ends too, and to the microsecond. */
static void it_is_interrupted_who_runs_there(void)
{
    begin(true);
    sim_time at = b->now;
    CU_ASSERT(!CALL(1, ENTER, SPINNING) && count(KERNEL_REPLAY_parked) == 1);
    struct ke_thread *other = kernel_bench_thread(b, 1, 10);
    CU_ASSERT(b->running[1] && other->state == KE_RUNNING);
    kernel_bench_run(b, at + LIMIT - b->now - US);
    CU_ASSERT(thread[1]->state == KE_WAITING);
    kernel_bench_run(b, 3 * US);
    CU_ASSERT(thread[1]->state == KE_RUNNING && other->state == KE_READY && count(KERNEL_REPLAY_expired) == 1);
    kernel_bench_free(b);
}

static void a_section_that_is_left_between_its_time_and_its_turn_is_its_own(void)
{
    begin(true);
    CU_ASSERT(!CALL(1, ENTER, SECTION));
    kernel_bench_thread(b, 1, 15);
    kernel_bench_run(b, 2 * LIMIT);
    CU_ASSERT(thread[1]->state == KE_READY && count(KERNEL_REPLAY_expired) == 0);
    CU_ASSERT(CALL(0, LEAVE, SECTION) && kernel_bench_u32(b, SECTION + KE_HEADER_STATE) == 1);
    kernel_bench_put_u32(b, TIME, UINT32_MAX);
    kernel_bench_put_u32(b, TIME + 4, (uint32_t)-100000);
    CU_ASSERT(!CALL(1, "KeDelayExecutionThread", 0, 0, TIME));
    CU_ASSERT(kernel_bench_ended(b, 1, ENTER, &r3) && count(KERNEL_REPLAY_released) == 1);
    CU_ASSERT(kernel_bench_u32(b, SECTION + KE_HEADER_STATE) == 0 &&
              kernel_bench_u32(b, SECTION + KE_CRITICAL_COUNT) == 0);
    CU_ASSERT(kernel_bench_u32(b, SECTION + KE_CRITICAL_OWNER) == thread[1]->address);
    kernel_bench_free(b);
}

static void an_owner_that_is_ready_is_waited_for(void)
{
    begin(true);
    struct ke_thread *other = kernel_bench_thread(b, 0, 15);
    entry[manifest.entries++] = (struct waves_contention_entry){.thread = other->id, .index = 103};
    CU_ASSERT(thread[0]->state == KE_READY);
    (void)CALL(0, ENTER, SPINNING);
    CU_ASSERT(count(KERNEL_REPLAY_parked) == 1);
    CU_ASSERT(thread[0]->state == KE_RUNNING && other->state == KE_WAITING);
    CALL(0, LEAVE, SPINNING);
    CU_ASSERT(other->state == KE_RUNNING && count(KERNEL_REPLAY_released) == 1);
    kernel_bench_free(b);
}

static void nobody_else_is_parked(void)
{
    begin(true);
    CU_ASSERT(CALL(1, ENTER, FREED) && count(KERNEL_REPLAY_free) == 1);
    CU_ASSERT(CALL(1, LEAVE, FREED));
    CU_ASSERT(CALL(2, "KfRaiseIrql", 2));
    entry[2].place = 1;
    CU_ASSERT(!CALL(2, ENTER, SPINNING) && count(KERNEL_REPLAY_raised) == 1 && thread[2]->state == KE_RUNNING);
    CU_ASSERT(CALL(0, LEAVE, SPINNING));
    kernel_bench_settle(b);
    CU_ASSERT(kernel_bench_ended(b, 2, ENTER, &r3) && count_all() == 2 && !b->stopped);
    kernel_bench_free(b);

    begin(true);
    CU_ASSERT(!CALL(0, "KeWaitForSingleObject", SECTION, 3, 0, 0, 0)); /* its owner waits, for whatever */
    CU_ASSERT(!CALL(1, ENTER, SECTION) && count(KERNEL_REPLAY_owner_waits) == 1);
    kernel_bench_put_u32(b, SECTION + KE_CRITICAL_OWNER, 0x1234);
    CU_ASSERT(!CALL(2, ENTER, SECTION) && count(KERNEL_REPLAY_owner_unknown) == 1 && count_all() == 2);
    kernel_bench_free(b);

    begin(true);
    entry[0].place = 5;
    CU_ASSERT(CALL(0, ENTER, SECTION) && count(KERNEL_REPLAY_own) == 1 && count_all() == 1);
    CU_ASSERT(kernel_bench_u32(b, SECTION + KE_CRITICAL_RECURSION) == 2);
    kernel_bench_free(b);
}

static void conservative_parks_nobody(void)
{
    begin(false);
    CU_ASSERT(!CALL(1, ENTER, SPINNING) && thread[1]->state == KE_RUNNING); /* spins */
    CU_ASSERT(!CALL(2, ENTER, SECTION) && thread[2]->state == KE_WAITING);
    CU_ASSERT(count(KERNEL_REPLAY_met) == 2 && count_all() == 2);
    kernel_bench_run(b, 2 * LIMIT);
    CU_ASSERT(count_all() == 2 && thread[2]->state == KE_WAITING);
    kernel_bench_free(b);
}

static void a_manifest_by_index_counts_no_contention(void)
{
    begin(true);
    manifest.by = WAVES_CONTENTION_BY_INDEX;
    uint64_t first = thread[1]->log_index; /* what has made the bench counts */
    entry[1].place = first + 1;            /* behind the record of the call */
    CU_ASSERT(!CALL(1, ENTER, SPINNING) && count(KERNEL_REPLAY_parked) == 1);
    CU_ASSERT(CALL(0, LEAVE, SPINNING));
    kernel_bench_settle(b);
    CU_ASSERT(CALL(1, LEAVE, SPINNING));
    /* two calls and their returns; observed, parked, the wait and its end, released */
    CU_ASSERT(thread[1]->log_index == first + 9 && thread[1]->replay.contention == 5 && thread[1]->replay.calls == 2);
    entry[1].place = first + 5;
    CU_ASSERT(!CALL(1, ENTER, SECTION) && count(KERNEL_REPLAY_parked) == 2);
    /* who leaves it tells of a signal that there would not be */
    CU_ASSERT(CALL(0, LEAVE, SECTION) && thread[0]->replay.contention == 2);
    kernel_bench_free(b);
}

/* A machine that is loaded goes on, with a manifest or without. */
static void parking_is_saved(void)
{
    begin(true);
    CU_ASSERT(!CALL(1, ENTER, SECTION) && count(KERNEL_REPLAY_parked) == 1);
    struct kernel_bench *copy = kernel_bench_copy(b);
    CU_ASSERT_FATAL(copy != NULL);
    CU_ASSERT(kernel_replay_counts(copy->kernel));
    CU_ASSERT(kernel_replay_count(copy->kernel, KERNEL_REPLAY_parked) == 1);
    kernel_bench_run(b, LIMIT + US);
    kernel_bench_run(copy, LIMIT + US);
    CU_ASSERT(count(KERNEL_REPLAY_expired) == 1);
    CU_ASSERT(kernel_replay_count(copy->kernel, KERNEL_REPLAY_expired) == 1);
    CU_ASSERT(kernel_bench_same(b, copy));
    struct kernel_bench *without = kernel_bench_copy(copy); /* by a run that does not count */
    CU_ASSERT_FATAL(without != NULL);
    CU_ASSERT(!kernel_replay_counts(without->kernel));
    kernel_bench_free(without);
    kernel_bench_free(copy);
    kernel_bench_free(b);
}

void test_ke_replay(void)
{
    CU_pSuite suite = CU_add_suite("hle/ke contention replay", NULL, NULL);
    CU_add_test(suite, "parked until it is left", who_is_parked_gets_the_section_of_who_leaves_it);
    CU_add_test(suite, "parked for a time", it_goes_on_after_its_time);
    CU_add_test(suite, "whoever runs there is interrupted", it_is_interrupted_who_runs_there);
    CU_add_test(suite, "left between time and turn", a_section_that_is_left_between_its_time_and_its_turn_is_its_own);
    CU_add_test(suite, "an owner that is ready", an_owner_that_is_ready_is_waited_for);
    CU_add_test(suite, "what is not honoured", nobody_else_is_parked);
    CU_add_test(suite, "the conservative mode", conservative_parks_nobody);
    CU_add_test(suite, "indices are translated", a_manifest_by_index_counts_no_contention);
    CU_add_test(suite, "saved while parked", parking_is_saved);
}
