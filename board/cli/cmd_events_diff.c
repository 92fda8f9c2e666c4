/* cycle360 events diff: where two logs first say something else. */
#include "board/cli/command.h"
#include "board/cli/events_commands.h"
#include "board/cli/options.h"
#include "board/cli/progress.h"
#include "waves/analysis/events_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIFFERENT = 1, CONTEXT = 4 };

static enum sim_status on_progress(void *context, uint64_t done, uint64_t total, struct sim_error *error)
{
    return loader_work_tell(context, done, total, error);
}

int cmd_events_diff(int argc, char **argv)
{
    struct waves_events_diff what = {.context = CONTEXT};
    struct option_list skip = {0}, strict = {0};
    bool strict_addresses = false;
    const struct option option[] = {
        {"tid-map", OPTION_STRING, &what.tid_map, "A=B,...",
         "threads of A and what they are in B; others are paired by "
         "entry point, context and creator"},
        {"context", OPTION_COUNT, &what.context, "N", "so many records before and behind a difference; default 4"},
        {"skip", OPTION_LIST, &skip, "KIND", "records of this kind do not count, in either log; a glob: irq*"},
        {"strict", OPTION_LIST, &strict, "RULES",
         "absorbs nothing by these rules, as the output calls them: waits,clock"},
        {"strict-addresses", OPTION_FLAG, &strict_addresses, NULL, "the same as --strict addresses"},
        {"prefix", OPTION_FLAG, &what.prefix, NULL, "a thread that only ends earlier in one log is no difference"},
        {"fields", OPTION_STRING, &what.fields, "FILE",
         "how a log of another program calls things: lines OURS <- THEIRS"},
        {"json", OPTION_FLAG, &what.json, NULL, "one JSON object"},
        {"html", OPTION_STRING, &what.html, "FILE", "writes a page with both sides beside each other as well"},
    };
    const struct usage usage = {
        .command = "events diff",
        .operands = "A B",
        .operands_min = 2,
        .operands_max = 2,
        .summary =
            "Compares two event logs thread by thread: how far each thread does the same, and where it first does not. "
            "Ids, handles, heaps, times and waits for locks may differ by rules, and the output counts how often they "
            "did. Exits with 0 where nothing differs, 1 where something does, and 3 where lines cannot be read.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 events diff reference.jsonl mine.jsonl --html diff.html\n"
                    "cycle360 events diff a.jsonl.gz b.jsonl --tid-map 6=1,7=2 --skip 'debug.*' --strict waits\n"
                    "cycle360 events diff other-engine.jsonl mine.jsonl --fields other-engine.names\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    char rules[1024] = "";
    if (strict_addresses)
        strict.item[strict.count < OPTION_LIST_MAX ? strict.count++ : 0] = "addresses";
    for (unsigned i = 0; i < strict.count; i++)
        snprintf(rules + strlen(rules), sizeof rules - strlen(rules), "%s%s", i ? "," : "", strict.item[i]);
    what.path[0] = argv[1];
    what.path[1] = argv[2];
    what.strict = rules;
    what.skip = skip.item;
    what.skips = skip.count;
    struct progress progress;
    struct loader_work work = progress_begin(&progress, "comparing");
    what.progress = on_progress;
    what.progress_context = &work;
    bool same;
    enum sim_status status = waves_events_diff(&what, stdout, &same, &error);
    progress_end(&progress);
    if (status != SIM_OK) {
        command_fail(usage.command, status, &error);
        return progress_exit_code(status);
    }
    return same ? SIM_OK : DIFFERENT;
}
