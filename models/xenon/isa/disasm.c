#include "models/xenon/isa/disasm.h"

#include "models/xenon/isa/forms.h"
#include "models/xenon/isa/hints.h"
#include "models/xenon/isa/text.h"

#include <string.h>

static const struct {
    uint16_t number;
    const char *name;
} spr[] = {
#define SPR(id, number, name, ...) {number, name},
#include "models/xenon/isa/spr.def"
#undef SPR
};

enum { SPRS = sizeof spr / sizeof *spr };

const char *xenon_spr_name(unsigned number)
{
    for (unsigned i = 0; i < SPRS; i++)
        if (spr[i].number == number)
            return spr[i].name;
    return NULL;
}

int xenon_spr_number(const char *name, size_t length)
{
    for (unsigned i = 0; i < SPRS; i++)
        if (strlen(spr[i].name) == length && memcmp(spr[i].name, name, length) == 0)
            return spr[i].number;
    return -1;
}

static void put_register(struct xenon_text *t, const char *letters, int64_t number)
{
    xenon_put(t, letters);
    xenon_put_signed(t, number);
}

static void put_bit(struct xenon_text *t, int64_t bit)
{
    static const char *const name[] = {"lt", "gt", "eq", "so"};
    if (bit >= 4) {
        put_register(t, "4*cr", bit / 4);
        xenon_put_char(t, '+');
    }
    xenon_put(t, name[bit % 4]);
}

struct line {
    uint32_t word;
    uint64_t pc;
    enum xenon_op op;
    bool basic, absolute;
};

static void put_operand(struct xenon_text *t, const struct line *line, unsigned operand, int64_t value)
{
    const char *name;

    switch (xenon_form_operand_kind(operand)) {
    case XENON_GPR0:
        if (value == 0) {
            xenon_put_char(t, '0'); /* is no register */
            break;
        }
        __attribute__((fallthrough));
    case XENON_GPR:
        put_register(t, "r", value);
        break;
    case XENON_FPR:
        put_register(t, "f", value);
        break;
    case XENON_VR:
        put_register(t, "v", value);
        break;
    case XENON_CRF:
        put_register(t, "cr", value);
        break;
    case XENON_CRB:
        put_bit(t, value);
        break;
    case XENON_SPR:
        name = line->basic ? NULL : xenon_spr_name((unsigned)value);
        if (name != NULL)
            xenon_put(t, name);
        else
            xenon_put_signed(t, value);
        break;
    case XENON_UNSIGNED:
        if (xenon_operand_range(operand).high >= 255) /* masks and the like */
            xenon_put_hex(t, (uint64_t)value, 1);
        else
            xenon_put_signed(t, value);
        break;
    case XENON_SIGNED:
        if (line->op == XENON_OP_ADDIS) /* the upper half of something */
            xenon_put_hex(t, (uint64_t)value & UINT16_MAX, 1);
        else
            xenon_put_signed(t, value);
        break;
    case XENON_DISPLACEMENT:
        xenon_put_signed(t, value);
        break;
    case XENON_RELATIVE: {
        uint64_t target = (uint64_t)value + (line->absolute ? 0 : line->pc);
        xenon_put_hex(t, line->pc <= UINT32_MAX ? target & UINT32_MAX : target, 1);
        break;
    }
    }
}

static void put_form(struct xenon_text *t, const struct line *line, const struct xenon_form *form,
                     const int64_t value[], const char *hint)
{
    uint16_t flags = form->suffixes;
    bool in_parentheses = false, first = true;

    xenon_put(t, form->mnemonic);
    if (flags & XENON_OE && line->word & xenon_suffix_bits(XENON_OE))
        xenon_put_char(t, 'o');
    if (flags & XENON_LK && line->word & xenon_suffix_bits(XENON_LK))
        xenon_put_char(t, 'l');
    if (flags & XENON_AA && line->word & xenon_suffix_bits(XENON_AA))
        xenon_put_char(t, 'a');
    flags &= XENON_RC | XENON_RC21 | XENON_RC25;
    if (line->word & xenon_suffix_bits(flags))
        xenon_put_char(t, '.');
    xenon_put(t, hint);
    for (unsigned i = 0; i < form->operands; i++) {
        bool needed = form->fields == NULL && i == 0 && form->operands > 1; /* cmp 0, r3, r4 would be another's cmp */
        if (form->optional[i] && !needed && value[i] == xenon_form_default(form->operand[i]))
            continue;
        xenon_put(t, first ? " " : in_parentheses ? "(" : ", ");
        put_operand(t, line, form->operand[i], value[i]);
        if (in_parentheses)
            xenon_put_char(t, ')');
        in_parentheses = xenon_form_operand_kind(form->operand[i]) == XENON_DISPLACEMENT;
        first = false;
    }
}

static void put_instruction(struct xenon_text *t, const struct line *line)
{
    struct xenon_form form = xenon_form(line->op);
    int64_t value[XENON_FORM_OPERANDS_MAX];
    uint32_t bare = line->word & ~xenon_suffix_bits(form.suffixes);

    if (!line->basic) {
        uint32_t unhinted = bare;
        const char *hint = xenon_hint_take(line->op, &unhinted);
        for (size_t i = XENON_OP_COUNT; i < xenon_forms; i++) {
            if (xenon_form_op(i) != line->op)
                continue;
            struct xenon_form other = xenon_form(i);
            if (other.written && (line->word & xenon_suffix_bits(form.suffixes & ~other.suffixes)) == 0 &&
                xenon_form_decode(&other, unhinted, value)) {
                put_form(t, line, &other, value, hint);
                return;
            }
        }
    }
    xenon_form_decode(&form, bare, value);
    put_form(t, line, &form, value, "");
}

size_t xenon_write_form(char *text, size_t size, const struct xenon_form *form, const int64_t value[],
                        uint32_t suffixes, const char *hint, uint64_t pc)
{
    struct xenon_text t = xenon_text(text, size);
    struct line line = {.word = suffixes,
                        .pc = pc,
                        .op = form->op,
                        .absolute = form->suffixes & XENON_AA && suffixes & xenon_suffix_bits(XENON_AA)};
    put_form(&t, &line, form, value, hint);
    return t.length;
}

/* The word with its reserved bits 0. */
static uint32_t without_reserved_bits(enum xenon_op op, uint32_t word)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    uint32_t clean = info->match | (word & xenon_suffix_bits(xenon_form(op).suffixes));
    for (unsigned i = 0; i < info->operands; i++)
        clean = xenon_operand_put(info->operand[i], clean, xenon_operand_get(info->operand[i], word));
    return clean;
}

size_t xenon_disassemble(char *text, size_t size, uint32_t word, uint64_t pc, unsigned flags)
{
    struct xenon_text t = xenon_text(text, size);
    enum xenon_op op = xenon_op_of(word);

    if (op == XENON_OP_ILLEGAL) {
        xenon_put(&t, ".long ");
        xenon_put_hex(&t, word, 8);
        return t.length;
    }
    struct line line = {.word = without_reserved_bits(op, word),
                        .pc = pc,
                        .op = op,
                        .basic = flags & XENON_DISASSEMBLE_BASIC,
                        .absolute = xenon_op_info[op].flags & XENON_AA && word & xenon_suffix_bits(XENON_AA)};
    if (line.word != word) {
        xenon_put(&t, ".long ");
        xenon_put_hex(&t, word, 8);
        xenon_put(&t, " # ");
    }
    put_instruction(&t, &line);
    if (line.word != word)
        xenon_put(&t, " with reserved bits set");
    return t.length;
}
