/* Programs built for OpenCL devices, and the folder that keeps them. */
#include "models/xenos/shader/opencl/cache.h"
#include "models/xenos/shader/opencl/opencl.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME = 2 * XENOS_CACHE_KEY };

static struct xenos_cache_key key_of(const char *a, const char *b)
{
    return xenos_cache_key((const char *const[]){a, b}, (const size_t[]){strlen(a), strlen(b)}, 2);
}

/* How many files the folder has; the name of one of them. */
static unsigned files_of(const char *folder, char name[NAME + 1])
{
    unsigned count = 0;
    DIR *directory = opendir(folder);
    struct dirent *entry;
    name[0] = '\0';
    while (directory != NULL && (entry = readdir(directory)) != NULL)
        if (entry->d_name[0] != '.') {
            snprintf(name, NAME + 1, "%.*s", NAME, entry->d_name);
            count++;
        }
    if (directory != NULL)
        closedir(directory);
    return count;
}

static bool has(const char *folder, const struct xenos_cache_key *key, const char *content)
{
    size_t size = 0;
    uint8_t *bytes = xenos_cache_load(folder, key, &size);
    bool same = bytes != NULL && size == strlen(content) && memcmp(bytes, content, size) == 0;
    free(bytes);
    return same;
}

static bool keep(const char *folder, const struct xenos_cache_key *key, const char *content)
{
    return xenos_cache_store(folder, key, (const uint8_t *)content, strlen(content));
}

static void keys_are_all_of_what_they_are_made_of(void)
{
    struct xenos_cache_key a = key_of("ab", "c"), b = key_of("a", "bc"), c = key_of("ab", "c"), d = key_of("ab", "d");
    CU_ASSERT_NOT_EQUAL(memcmp(&a, &b, sizeof a), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(&a, &d, sizeof a), 0);
    CU_ASSERT_EQUAL(memcmp(&a, &c, sizeof a), 0);
}

static void cache_keeps_and_finds(void)
{
    struct scratch scratch;
    struct xenos_cache_key one = key_of("one", ""), two = key_of("two", "");
    char name[NAME + 1];
    scratch_begin(&scratch);
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    CU_ASSERT_TRUE(keep(scratch.folder, &one, "first"));
    CU_ASSERT_TRUE(has(scratch.folder, &one, "first"));
    CU_ASSERT_FALSE(has(scratch.folder, &two, "first"));
    CU_ASSERT_TRUE(keep(scratch.folder, &two, "second"));
    CU_ASSERT_TRUE(keep(scratch.folder, &two, "third"));
    CU_ASSERT_TRUE(has(scratch.folder, &one, "first"));
    CU_ASSERT_TRUE(has(scratch.folder, &two, "third"));
    CU_ASSERT_EQUAL(files_of(scratch.folder, name), 2); /* and nothing else is left */
    CU_ASSERT_EQUAL(strlen(name), NAME);
    CU_ASSERT_EQUAL(strspn(name, "0123456789abcdef"), NAME);
    scratch_end(&scratch);
}

/* Each byte of a file changed, each length, a byte too many, and another key's file under this name. */
static void cache_knows_what_is_damaged(void)
{
    struct scratch scratch;
    struct xenos_cache_key one = key_of("one", ""), two = key_of("two", "");
    char name[NAME + 1], other[NAME + 1];
    size_t size;
    scratch_begin(&scratch);
    CU_ASSERT_TRUE(keep(scratch.folder, &one, "first"));
    CU_ASSERT_EQUAL_FATAL(files_of(scratch.folder, name), 1);
    uint8_t *whole = scratch_read(&scratch, name, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(whole);
    for (size_t i = 0; i < size; i++) {
        whole[i] ^= 0x20;
        scratch_file(&scratch, name, whole, size);
        whole[i] ^= 0x20;
        CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
        scratch_file(&scratch, name, whole, i);
        CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    }
    scratch_file(&scratch, name, whole, size);
    CU_ASSERT_TRUE(has(scratch.folder, &one, "first"));
    scratch_size(&scratch, name, size + 1);
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    scratch_size(&scratch, name, (uint64_t)XENOS_CACHE_FILE_MAX * 2);
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    CU_ASSERT_TRUE(keep(scratch.folder, &one, "again")); /* what is no good is written over */
    CU_ASSERT_TRUE(has(scratch.folder, &one, "again"));

    unlink(scratch_path(&scratch, name));
    CU_ASSERT_TRUE(keep(scratch.folder, &two, "first"));
    CU_ASSERT_EQUAL_FATAL(files_of(scratch.folder, other), 1);
    rename(scratch_path(&scratch, other), scratch_path(&scratch, name));
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    free(whole);
    scratch_end(&scratch);
}

/* A name that leads elsewhere is not followed, for reading or for writing. */
static void cache_stays_in_its_folder(void)
{
    struct scratch scratch;
    struct xenos_cache_key one = key_of("one", "");
    char name[NAME + 1];
    size_t size;
    scratch_begin(&scratch);
    CU_ASSERT_TRUE(keep(scratch.folder, &one, "first"));
    CU_ASSERT_EQUAL_FATAL(files_of(scratch.folder, name), 1);
    scratch_folder(&scratch, "else");
    const char *there = scratch_path(&scratch, "else/where");
    rename(scratch_path(&scratch, name), there);
    scratch_link(&scratch, name, "else/where");
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first"));
    CU_ASSERT_TRUE(keep(scratch.folder, &one, "second"));
    CU_ASSERT_TRUE(has(scratch.folder, &one, "second"));
    rename(there, scratch_path(&scratch, name));
    CU_ASSERT_TRUE(has(scratch.folder, &one, "first")); /* it was left alone */

    unlink(scratch_path(&scratch, name));
    CU_ASSERT_EQUAL_FATAL(mkfifo(scratch_path(&scratch, name), 0600), 0);
    CU_ASSERT_FALSE(has(scratch.folder, &one, "first")); /* and nobody waits for a pipe */
    uint8_t *left = scratch_read(&scratch, "else/where", &size);
    CU_ASSERT_PTR_NULL(left);
    scratch_end(&scratch);
}

static void folders_that_do_not_take_it_are_no_mistake(void)
{
    struct scratch scratch;
    struct xenos_cache_key one = key_of("one", "");
    scratch_begin(&scratch);
    scratch_file(&scratch, "file", "x", 1);
    CU_ASSERT_FALSE(keep(scratch_path(&scratch, "file"), &one, "first"));
    CU_ASSERT_FALSE(has(scratch_path(&scratch, "file"), &one, "first"));
    CU_ASSERT_FALSE(keep(scratch_path(&scratch, "absent"), &one, "first"));
    CU_ASSERT_FALSE(has(scratch_path(&scratch, "absent"), &one, "first"));
    scratch_folder(&scratch, "closed");
    chmod(scratch_path(&scratch, "closed"), 0500);
    if (geteuid() != 0)
        CU_ASSERT_FALSE(keep(scratch_path(&scratch, "closed"), &one, "first"));
    CU_ASSERT_FALSE(keep(scratch.folder, &one, "")); /* nothing is no program */
    CU_ASSERT_FALSE(xenos_cache_store(scratch.folder, &one, NULL, (size_t)XENOS_CACHE_FILE_MAX + 1));
    scratch_end(&scratch);
}

/* One process writes, another reads: what it finds is always whole. */
static void processes_share_a_folder(void)
{
    enum { TIMES = 300 };
    static char first[40000], second[50000];
    struct scratch scratch;
    struct xenos_cache_key one = key_of("one", "");
    char name[NAME + 1];
    memset(first, 'a', sizeof first - 1);
    memset(second, 'b', sizeof second - 1);
    scratch_begin(&scratch);
    CU_ASSERT_TRUE(keep(scratch.folder, &one, first));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool good = true;
        for (unsigned i = 0; i < TIMES; i++)
            good &= keep(scratch.folder, &one, i % 2 ? first : second);
        _exit(good ? 0 : 1);
    }
    CU_ASSERT_FATAL(child > 0);
    unsigned whole = 0;
    for (unsigned i = 0; i < TIMES; i++) {
        size_t size = 0;
        uint8_t *bytes = xenos_cache_load(scratch.folder, &one, &size);
        if (bytes != NULL)
            whole += memcmp(bytes, size == strlen(first) ? first : second, size) == 0;
        free(bytes);
    }
    CU_ASSERT_EQUAL(whole, TIMES);
    int status = -1;
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(files_of(scratch.folder, name), 1);
    scratch_end(&scratch);
}

static void numbers_of_devices_are_looked_at(void)
{
    struct sim_error error;
    struct xenos_opencl *opencl = (struct xenos_opencl *)&error;
    CU_ASSERT_EQUAL(xenos_opencl_open(&opencl, XENOS_OPENCL_DEVICES, NULL, &error), SIM_HOST);
    CU_ASSERT_PTR_NULL(opencl);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no OpenCL device"));
    xenos_opencl_close(opencl);
}

#ifdef CYCLE360_HAS_OPENCL

#include "models/xenos/shader/opencl/opencl_parts.h"

/* A program from source; whether the cache had it. -1: it does not build. */
static int builds(struct xenos_opencl *opencl, const char *source, struct sim_error *error)
{
    cl_program program;
    unsigned loaded = opencl->loaded, compiled = opencl->compiled;
    if (xenos_opencl_build(opencl, source, strlen(source), &program, error) != SIM_OK) {
        CU_ASSERT_PTR_NULL(program);
        return -1;
    }
    CU_ASSERT_EQUAL(opencl->loaded + opencl->compiled, loaded + compiled + 1);
    clReleaseProgram(program);
    return opencl->loaded > loaded;
}

static void devices_compile_once(void)
{
    static const char text[] = "__kernel void k(__global uint *to) { to[0] = alu_add(to[0], ALU_ONE); }\n";
    static const char wrong[] = "__kernel void k(__global uint *to) { to[0] = nowhere; }\n";
    struct scratch scratch;
    struct sim_error error = {""};
    struct xenos_opencl *opencl;
    char self_test[NAME + 1], program[NAME + 1];
    scratch_begin(&scratch);

    CU_ASSERT_EQUAL_FATAL(xenos_opencl_open(&opencl, -1, scratch.folder, &error), SIM_OK);
    CU_ASSERT(opencl->compiled == 1 && opencl->loaded == 0);
    xenos_opencl_close(opencl);
    CU_ASSERT_EQUAL(files_of(scratch.folder, self_test), 1);
    CU_ASSERT_EQUAL_FATAL(xenos_opencl_open(&opencl, -1, scratch.folder, &error), SIM_OK);
    CU_ASSERT(opencl->compiled == 0 && opencl->loaded == 1);
    unlink(scratch_path(&scratch, self_test));

    CU_ASSERT_EQUAL(builds(opencl, text, &error), 0);
    CU_ASSERT_EQUAL(builds(opencl, text, &error), 1);
    CU_ASSERT_EQUAL_FATAL(files_of(scratch.folder, program), 1);

    /* A whole file, but what is in it is no program: it is compiled and written again. */
    struct xenos_cache_key key;
    for (unsigned i = 0; i < XENOS_CACHE_KEY; i++) {
        const char digits[] = {program[2 * i], program[2 * i + 1], '\0'};
        key.hash[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    CU_ASSERT_TRUE(keep(scratch.folder, &key, "no program at all"));
    CU_ASSERT_EQUAL(builds(opencl, text, &error), 0);
    CU_ASSERT_EQUAL(builds(opencl, text, &error), 1);

    /* A device that computes nothing does not pass. */
    static const char idle[] = "__kernel void self_test(__global const uint *from, __global uint *to) {}\n";
    cl_program nothing;
    CU_ASSERT_EQUAL_FATAL(xenos_opencl_build(opencl, idle, sizeof idle - 1, &nothing, &error), SIM_OK);
    CU_ASSERT_EQUAL(xenos_opencl_try(opencl, nothing, &error), SIM_HOST);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, opencl->info.name));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, " differs: add of 00000000 "));
    clReleaseProgram(nothing);

    CU_ASSERT_EQUAL(builds(opencl, wrong, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, opencl->info.name));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nowhere"));
    CU_ASSERT_PTR_NULL(strchr(error.text, '\n'));
    xenos_opencl_close(opencl);
    scratch_end(&scratch);
}

/* All that a device is given holds on to its context: nobody else does when it is closed. */
static void closing_gives_everything_back(void)
{
    static const char text[] = "xps_3_0\n alloc colors\n exece\n add oC0, r0, c0\n";
    static struct xenos_constants constants;
    const uint32_t input[4] = {ALU_ONE, ALU_TWO, ALU_THREE, ALU_FOUR};
    struct xenos_program program;
    struct xenos_opencl *opencl;
    struct sim_error error = {""};
    struct xenos_batch_result result = {0};
    cl_uint references = 0;

    CU_ASSERT_EQUAL_FATAL(xenos_program_assemble(&program, "text", text, sizeof text - 1, &error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(xenos_opencl_open(&opencl, -1, NULL, &error), SIM_OK);
    struct xenos_backend backend = xenos_opencl_backend(opencl);
    const struct xenos_batch batch = {
        .program = &program,
        .constants = &constants,
        .size = 256,
        .steps = 100,
        .count = 1,
        .inputs = 1,
        .input = input,
    };
    CU_ASSERT_EQUAL(backend.run(backend.self, &batch, &result, &error), SIM_OK);
    CU_ASSERT_EQUAL(result.exports, 1);
    CU_ASSERT_EQUAL(memcmp(result.export, input, sizeof input), 0);
    CU_ASSERT_EQUAL(opencl->compiled, 2); /* the device ran it */

    cl_context context = opencl->context;
    clRetainContext(context);
    xenos_opencl_close(opencl);
    for (unsigned i = 0; references != 1 && i < 10000; i++) { /* a driver's own threads let go when they get to it */
        clGetContextInfo(context, CL_CONTEXT_REFERENCE_COUNT, sizeof references, &references, NULL);
        usleep(1000);
    }
    CU_ASSERT_EQUAL(references, 1);
    clReleaseContext(context);
    xenos_batch_free(&result);
    xenos_program_free(&program);
}

static void devices_are_described(void)
{
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    unsigned devices = xenos_opencl_devices(device);
    for (unsigned i = 0; i < devices; i++) {
        CU_ASSERT_NOT_EQUAL(device[i].name[0], '\0');
        CU_ASSERT_EQUAL(strncmp(device[i].version, "OpenCL ", 7), 0);
        CU_ASSERT(device[i].units > 0 && device[i].work_group > 0 && device[i].memory > 0);
    }
}

static void add_devices(CU_pSuite suite)
{
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    if (xenos_opencl_devices(device) == 0) {
        printf("xenos shader OpenCL devices: no OpenCL device: skipped\n");
        return;
    }
    CU_ADD_TEST(suite, devices_are_described);
    CU_ADD_TEST(suite, devices_compile_once);
    CU_ADD_TEST(suite, closing_gives_everything_back);
}

#else

static void add_devices(CU_pSuite suite)
{
    (void)suite;
    printf("xenos shader OpenCL devices: built without OpenCL: skipped\n");
}

#endif

void test_opencl_device(void)
{
    CU_pSuite suite = CU_add_suite("xenos shader OpenCL devices", NULL, NULL);
    CU_ADD_TEST(suite, keys_are_all_of_what_they_are_made_of);
    CU_ADD_TEST(suite, cache_keeps_and_finds);
    CU_ADD_TEST(suite, cache_knows_what_is_damaged);
    CU_ADD_TEST(suite, cache_stays_in_its_folder);
    CU_ADD_TEST(suite, folders_that_do_not_take_it_are_no_mistake);
    CU_ADD_TEST(suite, processes_share_a_folder);
    CU_ADD_TEST(suite, numbers_of_devices_are_looked_at);
    add_devices(suite);
}
