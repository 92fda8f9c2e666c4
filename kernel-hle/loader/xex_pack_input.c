/* What is packed besides ELF: a PE as it lies in memory, and plain bytes. */
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/pe.h"
#include "kernel-hle/loader/xex_pack_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum sim_status pack_no_memory(const struct pack *pack)
{
    return sim_fail(pack->error, SIM_HOST, "%s: memory is short", pack->name);
}

uint8_t *pack_bytes_add(struct pack_bytes *bytes, size_t size)
{
    if (size > bytes->room - bytes->size) {
        size_t room = bytes->room * 2 > bytes->size + size ? bytes->room * 2 : bytes->size + size + 256;
        uint8_t *moved = realloc(bytes->bytes, room);
        if (moved == NULL)
            return NULL;
        bytes->bytes = moved;
        bytes->room = room;
    }
    uint8_t *added = bytes->bytes + bytes->size;
    memset(added, 0, size);
    bytes->size += size;
    return added;
}

enum sim_status pack_add_segment(struct pack *pack, const struct pack_segment *segment)
{
    if (pack->segments == PACK_SEGMENTS_MAX)
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: more than %d segments", pack->name, PACK_SEGMENTS_MAX);
    pack->segment[pack->segments++] = *segment;
    return SIM_OK;
}

/* Sections of a PE give its pages their kinds; what is in none of them, as its headers, is only read. */
enum sim_status pack_read_pe(struct pack *pack, const uint8_t *bytes, uint64_t size)
{
    enum { ENTRY = 16, BASE = 28, IMAGE_SIZE = 56, OPTIONAL = 0x60 }; /* in the optional header, and as much of it */
    struct image *image = &pack->program;
    uint32_t at = size >= PE_DOS_SIZE ? bytes_le32(bytes + PE_LFANEW) : 0;
    if (!bytes_within(size, at, PE_FILE_SIZE + OPTIONAL))
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: 0x%x: PE: its headers at 0x%" PRIx32 " are not within the file", pack->name, PE_LFANEW,
                        at);
    const uint8_t *optional = bytes + at + PE_FILE_SIZE;
    image->base = bytes_le32(optional + BASE);
    image->size = bytes_le32(optional + IMAGE_SIZE);
    if (size > image->size || image->size > pack->image_max || !bytes_within(UINT32_MAX, image->base, image->size))
        return sim_fail(pack->error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx32 ": PE: an image of 0x%" PRIx32 " bytes at %08" PRIx32
                        " in a file of 0x%" PRIx64 " bytes; it has to be there as it lies in memory",
                        pack->name, at + PE_FILE_SIZE + BASE, image->size, image->base, size);
    image->bytes = calloc(image->size, 1);
    if (image->bytes == NULL)
        return pack_no_memory(pack);
    memcpy(image->bytes, bytes, size);
    pack->is_pe = true;
    pack->entry = image->base + bytes_le32(optional + ENTRY);
    enum sim_status status = pe_sections(image, pack->name, pack->error);
    if (status == SIM_OK)
        status = pack_add_segment(pack, &(struct pack_segment){
                                            .address = image->base,
                                            .size = image->size,
                                            .bytes = image->bytes,
                                            .bytes_size = image->size,
                                            .access = IMAGE_READ,
                                        });
    for (size_t i = 0; i < image->sections && status == SIM_OK; i++) {
        const struct image_section *section = &image->section[i];
        if (section->size > 0)
            status = pack_add_segment(pack, &(struct pack_segment){
                                                .address = section->address,
                                                .size = section->size,
                                                .access = section->access | IMAGE_READ,
                                            });
    }
    return status;
}

enum sim_status pack_read_plain(struct pack *pack, const uint8_t *bytes, uint64_t size)
{
    const struct xex_pack_options *options = pack->options;
    uint32_t address = options->load_address != 0     ? options->load_address
                       : options->page_size == 0x1000 ? UINT32_C(0x92001000)
                                                      : UINT32_C(0x82010000);
    uint64_t end = address + size, whole = size + options->zero_size;
    uint64_t data = options->data_address != 0 ? options->data_address : address + whole;
    if (size == 0 || !bytes_within(UINT32_MAX, address, whole))
        return sim_fail(pack->error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 " bytes at %08" PRIx32 " cannot be", pack->name,
                        whole, address);
    if (data <= address || data > address + whole)
        return sim_fail(pack->error, SIM_USAGE,
                        "%s: data from %08" PRIx64 " on; it lies from %08" PRIx32 " to %08" PRIx64, pack->name, data,
                        address, address + whole - 1);
    pack->entry = address;
    enum sim_status status = pack_add_segment(pack, &(struct pack_segment){
                                                        .address = address,
                                                        .size = data - address,
                                                        .bytes = bytes,
                                                        .bytes_size = data < end ? data - address : size,
                                                        .access = IMAGE_READ | IMAGE_EXECUTE,
                                                    });
    if (status == SIM_OK && data < address + whole)
        status = pack_add_segment(pack, &(struct pack_segment){
                                            .address = (uint32_t)data,
                                            .size = address + whole - data,
                                            .bytes = data < end ? bytes + (data - address) : NULL,
                                            .bytes_size = data < end ? end - data : 0,
                                            .access = IMAGE_READ | IMAGE_WRITE,
                                        });
    return status;
}
