/* Two event logs from anywhere, and a file of names, with a byte of 0xFF between them. Whatever they hold, the
 * comparison ends, and every refusal has a sentence; a log is always the same as itself unless lines of it cannot be
 * read. */
#include "waves/analysis/events_diff.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *file_of(const uint8_t *at, const uint8_t *end, char path[40])
{
    const uint8_t *stop = at < end ? memchr(at, 0xFF, (size_t)(end - at)) : NULL;
    size_t size = (size_t)((stop ? stop : end) - at);
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, at, size) != (ssize_t)size)
        abort();
    snprintf(path, 40, "/proc/self/fd/%d", file);
    return stop ? stop + 1 : end;
}

static void compare(const char *a, const char *b, const char *names, size_t size, FILE *out)
{
    static const char *const skip[] = {"irq*"};
    struct waves_events_diff diff = {.path = {a, b},
                                     .fields = size % 3 ? names : NULL,
                                     .skip = skip,
                                     .skips = size % 2,
                                     .context = size % 5,
                                     .prefix = size % 7 == 0,
                                     .json = size % 2};
    struct sim_error error = {""};
    bool same = false;
    enum sim_status status = waves_events_diff(&diff, out, &same, &error);
    if (status != SIM_OK && (status != SIM_BAD_INPUT || error.text[0] == '\0'))
        abort();
    if (status == SIM_OK && a == b && !same)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *at = data, *end = data + size;
    char path[3][40];
    FILE *out = fopen("/dev/null", "w");
    if (!out)
        abort();
    for (unsigned i = 0; i < 3; i++)
        at = file_of(at, end, path[i]);
    compare(path[0], path[1], path[2], size, out);
    compare(path[0], path[0], path[2], size, out);
    for (unsigned i = 0; i < 3; i++)
        close(atoi(path[i] + strlen("/proc/self/fd/")));
    fclose(out);
    return 0;
}
