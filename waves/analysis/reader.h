/* Reading dumps: VCD (plain or gzipped), FST, raw files and the rings of killed runs, all as one thing: the signals,
 * their values at the beginning, and then every change in the order of (time, signal). A value that is set again to
 * what it is, or twice at one time, does not show. Memory is bounded by the number of signals, not of changes.
 *
 * Files may be damaged or hostile: then a call fails with SIM_BAD_INPUT and a sentence that names the place. */
#ifndef CYCLE360_WAVES_ANALYSIS_READER_H
#define CYCLE360_WAVES_ANALYSIS_READER_H

#include "models/sim/time.h"
#include "waves/signals.h"

struct waves_reader;

struct waves_event {
    sim_time time;
    uint64_t value;
    uint32_t code;
};

enum sim_status waves_reader_open(const char *path, struct waves_reader **reader, struct sim_error *error);
void waves_reader_close(struct waves_reader *reader);

const struct waves_signals *waves_reader_signals(const struct waves_reader *reader);
/* The lines of the file's own comments, or "". */
const char *waves_reader_comment(const struct waves_reader *reader);
sim_time waves_reader_begin(const struct waves_reader *reader);
/* By code: at the beginning and, while events are taken, as of the last one. */
const uint64_t *waves_reader_values(const struct waves_reader *reader);

/* The next change. Leaves *more false at the end. */
enum sim_status waves_reader_next(struct waves_reader *reader, struct waves_event *event, bool *more,
                                  struct sim_error *error);
/* Once there are no more: up to when the file says what happened, and whether the dump was ended in order (only rings
 * and raw files tell; the others count as ended). */
sim_time waves_reader_end(const struct waves_reader *reader);
bool waves_reader_is_whole(const struct waves_reader *reader);

#endif
