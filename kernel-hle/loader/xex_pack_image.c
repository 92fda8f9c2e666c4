/* The program as an image: pages and their kinds, the words of the imports, the headers of the PE. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_4K = 0x1000, PAGE_64K = 0x10000 };
static const uint64_t images_64k = 0x80000000, images_4k = 0x90000000, images_end = 0xA0000000;

/* Images with small pages have a range of addresses of their own. */
static enum sim_status place(struct pack *pack)
{
    const struct xex_pack_options *options = pack->options;
    uint64_t low = UINT64_MAX, high = 0;
    for (size_t i = 0; i < pack->segments; i++) {
        const struct pack_segment *segment = &pack->segment[i];
        low = segment->address < low ? segment->address : low;
        high = segment->address + segment->size > high ? segment->address + segment->size : high;
    }
    if (high == 0)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: there is nothing in it to load", pack->name);
    uint32_t page = low >= images_4k ? PAGE_4K : PAGE_64K;
    uint64_t base = (low & ~(uint64_t)(page - 1)) - (pack->is_pe ? 0 : page);
    high = (high + page - 1) & ~(uint64_t)(page - 1);
    if (options->page_size != 0 && options->page_size != page)
        return sim_fail(pack->error, SIM_USAGE,
                        "%s: pages of %u KiB: an image at %08" PRIx64 " has pages of %u KiB; those of 64 KiB lie from "
                        "80000000 on, those of 4 KiB from 90000000 on",
                        pack->name, options->page_size >> 10, low, page >> 10);
    if (base < (page == PAGE_4K ? images_4k : images_64k) || high > (page == PAGE_4K ? images_end : images_4k) ||
        (pack->is_pe && base != low))
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: it lies at %08" PRIx64 " to %08" PRIx64
                        "; images lie within 80000000 to 8fffffff (pages of "
                        "64 KiB) or 90000000 to 9fffffff (4 KiB), with a page before the program for headers",
                        pack->name, low, high - 1);
    pack->base = (uint32_t)base;
    pack->page_size = page;
    pack->size = (uint32_t)(high - base);
    return SIM_OK;
}

/* Each resource has pages of its own, behind the program. */
static enum sim_status add_resources(struct pack *pack)
{
    uint64_t at = (uint64_t)pack->base + pack->size;
    for (size_t i = 0; i < pack->options->resources; i++) {
        const struct xex_pack_resource *resource = &pack->options->resource[i];
        struct pack_segment segment = {
            .address = (uint32_t)at,
            .size = resource->size,
            .bytes = resource->bytes,
            .bytes_size = resource->size,
            .access = IMAGE_READ,
            .name = resource->name,
        };
        size_t length = strlen(resource->name);
        if (length == 0 || length > PACK_RESOURCE_NAME || resource->size == 0)
            return sim_fail(pack->error, SIM_USAGE,
                            "%s: resource '%s': it has a name of 1 to %d characters and at least "
                            "one byte",
                            pack->name, resource->name, PACK_RESOURCE_NAME);
        for (size_t j = 0; j < i; j++)
            if (strcmp(pack->options->resource[j].name, resource->name) == 0)
                return sim_fail(pack->error, SIM_USAGE, "%s: resource %s is given twice", pack->name, resource->name);
        at += (resource->size + (uint64_t)pack->page_size - 1) & ~(uint64_t)(pack->page_size - 1);
        if (at > images_end)
            return sim_fail(pack->error, SIM_BAD_INPUT, "%s: resource %s ends above %08" PRIx64, pack->name,
                            resource->name, images_end - 1);
        enum sim_status status = pack_add_segment(pack, &segment);
        if (status != SIM_OK)
            return status;
    }
    pack->size = (uint32_t)(at - pack->base);
    return SIM_OK;
}

static enum sim_status check_overlaps(const struct pack *pack)
{
    for (size_t i = 0; i < pack->segments; i++)
        for (size_t j = 0; j < i && !pack->is_pe; j++) {
            const struct pack_segment *a = &pack->segment[j], *b = &pack->segment[i];
            if (a->address < b->address + b->size && b->address < a->address + a->size)
                return sim_fail(pack->error, SIM_BAD_INPUT, "%s: segments at %08" PRIx32 " and %08" PRIx32 " overlap",
                                pack->name, a->address, b->address);
        }
    return SIM_OK;
}

/* A page is code, data or only read. */
static enum sim_status set_pages(struct pack *pack)
{
    if (pack->size > pack->image_max)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: an image of 0x%" PRIx32 " bytes; 0x%" PRIx32 " are the most",
                        pack->name, pack->size, pack->image_max);
    pack->pages = pack->size / pack->page_size;
    pack->page = calloc(pack->pages, 1);
    pack->bytes = calloc(pack->size, 1);
    if (pack->page == NULL || pack->bytes == NULL)
        return sim_fail(pack->error, SIM_HOST, "%s: no memory for an image of 0x%" PRIx32 " bytes", pack->name,
                        pack->size);
    for (size_t i = 0; i < pack->segments; i++) {
        const struct pack_segment *segment = &pack->segment[i];
        uint32_t offset = segment->address - pack->base;
        if (segment->bytes_size > 0)
            memcpy(pack->bytes + offset, segment->bytes, segment->bytes_size);
        for (uint64_t page = offset / pack->page_size; page * pack->page_size < offset + segment->size; page++)
            pack->page[page] |= (uint8_t)segment->access;
    }
    for (uint32_t i = 0; i < pack->pages; i++) {
        unsigned access = pack->page[i];
        if ((access & IMAGE_WRITE) && (access & IMAGE_EXECUTE))
            return sim_fail(pack->error, SIM_BAD_INPUT,
                            "%s: the page at %08" PRIx32 " would be written and executed: pages have %" PRIu32
                            " KiB, and code and data lie in different ones",
                            pack->name, pack->base + i * pack->page_size, pack->page_size >> 10);
        pack->page[i] = access & IMAGE_EXECUTE ? XEX_PAGE_CODE
                        : access & IMAGE_WRITE ? XEX_PAGE_DATA
                                               : XEX_PAGE_READ_ONLY;
    }
    return SIM_OK;
}

enum sim_status pack_make_image(struct pack *pack)
{
    enum sim_status status = place(pack);
    if (status == SIM_OK && pack->options->resources > 0)
        status = add_resources(pack);
    if (status == SIM_OK)
        status = check_overlaps(pack);
    if (status == SIM_OK)
        status = set_pages(pack);
    if (status == SIM_OK)
        status = pack_write_imports(pack);
    if (status != SIM_OK)
        return status;
    if (pack->options->entry != 0)
        pack->entry = pack->options->entry;
    uint32_t page = (pack->entry - pack->base) / pack->page_size;
    if (pack->entry < pack->base || page >= pack->pages || pack->page[page] != XEX_PAGE_CODE || pack->entry % 4 != 0)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: entry point %08" PRIx32 ": there is no code", pack->name,
                        pack->entry);
    if (!pack->is_pe)
        return pack_write_pe(pack);
    if (pack->exports > 0)
        return sim_fail(pack->error, SIM_USAGE, "%s: exports: there is no place for their table in a PE that is whole",
                        pack->name);
    return SIM_OK;
}
