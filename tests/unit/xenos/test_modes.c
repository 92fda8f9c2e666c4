/* The mode table against what was written to, or read from, consoles, and against the published figures. */
#include "models/xenos/display/display.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

/* Register values as libxenon writes them and as the wiki's dumps show them. */
static const struct {
    const char *mode;
    uint32_t h_total, h_blank, v_total, v_blank, interlace, x_end, y_end, viewport, pitch;
} dumped[] = {
    {"pal-576i50", 0x30F, 0x005B02DB, 0x270, 0x002C026C, 1, 640, 576, 0x02800240, 0x09F},
    {"pal-480i60", 0x30B, 0x005002D0, 0x20C, 0x00260206, 1, 640, 480, 0x028001E0, 0x09F},
    {"ntsc-480i60", 0x30B, 0x005002D0, 0x20C, 0x00260206, 1, 640, 480, 0x028001E0, 0x09F},
    {"component-480p", 0x30B, 0x005202D2, 0x20C, 0x00260206, 0, 640, 480, 0x028001E0, 0x09F},
    {"component-720p", 0x671, 0x00F505F5, 0x2ED, 0x001902E9, 0, 1280, 720, 0x050002D0, 0x13F},
    {"hdmi-720p", 0x671, 0x01030603, 0x2ED, 0x001902E9, 0, 1280, 720, 0x050002D0, 0x13F},
    {"vga-640x480", 0x31F, 0x005602D6, 0x20C, 0x00230203, 0, 640, 480, 0x028001E0, 0x09F},
    {"vga-1024x768", 0x53F, 0x00EB04EB, 0x325, 0x00230323, 0, 1024, 768, 0x04000300, 0x0FF},
    {"vga-1280x720", 0x671, 0x00C705C7, 0x2ED, 0x001902E9, 0, 1280, 720, 0x050002D0, 0x13F},
    {"vga-1280x768", 0x67F, 0x01030603, 0x31D, 0x001B031B, 0, 1280, 768, 0x05000300, 0x13F},
    {"vga-1280x1024", 0x697, 0x01250625, 0x429, 0x00290429, 0, 1280, 1024, 0x05000400, 0x13F},
    {"vga-1360x768", 0x6FF, 0x012D067D, 0x31A, 0x00180318, 0, 1376, 768, 0x05600300, 0x157},
    {"vga-1440x900", 0x76F, 0x013D06DD, 0x3A5, 0x001F03A3, 0, 1440, 896, 0x05A00380, 0x167},
    {"vga-1920x1080", 0x81F, 0x002D07AD, 0x456, 0x001C0454, 0, 864, 480, 0x035401E0, 0x0D4},
};

static void programmes_what_was_dumped(void)
{
    for (size_t i = 0; i < sizeof dumped / sizeof *dumped; i++) {
        unsigned mode = display_mode_find(dumped[i].mode);
        CU_ASSERT_FATAL(mode < DISPLAY_MODE_COUNT);
        uint32_t reg[DISPLAY_REG_COUNT] = {0};
        display_programme(&display_modes[mode], reg);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_H_TOTAL], dumped[i].h_total);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_H_BLANK_START_END], dumped[i].h_blank);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_V_TOTAL], dumped[i].v_total);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_V_BLANK_START_END], dumped[i].v_blank);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_INTERLACE_CONTROL], dumped[i].interlace);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1MODE_DATA_FORMAT], dumped[i].interlace);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1GRPH_X_END], dumped[i].x_end);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1GRPH_Y_END], dumped[i].y_end);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1MODE_VIEWPORT_SIZE], dumped[i].viewport);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1MODE_LB_PITCH_IN_WORDS], dumped[i].pitch);
        CU_ASSERT_EQUAL(reg[DISPLAY_D1CRTC_CONTROL], 0x00010001);
    }
}

/* Front porch, sync, back porch of the CEA-861 frames; interlaced vertical figures in half lines. */
static const struct {
    const char *mode;
    unsigned h_active, h_front, h_sync, h_back, v_active, v_front, v_sync, v_back, fields_hz;
} cea[] = {
    {"cea-480p60", 720, 16, 62, 60, 480, 9, 6, 30, 60},      {"cea-576p50", 720, 12, 64, 68, 576, 5, 5, 39, 50},
    {"cea-720p60", 1280, 110, 40, 220, 720, 5, 5, 20, 60},   {"cea-720p50", 1280, 440, 40, 220, 720, 5, 5, 20, 50},
    {"cea-1080i60", 1920, 88, 44, 148, 1080, 5, 10, 30, 60}, {"cea-1080i50", 1920, 528, 44, 148, 1080, 5, 10, 30, 50},
    {"cea-1080p60", 1920, 88, 44, 148, 1080, 4, 5, 36, 60},  {"cea-1080p50", 1920, 528, 44, 148, 1080, 4, 5, 36, 50},
};

static void frames_of_cea_are_those_of_the_standard(void)
{
    for (size_t i = 0; i < sizeof cea / sizeof *cea; i++) {
        unsigned found = display_mode_find(cea[i].mode);
        CU_ASSERT_FATAL(found < DISPLAY_MODE_COUNT);
        const struct display_mode *mode = &display_modes[found];
        CU_ASSERT_EQUAL(mode->h_total, cea[i].h_active + cea[i].h_front + cea[i].h_sync + cea[i].h_back);
        CU_ASSERT_EQUAL(mode->h_offset, cea[i].h_sync + cea[i].h_back);
        CU_ASSERT_EQUAL(mode->h_active, cea[i].h_active);
        CU_ASSERT_EQUAL(mode->v_total, cea[i].v_active + cea[i].v_front + cea[i].v_sync + cea[i].v_back);
        CU_ASSERT_EQUAL(mode->v_offset, cea[i].v_sync + cea[i].v_back);
        CU_ASSERT_EQUAL(mode->v_active, cea[i].v_active);
        CU_ASSERT_EQUAL(mode->fields_hz, cea[i].fields_hz);
    }
    CU_ASSERT_EQUAL(sizeof dumped / sizeof *dumped + sizeof cea / sizeof *cea, DISPLAY_MODE_COUNT);
}

/* Pixel clocks in lowest terms, Hz. */
static void pixel_clocks_are_the_published_fractions(void)
{
    static const struct {
        const char *mode;
        uint64_t numerator, denominator;
    } published[] = {
        {"ntsc-480i60", 135000000, 11},     {"pal-576i50", 12250000, 1},   {"component-480p", 270000000, 11},
        {"component-720p", 6750000000, 91}, {"hdmi-720p", 6750000000, 91}, {"vga-640x480", 3600000000, 143},
        {"cea-480p60", 27000000, 1},        {"cea-576p50", 27000000, 1},   {"cea-720p50", 74250000, 1},
        {"cea-1080i60", 6750000000, 91},    {"cea-1080i50", 74250000, 1},  {"cea-1080p60", 13500000000, 91},
        {"cea-1080p50", 148500000, 1},
    };
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        const struct display_mode *mode = &display_modes[display_mode_find(published[i].mode)];
        struct display_ratio hz = display_mode_pixel_clock(mode, DISPLAY_RATE_NTSC);
        CU_ASSERT_EQUAL(hz.numerator, published[i].numerator);
        CU_ASSERT_EQUAL(hz.denominator, published[i].denominator);
    }
}

static void every_mode_runs_at_its_rate(void)
{
    for (unsigned i = 0; i < DISPLAY_MODE_COUNT; i++) {
        bool fifty = strstr(display_modes[i].name, "50") != NULL;
        struct display_ratio ntsc = display_mode_rate(&display_modes[i], DISPLAY_RATE_NTSC);
        struct display_ratio nominal = display_mode_rate(&display_modes[i], DISPLAY_RATE_NOMINAL);
        CU_ASSERT_EQUAL(ntsc.numerator, fifty ? 50 : 60000);
        CU_ASSERT_EQUAL(ntsc.denominator, fifty ? 1 : 1001);
        CU_ASSERT_EQUAL(nominal.numerator, fifty ? 50 : 60);
        CU_ASSERT_EQUAL(nominal.denominator, 1);
    }
}

/* Published to the millionth of a hertz. */
static void corona_words_give_the_published_rates(void)
{
    static const struct {
        const char *mode;
        uint64_t microhertz; /* 0: exactly 60000/1001, or 50 */
    } published[] = {
        {"pal-576i50", 0},          {"pal-480i60", 0},          {"ntsc-480i60", 0},          {"component-480p", 0},
        {"component-720p", 0},      {"hdmi-720p", 0},           {"vga-640x480", 0},          {"vga-1280x720", 0},
        {"vga-1024x768", 59940612}, {"vga-1280x768", 59940639}, {"vga-1280x1024", 59940349}, {"vga-1360x768", 59940236},
        {"vga-1440x900", 59940578}, {"cea-1080p60", 0},         {"cea-1080p50", 0},          {"vga-1920x1080", 0},
    };
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        bool fifty = strstr(published[i].mode, "50") != NULL;
        const struct display_mode *mode = &display_modes[display_mode_find(published[i].mode)];
        struct display_ratio hz = display_mode_rate(mode, DISPLAY_RATE_CORONA_PLL);
        if (published[i].microhertz != 0) {
            CU_ASSERT_EQUAL((hz.numerator * 1000000 + hz.denominator / 2) / hz.denominator, published[i].microhertz);
        } else {
            CU_ASSERT_EQUAL(hz.numerator, fifty ? 50 : 60000);
            CU_ASSERT_EQUAL(hz.denominator, fifty ? 1 : 1001);
        }
    }
}

static void names_are_found(void)
{
    for (unsigned i = 0; i < DISPLAY_MODE_COUNT; i++)
        CU_ASSERT_EQUAL(display_mode_find(display_modes[i].name), i);
    for (unsigned i = 0; i < DISPLAY_RATE_COUNT; i++)
        CU_ASSERT_EQUAL(display_rate_find(display_rate_names[i]), i);
    CU_ASSERT_EQUAL(display_mode_find("hdmi-721p"), DISPLAY_MODE_COUNT);
    CU_ASSERT_EQUAL(display_rate_find(""), DISPLAY_RATE_COUNT);
}

void test_modes(void)
{
    CU_pSuite suite = CU_add_suite("xenos/modes", NULL, NULL);
    CU_add_test(suite, "programmes what was dumped", programmes_what_was_dumped);
    CU_add_test(suite, "frames of CEA are those of the standard", frames_of_cea_are_those_of_the_standard);
    CU_add_test(suite, "pixel clocks are the published fractions", pixel_clocks_are_the_published_fractions);
    CU_add_test(suite, "every mode runs at its rate", every_mode_runs_at_its_rate);
    CU_add_test(suite, "Corona words give the published rates", corona_words_give_the_published_rates);
    CU_add_test(suite, "names are found", names_are_found);
}
