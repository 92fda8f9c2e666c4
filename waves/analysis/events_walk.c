#include "waves/analysis/events_walk.h"

#include "waves/glob.h"
#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

enum kind_class { UNKNOWN, PLAIN, LOCAL, CALL, RETURN, WAIT_BEGIN, WAIT_END, TRAFFIC };
enum call_class { CALL_PLAIN, CALL_ENTER, CALL_LEAVE };
enum { PAIRS_MOST = 16, GROUP_MOST = 64, LOST_MOST = 64 };

/* ---- kinds ---- */

static bool is_local(const struct waves_walker *walker, const char *kind)
{
    static const char *const name[] = {
#define EVENTS_LOCAL_KIND(name) name,
#define EVENTS_LOCK(enter, leave)
#define EVENTS_CLOCK(export)
#include "waves/analysis/events_kinds.def"
#undef EVENTS_LOCAL_KIND
#undef EVENTS_LOCK
#undef EVENTS_CLOCK
    };
    for (size_t i = 0; !(walker->comparer.strict >> WAVES_RULE_LOCAL & 1) && i < sizeof name / sizeof *name; i++)
        if (strcmp(kind, name[i]) == 0)
            return true;
    for (unsigned i = 0; i < walker->skips; i++)
        if (waves_glob_match(walker->skip[i], kind))
            return true;
    return false;
}

static enum kind_class classify(const struct waves_walker *walker, const char *kind)
{
    if (is_local(walker, kind))
        return LOCAL;
    if (strcmp(kind, "import.call") == 0)
        return CALL;
    if (strcmp(kind, "kernel.return") == 0)
        return RETURN;
    if (strcmp(kind, "wait.begin") == 0)
        return WAIT_BEGIN;
    if (strcmp(kind, "wait.end") == 0)
        return WAIT_END;
    return strncmp(kind, "signal.", 7) == 0 || strncmp(kind, "handle.", 7) == 0 ? TRAFFIC : PLAIN;
}

static enum kind_class class_of(struct waves_walker *walker, struct waves_text kind)
{
    char name[sizeof walker->cache[0].kind];
    struct waves_text bare = waves_text_bare(kind);
    if (bare.length == 0 || bare.length >= sizeof name)
        return PLAIN;
    unsigned slot = ((unsigned)bare.length * 5 + (uint8_t)bare.at[0] + 3 * (uint8_t)bare.at[bare.length - 1] +
                     7 * (uint8_t)bare.at[bare.length / 2]) %
                    (sizeof walker->cache / sizeof *walker->cache);
    struct waves_kind_cache *cache = &walker->cache[slot];
    if (cache->length != bare.length || memcmp(cache->kind, bare.at, bare.length) != 0) {
        memcpy(name, bare.at, bare.length);
        name[bare.length] = '\0';
        memcpy(cache->kind, name, bare.length + 1);
        cache->length = (uint8_t)bare.length;
        cache->class = (uint8_t)classify(walker, name);
    }
    return (enum kind_class)cache->class;
}

static enum call_class call_class(const struct waves_record *record)
{
    static const char *const lock[][2] = {
#define EVENTS_LOCAL_KIND(name)
#define EVENTS_LOCK(enter, leave) {enter, leave},
#define EVENTS_CLOCK(export)
#include "waves/analysis/events_kinds.def"
#undef EVENTS_LOCAL_KIND
#undef EVENTS_LOCK
#undef EVENTS_CLOCK
    };
    struct waves_text export = record->scan.field[WAVES_FIELD_EXPORT];
    for (size_t i = 0; export.at && i < sizeof lock / sizeof *lock; i++)
        for (unsigned j = 0; j < 2; j++)
            if (waves_text_is(export, lock[i][j]))
                return j == 0 ? CALL_ENTER : CALL_LEAVE;
    return CALL_PLAIN;
}

/* ---- cursors ---- */

static void tell_bad(struct waves_walker *walker, unsigned side, uint64_t offset, const char *why)
{
    struct waves_events_log *log = &walker->log[side];
    waves_events_log_bad(log, waves_events_file_number(log->file, offset), why);
}

enum sim_status waves_walk_peek(struct waves_walker *walker, unsigned side, struct waves_cursor *cursor, bool told,
                                struct sim_error *error)
{
    struct waves_events_log *log = &walker->log[side];
    struct waves_record *record = &walker->record[side];
    for (;;) {
        if (!cursor->has && !waves_track_next(&cursor->place)) {
            cursor->ended = true;
            return SIM_OK;
        }
        cursor->has = true;
        record->offset = cursor->place.offset;
        record->scanned = false;
        enum sim_status status = waves_events_file_at(log->file, record->offset, &record->text, error);
        const char *why = NULL;
        if (status != SIM_OK)
            return status;
        bool known = waves_events_log_kind(log, record->text, &record->kind);
        if (!known || (side == 0 && class_of(walker, record->kind) != LOCAL)) {
            record->scanned = waves_events_scan(log->names, record->text, &record->scan, &why);
            if (!record->scanned) {
                if (told)
                    tell_bad(walker, side, record->offset, why);
                cursor->has = false;
                continue;
            }
            record->kind = record->scan.field[WAVES_FIELD_EVENT];
        }
        if (class_of(walker, record->kind) != LOCAL)
            return SIM_OK;
        cursor->skipped++;
        cursor->has = false;
    }
}

static bool scan_it(struct waves_walker *walker, unsigned side)
{
    struct waves_record *record = &walker->record[side];
    const char *why;
    if (!record->scanned)
        record->scanned = waves_events_scan(walker->log[side].names, record->text, &record->scan, &why);
    return record->scanned;
}

/* ---- what matches ---- */

static void commit(struct waves_walker *walker, struct waves_walk *walk)
{
    const struct waves_record *a = &walker->record[0];
    if (walker->context) {
        for (unsigned s = 0; s < WAVES_SIDES; s++)
            walk->before[walk->matched % walker->context].offset[s] = walker->record[s].offset;
    }
    for (unsigned i = 0; i < WAVES_RULES; i++)
        walk->absorbed[i] += walker->comparer.absorbed[i];
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        walk->last[s] = walker->record[s].offset;
        walk->last_done[s] = walk->cursor[s].place.done;
        walk->cursor[s].has = false;
    }
    walk->matched++;
    enum kind_class kind = class_of(walker, a->kind);
    if (kind == CALL) {
        if (walk->opens < WAVES_OPEN_CALLS)
            walk->open[walk->opens] = (uint8_t)call_class(a);
        walk->opens++;
    } else if (kind == RETURN && walk->opens) {
        walk->opens--;
    }
}

static bool is_on(const struct waves_walker *walker, enum waves_rule rule)
{
    return !(walker->comparer.strict >> rule & 1);
}

/* ---- rules about more than two records ---- */

/* In a call of a lock, what one side has to do for it. */
static bool absorb_in_lock(struct waves_walker *walker, struct waves_walk *walk)
{
    if (!is_on(walker, WAVES_RULE_LOCK_WAITS) || walk->opens == 0 || walk->opens > WAVES_OPEN_CALLS ||
        walk->open[walk->opens - 1] == CALL_PLAIN)
        return false;
    if (!walk->cursor[0].ended && !walk->cursor[1].ended &&
        waves_text_same(walker->record[0].kind, walker->record[1].kind))
        return false;
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        if (!walk->cursor[s].ended && class_of(walker, walker->record[s].kind) >= WAIT_BEGIN) {
            walk->cursor[s].has = false;
            walk->absorbed[WAVES_RULE_LOCK_WAITS]++;
            return true;
        }
    return false;
}

/* A wait of one side, from its beginning to an end with success, in a call that both are in. */
static enum sim_status absorb_wait(struct waves_walker *walker, struct waves_walk *walk, bool *done,
                                   struct sim_error *error)
{
    bool begins[WAVES_SIDES];
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        begins[s] = !walk->cursor[s].ended && class_of(walker, walker->record[s].kind) == WAIT_BEGIN;
    if (!is_on(walker, WAVES_RULE_WAITS) || walk->opens == 0 || begins[0] == begins[1])
        return SIM_OK;
    unsigned s = begins[1];
    struct waves_cursor ahead = walk->cursor[s];
    ahead.has = false;
    enum sim_status status = waves_walk_peek(walker, s, &ahead, false, error);
    uint64_t answer;
    if (status == SIM_OK && !ahead.ended && class_of(walker, walker->record[s].kind) == WAIT_END &&
        scan_it(walker, s)) {
        struct waves_text value = walker->record[s].scan.field[WAVES_FIELD_STATUS];
        *done = value.at && waves_text_number(value, &answer) && answer == 0;
    }
    if (*done) {
        walk->cursor[s] = ahead;
        walk->cursor[s].has = false;
        walk->absorbed[WAVES_RULE_WAITS]++;
    }
    return status;
}

/* Over a lock that is taken and given back, with the locks within, if the cursor stands before one. */
static enum sim_status skip_pair(struct waves_walker *walker, unsigned s, struct waves_cursor *cursor, bool *skipped,
                                 struct sim_error *error)
{
    unsigned held = 0, calls = 0;
    *skipped = false;
    for (unsigned i = 0; i < GROUP_MOST; i++) {
        enum sim_status status = waves_walk_peek(walker, s, cursor, false, error);
        if (status != SIM_OK || cursor->ended || !scan_it(walker, s))
            return status;
        enum kind_class kind = class_of(walker, walker->record[s].kind);
        enum call_class lock = call_class(&walker->record[s]);
        if (kind == CALL || kind == RETURN) {
            if (lock == CALL_PLAIN || (kind == CALL ? calls : !calls))
                return SIM_OK;
            calls = kind == CALL;
            if (kind == CALL && lock == CALL_LEAVE && held-- == 0)
                return SIM_OK;
            held += kind == CALL && lock == CALL_ENTER;
        } else if (kind < WAIT_BEGIN || !calls) {
            return SIM_OK;
        }
        cursor->has = false;
        if (held == 0 && calls == 0) {
            *skipped = true;
            return SIM_OK;
        }
    }
    return SIM_OK;
}

/* Compares what the cursors stand before. */
static enum sim_status match(struct waves_walker *walker, struct waves_cursor *a, struct waves_cursor *b, bool *same,
                             struct sim_error *error)
{
    const char *why;
    *same = false;
    enum sim_status status = waves_walk_peek(walker, 0, a, false, error);
    if (status == SIM_OK)
        status = waves_walk_peek(walker, 1, b, false, error);
    if (status == SIM_OK)
        *same = a->ended || b->ended
                    ? a->ended && b->ended
                    : waves_records_same(&walker->comparer, &walker->record[0], &walker->record[1], &why);
    return status;
}

/* As few pairs of one side as make it match again. */
static enum sim_status absorb_pairs(struct waves_walker *walker, struct waves_walk *walk, bool *done,
                                    struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    struct waves_cursor ahead[WAVES_SIDES] = {walk->cursor[0], walk->cursor[1]};
    bool can[WAVES_SIDES] = {true, true};
    if (!is_on(walker, WAVES_RULE_LOCK_PAIRS) || walk->opens != 0)
        return SIM_OK;
    for (unsigned pairs = 1; pairs <= PAIRS_MOST; pairs++)
        for (unsigned s = 0; s < WAVES_SIDES; s++) {
            if (!can[s])
                continue;
            status = skip_pair(walker, s, &ahead[s], &can[s], error);
            if (status != SIM_OK || !can[s])
                continue;
            struct waves_cursor other = walk->cursor[1 - s], mine = ahead[s];
            status = s == 0 ? match(walker, &mine, &other, done, error) : match(walker, &other, &mine, done, error);
            if (status != SIM_OK)
                return status;
            if (*done) {
                walk->cursor[s] = ahead[s];
                walk->absorbed[WAVES_RULE_LOCK_PAIRS] += pairs;
                return SIM_OK;
            }
        }
    return status;
}

/* How many records a log has lost before the one that the cursor stands before, by the numbers that they have. */
static uint64_t lost_before(struct waves_walker *walker, struct waves_walk *walk, unsigned s, struct sim_error *error)
{
    struct waves_text text;
    struct waves_scan scan;
    const char *why;
    uint64_t before = 0, now;
    if (walker->log[s].bad == 0 || walk->cursor[s].ended || !scan_it(walker, s) ||
        !walker->record[s].scan.field[WAVES_FIELD_INDEX].at ||
        !waves_text_number(walker->record[s].scan.field[WAVES_FIELD_INDEX], &now))
        return 0;
    uint64_t read = walk->cursor[s].place.done - walk->last_done[s];
    if (walk->matched) {
        if (waves_events_file_at(walker->log[s].file, walk->last[s], &text, error) != SIM_OK ||
            !waves_events_scan(walker->log[s].names, text, &scan, &why) || !scan.field[WAVES_FIELD_INDEX].at ||
            !waves_text_number(scan.field[WAVES_FIELD_INDEX], &before))
            return 0;
    } else {
        now++;
    }
    return now > before + read ? now - before - read : 0;
}

static enum sim_status absorb_lost(struct waves_walker *walker, struct waves_walk *walk, bool *done,
                                   struct sim_error *error)
{
    if (!is_on(walker, WAVES_RULE_LOST))
        return SIM_OK;
    for (unsigned s = 0; s < WAVES_SIDES; s++) {
        uint64_t lost = lost_before(walker, walk, s, error);
        struct waves_cursor ahead = walk->cursor[1 - s];
        for (uint64_t i = 1; i <= lost && i <= LOST_MOST && !ahead.ended; i++) {
            struct waves_cursor mine = walk->cursor[s];
            ahead.has = false;
            enum sim_status status =
                s == 0 ? match(walker, &mine, &ahead, done, error) : match(walker, &ahead, &mine, done, error);
            if (status != SIM_OK)
                return status;
            if (*done) {
                walk->cursor[1 - s] = ahead;
                walk->absorbed[WAVES_RULE_LOST] += i;
                return SIM_OK;
            }
        }
        enum sim_status status = waves_walk_peek(walker, 1 - s, &walk->cursor[1 - s], false, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

/* ---- walking ---- */

void waves_walk_begin(struct waves_walker *walker, struct waves_walk *walk, uint32_t a, uint32_t b)
{
    *walk = (struct waves_walk){.thread = {a, b}};
    for (unsigned s = 0; s < WAVES_SIDES; s++)
        if (walk->thread[s] < walker->log[s].tracks)
            walk->cursor[s].place = waves_track_begin(&walker->log[s].track[walk->thread[s]]);
    if (walker->context)
        walk->before = waves_zeroed(walker->context, sizeof *walk->before);
}

static enum sim_status peek_both(struct waves_walker *walker, struct waves_walk *walk, struct sim_error *error)
{
    enum sim_status status = waves_walk_peek(walker, 0, &walk->cursor[0], true, error);
    return status == SIM_OK ? waves_walk_peek(walker, 1, &walk->cursor[1], true, error) : status;
}

/* They do not match as they stand. */
static enum sim_status absorb(struct waves_walker *walker, struct waves_walk *walk, bool *done, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    *done = absorb_in_lock(walker, walk);
    if (!*done)
        status = absorb_wait(walker, walk, done, error);
    if (status == SIM_OK && !*done)
        status = absorb_pairs(walker, walk, done, error);
    if (status == SIM_OK && !*done)
        status = peek_both(walker, walk, error); /* looking ahead has changed what is looked at */
    if (status == SIM_OK && !*done)
        status = absorb_lost(walker, walk, done, error);
    return status;
}

enum sim_status waves_walk_on(struct waves_walker *walker, struct waves_walk *walk, uint64_t limit,
                              struct sim_error *error)
{
    while (walk->end == WAVES_WALK_GOES_ON) {
        const char *why = NULL;
        enum sim_status status = peek_both(walker, walk, error);
        if (status != SIM_OK)
            return status;
        bool a_ended = walk->cursor[0].ended, b_ended = walk->cursor[1].ended, done = false;
        if (!a_ended && walk->cursor[0].place.offset >= limit)
            return SIM_OK;
        if (a_ended && b_ended) {
            walk->end = WAVES_WALK_SAME;
            return SIM_OK;
        }
        if (!a_ended && !b_ended) {
            if (waves_records_same(&walker->comparer, &walker->record[0], &walker->record[1], &why)) {
                commit(walker, walk);
                continue;
            }
            if (why) {
                tell_bad(walker, 1, walker->record[1].offset, why);
                walk->cursor[1].has = false;
                continue;
            }
        }
        status = absorb(walker, walk, &done, error);
        if (status != SIM_OK)
            return status;
        if (!done)
            walk->end = a_ended ? WAVES_WALK_ENDS_IN_A : b_ended ? WAVES_WALK_ENDS_IN_B : WAVES_WALK_DIFFERS;
    }
    return SIM_OK;
}
