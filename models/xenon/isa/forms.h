/* The ways of writing instructions: every row of isa.def, then every alias of aliases.def. What assembler and
 * disassembler share. */
#ifndef CYCLE360_XENON_ISA_FORMS_H
#define CYCLE360_XENON_ISA_FORMS_H

#include "models/xenon/isa/isa.h"

/* What aliases have as operands beyond those of operands.def. */
enum xenon_form_operand {
    XENON_FORM_NUMBER_N = XENON_OPERAND_COUNT,
    XENON_FORM_NUMBER_B,
    XENON_FORM_CR,
    XENON_FORM_BIT,
    XENON_FORM_OPERAND_COUNT,
};

enum { XENON_FORM_OPERANDS_MAX = 5 };

struct xenon_form {
    const char *mnemonic;
    enum xenon_op op;
    uint16_t suffixes;                        /* of XENON_RC, OE, LK, AA, RC21, RC25: what may be appended */
    bool written;                             /* by the disassembler too */
    uint8_t operands;                         /* how many */
    uint8_t operand[XENON_FORM_OPERANDS_MAX]; /* enum xenon_operand or xenon_form_operand */
    bool optional[XENON_FORM_OPERANDS_MAX];
    const char *fields; /* what the row's operands become; NULL: these operands, in this order */
};

extern const size_t xenon_forms;

/* Forms 1 to XENON_OP_COUNT - 1 are the rows of the same number; aliases follow, in the order of their table. */
struct xenon_form xenon_form(size_t index);
const char *xenon_form_mnemonic(size_t index);
enum xenon_op xenon_form_op(size_t index);

const char *xenon_form_operand_name(unsigned operand);
enum xenon_operand_kind xenon_form_operand_kind(unsigned operand);

/* The bits of a word that its row has as suffixes: XENON_OE is bit 21, and so on. */
uint32_t xenon_suffix_bits(uint16_t suffixes);

/* Whether `mnemonic` is this form's with suffixes that it has; *bits is what these set in the word. */
bool xenon_form_reads(size_t index, const char *mnemonic, size_t length, uint32_t *bits);

/* The word of these operands, without suffixes; false where they cannot be expressed: then *misfit is a field of the
 * row that cannot hold its value. */
struct xenon_misfit {
    enum xenon_operand operand;
    int64_t value;
};
bool xenon_form_encode(const struct xenon_form *form, const int64_t value[], uint32_t *word,
                       struct xenon_misfit *misfit);

/* The operands with which the form makes this word, which has none of its suffixes' bits; false where there are none.
 */
bool xenon_form_decode(const struct xenon_form *form, uint32_t word, int64_t value[]);

/* "[CRFD, ]RA, SIMM": the operands as the tables write them. */
struct xenon_text;
void xenon_form_syntax(struct xenon_text *text, const struct xenon_form *form);

/* The numbers that an operand holds: from low to high in steps. */
struct xenon_range {
    int64_t low, high, step;
};
struct xenon_range xenon_operand_range(unsigned operand);

/* What stands for an operand that is left out. */
int64_t xenon_form_default(unsigned operand);

#endif
