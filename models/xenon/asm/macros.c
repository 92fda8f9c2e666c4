/* .macro and .rept. */
#include "models/xenon/asm/assembler.h"

#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 32 };

static char *copy_of(struct xenon_slice text)
{
    char *copy = malloc(text.size + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, text.text, text.size);
    copy[text.size] = '\0';
    return copy;
}

static struct xenon_slice leading_name(struct xenon_slice text)
{
    size_t length = 0;
    while (length < text.size && xenon_is_name(text.text[length]))
        length++;
    return (struct xenon_slice){text.text, length};
}

static struct macro *find(const struct assembler *a, struct xenon_slice name)
{
    struct macro *m = a->lines.macro;
    while (m != NULL && !xenon_slice_is(name, m->name))
        m = m->next;
    return m;
}

void assembler_define_macro(struct assembler *a, struct xenon_slice operands)
{
    struct xenon_slice body, name = leading_name(operands);
    if (!lines_capture(&a->lines, ".macro", ".endm", &body)) {
        ASSEMBLER_MISTAKE(a, operands.text, "this macro has no .endm");
        return;
    }
    if (name.size == 0) {
        ASSEMBLER_MISTAKE(a, operands.text, "the macro has no name");
        return;
    }
    if (find(a, name) != NULL) {
        ASSEMBLER_MISTAKE(a, name.text, "there is a macro %.*s already", XENON_SHOWN(name));
        return;
    }
    if (a->lines.macros == MACROS_MAX) {
        ASSEMBLER_MISTAKE(a, name.text, "there are more than %u macros", MACROS_MAX);
        return;
    }
    struct xenon_slice parameters = xenon_trim((struct xenon_slice){name.text + name.size, operands.size - name.size});
    struct macro *m = calloc(1, sizeof *m);
    if (m == NULL) {
        a->no_memory = true;
        return;
    }
    a->lines.macros++;
    m->next = a->lines.macro;
    a->lines.macro = m;
    m->name = copy_of(name);
    m->parameters = copy_of(parameters);
    m->body = copy_of(body);
    m->body_size = body.size;
    a->no_memory |= m->name == NULL || m->parameters == NULL || m->body == NULL;
}

void assembler_repeat_lines(struct assembler *a, struct xenon_slice operands)
{
    struct xenon_slice body;
    struct xenon_number count = {0};
    bool good = assembler_number(a, operands, true, &count);

    if (!lines_capture(&a->lines, ".rept", ".endr", &body)) {
        ASSEMBLER_MISTAKE(a, operands.text, "this .rept has no .endr");
        return;
    }
    if (good && count.value < 0)
        ASSEMBLER_MISTAKE(a, operands.text, "nothing can be repeated %lld times", (long long)count.value);
    if (!good || count.value <= 0)
        return;
    char *copy = copy_of(body);
    if (copy == NULL)
        a->no_memory = true;
    else if (!lines_insert(&a->lines, copy, body.size, (uint64_t)count.value))
        ASSEMBLER_MISTAKE(a, operands.text, "these are too many lines, or too deep in each other");
}

struct argument {
    struct xenon_slice name, value;
    bool given, required;
};

/* "a, b=1, c:req": separated by commas or blanks. */
static unsigned read_parameters(const char *text, struct argument argument[])
{
    unsigned count = 0;
    struct xenon_slice left = {text, strlen(text)};
    while (count < ARGUMENTS_MAX) {
        while (left.size > 0 && (*left.text == ' ' || *left.text == ',' || *left.text == '\t'))
            left = (struct xenon_slice){left.text + 1, left.size - 1};
        struct xenon_slice name = leading_name(left);
        if (name.size == 0)
            break;
        struct argument *one = &argument[count++];
        *one = (struct argument){.name = name, .value = {name.text, 0}};
        size_t end = name.size;
        while (end < left.size && left.text[end] != ',' && left.text[end] != ' ' && left.text[end] != '\t')
            end++;
        struct xenon_slice rest = {left.text + name.size, end - name.size};
        if (rest.size > 0 && rest.text[0] == '=')
            one->value = (struct xenon_slice){rest.text + 1, rest.size - 1};
        one->required = xenon_slice_is(rest, ":req");
        left = (struct xenon_slice){left.text + end, left.size - end};
    }
    return count;
}

static bool read_arguments(struct assembler *a, struct xenon_slice operands, struct argument argument[], unsigned count)
{
    struct xenon_slice given;
    unsigned next = 0;

    while (operands.size > 0 && assembler_next_operand(&operands, &given)) {
        struct xenon_slice key = leading_name(given);
        struct argument *one = NULL;
        if (key.size > 0 && key.size < given.size && given.text[key.size] == '=')
            for (unsigned i = 0; i < count && one == NULL; i++)
                if (argument[i].name.size == key.size && memcmp(argument[i].name.text, key.text, key.size) == 0)
                    one = &argument[i];
        if (one != NULL) {
            given = xenon_trim((struct xenon_slice){given.text + key.size + 1, given.size - key.size - 1});
        } else if (next < count) {
            one = &argument[next++];
        } else {
            ASSEMBLER_MISTAKE(a, given.text, "the macro takes %u argument%s", count, count == 1 ? "" : "s");
            return false;
        }
        if (given.size > 1 && given.text[0] == '"' && given.text[given.size - 1] == '"')
            given = (struct xenon_slice){given.text + 1, given.size - 2};
        one->given = true;
        if (given.size > 0)
            one->value = given;
    }
    for (unsigned i = 0; i < count; i++)
        if (argument[i].required && !argument[i].given) {
            ASSEMBLER_MISTAKE(a, a->lines.statement, "the macro needs %.*s", XENON_SHOWN(argument[i].name));
            return false;
        }
    return true;
}

struct expansion {
    char *text; /* NULL in the first round, which only counts */
    size_t size;
};

static void append(struct expansion *e, const char *text, size_t size)
{
    if (e->text != NULL)
        memcpy(e->text + e->size, text, size);
    e->size += size;
}

static void expand(struct expansion *e, const struct macro *m, const struct argument argument[], unsigned count,
                   const char *number)
{
    const char *p = m->body, *end = m->body + m->body_size;
    while (p < end && e->size <= LINES_EXPANDED_MAX) {
        const char *next = memchr(p, '\\', (size_t)(end - p));
        if (next == NULL)
            next = end;
        append(e, p, (size_t)(next - p));
        p = next;
        if (p == end)
            break;
        struct xenon_slice name = leading_name((struct xenon_slice){p + 1, (size_t)(end - p - 1)});
        if (end - p > 1 && p[1] == '@') {
            append(e, number, strlen(number));
            p += 2;
            continue;
        }
        if (end - p > 2 && p[1] == '(' && p[2] == ')') {
            p += 3;
            continue;
        }
        unsigned i = 0;
        while (i < count &&
               !(argument[i].name.size == name.size && memcmp(argument[i].name.text, name.text, name.size) == 0))
            i++;
        if (i < count)
            append(e, argument[i].value.text, argument[i].value.size);
        else
            append(e, p, name.size + 1);
        p += name.size + 1;
    }
}

bool assembler_call_macro(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    struct argument argument[ARGUMENTS_MAX];
    struct expansion e = {0};
    char number[12] = "";
    const struct macro *m = find(a, name);

    if (m == NULL)
        return false;
    unsigned count = read_parameters(m->parameters, argument), call = a->macro_calls++;
    if (!read_arguments(a, operands, argument, count))
        return true;
    char digit[11];
    unsigned digits = 0;
    do
        digit[digits++] = (char)('0' + call % 10);
    while ((call /= 10) != 0);
    for (unsigned i = 0; i < digits; i++)
        number[i] = digit[digits - 1 - i];

    expand(&e, m, argument, count, number);
    size_t size = e.size;
    if (size <= LINES_EXPANDED_MAX) {
        e = (struct expansion){.text = malloc(size + 1)};
        if (e.text == NULL) {
            a->no_memory = true;
            return true;
        }
        expand(&e, m, argument, count, number);
        if (lines_insert(&a->lines, e.text, size, 1))
            return true;
    }
    ASSEMBLER_MISTAKE(a, name.text, "the macros become too many lines, or call each other too deeply");
    return true;
}
