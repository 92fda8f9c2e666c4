/* What the threads have left, epoch by epoch: the lines (check_lines.c), and what they did for one another. */
#include "tests/conformance/memory/torture.h"

#include <stdlib.h>
#include <string.h>

#define LOGS     UINT64_C(0x4000000)
#define LOG_SIZE UINT64_C(0x4000000)
#define LAST     UINT64_C(0x1C000000)

enum { SHOWN = 3, LAST_WORDS = TORTURE_SLOTS * TORTURE_PAIR / 8, LOG_WORDS = 6 * TORTURE_STEPS };

/* Numbers that must all come once. */
struct once {
    uint8_t *seen;
    uint64_t count, due;
};

struct checker {
    FILE *out;
    uint64_t faults;
    struct once counter[TORTURE_COUNTERS], locked;
    uint64_t sent[TORTURE_THREADS];
    uint64_t heard[TORTURE_THREADS][TORTURE_THREADS][5]; /* by whom, of whom: number and words, that never go back */
    uint64_t version[TORTURE_THREADS], patches;
};

static void complain(struct checker *c, unsigned epoch, unsigned thread, const char *what, const uint64_t *word,
                     unsigned words)
{
    if (c->faults++ >= SHOWN)
        return;
    fprintf(c->out, "epoch %u, thread %u: %s:", epoch, thread, what);
    for (unsigned i = 0; i < words; i++)
        fprintf(c->out, " %llu", (unsigned long long)word[i]);
    fputc('\n', c->out);
}

static bool first_time(struct once *once, uint64_t number)
{
    bool good = number < once->due && !(once->seen[number / 8] >> number % 8 & 1);
    if (good) {
        once->seen[number / 8] |= (uint8_t)(1u << number % 8);
        once->count++;
    }
    return good;
}

static void check_message(struct checker *c, unsigned epoch, unsigned thread, unsigned from, const uint64_t *word)
{
    uint64_t *heard = c->heard[thread][from];
    bool good = true, backwards = false;
    for (unsigned i = 0; i < 5; i++) {
        good &= word[i] >= word[0] && word[i] <= c->sent[from];
        backwards |= word[i] < heard[i];
        heard[i] = word[i];
    }
    if (!good)
        complain(c, epoch, thread, "a message older than its number, or never sent", word, 5);
    if (backwards)
        complain(c, epoch, thread, "a message older than one that was received before", word, 5);
}

static void check_step(struct checker *c, unsigned epoch, unsigned thread, const struct torture_step *step,
                       const uint64_t *word)
{
    switch (step->kind) {
    case TORTURE_ADD4:
    case TORTURE_ADD8:
        if (!first_time(&c->counter[step->choice % 2 + (step->kind == TORTURE_ADD8 ? 2 : 0)], word[0]))
            complain(c, epoch, thread, "an atomic increment found a number for the second time", word, 1);
        break;
    case TORTURE_LOCKED:
        if (word[0] != word[1] || word[0] != word[2] || word[0] != word[3])
            complain(c, epoch, thread, "under the lock, words of different times", word, 4);
        if (!first_time(&c->locked, word[0]))
            complain(c, epoch, thread, "under the lock, a number for the second time", word, 1);
        break;
    case TORTURE_RECEIVE:
        check_message(c, epoch, thread, step->choice % TORTURE_THREADS, word);
        break;
    case TORTURE_CALL:
        if (word[0] < word[1] || word[0] > c->patches || word[1] < c->version[thread])
            complain(c, epoch, thread, "the routine is older than the version that was read before it", word, 3);
        c->version[thread] = word[1];
        break;
    default:
        break;
    }
}

/* Messages may be heard before their sender's log is looked at: what is sent in the epoch counts first. */
static void check_epoch(struct checker *c, const struct torture *torture, unsigned epoch,
                        const uint64_t *const log[TORTURE_THREADS])
{
    const struct torture_program *program = torture->program[epoch % TORTURE_PROGRAMS];
    for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
        for (unsigned i = 0; i < program[thread].steps; i++) {
            c->sent[thread] += program[thread].step[i].kind == TORTURE_SEND;
            c->patches += program[thread].step[i].kind == TORTURE_PATCH;
        }
    for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
        for (unsigned i = 0; i < program[thread].steps; i++) {
            const struct torture_step *step = &program[thread].step[i];
            check_step(c, epoch, thread, step, log[thread] + step->log);
        }
}

static void read_words(const struct board_guest *guest, uint64_t address, uint64_t *word, unsigned words)
{
    uint8_t bytes[8 * LOG_WORDS];
    SIM_CHECK(words <= LOG_WORDS, "a log of %u words", words);
    board_guest_read(guest, address, bytes, 8 * (size_t)words);
    sim_bytes_to_words(word, bytes, words);
}

static void expect(struct once *once, uint64_t due)
{
    once->due = due;
    once->seen = calloc(1, due / 8 + 1);
    SIM_CHECK(once->seen != NULL, "out of memory");
}

/* How often each counter is incremented and the lock taken. */
static void find_due(struct checker *c, const struct torture *torture)
{
    uint64_t due[TORTURE_COUNTERS + 1] = {0};
    for (unsigned epoch = 0; epoch < torture->epochs; epoch++)
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++)
            for (unsigned i = 0; i < TORTURE_STEPS; i++) {
                const struct torture_step *step = &torture->program[epoch % TORTURE_PROGRAMS][thread].step[i];
                due[step->choice % 2] += step->kind == TORTURE_ADD4;
                due[step->choice % 2 + 2] += step->kind == TORTURE_ADD8;
                due[TORTURE_COUNTERS] += step->kind == TORTURE_LOCKED;
            }
    for (unsigned i = 0; i < TORTURE_COUNTERS; i++)
        expect(&c->counter[i], due[i]);
    expect(&c->locked, due[TORTURE_COUNTERS]);
}

uint64_t torture_check(const struct torture *torture, const struct board_guest *guest, FILE *out)
{
    static struct checker c;
    static uint64_t log[TORTURE_THREADS][LOG_WORDS], last[LAST_WORDS];
    uint64_t at[TORTURE_THREADS] = {0};
    FILE *nowhere = fopen("/dev/null", "w");
    SIM_CHECK(nowhere != NULL, "no /dev/null");
    c = (struct checker){.out = out};
    find_due(&c, torture);
    for (unsigned epoch = 0; epoch < torture->epochs; epoch++) {
        const struct torture_program *program[TORTURE_THREADS];
        const uint64_t *words[TORTURE_THREADS];
        for (unsigned thread = 0; thread < TORTURE_THREADS; thread++) {
            program[thread] = &torture->program[epoch % TORTURE_PROGRAMS][thread];
            words[thread] = log[thread];
            read_words(guest, LOGS + thread * LOG_SIZE + at[thread], log[thread], program[thread]->log);
            at[thread] += 8 * (uint64_t)program[thread]->log;
        }
        read_words(guest, LAST + sizeof last * (uint64_t)epoch, last, LAST_WORDS);
        c.faults += torture_check_lines(program, words, last, epoch, c.faults < SHOWN ? out : nowhere);
        check_epoch(&c, torture, epoch, words);
    }
    fclose(nowhere);
    for (unsigned i = 0; i < TORTURE_COUNTERS; i++)
        free(c.counter[i].seen);
    free(c.locked.seen);
    return c.faults;
}
