#include "waves/trigger.h"

#include "waves/glob.h"
#include "waves/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum sim_status find_signal(const char *name, size_t length, const struct waves_signals *signals,
                                   uint32_t *found, struct sim_error *error)
{
    for (uint32_t i = 0; i < signals->count; i++)
        if (strlen(signals->at[i].name) == length && memcmp(signals->at[i].name, name, length) == 0) {
            *found = i;
            return SIM_OK;
        }
    char *text = waves_copy_text(name, length), *nearest = waves_nearest(signals, text);
    sim_fail(error, SIM_USAGE, "trigger: there is no signal '%.100s'; %s", text, nearest);
    free(text);
    free(nearest);
    return SIM_USAGE;
}

static bool read_number(const char *text, uint64_t *value)
{
    bool binary = text[0] == '0' && (text[1] == 'b' || text[1] == 'B');
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = text + (binary || hexadecimal ? 2 : 0);
    if (!isxdigit((unsigned char)*digits))
        return false;
    char *end;
    errno = 0;
    *value = strtoull(digits, &end, binary ? 2 : hexadecimal ? 16 : 10);
    return *end == 0 && errno == 0;
}

static enum sim_status read_value(const char *text, const struct waves_signal *signal, uint64_t *value,
                                  struct sim_error *error)
{
    for (uint32_t v = 0; v < signal->named; v++)
        if (signal->names[v] && strcmp(signal->names[v], text) == 0) {
            *value = v;
            return SIM_OK;
        }
    if (!read_number(text, value))
        return sim_fail(error, SIM_USAGE, "trigger: '%.100s' is neither a number nor a value of '%.200s'", text,
                        signal->name);
    if (*value > waves_mask(signal))
        return sim_fail(error, SIM_USAGE, "trigger: '%.200s' has %u bits and never is %.100s", signal->name,
                        signal->width, text);
    return SIM_OK;
}

static const struct {
    const char *text;
    enum waves_trigger_kind kind;
} comparisons[] =
    {
#define TRIGGER_COMPARE(kind, text, expression) {text, WAVES_TRIGGER_##kind},
#define TRIGGER_EDGE(kind, text, expression)
#include "waves/trigger.def"
#undef TRIGGER_COMPARE
#undef TRIGGER_EDGE
},
  edges[] = {
#define TRIGGER_COMPARE(kind, text, expression)
#define TRIGGER_EDGE(kind, text, expression) {text, WAVES_TRIGGER_##kind},
#include "waves/trigger.def"
#undef TRIGGER_COMPARE
#undef TRIGGER_EDGE
};

static enum sim_status parse_edge(const char *text, const char *colon, const struct waves_signals *signals,
                                  struct waves_trigger *trigger, struct sim_error *error)
{
    const char *kind = colon + 1;
    size_t length = strcspn(kind, ":");
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        if (strlen(edges[i].text) != length || memcmp(edges[i].text, kind, length) != 0)
            continue;
        trigger->kind = edges[i].kind;
        trigger->edges = 1;
        if (kind[length] == ':' && (!read_number(kind + length + 1, &trigger->edges) || trigger->edges == 0))
            return sim_fail(error, SIM_USAGE, "trigger: '%.100s' is no number of edges", kind + length + 1);
        return find_signal(text, (size_t)(colon - text), signals, &trigger->signal, error);
    }
    return sim_fail(error, SIM_USAGE, "trigger: '%.100s' is not rise, fall or change", kind);
}

enum sim_status waves_trigger_parse(const char *text, const struct waves_signals *signals,
                                    const struct sim_clock *cycles, struct waves_trigger *trigger,
                                    struct sim_error *error)
{
    *trigger = (struct waves_trigger){0};
    if (strncmp(text, "time:", 5) == 0) {
        trigger->kind = WAVES_TRIGGER_TIME;
        return sim_time_parse(text + 5, cycles, &trigger->time, error);
    }
    const char *place = strpbrk(text, "=!<>");
    for (size_t i = 0; place && i < sizeof comparisons / sizeof *comparisons; i++) {
        size_t length = strlen(comparisons[i].text);
        if (strncmp(place, comparisons[i].text, length) != 0)
            continue;
        trigger->kind = comparisons[i].kind;
        enum sim_status status = find_signal(text, (size_t)(place - text), signals, &trigger->signal, error);
        if (status != SIM_OK)
            return status;
        return read_value(place + length, &signals->at[trigger->signal], &trigger->value, error);
    }
    const char *colon = strchr(text, ':');
    if (colon)
        return parse_edge(text, colon, signals, trigger, error);
    return sim_fail(error, SIM_USAGE,
                    "trigger: '%.200s' is not time:T, SIGNAL==VALUE or SIGNAL:rise:N (or fall, change)", text);
}

bool waves_trigger_holds(const struct waves_trigger *trigger, uint64_t x)
{
    uint64_t value = trigger->value;
    switch (trigger->kind) {
#define TRIGGER_COMPARE(kind, text, expression) \
    case WAVES_TRIGGER_##kind:                  \
        return expression;
#define TRIGGER_EDGE(kind, text, expression)
#include "waves/trigger.def"
#undef TRIGGER_COMPARE
#undef TRIGGER_EDGE
    default:
        return false;
    }
}

bool waves_trigger_fires(struct waves_trigger *trigger, uint64_t a, uint64_t b)
{
    bool counts = false;
    switch (trigger->kind) {
#define TRIGGER_COMPARE(kind, text, expression)
#define TRIGGER_EDGE(kind, text, expression) \
    case WAVES_TRIGGER_##kind:               \
        counts = expression;                 \
        break;
#include "waves/trigger.def"
#undef TRIGGER_COMPARE
#undef TRIGGER_EDGE
    default:
        return waves_trigger_holds(trigger, b);
    }
    return counts && --trigger->edges == 0;
}
