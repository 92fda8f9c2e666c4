#include "models/xenon/asm/program.h"
#include "tests/cases/isa/make/suite.h"
#include "tests/conformance/isa_qemu/qemu.h"

#include <stdlib.h>
#include <string.h>

#define BASE   UINT64_C(0x82010000)
#define RETURN UINT64_C(0xBCBCBCBC)

enum { WORDS_MAX = 32, STEPS_MAX = 1000 };

static struct qemu qemu;

void suite_oracle_open(const char *program, const char *guest)
{
    qemu_open(&qemu, program, "970", guest);
}

void suite_oracle_close(void)
{
    qemu_close(&qemu);
}

struct words {
    uint32_t word[WORDS_MAX];
    unsigned count;
};

/* The test's lines and its blr, as words. */
static struct words assemble(const struct suite_file *file, const struct suite_test *test)
{
    char text[SUITE_TEXT_MAX + 16], name[24];
    struct xenon_program program;
    struct sim_error error;
    struct words words = {.count = 0};
    suite_name(name, file->op);
    int size = snprintf(text, sizeof text, "%s  blr\n", test->text);
    if (xenon_assemble(&program, name, text, (size_t)size, BASE, &error) != SIM_OK) {
        fprintf(stderr, "isa_cases: %s\n%s", error.text, text);
        exit(1);
    }
    for (size_t i = 0; i + 4 <= program.size && words.count < WORDS_MAX; i += 4)
        words.word[words.count++] = (uint32_t)program.bytes[i] << 24 | (uint32_t)program.bytes[i + 1] << 16 |
                                    (uint32_t)program.bytes[i + 2] << 8 | program.bytes[i + 3];
    xenon_program_free(&program);
    return words;
}

/* Runs to the return or to an interrupt. False when the reference has no opinion. */
static bool run_reference(struct isa_reference *r, const struct words *words)
{
    r->nia = BASE;
    r->lr = RETURN;
    for (unsigned steps = 0; steps < STEPS_MAX; steps++) {
        r->cia = r->nia;
        if (r->cia == RETURN)
            return true;
        if (r->cia < BASE || r->cia >= BASE + 4 * words->count ||
            !isa_reference_execute(r, words->word[(r->cia - BASE) / 4]))
            return false;
        if (r->interrupt)
            return true;
    }
    return false;
}

/* QEMU has its window of memory elsewhere: registers that point into ours are moved there and back. */
static uint64_t moved(uint64_t value, uint64_t from, uint64_t to)
{
    return value - from < GUEST_WINDOW_SIZE ? value - from + to : value;
}

/* What the words before the blr do in QEMU. */
static bool run_qemu(struct isa_reference *r, const struct words *words)
{
    struct block block = {.count = words->count - 1};
    static struct state state;
    if (block.count > BLOCK_MAX)
        return false;
    memcpy(block.word, words->word, sizeof(uint32_t) * block.count);
    memset(&state, 0, sizeof state);
    for (unsigned i = 0; i < 32; i++) {
        state.r.gpr[i] = moved(r->gpr[i], SUITE_WINDOW, GUEST_WINDOW);
        state.r.fpr[i] = r->fpr[i];
        for (unsigned j = 0; j < 16; j++)
            state.r.vr[i][j / 8] = state.r.vr[i][j / 8] << 8 | r->vr[i][j];
    }
    state.r.vscr[1] = r->vscr;
    state.r.cr = r->cr;
    state.r.xer = r->xer;
    state.r.fpscr = r->fpscr;
    state.r.ctr = r->ctr;
    memcpy(state.window, r->memory, sizeof state.window);
    qemu_put_block(&qemu, 0, &block);
    qemu_put_case(&qemu, 0, 0, &block, &state);
    qemu_start(&qemu, 0, 1);
    if (!qemu_wait(&qemu, 0))
        return false;
    const struct outcome outcome = qemu_outcome(&qemu, 0, 0);
    if (outcome.ending.kind != ENDED)
        return false;
    for (unsigned i = 0; i < 32; i++) {
        r->gpr[i] = moved(outcome.state.r.gpr[i], GUEST_WINDOW, SUITE_WINDOW);
        r->fpr[i] = outcome.state.r.fpr[i];
        for (unsigned j = 0; j < 16; j++)
            r->vr[i][j] = (uint8_t)(outcome.state.r.vr[i][j / 8] >> (56 - 8 * (j % 8)));
    }
    r->vscr = (uint32_t)outcome.state.r.vscr[1];
    r->cr = (uint32_t)outcome.state.r.cr;
    r->xer = (uint32_t)outcome.state.r.xer;
    r->fpscr = (uint32_t)outcome.state.r.fpscr;
    r->ctr = outcome.state.r.ctr;
    memcpy(r->memory, outcome.state.window, sizeof r->memory);
    return true;
}

static bool same_registers(const struct isa_reference *a, const struct isa_reference *b)
{
    return memcmp(a->gpr, b->gpr, sizeof a->gpr) == 0 && memcmp(a->fpr, b->fpr, sizeof a->fpr) == 0 &&
           memcmp(a->vr, b->vr, sizeof a->vr[0] * 32) == 0 && a->cr == b->cr && a->xer == b->xer && a->ctr == b->ctr &&
           a->fpscr == b->fpscr && a->vscr == b->vscr && memcmp(a->memory, b->memory, sizeof a->memory) == 0;
}

/* What QEMU does not know, or what of the machine's state is not its to change; its code lies elsewhere, too. */
static bool only_here(enum xenon_op op)
{
    return xenon_op_info[op].group == XENON_SYSTEM || xenon_op_info[op].group == XENON_VMX128 || op == XENON_OP_B ||
           op == XENON_OP_BC || op == XENON_OP_BCLR || op == XENON_OP_BCCTR || op == XENON_OP_SC;
}

void suite_run(struct suite_file *file)
{
    const struct xenon_op_info *info = &xenon_op_info[file->op];
    file->oracle = isa_reference_mnemonic(info->match) ? SUITE_REFERENCE : SUITE_QEMU;
    file->agree = 0;
    for (unsigned i = 0; i < file->tests; i++) {
        struct suite_test *test = &file->test[i];
        const struct words words = assemble(file, test);
        static struct isa_reference wide, confirmed;
        test->out = test->in;
        if (!(file->oracle == SUITE_QEMU ? run_qemu(&test->out, &words) : run_reference(&test->out, &words))) {
            fprintf(stderr, "isa_cases: no oracle says what happens in test %u of %s:\n%s", i + 1, info->mnemonic,
                    test->text);
            exit(1);
        }
        if (file->oracle == SUITE_QEMU || only_here(file->op) || test->out.interrupt)
            continue;
        wide = confirmed = test->in;
        wide.msr |= XENON_MSR_SF;
        file->agree +=
            run_reference(&wide, &words) && run_qemu(&confirmed, &words) && same_registers(&wide, &confirmed);
    }
}
