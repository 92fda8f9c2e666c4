/* The raw form of a dump: the ring beside a running dump, a .raw file, and what an FST reader sends through its pipe.
 * docs/waves-format.md describes it for people. All numbers are little-endian, as the host's are.
 *
 *     header, declarations   header_size bytes
 *     chunk, chunk, ...      in a ring `chunk_size` apart, in any order; in a file or pipe one after the other
 *
 * A chunk begins with the value of every signal, so it can be read without the ones before it. */
#ifndef CYCLE360_WAVES_RAW_H
#define CYCLE360_WAVES_RAW_H

#include "models/sim/time.h"
#include "waves/signals.h"

#include <stddef.h>

#define WAVES_RAW_MAGIC "C360WAVE"

enum {
    WAVES_RAW_VERSION = 1,
    WAVES_RAW_RING = 1,       /* flag: chunks lie chunk_size apart and may be unused (sequence 0) */
    WAVES_RAW_RECORDS = 8192, /* records in a full chunk */
    WAVES_CHUNK_LAST = 1,     /* flag: the dump was finished in order, at the chunk's end time */
};
#define WAVES_RAW_HEADER_MAX (UINT32_C(1) << 30)

struct waves_raw_header {
    char magic[8];
    uint32_t version;
    uint32_t flags;
    uint32_t header_size; /* of this struct, the declarations, and zeros up to a multiple of 4096 */
    uint32_t chunk_size;  /* of a full chunk */
    uint32_t signals;
    uint32_t text_size; /* of the declarations: one line per signal, then "comment" lines */
};

struct waves_chunk {
    uint64_t sequence; /* 1, 2, 3, ...; 0 while the chunk is being set up */
    sim_time start;    /* of this time are the values that follow */
    sim_time end;      /* nothing before this time is missing up to the end of this chunk */
    uint32_t used;     /* records */
    uint32_t flags;
    uint64_t values[]; /* of every signal; then the records */
};

/* One change. A record with the code WAVES_RAW_TIME instead sets the time to `value`: for steps that `delta` cannot
 * hold. */
struct waves_record {
    uint32_t delta; /* time since the record before */
    uint32_t code;
    uint64_t value;
};
#define WAVES_RAW_TIME UINT32_MAX

static inline struct waves_record *waves_chunk_records(struct waves_chunk *chunk, uint32_t signals)
{
    return (struct waves_record *)(void *)(chunk->values + signals);
}

static inline size_t waves_chunk_bytes(uint32_t signals, uint32_t records)
{
    return sizeof(struct waves_chunk) + (size_t)signals * 8 + (size_t)records * sizeof(struct waves_record);
}

/* Header and declarations, ready to be written; free it. Its length is in header->header_size. */
struct waves_raw_header *waves_raw_header_new(const struct waves_signals *signals, const char *comment, uint32_t flags);

#endif
