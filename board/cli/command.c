#include "board/cli/command.h"

#include "models/sim/nearest.h"

#include <stdio.h>
#include <string.h>

enum { COMMANDS_MAX = 32 };

int command_fail(const char *command, enum sim_status status, const struct sim_error *error)
{
    fflush(stdout); /* what was said before it comes before it */
    fprintf(stderr, "cycle360%s%s: %s\n", command[0] != '\0' ? " " : "", command, error->text);
    return status;
}

static void print_family(const struct command_family *family, FILE *file)
{
    fprintf(file, "usage: %s COMMAND [options] ...\n\n%s\n\ncommands:\n", family->name, family->summary);
    for (size_t i = 0; i < family->commands; i++)
        fprintf(file, "  %-10s %s\n", family->command[i].name, family->command[i].help);
    fprintf(file, "\n`%s COMMAND --help` says more.\n", family->name);
}

static const struct command *find(const struct command_family *family, const char *name)
{
    for (size_t i = 0; i < family->commands; i++)
        if (strcmp(family->command[i].name, name) == 0)
            return &family->command[i];
    return NULL;
}

static int unknown(const struct command_family *family, const char *name)
{
    const char *names[COMMANDS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < family->commands && count < COMMANDS_MAX; i++)
        names[count++] = family->command[i].name;
    const char *near = sim_nearest(name, names, count);
    fprintf(stderr, "%s: there is no %s '%s'", family->name, name[0] == '-' ? "option" : "command", name);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\n`%s --help` lists what there is.\n", family->name);
    return SIM_USAGE;
}

/* `help waves cat` is `waves cat --help`. */
static int help(const struct command_family *family, int argc, char **argv)
{
    char *word[8] = {NULL};
    int words = argc - 2;

    if (words == 0) {
        print_family(family, stdout);
        return SIM_OK;
    }
    const struct command *command = find(family, argv[2]);
    if (command == NULL)
        return unknown(family, argv[2]);
    if (words > (int)(sizeof word / sizeof *word) - 2) {
        fprintf(stderr, "%s help: too many words\n", family->name);
        return SIM_USAGE;
    }
    char option[] = "--help";
    memcpy(word, argv + 2, (size_t)words * sizeof *word);
    word[words] = option;
    return command->function(words + 1, word);
}

int command_dispatch(const struct command_family *family, int argc, char **argv)
{
    if (argc < 2) {
        print_family(family, stderr);
        return SIM_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(family, argc, argv);
    const struct command *command = find(family, argv[1]);
    if (command == NULL)
        return unknown(family, argv[1]);
    return command->function(argc - 1, argv + 1);
}
