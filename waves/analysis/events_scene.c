#include "waves/analysis/events_scene.h"

#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BRIEF = 200, LOOK_BACK = 100000, OBJECTS = 8 };

/* ---- a record in few words ---- */

static char *brief_of(const struct waves_scan *scan, bool whose)
{
    char text[BRIEF + 8];
    size_t used = 0;
    struct waves_text thread = waves_text_bare(scan->field[WAVES_FIELD_THREAD]);
    if (whose && thread.at)
        used = (size_t)snprintf(text, BRIEF, "thread %.*s", (int)(thread.length < 20 ? thread.length : 20), thread.at);
    static const uint8_t unnamed[] = {WAVES_FIELD_INDEX, WAVES_FIELD_EVENT, WAVES_FIELD_EXPORT};
    static const uint8_t left_out[] = {WAVES_FIELD_THREAD, WAVES_FIELD_CORE,    WAVES_FIELD_HARDWARE_THREAD,
                                       WAVES_FIELD_CYCLE,  WAVES_FIELD_NS,      WAVES_FIELD_PC,
                                       WAVES_FIELD_MODULE, WAVES_FIELD_ORDINAL, WAVES_FIELD_STATUS_NAME};
    for (unsigned i = 0; i < sizeof unnamed; i++) {
        struct waves_text value = waves_text_bare(scan->field[unnamed[i]]);
        if (value.at && used < BRIEF)
            used += (size_t)snprintf(text + used, BRIEF - used, "%s%.*s", used ? " " : "",
                                     (int)(value.length < 64 ? value.length : 64), value.at);
    }
    for (uint32_t i = 0; i < scan->members && used < BRIEF; i++) {
        const struct waves_scan_member *member = &scan->member[i];
        if (memchr(unnamed, member->field, sizeof unnamed) || memchr(left_out, member->field, sizeof left_out))
            continue;
        used += (size_t)snprintf(text + used, BRIEF - used,
                                 " %.*s=", (int)(member->name.length < 64 ? member->name.length : 64), member->name.at);
        for (size_t j = 0; j < member->value.length && used < BRIEF; j++)
            if (member->value.at[j] != '"')
                text[used++] = member->value.at[j];
    }
    if (used >= BRIEF) {
        used = BRIEF - 1;
        while (used && ((uint8_t)text[used] & 0xC0) == 0x80) /* not within a character */
            used--;
        for (unsigned i = 0; i < 3; i++)
            text[used++] = '.';
    }
    return waves_copy_text(text, used);
}

static void put(struct waves_diff_result *result, unsigned side, const struct waves_record *record, bool whose,
                struct waves_scene_record *to)
{
    struct waves_scan scan;
    const char *why;
    *to = (struct waves_scene_record){.text = waves_copy_text(record->text.at, record->text.length)};
    to->line = waves_events_file_number(result->log[side].file, record->offset);
    struct waves_text copy = {to->text, record->text.length};
    to->brief = waves_events_scan(result->log[side].names, copy, &scan, &why) ? brief_of(&scan, whose)
                                                                              : waves_copy_text(why, strlen(why));
}

/* ---- records around ---- */

static enum sim_status look_around(struct waves_diff_result *result, const struct waves_walk *walk, unsigned side,
                                   struct waves_scene *scene, struct sim_error *error)
{
    uint64_t context = result->walker.context;
    struct waves_record record = {0};
    struct waves_cursor cursor = walk->cursor[side];
    scene->record[side] = waves_zeroed(2 * context + 1, sizeof **scene->record);
    for (uint64_t i = walk->matched - scene->befores; i < walk->matched; i++) {
        record.offset = walk->before[i % context].offset[side];
        enum sim_status status = waves_events_file_at(result->log[side].file, record.offset, &record.text, error);
        if (status != SIM_OK)
            return status;
        put(result, side, &record, false, &scene->record[side][scene->records[side]++]);
    }
    for (uint64_t i = 0; i <= context; i++) {
        enum sim_status status = waves_walk_peek(&result->walker, side, &cursor, false, error);
        if (status != SIM_OK || cursor.ended)
            return status;
        put(result, side, &result->walker.record[side], false, &scene->record[side][scene->records[side]++]);
        cursor.has = false;
    }
    return SIM_OK;
}

/* ---- signals ---- */

/* The address or id of an object, as text to look for. */
static struct waves_text identity(struct waves_text object)
{
    struct waves_text id = waves_text_member(object, "id");
    return id.at ? id : object.at && object.at[0] == '{' ? waves_text_member(object, "address") : object;
}

static enum sim_status look_back(struct waves_diff_result *result, const struct waves_walk *walk, unsigned side,
                                 struct waves_scene *scene, struct sim_error *error)
{
    struct waves_events_log *log = &result->log[side];
    struct waves_cursor cursor = walk->cursor[side];
    struct waves_scan scan;
    const char *why;
    char waited[OBJECTS][40];
    unsigned objects = 0;
    bool knows_wait = false;
    enum sim_status status = waves_walk_peek(&result->walker, side, &cursor, false, error);
    uint64_t offset = cursor.ended ? walk->last[side] : cursor.place.offset;
    uint64_t number = log->threads.at[walk->thread[side]].number;
    struct waves_scene_record found[WAVES_SCENE_SIGNALS];
    uint32_t signals = 0;
    for (uint32_t i = 0; status == SIM_OK && i < LOOK_BACK && signals < WAVES_SCENE_SIGNALS; i++) {
        struct waves_record record;
        if (!waves_events_file_before(log->file, offset, &offset, error))
            break;
        status = waves_events_file_at(log->file, offset, &record.text, error);
        if (status != SIM_OK || !waves_events_log_kind(log, record.text, &record.kind))
            if (status != SIM_OK || !waves_events_scan(log->names, record.text, &scan, &why) ||
                !scan.field[WAVES_FIELD_EVENT].at)
                continue;
        if (!waves_events_log_kind(log, record.text, &record.kind))
            record.kind = scan.field[WAVES_FIELD_EVENT];
        bool signal = waves_text_begins(record.kind, "signal.");
        bool wait = !knows_wait && waves_text_is(record.kind, "wait.begin");
        if ((!signal && !wait) || !waves_events_scan(log->names, record.text, &scan, &why))
            continue;
        record.offset = offset;
        uint64_t thread;
        struct waves_text name, value;
        if (wait && scan.field[WAVES_FIELD_THREAD].at && waves_text_number(scan.field[WAVES_FIELD_THREAD], &thread) &&
            thread == number) {
            knows_wait = true;
            struct waves_text all = scan.field[WAVES_FIELD_OBJECTS];
            for (const char *at = all.at; all.at && objects < OBJECTS && waves_text_next(all, &at, &name, &value);) {
                struct waves_text id = identity(value);
                if (id.at && id.length < sizeof waited[0])
                    snprintf(waited[objects++], sizeof waited[0], "%.*s", (int)id.length, id.at);
            }
        }
        if (signal)
            put(result, side, &record, true, &found[signals++]);
    }
    for (uint32_t i = 0; i < signals; i++) {
        struct waves_scene_record *to = &scene->signal[side][i];
        *to = found[signals - 1 - i];
        struct waves_text line = {to->text, strlen(to->text)};
        struct waves_text id = {0};
        if (waves_events_scan(log->names, line, &scan, &why))
            id = identity(scan.field[WAVES_FIELD_OBJECT]);
        for (unsigned j = 0; id.at && j < objects; j++)
            to->woke = to->woke || (strlen(waited[j]) == id.length && memcmp(waited[j], id.at, id.length) == 0);
    }
    scene->signals[side] = signals;
    return status;
}

/* ---- all of it ---- */

static char *meaning_of(struct waves_diff_result *result, unsigned side, struct waves_text value)
{
    const struct waves_record *record = &result->walker.record[side];
    return value.at ? waves_value_meaning(&result->log[side], value, waves_events_time(&record->scan, record->offset))
                    : NULL;
}

static enum sim_status look_closely(struct waves_diff_result *result, const struct waves_walk *walk,
                                    struct waves_scene *scene, struct sim_error *error)
{
    struct waves_walker *walker = &result->walker;
    struct waves_difference difference[WAVES_DIFFERENCES_MOST];
    const char *why;
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        struct waves_cursor cursor = walk->cursor[s];
        enum sim_status status = waves_walk_peek(walker, s, &cursor, false, error);
        if (status != SIM_OK || cursor.ended)
            return status;
    }
    walker->comparer.difference = difference;
    waves_records_same(&walker->comparer, &walker->record[0], &walker->record[1], &why);
    walker->comparer.difference = NULL;
    for (unsigned i = 0; i < walker->comparer.differences && i < WAVES_DIFFERENCES_MOST; i++) {
        memcpy(scene->difference[i].name, difference[i].name, sizeof difference[i].name);
        for (unsigned s = 0; s < WAVES_SIDES; s++) {
            struct waves_text value = difference[i].value[s];
            scene->difference[i].value[s] = value.at ? waves_copy_text(value.at, value.length) : NULL;
            scene->difference[i].meaning[s] = meaning_of(result, s, value);
        }
        scene->differences++;
    }
    return SIM_OK;
}

enum sim_status waves_scene_look(struct waves_diff_result *result, const struct waves_walk *walk,
                                 struct waves_scene *scene, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    uint64_t context = result->walker.context;
    *scene = (struct waves_scene){.befores = (uint32_t)(walk->matched < context ? walk->matched : context)};
    for (unsigned s = 0; status == SIM_OK && s < WAVES_SIDES; s++) {
        status = look_around(result, walk, s, scene, error);
        if (status == SIM_OK)
            status = look_back(result, walk, s, scene, error);
    }
    return status == SIM_OK ? look_closely(result, walk, scene, error) : status;
}

void waves_scene_free(struct waves_scene *scene)
{
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        for (uint32_t i = 0; i < scene->records[s]; i++) {
            free(scene->record[s][i].text);
            free(scene->record[s][i].brief);
        }
        free(scene->record[s]);
        for (uint32_t i = 0; i < scene->signals[s]; i++) {
            free(scene->signal[s][i].text);
            free(scene->signal[s][i].brief);
        }
    }
    for (uint32_t i = 0; i < scene->differences; i++)
        for (unsigned s = 0; s < WAVES_SIDES; s++) {
            free(scene->difference[i].value[s]);
            free(scene->difference[i].meaning[s]);
        }
    *scene = (struct waves_scene){0};
}
