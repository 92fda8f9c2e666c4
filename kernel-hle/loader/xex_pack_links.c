/* What binds a module to others, by ordinal: the words of imports and their header, the table of exports. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { THUNK_SIZE = 16 };
static const uint32_t library_version = 0x20074500; /* 2.0.1861.0, of the console's first kernel */

static int by_library(const void *a, const void *b)
{
    const struct pack_import *x = a, *y = b;
    if (x->library != y->library)
        return x->library < y->library ? -1 : 1;
    if (x->ordinal != y->ordinal)
        return x->ordinal < y->ordinal ? -1 : 1;
    if (x->thunk != y->thunk)
        return x->thunk ? 1 : -1; /* a function's word stands before its thunk */
    return x->address < y->address ? -1 : x->address > y->address;
}

/* A word says what it is to become: kind, library, ordinal. A thunk has a second word like it, and what jumps. */
enum sim_status pack_write_imports(struct pack *pack)
{
    const uint32_t mtctr_r11 = 0x7D6903A6, bctr = 0x4E800420;
    uint8_t *taken = calloc(pack->size / 4 / 8 + 1, 1);
    enum sim_status status = SIM_OK;
    if (taken == NULL)
        return pack_no_memory(pack);
    if (pack->imports > 0)
        qsort(pack->import, pack->imports, sizeof *pack->import, by_library);
    for (size_t i = 0; i < pack->imports && status == SIM_OK; i++) {
        const struct pack_import *import = &pack->import[i];
        uint32_t offset = import->address - pack->base, size = import->thunk ? THUNK_SIZE : 4;
        bool fits = import->address >= pack->base && offset % 4 == 0 && bytes_within(pack->size, offset, size);
        for (uint32_t word = offset / 4; fits && word < offset / 4 + size / 4; word++) {
            fits = (taken[word / 8] >> word % 8 & 1) == 0;
            taken[word / 8] |= (uint8_t)(1 << word % 8);
        }
        if (!fits || (import->thunk && pack->page[offset / pack->page_size] != XEX_PAGE_CODE)) {
            status = sim_fail(pack->error, SIM_BAD_INPUT,
                              "%s: import of %s 0x%x at %08" PRIx32 ": that is no %s of the image, or another "
                              "import's",
                              pack->name, pack->library[import->library], import->ordinal, import->address,
                              import->thunk ? "four words of code" : "word");
            break;
        }
        uint8_t *at = pack->bytes + offset;
        uint32_t what = import->library << 16 | import->ordinal;
        bytes_put_be32(at, (import->thunk ? 1u << 24 : 0) | what);
        if (import->thunk) {
            bytes_put_be32(at + 4, 2u << 24 | what);
            bytes_put_be32(at + 8, mtctr_r11);
            bytes_put_be32(at + 12, bctr);
        }
    }
    free(taken);
    return status;
}

/* Library records: each has the digest of the next one, and the security info that of the first. */
enum sim_status pack_import_header(const struct pack *pack, struct pack_bytes *header, uint8_t digest[XEX_DIGEST_SIZE])
{
    size_t names = 0, begin[PACK_LIBRARIES_MAX + 1];
    bool room = pack_bytes_add(header, 8) != NULL;
    for (unsigned i = 0; i < pack->libraries && room; i++) {
        size_t size = (strlen(pack->library[i]) + 1 + 3) & ~(size_t)3;
        uint8_t *name = pack_bytes_add(header, size);
        room = name != NULL;
        if (room)
            memcpy(name, pack->library[i], strlen(pack->library[i]));
        names += size;
    }
    const struct pack_import *import = pack->import, *end = pack->import + pack->imports;
    for (unsigned i = 0; i < pack->libraries && room; i++) {
        const struct pack_import *first = import;
        while (import < end && import->library == i)
            import++;
        size_t count = (size_t)(import - first), size = XEX_LIBRARY_SIZE + 4 * count;
        if (count > UINT16_MAX)
            return sim_fail(pack->error, SIM_BAD_INPUT, "%s: %zu imports of %s; a library has up to 65535", pack->name,
                            count, pack->library[i]);
        begin[i] = header->size;
        uint8_t *record = pack_bytes_add(header, size);
        room = record != NULL;
        if (!room)
            break;
        bytes_put_be32(record, (uint32_t)size);
        bytes_put_be32(record + 0x1C, library_version);
        bytes_put_be32(record + 0x20, library_version);
        record[0x25] = (uint8_t)i;
        bytes_put_be16(record + 0x26, (uint16_t)count);
        for (size_t j = 0; j < count; j++)
            bytes_put_be32(record + XEX_LIBRARY_SIZE + 4 * j, first[j].address);
    }
    if (!room)
        return pack_no_memory(pack);
    bytes_put_be32(header->bytes, (uint32_t)names);
    bytes_put_be32(header->bytes + 4, pack->libraries);
    begin[pack->libraries] = header->size;
    for (unsigned i = pack->libraries; i-- > 0;) {
        uint8_t *to = i > 0 ? header->bytes + begin[i - 1] + 4 : digest;
        crypto_sha1(to, header->bytes + begin[i] + 4, begin[i + 1] - begin[i] - 4, NULL, 0);
    }
    return SIM_OK;
}

static int by_ordinal(const void *a, const void *b)
{
    const struct pack_export *x = a, *y = b;
    return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

/* The table lies in the page of the PE's headers, from `at` on. Its offsets count from the 64 KiB that it begins in. */
enum sim_status pack_write_exports(struct pack *pack, uint32_t at)
{
    enum { BASE_HIGH = 0x20, COUNT = 0x24, FIRST = 0x28, OFFSETS = 0x2C };
    static const uint32_t magic[] = {0x48000000, 0x00485645, 0x48000000};
    if (pack->exports == 0)
        return SIM_OK;
    qsort(pack->export, pack->exports, sizeof *pack->export, by_ordinal);
    uint32_t first = pack->export[0].ordinal, count = pack->export[pack->exports - 1].ordinal - first + 1;
    if (!bytes_within(pack->page_size, at, OFFSETS + 4 * (uint64_t)count))
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: exports: a table of ordinals %" PRIu32 " to %" PRIu32
                        " does not fit the page of the headers, of which %" PRIu32 " bytes are left",
                        pack->name, first, first + count - 1, pack->page_size - at);
    uint8_t *table = pack->bytes + at;
    for (unsigned i = 0; i < 3; i++)
        bytes_put_be32(table + 4 * i, magic[i]);
    bytes_put_be32(table + BASE_HIGH, pack->base >> 16);
    bytes_put_be32(table + COUNT, count);
    bytes_put_be32(table + FIRST, first);
    for (size_t i = 0; i < pack->exports; i++) {
        const struct pack_export *export = &pack->export[i];
        if (export->address <= pack->base || export->address - pack->base >= pack->size)
            return sim_fail(pack->error, SIM_BAD_INPUT, "%s: export 0x%x at %08" PRIx32 ": that is not in the image",
                            pack->name, export->ordinal, export->address);
        uint8_t *offset = table + OFFSETS + 4 * (export->ordinal - first);
        if (bytes_be32(offset) != 0)
            return sim_fail(pack->error, SIM_BAD_INPUT, "%s: export 0x%x is there twice", pack->name, export->ordinal);
        bytes_put_be32(offset, export->address - (pack->base & 0xFFFF0000));
    }
    pack->export_table = pack->base + at;
    return SIM_OK;
}
