/* Vector floating point held to functions that say what each lane must be. The rig chooses operands (all combinations
 * of special ones, then random ones), registers, VSCR and settings, has the instruction executed from its word, and
 * compares the whole context. */
#ifndef CYCLE360_TESTS_UNIT_XENON_ISA_VMX_FP_RIG_H
#define CYCLE360_TESTS_UNIT_XENON_ISA_VMX_FP_RIG_H

#include "models/xenon/isa/ops.h"
#include "tests/unit/xenon/isa/fp_numbers.h"

/* Operands as they are before, by words from the left; d is VD. The function fills in what must come. */
struct vfp_case {
    uint32_t a[4], b[4], c[4], d[4];
    unsigned imm;
    bool nj;
    const struct xenon_isa_settings *settings;
    uint32_t want[4];
    unsigned cr6;   /* where the record bit is set */
    bool saturated; /* VSCR.SAT becomes 1 */
};

struct vfp_row {
    enum xenon_op op;
    xenon_op_function *run;
    void (*expect)(struct vfp_case *c, const struct vfp_row *row);
    unsigned operands; /* registers read: the special ones are tried in all combinations of that many */
    int what;          /* for expect */
};
#define VFP_ROW(id, function, count, role)                                                             \
    {                                                                                                  \
        .op = XENON_OP_##id, .run = xenon_op_##id, .expect = function, .operands = count, .what = role \
    }

/* Fails the running test where an instruction does anything else than expected; prints the first few. */
void vfp_hold(const struct vfp_row *rows, size_t count, unsigned random_times);

/* An exact value in multiples of 2^-298, rounded to nearest once; `tiny` says that it is below 2^-126, but not zero. */
struct vfp_exact;
struct vfp_exact *vfp_exact(void);
void vfp_exact_free(struct vfp_exact *value);
void vfp_exact_clear(struct vfp_exact *value);
void vfp_exact_add(struct vfp_exact *value, uint32_t number, bool negate);
void vfp_exact_add_product(struct vfp_exact *value, uint32_t a, uint32_t b);
bool vfp_exact_is_zero(const struct vfp_exact *value);
uint32_t vfp_exact_round(const struct vfp_exact *value, bool *tiny);

/* What becomes of a denormal operand and of a result. */
uint32_t vfp_zero_denormal(uint32_t x, bool flush);
uint32_t vfp_settle(const struct vfp_case *c, const struct vfp_exact *value, bool zero_sign);

/* Classes, seen from the outside. */
bool vfp_nan(uint32_t x);
bool vfp_infinite(uint32_t x);
bool vfp_zero(uint32_t x);

#endif
