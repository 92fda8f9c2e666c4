/* Comparing two dumps of any formats: signals by name, values over time. */
#ifndef CYCLE360_WAVES_ANALYSIS_COMPARE_H
#define CYCLE360_WAVES_ANALYSIS_COMPARE_H

#include "waves/analysis/reader.h"

#include <stdio.h>

struct waves_comparison {
    const char *a, *b;
    const char *probe; /* globs over the names of both; NULL: all */
    sim_time from, to; /* [from, to); to == 0: the end. At `from` all values are compared */
};

/* Prints every difference in what there is to compare, then the first difference in values with all signals that differ
 * at that time, or that there is none. */
enum sim_status waves_compare(const struct waves_comparison *comparison, FILE *out, bool *same,
                              struct sim_error *error);

#endif
