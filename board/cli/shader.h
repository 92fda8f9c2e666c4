/* Shader programs from files, for the commands that take them. */
#ifndef CYCLE360_BOARD_CLI_SHADER_H
#define CYCLE360_BOARD_CLI_SHADER_H

#include "board/cli/command.h"
#include "models/xenos/shader/program.h"

struct shader_file_options {
    unsigned endian, type; /* of raw microcode: enum xenos_byte_order; enum xenos_shader_type, or 2 for a guess */
};

#define SHADER_FILE_OPTIONS \
    {                       \
        .type = 2           \
    }
#define SHADER_FILE_OPTION_ROWS(from)                                                                                 \
    {"endian", OPTION_CHOICE, &(from).endian, "big|little", "the order of a word's bytes in microcode; default big"}, \
    {                                                                                                                 \
        "type", OPTION_CHOICE, &(from).type, "vertex|pixel",                                                          \
            "what microcode is; otherwise what fetches vertices or exports a position is a vertex shader"             \
    }

/* To be freed with xenos_program_free. */
enum sim_status shader_read(const char *path, const struct shader_file_options *options, struct xenos_program *program,
                            struct sim_error *error);

/* The same, or text: what has no byte of zero. */
enum sim_status shader_read_any(const char *path, const struct shader_file_options *options,
                                struct xenos_program *program, struct sim_error *error);

/* Who runs programs: `choice` is an unsigned, enum board_shader_choice; and where it keeps what it builds. */
#define SHADER_CACHE_OPTION_ROW(folder)                                                                       \
    {                                                                                                         \
        "shader-cache", OPTION_STRING, &(folder), "DIR",                                                      \
            "where programs built for OpenCL devices are kept; `none`: nowhere. Default cycle360/shaders in " \
            "$XDG_CACHE_HOME or ~/.cache"                                                                     \
    }
#define SHADER_BACKEND_OPTION_ROWS(choice, folder, help) \
    {"shader-backend", OPTION_CHOICE, &(choice), "auto|opencl|interpreter", help}, SHADER_CACHE_OPTION_ROW(folder)

/* Commands of `cycle360 shader`. */
command_function cmd_shader_run, cmd_shader_opencl, cmd_shader_devices;

#endif
