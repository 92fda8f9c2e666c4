/* The kinds of values, except frequencies, which can depend on each other (frequency.c). */
#include "board/description_parts.h"
#include "kernel-hle/reference.h"
#include "models/sim/nearest.h"
#include "models/xenos/cp/cp.h"
#include "models/xenos/display/display.h"

#include <inttypes.h>
#include <string.h>

#define KHZ(n) (UINT64_C(1000) * (n))
#define MHZ(n) (UINT64_C(1000000) * (n))
#define GHZ(n) (UINT64_C(1000000000) * (n))
#define NS(n)  (UINT64_C(10000) * (n))
#define MS(n)  (UINT64_C(10000000000) * (n))
#define MIB(n) (UINT64_C(1048576) * (n))

#define CONFIDENCE_HW       "hw"
#define CONFIDENCE_DOC      "doc"
#define CONFIDENCE_INFERRED "inferred"
#define CONFIDENCE_GUESS    "guess"

const struct board_row board_rows[BOARD_KEY_COUNT] = {
#define BOARD_KEY(kind, section, name, low, high, domain, confidence, source, note) \
    {#section "." #name,                                                            \
     BOARD_##kind,                                                                  \
     low,                                                                           \
     high,                                                                          \
     #domain,                                                                       \
     CONFIDENCE_##confidence,                                                       \
     source,                                                                        \
     note,                                                                          \
     offsetof(struct board_description, section##_##name)},
#include "board/schema.def"
#undef BOARD_KEY
};

const struct board_kind_info board_kinds[BOARD_KINDS] = {
    [BOARD_FREQUENCY] = {"frequency", "a frequency such as 3.2 GHz, 135/11 MHz or core / 64"},
    [BOARD_TIME] = {"time", "a time such as 400 ns"},
    [BOARD_CLOCKS] = {"clocks", "a number of clocks such as 40 cyc"},
    [BOARD_COUNT] = {"count", "a number such as 4"},
    [BOARD_SIZE] = {"size", "a size such as 512 MiB"},
    [BOARD_SEED] = {"seed", "a number of 64 bits such as 0x360"},
    [BOARD_CHOICE] = {"choice", "one of its words"},
};

static const struct size_unit {
    const char *name;
    unsigned shift;
} size_units[] = {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}};

enum { SIZE_UNITS = sizeof size_units / sizeof *size_units, WORDS_MAX = 64 };

static const char *display_mode_word(unsigned index)
{
    return index < DISPLAY_MODE_COUNT ? display_modes[index].name : NULL;
}

static const char *display_rate_word(unsigned index)
{
    return index < DISPLAY_RATE_COUNT ? display_rate_names[index] : NULL;
}

static const char *display_acknowledge_word(unsigned index)
{
    return index < DISPLAY_ACKNOWLEDGE_COUNT ? display_acknowledge_names[index] : NULL;
}

static const char *display_flip_word(unsigned index)
{
    return index < DISPLAY_FLIP_COUNT ? display_flip_names[index] : NULL;
}

static const char *display_pixels_word(unsigned index)
{
    return index < DISPLAY_PIXELS_COUNT ? display_pixels_names[index] : NULL;
}

static const char *cp_function0_word(unsigned index)
{
    return index < CP_FUNCTION0_COUNT ? cp_function0_names[index] : NULL;
}

static const char *cp_counter_word(unsigned index)
{
    return index < CP_COUNTER_COUNT ? cp_counter_names[index] : NULL;
}

static const char *cp_zero_word(unsigned index)
{
    return index < CP_ZERO_COUNT ? cp_zero_names[index] : NULL;
}

static const char *kernel_reference_word(unsigned index)
{
    return index < HLE_REFERENCES ? hle_reference_name[index] : NULL;
}

/* The lists that CHOICE rows name as their domain. */
static const struct {
    const char *name;
    const char *(*word)(unsigned index);
} lists[] = {
    {"display_mode", display_mode_word},
    {"display_rate", display_rate_word},
    {"display_acknowledge", display_acknowledge_word},
    {"display_flip", display_flip_word},
    {"display_pixels", display_pixels_word},
    {"cp_function0", cp_function0_word},
    {"cp_counter", cp_counter_word},
    {"cp_zero", cp_zero_word},
    {"kernel_reference", kernel_reference_word},
};

const char *board_choice_word(const char *list, unsigned index)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].name, list) == 0)
            return lists[i].word(index);
    return NULL;
}

static enum sim_status malformed(const struct board_row *row, const char *text, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "takes %s, not '%.60s'", board_kinds[row->kind].takes, text);
}

/* Reads the digits at *text, decimal or hexadecimal after 0x, and moves past them. */
static enum sim_status read_number(const struct board_row *row, const char **text, uint64_t *value,
                                   struct sim_error *error)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = *text;
    unsigned base = 10, any = 0;
    unsigned __int128 number = 0;

    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        base = 16;
        at += 2;
    }
    for (; *at != '\0'; at++, any = 1) {
        char low = *at >= 'A' && *at <= 'F' ? (char)(*at - 'A' + 'a') : *at;
        const char *digit = memchr(digits, low, base);
        if (digit == NULL)
            break;
        number = number * base + (unsigned)(digit - digits);
        if (number > UINT64_MAX)
            return sim_fail(error, SIM_BAD_INPUT, "'%.60s' is a number of more than 64 bits", *text);
    }
    if (!any)
        return malformed(row, *text, error);
    *text = at;
    *value = (uint64_t)number;
    return SIM_OK;
}

static enum sim_status read_size(const struct board_row *row, const char *text, uint64_t *value,
                                 struct sim_error *error)
{
    const char *at = text;
    enum sim_status status = read_number(row, &at, value, error);
    if (status != SIM_OK)
        return status;
    at += strspn(at, " \t");
    for (size_t i = 0; i < SIZE_UNITS; i++)
        if (strcmp(at, size_units[i].name) == 0) {
            if (*value > UINT64_MAX >> size_units[i].shift)
                return sim_fail(error, SIM_BAD_INPUT, "'%.60s' is a size of more than 64 bits", text);
            *value <<= size_units[i].shift;
            return SIM_OK;
        }
    return malformed(row, text, error);
}

static enum sim_status read_choice(const struct board_row *row, const char *text, uint64_t *value,
                                   struct sim_error *error)
{
    const char *words[WORDS_MAX], *word;
    unsigned count = 0;

    for (; count < WORDS_MAX && (word = board_choice_word(row->domain, count)) != NULL; count++) {
        words[count] = word;
        if (strcmp(word, text) == 0) {
            *value = count;
            return SIM_OK;
        }
    }
    const char *near = sim_nearest(text, words, count);
    if (near != NULL)
        return sim_fail(error, SIM_BAD_INPUT, "there is no '%.60s'; did you mean %s?", text, near);
    char all[320];
    size_t used = 0;
    for (unsigned i = 0; i < count && used < sizeof all; i++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", i == 0 ? "" : ", ", words[i]);
    return sim_fail(error, SIM_BAD_INPUT, "there is no '%.60s'; it is one of %s%s", text, all,
                    used < sizeof all ? "" : " ...");
}

static enum sim_status read_value(const struct board_row *row, const char *text, uint64_t *value,
                                  struct sim_error *error)
{
    const char *at = text;
    enum sim_status status;

    switch (row->kind) {
    case BOARD_TIME: {
        struct sim_error why;
        if (sim_time_parse(text, NULL, value, &why) != SIM_OK)
            return sim_fail(error, SIM_BAD_INPUT, "takes %s; %s", board_kinds[row->kind].takes, why.text);
        return SIM_OK;
    }
    case BOARD_SIZE:
        return read_size(row, text, value, error);
    case BOARD_CHOICE:
        return read_choice(row, text, value, error);
    case BOARD_CLOCKS:
        status = read_number(row, &at, value, error);
        if (status != SIM_OK)
            return status;
        at += strspn(at, " \t");
        return strcmp(at, "cyc") == 0 ? SIM_OK : malformed(row, text, error);
    case BOARD_COUNT:
    case BOARD_SEED:
        status = read_number(row, &at, value, error);
        if (status != SIM_OK)
            return status;
        return *at == '\0' ? SIM_OK : malformed(row, text, error);
    case BOARD_FREQUENCY:
    case BOARD_KINDS:
        break;
    }
    SIM_BUG("%s is read as a value by itself", row->key);
}

enum sim_status board_value_parse(const struct board_row *row, const char *text, uint64_t *value,
                                  struct sim_error *error)
{
    uint64_t read;
    enum sim_status status = read_value(row, text, &read, error);
    if (status != SIM_OK)
        return status;
    if (row->kind != BOARD_CHOICE && (read < row->low || read > row->high)) {
        char low[BOARD_VALUE_TEXT], high[BOARD_VALUE_TEXT];
        return sim_fail(error, SIM_BAD_INPUT, "%.60s is outside %s to %s", text, board_value_print(row, &row->low, low),
                        board_value_print(row, &row->high, high));
    }
    *value = read;
    return SIM_OK;
}

/* As sim_time_print, with a space before the unit as everywhere else in a board file. */
static void print_time(sim_time time, char text[BOARD_VALUE_TEXT])
{
    char joined[SIM_TIME_TEXT];
    sim_time_print(time, joined);
    int digits = (int)strspn(joined, "0123456789.");
    snprintf(text, BOARD_VALUE_TEXT, "%.*s %s", digits, joined, joined + digits);
}

static void print_size(uint64_t bytes, char text[BOARD_VALUE_TEXT])
{
    const struct size_unit *unit = size_units;
    while (unit->shift > 0 && (bytes == 0 || (bytes & ((UINT64_C(1) << unit->shift) - 1)) != 0))
        unit++;
    snprintf(text, BOARD_VALUE_TEXT, "%" PRIu64 " %s", bytes >> unit->shift, unit->name);
}

const char *board_value_print(const struct board_row *row, const void *member, char text[BOARD_VALUE_TEXT])
{
    struct board_frequency hz;
    uint64_t value = 0;

    if (row->kind == BOARD_FREQUENCY) {
        memcpy(&hz, member, sizeof hz);
        return board_frequency_print(hz, text);
    }
    memcpy(&value, member, sizeof value);
    switch (row->kind) {
    case BOARD_TIME:
        print_time(value, text);
        break;
    case BOARD_CLOCKS:
        snprintf(text, BOARD_VALUE_TEXT, "%" PRIu64 " cyc", value);
        break;
    case BOARD_SIZE:
        print_size(value, text);
        break;
    case BOARD_SEED:
        snprintf(text, BOARD_VALUE_TEXT, "0x%" PRIX64, value);
        break;
    case BOARD_CHOICE: {
        const char *word = board_choice_word(row->domain, (unsigned)value);
        snprintf(text, BOARD_VALUE_TEXT, "%s", word);
        break;
    }
    default:
        snprintf(text, BOARD_VALUE_TEXT, "%" PRIu64, value);
        break;
    }
    return text;
}
