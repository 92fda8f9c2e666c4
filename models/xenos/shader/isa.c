/* The tables, and fields in words. */
#include "models/xenos/shader/isa.h"

#include <string.h>

const struct xenos_field_info xenos_field_info[XENOS_FIELDS] = {
#define FIELD(format, id, bit, width, name, kind, usual) {name, XENOS_FORMAT_##format, bit, width, XENOS_##kind, usual},
#include "models/xenos/shader/fields.def"
#undef FIELD
};

const struct xenos_op_info xenos_cf_info[XENOS_CF_OPS] = {
#define CF(opcode, id, format, mnemonic) [opcode] = {mnemonic, XENOS_FORMAT_##format, 0, 0},
#include "models/xenos/shader/cf.def"
#undef CF
};

enum { XENOS_0 = 0 }; /* a row without flags */

const struct xenos_op_info xenos_vector_info[XENOS_VECTOR_OPS] = {
#define VECTOR(opcode, id, mnemonic, sources, flags) [opcode] = {mnemonic, 0, sources, XENOS_##flags},
#include "models/xenos/shader/vector.def"
#undef VECTOR
};

const struct xenos_op_info xenos_scalar_info[XENOS_SCALAR_OPS] = {
#define SCALAR(opcode, id, mnemonic, operands, flags) [opcode] = {mnemonic, XENOS_##operands, 0, XENOS_##flags},
#include "models/xenos/shader/scalar.def"
#undef SCALAR
};

const struct xenos_op_info xenos_fetch_info[XENOS_FETCH_OPS] = {
#define FETCH(opcode, id, mnemonic, kind, coordinates) [opcode] = {mnemonic, XENOS_##kind, coordinates, 0},
#include "models/xenos/shader/fetch.def"
#undef FETCH
};

static const struct {
    uint8_t list, value;
    const char *text;
} names[] = {
#define NAME(list, value, text) {XENOS_##list, value, text},
#include "models/xenos/shader/names.def"
#undef NAME
};

/* Where the fields of each format begin: they stand together in the table. */
static const enum xenos_field first_field[XENOS_FORMATS + 1] = {
    [XENOS_FORMAT_EXEC] = XENOS_EXEC_ADDRESS,
    [XENOS_FORMAT_COND_EXEC] = XENOS_COND_EXEC_ADDRESS,
    [XENOS_FORMAT_LOOP] = XENOS_LOOP_TARGET,
    [XENOS_FORMAT_ENDLOOP] = XENOS_ENDLOOP_TARGET,
    [XENOS_FORMAT_JUMP] = XENOS_JUMP_TARGET,
    [XENOS_FORMAT_ALLOC] = XENOS_ALLOC_SIZE,
    [XENOS_FORMAT_PLAIN] = XENOS_PLAIN_RESERVED,
    [XENOS_FORMAT_ALU] = XENOS_ALU_VECTOR_DEST,
    [XENOS_FORMAT_VFETCH] = XENOS_VFETCH_OPCODE,
    [XENOS_FORMAT_TFETCH] = XENOS_TFETCH_OPCODE,
    [XENOS_FORMATS] = XENOS_FIELDS,
};

enum xenos_field xenos_format_first(enum xenos_format format)
{
    return first_field[format];
}

enum xenos_field xenos_format_last(enum xenos_format format)
{
    return first_field[format + 1] - 1;
}

uint64_t xenos_get(const struct xenos_words *words, enum xenos_field field)
{
    const struct xenos_field_info *info = &xenos_field_info[field];
    unsigned at = info->bit / 32;
    uint64_t bits = words->word[at] | (uint64_t)(at < 2 ? words->word[at + 1] : 0) << 32;
    return bits >> info->bit % 32 & ((UINT64_C(1) << info->width) - 1);
}

int64_t xenos_get_signed(const struct xenos_words *words, enum xenos_field field)
{
    unsigned unused = 64U - xenos_field_info[field].width;
    return (int64_t)(xenos_get(words, field) << unused) >> unused;
}

void xenos_put(struct xenos_words *words, enum xenos_field field, uint64_t value)
{
    const struct xenos_field_info *info = &xenos_field_info[field];
    unsigned at = info->bit / 32, shift = info->bit % 32;
    uint64_t mask = ((UINT64_C(1) << info->width) - 1) << shift;
    uint64_t bits = words->word[at] | (uint64_t)(at < 2 ? words->word[at + 1] : 0) << 32;
    bits = (bits & ~mask) | (value << shift & mask);
    words->word[at] = (uint32_t)bits;
    if (at < 2)
        words->word[at + 1] = (uint32_t)(bits >> 32);
}

struct xenos_words xenos_usual(enum xenos_format format)
{
    struct xenos_words words = {{0}};
    for (enum xenos_field f = first_field[format]; f < first_field[format + 1]; f++)
        xenos_put(&words, f, xenos_field_info[f].usual);
    return words;
}

const char *xenos_name(enum xenos_field_kind list, uint64_t value)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].list == list && names[i].value == value)
            return names[i].text;
    return NULL;
}

int xenos_named(enum xenos_field_kind list, const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].list == list && strlen(names[i].text) == length && memcmp(names[i].text, text, length) == 0)
            return names[i].value;
    return -1;
}

enum xenos_format xenos_cf_format(const struct xenos_words *cf)
{
    return (enum xenos_format)xenos_cf_info[xenos_get(cf, XENOS_PLAIN_OPCODE)].kind;
}

enum xenos_format xenos_fetch_format(const struct xenos_words *slot)
{
    return xenos_get(slot, XENOS_TFETCH_OPCODE) == XENOS_F_VFETCH ? XENOS_FORMAT_VFETCH : XENOS_FORMAT_TFETCH;
}
