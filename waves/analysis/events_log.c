#include "waves/analysis/events_log.h"

#include "waves/events.h"
#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_PIECE = 64 - 16, PIECE_MOST = 16384 - 16, TOLD_EVERY = 4096 };

void waves_events_log_bad(struct waves_events_log *log, uint64_t line, const char *why)
{
    if (log->bad < WAVES_BAD_LINES_TOLD)
        log->told[log->bad] = waves_print("%.300s:%" PRIu64 ": %s", waves_events_file_path(log->file), line, why);
    log->bad++;
}

/* ---- tracks ---- */

static void put_byte(struct waves_track *track, uint8_t byte)
{
    if (!track->last || track->last->used == track->last->room) {
        uint32_t room = track->last ? 4 * track->last->room : FIRST_PIECE;
        if (room > PIECE_MOST)
            room = PIECE_MOST;
        struct waves_track_piece *piece = waves_resize(NULL, 1, sizeof *piece + room);
        piece->next = NULL;
        piece->used = 0;
        piece->room = room;
        if (track->last)
            track->last->next = piece;
        else
            track->first = piece;
        track->last = piece;
    }
    track->last->byte[track->last->used++] = byte;
}

static void put_record(struct waves_track *track, uint64_t offset)
{
    uint64_t distance = offset - track->end;
    for (; distance > 0x7F; distance >>= 7)
        put_byte(track, (uint8_t)(distance | 0x80));
    put_byte(track, (uint8_t)distance);
    track->end = offset;
}

bool waves_track_next(struct waves_track_place *place)
{
    uint64_t distance = 0;
    for (unsigned shift = 0;; shift += 7) {
        while (place->piece && place->at == place->piece->used) {
            place->piece = place->piece->next;
            place->at = 0;
        }
        if (!place->piece)
            return false;
        uint8_t byte = place->piece->byte[place->at++];
        distance |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            break;
    }
    place->offset += distance;
    place->done++;
    return true;
}

/* ---- what things are ---- */

static uint64_t number_of(struct waves_text text)
{
    uint64_t number;
    return text.at && waves_text_number(text, &number) ? number : 0;
}

/* When a record was, in the log's own measure. Logs need not be in the order of time. */
uint64_t waves_events_time(const struct waves_scan *scan, uint64_t offset)
{
    uint64_t time;
    if (scan->field[WAVES_FIELD_NS].at && waves_text_number(scan->field[WAVES_FIELD_NS], &time))
        return time;
    if (scan->field[WAVES_FIELD_CYCLE].at && waves_text_number(scan->field[WAVES_FIELD_CYCLE], &time))
        return time;
    return offset;
}

static void take_memory(struct waves_events_log *log, const struct waves_scan *scan, uint16_t owner, uint64_t time)
{
    static const struct {
        const char *gives, *takes;
    } allocator[] = {
#define EVENTS_ALLOCATOR(gives, takes) {gives, takes},
#include "waves/analysis/events_allocators.def"
#undef EVENTS_ALLOCATOR
    };
    enum { DECOMMIT = 0x4000 };
    struct waves_text kind = scan->field[WAVES_FIELD_EVENT];
    uint64_t address = number_of(scan->field[WAVES_FIELD_ADDRESS]), size = number_of(scan->field[WAVES_FIELD_SIZE]);
    for (uint32_t i = 0; address && i < sizeof allocator / sizeof *allocator; i++) {
        if (waves_text_is(kind, allocator[i].gives) && size > 0 && size <= UINT32_MAX)
            waves_things_add(&log->things, &(struct waves_thing){.key = address,
                                                                 .from = time,
                                                                 .size = (uint32_t)(size - 1),
                                                                 .sort = i,
                                                                 .owner = owner,
                                                                 .class = WAVES_THING_MEMORY});
        else if (waves_text_is(kind, allocator[i].takes) && number_of(scan->field[WAVES_FIELD_TYPE]) != DECOMMIT)
            waves_things_end(&log->things, WAVES_THING_MEMORY, address, time);
    }
}

static void take_stack(struct waves_events_log *log, const struct waves_scan *scan, uint64_t time)
{
    enum { SORT = 100 };
    uint64_t top = number_of(scan->field[WAVES_FIELD_STACK]), size = number_of(scan->field[WAVES_FIELD_STACK_SIZE]);
    uint32_t of = waves_threads_find(&log->threads, number_of(scan->field[WAVES_FIELD_OF]));
    if (of == WAVES_NO_THREAD || !size || size > UINT32_MAX || size > top)
        return;
    if (time) /* of a thread that is gone */
        waves_things_end(&log->things, WAVES_THING_MEMORY, top - size, time - 1);
    waves_things_add(&log->things, &(struct waves_thing){.key = top - size,
                                                         .from = time,
                                                         .size = (uint32_t)size, /* the top, too */
                                                         .sort = SORT,
                                                         .owner = (uint16_t)of,
                                                         .class = WAVES_THING_MEMORY});
}

/* A record that tells of an object or a handle. Of those that tell of one object, the first counts. */
static void take_object(struct waves_events_log *log, const struct waves_scan *scan, uint16_t owner, uint64_t time)
{
    struct waves_text kind = scan->field[WAVES_FIELD_EVENT], handle = scan->field[WAVES_FIELD_HANDLE];
    struct waves_text object = scan->field[WAVES_FIELD_OBJECT];
    struct waves_text id = waves_text_member(object, "id"), type = waves_text_member(object, "type");
    if (!id.at) {
        id = scan->field[WAVES_FIELD_ID];
        type = scan->field[WAVES_FIELD_TYPE];
    }
    uint64_t number;
    uint32_t sort = waves_things_sort(type.at, type.length);
    bool creates = waves_text_is(kind, "handle.create") || waves_text_is(kind, "thread.create");
    if (creates && id.at && waves_text_number(id, &number))
        waves_things_add(&log->things,
                         &(struct waves_thing){.key = number, .sort = sort, .owner = owner, .class = WAVES_THING_ID});
    if (!handle.at || !waves_text_number(handle, &number))
        return;
    if (creates || waves_text_is(kind, "handle.open") || waves_text_is(kind, "handle.duplicate"))
        waves_things_add(&log->things,
                         &(struct waves_thing){
                             .key = number, .from = time, .sort = sort, .owner = owner, .class = WAVES_THING_HANDLE});
    else
        waves_things_end(&log->things, WAVES_THING_HANDLE, number, time);
}

/* ---- the pass ---- */

/* `{"event":"K","thread":N,` as our own logs begin all lines. */
static bool read_begin(struct waves_text line, struct waves_text *kind, uint64_t *thread)
{
    static const char first[] = "{\"event\":", second[] = ",\"thread\":";
    const char *at = line.at + sizeof first - 1, *end = line.at + line.length, *from = at;
    if (line.length < 48 || memcmp(line.at, first, sizeof first - 1) != 0 || *at != '"' || end[-1] != '}')
        return false;
    for (at++; at < from + 32; at++)
        if (*at == '"')
            break;
    *kind = (struct waves_text){from, (size_t)(at + 1 - from)};
    if (*at != '"' || at[-1] == '\\' || (size_t)(end - at) < sizeof second + 8 ||
        memcmp(at + 1, second, sizeof second - 1) != 0)
        return false;
    uint64_t number = 0;
    for (from = at += sizeof second; at < end && *at >= '0' && *at <= '9'; at++)
        number = 10 * number + (unsigned)(*at - '0');
    *thread = number;
    return at > from && at < from + 8 && *at == ',' && (at == from + 1 || *from != '0');
}

bool waves_events_log_kind(const struct waves_events_log *log, struct waves_text line, struct waves_text *kind)
{
    uint64_t thread;
    return !log->foreign && read_begin(line, kind, &thread);
}

/* Kinds of which more than the thread must be known. */
static bool is_telling(struct waves_text kind)
{
    return waves_text_begins(kind, "thread.c") || waves_text_begins(kind, "alloc.") ||
           waves_text_begins(kind, "free.") || waves_text_begins(kind, "handle.");
}

static const char *take_told(struct waves_events_log *log, const struct waves_scan *scan, uint32_t thread,
                             uint64_t offset)
{
    struct waves_text kind = scan->field[WAVES_FIELD_EVENT];
    const char *why = NULL;
    uint64_t time = waves_events_time(scan, offset);
    if (waves_text_is(kind, "thread.create")) {
        if (!waves_threads_create(&log->threads, scan, &why))
            return why;
        uint32_t of = waves_threads_find(&log->threads, number_of(scan->field[WAVES_FIELD_OF]));
        if (of != WAVES_NO_THREAD && log->threads.at[of].created_at == 0)
            log->threads.at[of].created_at = time;
        take_stack(log, scan, time);
        take_object(log, scan, (uint16_t)thread, time);
    } else if (waves_text_begins(kind, "handle.")) {
        take_object(log, scan, (uint16_t)thread, time);
    } else {
        take_memory(log, scan, (uint16_t)thread, time);
    }
    return NULL;
}

static const char *take_line(struct waves_events_log *log, const struct waves_events_line *line,
                             struct waves_scan *scan)
{
    struct waves_text kind;
    uint64_t number;
    const char *why = NULL;
    bool scanned = log->foreign || !read_begin(line->text, &kind, &number);
    if (line->why)
        return line->why;
    if (scanned) {
        if (!waves_events_scan(log->names, line->text, scan, &why))
            return why;
        kind = scan->field[WAVES_FIELD_EVENT];
        if (!kind.at || kind.at[0] != '"')
            return kind.at ? "\"event\" is no string" : "the record has no \"event\"";
        if (line->number == 1 && waves_text_is(kind, "log.begin"))
            return NULL;
        struct waves_text thread = scan->field[WAVES_FIELD_THREAD];
        if (!thread.at || !waves_text_number(thread, &number))
            return thread.at ? "\"thread\" is no whole number from 0 on" : "the record has no \"thread\"";
    }
    bool telling = is_telling(kind);
    if (telling && !scanned && !waves_events_scan(log->names, line->text, scan, &why))
        return why;
    uint32_t thread = waves_threads_of(&log->threads, number);
    if (thread == WAVES_NO_THREAD)
        return "there are too many threads";
    if (telling && (why = take_told(log, scan, thread, line->offset)) != NULL)
        return why;
    if (log->tracks < log->threads.room) {
        log->track = waves_resize(log->track, log->threads.room, sizeof *log->track);
        memset(log->track + log->tracks, 0, (log->threads.room - log->tracks) * sizeof *log->track);
        log->tracks = log->threads.room;
    }
    put_record(&log->track[thread], line->offset);
    log->threads.at[thread].records++;
    log->records++;
    return NULL;
}

/* Contexts that lie in memory that was given are known by that. */
static void name_contexts(struct waves_events_log *log)
{
    for (uint32_t i = 0; i < log->threads.count; i++) {
        struct waves_thread *thread = &log->threads.at[i];
        const struct waves_thing *thing =
            thread->created && thread->context
                ? waves_things_find(&log->things, WAVES_THING_MEMORY, thread->context, thread->created_at)
                : NULL;
        if (!thing)
            continue;
        thread->named = true;
        thread->owner = thing->owner;
        thread->nth = (uint64_t)thing->sort << 32 | thing->nth;
        thread->offset = thread->context - thing->key;
    }
}

enum sim_status waves_events_log_index(struct waves_events_log *log, waves_progress *progress, void *context,
                                       struct sim_error *error)
{
    struct waves_scan scan;
    struct waves_events_line line;
    bool more = true;
    enum sim_status status;
    uint64_t size = waves_events_file_size(log->file), lines = 0;
    waves_events_file_rewind(log->file);
    for (;;) {
        status = waves_events_file_next(log->file, &line, &more, error);
        if (status != SIM_OK || !more)
            break;
        const char *why = take_line(log, &line, &scan);
        if (why)
            waves_events_log_bad(log, line.number, why);
        if (progress && ++lines % TOLD_EVERY == 0)
            status = progress(context, line.offset, size, error);
        if (status != SIM_OK)
            break;
    }
    waves_things_settle(&log->things);
    name_contexts(log);
    return status;
}

/* ---- opening ---- */

static enum sim_status read_head(struct waves_events_log *log, const char *path, const char *fields,
                                 struct sim_error *error)
{
    struct waves_scan scan;
    struct waves_events_line line;
    bool more;
    const char *why;
    uint64_t version;
    log->own_names = waves_events_names_ours();
    log->names = log->own_names;
    enum sim_status status = waves_events_file_next(log->file, &line, &more, error);
    if (status != SIM_OK)
        return status;
    if (!more || waves_events_file_size(log->file) == 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is empty", path);
    bool good = !line.why && waves_events_scan(log->names, line.text, &scan, &why);
    const struct waves_text *field = scan.field;
    if (good && field[WAVES_FIELD_EVENT].at && waves_text_is(field[WAVES_FIELD_EVENT], "log.begin") &&
        field[WAVES_FIELD_SCHEMA].at && waves_text_is(field[WAVES_FIELD_SCHEMA], WAVES_EVENTS_SCHEMA)) {
        if (!field[WAVES_FIELD_VERSION].at || !waves_text_number(field[WAVES_FIELD_VERSION], &version) ||
            version != WAVES_EVENTS_VERSION)
            return sim_fail(error, SIM_BAD_INPUT, "%.300s:1: this version of the schema is not known here, only %d",
                            path, WAVES_EVENTS_VERSION);
        return SIM_OK;
    }
    if (fields) {
        waves_events_names_free(log->own_names);
        log->own_names = NULL;
        log->foreign = true;
        status = waves_events_names_read(fields, &log->own_names, error);
        log->names = log->own_names;
        return status;
    }
    return sim_fail(error, SIM_BAD_INPUT, "%.300s:1: %s; a log of another program needs --fields", path,
                    good       ? "this is no log.begin of " WAVES_EVENTS_SCHEMA
                    : line.why ? line.why
                               : why);
}

enum sim_status waves_events_log_open(const char *path, const char *fields, struct waves_events_log *log,
                                      struct sim_error *error)
{
    *log = (struct waves_events_log){0};
    enum sim_status status = waves_events_file_open(path, &log->file, error);
    if (status == SIM_OK)
        status = read_head(log, path, fields, error);
    if (status != SIM_OK)
        waves_events_log_close(log);
    return status;
}

void waves_events_log_close(struct waves_events_log *log)
{
    for (uint32_t i = 0; i < log->tracks; i++)
        for (struct waves_track_piece *piece = log->track[i].first, *next; piece; piece = next) {
            next = piece->next;
            free(piece);
        }
    for (unsigned i = 0; i < WAVES_BAD_LINES_TOLD; i++)
        free(log->told[i]);
    free(log->track);
    waves_threads_free(&log->threads);
    waves_things_free(&log->things);
    waves_events_names_free(log->own_names);
    waves_events_file_close(log->file);
    *log = (struct waves_events_log){0};
}
