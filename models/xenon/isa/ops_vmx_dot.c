/* Dot products, given to all four words. */
#include "models/xenon/isa/fp/vector_fp.h"
#include "models/xenon/isa/ops.h"

/* Of the silicon's adder neither the width nor the order is known. The usual setting is (x + z) + y or (x + z) + (y +
 * w) in double, each sum rounded; the products are exact, and rounding to single comes last. */

typedef const union xenon_vector *source;

/* The usual sums where nothing unusual is in them: normal or zero operands, a result clear of overflow and underflow.
 */
static inline bool sum_on_host(source a, source b, unsigned words, uint32_t *result)
{
    vfp_word denormal =
        vfp_below(vfp_rank(vfp_load(a)), VFP_RANK_NORMAL) | vfp_below(vfp_rank(vfp_load(b)), VFP_RANK_NORMAL);
    if (words == 3)
        denormal[XENON_W(3)] = 0;
    float x[4], y[4];
    memcpy(x, a, sizeof(x));
    memcpy(y, b, sizeof(y));
    double product[4];
    for (unsigned i = 0; i < 4; i++)
        product[i] = (double)x[i] * y[i];
    double other = words == 4 ? product[XENON_W(1)] + product[XENON_W(3)] : product[XENON_W(1)];
    double sum = product[XENON_W(0)] + product[XENON_W(2)] + other;

    const uint64_t LEAST = UINT64_C(0x3820000000000000), MOST = UINT64_C(0x47E0000000000000); /* 2^-125, 2^127 */
    uint64_t bits;
    memcpy(&bits, &sum, sizeof(bits));
    uint64_t magnitude = bits & INT64_MAX;
    if (vfp_any(denormal) || (magnitude - LEAST >= MOST - LEAST && magnitude != 0))
        return false;
    float single = (float)sum;
    memcpy(result, &single, sizeof(single));
    return true;
}

/* A term of the sum: a number, or what no sum of numbers is. */
struct term {
    uint32_t special; /* the bits of a NaN or an infinity, else 0 */
    struct xenon_fp number;
};

static struct term product(uint32_t a, uint32_t b)
{
    uint32_t sign = (a ^ b) & VFP_SIGN;
    if (vfp_is_nan(a))
        return (struct term){.special = a | VFP_QUIET};
    if (vfp_is_nan(b))
        return (struct term){.special = b | VFP_QUIET};
    if (vfp_is_infinite(a) || vfp_is_infinite(b))
        return (struct term){.special = vfp_is_zero(a) || vfp_is_zero(b) ? VFP_DEFAULT : sign | VFP_INFINITY};
    return (struct term){.number = xenon_fp_multiply(xenon_fp_from32(a), xenon_fp_from32(b))};
}

/* The NaN or infinity of a sum that has one, else 0. */
static uint32_t special_sum(uint32_t a, uint32_t b)
{
    if (vfp_is_nan(a))
        return a;
    if (vfp_is_nan(b))
        return b;
    return a && b && a != b ? VFP_DEFAULT : a | b;
}

static struct term add(struct term a, struct term b)
{
    if (a.special || b.special)
        return (struct term){.special = special_sum(a.special, b.special)};
    unsigned status = 0;
    uint64_t sum = xenon_fp_round64(xenon_fp_add(a.number, b.number, XENON_TO_NEAREST), XENON_TO_NEAREST, &status);
    return (struct term){.number = xenon_fp_from64(sum)};
}

/* A number wide enough for every sum of four products of singles: multiples of 2^-298 below 2^259, in two's complement,
 * the least significant limb first. */
enum { LIMBS = 9, LEAST_BIT = 298 };
struct wide {
    uint64_t limb[LIMBS];
};

static void negate(struct wide *w)
{
    uint64_t carry = 1;
    for (unsigned i = 0; i < LIMBS; i++) {
        w->limb[i] = ~w->limb[i] + carry;
        carry = carry && w->limb[i] == 0;
    }
}

static void add_to(struct wide *w, struct xenon_fp number)
{
    struct wide term = {{0}};
    unsigned at = (unsigned)(number.exponent + LEAST_BIT) + 1, shift = at % 64;
    /* significand * 2^(at - 64): its low bits, if at < 64, are zeros, since the product is a multiple of 2^-298. */
    if (at >= 64)
        term.limb[at / 64 - 1] = number.significand << shift;
    if (shift)
        term.limb[at / 64] = number.significand >> (64 - shift);
    if (number.sign)
        negate(&term);
    uint64_t carry = 0;
    for (unsigned i = 0; i < LIMBS; i++) {
        unsigned __int128 sum = (unsigned __int128)w->limb[i] + term.limb[i] + carry;
        w->limb[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
}

/* The same number as 64 bits and a sticky one. `zeros_sign`: of a zero. */
static struct xenon_fp narrow(struct wide w, bool zeros_sign)
{
    bool sign = w.limb[LIMBS - 1] >> 63;
    if (sign)
        negate(&w);
    int top = LIMBS - 1;
    while (top >= 0 && w.limb[top] == 0)
        top--;
    if (top < 0)
        return (struct xenon_fp){.class = XENON_FP_ZERO, .sign = zeros_sign};
    int zeros = __builtin_clzll(w.limb[top]);
    uint64_t below = top > 0 ? w.limb[top - 1] : 0;
    uint64_t significand = w.limb[top] << zeros | (zeros ? below >> (64 - zeros) : 0);
    bool sticky = below << zeros != 0;
    for (int i = 0; i < top - 1; i++)
        sticky |= w.limb[i] != 0;
    return (struct xenon_fp){XENON_FP_FINITE, sign, 64 * top + 63 - zeros - LEAST_BIT, significand | sticky};
}

/* The sum of all terms, rounded by nobody yet. */
static struct term add_exactly(const struct term *term, unsigned words)
{
    struct wide sum = {{0}};
    bool all_minus = true;
    for (unsigned i = 0; i < words; i++) {
        if (term[i].number.class == XENON_FP_FINITE)
            add_to(&sum, term[i].number);
        all_minus &= term[i].number.class == XENON_FP_ZERO && term[i].number.sign;
    }
    return (struct term){.number = narrow(sum, all_minus)};
}

static uint32_t sum_in_integers(const struct xenon_context *t, source a, source b, unsigned words)
{
    struct term term[4];
    bool flush = vfp_non_java(t), numbers = true;
    for (unsigned i = 0; i < words; i++) {
        term[i] = product(vfp_flush(a->u32[XENON_W(i)], flush), vfp_flush(b->u32[XENON_W(i)], flush));
        numbers &= term[i].special == 0;
    }
    struct term sum;
    if (t->settings.vmsum_sum_exact && numbers)
        sum = add_exactly(term, words);
    else
        sum = add(add(term[0], term[2]), words == 4 ? add(term[1], term[3]) : term[1]);
    if (sum.special)
        return sum.special;
    uint32_t result = vfp_round(t, sum.number);
    return vfp_is_infinite(result) && !t->settings.vmsum_overflow_infinity ? VFP_DEFAULT : result;
}

static enum xenon_outcome dot(struct xenon_context *t, const struct xenon_insn *in, unsigned words)
{
    source a = &t->vr[in->a], b = &t->vr[in->b];
    uint32_t result;
    if (t->settings.vmsum_sum_exact || !sum_on_host(a, b, words, &result))
        result = sum_in_integers(t, a, b, words);
    vfp_store(&t->vr[in->d], vfp_splat(result));
    return XENON_NEXT;
}

enum xenon_outcome xenon_op_VMSUM3FP128(struct xenon_context *t, const struct xenon_insn *in)
{
    return dot(t, in, 3);
}

enum xenon_outcome xenon_op_VMSUM4FP128(struct xenon_context *t, const struct xenon_insn *in)
{
    return dot(t, in, 4);
}
