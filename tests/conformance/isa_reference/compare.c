#include "tests/conformance/isa_reference/compare.h"
#include "models/xenon/isa/interrupt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The registers that both keep as they were written. The others of spr.def are no concern of the reference. */
static const struct {
    enum xenon_spr id;
    uint16_t number;
} specials[] = {
#define KEEP(id, number)       \
    {                          \
        XENON_SPR_##id, number \
    }
    KEEP(DSISR, 18),   KEEP(DAR, 19),     KEEP(SDR1, 25),    KEEP(SRR0, 26),   KEEP(SRR1, 27),
    KEEP(VRSAVE, 256), KEEP(SPRG0, 272),  KEEP(SPRG1, 273),  KEEP(SPRG2, 274), KEEP(SPRG3, 275),
    KEEP(PVR, 287),    KEEP(HSPRG0, 304), KEEP(HSPRG1, 305), KEEP(RMOR, 312),  KEEP(HRMOR, 313),
    KEEP(HSRR0, 314),  KEEP(HSRR1, 315),  KEEP(LPCR, 318),   KEEP(PIR, 1023),
#undef KEEP
};
enum { DEC = 22, HDEC = 310, SPECIALS = sizeof specials / sizeof *specials };

bool reference_to_stepper(struct xenon_stepper *s, const struct isa_reference *r, uint32_t word)
{
    struct xenon_context *t = xenon_stepper_context(s);
    memcpy(t->gpr, r->gpr, sizeof r->gpr);
    memcpy(t->fpr, r->fpr, sizeof r->fpr);
    for (unsigned i = 0; i < 128; i++)
        for (unsigned j = 0; j < 16; j++)
            t->vr[i].u8[XENON_B(j)] = r->vr[i][j];
    xenon_cr_set(t, r->cr);
    xenon_xer_set(t, r->xer);
    t->fpscr = r->fpscr;
    t->vscr = r->vscr;
    t->lr = r->lr;
    t->ctr = r->ctr;
    t->msr = r->msr;
    t->nia = r->cia;
    for (unsigned i = 0; i < SPECIALS; i++)
        t->spr[specials[i].id] = r->spr[specials[i].number];
    t->decrementer = (uint32_t)r->spr[DEC];
    t->hypervisor_decrementer = (uint32_t)r->spr[HDEC];
    t->time_base = r->time_base;
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++) {
        t->slb[i].esid = r->slb[i].esid;
        t->slb[i].vsid = r->slb[i].vsid;
    }
    t->reservation.held = r->reservation.held;
    t->reservation.address = r->reservation.address;
    t->settings = r->settings;

    const uint8_t code[4] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word};
    xenon_stepper_clear(s);
    return xenon_stepper_write(s, r->cia, code, 4) &&
           xenon_stepper_write(s, r->memory_at, r->memory, ISA_REFERENCE_WINDOW);
}

void reference_from_stepper(struct isa_reference *r, struct xenon_stepper *s)
{
    const struct xenon_context *t = xenon_stepper_context(s);
    memcpy(r->gpr, t->gpr, sizeof r->gpr);
    memcpy(r->fpr, t->fpr, sizeof r->fpr);
    for (unsigned i = 0; i < 128; i++)
        for (unsigned j = 0; j < 16; j++)
            r->vr[i][j] = t->vr[i].u8[XENON_B(j)];
    r->cr = xenon_cr(t);
    r->xer = xenon_xer(t);
    r->fpscr = t->fpscr;
    r->vscr = t->vscr;
    r->lr = t->lr;
    r->ctr = t->ctr;
    r->msr = t->msr;
    r->nia = t->nia;
    for (unsigned i = 0; i < SPECIALS; i++)
        r->spr[specials[i].number] = t->spr[specials[i].id];
    r->spr[DEC] = t->decrementer;
    r->spr[HDEC] = t->hypervisor_decrementer;
    r->time_base = t->time_base;
    for (unsigned i = 0; i < XENON_SLB_ENTRIES; i++) {
        r->slb[i].esid = t->slb[i].esid;
        r->slb[i].vsid = t->slb[i].vsid;
    }
    r->reservation.held = t->reservation.held;
    r->reservation.address = t->reservation.address;
    xenon_stepper_read(s, r->memory_at, r->memory, ISA_REFERENCE_WINDOW);
}

void reference_step(struct xenon_stepper *s, struct isa_reference *after, const struct isa_reference *start,
                    uint32_t word)
{
    *after = *start;
    if (!reference_to_stepper(s, start, word)) {
        fprintf(stderr, "isa_reference_check: the stepper has no memory for the case\n");
        exit(4);
    }
    struct xenon_context *t = xenon_stepper_context(s);
    bool interrupted = xenon_stepper_run(s, 1, UINT64_MAX) == XENON_STOP_INTERRUPT;
    after->interrupt = interrupted ? t->interrupt.vector : 0;
    if (interrupted)
        xenon_interrupt_enter(t, start->cia);
    reference_from_stepper(after, s);
}

static double as_number(uint64_t bits, bool is_double)
{
    double d;
    float f;
    uint32_t narrow = (uint32_t)bits;
    memcpy(&d, &bits, sizeof d);
    memcpy(&f, &narrow, sizeof f);
    return is_double ? d : (double)f;
}

/* Whether a number is near enough to the right one. NaNs, infinities and zeros must be the same, but
 * small numbers may be flushed where a bound is wide. */
static bool near_enough(enum isa_reference_bound bound, uint64_t expected, uint64_t got, bool is_double)
{
    double e = as_number(expected, is_double), g = as_number(got, is_double);
    if (expected == got)
        return true;
    if (isnan(e) || isnan(g))
        return false;
    switch (bound) {
    case ISA_EXACT:
        return false;
    case ISA_RECIPROCAL:
        return isfinite(e) && isfinite(g) && fabs(e - g) <= fabs(e) / 4096 + 0x1p-126;
    case ISA_RECIPROCAL_COARSE:
        return isfinite(e) && isfinite(g) && fabs(e - g) <= fabs(e) / 256;
    case ISA_EXP2:
        return fabs(e - g) <= fabs(e) / 16 + 0x1p-126;
    default:
        return isfinite(e) && isfinite(g) && fabs(e - g) <= 0x1p-5;
    }
}

static uint32_t element(const uint8_t v[16], unsigned i)
{
    return (uint32_t)v[4 * i] << 24 | (uint32_t)v[4 * i + 1] << 16 | (uint32_t)v[4 * i + 2] << 8 | v[4 * i + 3];
}

static bool same_vector(const struct isa_reference *expected, const uint8_t a[16], const uint8_t b[16])
{
    for (unsigned i = 0; i < 4; i++)
        if (!near_enough(expected->bound, element(a, i), element(b, i), false))
            return false;
    return true;
}

static void print_bytes(FILE *out, const char *what, const uint8_t *bytes)
{
    fputs(what, out);
    for (unsigned i = 0; i < 16; i++)
        fprintf(out, "%s%02X", i && i % 4 == 0 ? " " : "", bytes[i]);
}

static unsigned differ(FILE *out, const char *name, uint64_t start, uint64_t expected, uint64_t got)
{
    if (out)
        fprintf(out, "    %-6s was %016llX, expected %016llX, got %016llX\n", name, (unsigned long long)start,
                (unsigned long long)expected, (unsigned long long)got);
    return 1;
}

static unsigned differ_bytes(FILE *out, const char *name, const uint8_t *start, const uint8_t *expected,
                             const uint8_t *got)
{
    if (out) {
        fprintf(out, "    %-6s", name);
        print_bytes(out, " was ", start);
        print_bytes(out, ", expected ", expected);
        print_bytes(out, ", got ", got);
        fputc('\n', out);
    }
    return 1;
}

unsigned reference_differences(const struct isa_reference *start, const struct isa_reference *expected,
                               const struct isa_reference *got, FILE *out)
{
    unsigned count = 0;
    char name[24];
#define NUMBER(what, member, known)                        \
    if (((expected->member ^ got->member) & (known)) != 0) \
    count += differ(out, what, start->member, expected->member, got->member)
    for (unsigned i = 0; i < 32; i++) {
        snprintf(name, sizeof name, "r%u", i);
        NUMBER(name, gpr[i], UINT64_MAX);
        snprintf(name, sizeof name, "f%u", i);
        if (!near_enough(expected->bound, expected->fpr[i], got->fpr[i], true))
            count += differ(out, name, start->fpr[i], expected->fpr[i], got->fpr[i]);
    }
    for (unsigned i = 0; i < 128; i++)
        if (!same_vector(expected, expected->vr[i], got->vr[i])) {
            snprintf(name, sizeof name, "v%u", i);
            count += differ_bytes(out, name, start->vr[i], expected->vr[i], got->vr[i]);
        }
    NUMBER("cr", cr, UINT32_MAX);
    NUMBER("xer", xer, UINT32_MAX);
    NUMBER("fpscr", fpscr, ~expected->fpscr_unknown);
    NUMBER("vscr", vscr, UINT32_MAX);
    NUMBER("lr", lr, UINT64_MAX);
    NUMBER("ctr", ctr, UINT64_MAX);
    NUMBER("msr", msr, UINT64_MAX);
    NUMBER("nia", nia, UINT64_MAX);
    NUMBER("vector", interrupt, UINT16_MAX);
    NUMBER("tb", time_base, UINT64_MAX);
    for (unsigned i = 0; i < 1024; i++) {
        snprintf(name, sizeof name, "spr%u", i);
        if (i == 18 && expected->interrupt == 0x600) /* what DSISR tells of an alignment interrupt is open */
            continue;
        NUMBER(name, spr[i], i == 19 ? ~expected->dar_unknown : UINT64_MAX);
    }
    for (unsigned i = 0; i < 64; i++) {
        snprintf(name, sizeof name, "slb%u", i);
        NUMBER(name, slb[i].esid, UINT64_MAX);
        NUMBER(name, slb[i].vsid, UINT64_MAX);
    }
    NUMBER("held", reservation.held, 1);
    if (expected->reservation.held)
        NUMBER("place", reservation.address, UINT64_MAX);
    for (unsigned i = 0; i < ISA_REFERENCE_WINDOW; i += 16)
        if (memcmp(expected->memory + i, got->memory + i, 16) != 0) {
            snprintf(name, sizeof name, "%llX", (unsigned long long)expected->memory_at + i);
            count += differ_bytes(out, name, start->memory + i, expected->memory + i, got->memory + i);
        }
#undef NUMBER
    return count;
}
