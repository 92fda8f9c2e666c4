/* The tests of litmus.def: what each is, which outcomes it can have, and the program that runs all of them. */
#ifndef CYCLE360_TESTS_CONFORMANCE_MEMORY_LITMUS_H
#define CYCLE360_TESTS_CONFORMANCE_MEMORY_LITMUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { LITMUS_BODIES = 4, LITMUS_FIELDS = 4, LITMUS_OUTCOMES = 256, LITMUS_PLACEMENTS = 2, LITMUS_WORKERS = 5 };

struct litmus_shape {
    const char *name, *finals, *body[LITMUS_BODIES];
};

enum litmus_expected { LITMUS_NEVER, LITMUS_SEEN, LITMUS_RARE };

struct litmus_case {
    const char *shape;
    const char *barriers;
    bool allowed;
    enum litmus_expected expected[LITMUS_PLACEMENTS]; /* of weak outcomes: apart, together */
};

const struct litmus_shape *litmus_shape_of(const struct litmus_case *is);
extern const struct litmus_case litmus_case[];
extern const unsigned litmus_cases;
extern const char *const litmus_placement[LITMUS_PLACEMENTS];

/* One step of a body. */
enum litmus_kind { LITMUS_END, LITMUS_STORE, LITMUS_LOAD, LITMUS_BARRIER };
struct litmus_step {
    enum litmus_kind kind;
    unsigned variable, value;
};
/* The step at *text, which moves on. */
struct litmus_step litmus_next(const char **text);

unsigned litmus_bodies(const struct litmus_shape *shape);
unsigned litmus_loads(const char *body);
unsigned litmus_fields(const struct litmus_shape *shape);
/* Which outcomes some interleaving gives, and which values could be read at all. */
void litmus_interleave(const struct litmus_shape *shape, bool strong[LITMUS_OUTCOMES], bool possible[LITMUS_OUTCOMES]);
/* `Ry,Rx,z`, with R before what is loaded, and an outcome's values in that order: `1,0,2`. */
const char *litmus_names(const struct litmus_shape *shape, char text[64]);
const char *litmus_outcome(const struct litmus_shape *shape, unsigned outcome, char text[64]);

/* Writes the program: case i in placement p is row LITMUS_PLACEMENTS * i + p. `rounds` of each; `without`: barriers and
 * dependencies of this letter are left out. */
void litmus_program(FILE *out, unsigned rounds, uint64_t seed, char without);

#endif
