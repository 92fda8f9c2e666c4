/* A program from text: one pass, then addresses and labels. */
#include "models/xenos/shader/asm_insn.h"
#include "models/xenos/shader/program.h"
#include "models/xenos/shader/scan.h"

#include <stdlib.h>
#include <string.h>

enum { CFS_MAX = 2 * XENOS_SLOTS_MAX };

struct label {
    const char *name;
    size_t length;
    unsigned index;
};

struct assembly {
    const char *name;
    char *text; /* the comments made blank */
    size_t size;
    bool type_known, serialize;
    enum xenos_shader_type type;
    struct xenos_insn *cf; /* an exec's address counts from the first slot that is not control flow, if not given */
    struct label *label;
    struct xenos_words *slot;
    unsigned cfs, labels, slots;
    int exec; /* the number of the exec that instructions go to, or -1 */
    struct sim_error *error;
};

static enum sim_status wrong(struct assembly *a, const char *at, const char *what)
{
    unsigned line = 1, column = 1;
    for (const char *p = a->text; p < at; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    return sim_fail(a->error, SIM_BAD_INPUT, "%s:%u:%u: %s", a->name, line, column, what);
}

/* Blanks for comments, in place: from // or ; to the end of the line, and between slash-star and star-slash. */
static void blank_comments(char *text, size_t size)
{
    size_t i = 0;
    while (i < size) {
        size_t end = i;
        if (text[i] == ';' || (text[i] == '/' && text[i + 1] == '/')) {
            while (end < size && text[end] != '\n')
                end++;
        } else if (text[i] == '/' && text[i + 1] == '*') {
            for (end = i + 2; end < size && !(text[end] == '*' && text[end + 1] == '/'); end++)
                ;
            end = end < size ? end + 2 : size;
        } else {
            i++;
        }
        for (; i < end; i++)
            text[i] = text[i] == '\n' ? '\n' : ' ';
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The end of the statement that begins here: of its line, and of those that follow with a plus. */
static const char *statement_end(const char *at, const char *end)
{
    for (;;) {
        while (at < end && *at != '\n')
            at++;
        const char *next = at;
        while (next < end && (is_blank(*next) || *next == '\n'))
            next++;
        if (next == end || *next != '+')
            return at;
        at = next;
    }
}

static enum sim_status add_slot(struct assembly *a, const char *at, const struct xenos_words *words)
{
    if (a->slots == XENOS_SLOTS_MAX)
        return wrong(a, at, "this is more than a program can have");
    a->slot[a->slots++] = *words;
    return SIM_OK;
}

static enum sim_status add_data(struct assembly *a, struct xenos_scan *s)
{
    struct xenos_words words;
    const char *begin = s->at;
    a->exec = -1;
    for (unsigned i = 0; i < 3; i++) {
        int64_t value;
        if ((i > 0 && !xenos_scan_need(s, ',')) || !xenos_scan_number(s, 0, &value))
            return wrong(a, s->at, s->mistake->error.text);
        if (value < 0 || value > UINT32_MAX)
            return wrong(a, s->at, "a word has 32 bits");
        words.word[i] = (uint32_t)value;
    }
    return xenos_scan_end(s) ? add_slot(a, begin, &words) : wrong(a, s->at, "a slot has three words");
}

static enum sim_status add_label(struct assembly *a, struct xenos_scan *s)
{
    struct label label = {.index = a->cfs};
    label.length = xenos_scan_word(s, &label.name);
    if (label.length == 0 || !xenos_scan_end(s))
        return wrong(a, s->at, "one name goes here");
    for (unsigned i = 0; i < a->labels; i++)
        if (a->label[i].length == label.length && memcmp(a->label[i].name, label.name, label.length) == 0)
            return wrong(a, label.name, "this label is there already");
    if (a->labels == CFS_MAX)
        return wrong(a, label.name, "these are more labels than a program can have");
    a->label[a->labels++] = label;
    a->exec = -1;
    return SIM_OK;
}

static enum sim_status add_cf(struct assembly *a, const char *at, const struct xenos_insn *insn)
{
    bool exec = insn->format == XENOS_FORMAT_EXEC || insn->format == XENOS_FORMAT_COND_EXEC;
    if (a->cfs == CFS_MAX)
        return wrong(a, at, "this is more control flow than a program can have");
    a->exec = exec ? (int)a->cfs : -1;
    a->cf[a->cfs] = *insn;
    if (exec && !(insn->given & XENOS_GIVEN_ADDRESS))
        xenos_put(&a->cf[a->cfs].words, XENOS_EXEC_ADDRESS, a->slots);
    a->cfs++;
    return SIM_OK;
}

static enum sim_status add_instruction(struct assembly *a, const char *at, const struct xenos_insn *insn)
{
    if (a->exec < 0)
        return wrong(a, at, "an instruction stands behind an exec");
    struct xenos_insn *exec = &a->cf[a->exec];
    unsigned count = (unsigned)xenos_get(&exec->words, XENOS_EXEC_COUNT);
    unsigned fetch = insn->format != XENOS_FORMAT_ALU, vertex = insn->format == XENOS_FORMAT_VFETCH;

    if (exec->given & XENOS_GIVEN_COUNT)
        return wrong(a, at, "the exec above was given its count, and has no instructions here");
    if (count == 6)
        return wrong(a, at, "an exec has up to 6 instructions");
    xenos_put(&exec->words, XENOS_EXEC_COUNT, count + 1);
    if (!(exec->given & XENOS_GIVEN_SEQUENCE))
        xenos_put(&exec->words, XENOS_EXEC_SEQUENCE,
                  xenos_get(&exec->words, XENOS_EXEC_SEQUENCE) | (fetch | (unsigned)a->serialize << 1) << 2 * count);
    if (!(exec->given & XENOS_GIVEN_CACHE))
        xenos_put(&exec->words, XENOS_EXEC_VERTEX_CACHE,
                  xenos_get(&exec->words, XENOS_EXEC_VERTEX_CACHE) | vertex << count);
    a->serialize = false;
    return add_slot(a, at, &insn->words);
}

static enum sim_status add_statement(struct assembly *a, const char *at, const char *end)
{
    struct xenos_mistake mistake;
    struct xenos_insn insn;
    struct xenos_scan s = {.begin = at, .at = at, .end = end, .type = a->type, .mistake = &mistake};
    bool point = xenos_scan_char(&s, '.');
    const char *word;
    size_t length = xenos_scan_word(&s, &word);
    bool vertex = xenos_is_word(word, length, "xvs_3_0"), serialize = xenos_is_word(word, length, "serialize");

    if (point)
        return xenos_is_word(word, length, "slot") ? add_data(a, &s) : wrong(a, at, "there is .slot, and nothing else");
    if (vertex || xenos_is_word(word, length, "xps_3_0")) {
        if (a->type_known)
            return wrong(a, at, "the type of the shader is known already");
        a->type = vertex ? XENOS_VERTEX_SHADER : XENOS_PIXEL_SHADER;
        a->type_known = true;
        return xenos_scan_end(&s) ? SIM_OK : wrong(a, s.at, "nothing goes here");
    }
    if (!a->type_known)
        return wrong(a, at, "a program begins with xvs_3_0 or xps_3_0");
    if (xenos_is_word(word, length, "label"))
        return add_label(a, &s);
    if (serialize) {
        a->serialize = true;
        return xenos_scan_end(&s) ? SIM_OK : wrong(a, s.at, "nothing goes here");
    }
    if (!xenos_assemble_insn(at, (size_t)(end - at), a->type, &insn, &mistake))
        return wrong(a, at + mistake.at, mistake.error.text);
    if (insn.format < XENOS_FORMAT_ALU)
        return a->serialize ? wrong(a, at, "serialize is of instructions") : add_cf(a, at, &insn);
    return add_instruction(a, at, &insn);
}

static enum sim_status resolve(struct assembly *a, struct xenos_insn *insn)
{
    for (unsigned i = 0; i < a->labels; i++)
        if (a->label[i].length == insn->label_length &&
            memcmp(a->label[i].name, insn->label, insn->label_length) == 0) {
            xenos_put(&insn->words, XENOS_LOOP_TARGET, a->label[i].index);
            return a->label[i].index < CFS_MAX ? SIM_OK : wrong(a, insn->label, "this label is too far");
        }
    return wrong(a, insn->label, "there is no such label");
}

/* Control flow two a slot, then the slots. */
static enum sim_status lay_out(struct assembly *a, struct xenos_program *p)
{
    unsigned first = (a->cfs + 1) / 2;
    enum sim_status status = SIM_OK;

    if (a->cfs == 0)
        return wrong(a, a->text + a->size, "there is no control flow");
    if (first + a->slots > XENOS_SLOTS_MAX)
        return wrong(a, a->text + a->size, "this is more than a program can have");
    p->slots = first + a->slots;
    p->slot = calloc(p->slots, sizeof *p->slot);
    if (p->slot == NULL)
        return sim_fail(a->error, SIM_HOST, "memory is short");
    memcpy(p->slot + first, a->slot, a->slots * sizeof *p->slot);
    for (unsigned i = 0; status == SIM_OK && i < a->cfs; i++) {
        struct xenos_insn *insn = &a->cf[i];
        bool exec = insn->format == XENOS_FORMAT_EXEC || insn->format == XENOS_FORMAT_COND_EXEC;
        uint32_t *word = p->slot[i / 2].word;
        if (exec && !(insn->given & XENOS_GIVEN_ADDRESS))
            xenos_put(&insn->words, XENOS_EXEC_ADDRESS, xenos_get(&insn->words, XENOS_EXEC_ADDRESS) + first);
        if (insn->label_length > 0)
            status = resolve(a, insn);
        if (i % 2 == 0) {
            word[0] = insn->words.word[0];
            word[1] = insn->words.word[1];
        } else {
            word[1] |= insn->words.word[0] << 16;
            word[2] = insn->words.word[0] >> 16 | insn->words.word[1] << 16;
        }
    }
    return status;
}

static enum sim_status assemble(struct assembly *a, struct xenos_program *p)
{
    const char *end = a->text + a->size;
    enum sim_status status = SIM_OK;

    for (const char *at = a->text; status == SIM_OK && at < end;) {
        while (at < end && (is_blank(*at) || *at == '\n'))
            at++;
        const char *stop = statement_end(at, end);
        if (at < end)
            status = add_statement(a, at, stop);
        at = stop;
    }
    if (status == SIM_OK && a->serialize)
        status = wrong(a, end, "serialize is of an instruction that follows");
    if (status == SIM_OK)
        status = lay_out(a, p);
    p->type = a->type;
    return status == SIM_OK ? xenos_program_check(p, a->name, 0, a->error) : status;
}

enum sim_status xenos_program_assemble(struct xenos_program *program, const char *name, const char *text, size_t size,
                                       struct sim_error *error)
{
    struct assembly a = {.name = name, .size = size, .exec = -1, .error = error};
    enum sim_status status = SIM_HOST;

    *program = (struct xenos_program){0};
    char *copy = malloc(size + 1);
    size_t most = size / 4 + 1; /* the shortest line is `ret` */
    a.cf = calloc(most < CFS_MAX ? most : CFS_MAX, sizeof *a.cf);
    a.label = calloc(most < CFS_MAX ? most : CFS_MAX, sizeof *a.label);
    a.slot = calloc(most < XENOS_SLOTS_MAX ? most : XENOS_SLOTS_MAX, sizeof *a.slot);
    if (copy == NULL || a.cf == NULL || a.label == NULL || a.slot == NULL) {
        sim_fail(error, SIM_HOST, "memory is short");
    } else {
        memcpy(copy, text, size);
        copy[size] = '\0';
        blank_comments(copy, size);
        a.text = copy;
        status = assemble(&a, program);
    }
    free(copy);
    free(a.cf);
    free(a.label);
    free(a.slot);
    return status;
}
