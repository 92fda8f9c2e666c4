#include "tests/conformance/memory/same.h"

#include "models/sim/child.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 4096 };

static const struct sim_options schedules[] = {
    {.schedule = SIM_WINDOWED},
    {.schedule = SIM_LOCKSTEP},
    {.schedule = SIM_WINDOWED, .no_skip = true},
    {.schedule = SIM_PARALLEL, .threads = 3},
};
static const char *const names[] = {"windowed", "lockstep", "without skipping", "parallel"};
enum { SCHEDULES = sizeof schedules / sizeof *schedules };

struct job {
    const struct board_guest_spec *spec;
    const uint64_t *save;
    unsigned saves, half; /* the save that a half ends or begins with */
    uint64_t end;
    char path[64];
    char text[SCHEDULES][TEXT];
};

static void begin(struct board_guest *guest, const struct job *job, unsigned schedule)
{
    struct board_guest_spec spec = *job->spec;
    spec.sim = schedules[schedule % SCHEDULES];
    board_guest_begin(guest, &spec);
}

static void advance(struct board_guest *guest, uint64_t clock, FILE *out)
{
    board_guest_run(guest, sim_clock_edge(&guest->board.clock.core, clock));
    board_guest_describe(guest, out);
}

static int whole(void *context, unsigned schedule, FILE *out)
{
    static struct board_guest guest;
    const struct job *job = context;
    begin(&guest, job, schedule);
    for (unsigned i = 0; i < job->saves; i++)
        advance(&guest, job->save[i], out);
    advance(&guest, job->end, out);
    board_guest_end(&guest);
    return 0;
}

static int first_half(void *context, unsigned index, FILE *out)
{
    static struct board_guest guest;
    const struct job *job = context;
    struct sim_error error;
    begin(&guest, job, job->half + index);
    for (unsigned i = 0; i <= job->half; i++)
        advance(&guest, job->save[i], out);
    enum sim_status status = sim_machine_save(guest.board.machine, guest.board.identity, job->path, &error);
    if (status != SIM_OK)
        fprintf(out, "%s\n", error.text);
    board_guest_end(&guest);
    return (int)status;
}

static int second_half(void *context, unsigned index, FILE *out)
{
    static struct board_guest guest;
    const struct job *job = context;
    struct sim_error error;
    begin(&guest, job, job->half + 1 + index);
    enum sim_status status = sim_machine_load(guest.board.machine, guest.board.identity, job->path, &error);
    if (status != SIM_OK)
        fprintf(out, "%s\n", error.text);
    for (unsigned i = job->half + 1; i < job->saves && status == SIM_OK; i++)
        advance(&guest, job->save[i], out);
    if (status == SIM_OK)
        advance(&guest, job->end, out);
    board_guest_end(&guest);
    return (int)status;
}

static void keep(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    char *text = job->text[index];
    size_t at = strlen(text);
    snprintf(text + at, TEXT - at, "%s", child->output);
    at = strlen(text);
    if (child->exit_status != 0)
        snprintf(text + at, TEXT - at, "the process ended with %s %d\n", child->signal ? "signal" : "exit code",
                 child->signal ? child->signal : child->exit_status);
}

static void run(struct job *job, unsigned count, sim_child_job *child)
{
    struct sim_error error;
    if (sim_children_run(count, 0, child, keep, job, &error) != SIM_OK) {
        fprintf(stderr, "%s: %s\n", job->spec->name, error.text);
        exit(SIM_HOST);
    }
}

static void verdict(struct same_counts *counts, const char *expected, const char *text, const char *what)
{
    bool good = strcmp(expected, text) == 0;
    counts->passed += good;
    counts->failed += !good;
    printf("%s: %s\n", what, good ? "the same bits" : "FAILED");
    if (!good)
        printf("%sand not\n%s", text, expected);
}

struct same_counts memory_same(const struct board_guest_spec *spec, const uint64_t *save, unsigned saves, uint64_t end)
{
    static struct job job;
    struct same_counts counts = {0, 0};
    static char expected[TEXT];
    char what[64];
    job = (struct job){.spec = spec, .save = save, .saves = saves, .end = end, .path = "/tmp/cycle360-XXXXXX"};
    int file = mkstemp(job.path);
    if (file < 0) {
        perror(job.path);
        exit(SIM_HOST);
    }
    close(file);
    run(&job, SCHEDULES, whole);
    memcpy(expected, job.text[0], TEXT);
    printf("%s", expected);
    for (unsigned i = 1; i < SCHEDULES; i++)
        verdict(&counts, expected, job.text[i], names[i]);
    for (job.half = 0; job.half < saves; job.half++) {
        job.text[0][0] = '\0';
        run(&job, 1, first_half);
        run(&job, 1, second_half);
        snprintf(what, sizeof what, "saved at %llu (%s), loaded (%s)", (unsigned long long)save[job.half],
                 names[job.half % SCHEDULES], names[(job.half + 1) % SCHEDULES]);
        verdict(&counts, expected, job.text[0], what);
    }
    unlink(job.path);
    return counts;
}
