#include "board/cli/isa_print.h"

#include "board/cli/json.h"
#include "models/xenon/isa/forms.h"
#include "models/xenon/isa/text.h"

#include <inttypes.h>
#include <string.h>

const char *isa_group_name(enum xenon_group group)
{
    static const char *const name[] = {
        [XENON_INT] = "integer",   [XENON_BRANCH] = "branch",     [XENON_LOAD] = "load",   [XENON_STORE] = "store",
        [XENON_SYSTEM] = "system", [XENON_FP] = "floating point", [XENON_VMX] = "AltiVec", [XENON_VMX128] = "VMX128",
    };
    return name[group];
}

const char *isa_syntax(size_t form, char text[ISA_SYNTAX_MAX])
{
    struct xenon_form f = xenon_form(form);
    struct xenon_text t = xenon_text(text, ISA_SYNTAX_MAX);
    xenon_form_syntax(&t, &f);
    return text;
}

/* The word's bits from left to right, in cells: what is fixed, one part of an operand, a suffix, what is reserved. */

enum { CELLS_MAX = 32, LABEL_MAX = 40, BITS = 32 };

struct cell {
    unsigned first, last;
    char label[LABEL_MAX];
};

static const struct {
    unsigned flag, bit;
    const char *label, *suffix;
} suffix[] = {
    {XENON_OE, 21, "OE", "o"}, {XENON_LK, 31, "LK", "l"},   {XENON_AA, 30, "AA", "a"},
    {XENON_RC, 31, "Rc", "."}, {XENON_RC21, 21, "Rc", "."}, {XENON_RC25, 25, "Rc", "."},
};

enum { SUFFIXES = sizeof suffix / sizeof *suffix };

/* The operand's name, and where it is in pieces, which of its bits stand here, the lowest being 0. */
static void label_operand(char label[LABEL_MAX], const struct xenon_operand_info *info, unsigned segment)
{
    unsigned below = info->scale;
    for (unsigned i = segment + 1; i < info->segments; i++)
        below += info->segment[i].last - info->segment[i].first + 1U;
    unsigned top = below + info->segment[segment].last - info->segment[segment].first;
    if (info->segments == 1)
        snprintf(label, LABEL_MAX, "%s", info->name);
    else if (top == below)
        snprintf(label, LABEL_MAX, "%s:%u", info->name, top);
    else
        snprintf(label, LABEL_MAX, "%s:%u-%u", info->name, top, below);
}

static struct cell cell_at(const struct xenon_op_info *info, unsigned bit)
{
    struct cell cell = {.first = bit, .last = bit, .label = "/"};
    uint32_t mask = info->mask << bit;

    if (mask & 0x80000000) {
        unsigned n = 0;
        for (; bit + n < BITS && (mask << n) & 0x80000000 && n + 1 < LABEL_MAX && (n == 0 || bit + n != 6); n++)
            cell.label[n] = info->match << (bit + n) & 0x80000000 ? '1' : '0';
        cell.label[n] = '\0';
        cell.last = bit + n - 1;
        return cell;
    }
    for (unsigned i = 0; i < SUFFIXES; i++)
        if (info->flags & suffix[i].flag && suffix[i].bit == bit) {
            snprintf(cell.label, sizeof cell.label, "%s", suffix[i].label);
            return cell;
        }
    for (unsigned i = 0; i < info->operands; i++) {
        const struct xenon_operand_info *operand = &xenon_operand_info[info->operand[i]];
        for (unsigned k = 0; k < operand->segments; k++)
            if (operand->segment[k].first == bit) {
                label_operand(cell.label, operand, k);
                cell.last = operand->segment[k].last;
                return cell;
            }
    }
    return cell;
}

static unsigned cells_of(const struct xenon_op_info *info, struct cell cell[CELLS_MAX])
{
    unsigned cells = 0;
    for (unsigned bit = 0; bit < BITS;) {
        struct cell next = cell_at(info, bit);
        bit = next.last + 1;
        if (cells > 0 && strcmp(next.label, "/") == 0 && cell[cells - 1].label[0] == '/')
            cell[cells - 1].last = next.last;
        else
            cell[cells++] = next;
    }
    return cells;
}

static void draw(FILE *out, const struct xenon_op_info *info)
{
    struct cell cell[CELLS_MAX];
    unsigned cells = cells_of(info, cell), width[CELLS_MAX];
    char bits[CELLS_MAX][16];

    for (unsigned i = 0; i < cells; i++) {
        if (cell[i].first == cell[i].last)
            snprintf(bits[i], sizeof bits[i], "%u", cell[i].first);
        else
            snprintf(bits[i], sizeof bits[i], "%u-%u", cell[i].first, cell[i].last);
        size_t label = strlen(cell[i].label), number = strlen(bits[i]);
        width[i] = (unsigned)(label > number ? label : number);
    }
    fprintf(out, "  ");
    for (unsigned i = 0; i < cells; i++)
        fprintf(out, "  %-*s ", (int)width[i], bits[i]);
    fprintf(out, "\n  ");
    for (unsigned i = 0; i < cells; i++)
        fprintf(out, "| %-*s ", (int)width[i], cell[i].label);
    fprintf(out, "|\n");
}

/* What it needs, as sentences. */
static const char *needs(uint16_t flags)
{
    return flags & XENON_HYPERVISOR   ? "hypervisor state"
           : flags & XENON_SUPERVISOR ? "supervisor state"
           : flags & XENON_FPU        ? "MSR.FP"
           : flags & XENON_VXU        ? "MSR.VXU"
                                      : NULL;
}

/* "add", "addo", "add.", "addo.": with each choice of its suffixes. */
static void spellings(FILE *out, const char *mnemonic, uint16_t flags, const char *before, const char *after)
{
    unsigned has[SUFFIXES], count = 0;
    for (unsigned i = 0; i < SUFFIXES; i++)
        if (flags & suffix[i].flag)
            has[count++] = i;
    for (unsigned choice = 0; choice < 1U << count; choice++) {
        fprintf(out, "%s%s%s", choice == 0 ? "" : ", ", before, mnemonic);
        for (unsigned i = 0; i < count; i++)
            if (choice >> i & 1)
                fprintf(out, "%s", suffix[has[i]].suffix);
        fprintf(out, "%s", after);
    }
}

void isa_print_row(FILE *out, enum xenon_op op)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    char syntax[ISA_SYNTAX_MAX];

    fprintf(out, "%s %s\n\n  %s\n\n", info->mnemonic, isa_syntax(op, syntax), info->meaning);
    draw(out, info);
    fprintf(out, "\n  mask 0x%08" PRIx32 ", match 0x%08" PRIx32 ", form %s, %s\n", info->mask, info->match, info->form,
            isa_group_name(info->group));
    if (needs(info->flags) != NULL)
        fprintf(out, "  needs %s\n", needs(info->flags));
    if (info->flags & XENON_OPTIONAL)
        fprintf(out, "  not known to be there on hardware: see cycle360 isa --settings\n");
    if (xenon_form(op).suffixes != 0) {
        fprintf(out, "  written ");
        spellings(out, info->mnemonic, info->flags, "", "");
        fprintf(out, "\n");
    }
    for (unsigned i = 0; i < info->operands; i++) {
        struct xenon_range range = xenon_operand_range(info->operand[i]);
        enum xenon_operand_kind kind = xenon_operand_info[info->operand[i]].kind;
        if (kind != XENON_SIGNED && kind != XENON_UNSIGNED && kind != XENON_DISPLACEMENT && kind != XENON_RELATIVE)
            continue;
        fprintf(out, "  %s: %" PRId64 " to %" PRId64, xenon_operand_info[info->operand[i]].name, range.low, range.high);
        if (range.step > 1)
            fprintf(out, " in steps of %" PRId64, range.step);
        fprintf(out, "%s\n",
                kind == XENON_RELATIVE ? ", from the instruction; written as the address that is meant" : "");
    }
    bool first = true;
    for (size_t i = XENON_OP_COUNT; i < xenon_forms; i++) {
        if (xenon_form_op(i) != op)
            continue;
        struct xenon_form form = xenon_form(i);
        fprintf(out, "%s  %-9s %-26s = %s %s\n", first ? "\n" : "", form.mnemonic, isa_syntax(i, syntax),
                info->mnemonic, form.fields);
        first = false;
    }
}

static void member(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    json_text(out, text);
}

void isa_print_row_json(FILE *out, enum xenon_op op)
{
    const struct xenon_op_info *info = &xenon_op_info[op];
    char syntax[ISA_SYNTAX_MAX];
    struct cell cell[CELLS_MAX];
    unsigned cells = cells_of(info, cell);

    fprintf(out, "{\"mnemonic\": ");
    json_text(out, info->mnemonic);
    member(out, "operands", isa_syntax(op, syntax));
    member(out, "group", isa_group_name(info->group));
    member(out, "form", info->form);
    fprintf(out, ", \"mask\": \"%08" PRIx32 "\", \"match\": \"%08" PRIx32 "\"", info->mask, info->match);
    member(out, "meaning", info->meaning);
    fprintf(out, ", \"needs\": ");
    if (needs(info->flags) != NULL)
        json_text(out, needs(info->flags));
    else
        fprintf(out, "null");
    fprintf(out, ", \"optional\": %s, \"written\": [", info->flags & XENON_OPTIONAL ? "true" : "false");
    spellings(out, info->mnemonic, info->flags, "\"", "\"");
    fprintf(out, "], \"fields\": [");
    for (unsigned i = 0; i < cells; i++) {
        fprintf(out, "%s{\"first\": %u, \"last\": %u, \"label\": ", i == 0 ? "" : ", ", cell[i].first, cell[i].last);
        json_text(out, cell[i].label);
        fprintf(out, "}");
    }
    fprintf(out, "], \"aliases\": [");
    bool first = true;
    for (size_t i = XENON_OP_COUNT; i < xenon_forms; i++) {
        if (xenon_form_op(i) != op)
            continue;
        struct xenon_form form = xenon_form(i);
        fprintf(out, "%s{\"mnemonic\": ", first ? "" : ", ");
        json_text(out, form.mnemonic);
        member(out, "operands", isa_syntax(i, syntax));
        member(out, "means", form.fields);
        fprintf(out, "}");
        first = false;
    }
    fprintf(out, "]}");
}
