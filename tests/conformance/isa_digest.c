/* A fingerprint of what every instruction does: each row with random operands in random and edge states, NaNs,
 * denormals, rounding modes and settings among them, and a hash of all registers after each. Builds by different
 * compilers at different levels of optimization must print the same lines; same_bits compares them.
 *
 *   isa_digest [CASES]     a line for each row; CASES of each, 2000 */
#include "models/xenon/isa/stepper.h"
#include "tests/conformance/isa_qemu/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE UINT64_C(0x82010000)

static void mix(uint64_t *hash, uint64_t value)
{
    *hash = (*hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    *hash ^= *hash >> 32;
}

static void make_state(struct xenon_context *t, struct random *r)
{
    memset(&t->settings, 0, sizeof t->settings);
    for (unsigned i = 0; i < XENON_ISA_SETTING_COUNT; i++)
        xenon_isa_settings_choose(&t->settings, i, random_one_in(r, 8));
    xenon_context_reset(t, 0);
    t->msr = XENON_MSR_FP | XENON_MSR_VXU | XENON_MSR_HV;
    t->msr |= random_one_in(r, 2) ? XENON_MSR_SF : 0;
    t->msr |= random_one_in(r, 4) ? XENON_MSR_FE0 | XENON_MSR_FE1 : 0;
    for (unsigned i = 0; i < 32; i++) {
        t->gpr[i] = value_integer(r, t->gpr[i == 0 ? 0 : i - 1]);
        t->fpr[i] = value_double(r, t->fpr[i == 0 ? 0 : i - 1]);
    }
    for (unsigned i = 0; i < 128; i++) {
        uint64_t value[2];
        value_vector(r, value, t->vr[i == 0 ? 0 : i - 1].u64);
        t->vr[i].u64[XENON_D(0)] = value[0];
        t->vr[i].u64[XENON_D(1)] = value[1];
    }
    xenon_cr_set(t, (uint32_t)random_u64(r));
    xenon_xer_set(t, (uint32_t)random_u64(r) & 0xE000001F);
    uint32_t flags = random_one_in(r, 2) ? 0x9FFFF707 : 0x9FFFF7FF; /* nothing enabled, or anything */
    t->fpscr = (uint32_t)random_u64(r) & flags;
    t->vscr = (uint32_t)random_u64(r) & (XENON_VSCR_NJ | XENON_VSCR_SAT);
    t->lr = random_u64(r);
    t->ctr = value_integer(r, 0);
    t->nia = CODE;
}

/* Host byte order does not show: elements are taken by their number. */
static void mix_state(uint64_t *hash, const struct xenon_context *t)
{
    for (unsigned i = 0; i < 32; i++) {
        mix(hash, t->gpr[i]);
        mix(hash, t->fpr[i]);
    }
    for (unsigned i = 0; i < 128; i++) {
        mix(hash, t->vr[i].u64[XENON_D(0)]);
        mix(hash, t->vr[i].u64[XENON_D(1)]);
    }
    for (unsigned i = 0; i < XENON_SPR_COUNT; i++)
        mix(hash, t->spr[i]);
    const uint64_t others[] = {xenon_cr(t), xenon_xer(t), t->fpscr, t->vscr, t->lr, t->ctr, t->nia, t->msr};
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        mix(hash, others[i]);
}

int main(int argc, char **argv)
{
    unsigned long cases = argc > 1 ? strtoul(argv[1], NULL, 0) : 2000;
    struct xenon_stepper *s = xenon_stepper_new(1 << 20);
    if (s == NULL)
        return 4;
    struct xenon_context *t = xenon_stepper_context(s);
    for (unsigned op = 1; op < XENON_OP_COUNT; op++) {
        const struct xenon_op_info *info = &xenon_op_info[op];
        struct random r = random_from(op, 1);
        uint64_t hash = 0;
        for (unsigned long i = 0; i < cases; i++) {
            uint32_t word = ((uint32_t)random_u64(&r) & ~info->mask) | info->match;
            const uint8_t bytes[] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
            xenon_stepper_clear(s);
            make_state(t, &r);
            if (!xenon_stepper_write(s, CODE, bytes, sizeof bytes))
                return 4;
            mix(&hash, xenon_stepper_run(s, 1, UINT64_MAX));
            mix(&hash, t->interrupt.vector);
            mix_state(&hash, t);
        }
        printf("%s %016jx\n", info->mnemonic, (uintmax_t)hash);
    }
    xenon_stepper_free(s);
    return 0;
}
