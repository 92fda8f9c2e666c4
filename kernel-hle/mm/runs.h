/* What the pages of a heap are: runs of pages that are alike, kept by their first page. A bitmap says where runs begin,
 * with summaries of 64 to 1 above it, so that the run of a page is found in three steps. */
#ifndef CYCLE360_HLE_MM_RUNS_H
#define CYCLE360_HLE_MM_RUNS_H

#include <stdbool.h>
#include <stdint.h>

enum mm_state {
    MM_FREE,
    MM_RESERVED,
    MM_COMMITTED,
    MM_BARRED, /* a guard page of the kernel's: committed to whoever asks, but without memory */
    MM_STATES
};

struct mm_run {
    uint32_t region, region_pages; /* first page of the region that it is of, and pages of that */
    uint16_t protect, given;       /* enum mm_protect: now, and when it was allocated */
    uint8_t state, use;            /* enum mm_state, enum mm_use */
};

enum { MM_RUN_LEVELS = 3 };

struct mm_runs {
    uint32_t pages;
    struct mm_run *run;
    uint64_t *begins[MM_RUN_LEVELS];
};

/* One free run then. At most 2^18 pages. False without memory. */
bool mm_runs_init(struct mm_runs *runs, uint32_t pages);
void mm_runs_destroy(struct mm_runs *runs);
void mm_runs_reset(struct mm_runs *runs);

/* What `page` is; *end is the first page behind that is something else. */
struct mm_run mm_runs_at(const struct mm_runs *runs, uint32_t page, uint32_t *end);
/* Runs that are alike and touch become one. */
void mm_runs_set(struct mm_runs *runs, uint32_t first, uint32_t count, struct mm_run run);

#endif
