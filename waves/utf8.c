#include "waves/utf8.h"

size_t waves_utf8_length(const uint8_t *byte, size_t left)
{
    uint8_t low = 0x80, high = 0xBF;
    size_t length = byte[0] < 0x80   ? 1
                    : byte[0] < 0xC2 ? 0
                    : byte[0] < 0xE0 ? 2
                    : byte[0] < 0xF0 ? 3
                    : byte[0] < 0xF5 ? 4
                                     : 0;
    if (length > left)
        return 0;
    if (byte[0] == 0xE0)
        low = 0xA0; /* else it would fit into two bytes */
    if (byte[0] == 0xED)
        high = 0x9F; /* halves of pairs are no characters */
    if (byte[0] == 0xF0)
        low = 0x90; /* else it would fit into three */
    if (byte[0] == 0xF4)
        high = 0x8F; /* the last character is U+10FFFF */
    for (size_t i = 1; i < length; i++, low = 0x80, high = 0xBF)
        if (byte[i] < low || byte[i] > high)
            return 0;
    return length;
}
