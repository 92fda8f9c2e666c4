/* A XEX becomes an image: what its headers say about the memory that it wants, checked against each other. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/keys.h"
#include "kernel-hle/loader/lzx.h"
#include "kernel-hle/loader/pe.h"
#include "kernel-hle/loader/xex_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sim_status no_memory(const struct xex *xex, uint64_t bytes, struct sim_error *error)
{
    return sim_fail(error, SIM_HOST, "%s: no memory for 0x%" PRIx64 " bytes", xex->name, bytes);
}

static enum sim_status refuse_patch(const struct xex *xex, struct sim_error *error)
{
    enum { NEEDED = 0x20 };
    const struct xex_header *patch = xex_find(xex, XEX_KEY_DELTA_PATCH);
    char base[2 * XEX_DIGEST_SIZE + 1] = "(it does not say which)";
    if (patch != NULL && patch->size >= NEEDED)
        for (unsigned i = 0; i < XEX_DIGEST_SIZE; i++)
            snprintf(base + 2 * i, 3, "%02x", patch->data[0x0C + i]);
    return sim_fail(error, SIM_BAD_INPUT,
                    "%s: 0x4: module flags: a delta patch is no title by itself: it changes the module whose "
                    "signature has the SHA-1 %s, and applying it is not supported",
                    xex->name, base);
}

/* The least that a file has for an image of some size: LZX needs a chunk for each 32 KiB, and a chunk its length and
 * at least 16 bits. Without that limit a file of a few bytes could ask for as much memory as there is. */
static bool can_become(const struct xex *xex, uint64_t size)
{
    enum { CHUNK_SIZE_MIN = 4 };
    uint64_t frames = (size + LZX_FRAME_SIZE - 1) / LZX_FRAME_SIZE, payload = xex->size - xex->headers_size;
    return xex->format.compression != XEX_LZX || frames * CHUNK_SIZE_MIN <= payload;
}

static enum sim_status check_sizes(const struct xex *xex, const struct xex_options *options, struct sim_error *error)
{
    const struct xex_security *security = &xex->security;
    uint64_t size = security->image_size, pages = 0;
    uint32_t most = options->image_size_max != 0 ? options->image_size_max : IMAGE_SIZE_MAX;
    uint32_t place = security->offset + 4;
    if (size == 0 || size > most)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": image size: 0x%" PRIx64 " is not between 1 and 0x%" PRIx32, xex->name,
                        place, size, most);
    if (!can_become(xex, size))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": image size: the file's 0x%" PRIx64 " bytes cannot become 0x%" PRIx64,
                        xex->name, place, xex->size, size);
    for (uint32_t i = 0; i < security->page_runs; i++)
        pages += bytes_be32(security->descriptors + (size_t)XEX_DESCRIPTOR_SIZE * i) >> 4;
    if (pages * xex->page_size != size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": image size: 0x%" PRIx64 ", but the page descriptors add up to %" PRIu64
                        " pages of 0x%" PRIx32,
                        xex->name, place, size, pages, xex->page_size);
    if (xex->base % xex->page_size != 0 || xex->base + (size - 1) > UINT32_MAX)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": load address: 0x%" PRIx64 " bytes from %08" PRIx32
                        " are not whole pages of the address space",
                        xex->name, security->offset + (xex->xex1 ? 0x130 : 0x110), size, xex->base);
    return SIM_OK;
}

static enum sim_status load_pages(struct image *image, const struct xex *xex, struct sim_error *error)
{
    static const unsigned access[16] = {
        [XEX_PAGE_CODE] = IMAGE_READ | IMAGE_EXECUTE,
        [XEX_PAGE_DATA] = IMAGE_READ | IMAGE_WRITE,
        [XEX_PAGE_READ_ONLY] = IMAGE_READ,
    };
    uint32_t address = image->base;
    image->pages = calloc(xex->security.page_runs, sizeof *image->pages);
    if (image->pages == NULL)
        return no_memory(xex, xex->security.page_runs * (uint64_t)sizeof *image->pages, error);
    for (uint32_t i = 0; i < xex->security.page_runs; i++) {
        const uint8_t *descriptor = xex->security.descriptors + (size_t)XEX_DESCRIPTOR_SIZE * i;
        uint32_t word = bytes_be32(descriptor), size = (word >> 4) * xex->page_size;
        if (access[word & 15] == 0)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": page descriptor %" PRIu32 ": kind %" PRIu32
                            " is neither code (1), data (2) nor read-only data (3)",
                            xex->name, (uint64_t)(descriptor - xex->bytes), i, word & 15);
        if (size > 0)
            image->pages[image->pages_count++] = (struct image_pages){address, size, access[word & 15]};
        address += size;
    }
    return SIM_OK;
}

static bool in_image(const struct image *image, uint32_t address, uint32_t size)
{
    return address >= image->base && bytes_within(image->size, address - image->base, size);
}

static enum sim_status load_resources(struct image *image, const struct xex *xex, struct sim_error *error)
{
    enum { FIRST = 4, STRIDE = 16, NAME = 8 };
    const struct xex_header *header = xex_find(xex, XEX_KEY_RESOURCES);
    if (header == NULL || header->size < FIRST + STRIDE)
        return SIM_OK;
    uint32_t count = (header->size - FIRST) / STRIDE;
    uint64_t whole = 0;
    if (count > XEX_RESOURCES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx32 ": resources: %" PRIu32 " are more than %d", xex->name,
                        header->offset, count, XEX_RESOURCES_MAX);
    image->resource = calloc(count, sizeof *image->resource);
    if (image->resource == NULL)
        return no_memory(xex, count * (uint64_t)sizeof *image->resource, error);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = header->data + FIRST + (size_t)STRIDE * i;
        struct image_resource *resource = &image->resource[image->resources++];
        memcpy(resource->name, entry, NAME);
        resource->address = bytes_be32(entry + 8);
        resource->size = bytes_be32(entry + 12);
        whole += resource->size;
        if (!in_image(image, resource->address, resource->size) || whole > image->size)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": resource %" PRIu32 ": 0x%" PRIx32 " bytes at %08" PRIx32
                            " are not within the image, or in another resource too",
                            xex->name, (uint64_t)(entry - xex->bytes), i, resource->size, resource->address);
    }
    return SIM_OK;
}

static enum sim_status load_tls(struct image *image, const struct xex *xex, struct sim_error *error)
{
    const struct xex_header *header = xex_find(xex, XEX_KEY_TLS);
    if (header == NULL)
        return SIM_OK;
    image->tls.slots = bytes_be32(header->data);
    image->tls.address = bytes_be32(header->data + 4);
    image->tls.size = bytes_be32(header->data + 8);
    image->tls.raw_size = bytes_be32(header->data + 12);
    if (image->tls.raw_size > image->tls.size ||
        (image->tls.raw_size > 0 && !in_image(image, image->tls.address, image->tls.raw_size)))
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": TLS: 0x%" PRIx32 " bytes of 0x%" PRIx32 " at %08" PRIx32
                        " are not within the image",
                        xex->name, header->offset, image->tls.raw_size, image->tls.size, image->tls.address);
    return SIM_OK;
}

static enum sim_status load_entry(struct image *image, const struct xex *xex, struct sim_error *error)
{
    const struct xex_header *header = xex_find(xex, XEX_KEY_ENTRY);
    image->entry = header != NULL ? bytes_be32(header->data) : 0;
    if (image->entry != 0 && (image->entry % 4 != 0 || !in_image(image, image->entry, 4)))
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx32 ": entry point: %08" PRIx32 " is no word of the image",
                        xex->name, header->offset, image->entry);
    return SIM_OK;
}

static enum sim_status load_headers(struct image *image, const struct xex *xex, struct sim_error *error)
{
    const struct xex_header *execution = xex_find(xex, XEX_KEY_EXECUTION);
    image->module_flags = xex->module_flags;
    image->stack_size = xex_word(xex, XEX_KEY_STACK_SIZE, 0);
    image->heap_size = xex_word(xex, XEX_KEY_HEAP_SIZE, 0);
    image->workspace_size = xex_word(xex, XEX_KEY_WORKSPACE_SIZE, 0);
    image->system_flags = xex_word(xex, XEX_KEY_SYSTEM_FLAGS, 0);
    if (execution != NULL) {
        image->media_id = bytes_be32(execution->data);
        image->version = bytes_be32(execution->data + 4);
        image->base_version = bytes_be32(execution->data + 8);
        image->title_id = bytes_be32(execution->data + 12);
    }
    image->headers = malloc(xex->headers_size);
    if (image->headers == NULL)
        return no_memory(xex, xex->headers_size, error);
    memcpy(image->headers, xex->bytes, xex->headers_size);
    image->headers_size = xex->headers_size;
    return SIM_OK;
}

typedef enum sim_status load_part(struct image *image, const struct xex *xex, struct sim_error *error);

static enum sim_status load_sections(struct image *image, const struct xex *xex, struct sim_error *error)
{
    return pe_sections(image, xex->name, error);
}

static enum sim_status load_named_exports(struct image *image, const struct xex *xex, struct sim_error *error)
{
    const struct xex_header *header = xex_find(xex, XEX_KEY_EXPORTS_BY_NAME);
    return header != NULL ? pe_exports(image, bytes_be32(header->data), xex->name, error) : SIM_OK;
}

enum sim_status xex_load(struct image *image, const struct xex *xex, const struct loader_keys *keys,
                         const struct xex_options *options, struct xex_report *report, struct sim_error *error)
{
    static load_part *const parts[] = {load_headers,     load_pages,       load_entry,
                                       load_tls,         load_resources,   load_sections,
                                       xex_load_imports, xex_load_exports, load_named_exports};
    static const struct xex_options usual = {0};
    struct xex_report unused;
    options = options != NULL ? options : &usual;
    report = report != NULL ? report : &unused;
    *image = (struct image){.kind = IMAGE_XEX};
    *report = (struct xex_report){0};

    xex_verify_headers(xex, keys, report); /* first: of use even where no key fits */
    enum sim_status status = SIM_OK;
    if (xex->format.compression == XEX_DELTA || (xex->module_flags & XEX_MODULE_PATCH_DELTA) != 0)
        status = refuse_patch(xex, error);
    else
        status = check_sizes(xex, options, error);
    if (status != SIM_OK)
        return status;
    image->base = xex->base;
    image->size = xex->security.image_size;
    image->page_size = xex->page_size;
    image->bytes = calloc(1, image->size);
    if (image->bytes == NULL)
        return no_memory(xex, image->size, error);
    status = xex_load_bytes(image, xex, keys, options, report, error);
    if (status == SIM_OK)
        status = xex_verify_pages(image, xex, !options->no_verify, report, error);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == SIM_OK; i++)
        status = parts[i](image, xex, error);
    return status;
}
