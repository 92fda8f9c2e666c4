/* How a log calls what event logs hold: the names of docs/event-log.md, or for logs of other programs those of a file,
 *
 *     # ours <- theirs
 *     thread <- tid
 *     export <- payload.name
 *     event import.call <- kernel_call
 *
 * A dot goes into an object, whose members then count as the record's own. A line with `event` before it is about a
 * kind of record. What no line names is called as it is here. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_NAMES_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_NAMES_H

#include "models/sim/status.h"
#include "waves/analysis/events_text.h"

#include <stdbool.h>
#include <stdint.h>

enum waves_field {
#define EVENTS_FIELD(id, name) WAVES_FIELD_##id,
#include "waves/analysis/events_fields.def"
#undef EVENTS_FIELD
    WAVES_FIELDS,
    WAVES_FIELD_NONE = WAVES_FIELDS, /* of a member that has no row */
    WAVES_FIELD_INSIDE               /* an object that is gone into */
};

/* What a name stands for. */
struct waves_name {
    const char *text;
    uint32_t length;
    uint16_t inside; /* of which object: 0 the record, else that one's `object` */
    uint16_t object; /* of WAVES_FIELD_INSIDE */
    uint8_t field;
};

struct waves_events_names;

struct waves_events_names *waves_events_names_ours(void);
enum sim_status waves_events_names_read(const char *path, struct waves_events_names **names, struct sim_error *error);
void waves_events_names_free(struct waves_events_names *names);

/* NULL: no row. */
const struct waves_name *waves_events_name(const struct waves_events_names *names, uint16_t inside, const char *text,
                                           size_t length);
/* The kind of a record, a string with its quotes, as it is called here. */
struct waves_text waves_events_kind(const struct waves_events_names *names, struct waves_text kind);
/* How a field is called here. */
const char *waves_field_name(enum waves_field field);

#endif
