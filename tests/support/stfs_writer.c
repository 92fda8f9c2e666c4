#include "tests/support/stfs_writer.h"

#include <nettle/sha1.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, FAN = 170, END = 0xffffff, STATE_USED = 2 };

struct volume {
    struct stfs_writer *w;
    uint8_t *bytes;
    size_t size;
    uint32_t *table_place[3]; /* of the first copy */
    uint8_t *is_used;
    uint32_t free_next; /* in `order` */
    uint32_t *order;
};

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (memory == NULL)
        abort();
    return memory;
}

static uint32_t random_number(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

void stfs_writer_be(uint8_t *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

static void le(uint8_t *p, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static void sha1(const uint8_t *bytes, size_t size, uint8_t digest[20])
{
    struct sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, size, bytes);
    sha1_digest(&context, 20, digest);
}

uint32_t stfs_writer_data(const struct stfs_writer *w)
{
    return (w->header_size + BLOCK - 1) / BLOCK * BLOCK;
}

void stfs_writer_seal(uint8_t *bytes)
{
    uint32_t size =
        (uint32_t)bytes[0x340] << 24 | (uint32_t)bytes[0x341] << 16 | (uint32_t)bytes[0x342] << 8 | bytes[0x343];
    uint32_t data = (size + BLOCK - 1) / BLOCK * BLOCK;
    sha1(bytes + 0x344, data - 0x344, bytes + 0x32c);
}

static uint8_t *block_bytes(struct volume *v, uint32_t block)
{
    return v->bytes + stfs_writer_data(v->w) + (size_t)v->w->place[block] * BLOCK;
}

/* One walk over the volume: whenever the next block is the first of a table, the table comes before it; a table of the
 * second level first comes when its first child is full, a later one before its children. */
uint32_t stfs_writer_walk(uint32_t copies, uint32_t blocks, uint32_t *place, uint32_t *table_place[3])
{
    uint32_t at = 0;
    for (uint32_t b = 0; b < blocks; b++) {
        if (b == FAN * FAN) {
            table_place[2][0] = at;
            at += copies;
        }
        if (b == FAN || (b > 0 && b % (FAN * FAN) == 0)) {
            table_place[1][b / (FAN * FAN)] = at;
            at += copies;
        }
        if (b % FAN == 0) {
            table_place[0][b / FAN] = at;
            at += copies;
        }
        place[b] = at++;
    }
    return at;
}

static uint32_t take_free(struct volume *v)
{
    while (v->is_used[v->order[v->free_next]])
        v->free_next++;
    return v->order[v->free_next];
}

/* Puts bytes into a chain of blocks; returns its first. */
static uint32_t put(struct volume *v, const uint8_t *bytes, uint32_t size, const uint32_t *chain)
{
    uint32_t count = (size + BLOCK - 1) / BLOCK, first = END, before = END;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t block = chain != NULL ? chain[i] : take_free(v);
        if (v->is_used[block])
            abort();
        v->is_used[block] = 1;
        v->w->used++;
        v->w->next[block] = END;
        if (before == END)
            first = block;
        else
            v->w->next[before] = block;
        before = block;
        memcpy(block_bytes(v, block), bytes + (size_t)i * BLOCK, size - i * BLOCK < BLOCK ? size - i * BLOCK : BLOCK);
    }
    return first;
}

static void put_files(struct volume *v)
{
    struct stfs_writer *w = v->w;
    uint8_t *table = room(w->table_blocks + 1, BLOCK);

    for (unsigned i = 0; i < w->files; i++)
        for (uint32_t k = 0; w->file[i].chain != NULL && k < (w->file[i].size + BLOCK - 1) / BLOCK; k++)
            v->is_used[w->file[i].chain[k]] = 2; /* kept for it */
    w->table_first = w->table_blocks > 0 ? put(v, table, w->table_blocks * BLOCK, NULL) : 0;
    for (unsigned i = 0; i < w->files; i++) {
        const struct stfs_writer_file *file = &w->file[i];
        uint8_t *entry = table + (size_t)i * 64;
        uint32_t count = (file->size + BLOCK - 1) / BLOCK;
        for (uint32_t k = 0; file->chain != NULL && k < count; k++)
            v->is_used[file->chain[k]] = 0;
        uint32_t first = file->directory ? 0 : put(v, file->bytes, file->size, file->chain);
        memcpy(entry, file->name, strlen(file->name) < 40 ? strlen(file->name) : 40);
        entry[0x28] = (uint8_t)(strlen(file->name) | (file->contiguous ? 0x40u : 0) | (file->directory ? 0x80u : 0));
        le(entry + 0x29, count, 3);
        le(entry + 0x2c, count, 3);
        le(entry + 0x2f, first == END ? 0 : first, 3);
        stfs_writer_be(entry + 0x32, file->parent, 2);
        stfs_writer_be(entry + 0x34, file->size, 4);
        stfs_writer_be(entry + 0x38, file->created, 4);
        stfs_writer_be(entry + 0x3c, file->modified, 4);
    }
    uint32_t block = w->table_first;
    for (uint32_t i = 0; i < w->table_blocks; i++, block = w->next[block])
        memcpy(block_bytes(v, block), table + (size_t)i * BLOCK, BLOCK);
    free(table);
}

/* The copy that holds, and the digest of it. The other copy is filled with what must not be believed. */
static bool finish_table(struct volume *v, unsigned level, uint32_t index, const uint8_t *table, uint32_t *random,
                         uint8_t digest[20])
{
    bool second = v->w->copies == 2 && (random_number(random) >> 9 & 1) != 0;
    uint8_t *at = v->bytes + stfs_writer_data(v->w) + (size_t)v->table_place[level][index] * BLOCK;

    if (v->w->copies == 2)
        memset(at + (second ? 0 : BLOCK), 0xa5, BLOCK);
    memcpy(at + (second ? BLOCK : 0), table, BLOCK);
    sha1(table, BLOCK, digest);
    return second;
}

/* All tables, from the lowest level up; hands out what the volume descriptor says of the top one. */
static bool put_tables(struct volume *v, uint8_t digest[20])
{
    struct stfs_writer *w = v->w;
    uint32_t below = w->blocks, random = w->seed * 2654435761u | 1;
    uint8_t *digests = NULL, *seconds = NULL;
    bool second = false;

    memset(digest, 0, 20);
    for (unsigned level = 0; level < 3 && below > 0; level++) {
        uint32_t count = (below + FAN - 1) / FAN;
        uint8_t *own_digests = room(count, 20), *own_seconds = room(count, 1);
        for (uint32_t i = 0; i < count; i++) {
            uint8_t table[BLOCK] = {0};
            uint32_t entries = below - i * FAN < FAN ? below - i * FAN : FAN;
            for (uint32_t k = 0; k < entries; k++) {
                uint32_t child = i * FAN + k;
                uint8_t *entry = table + (size_t)k * 24;
                if (level > 0) {
                    memcpy(entry, digests + (size_t)child * 20, 20);
                    stfs_writer_be(entry + 20, seconds[child] ? 1u << 30 : 0, 4);
                } else if (v->is_used[child]) {
                    sha1(block_bytes(v, child), BLOCK, entry);
                    stfs_writer_be(entry + 20, (uint32_t)STATE_USED << 30 | w->next[child], 4);
                }
            }
            stfs_writer_be(table + 170 * 24, entries, 4);
            own_seconds[i] = finish_table(v, level, i, table, &random, own_digests + (size_t)i * 20);
        }
        free(digests);
        free(seconds);
        digests = own_digests;
        seconds = own_seconds;
        below = count;
        if (count == 1) {
            memcpy(digest, digests, 20);
            second = seconds[0];
            break;
        }
    }
    free(digests);
    free(seconds);
    return second;
}

static void put_header(struct volume *v)
{
    struct stfs_writer *w = v->w;
    uint8_t *h = v->bytes, digest[20];
    bool second = put_tables(v, digest);

    memcpy(h, w->magic, 4);
    stfs_writer_be(h + 0x340, w->header_size, 4);
    stfs_writer_be(h + 0x344, 0xd0000, 4);
    stfs_writer_be(h + 0x348, 1, 4);
    stfs_writer_be(h + 0x34c, v->size - stfs_writer_data(w), 8);
    h[0x379] = 0x24;
    h[0x37b] = (uint8_t)((w->copies == 1 ? 1 : 0) | (second ? 2 : 0));
    le(h + 0x37c, w->table_blocks, 2);
    le(h + 0x37e, w->table_first, 3);
    memcpy(h + 0x381, digest, 20);
    stfs_writer_be(h + 0x395, w->blocks, 4);
    stfs_writer_be(h + 0x399, w->blocks - w->used, 4);
    stfs_writer_seal(h);
}

static void choose_order(struct volume *v)
{
    uint32_t random = v->w->shuffle;
    for (uint32_t i = 0; i < v->w->blocks; i++)
        v->order[i] = i;
    for (uint32_t i = v->w->blocks; random != 0 && i-- > 1;) {
        uint32_t k = random_number(&random) % (i + 1), other = v->order[k];
        v->order[k] = v->order[i];
        v->order[i] = other;
    }
}

uint8_t *stfs_writer(struct stfs_writer *w, size_t *size)
{
    struct volume v = {.w = w};

    w->table_blocks = (w->files + 63) / 64;
    w->blocks = w->table_blocks;
    for (unsigned i = 0; i < w->files; i++)
        w->blocks += (w->file[i].size + BLOCK - 1) / BLOCK;
    if (w->total_blocks > w->blocks)
        w->blocks = w->total_blocks;
    w->used = 0;
    w->place = room(w->blocks, sizeof *w->place);
    w->next = room(w->blocks, sizeof *w->next);
    v.is_used = room(w->blocks, 1);
    v.order = room(w->blocks, sizeof *v.order);
    for (unsigned i = 0, n = w->blocks; i < 3; i++) {
        n = (n + FAN - 1) / FAN;
        v.table_place[i] = room(n, sizeof *v.table_place[i]);
    }
    choose_order(&v);
    v.size = stfs_writer_data(w) + (size_t)stfs_writer_walk(w->copies, w->blocks, w->place, v.table_place) * BLOCK;
    v.bytes = room(v.size, 1);
    put_files(&v);
    if (w->relink[0] != w->relink[1])
        w->next[w->relink[0]] = w->relink[1];
    put_header(&v);
    free(v.is_used);
    free(v.order);
    for (unsigned i = 0; i < 3; i++)
        free(v.table_place[i]);
    *size = v.size;
    return v.bytes;
}

void stfs_writer_free(struct stfs_writer *w)
{
    free(w->place);
    free(w->next);
}
