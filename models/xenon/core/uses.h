/* What an instruction is to the timing: its class, and which registers it reads and writes. */
#ifndef CYCLE360_XENON_CORE_USES_H
#define CYCLE360_XENON_CORE_USES_H

#include "models/xenon/isa/isa.h"

/* Everything that can be waited for, numbered. What reads nothing reads ZERO, which is always ready; what writes
 * nothing writes SINK, which nobody reads. */
enum xenon_resource {
    XENON_R_GPR = 0,
    XENON_R_ZERO = 32, /* = XENON_ZERO: a GPR0 operand of 0 needs no test */
    XENON_R_CR = 33,   /* eight fields */
    XENON_R_CA = 41,
    XENON_R_LR,
    XENON_R_CTR,
    XENON_R_FPSCR,
    XENON_R_VSCR,
    XENON_R_SINK,
    XENON_R_FPR = 48,
    XENON_R_VR = 80,
    XENON_R_COUNT = 208
};

enum xenon_class {
#define CLASS(name, ...) XENON_CLASS_##name,
#include "models/xenon/core/classes.def"
#undef CLASS
    XENON_CLASS_COUNT
};

enum { XENON_READS_MAX = 4, XENON_WRITES_MAX = 3 };

enum xenon_uses_flags {
    XENON_USES_READS_FIELDS = 1,  /* all of CR (mfcr), or the fields of CRM (mfocrf) */
    XENON_USES_WRITES_FIELDS = 2, /* the fields of CRM, in imm (mtcrf, mtocrf) */
    XENON_USES_READS_MANY = 4,    /* GPRs by number: stmw, stswi, stswx */
    XENON_USES_WRITES_MANY = 8,   /* lmw, lswi, lswx */
    XENON_USES_CR = 0x10,         /* reads or writes a field of CR, branches aside: see pairs */
    XENON_USES_UPDATE = 0x20,     /* writes RA too: writes[1], with fx_latency */
    XENON_USES_RECORD = 0x40,     /* its last entry of writes is the field that the record bit asks for */
};

struct xenon_uses {
    uint8_t class;                    /* enum xenon_class */
    uint8_t flags;                    /* enum xenon_uses_flags */
    uint8_t address[2];               /* registers that make an address */
    uint8_t reads[XENON_READS_MAX];   /* the others */
    uint8_t writes[XENON_WRITES_MAX]; /* [0] is the result where there is one */
};

/* Of a decoded instruction, with what its own bits (Rc, BO, CRM) say. */
struct xenon_uses xenon_uses_of(const struct xenon_insn *in);

#endif
