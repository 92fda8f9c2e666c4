/* The text of a board: lines to settings. Nothing that a file says can do more than fail with a sentence: its size, the
 * length of its lines and the depth of its bases are bounded, and only regular files are read. */
#include "board/builtin.h"
#include "board/description_parts.h"
#include "models/sim/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, LINE_MAX_TEXT = 1000, BASES_MAX = 8, NAME_MAX_TEXT = 4096 };

static const char schema_name[] = "cycle360-board";
static const char suffix[] = ".board";

/* One text on its way in, and the text whose base it is. */
struct source {
    const char *name; /* built-in boards: without suffix; files: the path */
    const char *text;
    size_t size;
    bool builtin;
    dev_t device; /* which file it is, whatever the path that led to it */
    ino_t inode;
    const struct source *above;
    unsigned depth;

    unsigned line;
    bool schema_seen, key_seen, base_seen;
    unsigned said[BOARD_KEY_COUNT]; /* line on which this text sets the key; 0: it does not */
};

static enum sim_status read_source(struct board_description *description, struct source *source,
                                   struct sim_error *error);

static bool has_suffix(const char *name)
{
    size_t length = strlen(name), tail = sizeof suffix - 1;
    return length >= tail && strcmp(name + length - tail, suffix) == 0;
}

/* "name.board:12", on one line whatever the file is called. */
static const char *place_of(const struct source *source, char place[BOARD_PLACE_TEXT])
{
    enum { ROOM = BOARD_PLACE_TEXT - sizeof suffix - 16 };
    size_t length = strlen(source->name);
    const char *tail = length > ROOM ? source->name + (length - ROOM) : source->name;
    snprintf(place, BOARD_PLACE_TEXT, "%s%s%s:%u", tail == source->name ? "" : "...", tail,
             source->builtin ? suffix : "", source->line > 0 ? source->line : 1);
    for (char *c = place; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    return place;
}

__attribute__((format(printf, 3, 4))) static enum sim_status fail_here(const struct source *source,
                                                                       struct sim_error *error, const char *format, ...)
{
    char place[BOARD_PLACE_TEXT], sentence[320];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return sim_fail(error, SIM_BAD_INPUT, "%s: %s", place_of(source, place), sentence);
}

static enum sim_status read_builtin(struct board_description *description, const char *name, const struct source *above,
                                    struct sim_error *error)
{
    struct source source = {.name = name, .builtin = true, .above = above, .depth = above ? above->depth + 1 : 0};

    source.text = board_builtin(name);
    if (source.text == NULL) {
        char all[200] = "";
        size_t used = 0;
        const char *known;
        for (size_t i = 0; (known = board_builtin_name(i)) != NULL && used < sizeof all; i++)
            used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i == 0 ? "" : ", ", known);
        return sim_fail(error, SIM_BAD_INPUT,
                        "there is no built-in board '%.60s' (there are %s; a file's name has a / or ends in %s)", name,
                        all, suffix);
    }
    source.size = strlen(source.text);
    return read_source(description, &source, error);
}

static enum sim_status unreadable(const char *path, const struct source *above, const char *why,
                                  struct sim_error *error)
{
    if (above != NULL)
        return fail_here(above, error, "cannot read its base %.200s: %s", path, why);
    return sim_fail(error, SIM_BAD_INPUT, "cannot read the board %.300s: %s", path, why);
}

/* Takes the whole of a regular file. NULL where that went well, otherwise why not. */
static const char *slurp(const char *path, struct source *source, char text[FILE_MAX + 1])
{
    struct stat about;
    const char *why = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* O_NONBLOCK: a pipe must not hold us up */

    if (file < 0)
        return strerror(errno);
    if (fstat(file, &about) != 0)
        why = strerror(errno);
    else if (!S_ISREG(about.st_mode))
        why = "it is not a regular file";
    while (why == NULL && source->size <= FILE_MAX) {
        ssize_t got = read(file, text + source->size, FILE_MAX + 1 - source->size);
        if (got == 0)
            break;
        if (got > 0)
            source->size += (size_t)got;
        else if (errno != EINTR)
            why = strerror(errno);
    }
    close(file);
    if (why != NULL)
        return why;
    if (source->size > FILE_MAX)
        return "it is longer than 1 MiB";
    source->text = text;
    source->device = about.st_dev;
    source->inode = about.st_ino;
    return NULL;
}

/* Is it one of the files that led here? */
static bool is_above(const struct source *source)
{
    for (const struct source *other = source->above; other != NULL; other = other->above)
        if (!other->builtin && other->device == source->device && other->inode == source->inode)
            return true;
    return false;
}

static enum sim_status read_file(struct board_description *description, const char *path, const struct source *above,
                                 struct sim_error *error)
{
    struct source source = {.name = path, .above = above, .depth = above ? above->depth + 1 : 0};
    char *text = malloc(FILE_MAX + 1);
    enum sim_status status;

    const char *why = text != NULL ? slurp(path, &source, text) : strerror(ENOMEM);
    if (why != NULL)
        status = unreadable(path, above, why, error);
    else if (is_above(&source))
        status = fail_here(above, error, "base %.200s is this file again, or one that it is the base of", path);
    else
        status = read_source(description, &source, error);
    free(text);
    return status;
}

/* A built-in board's base is built in, too; a file's base with a suffix or a / is a file beside it. */
static enum sim_status read_base(struct board_description *description, const struct source *source, const char *base,
                                 struct sim_error *error)
{
    char path[NAME_MAX_TEXT];

    if (source->depth == BASES_MAX)
        return fail_here(source, error, "base %.100s is one base too many in a row", base);
    bool file = strchr(base, '/') != NULL || has_suffix(base);
    if (source->builtin || !file) {
        int length = (int)strlen(base) - (has_suffix(base) ? (int)sizeof suffix - 1 : 0);
        snprintf(path, sizeof path, "%.*s", length, base);
        for (const struct source *other = source; other != NULL; other = other->above)
            if (other->builtin && strcmp(other->name, path) == 0)
                return fail_here(source, error, "base %.100s is this board again, or one that it is the base of", base);
        if (board_builtin(path) == NULL)
            return fail_here(source, error, "there is no built-in board '%.100s' to be the base", path);
        return read_builtin(description, path, source, error);
    }
    const char *slash = strrchr(source->name, '/');
    int folder = base[0] == '/' || slash == NULL ? 0 : (int)(slash - source->name) + 1;
    if ((size_t)snprintf(path, sizeof path, "%.*s%s", folder, source->name, base) >= sizeof path)
        return fail_here(source, error, "base %.100s: the path is too long", base);
    return read_file(description, path, source, error);
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        text[--length] = '\0';
    return text;
}

/* If the line is `word ...`, its rest. */
static char *after(char *line, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(line, word, length) != 0 || (line[length] != ' ' && line[length] != '\t'))
        return NULL;
    return trim(line + length);
}

static enum sim_status read_schema(struct source *source, char *line, struct sim_error *error)
{
    char *rest = after(line, "schema");
    char *version = rest != NULL ? after(rest, schema_name) : NULL;

    if (version == NULL)
        return fail_here(source, error, "a board file begins with `schema cycle360-board 1`, not with '%.60s'", line);
    if (strcmp(version, "1") != 0)
        return fail_here(source, error, "version %.60s of the schema is not known here, only 1", version);
    source->schema_seen = true;
    return SIM_OK;
}

static enum sim_status read_line(struct board_description *description, struct source *source, char *line,
                                 struct sim_error *error)
{
    char *base, place[BOARD_PLACE_TEXT];
    enum board_key key;

    if (!source->schema_seen)
        return read_schema(source, line, error);
    if (strchr(line, '=') == NULL && (base = after(line, "base")) != NULL) {
        if (source->key_seen || source->base_seen)
            return fail_here(source, error, "base %.60s: there is one base at most, before all keys", base);
        source->base_seen = true;
        return read_base(description, source, base, error);
    }
    source->key_seen = true;
    enum sim_status status = board_assign(description, line, place_of(source, place), &key, error);
    if (status != SIM_OK)
        return status;
    if (source->said[key] != 0) {
        return fail_here(source, error, "%s: is set already, on line %u", board_rows[key].key, source->said[key]);
    }
    source->said[key] = source->line;
    return SIM_OK;
}

/* The first byte that has no place in a line of text, or NULL. Comments may be in any language. */
static const char *odd_byte(const char *line, size_t length)
{
    bool comment = false;
    for (const char *c = line; c < line + length; c++) {
        unsigned char byte = (unsigned char)*c;
        comment |= byte == '#';
        if ((byte < ' ' && byte != '\t') || byte == 0x7F || (byte >= 0x80 && !comment))
            return c;
    }
    return NULL;
}

static enum sim_status read_source(struct board_description *description, struct source *source,
                                   struct sim_error *error)
{
    const char *at = source->text, *end = at + source->size;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop != NULL ? stop : end) - at);
        char line[LINE_MAX_TEXT + 1];
        source->line++;
        if (length > 0 && at[length - 1] == '\r')
            length--;
        if (length > LINE_MAX_TEXT)
            return fail_here(source, error, "the line is longer than %d characters", LINE_MAX_TEXT);
        const char *odd = odd_byte(at, length);
        if (odd != NULL) {
            return fail_here(source, error, "byte 0x%02X is no text; is this a board file?", (unsigned char)*odd);
        }
        memcpy(line, at, length);
        line[length] = '\0';
        line[strcspn(line, "#")] = '\0';
        char *text = trim(line);
        enum sim_status status = *text != '\0' ? read_line(description, source, text, error) : SIM_OK;
        if (status != SIM_OK)
            return status;
        at = stop != NULL ? stop + 1 : end;
    }
    if (!source->schema_seen)
        return fail_here(source, error, "a board file begins with `schema cycle360-board 1`, and this one is empty");
    return SIM_OK;
}

enum sim_status board_file_read(struct board_description *description, const char *board, struct sim_error *error)
{
    if (strchr(board, '/') != NULL || has_suffix(board))
        return read_file(description, board, NULL, error);
    return read_builtin(description, board, NULL, error);
}

enum sim_status board_text_read(struct board_description *description, const char *name, const char *text, size_t size,
                                struct sim_error *error)
{
    /* As a built-in board, so that a base is looked for in the program only. */
    struct source source = {.name = name, .text = text, .size = size, .builtin = true};
    return read_source(description, &source, error);
}

static enum sim_status unknown_key(const char *place, const char *key, struct sim_error *error)
{
    const char *names[BOARD_KEY_COUNT];
    for (enum board_key i = 0; i < BOARD_KEY_COUNT; i++)
        names[i] = board_rows[i].key;
    const char *near = sim_nearest(key, names, BOARD_KEY_COUNT);
    if (near != NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s: there is no key '%.60s'; did you mean %s?", place, key, near);
    return sim_fail(error, SIM_BAD_INPUT, "%s: there is no key '%.60s'; `cycle360 board --list` has them all", place,
                    key);
}

enum sim_status board_assign(struct board_description *description, char *assignment, const char *place,
                             enum board_key *key, struct sim_error *error)
{
    char *equals = strchr(assignment, '=');
    if (equals == NULL)
        return sim_fail(error, SIM_BAD_INPUT, "%s: '%.60s' is not of the form `key = value`", place, assignment);
    *equals = '\0';
    char *name = trim(assignment), *value = trim(equals + 1);

    enum board_key found = 0;
    while (found < BOARD_KEY_COUNT && strcmp(board_rows[found].key, name) != 0)
        found++;
    if (found == BOARD_KEY_COUNT)
        return unknown_key(place, name, error);
    const struct board_row *row = &board_rows[found];
    if (*value == '\0')
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s: has no value; it takes %s", place, name,
                        board_kinds[row->kind].takes);
    if (strlen(value) >= BOARD_VALUE_TEXT)
        return sim_fail(error, SIM_BAD_INPUT, "%s: %s: its value '%.20s...' is longer than %d characters", place, name,
                        value, BOARD_VALUE_TEXT - 1);

    struct sim_error why;
    uint64_t ignored;
    enum sim_status status = row->kind == BOARD_FREQUENCY ? board_frequency_check(value, &why)
                                                          : board_value_parse(row, value, &ignored, &why);
    if (status != SIM_OK)
        return sim_fail(error, status, "%s: %s: %s", place, name, why.text);
    struct board_setting *setting = &description->setting[found];
    snprintf(setting->text, sizeof setting->text, "%s", value);
    snprintf(setting->place, sizeof setting->place, "%s", place);
    *key = found;
    return SIM_OK;
}
