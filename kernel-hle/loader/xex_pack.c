#include "kernel-hle/loader/xex_pack.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEADERS_ALIGN = 0x1000,
    DEFAULT_STACK = 256 << 10,
    DEFAULT_TLS_SLOTS = 64,
    OWN_HEADERS = 16, /* at most, besides those that the options give */
};
static const uint32_t library_version = 0x20074500; /* 2.0.1861.0, of the console's first kernel */

/* An optional header on its way: `bytes` holds what follows its own size, or all of it where it has none. */
struct header {
    uint32_t key;
    struct pack_bytes bytes;
};

struct headers {
    struct pack *pack;
    struct header *header;
    size_t count;
};

static enum sim_status no_memory(const struct pack *pack)
{
    return sim_fail(pack->error, SIM_HOST, "%s: memory is short", pack->name);
}

/* A header of `size` bytes, all zero; NULL if there is no memory. */
static uint8_t *add_header(struct headers *headers, uint32_t key, size_t size)
{
    struct header *header = &headers->header[headers->count];
    uint8_t *data = pack_bytes_add(&header->bytes, size);
    if (data != NULL) {
        header->key = key;
        headers->count++;
    }
    return data;
}

static bool add_words(struct headers *headers, enum xex_key key, unsigned count, const uint32_t *word)
{
    uint8_t *data = add_header(headers, key, 4 * (size_t)count);
    for (unsigned i = 0; i < count && data != NULL; i++)
        bytes_put_be32(data + 4 * i, word[i]);
    return data != NULL;
}

static bool add_word(struct headers *headers, enum xex_key key, uint32_t word)
{
    return add_words(headers, key, 1, &word);
}

/* The name of the PE that the title was made of: what the input is called, but ending in .exe or .dll. */
static bool add_pe_name(struct headers *headers)
{
    const struct xex_pack_options *options = headers->pack->options;
    const char *slash = strrchr(headers->pack->name, '/'), *name = slash != NULL ? slash + 1 : headers->pack->name;
    const char *dot = strrchr(name, '.'), *ending = options->dll ? ".dll" : ".exe";
    size_t size = dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name);
    if (options->pe_name != NULL) {
        name = options->pe_name;
        size = strlen(name);
        ending = "";
    }
    uint8_t *data = add_header(headers, XEX_KEY_PE_NAME, size + strlen(ending) + 1);
    if (data == NULL)
        return false;
    memcpy(data, name, size);
    memcpy(data + size, ending, strlen(ending));
    return true;
}

/* Resources are the segments that have a name. */
static bool add_resources(struct headers *headers)
{
    const struct pack *pack = headers->pack;
    uint8_t *data =
        pack->options->resources > 0 ? add_header(headers, XEX_KEY_RESOURCES, 16 * pack->options->resources) : NULL;
    if (data == NULL)
        return pack->options->resources == 0;
    for (size_t i = 0; i < pack->segments; i++) {
        const struct pack_segment *segment = &pack->segment[i];
        if (segment->name == NULL)
            continue;
        memcpy(data, segment->name, strnlen(segment->name, PACK_RESOURCE_NAME));
        bytes_put_be32(data + 8, segment->address);
        bytes_put_be32(data + 12, (uint32_t)segment->size);
        data += 16;
    }
    return true;
}

static bool add_execution(struct headers *headers)
{
    const struct xex_pack_options *options = headers->pack->options;
    uint8_t *data = add_header(headers, XEX_KEY_EXECUTION, 24);
    if (data == NULL)
        return false;
    bytes_put_be32(data, options->media_id);
    bytes_put_be32(data + 4, options->version);
    bytes_put_be32(data + 8, options->base_version);
    bytes_put_be32(data + 12, options->title_id);
    data[0x12] = data[0x13] = 1; /* disc 1 of 1 */
    return true;
}

static bool add_own_headers(struct headers *headers)
{
    const struct pack *pack = headers->pack;
    const struct xex_pack_options *options = pack->options;
    uint32_t slots = options->tls_slots != 0 ? options->tls_slots : pack->has_tls ? DEFAULT_TLS_SLOTS : 0;
    return add_resources(headers) && add_word(headers, XEX_KEY_ENTRY, pack->entry) &&
           add_word(headers, XEX_KEY_BASE, pack->base) &&
           add_words(headers, XEX_KEY_CHECKSUM, 2, (uint32_t[]){pack->checksum, 0}) && add_pe_name(headers) &&
           (slots == 0 || add_words(headers, XEX_KEY_TLS, 4,
                                    (uint32_t[]){slots, pack->tls.address, pack->tls.size, pack->tls.raw_size})) &&
           add_word(headers, XEX_KEY_STACK_SIZE, pack->stack_size) &&
           (options->heap_size == 0 || add_word(headers, XEX_KEY_HEAP_SIZE, options->heap_size)) &&
           add_word(headers, XEX_KEY_SYSTEM_FLAGS, options->system_flags) && add_execution(headers) &&
           (options->workspace_size == 0 || add_word(headers, XEX_KEY_WORKSPACE_SIZE, options->workspace_size));
}

static int by_key(const void *a, const void *b)
{
    const struct header *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Those of the options, whose sizes are what their keys say; no key twice. */
static enum sim_status add_given_headers(struct headers *headers)
{
    const struct pack *pack = headers->pack;
    for (size_t i = 0; i < pack->options->headers; i++) {
        const struct xex_pack_header *given = &pack->options->header[i];
        uint32_t words = given->key & 0xFF, size = words == 0 ? 4 : 4 * words;
        if (words != 0xFF && given->size != size)
            return sim_fail(pack->error, SIM_USAGE,
                            "%s: optional header %08" PRIx32 ": %" PRIu32 " bytes; its key says that it has %" PRIu32,
                            pack->name, given->key, given->size, size);
        uint8_t *data = add_header(headers, given->key, given->size);
        if (data == NULL)
            return no_memory(pack);
        if (given->size > 0)
            memcpy(data, given->data, given->size);
    }
    qsort(headers->header, headers->count, sizeof *headers->header, by_key);
    for (size_t i = 1; i < headers->count; i++)
        if (headers->header[i].key == headers->header[i - 1].key)
            return sim_fail(pack->error, SIM_USAGE, "%s: optional header %08" PRIx32 " is there twice", pack->name,
                            headers->header[i].key);
    return SIM_OK;
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
        return no_memory(pack);
    bytes_put_be32(header->bytes, (uint32_t)names);
    bytes_put_be32(header->bytes + 4, pack->libraries);
    begin[pack->libraries] = header->size;
    for (unsigned i = pack->libraries; i-- > 0;) {
        uint8_t *to = i > 0 ? header->bytes + begin[i - 1] + 4 : digest;
        crypto_sha1(to, header->bytes + begin[i] + 4, begin[i + 1] - begin[i] - 4, NULL, 0);
    }
    return SIM_OK;
}

static uint32_t runs_of(const struct pack *pack)
{
    uint32_t runs = 0;
    for (uint32_t i = 0; i < pack->pages; i++)
        runs += i == 0 || pack->page[i] != pack->page[i - 1];
    return runs;
}

/* From the last run of pages to the first: each descriptor has the digest of the run behind it. */
static void write_descriptors(const struct pack *pack, uint8_t *security, uint32_t runs)
{
    uint32_t end = pack->pages;
    uint8_t *digest = NULL;
    while (runs-- > 0) {
        uint32_t begin = end - 1;
        while (begin > 0 && pack->page[begin - 1] == pack->page[begin])
            begin--;
        uint8_t *descriptor = security + XEX_SECURITY_SIZE + (size_t)XEX_DESCRIPTOR_SIZE * runs;
        bytes_put_be32(descriptor, (end - begin) << 4 | pack->page[begin]);
        digest = runs > 0 ? descriptor - XEX_DESCRIPTOR_SIZE + 4 : security + 0x114;
        crypto_sha1(digest, pack->bytes + (size_t)begin * pack->page_size, (size_t)(end - begin) * pack->page_size,
                    descriptor, XEX_DESCRIPTOR_SIZE);
        end = begin;
    }
}

static void write_security(const struct pack *pack, uint8_t *security, uint32_t runs, const uint8_t *import_digest,
                           const uint8_t *session_key)
{
    const struct xex_pack_options *options = pack->options;
    static const uint8_t development_key[XEX_KEY_SIZE];
    bytes_put_be32(security, XEX_SECURITY_SIZE + XEX_DESCRIPTOR_SIZE * runs);
    bytes_put_be32(security + 0x004, pack->size);
    bytes_put_be32(security + XEX_INFO_OFFSET, XEX_INFO_SIZE);
    bytes_put_be32(security + 0x10C, pack->page_size == 0x1000 ? XEX_IMAGE_PAGE_4K : 0);
    bytes_put_be32(security + 0x110, pack->base);
    bytes_put_be32(security + 0x128, pack->libraries);
    memcpy(security + 0x12C, import_digest, XEX_DIGEST_SIZE);
    memcpy(security + 0x150, session_key, XEX_KEY_SIZE);
    pack_encrypt(options->key != NULL ? options->key : development_key, security + 0x150, XEX_KEY_SIZE);
    bytes_put_be32(security + 0x178, options->region != 0 ? options->region : UINT32_MAX);
    bytes_put_be32(security + 0x17C, options->media_types != 0 ? options->media_types : UINT32_MAX);
    bytes_put_be32(security + 0x180, runs);
    write_descriptors(pack, security, runs);
}

/* The file's header, the entries, the security info, and behind it the data of those headers that have more than a
 * word. */
static enum sim_status write_file(const struct headers *headers, const uint8_t *import_digest,
                                  const uint8_t *session_key, const struct pack_bytes *stored,
                                  struct xex_packed *packed)
{
    const struct pack *pack = headers->pack;
    uint32_t runs = runs_of(pack), security = (uint32_t)(XEX_FILE_SIZE + 8 * headers->count);
    uint64_t at = security + XEX_SECURITY_SIZE + (uint64_t)XEX_DESCRIPTOR_SIZE * runs, data = at;
    for (size_t i = 0; i < headers->count; i++)
        at += (headers->header[i].key & 0xFF) > 1 ? 4 + ((headers->header[i].bytes.size + 3) & ~(uint64_t)3) : 0;
    uint64_t size = (at + HEADERS_ALIGN - 1) & ~(uint64_t)(HEADERS_ALIGN - 1);
    if (size > UINT32_MAX - stored->size)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: the headers do not fit a file", pack->name);

    struct pack_bytes file = {0};
    uint8_t *to = pack_bytes_add(&file, size + stored->size);
    if (to == NULL)
        return no_memory(pack);
    packed->bytes = to;
    packed->size = file.size;
    bytes_put_be32(to, XEX_MAGIC);
    bytes_put_be32(to + 0x04, pack->options->dll ? XEX_MODULE_DLL : XEX_MODULE_TITLE);
    bytes_put_be32(to + 0x08, (uint32_t)size);
    bytes_put_be32(to + 0x10, security);
    bytes_put_be32(to + 0x14, (uint32_t)headers->count);
    for (size_t i = 0; i < headers->count; i++) {
        const struct header *header = &headers->header[i];
        uint8_t *entry = to + XEX_FILE_SIZE + 8 * i;
        bytes_put_be32(entry, header->key);
        if ((header->key & 0xFF) <= 1) {
            memcpy(entry + 4, header->bytes.bytes, 4);
            continue;
        }
        bytes_put_be32(entry + 4, (uint32_t)data);
        if ((header->key & 0xFF) == 0xFF) {
            bytes_put_be32(to + data, (uint32_t)header->bytes.size + 4);
            data += 4;
        }
        memcpy(to + data, header->bytes.bytes, header->bytes.size);
        data += (header->bytes.size + 3) & ~(uint64_t)3;
    }
    write_security(pack, to + security, runs, import_digest, session_key);
    crypto_sha1(to + security + 0x164, to + security + 0x17C, size - security - 0x17C, to, security + 8);
    memcpy(to + size, stored->bytes, stored->size);

    packed->headers_size = (uint32_t)size;
    packed->page_runs = runs;
    return SIM_OK;
}

static enum sim_status make_file(struct pack *pack, struct xex_packed *packed)
{
    struct headers headers = {.pack = pack};
    struct pack_bytes stored = {0};
    uint8_t digest[XEX_DIGEST_SIZE], import_digest[XEX_DIGEST_SIZE] = {0};
    const uint8_t *session_key = pack->options->session_key;
    enum sim_status status = SIM_OK;

    headers.header = calloc(OWN_HEADERS + pack->options->headers, sizeof *headers.header);
    if (headers.header == NULL || !add_own_headers(&headers))
        status = no_memory(pack);
    if (status == SIM_OK && session_key == NULL) { /* a key of its own for each image, and the same one each time */
        crypto_sha1(digest, pack->bytes, pack->size, NULL, 0);
        session_key = digest;
    }
    if (status == SIM_OK) {
        struct header *header = &headers.header[headers.count++];
        header->key = XEX_KEY_FILE_FORMAT;
        status = pack_store(pack, session_key, &stored, &header->bytes);
    }
    if (status == SIM_OK && pack->imports > 0) {
        struct header *header = &headers.header[headers.count++];
        header->key = XEX_KEY_IMPORTS;
        status = pack_import_header(pack, &header->bytes, import_digest);
    }
    if (status == SIM_OK)
        status = add_given_headers(&headers);
    if (status == SIM_OK)
        status = write_file(&headers, import_digest, session_key, &stored, packed);
    for (size_t i = 0; i < headers.count; i++)
        free(headers.header[i].bytes.bytes);
    free(headers.header);
    free(stored.bytes);
    return status;
}

static enum sim_status check_options(const struct pack *pack)
{
    const struct xex_pack_options *options = pack->options;
    if (options->window_bits != 0 &&
        (options->window_bits < XEX_WINDOW_BITS_MIN || options->window_bits > XEX_WINDOW_BITS_MAX))
        return sim_fail(pack->error, SIM_USAGE, "%s: a window of 2^%u bytes; 2^15 to 2^21 is possible", pack->name,
                        options->window_bits);
    if (options->page_size != 0 && options->page_size != 0x1000 && options->page_size != 0x10000)
        return sim_fail(pack->error, SIM_USAGE, "%s: pages of 0x%" PRIx32 " bytes; they have 4 or 64 KiB", pack->name,
                        options->page_size);
    if (options->compression > XEX_LZX || options->encryption > XEX_ENCRYPTED)
        return sim_fail(pack->error, SIM_USAGE, "%s: only patches are packed by differences", pack->name);
    return SIM_OK;
}

/* Imports that lie at an address were not met among the symbols; a symbol that nobody defines is a mistake. */
static enum sim_status add_given_imports(struct pack *pack)
{
    for (size_t i = 0; i < pack->options->imports; i++) {
        const struct xex_pack_import *import = &pack->options->import[i];
        if (import->symbol != NULL && !pack->symbol_found[i])
            return sim_fail(pack->error, SIM_BAD_INPUT, "%s: import of %s 0x%x: there is no symbol %s", pack->name,
                            import->library, import->ordinal, import->symbol);
        if (import->symbol != NULL)
            continue;
        enum sim_status status = pack_add_import(pack, import->library, strlen(import->library), import->ordinal,
                                                 import->thunk, import->address);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

static enum sim_status read_input(struct pack *pack, const uint8_t *bytes, uint64_t size)
{
    if (size >= 4 && memcmp(bytes,
                            "\x7F"
                            "ELF",
                            4) == 0)
        return pack_read_elf(pack, bytes, size);
    if (size >= 2 && memcmp(bytes, "MZ", 2) == 0)
        return pack_read_pe(pack, bytes, size);
    if (size >= 4 && (bytes_be32(bytes) == XEX_MAGIC || bytes_be32(bytes) == XEX1_MAGIC))
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: 0x0: magic: this is a XEX already", pack->name);
    return pack_read_plain(pack, bytes, size);
}

enum sim_status xex_pack(struct xex_packed *packed, const char *name, const uint8_t *bytes, uint64_t size,
                         const struct xex_pack_options *options, struct sim_error *error)
{
    *packed = (struct xex_packed){0};
    struct pack *pack = calloc(1, sizeof *pack);
    if (pack == NULL)
        return sim_fail(error, SIM_HOST, "%s: memory is short", name);
    pack->name = name;
    pack->options = options;
    pack->error = error;
    pack->stack_size = options->stack_size != 0 ? options->stack_size : DEFAULT_STACK;
    pack->symbol_found = calloc(options->imports + 1, sizeof *pack->symbol_found);
    enum sim_status status = pack->symbol_found != NULL ? check_options(pack) : no_memory(pack);
    if (status == SIM_OK)
        status = read_input(pack, bytes, size);
    if (status == SIM_OK)
        status = add_given_imports(pack);
    if (status == SIM_OK)
        status = pack_make_image(pack);
    if (status == SIM_OK)
        status = make_file(pack, packed);
    packed->base = pack->base;
    packed->image_size = pack->size;
    packed->page_size = pack->page_size;
    packed->entry = pack->entry;
    packed->imports = pack->imports;
    image_free(&pack->program);
    free(pack->symbol_found);
    free(pack->import);
    free(pack->page);
    free(pack->bytes);
    free(pack);
    return status;
}
