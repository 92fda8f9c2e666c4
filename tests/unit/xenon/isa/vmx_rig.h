/* Vector instructions held to naive ones that count bytes and bits as the manual does: byte 0 of 16 is the leftmost.
 * The rig chooses registers (often the same one twice), immediates and values, has the instruction executed from its
 * word, and compares the whole context with what the naive function says. */
#ifndef CYCLE360_TESTS_UNIT_XENON_ISA_VMX_RIG_H
#define CYCLE360_TESTS_UNIT_XENON_ISA_VMX_RIG_H

#include "models/xenon/isa/ops.h"

/* What a naive instruction sees and what it leaves. */
struct vmx_naive {
    uint8_t a[16], b[16], c[16];
    uint8_t d[16];              /* VD, before and after */
    unsigned imm;               /* whatever immediate there is but the next three */
    unsigned type, mask, z;     /* of vpkd3d128 and vrlimi128 */
    uint64_t ea;                /* (RA|0) + RB */
    uint32_t vscr_before, vscr; /* in vscr SAT is what this instruction adds */
    bool rc;
    unsigned cr6;
    const struct xenon_isa_settings *settings;
};

/* How a row of a test's table is to be understood: each naive function says which of these it asks for. */
struct vmx_row {
    enum xenon_op op;
    xenon_op_function *run;
    void (*naive)(struct vmx_naive *n, const struct vmx_row *row);
    unsigned bits, to_bits; /* of an element, and of the result's */
    bool is_signed, to_signed;
    bool saturates;
    int64_t (*element)(int64_t a, int64_t b, unsigned bits);
    unsigned which; /* a half, an oddness, a count */
};
#define VMX_ROW(id, ...)                                       \
    {                                                          \
        .op = XENON_OP_##id, .run = xenon_op_##id, __VA_ARGS__ \
    }

/* Many random runs of each row. `prepare`, where there is one, chooses settings and VB's value (n->b). */
void vmx_hold(const struct vmx_row *rows, size_t count, unsigned times,
              void (*prepare)(struct xenon_context *t, struct vmx_naive *n));

uint64_t vmx_random(void);

/* Elements of a register as it would lie in memory. */
uint64_t vmx_get(const uint8_t bytes[16], unsigned bits, unsigned i);
int64_t vmx_get_number(const uint8_t bytes[16], unsigned bits, unsigned i, bool is_signed);
void vmx_put(uint8_t bytes[16], unsigned bits, unsigned i, uint64_t value);
bool vmx_get_bit(const uint8_t bytes[16], unsigned i);
void vmx_put_bit(uint8_t bytes[16], unsigned i, bool value);

/* A number held to what `bits` can say; notes in n that it was not. */
int64_t vmx_hold_number(struct vmx_naive *n, int64_t x, unsigned bits, bool is_signed);

/* For known vectors: a fresh context, registers by words, and one word executed. */
struct xenon_context *vmx_context(void);
void vmx_set_words(struct xenon_context *t, unsigned reg, uint32_t x, uint32_t y, uint32_t z, uint32_t w);
bool vmx_words_are(const struct xenon_context *t, unsigned reg, uint32_t x, uint32_t y, uint32_t z, uint32_t w);
void vmx_run(struct xenon_context *t, xenon_op_function *run, enum xenon_op op, uint32_t word);
#define VMX_RUN(t, id, word) vmx_run(t, xenon_op_##id, XENON_OP_##id, word)

#endif
