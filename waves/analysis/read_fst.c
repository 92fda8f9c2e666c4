/* FST, by GTKWave's own reader. It trusts its files, so it works in a child process, which sends what it reads through
 * a pipe in the raw form: a damaged file can only end the child. */
#include "waves/analysis/source.h"
#include "waves/format.h"
#include "waves/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <fstapi.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bounds on the child: no file of sane size comes near them. */
static const rlim_t MEMORY_MOST = (rlim_t)8 << 30, TEMPORARY_MOST = (rlim_t)4 << 30, SECONDS_MOST = 3600;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0 /* sanitizers map more than any limit allows */
#endif

/* ---- in the child ---- */

enum { BATCH = 4096, UNIT_EXPONENT = -13 };
#define NO_CODE UINT32_MAX

struct child {
    const char *path;
    int errors; /* where complaints go */
    void *fst;
    struct waves_signals signals, described;
    uint32_t *first; /* by handle: its signal, ... */
    uint32_t *next;  /* by code: ... and more of them */
    fstHandle handles;
    uint64_t factor; /* units of 100 fs in the file's unit */
    char *comment, *description;

    struct waves_format *out;
    uint64_t *values;
    bool begun;
    sim_time begin, base, now; /* base: before the batch */
    struct waves_record batch[BATCH];
    uint32_t count;
};

__attribute__((format(printf, 2, 3))) _Noreturn static void give_up(struct child *child, const char *format, ...)
{
    struct sim_error error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.text, sizeof error.text, format, arguments);
    va_end(arguments);
    ssize_t done = write(child->errors, error.text, strlen(error.text));
    (void)done; /* then the parent only knows that it failed */
    _exit(SIM_BAD_INPUT);
}

static void add_comment(struct child *child, const char *line)
{
    bool more = strncmp(line, "cycle360+", 9) == 0;
    if (!more && strncmp(line, "cycle360 ", 9) != 0) {
        char *before = child->comment;
        child->comment = waves_print("%s%s%s", before ? before : "", before ? "\n" : "", line);
        free(before);
        return;
    }
    char *before = child->description;
    child->description = waves_print("%s%s", before ? before : "", line + 9);
    free(before);
    if (more)
        return;
    waves_signal_parse(&child->described, child->description, NULL);
    free(child->description);
    child->description = NULL;
}

static void add_variable(struct child *child, const struct fstHier *hier)
{
    const char *name = hier->u.var.name;
    switch (hier->u.var.typ) {
    case FST_VT_VCD_REAL:
    case FST_VT_VCD_REAL_PARAMETER:
    case FST_VT_VCD_REALTIME:
    case FST_VT_SV_SHORTREAL:
    case FST_VT_GEN_STRING:
        give_up(child, "'%.100s' is a number with a point or a text; this program reads bits only", name);
    default:
        break;
    }
    if (hier->u.var.length < 1 || hier->u.var.length > 64)
        give_up(child, "'%.100s' has %u bits; this program reads 1 to 64", name, hier->u.var.length);
    if (hier->u.var.handle < 1 || hier->u.var.handle > child->handles || child->signals.count == WAVES_SIGNALS_MAX)
        give_up(child, "the file is damaged at the declaration of '%.100s'", name);
    const char *scope = fstReaderGetCurrentFlatScope(child->fst);
    char *full = waves_print("%s%s%s", scope ? scope : "", scope && *scope ? "." : "", name);
    char *range = strrchr(full, '[');
    if (range && strchr(range, ':')) {
        *range = 0;
        if (range > full && range[-1] == ' ')
            range[-1] = 0;
    }
    for (char *c = full; *c; c++) /* "name [3]" is one bit of a bus */
        if (*c == ' ' && c[1] == '[')
            memmove(c, c + 1, strlen(c));
    if (!waves_name_is_valid(full))
        give_up(child, "'%.100s' is no usable name", full);
    uint32_t code = child->signals.count;
    waves_signals_add(&child->signals, full, hier->u.var.length, NULL, NULL, 0);
    free(full);
    child->next = waves_resize(child->next, code + 1, sizeof *child->next);
    child->next[code] = child->first[hier->u.var.handle];
    child->first[hier->u.var.handle] = code;
}

static void read_hierarchy(struct child *child)
{
    child->handles = fstReaderGetMaxHandle(child->fst);
    if (child->handles > WAVES_SIGNALS_MAX)
        give_up(child, "more than %d signals", WAVES_SIGNALS_MAX);
    child->first = waves_resize(NULL, (size_t)child->handles + 1, sizeof *child->first);
    memset(child->first, 0xff, ((size_t)child->handles + 1) * sizeof *child->first);
    struct fstHier *hier;
    while ((hier = fstReaderIterateHier(child->fst)) != NULL) {
        if (hier->htyp == FST_HT_SCOPE) {
            fstReaderPushScope(child->fst, hier->u.scope.name, NULL);
            if (fstReaderGetCurrentScopeLen(child->fst) > WAVES_NAME_MAX)
                give_up(child, "the names of nested scopes are longer than %d characters", WAVES_NAME_MAX);
        } else if (hier->htyp == FST_HT_UPSCOPE) {
            fstReaderPopScope(child->fst);
        } else if (hier->htyp == FST_HT_VAR) {
            add_variable(child, hier);
        } else if (hier->htyp == FST_HT_ATTRBEGIN && hier->u.attr.typ == FST_AT_MISC &&
                   hier->u.attr.subtype == FST_MT_COMMENT) {
            add_comment(child, hier->u.attr.name);
        }
    }
    waves_signals_describe(&child->signals, &child->described);
}

static sim_time scaled(struct child *child, uint64_t time)
{
    if (time > SIM_TIME_MAX / child->factor)
        give_up(child, "time %llu is past the end of time", (unsigned long long)time);
    return time * child->factor;
}

static void send_batch(struct child *child)
{
    const struct waves_format_class *class = child->out->class;
    if (!child->begun) {
        child->begun = true;
        class->begin(child->out, child->begin, child->values);
        child->base = child->begin;
    }
    class->records(child->out, child->base, child->batch, child->count);
    child->base = child->now;
    child->count = 0;
    if (class->failed(child->out))
        _exit(SIM_OK); /* the parent has closed the pipe */
}

static void add_change(struct child *child, sim_time time, uint32_t code, uint64_t value)
{
    if (time < child->now)
        give_up(child, "time goes back to %llu", (unsigned long long)time);
    if (time == child->begin) {
        child->values[code] = value;
        return;
    }
    if (child->count + 2 > BATCH)
        send_batch(child);
    if (time - child->now > UINT32_MAX) {
        child->batch[child->count++] = (struct waves_record){0, WAVES_RAW_TIME, time};
        child->now = time;
    }
    child->batch[child->count++] = (struct waves_record){(uint32_t)(time - child->now), code, value};
    child->now = time;
}

static void on_change(void *context, uint64_t time, fstHandle handle, const unsigned char *digits)
{
    struct child *child = context;
    sim_time now = scaled(child, time);
    if (handle < 1 || handle > child->handles)
        give_up(child, "a change of signal %u, which is not declared", handle);
    for (uint32_t code = child->first[handle]; code != NO_CODE; code = child->next[code]) {
        const struct waves_signal *signal = &child->signals.at[code];
        uint64_t value = 0;
        for (uint32_t i = 0; i < signal->width; i++) {
            if (digits[i] != '0' && digits[i] != '1') {
                if (now == child->begin)
                    return; /* it has no value yet */
                give_up(child, "'%.100s' becomes x or z; this program reads two-state dumps", signal->name);
            }
            value = value << 1 | (digits[i] == '1');
        }
        add_change(child, now, code, value);
    }
}

static void read_file(struct child *child, int pipe_end)
{
    child->fst = fstReaderOpen(child->path);
    if (!child->fst)
        give_up(child, "it is no FST file, or is damaged");
    int exponent = fstReaderGetTimescale(child->fst);
    if (exponent < UNIT_EXPONENT || exponent > 0)
        give_up(child, "a time unit of 10^%d s; this program reads 100 fs to 1 s", exponent);
    child->factor = 1;
    for (; exponent > UNIT_EXPONENT; exponent--)
        child->factor *= 10;
    read_hierarchy(child);
    child->values = waves_zeroed(child->signals.count, sizeof *child->values);
    child->begin = child->now = scaled(child, fstReaderGetStartTime(child->fst));

    char out[32];
    snprintf(out, sizeof out, "/dev/fd/%d", pipe_end);
    struct sim_error error;
    if (waves_raw_open(out, &child->signals, child->comment, &child->out, &error) != SIM_OK)
        give_up(child, "%s", error.text);
    fstReaderSetFacProcessMaskAll(child->fst);
    if (!fstReaderIterBlocks(child->fst, on_change, child, NULL))
        give_up(child, "its changes cannot be read");
    send_batch(child);
    sim_time end = scaled(child, fstReaderGetEndTime(child->fst));
    child->out->class->end(child->out, end > child->now ? end : child->now);
    child->out->class->close(child->out, true, NULL);
}

_Noreturn static void run_child(const char *path, int data, int errors)
{
    if (!SANITIZED)
        setrlimit(RLIMIT_AS, &(struct rlimit){MEMORY_MOST, MEMORY_MOST});
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){TEMPORARY_MOST, TEMPORARY_MOST});
    setrlimit(RLIMIT_CPU, &(struct rlimit){SECONDS_MOST, SECONDS_MOST});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    int null = open("/dev/null", O_WRONLY);
    if (null >= 0) /* fstapi's own words for its programmers */
        dup2(null, STDERR_FILENO);
    struct child *child = waves_zeroed(1, sizeof *child);
    child->path = path;
    child->errors = errors;
    read_file(child, data);
    _exit(SIM_OK);
}

/* ---- in the parent ---- */

struct fst {
    struct waves_source source;
    struct waves_source *raw; /* what comes through the pipe */
    char *path;
    pid_t child;
    int errors;
};

/* The child has gone, or gave something that cannot be: says why. */
static enum sim_status explain(struct fst *fst, const struct sim_error *raw, struct sim_error *error)
{
    /* Without a reader the child ends, whatever it was at. */
    if (fst->raw)
        fst->raw->class->close(fst->raw);
    fst->raw = NULL;
    char text[400];
    ssize_t length;
    do
        length = read(fst->errors, text, sizeof text - 1);
    while (length < 0 && errno == EINTR);
    int state = 0;
    waitpid(fst->child, &state, 0);
    fst->child = 0;
    if (length > 0) {
        text[length] = 0;
        return sim_fail(error, SIM_BAD_INPUT, "%.200s: %.290s", fst->path, text);
    }
    if (WIFSIGNALED(state))
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: is damaged: GTKWave's reader crashed on it (%s)", fst->path,
                        strsignal(WTERMSIG(state)));
    return sim_fail(error, SIM_BAD_INPUT, "%.200s: is damaged: GTKWave's reader gave up on it (%.200s)", fst->path,
                    raw ? raw->text : "no reason");
}

static enum sim_status fst_next(struct waves_source *source, enum waves_source_event *kind, struct waves_event *event,
                                struct sim_error *error)
{
    struct fst *fst = (struct fst *)source;
    struct sim_error why = {"it ends too early"};
    enum sim_status status = fst->raw->class->next(fst->raw, kind, event, &why);
    if (status == SIM_OK && (*kind != WAVES_SOURCE_END || fst->raw->whole)) {
        source->whole = fst->raw->whole;
        return SIM_OK;
    }
    return explain(fst, &why, error);
}

static void fst_close(struct waves_source *source)
{
    struct fst *fst = (struct fst *)source;
    if (fst->raw)
        fst->raw->class->close(fst->raw);
    close(fst->errors);
    if (fst->child > 0) {
        kill(fst->child, SIGKILL);
        waitpid(fst->child, NULL, 0);
    }
    free(fst->path);
    free(fst);
}

static const struct waves_source_class fst_class = {.next = fst_next, .close = fst_close};

enum sim_status waves_fst_source(const char *path, struct waves_source **source, struct sim_error *error)
{
    int data[2], errors[2];
    if (pipe2(data, O_CLOEXEC) != 0)
        return sim_fail(error, SIM_HOST, "no pipe for reading %.300s: %s", path, strerror(errno));
    if (pipe2(errors, O_CLOEXEC) != 0) {
        close(data[0]);
        close(data[1]);
        return sim_fail(error, SIM_HOST, "no pipe for reading %.300s: %s", path, strerror(errno));
    }
    fflush(NULL); /* fstapi may call exit in the child: nothing of ours must be written twice */
    struct fst *fst = waves_zeroed(1, sizeof *fst);
    fst->source.class = &fst_class;
    fst->path = waves_copy_text(path, strlen(path));
    fst->child = fork();
    if (fst->child == 0) {
        close(data[0]);
        close(errors[0]);
        run_child(path, data[1], errors[1]);
    }
    int failed = errno;
    close(data[1]);
    close(errors[1]);
    fst->errors = errors[0];
    if (fst->child < 0) {
        close(data[0]);
        fst_close(&fst->source);
        return sim_fail(error, SIM_HOST, "no process for reading %.300s: %s", path, strerror(failed));
    }
    struct sim_error why;
    if (waves_raw_source(path, data[0], &fst->raw, &why) != SIM_OK) { /* and has closed the pipe */
        explain(fst, &why, error);
        fst_close(&fst->source);
        return SIM_BAD_INPUT;
    }
    fst->source.signals = fst->raw->signals;
    fst->source.comment = fst->raw->comment;
    *source = &fst->source;
    return SIM_OK;
}
