#include "board/cli/json.h"

/* Length of the well-formed UTF-8 sequence at `byte`, 0 if there is none: Unicode, table 3-7. */
static int sequence(const unsigned char *byte)
{
    unsigned char low = 0x80, high = 0xBF;
    int length = byte[0] < 0x80 ? 1 : byte[0] < 0xC2 ? 0 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;

    if (byte[0] > 0xF4)
        return 0;
    if (byte[0] == 0xE0)
        low = 0xA0; /* not what two bytes could say */
    if (byte[0] == 0xED)
        high = 0x9F; /* no surrogates */
    if (byte[0] == 0xF0)
        low = 0x90;
    if (byte[0] == 0xF4)
        high = 0x8F; /* nothing past U+10FFFF */
    for (int i = 1; i < length; i++, low = 0x80, high = 0xBF)
        if (byte[i] < low || byte[i] > high)
            return 0;
    return length;
}

void json_text(FILE *file, const char *text)
{
    fputc('"', file);
    for (const unsigned char *byte = (const unsigned char *)text; *byte != '\0';) {
        int length = sequence(byte);
        if (length == 0) {
            fputs("\\uFFFD", file);
            byte++;
        } else if (*byte < ' ' || *byte == 0x7F) {
            fprintf(file, "\\u%04X", *byte++);
        } else {
            if (*byte == '"' || *byte == '\\')
                fputc('\\', file);
            fwrite(byte, 1, (size_t)length, file);
            byte += length;
        }
    }
    fputc('"', file);
}

void json_text_member(const char *name, const char *text, FILE *file)
{
    fprintf(file, ", \"%s\": ", name);
    json_text(file, text);
}
