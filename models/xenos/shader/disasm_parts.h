/* What the disassemblers of the formats share. */
#ifndef CYCLE360_XENOS_SHADER_DISASM_PARTS_H
#define CYCLE360_XENOS_SHADER_DISASM_PARTS_H

#include "models/xenos/shader/disasm.h"
#include "models/xenos/shader/text.h"

/* "(p0) " or "(!p0) ". */
void xenos_say_predicate(struct xenos_text *t, bool predicated, bool condition);
/* Register "r5", "r[5+aL]", "c_abs[5+a0]". */
void xenos_say_register(struct xenos_text *t, const struct xenos_source *source);
void xenos_say_export(struct xenos_text *t, enum xenos_shader_type type, unsigned index);
/* `, Name=value` for each field of the format that differs from what was said so far. */
void xenos_say_fields(struct xenos_text *t, enum xenos_format format, const struct xenos_words *said,
                      const struct xenos_words *words);

#endif
