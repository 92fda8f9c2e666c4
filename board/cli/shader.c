#include "board/cli/shader.h"

#include "board/cli/read_file.h"

#include <stdlib.h>
#include <string.h>

static enum sim_status read_program(const char *path, const struct shader_file_options *options, bool maybe_text,
                                    struct xenos_program *program, struct sim_error *error)
{
    struct whole_file file;
    enum sim_status status = read_file(path, 0, UINT64_MAX, XENOS_SHADER_FILE_MAX, &file, error);
    if (status != SIM_OK)
        return status;
    if (maybe_text && memchr(file.text, '\0', file.size) == NULL)
        status = xenos_program_assemble(program, path, file.text, file.size, error);
    else
        status = xenos_program_read(program, path, (const uint8_t *)file.text, file.size,
                                    (enum xenos_byte_order)options->endian,
                                    options->type < 2 ? (int)options->type : XENOS_TYPE_UNKNOWN, error);
    free(file.text);
    if (status != SIM_OK)
        xenos_program_free(program);
    return status;
}

enum sim_status shader_read(const char *path, const struct shader_file_options *options, struct xenos_program *program,
                            struct sim_error *error)
{
    return read_program(path, options, false, program, error);
}

enum sim_status shader_read_any(const char *path, const struct shader_file_options *options,
                                struct xenos_program *program, struct sim_error *error)
{
    return read_program(path, options, true, program, error);
}
