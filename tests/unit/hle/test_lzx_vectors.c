/* LZX streams that our encoder had no part in. The first ones are worked out by hand, bit by bit, from the format. The
 * others are random: which literals and matches there are is drawn first, so that what they become is known, and a slow
 * writer puts them into bits with the plainest codes there are. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/lzx.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

/* ---- a writer of bits, and what reads its chunks ---- */

enum { CHUNKS_MAX = 128, STREAM_MAX = 8 << 20 };

struct stream {
    uint8_t *bytes;
    size_t bits;            /* written; bit k is in word k / 16, the word's highest bit first */
    size_t end[CHUNKS_MAX]; /* of each chunk, in bytes */
    unsigned chunks;
    unsigned next; /* to be read */
};

static void put_bit(struct stream *s, unsigned bit)
{
    size_t word = s->bits / 16 * 2, place = 15 - s->bits % 16;
    if (bit)
        s->bytes[word + place / 8] |= (uint8_t)(1u << place % 8);
    s->bits++;
}

static void put(struct stream *s, uint32_t value, unsigned width)
{
    while (width-- > 0)
        put_bit(s, value >> width & 1);
}

static void put_byte(struct stream *s, uint8_t byte)
{
    s->bytes[s->bits / 8] = byte; /* bytes only ever follow whole words, or bytes */
    s->bits += 8;
}

static void end_chunk(struct stream *s)
{
    while (s->bits % 16 != 0)
        put_bit(s, 0);
    s->end[s->chunks++] = s->bits / 8;
}

static enum sim_status next_chunk(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    struct stream *s = context;
    if (s->next == s->chunks)
        return sim_fail(error, SIM_BAD_INPUT, "no more chunks");
    size_t begin = s->next > 0 ? s->end[s->next - 1] : 0;
    *chunk = s->bytes + begin;
    *size = s->end[s->next++] - begin;
    return SIM_OK;
}

static void check(struct stream *s, unsigned window_bits, const uint8_t *expected, size_t size)
{
    const struct lzx_source source = {.next = next_chunk, .context = s};
    struct sim_error error = {""};
    uint8_t *out = calloc(size, 1);
    CU_ASSERT_EQUAL(lzx_decode(out, size, window_bits, &source, "vector", &error), SIM_OK);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT(memcmp(out, expected, size) == 0);
    CU_ASSERT_EQUAL(s->next, s->chunks);
    free(out);
}

/* ---- by hand ---- */

/* Bits as they are read: 0 and 1; '|' fills the word, and takes a whole one where it is full; "<..>" are bytes in
 * hexadecimal. All else is for the eye. */
static void put_text(struct stream *s, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '0' || *text == '1')
            put_bit(s, *text == '1');
        if (*text == '|')
            do
                put_bit(s, 0);
            while (s->bits % 16 != 0);
        if (*text == '<')
            for (text++; *text != '>'; text++)
                if (*text != ' ') {
                    char hex[3] = {text[0], text[1], '\0'};
                    put_byte(s, (uint8_t)strtoul(hex, NULL, 16));
                    text++;
                }
    }
}

/* The window has 2^15 bytes: 30 position slots, so the main code has 256 + 8 * 30 = 496 symbols.
 *
 * Block 1: verbatim, 44 bytes. The main code has nine symbols:
 *   000 'a'   001 'b'   010 'c'   011 'd'
 *   100  256 = slot 0, length 2: R0         101  264 = slot 1, length 2: R1
 *   110  279 = slot 2, length 9 or more: R2, followed by a symbol of the length code
 *   1110 280 = slot 3, length 2: offset 1   1111 289 = slot 4, length 3: offset 4 - 2 + one bit
 * The length code: 0 is symbol 0 (length 9), 1 is symbol 5 (length 14). A length L of a code that was 0 before is the
 * pretree's symbol 17 - L: 14 for 3, 13 for 4, 16 for 1. */
static const char block_1[] =
    "0 "                             /* no translation of E8 */
    "001 0000000000000000 00101100 " /* verbatim, 44 bytes */
    /* the pretree of symbols 0 to 255, four bits for each of its 20: 14, 17, 18, 19 have 2 bits: 00 01 10 11 */
    "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0000 0000 0010 0010 0010 "
    "10 11111  10 11010 "                    /* 51 and 46 zeros: up to 'a' = 97 */
    "11 0 00 "                               /* four times 3 bits */
    "10 11111  10 11111  10 01110  01 1111 " /* 51, 51, 34 and 19 zeros: 155, up to 256 */
    /* the pretree of symbols 256 to 495: 13, 14, 17, 18 have 2 bits: 00 01 10 11 */
    "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0010 0000 0000 0010 0010 0000 "
    "01  10 0011 "                                      /* 256: 3; 7 zeros */
    "01  10 1010 "                                      /* 264: 3; 14 zeros */
    "01  00  10 0100 "                                  /* 279: 3; 280: 4; 8 zeros */
    "00 "                                               /* 289: 4 */
    "11 11111  11 11111  11 11111  11 01101  11 00000 " /* 51 + 51 + 51 + 33 + 20 = 206 zeros */
    /* the pretree of the length code: 18 has 1 bit: 0; 16 and 17 have 2: 10 11 */
    "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0010 0001 0000 "
    "10  11 0000  10 "                             /* 0: 1; 4 zeros; 5: 1 */
    "0 11111  0 11111  0 11111  0 11111  0 10011 " /* 51 * 4 + 39 = 243 zeros */
    "000 001 010 011 "                             /* a b c d                    R0, R1, R2 = 1, 1, 1 */
    "1111 1 "                                      /* offset 3, length 3: bcd    3, 1, 1 */
    "1110 "                                        /* offset 1: dd               1, 3, 1 */
    "000 "                                         /* a */
    "101 "                                         /* R1 = 3: dd                 3, 1, 1 */
    "100 "                                         /* R0 = 3: ad */
    "1111 0 "                                      /* offset 2, length 3: ada    2, 3, 1 */
    "001 "                                         /* b */
    "110 1 "                                       /* R2 = 1, length 14: b...    1, 3, 2 */
    "101 "                                         /* R1 = 3: bb                 3, 1, 2 */
    "000 "                                         /* a */
    "110 0 ";                                      /* R2 = 2, length 9: babababab  2, 1, 3 */
#define TEXT_1       \
    "abcd"           \
    "bcd"            \
    "dd"             \
    "a"              \
    "dd"             \
    "ad"             \
    "ada"            \
    "b"              \
    "bbbbbbbbbbbbbb" \
    "bb"             \
    "a"              \
    "babababab"

/* Block 2: aligned offsets, 16 bytes. The main code: 'a' to 'd' as before, and
 *   100 256 = slot 0, length 2: R0          101 304 = slot 6, length 2: offset 8 - 2 + two bits
 *   110 320 = slot 8, length 2: offset 16 - 2 + an aligned symbol
 *   111 337 = slot 10, length 3: offset 32 - 2 + 8 * one bit + an aligned symbol
 * The aligned code: 0 is 0; 100 is 2; 101 is 4; 110 is 5; 111 is 7. Lengths that stay are the pretree's symbol 0. */
static const char block_2[] =
    "010 0000000000000000 00010000 "
    "001 000 011 000 011 011 000 011 "
    /* 0, 17, 18, 19 have 2 bits: 00 01 10 11 */
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0010 0010 "
    "10 11111  10 11010  11 0 00  10 11111  10 11111  10 01110  01 1111 " /* as before; 'a' to 'd' stay */
    /* 0, 14, 17, 18 have 2 bits: 00 01 10 11 */
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0000 0000 0010 0010 0000 "
    "00  11 11011 "                          /* 256 stays; 47 zeros: 264, 279, 280 and 289 are gone */
    "01  10 1011  01  10 1100  01 "          /* 304: 3; 15 zeros; 320: 3; 16 zeros; 337: 3 */
    "11 11111  11 11111  11 11111  10 0001 " /* 51 * 3 + 5 = 158 zeros */
    /* 18 has 1 bit: 0; 0 and 17 have 2: 10 11 */
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0001 0000 "
    "10  11 0000  10  0 11111  0 11111  0 11111  0 11111  0 10011 "
    "110 110 "   /* at 44: offset 19: bb                19, 2, 1 */
    "010 "       /* c */
    "111 1 100 " /* at 47: offset 30 + 8 + 2 = 40: dda  40, 19, 2 */
    "101 11 "    /* at 50: offset 9: ba                 9, 40, 19 */
    "100 "       /* R0 = 9: bb */
    "111 0 0 "   /* at 54: offset 30: bbb               30, 9, 40 */
    "011 "       /* d */
    "110 111 ";  /* at 58: offset 21: ba                21, 30, 9 */
#define TEXT_2 \
    "bb"       \
    "c"        \
    "dda"      \
    "ba"       \
    "bb"       \
    "bbb"      \
    "d"        \
    "ba"

/* Block 3: uncompressed, five bytes: R0, R1, R2 = 4, 17, 2, the bytes, and one to make them even. */
static const char block_3[] = "011 0000000000000000 00000101 | <04000000 11000000 02000000> <78797a7a79 ff>";
#define TEXT_3 "xyzzy"

/* Block 4: verbatim, 10 bytes. The main code: 'a' to 'd' as before, 100 is R0, 101 R1 (264), 110 R2 (272), all of
 * length 2, and 111 is 337 as before, with four bits for the offset. */
static const char block_4[] =
    "001 0000000000000000 00001010 "
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0010 0010 "
    "10 11111  10 11010  11 0 00  10 11111  10 11111  10 01110  01 1111 "
    /* 0, 14, 17, 18 have 2 bits: 00 01 10 11 */
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0000 0000 0010 0010 0000 "
    "00  10 0011  01  10 0011  01 "          /* 256 stays; 7 zeros; 264: 3; 7 zeros; 272: 3 */
    "11 11111  10 1001  00 "                 /* 51 + 13 zeros; 337 stays */
    "11 11111  11 11111  11 11111  10 0001 " /* 158 zeros */
    "0010 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0010 0001 0000 "
    "10  11 0000  10  0 11111  0 11111  0 11111  0 11111  0 10011 "
    "101 "      /* at 65: R1 = 17: da              17, 4, 2 */
    "110 "      /* R2 = 2: da                      2, 4, 17 */
    "010 "      /* c */
    "111 1101 " /* at 70: offset 30 + 13 = 43: bbb 43, 2, 4 */
    "100 ";     /* R0 = 43: bb */
#define TEXT_4 \
    "da"       \
    "da"       \
    "c"        \
    "bbb"      \
    "bb"

static void check_blocks(unsigned blocks, const char *expected)
{
    static const char *const block[] = {block_1, block_2, block_3, block_4};
    uint8_t bytes[1024] = {0};
    struct stream s = {.bytes = bytes};
    for (unsigned i = 0; i < blocks; i++)
        put_text(&s, block[i]);
    end_chunk(&s);
    check(&s, 15, (const uint8_t *)expected, strlen(expected));
}

static void verbatim(void)
{
    check_blocks(1, TEXT_1);
}

static void aligned(void)
{
    check_blocks(2, TEXT_1 TEXT_2);
}

static void uncompressed(void)
{
    check_blocks(3, TEXT_1 TEXT_2 TEXT_3);
}

static void after_odd_bytes(void)
{
    check_blocks(4, TEXT_1 TEXT_2 TEXT_3 TEXT_4);
}

/* Calls (E8) with absolute addresses become relative again, for a size of 0x1000. The frame has 42 bytes: calls from
 * offset 32 on are left alone. */
static void e8(void)
{
    static const char text[] = "1 0000000000000000 0001000000000000 " /* translation, size 0x00001000 */
                               "011 0000000000000000 00101010 | <01000000 01000000 01000000> "
                               "<e8 00010000 90 90 90>" /* at 0: 0x100 */
                               "<e8 00020000 90 90 90>" /* at 8: 0x200 */
                               "<e8 f8ffffff 90>"       /* at 16: -8, which is -16 or more */
                               "<e8 00100000 90 90>"    /* at 22: 0x1000 is not below the size */
                               "<e8 e2ffffff e8>"       /* at 29: -30 is below -29; the byte behind it is at 34 */
                               "<05000000 e8 0607>";    /* the call at 34, and one at 39 */
    static const uint8_t expected[] = {
        0xE8, 0x00, 0x01, 0,    0,    0x90, 0x90, 0x90, /* 0x100 - 0 */
        0xE8, 0xF8, 0x01, 0,    0,    0x90, 0x90, 0x90, /* 0x200 - 8 */
        0xE8, 0xF8, 0x0F, 0,    0,    0x90,             /* -8 + 0x1000 */
        0xE8, 0x00, 0x10, 0,    0,    0x90, 0x90,       /* as it was */
        0xE8, 0xE2, 0xFF, 0xFF, 0xFF, 0xE8,             /* as it was */
        5,    0,    0,    0,    0xE8, 6,    7,
    };
    uint8_t bytes[128] = {0};
    struct stream s = {.bytes = bytes};
    put_text(&s, text);
    CU_ASSERT_EQUAL_FATAL(s.bits, 8 * (8 + 12 + sizeof expected));
    end_chunk(&s);
    check(&s, 15, expected, sizeof expected);
}

/* ---- random streams ---- */

struct random {
    uint64_t state;
};

static uint32_t draw(struct random *r, uint32_t below)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((r->state >> 33) % below);
}

/* A code of `n` symbols, in which those from `shift` on, coming round, have one bit less than the others, as many as it
 * takes to be complete. */
struct code {
    unsigned n, long_bits, short_ones, shift;
};

static struct code code_of(unsigned n, unsigned shift)
{
    struct code c = {.n = n, .shift = shift % n};
    while (1u << c.long_bits < n)
        c.long_bits++;
    c.short_ones = (1u << c.long_bits) - n;
    return c;
}

static unsigned code_length(const struct code *c, unsigned symbol)
{
    return (symbol + c->n - c->shift) % c->n < c->short_ones ? c->long_bits - 1 : c->long_bits;
}

/* The word of a symbol is how many come before it, short ones first. */
static void put_symbol(struct stream *s, const struct code *c, unsigned symbol)
{
    unsigned length = code_length(c, symbol), before = 0;
    for (unsigned i = 0; i < symbol; i++)
        before += code_length(c, i) == length;
    put(s, length == c->long_bits ? 2 * c->short_ones + before : before, length);
}

enum { BITS_MAX = 21, MAIN_MAX = 256 + 8 * 50, LENGTHS = 249, FRAME = 0x8000 };

struct maker {
    struct random random;
    struct stream s;
    uint8_t *raw; /* what the stream becomes, without E8 */
    size_t size, done;
    unsigned window_bits;
    uint32_t r[3];
    uint8_t main_before[MAIN_MAX], length_before[LENGTHS];
    uint32_t base[64], extra[64]; /* of the position slots, by their definition */
    unsigned slots;
};

static void define_slots(struct maker *m)
{
    static const unsigned slots[] = {30, 32, 34, 36, 38, 42, 50};
    m->slots = slots[m->window_bits - 15];
    for (unsigned i = 0; i < m->slots; i++) {
        m->extra[i] = i < 4 ? 0 : i < 36 ? i / 2 - 1 : 17;
        m->base[i] = i == 0 ? 0 : m->base[i - 1] + (UINT32_C(1) << m->extra[i - 1]);
    }
}

/* Each length by itself, as the difference from the one before. */
static void put_lengths(struct maker *m, const struct code *c, uint8_t *before, unsigned from, unsigned to)
{
    struct code pretree = code_of(20, draw(&m->random, 20));
    for (unsigned i = 0; i < 20; i++)
        put(&m->s, code_length(&pretree, i), 4);
    for (unsigned i = from; i < to; i++) {
        unsigned length = code_length(c, i);
        put_symbol(&m->s, &pretree, (before[i] + 17 - length) % 17);
        before[i] = (uint8_t)length;
    }
}

/* Bytes get out of the frame only at its end. */
static void step(struct maker *m, size_t bytes)
{
    m->done += bytes;
    if (m->done % FRAME == 0 || m->done == m->size)
        end_chunk(&m->s);
}

static void copy(struct maker *m, uint32_t offset, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        m->raw[m->done + i] = m->raw[m->done + i - offset];
}

static void put_match(struct maker *m, bool is_aligned, const struct code *main, const struct code *lengths,
                      const struct code *aligned_code, size_t room)
{
    uint32_t reach = (UINT32_C(1) << m->window_bits) - 3, slot, offset, bits = 0;
    uint32_t length = 2 + (draw(&m->random, 2) ? draw(&m->random, 12) : draw(&m->random, 256));
    length = length < room ? length : (uint32_t)room;
    if (reach > m->done)
        reach = (uint32_t)m->done;
    slot = draw(&m->random, 4);
    if (slot < 3 && m->r[slot] <= m->done) {
        offset = m->r[slot];
        m->r[slot] = m->r[0];
        m->r[0] = offset;
    } else {
        offset = 1 + (draw(&m->random, 2) ? draw(&m->random, reach) : draw(&m->random, reach < 300 ? reach : 300));
        for (slot = 3; slot + 1 < m->slots && m->base[slot + 1] <= offset + 2; slot++)
            ;
        bits = offset + 2 - m->base[slot];
        m->r[2] = m->r[1];
        m->r[1] = m->r[0];
        m->r[0] = offset;
    }
    uint32_t short_length = length - 2 < 7 ? length - 2 : 7;
    put_symbol(&m->s, main, 256 + slot * 8 + short_length);
    if (short_length == 7)
        put_symbol(&m->s, lengths, length - 9);
    if (is_aligned && m->extra[slot] >= 3) {
        put(&m->s, bits >> 3, m->extra[slot] - 3);
        put_symbol(&m->s, aligned_code, bits & 7);
    } else {
        put(&m->s, bits, m->extra[slot]);
    }
    copy(m, offset, length);
    step(m, length);
}

static uint8_t any_byte(struct maker *m)
{
    return draw(&m->random, 20) == 0 ? 0xE8 : (uint8_t)draw(&m->random, 256);
}

static void put_compressed(struct maker *m, bool is_aligned, size_t size)
{
    struct code aligned_code = code_of(8, 0);
    struct code main = code_of(256 + 8 * m->slots, draw(&m->random, MAIN_MAX));
    struct code lengths = code_of(LENGTHS, draw(&m->random, LENGTHS));
    size_t end = m->done + size;

    put(&m->s, is_aligned ? 2 : 1, 3);
    put(&m->s, (uint32_t)size, 24);
    for (unsigned i = 0; i < 8 && is_aligned; i++)
        put(&m->s, 3, 3);
    put_lengths(m, &main, m->main_before, 0, 256);
    put_lengths(m, &main, m->main_before, 256, main.n);
    put_lengths(m, &lengths, m->length_before, 0, LENGTHS);
    while (m->done < end) {
        size_t frame_end = (m->done / FRAME + 1) * FRAME, room = (end < frame_end ? end : frame_end) - m->done;
        if (m->done > 0 && room >= 2 && draw(&m->random, 3) != 0) {
            put_match(m, is_aligned, &main, &lengths, &aligned_code, room);
        } else {
            m->raw[m->done] = any_byte(m);
            put_symbol(&m->s, &main, m->raw[m->done]);
            step(m, 1);
        }
    }
}

static void put_uncompressed(struct maker *m, size_t size)
{
    put(&m->s, 3, 3);
    put(&m->s, (uint32_t)size, 24);
    do
        put_bit(&m->s, 0);
    while (m->s.bits % 16 != 0);
    for (int i = 0; i < 3; i++) {
        m->r[i] = 1 + draw(&m->random, 3) * draw(&m->random, 10000);
        for (int byte = 0; byte < 4; byte++)
            put_byte(&m->s, (uint8_t)(m->r[i] >> 8 * byte));
    }
    for (size_t i = 0; i < size; i++) {
        m->raw[m->done] = any_byte(m);
        put_byte(&m->s, m->raw[m->done]);
        if (i + 1 == size && size % 2 != 0)
            put_byte(&m->s, 0xA5);
        step(m, 1);
    }
}

/* The calls of a frame, as its decoder has to make them. */
static void translate(uint8_t *frame, size_t size, size_t position, uint32_t file_size)
{
    if (size <= 10)
        return;
    for (size_t i = 0; i < size - 10; i++) {
        if (frame[i] != 0xE8)
            continue;
        int64_t at = (int64_t)(position + i), value = (int32_t)bytes_le32(frame + i + 1);
        if (value >= -at && value < (int64_t)file_size)
            bytes_put_le32(frame + i + 1, (uint32_t)(value >= 0 ? value - at : value + (int64_t)file_size));
        i += 4;
    }
}

static void check_random(unsigned window_bits, size_t size, uint64_t seed, unsigned block_max)
{
    struct maker *m = calloc(1, sizeof *m);
    m->s.bytes = calloc(STREAM_MAX, 1);
    m->raw = calloc(size, 1);
    m->random.state = seed;
    m->size = size;
    m->window_bits = window_bits;
    m->r[0] = m->r[1] = m->r[2] = 1;
    define_slots(m);
    uint32_t file_size = seed % 2 ? 0 : UINT32_C(1) << (8 + draw(&m->random, 20));
    put(&m->s, file_size != 0, 1);
    if (file_size != 0)
        put(&m->s, file_size, 32);
    while (m->done < size) {
        size_t left = size - m->done, block = 1 + draw(&m->random, block_max);
        block = block < left ? block : left;
        unsigned type = draw(&m->random, 5);
        size_t room = FRAME - m->done % FRAME; /* frames end between words, so an odd one must not go on in the next */
        if (type == 0)
            put_uncompressed(m, m->done % 2 != 0 && block > room ? room : block);
        else
            put_compressed(m, type > 2, block);
        CU_ASSERT_FATAL(m->s.bits / 8 < STREAM_MAX / 2);
    }
    for (size_t at = 0; at < size && file_size != 0; at += FRAME)
        translate(m->raw + at, size - at < FRAME ? size - at : FRAME, at, file_size);
    check(&m->s, window_bits, m->raw, size);
    free(m->s.bytes);
    free(m->raw);
    free(m);
}

static void random_streams(void)
{
    for (unsigned window_bits = 15; window_bits <= BITS_MAX; window_bits++)
        for (uint64_t seed = 0; seed < 6; seed++)
            check_random(window_bits, 90001, window_bits * 100 + seed, seed < 3 ? 2000 : 60000);
}

static void far_offsets(void)
{
    check_random(21, 2500000, 77, 500000);
}

void test_lzx_vectors(void)
{
    CU_pSuite suite = CU_add_suite("hle/lzx_vectors", NULL, NULL);
    CU_add_test(suite, "a verbatim block worked by hand: recent offsets, length symbols, runs in pretrees", verbatim);
    CU_add_test(suite, "then a block of aligned offsets, its codes as differences", aligned);
    CU_add_test(suite, "then an uncompressed block of odd length", uncompressed);
    CU_add_test(suite, "then a verbatim block with the recent offsets that it left", after_odd_bytes);
    CU_add_test(suite, "calls are translated, within their bounds", e8);
    CU_add_test(suite, "random streams of all blocks and windows become what they were drawn from", random_streams);
    CU_add_test(suite, "offsets of nearly 2 MiB", far_offsets);
}
