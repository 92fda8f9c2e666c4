/* What `cycle360 isa` prints of one instruction. */
#ifndef CYCLE360_BOARD_CLI_ISA_PRINT_H
#define CYCLE360_BOARD_CLI_ISA_PRINT_H

#include "models/xenon/isa/isa.h"

#include <stdio.h>

/* Everything about it: how it is written, what it does, a picture of the word, its simplified forms. */
void isa_print_row(FILE *out, enum xenon_op op);

/* The same as one JSON object. */
void isa_print_row_json(FILE *out, enum xenon_op op);

/* "integer", "VMX128" ... */
const char *isa_group_name(enum xenon_group group);

enum { ISA_SYNTAX_MAX = 80 };

/* The operands as the assembler takes them, "[CRFD, ]L, RA, SIMM"; of a form's number. */
const char *isa_syntax(size_t form, char text[ISA_SYNTAX_MAX]);

#endif
