#include "models/sim/nearest.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static void distances(void)
{
    CU_ASSERT_EQUAL(sim_edit_distance("", ""), 0);
    CU_ASSERT_EQUAL(sim_edit_distance("vblank", "vblank"), 0);
    CU_ASSERT_EQUAL(sim_edit_distance("", "abc"), 6);
    CU_ASSERT_EQUAL(sim_edit_distance("abc", ""), 6);
    CU_ASSERT_EQUAL(sim_edit_distance("kitten", "sitting"), 6); /* the textbook's 3 edits */
    CU_ASSERT_EQUAL(sim_edit_distance("vbalnk", "vblank"), 2);  /* one swap */
    CU_ASSERT_EQUAL(sim_edit_distance("VBLANK", "vblank"), 6);  /* six letters of the other case */
    CU_ASSERT_EQUAL(sim_edit_distance("ca", "abc"), 6);         /* a swapped pair is not edited again */
}

/* Obeys the laws of a distance on all words of up to three letters over {a, b}. */
static void laws(void)
{
    char word[15][4];
    unsigned words = 0;
    for (unsigned length = 0; length <= 3; length++)
        for (unsigned bits = 0; bits < 1U << length; bits++, words++) {
            for (unsigned i = 0; i < length; i++)
                word[words][i] = bits >> i & 1 ? 'b' : 'a';
            word[words][length] = '\0';
        }
    for (unsigned i = 0; i < words; i++)
        for (unsigned j = 0; j < words; j++) {
            unsigned distance = sim_edit_distance(word[i], word[j]);
            CU_ASSERT_EQUAL(distance, sim_edit_distance(word[j], word[i]));
            CU_ASSERT_EQUAL(distance == 0, i == j);
            CU_ASSERT_TRUE(distance <= 2 * (strlen(word[i]) > strlen(word[j]) ? strlen(word[i]) : strlen(word[j])));
        }
}

static void the_most_similar_name(void)
{
    const char *const names[] = {"lockstep", "windowed", "parallel"};
    CU_ASSERT_STRING_EQUAL(sim_nearest("lock-step", names, 3), "lockstep");
    CU_ASSERT_STRING_EQUAL(sim_nearest("Windowed", names, 3), "windowed");
    CU_ASSERT_PTR_NULL(sim_nearest("zzzzzz", names, 3));
    CU_ASSERT_PTR_NULL(sim_nearest("lockstep", names, 0));
}

static void long_names(void)
{
    char a[1000], b[1000];
    memset(a, 'a', sizeof a - 1);
    memset(b, 'b', sizeof b - 1);
    a[sizeof a - 1] = b[sizeof b - 1] = '\0';
    CU_ASSERT_EQUAL(sim_edit_distance(a, b), 2 * 255);
    CU_ASSERT_EQUAL(sim_edit_distance(a, a), 0);
}

void test_nearest(void)
{
    CU_pSuite suite = CU_add_suite("sim/nearest", NULL, NULL);
    CU_add_test(suite, "edits, swaps and case count as documented", distances);
    CU_add_test(suite, "the distance is symmetric, bounded, and zero only for equals", laws);
    CU_add_test(suite, "the most similar name is found, or none", the_most_similar_name);
    CU_add_test(suite, "long names are compared by their beginning", long_names);
}
