#include "waves/analysis/events_names.h"

#include "waves/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 256, NAMES_MOST = 128, LINE_MOST = 400, KINDS_MOST = 64 };

struct waves_events_names {
    struct waves_name name[NAMES_MOST];
    uint8_t slot[SLOTS]; /* place + 1 */
    unsigned names, objects;
    struct {
        char *theirs, *ours; /* with quotes */
    } kind[KINDS_MOST];
    unsigned kinds;
};

static const char *const field_name[WAVES_FIELDS] = {
#define EVENTS_FIELD(id, name) [WAVES_FIELD_##id] = (name),
#include "waves/analysis/events_fields.def"
#undef EVENTS_FIELD
};

const char *waves_field_name(enum waves_field field)
{
    return field_name[field];
}

static unsigned slot_of(uint16_t inside, const char *text, size_t length)
{
    unsigned hash = (unsigned)length + 61 * inside;
    if (length)
        hash += 7 * (uint8_t)text[0] + 31 * (uint8_t)text[length - 1] + 131 * (uint8_t)text[length / 2];
    return hash % SLOTS;
}

const struct waves_name *waves_events_name(const struct waves_events_names *names, uint16_t inside, const char *text,
                                           size_t length)
{
    for (unsigned slot = slot_of(inside, text, length); names->slot[slot]; slot = (slot + 1) % SLOTS) {
        const struct waves_name *name = &names->name[names->slot[slot] - 1];
        if (name->length == length && name->inside == inside && memcmp(name->text, text, length) == 0)
            return name;
    }
    return NULL;
}

struct waves_text waves_events_kind(const struct waves_events_names *names, struct waves_text kind)
{
    for (unsigned i = 0; i < names->kinds; i++)
        if (strlen(names->kind[i].theirs) == kind.length && memcmp(names->kind[i].theirs, kind.at, kind.length) == 0)
            return (struct waves_text){names->kind[i].ours, strlen(names->kind[i].ours)};
    return kind;
}

/* NULL: there are too many. */
static struct waves_name *add(struct waves_events_names *names, uint16_t inside, const char *text, size_t length,
                              unsigned field)
{
    if (names->names == NAMES_MOST)
        return NULL;
    struct waves_name *name = &names->name[names->names++];
    *name = (struct waves_name){.text = waves_copy_text(text, length), .length = (uint32_t)length, .inside = inside};
    name->field = (uint8_t)field;
    unsigned slot = slot_of(inside, text, length);
    while (names->slot[slot])
        slot = (slot + 1) % SLOTS;
    names->slot[slot] = (uint8_t)names->names;
    return name;
}

struct waves_events_names *waves_events_names_ours(void)
{
    struct waves_events_names *names = waves_zeroed(1, sizeof *names);
    for (unsigned i = 0; i < WAVES_FIELDS; i++)
        add(names, 0, field_name[i], strlen(field_name[i]), i);
    return names;
}

void waves_events_names_free(struct waves_events_names *names)
{
    if (!names)
        return;
    for (unsigned i = 0; i < names->names; i++)
        free((char *)names->name[i].text);
    for (unsigned i = 0; i < names->kinds; i++) {
        free(names->kind[i].theirs);
        free(names->kind[i].ours);
    }
    free(names);
}

/* ---- files of names ---- */

/* `path` with its dots, for a field. The reason why not; NULL where there is none. */
static const char *add_path(struct waves_events_names *names, const char *path, unsigned field)
{
    uint16_t inside = 0;
    for (;;) {
        size_t length = strcspn(path, ".");
        if (length == 0)
            return "a name is empty";
        const struct waves_name *there = waves_events_name(names, inside, path, length);
        if (path[length] == '\0') {
            if (there)
                return "their name stands for two of ours";
            return add(names, inside, path, length, field) ? NULL : "there are too many names";
        }
        if (there && there->field != WAVES_FIELD_INSIDE)
            return "their name stands for a member and for an object around others";
        if (!there) {
            struct waves_name *object = add(names, inside, path, length, WAVES_FIELD_INSIDE);
            if (!object)
                return "there are too many names";
            object->object = (uint16_t)++names->objects;
            there = object;
        }
        inside = there->object;
        path += length + 1;
    }
}

static const char *add_kind(struct waves_events_names *names, const char *ours, const char *theirs)
{
    if (names->kinds == KINDS_MOST)
        return "there are too many kinds of records";
    names->kind[names->kinds].ours = waves_print("\"%s\"", ours);
    names->kind[names->kinds++].theirs = waves_print("\"%s\"", theirs);
    return NULL;
}

static const char *read_line(struct waves_events_names *names, char *line, bool named[WAVES_FIELDS])
{
    char *rest, *word[5] = {0};
    unsigned words = 0, field = 0;
    line[strcspn(line, "#\r\n")] = '\0';
    for (char *at = strtok_r(line, " \t", &rest); at; at = strtok_r(NULL, " \t", &rest)) {
        if (words == sizeof word / sizeof *word)
            return "too many words: a line is `OURS <- THEIRS` or `event OURS <- THEIRS`";
        word[words++] = at;
    }
    if (words == 0)
        return NULL;
    if (words == 4 && strcmp(word[0], "event") == 0 && strcmp(word[2], "<-") == 0)
        return add_kind(names, word[1], word[3]);
    if (words != 3 || strcmp(word[1], "<-") != 0)
        return "a line is `OURS <- THEIRS` or `event OURS <- THEIRS`";
    while (field < WAVES_FIELDS && strcmp(field_name[field], word[0]) != 0)
        field++;
    if (field == WAVES_FIELDS)
        return "no member is called so here";
    if (named[field])
        return "a line above is about the same member";
    named[field] = true;
    return add_path(names, word[2], field);
}

static enum sim_status read_lines(struct waves_events_names *names, FILE *file, const char *path,
                                  struct sim_error *error)
{
    char line[LINE_MOST];
    bool named[WAVES_FIELDS] = {0};
    for (unsigned number = 1; fgets(line, sizeof line, file); number++) {
        const char *why = strlen(line) == sizeof line - 1 ? "the line is too long" : read_line(names, line, named);
        if (why)
            return sim_fail(error, SIM_BAD_INPUT, "%.300s:%u: %s", path, number, why);
    }
    if (ferror(file))
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", path, strerror(errno));
    for (unsigned i = 0; i < WAVES_FIELDS; i++)
        if (!named[i] && !waves_events_name(names, 0, field_name[i], strlen(field_name[i])) &&
            !add(names, 0, field_name[i], strlen(field_name[i]), i))
            return sim_fail(error, SIM_BAD_INPUT, "%.300s: there are too many names", path);
    return SIM_OK;
}

enum sim_status waves_events_names_read(const char *path, struct waves_events_names **result, struct sim_error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return sim_fail(error, SIM_BAD_INPUT, "%.300s: cannot be read: %s", path, strerror(errno));
    struct waves_events_names *names = waves_zeroed(1, sizeof *names);
    enum sim_status status = read_lines(names, file, path, error);
    fclose(file);
    if (status != SIM_OK)
        waves_events_names_free(names);
    else
        *result = names;
    return status;
}
