/* A part that is not C in the place of one that is: the time base as Verilog, compiled by Verilator, against the model
 * in models/xenon. Each seed makes a machine; it runs with either part, under every schedule, whole and saved by one
 * part and loaded by the other, each run in a process of its own. All must give the same messages, digests and waves.
 *
 *     cosim [--first SEED] [--seeds N] [--fault] [--no-figures]
 *
 * With --fault one bit of the Verilated part changes by itself in the middle of the run, and a seed passes if that is
 * noticed. The last line is `N passed, N failed`. */
#include "models/sim/child.h"
#include "models/xenon/timebase.h"
#include "tests/conformance/wave_pieces.h"
#include "tests/cosim/verilated_timebase.h"
#include "tests/support/timebase_board.h"
#include "waves/analysis/compare.h"
#include "waves/dump.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ACCESSES = 400, LOGS = 2 * 3 /* messages and credits of each link */ };

static const sim_time RUN_END = 600000000; /* 60 us */

static const struct variant {
    const char *name;
    bool verilated, loads_verilated; /* the part of the first half, and of the second */
    bool halves;
    struct sim_options options, load_options;
} variants[] = {
#define WHOLE(name, verilated, ...)                       \
    {                                                     \
        name, verilated, verilated, false, {__VA_ARGS__}, \
        {                                                 \
            0                                             \
        }                                                 \
    }
    WHOLE("C part, lockstep", false, .schedule = SIM_LOCKSTEP),
    WHOLE("C part, windowed", false, .schedule = SIM_WINDOWED),
    WHOLE("C part, windowed without skipping", false, .schedule = SIM_WINDOWED, .no_skip = true),
    WHOLE("C part, parallel", false, .schedule = SIM_PARALLEL, .threads = 2),
    WHOLE("Verilated part, lockstep", true, .schedule = SIM_LOCKSTEP),
    WHOLE("Verilated part, windowed", true, .schedule = SIM_WINDOWED),
    WHOLE("Verilated part, windowed without skipping", true, .schedule = SIM_WINDOWED, .no_skip = true),
    WHOLE("Verilated part, parallel", true, .schedule = SIM_PARALLEL, .threads = 2),
#undef WHOLE
    {"C part saved, Verilated part loaded", false, true, true, {.schedule = SIM_WINDOWED}, {.schedule = SIM_LOCKSTEP}},
    {"Verilated part saved, C part loaded", true, false, true, {.schedule = SIM_LOCKSTEP}, {.schedule = SIM_WINDOWED}},
};

enum { VARIANTS = sizeof variants / sizeof variants[0] };

/* One machine with one of the two parts in it. */
struct bench {
    struct timebase_board board;
    struct timebase c;
    struct verilated_timebase verilated;
    bool is_verilated;
    struct waves_registry *waves;
    struct waves_dump *dump;
    FILE *log[LOGS]; /* what goes over each link in each direction, in its order */
    char *text[LOGS];
    size_t size[LOGS];
};

static void must(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK) {
        fprintf(stderr, "cosim: %s\n", error->text);
        _Exit(70);
    }
}

/* Machines. */

static void note_message(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    struct bench *bench = context;
    FILE *log = bench->log[2 * link->index + (slot == NULL)];
    if (!slot) {
        fprintf(log, "%s.%s credit at %llu\n", link->receiver->name, link->in->name, (unsigned long long)credit_due);
        return;
    }
    fprintf(log, "%s.%s %llu to %llu:", link->sender->name, link->out->name, (unsigned long long)slot->sent,
            (unsigned long long)slot->due);
    const struct sim_message_type *type = &sim_message_types[link->type];
    for (unsigned i = 0; i < type->fields; i++) {
        uint64_t value = 0; /* the host is little-endian, or the values look strange in the same way everywhere */
        memcpy(&value, (const char *)slot->body + type->field[i].offset, type->field[i].bits / 8);
        fprintf(log, " %s=%llx", type->field[i].name, (unsigned long long)value);
    }
    fputc('\n', log);
}

static void open_logs(struct bench *bench)
{
    for (unsigned i = 0; i < LOGS; i++) {
        bench->log[i] = open_memstream(&bench->text[i], &bench->size[i]);
        SIM_CHECK(bench->log[i], "no memory for a log");
    }
}

/* Writes the logs to `out` and begins anew. */
static void flush_logs(struct bench *bench, FILE *out)
{
    for (unsigned i = 0; i < LOGS; i++) {
        fclose(bench->log[i]);
        fputs(bench->text[i], out);
        free(bench->text[i]);
    }
    open_logs(bench);
}

static void plug_in(struct bench *bench, bool verilated, const struct sim_options *options)
{
    struct timebase_socket socket;
    bench->is_verilated = verilated;
    if (verilated) {
        verilated_timebase_init(&bench->verilated, TIMEBASE_BOARD_PART, SIM_PRIORITY_TIMEBASE, &bench->board.tick, 3);
        socket = (struct timebase_socket){&bench->verilated.component, &bench->verilated.mmio.request,
                                          &bench->verilated.mmio.reply, &bench->verilated.line};
    } else {
        timebase_init(&bench->c, TIMEBASE_BOARD_PART, SIM_PRIORITY_TIMEBASE,
                      &(struct timebase_config){&bench->board.tick, 3});
        socket =
            (struct timebase_socket){&bench->c.component, &bench->c.mmio.request, &bench->c.mmio.reply, &bench->c.line};
    }
    timebase_board_wire(&bench->board, options, &socket);
}

static void unplug(struct bench *bench)
{
    sim_machine_free(bench->board.machine);
    if (bench->is_verilated)
        verilated_timebase_free(&bench->verilated);
}

static void start_waves(struct bench *bench, const char *path)
{
    struct sim_error error;
    struct sim_machine *machine = bench->board.machine;
    unsigned count = sim_machine_component_count(machine);
    bench->waves = waves_registry_new();
    for (unsigned i = 0; i < count; i++) {
        struct sim_component *component = sim_machine_component(machine, i);
        component->type->trace(component, waves_scope_new(bench->waves, component->name, component->priority));
    }
    must(waves_open(bench->waves, &(struct waves_options){.path = path}, &bench->dump, &error), &error);
    waves_start(bench->dump, sim_machine_time(machine));
    for (unsigned i = 0; i < count; i++) {
        struct sim_component *component = sim_machine_component(machine, i);
        component->type->show(component, sim_machine_time(machine));
    }
    sim_machine_observe(machine, waves_observer(bench->dump));
}

static void run_to(struct bench *bench, sim_time until, FILE *out)
{
    struct sim_stop stop;
    struct sim_error error;
    uint8_t digest[SIM_DIGEST_SIZE];
    must(sim_machine_run(bench->board.machine, until, &stop, &error), &error);
    flush_logs(bench, out);
    sim_machine_digest(bench->board.machine, digest);
    fprintf(out, "digest at %llu ", (unsigned long long)stop.time);
    for (unsigned i = 0; i < SIM_DIGEST_SIZE; i++)
        fprintf(out, "%02x", digest[i]);
    fputc('\n', out);
}

/* Jobs. */

enum half { WHOLE_RUN, FIRST_HALF, SECOND_HALF };

struct job {
    uint64_t seed;
    enum half half;
    unsigned first; /* variant of the child 0 */
    bool fault;
    char folder[64];
    char *text[VARIANTS];
    bool ok;
};

static void name_file(const struct job *job, unsigned variant, const char *suffix, char path[128])
{
    snprintf(path, 128, "%s/%llu.%u%s", job->folder, (unsigned long long)job->seed, variant, suffix);
}

static sim_time middle_of(const struct job *job)
{
    return RUN_END / 4 + job->seed * 7654321 % (RUN_END / 2);
}

static int run_variant(void *context, unsigned index, FILE *out)
{
    const struct job *job = context;
    unsigned number = job->first + index;
    const struct variant *variant = &variants[number];
    static struct bench bench;
    struct sim_error error;
    char path[128], saved[128];
    sim_time middle = middle_of(job);
    bool second = job->half == SECOND_HALF;
    name_file(job, number, ".vcd", path);
    name_file(job, number, ".save", saved);
    timebase_board_random(&bench.board, job->seed, ACCESSES);
    plug_in(&bench, second ? variant->loads_verilated : variant->verilated,
            second ? &variant->load_options : &variant->options);
    if (second)
        must(sim_machine_load(bench.board.machine, "cosim", saved, &error), &error);
    open_logs(&bench);
    sim_machine_observe(bench.board.machine, (struct sim_observer){.context = &bench, .link = note_message});
    start_waves(&bench, path);

    char *halves[2] = {NULL, NULL};
    size_t sizes[2];
    for (int i = second; i < (job->half == FIRST_HALF ? 1 : 2); i++) {
        FILE *half = open_memstream(&halves[i], &sizes[i]);
        SIM_CHECK(half, "no memory for a log");
        run_to(&bench, i == 0 ? middle : RUN_END, half);
        fclose(half);
        if (i == 0 && job->fault && bench.is_verilated)
            verilated_timebase_flip(&bench.verilated, job->seed % 32);
    }
    must(waves_finish(bench.dump, sim_machine_time(bench.board.machine), NULL, &error), &error);
    if (job->half == FIRST_HALF)
        must(sim_machine_save(bench.board.machine, "cosim", saved, &error), &error);
    for (int i = 0; i < 2; i++)
        if (halves[i]) {
            fputs(halves[i], out);
            wave_piece(path, i == 0 ? 0 : middle, i == 0 ? middle : RUN_END, out);
            free(halves[i]);
        }
    if (job->half != WHOLE_RUN)
        forget_waves(path);
    if (second)
        unlink(saved);
    waves_registry_free(bench.waves);
    for (unsigned i = 0; i < LOGS; i++) {
        fclose(bench.log[i]);
        free(bench.text[i]);
    }
    unplug(&bench);
    return 0;
}

static void collect(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    char **text = &job->text[job->first + index];
    size_t before = *text ? strlen(*text) : 0;
    if (child->exit_status != 0) {
        printf("seed %llu, %s: exit status %d, signal %d\n", (unsigned long long)job->seed,
               variants[job->first + index].name, child->exit_status, child->signal);
        job->ok = false;
    }
    *text = realloc(*text, before + child->size + 1);
    SIM_CHECK(*text, "no memory for an answer");
    memcpy(*text + before, child->output, child->size + 1);
}

static void run_variants(struct job *job, enum half half, unsigned first, unsigned count)
{
    struct sim_error error;
    job->half = half;
    job->first = first;
    must(sim_children_run(count, 0, run_variant, collect, job, &error), &error);
}

/* Comparing. */

static bool same_files(const char *a, const char *b)
{
    FILE *files[2] = {fopen(a, "rb"), fopen(b, "rb")};
    bool same = files[0] && files[1];
    for (int c = 0; same && c != EOF;) {
        c = getc(files[0]);
        same = c == getc(files[1]);
    }
    for (int i = 0; i < 2; i++)
        if (files[i])
            fclose(files[i]);
    return same;
}

static void print_line(const char *name, const char *line)
{
    printf("    %s: %.*s\n", name, (int)strcspn(line, "\n"), line);
}

/* The first line in which two texts differ. */
static void print_difference(const struct job *job, unsigned number)
{
    const char *a = job->text[0], *b = job->text[number];
    while (*a && strcspn(a, "\n") == strcspn(b, "\n") && strncmp(a, b, strcspn(a, "\n")) == 0) {
        a += strcspn(a, "\n") + (strchr(a, '\n') != NULL);
        b += strcspn(b, "\n") + (strchr(b, '\n') != NULL);
    }
    print_line(variants[0].name, a);
    print_line(variants[number].name, b);
}

/* Is the run of this variant that of variant 0? */
static bool equals_first(const struct job *job, unsigned number)
{
    char first[128], other[128];
    name_file(job, 0, ".vcd", first);
    name_file(job, number, ".vcd", other);
    bool same_text = strcmp(job->text[0], job->text[number]) == 0;
    bool same_waves = variants[number].halves || same_files(first, other);
    if (job->fault || (same_text && same_waves))
        return same_text && same_waves;
    printf("seed %llu: %s is not what %s is\n", (unsigned long long)job->seed, variants[number].name, variants[0].name);
    if (!same_text)
        print_difference(job, number);
    if (!same_waves) {
        struct sim_error error;
        bool same;
        if (waves_compare(&(struct waves_comparison){.a = first, .b = other}, stdout, &same, &error) != SIM_OK)
            printf("    %s\n", error.text);
    }
    return false;
}

static void forget(struct job *job)
{
    for (unsigned i = 0; i < VARIANTS; i++) {
        char path[128];
        name_file(job, i, ".vcd", path);
        forget_waves(path); /* where a half failed, its files are still there too */
        name_file(job, i, ".save", path);
        unlink(path);
        free(job->text[i]);
        job->text[i] = NULL;
    }
}

static void run_seed(struct job *job, unsigned *passed, unsigned *failed)
{
    unsigned whole = 0;
    while (whole < VARIANTS && !variants[whole].halves)
        whole++;
    job->ok = true;
    run_variants(job, WHOLE_RUN, 0, whole);
    if (!job->fault) {
        run_variants(job, FIRST_HALF, whole, VARIANTS - whole);
        if (job->ok)
            run_variants(job, SECOND_HALF, whole, VARIANTS - whole);
    }
    for (unsigned i = 1; i < VARIANTS; i++) {
        if (!job->text[i])
            continue;
        bool expected = !(job->fault && variants[i].verilated);
        if (job->ok && equals_first(job, i) == expected) {
            ++*passed;
        } else {
            ++*failed;
            printf("seed %llu failed: %s\n", (unsigned long long)job->seed, variants[i].name);
        }
    }
    forget(job);
}

/* Figures, for information only. */

enum { BUSY_ACCESSES = BUS_ACCESSES_MAX };

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* others may share the host */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double timed_run(struct bench *bench, sim_time from, sim_time until)
{
    struct sim_stop stop;
    struct sim_error error;
    double start = seconds_now();
    must(sim_machine_run(bench->board.machine, until, &stop, &error), &error);
    return (seconds_now() - start) * (double)SIM_UNITS_PER_SECOND / (double)(until - from);
}

/* One access a microsecond, then none. */
static int figure_job(void *context, unsigned index, FILE *out)
{
    static struct bench bench;
    (void)context;
    const sim_time busy = SIM_UNITS_PER_SECOND / 1000 * 4, idle = busy + SIM_UNITS_PER_SECOND / 50;
    timebase_board_plain(&bench.board);
    bench.board.accesses = BUSY_ACCESSES;
    for (unsigned i = 0; i < BUSY_ACCESSES; i++)
        bench.board.script[i] = (struct bus_access){.gap = 3199, .address = 0, .size = 8};
    plug_in(&bench, index == 1, &(struct sim_options){.schedule = SIM_WINDOWED});
    double busy_cost = timed_run(&bench, 0, busy), idle_cost = timed_run(&bench, busy, idle);
    fprintf(out, "%-16s %10.4f s %15.6f s\n", index == 1 ? "Verilated part" : "C part", busy_cost, idle_cost);
    unplug(&bench);
    return 0;
}

static void print_figure(void *context, unsigned index, const struct sim_child *child)
{
    (void)context;
    (void)index;
    fputs(child->output, stdout);
}

static void print_figures(void)
{
    struct sim_error error;
    printf("processor time per simulated second, for information:\n%-16s %12s %17s\n", "", "1 access/us", "left alone");
    must(sim_children_run(2, 1, figure_job, print_figure, NULL, &error), &error);
}

int main(int argc, char **argv)
{
    uint64_t first = 1, seeds = 20;
    bool figures = true;
    struct job job = {.fault = false};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--first") == 0 && i + 1 < argc)
            first = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc)
            seeds = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--fault") == 0)
            job.fault = true;
        else if (strcmp(argv[i], "--no-figures") == 0)
            figures = false;
        else {
            fprintf(stderr, "usage: cosim [--first SEED] [--seeds N] [--fault] [--no-figures]\n");
            return 2;
        }
    }
    snprintf(job.folder, sizeof job.folder, "/tmp/cosim.XXXXXX");
    if (!mkdtemp(job.folder)) {
        perror(job.folder);
        return 4;
    }
    if (figures && !job.fault)
        print_figures();
    unsigned passed = 0, failed = 0;
    for (job.seed = first; job.seed < first + seeds; job.seed++)
        run_seed(&job, &passed, &failed);
    rmdir(job.folder);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
