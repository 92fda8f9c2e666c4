/* --trigger: when a dump begins.
 *
 *     time:20ms                       at a time
 *     xenos.display.vblank==1         when a comparison (== = != < <= > >=) holds for the first time; a number, 0x..,
 *     xenos.display.state=blank       0b.., or the name of a value
 *     xenos.display.vblank:rise:3     at the third change from 0 to something else; also fall, and change for any */
#ifndef CYCLE360_WAVES_TRIGGER_H
#define CYCLE360_WAVES_TRIGGER_H

#include "models/sim/time.h"
#include "waves/signals.h"

enum waves_trigger_kind {
    WAVES_TRIGGER_NONE,
    WAVES_TRIGGER_TIME,
#define TRIGGER_COMPARE(kind, text, expression) WAVES_TRIGGER_##kind,
#define TRIGGER_EDGE(kind, text, expression)    WAVES_TRIGGER_##kind,
#include "waves/trigger.def"
#undef TRIGGER_COMPARE
#undef TRIGGER_EDGE
};

struct waves_trigger {
    enum waves_trigger_kind kind;
    sim_time time;
    uint32_t signal; /* in the list that it was parsed with */
    uint64_t value;
    uint64_t edges; /* still to come */
};

enum sim_status waves_trigger_parse(const char *text, const struct waves_signals *signals,
                                    const struct sim_clock *cycles, struct waves_trigger *trigger,
                                    struct sim_error *error);

/* Does a comparison hold for this value? False for all other kinds. */
bool waves_trigger_holds(const struct waves_trigger *trigger, uint64_t value);
/* Does it fire when its signal changes? Counts edges. */
bool waves_trigger_fires(struct waves_trigger *trigger, uint64_t from, uint64_t to);

#endif
