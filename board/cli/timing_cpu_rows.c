/* The rows of timing_cpu.def, and what their settings come to on a board. */
#include "board/cli/timing_cpu.h"
#include "models/xenon/core/timing.h"

#include <string.h>

const struct timing_cpu_row timing_cpu_row[] = {
#define CPU_SET(row, name, per, settings, least, most, source, body) \
    {row, name, true, TIMING_CPU_SPAN, per, "clocks", settings, least, most, source, body},
#define CPU_EMERGES(row, name, kind, per, unit, settings, least, most, source, body) \
    {row, name, false, TIMING_CPU_##kind, per, unit, settings, least, most, source, body},
#include "board/cli/timing_cpu.def"
#undef CPU_SET
#undef CPU_EMERGES
};
const unsigned timing_cpu_rows = sizeof timing_cpu_row / sizeof *timing_cpu_row;

static uint64_t setting(const struct board_description *board, const char *name, size_t length)
{
    const struct {
        const char *name;
        uint64_t value;
    } settings[] = {
#define TIMING(name, ...) {#name, board->xenon_##name},
#include "models/xenon/core/timing.def"
#undef TIMING
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (strlen(settings[i].name) == length && memcmp(settings[i].name, name, length) == 0)
            return settings[i].value;
    SIM_BUG("timing_cpu.def: no setting %.*s", (int)length, name);
}

uint64_t timing_cpu_as_set(const struct timing_cpu_row *row, const struct board_description *board)
{
    uint64_t sum = 0, largest = 0;
    for (const char *p = row->settings;; p++) {
        size_t length = strcspn(p, "+|");
        uint64_t value = setting(board, p, length);
        largest = value > largest ? value : largest;
        p += length;
        if (*p != '|') {
            sum += largest;
            largest = 0;
        }
        if (*p == '\0')
            return 100 * sum;
    }
}

bool timing_cpu_agrees(const struct timing_cpu_report *report)
{
    for (unsigned i = 0; i < report->rows; i++) {
        const struct timing_cpu_measured *measured = &report->measured[i];
        if (!measured->there ||
            (report->row[i]->set && measured->value != (int64_t)timing_cpu_as_set(report->row[i], report->board)))
            return false;
    }
    return true;
}
