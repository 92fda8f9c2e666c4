/* Words as text: what the assembler makes into the same word again. */
#ifndef CYCLE360_XENON_ISA_DISASM_H
#define CYCLE360_XENON_ISA_DISASM_H

#include <stddef.h>
#include <stdint.h>

enum xenon_disassembly {
    XENON_DISASSEMBLE_BASIC = 1, /* no simplified mnemonics, no names of special purpose registers */
};

enum { XENON_DISASSEMBLY_MAX = 96 }; /* a buffer of this size holds every instruction */

/* Writes one instruction, such as "beq+ cr6, 0x82010040", and returns its length as snprintf does. `pc` is where the
 * word stands: branches name the address that they go to. Words that are no instruction become ".long 0x...."; so do
 * those with reserved bits set, and a comment says what the processor makes of them. */
size_t xenon_disassemble(char *text, size_t size, uint32_t word, uint64_t pc, unsigned flags);

/* The same of one form with these operands: `suffixes` is what xenon_suffix_bits() gives for those that are to be
 * appended, `hint` is "+", "-" or "". */
struct xenon_form;
size_t xenon_write_form(char *text, size_t size, const struct xenon_form *form, const int64_t value[],
                        uint32_t suffixes, const char *hint, uint64_t pc);

/* How a special purpose register is called, or NULL; and the number of a name, or -1. */
const char *xenon_spr_name(unsigned number);
int xenon_spr_number(const char *name, size_t length);

#endif
