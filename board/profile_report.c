#include "board/profile_report.h"

#include "waves/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const profile_colour[XENON_CAUSES] = {
#define COLOUR(cause, colour) [XENON_CAUSE_OF_##cause] = (colour),
#include "board/profile_causes.def"
#undef COLOUR
};

static uint64_t total_of(const uint64_t clocks[XENON_CAUSES])
{
    uint64_t total = 0;
    for (unsigned i = 0; i < XENON_CAUSES; i++)
        total += clocks[i];
    return total;
}

static void add(uint64_t to[XENON_CAUSES], const uint64_t clocks[XENON_CAUSES])
{
    for (unsigned i = 0; i < XENON_CAUSES; i++)
        to[i] += clocks[i];
}

unsigned profile_main_cause(const uint64_t clocks[XENON_CAUSES])
{
    unsigned most = XENON_CAUSES;
    for (unsigned i = 0; i < XENON_CAUSES; i++)
        if (clocks[i] > (most < XENON_CAUSES ? clocks[most] : 0))
            most = i;
    return most;
}

unsigned profile_share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (unsigned)(((unsigned __int128)part * 10000 + whole / 2) / whole);
}

const char *profile_number(uint64_t number, char text[PROFILE_NUMBER_MAX])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

const char *profile_percent(uint64_t part_of, uint64_t whole, char text[PROFILE_NUMBER_MAX])
{
    unsigned share = profile_share(part_of, whole);
    snprintf(text, PROFILE_NUMBER_MAX, "%u.%02u %%", share / 100, share % 100);
    return text;
}

const char *profile_quotient(uint64_t value, uint64_t by, char text[PROFILE_NUMBER_MAX])
{
    unsigned __int128 hundredths = by > 0 ? ((unsigned __int128)value * 100 + by / 2) / by : 0;
    if (by == 0)
        snprintf(text, PROFILE_NUMBER_MAX, "-");
    else
        snprintf(text, PROFILE_NUMBER_MAX, "%" PRIu64 ".%02u", (uint64_t)(hundredths / 100),
                 (unsigned)(hundredths % 100));
    return text;
}

const char *profile_function_name(const struct profile_report *report, uint64_t start, char text[PROFILE_NAME_MAX])
{
    const struct profile_symbol *symbol = profile_symbol_at(report->profile, start);
    if (start == PROFILE_ELSEWHERE)
        snprintf(text, PROFILE_NAME_MAX, "(elsewhere)");
    else if (symbol && symbol->address == start)
        snprintf(text, PROFILE_NAME_MAX, "%s", symbol->name);
    else
        snprintf(text, PROFILE_NAME_MAX, "sub_%08" PRIX64, start);
    return text;
}

static int by_rank(const void *left, const void *right)
{
    const struct profile_ranked *a = left, *b = right;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    if (a->place->pc != b->place->pc)
        return a->place->pc < b->place->pc ? -1 : 1;
    return (int)a->thread - (int)b->thread;
}

static void sort_places(struct profile_report *report)
{
    uint32_t count = 0;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        count += report->profile->trail[i].places;
    report->ranked = waves_zeroed(count, sizeof *report->ranked);
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        for (uint32_t j = 0; j < report->profile->trail[i].places; j++) {
            const struct profile_place *place = &report->profile->trail[i].place[j];
            if (place->issues > 0)
                report->ranked[report->places++] = (struct profile_ranked){place, total_of(place->clocks), i};
        }
    qsort(report->ranked, report->places, sizeof *report->ranked, by_rank);
    report->late = waves_zeroed(report->places + 1u, sizeof *report->late);
    for (uint32_t i = 0; i < report->places; i++) {
        const struct profile_ranked *ranked = &report->ranked[i];
        if (ranked->place->late > 0)
            report->late[report->lates++] =
                (struct profile_ranked){ranked->place, ranked->place->late_clocks, ranked->thread};
    }
    qsort(report->late, report->lates, sizeof *report->late, by_rank);
}

static int by_function(const void *left, const void *right)
{
    const struct profile_function *a = left, *b = right;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return (a->start > b->start) - (a->start < b->start);
}

static struct profile_function *function_at(struct profile_report *report, struct profile_map *map, uint64_t start)
{
    int32_t found = profile_map_find(map, start, 0);
    if (found == PROFILE_MAP_NONE) {
        found = (int32_t)report->functions++;
        report->function[found].start = start;
        profile_map_add(map, start, 0, found);
    }
    return &report->function[found];
}

/* A node's clocks are within its own function, and within each of its callers once, however often they recur. */
static void add_within(struct profile_report *report, struct profile_map *map, const struct profile_node *nodes,
                       uint32_t node, uint64_t total)
{
    for (uint32_t i = node; i > 0; i = nodes[i].parent) {
        bool again = false;
        for (uint32_t j = node; j != i && !again; j = nodes[j].parent)
            again = nodes[j].function == nodes[i].function;
        if (!again)
            function_at(report, map, nodes[i].function)->within += total;
    }
}

/* Callers come before those that they call. */
static void sum_calls(struct profile_report *report, struct profile_map *map, unsigned thread)
{
    const struct profile_trail *trail = &report->profile->trail[thread];
    uint64_t *within = report->within[thread] = waves_zeroed(trail->nodes, sizeof *within);
    for (uint32_t i = trail->nodes; i-- > 0;) {
        const struct profile_node *node = &trail->node[i];
        uint64_t total = total_of(node->clocks);
        within[i] += total;
        if (i == 0)
            break;
        within[node->parent] += within[i];
        function_at(report, map, node->function)->calls += node->calls;
        add_within(report, map, trail->node, i, total);
    }
}

static void sum_functions(struct profile_report *report)
{
    struct profile_map map = {0};
    size_t most = report->places;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        most += report->profile->trail[i].nodes;
    report->function = waves_zeroed(most, sizeof *report->function);
    for (uint32_t i = 0; i < report->places; i++) {
        const struct profile_place *place = report->ranked[i].place;
        struct profile_function *function = function_at(report, &map, place->function);
        add(function->clocks, place->clocks);
        function->total += report->ranked[i].total;
        function->issues += place->issues;
    }
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        sum_calls(report, &map, i);
    profile_map_free(&map);
    qsort(report->function, report->functions, sizeof *report->function, by_function);
}

/* The cores' word against the sum of all places. */
static void sum_threads(struct profile_report *report, const struct profile_totals *totals)
{
    uint64_t charged[PROFILE_THREADS][XENON_CAUSES] = {{0}};
    char a[PROFILE_NUMBER_MAX], b[PROFILE_NUMBER_MAX], c[PROFILE_NUMBER_MAX], d[PROFILE_NUMBER_MAX];
    unsigned threads = 0, wrong_thread = 0, wrong_cause = XENON_CAUSES;
    for (uint32_t i = 0; i < report->places; i++) {
        const struct profile_ranked *ranked = &report->ranked[i];
        add(charged[ranked->thread], ranked->place->clocks);
        report->thread[ranked->thread].issues += ranked->place->issues;
        report->thread[ranked->thread].seconds += ranked->place->seconds;
    }
    report->adds_up = true;
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        struct profile_thread *thread = &report->thread[i];
        thread->present = totals->present[i];
        if (!thread->present)
            continue;
        threads++;
        memcpy(thread->clocks, totals->clocks[i], sizeof thread->clocks);
        thread->total = total_of(thread->clocks);
        for (unsigned j = 0; j < XENON_CAUSES; j++) {
            bool good = charged[i][j] <= thread->clocks[j];
            thread->rest[j] = good ? thread->clocks[j] - charged[i][j] : 0;
            if (!good && report->adds_up) {
                report->adds_up = false;
                wrong_thread = i;
                wrong_cause = j;
            }
        }
        thread->rest_total = total_of(thread->rest);
        report->total += thread->total;
        report->rest_total += thread->rest_total;
        if (thread->total != report->run && report->adds_up) {
            report->adds_up = false;
            wrong_thread = i;
        }
    }
    if (report->adds_up)
        snprintf(
            report->sum, sizeof report->sum,
            "Adds up: %u threads of %s clocks each are %s, of which instructions account for %s and threads that had "
            "none to issue for %s.",
            threads, profile_number(report->run, a), profile_number(report->total, b),
            profile_number(report->total - report->rest_total, c), profile_number(report->rest_total, d));
    else if (wrong_cause < XENON_CAUSES)
        snprintf(report->sum, sizeof report->sum,
                 "DOES NOT ADD UP: thread %u has %" PRIu64 " clocks of %s, its instructions %" PRIu64 ".", wrong_thread,
                 report->thread[wrong_thread].clocks[wrong_cause], xenon_cause_name[wrong_cause],
                 charged[wrong_thread][wrong_cause]);
    else
        snprintf(report->sum, sizeof report->sum,
                 "DOES NOT ADD UP: thread %u has %" PRIu64 " clocks, the run %" PRIu64 ".", wrong_thread,
                 report->thread[wrong_thread].total, report->run);
}

void profile_report_make(struct profile_report *report, const struct profile *profile,
                         const struct profile_totals *totals, const char *title, const char *duration)
{
    *report = (struct profile_report){.profile = profile, .title = title, .run = totals->run};
    snprintf(report->duration, sizeof report->duration, "%s", duration);
    sort_places(report);
    sum_functions(report);
    sum_threads(report, totals);
}

void profile_report_free(struct profile_report *report)
{
    free(report->function);
    free(report->ranked);
    free(report->late);
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        free(report->within[i]);
    *report = (struct profile_report){0};
}
