/* The subcommands of `cycle360 events` that have files of their own. */
#ifndef CYCLE360_BOARD_CLI_EVENTS_COMMANDS_H
#define CYCLE360_BOARD_CLI_EVENTS_COMMANDS_H

#include "board/cli/command.h"

command_function events_fires, events_manifest;
command_function cmd_events_diff;

#endif
