/* Litmus tests of memory order on the whole board: litmus.def, each in two placements, many rounds of each in one boot.
 * Prints every case with its outcomes, those that no interleaving gives in brackets, and holds each case to its row:
 * what the architecture forbids is never seen, nor is what this machine's own rules exclude, and the rest is seen. Then
 * the beginning of it again in every schedule, and saved and loaded in the middle.
 *
 *     memory_litmus [--rounds N] [--seed N] [--only SHAPE] [--without LETTER] [--set KEY=VALUE]
 *
 * --without leaves the barriers or dependencies of a letter of litmus.def out, and passes if then something forbidden
 * is seen. The last line is `N passed, N failed`. */
#include "models/sim/child.h"
#include "tests/conformance/memory/litmus.h"
#include "tests/conformance/memory/same.h"

#include <stdlib.h>
#include <string.h>

enum { SETS_MAX = 8, COUNTS = 0x300000, STRANGE = 0x212000, SAME_ROUNDS = 1 };
#define ROUND (SIM_UNITS_PER_SECOND / 400000) /* a round takes a quarter of it */

struct run {
    struct board_guest_spec spec;
    uint64_t seed;
    unsigned rounds;
    char without;
    const char *only, *set[SETS_MAX];
    uint32_t (*count)[LITMUS_PLACEMENTS][LITMUS_OUTCOMES];
    uint64_t strange, clocks, instructions;
    bool ended;
    unsigned forbidden; /* rows in which what is forbidden was seen */
};

static int boot(void *context, unsigned index, FILE *out)
{
    static struct board_guest guest;
    const struct run *run = context;
    (void)index;
    board_guest_begin(&guest, &run->spec);
    uint64_t ended = board_guest_run(&guest, ROUND * run->rounds * litmus_cases * LITMUS_PLACEMENTS);
    uint64_t words[] = {ended, board_guest_clock(&guest), processors_instructions(&guest.board.processors),
                        board_guest_word(&guest, STRANGE, 4)};
    fwrite(words, sizeof words, 1, out);
    for (unsigned i = 0; i < litmus_cases * LITMUS_PLACEMENTS * LITMUS_OUTCOMES; i++) {
        uint32_t count = (uint32_t)board_guest_word(&guest, COUNTS + 4 * (uint64_t)i, 4);
        fwrite(&count, sizeof count, 1, out);
    }
    board_guest_end(&guest);
    return 0;
}

static void take(void *context, unsigned index, const struct sim_child *child)
{
    struct run *run = context;
    uint64_t words[4];
    size_t counts = litmus_cases * sizeof *run->count;
    (void)index;
    if (child->exit_status != 0 || child->size != sizeof words + counts) {
        fprintf(stderr, "memory_litmus: the board's process ended early: %.*s\n", (int)child->size, child->output);
        exit(SIM_GUEST);
    }
    memcpy(words, child->output, sizeof words);
    memcpy(run->count, child->output + sizeof words, counts);
    run->ended = words[0] != 0;
    run->clocks = words[1];
    run->instructions = words[2];
    run->strange = words[3];
}

/* What a row's outcomes are of, once for each shape. */
static void heading(const struct litmus_shape *shape)
{
    char text[64];
    printf("\n%s:", shape->name);
    for (unsigned i = 0; i < litmus_bodies(shape); i++)
        printf("%s %s", i ? " |" : "", shape->body[i]);
    printf("; outcomes: %s\n", litmus_names(shape, text));
}

/* Prints a row of the table; true where it is as it should be. */
static bool row(struct run *run, unsigned number, unsigned placement)
{
    const struct litmus_case *is = &litmus_case[number];
    const struct litmus_shape *shape = litmus_shape_of(is);
    bool strong[LITMUS_OUTCOMES], possible[LITMUS_OUTCOMES], good = run->ended;
    enum litmus_expected expected = is->expected[placement];
    uint64_t weak = 0, sum = 0;
    char text[64];
    litmus_interleave(shape, strong, possible);
    printf("%-6s %-5s%-9s", is->shape, is->barriers, litmus_placement[placement]);
    for (unsigned outcome = 0; outcome < LITMUS_OUTCOMES; outcome++) {
        uint32_t count = run->count[number][placement][outcome];
        sum += count;
        if (!strong[outcome])
            weak += count;
        good &= count == 0 || possible[outcome];
        if (count != 0)
            printf(strong[outcome] ? " %s:%u" : " [%s:%u]" /* both take the same */,
                   litmus_outcome(shape, outcome, text), count);
    }
    run->forbidden += !is->allowed && weak != 0;
    good &= sum == run->rounds && (is->allowed || weak == 0);
    good &= expected == LITMUS_RARE || (weak != 0) == (expected == LITMUS_SEEN);
    printf(" - %s, %s%s\n", is->allowed ? "allowed" : "forbidden", weak ? "observed" : "never", good ? "" : ": FAILED");
    return good;
}

static struct same_counts table(struct run *run)
{
    struct same_counts counts = {0, 0};
    for (unsigned number = 0; number < litmus_cases; number++)
        for (unsigned placement = 0; placement < LITMUS_PLACEMENTS; placement++) {
            const char *shape = litmus_case[number].shape;
            if (run->only && strcmp(run->only, shape) != 0)
                continue;
            if (placement == 0 && (number == 0 || strcmp(litmus_case[number - 1].shape, shape) != 0))
                heading(litmus_shape_of(&litmus_case[number]));
            bool good = row(run, number, placement);
            counts.passed += good;
            counts.failed += !good;
        }
    printf("\n%llu rounds, %llu clocks, %llu instructions, %llu values that nobody stored%s\n",
           (unsigned long long)run->rounds * litmus_cases * LITMUS_PLACEMENTS, (unsigned long long)run->clocks,
           (unsigned long long)run->instructions, (unsigned long long)run->strange,
           run->ended ? "" : "; it has not ended");
    bool good = run->ended && run->strange == 0;
    counts.passed += good;
    counts.failed += !good;
    return counts;
}

static char *program(unsigned rounds, uint64_t seed, char without)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    litmus_program(out, rounds, seed, without);
    fclose(out);
    return text;
}

static struct same_counts schedules(struct run *run)
{
    static const uint64_t saves[] = {5003, 21001, 47017};
    char *text = program(SAME_ROUNDS, run->seed, 0);
    struct board_guest_spec spec = run->spec;
    spec.text = text;
    struct same_counts counts = memory_same(&spec, saves, sizeof saves / sizeof *saves, 90000);
    free(text);
    return counts;
}

static bool read_options(struct run *run, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (value == NULL)
            return false;
        if (strcmp(argv[i], "--rounds") == 0)
            run->rounds = (unsigned)strtoul(value, NULL, 0) & 0xFFFF;
        else if (strcmp(argv[i], "--seed") == 0)
            run->seed = strtoull(value, NULL, 0);
        else if (strcmp(argv[i], "--only") == 0)
            run->only = value;
        else if (strcmp(argv[i], "--without") == 0)
            run->without = value[0];
        else if (strcmp(argv[i], "--set") == 0 && run->spec.sets < SETS_MAX)
            run->set[run->spec.sets++] = value;
        else
            return false;
    }
    return run->rounds != 0;
}

int main(int argc, char **argv)
{
    static struct run run = {.rounds = 2000, .seed = 1, .spec = {.name = "memory_litmus"}};
    struct sim_error error;
    run.spec.set = run.set;
    if (!read_options(&run, argc, argv)) {
        bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
        fputs("memory_litmus [--rounds N] [--seed N] [--only SHAPE] [--without LETTER] [--set KEY=VALUE]\n"
              "Litmus tests of memory order on the whole board: tests/conformance/memory/litmus.def.\n"
              "--without leaves barriers or dependencies of a letter out and passes if then something forbidden is "
              "seen.\n",
              help ? stdout : stderr);
        return help ? SIM_OK : SIM_USAGE;
    }
    char *text = program(run.rounds, run.seed, run.without);
    run.spec.text = text;
    run.count = calloc(litmus_cases, sizeof *run.count);
    if (run.count == NULL || sim_children_run(1, 1, boot, take, &run, &error) != SIM_OK) {
        fprintf(stderr, "memory_litmus: %s\n", run.count ? error.text : "out of memory");
        return SIM_HOST;
    }
    struct same_counts counts = table(&run);
    if (run.without) {
        counts = (struct same_counts){run.ended && run.forbidden != 0, !run.ended || run.forbidden == 0};
    } else if (!run.only) {
        struct same_counts more = schedules(&run);
        counts.passed += more.passed;
        counts.failed += more.failed;
    }
    free(run.count);
    free(text);
    printf("%u passed, %u failed\n", counts.passed, counts.failed);
    return counts.failed != 0 ? SIM_GUEST : SIM_OK;
}
