#include "board/cli/boot_memory.h"

#include "board/cli/show.h"

#include <stdlib.h>
#include <string.h>

static void show_way(struct show *show, const char *name, const struct membus_carried *carried,
                     const struct sim_clock *clock, sim_time begun, sim_time now)
{
    show_begin(show, name, SHOW_ROW);
    show_count(show, "messages", carried->messages);
    show_count(show, "bytes", carried->bytes);
    show_count(show, "bytes_per_second", bus_count_rate(carried->bytes, now - begun));
    show_count(show, "busy_clocks", carried->clocks);
    show_count(show, "of_clocks", sim_clock_ceil(clock, now) - sim_clock_ceil(clock, begun));
    show_end(show);
}

static void show_cores(struct show *show, const struct bus_count *count)
{
    show_begin(show, "cores", SHOW_LIST);
    for (unsigned i = 0; i < MEMBUS_CORES; i++) {
        const struct bus_count_core *core = &count->core[i];
        show_begin(show, NULL, SHOW_ROW);
        show_count(show, "core", i);
        show_count(show, "requests", core->requests);
        show_count(show, "hits", core->hits);
        show_count(show, "misses", core->misses);
        show_count(show, "io", core->io);
        show_count(show, "loads", core->loads);
        show_count(show, "mean_clocks", core->loads ? core->waited / core->loads : 0);
        show_end(show);
    }
    show_end(show);
}

static void show_latencies(struct show *show, const struct bus_count *count)
{
    show_begin(show, "load_clocks", SHOW_LIST);
    for (unsigned n = 0; n < BUS_COUNT_SPANS; n++) {
        static const char *const names[MEMBUS_CORES] = {"core0", "core1", "core2"};
        uint64_t all = 0;
        for (unsigned i = 0; i < MEMBUS_CORES; i++)
            all += count->core[i].span[n];
        if (all == 0)
            continue;
        show_begin(show, NULL, SHOW_ROW);
        show_count(show, "from", n ? UINT64_C(1) << n : 0);
        show_count(show, "to", (UINT64_C(2) << n) - 1);
        for (unsigned i = 0; i < MEMBUS_CORES; i++)
            show_count(show, names[i], count->core[i].span[n]);
        show_end(show);
    }
    show_end(show);
}

static void show_rows(struct show *show, const struct membus_north *north)
{
    show_begin(show, "controllers", SHOW_LIST);
    for (unsigned c = 0; c < MEMBUS_CONTROLLERS; c++) {
        show_begin(show, NULL, SHOW_ROW);
        show_count(show, "controller", c);
        show_count(show, "row_hits", north->rows[c][MEMBUS_ROW_HIT]);
        show_count(show, "row_closed", north->rows[c][MEMBUS_ROW_CLOSED]);
        show_count(show, "row_conflicts", north->rows[c][MEMBUS_ROW_CONFLICT]);
        show_end(show);
    }
    show_end(show);
}

static void show_report(struct show *show, const struct bus_count *count, const struct board *board)
{
    const struct membus_l2_counters *l2 = &count->l2->counters;
    sim_time now = sim_machine_time(board->machine);
    show_count(show, "begin_100fs", count->begun);
    show_count(show, "end_100fs", now);
    show_cores(show, count);
    show_begin(show, "l2", SHOW_ROW);
    show_count(show, "castouts", l2->castouts - count->before.castouts);
    show_count(show, "snoops", l2->snoops - count->before.snoops);
    show_end(show);
    show_way(show, "bus_out", &count->l2->carried, &board->clock.fsb_cpu, count->begun, now);
    show_way(show, "bus_back", &count->north->carried, &board->clock.fsb_gpu, count->begun, now);
    show_rows(show, count->north);
    show_latencies(show, count);
}

enum sim_status boot_memory_begin(struct boot_memory *boot, struct board *board, const char *path,
                                  struct sim_error *error)
{
    struct board_memory *memory = &board->processors.memory;
    const char *suffix = strrchr(path, '.');
    boot->json = suffix && strcmp(suffix, ".json") == 0;
    enum sim_status status = waves_output_open(&boot->output, path, false, error);
    if (status != SIM_OK)
        return status;
    boot->open = true;
    bus_count_begin(&boot->count, &memory->l2, &memory->north, &board->clock.core, sim_machine_time(board->machine));
    return SIM_OK;
}

enum sim_status boot_memory_end(struct boot_memory *boot, const struct board *board, bool keep, struct sim_error *error)
{
    char *text = NULL;
    size_t size = 0;
    if (!boot->open)
        return SIM_OK;
    boot->open = false;
    bus_count_end(&boot->count);
    FILE *file = keep ? open_memstream(&text, &size) : NULL;
    if (file) {
        struct show show;
        show_start(&show, file, boot->json);
        show_report(&show, &boot->count, board);
        show_finish(&show);
        keep = fclose(file) == 0;
        waves_output_write(&boot->output, text, size);
        free(text);
    }
    return waves_output_close(&boot->output, keep, error);
}
