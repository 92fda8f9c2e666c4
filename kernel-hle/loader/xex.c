/* The headers of a XEX file: where everything in them lies, and whether it lies there. */
#include "kernel-hle/loader/xex.h"

#include "kernel-hle/loader/bytes.h"

#include <inttypes.h>
#include <string.h>

static enum sim_status read_optional(struct xex *xex, struct sim_error *error)
{
    uint32_t count = bytes_be32(xex->bytes + 0x14);
    if (count > XEX_OPTIONAL_MAX || !bytes_within(xex->headers_size, XEX_FILE_SIZE, count * UINT64_C(8)))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x14: header count: %" PRIu32 "; up to %d fit, all within the 0x%" PRIx32
                        " bytes of the headers",
                        xex->name, count, XEX_OPTIONAL_MAX, xex->headers_size);
    uint64_t whole = XEX_FILE_SIZE + UINT64_C(8) * count;
    for (uint32_t i = 0; i < count; i++) {
        struct xex_header *header = &xex->header[xex->headers];
        uint32_t at = XEX_FILE_SIZE + 8 * i;
        header->key = bytes_be32(xex->bytes + at);
        if (xex_find(xex, header->key) != NULL)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": optional header %08" PRIx32 ": it was there before", xex->name, at,
                            header->key);
        header->value = bytes_be32(xex->bytes + at + 4);
        uint32_t words = header->key & 0xFF;
        header->offset = words <= 1 ? at + 4 : header->value;
        header->size = words <= 1 ? 4 : 4 * words;
        if (words == 0xFF && bytes_within(xex->headers_size, header->offset, 4))
            header->size = bytes_be32(xex->bytes + header->offset);
        if (header->size < 4 || !bytes_within(xex->headers_size, header->offset, header->size))
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": optional header %08" PRIx32 ": 0x%" PRIx32 " bytes at 0x%" PRIx32
                            " are not within the 0x%" PRIx32 " bytes of the headers",
                            xex->name, at, header->key, header->size, header->offset, xex->headers_size);
        header->data = xex->bytes + header->offset;
        xex->headers++;
        whole += words <= 1 ? 0 : header->size;
        if (whole > xex->headers_size)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": optional header %08" PRIx32
                            ": its data overlap those of another header",
                            xex->name, at, header->key);
    }
    return SIM_OK;
}

static void read_security_2(struct xex_security *security, const uint8_t *at)
{
    security->info_size = bytes_be32(at + XEX_INFO_OFFSET);
    security->image_flags = bytes_be32(at + 0x10C);
    security->load_address = bytes_be32(at + 0x110);
    security->image_digest = at + 0x114;
    security->import_libraries = bytes_be32(at + 0x128);
    security->import_digest = at + 0x12C;
    security->media_id = at + 0x140;
    security->key = at + 0x150;
    security->export_table = bytes_be32(at + 0x160);
    security->header_digest = at + 0x164;
    security->region = bytes_be32(at + 0x178);
    security->media_types = bytes_be32(at + 0x17C);
}

/* Descriptions of XEX1 agree about its fields, but not about which of two digests is the image's; neither is used. */
static void read_security_1(struct xex_security *security, const uint8_t *at)
{
    security->load_address = bytes_be32(at + 0x130);
    security->key = at + 0x134;
    security->media_id = at + 0x144;
    security->region = bytes_be32(at + 0x154);
    security->image_flags = bytes_be32(at + 0x158);
    security->export_table = bytes_be32(at + 0x15C);
    security->media_types = bytes_be32(at + 0x160);
}

static enum sim_status read_security(struct xex *xex, struct sim_error *error)
{
    struct xex_security *security = &xex->security;
    uint32_t size = xex->xex1 ? XEX1_SECURITY_SIZE : XEX_SECURITY_SIZE, runs = 0;
    security->offset = xex->security_offset;
    bool inside = bytes_within(xex->headers_size, security->offset, size);
    const uint8_t *at = xex->bytes + security->offset;
    if (inside) {
        runs = bytes_be32(at + size - 4);
        inside = bytes_within(xex->headers_size - security->offset - size, 0, runs * (uint64_t)XEX_DESCRIPTOR_SIZE);
    }
    if (!inside)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x10: security info: 0x%" PRIx32 " bytes and %" PRIu32 " page descriptors at 0x%" PRIx32
                        " are not within the 0x%" PRIx32 " bytes of the headers",
                        xex->name, size, runs, security->offset, xex->headers_size);
    security->size = bytes_be32(at);
    security->image_size = bytes_be32(at + 4);
    security->signature = at + 8;
    security->page_runs = runs;
    security->descriptors = at + size;
    if (xex->xex1)
        read_security_1(security, at);
    else
        read_security_2(security, at);
    return SIM_OK;
}

/* The window is a size in bytes in the file, but only powers of two exist. */
static unsigned window_bits(uint32_t size)
{
    for (unsigned bits = XEX_WINDOW_BITS_MIN; bits <= XEX_WINDOW_BITS_MAX; bits++)
        if (size == UINT32_C(1) << bits)
            return bits;
    return 0;
}

static enum sim_status read_format(struct xex *xex, struct sim_error *error)
{
    enum { FIXED = 8, NORMAL = FIXED + 8 + XEX_DIGEST_SIZE };
    const struct xex_header *header = xex_find(xex, XEX_KEY_FILE_FORMAT);
    struct xex_format *format = &xex->format;
    if (header == NULL)
        return SIM_OK;
    uint32_t encryption = 0, compression = 0;
    if (header->size >= FIXED) {
        encryption = bytes_be16(header->data + 4);
        compression = bytes_be16(header->data + 6);
    }
    bool blocks = compression == XEX_BASIC, stream = compression >= XEX_LZX;
    if (encryption > XEX_ENCRYPTED || compression > XEX_DELTA)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": file format: encryption %" PRIu32 " with compression %" PRIu32
                        ", at least one of which does not exist",
                        xex->name, header->offset + 4, encryption, compression);
    if (header->size < (stream ? (uint32_t)NORMAL : FIXED) || (blocks && (header->size - FIXED) % 8 != 0))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": file format: size: it cannot have 0x%" PRIx32 " bytes", xex->name,
                        header->offset, header->size);
    format->encryption = encryption;
    format->compression = compression;
    if (blocks) {
        format->blocks = header->data + FIXED;
        format->block_count = (header->size - FIXED) / 8;
    } else if (stream) {
        uint32_t window = bytes_be32(header->data + FIXED);
        format->window_bits = window_bits(window);
        format->first_block_size = bytes_be32(header->data + FIXED + 4);
        format->first_block_digest = header->data + FIXED + 8;
        if (format->window_bits == 0)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx32 ": file format: window size: 0x%" PRIx32
                            " is no power of two from 0x8000 to 0x200000",
                            xex->name, header->offset + FIXED, window);
    }
    return SIM_OK;
}

enum sim_status xex_read(struct xex *xex, const char *name, const uint8_t *bytes, uint64_t size,
                         struct sim_error *error)
{
    xex->name = name;
    xex->bytes = bytes;
    xex->size = size;
    xex->headers = 0;
    xex->security = (struct xex_security){0};
    xex->format = (struct xex_format){0};
    uint32_t magic = size >= 4 ? bytes_be32(bytes) : 0;
    if (magic != XEX_MAGIC && magic != XEX1_MAGIC)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x0: magic: neither XEX2 nor XEX1", name);
    if (size < XEX_FILE_SIZE)
        return sim_fail(error, SIM_BAD_INPUT, "%s: ends after 0x%" PRIx64 " bytes, within the file's header", name,
                        size);
    xex->xex1 = magic == XEX1_MAGIC;
    xex->module_flags = bytes_be32(bytes + 0x04);
    xex->headers_size = bytes_be32(bytes + 0x08);
    xex->security_offset = bytes_be32(bytes + 0x10);
    if (xex->headers_size < XEX_FILE_SIZE || xex->headers_size > size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x8: headers size: 0x%" PRIx32 " is not between 0x%x and the file's 0x%" PRIx64 " bytes",
                        name, xex->headers_size, XEX_FILE_SIZE, size);
    enum sim_status status = read_optional(xex, error);
    if (status == SIM_OK)
        status = read_security(xex, error);
    if (status == SIM_OK)
        status = read_format(xex, error);
    if (status != SIM_OK)
        return status;
    xex->base = xex_word(xex, XEX_KEY_BASE, xex->security.load_address);
    xex->page_size = xex->security.image_flags & XEX_IMAGE_PAGE_4K ? 0x1000 : 0x10000;
    return SIM_OK;
}

const struct xex_header *xex_find(const struct xex *xex, uint32_t key)
{
    for (size_t i = 0; i < xex->headers; i++)
        if (xex->header[i].key == key)
            return &xex->header[i];
    return NULL;
}

uint32_t xex_word(const struct xex *xex, uint32_t key, uint32_t otherwise)
{
    const struct xex_header *header = xex_find(xex, key);
    return header != NULL ? bytes_be32(header->data) : otherwise;
}
