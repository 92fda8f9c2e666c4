/* What the event log costs: records per second from the kernel's call to the sink, of each kind that titles make most
 * of, with caller chains; and beside it what copying the same bytes costs. Best of five. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "tests/bench/seconds.h"
#include "tests/support/kernel_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS = 5, CALLERS = 3, STACK = KERNEL_BENCH_MEMORY + 0x8000, CODE = KERNEL_BENCH_MEMORY + 0x1000 };

static const double CEILING = 1e-6; /* seconds a record */

struct sunk {
    char *copy;
    size_t bytes;
};

/* Takes the bytes as a file's buffer would. */
static void sink(void *context, const char *text, size_t size)
{
    struct sunk *sunk = context;
    memcpy(sunk->copy, text, size);
    sunk->bytes += size;
}

struct world {
    struct kernel_bench *bench;
    struct kernel_log *log;
    struct sunk sunk;
    struct kernel_call call;
    struct ke_wait wait;
};

static void call(struct world *w)
{
    log_call(w->bench->kernel, &w->call);
}

static void call_return(struct world *w)
{
    log_return(w->bench->kernel, &w->call);
}

static void wait_begin(struct world *w)
{
    log_wait_begin(w->bench->kernel, w->call.thread, &w->wait);
}

static void wait_end(struct world *w)
{
    log_wait_end(w->bench->kernel, w->call.thread, 0);
}

static void signal_set(struct world *w)
{
    log_signal(w->bench->kernel, "set", w->wait.object[0], 0, 1);
}

static void choose(struct world *w, const char *name)
{
    w->call.export = 0;
    while (strcmp(kernel_export(w->bench->kernel, w->call.export)->row->name, name) != 0)
        w->call.export = (uint16_t)(w->call.export + 1);
}

/* A thread in a call four frames deep, an event and a path. */
static void furnish(struct world *w)
{
    struct kernel_bench *b = w->bench;
    struct kernel *k = b->kernel;
    uint32_t handle = 0;
    struct ob_object *event = ob_create(k, OB_EVENT, 0);
    SIM_CHECK(event && ob_new_handle(k, event, &handle) == NT_SUCCESS, "no event");
    w->wait = (struct ke_wait){.count = 1, .object = {event->address}, .reason = 3};
    for (unsigned i = 0; i < 4; i++) {
        kernel_bench_put_u32(b, STACK + 0x80 * i, STACK + 0x80 * (i + 1));
        kernel_bench_put_u32(b, STACK + 0x80 * (i + 1) - 8, CODE + 4);
    }
    kernel_bench_put_u32(b, CODE, 0x48000101);
    kernel_bench_text(b, KERNEL_BENCH_MEMORY + 0x100, "game:\\media\\levels\\intro\\scene.bin");
    kernel_bench_put_u32(b, KERNEL_BENCH_MEMORY, 34u << 16 | 34);
    kernel_bench_put_u32(b, KERNEL_BENCH_MEMORY + 4, KERNEL_BENCH_MEMORY + 0x100);
    kernel_bench_put_u32(b, KERNEL_BENCH_MEMORY + 0x10, 0xFFFFFFFD);
    kernel_bench_put_u32(b, KERNEL_BENCH_MEMORY + 0x14, KERNEL_BENCH_MEMORY);
    w->call = (struct kernel_call){.thread = kernel_bench_thread(b, 0, 13)};
    b->cpu[0].gpr[1] = STACK;
    k->cpu[0].state = KERNEL_CPU_DUE; /* parked, as in a call */
    b->running[0] = false;
    w->call.arg[0] = handle;
}

static double measure(struct world *w, const char *name, const char *export, void (*what)(struct world *),
                      unsigned records)
{
    double best = 1e9, copied = 1e9;
    if (export)
        choose(w, export);
    for (unsigned i = 0; i < REPEATS; i++) {
        w->sunk.bytes = 0;
        double start = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (unsigned j = 0; j < records; j++) {
            w->bench->kernel->now += 3125; /* no record shares its time with another */
            what(w);
        }
        kernel_log_flush(w->log);
        double taken = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
        best = taken < best ? taken : best;
    }
    size_t each = w->sunk.bytes / records;
    char *from = malloc(each * records), *to = malloc(each * records);
    SIM_CHECK(from && to, "no memory");
    memset(from, 1, each * records);
    memset(to, 2, each * records);
    for (unsigned i = 0; i < REPEATS; i++) {
        double start = seconds(CLOCK_THREAD_CPUTIME_ID);
        memcpy(to, from, each * records);
        double taken = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
        copied = taken < copied ? taken : copied;
        from[i] = to[each + i];
    }
    free(from);
    free(to);
    printf("%-32s %6.2f M records/s, %6.1f ns and %zu bytes each, %6.1f MB/s; copying them takes %5.1f ns\n", name,
           (double)records / best / 1e6, 1e9 * best / (double)records, each, (double)w->sunk.bytes / best / 1e6,
           1e9 * copied / (double)records);
    return best / (double)records;
}

int main(int argc, char **argv)
{
    unsigned records = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 0) : 200000;
    struct world w = {.sunk.copy = malloc(1 << 20)};
    struct sim_error error;
    w.log = kernel_log_create(&(struct kernel_log_options){&w.sunk, sink, CALLERS}, &error);
    if (!w.sunk.copy || !w.log || records == 0) {
        fprintf(stderr, "bench_events: %s\n", w.log ? "nothing to measure" : error.text);
        return SIM_USAGE;
    }
    w.bench = kernel_bench_new(&(struct kernel_bench_spec){.reference = HLE_HARDWARE, .log = w.log});
    furnish(&w);
    double worst = measure(&w, "import.call NtSetEvent", "NtSetEvent", call, records);
    const double others[] = {
        measure(&w, "kernel.return NtSetEvent", "NtSetEvent", call_return, records),
        measure(&w, "import.call RtlEnterCritical...", "RtlEnterCriticalSection", call, records),
        measure(&w, "wait.begin", NULL, wait_begin, records),
        measure(&w, "wait.end", NULL, wait_end, records),
        measure(&w, "signal.set", NULL, signal_set, records),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        worst = others[i] > worst ? others[i] : worst;
    w.call.arg[2] = KERNEL_BENCH_MEMORY + 0x10;
    double file = measure(&w, "import.call NtCreateFile", "NtCreateFile", call, records);
    printf("the slowest of the common ones takes %.0f ns, one of NtCreateFile with its path %.0f ns; ceiling %.0f ns\n",
           1e9 * worst, 1e9 * file, 1e9 * CEILING);
    kernel_bench_free(w.bench);
    kernel_log_destroy(w.log);
    free(w.sunk.copy);
    return 0; /* a slow machine is no failure: whoever reads the figures judges */
}
