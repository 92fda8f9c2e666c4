/* Where a run's time goes: `boot --profile`. */
#ifndef CYCLE360_BOARD_CLI_BOOT_PROFILE_H
#define CYCLE360_BOARD_CLI_BOOT_PROFILE_H

#include "board/board.h"
#include "board/cli/boot_image.h"
#include "board/profile.h"
#include "kernel-hle/loader/elf_symbols.h"

struct boot_profile {
    const char *folder;
    struct profile profile;
    struct elf_symbols symbols;
    struct profile_symbol *symbol; /* those, at their own addresses and at the real ones */
    uint32_t count;
    sim_time begun;
};

/* From now on the cores tell of their instructions. Makes the folder. The profile must stay where it is. */
enum sim_status boot_profile_begin(struct boot_profile *boot, struct board *board, const char *folder, const char *path,
                                   const struct boot_image *image, struct sim_error *error);
/* Writes the files. `title` says what ran. */
enum sim_status boot_profile_write(struct boot_profile *boot, struct board *board, const char *title,
                                   struct sim_error *error);
void boot_profile_end(struct boot_profile *boot);

#endif
