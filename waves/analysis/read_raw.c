/* Raw files, pipes and rings. Nothing in them is believed before it is checked. */
#include "waves/analysis/source.h"
#include "waves/memory.h"
#include "waves/raw.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct raw {
    struct waves_source source;
    char *path;
    int file;
    uint64_t offset; /* in a file or pipe: of the next byte to read; in a ring: of the chunk */
    struct waves_raw_header header;
    uint64_t *values; /* as the records so far make them */
    struct waves_chunk *chunk;
    struct waves_record *records;
    uint64_t sequence; /* of the chunk; 0: none yet */
    uint32_t next;     /* record in the chunk */
    uint32_t first;    /* of the first chunk: how many of its values are still to be given out */
    sim_time now;      /* of the last record */
    sim_time reached;  /* told as the file's time */
    bool ended;
    /* Rings: where the chunks lie, in the order of their sequence. */
    struct place {
        uint64_t sequence, offset;
    } * places;
    uint32_t place_count, place;
};

__attribute__((format(printf, 3, 4))) static enum sim_status bad(const struct raw *raw, struct sim_error *error,
                                                                 const char *format, ...)
{
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sim_fail(error, SIM_BAD_INPUT, "%.250s: at offset %llu: %s", raw->path, (unsigned long long)raw->offset,
                    text);
}

/* ---- bytes ---- */

/* Reads on from raw->offset; *got is less than `bytes` only at the end of the file. */
static enum sim_status read_bytes(struct raw *raw, void *to, size_t bytes, size_t *got, struct sim_error *error)
{
    bool positioned = raw->header.flags & WAVES_RAW_RING;
    *got = 0;
    while (*got < bytes) {
        char *at = (char *)to + *got;
        ssize_t done = positioned ? pread(raw->file, at, bytes - *got, (off_t)(raw->offset + *got))
                                  : read(raw->file, at, bytes - *got);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return bad(raw, error, "cannot be read: %s", strerror(errno));
        if (done == 0)
            break;
        *got += (size_t)done;
    }
    return SIM_OK;
}

static enum sim_status read_whole(struct raw *raw, void *to, size_t bytes, const char *what, struct sim_error *error)
{
    size_t got;
    enum sim_status status = read_bytes(raw, to, bytes, &got, error);
    if (status == SIM_OK && got < bytes)
        status = bad(raw, error, "the file ends inside %s", what);
    return status;
}

/* ---- the header ---- */

static enum sim_status read_declarations(struct raw *raw, char *text, struct sim_error *error)
{
    for (char *line = text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = 0;
        if (strncmp(line, "comment ", 8) == 0) {
            waves_source_comment(&raw->source, line + 8);
            continue;
        }
        struct sim_error why;
        if (waves_signal_parse(&raw->source.signals, line, &why) != SIM_OK)
            return bad(raw, error, "%.180s", why.text);
    }
    if (raw->source.signals.count != raw->header.signals)
        return bad(raw, error, "%u signals are declared, not %u", raw->source.signals.count, raw->header.signals);
    return SIM_OK;
}

static enum sim_status read_header(struct raw *raw, struct sim_error *error)
{
    struct waves_raw_header *header = &raw->header;
    enum sim_status status = read_whole(raw, header, sizeof *header, "its header", error);
    uint32_t flags = header->flags;
    header->flags = 0; /* read on in sequence */
    if (status != SIM_OK)
        return status;
    if (memcmp(header->magic, WAVES_RAW_MAGIC, sizeof header->magic) != 0)
        return bad(raw, error, "this is no raw dump");
    if (header->version != WAVES_RAW_VERSION)
        return bad(raw, error, "version %u; this program reads version %d", header->version, WAVES_RAW_VERSION);
    struct stat info;
    bool regular = fstat(raw->file, &info) == 0 && S_ISREG(info.st_mode);
    size_t rest = header->header_size - sizeof *header;
    if (header->header_size < sizeof *header || header->header_size > WAVES_RAW_HEADER_MAX ||
        header->text_size > rest || header->signals > WAVES_SIGNALS_MAX || flags > WAVES_RAW_RING ||
        (regular && header->header_size > (uint64_t)info.st_size))
        return bad(raw, error, "the sizes in the header cannot be");
    raw->offset = sizeof *header;
    char *text = waves_resize(NULL, rest + 1, 1);
    status = read_whole(raw, text, rest, "its declarations", error);
    text[header->text_size] = 0;
    if (status == SIM_OK)
        status = read_declarations(raw, text, error);
    free(text);
    raw->offset = header->header_size;
    size_t least = waves_chunk_bytes(header->signals, WAVES_RAW_RECORDS);
    if (status == SIM_OK && (header->chunk_size < least || header->chunk_size >= least + 4096))
        status = bad(raw, error, "chunks of %u bytes cannot be", header->chunk_size);
    header->flags = flags;
    return status;
}

/* ---- rings ---- */

static int by_sequence(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

/* Finds the chunks that are in use; what is left is the last of them without a gap. */
static enum sim_status find_chunks(struct raw *raw, struct sim_error *error)
{
    struct stat info;
    uint32_t size = raw->header.chunk_size;
    if (fstat(raw->file, &info) != 0 || info.st_size < 0)
        return bad(raw, error, "cannot be read: %s", strerror(errno));
    uint32_t room = 0;
    for (uint64_t at = raw->header.header_size; at + size <= (uint64_t)info.st_size; at += size) {
        /* A ring for history is a large file with much that was never written: the holes are jumped over. */
        off_t data = lseek(raw->file, (off_t)at, SEEK_DATA);
        if (data < 0)
            break;
        if ((uint64_t)data >= at + size)
            at += ((uint64_t)data - at) / size * size;
        raw->offset = at;
        struct waves_chunk chunk;
        enum sim_status status = read_whole(raw, &chunk, sizeof chunk, "a chunk", error);
        if (status != SIM_OK)
            return status;
        if (chunk.sequence == 0)
            continue;
        if (raw->place_count == room) {
            room = room ? 2 * room : 64;
            raw->places = waves_resize(raw->places, room, sizeof *raw->places);
        }
        raw->places[raw->place_count++] = (struct place){chunk.sequence, at};
    }
    if (raw->place_count)
        qsort(raw->places, raw->place_count, sizeof *raw->places, by_sequence);
    raw->place = raw->place_count;
    while (raw->place > 0 && (raw->place == raw->place_count ||
                              raw->places[raw->place - 1].sequence + 1 == raw->places[raw->place].sequence))
        raw->place--;
    return SIM_OK;
}

/* ---- chunks ---- */

static enum sim_status check_chunk(struct raw *raw, struct sim_error *error)
{
    const struct waves_chunk *chunk = raw->chunk;
    const struct waves_signals *signals = &raw->source.signals;
    bool first = raw->sequence == 0;
    if (!first && chunk->sequence != raw->sequence + 1)
        return bad(raw, error, "chunk %llu follows chunk %llu", (unsigned long long)chunk->sequence,
                   (unsigned long long)raw->sequence);
    if (chunk->used > WAVES_RAW_RECORDS || chunk->flags > WAVES_CHUNK_LAST)
        return bad(raw, error, "a chunk's header cannot be");
    if (chunk->end > SIM_TIME_MAX || chunk->start > chunk->end || (!first && chunk->start != raw->now))
        return bad(raw, error, "a chunk's times cannot be");
    for (uint32_t i = 0; i < signals->count; i++)
        if (first ? chunk->values[i] > waves_mask(&signals->at[i]) : chunk->values[i] != raw->values[i])
            return bad(raw, error, "a chunk begins with a wrong value of '%.100s'", signals->at[i].name);
    if (first)
        memcpy(raw->values, chunk->values, (size_t)signals->count * 8);
    raw->sequence = chunk->sequence;
    raw->now = chunk->start;
    if (first)
        raw->reached = chunk->start;
    raw->next = 0;
    return SIM_OK;
}

/* The next chunk, or raw->ended. */
static enum sim_status read_chunk(struct raw *raw, struct sim_error *error)
{
    size_t head = waves_chunk_bytes(raw->header.signals, 0), got;
    bool ring = raw->header.flags & WAVES_RAW_RING;
    if (ring) {
        if (raw->place == raw->place_count) {
            raw->ended = true;
            return SIM_OK;
        }
        raw->offset = raw->places[raw->place++].offset;
    }
    enum sim_status status = read_bytes(raw, raw->chunk, ring ? raw->header.chunk_size : head, &got, error);
    if (status != SIM_OK)
        return status;
    if (got == 0 && raw->sequence != 0) { /* a dump that was killed ends after any chunk */
        raw->ended = true;
        return SIM_OK;
    }
    if (got < head)
        return bad(raw, error, "the file ends inside a chunk");
    status = check_chunk(raw, error);
    if (status != SIM_OK || ring)
        return status;
    raw->offset += head;
    size_t records = raw->chunk->used * sizeof(struct waves_record);
    status = read_whole(raw, raw->records, records, "a chunk", error);
    raw->offset += records;
    return status;
}

/* ---- the source ---- */

static enum sim_status raw_next(struct waves_source *source, enum waves_source_event *kind, struct waves_event *event,
                                struct sim_error *error)
{
    struct raw *raw = (struct raw *)source;
    const struct waves_signals *signals = &source->signals;
    if (raw->first < signals->count && raw->sequence != 0) {
        *kind = WAVES_SOURCE_CHANGE;
        *event = (struct waves_event){raw->now, raw->values[raw->first], raw->first};
        raw->first++;
        return SIM_OK;
    }
    while (!raw->ended) {
        if (raw->sequence == 0 || raw->next == raw->chunk->used) {
            enum sim_status status = SIM_OK;
            if (raw->sequence != 0 && raw->chunk->end > raw->reached) {
                raw->reached = raw->chunk->end;
                *kind = WAVES_SOURCE_TIME;
                *event = (struct waves_event){.time = raw->reached};
                return SIM_OK;
            }
            if (raw->sequence != 0 && raw->chunk->flags & WAVES_CHUNK_LAST)
                source->whole = raw->ended = true;
            else
                status = read_chunk(raw, error);
            if (status != SIM_OK)
                return status;
            if (raw->first < signals->count && !raw->ended)
                return raw_next(source, kind, event, error);
            continue;
        }
        const struct waves_record *record = &raw->records[raw->next++];
        bool step = record->code == WAVES_RAW_TIME;
        sim_time time = step ? record->value : raw->now + record->delta;
        if (time < raw->now || time > raw->chunk->end)
            return bad(raw, error, "record %u of chunk %llu lies outside of the chunk's time", raw->next - 1,
                       (unsigned long long)raw->sequence);
        raw->now = time;
        if (time > raw->reached)
            raw->reached = time;
        if (step)
            continue;
        if (record->code >= signals->count || record->value > waves_mask(&signals->at[record->code]))
            return bad(raw, error, "record %u of chunk %llu has no signal or no value that could be", raw->next - 1,
                       (unsigned long long)raw->sequence);
        raw->values[record->code] = record->value;
        *kind = WAVES_SOURCE_CHANGE;
        *event = (struct waves_event){time, record->value, record->code};
        return SIM_OK;
    }
    *kind = WAVES_SOURCE_END;
    return SIM_OK;
}

static void raw_close(struct waves_source *source)
{
    struct raw *raw = (struct raw *)source;
    close(raw->file);
    free(raw->path);
    free(raw->values);
    free(raw->chunk);
    free(raw->places);
    free(raw);
}

static const struct waves_source_class raw_class = {.next = raw_next, .close = raw_close};

enum sim_status waves_raw_source(const char *path, int file, struct waves_source **source, struct sim_error *error)
{
    struct raw *raw = waves_zeroed(1, sizeof *raw);
    raw->source.class = &raw_class;
    raw->path = waves_copy_text(path, strlen(path));
    raw->file = file;
    enum sim_status status = read_header(raw, error);
    if (status == SIM_OK && raw->header.flags & WAVES_RAW_RING)
        status = find_chunks(raw, error);
    if (status != SIM_OK) {
        waves_signals_free(&raw->source.signals);
        free(raw->source.comment);
        raw_close(&raw->source);
        return status;
    }
    uint32_t signals = raw->header.signals;
    raw->chunk = waves_zeroed(1, raw->header.chunk_size);
    raw->records = waves_chunk_records(raw->chunk, signals);
    raw->values = waves_zeroed(signals, sizeof *raw->values);
    *source = &raw->source;
    return SIM_OK;
}
