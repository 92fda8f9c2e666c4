/* Text in guest memory: its length, copies, conversions; and the memory that strings own. */
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/rtl/rtl_parts.h"

enum { PIECE = 256, PAGE = 0x1000, POOL_TAG = 0x53727453 /* "SrtS" */ };

struct rtl_string rtl_string_get(struct kernel *k, uint32_t address)
{
    return (struct rtl_string){guest_u16(k, address), guest_u16(k, address + 2), guest_u32(k, address + 4)};
}

void rtl_string_put(struct kernel *k, uint32_t address, struct rtl_string string)
{
    guest_put_u16(k, address, string.length);
    guest_put_u16(k, address + 2, string.maximum);
    guest_put_u32(k, address + 4, string.buffer);
}

uint32_t rtl_text_length(struct kernel *k, uint32_t address, bool wide, uint32_t limit)
{
    uint32_t length = 0, size = wide ? 2 : 1;
    uint8_t bytes[PIECE];
    while (length < limit) {
        /* Up to the end of the page, behind which there may be nothing; at least a character. */
        uint32_t at = address + size * length, room = PAGE - at % PAGE, part = (room < PIECE ? room : PIECE) / size;
        if (part == 0)
            part = 1;
        if (!guest_read(k, at, bytes, (size_t)size * part))
            return length;
        for (uint32_t i = 0; i < part && length < limit; i++, length++)
            if (bytes[size * i] == 0 && bytes[size * (i + 1) - 1] == 0)
                return length;
    }
    return limit;
}

void rtl_copy(struct kernel *k, uint32_t to, uint32_t from, uint32_t size)
{
    uint8_t bytes[PIECE];
    /* From the end where the ranges overlap so that the beginning would be overwritten. */
    bool backwards = to - from < size;
    for (uint32_t done = 0; done < size;) {
        uint32_t part = size - done < PIECE ? size - done : PIECE, at = backwards ? size - done - part : done;
        if (!guest_read(k, from + at, bytes, part) || !guest_write(k, to + at, bytes, part))
            return;
        done += part;
    }
}

void rtl_widen(struct kernel *k, uint32_t to, uint32_t from, uint32_t count)
{
    uint8_t bytes[PIECE], wide[2 * PIECE];
    for (uint32_t done = 0; done < count;) {
        uint32_t part = count - done < PIECE ? count - done : PIECE;
        if (!guest_read(k, from + done, bytes, part))
            return;
        for (uint32_t i = 0; i < part; i++) {
            wide[2 * i] = 0;
            wide[2 * i + 1] = bytes[i];
        }
        if (!guest_write(k, to + 2 * done, wide, (size_t)2 * part))
            return;
        done += part;
    }
}

void rtl_narrow(struct kernel *k, uint32_t to, uint32_t from, uint32_t count)
{
    uint8_t bytes[PIECE], wide[2 * PIECE];
    for (uint32_t done = 0; done < count;) {
        uint32_t part = count - done < PIECE ? count - done : PIECE;
        if (!guest_read(k, from + 2 * done, wide, (size_t)2 * part))
            return;
        for (uint32_t i = 0; i < part; i++)
            bytes[i] = wide[2 * i] == 0 ? wide[2 * i + 1] : '?';
        if (!guest_write(k, to + done, bytes, part))
            return;
        done += part;
    }
}

uint32_t rtl_allocate(struct kernel *k, uint32_t size)
{
    uint8_t header[8];
    uint32_t header_at, address = mm_allocate_pool(k->mm, size, POOL_TAG, &header_at, header);
    kernel_apply_changes(k);
    if (address != 0 && header_at != 0)
        guest_write(k, header_at, header, sizeof header);
    return address;
}

void rtl_free(struct kernel *k, uint32_t address)
{
    (void)mm_free_pool(k->mm, address);
    kernel_apply_changes(k);
}
