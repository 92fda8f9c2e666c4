/* Assembly text that turns one convention's call into another's: a function that is called in one and calls on in the
 * other. GNU as and xenon_assemble() both take it. */
#ifndef CYCLE360_HLE_GUEST_ADAPTER_H
#define CYCLE360_HLE_GUEST_ADAPTER_H

#include "kernel-hle/exports/signature.h"

#include <stdio.h>

/* The body of a function that is called in the convention `from` and calls on in the convention `to`, from its first
 * instruction to its return. `call` is the instruction that calls; r11 reaches it as it was, r0 does not. `jump`,
 * unless it is NULL, is what the body may end in where nothing lies on the stack and the result stays where it is, so
 * that it needs no frame: a jump to what is called, or "" where that follows. */
void hle_adapter_write(FILE *out, const struct hle_signature *signature, enum hle_convention from,
                       enum hle_convention to, const char *call, const char *jump);

#endif
