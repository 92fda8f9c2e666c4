/* Memory for waves: what cannot be had ends the program with the host's exit code. Readers of foreign files bound what
 * they ask for before they ask. */
#ifndef CYCLE360_WAVES_MEMORY_H
#define CYCLE360_WAVES_MEMORY_H

#include <stddef.h>

void *waves_resize(void *old, size_t count, size_t size);
void *waves_zeroed(size_t count, size_t size);
char *waves_copy_text(const char *text, size_t length);
char *waves_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
