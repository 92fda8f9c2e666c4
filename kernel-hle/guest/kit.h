/* What it takes to compile a title with a GCC for 32-bit PowerPC: import stubs, prototypes, start-up code, a linker
 * script. docs/guest-programs.md says how a title is made with them. */
#ifndef CYCLE360_HLE_GUEST_KIT_H
#define CYCLE360_HLE_GUEST_KIT_H

#include "kernel-hle/exports/exports.h"
#include "kernel-hle/exports/signature.h"

#include <stdio.h>

/* Its files. */
enum { HLE_KIT_FILES = 11 };
const char *hle_kit_name(unsigned index);
void hle_kit_write(FILE *out, unsigned index);

/* An import's stub, as it is in imports.s: NAME, or NAME_slots for what has arguments in slots or of which nothing is
 * known. Symbols beginning with __imp_ and __thunk_ tell `xex pack` what is imported. */
void hle_stub_write(FILE *out, enum hle_module module, const struct hle_export *row);
/* A variable's import: NAME is a pointer, which the loader fills. */
void hle_stub_write_variable(FILE *out, enum hle_module module, const struct hle_export *row);

/* What every callback of a kind passes through: guest_callback_KIND, with the function's address in r11. */
void hle_callback_write(FILE *out, const char *kind, const struct hle_signature *signature);

/* Whether a guest calls it with its arguments in slots. */
bool hle_stub_takes_slots(const struct hle_signature *signature);

void hle_kit_imports(FILE *out);   /* imports.s */
void hle_kit_callbacks(FILE *out); /* callbacks.s */
void hle_kit_header(FILE *out);    /* kernel.h */

#endif
