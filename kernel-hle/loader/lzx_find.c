#include "kernel-hle/loader/lzx_code.h"

#include <stdlib.h>

enum {
    HASH_BITS = 16,
    CHAIN_MAX = 24,   /* places looked at for one match                        */
    ENOUGH = 128,     /* a match this long is taken without looking further    */
    LITERAL_BITS = 6, /* what bytes and symbols cost, roughly: it only decides */
    SYMBOL_BITS = 8,  /* which matches are tried                               */
    LENGTH_BITS = 5,  /* of a length symbol                                    */
    SHORT_LENGTH = 8, /* from here on a match has one                          */
    HASHED = 3,       /* bytes                                                 */
};

bool lzx_finder_init(struct lzx_finder *finder, const uint8_t *in, size_t size, unsigned window_bits)
{
    uint32_t window = UINT32_C(1) << window_bits, places = window;
    while (places / 2 >= size)
        places /= 2;
    *finder = (struct lzx_finder){
        .in = in,
        .size = size,
        .window = window,
        .mask = places - 1,
        .head = calloc(UINT32_C(1) << HASH_BITS, sizeof(uint32_t)),
        .chain = calloc(places, sizeof(uint32_t)),
    };
    return finder->head != NULL && finder->chain != NULL;
}

void lzx_finder_free(struct lzx_finder *finder)
{
    free(finder->head);
    free(finder->chain);
    *finder = (struct lzx_finder){0};
}

static uint32_t hash(const uint8_t *p)
{
    uint32_t bytes = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
    return bytes * UINT32_C(2654435761) >> (32 - HASH_BITS);
}

void lzx_finder_add(struct lzx_finder *finder, size_t at)
{
    if (finder->size - at < HASHED)
        return;
    uint32_t *head = &finder->head[hash(finder->in + at)];
    finder->chain[at & finder->mask] = *head;
    *head = (uint32_t)at + 1;
}

static uint32_t common(const uint8_t *a, const uint8_t *b, uint32_t limit)
{
    uint32_t n = 0;
    while (n < limit && a[n] == b[n])
        n++;
    return n;
}

static int gain(uint32_t length, unsigned offset_bits)
{
    int cost = SYMBOL_BITS + (int)offset_bits + (length > SHORT_LENGTH ? LENGTH_BITS : 0);
    return (int)length * LITERAL_BITS - cost;
}

static unsigned offset_bits(uint32_t offset)
{
    unsigned top = 31 - (unsigned)__builtin_clz(offset + 2);
    return top <= 1 ? 0 : top - 1 < 17 ? top - 1 : 17;
}

struct lzx_match lzx_find(const struct lzx_finder *finder, const struct lzx_recent *recent, size_t at, size_t limit)
{
    const uint8_t *in = finder->in, *here = in + at;
    const uint32_t reach = finder->window - 3; /* farther offsets have no code */
    uint32_t longest = (uint32_t)(limit < LZX_MATCH_MAX ? limit : LZX_MATCH_MAX);
    struct lzx_match best = {0};

    for (int i = 0; i < 3; i++) {
        uint32_t offset = recent->offset[i];
        if (offset > at || offset > reach)
            continue;
        uint32_t length = common(here, here - offset, longest);
        if (length >= LZX_MATCH_MIN && gain(length, 0) > best.gain)
            best = (struct lzx_match){length, offset, gain(length, 0)};
    }
    if (longest < HASHED || best.length >= ENOUGH)
        return best;
    uint32_t tried = HASHED - 1; /* a farther match has to be longer than a nearer one */
    uint32_t place = finder->head[hash(here)];
    for (int i = 0; i < CHAIN_MAX && place != 0; i++) {
        size_t there = place - 1;
        if (there >= at || at - there > reach)
            break;
        if (tried >= longest)
            break;
        if (in[there + tried] == here[tried]) {
            uint32_t length = common(here, in + there, longest), offset = (uint32_t)(at - there);
            if (length > tried) {
                tried = length;
                int saved = gain(length, offset_bits(offset));
                if (saved > best.gain)
                    best = (struct lzx_match){length, offset, saved};
                if (length >= ENOUGH)
                    break;
            }
        }
        uint32_t next = finder->chain[there & finder->mask];
        if (next >= place) /* overwritten by a later place: older ones are out of the window */
            break;
        place = next;
    }
    return best;
}
