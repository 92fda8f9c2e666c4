/* What fires needs of a log. */
#include "waves/analysis/events.h"
#include "waves/analysis/fires_parts.h"
#include "waves/analysis/thread_pairs.h"
#include "waves/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The record's link register and callers, the nearest first. */
static size_t read_callers(const struct waves_event_record *record, uint64_t *caller)
{
    const struct waves_json *lr = waves_json_member(record->object, "lr");
    const struct waves_json *callers = waves_json_member(record->object, "callers");
    size_t count = 0;
    if (!lr || lr->type != WAVES_JSON_STRING)
        return 0;
    caller[count++] = strtoull(lr->text, NULL, 16);
    if (!callers || callers->type != WAVES_JSON_ARRAY)
        return count;
    for (const struct waves_json *v = waves_json_first(callers); v && count <= WAVES_FIRES_DEPTH_MOST;
         v = waves_json_next(callers, v))
        if (v->type == WAVES_JSON_STRING)
            caller[count++] = strtoull(v->text, NULL, 16);
    return count;
}

/* Whether the call signals the thread that makes it. */
static bool is_of_thread(const char *export)
{
    enum { ARGUMENT, THREAD };
#define PRODUCER(export_, signals)                          \
    if (signals == THREAD && strcmp(export, #export_) == 0) \
        return true;
#include "waves/analysis/producers.def"
#undef PRODUCER
    return false;
}

/* What is signalled: the thread by nothing; the first argument, an object by its identity, which is the same wherever
 * it lies. */
static const char *read_handle(const struct waves_event_record *record)
{
    if (is_of_thread(record->export))
        return "";
    static const char *const member[] = {"id", "handle", "address"};
    const struct waves_json *arguments = waves_json_member(record->object, "arguments");
    const struct waves_json *first =
        arguments && arguments->type == WAVES_JSON_OBJECT ? waves_json_first(arguments) : NULL;
    if (first && first->type == WAVES_JSON_STRING)
        return first->text;
    for (size_t i = 0; first && first->type == WAVES_JSON_OBJECT && i < sizeof member / sizeof *member; i++) {
        const struct waves_json *value = waves_json_member(first, member[i]);
        if (value && value->type == WAVES_JSON_STRING)
            return value->text;
    }
    return "";
}

static void keep(char **text, const struct waves_json *value)
{
    if (!value || value->type != WAVES_JSON_STRING)
        return;
    free(*text);
    *text = waves_copy_text(value->text, strlen(value->text));
}

static void take_creation(struct fires_log *log, const struct waves_event_record *record)
{
    const struct waves_json *of = waves_json_member(record->object, "of");
    if (!of || of->type != WAVES_JSON_INTEGER || of->integer < 0)
        return;
    struct fires_thread *thread = fires_thread_of(log, (uint64_t)of->integer);
    keep(&thread->entry, waves_json_member(record->object, "entry"));
    keep(&thread->context, waves_json_member(record->object, "context"));
}

enum sim_status fires_read(struct fires *fires, unsigned which, struct sim_error *error)
{
    struct fires_log *log = &fires->log[which];
    struct waves_events *events;
    struct waves_event_record record;
    uint64_t caller[WAVES_FIRES_DEPTH_MOST + 1];
    bool more = true;
    enum sim_status status = waves_events_open(fires->what->path[which], &events, error);
    if (status != SIM_OK)
        return status;
    while (status == SIM_OK && more) {
        status = waves_events_next(events, &record, &more, error);
        if (status != SIM_OK || !more)
            break;
        bool call = strcmp(record.event, "import.call") == 0;
        struct fires_thread *thread = fires_thread_of(log, record.thread);
        log->records++;
        log->calls += call;
        thread->records++;
        thread->calls += call;
        if (call && !record.export)
            status = waves_events_bad(events, error, "import.call has no \"export\"");
        else if (call && fires_is_wanted(fires, record.export))
            fires_add(fires, which, thread, record.export, caller, read_callers(&record, caller), read_handle(&record));
        else if (strcmp(record.event, "thread.create") == 0)
            take_creation(log, &record);
    }
    waves_events_close(events);
    return status;
}

static struct waves_thread_begin *begins_of(const struct fires_log *log)
{
    struct waves_thread_begin *begin = waves_zeroed(log->threads + 1, sizeof *begin);
    for (size_t i = 0; i < log->threads; i++)
        begin[i] = (struct waves_thread_begin){
            .number = log->thread[i].number, .entry = log->thread[i].entry, .context = log->thread[i].context};
    return begin;
}

enum sim_status fires_match(struct fires *fires, struct sim_error *error)
{
    struct waves_thread_begin *a = begins_of(&fires->log[0]), *b = begins_of(&fires->log[1]);
    enum sim_status status =
        waves_threads_pair(a, fires->log[0].threads, b, fires->log[1].threads, fires->what->threads, error);
    for (size_t i = 0; i < fires->log[0].threads; i++)
        fires->log[0].thread[i].analogue = a[i].analogue;
    for (size_t i = 0; i < fires->log[1].threads; i++)
        fires->log[1].thread[i].analogue = b[i].analogue;
    free(a);
    free(b);
    return status;
}
