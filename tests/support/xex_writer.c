#include "tests/support/xex_writer.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/sha1.h>

#include <stdlib.h>
#include <string.h>

void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xFFFF);
}

void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)(value >> 32));
    put32(at + 4, (uint32_t)value);
}

uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void put16_le(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

void put32_le(uint8_t *at, uint32_t value)
{
    put16_le(at, value & 0xFFFF);
    put16_le(at + 2, value >> 16);
}

struct bytes {
    uint8_t *at;
    size_t size, room;
};

/* `size` zeros at the end. */
static uint8_t *grow(struct bytes *bytes, size_t size)
{
    if (bytes->size + size > bytes->room) {
        bytes->room = 2 * bytes->room + size + 4096;
        bytes->at = realloc(bytes->at, bytes->room);
        if (bytes->at == NULL)
            abort();
    }
    uint8_t *new = bytes->at + bytes->size;
    memset(new, 0, size);
    bytes->size += size;
    return new;
}

static void append(struct bytes *bytes, const void *from, size_t size)
{
    if (size > 0)
        memcpy(grow(bytes, size), from, size);
}

static void align(struct bytes *bytes, size_t to)
{
    grow(bytes, (to - bytes->size % to) % to);
}

static void digest_of(uint8_t *digest, const void *bytes, size_t size, const void *more, size_t more_size)
{
    struct sha1_ctx sha;
    sha1_init(&sha);
    sha1_update(&sha, size, bytes);
    sha1_update(&sha, more_size, more);
    sha1_digest(&sha, 20, digest);
}

/* ---- what is behind the headers ---- */

/* Stretches of pages with something in them, and the zeros that follow. */
static void basic(const struct xex_writer *w, struct bytes *data, struct bytes *format)
{
    enum { PAGE = 0x1000 };
    static const uint8_t zeros[PAGE];
    uint32_t at = 0;
    while (at < w->image_size) {
        uint32_t start = at, end;
        while (at < w->image_size && memcmp(w->image + at, zeros, PAGE) != 0)
            at += PAGE;
        end = at;
        while (at < w->image_size && memcmp(w->image + at, zeros, PAGE) == 0)
            at += PAGE;
        append(data, w->image + start, end - start);
        uint8_t *entry = grow(format, 8);
        put32(entry, end - start);
        put32(entry + 4, at - end);
    }
}

/* A frame as an uncompressed block: before the first one a 0 bit (no E8 translation); type 3, the length, zeros up to
 * 16 bits (all 16 if there were none), R0 to R2, the bytes. */
static void lzx_chunk(struct bytes *block, const uint8_t *from, uint32_t size, bool first)
{
    uint64_t bits = (uint64_t)3 << 24 | size;
    unsigned count = 27 + first;
    bits <<= 32 - count;
    uint8_t *chunk = grow(block, 2 + 4 + 12 + (size_t)size);
    put16(chunk, 4 + 12 + size);
    put16_le(chunk + 2, bits >> 16 & 0xFFFF);
    put16_le(chunk + 4, bits & 0xFFFF);
    for (unsigned i = 0; i < 3; i++)
        put32_le(chunk + 6 + 4 * i, 1);
    memcpy(chunk + 18, from, size);
}

/* Blocks are made from the last to the first, since each has the digest of the next one. */
static void lzx(const struct xex_writer *w, struct bytes *data, uint8_t *first_block)
{
    enum { FRAME = 0x8000, CHUNK = FRAME + 18 };
    uint32_t frames = (w->image_size + FRAME - 1) / FRAME;
    uint32_t per_block = w->block_size == 0 ? frames : w->block_size / CHUNK + 1;
    uint32_t blocks = (frames + per_block - 1) / per_block;
    struct bytes *made = calloc(blocks, sizeof *made);
    uint8_t next[24] = {0};
    if (made == NULL)
        abort();
    for (uint32_t b = blocks; b-- > 0;) {
        append(&made[b], next, sizeof next);
        for (uint32_t f = b * per_block; f < (b + 1) * per_block && f < frames; f++) {
            uint32_t at = f * FRAME, size = w->image_size - at < FRAME ? w->image_size - at : FRAME;
            lzx_chunk(&made[b], w->image + at, size, f == 0);
        }
        grow(&made[b], 2 + b % 5); /* the length 0, and something of no meaning */
        put32(next, (uint32_t)made[b].size);
        digest_of(next + 4, made[b].at, made[b].size, NULL, 0);
    }
    memcpy(first_block, next, sizeof next);
    for (uint32_t b = 0; b < blocks; b++) {
        append(data, made[b].at, made[b].size);
        free(made[b].at);
    }
    free(made);
}

static void encrypt(const struct xex_writer *w, struct bytes *data)
{
    struct aes128_ctx aes;
    uint8_t iv[16] = {0};
    align(data, 16);
    uint8_t *plain = malloc(data->size);
    if (plain == NULL)
        abort();
    memcpy(plain, data->at, data->size);
    aes128_set_encrypt_key(&aes, w->session_key);
    cbc_encrypt(&aes, (nettle_cipher_func *)aes128_encrypt, 16, iv, data->size, data->at, plain);
    free(plain);
}

/* ---- headers ---- */

static void imports(const struct xex_writer *w, struct bytes *block, uint8_t *digest)
{
    uint8_t *start = grow(block, 8);
    put32(start + 4, w->libraries);
    for (unsigned i = 0; i < w->libraries; i++) {
        append(block, w->library[i].name, strlen(w->library[i].name) + 1);
        align(block, 4);
    }
    put32(block->at, (uint32_t)block->size - 8);

    struct bytes *record = calloc(w->libraries + 1, sizeof *record);
    uint8_t next[20] = {0};
    if (record == NULL)
        abort();
    for (unsigned i = w->libraries; i-- > 0;) {
        const struct xex_writer_library *library = &w->library[i];
        uint8_t *at = grow(&record[i], 0x28 + 4 * (size_t)library->addresses);
        put32(at, (uint32_t)record[i].size);
        memcpy(at + 4, next, sizeof next);
        put32(at + 0x18, 0x1000 + i);
        put32(at + 0x1C, library->version);
        put32(at + 0x20, library->version_min);
        put16(at + 0x24, i);
        put16(at + 0x26, library->addresses);
        for (unsigned k = 0; k < library->addresses; k++)
            put32(at + 0x28 + 4 * k, library->address[k]);
        digest_of(next, at + 4, record[i].size - 4, NULL, 0);
    }
    memcpy(digest, next, sizeof next);
    for (unsigned i = 0; i < w->libraries; i++) {
        append(block, record[i].at, record[i].size);
        free(record[i].at);
    }
    free(record);
}

struct entries {
    struct bytes *file;
    unsigned count;
};

static uint32_t add_header(struct entries *entries, uint32_t key, uint32_t value, const void *bytes, size_t size)
{
    size_t at = 0x18 + 8 * (size_t)entries->count++;
    put32(entries->file->at + at, key);
    if ((key & 0xFF) <= 1) {
        put32(entries->file->at + at + 4, value);
        return (uint32_t)at + 4;
    }
    align(entries->file, 4);
    uint32_t place = (uint32_t)entries->file->size;
    if ((key & 0xFF) == 0xFF)
        put32(grow(entries->file, 4), (uint32_t)size + 4);
    append(entries->file, bytes, size);
    put32(entries->file->at + at + 4, place);
    return place;
}

/* Runs are hashed from the last to the first, each with its descriptor, which has the digest of the next. */
static void page_chain(const struct xex_writer *w, uint8_t *descriptor, uint32_t page_size, uint8_t *image_digest)
{
    uint8_t next[20] = {0};
    uint32_t end = w->image_size;
    for (unsigned i = w->runs; i-- > 0;) {
        uint32_t size = w->run[i].pages * page_size;
        put32(descriptor + 24 * i, w->run[i].pages << 4 | w->run[i].kind);
        memcpy(descriptor + 24 * i + 4, next, sizeof next);
        end -= size;
        digest_of(next, w->image + end, size, descriptor + 24 * i, 24);
    }
    memcpy(image_digest, next, sizeof next);
}

static uint32_t write_security(const struct xex_writer *w, struct bytes *file, const uint8_t *import_digest)
{
    align(file, 8);
    uint32_t place = (uint32_t)file->size, fixed = w->xex1 ? 0x168 : 0x184;
    uint32_t page_size = w->image_flags & 0x10000000 ? 0x1000 : 0x10000;
    uint8_t *s = grow(file, fixed + 24 * (size_t)w->runs);
    struct aes128_ctx aes;
    aes128_set_encrypt_key(&aes, w->wrapping_key);
    put32(s, fixed + 24 * w->runs);
    put32(s + 4, w->image_size);
    put32(s + fixed - 4, w->runs);
    if (w->xex1) {
        page_chain(w, s + fixed, page_size, s + 0x108);
        memcpy(s + 0x11C, import_digest, 20);
        put32(s + 0x130, w->base);
        aes128_encrypt(&aes, 16, s + 0x134, w->session_key);
        put32(s + 0x154, w->region);
        put32(s + 0x158, w->image_flags);
        put32(s + 0x15C, w->export_table);
        put32(s + 0x160, w->media);
        return place;
    }
    put32(s + 0x108, 0x174);
    put32(s + 0x10C, w->image_flags);
    put32(s + 0x110, w->base);
    page_chain(w, s + fixed, page_size, s + 0x114);
    put32(s + 0x128, w->libraries);
    memcpy(s + 0x12C, import_digest, 20);
    for (unsigned i = 0; i < 16; i++)
        s[0x140 + i] = (uint8_t)(0xA0 + i);
    aes128_encrypt(&aes, 16, s + 0x150, w->session_key);
    put32(s + 0x160, w->export_table);
    put32(s + 0x178, w->region);
    put32(s + 0x17C, w->media);
    return place;
}

uint8_t *xex_writer(const struct xex_writer *w, size_t *size, struct xex_writer_places *places)
{
    struct bytes file = {0}, data = {0}, format = {0}, import_block = {0};
    struct xex_writer_places unused;
    struct entries entries = {&file, 0};
    uint8_t import_digest[20] = {0}, first_block[24] = {0};
    unsigned count = w->headers + 1 + (w->libraries > 0);
    places = places != NULL ? places : &unused;

    uint8_t *start = grow(&format, 4);
    put16(start, w->encryption);
    put16(start + 2, w->compression);
    if (w->compression == 0)
        append(&data, w->image, w->image_size);
    else if (w->compression == 1)
        basic(w, &data, &format);
    else {
        lzx(w, &data, first_block);
        put32(grow(&format, 4), 0x8000);
        append(&format, first_block, sizeof first_block);
    }
    if (w->encryption != 0)
        encrypt(w, &data);

    grow(&file, 0x18 + 8 * (size_t)count);
    for (unsigned i = 0; i < w->headers; i++) {
        uint32_t place =
            add_header(&entries, w->header[i].key, w->header[i].value, w->header[i].bytes, w->header[i].size);
        if (i < sizeof places->header / sizeof *places->header)
            places->header[i] = place;
    }
    places->format = add_header(&entries, 0x000003FF, 0, format.at, format.size);
    if (w->libraries > 0) {
        imports(w, &import_block, import_digest);
        places->imports = add_header(&entries, 0x000103FF, 0, import_block.at, import_block.size);
    }
    places->security = write_security(w, &file, import_digest);
    align(&file, 0x800);
    places->headers_size = (uint32_t)file.size;
    memcpy(file.at, w->xex1 ? "XEX1" : "XEX2", 4);
    put32(file.at + 4, w->module_flags);
    put32(file.at + 8, (uint32_t)file.size);
    put32(file.at + 0x10, places->security);
    put32(file.at + 0x14, count);
    if (!w->xex1)
        digest_of(file.at + places->security + 0x164, file.at + places->security + 0x17C,
                  file.size - places->security - 0x17C, file.at, places->security + 8);
    append(&file, data.at, data.size);
    free(data.at);
    free(format.at);
    free(import_block.at);
    *size = file.size;
    return file.at;
}

void pe_writer(uint8_t *image, uint32_t image_size, const struct pe_writer_section *section, unsigned sections)
{
    uint8_t *pe = image + 0x80, *optional = pe + 24;
    image[0] = 'M';
    image[1] = 'Z';
    image[2] = 0x90;
    put32_le(image + 0x3C, 0x80);
    pe[0] = 'P';
    pe[1] = 'E';
    put16_le(pe + 4, 0x01F2);
    put16_le(pe + 6, sections);
    put16_le(pe + 20, 0xE0);
    put16_le(pe + 22, 0x0102);
    put16_le(optional, 0x10B);
    put32_le(optional + 56, image_size);
    put16_le(optional + 68, 14);
    for (unsigned i = 0; i < sections; i++) {
        uint8_t *header = optional + 0xE0 + 40 * (size_t)i;
        memcpy(header, section[i].name, strlen(section[i].name));
        put32_le(header + 8, section[i].size);
        put32_le(header + 12, section[i].offset);
        put32_le(header + 16, section[i].size);
        put32_le(header + 20, section[i].offset);
        put32_le(header + 36, section[i].flags);
    }
}
