/* GTKWave save files: the traces of a dump in groups, ready to be looked at. */
#ifndef CYCLE360_WAVES_GTKW_H
#define CYCLE360_WAVES_GTKW_H

#include "models/sim/time.h"
#include "waves/signals.h"

/* Writes F.gtkw for the dump F.vcd, F.vcd.gz or F.fst, nothing for others; for VCD also F.names1.txt and so on, one for
 * each set of value names (FST files hold their own). `marker` is where the trigger fired, or SIM_NEVER. */
enum sim_status waves_gtkw_write(const char *dump_path, const struct waves_signals *signals, sim_time begin,
                                 sim_time end, sim_time marker, struct sim_error *error);

#endif
