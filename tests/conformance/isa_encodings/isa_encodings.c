/* Assembly text that any assembler for PowerPC takes, and the words that it stands for: every form of isa.def and
 * aliases.def with random operands, for a comparison with one that is not ours.
 *
 *   isa_encodings TEXT.s WORDS.bin RANDOM.bin [SEED [TIMES]]
 *
 * Left out are VMX128, which others do not know, and what they refuse: see refused(). RANDOM.bin is any
 * words. */
#include "models/xenon/isa/disasm.h"
#include "models/xenon/isa/forms.h"
#include "models/xenon/isa/hints.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next_random(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Forms that GNU as does not have, or, as mftb, makes another instruction of (mfspr, as later processors prefer). */
static bool unknown(const struct xenon_form *form)
{
    return strcmp(form->mnemonic, "dcbz128") == 0 /* it says dcbzl */ || strcmp(form->mnemonic, "mtfs") == 0 ||
           form->op == XENON_OP_MFTB || xenon_op_info[form->op].group == XENON_VMX128;
}

static int64_t field(enum xenon_op op, uint32_t word, unsigned operand)
{
    for (unsigned i = 0; i < xenon_op_info[op].operands; i++)
        if (xenon_op_info[op].operand[i] == operand)
            return xenon_operand_get((enum xenon_operand)operand, word);
    return -1;
}

/* BO's bits that must be 0, or are a hint for which there is another way of writing. */
static bool odd_branch(enum xenon_op op, int64_t bo)
{
    bool by_condition = (bo & 0x14) == 0x04, by_count = (bo & 0x14) == 0x10, always = (bo & 0x14) == 0x14;
    return always         ? bo != 20
           : by_condition ? (bo & 3) != 0
           : by_count     ? (bo & 9) != 0 || op == XENON_OP_BCCTR
                          : (bo & 1) != 0 || op == XENON_OP_BCCTR;
}

/* Words that GNU as calls invalid though they have an encoding. */
static bool refused(const struct xenon_form *form, uint32_t word)
{
    enum xenon_op op = form->op;
    const struct xenon_op_info *info = &xenon_op_info[op];
    int64_t rd = field(op, word, XENON_OPERAND_RD), ra = field(op, word, XENON_OPERAND_RA);
    int64_t ra0 = field(op, word, XENON_OPERAND_RA0), rb = field(op, word, XENON_OPERAND_RB);
    int64_t mask = field(op, word, XENON_OPERAND_CRM), count = field(op, word, XENON_OPERAND_NB);

    if ((info->group == XENON_LOAD || info->group == XENON_STORE) && ra >= 0) /* update forms */
        return ra == 0 || ra == rd;
    switch (op) {
    case XENON_OP_LMW:
        return ra0 >= rd;
    case XENON_OP_LSWX:
        return ra0 == rd || rb == rd;
    case XENON_OP_LSWI:
        count = ((count == 0 ? 32 : count) + 3) / 4;
        return (ra0 - rd + 32) % 32 < count;
    case XENON_OP_MFOCRF: /* other than one field */
    case XENON_OP_MTOCRF:
        return mask == 0 || (mask & (mask - 1)) != 0;
    case XENON_OP_MTCRF: /* one field alone: it makes mtocrf of that */
        return mask != 0 && (mask & (mask - 1)) == 0;
    case XENON_OP_MFSPR: /* registers that this processor has not: others give them names */
    case XENON_OP_MTSPR:
        return xenon_spr_name((unsigned)field(op, word, XENON_OPERAND_SPR)) == NULL ||
               (field(op, word, XENON_OPERAND_SPR) & ~1) == 268 ||           /* the time base: mftb to it */
               (form->fields != NULL && strchr(form->fields, 'n') != NULL && /* mfsprg, mtsprg */
                field(op, word, XENON_OPERAND_SPR) > 275);
    case XENON_OP_VSPLTB: /* elements that are not there */
        return field(op, word, XENON_OPERAND_UIM5) > 15;
    case XENON_OP_VSPLTH:
        return field(op, word, XENON_OPERAND_UIM5) > 7;
    case XENON_OP_VSPLTW:
        return field(op, word, XENON_OPERAND_UIM5) > 3;
    case XENON_OP_DST: /* dstt and its like are other instructions to it */
    case XENON_OP_DSTST:
    case XENON_OP_DSS:
        return form->fields == NULL && field(op, word, XENON_OPERAND_T) == 1;
    case XENON_OP_BC:
    case XENON_OP_BCLR:
    case XENON_OP_BCCTR:
        return odd_branch(op, field(op, word, XENON_OPERAND_BO));
    case XENON_OP_RLWINM: /* rotrwi by 32, rotrdi by 64, and the extraction of so many */
        return (strcmp(form->mnemonic, "rotrwi") == 0 && field(op, word, XENON_OPERAND_SH) == 0) ||
               (strcmp(form->mnemonic, "extrwi") == 0 && field(op, word, XENON_OPERAND_MB) == 0);
    case XENON_OP_RLDICL:
        return (strcmp(form->mnemonic, "rotrdi") == 0 && field(op, word, XENON_OPERAND_SH64) == 0) ||
               (strcmp(form->mnemonic, "extrdi") == 0 && field(op, word, XENON_OPERAND_MB64) == 0);
    default:
        return false;
    }
}

static int64_t random_value(unsigned operand)
{
    struct xenon_range range = xenon_operand_range(operand);
    if (operand >= XENON_FORM_NUMBER_N && operand <= XENON_FORM_NUMBER_B)
        return next_random() % 4 == 0 ? (int64_t)(next_random() % 65) : (int64_t)(next_random() % 33);
    if (operand == XENON_OPERAND_CRM && next_random() & 1)
        return INT64_C(1) << next_random() % 8;
    uint64_t count = (uint64_t)(range.high - range.low) / (uint64_t)range.step + 1;
    return range.low + (int64_t)(next_random() % count) * range.step;
}

/* The suffixes of a form by chance. */
static uint32_t random_suffixes(const struct xenon_form *form)
{
    uint32_t bits = 0;
    for (unsigned flag = 1; flag <= XENON_RC25; flag <<= 1)
        if (form->suffixes & flag && next_random() & 1)
            bits |= xenon_suffix_bits((uint16_t)flag);
    return bits;
}

static void put_word(FILE *file, uint32_t word)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(word >> shift & 255), file);
}

static bool one(FILE *text, FILE *words, const struct xenon_form *form)
{
    int64_t value[XENON_FORM_OPERANDS_MAX] = {0}, relative = 0;
    struct xenon_misfit misfit;
    uint32_t word, suffixes = random_suffixes(form);
    char line[128], *target = NULL;

    for (unsigned i = 0; i < form->operands; i++) {
        value[i] = random_value(form->operand[i]);
        for (unsigned k = 0; k < i; k++)
            if (form->operand[k] == form->operand[i])
                value[i] = value[k];
    }
    if (!xenon_form_encode(form, value, &word, &misfit) || refused(form, word))
        return false;
    const char *hint = next_random() % 3 == 0 ? "+" : next_random() % 2 ? "-" : "";
    if (hint[0] != '\0' && (form->fields == NULL || !xenon_hint_put(form->op, &word, hint[0])))
        hint = "";
    /* A constant is where a branch goes to us, and how far to GNU as: from here both count alike. */
    if (form->operands > 0 && xenon_form_operand_kind(form->operand[form->operands - 1]) == XENON_RELATIVE) {
        relative = value[form->operands - 1];
        value[form->operands - 1] = 0;
        xenon_write_form(line, sizeof line, form, value, suffixes, hint, 0);
        target = strstr(line, "0x0");
        snprintf(target, sizeof line - (size_t)(target - line), "%s%" PRId64,
                 suffixes & xenon_suffix_bits(XENON_AA) ? ""
                 : relative < 0                         ? "."
                                                        : ".+",
                 relative);
    } else {
        xenon_write_form(line, sizeof line, form, value, suffixes, hint, 0);
    }
    word |= suffixes;
    fprintf(text, "\t%s\n", line);
    put_word(words, word);
    return true;
}

/* Names of special purpose registers, which GNU as calls by their numbers. */
static void define_names(FILE *text)
{
    for (unsigned number = 0; number < 1024; number++)
        if (xenon_spr_name(number) != NULL)
            fprintf(text, "\t.set %s, %u\n", xenon_spr_name(number), number);
}

int main(int argc, char **argv)
{
    enum { ANY = 100000 };
    unsigned long times = argc > 5 ? strtoul(argv[5], NULL, 0) : 64, lines = 0, forms = 0;
    FILE *text = argc > 1 ? fopen(argv[1], "w") : NULL, *words = argc > 2 ? fopen(argv[2], "wb") : NULL;
    FILE *any = argc > 3 ? fopen(argv[3], "wb") : NULL;

    state = argc > 4 ? strtoull(argv[4], NULL, 0) : 1;
    if (text == NULL || words == NULL || any == NULL) {
        fprintf(stderr, "usage: isa_encodings TEXT.s WORDS.bin RANDOM.bin [SEED [TIMES]]\n");
        return 2;
    }
    define_names(text);
    for (size_t i = 1; i < xenon_forms; i++) {
        struct xenon_form form = xenon_form(i);
        if (unknown(&form))
            continue;
        unsigned long made = 0;
        for (unsigned long n = 0; n < (form.operands == 0 ? 8 : times); n++)
            made += one(text, words, &form);
        if (made == 0) {
            fprintf(stderr, "%s: none of its operands fit\n", form.mnemonic);
            return 1;
        }
        lines += made;
        forms++;
    }
    for (unsigned i = 0; i < ANY; i++) {
        const struct xenon_op_info *info = &xenon_op_info[1 + next_random() % (XENON_OP_COUNT - 1)];
        uint32_t word = (uint32_t)next_random();
        if (i % 4 != 0)
            word = (word & ~info->mask) | info->match;
        put_word(any, word);
    }
    if (fclose(text) != 0 || fclose(words) != 0 || fclose(any) != 0)
        return 4;
    printf("%lu lines of %lu forms\n", lines, forms);
    return 0;
}
