/* Options of a command: one table from which come parsing, complaints and the help text.
 *
 *     struct settings s = {.count = 3};
 *     const struct option option[] = {
 *         {"mode", OPTION_STRING, &s.mode, "GLOB", "only the modes whose name matches"},
 *         {"set", OPTION_LIST, &s.set, "KEY=VALUE", "changes a key of the board"},
 *         {"json", OPTION_FLAG, &s.json, NULL, "one JSON object on standard output"},
 *     };
 *     const struct usage usage = {
 *         .command = "timing vblank", .operands = "[BOARD]", .operands_max = 1,
 *         .summary = "The rate and the blanking span of every display mode.",
 *         .option = option, .options = sizeof option / sizeof *option,
 *         .examples = "cycle360 timing vblank --mode 'hdmi-*'\n",
 *     };
 *     int exit_code;
 *     if (!options_read(&usage, &argc, argv, &exit_code))
 *         return exit_code;
 *     ... argv[1] to argv[argc - 1] are the operands ...
 */
#ifndef CYCLE360_BOARD_CLI_OPTIONS_H
#define CYCLE360_BOARD_CLI_OPTIONS_H

#include "models/sim/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_kind {
    OPTION_FLAG,   /* value is a bool *: given or not                                          */
    OPTION_STRING, /* const char **: the argument itself                                       */
    OPTION_LIST,   /* struct option_list *: the arguments of an option that may be repeated    */
    OPTION_COUNT,  /* uint64_t *: decimal, or hexadecimal after 0x                             */
    OPTION_TIME,   /* sim_time *: 1.5s, 20ms, 300us, 5ns. Where `cyc` is to be understood,
                      take a string: only a board knows how long a cycle is                    */
    OPTION_CHOICE, /* unsigned *: which of the words in `argument`, separated by | ("vcd|fst") */
};

enum { OPTION_LIST_MAX = 64 };

struct option_list {
    unsigned count;
    const char *item[OPTION_LIST_MAX];
};

struct option {
    const char *name; /* without the dashes: one of one letter has one dash, any other two */
    enum option_kind kind;
    void *value;          /* left alone when the option is not given */
    const char *argument; /* how the help calls the argument; NULL for a flag */
    const char *help;
};

struct usage {
    const char *command;  /* "waves cat" */
    const char *operands; /* how the help calls them: "A B"; NULL where there are none */
    unsigned operands_min, operands_max;
    const char *summary; /* one or more sentences */
    const struct option *option;
    size_t options;
    const char *examples; /* one command a line, or NULL */
};

/* Takes the options out of argv, `--name value`, `--name=value` or `-n value`, and leaves the operands; what follows
 * `--` is an operand whatever it looks like. False when there is nothing left to do: --help was printed or a mistake
 * explained, and *exit_code says what to exit with. Option values point into argv. */
bool options_read(const struct usage *usage, int *argc, char **argv, int *exit_code);

/* The same without printing: *help says that --help was found, in which case the rest was not looked at. */
enum sim_status options_parse(const struct usage *usage, int *argc, char **argv, bool *help, struct sim_error *error);

void options_help(const struct usage *usage, FILE *file);

#endif
