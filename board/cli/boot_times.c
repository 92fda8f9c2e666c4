#include "board/cli/boot_times.h"

enum { UNITS_PER_NS = 10000 };

void boot_times_begin(struct boot_times *times, const struct board *board)
{
    const struct kernel *kernel = board->processors.title.kernel;
    *times = (struct boot_times){.begun = true, .vblanks = board->display.vblanks, .vblank = SIM_NEVER};
    times->swaps = board->display.scan.swaps;
    times->callbacks = kernel_graphics(kernel).calls[0];
}

sim_time boot_times_next(struct boot_times *times, const struct board *board)
{
    times->next = board->display.next_time;
    return times->begun ? sim_time_add(times->next, 1) : SIM_NEVER;
}

static void take(struct boot_span *span, sim_time from, sim_time to)
{
    sim_time time = to - from;
    span->least = span->count == 0 || time < span->least ? time : span->least;
    span->most = time > span->most ? time : span->most;
    span->sum += time;
    span->count++;
}

void boot_times_look(struct boot_times *times, const struct board *board)
{
    if (!times->begun)
        return;
    const struct kernel_graphics graphics = kernel_graphics(board->processors.title.kernel);
    if (graphics.calls[0] != times->callbacks && times->vblank != SIM_NEVER)
        take(&times->vblank_to_callback, times->vblank, graphics.last[0]);
    times->callbacks = graphics.calls[0];
    if (board->display.vblanks != times->vblanks)
        times->vblank = times->next;
    times->vblanks = board->display.vblanks;
    if (board->display.scan.swaps != times->swaps && times->vblank != SIM_NEVER &&
        times->vblank >= board->display.scan.turned_at)
        take(&times->swap_to_vblank, board->display.scan.turned_at, times->vblank);
    times->swaps = board->display.scan.swaps;
}

static void print_span(const char *name, const char *member, const struct boot_span *span, bool json)
{
    char least[SIM_TIME_TEXT], mean[SIM_TIME_TEXT], most[SIM_TIME_TEXT];
    if (span->count == 0)
        return;
    sim_time middle = span->sum / span->count;
    if (json)
        printf("\"%s\": {\"count\": %llu, \"least_ns\": %llu, \"mean_ns\": %llu, \"most_ns\": %llu}, ", member,
               (unsigned long long)span->count, (unsigned long long)(span->least / UNITS_PER_NS),
               (unsigned long long)(middle / UNITS_PER_NS), (unsigned long long)(span->most / UNITS_PER_NS));
    else
        printf("%s: %s to %s, %s on average of %llu\n", name, sim_time_print(span->least, least),
               sim_time_print(span->most, most), sim_time_print(middle / UNITS_PER_NS * UNITS_PER_NS, mean),
               (unsigned long long)span->count);
}

void boot_times_print(const struct boot_times *times, bool json)
{
    print_span("from a swap to its vertical blank", "swap_to_vblank", &times->swap_to_vblank, json);
    print_span("from a vertical blank to the title's callback", "vblank_to_callback", &times->vblank_to_callback, json);
}
