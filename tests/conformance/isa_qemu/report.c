#include "tests/conformance/isa_qemu/report.h"

#include "models/xenon/isa/disasm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool close_to(double a, double b, double tolerance)
{
    return a == b || (isfinite(a) && fabs(a - b) <= fmax(fabs(b) * tolerance, 0x1p-149));
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static double single_of(uint64_t bits)
{
    float value;
    memcpy(&value, &(uint32_t){(uint32_t)bits}, sizeof(value));
    return value;
}

/* The words of a vector register that are close enough become the same. */
static void take_close(uint64_t to[2], const uint64_t from[2], double tolerance)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned shift = i & 1 ? 0 : 32;
        uint64_t mask = (uint64_t)UINT32_MAX << shift;
        if (close_to(single_of(to[i / 2] >> shift), single_of(from[i / 2] >> shift), tolerance))
            to[i / 2] = (to[i / 2] & ~mask) | (from[i / 2] & mask);
    }
}

void outcome_ignore(struct outcome *qemu, const struct outcome *model)
{
    const struct notes *i = &model->notes;
    struct guest_state *to = &qemu->state.r;
    const struct guest_state *from = &model->state.r;
    to->fpscr = (to->fpscr & ~(uint64_t)i->fpscr) | (from->fpscr & i->fpscr);
    to->cr = (to->cr & ~(uint64_t)i->cr) | (from->cr & i->cr);
    for (uint32_t left = i->fpr; left != 0; left &= left - 1)
        to->fpr[__builtin_ctz(left)] = from->fpr[__builtin_ctz(left)];
    for (uint32_t left = i->close_fpr; left != 0; left &= left - 1) {
        unsigned n = (unsigned)__builtin_ctz(left);
        if (close_to(double_of(to->fpr[n]), double_of(from->fpr[n]), i->tolerance))
            to->fpr[n] = from->fpr[n];
    }
    for (uint32_t left = i->close_vr; left != 0; left &= left - 1)
        take_close(to->vr[__builtin_ctz(left)], from->vr[__builtin_ctz(left)], i->tolerance);
}

bool outcomes_equal(const struct outcome *a, const struct outcome *b)
{
    if (a->ending.kind != b->ending.kind || memcmp(&a->state, &b->state, sizeof(a->state)) != 0)
        return false;
    return a->ending.kind == ENDED || (a->ending.at == b->ending.at && a->ending.address == b->ending.address);
}

/* The names of the words of struct guest_state. */
static void name_word(unsigned i, char name[16])
{
    static const char *const rest[] = {"vscr.high", "vscr", "lr", "ctr", "cr", "xer", "fpscr", "vrsave"};
    if (i < 64)
        snprintf(name, 16, "v%u.%s", i / 2, i & 1 ? "right" : "left");
    else if (i < 96)
        snprintf(name, 16, "r%u", i - 64);
    else if (i < 128)
        snprintf(name, 16, "f%u", i - 96);
    else
        snprintf(name, 16, "%s", rest[i - 128]);
}

enum { WORDS = sizeof(struct guest_state) / 8 };

static void print_block(const struct block *block)
{
    char text[XENON_DISASSEMBLY_MAX];
    for (unsigned i = 0; i < block->count; i++) {
        uint64_t pc = block_start(block) + 4 * (uint64_t)i;
        xenon_disassemble(text, sizeof(text), block->word[i], pc, 0);
        printf("  %06llx  %08x  %s\n", (unsigned long long)pc, block->word[i], text);
    }
}

static void print_ending(const char *whose, const struct ending *e)
{
    printf("  %s ends: %s", whose, ending_names[e->kind]);
    if (e->kind != ENDED)
        printf(" at %06llx", (unsigned long long)e->at);
    if (e->kind == ENDED_STORAGE)
        printf(" for %llx", (unsigned long long)e->address);
    putchar('\n');
}

static void print_line(const char *label, const uint8_t *bytes, unsigned offset)
{
    printf("  %-9s %04x  ", label, GUEST_WINDOW + offset);
    for (unsigned i = 0; i < 16; i++)
        printf("%02x%s", bytes[offset + i], i % 4 == 3 ? " " : "");
    putchar('\n');
}

void report_difference(const struct block *block, const struct state *start, const struct outcome *model,
                       const struct outcome *qemu)
{
    uint64_t from[WORDS], ours[WORDS], theirs[WORDS];
    static const uint8_t zeros[16];
    char name[16];
    memcpy(from, &start->r, sizeof(from));
    memcpy(ours, &model->state.r, sizeof(ours));
    memcpy(theirs, &qemu->state.r, sizeof(theirs));

    print_block(block);
    printf("  begins with:\n");
    for (unsigned i = 0; i < WORDS; i++) {
        name_word(i, name);
        if (from[i] != 0)
            printf("    %-9s %016llx\n", name, (unsigned long long)from[i]);
    }
    for (unsigned i = 0; i < GUEST_WINDOW_SIZE; i += 16)
        if (memcmp(start->window + i, zeros, 16) != 0)
            print_line("memory", start->window, i);
    printf("  differs:\n");
    for (unsigned i = 0; i < WORDS; i++) {
        name_word(i, name);
        if (ours[i] != theirs[i])
            printf("    %-9s model %016llx  QEMU %016llx\n", name, (unsigned long long)ours[i],
                   (unsigned long long)theirs[i]);
    }
    for (unsigned i = 0; i < GUEST_WINDOW_SIZE; i += 16)
        if (memcmp(model->state.window + i, qemu->state.window + i, 16) != 0) {
            print_line("model", model->state.window, i);
            print_line("QEMU", qemu->state.window, i);
        }
    print_ending("the model", &model->ending);
    print_ending("QEMU     ", &qemu->ending);
}
