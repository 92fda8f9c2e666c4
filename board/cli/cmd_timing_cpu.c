/* cycle360 timing cpu: microbenchmarks of a core beside what is published about it. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/timing_cpu.h"
#include "board/cli/timing_page.h"
#include "models/sim/child.h"
#include "waves/glob.h"

#include <stdlib.h>

enum { JOBS_AT_ONCE = 0 }; /* as many as there are processors */

/* What comes back from a child, through a pipe between two copies of one program. */
struct outcome {
    enum sim_status status;
    struct sim_error error;
    struct timing_cpu_measured measured;
};

struct job {
    struct timing_cpu_report *report;
    enum sim_status status;
    struct sim_error error; /* of the first row that could not be measured */
};

static int measure(void *context, unsigned index, FILE *out)
{
    const struct timing_cpu_report *report = ((const struct job *)context)->report;
    struct outcome outcome = {.status = SIM_OK};
    outcome.status = timing_cpu_measure(&outcome.measured, report->row[index], report->board, &outcome.error);
    return fwrite(&outcome, sizeof outcome, 1, out) == 1 ? 0 : 1;
}

static void measured(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    const char *name = job->report->row[index]->name;
    struct outcome outcome;
    if (job->status != SIM_OK)
        return;
    job->status = timing_child_wrote(child, &outcome, sizeof outcome, name, &job->error);
    if (job->status != SIM_OK)
        return;
    if (outcome.status != SIM_OK)
        job->status = sim_fail(&job->error, outcome.status, "%s: %s", name, outcome.error.text);
    job->report->measured[index] = outcome.measured;
}

static enum sim_status write_page(const struct timing_cpu_report *report, const char *path, struct sim_error *error)
{
    struct timing_page page;
    timing_page_begin(&page);
    timing_cpu_print_html(report, page.file);
    return timing_page_write(&page, path, error);
}

static int run(struct timing_cpu_report *report, const char *page, bool json, const char *command)
{
    struct job job = {.report = report};
    struct sim_error error;
    enum sim_status status = sim_children_run(report->rows, JOBS_AT_ONCE, measure, measured, &job, &error);
    if (status != SIM_OK)
        return command_fail(command, status, &error);
    if (job.status != SIM_OK)
        return command_fail(command, job.status, &job.error);
    if (json)
        timing_cpu_print_json(report, stdout);
    else
        timing_cpu_print_text(report, stdout);
    if (page && (status = write_page(report, page, &error)) != SIM_OK)
        return command_fail(command, status, &error);
    return timing_cpu_agrees(report) ? SIM_OK : SIM_GUEST;
}

int cmd_timing_cpu(int argc, char **argv)
{
    const char *only = "*", *board_name = "retail", *page = NULL;
    bool json = false;
    struct option_list set = {0};
    const struct option option[] = {
        {"only", OPTION_STRING, &only, "GLOB", "only the benchmarks whose name matches, such as '*mul*'"},
        {"board", OPTION_STRING, &board_name, "BOARD", "a built-in board or a file; default retail"},
        {"set", OPTION_LIST, &set, "KEY=VALUE", "changes a key of the board; may be repeated"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
        {"html", OPTION_STRING, &page, "FILE", "also writes the tables as a page"},
    };
    const struct usage usage = {
        .command = "timing cpu",
        .summary = "Runs microbenchmarks on a core of a board of their own and prints the clocks of each beside the "
                   "published figures, in two lists: what restates a setting of the board, and what comes out of "
                   "many. The exit code is 1 if a benchmark of the first list does not come to what is set.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 timing cpu --only '*bc*' --set xenon.branch_mispredict=24\n"
                    "cycle360 timing cpu --json | jq -r '.rows[] | [.name, .simulated] | @tsv'\n",
    };
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    struct sim_error error;
    struct board_description *board = calloc(1, sizeof *board);
    const struct timing_cpu_row **row = calloc(timing_cpu_rows, sizeof *row);
    struct timing_cpu_measured *results = calloc(timing_cpu_rows, sizeof *results);
    SIM_CHECK(board && row && results, "out of memory for %u benchmarks", timing_cpu_rows);
    struct timing_cpu_report report = {.board_name = board_name, .board = board, .row = row, .measured = results};
    enum sim_status status = board_description_load(board, board_name, set.item, set.count, &error);
    for (unsigned i = 0; i < timing_cpu_rows; i++)
        if (waves_glob_match(only, timing_cpu_row[i].name))
            row[report.rows++] = &timing_cpu_row[i];
    if (status == SIM_OK && report.rows == 0)
        status = sim_fail(&error, SIM_USAGE, "--only %s matches none of the %u benchmarks", only, timing_cpu_rows);
    exit_code =
        status == SIM_OK ? run(&report, page, json, usage.command) : command_fail(usage.command, status, &error);
    free(results);
    free(row);
    free(board);
    return exit_code;
}
