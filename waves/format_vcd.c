/* VCD. Every change is a short line; all the work is in turning times and values into digits quickly. */
#include "waves/format.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE_MOST = 160, /* a time and a change, with room for stores of eight bytes past their end */
    GROUP = 100000000,
    GROUP_DIGITS = 8,
};

/* What is written after a value: the identifier and the end of the line, stored as one word. */
struct tail {
    char text[8]; /* wires: "!\n"; buses: " !\n" */
    uint32_t length;
    uint32_t width;
};

struct vcd {
    struct waves_format format;
    struct waves_output output;
    const struct waves_signals *signals;
    struct tail *tails;
    sim_time now; /* of the last time line */
    /* The time's leading digits change rarely: they are kept as text. */
    uint64_t high;
    char high_text[16];
    uint32_t high_length;
    char pairs[100][2];
    char bits[256][8];
};

/* ---- digits ---- */

static void make_tables(struct vcd *vcd)
{
    for (unsigned i = 0; i < 100; i++) {
        vcd->pairs[i][0] = (char)('0' + i / 10);
        vcd->pairs[i][1] = (char)('0' + i % 10);
    }
    for (unsigned i = 0; i < 256; i++)
        for (unsigned bit = 0; bit < 8; bit++)
            vcd->bits[i][bit] = (char)('0' + (i >> (7 - bit) & 1));
}

/* The least digits that hold the number, none for 0. */
static uint32_t print_short(char *at, uint64_t number)
{
    char digits[20];
    uint32_t count = 0;
    for (; number; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    for (uint32_t i = 0; i < count; i++)
        at[i] = digits[count - 1 - i];
    return count;
}

static inline char *print_time(struct vcd *vcd, char *at, sim_time time)
{
    *at++ = '#';
    if (time < GROUP) { /* only at the very beginning of a run */
        uint32_t length = print_short(at, time);
        if (length == 0)
            at[length++] = '0';
        at += length;
        *at++ = '\n';
        return at;
    }
    uint64_t high = time / GROUP;
    uint32_t low = (uint32_t)(time - high * GROUP);
    if (__builtin_expect(high != vcd->high, 0)) {
        vcd->high = high;
        vcd->high_length = print_short(vcd->high_text, high);
    }
    memcpy(at, vcd->high_text, sizeof vcd->high_text);
    at += vcd->high_length;
    uint32_t upper = low / 10000, lower = low % 10000;
    memcpy(at, vcd->pairs[upper / 100], 2);
    memcpy(at + 2, vcd->pairs[upper % 100], 2);
    memcpy(at + 4, vcd->pairs[lower / 100], 2);
    memcpy(at + 6, vcd->pairs[lower % 100], 2);
    at[GROUP_DIGITS] = '\n';
    return at + GROUP_DIGITS + 1;
}

static inline char *print_value(const struct vcd *vcd, char *at, uint32_t code, uint64_t value)
{
    const struct tail *tail = &vcd->tails[code];
    if (tail->width == 1) {
        *at++ = (char)('0' + (value & 1));
    } else {
        *at++ = 'b';
        uint32_t digits = 64 - (uint32_t)__builtin_clzll(value | 1);
        uint64_t left = value << (64 - digits);
        memcpy(at, vcd->bits[left >> 56], 8);
        for (uint32_t done = 8; done < digits; done += 8)
            memcpy(at + done, vcd->bits[left << done >> 56], 8);
        at += digits;
    }
    memcpy(at, tail->text, sizeof tail->text);
    return at + tail->length;
}

/* ---- the header ---- */

/* Identifiers are numbers in base 94 with the digits '!' to '~', the lowest first. */
static void make_tail(struct tail *tail, uint32_t code, uint32_t width)
{
    *tail = (struct tail){.width = width};
    if (width > 1)
        tail->text[tail->length++] = ' ';
    do {
        tail->text[tail->length++] = (char)('!' + code % 94);
        code /= 94;
    } while (code);
    tail->text[tail->length++] = '\n';
}

/* A text that holds "$end" would end its comment early. */
static void write_comment(struct waves_output *output, const char *text)
{
    waves_output_text(output, "$comment ");
    for (const char *end; (end = strstr(text, "$end")) != NULL; text = end + 1) {
        waves_output_write(output, text, (size_t)(end - text));
        waves_output_text(output, "_");
    }
    waves_output_text(output, text);
    waves_output_text(output, " $end\n");
}

static void write_variable(struct vcd *vcd, uint32_t code)
{
    const struct waves_signal *signal = &vcd->signals->at[code];
    const struct tail *tail = &vcd->tails[code];
    const char *dot = strrchr(signal->name, '.');
    const char *identifier = tail->text + (tail->width > 1);
    char range[WAVES_RANGE_TEXT];
    char *line = waves_print("$var wire %u %.*s %s%s $end\n", signal->width, (int)strcspn(identifier, "\n"), identifier,
                             dot ? dot + 1 : signal->name, waves_range(signal, " ", range));
    waves_output_text(&vcd->output, line);
    free(line);
}

static void write_header(struct vcd *vcd, const char *comment)
{
    struct waves_output *output = &vcd->output;
    waves_output_text(output, "$version cycle360 $end\n");
    for (const char *at = comment; at && *at;) {
        size_t length = strcspn(at, "\n");
        char *line = waves_copy_text(at, length);
        write_comment(output, line);
        free(line);
        at += length;
        at += *at == '\n';
    }
    for (uint32_t i = 0; i < vcd->signals->count; i++) {
        const struct waves_signal *signal = &vcd->signals->at[i];
        if (!signal->unit && !signal->named)
            continue;
        char *line = waves_signal_print(signal);
        write_comment(output, line);
        free(line);
    }
    waves_output_text(output, "$timescale 100 fs $end\n");

    const char *before = "";
    uint32_t open = 0;
    for (uint32_t i = 0; i < vcd->signals->count; i++) {
        const char *name = vcd->signals->at[i].name;
        uint32_t shared = waves_shared_words(before, name), words = waves_words(name) - 1;
        for (; open > shared; open--)
            waves_output_text(output, "$upscope $end\n");
        const char *word = name;
        for (uint32_t w = 0; w < words; w++) {
            size_t length = strcspn(word, ".");
            if (w >= open) {
                waves_output_text(output, "$scope module ");
                waves_output_write(output, word, length);
                waves_output_text(output, " $end\n");
            }
            word += length + 1;
        }
        open = words;
        write_variable(vcd, i);
        before = name;
    }
    for (; open; open--)
        waves_output_text(output, "$upscope $end\n");
    waves_output_text(output, "$enddefinitions $end\n");
}

/* ---- the format ---- */

static void vcd_begin(struct waves_format *format, sim_time t, const uint64_t *values)
{
    struct vcd *vcd = (struct vcd *)format;
    char *at = waves_output_at(&vcd->output, LINE_MOST);
    waves_output_wrote(&vcd->output, print_time(vcd, at, t));
    vcd->now = t;
    waves_output_text(&vcd->output, "$dumpvars\n");
    for (uint32_t i = 0; i < vcd->signals->count; i++) {
        at = waves_output_at(&vcd->output, LINE_MOST);
        waves_output_wrote(&vcd->output, print_value(vcd, at, i, values[i]));
    }
    waves_output_text(&vcd->output, "$end\n");
}

static void vcd_records(struct waves_format *format, sim_time base, const struct waves_record *record, uint32_t count)
{
    struct vcd *vcd = (struct vcd *)format;
    struct waves_output *output = &vcd->output;
    char *at = waves_output_at(output, LINE_MOST);
    const char *mark = output->buffer + WAVES_OUTPUT_SIZE - LINE_MOST;
    sim_time time = base, now = vcd->now;
    for (uint32_t i = 0; i < count; i++) {
        if (__builtin_expect(record[i].code == WAVES_RAW_TIME, 0)) {
            time = record[i].value;
            continue;
        }
        time += record[i].delta;
        if (__builtin_expect(at > mark, 0)) {
            waves_output_wrote(output, at);
            at = waves_output_at(output, WAVES_OUTPUT_SIZE);
        }
        if (time != now) {
            at = print_time(vcd, at, time);
            now = time;
        }
        at = print_value(vcd, at, record[i].code, record[i].value);
    }
    waves_output_wrote(output, at);
    vcd->now = now;
}

static void vcd_flush(struct waves_format *format)
{
    struct vcd *vcd = (struct vcd *)format;
    if (!vcd->output.deflate)
        waves_output_flush(&vcd->output);
}

static void vcd_end(struct waves_format *format, sim_time t)
{
    struct vcd *vcd = (struct vcd *)format;
    if (t <= vcd->now)
        return;
    char *at = waves_output_at(&vcd->output, LINE_MOST);
    waves_output_wrote(&vcd->output, print_time(vcd, at, t));
}

static bool vcd_failed(const struct waves_format *format)
{
    return ((const struct vcd *)format)->output.failed;
}

static enum sim_status vcd_close(struct waves_format *format, bool keep, struct sim_error *error)
{
    struct vcd *vcd = (struct vcd *)format;
    enum sim_status status = waves_output_close(&vcd->output, keep, error);
    free(vcd->tails);
    free(vcd);
    return status;
}

static const struct waves_format_class vcd_class = {
    .begin = vcd_begin,
    .records = vcd_records,
    .flush = vcd_flush,
    .end = vcd_end,
    .failed = vcd_failed,
    .close = vcd_close,
};

enum sim_status waves_vcd_open(const char *path, bool gzip, const struct waves_signals *signals, const char *comment,
                               struct waves_format **format, struct sim_error *error)
{
    struct vcd *vcd = waves_zeroed(1, sizeof *vcd);
    enum sim_status status = waves_output_open(&vcd->output, path, gzip, error);
    if (status != SIM_OK) {
        free(vcd);
        return status;
    }
    vcd->format.class = &vcd_class;
    vcd->signals = signals;
    vcd->tails = waves_zeroed(signals->count, sizeof *vcd->tails);
    for (uint32_t i = 0; i < signals->count; i++)
        make_tail(&vcd->tails[i], i, signals->at[i].width);
    make_tables(vcd);
    write_header(vcd, comment);
    vcd_flush(&vcd->format);
    *format = &vcd->format;
    return SIM_OK;
}
