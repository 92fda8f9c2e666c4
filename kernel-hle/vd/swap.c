/* Swaps: the words that VdSwap leaves in the title's ring, by which the command processor turns the display to another
 * front buffer. docs/kernel.md. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/vd/vd.h"

#include <stdio.h>
#include <string.h>

enum { SWAP_WORDS = 64, FETCH_WORDS = 6, FETCH_REGISTER = 0x4800 };

/* The display's registers, in words. */
enum {
    GRPH_ENABLE = 0x1840,
    GRPH_CONTROL = 0x1841,
    GRPH_ADDRESS = 0x1844,
    GRPH_PITCH = 0x1848, /* and offsets x, y; starts x, y; ends x, y */
    GRPH_UPDATE = 0x1851,
    LUTA_CONTROL = 0x1930
};

/* Formats of a front buffer, and what the display is told. */
static const struct {
    uint8_t format;
    uint32_t control, lut;
} formats[] = {
    {6, 0x002, 0},  /* 8_8_8_8: 32 bits, tiled; a table of 256 entries */
    {54, 0x102, 3}, /* 2_10_10_10_AS_16_16_16_16: 32 bits, tiled, 10 for each colour; pieces of 8 */
};
enum { FORMATS = sizeof formats / sizeof *formats };

struct swap {
    uint32_t fetch[FETCH_WORDS];
    uint32_t front_buffer, format, colour_space, width, height; /* as the title says */
    uint32_t real, pitch;
    unsigned row; /* of formats */
};

/* Why it is none; NULL: it is one. */
static const char *understand(struct kernel *k, struct swap *s)
{
    const uint32_t *fetch = s->fetch;
    for (s->row = 0; s->row < FORMATS && formats[s->row].format != s->format; s->row++) {
    }
    s->pitch = (fetch[0] >> 22 & 0x1FF) * 32;
    s->real = mm_real_address(k->mm, fetch[1] & ~UINT32_C(0xFFF));
    if (s->row == FORMATS)
        return "the format is neither 6 nor 54";
    if (s->colour_space != 0)
        return "the colour space is not RGB";
    if ((fetch[0] & 3) != 2 || (fetch[1] & 0x3F) != s->format)
        return "the fetch constant is not of a texture of this format";
    if (!(fetch[0] >> 31))
        return "the front buffer is not in tiles";
    if (s->width != (fetch[2] & 0x1FFF) + 1 || s->height != (fetch[2] >> 13 & 0x1FFF) + 1 || s->pitch < s->width)
        return "its size is not that of the fetch constant";
    if (s->real == 0 || (uint64_t)s->real + UINT64_C(4) * s->pitch * s->height > k->config.host.map->memory)
        return "the front buffer is no memory";
    return NULL;
}

struct words {
    uint32_t word[SWAP_WORDS];
    unsigned count;
};

/* A packet of type 0: values for registers from `reg` on. */
static void put(struct words *w, uint32_t reg, unsigned count, const uint32_t *value)
{
    w->word[w->count++] = (count - 1) << 16 | reg;
    memcpy(w->word + w->count, value, count * sizeof *value);
    w->count += count;
}

static void put_one(struct words *w, uint32_t reg, uint32_t value)
{
    put(w, reg, 1, &value);
}

static void fill(const struct swap *s, struct words *w)
{
    const uint32_t place[] = {s->pitch, 0, 0, 0, 0, s->width, s->height};
    uint32_t fetch[FETCH_WORDS];
    put_one(w, GRPH_UPDATE, 1);
    put_one(w, GRPH_CONTROL, formats[s->row].control);
    put_one(w, GRPH_ADDRESS, s->real);
    put(w, GRPH_PITCH, sizeof place / sizeof *place, place);
    put_one(w, LUTA_CONTROL, formats[s->row].lut);
    put_one(w, GRPH_ENABLE, 1);
    put_one(w, GRPH_UPDATE, 0);
    memcpy(fetch, s->fetch, sizeof fetch);
    fetch[1] = (fetch[1] & 0xFFF) | (s->real & ~UINT32_C(0xFFF));
    put(w, FETCH_REGISTER, FETCH_WORDS, fetch);
}

static bool write_words(struct kernel *k, uint32_t address, const struct words *w)
{
    uint8_t bytes[4 * SWAP_WORDS];
    for (unsigned i = 0; i < SWAP_WORDS; i++) {
        uint32_t word = i < w->count ? w->word[i] : VD_FILLER;
        for (unsigned j = 0; j < 4; j++)
            bytes[4 * i + j] = (uint8_t)(word >> (24 - 8 * j));
    }
    return guest_write(k, address, bytes, sizeof bytes);
}

void hle_VdSwap(struct kernel *k, struct kernel_call *c)
{
    struct swap s;
    struct words w = {.count = 0};
    uint32_t address;
    bool write;
    for (unsigned i = 0; i < FETCH_WORDS; i++)
        s.fetch[i] = guest_u32(k, kernel_arg(c, 1) + 4 * i);
    s.front_buffer = guest_u32(k, kernel_arg(c, 5));
    s.format = guest_u32(k, kernel_arg(c, 6));
    s.colour_space = guest_u32(k, kernel_arg(c, 7));
    s.width = guest_u32(k, kernel_arg(c, 8));
    s.height = guest_u32(k, kernel_arg(c, 9));
    if (kernel_fault(k, &address, &write))
        return;
    const char *why = understand(k, &s);
    if (!why)
        fill(&s, &w);
    if (!write_words(k, kernel_arg(c, 0), &w))
        return;
    if (!why) {
        k->ke->swaps++;
        log_other(k, c->thread, "swap", "count", "u64", k->ke->swaps, "front_buffer", "hex", s.real, "width", "u64",
                  (uint64_t)s.width, "height", "u64", (uint64_t)s.height, "format", "u64", (uint64_t)s.format, NULL);
        return;
    }
    if (!k->reported[c->export])
        kernel_report(k,
                      "VdSwap shows nothing: %s; front buffer 0x%08X, format %u, colour space %u, %u by %u; called "
                      "from 0x%08X",
                      why, s.front_buffer, s.format, s.colour_space, s.width, s.height,
                      (uint32_t)kernel_registers(k, c)->lr);
    k->reported[c->export] = 1;
}

/* ---- Buffers of commands ---- */

/* What comes back as two of VdSwap's arguments; nobody knows what the console's are. */
void hle_VdGetSystemCommandBuffer(struct kernel *k, struct kernel_call *c)
{
    enum { BLOCK = 0x94 };
    if (!guest_fill(k, kernel_arg(c, 0), 0, BLOCK))
        return;
    guest_put_u32(k, kernel_arg(c, 0), UINT32_C(0xBEEF0000));
    guest_put_u32(k, kernel_arg(c, 1), UINT32_C(0xBEEF0001));
}

/* The console's are packets that set the scaler up, which nothing here scales by. */
void hle_VdInitializeScalerCommandBuffer(struct kernel *k, struct kernel_call *c)
{
    enum { PIECE = 1024, DESTINATION = 10, COUNT = 11 };
    uint8_t bytes[4 * PIECE] = {0};
    uint32_t to = kernel_arg(c, DESTINATION), count = kernel_arg(c, COUNT);
    for (unsigned i = 0; i < PIECE; i++)
        bytes[4 * i] = VD_FILLER >> 24;
    c->result = count;
    for (uint32_t left = count, part; left; left -= part, to += 4 * part) {
        part = left < PIECE ? left : PIECE;
        if (!guest_write(k, to, bytes, (size_t)4 * part))
            return;
    }
}
