/* Event logs: JSON lines, of which the first says by these what the others are. docs/event-log.md has the schema. */
#ifndef CYCLE360_WAVES_EVENTS_H
#define CYCLE360_WAVES_EVENTS_H

#define WAVES_EVENTS_SCHEMA "cycle360.events"
enum { WAVES_EVENTS_VERSION = 1 };

#endif
