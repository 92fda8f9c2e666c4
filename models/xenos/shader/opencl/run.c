/* Batches on a device: a kernel for each program, and buffers that grow and are used again. Invocations go in pieces,
 * so that what the device has to hold does not depend on how many there are. */
#include "models/xenos/shader/decoded.h"
#include "models/xenos/shader/opencl/opencl_parts.h"
#include "models/xenos/shader/opencl/translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 1 << 17,         /* invocations of a launch */
    TRACE_FIRST = 64,        /* words and records that there is room for at first, */
    MEMORY_FIRST = 8,        /* of an invocation */
    VERTICES_MAX = 64 << 20, /* dwords of all windows; what is more is the interpreter's */
    ROOM_MAX = 1 << 28,      /* words of trace or memory exports of a piece, likewise */
};

/* The kernel's arguments that are buffers, in their order. */
enum { TABLE, INPUT, VERTICES, EXPORT, WRITTEN, KILLED, FAILS, TRACE, MEMORY, COUNTS, BUFFERS };

struct kernel {
    uint64_t hash;
    uint32_t slots, inputs;
    struct xenos_words *slot; /* the program's words */
    bool refused;             /* left to the interpreter */
    struct xenos_kernel_shape shape;
    cl_program program;
    cl_kernel kernel;
};

struct buffer {
    cl_mem memory;
    size_t size;
};

struct runner {
    bool cpu; /* the device is the host's processor, and works where the host's memory is */
    struct kernel *kernel;
    size_t kernels, kernel_room;
    struct buffer buffer[BUFFERS];
    uint32_t *vertices, *counts, *list;
    size_t vertex_room, count_room, list_room;
};

/* One run. */
struct job {
    struct xenos_opencl *opencl;
    struct runner *runner;
    const struct kernel *kernel;
    const struct xenos_batch *batch;
    struct xenos_batch_result *result;
    struct sim_error *error;
    cl_mem buffer[BUFFERS];           /* the runner's, or over the host's own memory */
    uint32_t first, count;            /* of the piece */
    uint32_t trace_room, memory_room; /* of an invocation */
    size_t words;                     /* of trace so far */
    cl_int code;                      /* the first that was no success */
    const char *what;
    bool left; /* to the interpreter */
};

static void free_runner(struct xenos_opencl *opencl)
{
    struct runner *runner = opencl->runner;
    for (size_t i = 0; i < runner->kernels; i++) {
        struct kernel *k = &runner->kernel[i];
        if (!k->refused) {
            clReleaseKernel(k->kernel);
            clReleaseProgram(k->program);
        }
        free(k->slot);
    }
    for (unsigned i = 0; i < BUFFERS; i++)
        if (runner->buffer[i].memory != NULL)
            clReleaseMemObject(runner->buffer[i].memory);
    free(runner->kernel);
    free(runner->vertices);
    free(runner->counts);
    free(runner->list);
    free(runner);
    opencl->runner = NULL;
}

static bool succeeds(struct job *j, cl_int code, const char *what)
{
    if (code == CL_SUCCESS)
        return true;
    if (j->code == CL_SUCCESS) {
        j->code = code;
        j->what = what;
    }
    return false;
}

static enum sim_status short_of_memory(struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "memory is short");
}

/* Kernels. */

static uint64_t hash_of(const struct xenos_program *program, uint32_t inputs)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) + inputs;
    for (unsigned i = 0; i < 3 * program->slots; i++)
        hash = (hash ^ program->slot[i / 3].word[i % 3]) * UINT64_C(0x100000001B3);
    return hash;
}

static struct kernel *find(const struct runner *runner, const struct xenos_program *program, uint64_t hash,
                           uint32_t inputs)
{
    for (size_t i = 0; i < runner->kernels; i++) {
        struct kernel *k = &runner->kernel[i];
        if (k->hash == hash && k->slots == program->slots && k->inputs == inputs &&
            memcmp(k->slot, program->slot, program->slots * sizeof *k->slot) == 0)
            return k;
    }
    return NULL;
}

/* How many temps are given and how an item goes about it stand in front. */
static enum sim_status build(struct xenos_opencl *opencl, struct kernel *k, const struct xenos_kernel_text *text,
                             struct sim_error *error)
{
    const struct runner *runner = opencl->runner;
    char *source = malloc(text->size + 64);
    if (source == NULL)
        return short_of_memory(error);
    int length = snprintf(source, 64, "#define INPUTS %u\n#define LANES %d\n", (unsigned)k->inputs,
                          runner->cpu ? XENOS_KERNEL_ITEMS : 1);
    memcpy(source + length, text->text, text->size);
    enum sim_status status = xenos_opencl_build(opencl, source, (size_t)length + text->size, &k->program, error);
    free(source);
    if (status != SIM_OK)
        return status;
    cl_int code;
    k->kernel = clCreateKernel(k->program, "shader", &code);
    if (code == CL_SUCCESS)
        return SIM_OK;
    clReleaseProgram(k->program);
    return xenos_opencl_fail(opencl, "no kernel", code, error);
}

static enum sim_status make(struct xenos_opencl *opencl, const struct xenos_program *program, struct kernel *k,
                            struct sim_error *error)
{
    struct xenos_kernel_text text;
    enum sim_status status = xenos_kernel_translate(program, &text, error);
    k->refused = status == SIM_USAGE;
    if (k->refused)
        return SIM_OK;
    if (status != SIM_OK)
        return status;
    k->shape = text.shape;
    status = build(opencl, k, &text, error);
    free(text.text);
    return status;
}

static enum sim_status kernel_of(struct xenos_opencl *opencl, const struct xenos_batch *batch,
                                 const struct kernel **kernel, struct sim_error *error)
{
    struct runner *runner = opencl->runner;
    const struct xenos_program *program = batch->program;
    uint32_t inputs = batch->inputs < XENOS_TEMPS ? batch->inputs : XENOS_TEMPS;
    uint64_t hash = hash_of(program, inputs);

    *kernel = find(runner, program, hash, inputs);
    if (*kernel != NULL)
        return SIM_OK;
    struct kernel *list =
        xenos_batch_room(runner->kernel, &runner->kernel_room, runner->kernels + 1, sizeof *runner->kernel);
    if (list == NULL)
        return short_of_memory(error);
    runner->kernel = list;
    struct kernel made = {.hash = hash, .slots = program->slots, .inputs = inputs};
    made.slot = malloc(program->slots * sizeof *made.slot);
    if (made.slot == NULL)
        return short_of_memory(error);
    memcpy(made.slot, program->slot, program->slots * sizeof *made.slot);
    enum sim_status status = make(opencl, program, &made, error);
    if (status != SIM_OK) {
        free(made.slot);
        return status;
    }
    list[runner->kernels] = made;
    *kernel = &list[runner->kernels++];
    return SIM_OK;
}

/* Buffers. */

static bool reserve(struct job *j, unsigned which, size_t size)
{
    struct buffer *b = &j->runner->buffer[which];
    if (size < 64)
        size = 64;
    if (b->size >= size) {
        j->buffer[which] = b->memory;
        return true;
    }
    if (b->memory != NULL)
        clReleaseMemObject(b->memory);
    cl_int code;
    b->memory = clCreateBuffer(j->opencl->context, CL_MEM_READ_WRITE, size, NULL, &code);
    b->size = code == CL_SUCCESS ? size : 0;
    if (code != CL_SUCCESS)
        b->memory = NULL;
    j->buffer[which] = b->memory;
    return succeeds(j, code, "no buffer");
}

static bool upload(struct job *j, unsigned which, const void *bytes, size_t size)
{
    return reserve(j, which, size) &&
           (size == 0 ||
            succeeds(j,
                     clEnqueueWriteBuffer(j->opencl->queue, j->buffer[which], CL_FALSE, 0, size, bytes, 0, NULL, NULL),
                     "no upload"));
}

/* Numbers are only looked at by the ALU, which takes denormals for zeros. */
static void fill_table(const struct xenos_batch *batch, uint32_t table[XENOS_TABLE_WORDS])
{
    const struct xenos_constants *c = batch->constants;
    for (unsigned i = 0; i < 512 && i < batch->size && batch->base + i < 512; i++)
        for (unsigned k = 0; k < 4; k++)
            table[4 * i + k] = alu_flush(c->number[batch->base + i][k]);
    memcpy(&table[XENOS_TABLE_BOOLEAN], c->boolean, sizeof c->boolean);
    memcpy(&table[XENOS_TABLE_LOOP], c->loop, sizeof c->loop);
}

static void read_window(const struct xenos_batch *batch, uint32_t base, uint32_t size, uint32_t *to)
{
    uint64_t address = 4 * (uint64_t)base, bytes = 4 * (uint64_t)size, top = UINT64_C(1) << 32;
    uint64_t before = address + bytes <= top ? bytes : top - address;
    batch->read(batch->self, (uint32_t)address, to, before);
    if (before < bytes)
        batch->read(batch->self, 0, (uint8_t *)to + before, bytes - before);
}

/* The windows of the fetch constants that the program uses, each once, behind a dword that is 0. */
static bool gather_vertices(struct job *j, uint32_t table[XENOS_TABLE_WORDS], size_t *words)
{
    enum { VALID = 3 };
    struct runner *runner = j->runner;
    *words = 1;
    for (unsigned i = 0; i < 96; i++) {
        const uint32_t *c = &j->batch->constants->fetch[i / 3][i % 3 * 2];
        uint32_t *to = &table[XENOS_TABLE_FETCH + 4 * i];
        if (!(j->kernel->shape.fetch[i / 32] >> i % 32 & 1))
            continue;
        to[0] = c[0] >> 2;
        to[1] = (c[0] & 3) == VALID ? c[1] >> 2 & 0xFFFFFF : 0;
        to[2] = c[1] & 3;
        for (unsigned before = 0; before < i && to[3] == 0; before++) {
            const uint32_t *other = &table[XENOS_TABLE_FETCH + 4 * before];
            if (other[0] == to[0] && other[1] == to[1])
                to[3] = other[3];
        }
        if (to[3] != 0 || to[1] == 0)
            continue;
        to[3] = (uint32_t)*words;
        *words += to[1];
        if (*words > VERTICES_MAX) {
            j->left = true;
            return true;
        }
        uint32_t *grown = xenos_batch_room(runner->vertices, &runner->vertex_room, *words, sizeof *grown);
        if (grown == NULL)
            return false;
        runner->vertices = grown;
        if (j->batch->read != NULL)
            read_window(j->batch, to[0], to[1], grown + to[3]);
        else
            memset(grown + to[3], 0, to[1] * sizeof *grown);
    }
    if (runner->vertices == NULL)
        runner->vertices = xenos_batch_room(NULL, &runner->vertex_room, 1, sizeof *runner->vertices);
    if (runner->vertices == NULL)
        return false;
    runner->vertices[0] = 0;
    return true;
}

/* The host's own memory as a buffer, on its own processor; else the runner's buffer, for a piece of each row. */
static bool place(struct job *j, unsigned which, const void *host, size_t rows, size_t element)
{
    if (rows == 0 || !j->runner->cpu)
        return reserve(j, which, rows * element * j->count);
    cl_int code = CL_SUCCESS;
    if (j->first == 0)
        j->buffer[which] = clCreateBuffer(j->opencl->context,
                                          (which == INPUT ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE) | CL_MEM_USE_HOST_PTR,
                                          rows * element * j->batch->count, (void *)(uintptr_t)host, &code);
    return succeeds(j, code, "no buffer");
}

/* Rows of a piece, from where the host has them to the device or back. */
static bool move(struct job *j, unsigned which, const void *host, size_t rows, size_t element)
{
    const size_t host_origin[3] = {j->first * element, 0, 0}, origin[3] = {0},
                 region[3] = {j->count * element, rows, 1};
    size_t host_pitch = j->batch->count * element, pitch = j->count * element;
    void *at = (void *)(uintptr_t)host;
    if (rows == 0 || j->runner->cpu)
        return true;
    cl_command_queue queue = j->opencl->queue;
    cl_int code = which == INPUT ? clEnqueueWriteBufferRect(queue, j->buffer[which], CL_FALSE, origin, host_origin,
                                                            region, pitch, 0, host_pitch, 0, at, 0, NULL, NULL)
                                 : clEnqueueReadBufferRect(queue, j->buffer[which], CL_FALSE, origin, host_origin,
                                                           region, pitch, 0, host_pitch, 0, at, 0, NULL, NULL);
    return succeeds(j, code, which == INPUT ? "no upload" : "no reading back");
}

/* Buffers over the host's memory come to an end, and what was written is there. */
static bool settle(struct job *j)
{
    bool good = true;
    for (unsigned i = 0; i < BUFFERS; i++) {
        if (j->buffer[i] == NULL || j->buffer[i] == j->runner->buffer[i].memory)
            continue;
        size_t size = 0;
        cl_int code = clGetMemObjectInfo(j->buffer[i], CL_MEM_SIZE, sizeof size, &size, NULL);
        void *mapped = i == INPUT || code != CL_SUCCESS
                           ? NULL
                           : clEnqueueMapBuffer(j->opencl->queue, j->buffer[i], CL_TRUE, CL_MAP_READ, 0, size, 0, NULL,
                                                NULL, &code);
        if (mapped != NULL)
            code = clEnqueueUnmapMemObject(j->opencl->queue, j->buffer[i], mapped, 0, NULL, NULL);
        good = succeeds(j, code, "no reading back") && good;
        clFinish(j->opencl->queue);
        clReleaseMemObject(j->buffer[i]);
        j->buffer[i] = NULL;
    }
    return good;
}

static bool read_list(struct job *j, unsigned which, size_t offset, void *to, size_t size)
{
    return succeeds(j,
                    clEnqueueReadBuffer(j->opencl->queue, j->buffer[which], CL_TRUE, offset, size, to, 0, NULL, NULL),
                    "no reading back");
}

/* A piece. */

static bool launch(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    bool cpu = j->runner->cpu;
    size_t groups = (j->count + XENOS_KERNEL_ITEMS - 1) / XENOS_KERNEL_ITEMS, group = cpu ? 1 : XENOS_KERNEL_ITEMS,
           items = groups * group, traces = (size_t)j->trace_room * j->count,
           records = (size_t)j->memory_room * j->count;
    const uint32_t number[] = {cpu ? j->first : 0, j->count,      cpu ? j->batch->count : j->count,
                               j->batch->steps,    j->trace_room, j->memory_room};

    if (!reserve(j, TRACE, shape->trace ? 4 * traces : 0) ||
        !reserve(j, MEMORY, shape->memory ? 4 * XENOS_RECORD_WORDS * records : 0))
        return false;
    for (cl_uint i = 0; i < BUFFERS; i++)
        if (!succeeds(j, clSetKernelArg(j->kernel->kernel, i, sizeof(cl_mem), &j->buffer[i]), "no argument"))
            return false;
    for (cl_uint i = 0; i < sizeof number / sizeof *number; i++)
        if (!succeeds(j, clSetKernelArg(j->kernel->kernel, BUFFERS + i, sizeof(cl_uint), &number[i]), "no argument"))
            return false;
    return succeeds(j,
                    clEnqueueNDRangeKernel(j->opencl->queue, j->kernel->kernel, 1, NULL, &items, &group, 0, NULL, NULL),
                    "it does not run");
}

/* How much each left behind. True where there was room; more is made where not. */
static bool had_room(struct job *j, uint32_t *most_traces, uint32_t *most_records)
{
    const uint32_t *count = j->runner->counts;
    *most_traces = *most_records = 0;
    for (uint32_t i = 0; i < j->count; i++) {
        if (j->kernel->shape.trace && count[i] > *most_traces)
            *most_traces = count[i];
        if (j->kernel->shape.memory && count[j->count + i] > *most_records)
            *most_records = count[j->count + i];
    }
    bool enough = *most_traces <= j->trace_room && *most_records <= j->memory_room;
    if (*most_traces > j->trace_room)
        j->trace_room = *most_traces;
    if (*most_records > j->memory_room)
        j->memory_room = *most_records;
    uint64_t words = (uint64_t)j->count * j->trace_room, more = (uint64_t)j->count * j->memory_room;
    j->left = words > ROOM_MAX || XENOS_RECORD_WORDS * more > ROOM_MAX;
    return enough;
}

static bool take_list(struct job *j, unsigned which, size_t words)
{
    uint32_t *list = xenos_batch_room(j->runner->list, &j->runner->list_room, words, sizeof *list);
    if (list == NULL)
        return succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    j->runner->list = list;
    return read_list(j, which, 0, list, words * sizeof *list);
}

static bool take_trace(struct job *j, uint32_t most)
{
    struct xenos_batch_result *result = j->result;
    const uint32_t *count = j->runner->counts;
    size_t sum = 0;
    for (uint32_t i = 0; i < j->count; i++) {
        sum += count[i];
        if (j->words + sum > UINT32_MAX)
            return succeeds(j, CL_OUT_OF_HOST_MEMORY, "too long a trace");
        result->trace_first[j->first + i + 1] = (uint32_t)(j->words + sum);
    }
    uint32_t *trace = xenos_batch_room(result->trace, &result->trace_room, j->words + sum, sizeof *trace);
    if (trace == NULL)
        return succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    result->trace = trace;
    if (most == 0)
        return true;
    if (!take_list(j, TRACE, (size_t)most * j->count))
        return false;
    uint32_t *to = trace + j->words;
    for (uint32_t i = 0; i < j->count; i++)
        for (uint32_t k = 0; k < count[i]; k++)
            *to++ = j->runner->list[(size_t)k * j->count + i];
    j->words += sum;
    return true;
}

static bool take_memory(struct job *j, uint32_t most)
{
    struct xenos_batch_result *result = j->result;
    const uint32_t *count = j->runner->counts + j->count;
    size_t sum = result->memory_exports;
    if (most == 0)
        return true;
    for (uint32_t i = 0; i < j->count; i++)
        sum += count[i];
    struct xenos_batch_export *list =
        sum > UINT32_MAX ? NULL : xenos_batch_room(result->memory_export, &result->memory_room, sum, sizeof *list);
    if (list == NULL)
        return succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    result->memory_export = list;
    if (!take_list(j, MEMORY, (size_t)most * XENOS_RECORD_WORDS * j->count))
        return false;
    for (uint32_t i = 0; i < j->count; i++)
        for (uint32_t k = 0; k < count[i]; k++) {
            struct xenos_batch_export *to = &list[result->memory_exports++];
            const uint32_t *from = j->runner->list + (size_t)k * XENOS_RECORD_WORDS * j->count + i;
            to->invocation = j->first + i;
            for (unsigned w = 0; w < 4; w++)
                to->address[w] = from[(size_t)w * j->count];
            for (unsigned w = 0; w < 4 * XENOS_EXPORT_ELEMENTS; w++)
                to->element[w / 4][w % 4] = from[(size_t)(4 + w) * j->count];
            to->written = from[(size_t)(XENOS_RECORD_WORDS - 1) * j->count];
        }
    return true;
}

/* False where something is amiss, or it is left to the interpreter. */
static bool run_lists(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    uint32_t most_traces, most_records;
    if (!launch(j))
        return false;
    if (!shape->trace)
        return true;
    uint32_t *counts =
        xenos_batch_room(j->runner->counts, &j->runner->count_room, 2 * (size_t)j->count, sizeof *counts);
    if (counts == NULL)
        return succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    j->runner->counts = counts;
    size_t size = (shape->memory ? 2 : 1) * (size_t)j->count * sizeof *counts;
    if (!read_list(j, COUNTS, 0, counts, size))
        return false;
    if (!had_room(j, &most_traces, &most_records) && !j->left && (!launch(j) || !read_list(j, COUNTS, 0, counts, size)))
        return false;
    return !j->left && take_trace(j, most_traces) && take_memory(j, most_records);
}

static bool run_piece(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    struct xenos_batch_result *result = j->result;
    const uint32_t *input = j->batch->input;
    size_t inputs = 4 * (size_t)j->kernel->inputs, exports = result->exports, count = j->count;

    if (!place(j, INPUT, input, inputs, sizeof *input) ||
        !place(j, EXPORT, result->export, 4 * exports, sizeof *result->export) ||
        !place(j, WRITTEN, result->written, exports, 1) || !place(j, KILLED, result->killed, shape->kills, 1) ||
        !reserve(j, FAILS, count) || !reserve(j, COUNTS, 2 * sizeof(uint32_t) * count) ||
        !move(j, INPUT, input, inputs, sizeof *input) || !run_lists(j) ||
        !move(j, EXPORT, result->export, 4 * exports, sizeof *result->export) ||
        !move(j, WRITTEN, result->written, exports, 1) || !move(j, KILLED, result->killed, shape->kills, 1))
        return false;
    if (!shape->fails)
        return true;
    uint8_t *failed = malloc(count);
    bool good = failed != NULL && read_list(j, FAILS, 0, failed, count);
    for (size_t i = 0; good && i < count; i++)
        j->left = j->left || failed[i];
    free(failed);
    return good && !j->left;
}

static bool run_pieces(struct job *j)
{
    bool good = true;
    for (uint32_t at = 0; good && at < j->batch->count; at += j->count) {
        uint32_t left = j->batch->count - at;
        j->first = at;
        j->count = left < PIECE ? left : PIECE;
        good = run_piece(j);
    }
    good = succeeds(j, clFinish(j->opencl->queue), "it does not finish") && good;
    return settle(j) && good;
}

/* What the program can leave behind at most, if it has no loops; and whether it keeps within its steps. */
static void bound(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    struct xenos_kernel_bounds bounds = xenos_kernel_bounds(j->batch->program, j->batch->constants);
    bool straight = shape->form == XENOS_KERNEL_STRAIGHT;

    j->left = shape->form != XENOS_KERNEL_MACHINE && bounds.steps > j->batch->steps;
    j->trace_room = straight || bounds.traces < TRACE_FIRST ? (uint32_t)bounds.traces : TRACE_FIRST;
    j->memory_room = straight || bounds.memories < MEMORY_FIRST ? (uint32_t)bounds.memories : MEMORY_FIRST;
}

static struct runner *runner_of(struct xenos_opencl *opencl)
{
    cl_device_type type = 0;
    struct runner *runner = opencl->runner;
    if (runner != NULL)
        return runner;
    runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return NULL;
    runner->cpu = clGetDeviceInfo(opencl->device, CL_DEVICE_TYPE, sizeof type, &type, NULL) == CL_SUCCESS &&
                  type & CL_DEVICE_TYPE_CPU;
    opencl->runner = runner;
    opencl->free_runner = free_runner;
    return runner;
}

static enum sim_status run(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                           struct sim_error *error)
{
    struct xenos_opencl *opencl = self;
    struct job j = {.opencl = opencl, .batch = batch, .result = result, .error = error};
    uint32_t table[XENOS_TABLE_WORDS] = {0};
    size_t words;

    j.runner = runner_of(opencl);
    if (j.runner == NULL)
        return short_of_memory(error);
    enum sim_status status = kernel_of(opencl, batch, &j.kernel, error);
    if (status != SIM_OK)
        return status;
    if (j.kernel->refused)
        return xenos_batch_interpret(batch, result, error);
    status = xenos_batch_prepare(batch, result, error);
    if (status != SIM_OK)
        return status;
    bound(&j);
    fill_table(batch, table);
    if (!gather_vertices(&j, table, &words))
        return short_of_memory(error);
    if (!j.left && upload(&j, TABLE, table, sizeof table) &&
        upload(&j, VERTICES, j.runner->vertices, words * sizeof *j.runner->vertices) && run_pieces(&j)) {
        result->count = batch->count;
        opencl->ran += batch->count;
        return SIM_OK;
    }
    clFinish(opencl->queue);
    if (j.left) /* and it has the sentence for whatever an invocation did */
        return xenos_batch_interpret(batch, result, error);
    result->memory_exports = 0;
    return xenos_opencl_fail(opencl, j.what != NULL ? j.what : "no memory", j.code, error);
}

struct xenos_backend xenos_opencl_backend(struct xenos_opencl *opencl)
{
    return (struct xenos_backend){.name = opencl->info.name, .self = opencl, .run = run};
}
