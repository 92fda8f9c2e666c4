/* The shader array's instruction set: cf.def, vector.def, scalar.def, fetch.def, fields.def, and instructions taken
 * apart. */
#ifndef CYCLE360_XENOS_SHADER_ISA_H
#define CYCLE360_XENOS_SHADER_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum xenos_cf_op {
#define CF(opcode, id, ...) XENOS_CF_##id = opcode,
#include "models/xenos/shader/cf.def"
#undef CF
    XENOS_CF_OPS
};

enum xenos_vector_op {
#define VECTOR(opcode, id, ...) XENOS_V_##id = opcode,
#include "models/xenos/shader/vector.def"
#undef VECTOR
    XENOS_VECTOR_OPS
};

enum xenos_scalar_op {
#define SCALAR(opcode, id, ...) XENOS_S_##id = opcode,
#include "models/xenos/shader/scalar.def"
#undef SCALAR
    XENOS_SCALAR_OPS
};

enum xenos_fetch_op {
#define FETCH(opcode, id, ...) XENOS_F_##id = opcode,
#include "models/xenos/shader/fetch.def"
#undef FETCH
    XENOS_FETCH_OPS = 32
};

enum xenos_format {
    XENOS_FORMAT_EXEC,
    XENOS_FORMAT_COND_EXEC,
    XENOS_FORMAT_LOOP,
    XENOS_FORMAT_ENDLOOP,
    XENOS_FORMAT_JUMP,
    XENOS_FORMAT_ALLOC,
    XENOS_FORMAT_PLAIN,
    XENOS_FORMAT_ALU,
    XENOS_FORMAT_VFETCH,
    XENOS_FORMAT_TFETCH,
    XENOS_FORMATS
};

enum xenos_field {
#define FIELD(format, id, ...) XENOS_##format##_##id,
#include "models/xenos/shader/fields.def"
#undef FIELD
    XENOS_FIELDS
};

/* How a field's value is written; from XENOS_NAMED on one of the lists of names.def. */
enum xenos_field_kind {
    XENOS_UNSIGNED,
    XENOS_HEX,
    XENOS_BOOL,
    XENOS_LESS_ONE, /* the number that is meant is one more */
    XENOS_SIGNED,   /* from here on two's complement */
    XENOS_HALVES,
    XENOS_SIXTEENTHS,
    XENOS_NAMED,
    XENOS_ADDRESS_MODE = XENOS_NAMED,
    XENOS_NUM_FORMAT,
    XENOS_FORMAT,
    XENOS_FILTER,
    XENOS_ANISO,
    XENOS_ARBITRARY,
    XENOS_LOCATION,
    XENOS_DIMENSION,
};

struct xenos_field_info {
    const char *name;
    uint8_t format, bit, width, kind; /* enum xenos_format, ..., enum xenos_field_kind */
    uint16_t usual;
};

enum xenos_op_flags { XENOS_ADDRESS = 1, XENOS_PREDICATE = 2, XENOS_KILL = 4, XENOS_INVALID = 8, XENOS_PREVIOUS = 16 };

enum xenos_scalar_operands { XENOS_NONE, XENOS_A, XENOS_AB, XENOS_CONST_TEMP };

enum xenos_fetch_kind { XENOS_UNKNOWN, XENOS_VERTEX, XENOS_SAMPLE, XENOS_TEXTURE, XENOS_REGISTER };

struct xenos_op_info {
    const char *mnemonic;
    uint8_t kind;  /* of control flow the format, of scalars the operands, of fetches the kind: the enums above */
    uint8_t count; /* sources of vectors, coordinates of fetches */
    uint8_t flags; /* enum xenos_op_flags */
};

extern const struct xenos_field_info xenos_field_info[XENOS_FIELDS];
extern const struct xenos_op_info xenos_cf_info[XENOS_CF_OPS], xenos_vector_info[XENOS_VECTOR_OPS],
    xenos_scalar_info[XENOS_SCALAR_OPS], xenos_fetch_info[XENOS_FETCH_OPS];

/* A slot; or control flow, in the low 48 bits. */
struct xenos_words {
    uint32_t word[3];
};

/* The fields of a format are the numbers from first to last. */
enum xenos_field xenos_format_first(enum xenos_format format);
enum xenos_field xenos_format_last(enum xenos_format format);

/* A field's bits as they stand, and with their sign. */
uint64_t xenos_get(const struct xenos_words *words, enum xenos_field field);
int64_t xenos_get_signed(const struct xenos_words *words, enum xenos_field field);
void xenos_put(struct xenos_words *words, enum xenos_field field, uint64_t value);

/* An instruction of this format whose fields are all as usual. */
struct xenos_words xenos_usual(enum xenos_format format);

/* The word for a value of a list, or NULL; and the value of a word, or -1. */
const char *xenos_name(enum xenos_field_kind list, uint64_t value);
int xenos_named(enum xenos_field_kind list, const char *text, size_t length);

/* Which format control flow and fetches have. */
enum xenos_format xenos_cf_format(const struct xenos_words *cf);
enum xenos_format xenos_fetch_format(const struct xenos_words *slot);

/* Instructions taken apart. */

struct xenos_cf {
    uint8_t op; /* enum xenos_cf_op */
    bool end;   /* of execs: the program ends here if this is executed */
    bool conditional, predicated, condition, predicate_clean;
    bool repeat, predicated_break; /* of loops */
    uint8_t constant;              /* the number of the boolean, or of the loop's constant */
    uint8_t alloc, alloc_size;     /* enum xenos_alloc */
    uint8_t count, vertex_cache;
    uint16_t address; /* of execs a slot, of loops, calls and jumps control flow */
    uint16_t sequence;
};

enum xenos_alloc { XENOS_ALLOC_NONE, XENOS_ALLOC_POSITION, XENOS_ALLOC_INTERPOLATORS, XENOS_ALLOC_MEMORY };

struct xenos_source {
    bool temp, relative, base_a0, absolute, negate;
    uint8_t index;
    uint8_t component[4]; /* of each lane, 0 to 3 */
};

struct xenos_alu {
    uint8_t vector_op, scalar_op;
    uint8_t vector_dest, scalar_dest; /* vector_dest is the export where it is one */
    bool vector_dest_relative, scalar_dest_relative, export, export_zeros;
    uint8_t vector_mask, scalar_mask;
    bool vector_clamp, scalar_clamp;
    bool predicated, condition;
    struct xenos_source source[3];
    struct xenos_source scalar[2]; /* the scalar unit's operands; each has one component, in every lane */
};

struct xenos_vertex_fetch {
    uint8_t src, src_component, dest;
    bool src_relative, dest_relative;
    uint8_t constant; /* 0 to 95; more is no constant */
    bool mini, is_signed, integer, no_zero, round_index, predicated, condition;
    uint8_t format, prefetch, stride;
    uint8_t dest_swizzle[4]; /* 0 to 3, 4 is 0.0, 5 is 1.0, 7 keeps */
    int8_t exp_adjust;
    int32_t offset;
};

struct xenos_texture_fetch {
    uint8_t op; /* enum xenos_fetch_op */
    uint8_t src, dest, constant, dimension;
    uint8_t src_swizzle[3], dest_swizzle[4];
    bool src_relative, dest_relative, valid_only, unnormalized, predicated, condition;
    bool computed_lod, register_lod, register_gradients, center;
    uint8_t mag_filter, min_filter, mip_filter, aniso_filter, arbitrary_filter, vol_mag_filter, vol_min_filter;
    int8_t lod_bias, offset[3]; /* in sixteenths, and in halves */
};

struct xenos_cf xenos_decode_cf(const struct xenos_words *cf);
struct xenos_alu xenos_decode_alu(const struct xenos_words *slot);
struct xenos_vertex_fetch xenos_decode_vertex_fetch(const struct xenos_words *slot);
struct xenos_texture_fetch xenos_decode_texture_fetch(const struct xenos_words *slot);

#endif
