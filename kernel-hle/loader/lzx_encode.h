/* LZX, written: the stream that lzx.h reads. Each frame of 32 KiB becomes one block, coded with matches (verbatim) or,
 * where that would be longer, as it is (uncompressed). The same bytes always become the same stream. */
#ifndef CYCLE360_HLE_LOADER_LZX_ENCODE_H
#define CYCLE360_HLE_LOADER_LZX_ENCODE_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

/* Where chunks go: one for each frame, in order. A failure ends the encoding and is handed on. */
struct lzx_sink {
    enum sim_status (*chunk)(void *context, const uint8_t *bytes, size_t size, struct sim_error *error);
    void *context;
};

/* Encodes size bytes, at least one and at most LZX_OUT_SIZE_MAX, for a window of 2^15 to 2^21 bytes. */
enum sim_status lzx_encode(const uint8_t *in, size_t size, unsigned window_bits, const struct lzx_sink *sink,
                           struct sim_error *error);

#endif
