/* Batches on a device. Invocations go in pieces, so that what the device has to hold does not depend on how many there
 * are. */
#include "models/xenos/shader/decoded.h"
#include "models/xenos/shader/opencl/run_parts.h"

#include <stdlib.h>

enum {
    PIECE = 1 << 17,  /* invocations of a launch */
    TRACE_FIRST = 64, /* words and records that there is room for at first, */
    MEMORY_FIRST = 8, /* of an invocation */
};

static bool launch(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    bool cpu = j->runner->cpu;
    size_t groups = (j->count + XENOS_KERNEL_ITEMS - 1) / XENOS_KERNEL_ITEMS, group = cpu ? 1 : XENOS_KERNEL_ITEMS,
           items = groups * group, traces = (size_t)j->trace_room * j->count,
           records = (size_t)j->memory_room * j->count;
    const uint32_t number[] = {cpu ? j->first : 0, j->count,      cpu ? j->batch->count : j->count,
                               j->batch->steps,    j->trace_room, j->memory_room};

    if (!xenos_run_reserve(j, XENOS_RUN_TRACE, shape->trace ? 4 * traces : 0) ||
        !xenos_run_reserve(j, XENOS_RUN_MEMORY, shape->memory ? 4 * XENOS_RECORD_WORDS * records : 0))
        return false;
    for (cl_uint i = 0; i < XENOS_RUN_BUFFERS; i++)
        if (!xenos_run_succeeds(j, clSetKernelArg(j->kernel->kernel, i, sizeof(cl_mem), &j->buffer[i]), "no argument"))
            return false;
    for (cl_uint i = 0; i < sizeof number / sizeof *number; i++)
        if (!xenos_run_succeeds(j,
                                clSetKernelArg(j->kernel->kernel, XENOS_RUN_BUFFERS + i, sizeof(cl_uint), &number[i]),
                                "no argument"))
            return false;
    return xenos_run_succeeds(
        j, clEnqueueNDRangeKernel(j->opencl->queue, j->kernel->kernel, 1, NULL, &items, &group, 0, NULL, NULL),
        "it does not run");
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
    uint32_t *counts = xenos_list_room(j->runner->counts, &j->runner->count_room, 2 * (size_t)j->count, sizeof *counts);
    if (counts == NULL)
        return xenos_run_succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    j->runner->counts = counts;
    size_t size = (shape->memory ? 2 : 1) * (size_t)j->count * sizeof *counts;
    if (!xenos_run_read(j, XENOS_RUN_COUNTS, counts, size))
        return false;
    if (!xenos_run_had_room(j, &most_traces, &most_records) && !j->left &&
        (!launch(j) || !xenos_run_read(j, XENOS_RUN_COUNTS, counts, size)))
        return false;
    return !j->left && xenos_run_take_trace(j, most_traces) && xenos_run_take_memory(j, most_records);
}

static bool run_piece(struct job *j)
{
    const struct xenos_kernel_shape *shape = &j->kernel->shape;
    struct xenos_batch_result *result = j->result;
    const uint32_t *input = j->batch->input;
    size_t inputs = 4 * (size_t)j->kernel->inputs, exports = result->exports, count = j->count;

    if (!xenos_run_place(j, XENOS_RUN_INPUT, input, inputs, sizeof *input) ||
        !xenos_run_place(j, XENOS_RUN_EXPORT, result->export, 4 * exports, sizeof *result->export) ||
        !xenos_run_place(j, XENOS_RUN_WRITTEN, result->written, exports, 1) ||
        !xenos_run_place(j, XENOS_RUN_KILLED, result->killed, shape->kills, 1) ||
        !xenos_run_reserve(j, XENOS_RUN_FAILS, count) ||
        !xenos_run_reserve(j, XENOS_RUN_COUNTS, 2 * sizeof(uint32_t) * count) ||
        !xenos_run_move(j, XENOS_RUN_INPUT, input, inputs, sizeof *input) || !run_lists(j) ||
        !xenos_run_move(j, XENOS_RUN_EXPORT, result->export, 4 * exports, sizeof *result->export) ||
        !xenos_run_move(j, XENOS_RUN_WRITTEN, result->written, exports, 1) ||
        !xenos_run_move(j, XENOS_RUN_KILLED, result->killed, shape->kills, 1))
        return false;
    if (!shape->fails)
        return true;
    uint8_t *failed = malloc(count);
    bool good = failed != NULL && xenos_run_read(j, XENOS_RUN_FAILS, failed, count);
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
    good = xenos_run_succeeds(j, clFinish(j->opencl->queue), "it does not finish") && good;
    return xenos_run_settle(j) && good;
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

static enum sim_status run(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                           struct sim_error *error)
{
    struct xenos_opencl *opencl = self;
    struct job j = {.opencl = opencl, .batch = batch, .result = result, .error = error};
    uint32_t table[XENOS_TABLE_WORDS] = {0};
    size_t words;

    j.runner = xenos_run_runner(opencl);
    if (j.runner == NULL)
        return short_of_memory(error);
    enum sim_status status = xenos_run_kernel(opencl, batch, &j.kernel, error);
    if (status != SIM_OK)
        return status;
    if (j.kernel->refused)
        return xenos_batch_interpret(batch, result, error);
    status = xenos_batch_prepare(batch, result, error);
    if (status != SIM_OK)
        return status;
    bound(&j);
    xenos_run_fill_table(batch, table);
    if (!xenos_run_gather_vertices(&j, table, &words))
        return short_of_memory(error);
    if (!j.left && xenos_run_upload(&j, XENOS_RUN_TABLE, table, sizeof table) &&
        xenos_run_upload(&j, XENOS_RUN_VERTICES, j.runner->vertices, words * sizeof *j.runner->vertices) &&
        run_pieces(&j)) {
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
