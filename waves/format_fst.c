/* FST, by GTKWave's own writer. It cannot write to pipes, and a file is readable only once it is closed. */
#include "waves/format.h"
#include "waves/fst_guard.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <errno.h>
#include <fcntl.h>
#include <fstapi.h>
#include <stdlib.h>
#include <string.h>

/* fstapi's reader cuts texts at 512 characters. */
enum { COMMENT_MOST = 400, ENUM_TEXT_MOST = 60000, SECONDS_EXPONENT = -13 /* 100 fs */ };

struct fst {
    struct waves_format format;
    void *writer;
    char *path, *part;
    const struct waves_signals *signals;
    fstHandle *handles;
    sim_time now;
    int trouble; /* errno */
};

static void check(struct fst *fst)
{
    int trouble = waves_fst_trouble();
    if (fst->trouble == 0)
        fst->trouble = trouble;
}

/* A description may be longer than a comment: "cycle360+..." goes on in the next one, "cycle360 ..." is the last. */
static void describe(struct fst *fst, const struct waves_signal *signal)
{
    char *text = waves_signal_print(signal);
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at += COMMENT_MOST) {
        bool more = length - at > COMMENT_MOST;
        char *piece = waves_print("cycle360%c%.*s", more ? '+' : ' ', COMMENT_MOST, text + at);
        fstWriterSetComment(fst->writer, piece);
        free(piece);
    }
    free(text);
}

/* The table of a signal's value names, so that GTKWave shows them. */
static fstEnumHandle enum_table(struct fst *fst, const struct waves_signal *signal)
{
    char(*values)[65] = waves_resize(NULL, signal->named, sizeof *values);
    const char **value = waves_resize(NULL, signal->named, sizeof *value);
    const char **name = waves_resize(NULL, signal->named, sizeof *name);
    uint32_t count = 0;
    size_t text = strlen(signal->name);
    for (uint32_t v = 0; v < signal->named; v++) {
        if (!signal->names[v] || (signal->width < 32 && v >> signal->width))
            continue;
        for (uint32_t bit = 0; bit < signal->width; bit++)
            values[count][bit] = (char)('0' + ((uint64_t)v >> (signal->width - 1 - bit) & 1));
        values[count][signal->width] = 0;
        value[count] = values[count];
        name[count] = signal->names[v];
        text += signal->width + 2 + 4 * strlen(name[count]);
        count++;
    }
    fstEnumHandle handle = 0;
    if (count && text < ENUM_TEXT_MOST)
        handle = fstWriterCreateEnumTable(fst->writer, signal->name, count, signal->width, name, value);
    free(values);
    free(value);
    free(name);
    return handle;
}

static void declare(struct fst *fst, uint32_t code)
{
    const struct waves_signal *signal = &fst->signals->at[code];
    const char *dot = strrchr(signal->name, '.');
    char range[WAVES_RANGE_TEXT];
    char *name = waves_print("%s%s", dot ? dot + 1 : signal->name, waves_range(signal, " ", range));
    if (signal->unit || signal->named)
        describe(fst, signal);
    fstEnumHandle table = signal->named ? enum_table(fst, signal) : 0;
    if (table)
        fstWriterEmitEnumTableRef(fst->writer, table);
    fst->handles[code] = fstWriterCreateVar(fst->writer, FST_VT_VCD_WIRE, FST_VD_IMPLICIT, signal->width, name, 0);
    free(name);
}

static void write_hierarchy(struct fst *fst)
{
    const char *before = "";
    uint32_t open = 0;
    for (uint32_t i = 0; i < fst->signals->count; i++) {
        const char *name = fst->signals->at[i].name;
        uint32_t shared = waves_shared_words(before, name), words = waves_words(name) - 1;
        for (; open > shared; open--)
            fstWriterSetUpscope(fst->writer);
        const char *word = name;
        for (uint32_t w = 0; w < words; w++) {
            size_t length = strcspn(word, ".");
            if (w >= open) {
                char *scope = waves_copy_text(word, length);
                fstWriterSetScope(fst->writer, FST_ST_VCD_MODULE, scope, NULL);
                free(scope);
            }
            word += length + 1;
        }
        open = words;
        declare(fst, i);
        before = name;
    }
    for (; open; open--)
        fstWriterSetUpscope(fst->writer);
}

static void put(struct fst *fst, uint32_t code, uint64_t value)
{
    fstWriterEmitValueChange64(fst->writer, fst->handles[code], fst->signals->at[code].width, value);
}

static void fst_begin(struct waves_format *format, sim_time t, const uint64_t *values)
{
    struct fst *fst = (struct fst *)format;
    fstWriterEmitTimeChange(fst->writer, t);
    fst->now = t;
    for (uint32_t i = 0; i < fst->signals->count; i++)
        put(fst, i, values[i]);
    check(fst);
}

static void fst_records(struct waves_format *format, sim_time base, const struct waves_record *record, uint32_t count)
{
    struct fst *fst = (struct fst *)format;
    sim_time time = base;
    for (uint32_t i = 0; i < count && !fst->trouble; i++) {
        if (record[i].code == WAVES_RAW_TIME) {
            time = record[i].value;
            continue;
        }
        time += record[i].delta;
        if (time != fst->now) {
            fstWriterEmitTimeChange(fst->writer, time);
            fst->now = time;
        }
        put(fst, record[i].code, record[i].value);
    }
    check(fst);
}

static void fst_flush(struct waves_format *format)
{
    (void)format; /* would cut the file into small blocks, and it stays unreadable until it is closed */
}

static void fst_end(struct waves_format *format, sim_time t)
{
    struct fst *fst = (struct fst *)format;
    if (t > fst->now)
        fstWriterEmitTimeChange(fst->writer, t);
}

static bool fst_failed(const struct waves_format *format)
{
    return ((const struct fst *)format)->trouble != 0;
}

static enum sim_status fst_close(struct waves_format *format, bool keep, struct sim_error *error)
{
    struct fst *fst = (struct fst *)format;
    if (fst->writer)
        fstWriterClose(fst->writer);
    check(fst);
    enum sim_status status = SIM_OK;
    if (keep && !fst->trouble && rename(fst->part, fst->path) != 0)
        fst->trouble = errno;
    if (keep && fst->trouble)
        status = sim_fail(error, SIM_HOST, "%.300s: cannot be written: %s", fst->path, strerror(fst->trouble));
    if (!keep || fst->trouble)
        unlink(fst->part);
    free(fst->path);
    free(fst->part);
    free(fst->handles);
    free(fst);
    return status;
}

static const struct waves_format_class fst_class = {
    .begin = fst_begin,
    .records = fst_records,
    .flush = fst_flush,
    .end = fst_end,
    .failed = fst_failed,
    .close = fst_close,
};

enum sim_status waves_fst_open(const char *path, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error)
{
    if (waves_is_special(path))
        return sim_fail(error, SIM_USAGE, "%.300s: FST cannot be written to a pipe or device; .vcd can", path);
    struct fst *fst = waves_zeroed(1, sizeof *fst);
    fst->format.class = &fst_class;
    fst->path = waves_copy_text(path, strlen(path));
    fst->part = waves_print("%s.part", path);
    fst->signals = signals;
    fst->handles = waves_zeroed(signals->count, sizeof *fst->handles);
    waves_fst_trouble();
    errno = 0;
    fst->writer = fstWriterCreate(fst->part, 1);
    if (!fst->writer) {
        sim_fail(error, SIM_HOST, "%.300s: cannot be written: %s", path, strerror(errno ? errno : EIO));
        fst_close(&fst->format, false, NULL);
        return SIM_HOST;
    }
    fstWriterSetTimescale(fst->writer, SECONDS_EXPONENT);
    fstWriterSetPackType(fst->writer, FST_WR_PT_LZ4);
    /* Two dumps of one run are equal files, so the date is always the same. */
    fstWriterSetDate(fst->writer, "Thu Jan  1 00:00:00 1970");
    fstWriterSetVersion(fst->writer, "cycle360");
    for (const char *at = comment; at && *at; at += strcspn(at, "\n"), at += *at == '\n') {
        char *line =
            waves_print("%.*s", COMMENT_MOST < (int)strcspn(at, "\n") ? COMMENT_MOST : (int)strcspn(at, "\n"), at);
        fstWriterSetComment(fst->writer, line);
        free(line);
    }
    write_hierarchy(fst);
    check(fst);
    *format = &fst->format;
    return SIM_OK;
}
