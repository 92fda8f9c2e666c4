/* Links as signals: for the link behind the out-port `xenos.display.irq`, the fields of the message sent last
 * (`xenos.display.irq.vector`, ...), how many were sent, the credits that its sender has left, and whether it is
 * stalled for want of one. A component need do nothing for it. */
#ifndef CYCLE360_BOARD_LINK_TRACE_H
#define CYCLE360_BOARD_LINK_TRACE_H

#include "models/sim/machine.h"
#include "waves/waves.h"

struct link_trace;

/* Declares the signals of every link of an elaborated machine. */
struct link_trace *link_trace_new(const struct sim_machine *machine, struct waves_registry *waves);
void link_trace_free(struct link_trace *trace);

/* To be registered before the dump's own observer: what it closes must have been emitted. */
struct sim_observer link_trace_observer(struct link_trace *trace);
/* Emits all values as of t, at which the machine stands. */
void link_trace_show(struct link_trace *trace, sim_time t);

#endif
