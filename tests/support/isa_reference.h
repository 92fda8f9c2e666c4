/* A second, slow executor of instructions, written from the manuals and apart from the model, for what qemu-ppc64 does
 * not show: VMX128, the Cell loads and stores, 32-bit mode, system registers, interrupts, estimates. Vectors are bytes
 * in their order in memory, floating-point results are exact rationals rounded once. */
#ifndef CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_H
#define CYCLE360_TESTS_SUPPORT_ISA_REFERENCE_H

#include "models/xenon/isa/settings.h"

#include <stdbool.h>
#include <stdint.h>

enum { ISA_REFERENCE_WINDOW = 512 };

struct isa_reference {
    uint64_t gpr[32], fpr[32];
    uint8_t vr[128][16]; /* byte 0 is the leftmost */
    uint32_t cr, xer, fpscr, vscr;
    uint64_t lr, ctr, msr;
    uint64_t cia, nia; /* this instruction, and the next after it */
    uint64_t spr[1024];
    uint64_t time_base;
    struct {
        uint64_t esid, vsid; /* as slbmte takes them from RB and RS */
    } slb[64];
    struct {
        bool held;
        uint64_t address;
    } reservation;

    uint64_t memory_at; /* the address of memory[0] */
    uint8_t memory[ISA_REFERENCE_WINDOW];

    struct xenon_isa_settings settings;

    /* of the last instruction */
    uint16_t interrupt;     /* the vector taken, or 0 */
    uint32_t fpscr_unknown; /* bits of FPSCR that the architecture leaves open */
    uint64_t dar_unknown;   /* of DAR: any byte of what was accessed will do   */
    enum isa_reference_bound {
        ISA_EXACT,             /* the result is this one */
        ISA_RECIPROCAL,        /* within 1/4096 of it    */
        ISA_RECIPROCAL_COARSE, /* within 1/256 of it     */
        ISA_EXP2,              /* within 1/16 of it      */
        ISA_LOG2,              /* within 1/32 absolutely */
    } bound;
    bool unmodelled; /* what the reference has no opinion about was touched: ignore the outcome */
};

/* The row of the reference's own table that a word is: NULL when it has none. */
const char *isa_reference_mnemonic(uint32_t word);

/* Executes one instruction at r->cia, interrupts included. False when the reference cannot say what happens. */
bool isa_reference_execute(struct isa_reference *r, uint32_t word);

#endif
