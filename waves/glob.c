#include "waves/glob.h"

#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

/* Matches glob[0..length) against all of name; on a mismatch after a `*`, that star takes one character more. */
static bool match(const char *glob, size_t length, const char *name)
{
    const char *end = glob + length, *star = NULL, *retry = NULL;
    while (*name) {
        if (glob < end && *glob == '*') {
            star = ++glob;
            retry = name;
        } else if (glob < end && (*glob == '?' || *glob == *name)) {
            glob++, name++;
        } else if (star) {
            glob = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (glob < end && *glob == '*')
        glob++;
    return glob == end;
}

static bool match_or_below(const char *glob, size_t length, const char *name)
{
    if (match(glob, length, name))
        return true;
    char *scope = waves_print("%.*s.*", (int)length, glob);
    bool below = match(scope, strlen(scope), name);
    free(scope);
    return below;
}

bool waves_glob_match(const char *glob, const char *name)
{
    return match_or_below(glob, strlen(glob), name);
}

/* Edits that turn the glob into the name; a star is anything for nothing, a question mark one thing. */
static unsigned distance(const char *glob, const char *name)
{
    size_t columns = strlen(name) + 1;
    unsigned *row = waves_resize(NULL, columns, sizeof *row);
    for (size_t j = 0; j < columns; j++)
        row[j] = (unsigned)j;
    for (; *glob; glob++) {
        unsigned diagonal = row[0];
        row[0] += *glob != '*';
        for (size_t j = 1; j < columns; j++) {
            unsigned above = row[j], left = row[j - 1];
            if (*glob == '*') {
                row[j] = above < left ? above : left;
            } else {
                unsigned best = diagonal + (*glob != '?' && *glob != name[j - 1]);
                if (above + 1 < best)
                    best = above + 1;
                if (left + 1 < best)
                    best = left + 1;
                row[j] = best;
            }
            diagonal = above;
        }
    }
    unsigned result = row[columns - 1];
    free(row);
    return result;
}

char *waves_nearest(const struct waves_signals *signals, const char *wanted)
{
    enum { SHOWN = 3 };
    struct {
        const char *name;
        unsigned distance;
    } best[SHOWN];
    unsigned found = 0;
    for (uint32_t i = 0; i < signals->count; i++) {
        unsigned d = distance(wanted, signals->at[i].name), place = found;
        while (place > 0 && d < best[place - 1].distance)
            place--;
        if (place == SHOWN)
            continue;
        if (found < SHOWN)
            found++;
        memmove(&best[place + 1], &best[place], (found - 1 - place) * sizeof best[0]);
        best[place].name = signals->at[i].name;
        best[place].distance = d;
    }
    if (found == 0)
        return waves_print("there are no signals");
    return waves_print("nearest: %.100s%s%.100s%s%.100s", best[0].name, found > 1 ? ", " : "",
                       found > 1 ? best[1].name : "", found > 2 ? ", " : "", found > 2 ? best[2].name : "");
}

enum sim_status waves_probe(const struct waves_signals *signals, const char *probe, bool *chosen,
                            struct sim_error *error)
{
    if (!probe)
        probe = "";
    bool includes = false;
    for (const char *at = probe; *at; at += strcspn(at, ","), at += *at == ',')
        includes |= *at != '-' && *at != '!' && *at != ',';
    for (uint32_t i = 0; i < signals->count; i++)
        chosen[i] = !includes;

    /* What is taken away is taken away last, wherever it stands in the list. */
    for (int taking_away = 0; taking_away < 2; taking_away++)
        for (const char *at = probe; *at;) {
            size_t length = strcspn(at, ",");
            bool away = *at == '-' || *at == '!';
            const char *glob = at + away;
            size_t glob_length = length - away;
            at += length;
            at += *at == ',';
            if (away != (taking_away == 1) || glob_length == 0)
                continue;
            bool any = false;
            for (uint32_t i = 0; i < signals->count; i++)
                if (match_or_below(glob, glob_length, signals->at[i].name)) {
                    chosen[i] = !away;
                    any = true;
                }
            if (any)
                continue;
            char *text = waves_copy_text(glob, glob_length), *nearest = waves_nearest(signals, text);
            sim_fail(error, SIM_USAGE, "'%.100s' matches no signal; %s", text, nearest);
            free(text);
            free(nearest);
            return SIM_USAGE;
        }
    for (uint32_t i = 0; i < signals->count; i++)
        if (chosen[i])
            return SIM_OK;
    return sim_fail(error, SIM_USAGE, "'%.200s' leaves no signal to show", probe);
}

uint32_t waves_probe_rank(const char *probe, const char *name)
{
    uint32_t rank = 0;
    for (const char *at = probe ? probe : ""; *at; at += strcspn(at, ","), at += *at == ',', rank++)
        if (match_or_below(at, strcspn(at, ","), name))
            break;
    return rank;
}
