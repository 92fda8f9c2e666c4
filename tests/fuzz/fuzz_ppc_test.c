/* Annotated test files from anywhere: read, assembled and run, never a crash, and a mistake always has a sentence. */
#include "board/cli/ppc_test_run.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_all(const struct ppc_test_file *file, const struct xenon_program *program)
{
    const struct ppc_test_options options = {.base = PPC_TEST_BASE, .msr = 0x02003000, .limit = 200};
    struct xenon_stepper *stepper = xenon_stepper_new(4 << 20);
    struct ppc_result result;
    if (stepper == NULL)
        abort();
    for (size_t i = 0; i < file->tests && i < 8; i++)
        ppc_test_run(stepper, &options, file, &file->test[i], program, &result);
    xenon_stepper_free(stepper);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ppc_test_file file;
    struct xenon_program program = {0};
    struct sim_error error = {""};
    const char *text = (const char *)data;

    enum sim_status status = ppc_test_file_read(&file, "fuzz", text, size, &error);
    if (status == SIM_OK)
        status = xenon_assemble(&program, "fuzz", text, size, PPC_TEST_BASE, &error);
    if (status == SIM_OK)
        run_all(&file, &program);
    else if (error.text[0] == '\0')
        abort();
    xenon_program_free(&program);
    ppc_test_file_free(&file);
    return 0;
}
