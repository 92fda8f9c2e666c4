/* Powers of two and logarithms in integers, for the vector unit's estimates where they are to be exact. */
#ifndef CYCLE360_XENON_ISA_FP_EXPONENTIAL_H
#define CYCLE360_XENON_ISA_FP_EXPONENTIAL_H

#include "models/xenon/isa/fp/soft.h"

/* Operands are FINITE singles (24 bits); of the logarithm they are positive too. The relative error of a result is
 * below 2^-58. No power or logarithm of a single lies so near to the middle of two singles, unless it is one exactly;
 * so xenon_fp_round32 rounds both correctly, to nearest, in the range of normal numbers. All operands were tried. */
struct xenon_fp xenon_fp_exp2(struct xenon_fp a);
struct xenon_fp xenon_fp_log2(struct xenon_fp a);

#endif
