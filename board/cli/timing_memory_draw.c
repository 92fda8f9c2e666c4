#include "board/cli/timing_memory_print.h"
void timing_memory_draw_latency(const struct timing_memory_report *report, FILE *file){(void)report;(void)file;}
void timing_memory_draw_contention(const struct timing_memory_report *report, FILE *file){(void)report;(void)file;}
