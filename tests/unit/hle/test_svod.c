/* Packages in several files, of the independent writer. */
#include "kernel-hle/loader/tree.h"
#include "tests/support/gdfx_writer.h"
#include "tests/support/scratch.h"
#include "tests/support/svod_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIRECTORY = GDFX_WRITER_IS_DIRECTORY, NOISE = 900000 };

/* What one data file holds, 82,824 sectors, so that a file can be put over its end. */
enum { FILE_SECTORS = 0x14388, OVER_THE_END = FILE_SECTORS + 32 - 100 };

static uint8_t noise[NOISE];

static const struct gdfx_writer_node node[] = {
    {.name = "media", .parent = -1, .attributes = DIRECTORY},
    {.name = "default.xex", .parent = -1, .size = NOISE, .bytes = noise},
    {.name = "small", .parent = 0, .size = 3, .bytes = noise},
    {.name = "far", .parent = 0, .sector = OVER_THE_END, .size = NOISE - 1, .bytes = noise + 1},
};

static bool has_bytes(struct tree *tree, const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *read = malloc(size + 2);
    tree_node found;
    size_t got = 0;
    bool same = tree_find(tree, path, &found, NULL) == SIM_OK && found != TREE_NONE &&
                tree_read(tree, found, 0, read, size + 1, &got, NULL) == SIM_OK && got == size &&
                memcmp(read, bytes, size) == 0;
    free(read);
    return same;
}

static void write_package(struct scratch *scratch, enum svod_writer_layout layout, int nodes)
{
    uint32_t table[8];
    int disc = open(scratch_path(scratch, "disc"), O_RDWR | O_CREAT | O_TRUNC, 0666);
    uint64_t size = gdfx_writer(disc, 0, node, nodes, table);
    svod_writer(scratch_path(scratch, "package"), layout, disc, size);
    close(disc);
}

static void every_layout(void)
{
    for (enum svod_writer_layout layout = SVOD_WRITER_ENHANCED; layout <= SVOD_WRITER_SINGLE; layout++) {
        bool far = layout != SVOD_WRITER_SINGLE;
        struct scratch scratch;
        struct tree *tree;
        scratch_begin(&scratch);
        write_package(&scratch, layout, far ? 4 : 3);
        CU_ASSERT_EQUAL_FATAL(tree_open(&tree, scratch_path(&scratch, "package"), NULL), SIM_OK);
        CU_ASSERT_EQUAL(tree_kind(tree), TREE_SVOD);
        CU_ASSERT(has_bytes(tree, "default.xex", noise, NOISE));
        CU_ASSERT(has_bytes(tree, "media/small", noise, 3));
        if (far)
            CU_ASSERT(has_bytes(tree, "media/far", noise + 1, NOISE - 1));
        tree_close(tree);
        scratch_end(&scratch);
    }
}

static enum sim_status read_all(struct scratch *scratch, struct sim_error *error)
{
    static uint8_t bytes[NOISE];
    static const char *const path[] = {"default.xex", "media/small", "media/far"};
    struct tree *tree;
    enum sim_status status = tree_open(&tree, scratch_path(scratch, "package"), error);
    if (status != SIM_OK)
        return status;
    for (size_t i = 0; i < 3 && status == SIM_OK; i++) {
        tree_node found;
        size_t got;
        status = tree_find(tree, path[i], &found, error);
        if (status == SIM_OK && found != TREE_NONE)
            status = tree_read(tree, found, 0, bytes, sizeof bytes, &got, error);
    }
    tree_close(tree);
    return status;
}

static void damage_is_named(void)
{
    static const struct {
        const char *file;
        uint32_t offset;
        const char *sentence;
    } damage[] = {
        {"package.data/Data0000", 100, "Data0000: offset 0x0: the SHA-1 of the file's table of hashes is not"},
        {"package.data/Data0000", 0x1000, "Data0000: offset 0x1000: the SHA-1 of a group's table of hashes is not"},
        {"package.data/Data0000", 0x2000 + 10 * 2048 + 5, "Data0000: offset 0x7000: the SHA-1 of two sectors is not"},
        {"package.data/Data0001", 0x1003, "Data0001: offset 0x1000: the SHA-1 of a group's table"},
        {"package.data/Data0001", 0x2003, "Data0001: offset 0x2000: the SHA-1 of two sectors"},
        {"package", 0x37e, "content id: it is not the SHA-1"},
    };
    struct scratch scratch;
    struct sim_error error;

    scratch_begin(&scratch);
    write_package(&scratch, SVOD_WRITER_ENHANCED, 4);
    CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_OK);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        uint8_t byte;
        int fd = open(scratch_path(&scratch, damage[i].file), O_RDWR);
        CU_ASSERT_EQUAL(pread(fd, &byte, 1, damage[i].offset), 1);
        byte ^= 4;
        CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, damage[i].offset), 1);
        CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_BAD_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, damage[i].sentence));
        byte ^= 4;
        CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, damage[i].offset), 1);
        close(fd);
    }
    /* Files that are too short or not there. */
    scratch_size(&scratch, "package.data/Data0001", 0x3000);
    CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "lead beyond the end of the partition"));
    scratch_size(&scratch, "package.data/Data0000", 0x9000);
    CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_BAD_INPUT);
    scratch_size(&scratch, "package.data/Data0000", 0x2100);
    CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "Data0000: offset 0x2000: no MICROSOFT*XBOX*MEDIA"));
    unlink(scratch_path(&scratch, "package.data/Data0001"));
    CU_ASSERT_EQUAL(read_all(&scratch, &error), SIM_BAD_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "package.data/Data0001: No such file"));
    scratch_end(&scratch);
}

void test_svod(void)
{
    CU_pSuite suite = CU_add_suite("hle/svod", NULL, NULL);

    scratch_noise(noise, sizeof noise, 4);
    CU_add_test(suite, "files come out whole, over the border of data files too", every_layout);
    CU_add_test(suite, "damage is named, and files that are not there", damage_is_named);
}
