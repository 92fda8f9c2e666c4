/* The printf family: a format, and slots of 64 bits, in; characters out. What it does not know, where text lies and
 * where the result goes, it asks its caller. docs/kernel.md has what can be formatted. */
#ifndef CYCLE360_HLE_RTL_PRINT_H
#define CYCLE360_HLE_RTL_PRINT_H

#include <stdbool.h>
#include <stdint.h>

/* Longer output, and wider fields, are an error: a title's mistake must not keep the host busy. */
enum { RTL_PRINT_MAX = 1 << 20 };

struct rtl_print {
    bool wide;      /* format, %s and %c are UTF-16 */
    bool microsoft; /* floating point as Microsoft's C library of the time writes it */
    void *context;
    unsigned (*format)(void *context, uint32_t index); /* 0 at its end */
    uint64_t (*slot)(void *context, unsigned index);
    unsigned (*text)(void *context, uint32_t address, uint32_t index, bool wide);
    void (*store)(void *context, uint32_t address, uint64_t value, unsigned size); /* %n */
    void (*put)(void *context, unsigned character);
};

/* How many characters have been put; -1: more than RTL_PRINT_MAX. */
int32_t rtl_print(const struct rtl_print *print);

#endif
