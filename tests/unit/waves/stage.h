/* For tests of waves: a folder of their own, a board of random signals, and what a dump of it must hold, worked out the
 * slow way and printed as VCD by other means than the product's. */
#ifndef CYCLE360_TESTS_UNIT_WAVES_STAGE_H
#define CYCLE360_TESTS_UNIT_WAVES_STAGE_H

#include "waves/dump.h"

#include <stddef.h>

enum { STAGE_SCOPES = 3, STAGE_SIGNALS = 9, STAGE_WINDOWS = 200 };

/* One call of waves_set, in the order of the calls. */
struct stage_emit {
    sim_time time;
    uint64_t value;
    uint32_t signal; /* by place in the final order */
    uint32_t window;
};

struct stage {
    char folder[64];
    struct waves_registry *registry;
    struct waves_scope *scope[STAGE_SIGNALS]; /* of each signal */
    uint32_t code[STAGE_SIGNALS];
    struct stage_emit *emits;
    size_t emit_count;
    sim_time window_end[STAGE_WINDOWS];
};

/* Emits run from `start` on; `spread` is about how many there are in a window. */
void stage_init(struct stage *stage, uint64_t seed, sim_time start, unsigned spread);
void stage_free(struct stage *stage);
/* A path in the folder; a ring of buffers, good for a few calls. */
const char *stage_path(struct stage *stage, const char *name);

/* Plays the emits into a dump, closing after each window (close_every 1), after every n-th, or only at the end (0). */
enum sim_status stage_dump(struct stage *stage, const struct waves_options *options, unsigned close_every,
                           struct waves_result *result, struct sim_error *error);
sim_time stage_end(const struct stage *stage);

/* The changes that a dump of [begin, end) holds, as the body of a VCD file. Free it. */
char *stage_expect(const struct stage *stage, sim_time begin, sim_time end);
/* The changes of the whole run in order, of which stage_expect makes its text. Free them. */
struct stage_emit *stage_changes(const struct stage *stage, size_t *count);

/* The whole file with a 0 after it, or NULL. Free it. */
char *stage_read(const char *path, size_t *size);
void stage_write(const char *path, const void *data, size_t size);
/* The part of a VCD text behind its header. */
const char *stage_body(const char *vcd);
bool stage_exists(const char *path);

uint64_t stage_random(uint64_t *state);

#endif
