/* Contention of another run in `boot`: --replay-contention, --replay-mode, --park-limit. docs/contention.md. */
#ifndef CYCLE360_BOARD_CLI_BOOT_REPLAY_H
#define CYCLE360_BOARD_CLI_BOOT_REPLAY_H

#include "kernel-hle/kernel/kernel.h"
#include "waves/analysis/contention.h"

#include <stdio.h>

enum { BOOT_PARK_MOST = 1000 /* us, where nothing is said */, BOOT_PARK_LIMIT = 1000000 };

struct boot_replay_request {
    const char *path; /* of the manifest; NULL: none */
    bool aggressive;
    uint64_t park_us;
};

struct boot_replay {
    bool open;
    struct waves_contention manifest;
    struct kernel_replay replay;
    char digest[65], limit[24]; /* what the event log says of it */
};

enum sim_status boot_replay_open(struct boot_replay *replay, const struct boot_replay_request *request,
                                 struct sim_error *error);
/* A machine has been loaded. */
enum sim_status boot_replay_loaded(const struct kernel *kernel, const char *path, struct sim_error *error);
/* What became of the entries: a line, or a member of an object. */
void boot_replay_print(const struct boot_replay *replay, const struct kernel *kernel, bool json, FILE *out);
void boot_replay_close(struct boot_replay *replay);

#endif
