/* cycle360 events manifest: where the threads of a logged run met contention, for boot --replay-contention. */
#include "board/cli/command.h"
#include "board/cli/events_commands.h"
#include "board/cli/options.h"
#include "waves/analysis/events_manifest.h"

#include <stdio.h>

int events_manifest(int argc, char **argv)
{
    struct waves_events_manifest what = {0};
    unsigned by = WAVES_CONTENTION_BY_INDEX;
    const struct option option[] = {
        {"o", OPTION_STRING, &what.out, "FILE", "the manifest that is written"},
        {"tid-map", OPTION_STRING, &what.threads, "PAIRS",
         "which threads of the log are which of the run that is to be: 6=1,7=2. Others are left out"},
        {"by", OPTION_CHOICE, &by, "index|call",
         "what tells a place: the index of the record, or how many calls the thread has made, which does not depend on "
         "what else a log has; default index"},
    };
    const struct usage usage = {
        .command = "events manifest",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "Writes down where the threads of an event log entered a critical section that was another thread's "
                   "(contention.observed), for boot --replay-contention.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 events manifest a.jsonl -o contention.json\n"
                    "cycle360 events manifest a.jsonl.gz --tid-map 6=1,10=5,17=13 --by call -o contention.json\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    what.path = argv[1];
    what.by = (enum waves_contention_by)by;
    if (!what.out)
        return command_fail(usage.command, sim_fail(&error, SIM_USAGE, "-o FILE is missing"), &error);
    enum sim_status status = waves_events_manifest(&what, stdout, &error);
    return status == SIM_OK ? SIM_OK : command_fail(usage.command, status, &error);
}
