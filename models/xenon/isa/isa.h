/* The instruction set: what a word means. isa.def, operands.def and what tools/isa_tables.c makes of them when the tree
 * is built. */
#ifndef CYCLE360_XENON_ISA_ISA_H
#define CYCLE360_XENON_ISA_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum xenon_op {
    XENON_OP_ILLEGAL,
#define INSN(id, ...) XENON_OP_##id,
#include "models/xenon/isa/isa.def"
#undef INSN
    XENON_OP_COUNT
};

enum xenon_operand {
#define OPERAND(name, ...) XENON_OPERAND_##name,
#include "models/xenon/isa/operands.def"
#undef OPERAND
    XENON_OPERAND_COUNT
};

enum xenon_operand_kind {
    XENON_GPR,
    XENON_GPR0,
    XENON_FPR,
    XENON_VR,
    XENON_CRF,
    XENON_CRB,
    XENON_SPR,
    XENON_SIGNED,
    XENON_UNSIGNED,
    XENON_DISPLACEMENT,
    XENON_RELATIVE,
};

enum xenon_group {
    XENON_INT,
    XENON_BRANCH,
    XENON_LOAD,
    XENON_STORE,
    XENON_SYSTEM,
    XENON_FP,
    XENON_VMX,
    XENON_VMX128,
};

enum xenon_flags {
    XENON_RC = 1,
    XENON_OE = 2,
    XENON_LK = 4,
    XENON_AA = 8,
    XENON_RC21 = 0x10,
    XENON_RC25 = 0x20,
    XENON_FPU = 0x40,
    XENON_VXU = 0x80,
    XENON_SUPERVISOR = 0x100,
    XENON_HYPERVISOR = 0x200,
    XENON_OPTIONAL = 0x400,
};

enum { XENON_OPERANDS_MAX = 5, XENON_SEGMENTS_MAX = 3, XENON_MNEMONIC_MAX = 16 };

struct xenon_operand_info {
    const char *name;
    enum xenon_operand_kind kind;
    uint8_t scale, segments;
    struct {
        uint8_t first, last;
    } segment[XENON_SEGMENTS_MAX];
};

struct xenon_op_info {
    const char *id;       /* "ADDIC_DOT" */
    const char *mnemonic; /* "addic." */
    const char *form, *meaning;
    enum xenon_group group;
    uint32_t mask, match;
    uint16_t flags;
    uint8_t operands;                    /* how many */
    uint8_t operand[XENON_OPERANDS_MAX]; /* enum xenon_operand, in the assembler's order */
    bool optional[XENON_OPERANDS_MAX];   /* this one may be left out */
};

extern const struct xenon_operand_info xenon_operand_info[XENON_OPERAND_COUNT];
extern const struct xenon_op_info xenon_op_info[XENON_OP_COUNT]; /* XENON_OP_ILLEGAL is ".long" */

/* The instruction that a word is. */
enum xenon_op xenon_op_of(uint32_t word);

/* An operand's value in a word, and a word with it put in. Signed kinds are sign-extended; `fits` says whether put can
 * hold the value (range, and the bits that scale takes away). */
int64_t xenon_operand_get(enum xenon_operand operand, uint32_t word);
uint32_t xenon_operand_put(enum xenon_operand operand, uint32_t word, int64_t value);
bool xenon_operand_fits(enum xenon_operand operand, int64_t value);

/* A word taken apart once, so that executing it is only arithmetic. */
struct xenon_insn {
    uint64_t pc;
    uint64_t imm; /* the immediate or displacement, sign-extended and scaled; of rotates the mask */
    uint32_t word;
    uint16_t op;        /* enum xenon_op */
    uint8_t flags;      /* XENON_RC (wherever the bit stands), OE, LK, AA: as set in this word */
    uint8_t d, a, b, c; /* registers; a is XENON_ZERO where RA0 is 0, and b where there is no RB */
    uint8_t sh, mb, me; /* shift amounts and other small fields: operands.def says which */
};

enum { XENON_ZERO = 32 }; /* the register that is always zero */

struct xenon_insn xenon_decode(uint64_t pc, uint32_t word);

#endif
