/* cycle360 timing: benchmarks of the machine's time beside what is published about it. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/timing_cpu.h"
#include "board/cli/timing_page.h"
#include "board/cli/timing_vblank.h"
#include "models/sim/child.h"
#include "models/sim/nearest.h"
#include "waves/glob.h"

#include <stdlib.h>

enum { JOBS_AT_ONCE = 0 }; /* as many as there are processors */

struct job {
    struct board_description *board; /* by row, each with its mode */
    struct timing_report *report;
    struct sim_error error; /* of the first row that could not be measured */
    enum sim_status status;
};

/* What comes back from a child, through a pipe between two copies of one program. */
struct outcome {
    enum sim_status status;
    struct sim_error error;
    struct timing_measured measured;
};

static int measure(void *context, unsigned index, FILE *out)
{
    struct job *job = context;
    struct outcome outcome = {.status = SIM_OK};
    outcome.status = timing_measure(&outcome.measured, &job->board[index], job->report->vblanks, &outcome.error);
    return fwrite(&outcome, sizeof outcome, 1, out) == 1 ? 0 : 1;
}

static void measured(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    struct timing_row *row = &job->report->row[index];
    struct outcome outcome;
    const char *mode = display_modes[row->mode].name;
    if (job->status != SIM_OK)
        return;
    job->status = timing_child_wrote(child, &outcome, sizeof outcome, mode, &job->error);
    if (job->status != SIM_OK)
        return;
    if (outcome.status != SIM_OK)
        job->status = sim_fail(&job->error, outcome.status, "%s: %s", mode, outcome.error.text);
    row->measured = outcome.measured;
}

/* The rows: a mode and a board with that mode for each match. */
static enum sim_status choose_modes(struct job *job, const char *glob, const struct board_description *board,
                                    struct sim_error *error)
{
    const char *names[DISPLAY_MODE_COUNT];
    struct timing_report *report = job->report;
    for (unsigned mode = 0; mode < DISPLAY_MODE_COUNT; mode++) {
        char assignment[BOARD_VALUE_TEXT];
        names[mode] = display_modes[mode].name;
        if (!waves_glob_match(glob, names[mode]))
            continue;
        job->board[report->rows] = *board;
        snprintf(assignment, sizeof assignment, "display.mode=%s", names[mode]);
        enum sim_status status = board_description_set(&job->board[report->rows], assignment, error);
        if (status != SIM_OK)
            return status;
        report->row[report->rows].mode = mode;
        timing_figures_init(&report->row[report->rows].figures, &display_modes[mode], board);
        report->rows++;
    }
    if (report->rows != 0)
        return SIM_OK;
    const char *near = sim_nearest(glob, names, DISPLAY_MODE_COUNT);
    return sim_fail(error, SIM_USAGE, "--mode %s matches none of the %d modes%s%s", glob, DISPLAY_MODE_COUNT,
                    near ? "; the nearest is " : "", near ? near : "");
}

static enum sim_status write_page(const struct timing_report *report, const char *path, struct sim_error *error)
{
    struct timing_page page;
    timing_page_begin(&page);
    timing_print_html(report, page.file);
    return timing_page_write(&page, path, error);
}

static int run(struct job *job, const char *page, bool json, struct sim_error *error)
{
    const struct timing_report *report = job->report;
    enum sim_status status = sim_children_run(report->rows, JOBS_AT_ONCE, measure, measured, job, error);
    if (status != SIM_OK)
        return command_fail("timing vblank", status, error);
    if (job->status != SIM_OK)
        return command_fail("timing vblank", job->status, &job->error);
    if (json)
        timing_print_json(report, stdout);
    else
        timing_print_text(report, stdout);
    if (page && (status = write_page(report, page, error)) != SIM_OK)
        return command_fail("timing vblank", status, error);
    for (unsigned i = 0; i < report->rows; i++)
        if (report->row[i].measured.wrong)
            return SIM_GUEST;
    return SIM_OK;
}

static int cmd_vblank(int argc, char **argv)
{
    const char *mode = "*", *board_name = "retail", *page = NULL;
    bool json = false;
    uint64_t vblanks = 20;
    struct option_list set = {0};
    const struct option option[] = {
        {"mode", OPTION_STRING, &mode, "GLOB", "only the modes whose name matches, such as 'vga-*'"},
        {"vblanks", OPTION_COUNT, &vblanks, "N", "simulates so many of each mode; default 20"},
        {"board", OPTION_STRING, &board_name, "BOARD", "a built-in board or a file; default retail"},
        {"set", OPTION_LIST, &set, "KEY=VALUE", "changes a key of the board; may be repeated"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
        {"html", OPTION_STRING, &page, "FILE", "also writes the tables as a page"},
    };
    const struct usage usage = {
        .command = "timing vblank",
        .summary =
            "Runs every display mode on a board of its own and prints its exact rate, its blanking span and the delay "
            "from the vblank edge to the interrupt line of hardware thread 2, beside the published figures. The exit "
            "code is 1 if a simulated edge is not where exact arithmetic has it.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 timing vblank --mode 'vga-*' --set display.rate=corona_pll\n"
                    "cycle360 timing vblank --json | jq -r '.modes[] | [.mode, .hz] | @tsv'\n",
    };
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    struct sim_error error;
    struct board_description *board = calloc(DISPLAY_MODE_COUNT + 1, sizeof *board);
    struct timing_row *rows = calloc(DISPLAY_MODE_COUNT, sizeof *rows);
    SIM_CHECK(board && rows, "out of memory for %d boards", DISPLAY_MODE_COUNT);
    struct timing_report report = {.board_name = board_name, .board = board, .vblanks = vblanks, .row = rows};
    struct job job = {.board = board + 1, .report = &report};
    enum sim_status status =
        vblanks >= 1 && vblanks <= TIMING_VBLANKS_MAX
            ? board_description_load(board, board_name, set.item, set.count, &error)
            : sim_fail(&error, SIM_USAGE, "--vblanks %llu: 1 to %d", (unsigned long long)vblanks, TIMING_VBLANKS_MAX);
    if (status == SIM_OK)
        status = choose_modes(&job, mode, board, &error);
    exit_code = status == SIM_OK ? run(&job, page, json, &error) : command_fail(usage.command, status, &error);
    for (unsigned i = 0; i < report.rows; i++)
        timing_figures_clear(&rows[i].figures);
    free(rows);
    free(board);
    return exit_code;
}

int cmd_timing(int argc, char **argv)
{
    static const struct command command[] = {
        {"vblank", "rate, blanking span and interrupt delay of every display mode", cmd_vblank},
        {"cpu", "microbenchmarks of a core: latencies, pairs, branches, stores, threads", cmd_timing_cpu},
        {"memory", "latency, bandwidth, DRAM and contention of the memory system", cmd_timing_memory},
    };
    static const struct command_family family = {
        .name = "cycle360 timing",
        .summary = "Benchmarks of the machine's time, each beside what is published about it.",
        .command = command,
        .commands = sizeof command / sizeof *command,
    };
    return command_dispatch(&family, argc, argv);
}
