/* The inside of the pipe, shared by the files that make it up. Nobody else includes this. */
#ifndef CYCLE360_XENOS_PIPE_PARTS_H
#define CYCLE360_XENOS_PIPE_PARTS_H

#include "models/xenos/pipe/pipe.h"

/* pipe_bind.c: what the draw that the registers describe does, into draw->work. SIM_HOST where memory is short; what is
 * wrong with the draw is on record, and it has nothing to do. */
enum sim_status pipe_bind(struct pipe *pipe, struct pipe_draw *draw, struct sim_error *error);

/* pipe_program.c: the vertex shader that is loaded, into pipe->bench. */
enum sim_status pipe_find_program(struct pipe *pipe, struct sim_error *error);

/* pipe_state.c */
void pipe_save(const struct sim_component *self, struct sim_writer *writer);
void pipe_load(struct sim_component *self, struct sim_reader *reader);

/* pipe_trace.c */
void pipe_trace(struct sim_component *self, struct waves_scope *scope);
void pipe_show(struct sim_component *self, sim_time t);
void pipe_show_changes(struct pipe *pipe, sim_time t);

static inline struct pipe_draw *pipe_draw_at(const struct pipe *pipe, uint32_t i)
{
    return (struct pipe_draw *)&pipe->draw[(pipe->first + i) % CP_DRAWS];
}

#endif
