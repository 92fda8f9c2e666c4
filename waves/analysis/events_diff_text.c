#include "waves/analysis/events_scene.h"

#include <inttypes.h>
#include <string.h>

static const char side_name[] = "AB";

static const char *path_of(const struct waves_diff_result *result, unsigned side)
{
    return result->diff->path[side];
}

static void print_log(const struct waves_diff_result *result, unsigned side, FILE *out)
{
    const struct waves_events_log *log = &result->log[side];
    fprintf(out, "%c %s: %" PRIu64 " records of %" PRIu32 " threads\n", side_name[side], path_of(result, side),
            log->records, log->threads.count);
    for (uint64_t i = 0; i < log->bad && i < WAVES_BAD_LINES_TOLD; i++)
        fprintf(out, "    cannot be read: %s\n", log->told[i]);
    if (log->bad > WAVES_BAD_LINES_TOLD)
        fprintf(out, "    and %" PRIu64 " more lines\n", log->bad - WAVES_BAD_LINES_TOLD);
    if (log->things.unnamed)
        fprintf(out,
                "    %" PRIu64 " objects and pieces of memory beyond %d have no names: their addresses are compared\n",
                log->things.unnamed, WAVES_THINGS_MOST);
}

static void print_thread(const struct waves_diff_result *result, const struct waves_walk *walk, FILE *out)
{
    const struct waves_thread *a = &result->log[0].threads.at[walk->thread[0]];
    const struct waves_thread *b = &result->log[1].threads.at[walk->thread[1]];
    fprintf(out, "thread %" PRIu64 " = %" PRIu64, a->number, b->number);
    if (a->created)
        fprintf(out, ", entry 0x%08" PRIx64, a->entry);
    fprintf(out, " (by %s)", waves_match_name(a->match));
}

static void print_value(FILE *out, const char *value, const char *meaning)
{
    fprintf(out, "%.160s%s", value ? value : "none", value && strlen(value) > 160 ? "..." : "");
    if (meaning)
        fprintf(out, " (%s)", meaning);
}

static void print_side(const struct waves_diff_result *result, const struct waves_scene *scene, unsigned side,
                       FILE *out)
{
    fprintf(out, "  %c %s\n", side_name[side], path_of(result, side));
    for (uint32_t i = 0; i < scene->records[side]; i++)
        fprintf(out, "  %c %8" PRIu64 ": %s\n", i == scene->befores ? '>' : ' ', scene->record[side][i].line,
                scene->record[side][i].brief);
    if (scene->records[side] <= scene->befores)
        fprintf(out, "  >           the thread does nothing more\n");
}

static enum sim_status print_difference(struct waves_diff_result *result, const struct waves_walk *walk, FILE *out,
                                        struct sim_error *error)
{
    struct waves_scene scene;
    enum sim_status status = waves_scene_look(result, walk, &scene, error);
    fputc('\n', out);
    print_thread(result, walk, out);
    fprintf(out, "\n  %" PRIu64 " records match, then ", walk->matched);
    if (walk->end == WAVES_WALK_DIFFERS)
        fputs("they differ\n", out);
    else
        fprintf(out, "it ends in %c alone\n", walk->end == WAVES_WALK_ENDS_IN_A ? 'A' : 'B');
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        print_side(result, &scene, s, out);
    for (uint32_t i = 0; i < scene.differences; i++) {
        fprintf(out, "  %s: ", scene.difference[i].name);
        print_value(out, scene.difference[i].value[0], scene.difference[i].meaning[0]);
        fputs(" | ", out);
        print_value(out, scene.difference[i].value[1], scene.difference[i].meaning[1]);
        fputc('\n', out);
    }
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        for (uint32_t i = 0; i < scene.signals[s]; i++)
            fprintf(out, "  signal before, %c %8" PRIu64 ": %s%s\n", side_name[s], scene.signal[s][i].line,
                    scene.signal[s][i].brief, scene.signal[s][i].woke ? " [what it waited for last]" : "");
    waves_scene_free(&scene);
    return status;
}

static void print_alone(const struct waves_diff_result *result, FILE *out)
{
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        for (uint32_t i = 0; i < result->log[s].threads.count; i++) {
            const struct waves_thread *thread = &result->log[s].threads.at[i];
            if (thread->partner != WAVES_NO_THREAD)
                continue;
            if (thread->number == 0) {
                fprintf(out, "%c: %" PRIu64 " records of no thread are not compared\n", side_name[s], thread->records);
                continue;
            }
            fprintf(out, "%c: thread %" PRIu64 " has no partner: %" PRIu64 " records", side_name[s], thread->number,
                    thread->records);
            if (thread->created)
                fprintf(out, ", entry 0x%08" PRIx64 ", context 0x%08" PRIx64 ", created by thread %" PRIu64,
                        thread->entry, thread->context, thread->creator);
            fputc('\n', out);
        }
}

static void print_sums(const struct waves_diff_result *result, FILE *out)
{
    bool any = false;
    for (uint32_t i = 0; i < result->walks; i++)
        if (!waves_diff_differs(result, &result->walk[i])) {
            print_thread(result, &result->walk[i], out);
            fprintf(out, ": %" PRIu64 " records match%s\n", result->walk[i].matched,
                    result->walk[i].end == WAVES_WALK_SAME        ? ""
                    : result->walk[i].end == WAVES_WALK_ENDS_IN_A ? ", then it ends in A alone"
                                                                  : ", then it ends in B alone");
        }
    print_alone(result, out);
    for (unsigned i = 0; i < WAVES_RULES; i++)
        if (result->absorbed[i]) {
            fprintf(out, "%s%-14s %12" PRIu64 "  %s\n", any ? "" : "\nabsorbed\n", waves_rule_row[i].name,
                    result->absorbed[i], waves_rule_row[i].what);
            any = true;
        }
}

static uint64_t line_of(const struct waves_diff_result *result, const struct waves_walk *walk, unsigned side)
{
    uint64_t offset = walk->cursor[side].ended ? walk->last[side] : walk->cursor[side].place.offset;
    return waves_events_file_number(result->log[side].file, offset);
}

enum sim_status waves_diff_text(struct waves_diff_result *result, FILE *out, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        print_log(result, s, out);
    for (uint32_t i = 0; status == SIM_OK && i < result->walks; i++)
        if (waves_diff_differs(result, &result->walk[i]))
            status = print_difference(result, &result->walk[i], out, error);
    fputc('\n', out);
    print_sums(result, out);
    if (result->same)
        fputs("\nno difference\n", out);
    else
        fprintf(out, "\n%" PRIu32 " threads differ, %" PRIu64 " have no partner\n", result->different, result->alone);
    if (result->different) {
        const struct waves_walk *first = result->walk;
        while (!waves_diff_differs(result, first))
            first++;
        fprintf(out, "first: %s:%" PRIu64 " | %s:%" PRIu64 "\n", path_of(result, 0), line_of(result, first, 0),
                path_of(result, 1), line_of(result, first, 1));
    }
    return status;
}
