/* A log of the GPU's packets, one JSON object a line: `boot --gpu-log`. docs/cp.md has the schema.
 *
 * The command processor alone tells, packet by packet in the order in which they end, on the thread that runs it. */
#ifndef CYCLE360_BOARD_GPU_LOG_H
#define CYCLE360_BOARD_GPU_LOG_H

#include "models/sim/status.h"
#include "models/xenos/cp/cp.h"

struct gpu_log;

/* The path ends in .jsonl or .jsonl.gz, or is a thing that is no regular file. */
enum sim_status gpu_log_open(struct gpu_log **log, struct cp *cp, const char *path, struct sim_error *error);
/* Can no more be written? gpu_log_close says why. */
bool gpu_log_failed(const struct gpu_log *log);
/* Between runs. With `keep` the file takes its name, if all went well; otherwise it is removed. */
enum sim_status gpu_log_close(struct gpu_log *log, bool keep, uint64_t *lines, struct sim_error *error);

#endif
