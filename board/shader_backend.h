/* Who runs the shaders of a machine: the interpreter, or an OpenCL device. Both give the same bits, so that this is no
 * part of what a run is: neither saved machines nor digests know of it. */
#ifndef CYCLE360_BOARD_SHADER_BACKEND_H
#define CYCLE360_BOARD_SHADER_BACKEND_H

#include "models/xenos/shader/opencl/opencl.h"

#include <limits.h>

enum board_shader_choice {
    BOARD_SHADERS_AUTO, /* the first device that passes, for batches from BOARD_SHADERS_FEW invocations on; where none
                           does, or it fails, the interpreter, and a line says so */
    BOARD_SHADERS_OPENCL,
    BOARD_SHADERS_INTERPRETER,
};

/* What the interpreter does in the time of a launch, near enough. */
enum { BOARD_SHADERS_FEW = 1024 };

#define BOARD_NO_SHADER_CACHE "none"

struct board_shader_options {
    enum board_shader_choice choice;
    const char *cache; /* folder for built programs; NULL: the user's; BOARD_NO_SHADER_CACHE: none */
};

/* The folder that is meant, made where it is absent, or NULL where there is none to be had: then nothing is kept. */
const char *board_shader_cache(const char *asked, char path[PATH_MAX]);

struct board_shaders {
    struct board_shader_options options;
    struct xenos_opencl *opencl;
    struct xenos_backend device; /* what `opencl` runs */
    bool given_up;
    struct xenos_backend backend; /* who is to be asked */
};

/* A device that was asked for is opened here, and SIM_HOST says why it cannot be; any other waits for the first batch
 * that is large enough. On failure nothing needs to be closed. `shaders` must stay where it is. */
enum sim_status board_shaders_open(struct board_shaders *shaders, const struct board_shader_options *options,
                                   struct sim_error *error);
void board_shaders_close(struct board_shaders *shaders);

#endif
