/* What the vector unit's floating point is made of. It has no FPSCR: it rounds to nearest, raises nothing, and its one
 * mode is VSCR.NJ, in which denormal numbers are zeros of their sign.
 *
 * Four lanes at a time go through the host wherever that is certain to give the bits of IEEE: normal or zero operands,
 * and a result that is clear of overflow, underflow and doubt. Otherwise the lanes go one by one through soft.h. */
#ifndef CYCLE360_XENON_ISA_FP_VECTOR_FP_H
#define CYCLE360_XENON_ISA_FP_VECTOR_FP_H

#include "models/xenon/isa/context.h"
#include "models/xenon/isa/fp/soft.h"

#include <string.h>

#define VFP_SIGN      UINT32_C(0x80000000)
#define VFP_MAGNITUDE UINT32_C(0x7FFFFFFF)
#define VFP_INFINITY  UINT32_C(0x7F800000)
#define VFP_NORMAL    UINT32_C(0x00800000) /* the least normal magnitude */
#define VFP_ONE       UINT32_C(0x3F800000)
#define VFP_QUIET     UINT32_C(0x00400000)
#define VFP_DEFAULT   UINT32_C(0x7FC00000) /* the NaN of invalid operations */

/* One lane, as bits. */

static inline bool vfp_is_nan(uint32_t x)
{
    return (x & VFP_MAGNITUDE) > VFP_INFINITY;
}

static inline bool vfp_is_infinite(uint32_t x)
{
    return (x & VFP_MAGNITUDE) == VFP_INFINITY;
}

static inline bool vfp_is_zero(uint32_t x)
{
    return (x & VFP_MAGNITUDE) == 0;
}

static inline bool vfp_is_denormal(uint32_t x)
{
    return (x & VFP_MAGNITUDE) - 1 < VFP_NORMAL - 1;
}

static inline uint32_t vfp_flush(uint32_t x, bool flush)
{
    return flush && vfp_is_denormal(x) ? x & VFP_SIGN : x;
}

static inline bool vfp_non_java(const struct xenon_context *t)
{
    return t->vscr & XENON_VSCR_NJ;
}

/* Whether compares, minima, maxima and roundings to integers read denormal operands as zeros. */
static inline bool vfp_compares_flush(const struct xenon_context *t)
{
    return vfp_non_java(t) && !t->settings.nj_compare_keep;
}

/* An exact result's one rounding. */
static inline uint32_t vfp_round(const struct xenon_context *t, struct xenon_fp exact)
{
    unsigned status = 0;
    uint32_t bits = xenon_fp_round32(exact, XENON_TO_NEAREST, &status);
    if (!vfp_non_java(t))
        return bits;
    bool denormal = t->settings.nj_result_after_rounding ? vfp_is_denormal(bits) : status & XENON_FP_TINY;
    return denormal ? bits & VFP_SIGN : bits;
}

/* Four lanes, in the register's own order. Comparisons of vectors give all ones or all zeros. */
typedef float vfp_float __attribute__((vector_size(16)));
typedef uint32_t vfp_word __attribute__((vector_size(16)));
typedef int32_t vfp_int __attribute__((vector_size(16)));

static inline vfp_word vfp_load(const union xenon_vector *v)
{
    vfp_word x;
    memcpy(&x, v, sizeof(x));
    return x;
}

static inline void vfp_store(union xenon_vector *v, vfp_word x)
{
    memcpy(v, &x, sizeof(x));
}

static inline vfp_word vfp_splat(uint32_t x)
{
    return (vfp_word){x, x, x, x};
}

static inline bool vfp_any(vfp_word mask)
{
    uint64_t half[2];
    memcpy(half, &mask, sizeof(half));
    return (half[0] | half[1]) != 0;
}

static inline bool vfp_all(vfp_word mask)
{
    uint64_t half[2];
    memcpy(half, &mask, sizeof(half));
    return (half[0] & half[1]) == UINT64_MAX;
}

static inline vfp_word vfp_select(vfp_word mask, vfp_word yes, vfp_word no)
{
    return (yes & mask) | (no & ~mask);
}

static inline vfp_word vfp_nan_lanes(vfp_word x)
{
    return (vfp_word)((vfp_int)(x & VFP_MAGNITUDE) > (int32_t)VFP_INFINITY);
}

/* Zeros for denormals. */
static inline vfp_word vfp_flush_lanes(vfp_word x)
{
    vfp_word zero = (vfp_word)((x & VFP_INFINITY) == 0);
    return x & ~(zero & VFP_MAGNITUDE);
}

/* Magnitudes as signed numbers in a circle that begins with the denormals, so that one comparison finds them: they,
 * then the normal numbers from VFP_RANK_NORMAL, then infinity and NaNs from VFP_RANK_INFINITY, and last zero. */
#define VFP_RANK_NORMAL   ((int32_t)-0x7F000001)
#define VFP_RANK_INFINITY ((int32_t)0x7EFFFFFF)
#define VFP_RANK_ZERO     ((int32_t)0x7FFFFFFF)

static inline vfp_int vfp_rank(vfp_word x)
{
    return (vfp_int)((x << 1) + VFP_MAGNITUDE);
}

static inline vfp_word vfp_below(vfp_int rank, int32_t limit)
{
    return (vfp_word)(rank < limit);
}

static inline vfp_word vfp_infinite_lanes(vfp_int rank)
{
    return (vfp_word)(rank >= VFP_RANK_INFINITY) & (vfp_word)(rank != VFP_RANK_ZERO);
}

#endif
