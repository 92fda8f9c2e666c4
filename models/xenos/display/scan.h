/* Scan-out: which surface is shown, and the reads of memory that fetch it for the picture.
 *
 * Pixels of 32 bits lie in tiles of 32 by 32, 4 KiB each. A line of memory holds 16 pixels of each of two lines of the
 * picture, so what is fetched, buffered and shown together is a strip: those two lines, from end to end. A column is 16
 * pixels of it, one read. */
#ifndef CYCLE360_XENOS_DISPLAY_SCAN_H
#define CYCLE360_XENOS_DISPLAY_SCAN_H

#include "models/sim/memory.h"
#include "models/sim/port.h"

#include <stdbool.h>
#include <stdint.h>

enum { SCAN_BUFFERS_MAX = 32, SCAN_REQUESTS_MAX = 16, SCAN_COLUMN = 16 /* pixels */, SCAN_STRIP = 2 /* lines */ };

struct scan_timing {
#define SCAN_TIMING(name, ...) uint32_t name;
#include "models/xenos/display/timing.def"
#undef SCAN_TIMING
};

struct scan_timing scan_timing_default(void);

/* The registers of these names: they count together, when they are taken over. */
struct scan_surface {
    uint32_t control, bypass, address, pitch, offset_x, offset_y, x_start, y_start, x_end, y_end, lut;
};

/* What is shown of a surface, in its pixels. */
struct scan_window {
    uint32_t x, y, width, height;
};

/* False where what the registers say is no part of a surface. */
bool scan_window_of(const struct scan_surface *surface, struct scan_window *window);

static inline uint32_t scan_strips(const struct scan_window *window)
{
    return (window->y + window->height - 1) / SCAN_STRIP - window->y / SCAN_STRIP + 1;
}

static inline uint32_t scan_columns(const struct scan_window *window)
{
    return (window->x + window->width - 1) / SCAN_COLUMN - window->x / SCAN_COLUMN + 1;
}

/* The line of memory that has a column of a strip, both counted from the window's first. */
uint64_t scan_address(const struct scan_surface *surface, const struct scan_window *window, uint32_t strip,
                      uint32_t column);

struct scan_request {
    bool busy, stale; /* stale: nobody waits for the answer any more */
    uint16_t strip, column;
};

struct scan {
    struct scan_surface shown; /* taken over last */
    bool turned;               /* the surface's address has been written since */
    sim_time turned_at;        /* when that was, or was last */
    uint64_t swaps;            /* addresses taken over */

    bool on; /* this field of the picture is fetched */
    struct scan_window window;
    uint32_t next;                                  /* the strip that is shown next */
    uint32_t strip, column;                         /* what is to be asked for next */
    struct scan_request request[SCAN_REQUESTS_MAX]; /* by tag */
    uint64_t lines;                                 /* that have come since time 0 */
    uint64_t underflows;                            /* strips that had not all come when they were to be shown */
    bool underflow;                                 /* since software cleared it */

    /* follows from the above */
    uint32_t missing[SCAN_BUFFERS_MAX]; /* columns of strip n % SCAN_BUFFERS_MAX that have not come */
    uint32_t under_way;                 /* busy requests */
};

void scan_rebuild(struct scan *scan);
void scan_save(const struct scan *scan, struct sim_writer *writer);
void scan_load(struct scan *scan, struct sim_reader *reader);

#endif
