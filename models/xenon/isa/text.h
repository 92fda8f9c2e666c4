/* Building a short text in a buffer of the caller's, as snprintf counts: what does not fit is cut off, and length says
 * what would have been there. */
#ifndef CYCLE360_XENON_ISA_TEXT_H
#define CYCLE360_XENON_ISA_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct xenon_text {
    char *text; /* ends in a zero at any time, unless size is 0 */
    size_t size, length;
};

static inline struct xenon_text xenon_text(char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
    return (struct xenon_text){text, size, 0};
}

static inline void xenon_put_char(struct xenon_text *t, char c)
{
    if (t->length + 1 < t->size) {
        t->text[t->length] = c;
        t->text[t->length + 1] = '\0';
    }
    t->length++;
}

static inline void xenon_put(struct xenon_text *t, const char *text)
{
    while (*text != '\0')
        xenon_put_char(t, *text++);
}

static inline void xenon_put_unsigned(struct xenon_text *t, uint64_t value)
{
    char digit[20];
    unsigned digits = 0;
    do
        digit[digits++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    while (digits > 0)
        xenon_put_char(t, digit[--digits]);
}

static inline void xenon_put_signed(struct xenon_text *t, int64_t value)
{
    if (value < 0)
        xenon_put_char(t, '-');
    xenon_put_unsigned(t, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

/* At least `digits` hexadecimal digits after 0x. */
static inline void xenon_put_hex(struct xenon_text *t, uint64_t value, unsigned digits)
{
    while (digits < 16 && value >> 4 * digits != 0)
        digits++;
    xenon_put(t, "0x");
    while (digits-- > 0)
        xenon_put_char(t, "0123456789abcdef"[value >> 4 * digits & 15]);
}

#endif
