/* The vertex shader that is loaded, as a program: made again only where its words have changed. */
#include "models/xenos/pipe/pipe_parts.h"

#include <stdlib.h>
#include <string.h>

enum { VERTEX_STORE = 0, SLOTS = CP_STORE_WORDS / 3 };

/* Slots behind the last that is executed are no part of it. */
static void trim(struct xenos_program *program)
{
    unsigned end = (program->cfs + 1) / 2;
    for (unsigned i = 0; i < program->cfs; i++) {
        struct xenos_words words = xenos_program_cf(program, i);
        struct xenos_cf cf = xenos_decode_cf(&words);
        enum xenos_format format = xenos_cf_format(&words);
        bool exec = format == XENOS_FORMAT_EXEC || format == XENOS_FORMAT_COND_EXEC;
        if (exec && cf.count != 0 && cf.address + cf.count > end)
            end = cf.address + cf.count;
    }
    program->slots = end;
}

enum sim_status pipe_find_program(struct pipe *pipe, struct sim_error *error)
{
    struct pipe_bench *bench = &pipe->bench;
    struct xenos_program *program = &bench->program;
    const uint32_t *store = pipe->config.commands->store[VERTEX_STORE];
    if (bench->known && memcmp(bench->word, store, program->slots * sizeof *program->slot) == 0)
        return SIM_OK;
    xenos_program_free(program);
    bench->known = false;
    program->type = XENOS_VERTEX_SHADER;
    program->slots = SLOTS;
    program->slot = malloc(SLOTS * sizeof *program->slot);
    if (program->slot == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    memcpy(program->slot, store, SLOTS * sizeof *program->slot);
    enum sim_status status = xenos_program_check(program, "the store of vertex shaders", 0, error);
    if (status != SIM_OK)
        return status;
    trim(program);
    memcpy(bench->word, store, program->slots * sizeof *program->slot);
    bench->known = true;
    return SIM_OK;
}
