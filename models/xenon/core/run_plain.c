/* The run loop as it is when nobody looks. */
#include "models/xenon/core/run_parts.h"

#define RUN     core_run_plain
#define WATCHED false
#include "models/xenon/core/run.h"
