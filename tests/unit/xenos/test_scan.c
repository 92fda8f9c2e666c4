/* The scan-out: when a surface is taken over, which lines of memory are fetched and when, what comes too late, and what
 * the gamma tables make of a pixel. */
#include "models/xenos/display/pixels.h"
#include "tests/support/memory_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define MS(n) ((n) * (SIM_UNITS_PER_SECOND / 1000))

enum { SURFACE = 0x1E000000, STRIPS = 360, COLUMNS = 80, FETCHES = STRIPS * COLUMNS };

/* hdmi-720p: pixels of 91/6750 us, lines of 1650, frames of 750, shown from line 25 to 745. */
static sim_time line_time(uint64_t line)
{
    return (sim_time)((unsigned __int128)line * 1650 * 91 * SIM_UNITS_PER_SECOND / 6750000000);
}

static sim_time vblank_time(uint64_t frame)
{
    return line_time(750 * frame + 745);
}

/* ---- Taking over ---- */

static uint64_t reply(const struct rig *rig, unsigned access)
{
    return access < rig->gpu_replies.count ? rig->gpu_replies.message[access].body.response.data : UINT64_MAX - 1;
}

static int taken_at_the_blank(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .script = "at 1ms  write32 gpu 0x6110 0x1C000000\n"
                                                           "at 2ms  write32 gpu 0x6110 0x1D000000\n"
                                                           "at 3ms  read32 gpu 0x6144\n"
                                                           "at 17ms read32 gpu 0x6144\n"
                                                           "at 18ms write32 gpu 0x6120 640\n"
                                                           "at 34ms write32 gpu 0x6110 0x1D000000\n"});
    const struct scan *scan = &rig->display.scan;
    rig_run(rig, vblank_time(0));
    EXPECT(scan->swaps == 0 && scan->shown.address == 0);
    rig_run(rig, vblank_time(0) + 1);
    EXPECT(scan->swaps == 1 && scan->shown.address == 0x1D000000); /* two writes, one swap */
    rig_run(rig, vblank_time(1));
    EXPECT(scan->shown.pitch == 1280);
    rig_run(rig, vblank_time(1) + 1);
    EXPECT(scan->shown.pitch == 640 && scan->swaps == 1); /* the address was not written */
    rig_run(rig, vblank_time(2) + 1);
    EXPECT(scan->swaps == 2); /* although it is the same */
    EXPECT(reply(rig, 2) == 4 && reply(rig, 3) == 0);
    return failures != 0;
}

static int a_lock_holds(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .script = "at 1ms  write32 gpu 0x6144 1\n"
                                                           "at 2ms  write32 gpu 0x6110 0x1D000000\n"
                                                           "at 20ms read32 gpu 0x6144\n"
                                                           "at 21ms write32 gpu 0x6144 0\n"});
    rig_run(rig, vblank_time(1));
    EXPECT(rig->display.scan.swaps == 0 && rig->display.scan.shown.address == 0);
    EXPECT(reply(rig, 2) == 5);
    rig_run(rig, vblank_time(1) + 1);
    EXPECT(rig->display.scan.swaps == 1 && rig->display.scan.shown.address == 0x1D000000);
    return failures != 0;
}

static int taken_at_once(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    struct rig *rig = rig_new(&(struct rig_spec){.mode = DISPLAY_MODE_HDMI_720P,
                                                 .flip = DISPLAY_FLIP_AT_ONCE,
                                                 .stop_at_swap = 2,
                                                 .script = "at 1ms write32 gpu 0x6110 0x1C000000\n"
                                                           "at 2ms write32 gpu 0x6144 1\n"
                                                           "at 3ms write32 gpu 0x6110 0x1D000000\n"
                                                           "at 4ms write32 gpu 0x6144 0\n"});
    const struct scan *scan = &rig->display.scan;
    rig_run(rig, MS(2));
    EXPECT(scan->swaps == 1 && scan->shown.address == 0x1C000000);
    struct sim_stop stop = rig_run(rig, MS(10));
    EXPECT(scan->swaps == 2 && scan->shown.address == 0x1D000000);
    EXPECT(stop.event_time == rig->gpu_requests.message[3].due && strcmp(stop.reason, "swap 2") == 0);
    return failures != 0;
}

/* ---- Fetching ---- */

struct fetches {
    unsigned count;
    sim_time sent[2 * FETCHES];
    uint64_t address[2 * FETCHES];
};

static void fetched(void *context, const struct sim_link *link, const struct sim_slot *slot, sim_time credit_due)
{
    (void)credit_due;
    struct fetches *fetches = context;
    if (!slot || strcmp(link->out->name, "memory") != 0 || fetches->count == 2 * FETCHES)
        return;
    fetches->sent[fetches->count] = slot->sent;
    fetches->address[fetches->count++] = ((const struct sim_msg_memory_request *)(const void *)slot->body)->address;
}

static void show_surface(struct memory_rig *rig)
{
    rig->display.reg[DISPLAY_D1GRPH_PRIMARY_SURFACE_ADDRESS] = SURFACE;
}

static const struct display_config hdmi = {.mode = DISPLAY_MODE_HDMI_720P};
static const struct memory_rig_spec shown = {.display = &hdmi, .prepare = show_surface};

static int each_line_once_in_time(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static struct fetches fetches;
    static uint8_t seen[736 * 40]; /* lines of memory of 23 rows of tiles */
    struct memory_rig *rig = memory_rig_new(&shown);
    sim_machine_observe(rig->machine, (struct sim_observer){.context = &fetches, .link = fetched});
    memory_rig_run(rig, vblank_time(1));
    EXPECT(fetches.count == FETCHES && rig->display.scan.lines == FETCHES && rig->display.scan.underflows == 0);
    for (unsigned i = 0; i < fetches.count; i++) {
        uint64_t place = (fetches.address[i] - SURFACE) / SIM_LINE;
        unsigned strip = i / COLUMNS;
        EXPECT(fetches.address[i] % SIM_LINE == 0 && place < sizeof seen && seen[place]++ == 0);
        EXPECT(place / 32 / 40 == strip / 16 && place % 32 / 2 == strip % 16); /* its tiles, and its place in them */
        /* four strips have room: at first all of them, later the one that is shown and three more */
        sim_time from = strip < 4 ? vblank_time(0) : line_time(750 + 25 + 2 * (strip - 3));
        EXPECT(fetches.sent[i] >= from && fetches.sent[i] < from + line_time(2));
        if (failures)
            break;
    }
    return failures != 0;
}

static int nothing_without_a_surface(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static struct fetches fetches;
    struct memory_rig *rig = memory_rig_new(&(struct memory_rig_spec){.display = &hdmi});
    sim_machine_observe(rig->machine, (struct sim_observer){.context = &fetches, .link = fetched});
    memory_rig_run(rig, MS(40));
    EXPECT(fetches.count == 0 && !rig->display.scan.on && rig->display.vblanks == 2);
    return failures != 0;
}

/* One read at a time, 14 us each: three of the 80 of a strip come while two lines are shown. */
static const struct display_config slow = {.mode = DISPLAY_MODE_HDMI_720P, .scan = {8, 1, 1, 4000, 4000}};

static void count_late(void *context, const struct display *display, uint32_t strip)
{
    uint32_t *late = context;
    *late += strip == display->scan.next;
}

static int late_is_late(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    uint32_t late = 0, status = 0;
    const struct display_listener listener = {.context = &late, .late = count_late};
    struct memory_rig *rig = memory_rig_new(&(struct memory_rig_spec){.display = &slow, .prepare = show_surface});
    const struct scan *scan = &rig->display.scan;
    rig->display.listener = &listener;
    memory_rig_run(rig, line_time(750 + 25));
    EXPECT(scan->underflows == 0 && scan->lines > COLUMNS / 2 && scan->next == 0); /* so much came in the blank */
    memory_rig_run(rig, line_time(750 + 25) + 1);
    EXPECT(scan->underflows == 1 && scan->next == 1 && scan->strip == 1);
    memory_rig_run(rig, vblank_time(1));
    EXPECT(scan->underflows == STRIPS && scan->next == STRIPS && late == STRIPS);
    EXPECT(display_peek(&rig->display, 0x6524, vblank_time(1), &status) == SIM_MMIO_OK && status == 0x100);
    memory_rig_run(rig, vblank_time(1) + 1);
    EXPECT(scan->on && scan->next == 0 && scan->strip <= 1);
    return failures != 0;
}

/* ---- What the processors have written ---- */

static void keep_word(void *context, const struct display *display, const struct scan_request *place,
                      const uint64_t *words)
{
    (void)display;
    if (place->strip == 0 && place->column == 0)
        *(uint64_t *)context = words[0];
}

static int sees_the_l2(void *context, unsigned index, FILE *out)
{
    (void)index;
    unsigned failures = 0;
    bool snoops = *(const bool *)context;
    uint64_t word = 1;
    const struct display_listener listener = {.context = &word, .line = keep_word};
    struct memory_step store = {
        .request = {.kind = SIM_STORE, .address = SURFACE, .mask = 0xFF, .data0 = 0x1122334455}};
    struct memory_rig_spec spec = shown;
    spec.script[0] = &store;
    spec.steps[0] = 1;
    spec.timing = membus_timing_default();
    spec.timing.display_snoop = snoops;
    struct memory_rig *rig = memory_rig_new(&spec);
    rig->display.listener = &listener;
    memory_rig_run(rig, vblank_time(1));
    EXPECT(word == (snoops ? 0x1122334455 : 0));
    return failures != 0;
}

static void test_snoop(void)
{
    for (int snoops = 0; snoops < 2; snoops++) {
        bool does = snoops;
        CU_ASSERT(rig_child(sees_the_l2, &does));
    }
}

/* ---- One machine, whatever the host does ---- */

/* Frames of 100 lines, 72 of them shown: lockstep takes its time. */
static void show_a_little(struct memory_rig *rig)
{
    struct display *display = &rig->display;
    show_surface(rig);
    display->reg[DISPLAY_D1CRTC_V_TOTAL] = 99;
    display->reg[DISPLAY_D1CRTC_V_BLANK_START_END] = 25 << 16 | 97;
    display->reg[DISPLAY_D1GRPH_Y_END] = 72;
    display->crtc.timing = display_timing(display->reg);
}

static void test_same(void)
{
    static struct memory_step script[64];
    for (unsigned i = 0; i < 64; i++)
        script[i] = (struct memory_step){.gap = 500 * i,
                                         .request = {.kind = SIM_READ_CODE, .address = SURFACE + 40 * i * SIM_LINE}};
    struct memory_rig_spec spec = shown;
    spec.prepare = show_a_little;
    spec.script[0] = script;
    spec.steps[0] = 64;
    for (unsigned late = 0; late < 2; late++) {
        uint8_t whole[SIM_DIGEST_SIZE], other[SIM_DIGEST_SIZE];
        spec.display = late ? &slow : &hdmi;
        spec.schedule = SIM_WINDOWED;
        CU_ASSERT_FATAL(memory_rig_digest(&spec, line_time(170), 0, whole));
        const sim_time saves[] = {line_time(97) + 1, line_time(110), line_time(130) + 12345, line_time(150)};
        for (unsigned i = 0; i < sizeof saves / sizeof *saves; i++)
            CU_ASSERT(memory_rig_digest(&spec, line_time(170), saves[i], other) &&
                      memcmp(whole, other, sizeof whole) == 0);
        const enum sim_schedule schedules[] = {SIM_LOCKSTEP, SIM_PARALLEL};
        for (unsigned i = 0; i < 2; i++) {
            spec.schedule = schedules[i];
            CU_ASSERT(memory_rig_digest(&spec, line_time(170), 0, other) && memcmp(whole, other, sizeof whole) == 0);
        }
    }
}

/* ---- Arithmetic ---- */

static void test_windows(void)
{
    struct scan_window window;
    struct scan_surface surface = {.pitch = 1280, .x_start = 20, .y_start = 3, .x_end = 100, .y_end = 10};
    CU_ASSERT_FATAL(scan_window_of(&surface, &window));
    CU_ASSERT(window.x == 20 && window.y == 3 && window.width == 80 && window.height == 7);
    CU_ASSERT(scan_strips(&window) == 4 && scan_columns(&window) == 6); /* lines 2 to 9, pixels 16 to 111 */
    CU_ASSERT(scan_address(&surface, &window, 0, 0) == 256 + 128);
    CU_ASSERT(scan_address(&surface, &window, 3, 0) == 4 * 256); /* from line 8 on the halves are exchanged */
    CU_ASSERT(scan_address(&surface, &window, 0, 1) == 4096 + 256);
    surface.offset_y = 32;
    CU_ASSERT(scan_window_of(&surface, &window) && scan_address(&surface, &window, 0, 0) == 40 * 4096 + 256 + 128);
    const struct scan_surface wrong[] = {
        {.pitch = 64, .x_end = 65, .y_end = 1},
        {.pitch = 64, .y_end = 1},
        {.pitch = 64, .x_end = 64},
        {.pitch = 64, .x_start = 9, .x_end = 9, .y_end = 1},
        {.pitch = 64, .x_end = 64, .y_end = 1, .offset_x = UINT32_MAX},
        {.pitch = 64, .x_end = 64, .y_end = 1, .offset_y = UINT32_MAX},
        {.x_end = 64, .y_end = 1},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT(!scan_window_of(&wrong[i], &window));
}

static void test_gamma(void)
{
    static struct display_lut lut;
    struct scan_surface surface = {.control = 2};
    display_lut_fill(&lut);
    lut.table[7][2] = 0x155;
    struct pixels pixels = pixels_of(&surface, &lut, DISPLAY_PIXELS_LITTLE);
    for (uint32_t i = 0; i < 256; i++)
        CU_ASSERT(pixels_level(&pixels, 0, i) == i * 1023 / 255);
    CU_ASSERT(pixels_level(&pixels, 2, 7) == 0x155 && pixels_level(&pixels, 1, 7) == 28);
    /* 2_10_10_10 by the curve in pieces of 8 */
    surface.control = 0x102;
    surface.lut = 3;
    lut.curve[5][1] = 0x4000u << 16 | 0x8000;
    pixels = pixels_of(&surface, &lut, DISPLAY_PIXELS_LITTLE);
    for (uint32_t i = 0; i < 1024; i++) {
        uint32_t base = (i / 8) * 65535 / 127 & ~63u, delta = i / 8 < 127 ? 0x200 : 0;
        CU_ASSERT(pixels_level(&pixels, 0, i) == (base + ((i & 7) * delta >> 3)) >> 6);
    }
    CU_ASSERT(pixels_level(&pixels, 1, 43) == (0x8000 + (3 * 0x4000 >> 3)) >> 6);
    lut.curve[127][0] = 0xFFC0FFC0;
    CU_ASSERT(pixels_level(&pixels, 0, 1023) == 1023); /* not past the end */
    uint8_t rgb[3];
    const uint8_t bytes[] = {0x03, 0x08, 0x10, 0x00}; /* 0x00100803: 1, 2, 3 */
    surface.bypass = 0x100;
    pixels = pixels_of(&surface, &lut, DISPLAY_PIXELS_LITTLE);
    CU_ASSERT(pixels.ten && pixels.bypass && pixels_level(&pixels, 1, 43) == 43);
    pixels_rgb(&pixels, bytes, rgb);
    CU_ASSERT(rgb[0] == 0 && rgb[1] == 0 && rgb[2] == 0);
    /* bytes of 8_8_8_8 in either order, straight tables */
    surface = (struct scan_surface){.control = 2};
    display_lut_fill(&lut);
    const uint8_t little[] = {10, 20, 30, 99}, big[] = {99, 30, 20, 10};
    pixels = pixels_of(&surface, &lut, DISPLAY_PIXELS_LITTLE);
    pixels_rgb(&pixels, little, rgb);
    CU_ASSERT(rgb[0] == 30 && rgb[1] == 20 && rgb[2] == 10);
    pixels = pixels_of(&surface, &lut, DISPLAY_PIXELS_BIG);
    pixels_rgb(&pixels, big, rgb);
    CU_ASSERT(rgb[0] == 30 && rgb[1] == 20 && rgb[2] == 10);
}

static void test_flips(void)
{
    CU_ASSERT(rig_child(taken_at_the_blank, NULL));
    CU_ASSERT(rig_child(a_lock_holds, NULL));
    CU_ASSERT(rig_child(taken_at_once, NULL));
}

static void test_fetches(void)
{
    CU_ASSERT(rig_child(each_line_once_in_time, NULL));
    CU_ASSERT(rig_child(nothing_without_a_surface, NULL));
    CU_ASSERT(rig_child(late_is_late, NULL));
}

void test_scan(void)
{
    CU_pSuite suite = CU_add_suite("xenos/scan", NULL, NULL);
    CU_add_test(suite, "surfaces are taken over at the blank, at once, or held", test_flips);
    CU_add_test(suite, "each line of memory once, in time or too late", test_fetches);
    CU_add_test(suite, "what processors have written", test_snoop);
    CU_add_test(suite, "saved in the middle, and in every schedule", test_same);
    CU_add_test(suite, "parts of a surface", test_windows);
    CU_add_test(suite, "gamma", test_gamma);
}
