#include "waves/analysis/events_scene.h"
#include "waves/analysis/json.h"

#include <inttypes.h>
#include <string.h>

static const char *const end_name[] = {
    [WAVES_WALK_GOES_ON] = "",
    [WAVES_WALK_SAME] = "same",
    [WAVES_WALK_DIFFERS] = "differs",
    [WAVES_WALK_ENDS_IN_A] = "ends in A",
    [WAVES_WALK_ENDS_IN_B] = "ends in B",
};

static void print_log(const struct waves_diff_result *result, unsigned side, FILE *out)
{
    const struct waves_events_log *log = &result->log[side];
    fputs("{\"file\": ", out);
    waves_json_print(out, result->diff->path[side]);
    fprintf(out, ", \"records\": %" PRIu64 ", \"threads\": %" PRIu32 ", \"unreadable\": %" PRIu64 ", \"complaints\": [",
            log->records, log->threads.count, log->bad);
    for (uint64_t i = 0; i < log->bad && i < WAVES_BAD_LINES_TOLD; i++) {
        fputs(i ? ", " : "", out);
        waves_json_print(out, log->told[i]);
    }
    fputs("]}", out);
}

static void print_counts(const uint64_t absorbed[WAVES_RULES], FILE *out)
{
    fputs("\"absorbed\": {", out);
    for (unsigned i = 0, n = 0; i < WAVES_RULES; i++)
        if (absorbed[i])
            fprintf(out, "%s\"%s\": %" PRIu64, n++ ? ", " : "", waves_rule_row[i].name, absorbed[i]);
    fputs("}", out);
}

static void print_text(FILE *out, const char *text)
{
    if (text)
        waves_json_print(out, text);
    else
        fputs("null", out);
}

/* Records as strings: what a log has need not be JSON of ours. */
static void print_records(const char *name, const struct waves_scene_record *record, uint32_t records, FILE *out)
{
    fprintf(out, "\"%s\": [", name);
    for (uint32_t i = 0; i < records; i++) {
        fprintf(out, "%s{\"line\": %" PRIu64 ", \"awaited\": %s, \"record\": ", i ? ", " : "", record[i].line,
                record[i].woke ? "true" : "false");
        waves_json_print(out, record[i].text);
        fputs("}", out);
    }
    fputs("]", out);
}

static void print_differences(const struct waves_scene *scene, FILE *out)
{
    fputs(", \"differences\": [", out);
    for (uint32_t i = 0; i < scene->differences; i++) {
        fprintf(out, "%s{\"member\": ", i ? ", " : "");
        waves_json_print(out, scene->difference[i].name);
        for (unsigned s = 0; s < WAVES_SIDES; s++) {
            fprintf(out, ", \"%c\": ", "ab"[s]);
            print_text(out, scene->difference[i].value[s]);
            fprintf(out, ", \"%c_is\": ", "ab"[s]);
            print_text(out, scene->difference[i].meaning[s]);
        }
        fputs("}", out);
    }
    fputs("]", out);
}

/* What one side has: its thread, and the line of the first record that does not match. */
static void print_side(struct waves_diff_result *result, const struct waves_walk *walk, unsigned side,
                       const struct waves_scene *scene, FILE *out)
{
    const struct waves_cursor *cursor = &walk->cursor[side];
    fprintf(out, "\"%c\": {\"thread\": %" PRIu64, "ab"[side],
            result -> log[side].threads.at[walk->thread[side]].number);
    if (scene) {
        uint32_t before = scene->befores < scene->records[side] ? scene->befores : scene->records[side];
        fputs(", \"line\": ", out);
        if (cursor->ended)
            fputs("null, ", out);
        else
            fprintf(out, "%" PRIu64 ", ", waves_events_file_number(result->log[side].file, cursor->place.offset));
        print_records("before", scene->record[side], before, out);
        fputs(", ", out);
        print_records("after", scene->record[side] + before, scene->records[side] - before, out);
        fputs(", ", out);
        print_records("signals", scene->signal[side], scene->signals[side], out);
    }
    fputs("}, ", out);
}

static enum sim_status print_walk(struct waves_diff_result *result, const struct waves_walk *walk, FILE *out,
                                  struct sim_error *error)
{
    const struct waves_thread *a = &result->log[0].threads.at[walk->thread[0]];
    struct waves_scene scene = {0};
    bool differs = waves_diff_differs(result, walk);
    enum sim_status status = differs ? waves_scene_look(result, walk, &scene, error) : SIM_OK;
    fputs("{", out);
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        print_side(result, walk, s, differs ? &scene : NULL, out);
    fprintf(out, "\"by\": \"%s\", \"matched\": %" PRIu64 ", \"end\": \"%s\", ", waves_match_name(a->match),
            walk->matched, end_name[walk->end]);
    if (a->created)
        fprintf(out, "\"entry\": \"0x%08" PRIx64 "\", ", a->entry);
    print_counts(walk->absorbed, out);
    if (differs)
        print_differences(&scene, out);
    fputs("}", out);
    waves_scene_free(&scene);
    return status;
}

static void print_alone(const struct waves_diff_result *result, FILE *out)
{
    uint32_t n = 0;
    fputs(", \"alone\": [", out);
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        for (uint32_t i = 0; i < result->log[s].threads.count; i++) {
            const struct waves_thread *thread = &result->log[s].threads.at[i];
            if (thread->partner != WAVES_NO_THREAD)
                continue;
            fprintf(out, "%s{\"log\": \"%c\", \"thread\": %" PRIu64 ", \"records\": %" PRIu64, n++ ? ", " : "", "ab"[s],
                    thread -> number, thread -> records);
            if (thread->created)
                fprintf(out,
                        ", \"entry\": \"0x%08" PRIx64 "\", \"context\": \"0x%08" PRIx64 "\", \"creator\": %" PRIu64,
                        thread->entry, thread->context, thread->creator);
            fputs("}", out);
        }
    fputs("]", out);
}

enum sim_status waves_diff_json(struct waves_diff_result *result, FILE *out, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    fprintf(out, "{\"same\": %s", result->same ? "true" : "false");
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        fprintf(out, ", \"%c\": ", "ab"[s]);
        print_log(result, s, out);
    }
    fputs(", ", out);
    print_counts(result->absorbed, out);
    fputs(", \"threads\": [", out);
    for (uint32_t i = 0; status == SIM_OK && i < result->walks; i++) {
        fputs(i ? ",\n" : "\n", out);
        status = print_walk(result, &result->walk[i], out, error);
    }
    fputs("]", out);
    print_alone(result, out);
    fputs("}\n", out);
    return status;
}
