/* What lzx_encode.c is made of: a writer of bits, prefix codes, and the finding of matches. */
#ifndef CYCLE360_HLE_LOADER_LZX_CODE_H
#define CYCLE360_HLE_LOADER_LZX_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LZX_LITERALS = 256,
    LZX_SLOTS_MAX = 50, /* of a window of 2 MiB */
    LZX_MAIN_MAX = LZX_LITERALS + 8 * LZX_SLOTS_MAX,
    LZX_LENGTH_SYMBOLS = 249,
    LZX_PRETREE_SYMBOLS = 20,
    LZX_MATCH_MIN = 2,
    LZX_MATCH_MAX = 257,
    LZX_CODE_LENGTH_MAX = 16,    /* bits of a symbol of the main and the length code */
    LZX_PRETREE_LENGTH_MAX = 15, /* and of a pretree */
};

/* Bits into little-endian 16-bit words, the first bit the word's highest. The caller's buffer is large enough. */
struct lzx_bits {
    uint8_t *at;
    uint64_t pending;
    unsigned count; /* of the pending bits, less than 16 between calls */
};

static inline void lzx_bits_put(struct lzx_bits *bits, uint32_t value, unsigned width)
{
    bits->pending = bits->pending << width | value;
    bits->count += width;
    while (bits->count >= 16) {
        bits->count -= 16;
        uint16_t word = (uint16_t)(bits->pending >> bits->count);
        *bits->at++ = (uint8_t)word;
        *bits->at++ = (uint8_t)(word >> 8);
    }
}

/* Zeros up to the next word, none where one begins. */
static inline void lzx_bits_align(struct lzx_bits *bits)
{
    if (bits->count > 0)
        lzx_bits_put(bits, 0, 16 - bits->count);
}

/* Lengths of a complete prefix code for symbols of such frequencies, none longer than `longest` bits; 0 for symbols
 * that do not occur. A single symbol gets a partner, because decoders refuse a code that is not complete. */
void lzx_code_lengths(const uint32_t *frequency, unsigned symbols, unsigned longest, uint8_t *length);

/* The codes of those lengths: short ones first, and in the symbols' order among equals. */
void lzx_code_words(const uint8_t *length, unsigned symbols, uint16_t *word);

/* The most recent offsets, which have short codes. */
struct lzx_recent {
    uint32_t offset[3];
};

/* A match's parts: what is put into its main symbol, and the bits that follow. */
struct lzx_offset {
    uint8_t slot, extra_bits;
    uint32_t extra;
};

unsigned lzx_slots(unsigned window_bits);
/* The code of an offset, which becomes the most recent one. */
struct lzx_offset lzx_offset_code(struct lzx_recent *recent, uint32_t offset);

/* Earlier places of the same three bytes, by hash. */
struct lzx_finder {
    const uint8_t *in;
    size_t size;
    uint32_t window, mask;  /* positions in the chain come round; a short input needs no long one */
    uint32_t *head, *chain; /* positions + 1; 0 for none */
};

struct lzx_match {
    uint32_t length, offset; /* length 0: none */
    int gain;                /* about how many bits it saves */
};

bool lzx_finder_init(struct lzx_finder *finder, const uint8_t *in, size_t size, unsigned window_bits);
void lzx_finder_free(struct lzx_finder *finder);
/* Remembers the place `at`; every place is to be remembered once, in order. */
void lzx_finder_add(struct lzx_finder *finder, size_t at);
/* The best match at `at`, of at most `limit` bytes, among the places that are remembered. */
struct lzx_match lzx_find(const struct lzx_finder *finder, const struct lzx_recent *recent, size_t at, size_t limit);

#endif
