#include "board/shader_backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The user's folder for what can be made again; false where nothing says where that is. */
static bool find_cache(const char *asked, char path[PATH_MAX])
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (asked != NULL)
        length = snprintf(path, PATH_MAX, "%s", asked);
    else if (base != NULL && base[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/cycle360/shaders", base);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/.cache/cycle360/shaders", home);
    return length > 0 && length < PATH_MAX;
}

/* With the folders above it. */
static bool make_folder(char path[PATH_MAX])
{
    for (char *at = path + 1;; at++) {
        char end = *at;
        if (end != '/' && end != '\0')
            continue;
        *at = '\0';
        bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = end;
        if (!good || end == '\0')
            return good;
    }
}

const char *board_shader_cache(const char *asked, char path[PATH_MAX])
{
    if (asked != NULL && strcmp(asked, BOARD_NO_SHADER_CACHE) == 0)
        return NULL;
    return find_cache(asked, path) && make_folder(path) ? path : NULL;
}

static enum sim_status open_device(struct board_shaders *shaders, struct sim_error *error)
{
    char path[PATH_MAX];
    const char *cache = board_shader_cache(shaders->options.cache, path);
    enum sim_status status = xenos_opencl_open(&shaders->opencl, -1, cache, error);
    if (status == SIM_OK)
        shaders->device = xenos_opencl_backend(shaders->opencl);
    return status;
}

static void give_up(struct board_shaders *shaders, const struct sim_error *error)
{
    fprintf(stderr, "%s: shaders are interpreted\n", error->text);
    shaders->given_up = true;
}

/* By the device if there are enough invocations to pay for it, until it fails. */
static enum sim_status run_either(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                                  struct sim_error *error)
{
    struct board_shaders *shaders = self;
    if (batch->count < BOARD_SHADERS_FEW || shaders->given_up)
        return xenos_batch_interpret(batch, result, error);
    enum sim_status status = shaders->opencl != NULL ? SIM_OK : open_device(shaders, error);
    if (status == SIM_OK)
        status = shaders->device.run(shaders->device.self, batch, result, error);
    if (status != SIM_HOST)
        return status;
    give_up(shaders, error);
    return xenos_batch_interpret(batch, result, error);
}

enum sim_status board_shaders_open(struct board_shaders *shaders, const struct board_shader_options *options,
                                   struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    *shaders = (struct board_shaders){.options = *options};
    switch (options->choice) {
    case BOARD_SHADERS_OPENCL:
        status = open_device(shaders, error);
        shaders->backend = shaders->device;
        break;
    case BOARD_SHADERS_INTERPRETER:
        shaders->backend = xenos_interpreter_backend;
        break;
    default:
        shaders->backend = (struct xenos_backend){.name = "auto", .self = shaders, .run = run_either};
    }
    return status;
}

void board_shaders_close(struct board_shaders *shaders)
{
    xenos_opencl_close(shaders->opencl);
    *shaders = (struct board_shaders){0};
}
