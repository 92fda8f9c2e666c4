#include "waves/raw.h"

#include "waves/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct waves_raw_header) == 32, "the header is 32 bytes");
_Static_assert(sizeof(struct waves_chunk) == 32, "a chunk begins with 32 bytes");
_Static_assert(sizeof(struct waves_record) == 16, "a record is 16 bytes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "raw dumps are little-endian");

static size_t whole_pages(size_t bytes)
{
    return (bytes + 4095) / 4096 * 4096;
}

struct waves_raw_header *waves_raw_header_new(const struct waves_signals *signals, const char *comment, uint32_t flags)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    SIM_CHECK(out, "no memory for the declarations of %u signals", signals->count);
    for (uint32_t i = 0; i < signals->count; i++) {
        char *line = waves_signal_print(&signals->at[i]);
        fprintf(out, "%s\n", line);
        free(line);
    }
    for (const char *at = comment; at && *at; at += strcspn(at, "\n"), at += *at == '\n')
        fprintf(out, "comment %.*s\n", (int)strcspn(at, "\n"), at);
    fclose(out);

    size_t bytes = whole_pages(sizeof(struct waves_raw_header) + size);
    SIM_CHECK(bytes <= WAVES_RAW_HEADER_MAX, "declarations of %zu bytes", size);
    struct waves_raw_header *header = waves_zeroed(bytes, 1);
    memcpy(header->magic, WAVES_RAW_MAGIC, sizeof header->magic);
    header->version = WAVES_RAW_VERSION;
    header->flags = flags;
    header->header_size = (uint32_t)bytes;
    header->chunk_size = (uint32_t)whole_pages(waves_chunk_bytes(signals->count, WAVES_RAW_RECORDS));
    header->signals = signals->count;
    header->text_size = (uint32_t)size;
    memcpy(header + 1, text, size);
    free(text);
    return header;
}
