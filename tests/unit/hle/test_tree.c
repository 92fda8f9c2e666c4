/* Folders as trees, extraction into folders, and images made of them. */
#include "kernel-hle/loader/extract.h"
#include "kernel-hle/loader/gdfx_write.h"
#include "kernel-hle/loader/part_file.h"
#include "kernel-hle/loader/tree.h"
#include "tests/support/gdfx_writer.h"
#include "tests/support/scratch.h"
#include "tests/support/stfs_writer.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIRECTORY = GDFX_WRITER_IS_DIRECTORY, NOISE = 3000000, SECTOR = 2048 };

static uint8_t noise[NOISE];

static struct tree *open_scratch(struct scratch *scratch, const char *name)
{
    struct sim_error error;
    struct tree *tree;
    if (tree_open(&tree, scratch_path(scratch, name), &error) != SIM_OK) {
        printf("%s\n", error.text);
        CU_FAIL_FATAL("it does not open");
    }
    return tree;
}

static bool file_is(struct scratch *scratch, const char *name, const void *bytes, size_t size)
{
    size_t got;
    uint8_t *read = scratch_read(scratch, name, &got);
    bool same = read != NULL && got == size && memcmp(read, bytes, size) == 0;
    free(read);
    return same;
}

static bool is_there(struct scratch *scratch, const char *name)
{
    struct stat about;
    return lstat(scratch_path(scratch, name), &about) == 0;
}

/* Names in a folder, those of parts included. */
static unsigned names_in(struct scratch *scratch, const char *name)
{
    unsigned count = 0;
    DIR *dir = opendir(scratch_path(scratch, name));
    while (dir != NULL && readdir(dir) != NULL)
        count++;
    if (dir != NULL)
        closedir(dir);
    return count - 2;
}

static void says(const struct sim_error *error, const char *sentence)
{
    if (strstr(error->text, sentence) == NULL) {
        printf("'%s' instead of '%s'\n", error->text, sentence);
        CU_FAIL("another sentence");
    }
}

/* ---- folders ---- */

static void a_folder_is_a_tree(void)
{
    static const char *const sorted[] = {"Alpha", "beta", "Gamma", "zeta.x", "_under"}; /* _ stands after Z, before a */
    struct scratch scratch;
    const tree_node *children;
    struct tree_info info;
    tree_node node;
    uint8_t bytes[64];
    size_t count, got;

    scratch_begin(&scratch);
    scratch_file(&scratch, "zeta.x", "z", 1);
    scratch_folder(&scratch, "beta");
    scratch_file(&scratch, "Alpha", "alpha", 5);
    scratch_file(&scratch, "_under", "", 0);
    scratch_folder(&scratch, "Gamma");
    scratch_folder(&scratch, "Gamma/delta");
    scratch_file(&scratch, "Gamma/delta/Epsilon.bin", noise, 100000);
    struct tree *tree = open_scratch(&scratch, "");
    CU_ASSERT_EQUAL(tree_kind(tree), TREE_FOLDER);
    CU_ASSERT_EQUAL(tree_children(tree, 0, &children, &count, NULL), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(count, 5);
    for (size_t i = 0; i < 5; i++) {
        tree_info(tree, children[i], &info);
        CU_ASSERT_STRING_EQUAL(info.name, sorted[i]);
        CU_ASSERT_EQUAL((info.attributes & TREE_DIRECTORY) != 0, i == 1 || i == 2);
        CU_ASSERT_EQUAL(info.modified, 0); /* a copy of the folder is the same disc */
    }
    static const char *const spelling[] = {"gamma\\DELTA\\epsilon.BIN", "/Gamma/delta//Epsilon.bin",
                                           "\\Gamma/delta\\Epsilon.bin"};
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(tree_find(tree, spelling[i], &node, NULL), SIM_OK);
        CU_ASSERT_NOT_EQUAL_FATAL(node, TREE_NONE);
        CU_ASSERT_EQUAL(tree_read(tree, node, 99990, bytes, sizeof bytes, &got, NULL), SIM_OK);
        CU_ASSERT_EQUAL(got, 10);
        CU_ASSERT_EQUAL(memcmp(bytes, noise + 99990, 10), 0);
    }
    char path[TREE_PATH_MAX];
    CU_ASSERT_STRING_EQUAL(tree_node_path(tree, node, path), "Gamma/delta/Epsilon.bin");
    static const char *const absent[] = {
        "gamma/eps", "Alpha/x", "..", "Gamma/..", ".", "Gamm", "Gamma/delta/Epsilon.bin/x"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        CU_ASSERT_EQUAL(tree_find(tree, absent[i], &node, NULL), SIM_OK);
        CU_ASSERT_EQUAL(node, TREE_NONE);
    }
    CU_ASSERT_EQUAL(tree_find(tree, "", &node, NULL), SIM_OK);
    CU_ASSERT_EQUAL(node, 0);
    tree_close(tree);
    scratch_end(&scratch);
}

static void check_folder_refused(struct scratch *scratch, const char *sentence)
{
    struct sim_error error = {""};
    const tree_node *children;
    size_t count;
    struct tree *tree = open_scratch(scratch, "game");
    enum sim_status status = tree_children(tree, 0, &children, &count, &error);
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        const tree_node *inner;
        size_t inner_count;
        struct tree_info info;
        tree_info(tree, children[i], &info);
        if ((info.attributes & TREE_DIRECTORY) != 0)
            status = tree_children(tree, children[i], &inner, &inner_count, &error);
    }
    CU_ASSERT_EQUAL(status, SIM_BAD_INPUT);
    says(&error, sentence);
    tree_close(tree);
}

static void folders_that_cannot_be_discs(void)
{
    struct scratch scratch;

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    scratch_file(&scratch, "game/ReadMe", "", 0);
    scratch_file(&scratch, "game/README", "", 0);
    check_folder_refused(&scratch, "directory '' holds both '");
    scratch_end(&scratch);

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    CU_ASSERT_EQUAL(mkfifo(scratch_path(&scratch, "game/pipe"), 0666), 0);
    check_folder_refused(&scratch, "game/pipe: neither a file nor a directory");
    scratch_end(&scratch);

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    scratch_file(&scratch, "game/a\\b", "", 0);
    check_folder_refused(&scratch, "the name 'a\\b' holds a separator");
    scratch_end(&scratch);
}

static void links_stay_inside(void)
{
    struct scratch scratch;
    tree_node node;
    uint8_t bytes[8];
    size_t got;

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    scratch_folder(&scratch, "game/data");
    scratch_file(&scratch, "game/data/file", "inside", 6);
    scratch_link(&scratch, "game/link", "data/file");
    struct tree *tree = open_scratch(&scratch, "game");
    CU_ASSERT_EQUAL(tree_find(tree, "link", &node, NULL), SIM_OK);
    CU_ASSERT_EQUAL(tree_read(tree, node, 0, bytes, sizeof bytes, &got, NULL), SIM_OK);
    CU_ASSERT(got == 6 && memcmp(bytes, "inside", 6) == 0);
    tree_close(tree);
    scratch_end(&scratch);

    static const struct {
        const char *target, *sentence;
    } link[] = {
        {"/etc/passwd", "game/link: a link that leads out of the folder, to /etc/passwd"},
        {"../secret", "game/link: a link that leads out of the folder"},
        {"../game2/file", "a link that leads out of the folder"}, /* which has the folder's name as its beginning */
        {"..", "a link that leads out of the folder"},
        {"nowhere", "game/link: a link that leads nowhere"},
        {"link", "game/link: a link that leads nowhere"},
        {".", "game/link: the same directory stands elsewhere in the folder too"},
        {"data", "the same directory stands elsewhere in the folder too"},
    };
    for (size_t i = 0; i < sizeof link / sizeof *link; i++) {
        scratch_begin(&scratch);
        scratch_folder(&scratch, "game");
        scratch_folder(&scratch, "game/data");
        scratch_folder(&scratch, "game2");
        scratch_file(&scratch, "game2/file", "", 0);
        scratch_file(&scratch, "secret", "", 0);
        scratch_link(&scratch, "game/link", link[i].target);
        check_folder_refused(&scratch, link[i].sentence);
        scratch_end(&scratch);
    }
}

static void large_and_many(void)
{
    struct scratch scratch;
    const tree_node *children;
    struct tree_info info;
    char name[32];
    uint8_t bytes[4];
    tree_node node;
    size_t count, got;

    scratch_begin(&scratch);
    scratch_file(&scratch, "large", "", 0);
    scratch_size(&scratch, "large", (UINT64_C(5) << 30) + 3);
    for (unsigned i = 0; i < 65534; i++) {
        snprintf(name, sizeof name, "n%04x", i * 40503u % 65536u);
        scratch_file(&scratch, name, "", 0);
    }
    struct tree *tree = open_scratch(&scratch, "");
    CU_ASSERT_EQUAL_FATAL(tree_children(tree, 0, &children, &count, NULL), SIM_OK);
    CU_ASSERT_EQUAL(count, 65535);
    CU_ASSERT_EQUAL(tree_find(tree, "LARGE", &node, NULL), SIM_OK);
    tree_info(tree, node, &info);
    CU_ASSERT_EQUAL(info.size, 5368709123);
    CU_ASSERT_EQUAL(tree_read(tree, node, UINT64_C(5) << 30, bytes, 4, &got, NULL), SIM_OK);
    CU_ASSERT_EQUAL(got, 3);
    /* It shrinks while it is open. */
    struct sim_error error;
    scratch_size(&scratch, "large", 10);
    CU_ASSERT_EQUAL(tree_read(tree, node, 8, bytes, 4, &got, &error), SIM_BAD_INPUT);
    says(&error, "large: offset 0xa: the file has become shorter");
    tree_close(tree);
    scratch_end(&scratch);
}

static void what_cannot_be_opened(void)
{
    struct scratch scratch;
    struct sim_error error;
    struct tree *tree;

    scratch_begin(&scratch);
    CU_ASSERT_EQUAL(tree_open(&tree, scratch_path(&scratch, "absent"), &error), SIM_BAD_INPUT);
    says(&error, "absent: No such file or directory");
    scratch_file(&scratch, "empty", "", 0);
    CU_ASSERT_EQUAL(tree_open(&tree, scratch_path(&scratch, "empty"), &error), SIM_BAD_INPUT);
    says(&error, "empty: offset 0x0: neither a package");
    CU_ASSERT_EQUAL(tree_open(&tree, "/dev/null", &error), SIM_BAD_INPUT);
    says(&error, "/dev/null: not a regular file");
    CU_ASSERT_PTR_NULL(tree);
    scratch_end(&scratch);
}

/* ---- extraction ---- */

static const struct gdfx_writer_node disc_nodes[] = {
    {.name = "media", .parent = -1, .attributes = DIRECTORY},
    {.name = "default.xex", .parent = -1, .size = NOISE, .bytes = noise},
    {.name = "zero", .parent = -1},
    {.name = "Intro.bik", .parent = 0, .size = 5000, .bytes = noise},
    {.name = "empty", .parent = 0, .attributes = DIRECTORY},
};
enum { DISC_NODES = sizeof disc_nodes / sizeof *disc_nodes };

static struct tree *disc(const struct gdfx_writer_node *node, int nodes, uint8_t **bytes)
{
    struct tree *tree = NULL;
    uint32_t table[32];
    size_t size;
    *bytes = gdfx_writer_bytes(node, nodes, table, &size);
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "disc", *bytes, size, true, NULL), SIM_OK);
    return tree;
}

static void everything_comes_out(void)
{
    struct extract_result result;
    struct scratch scratch;
    uint8_t *bytes;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    scratch_begin(&scratch);
    const struct extract_request request = {.folder = scratch_path(&scratch, "out")};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, NULL), SIM_OK);
    CU_ASSERT(result.files == 3 && result.directories == 2 && result.bytes == NOISE + 5000);
    CU_ASSERT(file_is(&scratch, "out/default.xex", noise, NOISE));
    CU_ASSERT(file_is(&scratch, "out/media/Intro.bik", noise, 5000));
    CU_ASSERT(file_is(&scratch, "out/zero", "", 0));
    CU_ASSERT(is_there(&scratch, "out/media/empty"));
    CU_ASSERT_EQUAL(names_in(&scratch, "out"), 3);
    CU_ASSERT_EQUAL(names_in(&scratch, "out/media"), 2);
    tree_close(tree);
    free(bytes);
    scratch_end(&scratch);
}

static void only_what_is_asked_for(void)
{
    const char *const path[] = {"MEDIA\\intro.bik", "media", "zero"};
    struct extract_result result;
    struct sim_error error;
    struct scratch scratch;
    uint8_t *bytes;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    scratch_begin(&scratch);
    struct extract_request request = {.folder = scratch_path(&scratch, "out"), .path = path, .paths = 3};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, NULL), SIM_OK);
    CU_ASSERT(result.files == 2 && result.directories == 2 && result.bytes == 5000);
    CU_ASSERT(file_is(&scratch, "out/media/Intro.bik", noise, 5000));
    CU_ASSERT(!is_there(&scratch, "out/default.xex"));
    const char *const absent[] = {"zero", "media/outro.bik"};
    request.path = absent;
    request.paths = 2;
    request.folder = scratch_path(&scratch, "nothing");
    CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_USAGE);
    says(&error, "disc: there is no 'media/outro.bik' in it");
    CU_ASSERT(!is_there(&scratch, "nothing"));
    tree_close(tree);
    free(bytes);
    scratch_end(&scratch);
}

static void what_is_there_stays(void)
{
    struct extract_result result;
    struct sim_error error;
    struct scratch scratch;
    uint8_t *bytes;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    scratch_begin(&scratch);
    scratch_folder(&scratch, "out");
    scratch_folder(&scratch, "out/media");
    scratch_file(&scratch, "out/media/Intro.bik", "mine", 4);
    struct extract_request request = {.folder = scratch_path(&scratch, "out")};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_HOST);
    says(&error, "out/media/Intro.bik: there is one already; --force replaces it");
    CU_ASSERT(file_is(&scratch, "out/media/Intro.bik", "mine", 4));
    request.force = true;
    CU_ASSERT_EQUAL(extract(tree, &request, &result, NULL), SIM_OK);
    CU_ASSERT(file_is(&scratch, "out/media/Intro.bik", noise, 5000));
    CU_ASSERT_EQUAL(names_in(&scratch, "out"), 3);
    tree_close(tree);
    free(bytes);
    scratch_end(&scratch);
}

/* A link of a file or a directory's name, put there beforehand, leads nobody out. */
static void links_are_not_followed(void)
{
    struct extract_result result;
    struct sim_error error;
    struct scratch scratch;
    uint8_t *bytes;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    for (unsigned force = 0; force < 2; force++) {
        scratch_begin(&scratch);
        scratch_folder(&scratch, "out");
        scratch_folder(&scratch, "elsewhere");
        scratch_link(&scratch, "out/media", "../elsewhere");
        struct extract_request request = {.folder = scratch_path(&scratch, "out"), .force = force != 0};
        CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_HOST);
        says(&error, "out/media: what stands there is no directory, or a link, which is not followed");
        CU_ASSERT_EQUAL(names_in(&scratch, "elsewhere"), 0);
        scratch_end(&scratch);

        scratch_begin(&scratch);
        scratch_folder(&scratch, "out");
        scratch_file(&scratch, "victim", "old", 3);
        scratch_link(&scratch, "out/zero", "../victim");
        scratch_link(&scratch, "out/default.xex", "../absent");
        request.folder = scratch_path(&scratch, "out");
        CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), force != 0 ? SIM_OK : SIM_HOST);
        CU_ASSERT(file_is(&scratch, "victim", "old", 3));
        CU_ASSERT(!is_there(&scratch, "absent"));
        if (force != 0) /* the link itself was replaced */
            CU_ASSERT(file_is(&scratch, "out/default.xex", noise, NOISE));
        scratch_end(&scratch);
    }
    tree_close(tree);
    free(bytes);
}

/* Nothing is written where a name anywhere in the tree is bad. */
static void bad_names_come_to_nothing(void)
{
    static const struct {
        const char *name;
        size_t length;
        const char *sentence;
    } bad[] = {
        {"..", 0, "means a directory itself or the one above"},
        {"../x", 0, "holds a separator"},
        {"/tmp/x", 0, "holds a separator"},
        {"..\\x", 0, "holds a separator"},
        {"x\0y", 3, "holds a control character"},
        {"x\x1b]0;y\a", 0, "holds a control character"},
        {"FILE", 0, "holds both"},
        {"con", 0, "'dir/con' has the name of a device"},
        {"Aux.txt", 0, "has the name of a device"},
        {"lpt9.a.b", 0, "has the name of a device"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct gdfx_writer_node node[] = {{.name = "a", .parent = -1, .size = 10, .bytes = noise},
                                                {.name = "dir", .parent = -1, .attributes = DIRECTORY},
                                                {.name = "file", .parent = 1},
                                                {.name = bad[i].name, .name_length = bad[i].length, .parent = 1}};
        struct extract_result result;
        struct sim_error error;
        struct scratch scratch;
        uint8_t *bytes;
        struct tree *tree = disc(node, 4, &bytes);
        scratch_begin(&scratch);
        const struct extract_request request = {.folder = scratch_path(&scratch, "out")};
        CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_BAD_INPUT);
        says(&error, bad[i].sentence);
        CU_ASSERT_EQUAL(names_in(&scratch, ""), 0);
        tree_close(tree);
        free(bytes);
        scratch_end(&scratch);
    }
}

struct stopping {
    volatile sig_atomic_t stop;
    uint64_t last, total;
    unsigned calls;
};

static void tell(void *context, uint64_t done, uint64_t total)
{
    struct stopping *stopping = context;
    CU_ASSERT(done >= stopping->last && done <= total);
    stopping->last = done;
    stopping->total = total;
    stopping->calls++;
    if (done > 1 << 20)
        stopping->stop = 1;
}

static void a_stop_leaves_nothing_half_made(void)
{
    struct stopping stopping = {0};
    struct extract_result result;
    struct sim_error error;
    struct scratch scratch;
    uint8_t *bytes;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    scratch_begin(&scratch);
    const struct extract_request request = {.folder = scratch_path(&scratch, "out"),
                                            .work = {tell, &stopping, &stopping.stop}};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_HOST);
    says(&error, "interrupted");
    CU_ASSERT(stopping.last > 1 << 20 && stopping.total == NOISE + 5000);
    CU_ASSERT_EQUAL(names_in(&scratch, "out"), 0);

    struct gdfx_write_result image;
    stopping = (struct stopping){0};
    scratch_folder(&scratch, "images");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "images/disc.iso"), false, &request.work, &image, &error),
                    SIM_HOST);
    says(&error, "interrupted");
    CU_ASSERT_EQUAL(names_in(&scratch, "images"), 0);
    tree_close(tree);
    free(bytes);
    scratch_end(&scratch);
}

/* A block that is damaged ends the file that it is in, and what is whole stays. */
static void damage_leaves_nothing_half_made(void)
{
    const struct stfs_writer_file file[] = {{.name = "a",
                                             .parent = STFS_WRITER_ROOT,
                                             .size = 5000,
                                             .bytes = noise,
                                             .modified = (28u << 9 | 2 << 5 | 29) << 16},
                                            {.name = "b", .parent = STFS_WRITER_ROOT, .size = 2500000, .bytes = noise}};
    struct stfs_writer w = {.magic = "LIVE", .copies = 1, .header_size = 0x971a, .file = file, .files = 2};
    struct extract_result result;
    struct sim_error error;
    struct scratch scratch;
    struct tree *tree;
    struct stat about;
    size_t size;
    uint8_t *bytes = stfs_writer(&w, &size);

    bytes[size - 1] ^= 1;
    CU_ASSERT_EQUAL_FATAL(tree_open_bytes(&tree, "package", bytes, size, true, NULL), SIM_OK);
    scratch_begin(&scratch);
    const struct extract_request request = {.folder = scratch_path(&scratch, "out")};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, &error), SIM_BAD_INPUT);
    says(&error, "is not what the table above it says");
    CU_ASSERT(file_is(&scratch, "out/a", noise, 5000));
    CU_ASSERT_EQUAL(names_in(&scratch, "out"), 1);
    CU_ASSERT_EQUAL(result.files, 1);
    CU_ASSERT_EQUAL(stat(scratch_path(&scratch, "out/a"), &about), 0);
    CU_ASSERT_EQUAL(about.st_mtim.tv_sec, 1204243200); /* 2008-02-29 */
    tree_close(tree);
    stfs_writer_free(&w);
    free(bytes);
    scratch_end(&scratch);
}

/* What comes into being while a file is written is not replaced either. */
static void a_file_that_comes_meanwhile_stays(void)
{
    struct part_file part, other;
    struct scratch scratch;
    struct sim_error error;

    scratch_begin(&scratch);
    int folder = open(scratch_path(&scratch, ""), O_RDONLY | O_DIRECTORY);
    CU_ASSERT_EQUAL(part_file_create(&part, folder, "shown", &error), SIM_OK);
    CU_ASSERT_EQUAL(part_file_create(&other, folder, "shown", &error), SIM_OK); /* two at a time */
    CU_ASSERT_EQUAL(part_file_write(&part, "part", 4, &error), SIM_OK);
    scratch_file(&scratch, "name", "mine", 4);
    CU_ASSERT_EQUAL(part_file_keep(&part, "name", false, &error), SIM_HOST);
    says(&error, "shown: there is one already");
    CU_ASSERT(file_is(&scratch, "name", "mine", 4));
    CU_ASSERT_EQUAL(part_file_write(&other, "other", 5, &error), SIM_OK);
    CU_ASSERT_EQUAL(part_file_keep(&other, "name", true, &error), SIM_OK);
    CU_ASSERT(file_is(&scratch, "name", "other", 5));
    part_file_drop(&part);
    part_file_drop(&other);
    CU_ASSERT_EQUAL(names_in(&scratch, ""), 1);
    close(folder);
    scratch_end(&scratch);
}

/* ---- images ---- */

static uint32_t le(const uint8_t *p, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)p[i] << 8 * i;
    return value;
}

/* Walks a directory in order, as the console's search would have it: names ascend, no entry crosses into another
 * sector, the tree is as flat as it can be. */
struct walk {
    const uint8_t *table;
    char last[256];
    unsigned count, depth, wrong;
};

static void walk_in_order(struct walk *walk, uint32_t number, unsigned depth)
{
    const uint8_t *entry = walk->table + (size_t)number * 4;
    char name[256] = "";
    if (walk->count > 20000)
        return;
    if (le(entry, 2) != 0)
        walk_in_order(walk, le(entry, 2), depth + 1);
    memcpy(name, entry + 14, entry[13]);
    walk->wrong += walk->count > 0 && strcasecmp(walk->last, name) >= 0;
    walk->wrong += number * 4 / SECTOR != (number * 4 + 13 + entry[13]) / SECTOR;
    strcpy(walk->last, name);
    walk->count++;
    if (depth > walk->depth)
        walk->depth = depth;
    if (le(entry + 2, 2) != 0)
        walk_in_order(walk, le(entry + 2, 2), depth + 1);
}

static void images_are_sorted_and_balanced(void)
{
    static const unsigned counts[] = {1, 2, 3, 7, 100, 1000, 10000};
    const struct loader_work work = {0};
    struct gdfx_write_result result;
    struct scratch scratch;
    char name[64];

    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        size_t size;
        scratch_begin(&scratch);
        scratch_folder(&scratch, "game");
        for (unsigned k = 0; k < counts[i]; k++) {
            snprintf(name, sizeof name, "game/%c%x", k % 2 == 0 ? 'N' : 'n', k * 7919 % 10007);
            scratch_file(&scratch, name, "", 0);
        }
        struct tree *tree = open_scratch(&scratch, "game");
        CU_ASSERT_EQUAL_FATAL(gdfx_write(tree, scratch_path(&scratch, "disc.iso"), false, &work, &result, NULL),
                              SIM_OK);
        tree_close(tree);
        uint8_t *bytes = scratch_read(&scratch, "disc.iso", &size);
        CU_ASSERT_EQUAL(memcmp(bytes + 0x10000, "MICROSOFT*XBOX*MEDIA", 20), 0);
        CU_ASSERT_EQUAL(memcmp(bytes + 0x107ec, "MICROSOFT*XBOX*MEDIA", 20), 0);
        struct walk walk = {.table = bytes + (size_t)le(bytes + 0x10014, 4) * SECTOR};
        walk_in_order(&walk, 0, 1);
        CU_ASSERT_EQUAL(walk.count, counts[i]);
        CU_ASSERT_EQUAL(walk.wrong, 0);
        unsigned flat = 0;
        while (1u << flat <= counts[i])
            flat++;
        CU_ASSERT_EQUAL(walk.depth, flat);
        free(bytes);
        scratch_end(&scratch);
    }
}

/* disc -> folder -> disc -> disc: the same files, and the same bytes from then on. */
static void there_and_back(void)
{
    const struct loader_work work = {0};
    struct gdfx_write_result first, second;
    struct extract_result result;
    struct scratch scratch;
    uint8_t *bytes;
    size_t size, again;
    struct tree *tree = disc(disc_nodes, DISC_NODES, &bytes);

    scratch_begin(&scratch);
    const struct extract_request request = {.folder = scratch_path(&scratch, "game")};
    CU_ASSERT_EQUAL(extract(tree, &request, &result, NULL), SIM_OK);
    tree_close(tree);
    free(bytes);
    scratch_file(&scratch, "game/\xc3\xa9t\xc3\xa9 \xe2\x82\xac", "x", 1);
    tree = open_scratch(&scratch, "game");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "one.iso"), false, &work, &first, NULL), SIM_OK);
    tree_close(tree);
    CU_ASSERT(first.files == 4 && first.directories == 2);
    tree = open_scratch(&scratch, "one.iso");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "two.iso"), false, &work, &second, NULL), SIM_OK);
    const struct extract_request back = {.folder = scratch_path(&scratch, "back")};
    CU_ASSERT_EQUAL(extract(tree, &back, &result, NULL), SIM_OK);
    tree_close(tree);
    CU_ASSERT(file_is(&scratch, "back/default.xex", noise, NOISE));
    CU_ASSERT(file_is(&scratch, "back/media/Intro.bik", noise, 5000));
    CU_ASSERT(file_is(&scratch, "back/\xc3\xa9t\xc3\xa9 \xe2\x82\xac", "x", 1));
    CU_ASSERT(is_there(&scratch, "back/media/empty"));
    uint8_t *one = scratch_read(&scratch, "one.iso", &size), *two = scratch_read(&scratch, "two.iso", &again);
    CU_ASSERT_EQUAL(size, first.bytes);
    CU_ASSERT(size == again && memcmp(one, two, size) == 0);
    free(one);
    free(two);
    scratch_end(&scratch);
}

static void check_no_image(struct scratch *scratch, const char *sentence)
{
    const struct loader_work work = {0};
    struct gdfx_write_result result;
    struct sim_error error;
    struct tree *tree = open_scratch(scratch, "game");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(scratch, "disc.iso"), false, &work, &result, &error), SIM_BAD_INPUT);
    says(&error, sentence);
    CU_ASSERT(!is_there(scratch, "disc.iso"));
    tree_close(tree);
}

static void what_a_disc_cannot_hold(void)
{
    const struct loader_work work = {0};
    struct gdfx_write_result result;
    struct sim_error error;
    struct scratch scratch;
    char name[64];

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    scratch_file(&scratch, "game/large", "", 0);
    scratch_size(&scratch, "game/large", UINT64_C(1) << 32);
    check_no_image(&scratch, "'large' has 4294967296 bytes; a file on a disc has less than 4 GiB");
    scratch_end(&scratch);

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    scratch_file(&scratch, "game/\xe3\x82\xb2", "", 0);
    check_no_image(&scratch, "has a character that a disc cannot store");
    scratch_end(&scratch);

    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    for (unsigned i = 0; i < 13100; i++) {
        snprintf(name, sizeof name, "game/%04x", i);
        scratch_file(&scratch, name, "", 0);
    }
    check_no_image(&scratch, "directory '' holds 13100 names; their table of");
    scratch_end(&scratch);

    /* An empty folder is a disc, and what is there stays unless it is to be replaced. */
    scratch_begin(&scratch);
    scratch_folder(&scratch, "game");
    struct tree *tree = open_scratch(&scratch, "game");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "disc.iso"), false, &work, &result, NULL), SIM_OK);
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "disc.iso"), false, &work, &result, &error), SIM_HOST);
    says(&error, "disc.iso: there is one already; --force replaces it");
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "disc.iso"), true, &work, &result, NULL), SIM_OK);
    CU_ASSERT_EQUAL(gdfx_write(tree, scratch_path(&scratch, "no/disc.iso"), true, &work, &result, &error), SIM_HOST);
    tree_close(tree);
    const tree_node *children;
    size_t count;
    tree = open_scratch(&scratch, "disc.iso");
    CU_ASSERT_EQUAL(tree_children(tree, 0, &children, &count, NULL), SIM_OK);
    CU_ASSERT_EQUAL(count, 0);
    tree_close(tree);
    scratch_end(&scratch);
}

void test_tree(void)
{
    CU_pSuite suite = CU_add_suite("hle/tree", NULL, NULL);

    scratch_noise(noise, sizeof noise, 3);
    CU_add_test(suite, "a folder is a tree in the order of names without case", a_folder_is_a_tree);
    CU_add_test(suite, "folders that cannot be discs are refused", folders_that_cannot_be_discs);
    CU_add_test(suite, "links lead to other places of the folder or are refused", links_stay_inside);
    CU_add_test(suite, "65,535 files, and one of more than 4 GiB", large_and_many);
    CU_add_test(suite, "what is no tree is refused", what_cannot_be_opened);
    CU_add_test(suite, "everything comes out", everything_comes_out);
    CU_add_test(suite, "only what is asked for comes out", only_what_is_asked_for);
    CU_add_test(suite, "what is there stays, unless it is to be replaced", what_is_there_stays);
    CU_add_test(suite, "links in the target are not followed", links_are_not_followed);
    CU_add_test(suite, "bad names come to nothing", bad_names_come_to_nothing);
    CU_add_test(suite, "a stop leaves nothing half made", a_stop_leaves_nothing_half_made);
    CU_add_test(suite, "damage leaves nothing half made", damage_leaves_nothing_half_made);
    CU_add_test(suite, "a file that comes meanwhile stays", a_file_that_comes_meanwhile_stays);
    CU_add_test(suite, "images are sorted and balanced", images_are_sorted_and_balanced);
    CU_add_test(suite, "disc, folder and disc again are the same", there_and_back);
    CU_add_test(suite, "what a disc cannot hold is refused", what_a_disc_cannot_hold);
}
