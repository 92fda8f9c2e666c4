/* A program of which a test knows everything, on its way through xex_pack() and xex_load(). */
#ifndef CYCLE360_TESTS_SUPPORT_PACK_PROGRAM_H
#define CYCLE360_TESTS_SUPPORT_PACK_PROGRAM_H

#include "kernel-hle/loader/xex_pack.h"
#include "tests/support/elf_writer.h"

/* A program of code, constants and data, that takes up the pages 1 to 4 behind the page of headers: constants of
 * two pages in between. Offsets count in pages from the image's first. */
enum {
    CODE_SIZE = 0xE00,
    CONSTANTS_SIZE = 0x900,
    DATA_SIZE = 0x777,
    ENTRY_OFFSET = 0x40,
    TLS_OFFSET = 0x80, /* in the data */
    TLS_RAW = 0x30,
    TLS_SIZE = 0x50,
    THUNK_OFFSET = 0x200, /* in the code */
    WORD_OFFSET = 0x100,  /* in the constants */
    PAGES = 5,
};

struct program {
    uint32_t page, base; /* of the image */
    uint8_t code[CODE_SIZE], constants[CONSTANTS_SIZE], data[DATA_SIZE];
    struct elf_writer_segment segment[4];
    struct elf_writer_symbol symbol[8];
    struct elf_writer elf;
    uint8_t *file;
    size_t size;
    uint8_t *image; /* as it has to become, without the headers */
};

/* pages_4k: 4 KiB, at 92000000; else 64 KiB, at 82000000. What it held before is freed. */
void program_make(struct program *p, bool pages_4k, bool wide);
/* Its ELF, and what the words of its imports become in the image. */
void program_write(struct program *p);
void program_link(struct program *p);
void program_free(struct program *p);

/* What was packed and what came out. */
struct trip {
    struct xex_packed packed;
    struct xex xex;
    struct image image;
    struct xex_report report;
    struct sim_error error;
};

/* Packs bytes that are called dir/t.elf. */
enum sim_status trip_pack(struct trip *t, const uint8_t *bytes, size_t size, const struct xex_pack_options *options);
/* Loads what was packed; it is a failure of the test if that fails. */
void trip_load(struct trip *t);
void trip_drop(struct trip *t);

#endif
