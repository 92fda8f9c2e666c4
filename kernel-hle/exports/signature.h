/* An export's arguments, taken apart. */
#ifndef CYCLE360_HLE_EXPORTS_SIGNATURE_H
#define CYCLE360_HLE_EXPORTS_SIGNATURE_H

#include "kernel-hle/exports/convention.h"
#include "models/sim/status.h"

enum { HLE_ARGUMENTS_MAX = 16, HLE_ARGUMENT_NAME = 32 };

struct hle_argument {
    char name[HLE_ARGUMENT_NAME];
    enum hle_type type;
    struct hle_place place[HLE_CONVENTIONS];
};

struct hle_signature {
    enum hle_type result;
    bool known;    /* false for "?", of which there is nothing else to say */
    bool variadic; /* more arguments follow, each in the next slot, floating point too */
    unsigned arguments;
    struct hle_argument argument[HLE_ARGUMENTS_MAX];
    uint16_t stack[HLE_CONVENTIONS]; /* offset from r1 to the end of what lies on the stack */
};

/* "type name, type name, ..."; an error names what is wrong. */
enum sim_status hle_signature_parse(struct hle_signature *signature, enum hle_type result, const char *text,
                                    struct sim_error *error);

/* Of a row of the table, which is right. */
void hle_signature_read(struct hle_signature *signature, const struct hle_export *row);

/* Where a variadic function finds the argument after `index` others, which is 64 bits wide whatever it is. */
struct hle_place hle_slot_place(unsigned index);

#endif
