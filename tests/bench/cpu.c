/* What the timed core costs: mixes of tests/guest on one thread, on both threads of a core and on all six, each thread
 * with a copy of its own; guest instructions and simulated clocks by second of user time, beside qemu-ppc64 and the
 * functional stepper on the same programs in the same run, which must come to the same results. Best of five.
 *
 *     bench_cpu [--quick] [--once MIX THREADS ROUNDS windowed|lockstep]
 *
 * --once runs one of them in this process, for callgrind. It never fails by the clock. */
#include "board/board.h"
#include "models/sim/child.h"
#include "models/xenon/isa/interrupt.h"
#include "models/xenon/isa/stepper.h"
#include "tests/bench/guest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define BASE   UINT64_C(0x10000000) /* of thread 0's copy; the others follow at */
#define STRIDE (UINT64_C(1) << 24)
#define SLICE  (SIM_UNITS_PER_SECOND / 100000) /* how often it is seen whether all threads have stopped */

enum { THREADS_MAX = 6 };

/* All threads come by 0x100 but the first, which wakes the others; each goes to its copy. The first system call ends a
 * thread. */
static const char loader[] = "        .org    0x100\n"
                             "        b       start\n"
                             "        .org    0xC00\n"
                             "        li      r3, 0\n"
                             "        mtctrl  r3\n"
                             "        b       .\n"
                             "        .org    0x1000\n"
                             "start:  mfspr   r3, pir\n"
                             "        cmpwi   r3, 0\n"
                             "        bne     1f\n"
                             "        lwz     r4, threads(0)\n"
                             "        cmpwi   r4, 6\n"
                             "        bne     1f\n"
                             "        lis     r5, 0x8000\n" /* an interrupt to threads 2 and 4 */
                             "        ori     r5, r5, 0x0200\n"
                             "        sldi    r5, r5, 32\n"
                             "        oris    r5, r5, 0x0005\n"
                             "        lis     r6, 0x0014\n"
                             "        ori     r6, r6, 0x0040\n"
                             "        std     r6, 0x10(r5)\n"
                             "1:      andi.   r4, r3, 1\n"
                             "        bne     3f\n"
                             "        cmpwi   r3, 0\n"
                             "        beq     3f\n"
                             "        lis     r5, 0x8000\n" /* who was woken acknowledges, or would be again */
                             "        ori     r5, r5, 0x0200\n"
                             "        sldi    r5, r5, 32\n"
                             "        oris    r5, r5, 0x0005\n"
                             "        sldi    r6, r3, 12\n"
                             "        add     r5, r5, r6\n"
                             "        ld      r6, 0x50(r5)\n"
                             "        std     r6, 0x60(r5)\n"
                             "3:      lwz     r4, threads(0)\n"
                             "        cmpwi   r4, 1\n"
                             "        beq     2f\n"
                             "        mfspr   r5, ctrl\n"
                             "        oris    r5, r5, 0x00C0\n"
                             "        mtctrl  r5\n"
                             "2:      mfmsr   r5\n"
                             "        ori     r5, r5, 0x2000\n"
                             "        oris    r5, r5, 0x0200\n"
                             "        mtmsrd  r5\n"
                             "        isync\n"
                             "        vxor    v0, v0, v0\n"
                             "        mtvscr  v0\n"
                             "        lis     r5, 0x1000\n"
                             "        sldi    r6, r3, 24\n"
                             "        add     r5, r5, r6\n"
                             "        ld      r6, entry(0)\n"
                             "        add     r5, r5, r6\n"
                             "        mtctr   r5\n"
                             "        bctr\n"
                             "        .balign 8\n"
                             "threads: .quad  0\n"
                             "entry:  .quad   0\n";

struct mix {
    const char *name;
    uint32_t rounds, lockstep_rounds, qemu_rounds;
};
static const struct mix mixes[] = {
    {"integer_mix", 20, 1, 200},
    {"float_mix", 20, 1, 100},
    {"memory_mix", 10, 1, 100},
};
enum { MIXES = sizeof mixes / sizeof *mixes };

struct job {
    const struct mix *mix, *odd; /* odd: what threads 1, 3 and 5 run, if not the same */
    uint32_t rounds, odd_rounds;
    unsigned threads;
    struct sim_options sim;
};

struct figures {
    double seconds;
    uint64_t instructions, clocks, result[THREADS_MAX];
};

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench_cpu: %s: %s\n", what, why);
    exit(4);
}

static void poke(struct board *board, const struct xenon_program *program)
{
    if (!board_memory_poke(&board->processors.memory, program->base, program->bytes, program->size))
        give_up("a program", "no RAM for it");
}

/* The loader's words, and a copy of its program for each thread; where their results will be. All begin at one place
 * of their copies. */
static void place(struct board *board, const struct job *job, uint64_t result[THREADS_MAX])
{
    struct xenon_program program;
    struct sim_error error;
    uint64_t entry = 0;
    for (unsigned i = 0; i < job->threads; i++) {
        bool odd = job->odd != NULL && i % 2 != 0;
        struct bench_guest guest = {.name = odd ? job->odd->name : job->mix->name,
                                    .rounds = odd ? job->odd_rounds : job->rounds};
        bench_assemble(&guest, BASE + i * STRIDE);
        poke(board, &guest.program);
        result[i] = bench_symbol(&guest, "result");
        uint64_t start = bench_symbol(&guest, "_start") - guest.program.base;
        if (i > 0 && start != entry)
            give_up(guest.name, "begins elsewhere than the others");
        entry = start;
        xenon_program_free(&guest.program);
    }
    if (xenon_assemble(&program, "loader", loader, sizeof loader - 1, 0, &error) != SIM_OK)
        give_up("the loader", error.text);
    bench_put32(program.bytes + xenon_program_symbol(&program, "threads")->value, job->threads);
    bench_put32(program.bytes + xenon_program_symbol(&program, "entry")->value + 4, (uint32_t)entry);
    poke(board, &program);
    xenon_program_free(&program);
}

static void run(const struct job *job, struct figures *figures)
{
    static const uint8_t digest[BOARD_PROGRAM_SIZE];
    static struct board board;
    struct board_description description;
    struct sim_error error;
    struct sim_stop stop;
    const struct board_options options = {.sim = job->sim, .processors = true, .entry = 0x1000, .program = digest};
    if (board_description_load(&description, "retail", NULL, 0, &error) != SIM_OK ||
        board_build(&board, &description, &options, &error) != SIM_OK)
        give_up("a board", error.text);
    uint64_t result[THREADS_MAX];
    place(&board, job, result);
    double start = bench_user_seconds(RUSAGE_SELF);
    do {
        if (sim_machine_run(board.machine, sim_machine_time(board.machine) + SLICE, &stop, &error) != SIM_OK)
            give_up(job->mix->name, error.text);
    } while (!processors_stopped(&board.processors));
    figures->seconds = bench_user_seconds(RUSAGE_SELF) - start;
    figures->instructions = processors_instructions(&board.processors);
    figures->clocks = sim_clock_ceil(&board.clock.core, sim_machine_time(board.machine));
    for (unsigned i = 0; i < job->threads; i++) {
        uint8_t bytes[8];
        if (!board_memory_peek(&board.processors.memory, result[i], bytes, sizeof bytes))
            give_up("the result", "not in RAM");
        figures->result[i] = bench_get64(bytes);
    }
    board_free(&board);
}

struct one {
    const struct job *job;
    struct figures figures;
};

static int child(void *context, unsigned index, FILE *out)
{
    struct figures figures = {0};
    (void)index;
    run(((const struct one *)context)->job, &figures);
    return fwrite(&figures, sizeof figures, 1, out) == 1 ? 0 : 1;
}

static void heard(void *context, unsigned index, const struct sim_child *from)
{
    struct one *one = context;
    (void)index;
    if (from->exit_status != 0 || from->size != sizeof one->figures)
        give_up(one->job->mix->name, "its process ended early");
    memcpy(&one->figures, from->output, sizeof one->figures);
}

/* The best of several runs, each in a process of its own (SystemC). */
static struct figures best_of(const struct job *job, unsigned repeats)
{
    struct one one = {.job = job};
    struct figures best = {.seconds = 1e9};
    struct sim_error error;
    for (unsigned i = 0; i < repeats; i++) {
        if (sim_children_run(1, 1, child, heard, &one, &error) != SIM_OK)
            give_up(job->mix->name, error.text);
        if (one.figures.seconds < best.seconds)
            best = one.figures;
    }
    return best;
}

/* Instructions, user time and result on the functional stepper. */
static struct figures stepped(const struct mix *mix, uint32_t rounds)
{
    struct figures figures = {0};
    struct bench_guest guest = {.name = mix->name, .rounds = rounds};
    uint8_t bytes[8];
    bench_assemble(&guest, BASE);
    struct xenon_stepper *s = xenon_stepper_new(64 << 20);
    if (s == NULL || !xenon_stepper_write(s, BASE, guest.program.bytes, guest.program.size))
        give_up(mix->name, "out of memory");
    struct xenon_context *t = xenon_stepper_context(s);
    t->msr = XENON_MSR_SF | XENON_MSR_FP | XENON_MSR_VXU;
    t->vscr = 0;
    t->nia = bench_symbol(&guest, "_start");
    double start = bench_user_seconds(RUSAGE_SELF);
    xenon_stepper_run(s, UINT64_MAX, UINT64_MAX);
    figures.seconds = bench_user_seconds(RUSAGE_SELF) - start;
    figures.instructions = xenon_stepper_executed(s);
    xenon_stepper_read(s, bench_symbol(&guest, "result"), bytes, sizeof bytes);
    figures.result[0] = bench_get64(bytes);
    xenon_stepper_free(s);
    xenon_program_free(&guest.program);
    return figures;
}

static bool wrong;

static void expect(const char *name, const char *who, uint64_t result, uint64_t expected)
{
    if (result == expected)
        return;
    fprintf(stderr, "bench_cpu: %s comes to %016" PRIx64 " %s, not to %016" PRIx64 "\n", name, result, who, expected);
    wrong = true;
}

static void print_core(const char *schedule, const struct job *job, const struct figures *f)
{
    printf("  %-8s %u thread%s %8.2f M instructions/s %8.2f M clocks/s  %5.1f ns an instruction, %.2f a clock\n",
           schedule, job->threads, job->threads == 1 ? " " : "s", (double)f->instructions / f->seconds * 1e-6,
           (double)f->clocks / f->seconds * 1e-6, f->seconds / (double)f->instructions * 1e9,
           (double)f->instructions / (double)f->clocks);
}

static void measure_job(const struct job *job, unsigned repeats)
{
    struct figures core = best_of(job, repeats);
    uint64_t even = stepped(job->mix, job->rounds).result[0];
    uint64_t odd = job->odd ? stepped(job->odd, job->odd_rounds).result[0] : even;
    for (unsigned i = 0; i < job->threads; i++)
        expect(job->mix->name, "on the core", core.result[i], i % 2 ? odd : even);
    print_core(job->sim.schedule == SIM_LOCKSTEP ? "lockstep" : "windowed", job, &core);
}

static void measure_core(const struct mix *mix, uint32_t rounds, unsigned threads, enum sim_schedule schedule,
                         unsigned repeats)
{
    const struct job job = {.mix = mix, .rounds = rounds, .threads = threads, .sim = {.schedule = schedule}};
    measure_job(&job, repeats);
}

/* Each core has a thread of either; the rounds are such that they end at about the same time. */
static void measure_halves(unsigned repeats)
{
    const struct job job = {.mix = &mixes[0],
                            .odd = &mixes[1],
                            .rounds = mixes[0].rounds,
                            .odd_rounds = 5 * mixes[1].rounds,
                            .threads = THREADS_MAX,
                            .sim = {.schedule = SIM_WINDOWED}};
    printf("half %s, half %s\n", job.mix->name, job.odd->name);
    measure_job(&job, repeats);
}

static void measure_others(const struct mix *mix, const char *path, unsigned repeats)
{
    struct bench_guest guest = {.name = mix->name, .rounds = mix->qemu_rounds};
    struct figures best = {.seconds = 1e9};
    double qemu = 1e9;
    uint64_t result = 0;
    bench_assemble(&guest, BASE);
    bench_write_elf(&guest, path);
    xenon_program_free(&guest.program);
    for (unsigned i = 0; i < repeats; i++) {
        struct figures one = stepped(mix, mix->qemu_rounds);
        best = one.seconds < best.seconds ? one : best;
        double seconds = bench_run_qemu(path, &result);
        qemu = seconds < qemu ? seconds : qemu;
    }
    printf("  stepper            %8.2f M instructions/s\n", (double)best.instructions / best.seconds * 1e-6);
    if (qemu < 0) {
        printf("  qemu-ppc64         is not installed\n");
        return;
    }
    printf("  qemu-ppc64         %8.2f M instructions/s\n", (double)best.instructions / qemu * 1e-6);
    expect(mix->name, "under QEMU", result, best.result[0]);
}

static int once(char **argv)
{
    struct figures figures = {0};
    for (unsigned i = 0; i < MIXES; i++) {
        if (strcmp(argv[0], mixes[i].name) != 0)
            continue;
        const struct job job = {
            .mix = &mixes[i],
            .rounds = (uint32_t)strtoul(argv[2], NULL, 10),
            .threads = (unsigned)strtoul(argv[1], NULL, 10),
            .sim = {.schedule = strcmp(argv[3], "lockstep") == 0 ? SIM_LOCKSTEP : SIM_WINDOWED},
        };
        if (job.threads != 1 && job.threads != 2 && job.threads != THREADS_MAX)
            give_up(argv[1], "1, 2 or 6 threads");
        run(&job, &figures);
        print_core(argv[3], &job, &figures);
        printf("  %" PRIu64 " instructions, %" PRIu64 " clocks\n", figures.instructions, figures.clocks);
        return 0;
    }
    give_up(argv[0], "no such mix");
    return 4;
}

int main(int argc, char **argv)
{
    static const unsigned threads[] = {1, 2, THREADS_MAX};
    bool quick = argc == 2 && strcmp(argv[1], "--quick") == 0;
    unsigned repeats = quick ? 1 : 5;
    char path[] = "/tmp/bench_cpu-XXXXXX";
    if (argc == 6 && strcmp(argv[1], "--once") == 0)
        return once(argv + 2);
    int file = mkstemp(path);
    if (file < 0)
        give_up(path, "cannot be made");
    close(file);
    for (unsigned i = 0; i < MIXES; i++) {
        const struct mix *mix = &mixes[i];
        printf("%s\n", mix->name);
        for (unsigned k = 0; k < sizeof threads / sizeof *threads; k++)
            measure_core(mix, mix->rounds, threads[k], SIM_WINDOWED, repeats);
        measure_core(mix, mix->lockstep_rounds, 1, SIM_LOCKSTEP, repeats);
        measure_core(mix, mix->lockstep_rounds, THREADS_MAX, SIM_LOCKSTEP, repeats);
        measure_others(mix, path, repeats);
        fflush(stdout);
    }
    measure_halves(repeats);
    unlink(path);
    return wrong;
}
