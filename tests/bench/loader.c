/* What loading costs: LZX, AES, the digests and a whole title of 16 MiB, beside what the same bytes cost memcpy and
 * zlib in the same run. One core, best of five. The title is made here: text of a small vocabulary, tables of numbers
 * that differ little, noise and zeros, which LZX makes about half as long. */
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/lzx_encode.h"
#include "kernel-hle/loader/xex_pack.h"
#include "tests/bench/seconds.h"

#include <zlib.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 16 << 20, WINDOW_BITS = 16, REPEATS = 5 };

static const double FLOOR_LZX = 100, FLOOR_AES = 500; /* MB/s */
static const double CEILING_TITLE = 0.3;              /* seconds */

__attribute__((noreturn)) static void fail(const char *what, const struct sim_error *error)
{
    fprintf(stderr, "bench_loader: %s: %s\n", what, error->text);
    exit(SIM_HOST);
}

static void *room(size_t size)
{
    void *bytes = calloc(size, 1);
    if (bytes == NULL)
        exit(SIM_HOST);
    return bytes;
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Code is mostly words that recur with small changes. */
static void make_program(uint8_t *bytes)
{
    uint64_t state = 360;
    uint8_t word[512][4];
    for (int i = 0; i < 512; i++)
        for (int j = 0; j < 4; j++)
            word[i][j] = (uint8_t)draw(&state);
    for (size_t at = 0; at < SIZE; at += 4) {
        unsigned kind = at >> 18 & 15;
        if (kind < 10) {
            uint64_t rank = draw(&state) % 512;
            memcpy(bytes + at, word[rank * rank >> 9], 4);
            if (draw(&state) % 3 == 0)
                bytes[at + 3] = (uint8_t)draw(&state);
        } else if (kind < 13) {
            bytes[at] = (uint8_t)(at >> 14);
            bytes[at + 1] = (uint8_t)(at >> 9);
            bytes[at + 2] = (uint8_t)(draw(&state) & 7);
            bytes[at + 3] = 0;
        } else if (kind == 13) {
            for (int j = 0; j < 4; j++)
                bytes[at + (size_t)j] = (uint8_t)draw(&state);
        }
    }
}

struct chunks {
    uint8_t *bytes;
    size_t size, at;
    size_t *end;
    size_t count, next;
};

static enum sim_status keep_chunk(void *context, const uint8_t *bytes, size_t size, struct sim_error *error)
{
    struct chunks *chunks = context;
    (void)error;
    memcpy(chunks->bytes + chunks->size, bytes, size);
    chunks->size += size;
    chunks->end[chunks->count++] = chunks->size;
    return SIM_OK;
}

static enum sim_status next_chunk(void *context, const uint8_t **chunk, size_t *size, struct sim_error *error)
{
    struct chunks *chunks = context;
    (void)error;
    *chunk = chunks->bytes + chunks->at;
    *size = chunks->end[chunks->next++] - chunks->at;
    chunks->at += *size;
    return SIM_OK;
}

/* Everything that is measured, and what it works on. */
struct bench {
    uint8_t *program, *out;
    struct chunks chunks;
    uint8_t *deflated;
    uLongf deflated_size;
    struct xex_packed title;
};

static void run_memcpy(struct bench *b)
{
    memcpy(b->out, b->program, SIZE);
    __asm__ volatile("" : : "r"(b->out) : "memory");
}

static void run_inflate(struct bench *b)
{
    uLongf size = SIZE;
    if (uncompress(b->out, &size, b->deflated, b->deflated_size) != Z_OK || size != SIZE)
        exit(SIM_HOST);
}

static void run_lzx(struct bench *b)
{
    struct sim_error error;
    b->chunks.at = b->chunks.next = 0;
    const struct lzx_source source = {.next = next_chunk, .context = &b->chunks};
    if (lzx_decode(b->out, SIZE, WINDOW_BITS, &source, "bench", &error) != SIM_OK)
        fail("lzx", &error);
}

static void run_aes(struct bench *b)
{
    static const uint8_t key[CRYPTO_KEY_SIZE] = {1, 2, 3};
    struct crypto_cbc cbc;
    crypto_cbc_start(&cbc, key);
    crypto_cbc_decrypt(&cbc, b->out, b->program, SIZE);
}

static void run_sha1(struct bench *b)
{
    uint8_t digest[CRYPTO_DIGEST_SIZE];
    crypto_sha1(digest, b->program, SIZE, NULL, 0);
    memcpy(b->out, digest, sizeof digest);
}

static void run_encode(struct bench *b)
{
    struct sim_error error;
    b->chunks.size = b->chunks.count = 0;
    if (lzx_encode(b->program, SIZE, WINDOW_BITS, &(struct lzx_sink){keep_chunk, &b->chunks}, &error) != SIM_OK)
        fail("encode", &error);
}

static void run_title(struct bench *b)
{
    struct sim_error error;
    struct loader_keys keys;
    struct image image = {0};
    struct xex *xex = calloc(1, sizeof *xex);
    loader_keys_init(&keys);
    if (xex == NULL || xex_read(xex, "bench", b->title.bytes, b->title.size, &error) != SIM_OK ||
        xex_load(&image, xex, &keys, NULL, NULL, &error) != SIM_OK)
        fail("title", &error);
    if (memcmp(image.bytes + image.page_size, b->program, SIZE) != 0)
        exit(SIM_HOST);
    image_free(&image);
    free(xex);
}

static double best(struct bench *b, void (*run)(struct bench *), int repeats)
{
    double least = 1e9;
    for (int i = 0; i < repeats; i++) {
        double begin = seconds(CLOCK_THREAD_CPUTIME_ID);
        run(b);
        double took = seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
        least = took < least ? took : least;
    }
    return least;
}

static double report(const char *name, double took)
{
    printf("%-24s %9.1f MB/s %9.1f ms\n", name, SIZE / took / 1e6, took * 1e3);
    return SIZE / took / 1e6;
}

int main(void)
{
    static struct bench b;
    b.program = room(SIZE);
    b.out = room(SIZE);
    b.chunks.bytes = room(2 * (size_t)SIZE);
    b.chunks.end = room((SIZE / LZX_FRAME_SIZE + 1) * sizeof(size_t));
    b.deflated_size = compressBound(SIZE);
    b.deflated = room(b.deflated_size);
    make_program(b.program);
    compress2(b.deflated, &b.deflated_size, b.program, SIZE, 6);

    struct sim_error error;
    const struct xex_pack_options options = {
        .compression = XEX_LZX, .encryption = XEX_ENCRYPTED, .window_bits = WINDOW_BITS};
    if (xex_pack(&b.title, "bench", b.program, SIZE, &options, &error) != SIM_OK)
        fail("pack", &error);
    double encode = best(&b, run_encode, 1);
    printf("%d MiB; LZX makes %zu of it, zlib %lu, the title has %zu bytes\n", SIZE >> 20, b.chunks.size,
           b.deflated_size, b.title.size);
    report("memcpy", best(&b, run_memcpy, REPEATS));
    double inflate = report("zlib inflate", best(&b, run_inflate, REPEATS));
    double lzx = report("LZX decode", best(&b, run_lzx, REPEATS));
    double aes = report("AES-128-CBC decrypt", best(&b, run_aes, REPEATS));
    report("SHA-1", best(&b, run_sha1, REPEATS));
    report("LZX encode", encode);
    double title = best(&b, run_title, REPEATS);
    report("encrypted LZX title", title);
    printf("LZX: %.2f of zlib's speed; floor %.0f MB/s: %s\n", lzx / inflate, FLOOR_LZX,
           lzx >= FLOOR_LZX ? "held" : "MISSED");
    printf("AES: floor %.0f MB/s: %s\n", FLOOR_AES, aes >= FLOOR_AES ? "held" : "MISSED");
    printf("title: ceiling %.0f ms: %s\n", CEILING_TITLE * 1e3, title <= CEILING_TITLE ? "held" : "MISSED");
    free(b.program);
    free(b.out);
    free(b.chunks.bytes);
    free(b.chunks.end);
    free(b.deflated);
    free(b.title.bytes);
    return 0; /* a slow machine is no failure: whoever reads the figures judges */
}
