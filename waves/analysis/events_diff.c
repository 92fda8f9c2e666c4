#include "waves/analysis/events_diff.h"

#include "waves/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How far all pairs go in the first file before they go on: little, so that what one thread's records have brought near
 * serves the others, but far enough for each that its part of the second file is worth reading. */
enum { SLICE_OF_A_PAIR = 64 << 10, SLICE_LEAST = 512 << 10, SLICE_MOST = 16 << 20 };

bool waves_diff_differs(const struct waves_diff_result *result, const struct waves_walk *walk)
{
    if (walk->end == WAVES_WALK_ENDS_IN_A || walk->end == WAVES_WALK_ENDS_IN_B)
        return !result->diff->prefix;
    return walk->end == WAVES_WALK_DIFFERS;
}

/* ---- which threads ---- */

static enum sim_status pair_threads(struct waves_diff_result *result, struct sim_error *error)
{
    struct waves_tid_map map;
    struct waves_threads *a = &result->log[0].threads, *b = &result->log[1].threads;
    enum sim_status status = waves_tid_map_read(result->diff->tid_map, &map, error);
    if (status == SIM_OK)
        status = waves_threads_match(a, b, &map, error);
    if (status != SIM_OK)
        return status;
    result->walk = waves_zeroed(a->count + 1, sizeof *result->walk);
    result->walker.comparer.same_numbers = true;
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t partner = a->at[i].partner;
        if (partner == WAVES_NO_THREAD)
            continue;
        if (a->at[i].number != b->at[partner].number)
            result->walker.comparer.same_numbers = false;
        if (a->at[i].records || b->at[partner].records)
            waves_walk_begin(&result->walker, &result->walk[result->walks++], i, partner);
    }
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        for (uint32_t i = 0; i < result->log[s].threads.count; i++) {
            const struct waves_thread *thread = &result->log[s].threads.at[i];
            if (thread->partner == WAVES_NO_THREAD && thread->number != 0) {
                result->alone++;
                result->alone_records += thread->records;
            }
        }
    return SIM_OK;
}

/* ---- walking ---- */

/* All pairs through the first file together, so that both are read from front to back as far as their orders agree. */
static enum sim_status walk_all(struct waves_diff_result *result, struct sim_error *error)
{
    uint64_t size = waves_events_file_size(result->log[0].file);
    uint64_t slice = (uint64_t)result->walks * SLICE_OF_A_PAIR;
    slice = slice < SLICE_LEAST ? SLICE_LEAST : slice > SLICE_MOST ? SLICE_MOST : slice;
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        waves_events_file_keep(result->log[s].file, 2 * slice);
    for (uint64_t limit = slice;; limit += slice) {
        bool last = limit >= size;
        for (uint32_t i = 0; i < result->walks; i++) {
            enum sim_status status = waves_walk_on(&result->walker, &result->walk[i], last ? UINT64_MAX : limit, error);
            if (status != SIM_OK)
                return status;
        }
        enum sim_status status = SIM_OK;
        if (result->diff->progress)
            status = result->diff->progress(result->diff->progress_context, (last ? size : limit) / 2 + size / 2, size,
                                            error);
        if (last || status != SIM_OK)
            return status;
    }
}

static uint64_t where(const struct waves_walk *walk)
{
    return walk->cursor[0].ended ? walk->last[0] : walk->cursor[0].place.offset;
}

static int by_order(const void *a, const void *b)
{
    const struct waves_walk *x = a, *y = b;
    bool x_same = x->end == WAVES_WALK_SAME, y_same = y->end == WAVES_WALK_SAME;
    if (x_same != y_same)
        return x_same - y_same;
    if (!x_same && where(x) != where(y))
        return where(x) < where(y) ? -1 : 1;
    return (x->thread[0] > y->thread[0]) - (x->thread[0] < y->thread[0]);
}

static void sum_up(struct waves_diff_result *result)
{
    if (result->walks)
        qsort(result->walk, result->walks, sizeof *result->walk, by_order);
    for (uint32_t i = 0; i < result->walks; i++) {
        const struct waves_walk *walk = &result->walk[i];
        for (unsigned r = 0; r < WAVES_RULES; r++)
            result->absorbed[r] += walk->absorbed[r];
        for (unsigned s = 0; s < WAVES_SIDES; s++)
            result->absorbed[WAVES_RULE_LOCAL] += walk->cursor[s].skipped;
        result->different += waves_diff_differs(result, walk);
    }
    result->same = result->different == 0 && result->alone == 0;
}

/* ---- what comes out ---- */

static enum sim_status write_html(struct waves_diff_result *result, struct sim_error *error)
{
    char *part = waves_print("%s.part", result->diff->html);
    FILE *file = fopen(part, "we");
    enum sim_status status = file ? waves_diff_html(result, file, error) : SIM_OK;
    bool bad = !file || ferror(file) != 0;
    if (file)
        bad = fclose(file) != 0 || bad;
    if (status == SIM_OK && (bad || rename(part, result->diff->html) != 0))
        status = sim_fail(error, SIM_HOST, "%.300s: cannot be written: %s", result->diff->html, strerror(errno));
    if (status != SIM_OK && file)
        unlink(part);
    free(part);
    return status;
}

static enum sim_status complain(const struct waves_diff_result *result, struct sim_error *error)
{
    const struct waves_events_log *log = result->log;
    if (log[0].bad + log[1].bad == 0)
        return SIM_OK;
    return sim_fail(error, SIM_BAD_INPUT, "%s%s", log[0].bad ? log[0].told[0] : log[1].told[0],
                    log[0].bad + log[1].bad > 1 ? ", and more" : "");
}

static enum sim_status print(struct waves_diff_result *result, FILE *out, struct sim_error *error)
{
    enum sim_status status =
        result->diff->json ? waves_diff_json(result, out, error) : waves_diff_text(result, out, error);
    fflush(out);
    if (status == SIM_OK && ferror(out))
        status = sim_fail(error, SIM_HOST, "the output cannot be written: %s", strerror(errno));
    if (status == SIM_OK && result->diff->html)
        status = write_html(result, error);
    return status;
}

static enum sim_status half(void *context, uint64_t done, uint64_t total, struct sim_error *error)
{
    struct waves_diff_result *result = context;
    return result->diff->progress(result->diff->progress_context, done / 4, total, error);
}

static enum sim_status next_half(void *context, uint64_t done, uint64_t total, struct sim_error *error)
{
    struct waves_diff_result *result = context;
    return result->diff->progress(result->diff->progress_context, done / 4 + total / 4, total, error);
}

enum sim_status waves_events_diff(const struct waves_events_diff *diff, FILE *out, bool *same, struct sim_error *error)
{
    struct waves_diff_result *result = waves_zeroed(1, sizeof *result);
    enum sim_status status = SIM_OK;
    result->diff = diff;
    result->walker.log = result->walker.comparer.log = result->log;
    result->walker.skip = diff->skip;
    result->walker.skips = diff->skips;
    result->walker.context = (unsigned)(diff->context < WAVES_CONTEXT_MOST ? diff->context : WAVES_CONTEXT_MOST);
    if (diff->strict)
        status = waves_rules_read(diff->strict, &result->walker.comparer.strict, error);
    for (unsigned s = 0; status == SIM_OK && s < WAVES_SIDES; s++)
        status = waves_events_log_open(diff->path[s], diff->fields, &result->log[s], error);
    for (unsigned s = 0; status == SIM_OK && s < WAVES_SIDES; s++)
        status = waves_events_log_index(&result->log[s], diff->progress ? s ? next_half : half : NULL, result, error);
    if (status == SIM_OK)
        status = pair_threads(result, error);
    if (status == SIM_OK)
        status = walk_all(result, error);
    if (status == SIM_OK) {
        sum_up(result);
        *same = result->same;
        status = print(result, out, error);
    }
    if (status == SIM_OK)
        status = complain(result, error);
    for (uint32_t i = 0; i < result->walks; i++)
        free(result->walk[i].before);
    free(result->walk);
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        if (result->log[s].file)
            waves_events_log_close(&result->log[s]);
    free(result);
    return status;
}
