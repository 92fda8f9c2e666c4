/* Branches, the condition register, traps and calls. */
#include "tests/support/isa_reference_parts.h"

#define AA isa_bits(w->bits, 30, 30)
#define LK isa_bits(w->bits, 31, 31)

static bool cr_bit(const struct isa_reference *r, unsigned n)
{
    return r->cr >> (31 - n) & 1;
}

/* BO and BI: the counter goes down first, then both conditions are looked at. */
static bool taken(struct isa_reference *r, const struct isa_word *w)
{
    bool any_cr = w->d & 16, wanted_cr = w->d & 8, any_ctr = w->d & 4, wanted_zero = w->d & 2;
    if (!any_ctr)
        r->ctr--;
    bool zero = isa_address(r, r->ctr) == 0;
    return (any_ctr || zero == wanted_zero) && (any_cr || cr_bit(r, w->a) == wanted_cr);
}

static void branch(struct isa_reference *r, const struct isa_word *w, bool goes, uint64_t target)
{
    if (goes)
        r->nia = isa_address(r, target & ~UINT64_C(3));
    if (LK)
        r->lr = isa_address(r, r->cia + 4);
}

DOES(b, branch(r, w, true, (AA ? 0 : r->cia) + (uint64_t)isa_sign_extend(isa_bits(w->bits, 6, 29) << 2, 26)))
DOES(bc, branch(r, w, taken(r, w), (AA ? 0 : r->cia) + (uint64_t)isa_sign_extend(isa_bits(w->bits, 16, 29) << 2, 16)))
DOES(bclr, branch(r, w, taken(r, w), r->lr))

INSTRUCTION(bcctr)
{
    if (!(w->d & 4)) { /* to go down and to be the target at once is an invalid form */
        r->unmodelled = true;
        return;
    }
    branch(r, w, taken(r, w), r->ctr);
}

static void set_cr_bit(struct isa_reference *r, const struct isa_word *w, bool value)
{
    uint32_t bit = UINT32_C(1) << (31 - w->d);
    r->cr = value ? r->cr | bit : r->cr & ~bit;
}

#define A cr_bit(r, w->a)
#define B cr_bit(r, w->b)
DOES(crand, set_cr_bit(r, w, A &&B))
DOES(crandc, set_cr_bit(r, w, A && !B))
DOES(creqv, set_cr_bit(r, w, A == B))
DOES(crnand, set_cr_bit(r, w, !(A && B)))
DOES(crnor, set_cr_bit(r, w, !(A || B)))
DOES(cror, set_cr_bit(r, w, A || B))
DOES(crorc, set_cr_bit(r, w, A || !B))
DOES(crxor, set_cr_bit(r, w, A != B))
DOES(mcrf, isa_set_cr_field(r, isa_bits(w->bits, 6, 8), r->cr >> (28 - 4 * isa_bits(w->bits, 11, 13)) & 15))

INSTRUCTION(sc)
{
    (void)w;
    isa_interrupt(r, 0xC00, 0, true);
}

static void trap(struct isa_reference *r, const struct isa_word *w, unsigned width, uint64_t b)
{
    int64_t sa = isa_sign_extend(r->gpr[w->a], width), sb = isa_sign_extend(b, width);
    uint64_t ua = (uint64_t)sa, ub = (uint64_t)sb; /* extending both keeps their unsigned order */
    unsigned to = w->d;
    if ((to & 16 && sa < sb) || (to & 8 && sa > sb) || (to & 4 && sa == sb) || (to & 2 && ua < ub) ||
        (to & 1 && ua > ub))
        isa_interrupt(r, 0x700, ISA_CAUSE_TRAP, false);
}

#define SIMM ((uint64_t)isa_sign_extend(isa_bits(w->bits, 16, 31), 16))
DOES(tw, trap(r, w, 32, r->gpr[w->b]))
DOES(twi, trap(r, w, 32, SIMM))
DOES(td, trap(r, w, 64, r->gpr[w->b]))
DOES(tdi, trap(r, w, 64, SIMM))
