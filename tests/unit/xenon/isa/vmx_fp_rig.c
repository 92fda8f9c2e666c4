#include "tests/unit/xenon/isa/vmx_fp_rig.h"

#include <CUnit/CUnit.h>
#include <gmp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Classes by the host's own reading of the bits. */

bool vfp_nan(uint32_t x)
{
    return isnan(float_of(x));
}

bool vfp_infinite(uint32_t x)
{
    return isinf(float_of(x));
}

bool vfp_zero(uint32_t x)
{
    return fpclassify(float_of(x)) == FP_ZERO;
}

uint32_t vfp_zero_denormal(uint32_t x, bool flush)
{
    return flush && fpclassify(float_of(x)) == FP_SUBNORMAL ? x & 0x80000000 : x;
}

/* Exact values. */

enum { UNIT = 298, SINGLE_UNIT = 149 };
struct vfp_exact {
    mpz_t units, term, rest;
};

struct vfp_exact *vfp_exact(void)
{
    struct vfp_exact *value = malloc(sizeof *value);
    if (!value)
        abort();
    mpz_inits(value->units, value->term, value->rest, NULL);
    return value;
}

void vfp_exact_free(struct vfp_exact *value)
{
    mpz_clears(value->units, value->term, value->rest, NULL);
    free(value);
}

void vfp_exact_clear(struct vfp_exact *value)
{
    mpz_set_ui(value->units, 0);
}

/* A finite single in multiples of 2^-149. */
static void to_units(mpz_t units, uint32_t number)
{
    unsigned long field = number >> 23 & 0xFF, fraction = number & 0x7FFFFF;
    mpz_set_ui(units, field ? fraction + 0x800000 : fraction);
    mpz_mul_2exp(units, units, field ? field - 1 : 0);
    if (number >> 31)
        mpz_neg(units, units);
}

void vfp_exact_add(struct vfp_exact *value, uint32_t number, bool negate)
{
    to_units(value->term, number);
    mpz_mul_2exp(value->term, value->term, UNIT - SINGLE_UNIT);
    if (negate)
        mpz_neg(value->term, value->term);
    mpz_add(value->units, value->units, value->term);
}

void vfp_exact_add_product(struct vfp_exact *value, uint32_t a, uint32_t b)
{
    to_units(value->term, a);
    to_units(value->rest, b);
    mpz_addmul(value->units, value->term, value->rest);
}

bool vfp_exact_is_zero(const struct vfp_exact *value)
{
    return mpz_sgn(value->units) == 0;
}

uint32_t vfp_exact_round(const struct vfp_exact *value, bool *tiny)
{
    bool negative = mpz_sgn(value->units) < 0;
    long magnitude = (long)mpz_sizeinbase(value->units, 2) - 1 - UNIT;
    *tiny = magnitude < -126;
    long last = *tiny ? -149 : magnitude - 23;
    mpz_t kept, rest, half;
    mpz_inits(kept, rest, half, NULL);
    mpz_abs(rest, value->units);
    mpz_fdiv_qr(kept, rest, rest, (mpz_setbit(half, (mp_bitcnt_t)(last + UNIT)), half));
    mpz_fdiv_q_2exp(half, half, 1);
    int side = mpz_cmp(rest, half);
    double rounded = ldexp(mpz_get_d(kept) + (side > 0 || (side == 0 && mpz_odd_p(kept))), (int)last);
    mpz_clears(kept, rest, half, NULL);
    float result = rounded > 0x1.FFFFFEp127 ? INFINITY : (float)rounded;
    return bits_of_float(negative ? -result : result);
}

uint32_t vfp_settle(const struct vfp_case *c, const struct vfp_exact *value, bool zero_sign)
{
    bool tiny;
    if (vfp_exact_is_zero(value))
        return (uint32_t)zero_sign << 31;
    uint32_t result = vfp_exact_round(value, &tiny);
    if (!c->settings->nj_result_after_rounding)
        return c->nj && tiny ? result & 0x80000000 : result;
    return vfp_zero_denormal(result, c->nj);
}

/* The rig. */

static const uint32_t special[] = {
    0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x00000001, 0x807FFFFF, 0x00400000, 0x00800000,
    0x80800001, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC12345, 0xFFC54321, 0x7F812345,
    0xFF854321, 0x3FFFFFFF, 0xBF000000, 0x4F000000, 0xCF000000, 0x4B7FFFFF, 0x20000000, 0x9FFFFFFF,
};
enum { SPECIALS = sizeof special / sizeof *special };

/* Registers that a word names. */
struct registers {
    unsigned d, a, b, c;
};

static unsigned width_of(enum xenon_operand operand)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < xenon_operand_info[operand].segments; i++)
        bits += xenon_operand_info[operand].segment[i].last - xenon_operand_info[operand].segment[i].first + 1U;
    return bits;
}

static bool has_record(const struct vfp_row *row)
{
    return xenon_op_info[row->op].flags & (XENON_RC21 | XENON_RC25);
}

/* Few registers, so that often two operands are the same; or all different. */
static uint32_t make_word(const struct vfp_row *row, struct numbers *numbers, bool alike, struct registers *r,
                          unsigned imm, bool record)
{
    const struct xenon_op_info *info = &xenon_op_info[row->op];
    uint32_t word = info->match;
    unsigned base = (unsigned)random_bits(numbers);
    *r = (struct registers){base % 32, base % 32, base % 32, base % 32};
    for (unsigned i = 0; i < info->operands; i++) {
        enum xenon_operand operand = info->operand[i];
        unsigned mask = (1U << width_of(operand)) - 1;
        unsigned offset = alike ? (unsigned)random_bits(numbers) & 1 : i;
        unsigned value = xenon_operand_info[operand].kind == XENON_VR ? (base ^ offset) & mask : imm;
        word = xenon_operand_put(operand, word, value);
        if (operand == XENON_OPERAND_VD || operand == XENON_OPERAND_VD128)
            r->d = value;
        else if (operand == XENON_OPERAND_VA || operand == XENON_OPERAND_VA128)
            r->a = value;
        else if (operand == XENON_OPERAND_VB || operand == XENON_OPERAND_VB128)
            r->b = value;
        else if (operand == XENON_OPERAND_VC)
            r->c = value;
    }
    if (record)
        word |= info->flags & XENON_RC21 ? 0x400U : 0x40U;
    return word;
}

static void get(const struct xenon_context *t, unsigned reg, uint32_t words[4])
{
    for (unsigned i = 0; i < 4; i++)
        words[i] = t->vr[reg].u32[XENON_W(i)];
}

static void set(struct xenon_context *t, unsigned reg, const uint32_t words[4])
{
    for (unsigned i = 0; i < 4; i++)
        t->vr[reg].u32[XENON_W(i)] = words[i];
}

/* Registers of t hold the operands already. */
static bool as_expected(const struct vfp_row *row, struct xenon_context *t, uint32_t word, const struct registers *r,
                        unsigned imm, bool record)
{
    struct vfp_case c = {.imm = imm, .nj = t->vscr & XENON_VSCR_NJ, .settings = &t->settings};
    get(t, r->a, c.a);
    get(t, r->b, c.b);
    get(t, r->c, c.c);
    get(t, r->d, c.d);
    row->expect(&c, row);

    struct xenon_context wanted;
    memcpy(&wanted, t, sizeof wanted); /* padding too */
    set(&wanted, r->d, c.want);
    wanted.vscr |= c.saturated ? XENON_VSCR_SAT : 0U;
    if (record)
        wanted.cr[6] = (uint8_t)c.cr6;
    struct xenon_insn in = xenon_decode(0x82000000, word);
    enum xenon_outcome outcome = row->run(t, &in);
    if (in.op == row->op && outcome == XENON_NEXT && memcmp((const char *)t, (const char *)&wanted, sizeof wanted) == 0)
        return true;

    static unsigned printed;
    uint32_t got[4];
    get(t, r->d, got);
    for (unsigned i = 0; i < 4 && printed < 40; i++, printed++)
        printf("%s%s %08x imm %u nj %d: a %08x b %08x c %08x d %08x: %08x, not %08x; cr6 %x, not %x; vscr %08x\n",
               xenon_op_info[row->op].mnemonic, record ? "." : "", word, imm, c.nj, c.a[i], c.b[i], c.c[i], c.d[i],
               got[i], c.want[i], t->cr[6], wanted.cr[6], t->vscr);
    return false;
}

static void choose_settings(struct xenon_context *t, unsigned which)
{
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_nj_compare, which & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vmadd_flush, which >> 1 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_nj_result, which >> 2 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vmadd128_nan, which >> 3 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vmsum_sum, which >> 4 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vmsum_overflow, which >> 5 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vcfux_nan, which >> 6 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_vcmpb_nan, which >> 7 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_estimates, which >> 8 & 1);
    xenon_isa_settings_choose(&t->settings, XENON_ISA_SETTING_reciprocals, which >> 9 & 1);
}
enum { SETTINGS = 10 };

/* All combinations of special operands: with no setting changed the same in all four lanes, so that none of them keeps
 * the others from the fast way; then four at a time, with each of the settings changed. */
static unsigned try_specials(const struct vfp_row *row, struct xenon_context *t, struct numbers *numbers)
{
    unsigned wrong = 0, combinations = 1;
    for (unsigned i = 0; i < row->operands; i++)
        combinations *= SPECIALS;
    for (unsigned mode = 0; mode < 2 * (SETTINGS + 1); mode++) {
        unsigned step = mode / 2 ? 4 : 1;
        choose_settings(t, mode / 2 ? 1U << (mode / 2 - 1) : 0);
        for (unsigned first = 0; first < combinations; first += step) {
            unsigned imm = (unsigned)random_bits(numbers) & 31;
            bool record = has_record(row) && random_bits(numbers) & 1;
            struct registers r;
            uint32_t word = make_word(row, numbers, false, &r, imm, record), x[3][4];
            for (unsigned i = 0; i < 4; i++)
                for (unsigned k = 0, rest = first + i % step; k < 3; k++, rest /= SPECIALS)
                    x[k][i] = special[rest % SPECIALS];
            set(t, r.d, x[2]); /* the third operand, wherever it is read */
            set(t, r.c, x[2]);
            set(t, r.a, x[1]);
            set(t, r.b, x[0]);
            t->vscr = mode & 1 ? XENON_VSCR_NJ : 0;
            wrong += !as_expected(row, t, word, &r, imm, record);
        }
    }
    return wrong;
}

/* Numbers that go together, over the whole range or (in three of four) of ordinary size, and settings at random. */
static unsigned try_random(const struct vfp_row *row, struct xenon_context *t, struct numbers *numbers, unsigned times)
{
    unsigned wrong = 0;
    for (unsigned n = 0; n < times; n++) {
        uint64_t how = random_bits(numbers);
        unsigned imm = how & 31;
        bool record = has_record(row) && how >> 5 & 1, ordinary = how >> 6 & 3;
        struct registers r;
        uint32_t word = make_word(row, numbers, (how >> 8 & 3) == 0, &r, imm, record), x[4][4];
        for (unsigned i = 0; i < 4; i++) {
            uint64_t a, b, c;
            draw(numbers, true, &a, &b, &c);
            x[0][i] = (uint32_t)a, x[1][i] = (uint32_t)b, x[2][i] = (uint32_t)c;
            x[3][i] = x[how >> 10 & 1][i];
            for (unsigned k = 0; ordinary && k < 4; k++)
                x[k][i] = (x[k][i] & 0x807FFFFF) | ((120 + (uint32_t)(random_bits(numbers) & 15)) << 23);
            for (unsigned k = 0; ordinary && k < 4; k++)
                if ((random_bits(numbers) & 15) == 0)
                    x[k][i] &= 0x80000000;
        }
        for (unsigned k = 0; how >> 11 & 1 && k < 4; k++)
            x[k][1] = x[k][2] = x[k][3] = x[k][0];
        set(t, r.a, x[0]);
        set(t, r.c, x[2]);
        set(t, r.d, x[3]);
        set(t, r.b, x[1]);
        choose_settings(t, (unsigned)(how >> 32));
        t->vscr = (how >> 60 & 1 ? XENON_VSCR_NJ : 0U) | (how >> 61 & 1 ? XENON_VSCR_SAT : 0U);
        t->cr[6] = how >> 56 & 15;
        wrong += !as_expected(row, t, word, &r, imm, record);
    }
    return wrong;
}

void vfp_hold(const struct vfp_row *rows, size_t count, unsigned random_times)
{
    struct xenon_context *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    for (const struct vfp_row *row = rows; row < rows + count; row++) {
        struct numbers numbers = {.state = row->op};
        CU_ASSERT_EQUAL(try_specials(row, t, &numbers), 0);
        CU_ASSERT_EQUAL(try_random(row, t, &numbers, random_times), 0);
    }
    free(t);
}
