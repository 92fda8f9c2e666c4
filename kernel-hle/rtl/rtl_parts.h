/* What the handlers of this folder share. */
#ifndef CYCLE360_HLE_RTL_PARTS_H
#define CYCLE360_HLE_RTL_PARTS_H

#include "kernel-hle/kernel/call.h"

/* ANSI_STRING and UNICODE_STRING: lengths in bytes. */
struct rtl_string {
    uint16_t length, maximum;
    uint32_t buffer;
};
enum { RTL_STRING_SIZE = 8, RTL_STRING_MAX = 0xFFFE };

struct rtl_string rtl_string_get(struct kernel *k, uint32_t address);
void rtl_string_put(struct kernel *k, uint32_t address, struct rtl_string string);

/* Characters before the zero, `limit` at most. */
uint32_t rtl_text_length(struct kernel *k, uint32_t address, bool wide, uint32_t limit);
void rtl_copy(struct kernel *k, uint32_t to, uint32_t from, uint32_t size);
/* `count` characters from bytes to UTF-16, and back; what a byte cannot hold becomes '?'. */
void rtl_widen(struct kernel *k, uint32_t to, uint32_t from, uint32_t count);
void rtl_narrow(struct kernel *k, uint32_t to, uint32_t from, uint32_t count);

/* Blocks of the pool that strings own; 0 where there is no memory. */
uint32_t rtl_allocate(struct kernel *k, uint32_t size);
void rtl_free(struct kernel *k, uint32_t address);

/* What a title says to a debugger: to the log, and to who runs the title, line by line. `text` is Windows-1252. */
void rtl_say(struct kernel *k, struct ke_thread *thread, const char *text);

#endif
