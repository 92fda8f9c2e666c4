#include "tests/conformance/isa_qemu/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The guest's memory begins here in QEMU's address space, so that its first pages may be used and nothing lies behind
 * its last. */
#define GUEST_BASE "0x10000000000"

enum { ANSWER_MS = 20000, SHARED_FD = 3 };

static void fail(const char *what)
{
    fprintf(stderr, "isa_qemu: %s: %s\n", what, strerror(errno));
    exit(4);
}

static void launch(struct qemu *q)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        fail("no pipe");
    fflush(NULL);
    q->child = fork();
    if (q->child < 0)
        fail("no process");
    if (q->child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int shared = fcntl(q->memory, F_DUPFD, 10); /* out of the way of the three */
        if (dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0 || dup2(shared, SHARED_FD) < 0)
            _exit(127);
        close(shared);
        execlp(q->program, q->program, "-B", GUEST_BASE, "-cpu", q->cpu, q->guest, (char *)NULL);
        fprintf(stderr, "isa_qemu: cannot start %s: %s\n", q->program, strerror(errno));
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    q->to = to[1];
    q->from = from[0];
}

static void finish(struct qemu *q)
{
    close(q->to);
    close(q->from);
    kill(q->child, SIGKILL);
    waitpid(q->child, NULL, 0);
}

void qemu_open(struct qemu *q, const char *program, const char *cpu, const char *guest)
{
    *q = (struct qemu){.program = program, .cpu = cpu, .guest = guest};
    size_t size = BATCH_COUNT * sizeof(struct guest_batch);
    signal(SIGPIPE, SIG_IGN);
    q->memory = memfd_create("isa_qemu", MFD_CLOEXEC);
    if (q->memory < 0 || ftruncate(q->memory, (off_t)size) != 0)
        fail("no shared memory");
    q->batch = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, q->memory, 0);
    if (q->batch == MAP_FAILED)
        fail("no shared memory");
    launch(q);
    qemu_start(q, 0, 0);
    if (!qemu_wait(q, 0)) {
        fprintf(stderr, "isa_qemu: %s does not run %s\n", program, guest);
        exit(4);
    }
}

void qemu_close(struct qemu *q)
{
    finish(q);
    munmap(q->batch, BATCH_COUNT * sizeof(struct guest_batch));
    close(q->memory);
}

static void put_word(uint8_t *at, uint32_t word)
{
    word = __builtin_bswap32(word);
    memcpy(at, &word, 4);
}

void qemu_put_block(struct qemu *q, unsigned batch, const struct block *block)
{
    uint8_t *code = &q->batch[batch].code[block_entry(block) - GUEST_CODE];
    put_word(code, 0xE8000000 | SCRATCH_CTR); /* ld r0, SCRATCH_CTR(0) */
    put_word(code + 4, 0x7C0903A6);           /* mtctr r0              */
    put_word(code + 8, 0xE8000000 | SCRATCH_R0);
    for (unsigned i = 0; i < block->count; i++)
        put_word(code + 4 * (PROLOGUE + i), block->word[i]);
    put_word(code + 4 * (PROLOGUE + block->count), 0x48000002 | GUEST_EXIT); /* ba */
}

/* Between the host's byte order and the guest's. */
static void swap_words(void *to, const void *from, size_t size)
{
    uint64_t *t = to;
    const uint64_t *f = from;
    for (size_t i = 0; i < size / 8; i++)
        t[i] = __builtin_bswap64(f[i]);
}

void qemu_put_case(struct qemu *q, unsigned batch, unsigned i, const struct block *block, const struct state *state)
{
    struct guest_case *c = &q->batch[batch].in[i];
    swap_words(&c->state, &state->r, sizeof(state->r));
    c->entry = __builtin_bswap64(block_entry(block));
    memcpy(c->window, state->window, sizeof(c->window));
}

void qemu_start(struct qemu *q, unsigned batch, unsigned cases)
{
    uint8_t number = (uint8_t)batch;
    q->batch[batch].cases = __builtin_bswap64(cases);
    if (write(q->to, &number, 1) != 1 && errno != EPIPE) /* the dead are noticed when waited for */
        fail("cannot talk to QEMU");
}

bool qemu_wait(struct qemu *q, unsigned batch)
{
    struct pollfd poll_from = {.fd = q->from, .events = POLLIN};
    uint8_t number;
    int ready;
    do
        ready = poll(&poll_from, 1, ANSWER_MS);
    while (ready < 0 && errno == EINTR);
    if (ready == 1 && read(q->from, &number, 1) == 1 && number == batch)
        return true;
    finish(q);
    launch(q);
    return false;
}

static enum ending_kind kind_of(uint64_t signal, uint64_t code)
{
    enum { ILL_PRVOPC = 5, ILL_PRVREG = 6 };
    switch (signal) {
    case 0:
        return ENDED;
    case SIGILL:
        return code == ILL_PRVOPC || code == ILL_PRVREG ? ENDED_PRIVILEGED : ENDED_ILLEGAL;
    case SIGTRAP:
        return ENDED_TRAP;
    case SIGFPE:
        return ENDED_FP;
    case SIGBUS:
        return ENDED_ALIGNMENT;
    case SIGSEGV:
        return ENDED_STORAGE;
    default:
        return ENDED_OTHERWISE;
    }
}

struct outcome qemu_outcome(const struct qemu *q, unsigned batch, unsigned i)
{
    const struct guest_result *r = &q->batch[batch].out[i];
    struct outcome outcome = {0};
    swap_words(&outcome.state.r, &r->state, sizeof(r->state));
    memcpy(outcome.state.window, r->window, sizeof(r->window));
    outcome.ending.kind = kind_of(__builtin_bswap64(r->signal), __builtin_bswap64(r->code));
    outcome.ending.at = __builtin_bswap64(r->nip);
    if (outcome.ending.kind == ENDED_STORAGE)
        outcome.ending.address = __builtin_bswap64(r->address);
    return outcome;
}
