/* What memory did in a run, as a file: `boot --memory-report`. */
#ifndef CYCLE360_BOARD_CLI_BOOT_MEMORY_H
#define CYCLE360_BOARD_CLI_BOOT_MEMORY_H

#include "board/board.h"
#include "board/bus_count.h"
#include "waves/output.h"

struct boot_memory {
    bool open, json;
    struct bus_count count;
    struct waves_output output;
};

/* Opens the file, of text or, where its name ends in .json, of one JSON object, and counts from now on. */
enum sim_status boot_memory_begin(struct boot_memory *boot, struct board *board, const char *path,
                                  struct sim_error *error);
/* Writes the report if `keep`; otherwise there is no file. Nothing is done where nothing was begun. */
enum sim_status boot_memory_end(struct boot_memory *boot, const struct board *board, bool keep,
                                struct sim_error *error);

#endif
