/* The counters' arithmetic against rationals of GMP, and against counters that count. */
#include "models/xenos/display/display.h"
#include "tests/support/rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <gmp.h>

#include <string.h>

/* What a mode's blanks are, from its table row and its rate alone. */
struct oracle {
    mpq_t units_per_half_pixel; /* 100 fs units; half pixels, as fields of odd totals begin there */
    unsigned long sweep_half, first_half, fields;
    mpz_t time, scratch;
};

static void oracle_init(struct oracle *oracle, const struct display_mode *mode, enum display_rate rate)
{
    mpq_t hz, factor;
    mpq_inits(oracle->units_per_half_pixel, hz, factor, NULL);
    mpz_inits(oracle->time, oracle->scratch, NULL);
    unsigned long frame = (unsigned long)mode->h_total * mode->v_total;
    oracle->fields = mode->interlaced ? 2 : 1;
    oracle->sweep_half = 2 * frame;
    /* the line counter counts half lines of h_total half pixels where interlaced, otherwise lines */
    oracle->first_half = (mode->interlaced ? 1ul : 2ul) * mode->h_total * (mode->v_offset + mode->v_active);
    if (rate == DISPLAY_RATE_CORONA_PLL && mode->pll.num != 0) {
        mpq_set_ui(hz, 25000000ul * mode->pll.num * mode->pll.k, (unsigned long)mode->pll.den * mode->pll.p);
    } else {
        mpq_set_ui(hz, mode->fields_hz, oracle->fields);
        if (mode->fields_hz == 60 && rate != DISPLAY_RATE_NOMINAL) {
            mpq_set_ui(factor, 1000, 1001);
            mpq_mul(hz, hz, factor);
        }
        mpq_set_ui(factor, frame, 1);
        mpq_mul(hz, hz, factor);
    }
    mpq_canonicalize(hz);
    mpq_set_ui(oracle->units_per_half_pixel, 5000000000000ul, 1);
    mpq_div(oracle->units_per_half_pixel, oracle->units_per_half_pixel, hz);
    mpq_clears(hz, factor, NULL);
}

static void oracle_clear(struct oracle *oracle)
{
    mpq_clear(oracle->units_per_half_pixel);
    mpz_clears(oracle->time, oracle->scratch, NULL);
}

/* Time of blank k, the first being 0: its pixel is the first that begins at or after the (half) line. */
static uint64_t oracle_time(struct oracle *oracle, uint64_t k)
{
    uint64_t half = oracle->sweep_half / oracle->fields * k + oracle->first_half;
    half += half & 1;
    mpz_mul_ui(oracle->time, mpq_numref(oracle->units_per_half_pixel), half);
    mpz_fdiv_q(oracle->time, oracle->time, mpq_denref(oracle->units_per_half_pixel));
    return mpz_get_ui(oracle->time);
}

/* Blanks with a time before t, looked for around a guess. */
static uint64_t oracle_count(struct oracle *oracle, uint64_t t)
{
    mpz_set_ui(oracle->scratch, t);
    mpz_mul(oracle->scratch, oracle->scratch, mpq_denref(oracle->units_per_half_pixel));
    mpz_fdiv_q(oracle->scratch, oracle->scratch, mpq_numref(oracle->units_per_half_pixel));
    uint64_t k = mpz_get_ui(oracle->scratch) / (oracle->sweep_half / oracle->fields);
    k = k < 2 ? 0 : k - 2;
    while (oracle_time(oracle, k) < t)
        k++;
    return k;
}

static void blanks_are_those_of_rational_arithmetic(void)
{
    enum { TIMES = 400 };
    const uint64_t hours = UINT64_C(200) * 3600 * SIM_UNITS_PER_SECOND;
    uint64_t random = 1;
    for (unsigned m = 0; m < DISPLAY_MODE_COUNT; m++)
        for (unsigned rate = 0; rate < DISPLAY_RATE_COUNT; rate++) {
            const struct display_mode *mode = &display_modes[m];
            struct display_ratio hz = display_mode_pixel_clock(mode, rate);
            struct sim_clock pixel;
            struct oracle oracle;
            unsigned wrong = 0;
            CU_ASSERT_EQUAL_FATAL(sim_clock_init(&pixel, "pixel", hz.numerator, hz.denominator, 0, 1, NULL), SIM_OK);
            oracle_init(&oracle, mode, rate);
            for (unsigned i = 0; i < TIMES; i++) {
                uint64_t t = i == 0 ? hours : rig_random(&random) % hours;
                if (i % 2) /* the very edge, before which the blank is not counted and after which it is */
                    t = oracle_time(&oracle, oracle_count(&oracle, t)) + i % 4 / 2;
                wrong += display_vblanks_before(mode, &pixel, t) != oracle_count(&oracle, t);
            }
            wrong += display_vblanks_before(mode, &pixel, 0) != 0;
            CU_ASSERT_EQUAL(wrong, 0);
            oracle_clear(&oracle);
        }
}

/* Counters that are stepped pixel by pixel. The half lines of an interlaced frame are counted in half pixels. */
struct counters {
    struct crtc_timing timing;
    bool running, begun;
    uint32_t pixel, field, line, half;
    uint64_t fields;
    bool stepped; /* the line counter, at the last edge */
};

static void count_edge(struct counters *c)
{
    c->stepped = false;
    if (!c->running)
        return;
    if (!c->begun) {
        c->begun = c->stepped = true;
        return;
    }
    c->pixel = c->pixel + 1 == c->timing.h_total ? 0 : c->pixel + 1;
    c->half += c->timing.fields;
    if (c->half < c->timing.h_total)
        return;
    c->half -= c->timing.h_total;
    c->stepped = true;
    if (++c->line == c->timing.v_total) {
        c->line = 0;
        c->field = (c->field + 1) % c->timing.fields;
        c->fields++;
    }
}

static struct crtc_timing random_timing(uint64_t *random)
{
    struct crtc_timing timing = {0};
    timing.h_total = 1 + (uint32_t)(rig_random(random) % 9);
    timing.v_total = 1 + (uint32_t)(rig_random(random) % 7);
    timing.fields = timing.h_total > 1 ? 1 + (uint32_t)(rig_random(random) & 1) : 1;
    timing.v_blank_start = (uint32_t)(rig_random(random) % 9);
    timing.v_blank_end = (uint32_t)(rig_random(random) % 9);
    return timing;
}

/* The next edges at which the counters step, and reach one of two lines. */
static void look_ahead(struct counters c, const uint32_t lines[2], uint64_t edge, uint64_t *step, uint64_t *line)
{
    *step = *line = CRTC_NEVER;
    for (unsigned i = 0; i < 200 && c.running; i++) {
        count_edge(&c);
        if (c.stepped && *step == CRTC_NEVER)
            *step = edge + i;
        if (c.stepped && *line == CRTC_NEVER && (c.line == lines[0] || c.line == lines[1]))
            *line = edge + i;
    }
}

static void arithmetic_equals_counting(void)
{
    uint64_t random = 2;
    unsigned wrong = 0;
    for (unsigned machine = 0; machine < 300; machine++) {
        struct counters counters = {.timing = random_timing(&random)};
        struct crtc crtc = {.timing = counters.timing, .held = -1};
        for (uint64_t edge = 0; edge < 400; edge++) {
            if (rig_random(&random) % 40 == 0) { /* before this edge: software acts */
                if (counters.running)
                    crtc_stop(&crtc, edge);
                else
                    crtc_start(&crtc, edge);
                counters.running = !counters.running;
            }
            struct counters ahead = counters;
            count_edge(&ahead);
            bool sweep = counters.running && counters.begun && ahead.stepped && ahead.line == 0 && ahead.field == 0;
            if ((!counters.running && rig_random(&random) % 20 == 0) || (sweep && rig_random(&random) % 3 == 0)) {
                struct crtc_timing timing = random_timing(&random);
                uint64_t fields = sweep ? ahead.fields : counters.fields;
                bool same = timing.h_total == counters.timing.h_total && timing.v_total == counters.timing.v_total &&
                            timing.fields == counters.timing.fields;
                crtc_take(&crtc, edge, &timing);
                if (!same)
                    counters = (struct counters){.running = counters.running, .fields = fields};
                counters.timing = timing;
            }
            uint64_t which = rig_random(&random);
            const uint32_t lines[2] = {which % 8, which / 8 % 8};
            uint64_t step, line;
            look_ahead(counters, lines, edge, &step, &line);
            wrong += crtc_next_step(&crtc, edge) != step;
            wrong += crtc_next_line(&crtc, edge, lines, 2) != line;
            count_edge(&counters);
            struct crtc_point point = crtc_after(&crtc, edge + 1);
            wrong += point.line != counters.line || point.pixel != counters.pixel || point.field != counters.field ||
                     point.fields != counters.fields;
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void both_fields_take_the_same_time(void)
{
    unsigned interlaced = 0;
    for (unsigned m = 0; m < DISPLAY_MODE_COUNT; m++) {
        uint32_t reg[DISPLAY_REG_COUNT] = {0};
        display_programme(&display_modes[m], reg);
        struct crtc_timing timing = display_timing(reg);
        if (timing.fields == 1)
            continue;
        interlaced++;
        uint64_t first = crtc_line_pixel(&timing, 0, timing.v_blank_start);
        uint64_t second = crtc_line_pixel(&timing, 1, timing.v_blank_start);
        CU_ASSERT_EQUAL(2 * (second - first), crtc_sweep(&timing));
    }
    CU_ASSERT_EQUAL(interlaced, 5);
}

void test_crtc(void)
{
    CU_pSuite suite = CU_add_suite("xenos/crtc", NULL, NULL);
    CU_add_test(suite, "blanks are those of rational arithmetic", blanks_are_those_of_rational_arithmetic);
    CU_add_test(suite, "arithmetic equals counting", arithmetic_equals_counting);
    CU_add_test(suite, "both fields take the same time", both_fields_take_the_same_time);
}
