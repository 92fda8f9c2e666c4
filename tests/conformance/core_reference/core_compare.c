/* core_compare: random programs on the core and on the reference, instruction by instruction. */
#include "tests/conformance/core_reference/compare.h"

#include "models/sim/child.h"
#include "tests/conformance/isa_qemu/random.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 250, FAILURES_SHOWN = 3 };

static const char usage[] =
    "usage: core_compare [--programs N] [--first SEED] [--threads 1|2] [--misses fast|slow] [--timing retail|random]\n"
    "                    [--split] [--fault ROW] [--verbose]\n"
    "Runs programs SEED to SEED + N - 1 on the core and on the reference; ends with `N passed, N failed`.\n"
    "  --threads, --misses, --timing   by default as the seed has it\n"
    "  --split                         the core runs in small steps\n"
    "  --fault                         a row of the core's timing is one off: a difference must be found\n";

struct options {
    uint64_t programs, first;
    unsigned threads;          /* 0: by seed */
    int misses, timing, fault; /* -1: by seed; no fault */
    bool split, verbose;
};

struct tally {
    const struct options *options;
    uint64_t passed, failed, instructions, clocks;
    unsigned shown;
};

/* Rows that may be anything between what they can be and a little more than they are; the others would only make
 * programs longer, or are sizes that must stand in a relation to others. */
static void random_timing(struct xenon_core_timing *timing, struct random *r)
{
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++) {
        const struct xenon_timing_info *info = &xenon_timing_info[row];
        uint32_t value = xenon_core_timing_get(timing, row), high = value < 8 ? 12 : value + value / 2;
        if (high > info->high)
            high = info->high;
        if (row == XENON_TIMING_unmap) /* no program here changes the map */
            continue;
        if (!random_one_in(r, 3) || row == XENON_TIMING_predictor_bits || row == XENON_TIMING_predictor_history ||
            row == XENON_TIMING_store_queue || row == XENON_TIMING_unaligned_block)
            continue;
        xenon_core_timing_set(timing, row, info->low + random_below(r, high - info->low + 1));
    }
    timing->erat_miss += timing->erat_miss == 0;
    timing->predictor_bits = 3 + random_below(r, 10);
    timing->predictor_history = random_below(r, timing->predictor_bits < 8 ? timing->predictor_bits + 1 : 8);
    timing->store_queue = 4 + random_below(r, 14);
    timing->unaligned_block = 16U << random_below(r, 3);
}

static void make_fault(struct xenon_core_timing *timing, enum xenon_timing_row row)
{
    uint32_t value = xenon_core_timing_get(timing, row);
    if (row == XENON_TIMING_unaligned_block)
        value *= 2; /* a power of two, still */
    else
        value += value < xenon_timing_info[row].high ? 1 : -1;
    xenon_core_timing_set(timing, row, value);
}

/* The figures that are not the retail board's. */
static void print_rows(const struct xenon_core_timing *timing, FILE *out)
{
    for (unsigned row = 0; row < XENON_TIMING_ROWS; row++)
        if (xenon_core_timing_get(timing, row) != xenon_timing_info[row].value)
            fprintf(out, "%s %u\n", xenon_timing_info[row].name, xenon_core_timing_get(timing, row));
}

/* One program; what differs is written where `shows`. */
static bool run_seed(struct compare *c, const struct options *o, uint64_t seed, bool shows, FILE *out)
{
    static struct random_program program;
    struct random by_seed = random_from(seed, 8);
    unsigned threads = 1 + random_below(&by_seed, 2), misses = random_below(&by_seed, 2);
    char *text = NULL;
    size_t size = 0;
    FILE *words = open_memstream(&text, &size);
    if (words == NULL)
        return false;
    random_program_make(&program, seed, o->threads != 0 ? o->threads : threads,
                        o->misses >= 0 ? (enum random_misses)o->misses : (enum random_misses)misses);
    bool same = compare_program(c, &program, o->split, words);
    fclose(words);
    if (o->verbose || (!same && shows))
        fprintf(out, "seed %llu, threads %u:\n%s", (unsigned long long)seed, program.threads, text);
    free(text);
    return same;
}

/* Seeds go together by CHUNK, whatever the first one is: so a seed always has the same figures. */
static int run_chunk(void *context, unsigned index, FILE *out)
{
    const struct tally *tally = context;
    const struct options *o = tally->options;
    uint64_t chunk = o->first / CHUNK + index, seed = chunk * CHUNK, end = seed + CHUNK, passed = 0, failed = 0;
    struct xenon_core_timing timing = xenon_core_timing_default(), core_timing;
    struct random r = random_from(chunk, 7);

    if (seed < o->first)
        seed = o->first;
    if (end > o->first + o->programs)
        end = o->first + o->programs;
    if (o->timing == 1 || (o->timing < 0 && random_one_in(&r, 2)))
        random_timing(&timing, &r);
    core_timing = timing;
    if (o->fault >= 0)
        make_fault(&core_timing, (enum xenon_timing_row)o->fault);
    struct compare *c = compare_new(&timing, &core_timing);
    if (c == NULL) {
        fprintf(out, "no memory\n");
        return 2;
    }
    compare_set_verbose(c, o->verbose);
    for (; seed < end && (failed == 0 || o->fault < 0); seed++) {
        bool same = run_seed(c, o, seed, failed < FAILURES_SHOWN, out);
        passed += same;
        failed += !same;
        if (!same && failed == 1)
            print_rows(&timing, out);
    }
    fprintf(out, "\n%llu %llu %llu %llu\n", (unsigned long long)passed, (unsigned long long)failed,
            (unsigned long long)compare_instructions(c), (unsigned long long)compare_clocks(c));
    compare_free(c);
    return 0;
}

/* The last line of a chunk's output is its tally. */
static void chunk_done(void *context, unsigned index, const struct sim_child *child)
{
    struct tally *t = context;
    const char *last = child->output;
    for (const char *p = child->output; *p != '\0'; p++)
        if (p[0] == '\n' && p[1] != '\0')
            last = p + 1;
    char *at = NULL;
    uint64_t passed = strtoull(last, &at, 10), failed = strtoull(at, &at, 10);
    uint64_t instructions = strtoull(at, &at, 10), clocks = strtoull(at, &at, 10);
    if (child->exit_status != 0) {
        uint64_t chunk = t->options->first / CHUNK + index;
        printf("programs %llu to %llu: exit status %d, signal %d\n%s", (unsigned long long)chunk * CHUNK,
               (unsigned long long)chunk * CHUNK + CHUNK - 1, child->exit_status, child->signal, child->output);
        t->failed += CHUNK;
        return;
    }
    if (last > child->output && (t->shown < FAILURES_SHOWN || t->options->verbose) && t->options->fault < 0)
        printf("%.*s", (int)(last - child->output - 1), child->output);
    t->shown += failed > 0;
    t->passed += passed;
    t->failed += failed;
    t->instructions += instructions;
    t->clocks += clocks;
}

static int refuse(const char *why, const char *what)
{
    fprintf(stderr, "core_compare: %s%s\n%s", why, what, usage);
    return 2;
}

static int row_named(const char *name)
{
    for (unsigned i = 0; i < XENON_TIMING_ROWS; i++)
        if (strcmp(xenon_timing_info[i].name, name) == 0)
            return (int)i;
    return -1;
}

static int word_of(const char *text, const char *first, const char *second)
{
    return strcmp(text, first) == 0 ? 0 : strcmp(text, second) == 0 ? 1 : -1;
}

static int read_options(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(name, "--split") == 0) {
            o->split = true;
            continue;
        }
        if (strcmp(name, "--verbose") == 0) {
            o->verbose = true;
            continue;
        }
        if (value == NULL)
            return refuse("what is this, or where is its value: ", name);
        i++;
        if (strcmp(name, "--programs") == 0)
            o->programs = strtoull(value, NULL, 10);
        else if (strcmp(name, "--first") == 0)
            o->first = strtoull(value, NULL, 10);
        else if (strcmp(name, "--threads") == 0)
            o->threads = (unsigned)word_of(value, "1", "2") + 1;
        else if (strcmp(name, "--misses") == 0)
            o->misses = word_of(value, "fast", "slow");
        else if (strcmp(name, "--timing") == 0)
            o->timing = word_of(value, "retail", "random");
        else if (strcmp(name, "--fault") == 0 && (o->fault = row_named(value)) < 0)
            return refuse("no such row of timing.def: ", value);
        else if (strcmp(name, "--fault") != 0)
            return refuse("what is this: ", name);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = {.programs = 1000, .misses = -1, .timing = -1, .fault = -1};
    struct tally tally = {.options = &o};
    struct sim_error error;
    int refused = read_options(&o, argc, argv);
    if (refused != 0)
        return refused;
    uint64_t chunks = o.programs == 0 ? 0 : (o.first + o.programs - 1) / CHUNK - o.first / CHUNK + 1;
    if (sim_children_run((unsigned)chunks, 0, run_chunk, chunk_done, &tally, &error) != SIM_OK) {
        fprintf(stderr, "core_compare: %s\n", error.text);
        return 4;
    }
    if (o.fault >= 0) {
        printf("%s, one off, is %s\n", xenon_timing_info[o.fault].name, tally.failed > 0 ? "noticed" : "not noticed");
        return tally.failed > 0 ? 0 : 1;
    }
    printf("%llu instructions in %llu clocks\n", (unsigned long long)tally.instructions,
           (unsigned long long)tally.clocks);
    printf("%llu passed, %llu failed\n", (unsigned long long)tally.passed, (unsigned long long)tally.failed);
    return tally.failed == 0 ? 0 : 1;
}
