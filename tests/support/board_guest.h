/* A program on all six threads of the retail board: assembled, started, run until its threads have stopped, and its
 * memory read. A process can have one (SystemC). What goes wrong on the way ends the process. */
#ifndef CYCLE360_TESTS_SUPPORT_BOARD_GUEST_H
#define CYCLE360_TESTS_SUPPORT_BOARD_GUEST_H

#include "board/board.h"
#include "models/xenon/asm/program.h"

#include <stdio.h>

struct board_guest {
    struct board board;
    struct xenon_program program;
};

struct board_guest_spec {
    const char *name;       /* of the program, in complaints */
    const char *text;       /* assembled for address 0; thread 0 begins at 0x100 */
    const char *const *set; /* keys of the board that are not as in retail */
    size_t sets;
    struct sim_options sim;
};

void board_guest_begin(struct board_guest *guest, const struct board_guest_spec *spec);
void board_guest_end(struct board_guest *guest);

/* Runs up to a time, or until all threads have stopped, which is looked for every 10 us. False where some still run. */
bool board_guest_run(struct board_guest *guest, sim_time until);
uint64_t board_guest_clock(const struct board_guest *guest); /* of the cores, now */
uint64_t board_guest_symbol(const struct board_guest *guest, const char *name);
void board_guest_read(const struct board_guest *guest, uint64_t address, void *bytes, size_t size);
uint64_t board_guest_word(const struct board_guest *guest, uint64_t address, unsigned size);

/* A line with the machine's clock and the beginning of its digest. */
void board_guest_describe(const struct board_guest *guest, FILE *out);

/* The text of a file of the source tree, appended to `out`. */
void board_guest_include(FILE *out, const char *name);

#endif
