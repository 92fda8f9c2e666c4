/* The guest harness: takes batches of cases from the shared memory, runs each one's block with each register as the
 * case says, and leaves all registers, the window of memory and, if there was one, the signal. Freestanding. */
#include "tests/conformance/isa_qemu/protocol.h"

#include <stdbool.h>
#include <stddef.h>

enum { SYS_EXIT = 1, SYS_READ = 3, SYS_WRITE = 4, SYS_MMAP = 90, SYS_RT_SIGACTION = 173, SYS_SIGALTSTACK = 185 };
enum { SIGNAL_ILL = 4, SIGNAL_TRAP = 5, SIGNAL_BUS = 7, SIGNAL_FPE = 8, SIGNAL_SEGV = 11 };
enum { PROT_ALL = 7, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20 };
enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_NODEFER = 0x40000000 };

/* The kernel's structures, as far as they matter here. */
struct kernel_sigaction {
    void (*handler)(int, const uint8_t *, const uint8_t *);
    uint64_t flags;
    uint64_t restorer, mask;
};

struct kernel_stack {
    void *base;
    int32_t flags;
    uint64_t size;
};

enum { INFO_CODE = 8, INFO_ADDRESS = 16, CONTEXT_GREGS = 232, CONTEXT_FREGS = 616 };
enum { GREG_NIP = 32, GREG_CTR = 35, GREG_LR = 36, GREG_XER = 37, GREG_CR = 38, FREG_FPSCR = 32 };

extern const uint64_t block_exit_address;
void enter(const struct guest_state *state, uint64_t entry, struct guest_state *result);
void resume(void) __attribute__((noreturn));
void save_floats_and_vectors(struct guest_state *result);
int main(void);

static struct guest_result *current;
static uint8_t signal_stack[65536] __attribute__((aligned(16)));

static int64_t system_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    register uint64_t r0 __asm__("r0") = number;
    register uint64_t r3 __asm__("r3") = a;
    register uint64_t r4 __asm__("r4") = b;
    register uint64_t r5 __asm__("r5") = c;
    register uint64_t r6 __asm__("r6") = d;
    register uint64_t r7 __asm__("r7") = e;
    register uint64_t r8 __asm__("r8") = f;
    __asm__ volatile("sc\n\tbns+ 1f\n\tneg 3, 3\n1:"
                     : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
                     :
                     : "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
    return (int64_t)r3;
}

static void leave(const char *why)
{
    size_t length = 0;
    while (why[length] != 0)
        length++;
    system_call(SYS_WRITE, 2, (uint64_t)why, length, 0, 0, 0);
    system_call(SYS_EXIT, *why != 0, 0, 0, 0, 0, 0);
}

static void map(uint64_t address, uint64_t size, uint64_t flags, int fd)
{
    if (system_call(SYS_MMAP, address, size, PROT_ALL, flags | MAP_FIXED, (uint64_t)fd, 0) != (int64_t)address)
        leave("isa_qemu guest: cannot map its memory\n");
}

static uint64_t word_at(const uint8_t *base, size_t offset)
{
    return *(const uint64_t *)(base + offset);
}

/* The registers are as the block left them: the general ones in the context, the others where they always are. */
static void on_signal(int number, const uint8_t *info, const uint8_t *context)
{
    struct guest_state *state = &current->state;
    save_floats_and_vectors(state);
    const uint8_t *gregs = context + CONTEXT_GREGS;
    for (unsigned i = 0; i < 32; i++)
        state->gpr[i] = word_at(gregs, 8 * i);
    state->lr = word_at(gregs, 8 * GREG_LR);
    state->ctr = word_at(gregs, 8 * GREG_CTR);
    state->cr = word_at(gregs, 8 * GREG_CR);
    state->xer = word_at(gregs, 8 * GREG_XER);
    state->fpscr = word_at(context, CONTEXT_FREGS + 8 * FREG_FPSCR);
    uint64_t vrsave;
    __asm__ volatile("mfspr %0, 256" : "=r"(vrsave));
    state->vrsave = vrsave;
    current->signal = (uint64_t)number;
    current->code = *(const uint32_t *)(info + INFO_CODE);
    current->nip = word_at(gregs, 8 * GREG_NIP);
    current->address = word_at(info, INFO_ADDRESS);
    resume();
}

static void copy(void *to, const void *from, size_t size)
{
    uint64_t *t = to;
    const uint64_t *f = from;
    for (size_t i = 0; i < size / 8; i++)
        t[i] = f[i];
}

static void run(struct guest_batch *batch)
{
    copy((void *)GUEST_CODE, batch->code, GUEST_CODE_SIZE);
    for (uint64_t line = GUEST_CODE; line < GUEST_CODE + GUEST_CODE_SIZE; line += 32)
        __asm__ volatile("dcbst 0, %0\n\tsync\n\ticbi 0, %0" : : "r"(line) : "memory");
    __asm__ volatile("isync" : : : "memory");

    for (uint64_t i = 0; i < batch->cases; i++) {
        const struct guest_case *in = &batch->in[i];
        current = &batch->out[i];
        current->signal = current->code = current->nip = current->address = 0;
        copy((void *)GUEST_WINDOW, in->window, GUEST_WINDOW_SIZE);
        enter(&in->state, in->entry, &current->state);
        copy(current->window, (void *)GUEST_WINDOW, GUEST_WINDOW_SIZE);
    }
}

int main(void)
{
    static const int signals[] = {SIGNAL_ILL, SIGNAL_TRAP, SIGNAL_BUS, SIGNAL_FPE, SIGNAL_SEGV};
    const struct kernel_sigaction action = {.handler = on_signal, .flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    const struct kernel_stack stack = {signal_stack, 0, sizeof(signal_stack)};

    if (block_exit_address != GUEST_EXIT)
        leave("isa_qemu guest: it is not linked at its address\n");
    map(GUEST_SCRATCH, 0x1000, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    map(GUEST_CODE, GUEST_CODE_SIZE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    map(GUEST_DATA, GUEST_DATA_SIZE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    map(GUEST_SHARED, BATCH_COUNT * sizeof(struct guest_batch), MAP_SHARED, 3);
    system_call(SYS_SIGALTSTACK, (uint64_t)&stack, 0, 0, 0, 0, 0);
    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        system_call(SYS_RT_SIGACTION, (uint64_t)signals[i], (uint64_t)&action, 0, 8, 0, 0);

    uint8_t number;
    while (system_call(SYS_READ, 0, (uint64_t)&number, 1, 0, 0, 0) == 1 && number < BATCH_COUNT) {
        run((struct guest_batch *)(uintptr_t)GUEST_SHARED + number);
        system_call(SYS_WRITE, 1, (uint64_t)&number, 1, 0, 0, 0);
    }
    leave("");
    return 0;
}
