/* A captured frame, done again by the command processor alone: `gpu replay`. */
#ifndef CYCLE360_BOARD_CLI_GPU_REPLAY_H
#define CYCLE360_BOARD_CLI_GPU_REPLAY_H

#include "board/cli/options.h"

struct gpu_replay {
    const char *path;
    struct option_list set; /* keys of the board that are to be other than they were */
    bool json;
};

/* SIM_GUEST where it does something else. A process can do this once (SystemC). */
enum sim_status gpu_replay(const struct gpu_replay *replay, struct sim_error *error);

#endif
