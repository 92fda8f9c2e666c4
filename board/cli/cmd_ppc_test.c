/* cycle360 ppc-test: annotated assembly tests. */
#include "board/cli/command.h"
#include "board/cli/json.h"
#include "board/cli/options.h"
#include "board/cli/ppc_test_run.h"
#include "board/cli/read_file.h"

#include <stdlib.h>
#include <string.h>

struct run {
    struct ppc_test_options options;
    const char *only;
    bool verbose, json;
    struct xenon_stepper *stepper;
    uint64_t passed, failed, ignored, instructions;
    unsigned bad_files, files;
};

static void print_mismatch(const struct run *run, const char *file, const struct ppc_test *test,
                           const struct ppc_mismatch *m, bool first)
{
    if (!run->json) {
        printf("%s:%u: %s: %s: got %s, expected %s\n", file, m->line, test->name, m->what, m->got, m->expected);
        return;
    }
    printf("%s{\"line\": %u, \"what\": ", first ? "" : ", ", m->line);
    json_text(stdout, m->what);
    printf(", \"got\": ");
    json_text(stdout, m->got);
    printf(", \"expected\": ");
    json_text(stdout, m->expected);
    printf("}");
}

static void run_test(struct run *run, const char *name, const struct ppc_test_file *file, const struct ppc_test *test,
                     const struct xenon_program *program)
{
    struct ppc_result result;
    bool passed = ppc_test_run(run->stepper, &run->options, file, test, program, &result);
    unsigned shown = result.mismatches < PPC_MISMATCHES_MAX ? result.mismatches : PPC_MISMATCHES_MAX;

    if (run->json) {
        printf("%s\n  {\"file\": ", run->passed + run->failed == 0 ? "" : ",");
        json_text(stdout, name);
        printf(", \"test\": ");
        json_text(stdout, test->name);
        printf(", \"line\": %u, \"passed\": %s, \"instructions\": %ju, \"mismatches\": [", test->line,
               passed ? "true" : "false", (uintmax_t)result.instructions);
    }
    for (unsigned i = 0; i < shown; i++)
        print_mismatch(run, name, test, &result.mismatch[i], i == 0);
    if (run->json)
        printf("]}");
    else if (shown < result.mismatches)
        printf("%s:%u: %s: and %u more\n", name, test->line, test->name, result.mismatches - shown);
    else if (passed && run->verbose)
        printf("%s:%u: %s: passed\n", name, test->line, test->name);
    run->passed += passed;
    run->failed += !passed;
    run->instructions += result.instructions;
}

static enum sim_status run_file(struct run *run, const char *name)
{
    struct ppc_test_file file = {0};
    struct xenon_program program = {0};
    struct sim_error error;
    struct whole_file source = {0};

    enum sim_status status = read_file(name, 0, UINT64_MAX, XENON_SOURCE_MAX, &source, &error);
    if (status == SIM_OK)
        status = ppc_test_file_read(&file, name, source.text, source.size, &error);
    if (status == SIM_OK)
        status = xenon_assemble(&program, name, source.text, source.size, run->options.base, &error);
    if (status == SIM_OK && file.tests == 0)
        status = sim_fail(&error, SIM_BAD_INPUT, "%s: there is no label test_*", name);
    if (status != SIM_OK) {
        command_fail("ppc-test", status, &error);
        for (size_t i = 0; i < program.furthers; i++)
            command_fail("ppc-test", status, &program.further[i]);
        run->bad_files++;
    }
    for (size_t i = 0; status == SIM_OK && i < file.tests; i++)
        if (run->only == NULL || strstr(file.test[i].name, run->only) != NULL)
            run_test(run, name, &file, &file.test[i], &program);
    run->ignored += file.ignored;
    run->files++;
    xenon_program_free(&program);
    ppc_test_file_free(&file);
    free(source.text);
    return status;
}

static int run_files(struct run *run, int argc, char **argv)
{
    enum sim_status worst = SIM_OK;
    run->stepper = xenon_stepper_new(UINT64_C(256) << 20);
    if (run->stepper == NULL) {
        struct sim_error error;
        return command_fail("ppc-test", sim_fail(&error, SIM_HOST, "out of memory"), &error);
    }
    if (run->json)
        printf("{\"tests\": [");
    for (int i = 1; i < argc; i++) {
        enum sim_status status = run_file(run, argv[i]);
        worst = status > worst ? status : worst;
    }
    if (run->json) {
        printf("\n], \"passed\": %ju, \"failed\": %ju, \"bad_files\": %u, \"ignored_annotations\": %ju, "
               "\"instructions\": %ju}\n",
               (uintmax_t)run->passed, (uintmax_t)run->failed, run->bad_files, (uintmax_t)run->ignored,
               (uintmax_t)run->instructions);
    } else {
        if (run->ignored > 0)
            printf("%ju annotations of other programs ignored\n", (uintmax_t)run->ignored);
        /* A file that cannot be read hides its tests: it counts as one that failed. */
        printf("%ju passed, %ju failed\n", (uintmax_t)run->passed, (uintmax_t)(run->failed + run->bad_files));
    }
    xenon_stepper_free(run->stepper);
    return worst != SIM_OK ? (int)worst : run->failed > 0 ? SIM_GUEST : SIM_OK;
}

int cmd_ppc_test(int argc, char **argv)
{
    struct run run = {.options = {.base = PPC_TEST_BASE, .limit = 1000000}};
    struct option_list set = {0};
    bool wide = false;
    const struct option option[] = {
        {"set", OPTION_LIST, &set, "NAME=WORD",
         "a setting of the instructions, as `cycle360 isa --settings` lists them"},
        {"64", OPTION_FLAG, &wide, NULL, "64-bit mode (MSR.SF); titles run in 32-bit mode"},
        {"base", OPTION_COUNT, &run.options.base, "ADDRESS", "where the program lies (0x82010000)"},
        {"limit", OPTION_COUNT, &run.options.limit, "N", "instructions after which a test has failed (1000000)"},
        {"only", OPTION_STRING, &run.only, "WORD", "only the tests whose name contains WORD"},
        {"verbose", OPTION_FLAG, &run.verbose, NULL, "a line for each test that passes, too"},
        {"json", OPTION_FLAG, &run.json, NULL, "one JSON object on standard output"},
    };
    const struct usage usage = {
        .command = "ppc-test",
        .operands = "FILE.s...",
        .operands_min = 1,
        .operands_max = 100000,
        .summary =
            "Assembles files of annotated tests (labels test_*, comments #_ REGISTER_IN, REGISTER_OUT, MEMORY_IN, "
            "MEMORY_OUT), runs each test to its blr on the functional stepper, all else being zero, and prints "
            "what differs. docs/ppc-test.md describes the format.",
        .option = option,
        .options = sizeof option / sizeof *option,
        .examples = "cycle360 ppc-test tests/cases/isa/*.s\n"
                    "cycle360 ppc-test --only nan --verbose tests/cases/isa/fadd.s\n"
                    "cycle360 ppc-test --set dcbz_block=32 mine.s --json | jq '.tests[] | select(.passed | not)'\n",
    };
    struct sim_error error;
    int exit_code;

    if (!options_read(&usage, &argc, argv, &exit_code))
        return exit_code;
    for (unsigned i = 0; i < set.count; i++) {
        enum sim_status status = xenon_isa_settings_set(&run.options.settings, set.item[i], &error);
        if (status != SIM_OK)
            return command_fail(usage.command, status, &error);
    }
    run.options.msr = XENON_MSR_FP | XENON_MSR_VXU | XENON_MSR_ME | (wide ? XENON_MSR_SF : 0);
    return run_files(&run, argc, argv);
}
