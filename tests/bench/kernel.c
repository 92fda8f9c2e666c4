/* What calls of the kernel cost the host: a million of them, from the trap to the resume, alone and mixed; beside them
 * what saving and restoring a hardware thread's registers twice costs, which no kernel could do without. Best of three.
 */
#include "kernel-hle/kernel/kernel_parts.h"
#include "models/xenon/isa/interrupt.h"
#include "tests/bench/seconds.h"
#include "tests/support/kernel_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS = 3, CALLS = 1000000, DATA = KERNEL_BENCH_MEMORY, CODE = KERNEL_BENCH_MEMORY + 0x1000 };
enum {
    EVENT = DATA,
    SIGNALLED = DATA + 0x10,
    SEMAPHORE = DATA + 0x20,
    SECTION = DATA + 0x40,
    LOCK = DATA + 0x60,
    TEXT = DATA + 0x80,
    OUT = DATA + 0xC0
};

static const double CEILING = 300e-9; /* seconds a call, on average */

static const struct row {
    const char *name;
    uint64_t argument[4];
    unsigned weight; /* of a hundred, as titles call them: guessed from traces */
} rows[] = {
    {"RtlEnterCriticalSection", {SECTION}, 22},
    {"RtlLeaveCriticalSection", {SECTION}, 22},
    {"KeTlsGetValue", {0}, 12},
    {"KeQueryPerformanceFrequency", {0}, 6},
    {"KeSetEvent", {EVENT, 0, 0}, 6},
    {"KeResetEvent", {EVENT}, 4},
    {"KeWaitForSingleObject", {SIGNALLED, 3, 1, 0}, 4},
    {"KfAcquireSpinLock", {LOCK}, 8},
    {"KfReleaseSpinLock", {LOCK}, 8},
    {"MmGetPhysicalAddress", {0xA0010000}, 3},
    {"KeQuerySystemTime", {OUT}, 3},
    {"RtlInitAnsiString", {OUT, TEXT}, 2},
};
enum { ROWS = sizeof rows / sizeof *rows };

/* Guest code on hardware thread 0 makes a call and is back. */
static void call(struct kernel_bench *b, const struct row *row, size_t index)
{
    static const struct kernel_trap trap = {.vector = XENON_SYSTEM_CALL};
    struct xenon_context *r = &b->cpu[0];
    for (unsigned i = 0; i < 4; i++)
        r->gpr[3 + i] = row->argument[i];
    r->lr = CODE;
    r->nia = kernel_export_address(index) + 4;
    b->running[0] = false;
    kernel_trap(b->kernel, 0, &trap, b->now);
    while (!b->running[0]) {
        b->now = kernel_next(b->kernel);
        SIM_CHECK(b->now != SIM_NEVER, "%s never comes back", row->name);
        kernel_event(b->kernel, b->now);
    }
}

static size_t index_of(const struct kernel_bench *b, const char *name)
{
    size_t index = 0;
    while (index < kernel_export_count() && strcmp(kernel_export(b->kernel, index)->row->name, name) != 0)
        index++;
    SIM_CHECK(index < kernel_export_count(), "no export %s", name);
    return index;
}

static double measure(struct kernel_bench *b, const uint8_t *order, unsigned calls, const size_t *index)
{
    double best = 1e9;
    for (unsigned i = 0; i < REPEATS; i++) {
        double start = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (unsigned j = 0; j < calls; j++)
            call(b, &rows[order[j]], index[order[j]]);
        double taken = (seconds(CLOCK_THREAD_CPUTIME_ID) - start) / calls;
        best = taken < best ? taken : best;
    }
    return best;
}

static double registers(struct kernel_bench *b, unsigned calls)
{
    static struct xenon_context saved[64];
    double best = 1e9;
    for (unsigned i = 0; i < REPEATS; i++) {
        double start = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (unsigned j = 0; j < calls; j++) {
            memcpy(&saved[j % 64], &b->cpu[0], sizeof saved[0]);
            memcpy(&b->cpu[0], &saved[(j + 1) % 64], sizeof saved[0]);
        }
        double taken = (seconds(CLOCK_THREAD_CPUTIME_ID) - start) / calls;
        best = taken < best ? taken : best;
    }
    return best;
}

int main(int argc, char **argv)
{
    unsigned calls = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : CALLS;
    uint8_t *order = calls ? malloc(calls) : NULL;
    size_t index[ROWS];
    if (!order) {
        fprintf(stderr, "bench_kernel: nothing to measure\n");
        return SIM_USAGE;
    }
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    kernel_bench_settle(b);
    kernel_bench_text(b, TEXT, "game:\\media");
    uint64_t r3;
    KERNEL_BENCH_CALL(b, 0, "RtlInitializeCriticalSection", &r3, SECTION);
    kernel_bench_put_u32(b, SIGNALLED + 4, 1);
    for (unsigned i = 0; i < ROWS; i++) {
        index[i] = index_of(b, rows[i].name);
        bool pairs = strncmp(rows[i].name, "RtlLeave", 8) == 0 || strncmp(rows[i].name, "KfRelease", 9) == 0 ||
                     strncmp(rows[i].name, "RtlEnter", 8) == 0 || strncmp(rows[i].name, "KfAcquire", 9) == 0;
        if (pairs)
            continue; /* below, by twos */
        memset(order, (int)i, calls);
        printf("%-32s %6.1f ns\n", rows[i].name, 1e9 * measure(b, order, calls / 10 + 1, index));
    }
    for (unsigned j = 0; j < calls; j++)
        order[j] = j % 2;
    printf("%-32s %6.1f ns\n", "a critical section, each way", 1e9 * measure(b, order, calls / 10 * 2 + 2, index));
    for (unsigned j = 0; j < calls; j++)
        order[j] = 7 + j % 2;
    printf("%-32s %6.1f ns\n", "a spin lock, each way", 1e9 * measure(b, order, calls / 10 * 2 + 2, index));

    /* The mix: a fixed order, in which what is entered is left. */
    uint64_t random = 360;
    for (unsigned j = 0; j < calls; j++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        unsigned at = (unsigned)(random >> 33) % 100, row = 0;
        while (at >= rows[row].weight)
            at -= rows[row++].weight;
        bool enters = row == 0 || row == 1 || row == 7 || row == 8;
        if (enters && j + 1 < calls) {
            order[j] = row < 2 ? 0 : 7;
            order[++j] = row < 2 ? 1 : 8;
        } else {
            order[j] = enters ? 2 : (uint8_t)row;
        }
    }
    double mixed = measure(b, order, calls, index);
    printf("%-32s %6.1f ns; registers out and in take %.1f ns\n", "mixed", 1e9 * mixed, 1e9 * registers(b, calls));
    printf("%s\n", mixed <= CEILING ? "below the ceiling of 300 ns a call" : "ABOVE the ceiling of 300 ns a call");
    kernel_bench_free(b);
    free(order);
    return SIM_OK;
}
