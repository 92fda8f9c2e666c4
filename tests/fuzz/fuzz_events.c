/* Event logs from anywhere, plain or gzipped. Whatever they hold, reading ends, and every refusal has a sentence. */
#include "waves/analysis/events_digest.h"
#include "waves/analysis/events_stats.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK && (status != SIM_BAD_INPUT || error->text[0] == '\0'))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    FILE *out = fopen("/dev/null", "w");
    if (!out || file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct sim_error error = {""};
    struct waves_events_stats stats = {.path = path, .json = size % 2};
    check(waves_events_stats(&stats, out, &error), &error);
    struct waves_events_digest digest = {.path = path, .without = "ns,cycle", .threads = true, .json = size % 2};
    check(waves_events_digest(&digest, out, &error), &error);
    fclose(out);
    close(file);
    return 0;
}
