/* The bare programs of tests/guest/core on the functional stepper and on the timed core. On the core every instruction
 * finds the registers that it finds on the stepper, memory ends alike, the annotations hold, every schedule comes to
 * the same bits, and so does a machine saved in the middle and loaded by another process. Registers and memory are also
 * right with other figures of timing.
 *
 *     core_programs [--only NAME] [--verbose]
 *
 * The last line is `N passed, N failed`. */
#include "models/sim/child.h"
#include "models/xenon/isa/interrupt.h"
#include "tests/conformance/core_compare.h"
#include "tests/support/core_rig.h"
#include "tests/support/rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LIMIT = 4000000,       /* clocks that a program may take              */
    AFTER = 4000,          /* clocks until loads and stores have come home */
    STEPPED_MAX = 1000000, /* instructions, on the stepper                 */
    SKEWS = 64,            /* of DECREMENT                                 */
    LINES = 240,           /* of EXTERNAL: clocks at which the line goes up */
    LINE_FIRST = 1000,
    VARIATIONS = 12, /* other figures of timing.def, and other latencies of memory */
};

static const struct sim_options schedules[] = {
    {.schedule = SIM_WINDOWED},
    {.schedule = SIM_LOCKSTEP},
    {.schedule = SIM_WINDOWED, .no_skip = true},
    {.schedule = SIM_PARALLEL, .threads = 2},
};
enum { SCHEDULES = sizeof schedules / sizeof *schedules };

struct job {
    struct guest_program guest;
    struct core_rig_spec spec;
    uint64_t parameter; /* of its kind */
    uint64_t middle;    /* clock */
    char saved[64];
    char *text[SCHEDULES]; /* what came back */
};

static struct core_rig *build(struct job *job, unsigned schedule)
{
    job->spec.sim = schedules[schedule];
    job->spec.entry = job->guest.entry;
    job->spec.program = job->guest.program.bytes;
    job->spec.size = job->guest.program.size;
    job->spec.line_clock = job->guest.info->kind == GUEST_EXTERNAL ? job->parameter : 0;
    struct core_rig *rig = core_rig_new(&job->spec);
    xenon_core_break_at(rig->core[0], job->guest.done);
    return rig;
}

static void describe(const struct core_rig *rig, FILE *out)
{
    uint8_t digest[SIM_DIGEST_SIZE];
    sim_machine_digest(rig->machine, digest);
    fprintf(out, "%llu ", (unsigned long long)core_rig_clock(rig));
    for (unsigned i = 0; i < 8; i++)
        fprintf(out, "%02x", digest[i]);
    fputc('\n', out);
}

/* To the end of the program and on until nothing is under way; false where it does not end. */
static bool finish(struct core_rig *rig, const struct job *job, FILE *out)
{
    struct sim_stop stop = core_rig_run(rig, LIMIT);
    if (out != NULL)
        describe(rig, out);
    if (stop.event_time == SIM_NEVER)
        return false;
    xenon_core_break_clear(rig->core[0], job->guest.done);
    core_rig_run(rig, core_rig_clock(rig) + AFTER);
    if (out != NULL)
        describe(rig, out);
    return true;
}

static unsigned same_memory(const struct core_rig *rig, const struct core_compare *compare, FILE *out)
{
    static uint8_t ours[CORE_RIG_MEMORY], theirs[CORE_RIG_MEMORY];
    core_rig_read(rig, 0, 0, ours, sizeof ours);
    xenon_stepper_read(compare->reference.stepper, 0, theirs, sizeof theirs);
    for (unsigned i = 0; i < CORE_RIG_MEMORY; i++)
        if (ours[i] != theirs[i]) {
            fprintf(out, "%s: memory at %x is %02x, not %02x\n", compare->guest->info->name, i, ours[i], theirs[i]);
            return 1;
        }
    return 0;
}

/* The first job: beside the stepper. What it writes begins with the clocks that it took, and instructions. */
static int compared(void *context, unsigned index, FILE *out)
{
    static struct core_compare compare;
    struct job *job = context;
    char *complaints = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&complaints, &size);
    struct core_rig *rig = build(job, 0);
    (void)index;
    core_compare_init(&compare, &job->guest, rig->core[0], memory);
    bool ended = finish(rig, job, NULL);
    uint64_t clocks = core_rig_clock(rig) - (ended ? AFTER : 0);
    if (!ended)
        fprintf(memory, "%s: has not ended after %d clocks, at %llx\n", job->guest.info->name, LIMIT,
                (unsigned long long)xenon_core_context(rig->core[0], 0)->nia);
    bool good = guest_program_check(&job->guest, xenon_core_context(rig->core[0], 0), "timed core", memory);
    unsigned wrong = !ended + !good + compare.differences + same_memory(rig, &compare, memory);
    fclose(memory);
    fprintf(out, "%llu %llu %llu\n%s", (unsigned long long)clocks, (unsigned long long)compare.instructions,
            (unsigned long long)compare.interrupts, complaints);
    free(complaints);
    core_compare_free(&compare);
    core_rig_free(rig);
    return wrong != 0;
}

/* With nobody looking, to the middle and to the end. */
static int scheduled(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    struct core_rig *rig = build(job, index);
    core_rig_run(rig, job->middle);
    describe(rig, out);
    bool good = finish(rig, job, out) &&
                guest_program_check(&job->guest, xenon_core_context(rig->core[0], 0), "timed core", out);
    core_rig_free(rig);
    return !good;
}

/* The first half of it, then the second in another schedule. */
static int first_half(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    struct core_rig *rig = build(job, index);
    struct sim_error error;
    core_rig_run(rig, job->middle);
    describe(rig, out);
    enum sim_status status = sim_machine_save(rig->machine, "core rig", job->saved, &error);
    if (status != SIM_OK)
        fprintf(out, "%s\n", error.text);
    core_rig_free(rig);
    return (int)status;
}

static int second_half(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    struct core_rig *rig = build(job, index + 1);
    struct sim_error error;
    bool good = sim_machine_load(rig->machine, "core rig", job->saved, &error) == SIM_OK;
    if (good)
        good = finish(rig, job, out);
    else
        fprintf(out, "%s\n", error.text);
    core_rig_free(rig);
    return !good;
}

static void keep(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    char *text = malloc(child->size + 128);
    SIM_CHECK(text != NULL, "out of memory for a report");
    memcpy(text, child->output, child->size);
    text[child->size] = '\0';
    if (child->exit_status != 0)
        snprintf(text + child->size, 128, "the process ended with %s %d\n", child->signal ? "signal" : "exit code",
                 child->signal ? child->signal : child->exit_status);
    job->text[index] = text;
}

static unsigned passed, failed;
static bool verbose;

static void verdict(bool good, const char *name, const char *what, const char *why)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("%s: %s: failed\n%s", name, what, why);
    else if (verbose)
        printf("%s: %s: passed\n", name, what);
}

static void run_children(struct job *job, unsigned count, sim_child_job *child)
{
    struct sim_error error;
    if (sim_children_run(count, 0, child, keep, job, &error) != SIM_OK) {
        fprintf(stderr, "core_programs: %s\n", error.text);
        exit(SIM_HOST);
    }
}

static void drop(struct job *job)
{
    for (unsigned i = 0; i < SCHEDULES; i++) {
        free(job->text[i]);
        job->text[i] = NULL;
    }
}

/* On the stepper alone. What comes from outside comes after so many instructions. */
static void stepped(const struct job *job, uint64_t interrupt_after)
{
    struct guest_reference r;
    char *complaints = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&complaints, &size);
    enum guest_kind kind = job->guest.info->kind;
    guest_reference_init(&r, &job->guest);
    for (uint64_t i = 0; i < interrupt_after; i++)
        guest_reference_step(&r, 0);
    while (interrupt_after != 0 && !(guest_reference_context(&r, 0)->msr & XENON_MSR_EE))
        guest_reference_step(&r, 0);
    if (interrupt_after != 0)
        guest_reference_interrupt(&r, 0, kind == GUEST_EXTERNAL ? XENON_EXTERNAL : XENON_DECREMENTER);
    bool good = guest_reference_run(&r, &job->guest, 1, STEPPED_MAX);
    good &= guest_program_check(&job->guest, guest_reference_context(&r, 0), "stepper", out);
    fclose(out);
    verdict(good, job->guest.info->name, "on the stepper", complaints);
    free(complaints);
    guest_reference_free(&r);
}

/* One way to run it on the core; answers the clocks that it took. */
static uint64_t beside_the_stepper(struct job *job)
{
    unsigned long long clocks = 0, instructions = 0, interrupts = 0;
    char what[128];
    run_children(job, 1, compared);
    bool good = sscanf(job->text[0], "%llu %llu %llu", &clocks, &instructions, &interrupts) == 3;
    const char *complaints = good ? strchr(job->text[0], '\n') + 1 : job->text[0];
    snprintf(what, sizeof what, "beside the stepper (parameter %llu: %llu instructions, %llu clocks)",
             (unsigned long long)job->parameter, instructions, clocks);
    verdict(good && *complaints == '\0', job->guest.info->name, what, complaints);
    drop(job);
    return clocks;
}

static void in_all_schedules(struct job *job)
{
    char what[64], *halves = NULL;
    size_t size = 0;
    const char *name = job->guest.info->name;
    run_children(job, SCHEDULES, scheduled);
    for (unsigned i = 1; i < SCHEDULES; i++) {
        snprintf(what, sizeof what, "schedule %u comes to the bits of schedule 0", i);
        verdict(strcmp(job->text[0], job->text[i]) == 0, name, what, job->text[i]);
    }
    char *whole = job->text[0];
    job->text[0] = NULL;
    drop(job);

    FILE *out = open_memstream(&halves, &size);
    run_children(job, 1, first_half);
    fputs(job->text[0], out);
    drop(job);
    run_children(job, 1, second_half);
    fputs(job->text[0], out);
    drop(job);
    fclose(out);
    verdict(strcmp(whole, halves) == 0, name, "saved in the middle and loaded", halves);
    unlink(job->saved);
    free(halves);
    free(whole);
}

/* Every figure anywhere in the lower part of its range, where what is small shows most. */
static void vary(struct core_rig_spec *spec, uint64_t seed)
{
    uint64_t random = seed;
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++) {
        const struct xenon_timing_info *info = &xenon_timing_info[row];
        uint64_t most = info->low + 3 * (uint64_t)info->value + 3;
        most = most < info->high ? most : info->high;
        xenon_core_timing_set(&spec->timing, row, (uint32_t)(info->low + rig_random(&random) % (most - info->low + 1)));
    }
    spec->timing.unaligned_block = 16U << rig_random(&random) % 3;
    spec->request = (uint32_t)(1 + rig_random(&random) % 40);
    spec->reply = (uint32_t)(1 + rig_random(&random) % 300);
}

static void test(struct job *job, enum guest_id id)
{
    const struct guest_info *info = &guest_info[id];
    uint64_t clocks;
    job->spec = core_rig_usual();
    job->parameter = info->kind == GUEST_EXTERNAL ? LINE_FIRST : 0;
    guest_program_load(&job->guest, id);
    if (info->kind == GUEST_DEVICE)
        guest_program_poke(&job->guest, "device", CORE_RIG_DEVICE, 8);
    if (info->kind == GUEST_PLAIN)
        stepped(job, 0);
    if (info->kind == GUEST_DECREMENT || info->kind == GUEST_EXTERNAL)
        for (unsigned i = 100; i < 150; i++)
            stepped(job, i);
    clocks = beside_the_stepper(job);
    job->middle = clocks / 3 + 1;
    in_all_schedules(job);
    if (info->kind == GUEST_DECREMENT)
        for (job->parameter = 1; job->parameter < SKEWS; job->parameter++) {
            guest_program_poke(&job->guest, "skew", job->parameter, 4);
            beside_the_stepper(job);
        }
    if (info->kind == GUEST_EXTERNAL)
        for (job->parameter = LINE_FIRST + 1; job->parameter < LINE_FIRST + LINES; job->parameter++)
            beside_the_stepper(job);
    for (job->parameter = 1; job->parameter <= VARIATIONS; job->parameter++) {
        job->spec = core_rig_usual();
        vary(&job->spec, job->parameter);
        beside_the_stepper(job);
    }
    guest_program_free(&job->guest);
}

int main(int argc, char **argv)
{
    static struct job job;
    const char *only = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--verbose") == 0) {
            verbose = true;
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else {
            fprintf(stderr, "core_programs [--only NAME] [--verbose]\n");
            return SIM_USAGE;
        }
    }
    snprintf(job.saved, sizeof job.saved, "/tmp/core_programs-XXXXXX");
    int file = mkstemp(job.saved);
    if (file < 0) {
        perror(job.saved);
        return SIM_HOST;
    }
    close(file);
    for (unsigned id = 0; id < GUESTS; id++)
        if (only == NULL || strcmp(only, guest_info[id].name) == 0)
            test(&job, id);
    unlink(job.saved);
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0 ? SIM_GUEST : SIM_OK;
}
