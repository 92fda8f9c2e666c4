/* Words as text: what the assembler makes into the same words again. docs/shader-isa.md has the syntax. */
#ifndef CYCLE360_XENOS_SHADER_DISASM_H
#define CYCLE360_XENOS_SHADER_DISASM_H

#include "models/xenos/shader/isa.h"

enum xenos_shader_type { XENOS_VERTEX_SHADER, XENOS_PIXEL_SHADER };

enum { XENOS_DISASSEMBLY_MAX = 1024 }; /* a buffer of this size holds every instruction */

/* These write one instruction and return its length as snprintf does. Both halves of an ALU instruction that has two
 * are lines of their own, the second with a `+` before it. Every bit is in the text: fields that its operands do not
 * give, and that are not as usual, follow as Name=value. */
size_t xenos_disassemble_alu(char *text, size_t size, const struct xenos_words *slot, enum xenos_shader_type type);
size_t xenos_disassemble_fetch(char *text, size_t size, const struct xenos_words *slot);

/* The same of control flow. `around` is what the assembler would give an exec from the lines that follow it: address,
 * count, sequence and vertex_cache; NULL where it would give nothing. */
size_t xenos_disassemble_cf(char *text, size_t size, const struct xenos_words *cf, enum xenos_shader_type type,
                            const struct xenos_cf *around);

/* "oPos" and the like. */
size_t xenos_export_name(char *text, size_t size, enum xenos_shader_type type, unsigned index);

#endif
