#include "board/cli/options.h"

#include "board/cli/command.h"
#include "models/sim/nearest.h"
#include "models/sim/time.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 64, CHOICE_MAX = 32 };

/* An option of one letter has one dash. */
static const char *dashes(const struct option *option)
{
    return option->name[1] == '\0' ? "-" : "--";
}

static const struct option *find(const struct usage *usage, const char *name, size_t length)
{
    for (size_t i = 0; i < usage->options; i++)
        if (strlen(usage->option[i].name) == length && memcmp(usage->option[i].name, name, length) == 0)
            return &usage->option[i];
    return NULL;
}

static enum sim_status unknown(const struct usage *usage, const char *name, size_t length, struct sim_error *error)
{
    const char *names[NAMES_MAX + 1] = {"help"};
    char given[64];
    size_t count = 1;

    for (size_t i = 0; i < usage->options && count <= NAMES_MAX; i++)
        names[count++] = usage->option[i].name;
    snprintf(given, sizeof given, "%.*s", (int)(length < sizeof given ? length : sizeof given - 1), name);
    const char *near = sim_nearest(given, names, count);
    if (near != NULL && near[1] != '\0')
        return sim_fail(error, SIM_USAGE, "there is no option --%s; did you mean --%s?", given, near);
    return sim_fail(error, SIM_USAGE, "there is no option --%s", given);
}

static enum sim_status read_count(const struct option *option, const char *text, struct sim_error *error)
{
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hexadecimal ? text + 2 : text;
    char *end;

    errno = 0;
    unsigned long long number = strtoull(digits, &end, hexadecimal ? 16 : 10);
    /* strtoull would take a sign, blanks, or a second 0x */
    if (!isxdigit((unsigned char)digits[0]) || (hexadecimal && (digits[1] == 'x' || digits[1] == 'X')) || *end != '\0')
        return sim_fail(error, SIM_USAGE, "%s%s takes a number, not '%s'", dashes(option), option->name, text);
    if (errno == ERANGE)
        return sim_fail(error, SIM_USAGE, "%s%s %s is too large a number", dashes(option), option->name, text);
    *(uint64_t *)option->value = number;
    return SIM_OK;
}

static enum sim_status read_time(const struct option *option, const char *text, struct sim_error *error)
{
    struct sim_error why;

    if (sim_time_parse(text, NULL, option->value, &why) != SIM_OK)
        return sim_fail(error, SIM_USAGE, "%s%s: %s", dashes(option), option->name, why.text);
    return SIM_OK;
}

static enum sim_status read_choice(const struct option *option, const char *text, struct sim_error *error)
{
    char words[256];
    const char *word[CHOICE_MAX];
    unsigned count = 0;

    snprintf(words, sizeof words, "%s", option->argument);
    for (char *rest = words, *next; count < CHOICE_MAX && (next = strsep(&rest, "|")) != NULL;)
        word[count++] = next;
    for (unsigned i = 0; i < count; i++)
        if (strcmp(word[i], text) == 0) {
            *(unsigned *)option->value = i;
            return SIM_OK;
        }
    const char *near = sim_nearest(text, word, count);
    if (near != NULL)
        return sim_fail(error, SIM_USAGE, "%s%s takes %s, not '%s'; did you mean %s?", dashes(option), option->name,
                        option->argument, text, near);
    return sim_fail(error, SIM_USAGE, "%s%s takes %s, not '%s'", dashes(option), option->name, option->argument, text);
}

static enum sim_status read_list(const struct option *option, const char *text, struct sim_error *error)
{
    struct option_list *list = option->value;

    if (list->count == OPTION_LIST_MAX)
        return sim_fail(error, SIM_USAGE, "%s%s is given more than %d times", dashes(option), option->name,
                        OPTION_LIST_MAX);
    list->item[list->count++] = text;
    return SIM_OK;
}

static enum sim_status read_value(const struct option *option, const char *text, struct sim_error *error)
{
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)option->value = true;
        return SIM_OK;
    case OPTION_STRING:
        *(const char **)option->value = text;
        return SIM_OK;
    case OPTION_LIST:
        return read_list(option, text, error);
    case OPTION_COUNT:
        return read_count(option, text, error);
    case OPTION_TIME:
        return read_time(option, text, error);
    case OPTION_CHOICE:
        return read_choice(option, text, error);
    }
    SIM_BUG("option kind %d", (int)option->kind);
}

/* Reads the option at argv[*i], and its argument, which may be argv[*i + 1]. */
static enum sim_status read_option(const struct usage *usage, int argc, char **argv, int *i, uint64_t *seen,
                                   struct sim_error *error)
{
    bool one_letter = argv[*i][1] != '-';
    const char *name = argv[*i] + (one_letter ? 1 : 2);
    size_t length = strcspn(name, "=");
    const char *text = name[length] == '=' ? name + length + 1 : NULL;

    const struct option *option = find(usage, name, length);
    if (one_letter && option == NULL)
        return sim_fail(error, SIM_USAGE, "there is no option -%s", name);
    if (option == NULL || (length == 1) != one_letter)
        return unknown(usage, name, length, error);
    uint64_t bit = UINT64_C(1) << (option - usage->option);
    if ((*seen & bit) != 0 && option->kind != OPTION_LIST)
        return sim_fail(error, SIM_USAGE, "%s%s is given twice", dashes(option), option->name);
    *seen |= bit;

    if (option->kind == OPTION_FLAG && text != NULL)
        return sim_fail(error, SIM_USAGE, "%s%s takes no argument", dashes(option), option->name);
    if (option->kind != OPTION_FLAG && text == NULL) {
        if (*i + 1 == argc)
            return sim_fail(error, SIM_USAGE, "%s%s needs its %s", dashes(option), option->name, option->argument);
        text = argv[++*i];
    }
    return read_value(option, text, error);
}

enum sim_status options_parse(const struct usage *usage, int *argc, char **argv, bool *help, struct sim_error *error)
{
    uint64_t seen = 0;
    bool only_operands = false;
    unsigned operands = 0;

    SIM_CHECK(usage->options <= NAMES_MAX, "%s has %zu options", usage->command, usage->options);
    for (int i = 1; i < *argc; i++) {
        const char *word = argv[i];
        if (only_operands || word[0] != '-' || word[1] == '\0') { /* "-" alone is standard input or output */
            if (operands == usage->operands_max)
                return sim_fail(error, SIM_USAGE, "'%s' is one operand too many", word);
            argv[1 + operands++] = argv[i];
        } else if (strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            *help = true;
            return SIM_OK;
        } else if (word[1] != '-' && word[2] != '\0') {
            return sim_fail(error, SIM_USAGE,
                            "there is no option %s; options of more than a letter begin with two dashes", word);
        } else {
            enum sim_status status = read_option(usage, *argc, argv, &i, &seen, error);
            if (status != SIM_OK)
                return status;
        }
    }
    if (operands < usage->operands_min)
        return sim_fail(error, SIM_USAGE, "%s is missing", usage->operands);
    *argc = 1 + (int)operands;
    argv[*argc] = NULL;
    return SIM_OK;
}

bool options_read(const struct usage *usage, int *argc, char **argv, int *exit_code)
{
    struct sim_error error;
    bool help = false;

    *exit_code = SIM_OK;
    if (options_parse(usage, argc, argv, &help, &error) != SIM_OK) {
        *exit_code = command_fail(usage->command, SIM_USAGE, &error);
        fprintf(stderr, "`cycle360 help %s` says what it takes.\n", usage->command);
        return false;
    }
    if (help)
        options_help(usage, stdout);
    return !help;
}

/* Prints text in lines of at most 80 characters, all but the first indented by `indent`. */
static void print_wrapped(FILE *file, const char *text, int indent)
{
    int column = indent;

    while (*text != '\0') {
        int word = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + word > 80) {
            fprintf(file, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', file);
            column++;
        }
        fprintf(file, "%.*s", word, text);
        column += word;
        text += word;
        if (*text != '\0')
            text++;
    }
    fputc('\n', file);
}

void options_help(const struct usage *usage, FILE *file)
{
    enum { HELP_COLUMN = 26 };

    fprintf(file, "usage: cycle360 %s%s%s%s\n\n", usage->command, usage->options > 0 ? " [options]" : "",
            usage->operands != NULL ? " " : "", usage->operands != NULL ? usage->operands : "");
    print_wrapped(file, usage->summary, 0);
    if (usage->options > 0)
        fprintf(file, "\noptions:\n");
    for (size_t i = 0; i < usage->options; i++) {
        const struct option *option = &usage->option[i];
        int column = fprintf(file, "  %s%s%s%s", dashes(option), option->name, option->argument != NULL ? " " : "",
                             option->argument != NULL ? option->argument : "");
        if (column + 2 > HELP_COLUMN) {
            fputc('\n', file);
            column = 0;
        }
        fprintf(file, "%*s", HELP_COLUMN - column, "");
        print_wrapped(file, option->help, HELP_COLUMN);
    }
    if (usage->examples != NULL) {
        fprintf(file, "\nexamples:\n");
        for (const char *line = usage->examples; *line != '\0';) {
            int length = (int)strcspn(line, "\n");
            fprintf(file, "  %.*s\n", length, line);
            line += length + (line[length] == '\n');
        }
    }
}
