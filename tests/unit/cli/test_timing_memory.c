/* What `timing memory` runs: rings and programs, and the arithmetic of its figures. */
#include "board/cli/svg_chart.h"
#include "board/cli/timing_memory_print.h"
#include "models/xenon/asm/program.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

static struct board_description board;

static void load_board(void)
{
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(board_description_load(&board, "retail", NULL, 0, &error), SIM_OK);
}

static struct timing_memory_run chase(enum timing_ring ring, uint64_t footprint)
{
    return (struct timing_memory_run){.task = {TIMING_CHASE}, .ring = ring, .footprint = footprint};
}

/* Each line of the footprint once; by pages, each page in one piece. */
static void a_ring_goes_through_its_footprint(void)
{
    static const uint64_t footprint[] = {4 << 10, 12 << 10, 1536 << 10};
    load_board();
    for (unsigned i = 0; i < 3; i++)
        for (unsigned ring = TIMING_RING_RANDOM; ring <= TIMING_RING_BY_PAGE; ring++) {
            struct timing_memory_run run = chase(ring, footprint[i]);
            unsigned lines, in_place = 0, seen = 0, turns = 0;
            uint64_t *line = timing_memory_ring(&run, &board, &lines), base = line[0];
            uint8_t *met = calloc(footprint[i] / 128, 1);
            CU_ASSERT_EQUAL_FATAL(lines, footprint[i] / 128);
            for (unsigned n = 0; n < lines; n++) {
                uint64_t number = (line[n] - base) / 128;
                CU_ASSERT_FATAL(line[n] >= base && line[n] % 128 == 0 && number < lines);
                seen += met[number]++ == 0;
                in_place += number == n;
                turns += n == 0 || line[n] >> 12 != line[n - 1] >> 12;
            }
            CU_ASSERT_EQUAL(seen, lines);
            CU_ASSERT(in_place < lines / 4 + 4);
            if (ring == TIMING_RING_BY_PAGE)
                CU_ASSERT_EQUAL(turns, lines / 32)
            else if (lines > 32)
                CU_ASSERT(turns > lines / 2);
            free(met);
            free(line);
        }
}

/* One controller, one bank: a row after another, or the columns of each. */
static void dram_rings_stay_in_a_bank(void)
{
    load_board();
    for (unsigned ring = TIMING_RING_ROW; ring <= TIMING_RING_ROWS; ring++) {
        struct timing_memory_run run = chase(ring, 0);
        unsigned lines, rows = 0;
        run.one_by_one = true;
        uint64_t *line = timing_memory_ring(&run, &board, &lines), row = UINT64_MAX;
        CU_ASSERT(lines > timing_memory_loads(&run));
        for (unsigned n = 0; n < lines; n++) {
            uint64_t at = line[n] >> 8 << 7; /* without the bit that chooses the controller */
            CU_ASSERT_EQUAL(line[n] >> 7 & 1, 0);
            CU_ASSERT_EQUAL(at >> board.membus_page_bits & ((1U << board.membus_bank_bits) - 1), 0);
            rows += at >> board.membus_page_bits != row;
            row = at >> board.membus_page_bits;
        }
        CU_ASSERT_EQUAL(rows, ring == TIMING_RING_ROWS ? lines : (lines + 31) / 32);
        free(line);
    }
}

/* Whatever is planned assembles, and has the labels that are looked for. */
static void programs_assemble(void)
{
    struct timing_memory_report report = {.board = &board, .core = {true, false, true}};
    load_board();
    for (unsigned i = 0; i < TIMING_MEMORY_PARTS; i++)
        report.part[i] = true;
    timing_memory_plan(&report);
    CU_ASSERT(report.runs > 100);
    for (unsigned i = 0; i < report.runs; i++) {
        const struct timing_memory_run *run = &report.run[i];
        struct xenon_program program;
        struct sim_error error;
        if (run->cpu)
            continue;
        char *text = timing_memory_program(run, &board);
        CU_ASSERT_EQUAL_FATAL(xenon_assemble(&program, "plan", text, strlen(text), 0, &error), SIM_OK);
        CU_ASSERT_PTR_NOT_NULL(xenon_program_symbol(&program, "_start"));
        CU_ASSERT_PTR_NOT_NULL(xenon_program_symbol(&program, "done2"));
        CU_ASSERT_EQUAL(xenon_program_symbol(&program, "hop") != NULL, run->one_by_one);
        CU_ASSERT_EQUAL(xenon_program_symbol(&program, "turn1") != NULL, run->task[1] == TIMING_STREAM);
        xenon_program_free(&program);
        free(text);
    }
    free(report.run);
    free(report.measured);
}

static void rates_are_exact(void)
{
    const struct timing_memory_measured m = {.there = true, .clocks = 1001, .loads = 8};
    load_board();
    CU_ASSERT_EQUAL(timing_memory_clocks(&m), 12513); /* 125.125 */
    CU_ASSERT_EQUAL(timing_memory_rate(128, 118518), 1080);
    struct timing_memory_limits limits = timing_memory_limits(&board);
    CU_ASSERT_EQUAL(limits.bus_in, UINT64_C(10800000000));
    CU_ASSERT_EQUAL(limits.bus_out, UINT64_C(10800000000));
    CU_ASSERT_EQUAL(limits.l2, UINT64_C(51200000000));
    /* 135 lines take 16000 ns at this limit */
    CU_ASSERT(timing_memory_within(&(struct timing_memory_bus){135 * 128, 16000000}, limits.bus_in));
    CU_ASSERT_FALSE(timing_memory_within(&(struct timing_memory_bus){135 * 128, 15999999}, limits.bus_in));
    CU_ASSERT_EQUAL(timing_dram_sum(2, &board).clocks, 35);
}

/* Ends and middles of both kinds of axes stand where they should. */
static void points_are_where_they_belong(void)
{
    static const struct svg_tick x[] = {{1024, "1 KiB"}, {4096, "4"}}, y[] = {{0, "0"}, {100, "<100"}};
    static const struct svg_point point[] = {{1024, 0}, {2048, 50}, {4096, 100}, {1 << 20, 200}};
    const struct svg_curve curve = {"a & b", "#123456", false, false, point, 4};
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    svg_chart(file, &(struct svg_chart){
                        .title = "t", .x = {"x", true, x, 2}, .y = {"y", false, y, 2}, .curve = &curve, .curves = 1});
    fclose(file);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "d=\"M72.00 496.00L400.00 294.00L728.00 92.00L728.00 92.00\"/>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "a &amp; b"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "&lt;100"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "</svg>"));
    free(text);
}

void test_timing_memory(void)
{
    CU_pSuite suite = CU_add_suite("cli/timing-memory", NULL, NULL);
    CU_add_test(suite, "a ring goes through all of its footprint", a_ring_goes_through_its_footprint);
    CU_add_test(suite, "rings of the DRAM stay in one bank", dram_rings_stay_in_a_bank);
    CU_add_test(suite, "every program that is planned assembles", programs_assemble);
    CU_add_test(suite, "rates and limits are exact", rates_are_exact);
    CU_add_test(suite, "a chart's points are where they belong", points_are_where_they_belong);
}
