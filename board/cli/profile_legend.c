#include "board/cli/profile_legend.h"

#include "board/cli/profile_files.h"
#include "board/cli/svg.h"

enum { COLUMNS = 2, COLUMN = 580, ROW = 22, LEFT = 24, HEAD = 30, NAME = 24, TEXT = 138, BOX = 14 };

static bool occurs(const struct profile_report *report, unsigned cause, bool idle)
{
    bool any = false;
    for (unsigned i = 0; i < PROFILE_THREADS; i++)
        any |= report->thread[i].clocks[cause] > 0;
    return any && (idle || cause != XENON_CAUSE_OF_idle);
}

static unsigned rows(const struct profile_report *report, bool idle)
{
    unsigned count = 0;
    for (unsigned i = 0; i < XENON_CAUSES; i++)
        count += occurs(report, i, idle);
    return (count + COLUMNS - 1) / COLUMNS;
}

unsigned profile_legend_height(const struct profile_report *report, bool idle)
{
    return HEAD + ROW * rows(report, idle);
}

/* Column by column. */
void profile_write_legend(FILE *file, const struct profile_report *report, unsigned y, bool idle)
{
    unsigned count = 0, down = rows(report, idle);
    svg_text(file, "head", LEFT, y + 14, 0, "Causes");
    for (unsigned i = 0; i < XENON_CAUSES; i++) {
        if (!occurs(report, i, idle))
            continue;
        unsigned x = LEFT + COLUMN * (count / down), top = y + HEAD + ROW * (count % down);
        svg_box(file, (uint64_t)x * SVG_PIXEL, top, (uint64_t)BOX * SVG_PIXEL, BOX, profile_colour[i]);
        svg_text(file, "value", x + NAME, top + 11, 0, xenon_cause_name[i]);
        svg_text(file, "note", x + TEXT, top + 11, 0, xenon_cause_text[i]);
        count++;
    }
}
