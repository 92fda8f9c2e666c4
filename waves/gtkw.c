#include "waves/gtkw.h"

#include "waves/format.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdlib.h>
#include <string.h>

/* How GTKWave shows a trace: the flags of its save files that are used here. */
#define SHOW_HEX         0x2u
#define SHOW_DECIMAL     0x4u
#define SHOW_BINARY      0x8u
#define SHOW_RIGHT       0x20u
#define SHOW_BLANK       0x200u
#define SHOW_BY_FILE     0x2000u
#define SHOW_GROUP_BEGIN 0x800000u
#define SHOW_GROUP_END   0x1000000u
#define SHOW_ENUM        UINT64_C(0x100000000) /* by the table in the FST file, which is in binary */

enum { FILES_MOST = 120 };

/* GTKWave counts time in whole powers of 1000: in femtoseconds. Its zoom z shows 2^z of them in 200 pixels. */
enum { FEMTOSECONDS_PER_UNIT = 100, ZOOM_PIXELS = 200, WINDOW_PIXELS = 1000, ZOOM_MOST = 62 };

/* GTKWave finds the files that a save file names by the way from the save file's recorded place to theirs. That way is
 * all that counts, so the recorded folder is an invented one. */
#define FOLDER "/waves"

struct save {
    struct waves_output output;
    enum waves_format_kind kind;
    char *stem;       /* the dump's path without its suffix */
    const char *base; /* in stem: behind the last slash */
    const struct waves_signals *signals;
    uint32_t files;
    const struct waves_signal *filed[FILES_MOST]; /* the first signal of each file of value names */
};

static void print(struct save *save, char *line)
{
    waves_output_text(&save->output, line);
    free(line);
}

static void flags(struct save *save, uint64_t bits)
{
    print(save, waves_print("@%llx\n", (unsigned long long)bits));
}

static bool same_names(const struct waves_signal *a, const struct waves_signal *b)
{
    if (a->named != b->named || a->width != b->width)
        return false;
    for (uint32_t v = 0; v < a->named; v++)
        if (!a->names[v] != !b->names[v] || (a->names[v] && strcmp(a->names[v], b->names[v]) != 0))
            return false;
    return true;
}

/* The number of the file with this signal's value names, which is written if there is none yet; 0: no more files. */
static enum sim_status names_file(struct save *save, const struct waves_signal *signal, uint32_t *number,
                                  struct sim_error *error)
{
    for (*number = 1; *number <= save->files; ++*number)
        if (same_names(save->filed[*number - 1], signal))
            return SIM_OK;
    if (save->files == FILES_MOST) {
        *number = 0;
        return SIM_OK;
    }
    char *path = waves_print("%s.names%u.txt", save->stem, *number);
    struct waves_output file;
    enum sim_status status = waves_output_open(&file, path, false, error);
    free(path);
    if (status != SIM_OK)
        return status;
    for (uint32_t v = 0; v < signal->named; v++) {
        if (!signal->names[v])
            continue;
        char *line = waves_print("%0*x %s\n", (int)(signal->width + 3) / 4, v, signal->names[v]);
        waves_output_text(&file, line);
        free(line);
    }
    save->filed[save->files++] = signal;
    return waves_output_close(&file, true, error);
}

static enum sim_status trace(struct save *save, const struct waves_signal *signal, struct sim_error *error)
{
    uint64_t shown = SHOW_RIGHT | (signal->width == 1 ? SHOW_BINARY : signal->unit ? SHOW_DECIMAL : SHOW_HEX);
    if (signal->named && save->kind == WAVES_FST) {
        flags(save, SHOW_RIGHT | SHOW_BINARY | SHOW_ENUM);
    } else if (signal->named) {
        uint32_t number;
        enum sim_status status = names_file(save, signal, &number, error);
        if (status != SIM_OK)
            return status;
        flags(save, number ? shown | SHOW_BY_FILE : shown);
        if (number)
            print(save, waves_print("^%u " FOLDER "/%s.names%u.txt\n", number, save->base, number));
    } else {
        flags(save, shown);
    }
    char range[WAVES_RANGE_TEXT];
    print(save, waves_print("%s%s\n", signal->name, waves_range(signal, "", range)));
    return SIM_OK;
}

static enum sim_status traces(struct save *save, struct sim_error *error)
{
    const char *group = "";
    size_t length = 0;
    for (uint32_t i = 0; i <= save->signals->count; i++) {
        const char *name = i < save->signals->count ? save->signals->at[i].name : "";
        const char *dot = strrchr(name, '.');
        size_t scope = dot ? (size_t)(dot - name) : 0;
        if (scope != length || memcmp(name, group, length) != 0) {
            if (length) {
                flags(save, SHOW_GROUP_END | SHOW_BLANK);
                print(save, waves_print("-%.*s\n", (int)length, group));
            }
            group = name;
            length = scope;
            if (length) {
                flags(save, SHOW_GROUP_BEGIN | SHOW_BLANK);
                print(save, waves_print("-%.*s\n", (int)length, group));
            }
        }
        if (i == save->signals->count)
            break;
        enum sim_status status = trace(save, &save->signals->at[i], error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

static const char *suffix(enum waves_format_kind kind)
{
    return kind == WAVES_FST ? ".fst" : kind == WAVES_VCD_GZ ? ".vcd.gz" : ".vcd";
}

/* What part of the dump is seen first: all of it. */
static void print_place(struct save *save, sim_time begin, sim_time end, sim_time marker)
{
    uint64_t start, mark;
    if (__builtin_mul_overflow(begin, (uint64_t)FEMTOSECONDS_PER_UNIT, &start) || start > INT64_MAX)
        start = 0;
    if (__builtin_mul_overflow(marker, (uint64_t)FEMTOSECONDS_PER_UNIT, &mark) || mark > INT64_MAX)
        mark = UINT64_MAX; /* -1: none */
    unsigned __int128 span = (unsigned __int128)(end - begin) * FEMTOSECONDS_PER_UNIT * ZOOM_PIXELS / WINDOW_PIXELS;
    unsigned zoom = 0;
    while (zoom < ZOOM_MOST && (unsigned __int128)1 << zoom < span)
        zoom++;
    print(save, waves_print("[timestart] %llu\n[size] 1600 900\n*-%u.0 %lld\n", (unsigned long long)start, zoom,
                            (long long)mark));
}

enum sim_status waves_gtkw_write(const char *dump_path, const struct waves_signals *signals, sim_time begin,
                                 sim_time end, sim_time marker, struct sim_error *error)
{
    struct save save = {.signals = signals};
    enum sim_status status = waves_format_of(dump_path, &save.kind, error);
    if (status != SIM_OK || save.kind == WAVES_RAW)
        return status;
    save.stem = waves_copy_text(dump_path, strlen(dump_path) - strlen(suffix(save.kind)));
    const char *slash = strrchr(save.stem, '/');
    save.base = slash ? slash + 1 : save.stem;
    char *path = waves_print("%s.gtkw", save.stem);
    status = waves_output_open(&save.output, path, false, error);
    free(path);
    if (status == SIM_OK) {
        print(&save, waves_print("[*] cycle360\n[dumpfile] \"" FOLDER "/%s%s\"\n[savefile] \"" FOLDER "/%s.gtkw\"\n",
                                 save.base, suffix(save.kind), save.base));
        print_place(&save, begin, end, marker);
        waves_output_text(&save.output, "[signals_width] 260\n");
        status = traces(&save, error);
        enum sim_status closed = waves_output_close(&save.output, status == SIM_OK, error);
        status = status == SIM_OK ? closed : status;
    }
    free(save.stem);
    return status;
}
