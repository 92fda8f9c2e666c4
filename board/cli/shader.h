/* Shader programs from files, for the commands that take them. */
#ifndef CYCLE360_BOARD_CLI_SHADER_H
#define CYCLE360_BOARD_CLI_SHADER_H

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

/* cycle360 shader run. */
int cmd_shader_run(int argc, char **argv);

#endif
