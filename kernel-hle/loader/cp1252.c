#include "kernel-hle/loader/cp1252.h"

/* 0x80 to 0x9f, the only codes that differ from Unicode's; 1 where there is none. */
static const uint16_t middle[32] = {
    0x20ac, 1,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 1,      0x017d, 1,      1,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 1,      0x017e, 0x0178,
};

size_t cp1252_to_utf8(const uint8_t *bytes, size_t length, char *utf8)
{
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned code = bytes[i] >= 0x80 && bytes[i] < 0xa0 ? middle[bytes[i] - 0x80] : bytes[i];
        if (code < 0x80) {
            utf8[at++] = (char)code;
        } else if (code < 0x800) {
            utf8[at++] = (char)(0xc0 | code >> 6);
            utf8[at++] = (char)(0x80 | (code & 0x3f));
        } else {
            utf8[at++] = (char)(0xe0 | code >> 12);
            utf8[at++] = (char)(0x80 | (code >> 6 & 0x3f));
            utf8[at++] = (char)(0x80 | (code & 0x3f));
        }
    }
    return at;
}

/* The next character, 0 at the end, 1 where the text is not UTF-8 or beyond what the set could hold. */
static unsigned next_character(const uint8_t **text)
{
    const uint8_t *p = *text;
    unsigned code = 1, length = 1;

    if (p[0] < 0x80) {
        code = p[0];
    } else if ((p[0] & 0xe0) == 0xc0 && (p[1] & 0xc0) == 0x80) {
        code = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
        length = 2;
        if (code < 0x80)
            code = 1;
    } else if ((p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
        code = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
        length = 3;
        if (code < 0x800)
            code = 1;
    }
    *text = p + length;
    return code;
}

static unsigned from_unicode(unsigned code)
{
    if (code < 0x80 || (code >= 0xa0 && code < 0x100))
        return code;
    for (unsigned i = 0; i < 32; i++)
        if (middle[i] == code)
            return 0x80 + i;
    return 1;
}

bool cp1252_from_utf8(const char *utf8, uint8_t *bytes, size_t room, size_t *length)
{
    const uint8_t *text = (const uint8_t *)utf8;
    size_t at = 0;

    for (unsigned code; (code = next_character(&text)) != 0;) {
        code = from_unicode(code);
        if (code == 1 || at == room)
            return false;
        bytes[at++] = (uint8_t)code;
    }
    *length = at;
    return true;
}
