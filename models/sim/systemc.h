/* SystemC behind a C interface: the only door to its kernel, which owns the time that the board shares with foreign
 * parts. A C programmer needs nothing but this header; systemc.cpp is the only file that includes SystemC.
 *
 * Modules are named by dotted paths ("xenos.display" is the module `display` in the module `xenos`, under the module
 * `board`). Each module may have one method, a function that is run at the times that it asks for or when an event that
 * it waits for happens. All of it is created before sim_sc_elaborate; SystemC elaborates once per process. No exception
 * crosses into C: what SystemC throws comes back as an error, what it reports goes to the report handler. */
#ifndef CYCLE360_SIM_SYSTEMC_H
#define CYCLE360_SIM_SYSTEMC_H

#include "models/sim/time.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sim_sc_module;
struct sim_sc_event;

/* Runs at `now`; answers the time of its next run, SIM_NEVER to sleep until woken. */
typedef sim_time sim_sc_method(void *context, sim_time now);

/* The module at `path`, made where it does not exist yet, with those above it. */
struct sim_sc_module *sim_sc_module_at(const char *path);
/* Gives a module its method, run first at time 0. */
void sim_sc_module_method(struct sim_sc_module *module, sim_sc_method *method, void *context);
/* An event of the module, whose method is run when it happens. */
struct sim_sc_event *sim_sc_event_new(struct sim_sc_module *module, const char *name);
enum sim_status sim_sc_elaborate(struct sim_error *error);

/* The name by which SystemC knows it: "board.xenos.display". */
const char *sim_sc_module_name(const struct sim_sc_module *module);

/* The event happens at t, or earlier if it was notified for an earlier time already. */
void sim_sc_event_notify(struct sim_sc_event *event, sim_time t);
void sim_sc_event_cancel(struct sim_sc_event *event);

sim_time sim_sc_time(void);
/* The time of the kernel's next event, the running method's own excepted; SIM_NEVER where nothing is pending. */
sim_time sim_sc_next(void);
/* Runs all events before `until`; the kernel's time is `until` afterwards, or that of a pause. */
enum sim_status sim_sc_run(sim_time until, struct sim_error *error);
/* Ends the run in progress after the events of the present time; sim_sc_run can be called again. */
void sim_sc_pause(void);

enum sim_sc_severity { SIM_SC_INFO, SIM_SC_WARNING, SIM_SC_ERROR, SIM_SC_FATAL };
typedef void sim_sc_report_handler(enum sim_sc_severity severity, const char *type, const char *message);
/* Who hears SystemC's reports; errors end the run besides. Default: warnings and worse on standard error. */
void sim_sc_on_report(sim_sc_report_handler *handler);

#ifdef __cplusplus
}
#endif

#endif
