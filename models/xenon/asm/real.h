/* Written fractions as IEEE numbers, rounded to nearest, without the host's help. */
#ifndef CYCLE360_XENON_ASM_REAL_H
#define CYCLE360_XENON_ASM_REAL_H

#include "models/xenon/asm/expression.h"

enum xenon_real { XENON_REAL_SINGLE, XENON_REAL_DOUBLE };

/* 1, -1.5, .5e-3, 0x1.8p3, inf, nan. Too large is infinity, too small zero. A mistake where the text is none. */
bool xenon_read_real(struct xenon_slice text, enum xenon_real format, uint64_t *bits, struct xenon_mistake *mistake);

#endif
