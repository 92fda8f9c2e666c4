#include "waves/analysis/events.h"

#include "waves/events.h"
#include "waves/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER_SIZE = 256 * 1024, LINE_MOST = 4 << 20 };

struct waves_events {
    char *path;
    gzFile file;
    char *buffer; /* [at, end) is still to be read; it grows as far as a line is long */
    size_t room, at, end;
    uint64_t line;
    bool part, ended;
    struct waves_json_reader reader;
    const struct waves_json *record;
};

enum sim_status waves_events_bad(const struct waves_events *events, struct sim_error *error, const char *format, ...)
{
    char text[220];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sim_fail(error, SIM_BAD_INPUT, "%.250s:%llu: %s", events->path, (unsigned long long)events->line, text);
}

/* ---- lines ---- */

/* Reads on behind events->end. */
static enum sim_status refill(struct waves_events *events, struct sim_error *error)
{
    if (events->at) {
        memmove(events->buffer, events->buffer + events->at, events->end - events->at);
        events->end -= events->at;
        events->at = 0;
    }
    if (events->end == events->room) {
        if (events->room >= LINE_MOST) {
            events->line++;
            return waves_events_bad(events, error, "the line is longer than %d bytes", LINE_MOST);
        }
        events->room *= 2;
        events->buffer = waves_resize(events->buffer, events->room, 1);
    }
    int got = gzread(events->file, events->buffer + events->end, (unsigned)(events->room - events->end));
    int code;
    const char *why = gzerror(events->file, &code);
    if (code == Z_BUF_ERROR && got <= 0 && events->part)
        got = 0;
    else if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END)) {
        events->line++;
        if (code == Z_ERRNO)
            why = strerror(errno);
        return waves_events_bad(events, error, "%s", code == Z_BUF_ERROR ? "the compressed file ends too early" : why);
    }
    events->end += (size_t)got;
    events->ended = got == 0;
    return SIM_OK;
}

/* The next line without its end; NULL behind the last one. */
static enum sim_status read_line(struct waves_events *events, char **line, size_t *length, struct sim_error *error)
{
    size_t looked = 0;
    for (;;) {
        char *from = events->buffer + events->at;
        size_t left = events->end - events->at;
        char *end = left > looked ? memchr(from + looked, '\n', left - looked) : NULL;
        if (end || (events->ended && left && !events->part)) {
            *line = from;
            *length = end ? (size_t)(end - from) : left;
            events->at += *length + (end != NULL);
            events->line++;
            return SIM_OK;
        }
        *line = NULL;
        if (events->ended)
            return SIM_OK;
        looked = left;
        enum sim_status status = refill(events, error);
        if (status != SIM_OK)
            return status;
    }
}

/* ---- records ---- */

/* The next record into events->record; NULL at the end. */
static enum sim_status read_record(struct waves_events *events, struct sim_error *error)
{
    char *line;
    size_t length;
    const char *why;
    enum sim_status status = read_line(events, &line, &length, error);
    events->record = NULL;
    if (status != SIM_OK || !line)
        return status;
    events->record = waves_json_read(&events->reader, line, length, &why);
    if (!events->record)
        return waves_events_bad(events, error, "this is not JSON: %s", why);
    if (events->record->type != WAVES_JSON_OBJECT)
        return waves_events_bad(events, error, "this is no JSON object");
    return SIM_OK;
}

static enum sim_status text_of(const struct waves_events *events, const char *name, const char **text,
                               struct sim_error *error)
{
    const struct waves_json *value = waves_json_member(events->record, name);
    if (!value)
        return waves_events_bad(events, error, "the record has no \"%s\"", name);
    if (value->type != WAVES_JSON_STRING)
        return waves_events_bad(events, error, "\"%s\" is no string", name);
    *text = value->text;
    return SIM_OK;
}

static enum sim_status number_of(const struct waves_events *events, const char *name, uint64_t *number,
                                 struct sim_error *error)
{
    const struct waves_json *value = waves_json_member(events->record, name);
    if (!value)
        return waves_events_bad(events, error, "the record has no \"%s\"", name);
    if (value->type != WAVES_JSON_INTEGER || value->integer < 0)
        return waves_events_bad(events, error, "\"%s\" is no whole number from 0 on", name);
    *number = (uint64_t)value->integer;
    return SIM_OK;
}

static enum sim_status read_head(struct waves_events *events, struct sim_error *error)
{
    const char *event = NULL, *schema = NULL;
    uint64_t version = 0;
    enum sim_status status = read_record(events, error);
    if (status == SIM_OK && !events->record)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is empty", events->path);
    if (status == SIM_OK)
        status = text_of(events, "event", &event, error);
    if (status == SIM_OK && strcmp(event, "log.begin") != 0)
        status = waves_events_bad(events, error, "an event log begins with log.begin, this with '%.60s'", event);
    if (status == SIM_OK)
        status = text_of(events, "schema", &schema, error);
    if (status == SIM_OK && strcmp(schema, WAVES_EVENTS_SCHEMA) != 0)
        status = waves_events_bad(events, error, "the schema is '%.60s', not " WAVES_EVENTS_SCHEMA, schema);
    if (status == SIM_OK)
        status = number_of(events, "version", &version, error);
    if (status == SIM_OK && version != WAVES_EVENTS_VERSION)
        status = waves_events_bad(events, error, "version %llu of the schema is not known here, only %d",
                                  (unsigned long long)version, WAVES_EVENTS_VERSION);
    return status;
}

enum sim_status waves_events_open(const char *path, struct waves_events **result, struct sim_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file < 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", path, strerror(errno));
    if (fstat(file, &info) != 0 || S_ISDIR(info.st_mode)) {
        close(file);
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is no file", path);
    }
    struct waves_events *events = waves_zeroed(1, sizeof *events);
    const char *dot = strrchr(path, '.');
    events->path = waves_copy_text(path, strlen(path));
    events->part = dot && strcmp(dot, ".part") == 0;
    events->room = BUFFER_SIZE;
    events->buffer = waves_resize(NULL, events->room, 1);
    events->file = gzdopen(file, "rb");
    if (!events->file)
        close(file);
    enum sim_status status =
        events->file ? read_head(events, error) : sim_fail(error, SIM_HOST, "%.300s: no memory to read it", path);
    if (status != SIM_OK) {
        waves_events_close(events);
        return status;
    }
    *result = events;
    return SIM_OK;
}

void waves_events_close(struct waves_events *events)
{
    if (!events)
        return;
    if (events->file)
        gzclose_r(events->file);
    waves_json_reader_free(&events->reader);
    free(events->path);
    free(events->buffer);
    free(events);
}

enum sim_status waves_events_next(struct waves_events *events, struct waves_event_record *record, bool *more,
                                  struct sim_error *error)
{
    enum sim_status status = read_record(events, error);
    *record = (struct waves_event_record){.object = events->record, .line = events->line};
    *more = status == SIM_OK && events->record;
    if (!*more)
        return status;
    status = text_of(events, "event", &record->event, error);
    if (status != SIM_OK)
        return status;
    if (waves_json_member(events->record, "export"))
        status = text_of(events, "export", &record->export, error);
    if (status == SIM_OK)
        status = number_of(events, "thread", &record->thread, error);
    if (status == SIM_OK)
        status = number_of(events, "index", &record->index, error);
    if (status == SIM_OK)
        status = number_of(events, "cycle", &record->cycle, error);
    return status == SIM_OK ? number_of(events, "ns", &record->ns, error) : status;
}
