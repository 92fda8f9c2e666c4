#include "models/xenon/isa/asm_insn.h"

#include "models/sim/nearest.h"
#include "models/xenon/asm/lines.h"
#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/forms.h"
#include "models/xenon/isa/hints.h"
#include "models/xenon/isa/text.h"

#include <inttypes.h>
#include <string.h>

enum { WRITTEN_MAX = 8 }; /* operands in a statement: more than any instruction takes */

struct statement {
    const struct xenon_scope *scope;
    struct xenon_slice mnemonic, operand[WRITTEN_MAX];
    unsigned operands;
    char hint; /* + or -, or 0 */
    struct xenon_mistake *mistake;
};

/* Register names. */

static const struct file {
    enum xenon_operand_kind kind;
    const char *letters;
    const char *what;
} file[] = {
    {XENON_GPR, "r", "general purpose register"},
    {XENON_FPR, "f", "floating-point register"},
    {XENON_VR, "vr", "vector register"},
    {XENON_VR, "v", "vector register"},
    {XENON_CRF, "cr", "field of CR"},
};

enum { FILES = sizeof file / sizeof *file };

/* The file that a name is of, and the register's number. */
static const struct file *register_of(struct xenon_slice name, int64_t *number)
{
    if (name.size > 0 && name.text[0] == '%')
        name = (struct xenon_slice){name.text + 1, name.size - 1};
    if (xenon_slice_is(name, "sp") || xenon_slice_is(name, "rtoc")) {
        *number = name.text[0] == 's' ? 1 : 2;
        return &file[0];
    }
    for (unsigned i = 0; i < FILES; i++) {
        size_t letters = strlen(file[i].letters), at = letters;
        if (name.size <= letters || name.size > letters + 3 || memcmp(name.text, file[i].letters, letters) != 0)
            continue;
        *number = 0;
        while (at < name.size && name.text[at] >= '0' && name.text[at] <= '9')
            *number = *number * 10 + (name.text[at++] - '0');
        if (at == name.size)
            return &file[i];
    }
    return NULL;
}

/* The names that bits of CR have, before any symbol: 4*cr6+eq. */
static const char *find_bit(void *self, struct xenon_slice name, int64_t *value)
{
    static const char *const bit[] = {"lt", "gt", "eq", "so", "un"};
    const struct xenon_scope *outer = self;
    const struct file *of = register_of(name, value);

    if (of != NULL && of->kind == XENON_CRF && *value < 8)
        return NULL;
    for (unsigned i = 0; i < 5; i++)
        if (xenon_slice_is(name, bit[i])) {
            *value = i < 4 ? i : 3;
            return NULL;
        }
    return outer->find(outer->self, name, value);
}

/* Operands. */

static bool in_range(unsigned operand, int64_t value)
{
    struct xenon_range range = xenon_operand_range(operand);
    return value >= range.low && value <= range.high && value % range.step == 0;
}

static bool too_large(const struct statement *s, struct xenon_slice text, unsigned operand, int64_t value)
{
    struct xenon_range range = xenon_operand_range(operand);
    const char *name = xenon_form_operand_name(operand);
    if (range.step == 1)
        return XENON_MISTAKE(s->mistake, text.text, "%" PRId64 " does not fit %s: %" PRId64 " to %" PRId64, value, name,
                             range.low, range.high);
    return XENON_MISTAKE(s->mistake, text.text,
                         "%" PRId64 " does not fit %s: multiples of %" PRId64 ", %" PRId64 " to %" PRId64, value, name,
                         range.step, range.low, range.high);
}

static bool read_register(const struct statement *s, struct xenon_slice text, unsigned operand,
                          enum xenon_operand_kind kind, int64_t *value)
{
    const struct file *of = register_of(text, value);
    struct xenon_number number;

    if (of == NULL) {
        if (!xenon_evaluate(s->scope, text, &number, s->mistake))
            return false;
        *value = number.value;
        return in_range(operand, *value) || too_large(s, text, operand, *value);
    }
    if (of->kind != (kind == XENON_GPR0 ? XENON_GPR : kind)) {
        const char *wanted = "register of another kind";
        for (unsigned i = 0; i < FILES; i++)
            if (file[i].kind == (kind == XENON_GPR0 ? XENON_GPR : kind))
                wanted = file[i].what;
        return XENON_MISTAKE(s->mistake, text.text, "%.*s is a %s, and a %s goes here", XENON_SHOWN(text), of->what,
                             wanted);
    }
    if (!in_range(operand, *value))
        return XENON_MISTAKE(s->mistake, text.text, "%.*s is out of range: %s goes up to %s%" PRId64, XENON_SHOWN(text),
                             xenon_form_operand_name(operand), of->letters, xenon_operand_range(operand).high);
    return true;
}

static bool read_number(const struct statement *s, const struct xenon_scope *scope, struct xenon_slice text,
                        enum xenon_op op, enum xenon_operand_kind kind, int64_t *value)
{
    struct xenon_number number;
    int64_t unused;

    if (!xenon_evaluate(scope, text, &number, s->mistake)) {
        if (register_of(text, &unused) != NULL)
            return XENON_MISTAKE(s->mistake, text.text, "%.*s is a register, and a number goes here",
                                 XENON_SHOWN(text));
        return false;
    }
    *value = number.value;
    bool is_signed = kind == XENON_SIGNED || kind == XENON_DISPLACEMENT;
    bool upper_half = op == XENON_OP_ADDIS && *value >= 0 && *value <= UINT16_MAX; /* lis r3, 0x8201 */
    if (is_signed && (number.half || upper_half))
        *value = (*value ^ 0x8000) - 0x8000;
    return true;
}

static bool read_target(const struct statement *s, struct xenon_slice text, unsigned operand, bool absolute,
                        int64_t *value)
{
    uint64_t pc = s->scope->pc;
    int64_t target;

    if (!read_number(s, s->scope, text, XENON_OP_B, XENON_RELATIVE, &target))
        return false;
    *value = (int64_t)((uint64_t)target - (absolute ? 0 : pc));
    if (in_range(operand, *value))
        return true;
    uint64_t wrapped = ((uint64_t)*value & UINT32_MAX) ^ 0x80000000; /* around the end of 32-bit addresses */
    int64_t around = (int64_t)(wrapped - 0x80000000);
    if (pc <= UINT32_MAX && (uint64_t)target <= UINT32_MAX && in_range(operand, around)) {
        *value = around;
        return true;
    }
    struct xenon_range range = xenon_operand_range(operand);
    if (*value % 4 != 0)
        return XENON_MISTAKE(s->mistake, text.text, "0x%" PRIx64 " is no multiple of 4 bytes away", (uint64_t)target);
    return XENON_MISTAKE(s->mistake, text.text,
                         "0x%" PRIx64 " is out of reach: %" PRId64 " bytes from %s, and %" PRId64 " to %" PRId64
                         " are possible",
                         (uint64_t)target, *value, absolute ? "0" : "here", range.low, range.high);
}

static bool read_operand(const struct statement *s, struct xenon_slice text, enum xenon_op op, unsigned operand,
                         bool absolute, int64_t *value)
{
    enum xenon_operand_kind kind = xenon_form_operand_kind(operand);
    struct xenon_scope bits = {.find = find_bit, .self = (void *)(uintptr_t)s->scope, .pc = s->scope->pc};
    int spr;

    if (text.size == 0)
        return XENON_MISTAKE(s->mistake, text.text, "%s is missing", xenon_form_operand_name(operand));
    switch (kind) {
    case XENON_GPR:
    case XENON_GPR0:
    case XENON_FPR:
    case XENON_VR:
    case XENON_CRF:
        return read_register(s, text, operand, kind, value);
    case XENON_CRB:
        if (!read_number(s, &bits, text, op, kind, value))
            return false;
        break;
    case XENON_SPR:
        spr = xenon_spr_number(text.text, text.size);
        *value = spr;
        if (spr < 0 && !read_number(s, s->scope, text, op, kind, value))
            return false;
        break;
    case XENON_RELATIVE:
        return read_target(s, text, operand, absolute, value);
    default:
        if (!read_number(s, s->scope, text, op, kind, value))
            return false;
        break;
    }
    if (operand == XENON_OPERAND_NB && *value == 32) /* bytes, of which no instruction moves 0 */
        *value = 0;
    return in_range(operand, *value) || too_large(s, text, operand, *value);
}

/* "8(r1)": the number and the register. */
static bool split_address(const struct statement *s, struct xenon_slice text, struct xenon_slice *displacement,
                          struct xenon_slice *base)
{
    size_t open = text.size;
    unsigned depth = 0;
    if (text.size > 0 && text.text[text.size - 1] == ')')
        do {
            open--;
            depth += text.text[open] == ')' ? 1 : 0;
            depth -= text.text[open] == '(' ? 1 : 0;
        } while (open > 0 && depth > 0);
    if (open == text.size || depth != 0)
        return XENON_MISTAKE(s->mistake, text.text, "an address goes here: a number and, in parentheses, a register");
    *displacement = xenon_trim((struct xenon_slice){text.text, open});
    *base = xenon_trim((struct xenon_slice){text.text + open + 1, text.size - open - 2});
    return true;
}

/* Forms. */

/* How many operands, between commas, the form has: at least and at most. */
static void count_operands(const struct xenon_form *form, unsigned *least, unsigned *most)
{
    *least = *most = 0;
    for (unsigned i = 0; i < form->operands; i++) {
        bool inside = i > 0 && xenon_form_operand_kind(form->operand[i - 1]) == XENON_DISPLACEMENT;
        *most += !inside;
        *least += !inside && !form->optional[i];
    }
}

/* The word of a statement in this form; false with a mistake where it cannot be. */
static bool assemble_form(const struct statement *s, const struct xenon_form *form, uint32_t bits, uint32_t *word)
{
    static const struct xenon_slice zero = {"0", 1};
    int64_t value[XENON_FORM_OPERANDS_MAX];
    struct xenon_slice text[XENON_FORM_OPERANDS_MAX], base = zero;
    unsigned least, most, written = 0;

    count_operands(form, &least, &most);
    for (unsigned i = 0; i < form->operands; i++) {
        if (form->optional[i] && s->operands == least) {
            value[i] = xenon_form_default(form->operand[i]);
            text[i] = s->mnemonic;
            continue;
        }
        if (i > 0 && xenon_form_operand_kind(form->operand[i - 1]) == XENON_DISPLACEMENT) {
            text[i] = base;
        } else {
            text[i] = s->operand[written++];
            if (xenon_form_operand_kind(form->operand[i]) == XENON_DISPLACEMENT) {
                if (!split_address(s, text[i], &text[i], &base))
                    return false;
                if (text[i].size == 0)
                    text[i] = zero;
            }
        }
        if (!read_operand(s, text[i], form->op, form->operand[i],
                          bits & xenon_suffix_bits(XENON_AA) && xenon_op_info[form->op].flags & XENON_AA, &value[i]))
            return false;
        for (unsigned k = 0; k < i; k++)
            if (form->operand[k] == form->operand[i] && value[k] != value[i])
                return XENON_MISTAKE(s->mistake, text[i].text, "this must be %.*s again", XENON_SHOWN(text[k]));
    }
    struct xenon_misfit misfit;
    if (!xenon_form_encode(form, value, word, &misfit))
        return XENON_MISTAKE(s->mistake, s->mnemonic.text, "%s cannot have these numbers: %s would be %" PRId64,
                             form->mnemonic, xenon_form_operand_name(misfit.operand), misfit.value);
    if (s->hint != '\0' && !xenon_hint_put(form->op, word, s->hint))
        return XENON_MISTAKE(s->mistake, s->mnemonic.text, "%s takes no hint", form->mnemonic);
    *word |= bits;
    return true;
}

const char *xenon_nearest_mnemonic(struct xenon_slice text)
{
    enum { MOST = 1024 };
    const char *name[MOST];
    char copy[32];
    size_t names = 0, length = text.size < sizeof copy ? text.size : sizeof copy - 1;

    memcpy(copy, text.text, length);
    copy[length] = '\0';
    for (size_t i = 1; i < xenon_forms && names < MOST; i++)
        name[names++] = xenon_form_mnemonic(i);
    return sim_nearest(copy, name, names);
}

static bool split_operands(struct statement *s, struct xenon_slice text)
{
    unsigned depth = 0;
    size_t begin = 0;

    text = xenon_trim(text);
    if (text.size == 0)
        return true;
    for (size_t i = 0; i <= text.size; i++) {
        char c = i < text.size ? text.text[i] : ',';
        if (c == '\'') /* ',' is a character */
            i += lines_quoted(text.text + i, text.text + text.size) - 1;
        else if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
        if (i < text.size && (c != ',' || depth > 0))
            continue;
        if (s->operands == WRITTEN_MAX)
            return XENON_MISTAKE(s->mistake, text.text + begin, "no instruction has so many operands");
        s->operand[s->operands++] = xenon_trim((struct xenon_slice){text.text + begin, i - begin});
        begin = i + 1;
    }
    return true;
}

bool xenon_assemble_insn(const struct xenon_scope *scope, struct xenon_slice text, uint32_t *word,
                         struct xenon_mistake *mistake)
{
    struct statement s = {.scope = scope, .mistake = mistake};
    struct xenon_mistake first = {0};
    char syntax[64] = "";
    uint32_t bits;
    size_t length = 0;

    text = xenon_trim(text);
    while (length < text.size && text.text[length] != ' ' && text.text[length] != '\t')
        length++;
    s.mnemonic = (struct xenon_slice){text.text, length};
    if (length > 1 && (text.text[length - 1] == '+' || text.text[length - 1] == '-'))
        s.hint = text.text[--s.mnemonic.size];
    if (!split_operands(&s, (struct xenon_slice){text.text + length, text.size - length}))
        return false;

    for (size_t i = 1; i < xenon_forms; i++) {
        if (!xenon_form_reads(i, s.mnemonic.text, s.mnemonic.size, &bits))
            continue;
        struct xenon_form form = xenon_form(i);
        unsigned least, most;
        count_operands(&form, &least, &most);
        if (s.operands != least && s.operands != most) {
            struct xenon_text t = xenon_text(syntax, sizeof syntax);
            if (first.at == NULL)
                xenon_form_syntax(&t, &form);
            if (form.operands == 0)
                xenon_put(&t, "no operands");
            continue;
        }
        if (assemble_form(&s, &form, bits, word))
            return true;
        if (first.at == NULL)
            first = *mistake;
    }
    if (first.at != NULL) {
        *mistake = first;
        return false;
    }
    if (syntax[0] != '\0')
        return XENON_MISTAKE(mistake, s.mnemonic.text, "%.*s takes %s", XENON_SHOWN(s.mnemonic), syntax);
    const char *nearest = xenon_nearest_mnemonic(s.mnemonic);
    return XENON_MISTAKE(mistake, s.mnemonic.text, "there is no instruction %.*s%s%s", XENON_SHOWN(s.mnemonic),
                         nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "");
}
