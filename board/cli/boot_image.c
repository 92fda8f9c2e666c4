#include "board/cli/boot_image.h"

#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/elf.h"

#include <nettle/sha2.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of the file's header, and of a segment's. kernel-hle/loader/elf.h has seen that all of them are there. */
enum {
    ELF_CLASS = 4,
    ELF_CLASS_32 = 1,
    ELF_SEGMENTS = 28,
    ELF_SEGMENT_SIZE = 42,
    ELF_SEGMENT_COUNT = 44,
    SEGMENT_LOAD = 1,
    SEGMENT_OFFSET = 4,
    SEGMENT_VIRTUAL = 8,
    SEGMENT_PHYSICAL = 12,
    SEGMENT_BYTES = 16,
    SEGMENT_SIZE = 20,
};

#define FILE_MAX (UINT64_C(1) << 30)

static enum sim_status add(struct boot_image *image, const char *path, uint64_t offset, const struct boot_piece *piece,
                           uint64_t memory_size, struct sim_error *error)
{
    uint64_t end = (uint64_t)piece->address + piece->size;
    if (end > memory_size)
        return sim_fail(error, SIM_BAD_INPUT,
                        "%s: 0x%" PRIx64 ": 0x%" PRIx32 " bytes at 0x%" PRIx32 " pass the end of memory, 0x%" PRIx64,
                        path, offset, piece->size, piece->address, memory_size);
    for (unsigned i = 0; i < image->pieces; i++) {
        const struct boot_piece *other = &image->piece[i];
        if (other->address < end && piece->address < (uint64_t)other->address + other->size)
            return sim_fail(error, SIM_BAD_INPUT,
                            "%s: 0x%" PRIx64 ": the segment at 0x%" PRIx32 " overlaps the one at 0x%" PRIx32
                            " in memory",
                            path, offset, piece->address, other->address);
    }
    if (image->pieces == BOOT_PIECES_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 ": more than %d segments", path, offset,
                        BOOT_PIECES_MAX);
    image->piece[image->pieces++] = *piece;
    return SIM_OK;
}

/* The entry point is a virtual address: it moves with the segment that it lies in. */
static enum sim_status read_elf(struct boot_image *image, const char *path, const uint8_t *bytes, uint64_t memory_size,
                                struct sim_error *error)
{
    struct image program;
    enum sim_status status = elf_load(&program, path, bytes, image->file.size, 0, error);
    uint32_t entry = program.entry;
    image_free(&program);
    if (status != SIM_OK)
        return status;
    if (bytes[ELF_CLASS] != ELF_CLASS_32)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%x: class: only programs of 32 bits can be booted", path,
                        ELF_CLASS);
    uint32_t at = bytes_be32(bytes + ELF_SEGMENTS);
    image->entry = entry & BOOT_RAM_MASK;
    for (unsigned i = 0; i < bytes_be16(bytes + ELF_SEGMENT_COUNT) && status == SIM_OK; i++) {
        const uint8_t *segment = bytes + at + (size_t)i * bytes_be16(bytes + ELF_SEGMENT_SIZE);
        uint32_t start = bytes_be32(segment + SEGMENT_VIRTUAL), size = bytes_be32(segment + SEGMENT_SIZE);
        struct boot_piece piece = {
            .address = bytes_be32(segment + SEGMENT_PHYSICAL) & BOOT_RAM_MASK,
            .size = size,
            .from = bytes + bytes_be32(segment + SEGMENT_OFFSET),
            .bytes = bytes_be32(segment + SEGMENT_BYTES),
        };
        if (bytes_be32(segment) != SEGMENT_LOAD || size == 0)
            continue;
        if (entry - start < size)
            image->entry = piece.address + (entry - start);
        status = add(image, path, (uint64_t)(segment - bytes), &piece, memory_size, error);
    }
    return status;
}

static enum sim_status read_raw(struct boot_image *image, const char *path, const uint8_t *bytes, uint64_t at,
                                uint64_t memory_size, struct sim_error *error)
{
    uint64_t size = image->file.size, address = at == BOOT_NO_ADDRESS ? 0 : at;
    if (size == 0)
        return sim_fail(error, SIM_BAD_INPUT, "%s: the file is empty", path);
    if (address % 4 != 0 || address > memory_size || size > memory_size - address)
        return sim_fail(error, SIM_BAD_INPUT, "%s: 0x%" PRIx64 " bytes at 0x%" PRIx64 ": %s, which ends at 0x%" PRIx64,
                        path, size, address,
                        address % 4 != 0 ? "not at a word of memory" : "more than there is of memory", memory_size);
    image->entry = (uint32_t)address;
    const struct boot_piece piece = {(uint32_t)address, (uint32_t)size, bytes, (uint32_t)size};
    return add(image, path, 0, &piece, memory_size, error);
}

static void find_digest(struct boot_image *image)
{
    struct sha256_ctx sha;
    uint8_t head[12];
    sha256_init(&sha);
    bytes_put_be32(head, image->entry);
    sha256_update(&sha, 4, head);
    for (unsigned i = 0; i < image->pieces; i++) {
        const struct boot_piece *piece = &image->piece[i];
        bytes_put_be32(head, piece->address);
        bytes_put_be32(head + 4, piece->size);
        bytes_put_be32(head + 8, piece->bytes);
        sha256_update(&sha, sizeof head, head);
        sha256_update(&sha, piece->bytes, piece->from);
    }
    sha256_digest(&sha, sizeof image->program, image->program);
}

enum sim_status boot_image_read(struct boot_image *image, const char *path, uint64_t at, uint64_t entry,
                                uint64_t memory_size, struct sim_error *error)
{
    memset(image, 0, sizeof *image);
    enum sim_status status = read_file(path, 0, UINT64_MAX, FILE_MAX, &image->file, error);
    if (status != SIM_OK)
        return status;
    const uint8_t *bytes = (const uint8_t *)image->file.text;
    bool is_elf = image->file.size >= 4 && bytes_be32(bytes) == 0x7F454C46;
    if (is_elf && at != BOOT_NO_ADDRESS)
        status = sim_fail(error, SIM_USAGE, "--at: %s is an ELF, which says itself where it goes", path);
    else if (is_elf)
        status = read_elf(image, path, bytes, memory_size, error);
    else
        status = read_raw(image, path, bytes, at, memory_size, error);
    if (status == SIM_OK && entry != BOOT_NO_ADDRESS) {
        if (entry % 4 != 0 || entry >= memory_size)
            status = sim_fail(error, SIM_USAGE, "--entry 0x%" PRIx64 ": not a word of memory, which ends at 0x%" PRIx64,
                              entry, memory_size);
        image->entry = (uint32_t)entry;
    }
    if (status == SIM_OK)
        find_digest(image);
    else
        boot_image_free(image);
    return status;
}

void boot_image_free(struct boot_image *image)
{
    free(image->file.text);
    memset(image, 0, sizeof *image);
}

void boot_image_place(const struct boot_image *image, struct board_memory *memory)
{
    for (unsigned i = 0; i < image->pieces; i++)
        SIM_CHECK(board_memory_poke(memory, image->piece[i].address, image->piece[i].from, image->piece[i].bytes),
                  "a piece of the program does not fit into memory");
}
