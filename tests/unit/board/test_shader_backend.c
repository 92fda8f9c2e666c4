/* Who runs a machine's shaders, and where built programs are kept. */
#include "board/shader_backend.h"
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A variable of the environment, for as long as a test needs another. */
struct kept {
    const char *name;
    char *value;
};

static struct kept with(const char *name, const char *value)
{
    const char *was = getenv(name);
    struct kept kept = {name, was != NULL ? strdup(was) : NULL};
    if (value != NULL)
        setenv(name, value, 1);
    else
        unsetenv(name);
    return kept;
}

static void put_back(struct kept kept)
{
    if (kept.value != NULL)
        setenv(kept.name, kept.value, 1);
    else
        unsetenv(kept.name);
    free(kept.value);
}

static bool is_private_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode) && (about.st_mode & 0777) == 0700;
}

static void cache_is_the_user_s(void)
{
    struct scratch scratch;
    char path[PATH_MAX], expected[PATH_MAX];
    scratch_begin(&scratch);
    struct kept home = with("HOME", scratch.folder), base = with("XDG_CACHE_HOME", NULL);

    snprintf(expected, sizeof expected, "%s/.cache/cycle360/shaders", scratch.folder);
    CU_ASSERT_PTR_EQUAL(board_shader_cache(NULL, path), path);
    CU_ASSERT_STRING_EQUAL(path, expected);
    CU_ASSERT(is_private_folder(path));
    CU_ASSERT_PTR_EQUAL(board_shader_cache(NULL, path), path); /* and once more, where it is there */

    setenv("XDG_CACHE_HOME", "not/absolute", 1);
    CU_ASSERT_PTR_NOT_NULL(board_shader_cache(NULL, path));
    CU_ASSERT_STRING_EQUAL(path, expected);

    setenv("XDG_CACHE_HOME", scratch_path(&scratch, "caches"), 1);
    snprintf(expected, sizeof expected, "%s/caches/cycle360/shaders", scratch.folder);
    CU_ASSERT_PTR_NOT_NULL(board_shader_cache(NULL, path));
    CU_ASSERT_STRING_EQUAL(path, expected);
    CU_ASSERT(is_private_folder(path));

    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    CU_ASSERT_PTR_NULL(board_shader_cache(NULL, path));
    put_back(base);
    put_back(home);
    scratch_end(&scratch);
}

static void cache_is_where_it_is_asked_for(void)
{
    static char endless[PATH_MAX + 10];
    struct scratch scratch;
    char path[PATH_MAX];
    struct stat about;
    scratch_begin(&scratch);
    CU_ASSERT_PTR_EQUAL(board_shader_cache(scratch_path(&scratch, "a/b/c"), path), path);
    CU_ASSERT_STRING_EQUAL(path, scratch_path(&scratch, "a/b/c"));
    CU_ASSERT(is_private_folder(path));
    CU_ASSERT_PTR_NULL(board_shader_cache(BOARD_NO_SHADER_CACHE, path));
    CU_ASSERT_NOT_EQUAL(stat(BOARD_NO_SHADER_CACHE, &about), 0);

    scratch_file(&scratch, "file", "x", 1);
    CU_ASSERT_PTR_NULL(board_shader_cache(scratch_path(&scratch, "file/below"), path));
    CU_ASSERT_PTR_NULL(board_shader_cache("", path));
    memset(endless, '/', sizeof endless - 1);
    CU_ASSERT_PTR_NULL(board_shader_cache(endless, path));
    scratch_end(&scratch);
}

static void interpreter_is_taken_where_it_is_asked_for(void)
{
    const struct board_shader_options options = {.choice = BOARD_SHADERS_INTERPRETER, .cache = BOARD_NO_SHADER_CACHE};
    struct board_shaders shaders;
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(board_shaders_open(&shaders, &options, &error), SIM_OK);
    CU_ASSERT_PTR_EQUAL(shaders.backend.run, xenos_interpreter_backend.run);
    CU_ASSERT_PTR_NULL(shaders.opencl);
    board_shaders_close(&shaders);
}

/* r0 plus itself, of so many invocations, twice; how many lines standard error got, and the last one. */
static unsigned lines_of(struct board_shaders *shaders, uint32_t count, char line[256])
{
    static const char text[] = "xvs_3_0\nexece\n add o0, r0, r0\n";
    static uint32_t input[4 * BOARD_SHADERS_FEW];
    static struct xenos_constants constants;
    struct xenos_program program;
    struct xenos_batch_result result = {0};
    struct sim_error error;
    unsigned lines = 0;
    FILE *file = tmpfile();
    line[0] = '\0';
    CU_ASSERT_FATAL(file != NULL);
    CU_ASSERT_EQUAL_FATAL(xenos_program_assemble(&program, "test", text, sizeof text - 1, &error), SIM_OK);
    for (uint32_t i = 0; i < 4 * count; i++)
        input[i] = 0x3F800000 + i;
    const struct xenos_batch batch = {
        .program = &program, .constants = &constants, .steps = 100, .count = count, .inputs = 1, .input = input};
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    enum sim_status status = SIM_OK;
    for (unsigned i = 0; i < 2 && status == SIM_OK; i++)
        status = shaders->backend.run(shaders->backend.self, &batch, &result, &error);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    CU_ASSERT_EQUAL(status, SIM_OK);
    for (uint32_t i = 0; status == SIM_OK && i < 4 * count; i++)
        CU_ASSERT_EQUAL(result.export[i], input[i] + 0x00800000);
    rewind(file);
    while (fgets(line, 256, file) != NULL)
        lines++;
    fclose(file);
    xenos_batch_free(&result);
    xenos_program_free(&program);
    return lines;
}

static void devices_are_opened_when_they_are_needed(void)
{
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    static struct board_shaders shaders;
    struct sim_error error;
    struct scratch scratch;
    char line[256];
    scratch_begin(&scratch);
    bool any = xenos_opencl_devices(device) > 0;
    struct board_shader_options options = {.choice = BOARD_SHADERS_AUTO, .cache = scratch_path(&scratch, "kept")};

    CU_ASSERT_EQUAL_FATAL(board_shaders_open(&shaders, &options, &error), SIM_OK);
    CU_ASSERT_EQUAL(lines_of(&shaders, BOARD_SHADERS_FEW - 1, line), 0);
    CU_ASSERT_PTR_NULL(shaders.opencl); /* for a few invocations it is not worth it */
    unsigned lines = lines_of(&shaders, BOARD_SHADERS_FEW, line);
    CU_ASSERT_EQUAL(shaders.opencl != NULL, any);
    CU_ASSERT_EQUAL(lines, any ? 0 : 1);
    if (!any) {
        CU_ASSERT_EQUAL(strncmp(line, "no OpenCL device", 16), 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(line, ": shaders are interpreted\n"));
    }
    board_shaders_close(&shaders);

    options.choice = BOARD_SHADERS_OPENCL;
    enum sim_status status = board_shaders_open(&shaders, &options, &error);
    CU_ASSERT_EQUAL(status, any ? SIM_OK : SIM_HOST);
    CU_ASSERT_EQUAL(shaders.opencl != NULL, any);
    if (status == SIM_OK) {
        CU_ASSERT_EQUAL(lines_of(&shaders, 1, line), 0);
        board_shaders_close(&shaders);
    }
    scratch_end(&scratch);
}

/* A device that fails is no end where another may run shaders. */
static enum sim_status fails(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                             struct sim_error *error)
{
    (void)self, (void)batch, (void)result;
    return sim_fail(error, SIM_HOST, "a device has fallen over");
}

static void failures_are_made_up_for(void)
{
    static struct xenos_opencl_device device[XENOS_OPENCL_DEVICES];
    static struct board_shaders shaders;
    const struct board_shader_options options = {.choice = BOARD_SHADERS_AUTO, .cache = BOARD_NO_SHADER_CACHE};
    struct sim_error error;
    char line[256];
    if (xenos_opencl_devices(device) == 0)
        return;
    CU_ASSERT_EQUAL_FATAL(board_shaders_open(&shaders, &options, &error), SIM_OK);
    CU_ASSERT_EQUAL(lines_of(&shaders, BOARD_SHADERS_FEW, line), 0);
    shaders.device.run = fails;
    CU_ASSERT_EQUAL(lines_of(&shaders, BOARD_SHADERS_FEW, line), 1);
    CU_ASSERT_STRING_EQUAL(line, "a device has fallen over: shaders are interpreted\n");
    CU_ASSERT_EQUAL(lines_of(&shaders, BOARD_SHADERS_FEW, line), 0);
    board_shaders_close(&shaders);
}

void test_shader_backend(void)
{
    CU_pSuite suite = CU_add_suite("board shader backend", NULL, NULL);
    CU_ADD_TEST(suite, cache_is_the_user_s);
    CU_ADD_TEST(suite, cache_is_where_it_is_asked_for);
    CU_ADD_TEST(suite, interpreter_is_taken_where_it_is_asked_for);
    CU_ADD_TEST(suite, devices_are_opened_when_they_are_needed);
    CU_ADD_TEST(suite, failures_are_made_up_for);
}
