/* Draws built by hand for the shader array, a memory for it that answers after a while, and what came of it. */
#ifndef CYCLE360_TESTS_UNIT_XENOS_SHADER_ARRAY_RIG_H
#define CYCLE360_TESTS_UNIT_XENOS_SHADER_ARRAY_RIG_H

#include "models/xenos/shader/timing/array.h"

enum { ARRAY_WORKS = 12, ARRAY_GIVE_UP = 200000 /* clocks */ };

struct array_plan {
    struct xenos_array_timing timing;
    unsigned works;
    struct xenos_work work[ARRAY_WORKS];
    uint64_t begin[ARRAY_WORKS]; /* the first edge at which each may begin */
    uint32_t latency, spread;    /* of memory: latency, and up to spread - 1 more that the line decides */
    uint32_t read_open, read_of; /* reads are taken at edges e with e % read_of < read_open; of 0: always */
    uint32_t write_open, write_of;
    uint64_t invalidate; /* the edge; 0: never */
};

enum array_event_kind { ARRAY_WRITE, ARRAY_READ, ARRAY_DONE };
struct array_event {
    enum array_event_kind kind;
    uint32_t value; /* the line, or which work */
    uint64_t edge;
};

struct array_log {
    struct array_event *event;
    size_t count, room;
    struct xenos_array_counters counters;
    uint64_t acts; /* calls of xenos_array_run */
    uint32_t most_threads;
    bool stuck;
    bool differs; /* a save that was loaded and saved again */
};

void array_plan_init(struct array_plan *plan); /* the retail board's figures, memory of 100 clocks */
void array_plan_free(struct array_plan *plan);

/* A draw without indices, to which vectors are added, each with what it does. */
struct xenos_work *array_plan_draw(struct array_plan *plan, uint8_t registers);
void array_vector(struct xenos_work *work, uint8_t lanes, uint32_t primitives);
void array_op(struct xenos_work *work, enum xenos_op_kind kind, uint16_t detail, uint32_t count);
void array_vertex_fetch(struct xenos_work *work, uint32_t first, uint32_t step, uint32_t count); /* addresses */
void array_export(struct xenos_work *work, uint16_t elements, uint32_t first, uint32_t count);
void array_indices(struct xenos_work *work, uint32_t address, uint32_t bytes); /* after all vectors */

enum array_way { ARRAY_SKIPS, ARRAY_EVERY_EDGE, ARRAY_SAVES /* at each edge at which something happens */ };
void array_run(const struct array_plan *plan, enum array_way way, struct array_log *log);
/* Saves in the middle of a plan, at its act number `act`, and loads what is left of the save when a byte is changed or
 * the end is missing. Those that are taken run on for a while. How many were refused. */
unsigned array_bad_saves(const struct array_plan *plan, uint64_t act, unsigned count);
void array_log_add(struct array_log *log, enum array_event_kind kind, uint32_t value, uint64_t edge);
void array_log_free(struct array_log *log);
bool array_same(const struct array_log *a, const struct array_log *b);
uint64_t array_done(const struct array_log *log, uint32_t work); /* the edge; 0: never */

uint64_t array_reply(const struct array_plan *plan, uint32_t line, uint64_t edge);
bool array_takes_read(const struct array_plan *plan, uint64_t edge);
bool array_takes_write(const struct array_plan *plan, uint64_t edge);

/* array_reference.c: the same, clock by clock, the plain way. */
void array_reference(const struct array_plan *plan, struct array_log *log);

#endif
