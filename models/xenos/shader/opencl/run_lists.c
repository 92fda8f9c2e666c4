/* What invocations leave behind in numbers that differ: traces and memory exports. */
#include "models/xenos/shader/opencl/run_parts.h"

enum { ROOM_MAX = 1 << 28 }; /* words of either, of a piece; what is more is the interpreter's */

/* How much each left behind. True where there was room; more is made where not. */
bool xenos_run_had_room(struct job *j, uint32_t *most_traces, uint32_t *most_records)
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
    uint32_t *list = xenos_list_room(j->runner->list, &j->runner->list_room, words, sizeof *list);
    if (list == NULL)
        return xenos_run_succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    j->runner->list = list;
    return xenos_run_read(j, which, list, words * sizeof *list);
}

bool xenos_run_take_trace(struct job *j, uint32_t most)
{
    struct xenos_batch_result *result = j->result;
    const uint32_t *count = j->runner->counts;
    size_t sum = 0;
    for (uint32_t i = 0; i < j->count; i++) {
        sum += count[i];
        j->left = j->words + sum > XENOS_BATCH_TRACE;
        if (j->left)
            return false;
        result->trace_first[j->first + i + 1] = (uint32_t)(j->words + sum);
    }
    uint32_t *trace = xenos_list_room(result->trace, &result->trace_room, j->words + sum, sizeof *trace);
    if (trace == NULL)
        return xenos_run_succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    result->trace = trace;
    if (most == 0)
        return true;
    if (!take_list(j, XENOS_RUN_TRACE, (size_t)most * j->count))
        return false;
    uint32_t *to = trace + j->words;
    for (uint32_t i = 0; i < j->count; i++)
        for (uint32_t k = 0; k < count[i]; k++)
            *to++ = j->runner->list[(size_t)k * j->count + i];
    j->words += sum;
    return true;
}

bool xenos_run_take_memory(struct job *j, uint32_t most)
{
    struct xenos_batch_result *result = j->result;
    const uint32_t *count = j->runner->counts + j->count;
    size_t sum = result->memory_exports;
    if (most == 0)
        return true;
    for (uint32_t i = 0; i < j->count; i++)
        sum += count[i];
    j->left = sum > XENOS_BATCH_RECORDS;
    if (j->left)
        return false;
    struct xenos_batch_export *list = xenos_list_room(result->memory_export, &result->memory_room, sum, sizeof *list);
    if (list == NULL)
        return xenos_run_succeeds(j, CL_OUT_OF_HOST_MEMORY, "no reading back");
    result->memory_export = list;
    if (!take_list(j, XENOS_RUN_MEMORY, (size_t)most * XENOS_RECORD_WORDS * j->count))
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
