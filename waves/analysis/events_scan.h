/* The members of a record, found in its line without taking it apart: some hundred nanoseconds a record, for logs of
 * many millions. Everything else of reading logs is in waves/analysis/events.h.
 *
 * The line is checked to be one JSON object, but not that its strings are UTF-8. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_SCAN_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_SCAN_H

#include "waves/analysis/events_names.h"
#include "waves/analysis/events_text.h"

enum { WAVES_SCAN_MEMBERS = 96 };

struct waves_scan_member {
    struct waves_text name; /* as the log has it, without quotes */
    struct waves_text value;
    uint8_t field; /* an enum waves_field, or WAVES_FIELD_NONE */
};

struct waves_scan {
    struct waves_text field[WAVES_FIELDS]; /* `at` NULL: is not there */
    struct waves_scan_member member[WAVES_SCAN_MEMBERS];
    uint32_t members;
};

/* False, and what is wrong. What is found points into the line, but a kind of record that `names` calls otherwise. */
bool waves_events_scan(const struct waves_events_names *names, struct waves_text line, struct waves_scan *scan,
                       const char **why);

#endif
