#include "kernel-hle/loader/keys.h"

#include "kernel-hle/loader/files.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 31, KEY_DIGITS = 32, MODULUS_DIGITS = 512 };

void loader_keys_init(struct loader_keys *keys)
{
    *keys = (struct loader_keys){.key[0] = {.name = "development"}, .count = 1};
}

struct text {
    const char *at;
    size_t size;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trimmed(struct text text)
{
    while (text.size > 0 && is_blank(text.at[0]))
        text = (struct text){text.at + 1, text.size - 1};
    while (text.size > 0 && is_blank(text.at[text.size - 1]))
        text.size--;
    return text;
}

static bool is_name(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
              c == '.'))
            return false;
    }
    return text.size > 0 && text.size <= NAME_MAX_LENGTH;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False where a character is no digit. */
static bool read_digits(uint8_t *bytes, struct text text)
{
    for (size_t i = 0; i < text.size; i += 2) {
        int high = digit(text.at[i]), low = digit(text.at[i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool is_known(const struct loader_keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++)
        if (strcmp(keys->key[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < keys->moduli; i++)
        if (strcmp(keys->modulus[i].name, name) == 0)
            return true;
    return false;
}

/* What is wrong with a line, NULL where nothing is. */
static const char *add(struct loader_keys *keys, struct text line)
{
    const char *equals = memchr(line.at, '=', line.size);
    if (equals == NULL)
        return "not `name = hexadecimal digits`";
    struct text name = trimmed((struct text){line.at, (size_t)(equals - line.at)});
    struct text value = trimmed((struct text){equals + 1, line.size - (size_t)(equals + 1 - line.at)});
    if (!is_name(name))
        return "a name has 1 to 31 letters, digits, '_', '-' and '.'";
    bool is_key = value.size == KEY_DIGITS;
    if (!is_key && value.size != MODULUS_DIGITS)
        return "a key has 32 hexadecimal digits, a modulus 512";
    if ((is_key ? keys->count : keys->moduli) == LOADER_KEYS_MAX)
        return is_key ? "more than 15 keys" : "more than 16 moduli";

    char *place = is_key ? keys->key[keys->count].name : keys->modulus[keys->moduli].name;
    char text[NAME_MAX_LENGTH + 1] = "";
    memcpy(text, name.at, name.size);
    if (is_known(keys, text))
        return "a name that was given before";
    if (!read_digits(is_key ? keys->key[keys->count].key : keys->modulus[keys->moduli].bytes, value))
        return "a character that is no hexadecimal digit";
    memcpy(place, text, sizeof text);
    if (is_key)
        keys->count++;
    else
        keys->moduli++;
    return NULL;
}

enum sim_status loader_keys_parse(struct loader_keys *keys, const char *name, const char *text, size_t size,
                                  struct sim_error *error)
{
    for (unsigned number = 1; size > 0; number++) {
        const char *end = memchr(text, '\n', size);
        size_t length = end != NULL ? (size_t)(end - text) : size, step = end != NULL ? length + 1 : length;
        const char *comment = memchr(text, '#', length);
        struct text line = trimmed((struct text){text, comment != NULL ? (size_t)(comment - text) : length});
        const char *trouble = line.size > 0 ? add(keys, line) : NULL;
        if (trouble != NULL)
            return sim_fail(error, SIM_BAD_INPUT, "%s:%u: %s", name, number, trouble);
        text += step;
        size -= step;
    }
    return SIM_OK;
}

enum sim_status loader_keys_read(struct loader_keys *keys, const char *path, struct sim_error *error)
{
    struct loader_file file;
    enum sim_status status = loader_file_open(&file, path, error);
    if (status != SIM_OK)
        return status;
    status = loader_keys_parse(keys, path, (const char *)file.bytes, file.size, error);
    loader_file_close(&file);
    return status;
}
