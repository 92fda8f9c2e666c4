/* The exactness rule on random machines: every schedule, with and without skipping, whole or saved and loaded in the
 * middle, gives the same digests, the same stops and the same waves.
 *
 *     random_boards [--first SEED] [--seeds N] [--fault early|late] [--digests]
 *
 * Each machine runs in a process of its own. With --fault one link of each machine is wrong by one clock, and a seed
 * passes if that is noticed. --digests prints
 * what came out, to be compared between builds of different compilers. The last line is `N passed, N failed`. */
#include "board/link_trace.h"
#include "models/sim/child.h"
#include "tests/conformance/random_board.h"
#include "tests/conformance/wave_pieces.h"
#include "waves/dump.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WHOLE_VARIANTS = 5, VARIANTS = 8, CHECKPOINTS = 3 };

static const struct variant {
    const char *name;
    struct sim_options options;
} variants[VARIANTS] = {
    {"lockstep", {.schedule = SIM_LOCKSTEP}},
    {"windowed", {.schedule = SIM_WINDOWED}},
    {"windowed without skipping", {.schedule = SIM_WINDOWED, .no_skip = true}},
    {"parallel", {.schedule = SIM_PARALLEL, .threads = 2}},
    {"parallel without skipping", {.schedule = SIM_PARALLEL, .no_skip = true, .threads = 2}},
    /* saved in one schedule and loaded into another */
    {"windowed, saved and loaded", {.schedule = SIM_WINDOWED}},
    {"lockstep, saved and loaded", {.schedule = SIM_LOCKSTEP}},
    {"without skipping, saved and loaded", {.schedule = SIM_WINDOWED, .no_skip = true}},
};

struct job {
    uint64_t seed;
    enum random_fault fault;
    unsigned fault_link;
    char folder[64];
    bool digests; /* print what came out, to be compared between builds */
};

static void describe(const struct sim_machine *machine, FILE *out)
{
    uint8_t digest[SIM_DIGEST_SIZE];
    sim_machine_digest(machine, digest);
    fprintf(out, "%llu ", (unsigned long long)sim_machine_time(machine));
    for (unsigned i = 0; i < 8; i++)
        fprintf(out, "%02x", digest[i]);
    fputc('\n', out);
}

static void run_to(struct random_board *board, sim_time until, FILE *out)
{
    struct sim_stop stop;
    struct sim_error error;
    do {
        if (sim_machine_run(board->machine, until, &stop, &error) != SIM_OK) {
            fprintf(stderr, "random board %llu: %s\n", (unsigned long long)board->seed, error.text);
            _Exit(72);
        }
        if (stop.event_time != SIM_NEVER) {
            fprintf(out, "stop of %s at %llu, effective ", stop.by->name, (unsigned long long)stop.event_time);
            describe(board->machine, out);
        }
    } while (stop.time < until);
}

/* The part of the run from `from` to the end, with a digest at each checkpoint in it. */
static void run_part(struct random_board *board, sim_time from, sim_time until, FILE *out)
{
    uint64_t random = board->seed ^ 0x5EED;
    for (unsigned i = 0; i < CHECKPOINTS; i++) {
        sim_time at = part_random(&random) % board->end;
        at = i == CHECKPOINTS - 1 ? board->end : board->end / CHECKPOINTS * i + at / CHECKPOINTS;
        if (at <= from || at > until)
            continue;
        run_to(board, at, out);
        describe(board->machine, out);
    }
    run_to(board, until, out);
}

static sim_time save_time(const struct random_board *board)
{
    uint64_t random = board->seed ^ 0x5A7E;
    return 1 + part_random(&random) % (board->end - 1);
}

static void spoil(const struct job *job, struct random_board *board)
{
    if (job->fault != FAULT_NONE)
        random_board_spoil(board, job->fault_link, job->fault);
}

/* The path of a file of this job's. */
static void name_file(const struct job *job, unsigned variant, const char *suffix, char path[128])
{
    snprintf(path, 128, "%s/%llu.%u%s", job->folder, (unsigned long long)job->seed, variant, suffix);
}

/* Dumps every signal of the board and of its links from now on. */
static struct waves_dump *start_waves(struct random_board *board, struct waves_registry *waves,
                                      struct link_trace *links, const char *path)
{
    struct waves_dump *dump;
    struct sim_error error;
    if (waves_open(waves, &(struct waves_options){.path = path}, &dump, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        _Exit(75);
    }
    waves_start(dump, sim_machine_time(board->machine));
    for (uint32_t i = 0; i < board->parts; i++)
        board->part[i].component.type->show(&board->part[i].component, sim_machine_time(board->machine));
    link_trace_show(links, sim_machine_time(board->machine));
    sim_machine_observe(board->machine, link_trace_observer(links));
    sim_machine_observe(board->machine, waves_observer(dump));
    return dump;
}

static void finish_waves(struct random_board *board, struct waves_dump *dump)
{
    struct sim_error error;
    if (waves_finish(dump, sim_machine_time(board->machine), NULL, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        _Exit(76);
    }
}

/* Builds, runs from the start or from a saved machine, to the end or to the time of saving; the waves stay in `path`.
 */
static void run_job(const struct job *job, struct random_board *board, const struct sim_options *options,
                    const char *load, const char *path, bool half, FILE *out)
{
    struct waves_registry *waves = waves_registry_new();
    struct sim_error error;
    random_board_build(board, job->seed, options, waves);
    spoil(job, board);
    if (load && sim_machine_load(board->machine, "random", load, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        _Exit(74);
    }
    struct link_trace *links = link_trace_new(board->machine, waves);
    struct waves_dump *dump = start_waves(board, waves, links, path);
    run_part(board, sim_machine_time(board->machine), half ? save_time(board) : board->end, out);
    finish_waves(board, dump);
    link_trace_free(links);
    waves_registry_free(waves);
}

static int whole_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    char path[128];
    name_file(job, index, ".vcd", path);
    run_job(job, &board, &variants[index].options, NULL, path, false, out);
    wave_piece(path, 0, save_time(&board), out);
    wave_piece(path, save_time(&board), board.end, out);
    forget_waves(path);
    sim_machine_free(board.machine);
    return 0;
}

static int first_half_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    struct sim_error error;
    char saved[128], path[128];
    unsigned variant = index + WHOLE_VARIANTS;
    name_file(job, variant, ".vcd", path);
    name_file(job, variant, ".save", saved);
    run_job(job, &board, &variants[variant].options, NULL, path, true, out);
    wave_piece(path, 0, save_time(&board), out);
    forget_waves(path);
    if (sim_machine_save(board.machine, "random", saved, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 73;
    }
    sim_machine_free(board.machine);
    return 0;
}

static int second_half_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    char saved[128], path[128];
    unsigned variant = index + WHOLE_VARIANTS;
    struct sim_options options = variants[variant].options;
    options.schedule =
        options.schedule == SIM_LOCKSTEP ? SIM_PARALLEL : SIM_LOCKSTEP; /* loaded into another schedule */
    name_file(job, variant, ".vcd", path);
    name_file(job, variant, ".save", saved);
    run_job(job, &board, &options, saved, path, false, out);
    wave_piece(path, save_time(&board), board.end, out);
    forget_waves(path);
    unlink(saved);
    sim_machine_free(board.machine);
    return 0;
}

static int busiest_link_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    (void)index;
    random_board_build(&board, job->seed, &variants[1].options, NULL);
    run_part(&board, 0, board.end, out);
    return (int)random_board_busiest_link(&board);
}

static void note_link(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    (void)index;
    job->fault_link = (unsigned)child->exit_status;
}

struct outcome {
    bool ok;              /* no child failed */
    char *text[VARIANTS]; /* digests and stops */
    char *waves[VARIANTS];
    unsigned offset; /* variant of the first child */
};

static void append(char **text, const char *line, size_t length)
{
    size_t before = *text ? strlen(*text) : 0;
    *text = realloc(*text, before + length + 1);
    SIM_CHECK(*text, "out of memory");
    memcpy(*text + before, line, length);
    (*text)[before + length] = '\0';
}

/* The two halves of a run each tell of digests and waves: they are sorted apart, to be compared with a whole one. */
static void collect(void *context, unsigned index, const struct sim_child *child)
{
    struct outcome *outcome = context;
    if (child->exit_status != 0)
        outcome->ok = false;
    for (char *line = child->output, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char **text = strncmp(line, "waves", 5) == 0 ? outcome->waves : outcome->text;
        append(&text[outcome->offset + index], line, (size_t)(end + 1 - line));
    }
}

struct pass {
    struct job *job;
    struct outcome *outcome;
    sim_child_job *run;
};

static int pass_job(void *context, unsigned index, FILE *out)
{
    struct pass *pass = context;
    return pass->run(pass->job, index, out);
}

static void pass_done(void *context, unsigned index, const struct sim_child *child)
{
    struct pass *pass = context;
    collect(pass->outcome, index, child);
}

static void run_jobs(struct job *job, struct outcome *outcome, sim_child_job *run, unsigned offset, unsigned count)
{
    struct sim_error error;
    struct pass pass = {job, outcome, run};
    outcome->offset = offset;
    if (sim_children_run(count, 0, pass_job, pass_done, &pass, &error) != SIM_OK) {
        fprintf(stderr, "random_boards: %s\n", error.text);
        exit(4);
    }
}

static bool seed_is_exact(struct job *job)
{
    struct outcome outcome = {.ok = true};
    struct sim_error error;
    if (job->fault != FAULT_NONE && sim_children_run(1, 1, busiest_link_job, note_link, job, &error) != SIM_OK) {
        fprintf(stderr, "random_boards: %s\n", error.text);
        exit(4);
    }
    run_jobs(job, &outcome, whole_job, 0, WHOLE_VARIANTS);
    run_jobs(job, &outcome, first_half_job, WHOLE_VARIANTS, VARIANTS - WHOLE_VARIANTS);
    if (outcome.ok)
        run_jobs(job, &outcome, second_half_job, WHOLE_VARIANTS, VARIANTS - WHOLE_VARIANTS);
    bool same = outcome.ok;
    for (unsigned i = 1; i < VARIANTS && outcome.ok; i++)
        if (strcmp(outcome.text[0], outcome.text[i]) != 0 || strcmp(outcome.waves[0], outcome.waves[i]) != 0) {
            same = false;
            if (job->fault == FAULT_NONE)
                printf("seed %llu: %s differs from lockstep\n--- lockstep\n%s%s--- %s\n%s%s",
                       (unsigned long long)job->seed, variants[i].name, outcome.text[0], outcome.waves[0],
                       variants[i].name, outcome.text[i], outcome.waves[i]);
        }
    if (same && job->digests)
        printf("seed %llu\n%s%s", (unsigned long long)job->seed, outcome.text[0], outcome.waves[0]);
    for (unsigned i = 0; i < VARIANTS; i++) {
        free(outcome.text[i]);
        free(outcome.waves[i]);
    }
    return same;
}

int main(int argc, char **argv)
{
    uint64_t first = 1, seeds = 100;
    struct job job = {.fault = FAULT_NONE};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--digests") == 0) {
            job.digests = true;
            continue;
        }
        i++;
        if (strcmp(argv[i - 1], "--first") == 0)
            first = strtoull(value, NULL, 0);
        else if (strcmp(argv[i - 1], "--seeds") == 0)
            seeds = strtoull(value, NULL, 0);
        else if (strcmp(argv[i - 1], "--fault") == 0)
            job.fault = strcmp(value, "early") == 0 ? FAULT_EARLY : FAULT_LATE;
        else {
            fprintf(stderr, "random_boards: unknown option %s\n", argv[i - 1]);
            return 2;
        }
    }
    snprintf(job.folder, sizeof job.folder, "/tmp/random_boards.XXXXXX");
    if (!mkdtemp(job.folder)) {
        perror(job.folder);
        return 4;
    }
    if (job.fault != FAULT_NONE && !freopen("/dev/null", "w", stderr)) /* it is meant to complain */
        return 4;
    unsigned long long passed = 0, failed = 0;
    for (job.seed = first; job.seed < first + seeds; job.seed++)
        if (seed_is_exact(&job) == (job.fault == FAULT_NONE))
            passed++;
        else {
            failed++;
            printf("seed %llu failed\n", (unsigned long long)job.seed);
        }
    rmdir(job.folder);
    printf("%llu passed, %llu failed\n", passed, failed);
    return failed != 0;
}
