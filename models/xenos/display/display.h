/* The display controller: timing generator, vblank and vline interrupts, and the registers of the display block.
 *
 * Two clocks: its ports and registers are on the GPU's register clock, the counters on the mode's pixel clock. The
 * counters are worked out from the number of the pixel edge when somebody looks (crtc.h); only the edges at which the
 * line counter reaches a line that matters are events.
 *
 * Software's writes to the totals, the blanking and the interlace bit (kind TIMING in display_regs.def) read back at
 * once. The timing generator takes them over together, at the next start of a sweep, unless D1CRTC_UPDATE_LOCK holds
 * them; while it is stopped, at once. D1CRTC_DOUBLE_BUFFER_CONTROL bit 0 reads 1 as long as something waits. Setting
 * D1CRTC_CONTROL bit 0 lets the counters run on from the next pixel edge; clearing it makes them stand.
 *
 * Order at one instant: register accesses first, then what the pixel edge brings. So an access sees the counters as the
 * edges before it left them. */
#ifndef CYCLE360_XENOS_DISPLAY_DISPLAY_H
#define CYCLE360_XENOS_DISPLAY_DISPLAY_H

#include "models/sim/mmio.h"
#include "models/xenos/display/crtc.h"
#include "models/xenos/display/display_lut.h"
#include "models/xenos/display/display_regs.h"
#include "models/xenos/display/modes.h"

/* What acknowledges vblank and vline: nobody has documented it. */
enum display_acknowledge {
    DISPLAY_ACKNOWLEDGE_ONES, /* a write of 1 to its bit: the default */
    DISPLAY_ACKNOWLEDGE_ANY,  /* any write to its status register */
    DISPLAY_ACKNOWLEDGE_COUNT
};

extern const char *const display_acknowledge_names[DISPLAY_ACKNOWLEDGE_COUNT];

struct display_config {
    const struct sim_clock *registers; /* the GPU's register clock */
    const struct sim_clock *pixel;     /* display_mode_pixel_clock of the mode */
    enum display_mode_id mode;         /* whose mode set has been done at time 0 */
    uint8_t vector, targets;           /* of the interrupt: 0x58 to thread 2, that is 0x04 */
    enum display_acknowledge acknowledge;
    bool commands;           /* ports `commands` and `commands_reply`, of the command processor */
    uint64_t stop_at_vblank; /* asks for a stop at this vblank, the first being 1; 0: never */
};

enum { DISPLAY_VECTOR = 0x58 };

/* Bits of D1MODE_INT_MASK and, as `occurred` and `raised`, of what they let through. */
enum { DISPLAY_VBLANK = 1u << 0, DISPLAY_VLINE = 1u << 4 };

struct display_signals {
    uint32_t running, field, line, frame, vblank, vline, vblank_occurred, vline_occurred, interrupt, interrupts;
    uint32_t mmio_count, mmio_write, mmio_address, mmio_data;
};

struct display {
    struct sim_component component;
    struct sim_mmio_port mmio;     /* ports `mmio` and `reply` */
    struct sim_mmio_port commands; /* accesses of the command processor's, behind those of the same instant there */
    struct sim_out irq;
    struct display_config config;

    /* what software can see */
    uint32_t reg[DISPLAY_REG_COUNT];
    struct display_lut lut;
    uint32_t occurred; /* since software acknowledged it last */

    /* what the clocks move */
    struct crtc crtc;
    uint32_t raised;     /* enabled and occurred, as the interrupt logic saw it last */
    bool irq_waiting;    /* an interrupt has no credit to be sent with */
    uint64_t vblanks;    /* starts of vertical blank since time 0 */
    uint64_t interrupts; /* sent */
    struct {
        uint64_t count; /* answered */
        uint32_t address, data;
        bool write;
    } access; /* the last one */

    /* follows from the above */
    uint64_t next_edge; /* of the pixel clock: the next that matters */
    sim_time next_time; /* its time */

    /* only for waves */
    struct waves_scope *scope;
    struct display_signals signals;
    uint64_t shown_edge; /* steps of the line counter before this edge are emitted */
};

void display_init(struct display *display, const char *name, uint32_t priority, const struct display_config *config);

/* The values that a mode's mode set leaves in the registers. */
void display_programme(const struct display_mode *mode, uint32_t reg[DISPLAY_REG_COUNT]);
/* The timing that register values ask for. */
struct crtc_timing display_timing(const uint32_t reg[DISPLAY_REG_COUNT]);

/* A read without side effects: what software would get at t if it were allowed to look for nothing. */
enum sim_mmio_status display_peek(const struct display *display, uint64_t address, sim_time t, uint32_t *data);

/* Vertical blank starts of a mode at its own pixel clock in [0, t), with the interrupt and register logic left out. */
uint64_t display_vblanks_before(const struct display_mode *mode, const struct sim_clock *pixel, sim_time t);

#endif
