/* Directives that make no bytes: symbols, conditions, sections. */
#include "models/xenon/asm/assembler.h"

#include <string.h>

/* For linkers and debuggers: taken and forgotten, since there is one file and all of it is one piece. */
static const char *const ignored[] = {
    ".global", ".globl", ".weak", ".local", ".hidden",  ".extern",  ".type",     ".size",
    ".file",   ".ident", ".loc",  ".func",  ".endfunc", ".machine", ".previous",
};

static bool is_ignored(struct xenon_slice name)
{
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (xenon_slice_is(name, ignored[i]))
            return true;
    return name.size > 5 && memcmp(name.text, ".cfi_", 5) == 0;
}

bool assembler_next_operand(struct xenon_slice *operands, struct xenon_slice *operand)
{
    unsigned depth = 0;
    size_t i = 0;
    if (operands->text == NULL)
        return false;
    for (; i < operands->size; i++) {
        char c = operands->text[i];
        if (c == '"' || c == '\'') {
            i += lines_quoted(operands->text + i, operands->text + operands->size) - 1;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && depth > 0) {
            depth--;
        } else if (c == ',' && depth == 0) {
            break;
        }
    }
    bool more = i < operands->size;
    *operand = xenon_trim((struct xenon_slice){operands->text, more ? i : operands->size});
    *operands = more ? (struct xenon_slice){operands->text + i + 1, operands->size - i - 1} : (struct xenon_slice){0};
    return true;
}

static bool is_whole_name(struct xenon_slice name)
{
    if (name.size == 0 || !xenon_begins_name(name.text[0]))
        return false;
    for (size_t i = 1; i < name.size; i++)
        if (!xenon_is_name(name.text[i]))
            return false;
    return !xenon_slice_is(name, ".") && !xenon_slice_is(name, "$");
}

/* .set name, value. `again`: the name may have been set before. */
static void set(struct assembler *a, struct xenon_slice operands, bool again)
{
    struct xenon_slice name, rest = operands;
    struct xenon_number number;

    if (operands.size == 0 || !assembler_next_operand(&rest, &name) || rest.text == NULL || !is_whole_name(name))
        ASSEMBLER_MISTAKE(a, operands.text, "a name goes here, a comma, and its value");
    else if (assembler_number(a, rest, false, &number))
        assembler_define(a, name, (uint64_t)number.value, again);
}

/* Conditions nest; where one is false, everything up to its .else or .endif is passed over. */

static void begin_condition(struct assembler *a, struct xenon_slice name, bool holds)
{
    if (a->condition.depth == CONDITIONS_MAX) {
        ASSEMBLER_MISTAKE(a, name.text, "the conditions are nested too deeply");
        a->ended = true;
        return;
    }
    a->condition.taken[a->condition.depth++] = holds;
    if (!a->condition.skipping && !holds) {
        a->condition.skipping = true;
        a->condition.skipped_from = a->condition.depth;
    }
}

static bool evaluate_condition(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    struct xenon_number number = {0};
    if (a->condition.skipping && a->condition.skipped_from < a->condition.depth)
        return false;
    if (xenon_slice_is(name, ".if") || xenon_slice_is(name, ".elseif"))
        return assembler_number(a, operands, true, &number) && number.value != 0;
    const struct symbol *symbol = symbols_find(&a->symbols, operands);
    bool defined = symbol != NULL && symbol->pass == a->pass;
    return defined == xenon_slice_is(name, ".ifdef");
}

static void other_branch(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    if (a->condition.depth == 0) {
        ASSEMBLER_MISTAKE(a, name.text, "there is no .if before this");
        return;
    }
    if (a->condition.skipping && a->condition.skipped_from < a->condition.depth)
        return;
    bool *taken = &a->condition.taken[a->condition.depth - 1];
    bool holds = !*taken && (xenon_slice_is(name, ".else") || evaluate_condition(a, name, operands));
    *taken |= holds;
    a->condition.skipping = !holds;
    a->condition.skipped_from = a->condition.depth;
}

static bool condition_directive(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    if (xenon_slice_is(name, ".if") || xenon_slice_is(name, ".ifdef") || xenon_slice_is(name, ".ifndef")) {
        begin_condition(a, name, !a->condition.skipping && evaluate_condition(a, name, operands));
    } else if (xenon_slice_is(name, ".else") || xenon_slice_is(name, ".elseif")) {
        other_branch(a, name, operands);
    } else if (xenon_slice_is(name, ".endif")) {
        if (a->condition.depth == 0)
            ASSEMBLER_MISTAKE(a, name.text, "there is no .if before this");
        else if (a->condition.depth-- == a->condition.skipped_from)
            a->condition.skipping = false;
    } else {
        return false;
    }
    return true;
}

static bool contains(struct xenon_slice text, const char *what)
{
    size_t length = strlen(what);
    for (size_t i = 0; i + length <= text.size; i++)
        if (memcmp(text.text + i, what, length) == 0)
            return true;
    return false;
}

bool assembler_directive(struct assembler *a, struct xenon_slice name, struct xenon_slice operands)
{
    if (condition_directive(a, name, operands) || a->condition.skipping)
        return true;
    if (xenon_slice_is(name, ".set") || xenon_slice_is(name, ".equ"))
        set(a, operands, true);
    else if (xenon_slice_is(name, ".equiv"))
        set(a, operands, false);
    else if (xenon_slice_is(name, ".text"))
        a->code = true;
    else if (xenon_slice_is(name, ".data") || xenon_slice_is(name, ".bss"))
        a->code = false;
    else if (xenon_slice_is(name, ".section"))
        a->code = contains(operands, ".text") || contains(operands, "x\"");
    else if (xenon_slice_is(name, ".macro"))
        assembler_define_macro(a, operands);
    else if (xenon_slice_is(name, ".rept"))
        assembler_repeat_lines(a, operands);
    else if (xenon_slice_is(name, ".endm") || xenon_slice_is(name, ".endr"))
        ASSEMBLER_MISTAKE(a, name.text, "nothing that this could end has begun");
    else if (xenon_slice_is(name, ".end"))
        a->ended = true;
    else if (xenon_slice_is(name, ".error") || xenon_slice_is(name, ".err"))
        ASSEMBLER_MISTAKE(a, name.text, "%.*s",
                          operands.size > 0 ? (int)(operands.size < 200 ? operands.size : 200) : 6,
                          operands.size > 0 ? operands.text : ".error");
    else if (!is_ignored(name))
        return assembler_data_directive(a, name, operands);
    return true;
}
