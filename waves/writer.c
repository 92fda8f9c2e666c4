#include "waves/writer.h"

#include "waves/memory.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Skips what lies at or before `begin`, keeping its values in the chunk's own table. Gives the place of the first
 * record that is left, and the time before it. */
static uint32_t fold(struct waves_chunk *chunk, uint32_t signals, sim_time begin, sim_time *base)
{
    const struct waves_record *record = waves_chunk_records(chunk, signals);
    *base = chunk->start;
    for (uint32_t i = 0; i < chunk->used; i++) {
        bool step = record[i].code == WAVES_RAW_TIME;
        sim_time time = step ? record[i].value : *base + record[i].delta;
        if (time > begin)
            return i;
        *base = time;
        if (!step)
            chunk->values[record[i].code] = record[i].value;
    }
    return chunk->used;
}

/* Steps in time are no changes. */
static uint32_t count_changes(struct waves_chunk *chunk, uint32_t signals, uint32_t first)
{
    const struct waves_record *record = waves_chunk_records(chunk, signals);
    uint32_t count = 0;
    for (uint32_t i = first; i < chunk->used; i++)
        count += record[i].code != WAVES_RAW_TIME;
    return count;
}

static void begin(struct waves_writer *writer, sim_time time, const struct waves_chunk *folded)
{
    writer->format->class->begin(writer->format, time, folded->values);
    writer->began = time;
}

static void *write_chunks(void *context)
{
    struct waves_writer *writer = context;
    struct waves_format *format = writer->format;
    const struct waves_format_class *class = format->class;
    struct waves_chunk *chunk, *folded = waves_zeroed(1, waves_chunk_bytes(writer->signals, WAVES_RAW_RECORDS));
    bool begun = false;
    sim_time from = 0, end = 0;
    while ((chunk = waves_ring_take(writer->ring)) != NULL) {
        uint32_t first = 0;
        sim_time base = chunk->start;
        if (!begun) {
            /* In a copy: whoever reads the ring after a kill starts from the chunk's own values. */
            memcpy(folded, chunk, waves_chunk_bytes(writer->signals, chunk->used));
            from = *writer->begin > chunk->start ? *writer->begin : chunk->start;
            first = fold(folded, writer->signals, from, &base);
            begun = first < chunk->used; /* else the next chunk may hold more changes at this very time */
            if (begun)
                begin(writer, from, folded);
        }
        if (begun) {
            class->records(format, base, waves_chunk_records(chunk, writer->signals) + first, chunk->used - first);
            writer->changes += count_changes(chunk, writer->signals, first);
        }
        end = chunk->end;
        waves_ring_release(writer->ring);
        if (begun)
            class->flush(format);
        if (class->failed(format)) {
            waves_ring_give_up(writer->ring);
            break;
        }
    }
    if (!class->failed(format) && !waves_ring_is_given_up(writer->ring)) {
        if (!begun)
            begin(writer, from, folded);
        class->end(format, end);
    }
    free(folded);
    return NULL;
}

enum sim_status waves_writer_start(struct waves_writer *writer, struct sim_error *error)
{
    /* Signals are for the thread that runs the board; a broken pipe shall be an error like any other. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&writer->thread, NULL, write_chunks, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code)
        return sim_fail(error, SIM_HOST, "no thread for writing waves: %s", strerror(code));
    return SIM_OK;
}

void waves_writer_join(struct waves_writer *writer)
{
    pthread_join(writer->thread, NULL);
}
