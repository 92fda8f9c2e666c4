#include "board/description.h"

#include "board/description_parts.h"
#include "board/memory.h"

#include <nettle/sha2.h>

#include <stdlib.h>
#include <string.h>

static const char override_place[] = "--set";

/* Every key must have been set: there is no other place for a value to come from. */
static enum sim_status check_complete(const struct board_description *description, const char *board,
                                      struct sim_error *error)
{
    char missing[300] = "";
    unsigned count = 0, named = 0;
    size_t used = 0;

    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        if (description->setting[key].text[0] != '\0')
            continue;
        count++;
        if (used + strlen(board_rows[key].key) + 2 < sizeof missing) {
            used += (size_t)snprintf(missing + used, sizeof missing - used, "%s%s", named == 0 ? "" : ", ",
                                     board_rows[key].key);
            named++;
        }
    }
    if (count == 0)
        return SIM_OK;
    char more[32] = "";
    if (named < count)
        snprintf(more, sizeof more, " and %u more", count - named);
    return sim_fail(error, SIM_BAD_INPUT, "%.100s: sets no %s%s; a board sets every key, or has a base that does",
                    board, missing, more);
}

static enum sim_status check_power_of_two(const struct board_description *description, enum board_key key,
                                          uint64_t value, struct sim_error *error)
{
    const struct board_setting *setting = &description->setting[key];
    return (value & (value - 1)) == 0 ? SIM_OK
                                      : sim_fail(error, SIM_BAD_INPUT, "%s: %s: %s is no power of two", setting->place,
                                                 board_rows[key].key, setting->text);
}

/* What no key's own limits say. */
static enum sim_status check_together(const struct board_description *description, struct sim_error *error)
{
    const struct membus_timing timing = board_memory_timing(description);
    enum sim_status status = check_power_of_two(description, BOARD_KEY_memory_size, description->memory_size, error);
    if (status == SIM_OK)
        status =
            check_power_of_two(description, BOARD_KEY_xenon_unaligned_block, description->xenon_unaligned_block, error);
    return status == SIM_OK ? membus_timing_check(&timing, error) : status;
}

/* From settings to values. */
static enum sim_status work_out(struct board_description *description, struct sim_error *error)
{
    struct sim_error why;
    enum board_key key;
    enum sim_status status = board_frequencies_resolve(description, &key, &why);

    if (status == SIM_OK)
        for (key = 0; key < BOARD_KEY_COUNT; key++) {
            const struct board_row *row = &board_rows[key];
            uint64_t value;
            if (row->kind == BOARD_FREQUENCY)
                continue;
            status = board_value_parse(row, description->setting[key].text, &value, &why);
            if (status != SIM_OK)
                break;
            memcpy((char *)description + row->offset, &value, sizeof value);
        }
    if (status != SIM_OK) {
        const char *place = description->setting[key].place;
        status = strcmp(place, override_place) == 0 ? SIM_USAGE : status;
        return sim_fail(error, status, "%s: %s: %s", place, board_rows[key].key, why.text);
    }
    return check_together(description, error);
}

static enum sim_status override(struct board_description *description, const char *assignment, struct sim_error *error)
{
    struct sim_error why;
    enum board_key key;
    char *copy = strdup(assignment);

    if (copy == NULL)
        return sim_fail(error, SIM_HOST, "out of memory");
    enum sim_status status = board_assign(description, copy, override_place, &key, &why);
    free(copy);
    return status == SIM_OK ? SIM_OK : sim_fail(error, SIM_USAGE, "%s", why.text);
}

enum sim_status board_description_load(struct board_description *description, const char *board,
                                       const char *const *overrides, size_t count, struct sim_error *error)
{
    *description = (struct board_description){0};
    enum sim_status status = board_file_read(description, board, error);
    for (size_t i = 0; i < count && status == SIM_OK; i++)
        status = override(description, overrides[i], error);
    if (status == SIM_OK)
        status = check_complete(description, board, error);
    if (status == SIM_OK)
        status = work_out(description, error);
    if (status != SIM_OK)
        *description = (struct board_description){0};
    return status;
}

enum sim_status board_description_parse(struct board_description *description, const char *name, const char *text,
                                        size_t size, struct sim_error *error)
{
    *description = (struct board_description){0};
    enum sim_status status = board_text_read(description, name, text, size, error);
    if (status == SIM_OK)
        status = check_complete(description, name, error);
    if (status == SIM_OK)
        status = work_out(description, error);
    if (status != SIM_OK)
        *description = (struct board_description){0};
    return status;
}

enum sim_status board_description_set(struct board_description *description, const char *assignment,
                                      struct sim_error *error)
{
    struct board_description changed = *description;
    enum sim_status status = override(&changed, assignment, error);
    if (status != SIM_OK)
        return status;
    if (work_out(&changed, error) != SIM_OK)
        return SIM_USAGE; /* the board was good before */
    *description = changed;
    return SIM_OK;
}

const char *board_description_value(const struct board_description *description, enum board_key key,
                                    char text[BOARD_VALUE_TEXT])
{
    return board_value_print(&board_rows[key], (const char *)description + board_rows[key].offset, text);
}

const char *board_description_identity(const struct board_description *description, char text[BOARD_IDENTITY_TEXT])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx hash;

    sha256_init(&hash);
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        char value[BOARD_VALUE_TEXT], line[2 * BOARD_VALUE_TEXT];
        int length = snprintf(line, sizeof line, "%s = %s\n", board_rows[key].key,
                              board_description_value(description, key, value));
        sha256_update(&hash, (size_t)length, (const uint8_t *)line);
    }
    sha256_digest(&hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return text;
}

uint32_t board_latency_clocks(const struct sim_clock *clock, sim_time time)
{
    uint64_t clocks = sim_clock_ceil(clock, time);
    return clocks == 0 ? 1 : clocks > UINT32_MAX ? UINT32_MAX : (uint32_t)clocks;
}

struct board_key_info board_key_info(enum board_key key)
{
    const struct board_row *row = &board_rows[key];
    bool ranged = row->kind != BOARD_CHOICE && row->kind != BOARD_SEED;
    struct board_key_info info = {
        .key = row->key,
        .kind = board_kinds[row->kind].name,
        .takes = board_kinds[row->kind].takes,
        .domain = row->kind == BOARD_CLOCKS || row->kind == BOARD_CHOICE ? row->domain : "",
        .confidence = row->confidence,
        .source = row->source,
        .note = row->note,
    };

    if (ranged && row->kind == BOARD_FREQUENCY) {
        board_frequency_print((struct board_frequency){row->low, 1}, info.low);
        board_frequency_print((struct board_frequency){row->high, 1}, info.high);
    } else if (ranged) {
        board_value_print(row, &row->low, info.low);
        board_value_print(row, &row->high, info.high);
    }
    return info;
}

const char *board_key_choice(enum board_key key, unsigned index)
{
    const struct board_row *row = &board_rows[key];
    return row->kind == BOARD_CHOICE ? board_choice_word(row->domain, index) : NULL;
}

bool board_description_is_retail(const struct board_description *description, const struct board_description *retail,
                                 enum board_key key)
{
    char value[BOARD_VALUE_TEXT], theirs[BOARD_VALUE_TEXT];

    /* The same relation to a clock that was changed is still the relation that the source speaks of. */
    if (strcmp(description->setting[key].text, retail->setting[key].text) == 0)
        return true;
    return strcmp(board_description_value(description, key, value), board_description_value(retail, key, theirs)) == 0;
}

void board_description_print(const struct board_description *description, FILE *file)
{
    struct board_description retail;
    struct sim_error error;
    char identity[BOARD_IDENTITY_TEXT], value[BOARD_VALUE_TEXT];

    SIM_CHECK(board_description_load(&retail, "retail", NULL, 0, &error) == SIM_OK, "%s", error.text);
    fprintf(file, "schema cycle360-board 1\n# identity %s\n", board_description_identity(description, identity));
    const char *section = "";
    size_t length = 0;
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        const struct board_row *row = &board_rows[key];
        const struct board_setting *setting = &description->setting[key];
        if (strncmp(row->key, section, length) != 0 || length == 0)
            fputc('\n', file);
        section = row->key;
        length = strcspn(section, ".") + 1;

        board_description_value(description, key, value);
        fprintf(file, "%-25s = %-12s # ", row->key, value);
        if (row->kind == BOARD_FREQUENCY && setting->text[0] >= 'a')
            fprintf(file, "%s; ", setting->text);
        if (board_description_is_retail(description, &retail, key))
            fprintf(file, "[%s] %s\n", row->confidence, row->source);
        else
            fprintf(file, "set by %s; retail has %s\n", setting->place, board_description_value(&retail, key, value));
    }
}
