#include "board/cli/timing_memory_print.h"
void timing_memory_print_json(const struct timing_memory_report *report, FILE *file) {(void)report;(void)file;}
