#include "tests/conformance/isa_qemu/report.h"

#include <stdio.h>
#include <string.h>

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
    for (unsigned i = 0; i < block->count; i++) {
        enum xenon_op op = xenon_op_of(block->word[i]);
        printf("  %06llx  %08x  %s\n", (unsigned long long)block_start(block) + 4ULL * i, block->word[i],
               xenon_op_info[op].mnemonic);
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
