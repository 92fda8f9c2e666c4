/* Annotated test files: what is read of them. tests/cli/ppc_test.test has the mistakes, and running them. */
#include "board/cli/ppc_test_file.h"
#include "models/xenon/isa/context.h"
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

int fuzz_ppc_test(const uint8_t *data, size_t size); /* tests/fuzz/fuzz_ppc_test.c */

static void reads_values(void)
{
    static const struct {
        const char *annotation;
        enum ppc_register_class class;
        unsigned number;
        uint64_t value;
    } known[] = {
        {"r0 0", PPC_GPR, 0, 0},
        {"r31 0xFFFFFFFFFFFFFFFF", PPC_GPR, 31, UINT64_MAX},
        {"r3 18446744073709551615", PPC_GPR, 3, UINT64_MAX},
        {"r3 -9223372036854775808", PPC_GPR, 3, UINT64_C(1) << 63},
        {"r3 0x00000000000000000001", PPC_GPR, 3, 1},
        {"f1 1.5", PPC_FPR, 1, UINT64_C(0x3FF8000000000000)},
        {"f1 -0.0", PPC_FPR, 1, UINT64_C(0x8000000000000000)},
        {"f1 -inf", PPC_FPR, 1, UINT64_C(0xFFF0000000000000)},
        {"f1 0x7FF0000000000001", PPC_FPR, 1, UINT64_C(0x7FF0000000000001)},
        {"f1 12", PPC_FPR, 1, UINT64_C(0x4028000000000000)},
        {"cr 0x80000000", PPC_CR, 0, 0x80000000},
        {"xer 536870912", PPC_XER, 0, 0x20000000},
        {"srr1 0x2021000", PPC_SPR, XENON_SPR_SRR1, 0x2021000},
    };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        char text[256];
        struct ppc_test_file file;
        struct sim_error error;
        snprintf(text, sizeof text, "test_a:\r\n\t#_\tREGISTER_IN %s\r\n blr", known[i].annotation);
        CU_ASSERT_EQUAL_FATAL(ppc_test_file_read(&file, "text", text, strlen(text), &error), SIM_OK);
        CU_ASSERT_EQUAL_FATAL(file.items, 1);
        CU_ASSERT_EQUAL(file.item[0].class, known[i].class);
        CU_ASSERT_EQUAL(file.item[0].number, known[i].number);
        CU_ASSERT_EQUAL(file.item[0].value, known[i].value);
        ppc_test_file_free(&file);
    }
}

static void tells_tests_apart(void)
{
    static const char text[] = "helper: blr\n"
                               "test_one: li r3, 1\n"
                               "  #_ REGISTER_OUT r3 1\n"
                               "# test_not: a comment\n"
                               "  .string \"test_neither:\"\n"
                               "  #_ MEMORY_OUT 1000 [AA, bb]\n"
                               "test_two:\n";
    struct ppc_test_file file;
    struct sim_error error;
    CU_ASSERT_EQUAL_FATAL(ppc_test_file_read(&file, "text", text, sizeof text - 1, &error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(file.tests, 2);
    CU_ASSERT_STRING_EQUAL(file.test[0].name, "test_one");
    CU_ASSERT_EQUAL(file.test[0].line, 2);
    CU_ASSERT_EQUAL(file.test[0].items, 2);
    CU_ASSERT_STRING_EQUAL(file.test[1].name, "test_two");
    CU_ASSERT_EQUAL(file.test[1].first, 2);
    CU_ASSERT_EQUAL(file.test[1].items, 0);
    CU_ASSERT_EQUAL(file.item[1].bytes, 2);
    CU_ASSERT_EQUAL(file.bytes[file.item[1].first], 0xAA);
    CU_ASSERT_EQUAL(file.bytes[file.item[1].first + 1], 0xBB);
    ppc_test_file_free(&file);
}

static void survives_anything(void)
{
    CU_ASSERT(corpus_replay("ppc_test", fuzz_ppc_test) >= 3);
}

void test_ppc_test(void)
{
    CU_pSuite suite = CU_add_suite("cli/ppc-test", NULL, NULL);
    CU_add_test(suite, "values are decimal, hexadecimal or IEEE", reads_values);
    CU_add_test(suite, "annotations belong to the label before them", tells_tests_apart);
    CU_add_test(suite, "survives its corpus", survives_anything);
}
