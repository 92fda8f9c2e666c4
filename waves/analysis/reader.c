#include "waves/analysis/reader.h"

#include "waves/analysis/source.h"
#include "waves/memory.h"
#include "waves/raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct waves_reader {
    struct waves_source *source;
    uint64_t *values; /* as of the last event given out */
    /* One instant of the file: the last value of each signal that it mentions. */
    sim_time now;
    uint64_t *latest;
    bool *touched;
    uint32_t *codes; /* the touched ones, in order once the instant is complete */
    uint32_t count, given;
    struct waves_event ahead; /* the first change of the next instant */
    bool has_ahead, ended;
    sim_time begin, end;
};

/* ---- which format? ---- */

enum { FST_PLAIN = 0, FST_WRAPPED = 254, COMMENT_MOST = 64 * 1024 };

static enum sim_status open_source(const char *path, struct waves_source **source, struct sim_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", path, strerror(errno));
    struct stat info;
    if (fstat(file, &info) != 0 || S_ISDIR(info.st_mode)) {
        close(file);
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is no file", path);
    }
    uint8_t head[8] = {'$'};
    ssize_t got = 1;
    if (S_ISREG(info.st_mode)) /* from anything else VCD is expected */
        got = pread(file, head, sizeof head, 0);
    if (got == (ssize_t)sizeof head && memcmp(head, WAVES_RAW_MAGIC, sizeof head) == 0)
        return waves_raw_source(path, file, source, error);
    close(file);
    if (got <= 0)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is empty", path);
    if (head[0] == FST_PLAIN || head[0] == FST_WRAPPED)
        return waves_fst_source(path, source, error);
    bool gzip = got >= 2 && head[0] == 0x1f && head[1] == 0x8b;
    if (gzip || head[0] == '$' || strchr(" \t\r\n", head[0]))
        return waves_vcd_source(path, source, error);
    return sim_fail(error, SIM_BAD_INPUT, "%.300s: is neither VCD, FST nor a raw dump", path);
}

void waves_source_comment(struct waves_source *source, const char *line)
{
    char *before = source->comment;
    if ((before ? strlen(before) : 0) + strlen(line) > COMMENT_MOST)
        return;
    source->comment = waves_print("%s%s%s", before ? before : "", before ? "\n" : "", line);
    free(before);
}

/* ---- instants ---- */

static void touch(struct waves_reader *reader, const struct waves_event *event)
{
    reader->latest[event->code] = event->value;
    if (!reader->touched[event->code]) {
        reader->touched[event->code] = true;
        reader->codes[reader->count++] = event->code;
    }
}

static int by_code(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Collects the changes of the next instant; none at the end of the file. */
static enum sim_status read_instant(struct waves_reader *reader, struct sim_error *error)
{
    reader->count = reader->given = 0;
    if (reader->has_ahead) {
        reader->now = reader->ahead.time;
        reader->has_ahead = false;
        touch(reader, &reader->ahead);
    }
    while (!reader->ended) {
        enum waves_source_event kind;
        struct waves_event event;
        enum sim_status status = reader->source->class->next(reader->source, &kind, &event, error);
        if (status != SIM_OK)
            return status;
        if (kind == WAVES_SOURCE_END) {
            reader->ended = true;
            break;
        }
        if (event.time > reader->end)
            reader->end = event.time;
        if (kind == WAVES_SOURCE_TIME)
            continue;
        if (reader->count == 0)
            reader->now = event.time;
        if (event.time != reader->now) {
            reader->ahead = event;
            reader->has_ahead = true;
            break;
        }
        touch(reader, &event);
    }
    qsort(reader->codes, reader->count, sizeof *reader->codes, by_code);
    for (uint32_t i = 0; i < reader->count; i++)
        reader->touched[reader->codes[i]] = false;
    return SIM_OK;
}

/* ---- the reader ---- */

enum sim_status waves_reader_open(const char *path, struct waves_reader **result, struct sim_error *error)
{
    struct waves_source *source = NULL;
    enum sim_status status = open_source(path, &source, error);
    if (status != SIM_OK)
        return status;
    struct waves_reader *reader = waves_zeroed(1, sizeof *reader);
    uint32_t signals = source->signals.count;
    reader->source = source;
    reader->values = waves_zeroed(signals, sizeof *reader->values);
    reader->latest = waves_zeroed(signals, sizeof *reader->latest);
    reader->touched = waves_zeroed(signals, sizeof *reader->touched);
    reader->codes = waves_zeroed(signals, sizeof *reader->codes);

    /* The first instant is what the dump begins with, even if it only says when. */
    enum waves_source_event kind;
    struct waves_event event = {0};
    status = source->class->next(source, &kind, &event, error);
    if (status == SIM_OK && kind == WAVES_SOURCE_END) {
        reader->ended = true;
    } else if (status == SIM_OK) {
        reader->begin = reader->end = event.time;
        if (kind == WAVES_SOURCE_CHANGE) {
            reader->ahead = event;
            reader->has_ahead = true;
        }
        status = read_instant(reader, error);
        if (status == SIM_OK && reader->now == reader->begin) {
            for (uint32_t i = 0; i < reader->count; i++)
                reader->values[reader->codes[i]] = reader->latest[reader->codes[i]];
            reader->count = 0;
        }
    }
    if (status != SIM_OK) {
        waves_reader_close(reader);
        return status;
    }
    *result = reader;
    return SIM_OK;
}

void waves_reader_close(struct waves_reader *reader)
{
    if (!reader)
        return;
    waves_signals_free(&reader->source->signals);
    free(reader->source->comment);
    reader->source->class->close(reader->source);
    free(reader->values);
    free(reader->latest);
    free(reader->touched);
    free(reader->codes);
    free(reader);
}

enum sim_status waves_reader_next(struct waves_reader *reader, struct waves_event *event, bool *more,
                                  struct sim_error *error)
{
    *more = false;
    for (;;) {
        while (reader->given < reader->count) {
            uint32_t code = reader->codes[reader->given++];
            if (reader->latest[code] == reader->values[code])
                continue;
            reader->values[code] = reader->latest[code];
            *event = (struct waves_event){reader->now, reader->latest[code], code};
            *more = true;
            return SIM_OK;
        }
        if (reader->ended && !reader->has_ahead)
            return SIM_OK;
        enum sim_status status = read_instant(reader, error);
        if (status != SIM_OK)
            return status;
    }
}

const struct waves_signals *waves_reader_signals(const struct waves_reader *reader)
{
    return &reader->source->signals;
}

const char *waves_reader_comment(const struct waves_reader *reader)
{
    return reader->source->comment ? reader->source->comment : "";
}

sim_time waves_reader_begin(const struct waves_reader *reader)
{
    return reader->begin;
}

const uint64_t *waves_reader_values(const struct waves_reader *reader)
{
    return reader->values;
}

sim_time waves_reader_end(const struct waves_reader *reader)
{
    return reader->end;
}

bool waves_reader_is_whole(const struct waves_reader *reader)
{
    return reader->source->whole;
}
