/* A run of `boot`: what boot.c makes of it and boot_summary.c tells. */
#ifndef CYCLE360_BOARD_CLI_BOOT_PARTS_H
#define CYCLE360_BOARD_CLI_BOOT_PARTS_H

#include "board/cli/boot.h"
#include "board/cli/boot_capture.h"
#include "board/cli/boot_frames.h"
#include "board/cli/boot_gpu.h"
#include "board/cli/boot_image.h"
#include "board/cli/boot_memory.h"
#include "board/cli/boot_profile.h"
#include "board/cli/boot_title.h"
#include "board/cli/boot_until.h"

#include <stdio.h>

enum { SAVES_MAX = OPTION_LIST_MAX };

struct boot {
    const struct boot_request *request;
    struct board board;
    struct waves_dump *dump;
    struct bus_log *bus_log;
    struct boot_until until;
    struct boot_image image;
    struct boot_title title;
    struct boot_replay replay;
    struct boot_profile profile;
    struct boot_memory memory;
    struct boot_frames frames;
    struct boot_capture capture;
    FILE *text; /* where what the program writes to the serial port goes */
    struct save {
        char path[1024];
        sim_time time;
    } save[SAVES_MAX]; /* in the order of time */
    unsigned saves, saved;
    uint64_t bus_log_lines;
    struct boot_gpu gpu;
    struct sim_stop stop;
    double host_seconds;
    bool killed;    /* a debugger has ended it */
    bool signalled; /* or a signal */
    bool progress;  /* the line on the terminal must be cleared */
};

/* Why it stopped. */
const char *boot_describe_stop(const struct boot *boot, char *text, size_t size);
/* The summary: a line, or with --json an object. */
void boot_print_summary(const struct boot *boot, const struct waves_result *waves);

#endif
