#include "waves/format.h"

#include "waves/output.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *suffix;
    enum waves_format_kind kind;
} suffixes[] = {{".vcd", WAVES_VCD}, {".vcd.gz", WAVES_VCD_GZ}, {".fst", WAVES_FST}, {".raw", WAVES_RAW}};

enum sim_status waves_format_of(const char *path, enum waves_format_kind *kind, struct sim_error *error)
{
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i].suffix);
        if (length > suffix && strcmp(path + length - suffix, suffixes[i].suffix) == 0) {
            *kind = suffixes[i].kind;
            return SIM_OK;
        }
    }
    if (waves_is_special(path)) {
        *kind = WAVES_VCD;
        return SIM_OK;
    }
    return sim_fail(error, SIM_USAGE, "%.300s: the name must end in .vcd, .vcd.gz, .fst or .raw", path);
}

enum sim_status waves_format_open(const char *path, enum waves_format_kind kind, const struct waves_signals *signals,
                                  const char *comment, struct waves_format **format, struct sim_error *error)
{
    switch (kind) {
    case WAVES_VCD:
    case WAVES_VCD_GZ:
        return waves_vcd_open(path, kind == WAVES_VCD_GZ, signals, comment, format, error);
    case WAVES_FST:
        return waves_fst_open(path, signals, comment, format, error);
    case WAVES_RAW:
        return waves_raw_open(path, signals, comment, format, error);
    }
    SIM_BUG("format %d", kind);
}

const char *waves_range(const struct waves_signal *signal, const char *space, char text[WAVES_RANGE_TEXT])
{
    text[0] = 0;
    if (signal->width > 1)
        snprintf(text, WAVES_RANGE_TEXT, "%s[%u:0]", space, signal->width - 1);
    return text;
}

uint32_t waves_words(const char *name)
{
    uint32_t words = 1;
    for (; *name; name++)
        words += *name == '.';
    return words;
}

uint32_t waves_shared_words(const char *a, const char *b)
{
    uint32_t words = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        words += a[i] == '.';
    return words;
}
