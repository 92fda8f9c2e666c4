/* What waves cost: changes per second from waves_set to a finished file, in every format, and what they cost a loop
 * that has them compiled in but off. Rates are also given as a ratio to raw, of the same run. Best of three. The floor
 * is held to the work of the slower of the two threads, so that other work on the machine cannot break it. */
#include "tests/bench/seconds.h"
#include "waves/dump.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCOPES = 5, CLOCK = 3125, WINDOW = 32, REPEATS = 3 };

static const double FLOOR_VCD = 30e6;   /* changes per second */
static const double CEILING_OFF = 1.02; /* times the plain loop */

struct board {
    struct waves_registry *registry;
    struct unit {
        struct waves_scope *scope;
        uint32_t strobe, line, state, address, data;
    } unit[SCOPES];
};

static struct board board_new(void)
{
    static const char *const states[] = {"idle", "wait", "run", "done"};
    struct board board = {.registry = waves_registry_new()};
    for (unsigned i = 0; i < SCOPES; i++) {
        char path[32];
        snprintf(path, sizeof path, "board.unit%u", i);
        struct unit *unit = &board.unit[i];
        unit->scope = waves_scope_new(board.registry, path, 10 * i);
        unit->strobe = waves_wire(unit->scope, "strobe");
        unit->line = waves_bus(unit->scope, "line", 13, "line");
        unit->state = waves_enum(unit->scope, "state", 2, states, 4);
        unit->address = waves_bus(unit->scope, "address", 32, NULL);
        unit->data = waves_bus(unit->scope, "data", 64, NULL);
    }
    return board;
}

/* One unit's clock: mostly wires and counters, now and then an address or a doubleword, as on a bus. */
static inline uint64_t step(struct unit *unit, uint64_t k, uint64_t noise, bool emit)
{
    sim_time t = k * CLOCK;
    noise = noise * UINT64_C(6364136223846793005) + 1442695040888963407u;
    if (emit) {
        waves_set_u32(unit->scope, unit->strobe, t, k & 1);
        waves_set_u32(unit->scope, unit->line, t, k & 0x1fff);
        if ((k & 3) == 0)
            waves_set_u32(unit->scope, unit->state, t, (uint32_t)(k >> 2 & 3));
        if ((k & 7) == 1)
            waves_set_u32(unit->scope, unit->address, t, (uint32_t)(noise >> 32));
        if ((k & 15) == 3)
            waves_set(unit->scope, unit->data, t, noise);
    }
    return noise;
}

struct cost {
    double wall, main, writer; /* seconds: until the file is whole; of work in the two threads */
    uint64_t changes;
    long bytes;
};

static struct cost dump(const char *path, uint64_t clocks)
{
    struct board board = board_new();
    struct waves_dump *dump;
    struct waves_result result;
    struct sim_error error;
    uint64_t noise = 1;
    double wall = seconds(CLOCK_MONOTONIC), main_thread = seconds(CLOCK_THREAD_CPUTIME_ID);
    double both = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (waves_open(board.registry, &(struct waves_options){.path = path}, &dump, &error) != SIM_OK)
        goto failed;
    waves_start(dump, 0);
    for (uint64_t k = 0; k < clocks; k += WINDOW) {
        for (unsigned i = 0; i < SCOPES; i++)
            for (uint64_t j = k; j < k + WINDOW; j++)
                noise = step(&board.unit[i], j, noise, true);
        waves_close(dump, (k + WINDOW) * CLOCK);
    }
    main_thread = seconds(CLOCK_THREAD_CPUTIME_ID) - main_thread;
    if (waves_finish(dump, clocks * CLOCK, &result, &error) != SIM_OK)
        goto failed;
    both = seconds(CLOCK_PROCESS_CPUTIME_ID) - both;
    struct cost cost = {seconds(CLOCK_MONOTONIC) - wall, main_thread, both - main_thread, result.changes, 0};
    FILE *file = fopen(path, "r");
    if (file) {
        fseek(file, 0, SEEK_END);
        cost.bytes = ftell(file);
        fclose(file);
        remove(path);
    }
    waves_registry_free(board.registry);
    return cost;

failed:
    fprintf(stderr, "bench_waves: %s\n", error.text);
    exit(SIM_HOST);
}

static struct cost best_dump(const char *path, uint64_t clocks)
{
    struct cost best = dump(path, clocks);
    for (int i = 1; i < REPEATS; i++) {
        struct cost cost = dump(path, clocks);
        if (cost.wall < best.wall)
            best = cost;
    }
    return best;
}

/* A loop of some little work each clock (a divide and a few steps of a generator), with and without waves in it. */
__attribute__((noinline)) static uint64_t work(struct unit *unit, uint64_t clocks, bool with_waves)
{
    uint64_t noise = 1;
    if (with_waves)
        for (uint64_t k = 0; k < clocks; k++) {
            noise = step(unit, k, noise, true);
            for (unsigned i = 0; i < 16; i++)
                noise = noise * UINT64_C(6364136223846793005) + (noise >> 29);
        }
    else
        for (uint64_t k = 0; k < clocks; k++) {
            noise = step(unit, k, noise, false);
            for (unsigned i = 0; i < 16; i++)
                noise = noise * UINT64_C(6364136223846793005) + (noise >> 29);
        }
    return noise;
}

static double time_work(struct unit *unit, uint64_t clocks, bool with_waves, uint64_t *sum)
{
    double start = seconds(CLOCK_THREAD_CPUTIME_ID);
    *sum += work(unit, clocks, with_waves);
    return seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static double off_ratio(uint64_t clocks)
{
    struct board board = board_new();
    double with = 1e9, without = 1e9;
    uint64_t sum = 0;
    for (int i = 0; i < 3 * REPEATS; i++) { /* in turns, so that both meet the same machine */
        double a = time_work(&board.unit[0], clocks, false, &sum), b = time_work(&board.unit[0], clocks, true, &sum);
        without = a < without ? a : without;
        with = b < with ? b : with;
    }
    waves_registry_free(board.registry);
    printf("%-8s %6.2f ns a clock, %.2f ns with waves compiled in but off: ratio %.4f (check %llx)\n", "off",
           1e9 * without / (double)clocks, 1e9 * with / (double)clocks, with / without, (unsigned long long)sum);
    return with / without;
}

int main(int argc, char **argv)
{
    static const char *const suffixes[] = {"raw", "vcd", "vcd.gz", "fst"};
    uint64_t clocks = argc > 1 ? strtoull(argv[1], NULL, 0) / WINDOW * WINDOW : 1 << 20;
    const char *parent = getenv("TMPDIR");
    char folder[256], path[300];
    snprintf(folder, sizeof folder, "%s/bench_waves.XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        return SIM_HOST;
    }
    double vcd = 0, raw = 0;
    for (unsigned i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(path, sizeof path, "%s/dump.%s", folder, suffixes[i]);
        struct cost cost = best_dump(path, i < 2 ? clocks : clocks / 4);
        double rate = (double)cost.changes / cost.wall;
        raw = i == 0 ? rate : raw;
        double each = 1e9 / (double)cost.changes, slower = cost.main > cost.writer ? cost.main : cost.writer;
        vcd = i == 1 ? (double)cost.changes / slower : vcd;
        printf("%-8s %6.1f M changes/s (%.2f of raw); %5.1f ns a change in the simulation's thread, %5.1f ns in the "
               "writer's; %.1f bytes\n",
               suffixes[i], rate / 1e6, rate / raw, each * cost.main, each * cost.writer,
               (double)cost.bytes / (double)cost.changes);
        fflush(stdout);
    }
    snprintf(path, sizeof path, "%s/dump.gtkw", folder);
    remove(path);
    snprintf(path, sizeof path, "%s/dump.names1.txt", folder);
    remove(path);
    rmdir(folder);
    double off = off_ratio(clocks * 4);
    printf("vcd by the work of the slower thread: %.1f M changes/s, floor %.0f\n", vcd / 1e6, FLOOR_VCD / 1e6);
    printf("off costs %.1f %% of a loop that does little, ceiling %.0f %%\n", 100 * (off - 1), 100 * (CEILING_OFF - 1));
    return 0; /* a slow machine is no failure: whoever reads the figures judges */
}
