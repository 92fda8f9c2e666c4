/* VCD, plain or gzipped, from cycle360 or another two-state simulator: words between white space, read one after the
 * other. Signals are at most 64 bits wide; values with x or z are refused after the first instant.
 *
 * A kill can end a file anywhere. In one that is still called F.part a last line without its end is left out. */
#include "waves/analysis/source.h"
#include "waves/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    BUFFER_SIZE = 256 * 1024,
    WORD_MOST = 1024,
    IDENTIFIER_MOST = 32,
    COMMENT_MOST = 4 << 20,
    FEMTOSECONDS_PER_UNIT = 100,
};

/* The signals behind one identifier: a chain through `next`. */
struct identifier {
    char text[IDENTIFIER_MOST];
    uint32_t length;
    uint32_t code;
};
#define NO_CODE UINT32_MAX

struct vcd {
    struct waves_source source;
    char *path;
    gzFile file;
    char *buffer;
    const char *at, *end;
    uint64_t line;
    char word[WORD_MOST + 1];
    uint32_t length;

    char scope[WAVES_NAME_MAX + 1]; /* "a.b." */
    struct waves_signals described; /* by comments */

    struct identifier *table; /* open addressing; its size is a power of two */
    uint32_t table_size, identifiers;
    uint32_t *next; /* by code: another signal with the same identifier */

    uint64_t unit; /* femtoseconds of the file's time unit */
    sim_time now;
    bool part;        /* the file of a run that was killed */
    bool begun;       /* has a time been read? */
    bool settled;     /* has the first instant passed? From then on x is refused */
    uint32_t pending; /* code that still takes the value just read */
    uint64_t value;
};

__attribute__((format(printf, 3, 4))) static enum sim_status bad(const struct vcd *vcd, struct sim_error *error,
                                                                 const char *format, ...)
{
    char text[220];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sim_fail(error, SIM_BAD_INPUT, "%.250s:%llu: %s", vcd->path, (unsigned long long)vcd->line, text);
}

/* ---- words ---- */

static enum sim_status refill(struct vcd *vcd, struct sim_error *error)
{
    int got = gzread(vcd->file, vcd->buffer, BUFFER_SIZE);
    int code;
    const char *why = gzerror(vcd->file, &code);
    if (got < 0 || (got == 0 && code != Z_OK && code != Z_STREAM_END))
        return bad(vcd, error, "%s", code == Z_BUF_ERROR ? "the compressed file ends too early" : why);
    vcd->at = vcd->buffer;
    vcd->end = vcd->buffer + got;
    return SIM_OK;
}

static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word into vcd->word; its length is 0 at the end of the file. */
static enum sim_status read_word(struct vcd *vcd, struct sim_error *error)
{
    vcd->length = 0;
    for (;;) {
        for (; vcd->at < vcd->end; vcd->at++) {
            char c = *vcd->at;
            if (!is_space(c)) {
                if (vcd->length == WORD_MOST)
                    return bad(vcd, error, "a word is longer than %d characters", WORD_MOST);
                vcd->word[vcd->length++] = c;
            } else if (vcd->length) {
                goto done; /* the white space is left: its line counts for this word */
            } else {
                vcd->line += c == '\n';
            }
        }
        enum sim_status status = refill(vcd, error);
        if (status != SIM_OK)
            return status;
        if (vcd->at == vcd->end)
            break;
    }
    if (vcd->part)
        vcd->length = 0;
done:
    vcd->word[vcd->length] = 0;
    return SIM_OK;
}

static enum sim_status need_word(struct vcd *vcd, const char *where, struct sim_error *error)
{
    enum sim_status status = read_word(vcd, error);
    if (status == SIM_OK && vcd->length == 0)
        status = bad(vcd, error, "the file ends in %s", where);
    return status;
}

static bool is_word(const struct vcd *vcd, const char *text)
{
    return strcmp(vcd->word, text) == 0;
}

/* Skips to $end. */
static enum sim_status skip(struct vcd *vcd, const char *where, struct sim_error *error)
{
    do {
        enum sim_status status = need_word(vcd, where, error);
        if (status != SIM_OK)
            return status;
    } while (!is_word(vcd, "$end"));
    return SIM_OK;
}

/* ---- declarations ---- */

/* A comment may describe a signal; any other is kept as it is. */
static enum sim_status read_comment(struct vcd *vcd, struct sim_error *error)
{
    char *text = NULL;
    size_t size = 0, length = 0;
    enum sim_status status;
    while ((status = need_word(vcd, "a comment", error)) == SIM_OK && !is_word(vcd, "$end")) {
        if (length + vcd->length + 2 > size) {
            if (length > COMMENT_MOST) {
                status = bad(vcd, error, "a comment is longer than %d characters", COMMENT_MOST);
                break;
            }
            size = 2 * size + WORD_MOST + 2;
            text = waves_resize(text, size, 1);
        }
        if (length)
            text[length++] = ' ';
        memcpy(text + length, vcd->word, vcd->length + 1);
        length += vcd->length;
    }
    if (status == SIM_OK && text &&
        (strncmp(text, "signal ", 7) != 0 || waves_signal_parse(&vcd->described, text, NULL) != SIM_OK))
        waves_source_comment(&vcd->source, text);
    free(text);
    return status;
}

static enum sim_status read_timescale(struct vcd *vcd, struct sim_error *error)
{
    static const struct {
        const char *text;
        uint64_t femtoseconds;
    } units[] = {{"fs", 1},
                 {"ps", 1000},
                 {"ns", 1000000},
                 {"us", 1000000000},
                 {"ms", UINT64_C(1000000000000)},
                 {"s", UINT64_C(1000000000000000)}};
    char text[16] = "";
    enum sim_status status;
    while ((status = need_word(vcd, "$timescale", error)) == SIM_OK && !is_word(vcd, "$end")) {
        if (strlen(text) + vcd->length >= sizeof text)
            return bad(vcd, error, "'%.40s' is no time scale", vcd->word);
        strcat(text, vcd->word);
    }
    if (status != SIM_OK)
        return status;
    char *unit;
    unsigned long number = strtoul(text, &unit, 10);
    vcd->unit = 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].text) == 0 && (number == 1 || number == 10 || number == 100))
            vcd->unit = units[i].femtoseconds * number;
    return vcd->unit ? SIM_OK : bad(vcd, error, "'%s' is no time scale", text);
}

static enum sim_status enter_scope(struct vcd *vcd, struct sim_error *error)
{
    enum sim_status status = need_word(vcd, "$scope", error);
    if (status == SIM_OK)
        status = need_word(vcd, "$scope", error); /* its kind does not matter */
    if (status != SIM_OK)
        return status;
    size_t length = strlen(vcd->scope);
    if (is_word(vcd, "$end"))
        return bad(vcd, error, "a scope without a name");
    if (length + vcd->length + 1 > WAVES_NAME_MAX)
        return bad(vcd, error, "the names of nested scopes are longer than %d characters", WAVES_NAME_MAX);
    memcpy(vcd->scope + length, vcd->word, vcd->length);
    strcpy(vcd->scope + length + vcd->length, ".");
    return skip(vcd, "$scope", error);
}

static enum sim_status leave_scope(struct vcd *vcd, struct sim_error *error)
{
    size_t length = strlen(vcd->scope);
    if (length == 0)
        return bad(vcd, error, "$upscope outside of every scope");
    vcd->scope[length - 1] = 0;
    char *dot = strrchr(vcd->scope, '.');
    vcd->scope[dot ? dot + 1 - vcd->scope : 0] = 0;
    return skip(vcd, "$upscope", error);
}

static uint32_t slot(const struct vcd *vcd, const char *text, uint32_t length)
{
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    uint32_t mask = vcd->table_size - 1;
    for (hash &= mask;; hash = (hash + 1) & mask) {
        const struct identifier *entry = &vcd->table[hash];
        if (entry->length == 0 || (entry->length == length && memcmp(entry->text, text, length) == 0))
            return hash;
    }
}

static void grow_table(struct vcd *vcd)
{
    struct identifier *old = vcd->table;
    uint32_t size = vcd->table_size;
    vcd->table_size = size ? 2 * size : 64;
    vcd->table = waves_zeroed(vcd->table_size, sizeof *vcd->table);
    for (uint32_t i = 0; i < size; i++)
        if (old[i].length)
            vcd->table[slot(vcd, old[i].text, old[i].length)] = old[i];
    free(old);
}

/* `text` in vcd->word[0..length) now also stands for signal `code`. */
static void identify(struct vcd *vcd, const char *text, uint32_t length, uint32_t code)
{
    if (2 * vcd->identifiers >= vcd->table_size)
        grow_table(vcd);
    struct identifier *entry = &vcd->table[slot(vcd, text, length)];
    vcd->next[code] = entry->length ? entry->code : NO_CODE;
    if (entry->length == 0) {
        memcpy(entry->text, text, length);
        entry->length = length;
        vcd->identifiers++;
    }
    entry->code = code;
}

/* $var kind width identifier name [range] $end */
static enum sim_status read_variable(struct vcd *vcd, struct sim_error *error)
{
    static const char where[] = "$var";
    struct waves_signals *signals = &vcd->source.signals;
    enum sim_status status = need_word(vcd, where, error);
    if (status != SIM_OK)
        return status;
    bool is_number = !is_word(vcd, "real") && !is_word(vcd, "realtime") && !is_word(vcd, "string");
    if (!is_number)
        return bad(vcd, error, "a signal of kind '%s'; this program reads bits only", vcd->word);
    if ((status = need_word(vcd, where, error)) != SIM_OK)
        return status;
    char *end;
    unsigned long width = strtoul(vcd->word, &end, 10);
    if (*end || width < 1 || width > 64)
        return bad(vcd, error, "a signal of '%.40s' bits; this program reads 1 to 64", vcd->word);
    if ((status = need_word(vcd, where, error)) != SIM_OK)
        return status;
    if (vcd->length > IDENTIFIER_MOST)
        return bad(vcd, error, "an identifier is longer than %d characters", IDENTIFIER_MOST);
    char identifier[IDENTIFIER_MOST];
    uint32_t length = vcd->length;
    memcpy(identifier, vcd->word, length);

    char name[2 * WAVES_NAME_MAX] = "";
    snprintf(name, sizeof name, "%s", vcd->scope);
    while ((status = need_word(vcd, where, error)) == SIM_OK && !is_word(vcd, "$end")) {
        if (vcd->word[0] == '[' && strchr(vcd->word, ':'))
            continue; /* the range of a bus says no more than its width */
        if (strlen(name) + vcd->length > WAVES_NAME_MAX)
            return bad(vcd, error, "a name is longer than %d characters", WAVES_NAME_MAX);
        strcat(name, vcd->word);
    }
    if (status != SIM_OK)
        return status;
    char *range = strrchr(name, '[');
    if (range && strchr(range, ':'))
        *range = 0;
    if (!waves_name_is_valid(name))
        return bad(vcd, error, "'%.100s' is no usable name", name);
    if (signals->count == WAVES_SIGNALS_MAX)
        return bad(vcd, error, "more than %d signals", WAVES_SIGNALS_MAX);

    const struct identifier *other = vcd->identifiers ? &vcd->table[slot(vcd, identifier, length)] : NULL;
    if (other && other->length && signals->at[other->code].width != width)
        return bad(vcd, error, "'%.100s' has %lu bits, but %u as '%.100s', of the same identifier", name, width,
                   signals->at[other->code].width, signals->at[other->code].name);

    uint32_t code = signals->count;
    if ((code & (code - 1)) == 0) /* room for powers of two */
        vcd->next = waves_resize(vcd->next, code ? 2 * (size_t)code : 1, sizeof *vcd->next);
    waves_signals_add(signals, name, (unsigned)width, NULL, NULL, 0);
    identify(vcd, identifier, length, code);
    return SIM_OK;
}

static enum sim_status read_header(struct vcd *vcd, struct sim_error *error)
{
    for (;;) {
        enum sim_status status = need_word(vcd, "its header", error);
        if (status != SIM_OK)
            return status;
        if (is_word(vcd, "$enddefinitions"))
            break;
        if (is_word(vcd, "$comment"))
            status = read_comment(vcd, error);
        else if (is_word(vcd, "$timescale"))
            status = read_timescale(vcd, error);
        else if (is_word(vcd, "$scope"))
            status = enter_scope(vcd, error);
        else if (is_word(vcd, "$upscope"))
            status = leave_scope(vcd, error);
        else if (is_word(vcd, "$var"))
            status = read_variable(vcd, error);
        else if (vcd->word[0] == '$')
            status = skip(vcd, "its header", error);
        else
            status = bad(vcd, error, "'%.60s' cannot stand in the header", vcd->word);
        if (status != SIM_OK)
            return status;
    }
    if (vcd->unit == 0)
        return bad(vcd, error, "there is no $timescale");
    if (vcd->table_size == 0)
        grow_table(vcd);
    waves_signals_describe(&vcd->source.signals, &vcd->described);
    return skip(vcd, "$enddefinitions", error);
}

/* ---- changes ---- */

static enum sim_status read_time(struct vcd *vcd, struct sim_error *error)
{
    uint64_t count = 0;
    for (const char *c = vcd->word + 1; *c; c++) {
        if (*c < '0' || *c > '9' || __builtin_mul_overflow(count, (uint64_t)10, &count) ||
            __builtin_add_overflow(count, (uint64_t)(*c - '0'), &count))
            return bad(vcd, error, "'%.60s' is no time", vcd->word);
    }
    if (vcd->length < 2)
        return bad(vcd, error, "'#' without a time");
    unsigned __int128 femtoseconds = (unsigned __int128)count * vcd->unit;
    unsigned __int128 time = femtoseconds / FEMTOSECONDS_PER_UNIT;
    if (time > SIM_TIME_MAX)
        return bad(vcd, error, "time %s is past the end of time", vcd->word + 1);
    if (femtoseconds % FEMTOSECONDS_PER_UNIT)
        return bad(vcd, error, "time %s is no whole number of 100 fs", vcd->word + 1);
    if (vcd->begun && time < vcd->now)
        return bad(vcd, error, "time goes back to %s", vcd->word + 1);
    vcd->settled |= vcd->begun && time > vcd->now;
    vcd->now = (sim_time)time;
    vcd->begun = true;
    return SIM_OK;
}

/* The signals of vcd->word[from..] take `digits`. An unknown value leaves vcd->pending empty. */
static enum sim_status set_value(struct vcd *vcd, const char *digits, uint32_t count, uint32_t from,
                                 struct sim_error *error)
{
    uint64_t value = 0;
    bool unknown = false, wide = false;
    for (uint32_t i = 0; i < count; i++) {
        wide |= value >> 63 != 0;
        unknown |= digits[i] != '0' && digits[i] != '1';
        value = value << 1 | (digits[i] == '1');
    }
    for (uint32_t i = 0; unknown && i < count; i++)
        if (!strchr("01xXzZuUwWlLhH-", digits[i]))
            return bad(vcd, error, "'%.80s' is no value", digits);
    const char *text = vcd->word + from;
    uint32_t length = vcd->length - from;
    const struct identifier *entry = length && length <= IDENTIFIER_MOST ? &vcd->table[slot(vcd, text, length)] : NULL;
    if (!entry || entry->length == 0)
        return bad(vcd, error, "no signal has the identifier '%.40s'", text);
    const struct waves_signal *signal = &vcd->source.signals.at[entry->code];
    vcd->pending = NO_CODE;
    if (unknown && vcd->settled)
        return bad(vcd, error, "'%.100s' becomes x or z; this program reads two-state dumps", signal->name);
    if (unknown)
        return SIM_OK; /* before it has any value */
    if (wide || value > waves_mask(signal))
        return bad(vcd, error, "a value of '%.100s' has more than its %u bits", signal->name, signal->width);
    vcd->value = value;
    vcd->pending = entry->code;
    return SIM_OK;
}

static enum sim_status read_vector(struct vcd *vcd, struct sim_error *error)
{
    char digits[WORD_MOST + 1];
    uint32_t count = vcd->length - 1;
    memcpy(digits, vcd->word + 1, count + 1);
    if (count == 0)
        return bad(vcd, error, "a vector without digits");
    enum sim_status status = read_word(vcd, error);
    if (status != SIM_OK || (vcd->length == 0 && vcd->part))
        return status;
    if (vcd->length == 0)
        return bad(vcd, error, "the file ends in a change");
    return set_value(vcd, digits, count, 0, error);
}

static enum sim_status vcd_next(struct waves_source *source, enum waves_source_event *kind, struct waves_event *event,
                                struct sim_error *error)
{
    struct vcd *vcd = (struct vcd *)source;
    while (vcd->pending == NO_CODE) {
        enum sim_status status = read_word(vcd, error);
        if (status != SIM_OK)
            return status;
        char digit[2] = {vcd->word[0], 0};
        if (vcd->length == 0) {
            *kind = WAVES_SOURCE_END;
            source->whole = !vcd->part;
            return SIM_OK;
        }
        switch (vcd->word[0]) {
        case '#':
            *kind = WAVES_SOURCE_TIME;
            status = read_time(vcd, error);
            *event = (struct waves_event){.time = vcd->now};
            return status;
        case 'b':
        case 'B':
            status = read_vector(vcd, error);
            break;
        case '$':
            if (is_word(vcd, "$comment"))
                status = skip(vcd, "a comment", error);
            else if (!is_word(vcd, "$end") && strncmp(vcd->word, "$dump", 5) != 0)
                status = bad(vcd, error, "'%.60s' cannot stand among changes", vcd->word);
            break;
        case 'r':
        case 'R':
        case 's':
        case 'S':
            status = bad(vcd, error, "'%.60s' is no value of bits", vcd->word);
            break;
        default:
            status = set_value(vcd, digit, 1, 1, error);
            break;
        }
        if (status != SIM_OK)
            return status;
    }
    vcd->begun = true;
    *kind = WAVES_SOURCE_CHANGE;
    *event = (struct waves_event){vcd->now, vcd->value, vcd->pending};
    vcd->pending = vcd->next[vcd->pending];
    return SIM_OK;
}

static void vcd_close(struct waves_source *source)
{
    struct vcd *vcd = (struct vcd *)source;
    if (vcd->file)
        gzclose_r(vcd->file);
    waves_signals_free(&vcd->described);
    free(vcd->path);
    free(vcd->buffer);
    free(vcd->table);
    free(vcd->next);
    free(vcd);
}

static const struct waves_source_class vcd_class = {.next = vcd_next, .close = vcd_close};

enum sim_status waves_vcd_source(const char *path, struct waves_source **source, struct sim_error *error)
{
    struct vcd *vcd = waves_zeroed(1, sizeof *vcd);
    vcd->source.class = &vcd_class;
    vcd->path = waves_copy_text(path, strlen(path));
    vcd->buffer = waves_resize(NULL, BUFFER_SIZE, 1);
    vcd->at = vcd->end = vcd->buffer;
    vcd->line = 1;
    const char *dot = strrchr(path, '.');
    vcd->part = dot && strcmp(dot, ".part") == 0;
    vcd->pending = NO_CODE;
    vcd->file = gzopen(path, "rbe");
    enum sim_status status = SIM_OK;
    if (!vcd->file)
        status = sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read", path);
    else
        gzbuffer(vcd->file, BUFFER_SIZE);
    if (status == SIM_OK)
        status = read_header(vcd, error);
    if (status != SIM_OK) {
        waves_signals_free(&vcd->source.signals);
        free(vcd->source.comment);
        vcd_close(&vcd->source);
        return status;
    }
    *source = &vcd->source;
    return SIM_OK;
}
