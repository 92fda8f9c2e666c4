#include "waves/analysis/events_manifest.h"

#include "waves/analysis/counts.h"
#include "waves/analysis/events.h"
#include "waves/analysis/events_threads.h"
#include "waves/memory.h"
#include "waves/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 24 /* calls of one thread, each in the one before, that are remembered */, ENTRY_TEXT = 200 };

/* A thread as far as the log has been read. */
struct thread {
    uint64_t number, to; /* of the manifest */
    bool left_out;
    uint64_t calls, contention; /* records that are calls; that come of contention alone */
    uint64_t next;              /* no index that comes is less than this */
    uint64_t place;             /* of its last entry; UINT64_MAX: none so far */
    unsigned depth;             /* of calls that have not returned */
    struct {
        uint32_t export; /* a hash of its name */
        bool section;    /* it enters or leaves a critical section */
    } call[DEPTH];
    uint32_t waits; /* that have not ended, in the innermost of these */
};

struct work {
    const struct waves_events_manifest *manifest;
    struct waves_events *events;
    struct waves_output out;
    struct waves_counts place; /* of a thread + 1, by its number as text */
    struct thread *thread;
    size_t threads, room;
    struct waves_tid_map map;
    bool *used; /* by pair: its thread is in the log */
    uint64_t entries, left_out, bytes;
};

/* ---- threads ---- */

static struct thread *thread_of(struct work *work, uint64_t number)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRIu64, number);
    struct waves_count *place = waves_counts_of(&work->place, name);
    if (place->count)
        return &work->thread[place->count - 1];
    if (work->threads == work->room) {
        work->room = work->room ? 2 * work->room : 16;
        work->thread = waves_resize(work->thread, work->room, sizeof *work->thread);
    }
    struct thread *thread = &work->thread[work->threads++];
    *thread = (struct thread){
        .number = number, .to = number, .place = UINT64_MAX, .left_out = work->manifest->threads != NULL};
    for (size_t i = 0; i < work->map.pairs; i++)
        if (work->map.pair[i].a == number) {
            thread->to = work->map.pair[i].b;
            thread->left_out = false;
            work->used[i] = true;
        }
    place->count = work->threads;
    return thread;
}

/* ---- calls ---- */

static uint32_t hash_of(const char *name)
{
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * UINT32_C(16777619);
    return hash;
}

static bool is_at_a_section(const struct thread *thread)
{
    return thread->depth && thread->call[thread->depth - 1].section;
}

/* A call that comes while a section is entered and nobody waits: there is no record of that one's return. */
static void begin_call(struct thread *thread, const char *export)
{
    if (is_at_a_section(thread) && !thread->waits)
        thread->depth--;
    if (thread->depth == DEPTH) /* the oldest does not return any more */
        memmove(&thread->call[0], &thread->call[1], --thread->depth * sizeof thread->call[0]);
    thread->call[thread->depth].export = hash_of(export);
    thread->call[thread->depth++].section =
        strcmp(export, "RtlEnterCriticalSection") == 0 || strcmp(export, "RtlLeaveCriticalSection") == 0;
    thread->calls++;
    thread->waits = 0;
}

/* Calls that never return leave theirs behind; what returns is the innermost of its kind. */
static void end_call(struct thread *thread, const char *export)
{
    uint32_t hash = hash_of(export);
    for (unsigned i = thread->depth; i-- > 0;)
        if (thread->call[i].export == hash) {
            thread->depth = i;
            break;
        }
    thread->waits = 0;
}

/* ---- entries ---- */

static bool is_contended(const struct waves_event_record *record)
{
    const struct waves_json *contended = waves_json_member(record->object, "contended");
    return !contended || contended->type != WAVES_JSON_FALSE;
}

static enum sim_status put_entry(struct work *work, struct thread *thread, const struct waves_event_record *record,
                                 struct sim_error *error)
{
    char text[ENTRY_TEXT];
    const struct waves_json *section = waves_json_member(record->object, "section");
    uint64_t place = record->index - thread->contention;
    if (!is_contended(record) || place == thread->place) /* one entry may have been told of more than once */
        return SIM_OK;
    if (work->manifest->by == WAVES_CONTENTION_BY_CALL && !is_at_a_section(thread))
        return waves_events_bad(work->events, error, "--by call: the thread is in no call of RtlEnterCriticalSection");
    thread->place = place;
    if (thread->left_out) {
        work->left_out++;
        return SIM_OK;
    }
    int length =
        snprintf(text, sizeof text, "%s\n {\"thread\": %" PRIu64 ", \"index\": %" PRIu64 ", \"before\": %" PRIu64,
                 work->entries++ ? "," : "", thread->to, record->index, thread->contention);
    if (thread->calls)
        length += snprintf(text + length, sizeof text - (size_t)length, ", \"call\": %" PRIu64, thread->calls - 1);
    if (section && section->type == WAVES_JSON_STRING && section->length == strlen("0x82000000") &&
        strspn(section->text, "0123456789abcdefABCDEFx") == section->length)
        length += snprintf(text + length, sizeof text - (size_t)length, ", \"section\": \"%s\"", section->text);
    length += snprintf(text + length, sizeof text - (size_t)length, "}");
    work->bytes += (uint64_t)length;
    if (work->bytes > WAVES_CONTENTION_FILE_MOST - ENTRY_TEXT * 4)
        return waves_events_bad(work->events, error, "more than %d MiB of contention: --tid-map leaves some out",
                                WAVES_CONTENTION_FILE_MOST >> 20);
    waves_output_text(&work->out, text);
    return SIM_OK;
}

static enum sim_status take(struct work *work, const struct waves_event_record *record, struct sim_error *error)
{
    if (record->thread == 0)
        return SIM_OK; /* interrupts enter no sections */
    struct thread *thread = thread_of(work, record->thread);
    if (record->index < thread->next)
        return waves_events_bad(work->events, error,
                                "the index of thread %" PRIu64 " goes back, from %" PRIu64 " to %" PRIu64,
                                thread->number, thread->next - 1, record->index);
    thread->next = record->index + 1;
    bool call = strcmp(record->event, "import.call") == 0, back = strcmp(record->event, "kernel.return") == 0;
    if ((call || back) && !record->export)
        return waves_events_bad(work->events, error, "%s has no \"export\"", record->event);
    if (call) {
        begin_call(thread, record->export);
        return SIM_OK;
    }
    if (back) {
        end_call(thread, record->export);
        return SIM_OK;
    }
    bool observed = strcmp(record->event, "contention.observed") == 0;
    enum sim_status status = observed ? put_entry(work, thread, record, error) : SIM_OK;
    thread->waits += strcmp(record->event, "wait.begin") == 0;
    thread->waits -= strcmp(record->event, "wait.end") == 0 && thread->waits;
    thread->contention += observed || is_at_a_section(thread);
    return status;
}

static enum sim_status make(struct work *work, struct sim_error *error)
{
    char head[ENTRY_TEXT];
    struct waves_event_record record;
    bool more = true;
    snprintf(head, sizeof head, "{\"schema\": \"%s\", \"version\": %d, \"by\": \"%s\", \"entries\": [",
             WAVES_CONTENTION_SCHEMA, WAVES_CONTENTION_VERSION,
             work->manifest->by == WAVES_CONTENTION_BY_CALL ? "call" : "index");
    waves_output_text(&work->out, head);
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && more) {
        status = waves_events_next(work->events, &record, &more, error);
        if (status == SIM_OK && more)
            status = take(work, &record, error);
    }
    waves_output_text(&work->out, "\n]}\n");
    for (size_t i = 0; i < work->map.pairs && status == SIM_OK; i++)
        if (!work->used[i])
            return sim_fail(error, SIM_USAGE, "--tid-map: the log has no records of thread %" PRIu64,
                            work->map.pair[i].a);
    return status;
}

enum sim_status waves_events_manifest(const struct waves_events_manifest *manifest, FILE *report,
                                      struct sim_error *error)
{
    struct work work = {.manifest = manifest};
    enum sim_status status = waves_tid_map_read(manifest->threads, &work.map, error), written;
    struct sim_error why;
    work.used = waves_zeroed(work.map.pairs + 1, sizeof *work.used);
    if (status == SIM_OK)
        status = waves_events_open(manifest->path, &work.events, error);
    if (status == SIM_OK)
        status = waves_output_open(&work.out, manifest->out, false, error);
    if (status == SIM_OK) {
        status = make(&work, error);
        written = waves_output_close(&work.out, status == SIM_OK, &why);
        if (status == SIM_OK && written != SIM_OK)
            status = sim_fail(error, written, "%s", why.text);
    }
    if (status == SIM_OK && report)
        fprintf(report, "%s: %" PRIu64 " contended entries in a log of %zu threads, %" PRIu64 " left out\n",
                manifest->out, work.entries, work.threads, work.left_out);
    waves_events_close(work.events);
    waves_counts_free(&work.place);
    free(work.thread);
    free(work.used);
    return status;
}
