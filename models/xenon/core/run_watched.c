/* The run loop with somebody who looks: profiles, waves, breakpoints, tests. */
#include "models/xenon/core/run_parts.h"

#define RUN     core_run_watched
#define WATCHED true
#include "models/xenon/core/run.h"
