/* LZX, as Microsoft's cabinets and XEX files have it: one stream without resets, cut into a chunk for every 32 KiB of
 * output. libmspack decodes it. */
#ifndef CYCLE360_HLE_LOADER_LZX_H
#define CYCLE360_HLE_LOADER_LZX_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LZX_FRAME_SIZE = 0x8000,                    /* what a chunk becomes; the last one may become less */
    LZX_CHUNK_SIZE_MAX = LZX_FRAME_SIZE + 6144, /* more than a frame ever takes */
    LZX_OUT_SIZE_MAX = 0x7FFF0000               /* what a cabinet's counters reach */
};

/* Where chunks come from. The bytes of one have to stay until the next one is asked for. */
struct lzx_source {
    /* The next chunk; called once for each frame. A failure ends the decoding and is handed on. */
    enum sim_status (*next)(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error);
    /* Hears after each frame how much is done; a failure ends the decoding. May be NULL. */
    enum sim_status (*progress)(void *context, size_t done, struct sim_error *error);
    void *context;
};

/* Decodes out_size bytes, at least one, with a window of 2^15 to 2^21 bytes. Errors say in which frame the stream is
 * wrong and are preceded by `name`. */
enum sim_status lzx_decode(uint8_t *out, size_t out_size, unsigned window_bits, const struct lzx_source *source,
                           const char *name, struct sim_error *error);

#endif
