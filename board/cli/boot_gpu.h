/* What boot writes of the GPU's commands: the log of its packets, and at the end what was wrong with them. */
#ifndef CYCLE360_BOARD_CLI_BOOT_GPU_H
#define CYCLE360_BOARD_CLI_BOOT_GPU_H

#include "board/board.h"
#include "board/gpu_log.h"

struct boot_gpu {
    struct gpu_log *log; /* NULL: none */
    uint64_t lines;
};

/* path NULL: none. */
enum sim_status boot_gpu_begin(struct boot_gpu *gpu, struct board *board, const char *path, struct sim_error *error);
enum sim_status boot_gpu_end(struct boot_gpu *gpu, bool keep, struct sim_error *error);
bool boot_gpu_failed(const struct boot_gpu *gpu);
/* A line on standard error for each kind of bad packet. */
void boot_gpu_report(const struct board *board);

#endif
