/* Assembly text that turns one convention's call into another's: a function that is called in one and calls on in the
 * other. GNU as and xenon_assemble() both take it. */
#ifndef CYCLE360_HLE_GUEST_ADAPTER_H
#define CYCLE360_HLE_GUEST_ADAPTER_H

#include "kernel-hle/exports/signature.h"

#include <stdio.h>

/* Whether a call has to be converted at all: everything lies in the same registers, and the result too. */
bool hle_adapter_is_empty(const struct hle_signature *signature);

/* The body of a function that is called in the convention `from` and calls `call` in the convention `to`, from its
 * first instruction to its return. `call` is an instruction that calls, such as "bl somewhere". It may need registers
 * that no argument is in: r0 and r12 are changed on the way, r11 is left alone. Where the call returns nothing that has
 * to be converted and no argument lies on the stack, `jump` is not NULL and no stack frame needed, the body ends in
 * `jump` instead ("" where what is to be called follows). */
void hle_adapter_write(FILE *out, const struct hle_signature *signature, enum hle_convention from,
                       enum hle_convention to, const char *call, const char *jump);

#endif
