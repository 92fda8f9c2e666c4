#include "waves/analysis/families.h"

#include "waves/glob.h"
#include "waves/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r";

struct source {
    const char *path;
    unsigned long long line;
    struct sim_error *error;
};

static enum sim_status bad(const struct source *s, const char *what, const char *word, size_t length)
{
    return sim_fail(s->error, SIM_BAD_INPUT, "%.250s:%llu: '%.*s' %s", s->path, s->line,
                    (int)(length < 60 ? length : 60), word, what);
}

static bool read_address(const char **at, const char *end, uint64_t *address)
{
    uint64_t value = 0;
    unsigned digits = 0;
    if (end - *at < 3 || (*at)[0] != '0' || (*at)[1] != 'x')
        return false;
    for (*at += 2; *at < end && digits <= 16; (*at)++, digits++) {
        char c = **at;
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            break;
        value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    *address = value;
    return digits >= 1 && digits <= 16;
}

/* 0x82170000-0x8217FFFF, or one address. */
static enum sim_status add_range(struct source *s, struct waves_family *family, const char *word, size_t length)
{
    struct waves_family_range range;
    const char *at = word, *end = word + length;
    bool right = read_address(&at, end, &range.first);
    range.last = range.first;
    if (right && at < end)
        right = *at++ == '-' && read_address(&at, end, &range.last);
    if (!right || at != end)
        return bad(s, "is no address or range of them, as in 0x82170000-0x8217FFFF", word, length);
    if (range.last < range.first)
        return bad(s, "ends before it begins", word, length);
    family->range = waves_resize(family->range, family->ranges + 1, sizeof *family->range);
    family->range[family->ranges++] = range;
    return SIM_OK;
}

static enum sim_status add_word(struct source *s, struct waves_family *family, const char *word, size_t length)
{
    if (*word >= '0' && *word <= '9')
        return add_range(s, family, word, length);
    if (length >= WAVES_FAMILIES_NAME_MOST)
        return bad(s, "is longer than any export's name", word, length);
    for (size_t i = 0; i < length; i++)
        if ((word[i] < '0' || word[i] > '9') && ((word[i] | 0x20) < 'a' || (word[i] | 0x20) > 'z') && word[i] != '_' &&
            word[i] != '*' && word[i] != '?')
            return bad(s, "is neither an export's name nor a range", word, length);
    family->export = waves_resize(family->export, family->exports + 1, sizeof(char *));
    family->export[family->exports++] = waves_copy_text(word, length);
    return SIM_OK;
}

/* NAME: WORD... */
static enum sim_status read_line(struct source *s, struct waves_families *families, const char *line, const char *end)
{
    const char *colon = memchr(line, ':', (size_t)(end - line));
    if (!colon || colon == line || colon - line >= WAVES_FAMILIES_NAME_MOST)
        return bad(s, "does not begin as a family does: NAME: EXPORT... RANGE...", line, (size_t)(end - line));
    for (const char *c = line; c < colon; c++)
        if ((uint8_t)*c < ' ' || *c == '|' || *c == ',' || *c == '"' || (uint8_t)*c >= 0x7F)
            return bad(s, "is no name", line, (size_t)(colon - line));
    families->family = waves_resize(families->family, families->families + 1, sizeof *families->family);
    struct waves_family *family = &families->family[families->families++];
    *family = (struct waves_family){.name = waves_copy_text(line, (size_t)(colon - line))};
    for (size_t i = 0; i + 1 < families->families; i++)
        if (strcmp(families->family[i].name, family->name) == 0)
            return bad(s, "is a family already", family->name, strlen(family->name));
    for (const char *at = colon + 1; at < end;) {
        size_t length = 0;
        while (at + length < end && !strchr(blanks, at[length]))
            length++;
        enum sim_status status = length ? add_word(s, family, at, length) : SIM_OK;
        if (status != SIM_OK)
            return status;
        at += length + (length == 0);
    }
    return family->exports + family->ranges ? SIM_OK : bad(s, "has nothing in it", family->name, strlen(family->name));
}

enum sim_status waves_families_read(struct waves_families *families, const char *path, const char *text, size_t size,
                                    struct sim_error *error)
{
    struct source s = {.path = path, .error = error};
    enum sim_status status = SIM_OK;
    *families = (struct waves_families){0};
    if (memchr(text, '\0', size))
        return sim_fail(error, SIM_BAD_INPUT, "%.250s: is no text", path);
    for (const char *at = text, *behind = text + size; at < behind && status == SIM_OK;) {
        const char *end = memchr(at, '\n', (size_t)(behind - at)), *next;
        end = end ? end : behind;
        next = end + 1;
        s.line++;
        const char *comment = memchr(at, '#', (size_t)(end - at));
        end = comment ? comment : end;
        while (at < end && strchr(blanks, *at))
            at++;
        if (at < end)
            status = read_line(&s, families, at, end);
        at = next;
    }
    if (status == SIM_OK && families->families == 0)
        status = sim_fail(error, SIM_BAD_INPUT, "%.250s: there is no family in it", path);
    if (status != SIM_OK)
        waves_families_free(families);
    return status;
}

void waves_families_free(struct waves_families *families)
{
    for (size_t i = 0; i < families->families; i++) {
        struct waves_family *family = &families->family[i];
        for (size_t j = 0; j < family->exports; j++)
            free(family->export[j]);
        free(family->export);
        free(family->range);
        free(family->name);
    }
    free(families->family);
    *families = (struct waves_families){0};
}

static bool has_export(const struct waves_family *family, const char *export)
{
    bool has = family->exports == 0;
    for (size_t i = 0; i < family->exports && !has; i++)
        has = waves_glob_match(family->export[i], export);
    return has;
}

static bool has_caller(const struct waves_family *family, const uint64_t *caller, size_t callers)
{
    for (size_t i = 0; i < family->ranges; i++)
        for (size_t j = 0; j < callers; j++)
            if (caller[j] >= family->range[i].first && caller[j] <= family->range[i].last)
                return true;
    return family->ranges == 0;
}

const struct waves_family *waves_family_of(const struct waves_families *families, const char *export,
                                           const uint64_t *caller, size_t callers)
{
    for (size_t i = 0; i < families->families; i++)
        if (has_export(&families->family[i], export) && has_caller(&families->family[i], caller, callers))
            return &families->family[i];
    return NULL;
}
