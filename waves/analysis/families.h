/* Families of producers: names for groups of calls, from a small file. docs/comparing.md has the format. */
#ifndef CYCLE360_WAVES_ANALYSIS_FAMILIES_H
#define CYCLE360_WAVES_ANALYSIS_FAMILIES_H

#include "models/sim/status.h"

#include <stddef.h>
#include <stdint.h>

enum { WAVES_FAMILIES_FILE_MOST = 1 << 20, WAVES_FAMILIES_NAME_MOST = 64 };

struct waves_family {
    char *name;
    char **export; /* globs; none: any export */
    size_t exports;
    struct waves_family_range {
        uint64_t first, last; /* of callers, both included; none: any caller */
    } * range;
    size_t ranges;
};

struct waves_families {
    struct waves_family *family;
    size_t families;
};

/* Out of the whole text; `path` is for messages, which name the line. On failure nothing needs to be freed. */
enum sim_status waves_families_read(struct waves_families *families, const char *path, const char *text, size_t size,
                                    struct sim_error *error);
void waves_families_free(struct waves_families *families);

/* The first family that the call belongs to: its export matches, and one of its callers lies in a range. NULL: none. */
const struct waves_family *waves_family_of(const struct waves_families *families, const char *export,
                                           const uint64_t *caller, size_t callers);

#endif
