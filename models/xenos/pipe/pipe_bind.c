/* What a draw does, worked out at the instant at which it arrives. */
#include "models/xenos/pipe/pipe_parts.h"

#include <string.h>

/* So many instructions may an invocation take, and all of a draw's together. */
enum { STEPS_MAX = 1 << 16, STEPS_OF_A_DRAW = 1 << 30 };

static void fail(struct pipe *pipe, const struct pipe_draw *draw, enum pipe_error which, const char *text)
{
    struct pipe_report *report = &pipe->report[which];
    size_t length = strlen(text) < sizeof report->text - 1 ? strlen(text) : sizeof report->text - 1;
    report->count++;
    report->draw = draw->number;
    memcpy(report->text, text, length);
    report->text[length] = '\0';
}

static void read_memory(void *self, uint32_t address, void *bytes, size_t size)
{
    struct pipe *pipe = self;
    uint8_t *to = bytes;
    while (size != 0) {
        uint32_t place = address & (uint32_t)(pipe->config.memory_size - 1);
        size_t left = SIM_LINE - place % SIM_LINE, part = left < size ? left : size;
        pipe->config.read(pipe->config.self, place, to, part);
        address += (uint32_t)part;
        to += part;
        size -= part;
    }
}

/* Of 24 bits: exact. */
static uint32_t float_of(uint32_t number)
{
    if (number == 0)
        return 0;
    uint32_t exponent = 31 - (uint32_t)__builtin_clz(number);
    return (exponent + 127) << 23 | (number << (23 - exponent) & ALU_FRACTION);
}

/* r0.x is the vertex's index. */
static enum sim_status find_inputs(struct pipe_bench *bench, struct sim_error *error)
{
    uint32_t count = bench->vectors.vertices;
    uint32_t *input = xenos_list_room(bench->input, &bench->input_room, 4 * (size_t)count, sizeof *input);
    if (input == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    bench->input = input;
    for (uint32_t i = 0; i < count; i++)
        input[i] = float_of(bench->vectors.vertex[i]);
    memset(input + count, 0, 3 * (size_t)count * sizeof *input);
    return SIM_OK;
}

static void find_constants(struct xenos_constants *constants, const uint32_t *reg)
{
    memcpy(constants->number, &reg[XENOS_SQ_CONSTANT], sizeof constants->number);
    memcpy(constants->fetch, &reg[XENOS_SQ_FETCH], sizeof constants->fetch);
    memcpy(constants->boolean, &reg[XENOS_SQ_CF_BOOLEANS], sizeof constants->boolean);
    memcpy(constants->loop, &reg[XENOS_SQ_CF_LOOP], sizeof constants->loop);
}

/* Runs the vertex shader for each vertex. */
static enum sim_status shade(struct pipe *pipe, struct xenos_batch *batch, struct sim_error *error)
{
    struct pipe_bench *bench = &pipe->bench;
    const uint32_t *reg = pipe->config.commands->reg;
    find_constants(&bench->constants, reg);
    enum sim_status status = find_inputs(bench, error);
    if (status != SIM_OK)
        return status;
    uint32_t count = bench->vectors.vertices, steps = STEPS_OF_A_DRAW / count;
    *batch = (struct xenos_batch){
        .program = &bench->program,
        .constants = &bench->constants,
        .base = (uint16_t)XENOS_GET(reg[XENOS_SQ_VS_CONST], SQ_VS_CONST, BASE),
        .size = (uint16_t)(XENOS_GET(reg[XENOS_SQ_VS_CONST], SQ_VS_CONST, SIZE) + 1),
        .steps = steps < STEPS_MAX ? steps : STEPS_MAX,
        .count = count,
        .inputs = 1,
        .input = bench->input,
        .self = pipe,
        .read = read_memory,
    };
    const struct xenos_backend *backend =
        pipe->config.backend ? pipe->config.backend(pipe->config.self) : &xenos_interpreter_backend;
    return backend->run(backend->self, batch, &bench->result, error);
}

/* What the array has to do for the vertices. */
static enum sim_status lay_out(struct pipe *pipe, struct pipe_draw *draw, const struct xenos_batch *batch,
                               struct sim_error *error)
{
    struct xenos_work *work = &draw->work;
    const struct xenos_vectors *vectors = &pipe->bench.vectors;
    struct xenos_work_vector *vector =
        xenos_list_room(work->vector, &draw->vector_room, vectors->vectors, sizeof *vector);
    if (vector == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    work->vector = vector;
    for (uint32_t i = 0; i < vectors->vectors; i++) {
        const struct xenos_vertex_vector *from = &vectors->vector[i];
        uint32_t op = work->trace.ops;
        enum sim_status status =
            xenos_trace_vector(&work->trace, batch, &pipe->bench.result, i * XENOS_VECTOR, from->lanes, error);
        if (status != SIM_OK)
            return status;
        vector[i] = (struct xenos_work_vector){.index_end = from->index_end,
                                               .primitive_end = from->primitive_end,
                                               .op = op,
                                               .ops = work->trace.ops - op,
                                               .lanes = from->lanes};
    }
    work->vectors = vectors->vectors;
    return SIM_OK;
}

static void clear(struct xenos_work *work)
{
    work->indices = work->index_line = work->index_lines = work->index_bytes = work->index_first = 0;
    work->primitives = work->vectors = 0;
    work->trace.ops = work->trace.lines = work->trace.stores = 0;
    work->registers = 1;
}

static void find_index_lines(const struct pipe *pipe, struct xenos_work *work, const struct xenos_index_source *source)
{
    uint32_t first = source->address & (uint32_t)(pipe->config.memory_size - 1);
    work->indices = pipe->bench.indices.count;
    work->index_bytes = source->size;
    if (source->bytes == 0)
        return;
    work->index_line = first & ~(uint32_t)(SIM_LINE - 1);
    work->index_first = first % SIM_LINE;
    work->index_lines = (work->index_first + source->bytes + SIM_LINE - 1) / SIM_LINE;
}

/* Indices, the vertices that they name, and the primitives that these make up. */
static enum sim_status gather(struct pipe *pipe, struct pipe_draw *draw, const struct xenos_draw *what,
                              struct sim_error *error)
{
    struct pipe_bench *bench = &pipe->bench;
    const struct cp *commands = pipe->config.commands;
    const struct xenos_index_source source = xenos_index_source_of(commands->reg, what);
    const struct xenos_index_data data = {
        .self = pipe, .read = read_memory, .immediate = commands->immediate, .immediates = commands->immediates};
    enum sim_status status = xenos_indices_fetch(&source, &data, &bench->indices, error);
    if (status == SIM_OK)
        status = xenos_vectors_pack(&bench->indices, what->reuse, &bench->vectors, error);
    if (status == SIM_OK)
        status = xenos_primitives_assemble(what, &bench->indices, &bench->primitives, error);
    if (status != SIM_OK)
        return status;
    xenos_vectors_complete(&bench->vectors, &bench->primitives);
    find_index_lines(pipe, &draw->work, &source);
    draw->work.primitives = bench->primitives.count;
    return SIM_OK;
}

static uint8_t registers_of(const struct pipe *pipe)
{
    enum { NONE = 0x80, MOST = 0x3F };
    uint32_t highest = XENOS_GET(pipe->config.commands->reg[XENOS_SQ_PROGRAM_CNTL], SQ_PROGRAM_CNTL, VS_NUM_REG);
    return highest & NONE ? 1 : (uint8_t)((highest & MOST) + 1);
}

enum sim_status pipe_bind(struct pipe *pipe, struct pipe_draw *draw, struct sim_error *error)
{
    struct xenos_batch batch;
    const struct xenos_draw what = xenos_draw_of(pipe->config.commands->reg);
    clear(&draw->work);
    pipe->bench.vectors.vertices = 0;
    if (what.missing != NULL || what.tessellated) {
        fail(pipe, draw, PIPE_ERROR_PRIMITIVE, what.missing != NULL ? what.missing : "tessellation is absent");
        return SIM_OK;
    }
    enum sim_status status = gather(pipe, draw, &what, error);
    if (status != SIM_OK || pipe->bench.vectors.vertices == 0)
        return status;
    draw->work.registers = registers_of(pipe);
    enum pipe_error which = PIPE_ERROR_PROGRAM;
    status = pipe_find_program(pipe, error);
    if (status == SIM_OK) {
        which = PIPE_ERROR_SHADER;
        status = shade(pipe, &batch, error);
    }
    if (status == SIM_OK)
        status = lay_out(pipe, draw, &batch, error);
    if (status == SIM_OK)
        return SIM_OK;
    clear(&draw->work);
    pipe->bench.vectors.vertices = 0;
    if (status != SIM_HOST)
        fail(pipe, draw, which, error->text);
    return status == SIM_HOST ? status : SIM_OK;
}
