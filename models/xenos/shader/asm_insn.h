/* One instruction assembled. */
#ifndef CYCLE360_XENOS_SHADER_ASM_INSN_H
#define CYCLE360_XENOS_SHADER_ASM_INSN_H

#include "models/sim/status.h"
#include "models/xenos/shader/disasm.h"

struct xenos_mistake {
    size_t at; /* where in the text */
    struct sim_error error;
};

enum xenos_given { XENOS_GIVEN_ADDRESS = 1, XENOS_GIVEN_COUNT = 2, XENOS_GIVEN_SEQUENCE = 4, XENOS_GIVEN_CACHE = 8 };

struct xenos_insn {
    struct xenos_words words;
    enum xenos_format format;
    /* Of control flow: the label that it names, still to be put, or a length of 0; and which fields an exec was given
     * by name (enum xenos_given), the others being for the lines that follow to say. */
    const char *label;
    size_t label_length;
    unsigned given;
};

/* Text is one instruction, both halves of it where it has two, with nothing around it. False: *mistake says what is
 * wrong, and where. */
bool xenos_assemble_insn(const char *text, size_t length, enum xenos_shader_type type, struct xenos_insn *insn,
                         struct xenos_mistake *mistake);

/* What both directions know. */

struct xenos_export_info {
    const char *name;
    uint8_t first, count, shaders; /* a bit for each enum xenos_shader_type */
};

enum {
#define EXPORT(...) +1
    XENOS_EXPORTS = 0
#include "models/xenos/shader/exports.def"
#undef EXPORT
};

extern const struct xenos_export_info xenos_exports[XENOS_EXPORTS];

#define XENOS_DEST_LETTERS "xyzw01?_" /* of a fetch: 6 means nothing, 7 keeps what is there */

/* How many components of its source a dimension takes. */
static inline unsigned xenos_coordinates(unsigned dimension)
{
    return dimension < 2 ? dimension + 1 : 3;
}

static inline unsigned xenos_fraction_bits(enum xenos_field_kind kind)
{
    return kind == XENOS_HALVES ? 1 : kind == XENOS_SIXTEENTHS ? 4 : 0;
}

#endif
