/* Where arguments lie at a call, by the rules of conventions.def. */
#ifndef CYCLE360_HLE_EXPORTS_CONVENTION_H
#define CYCLE360_HLE_EXPORTS_CONVENTION_H

#include "kernel-hle/exports/exports.h"

#include <stdbool.h>

enum hle_convention {
#define CONVENTION(name, ...) HLE_CONVENTION_##name,
#include "kernel-hle/exports/conventions.def"
#undef CONVENTION
    HLE_CONVENTIONS
};

struct hle_convention_info {
    const char *name;
    uint8_t gpr, gprs, fpr, fprs, stack, slot;
    bool pairs, counted;
};
extern const struct hle_convention_info hle_convention_info[HLE_CONVENTIONS];

enum hle_where { HLE_IN_GPR, HLE_IN_FPR, HLE_ON_STACK };

struct hle_place {
    enum hle_where where;
    uint8_t reg;     /* of a pair the first, which has the upper half */
    uint16_t offset; /* on the stack: from r1 to the value, not to its slot */
};

/* Arguments are placed one after the other, the first one with a state from hle_placing_begin(). */
struct hle_placing {
    enum hle_convention convention;
    uint8_t gpr, fpr; /* the next ones */
    uint16_t stack;   /* the next free byte */
};

struct hle_placing hle_placing_begin(enum hle_convention convention);
struct hle_place hle_place_next(struct hle_placing *placing, enum hle_width width);

/* What hle_place_print() writes: "r3", "r5:r6", "f1", "r1+0x54". */
enum { HLE_PLACE_TEXT = 16 };
const char *hle_place_print(char text[HLE_PLACE_TEXT], enum hle_convention convention, struct hle_place place,
                            enum hle_width width);

#endif
