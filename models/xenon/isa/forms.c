#include "models/xenon/isa/forms.h"

#include "models/xenon/isa/text.h"

#include <string.h>

enum how { ASSEMBLER, BOTH, EXACT };

static const struct alias {
    const char *mnemonic, *operands, *fields;
    uint16_t op;
    uint8_t how;
} alias[] = {
#define ALIAS(mnemonic, operands, id, fields, how) {mnemonic, operands, fields, XENON_OP_##id, how},
#include "models/xenon/isa/aliases.def"
#undef ALIAS
};

enum { SUFFIXES = XENON_RC | XENON_OE | XENON_LK | XENON_AA | XENON_RC21 | XENON_RC25 };

const size_t xenon_forms = XENON_OP_COUNT + sizeof alias / sizeof *alias;

static const char *const own_name[] = {"n", "b", "cr", "bit"};

const char *xenon_form_operand_name(unsigned operand)
{
    return operand < XENON_OPERAND_COUNT ? xenon_operand_info[operand].name : own_name[operand - XENON_OPERAND_COUNT];
}

enum xenon_operand_kind xenon_form_operand_kind(unsigned operand)
{
    switch (operand) {
    case XENON_FORM_NUMBER_N:
    case XENON_FORM_NUMBER_B:
        return XENON_SIGNED;
    case XENON_FORM_CR:
        return XENON_CRF;
    case XENON_FORM_BIT:
        return XENON_CRB;
    default:
        return xenon_operand_info[operand].kind;
    }
}

int64_t xenon_form_default(unsigned operand)
{
    return operand == XENON_OPERAND_TBR ? 268 : 0; /* mftb alone reads the whole time base */
}

static bool is(const char *name, const char *text, size_t length)
{
    return strncmp(name, text, length) == 0 && name[length] == '\0';
}

static unsigned operand_of(const char *text, size_t length)
{
    unsigned o = 0;
    while (o < XENON_FORM_OPERAND_COUNT - 1 && !is(xenon_form_operand_name(o), text, length))
        o++;
    return o;
}

const char *xenon_form_mnemonic(size_t index)
{
    return index < XENON_OP_COUNT ? xenon_op_info[index].mnemonic : alias[index - XENON_OP_COUNT].mnemonic;
}

enum xenon_op xenon_form_op(size_t index)
{
    return index < XENON_OP_COUNT ? (enum xenon_op)index : (enum xenon_op)alias[index - XENON_OP_COUNT].op;
}

struct xenon_form xenon_form(size_t index)
{
    enum xenon_op op = xenon_form_op(index);
    const struct xenon_op_info *info = &xenon_op_info[op];
    struct xenon_form form = {
        .mnemonic = xenon_form_mnemonic(index), .op = op, .suffixes = info->flags & SUFFIXES, .written = true};

    if (index < XENON_OP_COUNT) {
        form.operands = info->operands;
        memcpy(form.operand, info->operand, info->operands);
        memcpy(form.optional, info->optional, info->operands);
        return form;
    }
    const struct alias *a = &alias[index - XENON_OP_COUNT];
    form.fields = a->fields;
    form.written = a->how != ASSEMBLER;
    if (a->how == EXACT)
        form.suffixes = 0;
    bool optional = false;
    for (const char *p = a->operands; *p != '\0' && form.operands < XENON_FORM_OPERANDS_MAX;) {
        size_t length = strcspn(p, "[](), ");
        if (length == 0) {
            optional = *p == '[' || (optional && *p != ']');
            p++;
            continue;
        }
        form.operand[form.operands] = (uint8_t)operand_of(p, length);
        form.optional[form.operands++] = optional;
        p += length;
    }
    return form;
}

void xenon_form_syntax(struct xenon_text *text, const struct xenon_form *form)
{
    bool in_parentheses = false;
    for (unsigned i = 0; i < form->operands; i++) {
        const char *name = xenon_form_operand_name(form->operand[i]);
        if (form->optional[i] && i == 0) { /* "[cr, ]BD" */
            xenon_put_char(text, '[');
            xenon_put(text, name);
            xenon_put(text, form->operands > 1 ? ", ]" : "]");
            continue;
        }
        if (form->optional[i])
            xenon_put_char(text, '[');
        if (i > 0 && !form->optional[i - 1])
            xenon_put(text, in_parentheses ? "(" : ", ");
        xenon_put(text, name);
        if (in_parentheses)
            xenon_put_char(text, ')');
        if (form->optional[i])
            xenon_put_char(text, ']');
        in_parentheses = xenon_form_operand_kind(form->operand[i]) == XENON_DISPLACEMENT;
    }
}

struct xenon_range xenon_operand_range(unsigned operand)
{
    switch (operand) {
    case XENON_FORM_NUMBER_N:
    case XENON_FORM_NUMBER_B:
        return (struct xenon_range){INT64_MIN, INT64_MAX, 1}; /* the fields that it goes into say */
    case XENON_FORM_CR:
        operand = XENON_OPERAND_CRFD;
        break;
    case XENON_FORM_BIT:
        operand = XENON_OPERAND_CRBD;
        break;
    default:
        break;
    }
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    int64_t step = INT64_C(1) << info->scale, count = 1;
    for (unsigned i = 0; i < info->segments; i++)
        count <<= info->segment[i].last - info->segment[i].first + 1U;
    int64_t low = xenon_operand_fits((enum xenon_operand)operand, -step) ? -count / 2 : 0;
    return (struct xenon_range){low * step, (low + count - 1) * step, step};
}

uint32_t xenon_suffix_bits(uint16_t suffixes)
{
    return (suffixes & (XENON_RC | XENON_LK) ? 1U : 0) | (suffixes & XENON_AA ? 2U : 0) |
           (suffixes & (XENON_OE | XENON_RC21) ? UINT32_C(1) << (31 - 21) : 0) |
           (suffixes & XENON_RC25 ? UINT32_C(1) << (31 - 25) : 0);
}

bool xenon_form_reads(size_t index, const char *mnemonic, size_t length, uint32_t *bits)
{
    static const struct {
        char letter;
        uint16_t flags;
    } suffix[] = {{'o', XENON_OE}, {'l', XENON_LK}, {'a', XENON_AA}, {'.', XENON_RC | XENON_RC21 | XENON_RC25}};
    const char *name = xenon_form_mnemonic(index);
    size_t stem = 0;

    while (stem < length && name[stem] != '\0' && name[stem] == mnemonic[stem])
        stem++;
    if (index == XENON_OP_ILLEGAL || name[stem] != '\0')
        return false;
    *bits = 0;
    if (length == stem)
        return true;
    uint16_t has = xenon_form(index).suffixes;
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++)
        if (stem < length && mnemonic[stem] == suffix[i].letter && has & suffix[i].flags) {
            *bits |= xenon_suffix_bits(has & suffix[i].flags);
            stem++;
        }
    return stem == length;
}

/* One field of an alias: constant + the sum of times[i] * (the i-th operand). */
struct sum {
    int64_t constant, times[XENON_FORM_OPERANDS_MAX];
    unsigned terms;
};

static unsigned position(const struct xenon_form *form, const char *name, size_t length)
{
    unsigned i = 0;
    while (i + 1 < form->operands && !is(xenon_form_operand_name(form->operand[i]), name, length))
        i++;
    return i;
}

/* Reads the next field and steps over the comma behind it. */
static struct sum next_field(const struct xenon_form *form, const char **at)
{
    struct sum sum = {0};
    const char *p = *at;
    while (*p == ' ' || *p == ',')
        p++;
    do {
        int64_t sign = *p == '-' ? -1 : 1, number = 0;
        if (*p == '-' || *p == '+')
            p++;
        bool counted = *p >= '0' && *p <= '9';
        while (*p >= '0' && *p <= '9')
            number = number * 10 + (*p++ - '0');
        if (counted && *p != '*') {
            sum.constant += sign * number;
            continue;
        }
        p += *p == '*';
        size_t length = strcspn(p, "+-*, ");
        sum.times[position(form, p, length)] += sign * (counted ? number : 1);
        sum.terms++;
        p += length;
    } while (*p == '+' || *p == '-');
    *at = p;
    return sum;
}

/* How far a rotation goes before it is none; 0 for fields that are no rotation's amount. */
static int64_t turn(unsigned operand)
{
    return operand == XENON_OPERAND_SH ? 32 : operand == XENON_OPERAND_SH64 ? 64 : 0;
}

/* Whether the numbers of an alias are bits of what is rotated: b counts from the left, n is how many. */
static bool within(const struct xenon_form *form, unsigned operand, const int64_t value[])
{
    for (unsigned i = 0; i < form->operands && turn(operand) != 0; i++)
        if ((form->operand[i] == XENON_FORM_NUMBER_B && (value[i] < 0 || value[i] >= turn(operand))) ||
            (form->operand[i] == XENON_FORM_NUMBER_N && (value[i] < 0 || value[i] > turn(operand))))
            return false;
    return true;
}

bool xenon_form_encode(const struct xenon_form *form, const int64_t value[], uint32_t *word,
                       struct xenon_misfit *misfit)
{
    const struct xenon_op_info *info = &xenon_op_info[form->op];
    const char *fields = form->fields;
    uint32_t made = info->match;

    for (unsigned i = 0; i < info->operands; i++) {
        unsigned operand = info->operand[i];
        int64_t number = value[i];
        if (fields != NULL) {
            struct sum sum = next_field(form, &fields);
            uint64_t total = (uint64_t)sum.constant; /* of hostile numbers: may wrap, and then fits nowhere */
            for (unsigned k = 0; k < form->operands; k++)
                total += (uint64_t)sum.times[k] * (uint64_t)value[k];
            number = (int64_t)total;
            bool copied = sum.constant == 0 && sum.terms == 1;
            if (!copied && turn(operand) != 0 && number == turn(operand))
                number = 0;
        }
        if (!xenon_operand_fits(operand, number) || !within(form, operand, value)) {
            *misfit = (struct xenon_misfit){operand, number};
            return false;
        }
        made = xenon_operand_put(operand, made, number);
    }
    *word = made;
    return true;
}

/* Finds operands of an alias, one at a time: a field with one unknown gives it, and all are checked in the end by
 * encoding them. Two unknowns at most stand in one field, so as many rounds as operands are enough. */
static void solve(const struct xenon_form *form, uint32_t word, int64_t value[])
{
    const struct xenon_op_info *info = &xenon_op_info[form->op];
    bool known[XENON_FORM_OPERANDS_MAX] = {false};

    for (unsigned round = 0; round < form->operands; round++) {
        const char *fields = form->fields;
        for (unsigned i = 0; i < info->operands; i++) {
            struct sum sum = next_field(form, &fields);
            int64_t left = xenon_operand_get(info->operand[i], word) - sum.constant;
            unsigned unknowns = 0, which = 0;
            for (unsigned k = 0; k < form->operands; k++)
                if (sum.times[k] != 0 && known[k])
                    left -= sum.times[k] * value[k];
                else if (sum.times[k] != 0) {
                    unknowns++;
                    which = k;
                }
            if (unknowns != 1)
                continue;
            value[which] = left / sum.times[which];
            if (turn(info->operand[i]) != 0)
                value[which] &= turn(info->operand[i]) - 1;
            known[which] = true;
        }
    }
}

bool xenon_form_decode(const struct xenon_form *form, uint32_t word, int64_t value[])
{
    struct xenon_misfit misfit;
    uint32_t again;

    for (unsigned i = 0; i < XENON_FORM_OPERANDS_MAX; i++)
        value[i] = 0;
    if (form->fields == NULL) {
        for (unsigned i = 0; i < form->operands; i++)
            value[i] = xenon_operand_get(form->operand[i], word);
    } else {
        solve(form, word, value);
    }
    return xenon_form_encode(form, value, &again, &misfit) && again == word;
}
