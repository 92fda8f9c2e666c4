/* What the kernel takes for true: `kernel.reference`, and the rows that it switches. */
#ifndef CYCLE360_HLE_REFERENCE_H
#define CYCLE360_HLE_REFERENCE_H

#include "models/sim/status.h"

#include <stdint.h>

enum hle_reference_kind { HLE_HARDWARE, HLE_XENIA, HLE_REFERENCES };

struct hle_reference {
#define REFERENCE(name, ...) uint32_t name;
#include "kernel-hle/reference.def"
#undef REFERENCE
};

enum {
#define REFERENCE(name, ...) HLE_ROW_##name,
#include "kernel-hle/reference.def"
#undef REFERENCE
    HLE_REFERENCE_ROWS
};

struct hle_reference_info {
    const char *name;
    uint32_t value[HLE_REFERENCES];
    const char *confidence, *source, *note;
};
extern const struct hle_reference_info hle_reference_info[HLE_REFERENCE_ROWS];

extern const char *const hle_reference_name[HLE_REFERENCES];

struct hle_reference hle_reference(enum hle_reference_kind kind);
/* By the word of a board: `hardware` or `xenia`. */
enum sim_status hle_reference_parse(const char *word, enum hle_reference_kind *kind, struct sim_error *error);

#endif
