#include "models/sim/machine.h"
#include "models/xenos/cp/cp_parts.h"
#include "waves/waves.h"

#include <string.h>

void cp_run(struct cp *cp, sim_time t)
{
    uint64_t edge = cp_edge(cp, t);
    if (cp->mmio.count != 0)
        cp_answer_accesses(cp, t);
    if (cp->outs != 0)
        cp_out_send(cp, t, edge);
    if (cp->stamps != 0)
        cp_pipe_run(cp, edge);
    cp_engine_run(cp, edge);
    cp_parse(cp, edge);
    cp_out_send(cp, t, edge);
    if (cp->scope && cp->scope->any)
        cp_show_changes(cp, t);
}

static void display_answered(struct cp *cp, sim_time t)
{
    const struct sim_msg_mmio_response *response = sim_in_head(&cp->display_reply);
    bool read = response->tag == 1;
    if (read && cp->stale != 0) {
        cp->stale--;
    } else if (read && cp->me.phase == CP_PHASE_DISPLAY) {
        cp->me.answered = true;
        cp->me.value = response->status == SIM_MMIO_OK ? (uint32_t)response->data : 0;
    }
    sim_in_take(&cp->display_reply);
    sim_in_credit(&cp->display_reply, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct cp *cp = (struct cp *)self;
    cp->now = t;
    if (in == &cp->memory_reply) {
        cp_fetch_arrived(cp, sim_in_head(in));
        sim_in_take(in);
        sim_in_credit(in, t);
    } else if (in == &cp->pipe_reply) {
        sim_in_take(in);
        sim_in_credit(in, t);
        cp_pipe_done(cp, cp_edge(cp, t));
    } else if (in == &cp->display_reply) {
        display_answered(cp, t);
    } else {
        sim_mmio_accept(&cp->mmio);
        cp_answer_accesses(cp, t);
    }
    if (cp->scope && cp->scope->any)
        cp_show_changes(cp, t);
}

static void event(struct sim_component *self, sim_time t)
{
    struct cp *cp = (struct cp *)self;
    cp->now = t;
    cp_run(cp, t);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What a message has made possible happens at its time. */
static sim_time next_event(const struct sim_component *self)
{
    const struct cp *cp = (const struct cp *)self;
    uint64_t edge = least(least(cp_engine_next(cp), cp_parse_next(cp)), cp_pipe_next(cp));
    sim_time next = edge == CP_NEVER ? SIM_NEVER : sim_clock_edge(cp->config.clock, edge);
    next = sim_time_min(next, cp_out_next(cp));
    next = sim_time_min(next, sim_mmio_next(&cp->mmio));
    return next > cp->now ? next : cp->now;
}

void cp_flush(struct cp *cp)
{
    for (unsigned i = 0; i < CP_SOURCES; i++)
        cp_fetch_drop(cp, (enum cp_source)i);
    cp->stale += cp->me.phase == CP_PHASE_DISPLAY && !cp->me.answered;
    memset(&cp->pfp, 0, sizeof cp->pfp);
    memset(&cp->me, 0, sizeof cp->me);
    cp->piece_first = cp->pieces = 0;
    cp->begun = 0;
}

static void reset(struct sim_component *self)
{
    struct cp *cp = (struct cp *)self;
    cp_reset_registers(cp);
    memset(cp->slot, 0, sizeof cp->slot);
    memset(cp->stream, 0, sizeof cp->stream);
    cp_flush(cp);
    cp->stale = 0;
    cp->now = 0;
    sim_mmio_reset(&cp->mmio);
    cp->rptr = 0;
    cp->out_first = cp->outs = cp->stamps = 0;
    cp->memory_free = cp->pipe_free = cp->counter_base = 0;
    cp->draws_sent = cp->draws_done = 0;
    cp->immediates = cp->immediates_due = 0;
    cp->caches_invalid = false;
    memset(cp->coher_draws, 0, sizeof cp->coher_draws);
    memset(cp->coher_done, 0, sizeof cp->coher_done);
    memset(cp->context_free, 0, sizeof cp->context_free);
    memset(cp->context_draws, 0, sizeof cp->context_draws);
    cp->state_changed = false;
    cp->context = 0;
    cp->packets = cp->draws = cp->skipped = cp->interrupts = 0;
    memset(cp->report, 0, sizeof cp->report);
    memset(&cp->access, 0, sizeof cp->access);
}

static const struct sim_class cp_class = {
    .kind = "xenos.cp",
    .version = 2,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = cp_save,
    .load = cp_load,
    .trace = cp_trace,
    .show = cp_show,
    .message = message,
    .event = event,
};

void cp_init(struct cp *cp, const char *name, uint32_t priority, const struct cp_config *config)
{
    struct sim_component *self = &cp->component;
    memset(cp, 0, sizeof *cp);
    cp->config = *config;
    sim_component_init(self, &cp_class, name, config->clock, priority);
    sim_mmio_declare(&cp->mmio, self);
    sim_component_out(self, &cp->memory, "memory", SIM_MSG_memory_request);
    cp->memory.single = true; /* a message a clock */
    sim_component_in(self, &cp->memory_reply, "memory_reply", SIM_MSG_memory_reply);
    sim_component_out(self, &cp->irq, "irq", SIM_MSG_interrupt);
    if (config->pipe) {
        sim_component_out(self, &cp->pipe, "pipe", SIM_MSG_draw);
        sim_component_in(self, &cp->pipe_reply, "pipe_reply", SIM_MSG_draw_done);
    }
    if (config->display) {
        sim_component_out(self, &cp->display, "display", SIM_MSG_mmio_request);
        sim_component_in(self, &cp->display_reply, "display_reply", SIM_MSG_mmio_response);
    }
}
