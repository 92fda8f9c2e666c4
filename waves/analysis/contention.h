/* Manifests of contention: where the threads of a logged run entered a critical section that was another's. `events
 * manifest` writes one, `boot --replay-contention` reads it; docs/contention.md has the format.
 *
 * Files may be damaged or hostile: then reading fails with SIM_BAD_INPUT and a sentence that names file and line. */
#ifndef CYCLE360_WAVES_ANALYSIS_CONTENTION_H
#define CYCLE360_WAVES_ANALYSIS_CONTENTION_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

#define WAVES_CONTENTION_SCHEMA "cycle360.contention"
enum { WAVES_CONTENTION_VERSION = 1, WAVES_CONTENTION_FILE_MOST = 64 << 20 /* bytes */ };

/* What an entry's place is: a record's index as if there were no records that come of contention, or how many calls
 * came before the one that enters. */
enum waves_contention_by { WAVES_CONTENTION_BY_INDEX, WAVES_CONTENTION_BY_CALL };

struct waves_contention_entry {
    uint64_t thread, place;
    uint64_t index; /* of the record that told of it */
    uint64_t line;  /* of the manifest */
};

struct waves_contention {
    enum waves_contention_by by;
    struct waves_contention_entry *entry; /* by thread and place */
    size_t entries;
};

/* Out of the whole text, which is changed; `path` is for messages. On failure nothing needs to be freed. */
enum sim_status waves_contention_read(struct waves_contention *contention, const char *path, char *text, size_t size,
                                      struct sim_error *error);
void waves_contention_free(struct waves_contention *contention);

/* NULL: there is none. */
const struct waves_contention_entry *waves_contention_find(const struct waves_contention *contention, uint64_t thread,
                                                           uint64_t place);

#endif
