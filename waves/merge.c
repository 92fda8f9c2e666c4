/* From the scopes' own lists to one stream in the order of (time, scope, signal).
 *
 * A component emits mostly in the order of time, so a scope's list is looked through once, and sorted only where much
 * is out of place. The lists are then merged by runs: the scope whose next change is the earliest goes on until
 * another's is. */
#include "waves/memory.h"
#include "waves/stream.h"

#include <stdlib.h>
#include <string.h>

struct run {
    sim_time time; /* of the next change */
    const struct waves_change *at, *end;
    const uint32_t *map;
};

/* Puts changes in the order of time, those of one time in the order in which they were emitted. What was emitted a
 * little late moves up past few others; false, with nothing lost, where that would be more than a merge sort's work. */
static bool straighten(struct waves_change *changes, uint32_t count)
{
    uint64_t moves = 0, most = 16 * (uint64_t)count;
    for (uint32_t i = 1; i < count; i++) {
        if (__builtin_expect(changes[i].time >= changes[i - 1].time, 1))
            continue;
        struct waves_change late = changes[i];
        uint32_t to = i;
        while (to > 0 && changes[to - 1].time > late.time)
            to--;
        moves += i - to;
        memmove(&changes[to + 1], &changes[to], (i - to) * sizeof *changes);
        changes[to] = late;
        if (moves > most)
            return false;
    }
    return true;
}

static bool comes_after(const struct waves_change *a, const struct waves_change *b)
{
    return a->time > b->time || (a->time == b->time && a->code > b->code);
}

/* Stable, by time and then code if by_code. Merges ever longer neighbours: what is nearly in order costs little. */
static void sort(struct waves_change *changes, uint32_t count, bool by_code)
{
    struct waves_change *other = waves_resize(NULL, count, sizeof *other), *from = changes, *to = other;
    for (uint32_t length = 1; length < count; length *= 2) {
        for (uint32_t start = 0; start < count; start += 2 * length) {
            uint32_t middle = count - start < length ? count : start + length;
            uint32_t end = count - middle < length ? count : middle + length;
            uint32_t a = start, b = middle, out = start;
            while (a < middle && b < end) {
                bool take_b = by_code ? comes_after(&from[a], &from[b]) : from[a].time > from[b].time;
                to[out++] = take_b ? from[b++] : from[a++];
            }
            while (a < middle)
                to[out++] = from[a++];
            while (b < end)
                to[out++] = from[b++];
        }
        struct waves_change *swap = from;
        from = to;
        to = swap;
    }
    if (from != changes)
        memcpy(changes, from, count * sizeof *changes);
    free(other);
}

/* Several changes of one scope at one time, not in the order of their signals; of one signal's values the last counts.
 */
static void put_mixed(struct waves_stream *stream, const struct waves_change *at, uint32_t count, const uint32_t *map)
{
    struct waves_change few[64], *sorted = few;
    uint32_t kept = 0;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < count && kept == 0; i++) {
        if (at[i].code >= 64)
            kept = count;
        else
            seen |= UINT64_C(1) << at[i].code;
        few[at[i].code & 63] = at[i];
    }
    if (kept == 0) {
        for (; seen; seen &= seen - 1) /* the place of a code is not before the number of those below it */
            few[kept++] = few[__builtin_ctzll(seen)];
    } else {
        sorted = waves_resize(NULL, count, sizeof *sorted);
        memcpy(sorted, at, count * sizeof *sorted);
        sort(sorted, count, true);
        kept = 0;
        for (uint32_t i = 0; i < count; i++)
            if (i + 1 == count || sorted[i + 1].code != sorted[i].code)
                sorted[kept++] = sorted[i];
    }
    waves_stream_put(stream, sorted, kept, map);
    if (sorted != few)
        free(sorted);
}

/* Puts changes of one run while they lie before `limit`. */
static const struct waves_change *put_run(struct waves_stream *stream, const struct run *run, sim_time limit)
{
    const struct waves_change *at = run->at, *end = run->end;
    while (at < end && at->time < limit) {
        const struct waves_change *next = at + 1;
        bool rising = true;
        for (; next < end && next->time == at->time; next++)
            rising &= next->code > next[-1].code;
        if (rising)
            waves_stream_put(stream, at, (uint32_t)(next - at), run->map);
        else
            put_mixed(stream, at, (uint32_t)(next - at), run->map);
        at = next;
    }
    return at;
}

/* Looking through them all without a branch beats any heap: they are few, and
 * whose turn is next cannot be guessed. */
static void merge_runs(struct waves_stream *stream, struct run *run, uint32_t count)
{
    while (count > 0) {
        uint32_t first = 0;
        sim_time least = run[0].time, limit = SIM_NEVER; /* of the first run's turn: where another is the earliest */
        for (uint32_t i = 1; i < count; i++) {
            bool less = run[i].time < least;
            sim_time other = sim_time_min(limit, run[i].time + 1); /* at equal times the lower scope goes first */
            limit = less ? least : other;
            least = less ? run[i].time : least;
            first = less ? i : first;
        }
        run[first].at = put_run(stream, &run[first], limit);
        if (run[first].at < run[first].end) {
            run[first].time = run[first].at->time;
        } else {
            count--;
            memmove(&run[first], &run[first + 1], (count - first) * sizeof *run);
        }
    }
}

void waves_merge(struct waves_registry *registry, struct waves_stream *stream, sim_time limit)
{
    struct run few[64], *runs = few;
    if (registry->count > sizeof few / sizeof *few)
        runs = waves_resize(NULL, registry->count, sizeof *runs);
    uint32_t count = 0;
    for (uint32_t i = 0; i < registry->count; i++) {
        struct waves_scope_info *info = registry->scopes[i];
        struct waves_change *changes = info->scope.changes;
        uint32_t used = info->scope.used;
        if (used == 0)
            continue;
        if (!straighten(changes, used))
            sort(changes, used, false);
        while (used > 0 && changes[used - 1].time >= limit)
            used--;
        if (used > 0)
            runs[count++] = (struct run){changes->time, changes, changes + used, info->map};
    }
    merge_runs(stream, runs, count);
    if (runs != few)
        free(runs);

    for (uint32_t i = 0; i < registry->count; i++) {
        struct waves_scope_info *info = registry->scopes[i];
        struct waves_scope *scope = &info->scope;
        uint32_t left = 0;
        while (left < scope->used && scope->changes[scope->used - 1 - left].time >= limit)
            left++;
        if (left && left < scope->used)
            memmove(scope->changes, scope->changes + scope->used - left, left * sizeof *scope->changes);
        scope->used = left;
        scope->room = info->capacity < WAVES_SCOPE_SOFT ? info->capacity : WAVES_SCOPE_SOFT;
        if (scope->room < left)
            scope->room = info->capacity;
    }
    atomic_store_explicit(&registry->pressure, false, memory_order_relaxed);
}
