#include "models/xenon/asm/program.h"

#include "models/sim/nearest.h"
#include "models/xenon/asm/assembler.h"
#include "models/xenon/isa/asm_insn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Mistakes. */

bool assembler_mistake(struct assembler *a, const struct xenon_mistake *mistake)
{
    struct xenon_program *p = a->program;
    struct sim_error *error = a->first;

    if (a->pass != LAST_PASS)
        return false;
    if (a->mistakes++ > 0) {
        if (p->furthers == XENON_ERRORS_FURTHER) {
            a->ended = true;
            return false;
        }
        error = &p->further[p->furthers++];
    }
    sim_fail(error, SIM_BAD_INPUT, "%s:%u:%u: %s%s", a->file_name, a->lines.line, lines_column(&a->lines, mistake->at),
             lines_in_macro(&a->lines) ? "in what this becomes, " : "", mistake->error.text);
    return false;
}

bool assembler_number(struct assembler *a, struct xenon_slice text, bool early, struct xenon_number *number)
{
    struct xenon_mistake mistake;
    return xenon_evaluate(early ? &a->early : &a->scope, text, number, &mistake) || assembler_mistake(a, &mistake);
}

/* Bytes. */

static bool reserve(struct assembler *a, struct xenon_slice place, uint64_t count, unsigned size)
{
    struct xenon_program *p = a->program;

    if (count > (XENON_PROGRAM_MAX - a->at) / size) {
        ASSEMBLER_MISTAKE(a, place.text, "the program becomes larger than %u MiB", XENON_PROGRAM_MAX >> 20);
        a->ended = true;
        return false;
    }
    uint64_t needed = a->at + count * size;
    if (a->pass == LAST_PASS && needed > a->capacity) {
        uint64_t capacity = needed < 2 * a->capacity ? 2 * a->capacity : needed;
        uint8_t *bytes = realloc(p->bytes, capacity);
        if (bytes == NULL) {
            a->no_memory = true;
            return false;
        }
        p->bytes = bytes;
        a->capacity = capacity;
    }
    return true;
}

static void advance(struct assembler *a, uint64_t bytes)
{
    a->at += bytes;
    a->scope.pc = a->early.pc = a->program->base + a->at;
}

void assembler_bytes(struct assembler *a, struct xenon_slice place, const void *bytes, size_t size)
{
    if (size == 0 || !reserve(a, place, size, 1))
        return;
    if (a->pass == LAST_PASS)
        memcpy(a->program->bytes + a->at, bytes, size);
    advance(a, size);
}

void assembler_big_endian(struct assembler *a, struct xenon_slice place, uint64_t value, unsigned size)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
    assembler_bytes(a, place, bytes, size);
}

void assembler_repeat(struct assembler *a, struct xenon_slice place, uint64_t count, uint64_t value, unsigned size)
{
    if (!reserve(a, place, count, size))
        return;
    if (a->pass == LAST_PASS && count > 0) {
        uint8_t *at = a->program->bytes + a->at;
        if (size == 1)
            memset(at, (int)(value & UINT8_MAX), count);
        else
            for (uint64_t i = 0; i < count * size; i++)
                at[i] = (uint8_t)(value >> 8 * (size - 1 - i % size));
    }
    advance(a, count * size);
}

/* Statements. */

static void instruction(struct assembler *a, struct xenon_slice text)
{
    struct xenon_mistake mistake;
    uint32_t word = 0;

    if (a->pass == LAST_PASS) {
        bool odd = a->scope.pc % 4 != 0, new = odd && !a->odd;
        a->odd = odd;
        if (new) /* and not for each that follows */
            ASSEMBLER_MISTAKE(a, text.text, "0x%" PRIx64 " is no address of an instruction", a->scope.pc);
        else if (!odd && !xenon_assemble_insn(&a->scope, text, &word, &mistake))
            assembler_mistake(a, &mistake);
    }
    assembler_big_endian(a, text, word, 4);
}

/* Takes a label off the front, if there is one. */
static bool label(struct assembler *a, struct xenon_slice *text)
{
    size_t length = 0, colon;
    bool digits = text->size > 0 && text->text[0] >= '0' && text->text[0] <= '9';
    for (; length < text->size && xenon_is_name(text->text[length]); length++)
        digits &= text->text[length] >= '0' && text->text[length] <= '9';
    for (colon = length; colon < text->size && (text->text[colon] == ' ' || text->text[colon] == '\t');)
        colon++;
    if (length == 0 || colon == text->size || text->text[colon] != ':')
        return false;
    struct xenon_slice name = {text->text, length};
    if (digits)
        assembler_numeric_label(a, name);
    else if (name.text[0] >= '0' && name.text[0] <= '9')
        ASSEMBLER_MISTAKE(a, name.text, "a name does not begin with a digit");
    else if (length == 1 && (name.text[0] == '.' || name.text[0] == '$'))
        ASSEMBLER_MISTAKE(a, name.text, "%c is the present address and no label", name.text[0]);
    else
        assembler_label(a, name);
    *text = xenon_trim((struct xenon_slice){text->text + colon + 1, text->size - colon - 1});
    return true;
}

/* name = value */
static bool assignment(struct assembler *a, struct xenon_slice text)
{
    size_t length = 0, equals;
    while (length < text.size && xenon_is_name(text.text[length]))
        length++;
    for (equals = length; equals < text.size && (text.text[equals] == ' ' || text.text[equals] == '\t');)
        equals++;
    if (length == 0 || !xenon_begins_name(text.text[0]) || equals == text.size || text.text[equals] != '=')
        return false;
    struct xenon_slice name = {text.text, length}, value = {text.text + equals + 1, text.size - equals - 1};
    struct xenon_number number;
    if (xenon_slice_is(name, ".") || xenon_slice_is(name, "$"))
        assembler_data_directive(a, (struct xenon_slice){".org", 4}, xenon_trim(value));
    else if (assembler_number(a, value, false, &number))
        assembler_define(a, name, (uint64_t)number.value, true);
    return true;
}

static void statement(struct assembler *a, struct xenon_slice text)
{
    if (!a->condition.skipping)
        while (label(a, &text)) {
        }
    if (text.size == 0)
        return;
    if (text.text == a->lines.open_comment) {
        ASSEMBLER_MISTAKE(a, text.text - 1, "this comment has no end");
        return;
    }
    size_t length = 0;
    while (length < text.size && text.text[length] != ' ' && text.text[length] != '\t')
        length++;
    struct xenon_slice name = {text.text, length};
    struct xenon_slice operands = xenon_trim((struct xenon_slice){text.text + length, text.size - length});
    if (a->condition.skipping) {
        assembler_directive(a, name, operands);
    } else if (assignment(a, text) || assembler_call_macro(a, name, operands)) {
        return;
    } else if (text.text[0] != '.') {
        instruction(a, text);
    } else if (!assembler_directive(a, name, operands)) {
        ASSEMBLER_MISTAKE(a, name.text, "there is no directive %.*s", XENON_SHOWN(name));
    }
}

static void record_line(struct assembler *a, uint64_t begin)
{
    struct xenon_program *p = a->program;
    unsigned line = a->lines.line;

    if (a->pass != LAST_PASS || a->at == begin || (p->lines > 0 && p->line[p->lines - 1].line == line))
        return;
    if (p->lines == a->line_capacity) {
        a->line_capacity = a->line_capacity == 0 ? 64 : 2 * a->line_capacity;
        struct xenon_line *grown = realloc(p->line, a->line_capacity * sizeof *grown);
        if (grown == NULL) {
            a->no_memory = true;
            return;
        }
        p->line = grown;
    }
    p->line[p->lines++] = (struct xenon_line){p->base + begin, line};
}

static void run_pass(struct assembler *a, unsigned pass)
{
    struct xenon_slice text;

    a->pass = pass;
    a->at = 0;
    a->code = true;
    a->ended = a->odd = false;
    a->macro_calls = 0;
    memset(&a->condition, 0, sizeof a->condition);
    advance(a, 0);
    lines_rewind(&a->lines);
    while (!a->ended && !a->no_memory && lines_next(&a->lines, &text)) {
        uint64_t begin = a->at;
        statement(a, text);
        record_line(a, begin);
    }
    if (!a->ended && a->condition.depth > 0)
        ASSEMBLER_MISTAKE(a, a->lines.statement, "an .if has no .endif");
}

/* Results. */

/* What the caller gets to see of the symbols. */
static bool keep_symbols(struct assembler *a)
{
    struct xenon_program *p = a->program;
    const struct symbols *s = &a->symbols;
    size_t bytes = 0, at = 0;

    for (size_t i = 0; i < s->count; i++)
        bytes += s->symbol[i].length + 1;
    p->names = malloc(bytes + 1);
    p->symbol = malloc((s->count + 1) * sizeof *p->symbol);
    if (p->names == NULL || p->symbol == NULL)
        return false;
    for (size_t i = 0; i < s->count; i++) {
        const struct symbol *one = &s->symbol[i];
        if (one->pass == 0 || (one->name[0] >= '0' && one->name[0] <= '9'))
            continue;
        p->symbol[p->symbols++] = (struct xenon_symbol){p->names + at, one->value, one->line};
        memcpy(p->names + at, one->name, one->length + 1);
        at += one->length + 1;
    }
    return true;
}

static enum sim_status assemble(struct assembler *a, const char *text, size_t size)
{
    if (size > XENON_SOURCE_MAX)
        return sim_fail(a->first, SIM_BAD_INPUT, "%s: a source file has at most %u MiB", a->file_name,
                        XENON_SOURCE_MAX >> 20);
    a->program->further = calloc(XENON_ERRORS_FURTHER, sizeof *a->program->further);
    a->no_memory = a->program->further == NULL || !lines_open(&a->lines, text, size);
    for (unsigned pass = 1; pass <= LAST_PASS && !a->no_memory; pass++)
        run_pass(a, pass);
    if (a->no_memory)
        return sim_fail(a->first, SIM_HOST, "%s: memory is short", a->file_name);
    if (a->mistakes > 0)
        return SIM_BAD_INPUT;
    a->program->size = a->at;
    return keep_symbols(a) ? SIM_OK : sim_fail(a->first, SIM_HOST, "%s: memory is short", a->file_name);
}

enum sim_status xenon_assemble(struct xenon_program *p, const char *file_name, const char *text, size_t size,
                               uint64_t base, struct sim_error *error)
{
    struct assembler a = {.program = p, .file_name = file_name, .first = error};

    *p = (struct xenon_program){.base = base};
    a.scope = (struct xenon_scope){.find = assembler_find, .self = &a, .pc = base};
    a.early = (struct xenon_scope){.find = assembler_find_early, .self = &a, .pc = base};
    enum sim_status status = assemble(&a, text, size);
    symbols_free(&a.symbols);
    lines_close(&a.lines);
    if (status != SIM_OK) {
        free(p->bytes);
        p->bytes = NULL;
    }
    return status;
}

void xenon_program_free(struct xenon_program *p)
{
    free(p->bytes);
    free(p->symbol);
    free(p->line);
    free(p->further);
    free(p->names);
    *p = (struct xenon_program){0};
}

const struct xenon_symbol *xenon_program_symbol(const struct xenon_program *p, const char *name)
{
    for (size_t i = 0; i < p->symbols; i++)
        if (strcmp(p->symbol[i].name, name) == 0)
            return &p->symbol[i];
    return NULL;
}

unsigned xenon_program_line(const struct xenon_program *p, uint64_t address)
{
    size_t low = 0, high = p->lines;
    if (address < p->base || address - p->base >= p->size)
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->line[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : p->line[low - 1].line;
}
