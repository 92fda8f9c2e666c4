/* The exactness rule on random machines: every schedule, with and without skipping, whole or saved and loaded in the
 * middle, gives the same digests, the same stops and the same waves.
 *
 *     random_boards [--first SEED] [--seeds N] [--fault early|late]
 *
 * Each machine runs in a process of its own. With --fault one link of each machine is wrong by one clock, and a seed
 * passes if that is noticed. The last line is `N passed, N failed`. */
#include "models/sim/child.h"
#include "tests/conformance/random_board.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { VARIANTS = 6, CHECKPOINTS = 3 };

static const struct variant {
    const char *name;
    struct sim_options options;
} variants[VARIANTS] = {
    {"lockstep", {.schedule = SIM_LOCKSTEP}},
    {"windowed", {.schedule = SIM_WINDOWED}},
    {"windowed without skipping", {.schedule = SIM_WINDOWED, .no_skip = true}},
    {"parallel", {.schedule = SIM_PARALLEL, .threads = 2}},
    /* saved in one schedule and loaded into another */
    {"windowed, saved and loaded", {.schedule = SIM_WINDOWED}},
    {"lockstep, saved and loaded", {.schedule = SIM_LOCKSTEP}},
};

struct job {
    uint64_t seed;
    enum random_fault fault;
    unsigned fault_link;
    char folder[64];
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

static int whole_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    random_board_build(&board, job->seed, &variants[index].options, NULL);
    spoil(job, &board);
    run_part(&board, 0, board.end, out);
    sim_machine_free(board.machine);
    return 0;
}

static void save_path(const struct job *job, unsigned variant, char path[128])
{
    snprintf(path, 128, "%s/%llu.%u", job->folder, (unsigned long long)job->seed, variant);
}

static int first_half_job(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    static struct random_board board;
    struct sim_error error;
    char path[128];
    unsigned variant = index + 4;
    random_board_build(&board, job->seed, &variants[variant].options, NULL);
    spoil(job, &board);
    run_part(&board, 0, save_time(&board), out);
    save_path(job, variant, path);
    if (sim_machine_save(board.machine, "random", path, &error) != SIM_OK) {
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
    struct sim_error error;
    char path[128];
    unsigned variant = index + 4;
    struct sim_options options = variants[variant].options;
    options.schedule =
        options.schedule == SIM_LOCKSTEP ? SIM_PARALLEL : SIM_LOCKSTEP; /* loaded into another schedule */
    random_board_build(&board, job->seed, &options, NULL);
    spoil(job, &board);
    save_path(job, variant, path);
    if (sim_machine_load(board.machine, "random", path, &error) != SIM_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 74;
    }
    unlink(path);
    run_part(&board, save_time(&board), board.end, out);
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
    bool ok; /* no child failed */
    char *text[VARIANTS];
    unsigned offset; /* variant of the first child */
};

static void collect(void *context, unsigned index, const struct sim_child *child)
{
    struct outcome *outcome = context;
    char **text = &outcome->text[outcome->offset + index];
    size_t before = *text ? strlen(*text) : 0;
    if (child->exit_status != 0)
        outcome->ok = false;
    *text = realloc(*text, before + child->size + 1);
    SIM_CHECK(*text, "out of memory");
    memcpy(*text + before, child->output, child->size + 1);
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
    run_jobs(job, &outcome, whole_job, 0, 4);
    run_jobs(job, &outcome, first_half_job, 4, 2);
    if (outcome.ok)
        run_jobs(job, &outcome, second_half_job, 4, 2);
    bool same = outcome.ok;
    for (unsigned i = 1; i < VARIANTS && outcome.ok; i++)
        if (strcmp(outcome.text[0], outcome.text[i]) != 0) {
            same = false;
            if (job->fault == FAULT_NONE)
                printf("seed %llu: %s differs from lockstep\n--- lockstep\n%s--- %s\n%s", (unsigned long long)job->seed,
                       variants[i].name, outcome.text[0], variants[i].name, outcome.text[i]);
        }
    for (unsigned i = 0; i < VARIANTS; i++)
        free(outcome.text[i]);
    return same;
}

int main(int argc, char **argv)
{
    uint64_t first = 1, seeds = 100;
    struct job job = {.fault = FAULT_NONE};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--first") == 0)
            first = strtoull(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seeds") == 0)
            seeds = strtoull(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--fault") == 0)
            job.fault = strcmp(argv[i + 1], "early") == 0 ? FAULT_EARLY : FAULT_LATE;
        else {
            fprintf(stderr, "random_boards: unknown option %s\n", argv[i]);
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
