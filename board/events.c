#include "board/events.h"

#include "kernel-hle/log/text.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <stdlib.h>

struct events {
    struct kernel_log *log;
    struct waves_output output;
};

static void take(void *context, const char *text, size_t size)
{
    struct events *events = context;
    if (!events->output.failed)
        waves_output_write(&events->output, text, size);
}

static void put_text(struct log_text *t, const char *name, const char *value)
{
    if (!value)
        return;
    if (t->at != t->begin)
        log_char(t, ',');
    log_string(t, name, strlen(name));
    log_char(t, ':');
    log_string(t, value, strlen(value));
}

static void put_pairs(struct log_text *t, const char *name, const struct events_pair *pair, size_t pairs)
{
    if (t->at != t->begin)
        log_char(t, ',');
    log_name(t, name);
    log_put(t, ":{");
    for (size_t i = 0; i < pairs; i++) {
        log_item(t);
        log_string(t, pair[i].name, strlen(pair[i].name));
        log_char(t, ':');
        log_string(t, pair[i].value, strlen(pair[i].value));
    }
    log_char(t, '}');
}

static void put_head(struct kernel_log *log, const struct events_made_of *made_of)
{
    struct log_text t = {0};
    log_room(&t, 1);
    put_text(&t, "cycle360", made_of->version);
    put_text(&t, "image_sha256", made_of->image_sha256);
    put_text(&t, "board_sha256", made_of->board_sha256);
    put_pairs(&t, "mounts", made_of->mount, made_of->mounts);
    put_pairs(&t, "options", made_of->option, made_of->options);
    log_char(&t, '\0');
    kernel_log_head(log, t.begin);
    log_text_free(&t);
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t length = strlen(path), part = strlen(suffix);
    return length > part && strcmp(path + length - part, suffix) == 0;
}

enum sim_status events_open(struct events **result, const struct events_options *options, struct sim_error *error)
{
    bool gzip = ends_in(options->path, ".jsonl.gz");
    struct sim_error why;
    if (!gzip && !ends_in(options->path, ".jsonl") && !waves_is_special(options->path))
        return sim_fail(error, SIM_USAGE, "--events %.300s: the name must end in .jsonl or .jsonl.gz", options->path);
    struct events *events = waves_zeroed(1, sizeof *events);
    unsigned callers = options->callers < UINT32_MAX ? (unsigned)options->callers : UINT32_MAX;
    events->log =
        kernel_log_create(&(struct kernel_log_options){.context = events, .sink = take, .callers = callers}, &why);
    enum sim_status status = SIM_OK;
    if (!events->log)
        status = sim_fail(error, SIM_USAGE, "--events-lr-depth: %s", why.text);
    if (status == SIM_OK)
        status = waves_output_open(&events->output, options->path, gzip, error);
    if (status != SIM_OK) {
        kernel_log_destroy(events->log);
        free(events);
        return status;
    }
    put_head(events->log, &options->made_of);
    *result = events;
    return SIM_OK;
}

struct kernel_log *events_log(struct events *events)
{
    return events->log;
}

bool events_failed(const struct events *events)
{
    return events->output.failed;
}

enum sim_status events_close(struct events *events, bool keep, uint64_t *records, struct sim_error *error)
{
    if (keep)
        kernel_log_flush(events->log);
    *records = kernel_log_records(events->log);
    kernel_log_destroy(events->log);
    enum sim_status status = waves_output_close(&events->output, keep, error);
    free(events);
    return status;
}
