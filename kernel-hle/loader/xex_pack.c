#include "kernel-hle/loader/xex_pack.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_STACK = 256 << 10,
    DEFAULT_TLS_SLOTS = 64,
    IMAGES_SIZE = 256 << 20, /* of the addresses that there are for images */
    OWN_HEADERS = 16,        /* at most, besides those that the options give */
};

/* A header of `size` bytes, all zero; NULL if there is no memory. */
static uint8_t *add_header(struct pack_headers *headers, uint32_t key, size_t size)
{
    struct pack_header *header = &headers->header[headers->count];
    uint8_t *data = pack_bytes_add(&header->bytes, size);
    if (data != NULL) {
        header->key = key;
        headers->count++;
    }
    return data;
}

static bool add_words(struct pack_headers *headers, enum xex_key key, unsigned count, const uint32_t *word)
{
    uint8_t *data = add_header(headers, key, 4 * (size_t)count);
    for (unsigned i = 0; i < count && data != NULL; i++)
        bytes_put_be32(data + 4 * i, word[i]);
    return data != NULL;
}

static bool add_word(struct pack_headers *headers, enum xex_key key, uint32_t word)
{
    return add_words(headers, key, 1, &word);
}

/* The name of the PE that the title was made of: what the input is called, but ending in .exe or .dll. */
static bool add_pe_name(struct pack_headers *headers)
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
    size_t whole = size + strlen(ending) + 1;
    uint8_t *data = add_header(headers, XEX_KEY_PE_NAME, whole);
    if (data == NULL)
        return false;
    snprintf((char *)data, whole, "%.*s%s", (int)size, name, ending);
    return true;
}

/* Resources are the segments that have a name. */
static bool add_resources(struct pack_headers *headers)
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

static bool add_execution(struct pack_headers *headers)
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

static bool add_own_headers(struct pack_headers *headers)
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
    const struct pack_header *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Those of the options, whose sizes are what their keys say; no key twice. */
static enum sim_status add_given_headers(struct pack_headers *headers)
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
            return pack_no_memory(pack);
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

static enum sim_status make_file(struct pack *pack, struct xex_packed *packed)
{
    struct pack_headers headers = {.pack = pack};
    struct pack_bytes stored = {0};
    uint8_t digest[XEX_DIGEST_SIZE], import_digest[XEX_DIGEST_SIZE] = {0};
    const uint8_t *session_key = pack->options->session_key;
    enum sim_status status = SIM_OK;

    headers.header = calloc(OWN_HEADERS + pack->options->headers, sizeof *headers.header);
    if (headers.header == NULL || !add_own_headers(&headers))
        status = pack_no_memory(pack);
    if (status == SIM_OK && session_key == NULL) { /* a key of its own for each image, and the same one each time */
        crypto_sha1(digest, pack->bytes, pack->size, NULL, 0);
        session_key = digest;
    }
    if (status == SIM_OK) {
        struct pack_header *header = &headers.header[headers.count++];
        header->key = XEX_KEY_FILE_FORMAT;
        status = pack_store(pack, session_key, &stored, &header->bytes);
    }
    if (status == SIM_OK && pack->imports > 0) {
        struct pack_header *header = &headers.header[headers.count++];
        header->key = XEX_KEY_IMPORTS;
        status = pack_import_header(pack, &header->bytes, import_digest);
    }
    if (status == SIM_OK)
        status = add_given_headers(&headers);
    if (status == SIM_OK)
        status = pack_write_file(&headers, import_digest, session_key, &stored, packed);
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
    pack->image_max = options->image_size_max != 0 ? options->image_size_max : IMAGES_SIZE;
    pack->stack_size = options->stack_size != 0 ? options->stack_size : DEFAULT_STACK;
    pack->found = calloc(options->imports + options->exports + 1, sizeof *pack->found);
    enum sim_status status = pack->found != NULL ? check_options(pack) : pack_no_memory(pack);
    if (status == SIM_OK)
        status = read_input(pack, bytes, size);
    if (status == SIM_OK)
        status = pack_add_given(pack);
    if (status == SIM_OK)
        status = pack_make_image(pack);
    if (status == SIM_OK)
        status = make_file(pack, packed);
    packed->base = pack->base;
    packed->image_size = pack->size;
    packed->page_size = pack->page_size;
    packed->entry = pack->entry;
    packed->imports = pack->imports;
    packed->exports = pack->exports;
    image_free(&pack->program);
    free(pack->found);
    free(pack->import);
    free(pack->export);
    free(pack->page);
    free(pack->bytes);
    free(pack);
    return status;
}
