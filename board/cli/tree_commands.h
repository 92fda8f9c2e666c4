/* What `disc` and `package` have in common: listing a tree of files and extracting from it. */
#ifndef CYCLE360_BOARD_CLI_TREE_COMMANDS_H
#define CYCLE360_BOARD_CLI_TREE_COMMANDS_H

#include "kernel-hle/loader/tree.h"

struct tree_command {
    const char *command; /* "disc ls" */
    const char *operand; /* "IMAGE" */
    const char *summary, *examples;
    bool can_skip_hashes; /* takes --no-verify */
};

int tree_command_ls(const struct tree_command *what, int argc, char **argv);
int tree_command_extract(const struct tree_command *what, int argc, char **argv);

#endif
