/* Manifests of contention from anywhere, and logs of which one is made. Whatever they hold, reading ends, and every
 * refusal has a sentence. */
#include "waves/analysis/contention.h"
#include "waves/analysis/events_manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum sim_status status, const struct sim_error *error)
{
    if (status != SIM_OK && (status != SIM_BAD_INPUT || error->text[0] == '\0'))
        abort();
}

static void read_manifest(const uint8_t *data, size_t size)
{
    struct sim_error error = {""};
    struct waves_contention manifest;
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    enum sim_status status = waves_contention_read(&manifest, "fuzz", text, size, &error);
    check(status, &error);
    for (size_t i = 0; status == SIM_OK && i < manifest.entries; i++)
        if (waves_contention_find(&manifest, manifest.entry[i].thread, manifest.entry[i].place) != &manifest.entry[i])
            abort();
    if (status == SIM_OK)
        waves_contention_free(&manifest);
    free(text);
}

static void make_manifest(const uint8_t *data, size_t size)
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    char path[40];
    struct sim_error error = {""};
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct waves_events_manifest manifest = {.path = path, .out = "/dev/null", .by = size % 2};
    check(waves_events_manifest(&manifest, NULL, &error), &error);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_manifest(data, size);
    make_manifest(data, size);
    return 0;
}
