/* The display in a machine: when interrupts go out, what acknowledging and masking do, what registers read back. */
#include "tests/support/rig.h"
#include "tests/unit/suites.h"
#include "waves/registry.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define MS(n) ((n) * (SIM_UNITS_PER_SECOND / 1000))
#define US(n) ((n) * (SIM_UNITS_PER_SECOND / 1000000))

/* hdmi-720p: pixels of 91/6750 us, lines of 1650, frames of 750, blank from line 745. */
static sim_time line_time(uint64_t line)
{
    return (sim_time)((unsigned __int128)line * 1650 * 91 * SIM_UNITS_PER_SECOND / 6750000000);
}

static sim_time vblank_time(uint64_t frame)
{
    return line_time(750 * frame + 745);
}

static struct rig *hdmi_rig(const char *script)
{
    return rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P, .script = script});
}

static uint64_t reply(const struct rig *rig, unsigned access)
{
    return access < rig->gpu_replies.count ? rig->gpu_replies.message[access].body.response.data : UINT64_MAX - 1;
}

static int answered_each_time(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig(NULL);
    rig_run(rig, MS(1000));
    EXPECT(rig->irqs.count == 59); /* the sixtieth is at 1.000989 s */
    EXPECT(rig->lines.count == 2 * 59);
    for (unsigned i = 0; i < rig->irqs.count; i++) {
        EXPECT(rig->irqs.message[i].sent == vblank_time(i));
        EXPECT(rig->irqs.message[i].body.irq.vector == 0x58);
        EXPECT(rig->irqs.message[i].body.irq.targets == 4);
        /* seen on the controller's next edge (625 ps) plus its latency, then as long again to the thread (312.5 ps) */
        sim_time seen = (vblank_time(i) + 6249) / 6250 * 6250 + 6250 * (sim_time)RIG_IRQ;
        EXPECT(rig->lines.message[2 * i].due == seen + 3125 * (sim_time)RIG_LINE);
        EXPECT(rig->lines.message[2 * i].body.line.thread == 2 && rig->lines.message[2 * i].body.line.level == 1);
        EXPECT(rig->lines.message[2 * i + 1].body.line.level == 0);
    }
    EXPECT(rig->display.vblanks == 59 && rig->stimulus.refused == 0);
    return failures != 0;
}

static int never_acknowledged(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 0s write32 gpu 0x6540 1\n");
    rig_run(rig, MS(200));
    EXPECT(rig->irqs.count == 1);
    EXPECT(rig->irqs.message[0].sent == vblank_time(0));
    EXPECT(rig->display.vblanks == 11);
    return failures != 0;
}

/* Vertical blanks at 16.57, 33.26, 49.94, 66.62 ms. */
static int late_acknowledge_hides_one(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 0s   write32 gpu 0x6540 1\n"
                               "at 40ms write32 gpu 0x6544 1\n"
                               "at 50ms write32 gpu 0x6534 0x10\n"); /* the other way to acknowledge */
    rig_run(rig, MS(80));
    EXPECT(rig->irqs.count == 3);
    EXPECT(rig->irqs.message[0].sent == vblank_time(0));
    EXPECT(rig->irqs.message[1].sent == vblank_time(2));
    EXPECT(rig->irqs.message[2].sent == vblank_time(3));
    return failures != 0;
}

/* Writes of 0 to either kind of status register: nothing by one rule, an acknowledge by the other. */
static int any_write_acknowledges(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    static const char script[] = "at 0s   write32 gpu 0x6540 1\n"
                                 "at 20ms write32 gpu 0x6544 0\n"
                                 "at 40ms write32 gpu 0x6534 0\n"
                                 "at 55ms write32 gpu 0x653c 0\n"; /* vline's: vblank stays */
    struct rig *rig = rig_new(&(struct rig_spec){
        .mode = DISPLAY_MODE_HDMI_720P, .script = script, .acknowledge = *(enum display_acknowledge *)context});
    rig_run(rig, MS(80));
    EXPECT(rig->irqs.count == (*(enum display_acknowledge *)context == DISPLAY_ACKNOWLEDGE_ANY ? 3 : 1));
    return failures != 0;
}

static void the_rule_of_acknowledging_is_a_setting(void)
{
    enum display_acknowledge ones = DISPLAY_ACKNOWLEDGE_ONES, any = DISPLAY_ACKNOWLEDGE_ANY;
    CU_ASSERT(rig_child(any_write_acknowledges, &ones));
    CU_ASSERT(rig_child(any_write_acknowledges, &any));
}

static int unmasking_raises_what_is_pending(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 20ms write32 gpu 0x6540 1\n"          /* raises */
                               "at 21ms write32 gpu 0x6540 0\n"          /* quiet */
                               "at 22ms write32 gpu 0x6540 0x40000011\n" /* raises again: still not acknowledged */
                               "at 23ms write32 gpu 0x6540 0\n"
                               "at 24ms write32 gpu 0x6544 0x11\n"
                               "at 25ms write32 gpu 0x6540 1\n"); /* nothing pending */
    rig_run(rig, MS(30));
    EXPECT(rig->irqs.count == 2);
    EXPECT(rig->irqs.message[0].sent == rig->gpu_requests.message[0].due);
    EXPECT(rig->irqs.message[1].sent == rig->gpu_requests.message[2].due);
    return failures != 0;
}

/* Two interrupts while one credit is out: the second waits for it. */
static int waits_for_credit(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .irq_credits = 1,
                                                 .script = "at 20ms      write32 gpu 0x6540 1\n"
                                                           "at 20ms      write32 gpu 0x6540 0\n"
                                                           "at 20ms      write32 gpu 0x6540 1\n"});
    rig_run(rig, MS(30));
    EXPECT(rig->irqs.count == 2);
    EXPECT(rig->irqs.message[0].sent == rig->gpu_requests.message[0].due);
    /* back one GPU clock after the controller took the first, on a GPU edge (2 ns) */
    sim_time credit = (rig->irqs.message[0].due + 19999) / 20000 * 20000 + 20000;
    sim_time asked = rig->gpu_requests.message[2].due;
    EXPECT(rig->irqs.message[1].sent == (asked > credit ? asked : credit));
    EXPECT(rig->display.interrupts == 2);
    return failures != 0;
}

static int status_at_interrupt_time(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 0s    write32 gpu 0x6540 1\n"
                               "on irq 2 read32 gpu 0x6544\n"
                               "on irq 2 read32 gpu 0x6534\n"
                               "on irq 2 read32 gpu 0x7EDC\n"
                               "on irq 2 read64 iic 0x2050\n"
                               "on irq 2 read32 gpu 0x6530\n");
    rig_run(rig, MS(17));
    EXPECT(reply(rig, 1) == 0x00010011); /* as seen on hardware */
    EXPECT(reply(rig, 2) == 0x00011001);
    EXPECT(reply(rig, 3) == 0x10);
    EXPECT(reply(rig, 4) == 745);
    EXPECT(rig->iic_replies.count == 1 && rig->iic_replies.message[0].body.response.data == 0x58);
    return failures != 0;
}

static int refuses_what_is_not_there(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 0s read32  gpu 0x6074\n"   /* a status register of which nothing is known */
                               "at 0s read16  gpu 0x6000\n"   /* too small */
                               "at 0s read64  gpu 0x6000\n"   /* too large */
                               "at 0s read32  gpu 0x6002\n"   /* astride */
                               "at 0s read32  gpu 0x6080\n"   /* a hole */
                               "at 0s write32 gpu 0x5FFC 1\n" /* below the block */
                               "at 0s read32  gpu 0x8000\n"   /* above it */
                               "at 0s read32  gpu 0xFFFFFFFFFFFFFFFC\n");
    static const uint8_t status[] = {SIM_MMIO_OK,       SIM_MMIO_REFUSED,  SIM_MMIO_REFUSED,  SIM_MMIO_REFUSED,
                                     SIM_MMIO_UNMAPPED, SIM_MMIO_UNMAPPED, SIM_MMIO_UNMAPPED, SIM_MMIO_UNMAPPED};
    rig_run(rig, MS(1));
    EXPECT(rig->gpu_replies.count == sizeof status);
    for (unsigned i = 0; i < sizeof status && i < rig->gpu_replies.count; i++) {
        EXPECT(rig->gpu_replies.message[i].body.response.status == status[i]);
        EXPECT(reply(rig, i) == (i == 0 ? 0 : UINT64_MAX));
    }
    return failures != 0;
}

/* Ones, then zeros, into every register; the interesting ones also by number. */
static int reads_back_what_can_be_written(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    char *script = calloc(DISPLAY_REG_COUNT, 256), *end = script;
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++) {
        unsigned at = display_registers[i].offset;
        end += sprintf(end,
                       "at 0s write32 gpu %u 0xffffffff\nat 0s read32 gpu %u\nat 0s write32 gpu %u 0\nat 0s read32 gpu "
                       "%u\n",
                       at, at, at, at);
    }
    struct rig *rig = hdmi_rig(script);
    rig_run(rig, MS(2));
    EXPECT(rig->gpu_replies.count == 4 * DISPLAY_REG_COUNT);
    for (unsigned i = 0; i < DISPLAY_REG_COUNT; i++) {
        const struct display_register *is = &display_registers[i];
        uint64_t ones = reply(rig, 4 * i + 1), zeros = reply(rig, 4 * i + 3);
        EXPECT(is->offset % 4 == 0 && is->width == 32);
        if (is->kind == DISPLAY_REG_STORE || is->kind == DISPLAY_REG_TIMING) {
            EXPECT(ones == (is->writable | is->reset));
            EXPECT(zeros == (is->reset & ~is->writable));
        } else if (is->kind == DISPLAY_REG_FIXED) {
            EXPECT(ones == is->reset && zeros == is->reset);
        }
    }
    static const struct {
        enum display_reg reg;
        uint32_t ones, zeros;
    } known[] = {
        {DISPLAY_D1CRTC_H_TOTAL, 0x1FFF, 0},
        {DISPLAY_D1CRTC_V_BLANK_START_END, 0x1FFF1FFF, 0},
        {DISPLAY_D1CRTC_CONTROL, 0x01010301, 0},
        {DISPLAY_D1CRTC_INTERLACE_CONTROL, 1, 0},
        {DISPLAY_D1GRPH_PRIMARY_SURFACE_ADDRESS, 0xFFFFFFFF, 0},
        {DISPLAY_D1GRPH_X_END, 0x3FFF, 0},
        {DISPLAY_D1MODE_INT_MASK, 0x40000011, 0},
        {DISPLAY_D1MODE_VLINE_START_END, 0x1FFF1FFF, 0},
        {DISPLAY_DC_LUT_WRITE_EN_MASK, 7, 0},
        {DISPLAY_DC_LUT_RW_INDEX, 0xFF, 0},
        {DISPLAY_DC_LUT_AUTOFILL, 2, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        EXPECT(reply(rig, 4 * known[i].reg + 1) == known[i].ones);
        EXPECT(reply(rig, 4 * known[i].reg + 3) == known[i].zeros);
    }
    free(script);
    return failures != 0;
}

static int gamma_ports_step(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 0s write32 gpu 0x6488 0x10\n"   /* index */
                               "at 0s write32 gpu 0x648C 0xFFFF\n" /* red, green, blue in turn */
                               "at 0s write32 gpu 0x648C 0x1234\n"
                               "at 0s write32 gpu 0x648C 0x0040\n"
                               "at 0s read32  gpu 0x6488\n"
                               "at 0s write32 gpu 0x6488 0x10\n"
                               "at 0s read32  gpu 0x6494\n" /* all three, and on to the next */
                               "at 0s read32  gpu 0x6488\n"
                               "at 0s write32 gpu 0x649C 2\n" /* only green is written */
                               "at 0s write32 gpu 0x6494 0\n"
                               "at 0s write32 gpu 0x6488 0x11\n"
                               "at 0s read32  gpu 0x6494\n"
                               "at 0s write32 gpu 0x649C 7\n"
                               "at 0s write32 gpu 0x6488 0x80\n" /* pieces: bit 7 does not count */
                               "at 0s write32 gpu 0x6490 0xFFFFFFFF\n"
                               "at 0s write32 gpu 0x6488 0\n"
                               "at 0s read32  gpu 0x6490\n"
                               "at 0s read32  gpu 0x6490\n"
                               "at 0s write32 gpu 0x64A0 1\n" /* linear again */
                               "at 0s read32  gpu 0x64A0\n"
                               "at 0s write32 gpu 0x6488 0xFF\n"
                               "at 0s read32  gpu 0x6494\n"
                               "at 0s read32  gpu 0x6488\n");
    rig_run(rig, MS(1));
    EXPECT(reply(rig, 4) == 0x11);
    EXPECT(reply(rig, 6) == (0x3FFu << 20 | 0x48u << 10 | 1));
    EXPECT(reply(rig, 7) == 0x11);
    EXPECT(reply(rig, 11) == (68u << 20 | 68)); /* 17 * 1023 / 255 = 68 */
    EXPECT(reply(rig, 16) == 0xFFC0FFC0);
    EXPECT(reply(rig, 17) == 0x02000000);
    EXPECT(reply(rig, 19) == 2);
    EXPECT(reply(rig, 21) == (0x3FFu << 20 | 0x3FFu << 10 | 0x3FF));
    EXPECT(reply(rig, 22) == 0);
    return failures != 0;
}

/* V_TOTAL becomes 600 lines, blank from 500. Written at 5 ms, it counts from the second frame on; under the lock, not
 * before that is released. */
static int new_timing_waits_for_the_frame(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    bool locked = context != NULL;
    struct rig *rig = hdmi_rig(locked ? "at 0s   write32 gpu 0x6540 1\n"
                                        "at 1ms  write32 gpu 0x60E8 1\n"
                                        "at 5ms  write32 gpu 0x6010 599\n"
                                        "at 5ms  write32 gpu 0x6014 0x001901F4\n"
                                        "at 5ms  read32  gpu 0x60EC\n"
                                        "at 40ms read32  gpu 0x60EC\n"
                                        "at 40ms write32 gpu 0x60E8 0\n"
                                        "at 60ms read32  gpu 0x60EC\n"
                                        "on irq 2 read64 iic 0x2050\n"
                                        "on irq 2 write32 gpu 0x6544 0x11\n"
                                        "on irq 2 write64 iic 0x2060 0\n"
                                      : "at 0s   write32 gpu 0x6540 1\n"
                                        "at 5ms  write32 gpu 0x6010 599\n"
                                        "at 5ms  write32 gpu 0x6014 0x001901F4\n"
                                        "on irq 2 read64 iic 0x2050\n"
                                        "on irq 2 write32 gpu 0x6544 0x11\n"
                                        "on irq 2 write64 iic 0x2060 0\n");
    rig_run(rig, MS(80));
    unsigned old_frames = locked ? 3 : 1; /* 40 ms is in the third */
    EXPECT(rig->irqs.count == 5);
    for (unsigned i = 0; i < rig->irqs.count; i++)
        EXPECT(rig->irqs.message[i].sent ==
               (i < old_frames ? vblank_time(i) : line_time(750 * old_frames + 600 * (i - old_frames) + 500)));
    return failures != 0;
}

static int stopped_counters_stand(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 4ms  write32 gpu 0x6028 0x01000000\n"
                               "at 5ms  read32  gpu 0x6530\n"
                               "at 50ms read32  gpu 0x6530\n"
                               "at 50ms read32  gpu 0x6068\n"
                               "at 60ms write32 gpu 0x6028 0x00010001\n"
                               "at 60ms read32  gpu 0x6068\n"
                               "at 61ms write32 gpu 0x6028 0\n"
                               "at 61ms write32 gpu 0x6000 1000\n" /* other totals: from the start */
                               "at 61ms read32  gpu 0x6068\n");
    rig_run(rig, US(60900));
    /* pixel edges before the write that stopped them, and after the one that let them go on */
    sim_time stop = rig->gpu_requests.message[0].due, start = rig->gpu_requests.message[4].due;
    uint64_t pixels = sim_clock_ceil(&rig->pixel, stop) - 1;
    EXPECT(reply(rig, 1) == pixels / 1650 % 750);
    EXPECT(reply(rig, 2) == pixels / 1650 % 750);
    EXPECT(reply(rig, 3) == (pixels % 1650 << 16 | pixels / 1650 % 750));
    sim_time look = rig->gpu_requests.message[5].due;
    pixels += sim_clock_ceil(&rig->pixel, look) - sim_clock_ceil(&rig->pixel, start);
    EXPECT(reply(rig, 5) == (pixels % 1650 << 16 | pixels / 1650 % 750));
    rig_run(rig, MS(62));
    EXPECT(reply(rig, 8) == 0);
    return failures != 0;
}

static int stops_at_a_vblank(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P, .stop_at_vblank = 7});
    struct sim_stop stop = rig_run(rig, MS(1000));
    EXPECT(stop.event_time == vblank_time(6));
    EXPECT(stop.time == vblank_time(6) + US(10));
    EXPECT(strcmp(stop.reason, "vblank 7") == 0);
    EXPECT(rig->display.vblanks == 7);
    return failures != 0;
}

/* 480i, half lines of 390 pixels of 11/135 us; vline over lines 10 to 12 from 1 ms on; stopped from 20 ms to 25 ms. */
static int signals_tell_the_same(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0, wrong = 0, steps = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_NTSC_480I60,
                                                 .script = "at 1ms  write32 gpu 0x6538 0x000C000A\n"
                                                           "at 20ms write32 gpu 0x6028 0\n"
                                                           "at 25ms write32 gpu 0x6028 1\n"});
    struct sim_component *component = &rig->display.component;
    struct waves_registry *registry = waves_registry_new();
    struct waves_scope *scope = waves_scope_new(registry, component->name, component->priority);
    bool chosen[32];
    memset(chosen, true, sizeof chosen);
    component->type->trace(component, scope);
    waves_registry_list(registry);
    waves_registry_want(registry, chosen, UINT32_MAX);
    component->type->show(component, 0);
    rig_run(rig, MS(60));

    const struct display_signals *is = &rig->display.signals;
    uint64_t value[32] = {0};
    sim_time stop = rig->gpu_requests.message[1].due, start = rig->gpu_requests.message[2].due;
    uint64_t before = sim_clock_ceil(&rig->pixel, stop), after = sim_clock_ceil(&rig->pixel, start);
    bool done = false;
    for (sim_time now = 0; !done;) {
        sim_time next = SIM_NEVER;
        uint64_t line = value[is->line];
        for (uint32_t i = 0; i < scope->used; i++) {
            if (scope->changes[i].time == now)
                value[scope->changes[i].code] = scope->changes[i].value;
            else if (scope->changes[i].time > now)
                next = sim_time_min(next, scope->changes[i].time);
        }
        if (value[is->line] != line) {
            uint64_t pixels = (uint64_t)(steps + 1) * 390;
            uint64_t edge = pixels < before ? pixels : pixels - before + after;
            wrong += now != sim_clock_edge(&rig->pixel, edge);
            steps++;
            wrong += value[is->line] != steps % 525;
            wrong += value[is->field] != steps / 525 % 2;
            wrong += value[is->frame] != steps / 525;
        }
        line = value[is->line];
        wrong += value[is->vblank] != (line >= 518 || line < 38);
        wrong += value[is->vline] != (now < rig->gpu_requests.message[0].due ? line == 0 : line >= 10 && line <= 12);
        wrong += value[is->running] != (now < stop || now >= start);
        done = next == SIM_NEVER;
        now = next;
    }
    EXPECT(wrong == 0);
    EXPECT(steps == (sim_clock_ceil(&rig->pixel, MS(60)) - 1 - (after - before)) / 390);
    EXPECT(value[is->mmio_count] == 3 && value[is->mmio_address] == 0x6028 && value[is->mmio_data] == 1);
    EXPECT(value[is->vblank_occurred] == 1 && value[is->interrupts] == 0);
    return failures != 0;
}

/* A frame of three pixels in three lines: a blank at every third edge. */
static int the_smallest_frame(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = hdmi_rig("at 1ms write32 gpu 0x6000 0\n"
                               "at 1ms write32 gpu 0x6010 2\n"
                               "at 1ms write32 gpu 0x6014 1\n"
                               "at 1ms write32 gpu 0x6030 1\n"); /* a line of one pixel has no halves */
    rig_run(rig, MS(17));
    uint64_t edges = sim_clock_ceil(&rig->pixel, MS(17)) - 1650 * 750; /* since the first whole frame ended */
    EXPECT(rig->display.vblanks == 1 + (edges + 1) / 3);
    return failures != 0;
}

/* A plain machine of lines and bits, run over the accesses that reached the display. Half lines where interlaced. */
struct plain {
    uint32_t v_total, blank_start, blank_end, per_line;
    uint64_t h_total;
    uint32_t line, field, fields, occurred, mask, raised, vline;
    bool begun;
    sim_time irq[RIG_MESSAGES_MAX];
    unsigned irqs;
};

static void plain_raise(struct plain *p, sim_time t)
{
    uint32_t raised = p->occurred & p->mask & 0x11;
    if (raised & ~p->raised)
        p->irq[p->irqs++] = t;
    p->raised = raised;
}

static void plain_line(struct plain *p, sim_time t)
{
    if (p->begun && ++p->line == p->v_total) {
        p->line = 0;
        p->field ^= p->per_line == 2;
        p->fields++;
    }
    p->begun = true;
    if (p->line == p->blank_start)
        p->occurred |= 1;
    if (p->line == (p->vline & 0x1FFF))
        p->occurred |= 0x10;
    plain_raise(p, t);
}

static uint32_t plain_status(const struct plain *p, uint32_t bit, bool inside)
{
    return (p->occurred & bit ? 1 : 0) | (inside ? 0x1000 : 0) | (p->raised & bit ? 0x10000 : 0);
}

static uint64_t plain_access(struct plain *p, const struct sim_msg_mmio_request *request, sim_time t)
{
    uint32_t data = (uint32_t)request->data;
    if (request->write) {
        switch (request->address) {
        case 0x6540:
            p->mask = data & 0x40000011;
            break;
        case 0x6544:
            p->occurred &= ~(data & 0x11);
            break;
        case 0x6534:
            p->occurred &= data & 0x10 ? ~1u : ~0u;
            break;
        case 0x653C:
            p->occurred &= data & 0x10 ? ~0x10u : ~0u;
            break;
        case 0x6538:
            p->vline = data & 0x1FFF1FFF;
            break;
        }
        plain_raise(p, t);
        return data;
    }
    switch (request->address) {
    case 0x6530:
        return p->line;
    case 0x6034:
        return p->field;
    case 0x6060:
        return p->fields;
    case 0x6534:
        return plain_status(p, 1, p->line >= p->blank_start || p->line < p->blank_end);
    case 0x653C:
        return plain_status(p, 0x10, p->line >= (p->vline & 0x1FFF) && p->line <= p->vline >> 16);
    case 0x6544:
        return p->occurred | (p->raised ? 0x10000 : 0);
    case 0x6540:
        return p->mask;
    }
    return 0;
}

/* Ends at *until. */
static char *random_script(uint64_t *random, const struct display_mode *mode, unsigned accesses, sim_time *until)
{
    static const unsigned reads[] = {0x6530, 0x6034, 0x6060, 0x6534, 0x653C, 0x6544, 0x6540};
    static const uint32_t masks[] = {0, 1, 0x10, 0x11, 0x40000011};
    char *script = calloc(accesses + 1, 80), *end = script;
    struct display_ratio rate = display_mode_rate(mode, DISPLAY_RATE_NTSC);
    sim_time field = SIM_UNITS_PER_SECOND * rate.denominator / rate.numerator, t = 0;
    for (unsigned i = 0; i < accesses; i++) {
        sim_time span = rig_random(random) % 4 ? US(20) : field / 3;
        t += rig_random(random) % span;
        /* often just before, at, or after a blank begins */
        sim_time blank = t / field * field + field / mode->v_total * (mode->v_offset + mode->v_active);
        if (rig_random(random) % 4 == 0 && blank - US(2) > t)
            t = blank - US(2) + rig_random(random) % US(4);
        end += sprintf(end, "at %llufs ", (unsigned long long)t * 100);
        uint64_t what = rig_random(random);
        uint32_t line = (uint32_t)(what >> 32) % mode->v_total;
        switch (what % 10) {
        case 0:
        case 1:
            end += sprintf(end, "write32 gpu 0x6540 %u\n", masks[what / 16 % 5]);
            break;
        case 2:
        case 3:
            end += sprintf(end, "write32 gpu 0x6544 %u\n", masks[what / 16 % 4]);
            break;
        case 4:
            end += sprintf(end, "write32 gpu %u 0x10\n", what & 16 ? 0x6534 : 0x653C);
            break;
        case 5:
            end += sprintf(end, "write32 gpu 0x6538 %u\n", (line + (uint32_t)(what >> 16 & 7)) << 16 | line);
            break;
        default:
            end += sprintf(end, "read32 gpu %u\n", reads[what / 16 % 7]);
        }
    }
    *until = t + field;
    return script;
}

static int equals_a_plain_machine(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    uint64_t random = *(const uint64_t *)context;
    enum display_mode_id id = (enum display_mode_id)(rig_random(&random) % DISPLAY_MODE_COUNT);
    const struct display_mode *mode = &display_modes[id];
    sim_time until;
    char *script = random_script(&random, mode, 200, &until);
    struct rig *rig = rig_new(&(struct rig_spec){.mode = id, .script = script, .irq_credits = 4});
    rig_run(rig, until);

    static struct plain plain;
    plain = (struct plain){.v_total = mode->v_total,
                           .blank_start = mode->v_offset + mode->v_active,
                           .blank_end = mode->v_offset,
                           .per_line = mode->interlaced ? 2 : 1,
                           .h_total = mode->h_total};
    struct display_ratio hz = display_mode_pixel_clock(mode, DISPLAY_RATE_NTSC);
    unsigned access = 0, wrong = 0;
    for (uint64_t step = 0;; step++) {
        uint64_t pixel = (step * plain.h_total + plain.per_line - 1) / plain.per_line;
        sim_time t = (sim_time)((unsigned __int128)pixel * SIM_UNITS_PER_SECOND * hz.denominator / hz.numerator);
        for (; access < rig->gpu_replies.count; access++) {
            const struct rig_message *request = &rig->gpu_requests.message[access];
            if (request->due > t)
                break;
            uint64_t data = plain_access(&plain, &request->body.request, request->due);
            wrong += reply(rig, access) != data;
        }
        if (t >= until)
            break;
        plain_line(&plain, t);
    }
    EXPECT(access == 200);
    EXPECT(wrong == 0);
    /* interrupts that share a credit shortage are merged; four credits are never out in this traffic */
    EXPECT(rig->irqs.count == plain.irqs);
    for (unsigned i = 0; i < plain.irqs && i < rig->irqs.count; i++)
        wrong += rig->irqs.message[i].sent != plain.irq[i];
    EXPECT(wrong == 0);
    if (failures)
        fprintf(out, "mode %s, %u accesses, %u irqs, %u wrong\n%s", mode->name, access, plain.irqs, wrong, script);
    free(script);
    return failures != 0;
}

static void goes_on_from_a_save(void)
{
    /* the first blank begins at 202020 pixels of 11/135 us; the interrupt takes 350 ns, the line 50 ns more, the
     * accesses 25 to 250 ns each */
    const sim_time blank = UINT64_C(202020) * 11 * SIM_UNITS_PER_SECOND / 135000000;
    const sim_time saves[] = {3,
                              blank,
                              blank + 1000000,
                              blank + 3800000,
                              blank + 4050000,
                              blank + 4150000,
                              blank + 4300000,
                              blank + 5500000,
                              blank + 7500000,
                              blank + 9100000,
                              MS(30)};
    const struct rig_spec spec = {.mode = DISPLAY_MODE_NTSC_480I60};
    CU_ASSERT(rig_survives_saves(&spec, MS(70), saves, sizeof saves / sizeof *saves));
    CU_ASSERT(rig_same_in_lockstep(&spec, US(70)));
}

/* Stopped at 1 ms, new totals that wait, running again from 5 ms, and stopped in a later field. */
static void goes_on_from_a_save_after_a_restart(void)
{
    const struct rig_spec spec = {.mode = DISPLAY_MODE_NTSC_480I60,
                                  .script = "at 0s  write32 gpu 0x6540 0x11\n"
                                            "at 1ms write32 gpu 0x6028 0\n"
                                            "at 2ms write32 gpu 0x60E8 1\n"
                                            "at 2ms write32 gpu 0x6010 0x200\n"
                                            "at 5ms write32 gpu 0x6028 1\n"
                                            "at 6ms write32 gpu 0x60E8 0\n"
                                            "at 6ms write32 gpu 0x648C 0x1234\n"
                                            "at 30ms write32 gpu 0x6544 0x11\n"
                                            "at 40ms write32 gpu 0x6028 0\n"
                                            "at 41ms write32 gpu 0x6028 1\n"
                                            "at 60ms read32 gpu 0x6060\n"};
    sim_time saves[18];
    for (unsigned i = 0; i < 18; i++)
        saves[i] = US(500) + i * US(2900);
    CU_ASSERT(rig_survives_saves(&spec, MS(70), saves, 18));
}

#define IN_CHILD(test)                    \
    static void test##_in_child(void)     \
    {                                     \
        CU_ASSERT(rig_child(test, NULL)); \
    }
IN_CHILD(answered_each_time)
IN_CHILD(never_acknowledged)
IN_CHILD(late_acknowledge_hides_one)
IN_CHILD(unmasking_raises_what_is_pending)
IN_CHILD(waits_for_credit)
IN_CHILD(status_at_interrupt_time)
IN_CHILD(refuses_what_is_not_there)
IN_CHILD(reads_back_what_can_be_written)
IN_CHILD(gamma_ports_step)
IN_CHILD(stopped_counters_stand)
IN_CHILD(stops_at_a_vblank)
IN_CHILD(signals_tell_the_same)
IN_CHILD(the_smallest_frame)

static void new_timing_waits(void)
{
    bool locked = true;
    CU_ASSERT(rig_child(new_timing_waits_for_the_frame, NULL));
    CU_ASSERT(rig_child(new_timing_waits_for_the_frame, &locked));
}

static void random_accesses(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++)
        CU_ASSERT(rig_child(equals_a_plain_machine, &seed));
}

void test_display(void)
{
    CU_pSuite suite = CU_add_suite("xenos/display", NULL, NULL);
    CU_add_test(suite, "an acknowledged interrupt comes each vblank, on time", answered_each_time_in_child);
    CU_add_test(suite, "an unacknowledged one comes once", never_acknowledged_in_child);
    CU_add_test(suite, "what acknowledges is a setting", the_rule_of_acknowledging_is_a_setting);
    CU_add_test(suite, "a late acknowledge hides one", late_acknowledge_hides_one_in_child);
    CU_add_test(suite, "unmasking raises what is pending", unmasking_raises_what_is_pending_in_child);
    CU_add_test(suite, "an interrupt waits for its credit", waits_for_credit_in_child);
    CU_add_test(suite, "status at interrupt time is as seen on hardware", status_at_interrupt_time_in_child);
    CU_add_test(suite, "refuses what is not there", refuses_what_is_not_there_in_child);
    CU_add_test(suite, "reads back what can be written", reads_back_what_can_be_written_in_child);
    CU_add_test(suite, "gamma ports step", gamma_ports_step_in_child);
    CU_add_test(suite, "new timing waits for the frame and the lock", new_timing_waits);
    CU_add_test(suite, "stopped counters stand", stopped_counters_stand_in_child);
    CU_add_test(suite, "stops at a vblank", stops_at_a_vblank_in_child);
    CU_add_test(suite, "signals tell the same", signals_tell_the_same_in_child);
    CU_add_test(suite, "the smallest frame", the_smallest_frame_in_child);
    CU_add_test(suite, "equals a plain machine under random accesses", random_accesses);
    CU_add_test(suite, "goes on from a save, and lockstep is the same", goes_on_from_a_save);
    CU_add_test(suite, "goes on from a save after a restart", goes_on_from_a_save_after_a_restart);
}
