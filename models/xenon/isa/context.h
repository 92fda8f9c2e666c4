/* The architectural state of one hardware thread, and how an instruction ends. Nothing here knows of time. */
#ifndef CYCLE360_XENON_ISA_CONTEXT_H
#define CYCLE360_XENON_ISA_CONTEXT_H

#include "models/xenon/isa/isa.h"
#include "models/xenon/isa/settings.h"

#include <stdbool.h>
#include <stdint.h>

/* 16 bytes. The whole register is one number in the host's byte order, so that elements of every size lie where the
 * host wants them; element 0, the leftmost, is the most significant. Get at elements through XENON_B, _H, _W and _D:
 * v->u16[XENON_H(0)] is halfword 0. Work that treats all elements alike can ignore the order. */
union xenon_vector {
    uint64_t u64[2];
    uint32_t u32[4];
    uint16_t u16[8];
    uint8_t u8[16];
    int32_t s32[4];
    int16_t s16[8];
    int8_t s8[16];
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define XENON_B(i) (15 - (i))
#define XENON_H(i) (7 - (i))
#define XENON_W(i) (3 - (i))
#define XENON_D(i) (1 - (i))
#else
#define XENON_B(i) (i)
#define XENON_H(i) (i)
#define XENON_W(i) (i)
#define XENON_D(i) (i)
#endif

/* A field of CR. */
enum { XENON_LT = 8, XENON_GT = 4, XENON_EQ = 2, XENON_SO = 1 };

#define XENON_MSR_SF  UINT64_C(0x8000000000000000)
#define XENON_MSR_TA  UINT64_C(0x4000000000000000)
#define XENON_MSR_HV  UINT64_C(0x1000000000000000)
#define XENON_MSR_VXU UINT64_C(0x02000000)
#define XENON_MSR_ILE UINT64_C(0x00010000)
#define XENON_MSR_EE  UINT64_C(0x8000)
#define XENON_MSR_PR  UINT64_C(0x4000)
#define XENON_MSR_FP  UINT64_C(0x2000)
#define XENON_MSR_ME  UINT64_C(0x1000)
#define XENON_MSR_FE0 UINT64_C(0x0800)
#define XENON_MSR_SE  UINT64_C(0x0400)
#define XENON_MSR_BE  UINT64_C(0x0200)
#define XENON_MSR_FE1 UINT64_C(0x0100)
#define XENON_MSR_IR  UINT64_C(0x0020)
#define XENON_MSR_DR  UINT64_C(0x0010)
#define XENON_MSR_PMM UINT64_C(0x0004)
#define XENON_MSR_RI  UINT64_C(0x0002)
#define XENON_MSR_LE  UINT64_C(0x0001)

#define XENON_VSCR_NJ  UINT32_C(0x00010000)
#define XENON_VSCR_SAT UINT32_C(0x00000001)

enum xenon_spr {
#define SPR(id, ...) XENON_SPR_##id,
#include "models/xenon/isa/spr.def"
#undef SPR
    XENON_SPR_COUNT
};

enum { XENON_SLB_ENTRIES = 64 };

struct xenon_slb_entry {
    uint64_t esid; /* as slbmte's RB: ESID in bits 0:35, V in bit 36; the rest 0 */
    uint64_t vsid; /* as slbmte's RS: VSID, Ks, Kp, N, L, C, LP */
};

/* The interrupt that an instruction asks for. Its owner takes it: xenon_interrupt_enter. */
struct xenon_interrupt {
    uint16_t vector;
    bool next;      /* SRR0 is the next instruction rather than this one */
    uint64_t cause; /* bits of SRR1 */
    bool storage;   /* dar and dsisr count */
    uint64_t dar;
    uint32_t dsisr;
};

struct xenon_context {
    uint64_t gpr[33]; /* [XENON_ZERO] is always 0 */
    uint64_t nia;     /* the next instruction: kept by who executes, set by what returns XENON_JUMP */
    uint64_t lr, ctr;
    uint8_t cr[8];
    bool so, ov, ca;
    uint8_t xer_count;
    uint32_t fpscr, vscr;
    uint64_t msr;
    uint64_t fpr[32]; /* their bits */
    union xenon_vector vr[128];
    uint64_t time_base; /* brought up to date by the owner before what reads it */
    uint32_t decrementer, hypervisor_decrementer;
    uint32_t control; /* CTRL */
    uint64_t spr[XENON_SPR_COUNT];
    struct xenon_slb_entry slb[XENON_SLB_ENTRIES];
    struct {
        bool held;
        uint64_t address;
    } reservation;

    struct xenon_interrupt interrupt; /* of the instruction that ended with XENON_INTERRUPT */
    struct xenon_isa_settings settings;
};

/* How an instruction ends. */
enum xenon_outcome {
    XENON_NEXT,      /* go on at pc + 4                                                                    */
    XENON_JUMP,      /* go on at context->nia                                                              */
    XENON_CHANGED,   /* go on at pc + 4, but MSR, an SPR, the SLB or the code may not be what they were    */
    XENON_RETURNED,  /* go on at context->nia; MSR is not what it was                                      */
    XENON_INTERRUPT, /* nothing of it was done; context->interrupt says why                                */
};

/* What addresses are cut to: 32 bits unless MSR.SF. */
static inline uint64_t xenon_address_mask(const struct xenon_context *t)
{
    return (uint64_t)((int64_t)t->msr >> 63) | UINT32_MAX; /* SF is the sign */
}

static inline uint32_t xenon_cr(const struct xenon_context *t)
{
    uint32_t cr = 0;
    for (unsigned i = 0; i < 8; i++)
        cr = cr << 4 | t->cr[i];
    return cr;
}

static inline void xenon_cr_set(struct xenon_context *t, uint32_t cr)
{
    for (unsigned i = 0; i < 8; i++)
        t->cr[i] = cr >> (28 - 4 * i) & 15;
}

static inline uint32_t xenon_xer(const struct xenon_context *t)
{
    return (uint32_t)t->so << 31 | (uint32_t)t->ov << 30 | (uint32_t)t->ca << 29 | t->xer_count;
}

static inline void xenon_xer_set(struct xenon_context *t, uint32_t xer)
{
    t->so = xer >> 31;
    t->ov = xer >> 30 & 1;
    t->ca = xer >> 29 & 1;
    t->xer_count = xer & 0x7F;
}

/* Registers as a thread has them at reset, except nia, which is the reset vector. */
void xenon_context_reset(struct xenon_context *t, unsigned thread);

#endif
