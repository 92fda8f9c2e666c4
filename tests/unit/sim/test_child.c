#include "models/sim/child.h"

#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS = 300 };

struct seen {
    unsigned jobs;
    bool in_order;
    int exit_status[JOBS], signal[JOBS];
    size_t size[JOBS];
    uint64_t sum[JOBS]; /* of the output's bytes, each by its place */
    bool ended[JOBS];   /* with a 0 */
    char text[64];      /* of the last */
};

static uint64_t sum_of(const char *bytes, size_t size)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum = sum * 31 + (uint8_t)bytes[i];
    return sum;
}

static void note(void *context, unsigned index, const struct sim_child *child)
{
    struct seen *seen = context;
    seen->in_order &= index == seen->jobs;
    seen->jobs++;
    seen->exit_status[index] = child->exit_status;
    seen->signal[index] = child->signal;
    seen->size[index] = child->size;
    seen->sum[index] = sum_of(child->output, child->size);
    seen->ended[index] = child->output[child->size] == '\0';
    snprintf(seen->text, sizeof seen->text, "%s", child->output);
}

static struct seen run(unsigned count, unsigned parallel, sim_child_job *job)
{
    struct seen seen = {.in_order = true};
    struct sim_error error;
    CU_ASSERT_EQUAL(sim_children_run(count, parallel, job, note, &seen, &error), SIM_OK);
    CU_ASSERT_EQUAL(seen.jobs, count);
    CU_ASSERT_TRUE(seen.in_order);
    return seen;
}

static int returns_index(void *context, unsigned index, FILE *out)
{
    (void)context;
    fprintf(out, "job %u", index);
    return (int)index;
}

static void exit_codes(void)
{
    struct seen seen = run(JOBS, 2, returns_index);
    for (unsigned i = 0; i < JOBS; i++) {
        CU_ASSERT_EQUAL(seen.exit_status[i], (int)(i & 255));
        CU_ASSERT_EQUAL(seen.signal[i], 0);
    }
    CU_ASSERT_STRING_EQUAL(seen.text, "job 299");
    seen = run(1, 0, returns_index);
    CU_ASSERT_STRING_EQUAL(seen.text, "job 0");
    run(0, 0, returns_index);
}

static int dies(void *context, unsigned index, FILE *out)
{
    (void)context;
    static const int number[] = {SIGKILL, SIGTERM, SIGUSR1};
    fputs("last words", out);
    fflush(out);
    signal(number[index], SIG_DFL);
    raise(number[index]);
    return 0;
}

static void signals(void)
{
    struct seen seen = run(3, 3, dies);
    static const int number[] = {SIGKILL, SIGTERM, SIGUSR1};
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(seen.signal[i], number[i]);
        CU_ASSERT_EQUAL(seen.exit_status[i], -1);
    }
    CU_ASSERT_STRING_EQUAL(seen.text, "last words");
}

/* More than a pipe holds, from several at once; and none at all; and zeros in between. */
static size_t large_size(unsigned index)
{
    return (size_t)index * 1000003;
}

static int writes_much(void *context, unsigned index, FILE *out)
{
    (void)context;
    for (size_t i = 0; i < large_size(index); i++)
        fputc((int)(i * i + index) & 255, out);
    return 0;
}

static void large_outputs(void)
{
    struct seen seen = run(6, 3, writes_much);
    for (unsigned i = 0; i < 6; i++) {
        uint64_t sum = 0;
        for (size_t at = 0; at < large_size(i); at++)
            sum = sum * 31 + (uint8_t)(at * at + i);
        CU_ASSERT_EQUAL(seen.size[i], large_size(i));
        CU_ASSERT_EQUAL(seen.sum[i], sum);
        CU_ASSERT_TRUE(seen.ended[i]);
    }
}

/* The first takes longest; it is heard of first all the same. */
static int later_is_faster(void *context, unsigned index, FILE *out)
{
    (void)context, (void)out;
    poll(NULL, 0, (int)(100 - 20 * index));
    return (int)index;
}

static void order(void)
{
    struct seen seen = run(5, 5, later_is_faster);
    for (unsigned i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(seen.exit_status[i], (int)i);
}

/* What the parent has not written out yet is not written twice; what a child changes stays there. */
static int changed;
static int changes(void *context, unsigned index, FILE *out)
{
    (void)context;
    changed += (int)index + 1;
    fprintf(out, "%d", changed);
    return 0;
}

static void apart(void)
{
    FILE *file = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("once", file);
    struct seen seen = run(4, 2, changes);
    CU_ASSERT_STRING_EQUAL(seen.text, "4");
    CU_ASSERT_EQUAL(changed, 0);
    fflush(file);
    CU_ASSERT_EQUAL(ftell(file), 4);
    fseek(file, 0, SEEK_END);
    CU_ASSERT_EQUAL(ftell(file), 4);
    fclose(file);
}

/* A job whose output cannot be delivered did not succeed. */
static int output_fails(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    fputs("lost", out);
    close(fileno(out));
    return 0;
}

static void lost_output(void)
{
    struct seen seen = run(1, 1, output_fails);
    CU_ASSERT_EQUAL(seen.exit_status[0], 255);
}

void test_child(void)
{
    CU_pSuite suite = CU_add_suite("sim/child", NULL, NULL);
    CU_add_test(suite, "exit codes and texts of many jobs come back", exit_codes);
    CU_add_test(suite, "a job that a signal ends is a result", signals);
    CU_add_test(suite, "outputs larger than a pipe come back whole", large_outputs);
    CU_add_test(suite, "jobs are heard of in their order", order);
    CU_add_test(suite, "jobs touch neither the parent nor its files", apart);
    CU_add_test(suite, "a job that could not write failed", lost_output);
}
