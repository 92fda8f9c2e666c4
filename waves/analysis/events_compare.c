#include "waves/analysis/events_compare.h"

#include "waves/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct waves_rule_row waves_rule_row[WAVES_RULES] = {
#define EVENTS_RULE(id, name, what) [WAVES_RULE_##id] = {name, what},
#include "waves/analysis/events_rules.def"
#undef EVENTS_RULE
};

enum sim_status waves_rules_read(const char *names, uint32_t *mask, struct sim_error *error)
{
    for (const char *at = names; *at; at += *at == ',') {
        size_t length = strcspn(at, ",");
        unsigned rule = 0;
        while (rule < WAVES_RULES &&
               (strlen(waves_rule_row[rule].name) != length || memcmp(waves_rule_row[rule].name, at, length) != 0))
            rule++;
        if (rule == WAVES_RULES)
            return sim_fail(error, SIM_USAGE, "there is no rule '%.*s'", (int)(length < 60 ? length : 60), at);
        *mask |= 1u << rule;
        at += length;
    }
    return SIM_OK;
}

static bool absorb(struct waves_comparer *c, enum waves_rule rule)
{
    if (c->strict >> rule & 1)
        return false;
    c->absorbed[rule]++;
    return true;
}

/* ---- things ---- */

static bool are_partners(const struct waves_comparer *c, uint32_t a, uint32_t b)
{
    return c->log[0].threads.at[a].partner == b;
}

/* Only looked at where something hangs on it. */
static uint64_t time_of(struct waves_comparer *c, unsigned side)
{
    struct waves_record *record = c->record[side];
    const char *why;
    if (!c->timed[side]) {
        record->scanned = record->scanned || waves_events_scan(c->log[side].names, record->text, &record->scan, &why);
        c->time[side] = record->scanned ? waves_events_time(&record->scan, record->offset) : record->offset;
        c->timed[side] = true;
    }
    return c->time[side];
}

static bool same_thing(struct waves_comparer *c, enum waves_thing_class class, uint64_t a, uint64_t b)
{
    bool always = class == WAVES_THING_ID;
    const struct waves_thing *x = waves_things_find(&c->log[0].things, class, a, always ? 0 : time_of(c, 0));
    const struct waves_thing *y = x ? waves_things_find(&c->log[1].things, class, b, always ? 0 : time_of(c, 1)) : NULL;
    return y && x->sort == y->sort && x->nth == y->nth && a - x->key == b - y->key &&
           are_partners(c, x->owner, y->owner);
}

static bool known_id(const struct waves_comparer *c, unsigned side, uint64_t id)
{
    return waves_things_find(&c->log[side].things, WAVES_THING_ID, id, 0) != NULL;
}

/* Ids of objects that neither log has seen made mean what their numbers say. */
static bool same_id(struct waves_comparer *c, struct waves_text a, struct waves_text b)
{
    uint64_t x, y;
    bool same = waves_text_same(a, b);
    if ((same && c->same_numbers) || !waves_text_number(a, &x) || !waves_text_number(b, &y))
        return same;
    if (same_thing(c, WAVES_THING_ID, x, y))
        return same || absorb(c, WAVES_RULE_HANDLES);
    return same && !known_id(c, 0, x) && !known_id(c, 1, y);
}

static bool same_thread(struct waves_comparer *c, struct waves_text a, struct waves_text b)
{
    uint64_t x, y;
    if (!waves_text_number(a, &x) || !waves_text_number(b, &y))
        return waves_text_same(a, b);
    uint32_t first = waves_threads_find(&c->log[0].threads, x), second = waves_threads_find(&c->log[1].threads, y);
    if (x == y && (x == 0 || first == WAVES_NO_THREAD || second == WAVES_NO_THREAD || are_partners(c, first, second)))
        return true;
    return first != WAVES_NO_THREAD && second != WAVES_NO_THREAD && are_partners(c, first, second) &&
           absorb(c, WAVES_RULE_THREADS);
}

/* ---- values ---- */

static bool same_value(struct waves_comparer *c, struct waves_text name, struct waves_text a, struct waves_text b);

static bool name_is(struct waves_text name, const char *word)
{
    return name.length == strlen(word) && memcmp(name.at, word, name.length) == 0;
}

static bool is_extension(uint64_t number)
{
    return number >> 32 == 0 || (number >> 32 == UINT32_MAX && number >> 31 & 1);
}

static bool same_scalar(struct waves_comparer *c, struct waves_text name, struct waves_text a, struct waves_text b)
{
    uint64_t x, y;
    bool numbers = waves_text_number(a, &x) && waves_text_number(b, &y);
    bool foreign = c->log[0].foreign || c->log[1].foreign;
    if (name_is(name, "id") && a.at[0] == '"')
        return same_id(c, a, b);
    if (name_is(name, "thread_id") || (name_is(name, "id") && numbers))
        return same_thread(c, a, b);
    if (waves_text_same(a, b))
        return true;
    if (name_is(name, "until") && absorb(c, WAVES_RULE_CLOCK))
        return true;
    if (!numbers)
        return false;
    if (x == y)
        return foreign && absorb(c, WAVES_RULE_FOREIGN);
    bool hexadecimal = a.at[0] == '"' && b.at[0] == '"';
    if (hexadecimal && is_extension(x) && is_extension(y) && (x >> 32 || y >> 32)) {
        x = (uint32_t)x;
        y = (uint32_t)y;
        if (x == y)
            return absorb(c, WAVES_RULE_WIDTH);
    }
    if (hexadecimal && x && y) {
        if (!(c->strict >> WAVES_RULE_ADDRESSES & 1) && same_thing(c, WAVES_THING_MEMORY, x, y))
            return absorb(c, WAVES_RULE_ADDRESSES);
        if (!(c->strict >> WAVES_RULE_HANDLES & 1) && same_thing(c, WAVES_THING_HANDLE, x, y))
            return absorb(c, WAVES_RULE_HANDLES);
    }
    return false;
}

/* A handle or an object with an id is what its id is. */
static bool same_object(struct waves_comparer *c, struct waves_text a, struct waves_text b)
{
    struct waves_text name, value, other;
    struct waves_text id[] = {waves_text_member(a, "id"), waves_text_member(b, "id")};
    bool foreign = c->log[0].foreign || c->log[1].foreign, ids = id[0].at && id[1].at;
    unsigned members = 0, others = 0;
    for (const char *at = a.at; waves_text_next(a, &at, &name, &value);) {
        char word[64];
        if (name.length >= sizeof word)
            return waves_text_same(a, b);
        memcpy(word, name.at, name.length);
        word[name.length] = '\0';
        other = waves_text_member(b, word);
        members++;
        if (!other.at && !(foreign && absorb(c, WAVES_RULE_FOREIGN)))
            return false;
        if (!other.at)
            continue;
        if (ids && (name_is(name, "handle") || name_is(name, "address"))) {
            if (!waves_text_same(value, other) && !absorb(c, WAVES_RULE_HANDLES))
                return false;
        } else if (!same_value(c, name, value, other)) {
            return false;
        }
    }
    for (const char *at = b.at; waves_text_next(b, &at, &name, &value);)
        others++;
    return members == others || (foreign && absorb(c, WAVES_RULE_FOREIGN));
}

static bool same_array(struct waves_comparer *c, struct waves_text name, struct waves_text a, struct waves_text b)
{
    struct waves_text none, x, y;
    const char *in_a = a.at, *in_b = b.at;
    for (;;) {
        bool more_a = waves_text_next(a, &in_a, &none, &x), more_b = waves_text_next(b, &in_b, &none, &y);
        if (!more_a && !more_b)
            return true;
        if (more_a != more_b)
            return name_is(name, "callers") && absorb(c, WAVES_RULE_CALLERS);
        if (!same_value(c, name, x, y))
            return false;
    }
}

static bool same_value(struct waves_comparer *c, struct waves_text name, struct waves_text a, struct waves_text b)
{
    if (c->same_numbers && waves_text_same(a, b))
        return true;
    if (a.at[0] == '{' && b.at[0] == '{')
        return same_object(c, a, b);
    if (a.at[0] == '[' && b.at[0] == '[')
        return same_array(c, name, a, b);
    return same_scalar(c, name, a, b);
}

/* Of the record itself. */
static bool same_member(struct waves_comparer *c, const struct waves_scan_member *member, struct waves_text other)
{
    switch (member->field) {
    case WAVES_FIELD_THREAD: /* partners, or they would not be compared */
        return true;
    case WAVES_FIELD_CYCLE:
    case WAVES_FIELD_NS:
        return waves_text_same(member->value, other) || absorb(c, WAVES_RULE_TIME);
    case WAVES_FIELD_CORE:
    case WAVES_FIELD_HARDWARE_THREAD:
    case WAVES_FIELD_PC:
        return waves_text_same(member->value, other) || absorb(c, WAVES_RULE_PLACE);
    case WAVES_FIELD_INDEX:
        return waves_text_same(member->value, other) || absorb(c, WAVES_RULE_INDEX);
    case WAVES_FIELD_OF:
    case WAVES_FIELD_OWNER:
    case WAVES_FIELD_FROM:
    case WAVES_FIELD_TO:
        return same_thread(c, member->value, other);
    case WAVES_FIELD_RETURN_VALUE:
    case WAVES_FIELD_OUT:
        if (c->clock && !waves_text_same(member->value, other) && absorb(c, WAVES_RULE_CLOCK))
            return true;
        break;
    default:
        if (member->name.length > 5 && memcmp(member->name.at, "host_", 5) == 0)
            return waves_text_same(member->value, other) || absorb(c, WAVES_RULE_TIME);
    }
    struct waves_text name = member->name;
    if (member->field < WAVES_FIELDS) {
        name.at = waves_field_name(member->field);
        name.length = strlen(name.at);
    }
    return same_value(c, name, member->value, other);
}

/* ---- records ---- */

/* False: enough is known. */
static bool tell(struct waves_comparer *c, struct waves_text name, struct waves_text a, struct waves_text b)
{
    if (c->difference && c->differences < WAVES_DIFFERENCES_MOST) {
        struct waves_difference *d = &c->difference[c->differences];
        *d = (struct waves_difference){.value = {a, b}};
        snprintf(d->name, sizeof d->name, "%.*s", (int)(name.length < 60 ? name.length : 60), name.at);
    }
    c->differences++;
    return c->difference != NULL;
}

static bool scan(struct waves_comparer *c, unsigned side, struct waves_record *record, const char **why)
{
    if (!record->scanned && !waves_events_scan(c->log[side].names, record->text, &record->scan, why))
        return false;
    record->scanned = true;
    return true;
}

static const struct waves_scan_member *find(const struct waves_scan *scan, const struct waves_scan_member *like)
{
    for (uint32_t i = 0; i < scan->members; i++)
        if (like->field < WAVES_FIELDS
                ? scan->member[i].field == like->field
                : scan->member[i].field >= WAVES_FIELDS && waves_text_same(scan->member[i].name, like->name))
            return &scan->member[i];
    return NULL;
}

/* Members by their names. */
static void compare_by_name(struct waves_comparer *c, struct waves_record *a, struct waves_record *b)
{
    bool foreign = c->log[0].foreign || c->log[1].foreign;
    for (uint32_t i = 0; i < a->scan.members; i++) {
        const struct waves_scan_member *member = &a->scan.member[i], *other = find(&b->scan, member);
        struct waves_text value = other ? other->value : (struct waves_text){0};
        bool same = member->field == WAVES_FIELD_EVENT ? waves_text_same(a->kind, b->kind)
                    : other                            ? same_member(c, member, value)
                                                       : foreign && absorb(c, WAVES_RULE_FOREIGN);
        if (!same && !tell(c, member->name, member->value, value))
            return;
    }
    for (uint32_t i = 0; i < b->scan.members; i++)
        if (!find(&a->scan, &b->scan.member[i]) && !(foreign && absorb(c, WAVES_RULE_FOREIGN)) &&
            !tell(c, b->scan.member[i].name, (struct waves_text){0}, b->scan.member[i].value))
            return;
}

/* Lines of one form, as one program writes them: what stands between values is equal, so only values that differ are
 * taken apart. False: they are not of one form, or there is something to tell. */
static bool same_by_form(struct waves_comparer *c, const struct waves_record *a, const struct waves_record *b)
{
    const char *in_a = a->text.at, *in_b = b->text.at, *end = b->text.at + b->text.length, *why;
    for (uint32_t i = 0; i < a->scan.members; i++) {
        const struct waves_scan_member *member = &a->scan.member[i];
        size_t between = (size_t)(member->value.at - in_a), length = member->value.length;
        if ((size_t)(end - in_b) < between + 1 || memcmp(in_a, in_b, between) != 0)
            return false;
        in_a = member->value.at + length;
        in_b += between;
        struct waves_text other = {in_b, length};
        bool same = (size_t)(end - in_b) > length && memcmp(member->value.at, in_b, length) == 0 &&
                    (in_b[length] == ',' || in_b[length] == '}');
        if (!same) {
            const char *behind = waves_text_skip(in_b, end, 1, &why);
            if (!behind)
                return false;
            other.length = (size_t)(behind - in_b);
        }
        in_b += other.length;
        if (member->field == WAVES_FIELD_NS)
            c->timed[1] = waves_text_number(other, &c->time[1]);
        if (!(same && (c->same_numbers || member->value.at[0] != '{')) && !same_member(c, member, other))
            return false;
    }
    size_t left = (size_t)(a->text.at + a->text.length - in_a);
    return (size_t)(end - in_b) == left && memcmp(in_a, in_b, left) == 0;
}

static bool is_clock(struct waves_text export)
{
    static const char *const name[] = {
#define EVENTS_LOCAL_KIND(name)
#define EVENTS_LOCK(enter, leave)
#define EVENTS_CLOCK(export) export,
#include "waves/analysis/events_kinds.def"
#undef EVENTS_LOCAL_KIND
#undef EVENTS_LOCK
#undef EVENTS_CLOCK
    };
    for (size_t i = 0; export.at && i < sizeof name / sizeof *name; i++)
        if (waves_text_is(export, name[i]))
            return true;
    return false;
}

bool waves_records_same(struct waves_comparer *c, struct waves_record *a, struct waves_record *b, const char **why)
{
    *why = NULL;
    c->record[0] = a;
    c->record[1] = b;
    c->timed[0] = c->timed[1] = false;
    c->differences = 0;
    memset(c->absorbed, 0, sizeof c->absorbed);
    if (!c->difference && !waves_text_same(a->kind, b->kind))
        return false;
    c->clock = is_clock(a->scan.field[WAVES_FIELD_EXPORT]);
    bool formed = c->log[0].foreign == c->log[1].foreign && !c->difference;
    if (formed && same_by_form(c, a, b))
        return true;
    if (!scan(c, 1, b, why))
        return false;
    memset(c->absorbed, 0, sizeof c->absorbed);
    compare_by_name(c, a, b);
    return c->differences == 0;
}

/* ---- for people ---- */

char *waves_value_meaning(const struct waves_events_log *log, struct waves_text value, uint64_t time)
{
    static const char *const allocator[] = {
#define EVENTS_ALLOCATOR(gives, takes) gives,
#include "waves/analysis/events_allocators.def"
#undef EVENTS_ALLOCATOR
    };
    uint64_t number;
    struct waves_text id = waves_text_member(value, "id");
    if (value.at && value.at[0] == '{' && id.at)
        value = id;
    if (!value.at || value.at[0] != '"' || !waves_text_number(value, &number) || number == 0)
        return NULL;
    const struct waves_thing *thing = waves_things_find(&log->things, WAVES_THING_ID, number, 0);
    if (thing || (thing = waves_things_find(&log->things, WAVES_THING_HANDLE, number, time)) != NULL)
        return waves_print("object %" PRIu32 " of its type by thread %" PRIu64, thing->nth + 1,
                           log->threads.at[thing->owner].number);
    number = number >> 32 == UINT32_MAX ? (uint32_t)number : number;
    thing = waves_things_find(&log->things, WAVES_THING_MEMORY, number, time);
    if (thing && thing->sort < sizeof allocator / sizeof *allocator)
        return waves_print("piece %" PRIu32 " of %s by thread %" PRIu64 " + 0x%" PRIx64, thing->nth + 1,
                           allocator[thing->sort], log->threads.at[thing->owner].number, number - thing->key);
    if (thing)
        return waves_print("stack of thread %" PRIu64 " + 0x%" PRIx64, log->threads.at[thing->owner].number,
                           number - thing->key);
    return NULL;
}
