/* The inside of the display controller, shared by the files that make it up. Nobody else includes this. */
#ifndef CYCLE360_XENOS_DISPLAY_PARTS_H
#define CYCLE360_XENOS_DISPLAY_PARTS_H

#include "models/xenos/display/display.h"

/* display.c */
struct crtc_point display_point(const struct display *display, sim_time t); /* as an access at t sees it */
bool display_in_vline(const struct display *display, uint32_t line);
bool display_timing_waits(const struct display *display); /* for the next sweep, or for the lock */
void display_take_timing(struct display *display, sim_time t);
void display_run(struct display *display, sim_time t, bool run);
void display_find_event(struct display *display, sim_time t);
void display_raise(struct display *display, sim_time t); /* after a change of `occurred` or the mask */

/* display_scan.c */
bool display_surface_waits(const struct display *display); /* for the blank, or for the lock */
void display_take_surface(struct display *display, sim_time t);
void display_surface_written(struct display *display, enum display_reg reg, sim_time t);
uint32_t display_scan_line(const struct display *display);    /* of the counter, at which the next strip is shown */
void display_scan_begin(struct display *display, sim_time t); /* a blank begins */
void display_scan_step(struct display *display, uint32_t line, sim_time t);
void display_scan_ask(struct display *display, sim_time t);
void display_scan_answered(struct display *display, sim_time t);
void display_scan_drop(struct display *display);

/* display_mmio.c: answers an access at t; data is what was read, or is to be written. */
enum sim_mmio_status display_access(struct display *display, const struct sim_msg_mmio_request *request, sim_time t,
                                    uint32_t *data);

/* display_trace.c. All but the first two do nothing while none of the signals is wanted. */
void display_trace(struct sim_component *self, struct waves_scope *scope);
void display_show(struct sim_component *self, sim_time t);
void display_show_changes(struct display *display, sim_time t, const struct crtc_point *point);
void display_show_steps(struct display *display, sim_time t); /* of the line counter, before t */
void display_show_interrupts(struct display *display, sim_time t);
void display_show_surface(struct display *display, sim_time t);
void display_show_access(struct display *display, sim_time t); /* the last one */

#endif
