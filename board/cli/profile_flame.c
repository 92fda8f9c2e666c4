/* flame.svg: calls stand on their callers, as wide as their clocks; on top of each, in colour, what its own clocks went
 * to. */
#include "board/cli/profile_files.h"
#include "board/cli/profile_legend.h"
#include "board/cli/svg.h"
#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1200, LEFT = 24, PLOT = WIDTH - 2 * LEFT, TOP = 72, ROW = 20, GAP = 26, NARROWEST = 20, FITS = 7 };

static const char *const shade[] = {"#efe6cf", "#f4eddc", "#eae0c4"};

struct flame {
    FILE *file;
    const struct profile_report *report;
    const struct profile_node *node; /* of one thread */
    const uint64_t *within;
    uint32_t *order, *first; /* its nodes by caller, widest first; where those of a caller begin */
    uint64_t whole;          /* clocks that are PLOT wide */
    unsigned rows;
    unsigned bottom; /* of the lowest row */
};

struct child {
    uint64_t within, function;
    uint32_t node, parent;
};

static int by_caller(const void *left, const void *right)
{
    const struct child *a = left, *b = right;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    if (a->within != b->within)
        return a->within > b->within ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

static void begin_thread(struct flame *flame, unsigned thread)
{
    const struct profile_trail *trail = &flame->report->profile->trail[thread];
    uint32_t count = trail->nodes - 1;
    struct child *child = waves_zeroed(count + 1u, sizeof *child);
    flame->node = trail->node;
    flame->within = flame->report->within[thread];
    for (uint32_t i = 0; i < count; i++)
        child[i] = (struct child){flame->within[i + 1], trail->node[i + 1].function, i + 1, trail->node[i + 1].parent};
    qsort(child, count, sizeof *child, by_caller);
    flame->order = waves_zeroed(count + 1u, sizeof *flame->order);
    flame->first = waves_zeroed(trail->nodes + 1u, sizeof *flame->first);
    for (uint32_t i = 0; i < count; i++) {
        flame->order[i] = child[i].node;
        flame->first[child[i].parent + 1]++;
    }
    for (uint32_t i = 0; i < trail->nodes; i++)
        flame->first[i + 1] += flame->first[i];
    free(child);
}

static void end_thread(struct flame *flame)
{
    free(flame->order);
    free(flame->first);
}

/* Hundredths of a pixel. */
static uint64_t place(const struct flame *flame, uint64_t clocks)
{
    return (uint64_t)((unsigned __int128)clocks * PLOT * SVG_PIXEL / flame->whole);
}

static bool is_wide(const struct flame *flame, uint64_t at, uint64_t clocks)
{
    return clocks > 0 && place(flame, at + clocks) - place(flame, at) >= NARROWEST;
}

/* How many rows stand on this one. */
static unsigned rows_of(const struct flame *flame, uint32_t node, uint64_t at)
{
    unsigned most = 0;
    for (uint32_t i = flame->first[node]; i < flame->first[node + 1]; i++) {
        uint64_t within = flame->within[flame->order[i]];
        unsigned rows = is_wide(flame, at, within) ? 1 + rows_of(flame, flame->order[i], at) : 0;
        most = rows > most ? rows : most;
        at += within;
    }
    for (unsigned i = 0; i < XENON_CAUSES; i++) {
        uint64_t clocks = flame->node[node].clocks[i];
        most = most == 0 && is_wide(flame, at, clocks) ? 1 : most;
        at += clocks;
    }
    return most;
}

static void put_frame(const struct flame *flame, unsigned row, uint64_t at, uint64_t clocks, const char *colour,
                      const char *name, const char *more)
{
    char number[PROFILE_NUMBER_MAX], share[PROFILE_NUMBER_MAX];
    uint64_t x = (uint64_t)LEFT * SVG_PIXEL + place(flame, at),
             end = (uint64_t)LEFT * SVG_PIXEL + place(flame, at + clocks);
    unsigned y = flame->bottom - ROW * (row + 1);
    uint64_t gap = end - x > SVG_PIXEL ? SVG_PIXEL / 2 : 0, room = (end - x) / SVG_CHARACTER(12);
    svg_open_box(flame->file, x, y, end - x - gap, ROW - 1, colour);
    svg_escaped(flame->file, name, strlen(name));
    fprintf(flame->file, ": %s clocks, %s%s", profile_number(clocks, number),
            profile_percent(clocks, flame->whole, share), more);
    svg_close_box(flame->file);
    if (room >= (strlen(name) < FITS ? strlen(name) + 1 : FITS))
        svg_text(flame->file, "in", (unsigned)(x / SVG_PIXEL) + 4, y + 14, (unsigned)((end - x) / SVG_PIXEL) - 6, name);
}

static void put_node(const struct flame *flame, uint32_t node, unsigned row, uint64_t at)
{
    const struct profile_node *n = &flame->node[node];
    for (uint32_t i = flame->first[node]; i < flame->first[node + 1]; i++) {
        uint32_t child = flame->order[i];
        const struct profile_node *c = &flame->node[child];
        uint64_t within = flame->within[child];
        char name[PROFILE_NAME_MAX], more[128], issues[PROFILE_NUMBER_MAX], calls[PROFILE_NUMBER_MAX];
        if (is_wide(flame, at, within)) {
            snprintf(more, sizeof more, "; %s instructions of its own, called %s times",
                     profile_number(c->issues, issues), profile_number(c->calls, calls));
            profile_function_name(flame->report, c->function, name);
            put_frame(flame, row, at, within, shade[row % 3], name, more);
            put_node(flame, child, row + 1, at);
        }
        at += within;
    }
    for (unsigned i = 0; i < XENON_CAUSES; i++) {
        char more[128];
        snprintf(more, sizeof more, "; %s", xenon_cause_text[i]);
        if (is_wide(flame, at, n->clocks[i]))
            put_frame(flame, row, at, n->clocks[i], profile_colour[i], xenon_cause_name[i], more);
        at += n->clocks[i];
    }
}

/* Twice: to find out how high it is, and to draw it. */
static void each_thread(struct flame *flame, bool draw)
{
    uint64_t at = 0;
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        uint64_t within = flame->report->within[i][0];
        char name[16];
        snprintf(name, sizeof name, "thread %u", i);
        if (is_wide(flame, at, within)) {
            begin_thread(flame, i);
            if (draw) {
                put_frame(flame, 0, at, within, "#d9d3c3", name, "");
                put_node(flame, 0, 1, at);
            } else {
                unsigned rows = 1 + rows_of(flame, 0, at);
                flame->rows = rows > flame->rows ? rows : flame->rows;
            }
            end_thread(flame);
        }
        at += within;
    }
}

void profile_write_flame(FILE *file, const struct profile_report *report)
{
    struct flame flame = {.file = file, .report = report};
    char subtitle[512], whole[PROFILE_NUMBER_MAX], rest[PROFILE_NUMBER_MAX];
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        flame.whole += report->within[i][0];
    if (flame.whole > 0)
        each_thread(&flame, false);
    flame.bottom = TOP + ROW * flame.rows;
    snprintf(subtitle, sizeof subtitle,
             "%.200s, %s: %s clocks of instructions; %s of threads that had none are not shown", report->title,
             report->duration, profile_number(flame.whole, whole), profile_number(report->rest_total, rest));
    svg_begin(file, WIDTH, flame.bottom + GAP + profile_legend_height(report, false) + 12,
              "Where the time went, by calls", subtitle);
    if (flame.whole > 0)
        each_thread(&flame, true);
    profile_write_legend(file, report, flame.bottom + GAP, false);
    svg_end(file);
}
