/* One instruction assembled. */
#ifndef CYCLE360_XENON_ISA_ASM_INSN_H
#define CYCLE360_XENON_ISA_ASM_INSN_H

#include "models/xenon/asm/expression.h"

/* Text is a mnemonic and its operands, with nothing around them. False: *mistake says what is wrong, and where. */
bool xenon_assemble_insn(const struct xenon_scope *scope, struct xenon_slice text, uint32_t *word,
                         struct xenon_mistake *mistake);

/* The mnemonic that is most like the text, for "did you mean", or NULL. */
const char *xenon_nearest_mnemonic(struct xenon_slice text);

#endif
