#include "board/cli/boot_replay.h"

#include "board/cli/read_file.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdlib.h>

#define UNITS_PER_US (SIM_UNITS_PER_SECOND / 1000000)

static void write_digest(struct boot_replay *replay, const struct whole_file *file)
{
    uint8_t byte[SHA256_DIGEST_SIZE];
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, file->size, (const uint8_t *)file->text);
    sha256_digest(&sha, sizeof byte, byte);
    for (unsigned i = 0; i < sizeof byte; i++)
        snprintf(replay->digest + 2 * (size_t)i, 3, "%02x", byte[i]);
}

enum sim_status boot_replay_open(struct boot_replay *replay, const struct boot_replay_request *request,
                                 struct sim_error *error)
{
    struct whole_file file = {0};
    if (request->park_us < 1 || request->park_us > BOOT_PARK_LIMIT)
        return sim_fail(error, SIM_USAGE, "--park-limit %" PRIu64 ": 1 to %d us", request->park_us, BOOT_PARK_LIMIT);
    enum sim_status status = read_file(request->path, 0, UINT64_MAX, WAVES_CONTENTION_FILE_MOST, &file, error);
    if (status != SIM_OK)
        return status;
    write_digest(replay, &file);
    status = waves_contention_read(&replay->manifest, request->path, file.text, file.size, error);
    free(file.text);
    if (status != SIM_OK)
        return status;
    snprintf(replay->limit, sizeof replay->limit, "%" PRIu64, request->park_us);
    replay->replay = (struct kernel_replay){&replay->manifest, request->aggressive, request->park_us * UNITS_PER_US};
    replay->open = true;
    return SIM_OK;
}

enum sim_status boot_replay_loaded(const struct kernel *kernel, const char *path, struct sim_error *error)
{
    if (kernel_replay_counts(kernel))
        return SIM_OK;
    return sim_fail(error, SIM_USAGE,
                    "--load %s: saved by a run without --replay-contention, which did not count what a manifest needs",
                    path);
}

void boot_replay_print(const struct boot_replay *replay, const struct kernel *kernel, bool json, FILE *out)
{
    size_t entries = replay->manifest.entries;
    fprintf(out, json ? "\"replay\": {\"entries\": %zu" : "contention: %zu entries", entries);
    for (unsigned i = 0; i < KERNEL_REPLAY_OUTCOMES; i++)
        fprintf(out, json ? ", \"%s\": %" PRIu64 : ", %s %" PRIu64, kernel_replay_name((enum kernel_replay_outcome)i),
                kernel_replay_count(kernel, (enum kernel_replay_outcome)i));
    fputs(json ? "}, " : "\n", out);
}

void boot_replay_close(struct boot_replay *replay)
{
    waves_contention_free(&replay->manifest);
    replay->open = false;
}
