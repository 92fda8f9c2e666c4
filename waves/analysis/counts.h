/* Counts by name, in the order in which the names first came. */
#ifndef CYCLE360_WAVES_ANALYSIS_COUNTS_H
#define CYCLE360_WAVES_ANALYSIS_COUNTS_H

#include <stddef.h>
#include <stdint.h>

struct waves_count {
    char *name;
    uint64_t count;
    uint32_t hash;
};

struct waves_counts {
    struct waves_count *at;
    uint32_t used, room;
    uint32_t *slot; /* open addressing: place + 1 */
    uint32_t slots; /* a power of two */
};

/* That of a name, which is there with 0 from then on. It stays until another name comes. */
struct waves_count *waves_counts_of(struct waves_counts *counts, const char *name);
/* The largest first, equal ones by name. */
void waves_counts_sort(struct waves_counts *counts);
void waves_counts_free(struct waves_counts *counts);

#endif
