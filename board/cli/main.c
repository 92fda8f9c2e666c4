/* The program: finds the command and makes sure that what it printed arrived. */
#include "board/cli/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
#define COMMAND(id, name, help) {name, help, cmd_##id},
#include "board/cli/commands.def"
#undef COMMAND
};

static const struct command_family program = {
    .name = "cycle360",
    .summary = "A cycle-accurate model of the Xbox 360 board.",
    .command = commands,
    .commands = sizeof commands / sizeof *commands,
};

int main(int argc, char **argv)
{
    char version[] = "version", *version_argv[] = {version, NULL};
    int exit_code;

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        exit_code = cmd_version(1, version_argv);
    else
        exit_code = command_dispatch(&program, argc, argv);

    /* A full disk shows only now, and a result that is cut short must not look like a success. */
    bool printed = fflush(stdout) == 0;
    if ((!printed || ferror(stdout)) && exit_code == SIM_OK) {
        fprintf(stderr, "cycle360: cannot write to standard output: %s\n", strerror(errno));
        exit_code = SIM_HOST;
    }
    return exit_code;
}
