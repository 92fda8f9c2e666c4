#include "board/gpu_log.h"

#include "waves/memory.h"
#include "waves/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 64, LINE_MAX_BYTES = 8192 };

struct gpu_log {
    struct cp *cp;
    struct cp_listener listener;
    struct waves_output output;
    uint64_t lines;
    struct {
        uint32_t index, value;
    } change[CHANGES_MAX]; /* of the packet that is carried out; more are counted only */
    uint32_t changes;
};

static char *put_text(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    return at;
}

static char *put_number(char *at, const char *key, uint64_t value)
{
    return at + sprintf(at, "%s%llu", key, (unsigned long long)value);
}

static char *put_hex(char *at, const char *key, uint32_t value)
{
    return at + sprintf(at, "%s\"0x%08x\"", key, value);
}

static char *put_change(char *at, uint32_t index, uint32_t value)
{
    const struct xenos_register_info *info = xenos_register_at(index);
    at = put_text(at, "{\"register\":\"");
    if (!info)
        at += sprintf(at, "0x%04x", index);
    else if (info->first == info->last)
        at = put_text(at, info->name);
    else
        at += sprintf(at, "%s[%u]", info->name, index - info->first);
    return put_text(put_hex(at, "\",\"value\":", value), "}");
}

static char *put_changes(char *at, const struct gpu_log *log)
{
    uint32_t kept = log->changes < CHANGES_MAX ? log->changes : CHANGES_MAX;
    if (kept == 0)
        return at;
    at = put_text(at, ",\"registers\":[");
    for (uint32_t i = 0; i < kept; i++)
        at = put_change(put_text(at, i ? "," : ""), log->change[i].index, log->change[i].value);
    at = put_text(at, "]");
    return kept < log->changes ? put_number(at, ",\"registers_more\":", log->changes - kept) : at;
}

static bool of_micro_engine(const struct cp_told *told)
{
    return told->outcome == CP_CARRIED_OUT &&
           (told->header >> 30 != 3 || cp_packets[told->header >> 8 & 0x7F].engine == CP_ENGINE_ME);
}

static void packet(void *context, const struct cp_told *told)
{
    static const char *const outcomes[] = {
        [CP_CARRIED_OUT] = "carried out", [CP_PREDICATED_OFF] = "predicated off", [CP_BAD] = "bad"};
    struct gpu_log *log = context;
    if (log->output.failed)
        return;
    char *at = waves_output_at(&log->output, LINE_MAX_BYTES);
    at = put_text(put_text(at, "{\"packet\":\""), cp_packet_name(told->header));
    at = put_number(at, "\",\"cycle\":", told->cycle);
    at = put_number(at, ",\"begun\":", told->begun);
    at = put_number(at, ",\"done\":", told->done);
    at = put_text(put_text(at, ",\"source\":\""), cp_source_names[told->source]);
    at = put_hex(at, "\",\"address\":", told->address);
    at = put_hex(at, ",\"header\":", told->header);
    at = put_number(at, ",\"words\":", told->total);
    at = put_text(at, ",\"payload\":[");
    for (uint32_t i = 0; i < told->count; i++)
        at = put_hex(at, i ? "," : "", told->word[i]);
    at = put_text(put_text(at, "],\"outcome\":\""), outcomes[told->outcome]);
    *at++ = '"';
    if (of_micro_engine(told)) {
        at = put_changes(at, log);
        log->changes = 0;
    }
    waves_output_wrote(&log->output, put_text(at, "}\n"));
    log->lines++;
}

static void reg(void *context, uint32_t index, uint32_t value)
{
    struct gpu_log *log = context;
    if (log->changes < CHANGES_MAX) {
        log->change[log->changes].index = index;
        log->change[log->changes].value = value;
    }
    log->changes++;
}

static bool ends_in(const char *path, const char *suffix)
{
    size_t length = strlen(path), part = strlen(suffix);
    return length > part && strcmp(path + length - part, suffix) == 0;
}

enum sim_status gpu_log_open(struct gpu_log **result, struct cp *cp, const char *path, struct sim_error *error)
{
    bool gzip = ends_in(path, ".jsonl.gz");
    if (!gzip && !ends_in(path, ".jsonl") && !waves_is_special(path))
        return sim_fail(error, SIM_USAGE, "--gpu-log %.300s: the name must end in .jsonl or .jsonl.gz", path);
    struct gpu_log *log = waves_zeroed(1, sizeof *log);
    enum sim_status status = waves_output_open(&log->output, path, gzip, error);
    if (status != SIM_OK) {
        free(log);
        return status;
    }
    log->cp = cp;
    log->listener = (struct cp_listener){.context = log, .packet = packet, .reg = reg};
    cp->listener = &log->listener;
    *result = log;
    return SIM_OK;
}

bool gpu_log_failed(const struct gpu_log *log)
{
    return log->output.failed;
}

enum sim_status gpu_log_close(struct gpu_log *log, bool keep, uint64_t *lines, struct sim_error *error)
{
    log->cp->listener = NULL;
    enum sim_status status = waves_output_close(&log->output, keep, error);
    *lines = log->lines;
    free(log);
    return status;
}
