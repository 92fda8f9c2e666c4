/* A shader program: raw microcode or a compiled shader's file taken in, shown as text, and made from text. */
#ifndef CYCLE360_XENOS_SHADER_PROGRAM_H
#define CYCLE360_XENOS_SHADER_PROGRAM_H

#include "models/sim/status.h"
#include "models/xenos/shader/disasm.h"

enum {
    XENOS_SLOTS_MAX = 4096,         /* what 12 bits of an exec reach */
    XENOS_SHADER_FILE_MAX = 1 << 20 /* bytes of a file, of either kind or of text */
};

struct xenos_program {
    enum xenos_shader_type type;
    struct xenos_words *slot;
    unsigned slots;
    unsigned cfs; /* of control flow: two a slot, from the first slot on */
    struct xenos_decoded *decoded;
};

enum xenos_byte_order { XENOS_BIG_ENDIAN, XENOS_LITTLE_ENDIAN };

enum { XENOS_TYPE_UNKNOWN = -1 };

/* Takes a program in: what begins with 102A11xx is a compiled shader's file, anything else microcode in this byte
 * order. `type` is an enum xenos_shader_type, or XENOS_TYPE_UNKNOWN, which guesses: a vertex shader exports a position
 * or fetches vertices. Programs that run out of their bounds are refused; `name` is the file, for the sentence. To be
 * freed with xenos_program_free, also after a failure. */
enum sim_status xenos_program_read(struct xenos_program *program, const char *name, const uint8_t *bytes, size_t size,
                                   enum xenos_byte_order order, int type, struct sim_error *error);

/* Assembles text. docs/shader-isa.md has the syntax. */
enum sim_status xenos_program_assemble(struct xenos_program *program, const char *name, const char *text, size_t size,
                                       struct sim_error *error);

void xenos_program_free(struct xenos_program *program);

/* Counts the control flow of slots that are there, holds it to its bounds and takes it apart (decoded.h). `offset` is
 * where slot 0 stands in the file. The two above do this themselves. */
enum sim_status xenos_program_check(struct xenos_program *program, const char *name, size_t offset,
                                    struct sim_error *error);

/* An instruction of control flow, in the low 48 bits. */
struct xenos_words xenos_program_cf(const struct xenos_program *program, unsigned index);

/* Text of a program, a line at a time. */
enum xenos_line_kind {
    XENOS_LINE_TYPE,      /* xvs_3_0 or xps_3_0 */
    XENOS_LINE_LABEL,     /* "label L3"; index says where */
    XENOS_LINE_CF,        /* index counts control flow */
    XENOS_LINE_SERIALIZE, /* of the instruction that follows; from here on index counts slots */
    XENOS_LINE_ALU,
    XENOS_LINE_FETCH,
    XENOS_LINE_DATA, /* a slot that no exec shows */
};

struct xenos_line {
    enum xenos_line_kind kind;
    unsigned index;
    const struct xenos_words *words; /* NULL where there are none */
    const char *text;
};

void xenos_program_list(const struct xenos_program *program, void (*line)(void *self, const struct xenos_line *line),
                        void *self);

#endif
