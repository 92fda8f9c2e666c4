#include "kernel-hle/exports/convention.h"

#include <stdio.h>

const struct hle_convention_info hle_convention_info[HLE_CONVENTIONS] = {
#define CONVENTION(name, ...) {#name, __VA_ARGS__},
#include "kernel-hle/exports/conventions.def"
#undef CONVENTION
};

struct hle_placing hle_placing_begin(enum hle_convention convention)
{
    const struct hle_convention_info *info = &hle_convention_info[convention];
    return (struct hle_placing){convention, info->gpr, info->fpr, info->stack};
}

/* Where the next value of that width goes among those without a register. */
static uint16_t on_stack(struct hle_placing *placing, enum hle_width width)
{
    const struct hle_convention_info *info = &hle_convention_info[placing->convention];
    uint16_t bytes = width == HLE_WIDE || width == HLE_DOUBLE ? 8 : 4;
    uint16_t slot = bytes > info->slot ? bytes : info->slot;
    uint16_t begin = (uint16_t)((placing->stack + slot - 1) / slot * slot);
    placing->stack = begin + slot;
    return begin + slot - bytes;
}

/* The next register that holds integers, or 0 if the arguments have used them up. */
static uint8_t take_gpr(struct hle_placing *placing, unsigned count)
{
    const struct hle_convention_info *info = &hle_convention_info[placing->convention];
    if (count == 2 && (placing->gpr - info->gpr) % 2 != 0)
        placing->gpr++;
    uint8_t first = placing->gpr, end = info->gpr + info->gprs;
    placing->gpr = first + count <= end ? first + count : end;
    return first + count <= end ? first : 0;
}

struct hle_place hle_place_next(struct hle_placing *placing, enum hle_width width)
{
    const struct hle_convention_info *info = &hle_convention_info[placing->convention];
    if (width == HLE_SINGLE || width == HLE_DOUBLE) {
        bool room = placing->fpr < info->fpr + info->fprs;
        uint8_t reg = room ? placing->fpr++ : 0;
        if (info->counted ? take_gpr(placing, 1) != 0 && room : room)
            return (struct hle_place){.where = HLE_IN_FPR, .reg = reg};
        uint16_t offset = on_stack(placing, width);
        return room ? (struct hle_place){.where = HLE_IN_FPR, .reg = reg}
                    : (struct hle_place){.where = HLE_ON_STACK, .offset = offset};
    }
    uint8_t reg = take_gpr(placing, width == HLE_WIDE && info->pairs ? 2 : 1);
    if (reg != 0)
        return (struct hle_place){.where = HLE_IN_GPR, .reg = reg};
    return (struct hle_place){.where = HLE_ON_STACK, .offset = on_stack(placing, width)};
}

const char *hle_place_print(char text[HLE_PLACE_TEXT], enum hle_convention convention, struct hle_place place,
                            enum hle_width width)
{
    if (place.where == HLE_ON_STACK)
        snprintf(text, HLE_PLACE_TEXT, "r1+0x%X", place.offset);
    else if (place.where == HLE_IN_FPR)
        snprintf(text, HLE_PLACE_TEXT, "f%u", place.reg);
    else if (width == HLE_WIDE && hle_convention_info[convention].pairs)
        snprintf(text, HLE_PLACE_TEXT, "r%u:r%u", place.reg, place.reg + 1);
    else
        snprintf(text, HLE_PLACE_TEXT, "r%u", place.reg);
    return text;
}
