#include "models/xenon/isa/isa.h"

#include "models/xenon/isa/isa_flags.h"

#include "isa_tables.inc"

#define SEGMENT_COUNT(...) (sizeof((const uint8_t[][2]){__VA_ARGS__}) / 2)

const struct xenon_operand_info xenon_operand_info[XENON_OPERAND_COUNT] = {
#define OPERAND(name, kind, slot, scale, ...) {#name, XENON_##kind, scale, SEGMENT_COUNT(__VA_ARGS__), {__VA_ARGS__}},
#include "models/xenon/isa/operands.def"
#undef OPERAND
};

#define MEANING(id, text) static const char meaning_##id[] = text;
#include "models/xenon/isa/meanings.def"
#undef MEANING

const struct xenon_op_info xenon_op_info[XENON_OP_COUNT] = {
    [XENON_OP_ILLEGAL] = {.id = "ILLEGAL", .mnemonic = ".long", .form = "-", .meaning = "no instruction"},
#define INSN(id, mnemonic, form, group, kind, mask, match, operands, flags) \
    [XENON_OP_##id] = {#id, mnemonic, #form, meaning_##id, XENON_##group, mask, match, flags, OPERANDS_OF_##id},
#include "models/xenon/isa/isa.def"
#undef INSN
};

enum xenon_op xenon_op_of(uint32_t word)
{
    unsigned op = first_op[table_of[word >> 26]][word & 2047];
    while (op != XENON_OP_ILLEGAL && (word & xenon_op_info[op].mask) != xenon_op_info[op].match)
        op = next_op[op];
    return op;
}

static unsigned width(const struct xenon_operand_info *info)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < info->segments; i++)
        bits += info->segment[i].last - info->segment[i].first + 1U;
    return bits;
}

static bool is_signed(const struct xenon_operand_info *info)
{
    return info->kind == XENON_SIGNED || info->kind == XENON_DISPLACEMENT || info->kind == XENON_RELATIVE;
}

int64_t xenon_operand_get(enum xenon_operand operand, uint32_t word)
{
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    uint64_t value = 0;
    for (unsigned i = 0; i < info->segments; i++) {
        unsigned bits = info->segment[i].last - info->segment[i].first + 1U;
        value = value << bits | (word >> (31 - info->segment[i].last) & ((UINT32_C(1) << bits) - 1));
    }
    if (is_signed(info)) {
        uint64_t sign = UINT64_C(1) << (width(info) - 1);
        value = (value ^ sign) - sign;
    }
    return (int64_t)(value << info->scale);
}

uint32_t xenon_operand_put(enum xenon_operand operand, uint32_t word, int64_t value)
{
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    uint64_t left = (uint64_t)value >> info->scale;
    for (unsigned i = info->segments; i-- > 0;) {
        unsigned bits = info->segment[i].last - info->segment[i].first + 1U;
        uint32_t mask = ((UINT32_C(1) << bits) - 1) << (31 - info->segment[i].last);
        word = (word & ~mask) | ((uint32_t)left << (31 - info->segment[i].last) & mask);
        left >>= bits;
    }
    return word;
}

bool xenon_operand_fits(enum xenon_operand operand, int64_t value)
{
    const struct xenon_operand_info *info = &xenon_operand_info[operand];
    int64_t high = INT64_C(1) << width(info), low = 0;
    if (is_signed(info)) {
        high /= 2;
        low = -high;
    }
    return value % (INT64_C(1) << info->scale) == 0 && value >= low * (1 << info->scale) &&
           value < high * (1 << info->scale);
}
