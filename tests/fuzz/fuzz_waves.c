/* Wave files from anywhere: VCD, plain or gzipped, raw files and rings. Whatever they hold, reading ends, every event
 * is one that reader.h promises, and every refusal has a sentence. (FST is read in a child process, too slowly for
 * this.) */
#include "waves/analysis/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sim_status read_all(const char *path, struct sim_error *error)
{
    struct waves_reader *reader;
    enum sim_status status = waves_reader_open(path, &reader, error);
    if (status != SIM_OK)
        return status;
    const struct waves_signals *signals = waves_reader_signals(reader);
    struct waves_event event;
    sim_time before = waves_reader_begin(reader);
    bool more = true;
    while ((status = waves_reader_next(reader, &event, &more, error)) == SIM_OK && more) {
        if (event.code >= signals->count || event.time < before || event.time > SIM_TIME_MAX ||
            event.value > waves_mask(&signals->at[event.code]))
            abort();
        before = event.time;
    }
    waves_reader_close(reader);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && (data[0] == 0 || data[0] == 254))
        return 0;
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct sim_error error = {""};
    enum sim_status status = read_all(path, &error);
    if (status != SIM_OK && (status != SIM_BAD_INPUT || error.text[0] == '\0'))
        abort();
    close(file);
    return 0;
}
