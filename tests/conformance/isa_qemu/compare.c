#include "tests/conformance/isa_qemu/compare.h"

#include "tests/conformance/isa_qemu/random.h"
#include "tests/conformance/isa_qemu/report.h"

#include <stdio.h>
#include <string.h>

static void count_dropped(struct tally *tally, const char *why)
{
    unsigned i = 0;
    while (i < tally->reasons && tally->dropped[i].why != why)
        i++;
    if (i == tally->reasons && i < REASONS_MAX) {
        tally->reasons++;
        tally->dropped[i].why = why;
    }
    if (i < REASONS_MAX)
        tally->dropped[i].cases++;
}

/* Changes one bit of what the model did, one that is compared. */
static void corrupt(struct outcome *outcome, uint64_t seed)
{
    struct random r = random_from(seed, 3);
    const struct notes *n = &outcome->notes;
    uint32_t vectors = n->close_vr, floats = n->fpr | n->close_fpr;
    uint64_t bit = UINT64_C(1) << random_below(&r, 64);
    unsigned i = random_below(&r, 32);
    switch (random_below(&r, 5)) {
    case 0:
        outcome->state.r.gpr[i] ^= bit;
        break;
    case 1:
        *(floats >> i & 1 ? &outcome->state.r.lr : &outcome->state.r.fpr[i]) ^= bit;
        break;
    case 2:
        *(vectors >> i & 1 ? &outcome->state.r.ctr : &outcome->state.r.vr[i][seed & 1]) ^= bit;
        break;
    case 3:
        *(n->fpscr & bit || bit >> 32 ? &outcome->state.r.xer : &outcome->state.r.fpscr) ^= bit;
        break;
    default:
        outcome->state.window[random_below(&r, GUEST_WINDOW_SIZE)] ^= 1 << (i & 7);
        break;
    }
}

/* Generates cases and has the model run them until a batch is full. No two blocks of a batch share a slot. */
static void fill(struct comparison *c, unsigned batch)
{
    struct block block;
    uint64_t loaded = UINT64_MAX, first = c->next / BLOCK_STATES;
    unsigned n = 0;
    for (; c->next < c->end && n < BATCH_CASES && c->next / BLOCK_STATES - first < SLOT_COUNT; c->next++) {
        if (c->next / BLOCK_STATES != loaded) {
            loaded = c->next / BLOCK_STATES;
            block = generate_block(&c->generator, c->next);
            model_load(&c->model, &block);
            qemu_put_block(&c->qemu, batch, &block);
        }
        struct state state = generate_state(&block, c->next);
        struct tried *tried = &c->tried[batch][n];
        const char *why = model_run(&c->model, &block, &state, &tried->outcome);
        if (why != NULL) {
            count_dropped(&c->tally, why);
            continue;
        }
        if (c->fault)
            corrupt(&tried->outcome, c->next);
        tried->seed = c->next;
        tried->wrong = c->model.wrong;
        tried->executed = (uint8_t)c->model.executed;
        memcpy(tried->op, c->model.op, c->model.executed * sizeof(tried->op[0]));
        qemu_put_case(&c->qemu, batch, n++, &block, &state);
    }
    c->cases[batch] = n;
}

struct single {
    struct outcome model, qemu;
    const char *dropped, *wrong;
    bool answered;
};

/* One case alone. QEMU must have no batch. */
static struct single run_single(struct comparison *c, const struct block *block, const struct state *state)
{
    struct single s = {.answered = true};
    model_load(&c->model, block);
    s.dropped = model_run(&c->model, block, state, &s.model);
    s.wrong = c->model.wrong;
    if (s.dropped != NULL)
        return s;
    qemu_put_block(&c->qemu, BATCH_SINGLE, block);
    qemu_put_case(&c->qemu, BATCH_SINGLE, 0, block, state);
    qemu_start(&c->qemu, BATCH_SINGLE, 1);
    s.answered = qemu_wait(&c->qemu, BATCH_SINGLE);
    if (s.answered)
        s.qemu = qemu_outcome(&c->qemu, BATCH_SINGLE, 0);
    outcome_ignore(&s.qemu, &s.model);
    return s;
}

static bool fails(struct comparison *c, const struct block *block, const struct state *state)
{
    struct single s = run_single(c, block, state);
    return s.dropped == NULL && (!s.answered || s.wrong != NULL || !outcomes_equal(&s.model, &s.qemu));
}

/* Takes away instructions, then what registers and memory hold, as long as the two still differ. */
static void minimise(struct comparison *c, struct block *block, struct state *state)
{
    enum { NOP = 0x60000000 };
    for (unsigned i = 0; i < block->count; i++) {
        uint32_t word = block->word[i];
        block->word[i] = NOP;
        if (word != NOP && !fails(c, block, state))
            block->word[i] = word;
    }
    uint64_t words[sizeof(*state) / 8];
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct state smaller;
        memcpy(words, state, sizeof(words));
        if (words[i] == 0)
            continue;
        words[i] = 0;
        memcpy(&smaller, words, sizeof(words));
        if (fails(c, block, &smaller))
            *state = smaller;
    }
}

static void show(struct comparison *c, uint64_t seed)
{
    struct block block = generate_block(&c->generator, seed);
    struct state state = generate_state(&block, seed);
    printf("\ndifference of seed %llu; again: isa_qemu --seed %llu --cases 1", (unsigned long long)seed,
           (unsigned long long)seed);
    if (c->only != NULL)
        printf(" --only '%s'", c->only);
    if (strcmp(c->cpu, "970") != 0)
        printf(" --cpu %s", c->cpu);
    putchar('\n');
    struct block smaller = block;
    if (!fails(c, &block, &state)) {
        printf("  not alone: only after the cases before it\n");
        return;
    }
    minimise(c, &smaller, &state);
    struct single s = run_single(c, &smaller, &state);
    report_difference(&smaller, &state, &s.model, &s.qemu);
    if (!s.answered)
        printf("  QEMU did not come back\n");
    if (s.wrong != NULL)
        printf("  %s\n", s.wrong);
}

static void failed(struct comparison *c, uint64_t seed)
{
    c->tally.failed++;
    if (c->show > 0 && seed / BLOCK_STATES != c->shown) { /* one of a block is enough */
        c->show--;
        c->shown = seed / BLOCK_STATES;
        show(c, seed);
    }
}

static void check(struct comparison *c, unsigned batch)
{
    static uint64_t seeds[BATCH_CASES]; /* those that failed: to show one, the shared memory is needed */
    unsigned count = 0;
    for (unsigned i = 0; i < c->cases[batch]; i++) {
        const struct tried *tried = &c->tried[batch][i];
        struct outcome qemu = qemu_outcome(&c->qemu, batch, i);
        outcome_ignore(&qemu, &tried->outcome);
        bool equal = tried->wrong == NULL && outcomes_equal(&tried->outcome, &qemu);
        if (c->fault) {
            *(equal ? &c->tally.failed : &c->tally.passed) += 1;
            continue;
        }
        if (!equal) {
            seeds[count++] = tried->seed;
            continue;
        }
        c->tally.passed++;
        c->tally.ended[tried->outcome.ending.kind]++;
        for (unsigned k = 0; k < tried->executed; k++)
            c->tally.executed[tried->op[k]]++;
    }
    for (unsigned i = 0; i < count; i++)
        failed(c, seeds[i]);
}

/* QEMU died or hung somewhere in the batch: its cases one by one. */
static void check_singly(struct comparison *c, unsigned batch)
{
    for (unsigned i = 0; i < c->cases[batch]; i++) {
        const struct tried *tried = &c->tried[batch][i];
        struct block block = generate_block(&c->generator, tried->seed);
        struct state state = generate_state(&block, tried->seed);
        if (fails(c, &block, &state))
            failed(c, tried->seed);
        else
            c->tally.passed++;
    }
}

void compare_seeds(struct comparison *c, uint64_t first, uint64_t count)
{
    c->shown = UINT64_MAX;
    c->next = first;
    c->end = first + count;
    unsigned batch = 0;
    fill(c, batch);
    while (c->cases[batch] > 0 || c->next < c->end) {
        qemu_start(&c->qemu, batch, c->cases[batch]);
        fill(c, batch ^ 1);
        if (qemu_wait(&c->qemu, batch))
            check(c, batch);
        else
            check_singly(c, batch);
        batch ^= 1;
    }
}
