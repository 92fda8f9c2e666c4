/* Runs the unit tests: `unit` all of them, `unit PATTERN...` the suites whose name contains one of the patterns and
 * none of those behind a minus (`unit membus -dram`), `unit --list` prints the names. Failures come with file and line;
 * the last line is `N passed, N failed`. */
#include "tests/support/scratch.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CUnit's handlers take no context. */
static unsigned passed, failed;

static void test_complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failures)
{
    if (failures == NULL) {
        passed++;
        return;
    }
    failed++;
    printf("FAILED %s: %s\n", suite->pName, test->pName);
    for (const CU_FailureRecord *failure = failures; failure != NULL; failure = failure->pNext)
        printf("    %s:%u: %s\n", failure->strFileName, failure->uiLineNumber, failure->strCondition);
}

static void suite_failed(const CU_pSuite suite)
{
    failed++;
    printf("FAILED %s: the suite could not be set up or taken down\n", suite->pName);
}

/* What one of the patterns is found in, or all if there are none; but nothing that one behind a minus is found in. */
static bool matches(const char *name, int patterns, char **pattern)
{
    bool asked = false, found = false;
    for (int i = 0; i < patterns; i++) {
        bool not_this = pattern[i][0] == '-';
        bool here = strstr(name, pattern[i] + not_this) != NULL;
        if (here && not_this)
            return false;
        asked |= !not_this;
        found |= here;
    }
    return found || !asked;
}

static void list(const CU_Suite *suite)
{
    for (; suite != NULL; suite = suite->pNext)
        for (const CU_Test *test = suite->pTest; test != NULL; test = test->pNext)
            printf("%s: %s\n", suite->pName, test->pName);
}

static int run(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0); /* what a crashing test printed before is not lost */
    if (CU_initialize_registry() != CUE_SUCCESS) {
        fprintf(stderr, "unit: %s\n", CU_get_error_msg());
        return EXIT_FAILURE;
    }
#define SUITE(function) function();
#include "tests/unit/suites.def"
#undef SUITE
    if (CU_get_error() != CUE_SUCCESS) {
        fprintf(stderr, "unit: a suite does not register: %s\n", CU_get_error_msg());
        return EXIT_FAILURE;
    }
    CU_pSuite first = CU_get_registry()->pSuite;
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        list(first);
        CU_cleanup_registry();
        return EXIT_SUCCESS;
    }

    CU_set_test_complete_handler(test_complete);
    CU_set_suite_init_failure_handler(suite_failed);
    CU_set_suite_cleanup_failure_handler(suite_failed);
    bool any = false;
    for (CU_pSuite suite = first; suite != NULL; suite = suite->pNext)
        if (matches(suite->pName, argc - 1, argv + 1)) {
            any = true;
            CU_run_suite(suite);
        }
    CU_cleanup_registry();
    if (!any && argc > 1) {
        fprintf(stderr, "unit: no suite matches; `unit --list` prints them\n");
        return EXIT_FAILURE;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct scratch drivers; /* for what an OpenCL driver keeps: nothing of an earlier run, and nothing is left */
    scratch_begin(&drivers);
    setenv("POCL_CACHE_DIR", drivers.folder, 1);
    int exit_code = run(argc, argv);
    scratch_end(&drivers);
    return exit_code;
}
