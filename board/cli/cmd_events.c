/* cycle360 events: looking at event logs. */
#include "board/cli/command.h"
#include "board/cli/events_commands.h"
#include "board/cli/options.h"
#include "waves/analysis/events_difference.h"
#include "waves/analysis/events_digest.h"
#include "waves/analysis/events_stats.h"

#include <stdio.h>

static int report(const char *command, enum sim_status status, const struct sim_error *error)
{
    return status == SIM_OK ? SIM_OK : command_fail(command, status, error);
}

static int stats(int argc, char **argv)
{
    struct waves_events_stats what = {0};
    const char *threads = NULL;
    const struct option option[] = {
        {"top", OPTION_COUNT, &what.top, "N",
         "only the N exports that are called most; of two logs, the N rows of each table that differ most"},
        {"tid-map", OPTION_STRING, &threads, "PAIRS",
         "which threads of FILE are which of B: 6=1,7=2; the others are paired by what they begin with"},
        {"json", OPTION_FLAG, &what.json, NULL, "one JSON object"},
    };
    const struct usage usage = {
        .command = "events stats",
        .operands = "FILE [B]",
        .operands_min = 1,
        .operands_max = 2,
        .summary =
            "Records by kind, calls by export, threads and the span of time of an event log. FILE is a .jsonl or "
            ".jsonl.gz file of boot --events, or the .part that a killed run has left. With B, another log, the two "
            "beside each other, and of each thread its calls, signals, waits and those that have not ended.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 events stats out/events.jsonl --top 20\n"
                    "cycle360 events stats reference.jsonl mine.jsonl --top 20\n"
                    "cycle360 events stats out/events.jsonl.gz --json | jq .calls.NtCreateFile\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    what.path = argv[1];
    if (argc > 2) {
        struct waves_events_difference two = {{argv[1], argv[2]}, threads, what.top, what.json};
        return report(usage.command, waves_events_difference(&two, stdout, &error), &error);
    }
    if (threads)
        return command_fail(usage.command, sim_fail(&error, SIM_USAGE, "--tid-map needs two logs"), &error);
    return report(usage.command, waves_events_stats(&what, stdout, &error), &error);
}

static int digest(int argc, char **argv)
{
    struct waves_events_digest what = {0};
    const struct option option[] = {
        {"events", OPTION_STRING, &what.events, "GLOBS", "only these records: globs between commas, as in import.*"},
        {"without", OPTION_STRING, &what.without, "NAMES", "members that do not count: cycle,ns"},
        {"threads", OPTION_FLAG, &what.threads, NULL, "a digest for each thread as well"},
        {"json", OPTION_FLAG, &what.json, NULL, "one JSON object"},
    };
    const struct usage usage = {
        .command = "events digest",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary =
            "SHA-256 over the records of an event log, which is the same for the same events however the file is "
            "written. The first record, which says what made the log, and members whose names begin with host_ "
            "do not count.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples =
            "cycle360 events digest out/events.jsonl.gz\n"
            "cycle360 events digest out/events.jsonl --events 'import.*,kernel.*' --without cycle,ns --threads\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    what.path = argv[1];
    return report(usage.command, waves_events_digest(&what, stdout, &error), &error);
}

int cmd_events(int argc, char **argv)
{
    static const struct command commands[] = {
        {"stats", "counts records, calls and threads", stats},
        {"digest", "one number for a log, and for each thread", digest},
        {"diff", "finds where two logs first differ, thread by thread", events_diff},
        {"fires", "who signals what, and what another run lacks of it", events_fires},
        {"manifest", "where threads met contention, for boot --replay-contention", events_manifest},
    };
    static const struct command_family family = {
        .name = "cycle360 events",
        .summary = "Looks at event logs.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
