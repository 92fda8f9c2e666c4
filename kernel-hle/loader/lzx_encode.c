#include "kernel-hle/loader/lzx_encode.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/lzx_code.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_BITS = 3, VERBATIM = 1, UNCOMPRESSED = 3, NO_LENGTH = -1 };

/* A literal, or a match. */
struct token {
    uint16_t symbol; /* of the main code */
    int16_t length;  /* of the length code, NO_LENGTH for none */
    struct lzx_offset offset;
};

/* A code of symbols, and the lengths of the block before, against which its own are written. */
struct code {
    unsigned symbols;
    uint32_t frequency[LZX_MAIN_MAX];
    uint8_t before[LZX_MAIN_MAX], length[LZX_MAIN_MAX];
    uint16_t word[LZX_MAIN_MAX];
};

enum {
    /* A token takes at most 16 + 16 + 17 bits and stands for at least one byte, and all the lengths at most 4 KiB. */
    CHUNK_ROOM = LZX_FRAME_SIZE * 7 + 4096,
};

struct encoder {
    const uint8_t *in;
    size_t size;
    struct lzx_finder finder;
    struct lzx_recent recent;
    struct code main, lengths;
    struct token token[LZX_FRAME_SIZE];
    unsigned tokens;
    uint8_t chunk[CHUNK_ROOM];
};

static void add_literal(struct encoder *e, uint8_t byte)
{
    e->token[e->tokens++] = (struct token){byte, NO_LENGTH, {0}};
    e->main.frequency[byte]++;
}

static void add_match(struct encoder *e, struct lzx_match match)
{
    enum { LONG = 7 }; /* the main symbol's word for "a length symbol follows" */
    uint32_t length = match.length - LZX_MATCH_MIN;
    struct token token = {.length = NO_LENGTH, .offset = lzx_offset_code(&e->recent, match.offset)};
    if (length >= LONG) {
        token.length = (int16_t)(length - LONG);
        e->lengths.frequency[token.length]++;
        length = LONG;
    }
    token.symbol = (uint16_t)(LZX_LITERALS + 8u * token.offset.slot + length);
    e->main.frequency[token.symbol]++;
    e->token[e->tokens++] = token;
}

/* The tokens of a frame. A match waits for the one that begins a byte later, which may be better. */
static void parse(struct encoder *e, size_t begin, size_t end)
{
    struct lzx_match found = {0};
    bool known = false;

    for (size_t at = begin; at < end;) {
        struct lzx_match here = known ? found : lzx_find(&e->finder, &e->recent, at, end - at);
        lzx_finder_add(&e->finder, at);
        known = here.gain > 0 && at + 1 < end;
        if (known) {
            found = lzx_find(&e->finder, &e->recent, at + 1, end - at - 1);
            known = found.gain > here.gain;
        }
        if (known || here.gain <= 0) {
            add_literal(e, e->in[at++]);
            continue;
        }
        add_match(e, here);
        for (size_t after = at + here.length; ++at < after;)
            lzx_finder_add(&e->finder, at);
    }
}

/* A pretree's symbol: a length as its difference from the one before, or a run of lengths. */
struct step {
    uint8_t symbol, extra_bits, extra;
    uint8_t value; /* the symbol of the length that a run of REPEAT has */
};

enum { ZEROS = 17, MANY_ZEROS = 18, REPEAT = 19, ZEROS_MIN = 4, MANY_MIN = 20, MANY_MAX = 51, REPEAT_MIN = 4 };

static uint8_t difference(uint8_t before, uint8_t length)
{
    return (uint8_t)((before + 17 - length) % 17);
}

static unsigned run_of(const uint8_t *length, unsigned from, unsigned to, unsigned most)
{
    unsigned run = 1;
    while (run < most && from + run < to && length[from + run] == length[from])
        run++;
    return run;
}

static unsigned steps_of(const struct code *code, unsigned from, unsigned to, struct step *step)
{
    unsigned steps = 0;
    while (from < to) {
        uint8_t symbol = difference(code->before[from], code->length[from]);
        bool zero = code->length[from] == 0;
        unsigned run = run_of(code->length, from, to, zero ? MANY_MAX : REPEAT_MIN + 1);
        if (zero && run >= MANY_MIN)
            step[steps++] = (struct step){MANY_ZEROS, 5, (uint8_t)(run - MANY_MIN), 0};
        else if (zero && run >= ZEROS_MIN)
            step[steps++] = (struct step){ZEROS, 4, (uint8_t)(run - ZEROS_MIN), 0};
        else if (!zero && run >= REPEAT_MIN)
            step[steps++] = (struct step){REPEAT, 1, (uint8_t)(run - REPEAT_MIN), symbol};
        else
            step[steps++] = (struct step){symbol, 0, 0, 0}, run = 1;
        from += run;
    }
    return steps;
}

/* Lengths from..to of a code, behind a pretree of their own. */
static void put_lengths(struct lzx_bits *bits, const struct code *code, unsigned from, unsigned to)
{
    struct step step[LZX_MAIN_MAX];
    uint32_t frequency[LZX_PRETREE_SYMBOLS] = {0};
    uint8_t length[LZX_PRETREE_SYMBOLS];
    uint16_t word[LZX_PRETREE_SYMBOLS] = {0};
    unsigned steps = steps_of(code, from, to, step);

    for (unsigned i = 0; i < steps; i++) {
        frequency[step[i].symbol]++;
        if (step[i].symbol == REPEAT)
            frequency[step[i].value]++;
    }
    lzx_code_lengths(frequency, LZX_PRETREE_SYMBOLS, LZX_PRETREE_LENGTH_MAX, length);
    lzx_code_words(length, LZX_PRETREE_SYMBOLS, word);
    for (unsigned i = 0; i < LZX_PRETREE_SYMBOLS; i++)
        lzx_bits_put(bits, length[i], 4);
    for (unsigned i = 0; i < steps; i++) {
        lzx_bits_put(bits, word[step[i].symbol], length[step[i].symbol]);
        lzx_bits_put(bits, step[i].extra, step[i].extra_bits);
        if (step[i].symbol == REPEAT)
            lzx_bits_put(bits, word[step[i].value], length[step[i].value]);
    }
}

static void make_code(struct code *code)
{
    lzx_code_lengths(code->frequency, code->symbols, LZX_CODE_LENGTH_MAX, code->length);
    lzx_code_words(code->length, code->symbols, code->word);
}

static void put_header(struct lzx_bits *bits, unsigned type, size_t size)
{
    lzx_bits_put(bits, type, TYPE_BITS);
    lzx_bits_put(bits, (uint32_t)size >> 8, 16);
    lzx_bits_put(bits, (uint32_t)size & 0xFF, 8);
}

static void put_verbatim(struct encoder *e, struct lzx_bits *bits, size_t size)
{
    make_code(&e->main);
    make_code(&e->lengths);
    put_header(bits, VERBATIM, size);
    put_lengths(bits, &e->main, 0, LZX_LITERALS);
    put_lengths(bits, &e->main, LZX_LITERALS, e->main.symbols);
    put_lengths(bits, &e->lengths, 0, e->lengths.symbols);
    for (unsigned i = 0; i < e->tokens; i++) {
        const struct token *token = &e->token[i];
        lzx_bits_put(bits, e->main.word[token->symbol], e->main.length[token->symbol]);
        if (token->length != NO_LENGTH)
            lzx_bits_put(bits, e->lengths.word[token->length], e->lengths.length[token->length]);
        lzx_bits_put(bits, token->offset.extra, token->offset.extra_bits);
    }
    lzx_bits_align(bits);
}

/* Never begins at a word's edge, where its alignment would take a whole word: the header has an odd number of bits, and
 * so has it with the stream's first one before it. */
static void put_uncompressed(struct lzx_bits *bits, const struct lzx_recent *recent, const uint8_t *bytes, size_t size)
{
    put_header(bits, UNCOMPRESSED, size);
    lzx_bits_align(bits);
    for (int i = 0; i < 3; i++, bits->at += 4)
        bytes_put_le32(bits->at, recent->offset[i]);
    memcpy(bits->at, bytes, size);
    bits->at += size;
    if (size % 2 != 0)
        *bits->at++ = 0;
}

/* The chunk of the frame at `begin`; returns its size. */
static size_t encode_frame(struct encoder *e, size_t begin, size_t size)
{
    enum { RAW = 16 }; /* what an uncompressed block needs besides its bytes */
    struct lzx_recent before = e->recent;
    struct lzx_bits bits = {.at = e->chunk};
    const unsigned start = begin == 0; /* one bit: no translation of E8 instructions */

    e->tokens = 0;
    memset(e->main.frequency, 0, sizeof e->main.frequency);
    memset(e->lengths.frequency, 0, sizeof e->lengths.frequency);
    parse(e, begin, begin + size);
    lzx_bits_put(&bits, 0, start);
    put_verbatim(e, &bits, size);
    if ((size_t)(bits.at - e->chunk) <= size + RAW) {
        memcpy(e->main.before, e->main.length, sizeof e->main.before);
        memcpy(e->lengths.before, e->lengths.length, sizeof e->lengths.before);
        return (size_t)(bits.at - e->chunk);
    }
    e->recent = before;
    bits = (struct lzx_bits){.at = e->chunk};
    lzx_bits_put(&bits, 0, start);
    put_uncompressed(&bits, &e->recent, e->in + begin, size);
    return (size_t)(bits.at - e->chunk);
}

enum sim_status lzx_encode(const uint8_t *in, size_t size, unsigned window_bits, const struct lzx_sink *sink,
                           struct sim_error *error)
{
    SIM_CHECK(size > 0 && size <= LZX_OUT_SIZE_MAX, "LZX of %zu bytes", size);
    struct encoder *e = calloc(1, sizeof *e);
    enum sim_status status = SIM_OK;

    if (e == NULL || !lzx_finder_init(&e->finder, in, size, window_bits)) {
        status = sim_fail(error, SIM_HOST, "memory is short");
        goto done;
    }
    e->in = in;
    e->size = size;
    e->recent = (struct lzx_recent){{1, 1, 1}};
    e->main.symbols = LZX_LITERALS + 8 * lzx_slots(window_bits);
    e->lengths.symbols = LZX_LENGTH_SYMBOLS;
    for (size_t begin = 0; begin < size && status == SIM_OK; begin += LZX_FRAME_SIZE) {
        size_t rest = size - begin, frame = rest < LZX_FRAME_SIZE ? rest : LZX_FRAME_SIZE;
        size_t chunk = encode_frame(e, begin, frame);
        status = sink->chunk(sink->context, e->chunk, chunk, error);
    }

done:
    if (e != NULL)
        lzx_finder_free(&e->finder);
    free(e);
    return status;
}
