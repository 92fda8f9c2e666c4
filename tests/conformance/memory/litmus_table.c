/* The table, and what interleavings come to. */
#include "tests/conformance/memory/litmus.h"

#include <string.h>

enum { VARIABLES = 3 };

static const struct litmus_shape shapes[] = {
#define SHAPE(name, finals, ...) {#name, finals, {__VA_ARGS__}},
#include "tests/conformance/memory/litmus.def"
};

enum { FORBID, ALLOW };
const struct litmus_case litmus_case[] = {
#define CASE(shape, barriers, architecture, apart, together) \
    {#shape, barriers, architecture, {LITMUS_##apart, LITMUS_##together}},
#include "tests/conformance/memory/litmus.def"
};
const unsigned litmus_cases = sizeof litmus_case / sizeof *litmus_case;

const char *const litmus_placement[LITMUS_PLACEMENTS] = {"apart", "together"};

const struct litmus_shape *litmus_shape_of(const struct litmus_case *is)
{
    const struct litmus_shape *shape = shapes;
    while (strcmp(shape->name, is->shape) != 0)
        shape++;
    return shape;
}

struct litmus_step litmus_next(const char **text)
{
    struct litmus_step step = {LITMUS_END, 0, 0};
    *text += **text == ' ';
    if (**text == '\0')
        return step;
    char letter = *(*text)++;
    step.kind = letter == 'W' ? LITMUS_STORE : letter == 'R' ? LITMUS_LOAD : LITMUS_BARRIER;
    if (letter != 'B')
        step.variable = (unsigned)(*(*text)++ - 'x');
    if (letter == 'W')
        step.value = (unsigned)(*(*text)++ - '0');
    return step;
}

unsigned litmus_bodies(const struct litmus_shape *shape)
{
    unsigned bodies = 0;
    while (bodies < LITMUS_BODIES && shape->body[bodies][0] != '\0')
        bodies++;
    return bodies;
}

unsigned litmus_loads(const char *body)
{
    unsigned loads = 0;
    for (; *body != '\0'; body++)
        loads += *body == 'R';
    return loads;
}

unsigned litmus_fields(const struct litmus_shape *shape)
{
    unsigned fields = (unsigned)strlen(shape->finals);
    for (unsigned i = 0; i < litmus_bodies(shape); i++)
        fields += litmus_loads(shape->body[i]);
    return fields;
}

struct state {
    const char *at[LITMUS_BODIES];
    unsigned loaded[LITMUS_BODIES][2], loads[LITMUS_BODIES], variable[VARIABLES];
};

static unsigned outcome_of(const struct litmus_shape *shape, const struct state *state)
{
    unsigned outcome = 0, shift = 0;
    for (unsigned i = 0; i < litmus_bodies(shape); i++)
        for (unsigned n = 0; n < state->loads[i]; n++, shift += 2)
            outcome |= state->loaded[i][n] << shift;
    for (const char *final = shape->finals; *final != '\0'; final++, shift += 2)
        outcome |= state->variable[*final - 'x'] << shift;
    return outcome;
}

/* Each body goes next in turn, from a state on. */
static void interleave(const struct litmus_shape *shape, const struct state *from, bool strong[LITMUS_OUTCOMES])
{
    bool ended = true;
    for (unsigned i = 0; i < litmus_bodies(shape); i++) {
        struct state to = *from;
        struct litmus_step step = litmus_next(&to.at[i]);
        if (step.kind == LITMUS_END)
            continue;
        ended = false;
        if (step.kind == LITMUS_STORE)
            to.variable[step.variable] = step.value;
        if (step.kind == LITMUS_LOAD)
            to.loaded[i][to.loads[i]++] = to.variable[step.variable];
        interleave(shape, &to, strong);
    }
    if (ended)
        strong[outcome_of(shape, from)] = true;
}

/* Bit v: somebody stores v to the variable, or it is so at the beginning. */
static unsigned values_of(const struct litmus_shape *shape, unsigned variable)
{
    unsigned values = 1;
    for (unsigned i = 0; i < litmus_bodies(shape); i++) {
        const char *text = shape->body[i];
        for (struct litmus_step step; (step = litmus_next(&text)).kind != LITMUS_END;)
            if (step.kind == LITMUS_STORE && step.variable == variable)
                values |= 1u << step.value;
    }
    return values;
}

/* The variable that a field of the outcome is of. */
static unsigned variable_of(const struct litmus_shape *shape, unsigned field)
{
    for (unsigned i = 0; i < litmus_bodies(shape); i++) {
        const char *text = shape->body[i];
        for (struct litmus_step step; (step = litmus_next(&text)).kind != LITMUS_END;)
            if (step.kind == LITMUS_LOAD && field-- == 0)
                return step.variable;
    }
    return (unsigned)(shape->finals[field] - 'x');
}

void litmus_interleave(const struct litmus_shape *shape, bool strong[LITMUS_OUTCOMES], bool possible[LITMUS_OUTCOMES])
{
    struct state begin = {.loads = {0}};
    memcpy(begin.at, shape->body, sizeof begin.at);
    memset(strong, 0, LITMUS_OUTCOMES * sizeof *strong);
    interleave(shape, &begin, strong);
    for (unsigned outcome = 0; outcome < LITMUS_OUTCOMES; outcome++) {
        possible[outcome] = outcome >> 2 * litmus_fields(shape) == 0;
        for (unsigned field = 0; field < litmus_fields(shape); field++)
            possible[outcome] &= values_of(shape, variable_of(shape, field)) >> (outcome >> 2 * field & 3) & 1;
    }
}

const char *litmus_names(const struct litmus_shape *shape, char text[64])
{
    unsigned loads = litmus_fields(shape) - (unsigned)strlen(shape->finals);
    size_t at = 0;
    for (unsigned field = 0; field < litmus_fields(shape); field++)
        at += (size_t)snprintf(text + at, 64 - at, "%s%s%c", field ? "," : "", field < loads ? "R" : "",
                               'x' + (char)variable_of(shape, field));
    return text;
}

const char *litmus_outcome(const struct litmus_shape *shape, unsigned outcome, char text[64])
{
    size_t at = 0;
    for (unsigned field = 0; field < litmus_fields(shape); field++)
        at += (size_t)snprintf(text + at, 64 - at, "%s%u", field ? "," : "", outcome >> 2 * field & 3);
    return text;
}
