#include "waves/analysis/compare.h"

#include "waves/analysis/show.h"
#include "waves/glob.h"
#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 10 };
#define NO_CODE UINT32_MAX

struct side {
    const char *path;
    struct waves_reader *reader;
    uint32_t *common; /* by code: the place among the common signals, or NO_CODE */
    uint64_t *values; /* of the common signals */
    struct waves_event ahead;
    bool more;
};

struct pair {
    struct side side[2];
    const struct waves_signal **signal; /* the common ones, as the first file has them */
    uint32_t signals;
    uint32_t *touched;
    uint32_t touches;
    bool *is_touched;
    FILE *out;
    bool same;
};

/* ---- which signals ---- */

static void print_only(struct pair *pair, const struct waves_signal *signal, uint32_t nth, const char *path)
{
    pair->same = false;
    if (nth == 0)
        fprintf(pair->out, "only in %s:\n", path);
    if (nth < NAMES_SHOWN)
        fprintf(pair->out, "    %s\n", signal->name);
}

/* Every chosen signal of side `s`: common, or only there. */
static enum sim_status match(struct pair *pair, unsigned s, const char *probe, bool *any, struct sim_error *error)
{
    struct side *side = &pair->side[s];
    const struct waves_signals *mine = waves_reader_signals(side->reader);
    const struct waves_signals *others = waves_reader_signals(pair->side[1 - s].reader);
    struct waves_index index = waves_index_new(others);
    bool *chosen = waves_zeroed(mine->count, sizeof *chosen);
    enum sim_status status = waves_probe(mine, probe, chosen, error);
    uint32_t only = 0;
    side->common = waves_resize(NULL, mine->count, sizeof *side->common);
    for (uint32_t i = 0; i < mine->count; i++) {
        side->common[i] = NO_CODE;
        if (status != SIM_OK || !chosen[i])
            continue;
        *any = true;
        const struct waves_signal *other = waves_index_find(&index, mine->at[i].name);
        if (!other) {
            print_only(pair, &mine->at[i], only++, side->path);
        } else if (other->width != mine->at[i].width) {
            if (s == 0)
                fprintf(pair->out, "%s has %u bits in %s, %u in %s\n", other->name, mine->at[i].width, side->path,
                        other->width, pair->side[1].path);
            pair->same = false;
        } else if (s == 0) {
            side->common[i] = pair->signals;
            pair->signal[pair->signals++] = &mine->at[i];
        } else {
            side->common[i] = pair->side[0].common[other - others->at];
        }
    }
    if (only > NAMES_SHOWN)
        fprintf(pair->out, "    and %u more\n", only - NAMES_SHOWN);
    waves_index_free(&index);
    free(chosen);
    return status;
}

/* A glob that matches in only one of the files is no mistake. */
static enum sim_status match_both(struct pair *pair, const char *probe, struct sim_error *error)
{
    bool any = false;
    pair->signal = waves_zeroed(waves_reader_signals(pair->side[0].reader)->count, sizeof(struct waves_signal *));
    enum sim_status first = match(pair, 0, probe, &any, error), second = match(pair, 1, probe, &any, error);
    return any ? SIM_OK : first != SIM_OK ? first : second;
}

/* ---- time ---- */

static enum sim_status take(struct side *side, struct sim_error *error)
{
    return waves_reader_next(side->reader, &side->ahead, &side->more, error);
}

/* Takes in all changes up to and at `time`. */
static enum sim_status advance(struct pair *pair, struct side *side, sim_time time, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && side->more && side->ahead.time <= time) {
        uint32_t place = side->common[side->ahead.code];
        if (place != NO_CODE) {
            side->values[place] = side->ahead.value;
            if (!pair->is_touched[place]) {
                pair->is_touched[place] = true;
                pair->touched[pair->touches++] = place;
            }
        }
        status = take(side, error);
    }
    return status;
}

/* Compares what has been touched; says whether it was equal. */
static bool compare_values(struct pair *pair, sim_time time)
{
    uint32_t different = 0;
    for (uint32_t i = 0; i < pair->touches; i++) {
        uint32_t place = pair->touched[i];
        const struct waves_signal *signal = pair->signal[place];
        pair->is_touched[place] = false;
        if (pair->side[0].values[place] == pair->side[1].values[place])
            continue;
        char text[SIM_TIME_TEXT];
        if (different == 0)
            fprintf(pair->out, "first difference at %s (%llu):\n", sim_time_print(time, text),
                    (unsigned long long)time);
        if (different++ >= NAMES_SHOWN)
            continue;
        fprintf(pair->out, "    %s: ", signal->name);
        waves_show_value(pair->out, signal, pair->side[0].values[place]);
        fputs(" in the first, ", pair->out);
        waves_show_value(pair->out, signal, pair->side[1].values[place]);
        fputs(" in the second\n", pair->out);
    }
    if (different > NAMES_SHOWN)
        fprintf(pair->out, "    and %u more signals at this time\n", different - NAMES_SHOWN);
    pair->touches = 0;
    return different == 0;
}

static void differ_in_time(struct pair *pair, const char *what, sim_time a, sim_time b, const char *advice)
{
    char first[SIM_TIME_TEXT], second[SIM_TIME_TEXT];
    fprintf(pair->out, "%s %s at %s, %s at %s%s\n", pair->side[0].path, what, sim_time_print(a, first),
            pair->side[1].path, sim_time_print(b, second), advice);
    pair->same = false;
}

static enum sim_status compare_changes(struct pair *pair, const struct waves_comparison *comparison,
                                       struct sim_error *error)
{
    struct side *a = &pair->side[0], *b = &pair->side[1];
    sim_time to = comparison->to ? comparison->to : SIM_NEVER;
    sim_time begin_a = waves_reader_begin(a->reader), begin_b = waves_reader_begin(b->reader);
    sim_time from = begin_a > begin_b ? begin_a : begin_b;
    if (comparison->from > from)
        from = comparison->from;
    if (begin_a != begin_b && from > comparison->from)
        differ_in_time(pair, "begins", begin_a, begin_b, " (--from compares only the rest)");

    enum sim_status status = SIM_OK;
    for (unsigned s = 0; s < 2 && status == SIM_OK; s++) {
        struct side *side = &pair->side[s];
        const uint64_t *values = waves_reader_values(side->reader);
        uint32_t count = waves_reader_signals(side->reader)->count;
        for (uint32_t i = 0; i < count; i++)
            if (side->common[i] != NO_CODE)
                side->values[side->common[i]] = values[i];
        status = take(side, error);
        if (status == SIM_OK)
            status = advance(pair, side, from, error);
    }
    /* At the beginning everything is compared. */
    for (uint32_t i = 0; i < pair->signals; i++)
        pair->touched[i] = i;
    pair->touches = pair->signals;
    bool equal = status != SIM_OK || from >= to || compare_values(pair, from);
    while (status == SIM_OK && equal && (a->more || b->more)) {
        sim_time time = sim_time_min(a->more ? a->ahead.time : SIM_NEVER, b->more ? b->ahead.time : SIM_NEVER);
        if (time >= to)
            break;
        status = advance(pair, a, time, error);
        if (status == SIM_OK)
            status = advance(pair, b, time, error);
        equal = status != SIM_OK || compare_values(pair, time);
    }
    if (status != SIM_OK || !equal) {
        pair->same = false;
        return status;
    }
    if (a->more || b->more) /* both reach `to` */
        return SIM_OK;
    sim_time end_a = sim_time_min(waves_reader_end(a->reader), to),
             end_b = sim_time_min(waves_reader_end(b->reader), to);
    if (end_a != end_b)
        differ_in_time(pair, "ends", end_a, end_b, "; equal until then");
    return SIM_OK;
}

enum sim_status waves_compare(const struct waves_comparison *comparison, FILE *out, bool *same, struct sim_error *error)
{
    struct pair pair = {.side = {{.path = comparison->a}, {.path = comparison->b}}, .out = out, .same = true};
    enum sim_status status = waves_reader_open(comparison->a, &pair.side[0].reader, error);
    if (status == SIM_OK)
        status = waves_reader_open(comparison->b, &pair.side[1].reader, error);
    if (status == SIM_OK)
        status = match_both(&pair, comparison->probe, error);
    if (status == SIM_OK) {
        pair.touched = waves_zeroed(pair.signals, sizeof *pair.touched);
        pair.is_touched = waves_zeroed(pair.signals, sizeof *pair.is_touched);
        for (unsigned s = 0; s < 2; s++)
            pair.side[s].values = waves_zeroed(pair.signals, sizeof(uint64_t));
        status = compare_changes(&pair, comparison, error);
    }
    if (status == SIM_OK && pair.same)
        fprintf(out, "no difference in %u signals\n", pair.signals);
    *same = status == SIM_OK && pair.same;
    for (unsigned s = 0; s < 2; s++) {
        waves_reader_close(pair.side[s].reader);
        free(pair.side[s].common);
        free(pair.side[s].values);
    }
    free(pair.signal);
    free(pair.touched);
    free(pair.is_touched);
    return status;
}
