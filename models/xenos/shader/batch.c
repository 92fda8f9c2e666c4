/* Batches by the interpreter: one invocation after another. */
#include "models/xenos/shader/batch.h"

#include "models/xenos/shader/decoded.h"

#include <stdlib.h>

struct run {
    const struct xenos_batch *batch;
    struct xenos_batch_result *result;
    uint32_t at; /* the invocation */
    size_t words;
    bool full, too_much;
};

void xenos_batch_free(struct xenos_batch_result *result)
{
    free(result->export);
    free(result->written);
    free(result->killed);
    free(result->memory_export);
    free(result->trace_first);
    free(result->trace);
    *result = (struct xenos_batch_result){0};
}

enum sim_status xenos_batch_prepare(const struct xenos_batch *batch, struct xenos_batch_result *result,
                                    struct sim_error *error)
{
    uint64_t memory = ((UINT64_C(1) << (1 + XENOS_EXPORT_ELEMENTS)) - 1) << XENOS_EXPORT_ADDRESS;
    uint64_t exports = batch->program->decoded->exports & ~memory;
    size_t count = batch->count;

    result->count = 0;
    result->exports = 0;
    result->memory_exports = 0;
    for (unsigned i = 0; i < XENOS_EXPORT_INDICES; i++)
        if (exports >> i & 1)
            result->export_index[result->exports++] = (uint8_t)i;

    size_t cells = result->exports * count;
    uint32_t *export = xenos_list_room(result->export, &result->export_room, 4 * cells, sizeof *export);
    if (export != NULL)
        result->export = export;
    uint8_t *written = xenos_list_room(result->written, &result->written_room, cells, sizeof *written);
    if (written != NULL)
        result->written = written;
    uint8_t *killed = xenos_list_room(result->killed, &result->killed_room, count, sizeof *killed);
    if (killed != NULL)
        result->killed = killed;
    uint32_t *first = xenos_list_room(result->trace_first, &result->first_room, count + 1, sizeof *first);
    if (first != NULL)
        result->trace_first = first;
    if (export == NULL || written == NULL || killed == NULL || first == NULL)
        return sim_fail(error, SIM_HOST, "memory is short");
    memset(killed, 0, count);
    memset(first, 0, (count + 1) * sizeof *first);
    return SIM_OK;
}

static uint32_t load(void *self, uint32_t address)
{
    const struct run *r = self;
    uint8_t b[4];
    r->batch->read(r->batch->self, address, b, sizeof b);
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static void texture(void *self, const struct xenos_texture_request *request, uint32_t result[4])
{
    const struct run *r = self;
    r->batch->texture(r->batch->self, request, result);
}

static void export_memory(void *self, const uint32_t address[4], const uint32_t element[XENOS_EXPORT_ELEMENTS][4],
                          unsigned written)
{
    struct run *r = self;
    struct xenos_batch_result *result = r->result;
    r->too_much |= result->memory_exports == XENOS_BATCH_RECORDS;
    if (r->too_much)
        return;
    struct xenos_batch_export *list =
        xenos_list_room(result->memory_export, &result->memory_room, (size_t)result->memory_exports + 1, sizeof *list);
    if (list == NULL) {
        r->full = true;
        return;
    }
    result->memory_export = list;
    struct xenos_batch_export *to = &list[result->memory_exports++];
    to->invocation = r->at;
    to->written = written;
    memcpy(to->address, address, sizeof to->address);
    memcpy(to->element, element, sizeof to->element);
}

static void trace(void *self, uint32_t word)
{
    struct run *r = self;
    r->too_much |= r->words == XENOS_BATCH_TRACE;
    if (r->too_much)
        return;
    uint32_t *list = xenos_list_room(r->result->trace, &r->result->trace_room, r->words + 1, sizeof *list);
    if (list == NULL) {
        r->full = true;
        return;
    }
    r->result->trace = list;
    list[r->words++] = word;
}

/* Zeros wherever the program may read before it writes, and the inputs. */
static void begin(const struct run *r, struct xenos_invocation *s)
{
    const struct xenos_batch *b = r->batch;
    const struct xenos_decoded *d = b->program->decoded;
    unsigned inputs = b->inputs < d->temps ? b->inputs : d->temps;

    memset(&s->temp[inputs], 0, (d->temps - inputs) * sizeof *s->temp);
    for (unsigned i = 0; i < 4 * inputs; i++)
        s->temp[i / 4][i % 4] = b->input[(size_t)i * b->count + r->at];
    for (uint64_t left = d->exports; left != 0; left &= left - 1) {
        unsigned index = (unsigned)__builtin_ctzll(left);
        memset(s->export[index], 0, sizeof s->export[index]);
        s->written[index] = 0;
    }
    memset(&s->alu, 0, sizeof *s - offsetof(struct xenos_invocation, alu));
}

static void end(const struct run *r, const struct xenos_invocation *s)
{
    struct xenos_batch_result *result = r->result;
    size_t count = r->batch->count;

    for (size_t k = 0; k < result->exports; k++) {
        unsigned index = result->export_index[k];
        for (unsigned c = 0; c < 4; c++)
            result->export[(4 * k + c) * count + r->at] = s->export[index][c];
        result->written[k * count + r->at] = s->written[index];
    }
    result->killed[r->at] = (uint8_t)s->alu.killed;
    result->trace_first[r->at + 1] = (uint32_t)r->words;
}

enum sim_status xenos_batch_interpret(const struct xenos_batch *batch, struct xenos_batch_result *result,
                                      struct sim_error *error)
{
    struct run r = {.batch = batch, .result = result};
    const struct xenos_environment environment = {
        .constants = batch->constants,
        .base = batch->base,
        .size = batch->size,
        .steps = batch->steps,
        .self = &r,
        .load = batch->read != NULL ? load : NULL,
        .export_memory = export_memory,
        .texture = batch->texture != NULL ? texture : NULL,
        .trace = trace,
    };
    struct xenos_invocation s = {0};
    enum sim_status status = xenos_batch_prepare(batch, result, error);

    for (; status == SIM_OK && r.at < batch->count; r.at++) {
        begin(&r, &s);
        status = xenos_interpret(batch->program, &environment, &s, error);
        if (r.full)
            status = sim_fail(error, SIM_HOST, "memory is short");
        else if (r.too_much)
            status = sim_fail(error, SIM_GUEST, "all invocations together do more than can be kept");
        if (status == SIM_OK)
            end(&r, &s);
    }
    if (status == SIM_OK)
        result->count = batch->count;
    else
        result->memory_exports = 0;
    return status;
}

static enum sim_status run(void *self, const struct xenos_batch *batch, struct xenos_batch_result *result,
                           struct sim_error *error)
{
    (void)self;
    return xenos_batch_interpret(batch, result, error);
}

const struct xenos_backend xenos_interpreter_backend = {.name = "interpreter", .run = run};
