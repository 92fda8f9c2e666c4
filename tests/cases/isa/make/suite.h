/* Making the annotated suite tests/cases/isa/<row>.s: inputs are chosen here, what comes out is said by an oracle that
 * is not the model. */
#ifndef CYCLE360_TESTS_CASES_ISA_MAKE_SUITE_H
#define CYCLE360_TESTS_CASES_ISA_MAKE_SUITE_H

#include "models/xenon/isa/context.h"
#include "tests/support/isa_reference.h"

#include <stdio.h>

enum {
    SUITE_TESTS_MAX = 32, /* of one row          */
    SUITE_TEXT_MAX = 1024,
    SUITE_WINDOW = 0x10001000, /* memory that tests read and write */
};

/* The registers that a test shows, beside those that it changes. */
struct suite_shown {
    uint32_t gpr, fpr;
    bool vr[128], msr, xer;
};

struct suite_test {
    char text[SUITE_TEXT_MAX]; /* lines of assembly, the final blr left out */
    struct isa_reference in, out;
    struct suite_shown shown;
    unsigned memory_in, memory_out; /* bytes of the window that are shown, from its start on */
};

/* Where a test's expectations come from. */
enum suite_oracle { SUITE_REFERENCE, SUITE_QEMU };

struct suite_file {
    enum xenon_op op;
    struct suite_test test[SUITE_TESTS_MAX];
    unsigned tests;
    enum suite_oracle oracle;
    unsigned agree; /* tests of the reference, in 64-bit mode, that QEMU confirmed */
};

/* A test of the file, with the registers and memory that all begin with. */
struct suite_test *suite_add(struct suite_file *file);

/* Adds a line of assembly. */
void suite_line(struct suite_test *test, const char *format, ...) __attribute__((format(printf, 2, 3)));
void suite_insn(struct suite_test *test, uint32_t word);

/* Plans: the tests of a row, without what comes out. False if the row is none of theirs. */
bool suite_plan_templates(struct suite_file *file); /* templates.def */
bool suite_plan_memory(struct suite_file *file);
bool suite_plan_registers(struct suite_file *file);

/* Oracles. */
void suite_oracle_open(const char *qemu, const char *guest);
void suite_oracle_close(void);
void suite_run(struct suite_file *file); /* exits if there is no answer */

/* The name of a row in file names and labels: "addic_dot". */
void suite_name(char name[24], enum xenon_op op);
void suite_print(FILE *out, const struct suite_file *file);

#endif
