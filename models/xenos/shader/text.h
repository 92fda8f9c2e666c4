/* Building a short text in a buffer of the caller's, as snprintf counts: what does not fit is cut off, and length says
 * what would have been there. */
#ifndef CYCLE360_XENOS_SHADER_TEXT_H
#define CYCLE360_XENOS_SHADER_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct xenos_text {
    char *text; /* ends in a zero at any time, unless size is 0 */
    size_t size, length;
};

static inline struct xenos_text xenos_text(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
    return (struct xenos_text){text, size, 0};
}

static inline void xenos_say_char(struct xenos_text *t, char c)
{
    if (t->length + 1 < t->size) {
        t->text[t->length] = c;
        t->text[t->length + 1] = '\0';
    }
    t->length++;
}

static inline void xenos_say(struct xenos_text *t, const char *text)
{
    while (*text != '\0')
        xenos_say_char(t, *text++);
}

static inline void xenos_say_unsigned(struct xenos_text *t, uint64_t value)
{
    char digit[20];
    unsigned digits = 0;
    do
        digit[digits++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (digits > 0)
        xenos_say_char(t, digit[--digits]);
}

static inline void xenos_say_hex(struct xenos_text *t, uint64_t value)
{
    unsigned digits = 1;
    while (digits < 16 && value >> 4 * digits != 0)
        digits++;
    xenos_say(t, "0x");
    while (digits-- > 0)
        xenos_say_char(t, "0123456789abcdef"[value >> 4 * digits & 15]);
}

/* A number of units of 1 / 2^fraction. */
static inline void xenos_say_fixed(struct xenos_text *t, int64_t value, unsigned fraction)
{
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value, rest = size & ((1U << fraction) - 1);
    if (value < 0)
        xenos_say_char(t, '-');
    xenos_say_unsigned(t, size >> fraction);
    if (rest != 0)
        xenos_say_char(t, '.');
    while (rest != 0) {
        rest *= 10;
        xenos_say_char(t, (char)('0' + (rest >> fraction)));
        rest &= (1U << fraction) - 1;
    }
}

#endif
