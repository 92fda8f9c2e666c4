/* What names mean: symbols, and the numeric labels before and behind. */
#include "models/xenon/asm/assembler.h"

#include <string.h>

enum { KEY_MAX = 48, LABEL_DIGITS_MAX = 20 };

/* Numeric labels are kept under names that no text can have: 1\1 counts the labels 1, and 1\2 7 is the seventh. */
static struct xenon_slice count_key(char key[KEY_MAX], struct xenon_slice digits)
{
    memcpy(key, digits.text, digits.size);
    key[digits.size] = '\1';
    return (struct xenon_slice){key, digits.size + 1};
}

static struct xenon_slice label_key(char key[KEY_MAX], struct xenon_slice digits, uint64_t which)
{
    size_t size = digits.size;
    memcpy(key, digits.text, size);
    key[size++] = '\2';
    do
        key[size++] = (char)('0' + which % 10); /* backwards, which is as good */
    while ((which /= 10) != 0);
    return (struct xenon_slice){key, size};
}

static uint64_t labels_so_far(const struct assembler *a, struct xenon_slice digits)
{
    char key[KEY_MAX];
    const struct symbol *count = symbols_find(&a->symbols, count_key(key, digits));
    return count != NULL && count->pass == a->pass ? count->value : 0;
}

static const char *find_label(const struct assembler *a, struct xenon_slice name, bool early, int64_t *value)
{
    char key[KEY_MAX];
    struct xenon_slice digits = {name.text, name.size - 1};
    bool forward = name.text[name.size - 1] == 'f';

    if (digits.size > LABEL_DIGITS_MAX)
        return "has too many digits";
    uint64_t which = labels_so_far(a, digits) + forward;
    const struct symbol *label = which == 0 ? NULL : symbols_find(&a->symbols, label_key(key, digits, which));
    if (label == NULL)
        return forward ? "does not come any more" : "has not come yet";
    if (early && label->pass != a->pass)
        return "comes later, and must be known here";
    *value = (int64_t)label->value;
    return NULL;
}

static const char *find_name(const struct assembler *a, struct xenon_slice name, bool early, int64_t *value)
{
    if (name.text[0] >= '0' && name.text[0] <= '9')
        return find_label(a, name, early, value);
    const struct symbol *symbol = symbols_find(&a->symbols, name);
    if (symbol == NULL || symbol->pass == 0)
        return "is not defined";
    if (early && symbol->pass != a->pass)
        return "is defined later, and must be known here";
    *value = (int64_t)symbol->value;
    return NULL;
}

const char *assembler_find(void *self, struct xenon_slice name, int64_t *value)
{
    return find_name(self, name, false, value);
}

const char *assembler_find_early(void *self, struct xenon_slice name, int64_t *value)
{
    return find_name(self, name, true, value);
}

static struct symbol *make_symbol(struct assembler *a, struct xenon_slice place, struct xenon_slice key)
{
    struct symbol *symbol = symbols_make(&a->symbols, key);
    if (symbol != NULL)
        return symbol;
    if (key.size > SYMBOL_LONGEST)
        ASSEMBLER_MISTAKE(a, place.text, "the name is too long");
    else if (a->symbols.count == SYMBOLS_MAX)
        ASSEMBLER_MISTAKE(a, place.text, "there are more than %u symbols", SYMBOLS_MAX);
    else
        a->no_memory = true;
    return NULL;
}

void assembler_define(struct assembler *a, struct xenon_slice name, uint64_t value, bool again)
{
    struct symbol *symbol = make_symbol(a, name, name);
    if (symbol == NULL)
        return;
    if (symbol->pass == a->pass && !(symbol->changes && again)) {
        ASSEMBLER_MISTAKE(a, name.text, "%.*s is defined already, in line %u", XENON_SHOWN(name), symbol->line);
        return;
    }
    symbol->value = value;
    symbol->line = a->lines.line;
    symbol->pass = a->pass;
    symbol->changes = again;
}

void assembler_label(struct assembler *a, struct xenon_slice name)
{
    const struct symbol *symbol = symbols_find(&a->symbols, name);
    if (symbol != NULL && symbol->pass == a->pass - 1 && symbol->pass != 0 && !symbol->changes &&
        symbol->value != a->scope.pc)
        ASSEMBLER_MISTAKE(a, name.text, "%.*s moved: something before it has a size that depends on what follows",
                          XENON_SHOWN(name));
    assembler_define(a, name, a->scope.pc, false);
}

void assembler_numeric_label(struct assembler *a, struct xenon_slice digits)
{
    char key[KEY_MAX];
    if (digits.size > LABEL_DIGITS_MAX) {
        ASSEMBLER_MISTAKE(a, digits.text, "the label has too many digits");
        return;
    }
    uint64_t which = labels_so_far(a, digits) + 1;
    struct symbol *count = make_symbol(a, digits, count_key(key, digits));
    if (count == NULL)
        return;
    count->value = which;
    count->pass = a->pass;
    struct symbol *label = make_symbol(a, digits, label_key(key, digits, which));
    if (label == NULL)
        return;
    label->value = a->scope.pc;
    label->pass = a->pass;
}
