/* The file itself: headers, the security info, all with their digests. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/crypto.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <stdlib.h>
#include <string.h>

enum { HEADERS_ALIGN = 0x1000 };
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
    bytes_put_be32(security + 0x160, pack->export_table);
    bytes_put_be32(security + 0x178, options->region != 0 ? options->region : UINT32_MAX);
    bytes_put_be32(security + 0x17C, options->media_types != 0 ? options->media_types : UINT32_MAX);
    bytes_put_be32(security + 0x180, runs);
    write_descriptors(pack, security, runs);
}

/* The file's header, the entries, the security info, and behind it the data of those headers that have more than a
 * word. */
enum sim_status pack_write_file(const struct pack_headers *headers, const uint8_t *import_digest,
                                const uint8_t *session_key, const struct pack_bytes *stored, struct xex_packed *packed)
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
        return pack_no_memory(pack);
    packed->bytes = to;
    packed->size = file.size;
    bytes_put_be32(to, XEX_MAGIC);
    bytes_put_be32(to + 0x04, pack->options->dll ? XEX_MODULE_DLL : XEX_MODULE_TITLE);
    bytes_put_be32(to + 0x08, (uint32_t)size);
    bytes_put_be32(to + 0x10, security);
    bytes_put_be32(to + 0x14, (uint32_t)headers->count);
    for (size_t i = 0; i < headers->count; i++) {
        const struct pack_header *header = &headers->header[i];
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
