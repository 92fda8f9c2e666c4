/* cpi.svg: for each thread the clocks of an instruction, for each function its share, split by causes. */
#include "board/cli/profile_files.h"
#include "board/cli/profile_legend.h"
#include "board/cli/svg.h"

#include <inttypes.h>
#include <string.h>

enum {
    WIDTH = 1200,
    LEFT = 24,
    LABEL = 230,               /* where bars begin */
    PLOT = 740,                /* the longest */
    VALUE = LABEL + PLOT + 14, /* and what stands behind them */
    TOP = 84,
    AXIS = 28,
    THREAD_ROW = 48,
    THREAD_BAR = 26,
    FUNCTION_ROW = 26,
    FUNCTION_BAR = 18,
    FUNCTIONS_SHOWN = 16,
    GAP = 30,
    TICKS = 10,
    LABEL_SHARE = 500, /* ten-thousandths of the longest bar from which a part is labelled */
};

struct bar {
    unsigned y, height;
    uint64_t length; /* hundredths of a pixel */
    bool idle;
    const uint64_t *clocks;
    const char *name;
};

static uint64_t whole_of(const struct bar *bar)
{
    uint64_t whole = 0;
    for (unsigned i = 0; i < XENON_CAUSES; i++)
        whole += bar->idle || i != XENON_CAUSE_OF_idle ? bar->clocks[i] : 0;
    return whole;
}

static bool is_dark(unsigned cause)
{
    return cause == XENON_CAUSE_OF_dram || cause == XENON_CAUSE_OF_barrier || cause == XENON_CAUSE_OF_exception ||
           cause == XENON_CAUSE_OF_branch || cause == XENON_CAUSE_OF_l2 || cause == XENON_CAUSE_OF_base;
}

static void put_bar(FILE *file, const struct bar *bar)
{
    uint64_t whole = whole_of(bar), at = 0;
    for (unsigned i = 0; i < XENON_CAUSES && whole > 0; i++) {
        char number[PROFILE_NUMBER_MAX], share[PROFILE_NUMBER_MAX], label[16];
        uint64_t clocks = bar->idle || i != XENON_CAUSE_OF_idle ? bar->clocks[i] : 0;
        uint64_t x = (uint64_t)((unsigned __int128)at * bar->length / whole);
        uint64_t end = (uint64_t)((unsigned __int128)(at + clocks) * bar->length / whole);
        at += clocks;
        if (clocks == 0)
            continue;
        svg_open_box(file, LABEL * SVG_PIXEL + x, bar->y, end - x, bar->height, profile_colour[i]);
        svg_escaped(file, bar->name, strlen(bar->name));
        fprintf(file, ", %s: %s clocks, %s; %s", xenon_cause_name[i], profile_number(clocks, number),
                profile_percent(clocks, whole, share), xenon_cause_text[i]);
        svg_close_box(file);
        snprintf(label, sizeof label, "%u %%", (profile_share(clocks, whole) + 50) / 100);
        if (strlen(label) * SVG_CHARACTER(12) + 8 * SVG_PIXEL <= end - x)
            svg_text(file, is_dark(i) ? "light" : "in", LABEL + (unsigned)(x / SVG_PIXEL) + 4,
                     bar->y + bar->height / 2 + 4, 0, label);
    }
}

static uint64_t busy(const struct profile_thread *thread)
{
    return thread->total - thread->clocks[XENON_CAUSE_OF_idle];
}

/* Hundredths of clocks for an instruction, for the longest bar. A thread that hardly ran does not decide. */
static uint64_t longest(const struct profile_report *report)
{
    uint64_t issues = 0, most = 0;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        issues += report->thread[i].issues;
    for (unsigned i = 0; i < PROFILE_THREADS; i++) {
        const struct profile_thread *thread = &report->thread[i];
        if (thread->issues == 0 || thread->issues < issues / 100)
            continue;
        uint64_t cpi = (uint64_t)(((unsigned __int128)busy(thread) * 100 + thread->issues - 1) / thread->issues);
        most = cpi > most ? cpi : most;
    }
    return most > 0 ? most : 1;
}

static void put_axis(FILE *file, uint64_t most, unsigned y, unsigned bottom)
{
    static const unsigned factor[] = {2, 5, 10};
    uint64_t step = 1;
    for (uint64_t decade = 1; most / step > TICKS; decade *= 10)
        for (unsigned i = 0; i < 3 && most / step > TICKS; i++)
            step = decade * factor[i];
    for (uint64_t t = 0; t <= most; t += step) {
        char text[PROFILE_NUMBER_MAX];
        unsigned x = LABEL + (unsigned)((unsigned __int128)t * PLOT / most);
        fprintf(file, "<path class=\"grid\" d=\"M%u %uV%u\"/>\n", x, y - 6, bottom);
        svg_text(file, "tick", x, y - 10, 0, profile_quotient(t, 100, text));
    }
}

static void put_thread(FILE *file, const struct profile_thread *thread, unsigned number, uint64_t most, unsigned y)
{
    char name[16], text[96], value[PROFILE_NUMBER_MAX];
    unsigned __int128 length =
        (unsigned __int128)busy(thread) * 100 * PLOT * SVG_PIXEL / ((unsigned __int128)thread->issues * most);
    bool cut = length > PLOT * SVG_PIXEL;
    struct bar bar = {y, THREAD_BAR, cut ? PLOT * SVG_PIXEL : (uint64_t)length, false, thread->clocks, name};
    unsigned x = LABEL + (unsigned)(bar.length / SVG_PIXEL) + 10;
    snprintf(name, sizeof name, "thread %u", number);
    svg_text(file, "value", LEFT, y + 11, 0, name);
    snprintf(text, sizeof text, "%s instructions", profile_number(thread->issues, value));
    svg_text(file, "note", LEFT, y + 26, LABEL - LEFT - 8, text);
    put_bar(file, &bar);
    snprintf(text, sizeof text, "%s%s", cut ? ">> " : "", profile_quotient(busy(thread), thread->issues, value));
    svg_text(file, "value", x, y + 12, 0, text);
    snprintf(text, sizeof text, "idle %s", profile_percent(thread->clocks[XENON_CAUSE_OF_idle], thread->total, value));
    svg_text(file, "note", x, y + 25, 0, text);
}

static unsigned threads_that_ran(const struct profile_report *report)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        count += report->thread[i].issues > 0;
    return count;
}

static unsigned put_threads(FILE *file, const struct profile_report *report, unsigned y)
{
    uint64_t most = longest(report);
    unsigned row = 0, count = threads_that_ran(report);
    svg_text(file, "head", LEFT, y, 0,
             count > 0 ? "Clocks for each instruction, by thread" : "No thread issued an instruction");
    y += 14 + AXIS;
    if (count > 0)
        put_axis(file, most, y, y + THREAD_ROW * count - 10);
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        if (report->thread[i].issues > 0)
            put_thread(file, &report->thread[i], i, most, y + THREAD_ROW * row++ + 4);
    return y + THREAD_ROW * count;
}

static unsigned put_functions(FILE *file, const struct profile_report *report, unsigned y)
{
    uint64_t whole = report->total - report->rest_total;
    unsigned shown = report->functions < FUNCTIONS_SHOWN ? report->functions : FUNCTIONS_SHOWN;
    svg_text(file, "head", LEFT, y, 0, "Clocks of functions, without what they call");
    y += 14;
    for (unsigned i = 0; i < shown && report->function[i].total > 0; i++, y += FUNCTION_ROW) {
        const struct profile_function *function = &report->function[i];
        char name[PROFILE_NAME_MAX], text[96], share[PROFILE_NUMBER_MAX], cpi[PROFILE_NUMBER_MAX];
        uint64_t length = (uint64_t)((unsigned __int128)function->total * PLOT * SVG_PIXEL / report->function[0].total);
        profile_function_name(report, function->start, name);
        svg_text(file, "value", LEFT, y + 13, LABEL - LEFT - 8, name);
        put_bar(file, &(struct bar){y, FUNCTION_BAR, length, true, function->clocks, name});
        snprintf(text, sizeof text, "%8s, CPI %s", profile_percent(function->total, whole, share),
                 profile_quotient(function->total, function->issues, cpi));
        svg_text(file, "value", LABEL + (unsigned)(length / SVG_PIXEL) + 10, y + 13, 0, text);
    }
    return y;
}

static unsigned height_of(const struct profile_report *report)
{
    unsigned shown = report->functions < FUNCTIONS_SHOWN ? report->functions : FUNCTIONS_SHOWN;
    return TOP + 14 + AXIS + THREAD_ROW * threads_that_ran(report) + GAP + 14 + FUNCTION_ROW * shown + GAP +
           profile_legend_height(report, true) + 12;
}

void profile_write_stacks(FILE *file, const struct profile_report *report)
{
    char subtitle[300], run[PROFILE_NUMBER_MAX];
    snprintf(subtitle, sizeof subtitle, "%.200s, %s clocks, %s", report->title, profile_number(report->run, run),
             report->duration);
    svg_begin(file, WIDTH, height_of(report), "Where the time went, by causes", subtitle);
    unsigned y = put_threads(file, report, TOP);
    y = put_functions(file, report, y + GAP);
    profile_write_legend(file, report, y + GAP - 14, true);
    svg_end(file);
}
