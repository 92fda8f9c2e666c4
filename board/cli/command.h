/* Commands and their subcommands: one table each, dispatched by name. */
#ifndef CYCLE360_BOARD_CLI_COMMAND_H
#define CYCLE360_BOARD_CLI_COMMAND_H

#include "models/sim/status.h"

#include <stddef.h>

/* argv[0] is the command's own name; what comes back is the exit code, an enum sim_status. */
typedef int command_function(int argc, char **argv);

struct command {
    const char *name;
    const char *help; /* one line */
    command_function *function;
};

/* A command that is only a family of commands ("waves" of `waves cat`), and the program itself. */
struct command_family {
    const char *name; /* "cycle360 waves" */
    const char *summary;
    const struct command *command;
    size_t commands;
};

/* Runs the command that argv[1] names, with argv[1] as its argv[0]. Knows --help, `help` and `help NAME...`. */
int command_dispatch(const struct command_family *family, int argc, char **argv);

/* Prints `cycle360 COMMAND: what went wrong.` on standard error and hands the exit code back. */
int command_fail(const char *command, enum sim_status status, const struct sim_error *error);

#define COMMAND(id, ...) command_function cmd_##id;
#include "board/cli/commands.def"
#undef COMMAND

#endif
