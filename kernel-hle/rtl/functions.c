/* The table of functions in the PE of the title: pairs of words, big-endian, by address.
 *
 *   begin
 *   bits 0 to 7: length of the prologue; 8 to 29: of the function, both in instructions; 31: it has a handler, whose
 *   address and data are the two words before its first instruction */
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/loader/pe.h"
#include "kernel-hle/rtl/unwind.h"

#include <string.h>

enum {
    ENTRY = 8,
    DIRECTORIES = 96, /* in the optional header, behind their number */
    EXCEPTIONS = 3,
    FUNCTION_HANDLED = 1u << 31
};

/* Where the table lies in the image's bytes. */
static bool find_table(const struct image *image, uint32_t *offset, uint32_t *size)
{
    const uint8_t *bytes = image->bytes;
    *offset = *size = 0;
    if (image->size >= PE_DOS_SIZE && memcmp(bytes, "MZ", 2) == 0) {
        uint64_t at = (uint64_t)bytes_le32(bytes + PE_LFANEW) + PE_FILE_SIZE + DIRECTORIES;
        if (bytes_within(image->size, at, 8 * (EXCEPTIONS + 1)) && bytes_le32(bytes + at - 4) > EXCEPTIONS) {
            *offset = bytes_le32(bytes + at + 8 * EXCEPTIONS);
            *size = bytes_le32(bytes + at + 8 * EXCEPTIONS + 4);
        }
    }
    for (size_t i = 0; i < image->sections && *size == 0; i++)
        if (strcmp(image->section[i].name, ".pdata") == 0) {
            *offset = image->section[i].address - image->base;
            *size = image->section[i].size;
        }
    return *size >= ENTRY && bytes_within(image->size, *offset, *size);
}

bool rtl_function_at(struct kernel *k, uint32_t pc, struct rtl_function *f)
{
    const struct image *image = k->config.image;
    uint32_t table, size;
    if (!find_table(image, &table, &size))
        return false;
    /* The last entry that begins at pc or before; what is behind the last one is zeros. */
    uint32_t low = 0, high = size / ENTRY;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, begin = bytes_be32(image->bytes + table + ENTRY * middle);
        if (begin != 0 && begin <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return false;
    uint32_t offset = table + ENTRY * (low - 1), word = bytes_be32(image->bytes + offset + 4);
    uint64_t end = bytes_be32(image->bytes + offset) + UINT64_C(4) * (word >> 8 & 0x3FFFFF);
    *f = (struct rtl_function){.entry = image->base + offset, .begin = bytes_be32(image->bytes + offset)};
    f->body = f->begin + 4 * (word & 0xFF);
    f->end = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
    if (pc >= f->end)
        return false;
    uint32_t words = f->begin - image->base - 8;
    if ((word & FUNCTION_HANDLED) != 0 && bytes_within(image->size, words, 8)) {
        f->handler = bytes_be32(image->bytes + words);
        f->data = bytes_be32(image->bytes + words + 4);
        f->handled = f->handler != 0;
    }
    return true;
}
