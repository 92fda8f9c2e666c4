/* The subcommands of `events` that have a file of their own. */
#ifndef CYCLE360_BOARD_CLI_EVENTS_COMMANDS_H
#define CYCLE360_BOARD_CLI_EVENTS_COMMANDS_H

#include "board/cli/command.h"

command_function events_diff, events_fires, events_manifest;

#endif
