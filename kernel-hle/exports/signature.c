#include "kernel-hle/exports/signature.h"

#include <string.h>

/* The length of a name in C, 0 if there is none. */
static size_t word_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789");
}

static enum hle_type find_type(const char *text, size_t length)
{
    enum hle_type type = 0;
    while (type < HLE_TYPES &&
           (strlen(hle_type_info[type].name) != length || memcmp(hle_type_info[type].name, text, length) != 0))
        type++;
    return type;
}

static enum sim_status parse_argument(struct hle_signature *s, const char **text, struct sim_error *error)
{
    size_t type_length = word_length(*text);
    enum hle_type type = find_type(*text, type_length);
    if (type == HLE_TYPES || hle_type_info[type].argument[0] == '\0')
        return sim_fail(error, SIM_BAD_INPUT, "'%.40s': that does not begin with a type of an argument", *text);
    const char *name = *text + type_length;
    name += *name == ' ';
    size_t length = word_length(name);
    if (length == 0 || length >= HLE_ARGUMENT_NAME || name == *text + type_length)
        return sim_fail(error, SIM_BAD_INPUT, "'%.40s': after the type comes a name of 1 to %d letters", *text,
                        HLE_ARGUMENT_NAME - 1);
    if (s->arguments == HLE_ARGUMENTS_MAX)
        return sim_fail(error, SIM_BAD_INPUT, "'%.40s': there are more than %d arguments", *text, HLE_ARGUMENTS_MAX);
    struct hle_argument *argument = &s->argument[s->arguments++];
    argument->type = type;
    memcpy(argument->name, name, length);
    for (unsigned i = 0; i + 1 < s->arguments; i++)
        if (strcmp(s->argument[i].name, argument->name) == 0)
            return sim_fail(error, SIM_BAD_INPUT, "two arguments are called %s", argument->name);
    *text = name + length;
    return SIM_OK;
}

static void place_arguments(struct hle_signature *s)
{
    for (enum hle_convention convention = 0; convention < HLE_CONVENTIONS; convention++) {
        struct hle_placing placing = hle_placing_begin(convention);
        for (unsigned i = 0; i < s->arguments; i++)
            s->argument[i].place[convention] = hle_place_next(&placing, hle_type_info[s->argument[i].type].width);
        s->stack[convention] = placing.stack;
    }
}

enum sim_status hle_signature_parse(struct hle_signature *s, enum hle_type result, const char *text,
                                    struct sim_error *error)
{
    *s = (struct hle_signature){.result = result, .known = strcmp(text, "?") != 0};
    if (!s->known)
        return SIM_OK;
    for (bool more = *text != '\0'; more;) {
        enum sim_status status = SIM_OK;
        if (strncmp(text, "...", 3) == 0) {
            s->variadic = true;
            text += 3;
        } else {
            status = parse_argument(s, &text, error);
        }
        if (status != SIM_OK)
            return status;
        more = strncmp(text, ", ", 2) == 0 && !s->variadic;
        text += more ? 2 : 0;
    }
    if (*text != '\0')
        return sim_fail(error, SIM_BAD_INPUT,
                        "'%.40s': a comma and a blank are to stand between arguments, and "
                        "nothing after the dots",
                        text);
    place_arguments(s);
    return SIM_OK;
}

void hle_signature_read(struct hle_signature *signature, const struct hle_export *row)
{
    struct sim_error error;
    if (hle_signature_parse(signature, row->result, row->arguments, &error) != SIM_OK)
        SIM_BUG("export %s: %s", row->name, error.text);
}

struct hle_place hle_slot_place(unsigned index)
{
    struct hle_placing placing = hle_placing_begin(HLE_CONVENTION_console);
    struct hle_place place = {0};
    for (unsigned i = 0; i <= index; i++)
        place = hle_place_next(&placing, HLE_WIDE);
    return place;
}
