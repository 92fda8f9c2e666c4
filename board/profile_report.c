#include "board/profile_report.h"

#include "waves/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cause_order {
#define COLOUR(name, colour) ORDER_##name,
#include "board/profile_causes.def"
#undef COLOUR
};
#define CAUSE(name, text) _Static_assert((int)ORDER_##name == (int)XENON_CAUSE_OF_##name, "colours are in the order of causes");
#include "models/xenon/core/causes.def"
#undef CAUSE

const struct profile_cause profile_cause[XENON_CAUSES] = {
#define CAUSE(id, words) [XENON_CAUSE_OF_##id] = {.name = #id, .text = (words), .colour = COLOUR_OF_##id},
#define COLOUR(name, colour) 
#include "models/xenon/core/causes.def"
#undef CAUSE
};
