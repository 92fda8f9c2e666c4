/* cycle360 timing memory: latency, bandwidth and contention of the memory system beside what is published about it. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "board/cli/profile_files.h"
#include "board/cli/timing_memory.h"
#include "board/cli/timing_memory_print.h"
#include "board/cli/timing_page.h"
#include "models/sim/child.h"
#include "waves/glob.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS_AT_ONCE = 0 }; /* as many as there are processors */

/* What comes back from a child, through a pipe between two copies of one program. */
struct outcome {
    enum sim_status status;
    struct sim_error error;
    struct timing_memory_measured measured;
};

struct job {
    struct timing_memory_report *report;
    enum sim_status status;
    struct sim_error error; /* of the first run that could not be measured */
    bool shows;             /* how far it is */
};

static int measure(void *context, unsigned index, FILE *out)
{
    const struct timing_memory_report *report = ((const struct job *)context)->report;
    struct outcome outcome = {.status = SIM_OK};
    outcome.status = timing_memory_measure(&outcome.measured, &report->run[index], report->board, &outcome.error);
    return fwrite(&outcome, sizeof outcome, 1, out) == 1 ? 0 : 1;
}

static void measured(void *context, unsigned index, const struct sim_child *child)
{
    struct job *job = context;
    const char *name = timing_memory_part_name[job->report->run[index].part];
    struct outcome outcome;
    if (job->shows)
        fprintf(stderr, "\rtiming memory: %u of %u programs", index + 1, job->report->runs);
    if (job->status != SIM_OK)
        return;
    job->status = timing_child_wrote(child, &outcome, sizeof outcome, name, &job->error);
    if (job->status != SIM_OK)
        return;
    if (outcome.status != SIM_OK)
        job->status = sim_fail(&job->error, outcome.status, "%s: %s", name, outcome.error.text);
    job->report->measured[index] = outcome.measured;
}

static enum sim_status write_file(const struct timing_memory_report *report, const char *path,
                                  void (*print)(const struct timing_memory_report *, FILE *), struct sim_error *error)
{
    struct timing_page page;
    timing_page_begin(&page);
    print(report, page.file);
    return timing_page_write(&page, path, error);
}

static enum sim_status write_pictures(const struct timing_memory_report *report, const char *folder,
                                      struct sim_error *error)
{
    static const struct {
        enum timing_memory_part part;
        const char *name;
        void (*print)(const struct timing_memory_report *, FILE *);
    } picture[] = {
        {TIMING_MEMORY_LATENCY, "latency.svg", timing_memory_draw_latency},
        {TIMING_MEMORY_CONTENTION, "contention.svg", timing_memory_draw_contention},
    };
    enum sim_status status = SIM_OK;
    for (unsigned i = 0; status == SIM_OK && i < sizeof picture / sizeof *picture; i++) {
        char path[4096];
        if (!report->part[picture[i].part])
            continue;
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, picture[i].name) >= sizeof path)
            return sim_fail(error, SIM_USAGE, "%s: too long a name", folder);
        status = write_file(report, path, picture[i].print, error);
    }
    return status;
}

static int run(struct timing_memory_report *report, const char *page, const char *folder, bool json,
               const char *command)
{
    struct job job = {.report = report, .shows = isatty(STDERR_FILENO)};
    struct sim_error error;
    enum sim_status status = folder ? profile_make_folder(folder, &error) : SIM_OK;
    if (status == SIM_OK)
        status = sim_children_run(report->runs, JOBS_AT_ONCE, measure, measured, &job, &error);
    if (job.shows)
        fputs("\r\033[K", stderr);
    if (status != SIM_OK)
        return command_fail(command, status, &error);
    if (job.status != SIM_OK)
        return command_fail(command, job.status, &job.error);
    if (json)
        timing_memory_print_json(report, stdout);
    else
        timing_memory_print_text(report, stdout);
    if (page && (status = write_file(report, page, timing_memory_print_html, &error)) != SIM_OK)
        return command_fail(command, status, &error);
    if (folder && (status = write_pictures(report, folder, &error)) != SIM_OK)
        return command_fail(command, status, &error);
    return timing_memory_agrees(report) ? SIM_OK : SIM_GUEST;
}

static enum sim_status choose_parts(struct timing_memory_report *report, const struct option_list *only,
                                    struct sim_error *error)
{
    for (unsigned part = 0; part < TIMING_MEMORY_PARTS; part++)
        report->part[part] = only->count == 0;
    for (unsigned i = 0; i < only->count; i++) {
        bool any = false;
        for (unsigned part = 0; part < TIMING_MEMORY_PARTS; part++) {
            bool fits = waves_glob_match(only->item[i], timing_memory_part_name[part]);
            report->part[part] |= fits;
            any |= fits;
        }
        if (!any)
            return sim_fail(error, SIM_USAGE, "--only %s is none of latency, bandwidth, dram, contention and emergent",
                            only->item[i]);
    }
    return SIM_OK;
}

int cmd_timing_memory(int argc, char **argv)
{
    const char *board_name = "retail", *page = NULL, *folder = NULL;
    bool json = false;
    unsigned core = 0;
    struct option_list set = {0}, only = {0};
    const struct option option[] = {
        {"only", OPTION_LIST, &only, "PART", "latency, bandwidth, dram, contention or emergent; may be repeated"},
        {"core", OPTION_CHOICE, &core, "0|1|2|all", "whose latency is measured; default 0"},
        {"board", OPTION_STRING, &board_name, "BOARD", "a built-in board or a file; default retail"},
        {"set", OPTION_LIST, &set, "KEY=VALUE", "changes a key of the board; may be repeated"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object on standard output"},
        {"html", OPTION_STRING, &page, "FILE", "also writes tables and curves as a page"},
        {"svg", OPTION_STRING, &folder, "FOLDER", "also writes latency.svg and contention.svg into it"},
    };
    const struct usage usage = {
        .command = "timing memory",
        .summary =
            "Runs programs on the cores of boards of their own and prints how long loads that depend on one another "
            "take, by footprint; what streams of each core and of all carry, beside the limits of the bus; what the "
            "DRAM takes, beside the sums of its data sheet; how loads fare while other cores stream; and what of "
            "that is published. The exit code is 1 if the DRAM does not come to its sums, or a bus carries more "
            "than it can.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 timing memory --only latency --core all --svg curves\n"
                    "cycle360 timing memory --only dram --set membus.tCL=11\n"
                    "cycle360 timing memory --json | jq -r '.latency[] | [.order, .bytes, .clocks] | @tsv'\n",
    };
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    struct sim_error error;
    struct board_description *board = calloc(1, sizeof *board);
    SIM_CHECK(board, "out of memory for a board");
    struct timing_memory_report report = {.board_name = board_name, .board = board};
    for (unsigned i = 0; i < BOARD_CORES; i++)
        report.core[i] = core == i || core == BOARD_CORES;
    enum sim_status status = board_description_load(board, board_name, set.item, set.count, &error);
    if (status == SIM_OK)
        status = choose_parts(&report, &only, &error);
    if (status == SIM_OK) {
        timing_memory_plan(&report);
        exit_code = run(&report, page, folder, json, usage.command);
    } else {
        exit_code = command_fail(usage.command, status, &error);
    }
    free(report.run);
    free(report.measured);
    free(board);
    return exit_code;
}
