/* Runs the tests of one annotated file on the functional stepper. */
#ifndef CYCLE360_BOARD_CLI_PPC_TEST_RUN_H
#define CYCLE360_BOARD_CLI_PPC_TEST_RUN_H

#include "board/cli/ppc_test_file.h"
#include "models/xenon/asm/program.h"
#include "models/xenon/isa/stepper.h"

#include <stdbool.h>

#define PPC_TEST_BASE UINT64_C(0x82010000)

struct ppc_test_options {
    struct xenon_isa_settings settings;
    uint64_t base, msr, limit; /* limit: instructions that a test may take */
};

struct ppc_mismatch {
    unsigned line;
    char what[32]; /* "r3", "memory at 10001000" */
    char got[4 * 32 + 8], expected[4 * 32 + 8];
};

enum { PPC_MISMATCHES_MAX = 64 };

struct ppc_result {
    struct ppc_mismatch mismatch[PPC_MISMATCHES_MAX];
    unsigned mismatches; /* may be more than there is room for */
    uint64_t instructions;
};

/* Starts from registers and memory that are zero but for the program and what the test puts in. */
bool ppc_test_run(struct xenon_stepper *stepper, const struct ppc_test_options *options,
                  const struct ppc_test_file *file, const struct ppc_test *test, const struct xenon_program *program,
                  struct ppc_result *result);

/* Holds only the registers to what the test expects; adds what differs to *result. */
void ppc_test_check_registers(const struct xenon_context *t, const struct ppc_test_file *file,
                              const struct ppc_test *test, struct ppc_result *result);

#endif
