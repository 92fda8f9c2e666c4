/* Disc images of the independent writer: every place of the partition, every shape of directory, and everything that
 * an image may have wrong. */
#include "kernel-hle/loader/tree.h"
#include "tests/support/corpus.h"
#include "tests/support/gdfx_writer.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DIRECTORY = GDFX_WRITER_IS_DIRECTORY, SECTOR = 2048 };

int fuzz_gdfx(const uint8_t *data, size_t size);

static const uint8_t hello[] = "hello, world";
static uint8_t noise[10000];

/* A small disc: a file in the root, one in a directory, an empty directory, an empty file. */
static const struct gdfx_writer_node small[] = {
    {.name = "media", .parent = -1, .attributes = DIRECTORY},
    {.name = "default.xex", .parent = -1, .attributes = 0x21, .size = sizeof noise, .bytes = noise},
    {.name = "zero", .parent = -1, .attributes = 0x80},
    {.name = "Intro.bik", .parent = 0, .attributes = 0x20, .size = sizeof hello, .bytes = hello},
    {.name = "empty", .parent = 0, .attributes = DIRECTORY},
};
enum { SMALL = sizeof small / sizeof *small };

static bool has_bytes(struct tree *tree, const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *read = malloc(size + 2);
    struct tree_info info;
    tree_node node;
    size_t got = 0;
    bool same = tree_find(tree, path, &node, NULL) == SIM_OK && node != TREE_NONE;

    if (same) {
        tree_info(tree, node, &info);
        same = info.size == size && tree_read(tree, node, 0, read, size + 1, &got, NULL) == SIM_OK && got == size &&
               (size == 0 || memcmp(read, bytes, size) == 0);
    }
    if (same && size > 5)
        same = tree_read(tree, node, 3, read, size, &got, NULL) == SIM_OK && got == size - 3 &&
               memcmp(read, bytes + 3, size - 3) == 0;
    free(read);
    return same;
}

static bool is_small_disc(struct tree *tree)
{
    const tree_node *children;
    struct tree_info info;
    size_t count;

    if (!has_bytes(tree, "default.xex", noise, sizeof noise) ||
        !has_bytes(tree, "\\MEDIA\\intro.BIK", hello, sizeof hello) || !has_bytes(tree, "zero", NULL, 0))
        return false;
    if (tree_children(tree, 0, &children, &count, NULL) != SIM_OK || count != 3)
        return false;
    static const char *const name[] = {"default.xex", "media", "zero"};
    static const uint32_t attributes[] = {0x21, DIRECTORY, 0};
    for (size_t i = 0; i < 3; i++) {
        tree_info(tree, children[i], &info);
        if (strcmp(info.name, name[i]) != 0 || info.attributes != attributes[i])
            return false;
    }
    tree_node empty;
    return tree_find(tree, "media/empty", &empty, NULL) == SIM_OK && empty != TREE_NONE &&
           tree_children(tree, empty, &children, &count, NULL) == SIM_OK && count == 0;
}

static void every_partition_offset(void)
{
    static const uint64_t base[] = {0, 0xfb20, 0x20600, 0x02080000, 0x0fd90000, 0x18300000, 0x89d80000};
    struct scratch scratch;
    uint32_t table[SMALL + 1];

    scratch_begin(&scratch);
    for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
        struct tree *tree;
        struct tree_info info;
        tree_node node;
        int fd = open(scratch_path(&scratch, "disc.iso"), O_RDWR | O_CREAT | O_TRUNC, 0666);
        gdfx_writer(fd, base[i], small, SMALL, table);
        close(fd);
        CU_ASSERT_EQUAL_FATAL(tree_open(&tree, scratch_path(&scratch, "disc.iso"), NULL), SIM_OK);
        CU_ASSERT_EQUAL(tree_kind(tree), TREE_GDFX);
        CU_ASSERT(is_small_disc(tree));
        CU_ASSERT_EQUAL(tree_find(tree, "media", &node, NULL), SIM_OK);
        tree_info(tree, node, &info);
        CU_ASSERT_EQUAL(info.offset, base[i] + (uint64_t)table[1] * SECTOR);
        tree_close(tree);
    }
    scratch_end(&scratch);
}

/* ---- shapes ---- */

/* Numbers of 16 bits reach over 256 KiB of directory: 13,056 entries of 20 bytes, 102 a sector. */
static void a_directory_of_many(void)
{
    enum { MANY = 13000, NAME = 5 };
    struct gdfx_writer_node *node = calloc(MANY, sizeof *node);
    uint32_t *table = calloc(MANY + 1, sizeof *table);
    char *name = calloc(MANY, NAME);

    /* In the order of names the tree is a list 13,000 deep; in disorder it is bushy. */
    for (unsigned step = 1; step < 8000; step += 7918) {
        struct tree *tree;
        struct tree_info info;
        const tree_node *children;
        size_t size, count, wrong = 0;
        for (unsigned i = 0; i < MANY; i++) {
            snprintf(name + (size_t)i * NAME, NAME, "%04x", i * step % MANY);
            node[i] = (struct gdfx_writer_node){.name = name + (size_t)i * NAME, .parent = -1, .attributes = 0x20};
        }
        uint8_t *bytes = gdfx_writer_bytes(node, MANY, table, &size);
        CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "many.iso", bytes, size, true, NULL), SIM_OK);
        CU_ASSERT_EQUAL(tree_children(tree, 0, &children, &count, NULL), SIM_OK);
        CU_ASSERT_EQUAL_FATAL(count, MANY);
        for (unsigned i = 0; i < MANY; i++) {
            char expected[NAME];
            snprintf(expected, sizeof expected, "%04x", i);
            tree_info(tree, children[i], &info);
            wrong += strcmp(info.name, expected) != 0;
        }
        CU_ASSERT_EQUAL(wrong, 0);
        tree_close(tree);
        free(bytes);
    }
    free(node);
    free(name);
    free(table);
}

/* A chain of directories "d/d/d/..." with a file at its end, `depth` names in all. */
static uint8_t *deep_disc(int depth, size_t *size)
{
    struct gdfx_writer_node node[80];
    uint32_t table[81];
    for (int i = 0; i < depth - 1; i++)
        node[i] = (struct gdfx_writer_node){.name = "d", .parent = i - 1, .attributes = DIRECTORY};
    node[depth - 1] = (struct gdfx_writer_node){.name = "f", .parent = depth - 2, .size = sizeof hello, .bytes = hello};
    return gdfx_writer_bytes(node, depth, table, size);
}

static void depth_has_an_end(void)
{
    struct sim_error error;
    struct tree *tree;
    char path[200] = "";
    tree_node node;
    size_t size;

    for (int i = 0; i < 63; i++)
        strcat(path, "d/");
    uint8_t *bytes = deep_disc(64, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "deep.iso", bytes, size, true, NULL), SIM_OK);
    strcat(path, "f");
    CU_ASSERT(has_bytes(tree, path, hello, sizeof hello));
    tree_close(tree);
    free(bytes);

    bytes = deep_disc(65, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "deep.iso", bytes, size, true, NULL), SIM_OK);
    strcpy(path + strlen(path) - 1, "d/f");
    CU_ASSERT_EQUAL(tree_find(tree, path, &node, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "more than 64 levels deep"));
    tree_close(tree);
    free(bytes);
}

/* Seven gigabytes with a file at the very end: opened in no time, and only what is read costs memory. */
static void a_large_image(void)
{
    const uint32_t sector = (UINT32_C(7) << 20) / 2;
    const struct gdfx_writer_node node[] = {
        {.name = "last", .parent = -1, .sector = sector, .size = sizeof noise, .bytes = noise},
        {.name = "hole", .parent = -1, .sector = 1000, .size = UINT32_MAX}};
    struct timespec before, after;
    struct scratch scratch;
    struct tree *tree;
    uint32_t table[3];
    uint8_t byte = 1;
    tree_node hole;
    size_t got;

    scratch_begin(&scratch);
    int fd = open(scratch_path(&scratch, "large.iso"), O_RDWR | O_CREAT, 0666);
    CU_ASSERT(gdfx_writer(fd, 0, node, 2, table) > UINT64_C(7) << 30);
    close(fd);
    clock_gettime(CLOCK_MONOTONIC, &before);
    CU_ASSERT_EQUAL_FATAL(tree_open(&tree, scratch_path(&scratch, "large.iso"), NULL), SIM_OK);
    CU_ASSERT_EQUAL(tree_find(tree, "hole", &hole, NULL), SIM_OK);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CU_ASSERT((after.tv_sec - before.tv_sec) * 1000000000 + (after.tv_nsec - before.tv_nsec) < 50000000);
    CU_ASSERT(has_bytes(tree, "last", noise, sizeof noise));
    CU_ASSERT_EQUAL(tree_read(tree, hole, UINT32_MAX - 1, &byte, 1, &got, NULL), SIM_OK);
    CU_ASSERT_EQUAL(got, 1);
    CU_ASSERT_EQUAL(byte, 0);
    CU_ASSERT_EQUAL(tree_read(tree, hole, UINT32_MAX, &byte, 1, &got, NULL), SIM_OK);
    CU_ASSERT_EQUAL(got, 0);
    tree_close(tree);
    scratch_end(&scratch);
}

/* ---- what may be wrong ---- */

/* Lists everything and reads the first bytes of every file. Counts what is there; the status is the first failure. */
static enum sim_status visit(struct tree *tree, tree_node node, unsigned *nodes, struct sim_error *error)
{
    const tree_node *children;
    struct tree_info info;
    uint8_t bytes[64];
    size_t count, got;

    tree_info(tree, node, &info);
    if (++*nodes > 1000)
        return sim_fail(error, SIM_GUEST, "endless");
    if ((info.attributes & TREE_DIRECTORY) == 0)
        return tree_read(tree, node, info.size > 64 ? info.size - 64 : 0, bytes, sizeof bytes, &got, error);
    enum sim_status status = tree_children(tree, node, &children, &count, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++)
        status = visit(tree, children[i], nodes, error);
    return status;
}

static void check_refused(const uint8_t *bytes, size_t size, const char *sentence)
{
    struct sim_error error = {""};
    unsigned nodes = 0;
    struct tree *tree;

    enum sim_status status = tree_open_bytes(&tree, "bad.iso", bytes, size, true, &error);
    if (status == SIM_OK) {
        status = visit(tree, 0, &nodes, &error);
        tree_close(tree);
    }
    CU_ASSERT_EQUAL(status, SIM_BAD_INPUT);
    if (strstr(error.text, sentence) == NULL || strncmp(error.text, "bad.iso: ", 9) != 0) {
        printf("'%s' instead of '%s'\n", error.text, sentence);
        CU_FAIL("another sentence");
    }
}

static void check_refused_nodes(const struct gdfx_writer_node *node, int nodes, const char *sentence)
{
    uint32_t table[16];
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(node, nodes, table, &size);
    check_refused(bytes, size, sentence);
    free(bytes);
}

static void places_that_cannot_be(void)
{
    /* The root's table of one sector is the first that is written, number 40. */
    const struct gdfx_writer_node itself[] = {
        {.name = "a", .parent = -1, .attributes = DIRECTORY, .sector = 40, .size = 2048}};
    check_refused_nodes(itself, 1, "start sector 40: the sectors belong to what the fields at offset 0x10014 tell of");
    const struct gdfx_writer_node descriptor[] = {{.name = "a", .parent = -1, .sector = 31, .size = 2049},
                                                  {.name = "b", .parent = -1, .size = 1, .bytes = hello}};
    check_refused_nodes(descriptor, 2,
                        "start sector 31: the sectors belong to what the fields at offset 0x10000 tell of");
    const struct gdfx_writer_node twice[] = {
        {.name = "a", .parent = -1, .attributes = DIRECTORY},
        {.name = "b", .parent = -1, .attributes = DIRECTORY, .sector = 41, .size = 2048},
        {.name = "f", .parent = 0}};
    check_refused_nodes(twice, 3, "start sector 41: the sectors belong");
    const struct gdfx_writer_node both[] = {{.name = "a", .parent = -1, .attributes = DIRECTORY},
                                            {.name = "b", .parent = -1, .sector = 41, .size = 2048},
                                            {.name = "f", .parent = 0}};
    check_refused_nodes(both, 3, "start sector 41: the sectors belong");
    const struct gdfx_writer_node overlap[] = {{.name = "a", .parent = -1, .sector = 50, .size = 5000},
                                               {.name = "b", .parent = -1, .sector = 52, .size = 10},
                                               {.name = "c", .parent = -1, .sector = 60, .size = 10, .bytes = hello}};
    check_refused_nodes(overlap, 3, "start sector 52: the sectors belong");
    const struct gdfx_writer_node beyond[] = {{.name = "a", .parent = -1, .sector = 42, .size = UINT32_MAX}};
    check_refused_nodes(beyond, 1, "start sector 42 and size 4294967295 lead beyond the end");
    const struct gdfx_writer_node far[] = {{.name = "a", .parent = -1, .sector = UINT32_MAX, .size = 1}};
    check_refused_nodes(far, 1, "start sector 4294967295 and size 1 lead beyond the end");
    const struct gdfx_writer_node wide[] = {
        {.name = "a", .parent = -1, .attributes = DIRECTORY, .sector = 41, .size = UINT32_MAX}};
    check_refused_nodes(wide, 1, "lead beyond the end of the partition");
}

static void two_files_may_share_their_sectors(void)
{
    const struct gdfx_writer_node node[] = {
        {.name = "a", .parent = -1, .sector = 50, .size = sizeof hello, .bytes = hello},
        {.name = "b", .parent = -1, .sector = 50, .size = sizeof hello, .bytes = hello}};
    uint32_t table[3];
    struct tree *tree;
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(node, 2, table, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "shared.iso", bytes, size, true, NULL), SIM_OK);
    CU_ASSERT(has_bytes(tree, "a", hello, sizeof hello));
    CU_ASSERT(has_bytes(tree, "b", hello, sizeof hello));
    tree_close(tree);
    free(bytes);
}

static void check_name(const char *name, size_t length, const char *sentence)
{
    const struct gdfx_writer_node node[] = {{.name = name, .name_length = length, .parent = -1}};
    check_refused_nodes(node, 1, sentence);
}

static void names_that_could_lead_elsewhere(void)
{
    check_name("..", 0, "the name '..' at offset 0x14000 means a directory itself or the one above");
    check_name(".", 0, "means a directory");
    check_name("../../etc/passwd", 0, "holds a separator");
    check_name("a\\b", 0, "holds a separator");
    check_name("/", 0, "holds a separator");
    check_name("a\0b", 3, "the name 'a?b' at offset 0x14000 holds a control character");
    check_name("a\nb", 0, "holds a control character");
    check_name("\x1b[2J", 0, "holds a control character");
    check_name("\x90", 0, "holds a control character"); /* no character of the set */
    const struct gdfx_writer_node same[] = {{.name = "Readme", .parent = -1}, {.name = "README", .parent = -1}};
    check_refused_nodes(same, 2, "directory '' holds both 'Readme' and 'README'");
}

static void names_beyond_ascii(void)
{
    const struct gdfx_writer_node node[] = {
        {.name = "\xc4\x80\xdf.x", .parent = -1, .size = sizeof hello, .bytes = hello}};
    uint32_t table[2];
    struct tree *tree;
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(node, 1, table, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "names.iso", bytes, size, true, NULL), SIM_OK);
    CU_ASSERT(has_bytes(tree, "\xc3\x84\xe2\x82\xac\xc3\x9f.X", hello, sizeof hello));
    tree_close(tree);
    free(bytes);
}

/* The table of `small`'s root begins at sector 40: media at 0, default.xex at 20 = 0x14, zero at 48 = 0x30. */
static void trees_that_are_none(void)
{
    static const struct {
        unsigned offset;
        uint8_t bytes[2];
        const char *sentence;
    } change[] = {
        {0, {0, 0}, ""},
        {0x14, {5, 0}, "offset 0x14014: directory entry 5 overlaps another one or is reached twice"},
        {0x16, {0x0c, 0}, "directory entry 12 overlaps another one or is reached twice"},
        {0x14, {1, 0}, "offset 0x14004: directory entry 1 overlaps"},
        {0x14, {6, 0}, "offset 0x14018: directory entry 6 "},
        {0x16, {0, 2}, "offset 0x14800: directory entry 512 does not lie within the directory's 2048 bytes"},
        {0x16, {0xff, 0xff}, "directory entry 65535 does not lie within"},
        {0x16, {0x80, 0}, "offset 0x14200: directory entry 128 is filler"},
        {0x30 + 13, {0, 'x'}, "is empty"},
    };
    uint32_t table[SMALL + 1];
    size_t size;

    for (size_t i = 1; i < sizeof change / sizeof *change; i++) {
        uint8_t *bytes = gdfx_writer_bytes(small, SMALL, table, &size);
        memcpy(bytes + 40 * SECTOR + change[i].offset, change[i].bytes, 2);
        check_refused(bytes, size, change[i].sentence);
        free(bytes);
    }
    /* A name that leads over the directory's end. */
    uint8_t *bytes = gdfx_writer_bytes(small, SMALL, table, &size);
    memset(bytes + 40 * SECTOR + 0x18 - 2, 0xff, 1);
    bytes[40 * SECTOR + 0x16] = 0x1f0 & 0xff;
    bytes[40 * SECTOR + 0x17] = 0x1f0 >> 8;
    memset(bytes + 40 * SECTOR + 0x1f0 * 4, 0, 13);
    bytes[40 * SECTOR + 0x1f0 * 4 + 13] = 60;
    check_refused(bytes, size, "directory entry 496 does not lie within");
    free(bytes);
}

static void descriptors_that_are_none(void)
{
    uint32_t table[SMALL + 1];
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(small, SMALL, table, &size);

    bytes[0x1001b] = 0x7f;
    check_refused(bytes, size, "offset 0x10014: root directory size: 2130708480 bytes are more than 32 MiB");
    bytes[0x1001b] = 0;
    bytes[0x10017] = 0x7f;
    check_refused(bytes, size, "offset 0x10014: start sector 2130706472 and size 2048 lead beyond the end");
    bytes[0x10013] = 'a';
    check_refused(bytes, size, "neither a package (no CON, LIVE or PIRS) nor a disc image");
    free(bytes);
}

/* A disc cut off anywhere is refused with a sentence, or has all its data. */
static void every_truncation(void)
{
    uint32_t table[SMALL + 1];
    unsigned whole = 0, silent = 0, other = 0;
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(small, SMALL, table, &size);

    for (size_t cut = 0; cut < size; cut += cut < 32 * SECTOR ? 997 : cut < 40 * SECTOR ? 61 : 1) {
        uint8_t *part = malloc(cut + 1); /* exactly as long, so that reading on shows */
        struct sim_error error = {""};
        unsigned nodes = 0;
        struct tree *tree;
        memcpy(part + 1, bytes, cut);
        enum sim_status status = tree_open_bytes(&tree, "cut.iso", part + 1, cut, true, &error);
        if (status == SIM_OK) {
            status = visit(tree, 0, &nodes, &error);
            whole += status == SIM_OK && is_small_disc(tree);
            other += status == SIM_OK && !is_small_disc(tree);
            tree_close(tree);
        }
        silent += status != SIM_OK && error.text[0] == '\0';
        free(part);
    }
    CU_ASSERT_EQUAL(silent, 0);
    CU_ASSERT_EQUAL(other, 0);
    CU_ASSERT_EQUAL(whole, 0); /* the last byte belongs to a file */
    free(bytes);
}

/* One bit wrong in a table or the descriptor: there is no checksum, so that another tree may come out of it, but it has
 * an end and can be read or is refused. */
static void every_bit(void)
{
    uint32_t table[SMALL + 1];
    unsigned strange = 0;
    size_t size;
    uint8_t *bytes = gdfx_writer_bytes(small, SMALL, table, &size);

    for (size_t i = 0; i < 3 * 200; i++) {
        static const size_t start[] = {32 * SECTOR, 40 * SECTOR, 41 * SECTOR};
        size_t at = start[i / 200] + i % 200;
        for (unsigned bit = 0; bit < 8; bit++) {
            struct sim_error error = {""};
            unsigned nodes = 0;
            struct tree *tree;
            bytes[at] ^= (uint8_t)(1u << bit);
            enum sim_status status = tree_open_bytes(&tree, "bit.iso", bytes, size, true, &error);
            if (status == SIM_OK) {
                status = visit(tree, 0, &nodes, &error);
                tree_close(tree);
            }
            strange += status != SIM_OK && (status != SIM_BAD_INPUT || error.text[0] == '\0');
            bytes[at] ^= (uint8_t)(1u << bit);
        }
    }
    CU_ASSERT_EQUAL(strange, 0);
    free(bytes);
}

/* What failed once fails again in the same words, and nothing is added twice. */
static void failures_stay(void)
{
    const struct gdfx_writer_node node[] = {{.name = "a", .parent = -1}, {.name = "bad/", .parent = -1}};
    struct sim_error first, second;
    const tree_node *children;
    uint32_t table[3];
    struct tree *tree;
    size_t size, count;
    uint8_t *bytes = gdfx_writer_bytes(node, 2, table, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "bad.iso", bytes, size, true, NULL), SIM_OK);
    CU_ASSERT_EQUAL(tree_children(tree, 0, &children, &count, &first), SIM_BAD_INPUT);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_EQUAL(tree_children(tree, 0, &children, &count, &second), SIM_BAD_INPUT);
    CU_ASSERT_STRING_EQUAL(first.text, second.text);
    tree_close(tree);
    free(bytes);
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("gdfx", fuzz_gdfx) > 0);
}

void test_gdfx(void)
{
    CU_pSuite suite = CU_add_suite("hle/gdfx", NULL, NULL);

    scratch_noise(noise, sizeof noise, 1);
    CU_add_test(suite, "the game partition is found wherever it may begin", every_partition_offset);
    CU_add_test(suite, "a directory of 13,000 entries, as a list and as a bush, is listed in order",
                a_directory_of_many);
    CU_add_test(suite, "64 levels are read, more are refused", depth_has_an_end);
    CU_add_test(suite, "an image of 7 GB opens within 50 ms and is read at its end", a_large_image);
    CU_add_test(suite, "what lies over something else or beyond the end is refused", places_that_cannot_be);
    CU_add_test(suite, "two files may be the same sectors", two_files_may_share_their_sectors);
    CU_add_test(suite, "names that could lead out of a folder are refused", names_that_could_lead_elsewhere);
    CU_add_test(suite, "names of Windows-1252 become UTF-8", names_beyond_ascii);
    CU_add_test(suite, "trees that return to themselves or leave their table are refused", trees_that_are_none);
    CU_add_test(suite, "a wrong descriptor is refused", descriptors_that_are_none);
    CU_add_test(suite, "an image cut off anywhere is refused", every_truncation);
    CU_add_test(suite, "one wrong bit does no harm", every_bit);
    CU_add_test(suite, "what failed once fails again in the same words", failures_stay);
    CU_add_test(suite, "the fuzzer's inputs do no harm", corpus);
}
