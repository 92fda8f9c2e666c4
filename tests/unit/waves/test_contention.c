/* Manifests of contention: what is read, what is found, what is refused, and with which words. */
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"
#include "waves/analysis/contention.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

int fuzz_contention(const uint8_t *data, size_t size);

#define HEAD "{\"schema\": \"cycle360.contention\", \"version\": 1, \"by\": \"index\", \"entries\": ["

static struct sim_error error;

static enum sim_status read_text(struct waves_contention *manifest, const char *text)
{
    static char copy[4096];
    CU_ASSERT_FATAL(strlen(text) < sizeof copy);
    strcpy(copy, text);
    return waves_contention_read(manifest, "m.json", copy, strlen(copy), &error);
}

static void places_are_found(void)
{
    struct waves_contention m;
    CU_ASSERT_FATAL(read_text(&m, HEAD "\n{\"thread\": 7, \"index\": 30, \"before\": 4, \"call\": 9, \"else\": [1]},"
                                       "{\"thread\": 3, \"index\": 8, \"before\": 0},\n"
                                       "{\"thread\": 7, \"index\": 5, \"before\": 5}]}\n") == SIM_OK);
    CU_ASSERT(m.by == WAVES_CONTENTION_BY_INDEX && m.entries == 3);
    const struct waves_contention_entry *entry = waves_contention_find(&m, 7, 26);
    CU_ASSERT_FATAL(entry != NULL);
    CU_ASSERT(entry->index == 30 && entry->line == 2);
    CU_ASSERT(waves_contention_find(&m, 7, 0) != NULL && waves_contention_find(&m, 7, 0)->line == 3);
    CU_ASSERT(waves_contention_find(&m, 3, 8) != NULL);
    CU_ASSERT(!waves_contention_find(&m, 3, 26) && !waves_contention_find(&m, 7, 30) &&
              !waves_contention_find(&m, 8, 8));
    waves_contention_free(&m);
    CU_ASSERT_FATAL(read_text(&m, "{\"entries\": [{\"thread\": 1, \"index\": 30, \"call\": 9}], \"by\": \"call\", "
                                  "\"version\": 1, \"schema\": \"cycle360.contention\"}") == SIM_OK);
    CU_ASSERT(m.by == WAVES_CONTENTION_BY_CALL && waves_contention_find(&m, 1, 9) && !waves_contention_find(&m, 1, 30));
    waves_contention_free(&m);
    CU_ASSERT_FATAL(read_text(&m, HEAD "]}") == SIM_OK);
    CU_ASSERT(m.entries == 0 && !waves_contention_find(&m, 0, 0));
    waves_contention_free(&m);
}

static void others_are_refused(void)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "m.json: is empty"},
        {"\n\n{\"schema\"", "m.json:3: this is not JSON: no colon"},
        {HEAD "\n{\"thread\": 1,\n", "m.json:3: this is not JSON: a member of an object has no name"},
        {HEAD "]} x", "m.json:1: this is not JSON: something follows"},
        {"[]", "m.json:1: this is no JSON object"},
        {"\nnull", "m.json:2: this is no JSON object"},
        {"{\"event\": \"log.begin\"}", "m.json:1: there is no \"schema\""},
        {"{\"schema\": 1}", "\"schema\" is no string"},
        {"{\"schema\": \"cycle360.events\", \"version\": 1}",
         "m.json:1: the schema is 'cycle360.events', not cycle360"},
        {"{\"schema\": \"cycle360.contention\", \"version\": 2}", "version 2 of the schema is not known here, only 1"},
        {"{\"schema\": \"cycle360.contention\", \"version\": 1}", "there is no \"by\""},
        {"{\"schema\": \"cycle360.contention\", \"version\": 1, \"by\": \"x\"}",
         "\"by\" is 'x', neither index nor call"},
        {"{\"schema\": \"cycle360.contention\", \"version\": 1, \"by\": \"call\"}", "there is no \"entries\""},
        {HEAD "\n7]}", "m.json:2: an entry is no object"},
        {HEAD "\n\nnull]}", "m.json:3: an entry is no object"},
        {HEAD "\n{\"index\": 1}]}", "m.json:2: there is no \"thread\""},
        {HEAD "\n{\"thread\": -1}]}", "m.json:2: \"thread\" is no whole number from 0 on"},
        {HEAD "\n{\"thread\": 1, \"index\": 1.5}]}", "m.json:2: \"index\" is no whole number from 0 on"},
        {HEAD "\n{\"thread\": 1, \"index\": 1}]}", "m.json:2: there is no \"before\""},
        {HEAD "\n{\"thread\": 1, \"index\": 1, \"before\": 2}]}", "m.json:2: \"before\" is 2, but only 1 records come"},
        {HEAD "\n{\"thread\": 1, \"index\": 5, \"before\": 2},\n\n{\"thread\": 1, \"index\": 3, \"before\": 0}]}",
         "m.json:4: line 2 has the same place of thread 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct waves_contention m;
        CU_ASSERT(read_text(&m, bad[i].text) == SIM_BAD_INPUT);
        CU_ASSERT(strstr(error.text, bad[i].says) != NULL);
        if (!strstr(error.text, bad[i].says))
            printf("\n%s: %s\n", bad[i].text, error.text);
        CU_ASSERT(m.entry == NULL && m.entries == 0);
    }
}

static void corpus(void)
{
    CU_ASSERT(corpus_replay("contention", fuzz_contention) >= 5);
}

void test_contention(void)
{
    CU_pSuite suite = CU_add_suite("waves/contention", NULL, NULL);
    CU_add_test(suite, "places are found", places_are_found);
    CU_add_test(suite, "damaged ones are refused", others_are_refused);
    CU_add_test(suite, "the fuzzer's corpus", corpus);
}
