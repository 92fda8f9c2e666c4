/* Producers of signals: families of them, who is whose analogue, and the fuzzer's corpus. */
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"
#include "waves/analysis/events_threads.h"
#include "waves/analysis/families.h"
#include "waves/analysis/thread_pairs.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

int fuzz_fires(const uint8_t *data, size_t size);

static struct sim_error error;

static const char *family(const struct waves_families *families, const char *export, uint64_t near, uint64_t far)
{
    const struct waves_family *found = waves_family_of(families, export, (uint64_t[]){near, far}, 2);
    return found ? found->name : "";
}

static void the_first_family_that_fits_is_meant(void)
{
    static const char text[] = "files: Nt*File 0x82001000-0x82001FFF 0x9\r\n"
                               "\n  sets: NtSetEvent # whoever calls\n"
                               "here: 0x82001800";
    struct waves_families families;
    CU_ASSERT_FATAL(waves_families_read(&families, "f", text, strlen(text), &error) == SIM_OK);
    CU_ASSERT(families.families == 3);
    CU_ASSERT_STRING_EQUAL(family(&families, "NtReadFile", 0, 0x82001FFF), "files");
    CU_ASSERT_STRING_EQUAL(family(&families, "NtReadFile", 9, 0), "files");
    CU_ASSERT_STRING_EQUAL(family(&families, "NtReadFile", 0x82002000, 0), "");
    CU_ASSERT_STRING_EQUAL(family(&families, "NtSetEvent", 0x82001800, 0), "sets");
    CU_ASSERT_STRING_EQUAL(family(&families, "KeSetEvent", 0x82001800, 0), "here");
    CU_ASSERT_STRING_EQUAL(family(&families, "KeSetEvent", 0x82001801, 0), "");
    CU_ASSERT(waves_family_of(&families, "KeSetEvent", NULL, 0) == NULL);
    waves_families_free(&families);
}

static void threads_are_alike_by_what_they_begin_with(void)
{
    struct waves_thread_begin a[] = {{.number = 6, .entry = "0x1"},
                                     {.number = 7, .entry = "0x2"},
                                     {.number = 8, .entry = "0x2"},
                                     {.number = 9},
                                     {0}};
    struct waves_thread_begin b[] = {{0},
                                     {.number = 1, .entry = "0x2"},
                                     {.number = 2, .entry = "0x3"},
                                     {.number = 3, .entry = "0x1"},
                                     {.number = 4}};
    CU_ASSERT(waves_threads_pair(a, 5, b, 5, NULL, &error) == SIM_OK);
    /* 9 and 4 are those of which nobody says who created them */
    CU_ASSERT(a[0].analogue == 4 && a[1].analogue == 2 && a[2].analogue == 0 && a[3].analogue == 5);
    CU_ASSERT(b[1].analogue == 2 && b[2].analogue == 0 && b[3].analogue == 1 && b[4].analogue == 4);
    CU_ASSERT(a[4].analogue == 1 && b[0].analogue == 5);
    for (unsigned i = 0; i < 5; i++)
        a[i].analogue = b[i].analogue = 0;
    CU_ASSERT(waves_threads_pair(a, 5, b, 5, "9=4,8=1", &error) == SIM_OK);
    CU_ASSERT(a[0].analogue == 4 && a[1].analogue == 0 && a[2].analogue == 2 && a[3].analogue == 5 &&
              a[4].analogue == 1);
    CU_ASSERT(waves_threads_pair(a, 5, b, 5, "9=5", &error) == SIM_USAGE);
    CU_ASSERT(strstr(error.text, "the second log has no thread 5") != NULL);
}

static void pairs_are_numbers(void)
{
    static const char *const bad[] = {"1", "=1", "1=", "1=2 ", "x=1", "1=-2", "99999999999999999999999=1", "1=2,2=2"};
    struct waves_tid_map map;
    CU_ASSERT(waves_tid_map_read("6=1,10=20", &map, &error) == SIM_OK);
    CU_ASSERT(map.pairs == 2 && map.pair[1].a == 10 && map.pair[1].b == 20);
    CU_ASSERT(waves_tid_map_read(NULL, &map, &error) == SIM_OK && map.pairs == 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT(waves_tid_map_read(bad[i], &map, &error) == SIM_USAGE);
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("fires", fuzz_fires) >= 4);
}

void test_fires(void)
{
    CU_pSuite suite = CU_add_suite("waves/fires", NULL, NULL);
    CU_add_test(suite, "families", the_first_family_that_fits_is_meant);
    CU_add_test(suite, "analogues", threads_are_alike_by_what_they_begin_with);
    CU_add_test(suite, "pairs", pairs_are_numbers);
    CU_add_test(suite, "the fuzzer's corpus", corpus);
}
