/* Packages of the independent writer: every level of hash tables, one and two copies, chains in any order, and what is
 * wrong with wrong ones. */
#include "kernel-hle/loader/stfs_blocks.h"
#include "kernel-hle/loader/stfs_header.h"
#include "kernel-hle/loader/tree.h"
#include "tests/support/corpus.h"
#include "tests/support/scratch.h"
#include "tests/support/stfs_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOT = STFS_WRITER_ROOT, NOISE = 800000, BLOCK = 4096, SHORT_HEADER = 0x3b1 };

int fuzz_stfs(const uint8_t *data, size_t size);

static uint8_t noise[NOISE];

static bool has_bytes(struct tree *tree, const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *read = malloc(size + 2);
    tree_node node;
    size_t got = 0;
    bool same = tree_find(tree, path, &node, NULL) == SIM_OK && node != TREE_NONE &&
                tree_read(tree, node, 0, read, size + 1, &got, NULL) == SIM_OK && got == size &&
                (size == 0 || memcmp(read, bytes, size) == 0);
    if (same && size > 5000) /* from the middle of a block over a border */
        same = tree_read(tree, node, 4000, read, 1000, &got, NULL) == SIM_OK && got == 1000 &&
               memcmp(read, bytes + 4000, 1000) == 0;
    free(read);
    return same;
}

/* 25 files of up to 110,000 bytes, some in directories that stand after them in the table. */
enum { FILES = 30 };
static const struct stfs_writer_file *many_files(bool contiguous)
{
    static struct stfs_writer_file file[FILES];
    static char name[FILES][16];
    for (unsigned i = 0; i < FILES; i++) {
        snprintf(name[i], sizeof name[i], "%s%u", i % 6 == 5 ? "Folder" : "file.", i);
        file[i] = (struct stfs_writer_file){
            .name = name[i],
            .parent = i % 6 == 5   ? (i > 5 ? i - 6 : ROOT)
                      : i % 6 == 0 ? ROOT
                                   : i / 6 * 6 + 5,
            .directory = i % 6 == 5,
            .contiguous = contiguous,
            .size = i % 6 == 5 ? 0 : i * i * 131 + (i == 4 ? 0 : i),
            .bytes = noise + (size_t)i * 100,
        };
    }
    return file;
}

static void path_of(unsigned i, const struct stfs_writer_file *file, char path[512])
{
    char rest[512] = "";
    strcpy(path, file[i].name);
    for (unsigned parent = file[i].parent; parent != ROOT; parent = file[parent].parent) {
        strcpy(rest, path);
        snprintf(path, 512, "%s\\%.400s", file[parent].name, rest);
    }
}

static void both_table_layouts(void)
{
    static const char *const magic[] = {"LIVE", "CON ", "PIRS"};
    char path[512];

    for (unsigned i = 0; i < 24; i++) {
        struct stfs_writer w = {
            .magic = magic[i % 3],
            .copies = 1 + (i & 1),
            .seed = i,
            .header_size = i % 2 == 0 ? 0x971a : 0xad0e,
            .shuffle = i < 12 ? i * 77 : 0,
            .total_blocks = i % 5 * 200,
            .file = many_files(i == 0 || i >= 12),
            .files = FILES,
        };
        struct tree *tree;
        unsigned wrong = 0;
        size_t size;
        uint8_t *bytes = stfs_writer(&w, &size);
        enum sim_status status = tree_open_bytes(&tree, "package", bytes, size, true, NULL);
        CU_ASSERT_EQUAL_FATAL(status, SIM_OK);
        CU_ASSERT_EQUAL(tree_kind(tree), TREE_STFS);
        for (unsigned k = 0; k < FILES; k++) {
            path_of(k, w.file, path);
            if (!w.file[k].directory)
                wrong += !has_bytes(tree, path, w.file[k].bytes, w.file[k].size);
        }
        CU_ASSERT_EQUAL(wrong, 0);
        tree_close(tree);
        stfs_writer_free(&w);
        free(bytes);
    }
}

/* Where a walk over the largest volume that there can be meets each of its blocks. */
static void every_block_of_the_largest_volume(void)
{
    enum { LARGEST = 170 * 170 * 170 };
    uint32_t *place = calloc(LARGEST, sizeof *place);
    uint32_t *tables[3] = {calloc(LARGEST / 170, sizeof **tables), calloc(170, sizeof **tables),
                           calloc(1, sizeof **tables)};

    for (unsigned copies = 1; copies <= 2; copies++) {
        const struct stfs_blocks blocks = {.copies = copies, .data = 0xb000};
        uint32_t wrong = 0;
        stfs_writer_walk(copies, LARGEST, place, tables);
        for (uint32_t b = 0; b < LARGEST; b++)
            wrong += stfs_block_offset(&blocks, b) != 0xb000 + (uint64_t)place[b] * BLOCK;
        CU_ASSERT_EQUAL(wrong, 0);
    }
    free(place);
    for (unsigned i = 0; i < 3; i++)
        free(tables[i]);
}

/* A chain that goes to and fro over every border of a table, so that three levels are used. */
static void three_levels(void)
{
    static const uint32_t chain[] = {59999, 0, 28900, 170, 28899, 169, 57800, 171, 57799, 28901, 29069, 29070, 40000};
    enum { CHAIN = sizeof chain / sizeof *chain };
    const struct stfs_writer_file file[] = {
        {.name = "far", .parent = ROOT, .size = CHAIN * BLOCK - 7, .bytes = noise, .chain = chain}};

    for (unsigned i = 0; i < 6; i++) {
        struct stfs_writer w = {.magic = "LIVE",
                                .copies = i == 0 ? 1 : 2,
                                .seed = i,
                                .header_size = 0x971a,
                                .total_blocks = 60000,
                                .file = file,
                                .files = 1};
        struct tree *tree;
        size_t size;
        uint8_t *bytes = stfs_writer(&w, &size);
        CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "package", bytes, size, true, NULL), SIM_OK);
        CU_ASSERT(has_bytes(tree, "FAR", noise, file[0].size));
        tree_close(tree);
        stfs_writer_free(&w);
        free(bytes);
    }
}

/* Volumes that fill their top table exactly, and one whose writer has put another table above it all the same. */
static void full_tables(void)
{
    static const uint32_t total[] = {1, 169, 170, 171, 28899, 28900, 28901};
    const struct stfs_writer_file file[] = {{.name = "a", .parent = ROOT, .size = 4096 * 3 + 1, .bytes = noise}};

    for (size_t i = 0; i < sizeof total / sizeof *total; i++)
        for (unsigned copies = 1; copies <= 2; copies++) {
            struct stfs_writer w = {.magic = "CON ",
                                    .copies = copies,
                                    .seed = 5,
                                    .header_size = 0xad0e,
                                    .total_blocks = total[i],
                                    .file = file,
                                    .files = 1};
            struct tree *tree;
            size_t size;
            uint8_t *bytes = stfs_writer(&w, &size);
            for (uint32_t more = 0; more < 2; more++) {
                CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "package", bytes, size, true, NULL), SIM_OK);
                CU_ASSERT(has_bytes(tree, "a", noise, file[0].size));
                tree_close(tree);
                if (total[i] != 171 && total[i] != 28901)
                    break;
                stfs_writer_be(bytes + 0x395, total[i] - 1, 4);
                stfs_writer_seal(bytes);
            }
            stfs_writer_free(&w);
            free(bytes);
        }
}

static void a_directory_of_65535(void)
{
    enum { MANY = 65535, NAME = 8 };
    struct stfs_writer_file *file = calloc(MANY, sizeof *file);
    char *name = calloc(MANY, NAME);
    const tree_node *children;
    struct tree_info info;
    struct tree *tree;
    size_t size, count, wrong = 0;

    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name + (size_t)i * NAME, NAME, "n%04X", i * 40503u % 65536u);
        file[i] = (struct stfs_writer_file){
            .name = name + (size_t)i * NAME, .parent = i == 0 ? ROOT : 0, .directory = i == 0};
    }
    struct stfs_writer w = {
        .magic = "LIVE", .copies = 1, .header_size = 0x971a, .shuffle = 3, .file = file, .files = MANY};
    uint8_t *bytes = stfs_writer(&w, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "package", bytes, size, true, NULL), SIM_OK);
    tree_node directory;
    CU_ASSERT_EQUAL(tree_find(tree, "n0000", &directory, NULL), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(tree_children(tree, directory, &children, &count, NULL), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(count, MANY - 1);
    for (unsigned i = 1; i < count; i++) {
        char before[NAME];
        tree_info(tree, children[i - 1], &info);
        strcpy(before, info.name);
        tree_info(tree, children[i], &info);
        wrong += strcmp(before, info.name) >= 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    tree_close(tree);
    stfs_writer_free(&w);
    free(bytes);
    free(file);
    free(name);
}

static void dates(void)
{
    /* 2005-11-22 12:34:56, 2008-02-29, 2008-03-01 and 2107-12-31 23:59:58, the last that there is; `date -u -d ... +%s`
     * plus 11644473600, times 10^7 */
    const struct stfs_writer_file file[] = {{.name = "a",
                                             .parent = ROOT,
                                             .created = (25u << 9 | 11 << 5 | 22) << 16 | 12 << 11 | 34 << 5 | 28,
                                             .modified = (28u << 9 | 2 << 5 | 29) << 16},
                                            {.name = "b", .parent = ROOT, .created = 15u << 5 << 16},
                                            {.name = "c",
                                             .parent = ROOT,
                                             .created = (28u << 9 | 3 << 5 | 1) << 16,
                                             .modified = (127u << 9 | 12 << 5 | 31) << 16 | 23 << 11 | 59 << 5 | 29}};
    struct stfs_writer w = {.magic = "CON ", .copies = 2, .header_size = 0x971a, .file = file, .files = 3};
    struct tree_info info;
    struct tree *tree;
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "package", bytes, size, true, NULL), SIM_OK);
    tree_info(tree, 1, &info);
    CU_ASSERT_EQUAL(info.created, UINT64_C(127771364960000000));
    CU_ASSERT_EQUAL(info.modified, UINT64_C(128487168000000000));
    tree_info(tree, 2, &info);
    CU_ASSERT_EQUAL(info.created, 0);
    tree_info(tree, 3, &info);
    CU_ASSERT_EQUAL(info.created, UINT64_C(128488032000000000));
    CU_ASSERT_EQUAL(info.modified, UINT64_C(159992927980000000));
    tree_close(tree);
    stfs_writer_free(&w);
    free(bytes);
}

/* ---- what may be wrong ---- */

static enum sim_status visit(struct tree *tree, tree_node node, struct sim_error *error)
{
    static uint8_t bytes[70000];
    const tree_node *children;
    struct tree_info info;
    size_t count, got;

    tree_info(tree, node, &info);
    if ((info.attributes & TREE_DIRECTORY) == 0)
        return tree_read(tree, node, 0, bytes, sizeof bytes, &got, error);
    enum sim_status status = tree_children(tree, node, &children, &count, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++)
        status = visit(tree, children[i], error);
    return status;
}

static enum sim_status open_and_visit(const uint8_t *bytes, size_t size, bool verify, struct sim_error *error)
{
    struct tree *tree;
    enum sim_status status = tree_open_bytes(&tree, "bad", bytes, size, verify, error);
    if (status == SIM_OK) {
        status = visit(tree, 0, error);
        tree_close(tree);
    }
    return status;
}

static void check_refused(const uint8_t *bytes, size_t size, const char *sentence)
{
    struct sim_error error = {""};
    CU_ASSERT_EQUAL(open_and_visit(bytes, size, true, &error), SIM_BAD_INPUT);
    if (strstr(error.text, sentence) == NULL || strncmp(error.text, "bad: ", 5) != 0) {
        printf("'%s' instead of '%s'\n", error.text, sentence);
        CU_FAIL("another sentence");
    }
}

static void check_refused_files(const struct stfs_writer_file *file, unsigned files, const char *sentence)
{
    struct stfs_writer w = {.magic = "CON ", .copies = 2, .header_size = SHORT_HEADER, .file = file, .files = files};
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);
    check_refused(bytes, size, sentence);
    stfs_writer_free(&w);
    free(bytes);
}

static void damaged_blocks_are_named(void)
{
    const struct stfs_writer_file file[] = {{.name = "whole", .parent = ROOT, .size = 20000, .bytes = noise},
                                            {.name = "hurt", .parent = ROOT, .size = 20000, .bytes = noise}};
    struct stfs_writer w = {.magic = "LIVE", .copies = 1, .header_size = SHORT_HEADER, .file = file, .files = 2};
    struct sim_error error;
    struct tree *tree;
    char sentence[200];
    uint8_t read[64];
    tree_node node;
    size_t size, got;
    uint8_t *bytes = stfs_writer(&w, &size);
    uint32_t block = 8; /* the table is 0, `whole` 1 to 5, the third of `hurt` 8 */
    size_t offset = stfs_writer_data(&w) + (size_t)w.place[block] * BLOCK;

    bytes[offset + 100] ^= 1;
    snprintf(sentence, sizeof sentence, "offset 0x%zx: the SHA-1 of block %u is not what the table above it says",
             offset, block);
    check_refused(bytes, size, sentence);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "bad", bytes, size, true, NULL), SIM_OK);
    CU_ASSERT(has_bytes(tree, "whole", noise, 20000));
    CU_ASSERT_EQUAL(tree_find(tree, "hurt", &node, NULL), SIM_OK);
    CU_ASSERT_EQUAL(tree_read(tree, node, 0, read, 64, &got, NULL), SIM_OK);
    CU_ASSERT_EQUAL(tree_read(tree, node, 3 * BLOCK - 64, read, 64, &got, &error), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(got, 0);
    CU_ASSERT_EQUAL(tree_read(tree, node, 3 * BLOCK, read, 64, &got, NULL), SIM_OK);
    tree_close(tree);
    /* What is left can still be had. */
    CU_ASSERT_EQUAL(open_and_visit(bytes, size, false, &error), SIM_OK);
    stfs_writer_free(&w);
    free(bytes);
}

static void damaged_tables_are_named(void)
{
    const struct stfs_writer_file file[] = {{.name = "a", .parent = ROOT, .size = 20000, .bytes = noise}};
    struct stfs_writer w = {
        .magic = "LIVE", .copies = 1, .header_size = SHORT_HEADER, .total_blocks = 29000, .file = file, .files = 1};
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);
    static const struct {
        uint32_t place;
        const char *sentence;
    } table[] = {{0, "the SHA-1 of hash table of level 0, number 0 is not"},
                 {171, "the SHA-1 of hash table of level 1, number 0 is not"},
                 {29071, "the SHA-1 of hash table of level 2, number 0 is not"}};
    for (size_t i = 0; i < 3; i++) {
        uint8_t *byte = bytes + stfs_writer_data(&w) + (size_t)table[i].place * BLOCK + 30;
        *byte ^= 0x10;
        check_refused(bytes, size, table[i].sentence);
        *byte ^= 0x10;
    }
    stfs_writer_free(&w);
    free(bytes);
}

static void chains_that_are_none(void)
{
    const struct stfs_writer_file file[] = {{.name = "a", .parent = ROOT, .size = 12288, .bytes = noise},
                                            {.name = "b", .parent = ROOT, .size = 12288, .bytes = noise}};
    static const struct {
        uint32_t from, to;
        const char *sentence;
    } link[] = {
        {2, 1, "'a', file table entry 0: block 1 is in a chain of blocks twice"},
        {2, 2, ""},
        {2, 5, "block 5 is in a chain of blocks twice"}, /* which belongs to b */
        {2, 0, "block 0 is in a chain of blocks twice"}, /* the file table */
        {2, 0xfffffe, "'a', file table entry 0: block 2 of its chain is 16777214; the volume has 7"},
        {1, 0xffffff, "'a', file table entry 0: block 1 of its chain is 16777215; the volume has 7"},
    };
    for (size_t i = 0; i < sizeof link / sizeof *link; i++) {
        struct stfs_writer w = {.magic = "CON ",
                                .copies = 2,
                                .seed = 9,
                                .header_size = SHORT_HEADER,
                                .file = file,
                                .files = 2,
                                .relink = {link[i].from, link[i].to}};
        size_t size;
        if (link[i].from == link[i].to)
            continue;
        uint8_t *bytes = stfs_writer(&w, &size);
        check_refused(bytes, size, link[i].sentence);
        stfs_writer_free(&w);
        free(bytes);
    }
}

static void file_tables_that_are_none(void)
{
    const struct stfs_writer_file no_directory[] = {{.name = "a", .parent = ROOT}, {.name = "b", .parent = 0}};
    check_refused_files(no_directory, 2, "parent directory: entry 0 is no directory");
    const struct stfs_writer_file nothing[] = {{.name = "a", .parent = 40}};
    check_refused_files(nothing, 1, "parent directory: entry 40 is no directory");
    const struct stfs_writer_file far[] = {{.name = "a", .parent = 4000}};
    check_refused_files(far, 1, "parent directory: entry 4000 is no directory");
    const struct stfs_writer_file itself[] = {{.name = "a", .parent = 0, .directory = true}};
    check_refused_files(itself, 1, "parent directory: the entry is in itself or more than 64 levels deep");
    const struct stfs_writer_file ring[] = {{.name = "a", .parent = 1, .directory = true},
                                            {.name = "b", .parent = 0, .directory = true}};
    check_refused_files(ring, 2, "parent directory: the entry is in itself");
    const struct stfs_writer_file long_name[] = {{.name = "12345678901234567890123456789012345678901", .parent = ROOT}};
    check_refused_files(long_name, 1, "name length: 41 characters do not fit");
    const struct stfs_writer_file up[] = {{.name = "..", .parent = ROOT, .directory = true}};
    check_refused_files(up, 1, "the name '..' at offset");
    const struct stfs_writer_file separator[] = {{.name = "a/../../b", .parent = ROOT}};
    check_refused_files(separator, 1, "holds a separator");
    const struct stfs_writer_file same[] = {{.name = "Save", .parent = ROOT}, {.name = "save", .parent = ROOT}};
    check_refused_files(same, 2, "holds both 'Save' and 'save'");
}

static void depth_has_an_end(void)
{
    struct stfs_writer_file file[65];
    for (unsigned i = 0; i < 65; i++)
        file[i] = (struct stfs_writer_file){.name = "d", .parent = i == 0 ? ROOT : i - 1, .directory = true};
    struct stfs_writer w = {.magic = "CON ", .copies = 2, .header_size = SHORT_HEADER, .file = file, .files = 64};
    struct sim_error error;
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);
    CU_ASSERT_EQUAL(open_and_visit(bytes, size, true, &error), SIM_OK);
    stfs_writer_free(&w);
    free(bytes);
    check_refused_files(file, 65, "more than 64 levels deep");
    /* The deepest first: they are found all the same. */
    for (unsigned i = 0; i < 64; i++)
        file[i].parent = i == 63 ? ROOT : i + 1;
    bytes = stfs_writer(&w, &size);
    CU_ASSERT_EQUAL(open_and_visit(bytes, size, true, &error), SIM_OK);
    stfs_writer_free(&w);
    free(bytes);
}

static void headers_that_are_none(void)
{
    const struct stfs_writer_file file[] = {{.name = "a", .parent = ROOT, .size = 5000, .bytes = noise}};
    static const struct {
        unsigned offset, bytes;
        uint32_t value;
        const char *sentence;
    } change[] = {
        {0x340, 4, 0x3b0, "offset 0x340: header size: 944 bytes are too few"},
        {0x340, 4, 0xffffffff, "offset 0x340: header size: 4294967295 bytes are more than the file's"},
        {0x379, 1, 0x23, "offset 0x379: volume descriptor: 35 bytes instead of 36"},
        {0x3a9, 4, 2, "offset 0x3a9: volume type: 2 is neither"},
        {0x395, 4, 4913001, "offset 0x395: total blocks: 4913001 are more than a volume can have"},
        {0x395, 4, 1, "'a', file table entry 0: it is 2 blocks long; the volume has 1"},
        {0x37c, 2, 0x0500, "the file table: it is 5 blocks long; the volume has 3"},
        {0x37e, 3, 0xffff00, "the file table: block 0 of its chain is 65535; the volume has 3"},
        {0x381, 4, 0, "the SHA-1 of hash table of level 0, number 0"},
    };
    struct stfs_writer w = {.magic = "LIVE", .copies = 1, .header_size = SHORT_HEADER, .file = file, .files = 1};
    size_t size;

    for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
        uint8_t *bytes = stfs_writer(&w, &size);
        stfs_writer_be(bytes + change[i].offset, change[i].value, (int)change[i].bytes);
        if (change[i].offset != 0x340)
            stfs_writer_seal(bytes);
        check_refused(bytes, size, change[i].sentence);
        stfs_writer_free(&w);
        free(bytes);
    }
    uint8_t *bytes = stfs_writer(&w, &size);
    bytes[0x344]++;
    check_refused(bytes, size, "offset 0x32c: content id: it is not the SHA-1 of the header from 0x344 to 0x1000");
    check_refused(bytes, 0x3b0, "offset 0x3b0: the file ends within the package's header");
    stfs_writer_free(&w);
    free(bytes);
}

/* Every byte has a hash over it, but the signatures before it, and copies of tables that do not hold: with any byte
 * changed or anything cut off, the package says so or has all its data. */
static void no_change_goes_unseen(void)
{
    const struct stfs_writer_file file[] = {{.name = "Folder", .parent = ROOT, .directory = true},
                                            {.name = "a", .parent = 0, .size = 6000, .bytes = noise},
                                            {.name = "b", .parent = ROOT, .size = 4096, .bytes = noise + 6000}};
    struct stfs_writer w = {
        .magic = "CON ", .copies = 2, .seed = 2, .header_size = SHORT_HEADER, .file = file, .files = 3};
    unsigned unseen = 0, silent = 0, seen = 0;
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);

    for (unsigned cut = 0; cut < 2; cut++)
        for (size_t at = cut; at < size; at += cut != 0 ? 13 : 3) {
            uint8_t *copy = malloc((cut != 0 ? at : size) + 1);
            struct sim_error error = {""};
            struct tree *tree;
            memcpy(copy + 1, bytes, cut != 0 ? at : size);
            if (cut == 0)
                copy[1 + at] ^= (uint8_t)(1u << at % 8);
            enum sim_status status = tree_open_bytes(&tree, "bad", copy + 1, cut != 0 ? at : size, true, &error);
            if (status == SIM_OK) {
                status = visit(tree, 0, &error);
                if (status == SIM_OK)
                    unseen += !has_bytes(tree, "Folder/a", noise, 6000) || !has_bytes(tree, "b", noise + 6000, 4096);
                tree_close(tree);
            }
            seen += status == SIM_BAD_INPUT;
            silent += status != SIM_OK && error.text[0] == '\0';
            free(copy);
        }
    CU_ASSERT_EQUAL(unseen, 0);
    CU_ASSERT_EQUAL(silent, 0);
    CU_ASSERT(seen > size / 4);
    stfs_writer_free(&w);
    free(bytes);
}

/* ---- the header ---- */

static void utf16(uint8_t *p, const char *text)
{
    for (; *text != '\0'; text++, p += 2)
        stfs_writer_be(p, (uint8_t)*text, 2);
}

static const char *field(const struct stfs_header *header, const char *name, char text[STFS_TEXT_MAX])
{
    struct stfs_field found;
    for (size_t i = 0; stfs_field_next(header, &i, &found);)
        if (strcmp(found.name, name) == 0)
            return stfs_field_text(header, &found, text);
    return "absent";
}

static void what_the_header_says(void)
{
    struct stfs_writer w = {.magic = "LIVE", .copies = 1, .header_size = 0x971a};
    struct stfs_header header;
    char text[STFS_TEXT_MAX];
    size_t size;
    uint32_t picture;
    uint8_t *bytes = stfs_writer(&w, &size);

    stfs_writer_be(bytes + 0x348, 2, 4);
    stfs_writer_be(bytes + 0x354, 0x12345678, 4);
    stfs_writer_be(bytes + 0x358, 0x20445c05, 4);
    stfs_writer_be(bytes + 0x360, 0x4d5307e6, 4);
    stfs_writer_be(bytes + 0x371, 0xe000012345678901, 8);
    utf16(bytes + 0x411, "Name");
    stfs_writer_be(bytes + 0x511, 0x30b2d83d, 4); /* a kana, then the first half of an emoji */
    stfs_writer_be(bytes + 0x515, 0xde00d800, 4); /* its second half, then a half alone */
    utf16(bytes + 0x541a, "Chinese");
    utf16(bytes + 0xd11, "What it is");
    utf16(bytes + 0x1691, "Title\x1b");
    stfs_writer_be(bytes + 0x1712, 3, 4);
    memcpy(bytes + 0x171a, noise, 3);
    stfs_writer_be(bytes + 0x1716, 0x4001, 4); /* too many */
    stfs_writer_seal(bytes);
    CU_ASSERT_EQUAL_FATAL(stfs_header_read(&header, "package", bytes, size, NULL), SIM_OK);
    CU_ASSERT(stfs_header_is_whole(&header));
    CU_ASSERT_STRING_EQUAL(field(&header, "title_id", text), "0x4d5307e6");
    CU_ASSERT_STRING_EQUAL(field(&header, "media_id", text), "0x12345678");
    CU_ASSERT_STRING_EQUAL(field(&header, "version", text), "2.0.17500.5");
    CU_ASSERT_STRING_EQUAL(field(&header, "profile_id", text), "0xe000012345678901");
    CU_ASSERT_STRING_EQUAL(field(&header, "content_type", text), "0x000d0000 arcade title");
    CU_ASSERT_STRING_EQUAL(field(&header, "title_name", text), "Title\xef\xbf\xbd");
    CU_ASSERT_STRING_EQUAL(field(&header, "signature", text), "none");
    CU_ASSERT_STRING_EQUAL(field(&header, "certificate_size", text), "absent");
    CU_ASSERT_STRING_EQUAL(field(&header, "svod_features", text), "absent");
    CU_ASSERT_STRING_EQUAL(stfs_display_name(&header, 0, text), "Name");
    CU_ASSERT_STRING_EQUAL(stfs_display_name(&header, 1, text), "\xe3\x82\xb2\xf0\x9f\x98\x80\xef\xbf\xbd");
    CU_ASSERT_STRING_EQUAL(stfs_display_name(&header, 9, text), "Chinese");
    CU_ASSERT_STRING_EQUAL(stfs_description(&header, 0, text), "What it is");
    CU_ASSERT_STRING_EQUAL(stfs_language(9), "simplified Chinese");
    CU_ASSERT_PTR_EQUAL(stfs_thumbnail(&header, false, &picture), bytes + 0x171a);
    CU_ASSERT_EQUAL(picture, 3);
    CU_ASSERT_PTR_NULL(stfs_thumbnail(&header, true, &picture));
    bytes[0x345]++;
    CU_ASSERT_FALSE(stfs_header_is_whole(&header));

    /* A header that ends early has fewer fields. */
    stfs_writer_be(bytes + 0x340, 0x400, 4);
    CU_ASSERT_EQUAL_FATAL(stfs_header_read(&header, "package", bytes, size, NULL), SIM_OK);
    CU_ASSERT_STRING_EQUAL(field(&header, "title_name", text), "absent");
    CU_ASSERT_STRING_EQUAL(stfs_display_name(&header, 0, text), "");
    CU_ASSERT_STRING_EQUAL(stfs_display_name(&header, 9, text), "");
    CU_ASSERT_PTR_NULL(stfs_thumbnail(&header, false, &picture));
    stfs_writer_free(&w);
    free(bytes);
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("stfs", fuzz_stfs) > 0);
}

void test_stfs(void)
{
    CU_pSuite suite = CU_add_suite("hle/stfs", NULL, NULL);

    scratch_noise(noise, sizeof noise, 2);
    CU_add_test(suite, "files come out whole, with one copy of each table and with two", both_table_layouts);
    CU_add_test(suite, "every block of the largest volume is where a walk over it says",
                every_block_of_the_largest_volume);
    CU_add_test(suite, "three levels of tables", three_levels);
    CU_add_test(suite, "tables that are exactly full", full_tables);
    CU_add_test(suite, "65,534 entries of a directory are listed in order", a_directory_of_65535);
    CU_add_test(suite, "dates", dates);
    CU_add_test(suite, "a damaged block is named, and all others can be read", damaged_blocks_are_named);
    CU_add_test(suite, "a damaged table of any level is named", damaged_tables_are_named);
    CU_add_test(suite, "chains that return, cross, end early or lead out are refused", chains_that_are_none);
    CU_add_test(suite, "file tables that make no tree are refused", file_tables_that_are_none);
    CU_add_test(suite, "64 levels are read, more are refused", depth_has_an_end);
    CU_add_test(suite, "a wrong header is refused", headers_that_are_none);
    CU_add_test(suite, "no changed byte and no missing end goes unseen", no_change_goes_unseen);
    CU_add_test(suite, "what the header says", what_the_header_says);
    CU_add_test(suite, "the fuzzer's inputs do no harm", corpus);
}
