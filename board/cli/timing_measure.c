/* The vertical blank of one mode: worked out in rational numbers, and measured on the wires of a running board. The two
 * share the mode's row and nothing else. */
#include "board/board.h"
#include "board/cli/timing_vblank.h"

#include <stdlib.h>
#include <string.h>

static void set(mpq_t q, uint64_t numerator, uint64_t denominator)
{
    mpq_set_ui(q, numerator, denominator);
    mpq_canonicalize(q);
}

static unsigned fields(const struct display_mode *mode)
{
    return mode->interlaced ? 2 : 1;
}

void timing_figures_init(struct timing_figures *figures, const struct display_mode *mode,
                         const struct board_description *board)
{
    mpq_inits(figures->hz, figures->period_us, figures->period_cycles, figures->period_ticks, figures->line_us,
              figures->lines, figures->blank_us, figures->blank_cycles, figures->pixel_hz, NULL);
    mpq_t core_mhz, factor;
    mpq_inits(core_mhz, factor, NULL);
    struct display_ratio pixel = display_mode_pixel_clock(mode, (enum display_rate)board->display_rate);
    set(figures->pixel_hz, pixel.numerator, pixel.denominator);
    set(core_mhz, board->clock_core.numerator, board->clock_core.denominator);
    set(factor, 1, 1000000);
    mpq_mul(core_mhz, core_mhz, factor);

    set(factor, fields(mode), (uint64_t)mode->h_total * mode->v_total);
    mpq_mul(figures->hz, figures->pixel_hz, factor);
    set(factor, 1000000, 1);
    mpq_div(figures->period_us, factor, figures->hz);
    mpq_mul(figures->period_cycles, figures->period_us, core_mhz);
    set(figures->period_ticks, board->clock_timebase.numerator, board->clock_timebase.denominator);
    mpq_div(figures->period_ticks, figures->period_ticks, figures->hz);
    set(factor, UINT64_C(1000000) * mode->h_total, 1);
    mpq_div(figures->line_us, factor, figures->pixel_hz);
    set(figures->lines, (uint64_t)mode->v_total - mode->v_active, fields(mode));
    mpq_mul(figures->blank_us, figures->lines, figures->line_us);
    mpq_mul(figures->blank_cycles, figures->blank_us, core_mhz);
    figures->from = mode->v_offset + mode->v_active;
    mpq_clears(core_mhz, factor, NULL);
}

void timing_figures_clear(struct timing_figures *figures)
{
    mpq_clears(figures->hz, figures->period_us, figures->period_cycles, figures->period_ticks, figures->line_us,
               figures->lines, figures->blank_us, figures->blank_cycles, figures->pixel_hz, NULL);
}

/* When the line counter has made `steps` steps: lines, or half lines of an interlaced mode; on the first pixel edge
 * that is not before it. */
static sim_time step_time(const struct timing_figures *figures, const struct display_mode *mode, uint64_t steps)
{
    uint64_t pixels = (steps * mode->h_total + fields(mode) - 1) / fields(mode);
    mpz_t units;
    mpz_init(units);
    mpz_set_ui(units, SIM_UNITS_PER_SECOND);
    mpz_mul_ui(units, units, pixels);
    mpz_mul(units, units, mpq_denref(figures->pixel_hz));
    mpz_fdiv_q(units, units, mpq_numref(figures->pixel_hz));
    sim_time time = mpz_get_ui(units);
    mpz_clear(units);
    return time;
}

struct run {
    struct board board;
    struct timing_measured *measured;
    struct timing_figures figures;
    const struct display_mode *mode;
    uint64_t next;   /* blank that an interrupt may come from */
    sim_time last;   /* vblank edge, SIM_NEVER before the first */
    sim_time vblank; /* of the interrupt that is under way, SIM_NEVER between them */
};

static void complain(struct timing_measured *measured, const char *what, sim_time is, sim_time should)
{
    char a[SIM_TIME_TEXT], b[SIM_TIME_TEXT];
    if (measured->wrong++ == 0)
        snprintf(measured->complaint, sizeof measured->complaint, "%s at %s instead of %s", what, sim_time_print(is, a),
                 sim_time_print(should, b));
}

/* When the line ought to reach the thread, from the clocks' definition. */
static sim_time expected_line(const struct board *board, sim_time vblank)
{
    const struct board_description *d = &board->description;
    const struct sim_clock *l2 = &board->clock.l2, *core = &board->clock.core;
    uint32_t latency = board_latency_clocks(l2, d->latency_display_interrupt);
    sim_time pending = sim_clock_edge(l2, sim_clock_ceil(l2, vblank) + latency);
    return sim_clock_edge(core, sim_clock_ceil(core, pending) + d->latency_interrupt_line);
}

static sim_time blank_time(const struct run *run, uint64_t blank)
{
    return step_time(&run->figures, run->mode, run->mode->v_total * blank + run->figures.from);
}

static void hear(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    (void)credit_due;
    struct run *run = context;
    struct timing_measured *measured = run->measured;
    if (!slot)
        return;
    if (link->out == &run->board.display.irq) {
        while (blank_time(run, run->next + 1) <= slot->sent)
            run->next++; /* a blank without an interrupt, as the one before was not acknowledged yet */
        sim_time should = blank_time(run, run->next++);
        if (slot->sent != should)
            complain(measured, "an interrupt leaves the display", slot->sent, should);
        if (run->last != SIM_NEVER) {
            sim_time interval = slot->sent - run->last;
            measured->interval_least = sim_time_min(measured->interval_least, interval);
            measured->interval_most = interval > measured->interval_most ? interval : measured->interval_most;
        }
        run->last = run->vblank = slot->sent;
        measured->interrupts++;
    } else if (link->out == &run->board.iic.line && run->vblank != SIM_NEVER) {
        struct sim_msg_interrupt_line line;
        memcpy(&line, slot->body, sizeof line);
        if (line.thread != 2 || !line.level)
            return;
        sim_time delay = slot->due - run->vblank, should = expected_line(&run->board, run->vblank);
        if (slot->due != should)
            complain(measured, "thread 2 hears of it", slot->due, should);
        measured->delay_least = sim_time_min(measured->delay_least, delay);
        measured->delay_most = delay > measured->delay_most ? delay : measured->delay_most;
        run->vblank = SIM_NEVER;
    }
}

/* Runs on to just before an edge and just after it: the blanking bit must change there. */
static enum sim_status look_at_edge(struct run *run, sim_time edge, bool begins, struct sim_error *error)
{
    for (unsigned after = 0; after < 2; after++) {
        struct sim_stop stop;
        uint32_t status;
        enum sim_status result = sim_machine_run(run->board.machine, edge + after, &stop, error);
        if (result != SIM_OK)
            return result;
        display_peek(&run->board.display, display_registers[DISPLAY_D1MODE_VBLANK_STATUS].offset, edge + after,
                     &status);
        bool blank = status >> 12 & 1;
        if (blank != (begins == (after == 1)))
            complain(run->measured, begins ? "blanking has not begun" : "blanking has not ended", edge + after, edge);
    }
    return SIM_OK;
}

static enum sim_status run_blanks(struct run *run, uint64_t vblanks, struct sim_error *error)
{
    const struct display_mode *mode = run->mode;
    enum sim_status status = SIM_OK;
    sim_machine_observe(run->board.machine, (struct sim_observer){.context = run, .link = hear});
    for (uint64_t k = 0; k < vblanks && status == SIM_OK; k++) {
        uint64_t begin = mode->v_total * k + run->figures.from;
        status = look_at_edge(run, step_time(&run->figures, mode, begin), true, error);
        if (status == SIM_OK)
            status =
                look_at_edge(run, step_time(&run->figures, mode, begin + mode->v_total - mode->v_active), false, error);
    }
    run->measured->vblanks = run->board.display.vblanks;
    if (status == SIM_OK && run->measured->vblanks != vblanks)
        complain(run->measured, "more or fewer blanks than there should be, as seen", 0, 0);
    return status;
}

enum sim_status timing_measure(struct timing_measured *measured, const struct board_description *board,
                               uint64_t vblanks, struct sim_error *error)
{
    const struct board_options options = {.sim = {.schedule = SIM_WINDOWED}};
    struct run *run = calloc(1, sizeof *run);
    SIM_CHECK(run, "out of memory for a board");
    memset(measured, 0, sizeof *measured);
    measured->interval_least = measured->delay_least = SIM_NEVER;
    run->measured = measured;
    run->mode = &display_modes[board->display_mode];
    run->last = run->vblank = SIM_NEVER;
    timing_figures_init(&run->figures, run->mode, board);
    enum sim_status status = board_build(&run->board, board, &options, error);
    if (status == SIM_OK) {
        status = run_blanks(run, vblanks, error);
        board_free(&run->board);
    }
    timing_figures_clear(&run->figures);
    free(run);
    return status;
}
