/* cycle360 events fires: who signals what, and what one run has of it that another one lacks. */
#include "board/cli/command.h"
#include "board/cli/events_commands.h"
#include "board/cli/options.h"
#include "board/cli/read_file.h"
#include "waves/analysis/fires.h"

#include <inttypes.h>
#include <stdlib.h>

static enum sim_status check(const struct waves_fires *what, bool csv, bool json, struct sim_error *error)
{
    if (csv && json)
        return sim_fail(error, SIM_USAGE, "--csv and --json: one of them");
    if (what->depth > WAVES_FIRES_DEPTH_MOST)
        return sim_fail(error, SIM_USAGE, "--depth %" PRIu64 ": %d is the most", what->depth, WAVES_FIRES_DEPTH_MOST);
    if (what->under > 100)
        return sim_fail(error, SIM_USAGE, "--under %" PRIu64 ": 0 to 100", what->under);
    if (what->threads && !what->path[1])
        return sim_fail(error, SIM_USAGE, "--tid-map needs two logs");
    return SIM_OK;
}

int events_fires(int argc, char **argv)
{
    struct waves_fires what = {.under = WAVES_FIRES_UNDER};
    struct waves_families families = {0};
    const char *families_path = NULL;
    bool csv = false, json = false;
    const struct option option[] = {
        {"depth", OPTION_COUNT, &what.depth, "N",
         "which caller tells producers apart: 0 is where the call returns to, 1 the caller of that function, and so "
         "on, "
         "as far as the log names them; default 0"},
        {"operations", OPTION_STRING, &what.operations, "GLOBS",
         "these calls, globs between commas: Nt*Event,NtReleaseSemaphore. Default: all that let waiters go on"},
        {"families", OPTION_STRING, &families_path, "FILE", "names for groups of producers"},
        {"tid-map", OPTION_STRING, &what.threads, "PAIRS",
         "which threads of A are which of B: 6=1,7=2; the others are paired by what they begin with"},
        {"under", OPTION_COUNT, &what.under, "PERCENT", "who fires in B less than so much of A is told; default 50"},
        {"csv", OPTION_FLAG, &csv, NULL, "a line for each producer, between commas"},
        {"json", OPTION_FLAG, &json, NULL, "one JSON object"},
    };
    const struct usage usage = {
        .command = "events fires",
        .operands = "A [B]",
        .operands_min = 1,
        .operands_max = 2,
        .summary =
            "The producers of signals in an event log, by operation and caller: how often each fires, on how many "
            "handles, in which threads. With B also: what fires in A and never in B, what fires less there, and which "
            "threads have no analogue. Markdown.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 events fires reference.jsonl.gz\n"
                    "cycle360 events fires reference.jsonl.gz mine.jsonl --depth 1 --families families.txt\n"
                    "cycle360 events fires a.jsonl b.jsonl --csv | grep ^never\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    what.path[0] = argv[1];
    what.path[1] = argc > 2 ? argv[2] : NULL;
    what.form = csv ? WAVES_FIRES_CSV : json ? WAVES_FIRES_JSON : WAVES_FIRES_MARKDOWN;
    enum sim_status status = check(&what, csv, json, &error);
    struct whole_file file = {0};
    if (status == SIM_OK && families_path)
        status = read_file(families_path, 0, UINT64_MAX, WAVES_FAMILIES_FILE_MOST, &file, &error);
    if (status == SIM_OK && families_path)
        status = waves_families_read(&families, families_path, file.text, file.size, &error);
    free(file.text);
    what.families = families_path ? &families : NULL;
    if (status == SIM_OK)
        status = waves_fires(&what, stdout, &error);
    waves_families_free(&families);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}
