/* Two logs from anywhere, one behind the other with a line of dashes between, and families: whatever they hold, reading
 * ends, and every refusal has a sentence. */
#include "waves/analysis/events_difference.h"
#include "waves/analysis/fires.h"

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

static int put(const uint8_t *data, size_t size, char path[40])
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        abort();
    snprintf(path, 40, "/proc/self/fd/%d", file);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char between[] = "\n---\n";
    const uint8_t *cut = memmem(data, size, between, strlen(between));
    size_t first = cut ? (size_t)(cut - data) + 1 : size, second = cut ? first + strlen(between) - 1 : 0;
    char a[40], b[40];
    int file[2] = {put(data, first, a), put(data + second, size - second, b)};
    FILE *out = fopen("/dev/null", "w");
    if (!out)
        abort();
    struct sim_error error = {""};
    struct waves_families families;
    enum sim_status named = waves_families_read(&families, "fuzz", (const char *)data, first, &error);
    check(named, &error);
    struct waves_fires fires = {.path = {a, size % 4 ? b : NULL}, .depth = size % 3, .under = WAVES_FIRES_UNDER};
    fires.form = (enum waves_fires_form)(size % 3);
    fires.families = named == SIM_OK ? &families : NULL;
    check(waves_fires(&fires, out, &error), &error);
    struct waves_events_difference difference = {.path = {a, b}, .json = size % 2};
    check(waves_events_difference(&difference, out, &error), &error);
    if (named == SIM_OK)
        waves_families_free(&families);
    fclose(out);
    close(file[0]);
    close(file[1]);
    return 0;
}
