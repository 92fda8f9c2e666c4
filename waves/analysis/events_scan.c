#include "waves/analysis/events_scan.h"

/* Some members of records come in the same order each time, but names are few and short: a lookup costs no more than
 * guessing would. */

static bool fail(const char **why, const char *sentence)
{
    *why = sentence;
    return false;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

static bool put(struct waves_scan *scan, const struct waves_name *known, struct waves_text name,
                struct waves_text value, const char **why)
{
    if (scan->members == WAVES_SCAN_MEMBERS)
        return fail(why, "a record has too many members");
    scan->member[scan->members++] =
        (struct waves_scan_member){name, value, known ? known->field : (uint8_t)WAVES_FIELD_NONE};
    if (!known)
        return true;
    if (scan->field[known->field].at)
        return fail(why, "two members of an object have one name");
    scan->field[known->field] = value;
    return true;
}

/* Behind the opening brace; leaves *from behind the closing one. */
static bool scan_object(const struct waves_events_names *names, uint16_t inside, const char **from, const char *end,
                        struct waves_scan *scan, const char **why)
{
    const char *at = skip_blanks(*from, end);
    if (at < end && *at == '}') {
        *from = at + 1;
        return true;
    }
    for (;;) {
        at = skip_blanks(at, end);
        if (at == end || *at != '"')
            return fail(why, at == end ? "an object does not end" : "a member of an object has no name");
        const char *behind = waves_text_skip(at, end, 0, why);
        if (!behind)
            return false;
        struct waves_text name = {at + 1, (size_t)(behind - at) - 2};
        at = skip_blanks(behind, end);
        if (at == end || *at != ':')
            return fail(why, "no colon follows a name");
        at = skip_blanks(at + 1, end);
        const struct waves_name *known = waves_events_name(names, inside, name.at, name.length);
        if (known && known->field == WAVES_FIELD_INSIDE && at < end && *at == '{') {
            at++;
            if (!scan_object(names, known->object, &at, end, scan, why))
                return false;
        } else {
            behind = waves_text_skip(at, end, 1, why);
            if (!behind)
                return false;
            struct waves_text value = {at, (size_t)(behind - at)};
            if (!put(scan, known && known->field < WAVES_FIELDS ? known : NULL, name, value, why))
                return false;
            at = behind;
        }
        at = skip_blanks(at, end);
        if (at < end && *at == '}') {
            *from = at + 1;
            return true;
        }
        if (at == end || *at != ',')
            return fail(why, "an object does not end");
        at++;
    }
}

bool waves_events_scan(const struct waves_events_names *names, struct waves_text line, struct waves_scan *scan,
                       const char **why)
{
    const char *end = line.at + line.length, *at = skip_blanks(line.at, end);
    memset(scan->field, 0, sizeof scan->field);
    scan->members = 0;
    if (at == end)
        return fail(why, "the line is empty");
    if (*at != '{')
        return fail(why, "this is no JSON object");
    at++;
    if (!scan_object(names, 0, &at, end, scan, why))
        return false;
    if (skip_blanks(at, end) != end)
        return fail(why, "something follows the record");
    if (scan->field[WAVES_FIELD_EVENT].at)
        scan->field[WAVES_FIELD_EVENT] = waves_events_kind(names, scan->field[WAVES_FIELD_EVENT]);
    return true;
}
