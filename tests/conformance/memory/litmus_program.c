/* The program: litmus.s of tests/guest/memory, then a body for each part of each case, then the rows. */
#include "tests/conformance/memory/litmus.h"
#include "tests/support/board_guest.h"

#include <string.h>

enum { NOBODY = 255, SET_LINE = 128, RESULTS = 3 * SET_LINE };

/* Which part each of threads 0 to 4 has: on cores of their own, but for the fourth, beside the first; pairs. */
static const uint8_t part_of[LITMUS_PLACEMENTS][LITMUS_WORKERS] = {{0, 3, 1, NOBODY, 2}, {0, 1, 2, 3, NOBODY}};

struct dependency {
    char letter;
    bool on; /* there was a load in this body */
    unsigned loaded;
};

static void put_barrier(FILE *out, char letter)
{
    static const struct {
        char letter;
        const char *text;
    } barriers[] = {{'l', "lwsync"}, {'s', "sync"}, {'e', "eieio"}};
    for (size_t i = 0; i < sizeof barriers / sizeof *barriers; i++)
        if (barriers[i].letter == letter)
            fprintf(out, "        %s\n", barriers[i].text);
}

static void put_dependency(FILE *out, const struct dependency *d)
{
    switch (d->letter) {
    case 'a':
        fprintf(out, "        xor     r9, r%u, r%u\n", d->loaded, d->loaded);
        break;
    case 'c':
    case 'i':
        fprintf(out, "        cmpw    r%u, r%u\n        bne     1f\n1:\n%s", d->loaded, d->loaded,
                d->letter == 'i' ? "        isync\n" : "");
        break;
    default:
        break;
    }
}

static void put_step(FILE *out, struct litmus_step step, unsigned *loads, const struct dependency *d)
{
    unsigned variable = 24 + step.variable;
    bool address = d->on && d->letter == 'a';
    if (step.kind == LITMUS_LOAD) {
        fprintf(out, address ? "        lwzx    r%u, r%u, r9\n" : "        lwz     r%u, 0(r%u)\n", 10 + *loads,
                variable);
        ++*loads;
        return;
    }
    unsigned value = 20 + step.value;
    if (d->on && d->letter == 'd') {
        fprintf(out, "        xor     r9, r%u, r%u\n        addi    r9, r9, %u\n", d->loaded, d->loaded, step.value);
        value = 9;
    }
    fprintf(out, address ? "        stwx    r%u, r%u, r9\n" : "        stw     r%u, 0(r%u)\n", value, variable);
}

static void put_body(FILE *out, const char *body, char letter)
{
    unsigned loads = 0;
    struct dependency d = {.letter = letter};
    for (struct litmus_step step; (step = litmus_next(&body)).kind != LITMUS_END;) {
        if (step.kind != LITMUS_BARRIER) {
            put_step(out, step, &loads, &d);
            d.on = false;
            continue;
        }
        put_barrier(out, letter);
        d.on = loads != 0;
        d.loaded = 9 + loads;
        put_dependency(out, &d);
    }
    fputs("        blr\n", out);
}

static void put_fields(FILE *out, const struct litmus_shape *shape)
{
    unsigned fields = 0;
    for (unsigned i = 0; i < litmus_bodies(shape); i++)
        for (unsigned n = 0; n < litmus_loads(shape->body[i]); n++, fields++)
            fprintf(out, "        .short  %u\n", RESULTS + SET_LINE * i + 4 * n);
    for (const char *final = shape->finals; *final != '\0'; final++, fields++)
        fprintf(out, "        .short  %u\n", SET_LINE * (unsigned)(*final - 'x'));
    fprintf(out, "        .space  %u\n        .long   %u\n", 2 * (LITMUS_FIELDS - fields), fields);
}

static void put_row(FILE *out, unsigned number, unsigned placement, unsigned rounds)
{
    const struct litmus_shape *shape = litmus_shape_of(&litmus_case[number]);
    unsigned bodies = litmus_bodies(shape);
    fputs("        .balign 64\n", out);
    for (unsigned i = 0; i < LITMUS_BODIES; i++)
        if (i < bodies)
            fprintf(out, "        .long   body_%u_%u\n", number, i);
        else
            fputs("        .long   0\n", out);
    for (unsigned thread = 0; thread < LITMUS_WORKERS; thread++) {
        unsigned part = part_of[placement][thread];
        fprintf(out, "        .byte   %u\n", part < bodies ? part : (unsigned)NOBODY);
    }
    fputs("        .space  3\n", out);
    put_fields(out, shape);
    fprintf(out, "        .long   %u\n", rounds);
}

void litmus_program(FILE *out, unsigned rounds, uint64_t seed, char without)
{
    board_guest_include(out, "tests/guest/memory/six.s");
    board_guest_include(out, "tests/guest/memory/litmus.s");
    fprintf(out, "        .set    ROWS, %u\n", litmus_cases * LITMUS_PLACEMENTS);
    for (unsigned number = 0; number < litmus_cases; number++) {
        const struct litmus_shape *shape = litmus_shape_of(&litmus_case[number]);
        for (unsigned i = 0; i < litmus_bodies(shape); i++) {
            char letter = litmus_case[number].barriers[i];
            fprintf(out, "        .balign 128\nbody_%u_%u:\n", number, i);
            put_body(out, shape->body[i], letter == without ? '-' : letter);
        }
    }
    fputs("        .balign 64\nrows:\n", out);
    for (unsigned number = 0; number < litmus_cases; number++)
        for (unsigned placement = 0; placement < LITMUS_PLACEMENTS; placement++)
            put_row(out, number, placement, rounds);
    fprintf(out, "        .set    SEED, %llu\n", (unsigned long long)seed);
}
