/* A program for `boot`, in pieces as they will lie in RAM: raw bytes, or an ELF of 32 bits. */
#ifndef CYCLE360_BOARD_CLI_BOOT_IMAGE_H
#define CYCLE360_BOARD_CLI_BOOT_IMAGE_H

#include "board/board.h"
#include "board/cli/read_file.h"

enum { BOOT_PIECES_MAX = 128 };

enum { BOOT_RAM_MASK = 0x1FFFFFFF };

struct boot_image {
    struct whole_file file;
    struct boot_piece {
        uint32_t address, size; /* real; beyond `bytes` it is zeros */
        const uint8_t *from;    /* in the file */
        uint32_t bytes;
    } piece[BOOT_PIECES_MAX];
    unsigned pieces;
    uint32_t entry;                      /* real */
    uint8_t program[BOARD_PROGRAM_SIZE]; /* of where what lies and where it begins: for the board's identity */
};

#define BOOT_NO_ADDRESS UINT64_MAX

/* The segments of an ELF go to their physical addresses, of which the upper three bits of 32 do not count; other files
 * go to `at`, or 0. `entry` is where they begin, otherwise where the ELF says, or at the first byte. Both are
 * BOOT_NO_ADDRESS if nothing was said. */
enum sim_status boot_image_read(struct boot_image *image, const char *path, uint64_t at, uint64_t entry,
                                uint64_t memory_size, struct sim_error *error);
void boot_image_free(struct boot_image *image);

void boot_image_place(const struct boot_image *image, struct board_memory *memory);

#endif
