/* Six threads at a few lines of the board's memory: loads and stores of every size, conditional stores, atomic
 * increments, a lock, messages, flushed and zeroed lines, code that changes. What they have loaded is held to the rules
 * of check_lines.c and torture_check.c. Then the beginning of it again in every schedule, and saved and loaded in the
 * middle.
 *
 *     memory_torture [--epochs N] [--seed N] [--same CLOCKS] [--fault barrier|reservation|icbi]
 *                    [--set KEY=VALUE]
 *
 * An epoch is 624 steps. --same: for how long the schedules are compared. --fault leaves something out of the programs,
 * and passes if that is noticed. The last line is `N passed, N failed`. */
#include "models/sim/child.h"
#include "tests/conformance/memory/same.h"
#include "tests/conformance/memory/torture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SETS_MAX = 8 };
#define EPOCH (SIM_UNITS_PER_SECOND / 50000) /* an epoch takes a quarter of it */

struct run {
    struct board_guest_spec spec;
    const char *set[SETS_MAX];
    struct torture torture;
    uint64_t same; /* clocks for which the schedules are compared */
    bool good;
};

static int boot(void *context, unsigned index, FILE *out)
{
    static struct board_guest guest;
    const struct run *run = context;
    (void)index;
    board_guest_begin(&guest, &run->spec);
    bool ended = board_guest_run(&guest, EPOCH * (run->torture.epochs + 10));
    fprintf(out, "%" PRIu64 " clocks, %" PRIu64 " instructions\n", board_guest_clock(&guest),
            processors_instructions(&guest.board.processors));
    if (!ended) {
        fprintf(out, "the threads have not ended:");
        for (unsigned i = 0; i < TORTURE_THREADS; i++)
            fprintf(out, " %" PRIx64, xenon_core_context(guest.board.processors.core[i / 2], i % 2)->nia);
        fputc('\n', out);
        return 1;
    }
    const struct membus_l2_counters *l2 = &guest.board.processors.memory.l2.counters;
    fprintf(out, "%" PRIu64 " requests to the L2, %" PRIu64 " misses, %" PRIu64 " castouts, %" PRIu64 " snoops\n",
            l2->requests, l2->misses, l2->castouts, l2->snoops);
    uint64_t faults = torture_check(&run->torture, &guest, out);
    fprintf(out, "%" PRIu64 " faults\n", faults);
    board_guest_end(&guest);
    return faults != 0;
}

static void take(void *context, unsigned index, const struct sim_child *child)
{
    struct run *run = context;
    (void)index;
    fwrite(child->output, 1, child->size, stdout);
    if (child->signal)
        printf("the board's process ended with signal %d\n", child->signal);
    run->good = child->exit_status == 0;
}

static char *program(const struct torture *torture)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    torture_write(torture, out);
    fclose(out);
    return text;
}

static void print_steps(const struct torture *torture)
{
    uint64_t steps[TORTURE_KINDS], sum = 0;
    torture_count(torture, steps);
    for (unsigned i = 0; i < TORTURE_KINDS; i++)
        sum += steps[i];
    printf("%" PRIu64 " steps:", sum);
    for (unsigned i = 0; i < TORTURE_KINDS; i++)
        printf("%s %s %" PRIu64, i ? "," : "", torture_info[i].name, steps[i]);
    fputc('\n', stdout);
}

static bool fault_of(struct run *run, const char *name)
{
    for (unsigned i = 1; i < TORTURE_FAULTS; i++)
        if (strcmp(torture_fault[i], name) == 0)
            run->torture.fault = (enum torture_fault)i;
    return run->torture.fault != TORTURE_SOUND;
}

static bool read_options(struct run *run, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (value == NULL)
            return false;
        if (strcmp(argv[i], "--epochs") == 0)
            run->torture.epochs = (unsigned)strtoul(value, NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            run->torture.seed = strtoull(value, NULL, 0);
        else if (strcmp(argv[i], "--same") == 0)
            run->same = strtoull(value, NULL, 0);
        else if (strcmp(argv[i], "--set") == 0 && run->spec.sets < SETS_MAX)
            run->set[run->spec.sets++] = value;
        else if (strcmp(argv[i], "--fault") != 0 || !fault_of(run, value))
            return false;
    }
    return run->torture.epochs != 0 && run->torture.epochs <= TORTURE_EPOCHS_MAX;
}

int main(int argc, char **argv)
{
    static struct run run = {
        .spec = {.name = "memory_torture"}, .torture = {.seed = 1, .epochs = 1700}, .same = 150000};
    struct same_counts counts = {0, 0};
    struct sim_error error;
    run.spec.set = run.set;
    if (!read_options(&run, argc, argv)) {
        bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
        fputs(
            "memory_torture [--epochs N] [--seed N] [--same CLOCKS] [--fault barrier|reservation|icbi]\n"
            "               [--set KEY=VALUE]\n"
            "Six threads at a few lines of the board's memory; what they have seen is checked. An epoch is 624 steps.\n"
            "--fault leaves something out of the programs and passes if that is noticed.\n",
            help ? stdout : stderr);
        return help ? SIM_OK : SIM_USAGE;
    }
    torture_make(&run.torture);
    char *text = program(&run.torture);
    run.spec.text = text;
    print_steps(&run.torture);
    if (sim_children_run(1, 1, boot, take, &run, &error) != SIM_OK) {
        fprintf(stderr, "memory_torture: %s\n", error.text);
        return SIM_HOST;
    }
    bool expected = run.torture.fault == TORTURE_SOUND;
    counts.passed += run.good == expected;
    counts.failed += run.good != expected;
    if (expected) {
        const uint64_t saves[] = {run.same / 8 + 3, run.same / 3 + 1, run.same - run.same / 3};
        struct same_counts more = memory_same(&run.spec, saves, sizeof saves / sizeof *saves, run.same);
        counts.passed += more.passed;
        counts.failed += more.failed;
    }
    free(text);
    printf("%u passed, %u failed\n", counts.passed, counts.failed);
    return counts.failed != 0 ? SIM_GUEST : SIM_OK;
}
