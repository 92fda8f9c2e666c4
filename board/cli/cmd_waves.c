/* cycle360 waves ls|cat|cmp|convert|draw: looking at dumps without a viewer. */
#include "board/cli/command.h"
#include "board/cli/options.h"
#include "waves/analysis/compare.h"
#include "waves/analysis/convert.h"
#include "waves/analysis/draw.h"
#include "waves/analysis/show.h"

#include <stdio.h>

enum { DIFFERENT = 1 };

#define PROBE_HELP "only these signals: globs between commas, * is any text, -GLOB takes away"

static int report(const char *command, enum sim_status status, const struct sim_error *error)
{
    return status == SIM_OK ? SIM_OK : command_fail(command, status, error);
}

static int ls(int argc, char **argv)
{
    struct waves_listing listing = {0};
    const struct option option[] = {
        {"probe", OPTION_STRING, &listing.probe, "GLOBS", PROBE_HELP},
        {"from", OPTION_TIME, &listing.from, "T", "counts only changes after this time"},
        {"to", OPTION_TIME, &listing.to, "T", "and before this one"},
        {"json", OPTION_FLAG, &listing.json, NULL, "one JSON object for each signal"},
    };
    const struct usage usage = {
        .command = "waves ls",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "The signals of a dump: width, number of changes, first and last change, unit and value names. FILE "
                   "is a .vcd, .vcd.gz, .fst or .raw file, or the .ring that a killed run has left.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 waves ls out/board.fst\n"
                    "cycle360 waves ls out/board.fst --probe 'xenos.*' --json | jq .changes\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    listing.path = argv[1];
    return report(usage.command, waves_show_signals(&listing, stdout, &error), &error);
}

static int cat(int argc, char **argv)
{
    struct waves_listing listing = {0};
    const struct option option[] = {
        {"probe", OPTION_STRING, &listing.probe, "GLOBS", PROBE_HELP},
        {"from", OPTION_TIME, &listing.from, "T", "begins here, with the values as of this time"},
        {"to", OPTION_TIME, &listing.to, "T", "ends before this time"},
        {"limit", OPTION_COUNT, &listing.limit, "N", "at most N lines"},
        {"json", OPTION_FLAG, &listing.json, NULL, "JSON lines: t (units of 100 fs), time, signal, value, name"},
    };
    const struct usage usage = {
        .command = "waves cat",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .summary = "The changes of a dump as text: first every signal's value at the beginning, then one line for each "
                   "change.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 waves cat out/board.fst --probe '*.vblank' --from 16ms --to 34ms\n"
                    "cycle360 waves cat out/board.vcd.ring --limit 50\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    listing.path = argv[1];
    return report(usage.command, waves_show_changes(&listing, stdout, &error), &error);
}

static int cmp(int argc, char **argv)
{
    struct waves_comparison comparison = {0};
    const struct option option[] = {
        {"probe", OPTION_STRING, &comparison.probe, "GLOBS", PROBE_HELP},
        {"from", OPTION_TIME, &comparison.from, "T", "compares the values at this time and what follows"},
        {"to", OPTION_TIME, &comparison.to, "T", "only what happens before this time"},
    };
    const struct usage usage = {
        .command = "waves cmp",
        .operands = "FIRST SECOND",
        .operands_min = 2,
        .operands_max = 2,
        .summary = "Compares two dumps of any formats by signal name, and prints the first time at which they differ "
                   "with all signals that differ there. Exits with 0 where they are the same and 1 where they are not.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 waves cmp before.fst after.fst --probe 'xenos.*'\n"
                    "cycle360 waves cmp whole.vcd.gz resumed.fst --from 1.5s\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    comparison.a = argv[1];
    comparison.b = argv[2];
    bool same;
    enum sim_status status = waves_compare(&comparison, stdout, &same, &error);
    if (status != SIM_OK)
        return report(usage.command, status, &error);
    return same ? SIM_OK : DIFFERENT;
}

static int convert(int argc, char **argv)
{
    struct waves_conversion conversion = {0};
    const struct option option[] = {
        {"probe", OPTION_STRING, &conversion.probe, "GLOBS", PROBE_HELP},
        {"from", OPTION_TIME, &conversion.from, "T", "begins here, with the values as of this time"},
        {"to", OPTION_TIME, &conversion.to, "T", "ends before this time"},
    };
    const struct usage usage = {
        .command = "waves convert",
        .operands = "IN OUT",
        .operands_min = 2,
        .operands_max = 2,
        .summary = "Writes a dump anew in the format that OUT's name ends in: .vcd, .vcd.gz, .fst or .raw; except for "
                   ".raw with a GTKWave save file beside it. IN may be the .ring of a killed run.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 waves convert out/board.vcd.ring rescued.fst\n"
                    "cycle360 waves convert big.fst part.vcd --from 1.2s --to 1.3s --probe 'xenon.*'\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    conversion.in = argv[1];
    conversion.out = argv[2];
    uint64_t changes;
    return report(usage.command, waves_convert(&conversion, &changes, &error), &error);
}

static int draw(int argc, char **argv)
{
    uint64_t width = 1400;
    struct waves_drawing drawing = {0};
    const struct option option[] = {
        {"probe", OPTION_STRING, &drawing.probe, "GLOBS", PROBE_HELP},
        {"from", OPTION_TIME, &drawing.from, "T", "the left edge; default the beginning of the dump"},
        {"to", OPTION_TIME, &drawing.to, "T", "the right edge; default its end"},
        {"title", OPTION_STRING, &drawing.title, "TEXT", "a line above the waves"},
        {"width", OPTION_COUNT, &width, "PIXELS", "of the picture; default 1400"},
    };
    const struct usage usage = {
        .command = "waves draw",
        .operands = "IN OUT.svg",
        .operands_min = 2,
        .operands_max = 2,
        .summary = "Draws signals of a dump, one lane each, as an SVG picture. Lanes stand in the order of the globs.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 waves draw out/board.fst vblank.svg --from 33.2555ms --to 33.2575ms \\\n"
                    "    --probe 'xenos.display.vblank,xenon.iic.thread2,stimulus'\n",
    };
    struct sim_error error;
    int exit_code;
    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    drawing.from_file = argv[1];
    drawing.to_file = argv[2];
    drawing.width = width < WAVES_DRAW_WIDTH_MAX ? (uint32_t)width : WAVES_DRAW_WIDTH_MAX + 1;
    return report(usage.command, waves_draw(&drawing, &error), &error);
}

int cmd_waves(int argc, char **argv)
{
    static const struct command commands[] = {
        {"ls", "lists the signals of a dump", ls},
        {"cat", "prints the changes of a dump", cat},
        {"cmp", "compares two dumps and finds the first difference", cmp},
        {"convert", "writes a dump in another format, or part of it", convert},
        {"draw", "draws signals of a dump as a picture", draw},
    };
    static const struct command_family family = {
        .name = "cycle360 waves",
        .summary = "Looks at wave dumps: VCD, VCD.gz, FST, raw files and the rings of killed runs.",
        .command = commands,
        .commands = sizeof commands / sizeof *commands,
    };
    return command_dispatch(&family, argc, argv);
}
