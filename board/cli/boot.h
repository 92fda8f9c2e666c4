/* One run of a machine, as `cycle360 boot` is asked for it: built, loaded, run in slices with saves and waves on the
 * way, and summed up. */
#ifndef CYCLE360_BOARD_CLI_BOOT_H
#define CYCLE360_BOARD_CLI_BOOT_H

#include "board/board.h"
#include "board/bus_log.h"
#include "board/cli/boot_frames.h"
#include "board/cli/boot_replay.h"
#include "board/cli/options.h"
#include "waves/dump.h"

#define BOOT_NO_GDB UINT64_MAX

struct boot_request {
    const char *board;
    struct option_list set;
    const char *image;  /* a title or a program for the processors; NULL: the stimulus stands in their place */
    uint64_t at, entry; /* boot_image.h */
    const char *uart;   /* file for what it writes to the serial port */
    const char *until;  /* boot_until.h */
    struct board_options options;
    const char *waves, *probe, *from, *to, *trigger, *last;
    struct bus_log_options bus_log; /* its path NULL: none */
    const char *gpu_log;
    const char *memory_report;
    const char *frames; /* folder for pictures of what the display shows */
    enum boot_frames_when frames_when;
    const char *capture; /* file for a tape of the command processor */
    uint64_t capture_frame;
    const char *keys;   /* of the title: boot_title.h */
    const char *events; /* file for the kernel's event log */
    uint64_t events_callers;
    bool strict; /* an export that is absent ends the run */
    bool past_deadlock;
    struct boot_replay_request replay;
    const char *profile;     /* folder for where the time went */
    struct option_list save; /* FILE@TIME */
    const char *load;
    uint64_t gdb; /* the port at which to wait for a debugger, or BOOT_NO_GDB */
    bool json, digest;
};

/* Runs it and prints the summary. What comes back is the exit code. */
int boot_run(const struct boot_request *request);

#endif
