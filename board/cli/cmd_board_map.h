/* cycle360 board map: what lies where. */
#ifndef CYCLE360_BOARD_CLI_CMD_BOARD_MAP_H
#define CYCLE360_BOARD_CLI_CMD_BOARD_MAP_H

int board_map(int argc, char **argv);

#endif
