/* Raw files: the ring's chunks one after the other, each as long as it needs. */
#include "waves/format.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdlib.h>
#include <string.h>

struct raw {
    struct waves_format format;
    struct waves_output output;
    uint32_t signals;
    uint64_t *values;
    struct waves_chunk *chunk;
    struct waves_record *records; /* in the chunk */
    sim_time now;
    uint64_t sequence;
};

static void begin_chunk(struct raw *raw)
{
    raw->chunk->sequence = ++raw->sequence;
    raw->chunk->start = raw->chunk->end = raw->now;
    raw->chunk->used = 0;
    raw->chunk->flags = 0;
    memcpy(raw->chunk->values, raw->values, (size_t)raw->signals * 8);
}

static void write_chunk(struct raw *raw)
{
    waves_output_write(&raw->output, raw->chunk, waves_chunk_bytes(raw->signals, raw->chunk->used));
}

static void raw_begin(struct waves_format *format, sim_time t, const uint64_t *values)
{
    struct raw *raw = (struct raw *)format;
    memcpy(raw->values, values, (size_t)raw->signals * 8);
    raw->now = t;
    begin_chunk(raw);
}

static void raw_records(struct waves_format *format, sim_time base, const struct waves_record *record, uint32_t count)
{
    struct raw *raw = (struct raw *)format;
    struct waves_chunk *chunk = raw->chunk;
    sim_time time = base;
    for (uint32_t i = 0; i < count; i++) {
        if (record[i].code == WAVES_RAW_TIME) {
            time = record[i].value;
            continue;
        }
        time += record[i].delta;
        if (chunk->used + 2 > WAVES_RAW_RECORDS) { /* a step in time may need a second one */
            chunk->end = raw->now;
            write_chunk(raw);
            begin_chunk(raw);
        }
        if (time - raw->now > UINT32_MAX) {
            raw->records[chunk->used++] = (struct waves_record){0, WAVES_RAW_TIME, time};
            raw->now = time;
        }
        raw->records[chunk->used++] =
            (struct waves_record){(uint32_t)(time - raw->now), record[i].code, record[i].value};
        raw->now = time;
        raw->values[record[i].code] = record[i].value;
    }
}

static void raw_flush(struct waves_format *format)
{
    waves_output_flush(&((struct raw *)format)->output);
}

static void raw_end(struct waves_format *format, sim_time t)
{
    struct raw *raw = (struct raw *)format;
    raw->chunk->end = t;
    raw->chunk->flags = WAVES_CHUNK_LAST;
    write_chunk(raw);
}

static bool raw_failed(const struct waves_format *format)
{
    return ((const struct raw *)format)->output.failed;
}

static enum sim_status raw_close(struct waves_format *format, bool keep, struct sim_error *error)
{
    struct raw *raw = (struct raw *)format;
    enum sim_status status = waves_output_close(&raw->output, keep, error);
    free(raw->values);
    free(raw->chunk);
    free(raw);
    return status;
}

static const struct waves_format_class raw_class = {
    .begin = raw_begin,
    .records = raw_records,
    .flush = raw_flush,
    .end = raw_end,
    .failed = raw_failed,
    .close = raw_close,
};

enum sim_status waves_raw_open(const char *path, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error)
{
    struct raw *raw = waves_zeroed(1, sizeof *raw);
    enum sim_status status = waves_output_open(&raw->output, path, false, error);
    if (status != SIM_OK) {
        free(raw);
        return status;
    }
    raw->format.class = &raw_class;
    raw->signals = signals->count;
    raw->values = waves_zeroed(signals->count, sizeof *raw->values);
    raw->chunk = waves_zeroed(1, waves_chunk_bytes(signals->count, WAVES_RAW_RECORDS));
    raw->records = waves_chunk_records(raw->chunk, signals->count);
    struct waves_raw_header *header = waves_raw_header_new(signals, comment, 0);
    waves_output_write(&raw->output, header, header->header_size);
    free(header);
    *format = &raw->format;
    return SIM_OK;
}
