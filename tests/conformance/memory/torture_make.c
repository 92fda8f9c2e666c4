/* Random programs. All threads of an epoch use the same pairs of lines, and few places in them, so that most accesses
 * meet others. */
#include "tests/conformance/memory/torture.h"
#include "tests/support/rig.h"

#include <string.h>

const struct torture_info torture_info[TORTURE_KINDS] = {
#define STEP(name, weight, bytes, results) {#name, weight, bytes, results},
#include "tests/conformance/memory/torture.def"
};

const char *const torture_fault[TORTURE_FAULTS] = {"none", "barrier", "reservation", "icbi"};

/* Doublewords that are used, in a pair: the ends of blocks and lines among them. */
static const uint8_t hot[] = {0, 8, 56, 64, 120, 128, 184, 248};
enum { HOTS = sizeof hot, LINES = TORTURE_SLOTS * 2 };

static unsigned below(uint64_t *random, unsigned limit)
{
    return (unsigned)((rig_random(random) >> 33) % limit);
}

static enum torture_kind kind(uint64_t *random)
{
    unsigned sum = 0, k = 0;
    for (unsigned i = 0; i < TORTURE_KINDS; i++)
        sum += torture_info[i].weight;
    unsigned choice = below(random, sum);
    while (choice >= torture_info[k].weight)
        choice -= torture_info[k++].weight;
    return (enum torture_kind)k;
}

static bool stores(enum torture_kind k)
{
    return (k >= TORTURE_STORE1 && k <= TORTURE_STORE_ACROSS) || k == TORTURE_CONDITIONAL4 || k == TORTURE_CONDITIONAL8;
}

static void place(struct torture_step *step, uint64_t *random)
{
    step->slot = (uint8_t)below(random, TORTURE_SLOTS);
    step->bytes = torture_info[step->kind].bytes;
    unsigned at = hot[below(random, HOTS)];
    switch (step->kind) {
    case TORTURE_LOAD_ACROSS:
    case TORTURE_STORE_ACROSS: /* from inside one of the used doublewords on, but not past the pair */
        step->bytes = (uint8_t)(2 << below(random, 3));
        at += below(random, 8);
        if (at + step->bytes > TORTURE_PAIR)
            at = TORTURE_PAIR - step->bytes;
        break;
    case TORTURE_FLUSH:
    case TORTURE_CLEAN:
    case TORTURE_TOUCH:
        break;
    default:
        if (step->bytes == 16)
            at &= ~15U;
        else if (step->bytes != 0)
            at += below(random, 8) & ~(step->bytes - 1U);
        break;
    }
    step->offset = (uint8_t)at;
}

/* Its room in the log; two doublewords of a vector are aligned. */
static void take_log(struct torture_program *program, struct torture_step *step)
{
    if (step->kind == TORTURE_LOAD16)
        program->log = (program->log + 1) & ~1U;
    step->log = (uint16_t)program->log;
    program->log += torture_info[step->kind].results;
}

static void make_program(struct torture_program *program, unsigned thread, uint64_t *random, unsigned zeros)
{
    unsigned values = 0, zero_step[LINES], patch = zeros >> LINES & 1 ? below(random, TORTURE_STEPS) : TORTURE_STEPS;
    for (unsigned line = 0; line < LINES; line++)
        zero_step[line] = zeros >> line & 1 ? below(random, TORTURE_STEPS) : TORTURE_STEPS;
    memset(program, 0, sizeof *program);
    for (unsigned i = 0; i < TORTURE_STEPS; i++) {
        struct torture_step *step = &program->step[program->steps++];
        do
            step->kind = kind(random);
        while (stores(step->kind) && values == TORTURE_VALUES);
        place(step, random);
        step->choice = (uint8_t)below(random, 60); /* divided by all the numbers of choices */
        for (unsigned line = 0; line < LINES; line++)
            if (zero_step[line] == i)
                *step = (struct torture_step){.kind = TORTURE_ZERO,
                                              .slot = (uint8_t)(line / 2),
                                              .offset = (uint8_t)(line % 2 * SIM_LINE),
                                              .bytes = SIM_LINE};
        if (i == patch)
            step->kind = TORTURE_PATCH;
        if (stores(step->kind))
            step->value = (uint8_t)(thread * TORTURE_VALUES + 1 + values++);
        take_log(program, step);
    }
    program->log = (program->log + 1) & ~1U;
}

void torture_make(struct torture *torture)
{
    uint64_t random = torture->seed;
    for (unsigned p = 0; p < TORTURE_PROGRAMS; p++) {
        unsigned zeros[TORTURE_THREADS] = {0}; /* bit n: dcbz of line n; the one above them: changes the routine */
        for (unsigned line = 0; line < LINES; line++)
            if (below(&random, 3) == 0)
                zeros[below(&random, TORTURE_THREADS)] |= 1U << line;
        if (p % 2 == 0)
            zeros[below(&random, TORTURE_THREADS)] |= 1U << LINES;
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
            make_program(&torture->program[p][thread], thread, &random, zeros[thread]);
    }
}

void torture_count(const struct torture *torture, uint64_t steps[TORTURE_KINDS])
{
    memset(steps, 0, TORTURE_KINDS * sizeof *steps);
    for (unsigned p = 0; p < TORTURE_PROGRAMS; p++) {
        unsigned times = (torture->epochs + TORTURE_PROGRAMS - 1 - p) / TORTURE_PROGRAMS;
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
            for (unsigned i = 0; i < torture->program[p][thread].steps; i++)
                steps[torture->program[p][thread].step[i].kind] += times;
    }
}
