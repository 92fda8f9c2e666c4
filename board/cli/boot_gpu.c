#include "board/cli/boot_gpu.h"

#include <stdio.h>

enum sim_status boot_gpu_begin(struct boot_gpu *gpu, struct board *board, const char *path, struct sim_error *error)
{
    return path ? gpu_log_open(&gpu->log, &board->processors.commands, path, error) : SIM_OK;
}

enum sim_status boot_gpu_end(struct boot_gpu *gpu, bool keep, struct sim_error *error)
{
    struct gpu_log *log = gpu->log;
    gpu->log = NULL;
    return log ? gpu_log_close(log, keep, &gpu->lines, error) : SIM_OK;
}

bool boot_gpu_failed(const struct boot_gpu *gpu)
{
    return gpu->log && gpu_log_failed(gpu->log);
}

void boot_gpu_report(const struct board *board)
{
    if (!board->has_processors)
        return;
    for (unsigned i = 0; i < CP_ERRORS; i++) {
        const struct cp_report *report = &board->processors.commands.report[i];
        if (report->count != 0)
            fprintf(stderr,
                    "cycle360 boot: commands of the GPU: %s: %llu packet%s, the last one 0x%08x at 0x%08x in %s\n",
                    cp_error_texts[i], (unsigned long long)report->count, report->count == 1 ? "" : "s", report->header,
                    report->address, cp_source_names[report->source]);
    }
    for (unsigned i = 0; i < PIPE_ERRORS; i++) {
        const struct pipe_report *report = &board->processors.pipe.report[i];
        if (report->count != 0)
            fprintf(stderr, "cycle360 boot: draws: %s: %llu, the last one draw %llu%s%s\n", pipe_error_texts[i],
                    (unsigned long long)report->count, (unsigned long long)report->draw,
                    report->text[0] != '\0' ? ": " : "", report->text);
    }
}
