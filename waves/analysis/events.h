/* Reading event logs: JSON lines, plain or gzipped, one record after the other. docs/event-log.md has the schema.
 *
 * Files may be damaged or hostile: then a call fails with SIM_BAD_INPUT and a sentence that names file and line. Of a
 * run that was killed (F.part) the last line, which may be half a record, is left out. */
#ifndef CYCLE360_WAVES_ANALYSIS_EVENTS_H
#define CYCLE360_WAVES_ANALYSIS_EVENTS_H

#include "models/sim/status.h"
#include "waves/analysis/json.h"

struct waves_events;

/* A record; what it points at stays until the next one is read. The first is log.begin, which has only its event. */
struct waves_event_record {
    const struct waves_json *object; /* all of it */
    const char *event;
    const char *export; /* of import.call and kernel.return; NULL: none */
    uint64_t thread, index, cycle, ns;
    uint64_t line;
};

enum sim_status waves_events_open(const char *path, struct waves_events **events, struct sim_error *error);
void waves_events_close(struct waves_events *events);
/* The next record behind the first. Leaves *more false at the end. */
enum sim_status waves_events_next(struct waves_events *events, struct waves_event_record *record, bool *more,
                                  struct sim_error *error);
/* A complaint about the record that was read last. */
enum sim_status waves_events_bad(const struct waves_events *events, struct sim_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
