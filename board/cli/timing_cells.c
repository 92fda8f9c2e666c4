/* The tables of `timing vblank`, cell by cell, and the published figures that stand beside the board's. */
#include "board/cli/timing_vblank.h"

#include <stdlib.h>
#include <string.h>

/* A decimal with `places` digits after the point, halves up. */
const char *timing_decimal(char text[TIMING_CELL], const mpq_t value, unsigned places)
{
    mpz_t digits, rest, scale;
    mpz_inits(digits, rest, scale, NULL);
    mpz_ui_pow_ui(scale, 10, places);
    mpz_mul(digits, mpq_numref(value), scale);
    mpz_mul_2exp(digits, digits, 1);
    mpz_add(digits, digits, mpq_denref(value));
    mpz_mul_2exp(rest, mpq_denref(value), 1);
    mpz_fdiv_q(digits, digits, rest);
    mpz_fdiv_qr(digits, rest, digits, scale);
    if (places)
        gmp_snprintf(text, TIMING_CELL, "%Zd.%0*Zd", digits, (int)places, rest);
    else
        gmp_snprintf(text, TIMING_CELL, "%Zd", digits);
    mpz_clears(digits, rest, scale, NULL);
    return text;
}

/* `units` of 10^-places. */
const char *timing_fixed(char text[TIMING_CELL], uint64_t units, unsigned places)
{
    mpq_t value;
    mpq_init(value);
    mpz_ui_pow_ui(mpq_denref(value), 10, places);
    mpz_set_ui(mpq_numref(value), units);
    mpq_canonicalize(value);
    timing_decimal(text, value, places);
    mpq_clear(value);
    return text;
}

const char *timing_nanoseconds(char text[TIMING_CELL], sim_time time)
{
    return timing_fixed(text, time, 4);
}

/* A time in us, to 0.1 ns. */
static const char *microseconds(char text[TIMING_CELL], sim_time time)
{
    return timing_fixed(text, (time + 500) / 1000, 4);
}

/* A time in core cycles. */
static const char *cycles(char text[TIMING_CELL], sim_time time, const struct board_description *board)
{
    mpq_t value, hz;
    mpq_inits(value, hz, NULL);
    mpq_set_ui(value, time, SIM_UNITS_PER_SECOND);
    mpq_canonicalize(value);
    mpq_set_ui(hz, board->clock_core.numerator, board->clock_core.denominator);
    mpq_mul(value, value, hz);
    timing_decimal(text, value, 2);
    mpq_clears(value, hz, NULL);
    return text;
}

static const struct timing_published published[] = {
#define PUBLISHED_VBLANK(mode, line, lines, blank, from, corona, source) \
    {mode, line, lines, blank, from, corona, #source},
#include "board/cli/published.def"
#undef PUBLISHED_VBLANK
};

const struct timing_published *timing_find_published(const char *mode)
{
    for (size_t i = 0; i < sizeof published / sizeof *published; i++)
        if (strcmp(published[i].mode, mode) == 0)
            return &published[i];
    return NULL;
}

/* Blanks a second in millionths, as published for the rule that the board goes by. */
const char *timing_published_hz(char text[TIMING_CELL], const struct timing_published *p,
                                const struct timing_report *report)
{
    bool fifty = display_modes[display_mode_find(p->mode)].fields_hz == 50;
    uint64_t hz = fifty ? 50000000 : 59940060;
    if (report->board->display_rate == DISPLAY_RATE_CORONA_PLL && p->corona)
        hz = p->corona;
    return timing_fixed(text, hz, 6);
}

static const char *const simulated_heads[] = {
    "|mode",
    "rate|fraction",
    "rate|Hz",
    "period|us",
    "period|core cycles",
    "period|time base",
    "blank|from",
    "blank|lines",
    "blank|us",
    "blank|core cycles",
    "interrupt after|ns",
    "interrupt after|core cycles",
    "simulated|vblanks",
    "simulated|us apart",
    "simulated|as computed",
};
static const char *const published_heads[] = {
    "|mode",
    "rate Hz|ours",
    "rate Hz|published",
    "line us|ours",
    "line us|published",
    "blank lines|ours",
    "blank lines|published",
    "blank us|ours",
    "blank us|published",
    "from|ours",
    "from|published",
    "|differs in",
    "|source",
};
enum {
    SIMULATED = sizeof simulated_heads / sizeof *simulated_heads,
    PUBLISHED = sizeof published_heads / sizeof *published_heads
};

static void put(char cell[TIMING_CELL], const char *text)
{
    snprintf(cell, TIMING_CELL, "%s", text);
}

static void range(char cell[TIMING_CELL], const char *least, const char *most)
{
    if (strcmp(least, most) == 0)
        put(cell, least);
    else
        snprintf(cell, TIMING_CELL, "%.20s to %.20s", least, most);
}

static void fill_simulated(char (*cell)[TIMING_CELL], const struct timing_row *row, const struct timing_report *report)
{
    const struct timing_figures *figures = &row->figures;
    const struct timing_measured *measured = &row->measured;
    char a[TIMING_CELL], b[TIMING_CELL];
    put(cell[0], display_modes[row->mode].name);
    gmp_snprintf(cell[1], TIMING_CELL, "%Qd", figures->hz);
    timing_decimal(cell[2], figures->hz, 6);
    timing_decimal(cell[3], figures->period_us, 4);
    timing_decimal(cell[4], figures->period_cycles, 2);
    timing_decimal(cell[5], figures->period_ticks, 2);
    snprintf(cell[6], TIMING_CELL, "%u", figures->from);
    timing_decimal(cell[7], figures->lines, 1);
    timing_decimal(cell[8], figures->blank_us, 2);
    timing_decimal(cell[9], figures->blank_cycles, 2);
    put(cell[10], "never");
    put(cell[11], "never");
    if (measured->delay_most != 0) {
        range(cell[10], timing_nanoseconds(a, measured->delay_least), timing_nanoseconds(b, measured->delay_most));
        range(cell[11], cycles(a, measured->delay_least, report->board),
              cycles(b, measured->delay_most, report->board));
    }
    snprintf(cell[12], TIMING_CELL, "%llu", (unsigned long long)measured->vblanks);
    put(cell[13], "-");
    if (measured->interval_most != 0)
        range(cell[13], microseconds(a, measured->interval_least), microseconds(b, measured->interval_most));
    put(cell[14], measured->wrong ? "NO" : "yes");
}

/* Ours rounded as the published figure is, that figure, and whether they are the same. */
static void compare(char (*cell)[TIMING_CELL], const mpq_t ours, const char *theirs, unsigned places, const char *name,
                    char *differs)
{
    timing_decimal(cell[0], ours, places);
    put(cell[1], theirs);
    if (strcmp(cell[0], cell[1]) != 0)
        snprintf(differs + strlen(differs), TIMING_CELL - strlen(differs), "%s%s", *differs ? ", " : "", name);
}

static bool fill_published(char (*cell)[TIMING_CELL], const struct timing_row *row, const struct timing_report *report)
{
    const struct timing_published *p = timing_find_published(display_modes[row->mode].name);
    const struct timing_figures *figures = &row->figures;
    char text[TIMING_CELL], differs[TIMING_CELL] = "";
    if (!p)
        return false;
    put(cell[0], p->mode);
    compare(&cell[1], figures->hz, timing_published_hz(text, p, report), 6, "rate", differs);
    compare(&cell[3], figures->line_us, timing_fixed(text, p->line, 4), 4, "line", differs);
    compare(&cell[5], figures->lines, timing_fixed(text, p->half_lines * 5, 1), 1, "lines", differs);
    compare(&cell[7], figures->blank_us, timing_fixed(text, p->blank, 2), 2, "blank", differs);
    mpq_t from;
    mpq_init(from);
    mpq_set_ui(from, figures->from, 1);
    compare(&cell[9], from, timing_fixed(text, p->from, 0), 0, "from", differs);
    mpq_clear(from);
    put(cell[11], *differs ? differs : "-");
    put(cell[12], p->source);
    return true;
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    SIM_CHECK(memory, "out of memory for %zu x %zu bytes", count, size);
    return memory;
}

void timing_tables_new(struct timing_table table[TIMING_TABLES], const struct timing_report *report)
{
    struct timing_table *simulated = &table[0], *beside = &table[1];
    *simulated = (struct timing_table){
        .title = "What the board does",
        .note = "Rate, period and blank are exact, from the mode's registers and clocks; every vblank simulated was "
                "compared with them. Lines of interlaced modes are those of one field, `from` counts half lines there. "
                "The interrupt's delay, from the vblank edge to the line of hardware thread 2, is measured on the "
                "simulated wires; it is the board file's assumed latencies read back, plus the wait for each clock's "
                "next edge: nobody has published a measurement.",
        .columns = SIMULATED,
        .rows = report->rows,
        .heads = simulated_heads,
        .cell = allocate((size_t)report->rows * SIMULATED, TIMING_CELL),
    };
    *beside = (struct timing_table){
        .title = "Beside the published figures",
        .note =
            "Published times are worked out by others from the same registers at 60000/1001 or 50 Hz: equal figures "
            "say that both worked it out alike, not that a console was measured. LIBXENON: registers that homebrew "
            "writes; DUMP: registers read on a console; CEA: the standard's frame.",
        .columns = PUBLISHED,
        .heads = published_heads,
        .cell = allocate((size_t)report->rows * PUBLISHED, TIMING_CELL),
    };
    for (unsigned i = 0; i < report->rows; i++) {
        fill_simulated(&simulated->cell[(size_t)i * SIMULATED], &report->row[i], report);
        beside->rows += fill_published(&beside->cell[(size_t)beside->rows * PUBLISHED], &report->row[i], report);
    }
}

void timing_tables_free(struct timing_table table[TIMING_TABLES])
{
    for (unsigned i = 0; i < TIMING_TABLES; i++)
        free(table[i].cell);
}
