/* cycle360 xex pack, for the table of cmd_xex.c. */
#ifndef CYCLE360_BOARD_CLI_CMD_XEX_PACK_H
#define CYCLE360_BOARD_CLI_CMD_XEX_PACK_H

#include "board/cli/command.h"

command_function cmd_xex_pack;

#endif
