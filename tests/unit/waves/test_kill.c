/* kill -9 in the middle of a dump: what is left must be readable, and right. */
#include "tests/unit/waves/stage.h"
#include "waves/analysis/convert.h"
#include "waves/analysis/reader.h"

#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void test_kill(void);

/* Dumps until it is killed; says through `ready` when the dump is open, and after the last window. */
_Noreturn static void dump_for_ever(struct stage *stage, const struct waves_options *options, int ready)
{
    struct waves_dump *dump;
    struct sim_error error;
    if (waves_open(stage->registry, options, &dump, &error) != SIM_OK)
        _exit(1);
    waves_start(dump, 0);
    if (write(ready, "o", 1) != 1)
        _exit(1);
    size_t next = 0;
    for (uint32_t w = 0; w < STAGE_WINDOWS; w++) {
        for (; next < stage->emit_count && stage->emits[next].window == w; next++)
            waves_set(stage->scope[stage->emits[next].signal], stage->code[stage->emits[next].signal],
                      stage->emits[next].time, stage->emits[next].value);
        waves_close(dump, stage->window_end[w]);
    }
    if (write(ready, "d", 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

/* The writer has a thread of its own, which may come late on a busy host. */
static void wait_for_bytes(const char *path, off_t least)
{
    struct stat facts;
    for (unsigned i = 0; i < 2000 && (stat(path, &facts) != 0 || facts.st_size < least); i++)
        usleep(5000);
}

/* Runs it and kills it `microseconds` after it has begun, or (0) after its last window, once so much of the VCD is
 * written. */
static void run_and_kill(struct stage *stage, const struct waves_options *options, unsigned microseconds, off_t least)
{
    int ready[2];
    char byte = 0;
    CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0)
        dump_for_ever(stage, options, ready[1]);
    CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
    if (microseconds)
        usleep(microseconds);
    else
        CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
    wait_for_bytes(stage_path(stage, "d.vcd.part"), least);
    kill(child, SIGKILL);
    int state;
    waitpid(child, &state, 0);
    CU_ASSERT(WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL);
    close(ready[0]);
    close(ready[1]);
}

/* The VCD so far must be the beginning of what was to come, and readable. Returns how much there is. */
static size_t check_vcd(struct stage *stage)
{
    size_t size;
    char *text = stage_read(stage_path(stage, "d.vcd.part"), &size),
         *expected = stage_expect(stage, 0, stage_end(stage));
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    const char *body = stage_body(text);
    size_t length = strlen(body);
    CU_ASSERT(strncmp(body, expected, length) == 0);
    while (length && body[length - 1] != '\n') /* a kill in the middle of a write */
        length--;
    free(text);
    free(expected);

    struct waves_reader *reader;
    struct sim_error error;
    struct waves_event event;
    bool more = true;
    CU_ASSERT_EQUAL_FATAL(waves_reader_open(stage_path(stage, "d.vcd.part"), &reader, &error), SIM_OK);
    while (more)
        CU_ASSERT_EQUAL_FATAL(waves_reader_next(reader, &event, &more, &error), SIM_OK);
    CU_ASSERT_FALSE(waves_reader_is_whole(reader));
    waves_reader_close(reader);
    return length;
}

/* The ring must hold all changes from its first chunk to where it says it ends. Returns that end. */
static sim_time check_ring(struct stage *stage)
{
    struct waves_reader *reader;
    struct sim_error error = {""};
    struct waves_event event;
    bool more = true;
    CU_ASSERT_EQUAL_FATAL(waves_reader_open(stage_path(stage, "d.vcd.ring"), &reader, &error), SIM_OK);
    sim_time begin = waves_reader_begin(reader);
    while (more)
        CU_ASSERT_EQUAL_FATAL(waves_reader_next(reader, &event, &more, &error), SIM_OK);
    sim_time end = waves_reader_end(reader);
    CU_ASSERT_FALSE(waves_reader_is_whole(reader));
    waves_reader_close(reader);

    uint64_t changes;
    struct waves_conversion conversion = {.in = stage_path(stage, "d.vcd.ring"),
                                          .out = stage_path(stage, "rescued.vcd")};
    CU_ASSERT_EQUAL_FATAL(waves_convert(&conversion, &changes, &error), SIM_OK);
    size_t size;
    char *text = stage_read(conversion.out, &size), *expected = stage_expect(stage, begin, end);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    /* It may also hold some of the changes at `end` itself. */
    if (end > 0)
        CU_ASSERT(strncmp(stage_body(text), expected, strlen(expected)) == 0);
    free(text);
    free(expected);
    return end;
}

static void after_the_last_window(void)
{
    for (uint64_t ring_bytes = 0; ring_bytes < 2; ring_bytes++) {
        struct stage stage;
        stage_init(&stage, 21, 0, 900);
        struct waves_options options = {.path = stage_path(&stage, "d.vcd"), .ring_bytes = ring_bytes};
        run_and_kill(&stage, &options, 0, 11000);
        CU_ASSERT(check_vcd(&stage) > 10000);
        CU_ASSERT(check_ring(&stage) > stage_end(&stage) / 2);
        CU_ASSERT_FALSE(stage_exists(options.path));
        stage_free(&stage);
    }
}

static void at_any_moment(void)
{
    for (unsigned i = 0; i < 15; i++) {
        struct stage stage;
        stage_init(&stage, 22 + i % 5, 0, 900);
        struct waves_options options = {.path = stage_path(&stage, "d.vcd"), .ring_bytes = i % 2};
        run_and_kill(&stage, &options, 1 + 397 * i, 0);
        check_vcd(&stage);
        check_ring(&stage);
        stage_free(&stage);
    }
}

static void with_history(void)
{
    struct stage stage;
    stage_init(&stage, 23, 0, 900);
    struct waves_options options = {.path = stage_path(&stage, "d.vcd"), .last = stage_end(&stage)};
    run_and_kill(&stage, &options, 0, 0);
    CU_ASSERT_EQUAL(check_vcd(&stage), 0); /* nothing was to be written yet */
    CU_ASSERT(check_ring(&stage) > stage_end(&stage) / 2);
    stage_free(&stage);
}

void test_kill(void)
{
    CU_pSuite suite = CU_add_suite("waves/kill", NULL, NULL);
    CU_add_test(suite, "killed at rest: the VCD is readable, the ring has the newest changes", after_the_last_window);
    CU_add_test(suite, "killed at any moment: what is left is right", at_any_moment);
    CU_add_test(suite, "killed while keeping history: the ring has it", with_history);
}
