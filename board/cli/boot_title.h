/* A title for `boot`: a XEX, or what one comes on: a folder, a disc image, a package. */
#ifndef CYCLE360_BOARD_CLI_BOOT_TITLE_H
#define CYCLE360_BOARD_CLI_BOOT_TITLE_H

#include "board/board.h"
#include "board/cli/boot_replay.h"
#include "board/cli/read_file.h"
#include "board/events.h"
#include "kernel-hle/loader/image.h"
#include "kernel-hle/loader/tree.h"

struct boot_title {
    bool open;
    struct image image;
    struct tree *media;
    char path[TREE_NAME_MAX + 32]; /* as the title sees itself */
    struct title_options options;
    uint8_t program[BOARD_PROGRAM_SIZE]; /* SHA-256 of the XEX's file */
    struct events *events;
    uint64_t records; /* of the event log, once it is closed */
};

/* Whether there is a title at `path`; where it is one that cannot be read, boot_title_open says why. */
bool boot_is_title(const char *path);
/* Opens it. A XEX by itself comes on the folder that it lies in; of everything else default.xex is run. keys: a file,
 * or NULL. */
enum sim_status boot_title_open(struct boot_title *title, const char *path, const char *keys, bool strict,
                                struct sim_error *error);
/* Begins its event log; made_of what is not the title's. */
enum sim_status boot_title_log(struct boot_title *title, const char *path, uint64_t callers, const char *board,
                               const struct boot_replay *replay, struct sim_error *error);
/* After the last run: ends it; boot_title_close when the board is gone too. */
enum sim_status boot_title_end_log(struct boot_title *title, bool keep, struct sim_error *error);
void boot_title_close(struct boot_title *title);

#endif
