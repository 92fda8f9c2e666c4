/* Annotated assembly tests, in the format that emulators of this console share:
 *
 *     test_add_1:
 *       #_ REGISTER_IN r4 0x10
 *       #_ MEMORY_IN 10001000 00 01 02 03
 *       add r3, r4, r4
 *       blr
 *       #_ REGISTER_OUT r3 32
 *
 * The assembler takes the file as it is; here only its labels test_* and its annotations are read. */
#ifndef CYCLE360_BOARD_CLI_PPC_TEST_FILE_H
#define CYCLE360_BOARD_CLI_PPC_TEST_FILE_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

enum ppc_register_class {
    PPC_GPR,
    PPC_FPR,
    PPC_VR,
    PPC_CR,
    PPC_XER,
    PPC_LR,
    PPC_CTR,
    PPC_FPSCR,
    PPC_VSCR,
    PPC_MSR,
    PPC_SPR, /* number is an enum xenon_spr */
};

enum ppc_item_kind {
    PPC_REGISTER_IN,
    PPC_REGISTER_OUT,
    PPC_MEMORY_IN,
    PPC_MEMORY_OUT,
    PPC_INTERRUPT, /* the test ends by the interrupt with vector `address`, not with its blr */
    PPC_CYCLES,    /* `address` of them: for the timed core */
};

struct ppc_item {
    enum ppc_item_kind kind;
    unsigned line;
    enum ppc_register_class class;
    unsigned number;
    uint64_t value;      /* of registers but vectors */
    uint32_t words[4];   /* of vectors */
    uint64_t address;    /* of memory */
    size_t first, bytes; /* of memory: in ppc_test_file.bytes */
};

struct ppc_test {
    const char *name; /* "test_add_1" */
    unsigned line;
    size_t first, items; /* in ppc_test_file.item */
};

struct ppc_test_file {
    struct ppc_test *test;
    size_t tests;
    struct ppc_item *item;
    size_t items;
    uint8_t *bytes;
    size_t size;
    char *names;
    unsigned ignored; /* annotations of words that mean nothing here */
};

/* Reads text, of which nothing is kept. Errors say FILE:LINE:COLUMN. Whatever comes back, free it. */
enum sim_status ppc_test_file_read(struct ppc_test_file *file, const char *name, const char *text, size_t size,
                                   struct sim_error *error);
void ppc_test_file_free(struct ppc_test_file *file);

#endif
