/* What it costs a run to have all of memory's signals in a dump: loops of loads that miss all caches, one at a time and
 * as many as a thread has under way, without waves and with them in each format. Best of three. */
#include "board/board.h"
#include "models/sim/child.h"
#include "models/xenon/asm/program.h"
#include "tests/bench/seconds.h"
#include "waves/dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIME (SIM_UNITS_PER_SECOND / 1000 * 60)

enum { REPEATS = 3 };

struct loop {
    const char *name, *text;
};
static const struct loop loops[] = {
    {"one miss at a time", "        lis     r3, 0x100\n"
                           "loop:   lwz     r4, 0(r3)\n"
                           "        add     r3, r3, r4\n" /* 0, but who knows before it is there */
                           "        addi    r3, r3, 128\n"
                           "        rlwinm  r3, r3, 0, 4, 31\n"
                           "        b       loop\n"},
    {"many at a time", "        lis     r3, 0x100\n"
                       "loop:   lwz     r4, 0(r3)\n"
                       "        addi    r3, r3, 128\n"
                       "        lwz     r5, 0(r3)\n"
                       "        addi    r3, r3, 128\n"
                       "        rlwinm  r3, r3, 0, 4, 31\n"
                       "        b       loop\n"},
};
static const char *const suffixes[] = {NULL, "raw", "vcd", "vcd.gz", "fst"};
enum { LOOPS = sizeof loops / sizeof *loops, SUFFIXES = sizeof suffixes / sizeof *suffixes };

struct cost {
    double wall, main, writer; /* seconds: until the file is whole; of work in the two threads */
    uint64_t misses;
    long bytes;
};

struct job {
    const struct loop *loop;
    char path[300]; /* "": without waves */
    struct cost cost;
};

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench_traced: %s: %s\n", what, why);
    exit(SIM_HOST);
}

static void build(struct board *board, const struct loop *loop)
{
    static const uint8_t digest[BOARD_PROGRAM_SIZE];
    struct board_description description;
    struct xenon_program program;
    struct sim_error error;
    const struct board_options options = {.processors = true, .program = digest};
    if (board_description_load(&description, "retail", NULL, 0, &error) != SIM_OK ||
        board_build(board, &description, &options, &error) != SIM_OK ||
        xenon_assemble(&program, loop->name, loop->text, strlen(loop->text), 0, &error) != SIM_OK)
        give_up(loop->name, error.text);
    if (!board_memory_poke(&board->processors.memory, program.base, program.bytes, program.size))
        give_up(loop->name, "no RAM for it");
    xenon_program_free(&program);
}

static int child(void *context, unsigned index, FILE *out)
{
    static struct board board;
    const struct job *job = context;
    struct waves_dump *dump = NULL;
    struct waves_result result;
    struct sim_error error = {""};
    struct sim_stop stop;
    struct stat info = {.st_size = 0};
    (void)index;
    build(&board, job->loop);
    double wall = seconds(CLOCK_MONOTONIC), both = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double main_thread = seconds(CLOCK_THREAD_CPUTIME_ID);
    if (*job->path) {
        if (waves_open(board.waves, &(struct waves_options){.path = job->path, .probe = "membus.*"}, &dump, &error) !=
            SIM_OK)
            give_up(job->path, error.text);
        waves_start(dump, 0);
        board_show(&board);
        board_observe(&board, waves_observer(dump));
    }
    if (sim_machine_run(board.machine, TIME, &stop, &error) != SIM_OK)
        give_up(job->loop->name, error.text);
    main_thread = seconds(CLOCK_THREAD_CPUTIME_ID) - main_thread;
    if (dump && waves_finish(dump, TIME, &result, &error) != SIM_OK)
        give_up(job->path, error.text);
    struct cost cost = {.wall = seconds(CLOCK_MONOTONIC) - wall, .main = main_thread};
    cost.writer = seconds(CLOCK_PROCESS_CPUTIME_ID) - both - main_thread;
    cost.misses = board.processors.memory.l2.counters.misses;
    if (dump && stat(job->path, &info) == 0)
        cost.bytes = (long)info.st_size;
    board_free(&board);
    return fwrite(&cost, sizeof cost, 1, out) == 1 ? 0 : 1;
}

static void heard(void *context, unsigned index, const struct sim_child *from)
{
    struct job *job = context;
    (void)index;
    if (from->exit_status != 0 || from->size != sizeof job->cost)
        give_up(job->loop->name, "its process ended early");
    memcpy(&job->cost, from->output, sizeof job->cost);
}

static struct cost best_of(struct job *job)
{
    struct cost best = {.wall = 1e9};
    struct sim_error error;
    for (unsigned i = 0; i < REPEATS; i++) {
        if (*job->path)
            remove(job->path); /* to take away a file of before is no part of it */
        if (sim_children_run(1, 1, child, heard, job, &error) != SIM_OK)
            give_up(job->loop->name, error.text);
        if (job->cost.wall < best.wall)
            best = job->cost;
    }
    return best;
}

int main(void)
{
    const char *parent = getenv("TMPDIR");
    char folder[256], clear[300];
    snprintf(folder, sizeof folder, "%s/bench_traced.XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(folder))
        give_up(folder, "cannot be made");
    for (unsigned l = 0; l < LOOPS; l++) {
        double plain = 0;
        for (unsigned s = 0; s < SUFFIXES; s++) {
            struct job job = {.loop = &loops[l]};
            if (suffixes[s])
                snprintf(job.path, sizeof job.path, "%s/dump.%s", folder, suffixes[s]);
            struct cost cost = best_of(&job);
            plain = s == 0 ? cost.wall : plain;
            printf("%-20s %-7s %6.3f s, %.2f of plain; %.3f s in the simulation's thread, %.3f s in the writer's; "
                   "%.1f MB, %.0f bytes a miss\n",
                   job.loop->name, suffixes[s] ? suffixes[s] : "plain", cost.wall, cost.wall / plain, cost.main,
                   cost.writer, (double)cost.bytes * 1e-6, (double)cost.bytes / (double)cost.misses);
            fflush(stdout);
        }
    }
    snprintf(clear, sizeof clear, "rm -r '%s'", folder);
    return system(clear) == 0 ? 0 : SIM_HOST; /* a slow machine is no failure: whoever reads the figures judges */
}
