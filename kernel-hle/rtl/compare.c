/* Comparisons, and what is done to memory by the word. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/rtl/case.h"
#include "kernel-hle/rtl/rtl_parts.h"

enum { COMPARE_MAX = 1 << 20, PIECE = 4096 };

static unsigned folded(unsigned character, bool wide, bool fold)
{
    if (!fold)
        return character;
    return wide ? rtl_upper((uint16_t)character) : rtl_upper_byte((uint8_t)character);
}

/* The difference of the first characters that differ, or of the lengths. */
static int32_t compare(struct kernel *k, uint32_t first, uint32_t first_length, uint32_t second, uint32_t second_length,
                       bool wide, bool fold)
{
    uint32_t common = first_length < second_length ? first_length : second_length, size = wide ? 2 : 1, part;
    uint8_t a[PIECE], b[PIECE];
    for (uint32_t done = 0; done < common; done += part) {
        part = common - done < PIECE / 2 ? common - done : PIECE / 2;
        if (!guest_read(k, first + size * done, a, (size_t)size * part) ||
            !guest_read(k, second + size * done, b, (size_t)size * part))
            return 0;
        for (uint32_t i = 0; i < part; i++) {
            unsigned left = folded(wide ? bytes_be16(a + (size_t)2 * i) : a[i], wide, fold);
            unsigned right = folded(wide ? bytes_be16(b + (size_t)2 * i) : b[i], wide, fold);
            if (left != right)
                return (int32_t)left - (int32_t)right;
        }
    }
    return (int32_t)(first_length - second_length);
}

static uint64_t result(int32_t difference)
{
    return (uint32_t)difference;
}

void hle_RtlCompareString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string a = rtl_string_get(k, kernel_arg(c, 0)), b = rtl_string_get(k, kernel_arg(c, 1));
    c->result = result(compare(k, a.buffer, a.length, b.buffer, b.length, false, kernel_arg(c, 2) != 0));
}

void hle_RtlCompareUnicodeString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string a = rtl_string_get(k, kernel_arg(c, 0)), b = rtl_string_get(k, kernel_arg(c, 1));
    c->result = result(compare(k, a.buffer, a.length / 2u, b.buffer, b.length / 2u, true, kernel_arg(c, 2) != 0));
}

static uint32_t length_of(struct kernel *k, uint32_t text, uint32_t length)
{
    return length == UINT32_MAX ? rtl_text_length(k, text, false, COMPARE_MAX) : length;
}

void hle_RtlCompareStringN(struct kernel *k, struct kernel_call *c)
{
    uint32_t first = kernel_arg(c, 0), second = kernel_arg(c, 2);
    uint32_t first_length = length_of(k, first, kernel_arg(c, 1)),
             second_length = length_of(k, second, kernel_arg(c, 3));
    c->result = result(compare(k, first, first_length, second, second_length, false, kernel_arg(c, 4) != 0));
}

/* How many bytes are equal. */
void hle_RtlCompareMemory(struct kernel *k, struct kernel_call *c)
{
    uint32_t first = kernel_arg(c, 0), second = kernel_arg(c, 1), size = kernel_arg(c, 2), done = 0;
    uint8_t a[PIECE], b[PIECE];
    while (done < size) {
        uint32_t part = size - done < PIECE ? size - done : PIECE, same = 0;
        if (!guest_read(k, first + done, a, part) || !guest_read(k, second + done, b, part))
            break;
        while (same < part && a[same] == b[same])
            same++;
        done += same;
        if (same < part)
            break;
    }
    c->result = done;
}

/* How many bytes are as the pattern says, whole words. */
void hle_RtlCompareMemoryUlong(struct kernel *k, struct kernel_call *c)
{
    uint32_t at = kernel_arg(c, 0), size = kernel_arg(c, 1) & ~UINT32_C(3), pattern = kernel_arg(c, 2);
    uint8_t bytes[PIECE];
    for (uint32_t part; c->result < size;) {
        part = size - (uint32_t)c->result < PIECE ? size - (uint32_t)c->result : PIECE;
        if (!guest_read(k, at + (uint32_t)c->result, bytes, part))
            return;
        for (uint32_t i = 0; i < part; i += 4, c->result += 4)
            if (bytes_be32(bytes + i) != pattern)
                return;
    }
}

void hle_RtlFillMemoryUlong(struct kernel *k, struct kernel_call *c)
{
    uint32_t at = kernel_arg(c, 0), size = kernel_arg(c, 1) & ~UINT32_C(3), pattern = kernel_arg(c, 2);
    uint8_t bytes[PIECE];
    for (unsigned i = 0; i < PIECE; i++)
        bytes[i] = (uint8_t)(pattern >> (24 - 8 * (i % 4)));
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_write(k, at + done, bytes, part))
            return;
    }
}

/* CRC-32 with its bits reflected, the polynomial of Ethernet. */
void hle_RtlComputeCrc32(struct kernel *k, struct kernel_call *c)
{
    uint32_t crc = ~kernel_arg(c, 0), at = kernel_arg(c, 1), size = kernel_arg(c, 2), table[256];
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (unsigned bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? UINT32_C(0xEDB88320) : 0);
    }
    uint8_t bytes[PIECE];
    for (uint32_t done = 0, part; done < size; done += part) {
        part = size - done < PIECE ? size - done : PIECE;
        if (!guest_read(k, at + done, bytes, part))
            break;
        for (uint32_t i = 0; i < part; i++)
            crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xFF];
    }
    c->result = ~crc;
}
