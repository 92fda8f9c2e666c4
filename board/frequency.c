/* Frequencies: rational numbers in GMP until the very end, so that a chain of relations rounds nothing.
 *
 *   frequency = (number [/ number] unit | clock) { (* | /) number } */
#include "board/description_parts.h"
#include "models/sim/nearest.h"

#include <gmp.h>

#include <inttypes.h>
#include <string.h>

static const struct hz_unit {
    const char *name;
    uint64_t hz;
} units[] = {
    {"THz", UINT64_C(1000000000000)}, {"GHz", 1000000000}, {"MHz", 1000000}, {"kHz", 1000}, {"Hz", 1},
};

enum { UNITS = sizeof units / sizeof *units, DECIMALS_MAX = 18 };

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "GMP's unsigned long holds a frequency's parts");

enum clock_state { UNKNOWN, IN_PROGRESS, KNOWN };

/* The clocks of one description while they are worked out. */
struct clocks {
    struct board_description *description;
    mpq_t hz[BOARD_KEY_COUNT];
    enum clock_state state[BOARD_KEY_COUNT];
    enum board_key stack[BOARD_KEY_COUNT]; /* those in progress, outermost first */
    unsigned depth;
    bool failed;
    enum board_key wrong;
};

static enum sim_status work_out(struct clocks *clocks, enum board_key key, struct sim_error *error);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '.';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

static enum sim_status malformed(const char *text, struct sim_error *error)
{
    return sim_fail(error, SIM_BAD_INPUT, "takes %s, not '%.60s'", board_kinds[BOARD_FREQUENCY].takes, text);
}

/* How a relation calls a clock: its key without the section. */
static const char *clock_name(enum board_key key)
{
    return strchr(board_rows[key].key, '.') + 1;
}

static enum sim_status find_clock(const char *name, enum board_key *found, struct sim_error *error)
{
    const char *names[BOARD_KEY_COUNT];
    size_t count = 0;

    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++) {
        if (board_rows[key].kind != BOARD_FREQUENCY)
            continue;
        if (strcmp(name, clock_name(key)) == 0) {
            *found = key;
            return SIM_OK;
        }
        names[count++] = clock_name(key);
    }
    const char *near = sim_nearest(name, names, count);
    return sim_fail(error, SIM_BAD_INPUT, "there is no clock '%.60s'%s%s%s", name, near ? "; did you mean " : "",
                    near ? near : "", near ? "?" : "");
}

/* digits [. digits], as a fraction; moves *at behind it. False where there is no number. */
static bool read_number(const char **at, mpq_t number)
{
    char digits[BOARD_VALUE_TEXT];
    size_t used = 0, places = 0;
    const char *c = *at;

    for (; is_digit(*c); c++)
        digits[used++] = *c;
    if (used == 0)
        return false;
    if (*c == '.') {
        for (c++; is_digit(*c); c++, places++)
            digits[used++] = *c;
        if (places == 0)
            return false;
    }
    digits[used] = '\0';
    mpz_set_str(mpq_numref(number), digits, 10);
    mpz_ui_pow_ui(mpq_denref(number), 10, places);
    mpq_canonicalize(number);
    *at = c;
    return true;
}

/* Multiplies or divides `value` by the number at *at. */
static enum sim_status apply(const char **at, char sign, mpq_t value, const char *text, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    mpq_t number;

    mpq_init(number);
    *at = skip_blanks(*at);
    if (!read_number(at, number) || is_name(**at))
        status = malformed(text, error);
    else if (sign == '*')
        mpq_mul(value, value, number);
    else if (mpq_sgn(number) == 0)
        status = sim_fail(error, SIM_BAD_INPUT, "'%.60s' divides by zero", text);
    else
        mpq_div(value, value, number);
    mpq_clear(number);
    return status;
}

/* number [/ number] unit */
static enum sim_status read_absolute(const char **at, mpq_t value, const char *text, struct sim_error *error)
{
    if (!read_number(at, value))
        return malformed(text, error);
    *at = skip_blanks(*at);
    if (**at == '/') {
        mpq_t under;
        mpq_init(under);
        *at = skip_blanks(*at + 1);
        bool any = read_number(at, under), zero = mpq_sgn(under) == 0;
        if (any && !zero)
            mpq_div(value, value, under);
        mpq_clear(under);
        if (!any)
            return malformed(text, error);
        if (zero)
            return sim_fail(error, SIM_BAD_INPUT, "'%.60s' divides by zero", text);
        *at = skip_blanks(*at);
    }
    size_t length = 0;
    while (is_name((*at)[length]))
        length++;
    for (const struct hz_unit *unit = units; unit < units + UNITS; unit++)
        if (strlen(unit->name) == length && memcmp(unit->name, *at, length) == 0) {
            mpz_mul_ui(mpq_numref(value), mpq_numref(value), unit->hz);
            mpq_canonicalize(value);
            *at += length;
            return SIM_OK;
        }
    if (length == 0 && **at == '\0')
        return sim_fail(error, SIM_BAD_INPUT, "'%.60s' has no unit (THz, GHz, MHz, kHz or Hz)", text);
    return malformed(text, error);
}

/* The frequency that `text` says. Without `clocks`, other clocks count as 1 Hz: only the form is looked at. */
static enum sim_status read_frequency(struct clocks *clocks, const char *text, mpq_t value, struct sim_error *error)
{
    enum sim_status status = SIM_OK;
    const char *at = text;

    if (is_letter(*at)) {
        char name[BOARD_VALUE_TEXT];
        size_t length = 0;
        enum board_key other = 0;
        for (; is_name(*at); at++)
            name[length++] = *at;
        name[length] = '\0';
        status = find_clock(name, &other, error);
        if (status == SIM_OK && clocks != NULL)
            status = work_out(clocks, other, error);
        if (status == SIM_OK && clocks != NULL)
            mpq_set(value, clocks->hz[other]);
        else
            mpq_set_ui(value, 1, 1);
    } else
        status = read_absolute(&at, value, text, error);

    for (at = skip_blanks(at); status == SIM_OK && *at != '\0'; at = skip_blanks(at)) {
        char sign = *at++;
        status = sign == '*' || sign == '/' ? apply(&at, sign, value, text, error) : malformed(text, error);
    }
    return status;
}

enum sim_status board_frequency_check(const char *text, struct sim_error *error)
{
    mpq_t value;

    mpq_init(value);
    enum sim_status status = read_frequency(NULL, text, value, error);
    mpq_clear(value);
    return status;
}

static enum sim_status depends_on_itself(const struct clocks *clocks, enum board_key key, struct sim_error *error)
{
    char path[256];
    size_t used = 0;
    unsigned from = 0;

    while (clocks->stack[from] != key)
        from++;
    for (; from < clocks->depth && used < sizeof path; from++)
        used += (size_t)snprintf(path + used, sizeof path - used, "%s -> ", clock_name(clocks->stack[from]));
    return sim_fail(error, SIM_BAD_INPUT, "depends on itself: %s%s", path, clock_name(key));
}

/* Reduces the fraction to 64-bit integers that a clock can be made of. */
static enum sim_status finish(struct board_description *description, enum board_key key, mpq_t hz,
                              struct sim_error *error)
{
    const struct board_row *row = &board_rows[key];
    const char *text = description->setting[key].text;

    if (mpq_cmp_ui(hz, row->low, 1) < 0 || mpq_cmp_ui(hz, row->high, 1) > 0) {
        char low[BOARD_VALUE_TEXT], high[BOARD_VALUE_TEXT];
        return sim_fail(error, SIM_BAD_INPUT, "%.60s is outside %s to %s", text,
                        board_frequency_print((struct board_frequency){row->low, 1}, low),
                        board_frequency_print((struct board_frequency){row->high, 1}, high));
    }
    struct sim_clock clock;
    bool fits = mpz_fits_ulong_p(mpq_numref(hz)) && mpz_fits_ulong_p(mpq_denref(hz));
    if (fits) {
        struct board_frequency frequency = {mpz_get_ui(mpq_numref(hz)), mpz_get_ui(mpq_denref(hz))};
        memcpy((char *)description + row->offset, &frequency, sizeof frequency);
        fits = sim_clock_init(&clock, row->key, frequency.numerator, frequency.denominator, 0, 1, NULL) == SIM_OK;
    }
    if (!fits)
        return sim_fail(error, SIM_BAD_INPUT, "%.60s is too fine a fraction of 1 Hz for exact edges in 64-bit integers",
                        text);
    return SIM_OK;
}

static enum sim_status work_out(struct clocks *clocks, enum board_key key, struct sim_error *error)
{
    if (clocks->state[key] == KNOWN)
        return SIM_OK;
    enum sim_status status;
    if (clocks->state[key] == IN_PROGRESS)
        status = depends_on_itself(clocks, key, error);
    else {
        clocks->state[key] = IN_PROGRESS;
        clocks->stack[clocks->depth++] = key;
        status = read_frequency(clocks, clocks->description->setting[key].text, clocks->hz[key], error);
        if (status == SIM_OK)
            status = finish(clocks->description, key, clocks->hz[key], error);
        clocks->depth--;
        clocks->state[key] = KNOWN;
    }
    if (status != SIM_OK && !clocks->failed) { /* the innermost clock is the one to blame */
        clocks->failed = true;
        clocks->wrong = key;
    }
    return status;
}

enum sim_status board_frequencies_resolve(struct board_description *description, enum board_key *wrong,
                                          struct sim_error *error)
{
    struct clocks clocks = {.description = description};
    enum sim_status status = SIM_OK;

    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++)
        mpq_init(clocks.hz[key]);
    for (enum board_key key = 0; key < BOARD_KEY_COUNT && status == SIM_OK; key++)
        if (board_rows[key].kind == BOARD_FREQUENCY)
            status = work_out(&clocks, key, error);
    for (enum board_key key = 0; key < BOARD_KEY_COUNT; key++)
        mpq_clear(clocks.hz[key]);
    *wrong = clocks.wrong;
    return status;
}

/* A decimal in the largest unit that it holds once, where that is exact with a few places; otherwise a fraction. */
const char *board_frequency_print(struct board_frequency hz, char text[BOARD_VALUE_TEXT])
{
    const struct hz_unit *unit = units;
    while (unit->hz > 1 && hz.numerator / unit->hz < hz.denominator)
        unit++;

    unsigned __int128 under = (unsigned __int128)hz.denominator * unit->hz;
    unsigned __int128 rest = hz.numerator % under;
    char decimals[DECIMALS_MAX + 1];
    unsigned count = 0;
    for (; rest != 0 && count < DECIMALS_MAX; count++, rest %= under) {
        rest *= 10;
        decimals[count] = (char)('0' + (unsigned)(rest / under));
    }
    decimals[count] = '\0';
    if (rest == 0) {
        snprintf(text, BOARD_VALUE_TEXT, "%" PRIu64 "%s%s %s", (uint64_t)(hz.numerator / under), count > 0 ? "." : "",
                 decimals, unit->name);
        return text;
    }
    while (hz.numerator % unit->hz != 0)
        unit++;
    snprintf(text, BOARD_VALUE_TEXT, "%" PRIu64 "/%" PRIu64 " %s", hz.numerator / unit->hz, hz.denominator, unit->name);
    return text;
}
