/* Reading event logs. What the command line says of them is in tests/cli/events.test. */
#include "tests/support/corpus.h"
#include "tests/unit/suites.h"
#include "waves/analysis/events.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int fuzz_events(const uint8_t *data, size_t size); /* tests/fuzz/fuzz_events.c */

#define HEAD "{\"event\":\"log.begin\",\"schema\":\"cycle360.events\",\"version\":1,\"x\":\"\\u0000\"}\n"

static struct sim_error error;

/* A file of that text. */
static int file_of(const char *text, size_t size, char path[40])
{
    int file = memfd_create("events", MFD_CLOEXEC);
    CU_ASSERT_FATAL(file >= 0 && write(file, text, size) == (ssize_t)size);
    snprintf(path, 40, "/proc/self/fd/%d", file);
    return file;
}

static void test_records(void)
{
    static const char text[] = HEAD
        "{\"event\":\"import.call\",\"thread\":7,\"index\":1,\"cycle\":9007199254740993,\"ns\":3,\"export\":\"A\"}\n"
        " { \"ns\" : 4, \"cycle\":9, \"index\":2,\"thread\":7,\"event\":\"b\", \"more\":[{}] }";
    struct waves_events *events;
    struct waves_event_record record;
    char path[40];
    bool more;
    int file = file_of(text, sizeof text - 1, path);
    CU_ASSERT_EQUAL_FATAL(waves_events_open(path, &events, &error), SIM_OK);
    CU_ASSERT_EQUAL_FATAL(waves_events_next(events, &record, &more, &error), SIM_OK);
    CU_ASSERT(more && strcmp(record.event, "import.call") == 0 && strcmp(record.export, "A") == 0);
    CU_ASSERT(record.thread == 7 && record.index == 1 && record.cycle == UINT64_C(9007199254740993));
    CU_ASSERT(record.ns == 3 && record.line == 2);
    CU_ASSERT_EQUAL_FATAL(waves_events_next(events, &record, &more, &error), SIM_OK);
    CU_ASSERT(more && strcmp(record.event, "b") == 0 && !record.export && record.line == 3);
    CU_ASSERT_EQUAL(waves_events_next(events, &record, &more, &error), SIM_OK);
    CU_ASSERT(!more);
    waves_events_close(events);
    close(file);
}

/* Lines across the ends of what is read at a time. */
static void test_many_lines(void)
{
    enum { LINES = 20000 };
    char *text = malloc(LINES * 100 + 200), path[40];
    CU_ASSERT_FATAL(text != NULL);
    size_t size = (size_t)sprintf(text, HEAD);
    for (unsigned i = 0; i < LINES; i++)
        size += (size_t)sprintf(text + size, "{\"event\":\"%.*s\",\"thread\":1,\"index\":%u,\"cycle\":0,\"ns\":0}\n",
                                (int)(i % 23), "abcdefghijklmnopqrstuvwxyz", i);
    int file = file_of(text, size, path);
    struct waves_events *events;
    struct waves_event_record record;
    bool more = true;
    CU_ASSERT_EQUAL_FATAL(waves_events_open(path, &events, &error), SIM_OK);
    unsigned right = 0;
    while (waves_events_next(events, &record, &more, &error) == SIM_OK && more)
        right += record.index == right && strlen(record.event) == right % 23 && record.line == right + 2;
    CU_ASSERT_EQUAL(right, LINES);
    waves_events_close(events);
    close(file);
    free(text);
}

static void test_corpus(void)
{
    CU_ASSERT(corpus_replay("events", fuzz_events) >= 6);
}

void test_events(void)
{
    CU_pSuite suite = CU_add_suite("events", NULL, NULL);
    CU_add_test(suite, "records", test_records);
    CU_add_test(suite, "many lines", test_many_lines);
    CU_add_test(suite, "the fuzzer's corpus", test_corpus);
}
