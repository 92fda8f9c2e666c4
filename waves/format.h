/* File formats: who turns merged records into a file. The dump's writer thread and `waves convert` drive them alike:
 * begin, records..., end, close. */
#ifndef CYCLE360_WAVES_FORMAT_H
#define CYCLE360_WAVES_FORMAT_H

#include "waves/raw.h"

struct waves_format;

enum waves_format_kind {
    WAVES_VCD,
    WAVES_VCD_GZ,
    WAVES_FST,
    WAVES_RAW,
};

struct waves_format_class {
    /* The values as of time t, of all signals. */
    void (*begin)(struct waves_format *format, sim_time t, const uint64_t *values);
    /* Records that follow upon `base`. */
    void (*records)(struct waves_format *format, sim_time base, const struct waves_record *record, uint32_t count);
    /* Everything so far goes to the host: readable after a kill. */
    void (*flush)(struct waves_format *format);
    /* The dump ends at t. */
    void (*end)(struct waves_format *format, sim_time t);
    bool (*failed)(const struct waves_format *format);
    /* Closes and frees; keeps the file only if asked to and if all went well. */
    enum sim_status (*close)(struct waves_format *format, bool keep, struct sim_error *error);
};

struct waves_format {
    const struct waves_format_class *class;
};

/* By the suffix: .vcd, .vcd.gz, .fst, .raw. A device or pipe without one gets VCD. */
enum sim_status waves_format_of(const char *path, enum waves_format_kind *kind, struct sim_error *error);

/* `signals` must outlive the format. `comment` may be NULL. */
enum sim_status waves_format_open(const char *path, enum waves_format_kind kind, const struct waves_signals *signals,
                                  const char *comment, struct waves_format **format, struct sim_error *error);

enum sim_status waves_vcd_open(const char *path, bool gzip, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error);
enum sim_status waves_fst_open(const char *path, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error);
enum sim_status waves_raw_open(const char *path, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error);

/* The bound beside a bus's name, as VCD and GTKWave write it: " [12:0]", or "" for a wire. */
#define WAVES_RANGE_TEXT 16
const char *waves_range(const struct waves_signal *signal, const char *space, char text[WAVES_RANGE_TEXT]);

/* For going from the scope of one signal to that of the next: the number of leading dotted words that both names share,
 * never counting a name's last word. */
uint32_t waves_shared_words(const char *a, const char *b);
uint32_t waves_words(const char *name);

#endif
