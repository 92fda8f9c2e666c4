/* What a shader costs: 30 instructions that transform and light a vertex, a million times; by the interpreter, on the
 * first OpenCL device, and written by hand in C (shader_by_hand.c). All give the same bits. */
#include "models/xenos/shader/opencl/opencl.h"
#include "tests/bench/seconds.h"
#include "tests/bench/shader_by_hand.h"
#include "tests/support/scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 1 << 20, INTERPRETED = 1 << 14, INPUTS = 3, REPEATS = 7, EXPORTS = BY_HAND_EXPORTS };

/* r0 position, r1 normal, r2 colour; c0 to c3 and c4 to c6 matrices, c7 a light, c8 the eye, c9 and c10 colours, c11
 * numbers. */
static const char text[] = "xvs_3_0\n"
                           "exec\n"
                           "    dp4 r3.x, r0, c0\n"
                           "    dp4 r3.y, r0, c1\n"
                           "    dp4 r3.z, r0, c2\n"
                           "    dp4 r3.w, r0, c3\n"
                           "    dp3 r4.x, r1, c4\n"
                           "    dp3 r4.y, r1, c5\n"
                           "exec\n"
                           "    dp3 r4.z, r1, c6\n"
                           "    dp3 r5.x, r4, r4\n"
                           "    max r5.x, r5.x, c11.x\n        + rsq r5.y, r5.x\n"
                           "    mul r4.xyz, r4, r5.y\n"
                           "    add r6.xyz, c7, -r3\n"
                           "    dp3 r6.w, r6, r6\n"
                           "exec\n"
                           "    mul r5.z, r6.w, c11.y\n        + rsq r6.w, r6.w\n"
                           "    mul r6.xyz, r6, r6.w\n"
                           "    dp3 r5.w, r4, r6\n"
                           "    max r5.w, r5.w, c11.z\n"
                           "    add r7.xyz, c8, -r3\n"
                           "    dp3 r7.w, r7, r7\n"
                           "exec\n"
                           "    mul r5.z, r5.z, c11.w\n        + rsq r7.w, r7.w\n"
                           "    mad r7.xyz, r7, r7.w, r6\n"
                           "    dp3 r8.x, r7, r7\n"
                           "    mul r8.y, r5.z, r8.x\n        + rcp r8.z, r8.x\n"
                           "    dp3 r8.w, r4, r7\n"
                           "    mul r8.w, r8.w, r8.z\n"
                           "alloc position\n"
                           "exec\n"
                           "    max oPos, r3, r3\n"
                           "alloc interpolators\n"
                           "exec\n"
                           "    mul r8.w, r8.w, r8.w\n"
                           "    mad r9, r2, r5.w, c9\n"
                           "    mad_sat o0, r8.w, c10, r9\n"
                           "    mad o1.xyz, r4, c11.y, c11.y\n"
                           "    mul o2.xyzw, r2, c11\n"
                           "exece\n"
                           "    mul o3.xyz, r6, r5.z\n";

static struct {
    struct xenos_program program;
    struct xenos_constants constants;
    struct sim_error error;
    uint32_t *input, *by_hand;
} rig;

static uint32_t word_of(float number)
{
    uint32_t word;
    memcpy(&word, &number, sizeof word);
    return word;
}

static float random_number(void)
{
    static uint64_t seed = 1;
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (float)(int32_t)(seed >> 32) / 1e9F;
}

static int failed(void)
{
    fprintf(stderr, "%s\n", rig.error.text);
    return 1;
}

static struct xenos_batch batch_of(uint32_t count, const uint32_t *input)
{
    return (struct xenos_batch){.program = &rig.program,
                                .constants = &rig.constants,
                                .size = 256,
                                .steps = 10000,
                                .count = count,
                                .inputs = INPUTS,
                                .input = input};
}

/* The fastest of a few. */
static double time_of(enum sim_status (*run)(void *self, const struct xenos_batch *batch,
                                             struct xenos_batch_result *result, struct sim_error *error),
                      void *self, const struct xenos_batch *batch, struct xenos_batch_result *result)
{
    double best = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        double start = seconds(CLOCK_MONOTONIC);
        if (run(self, batch, result, &rig.error) != SIM_OK)
            exit(failed());
        double took = seconds(CLOCK_MONOTONIC) - start;
        best = took < best ? took : best;
    }
    return best;
}

struct share {
    pthread_t thread;
    uint32_t first, count;
};

static void *work(void *argument)
{
    const struct share *share = argument;
    shader_by_hand((const uint32_t(*)[4])rig.constants.number, rig.input, rig.by_hand, COUNT, share->first,
                   share->count);
    return NULL;
}

static double time_by_hand(unsigned threads)
{
    double best = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        struct share share[2];
        double start = seconds(CLOCK_MONOTONIC);
        for (unsigned t = 0; t < threads; t++) {
            share[t] = (struct share){.first = COUNT / threads * t, .count = COUNT / threads};
            pthread_create(&share[t].thread, NULL, work, &share[t]);
        }
        for (unsigned t = 0; t < threads; t++)
            pthread_join(share[t].thread, NULL);
        double took = seconds(CLOCK_MONOTONIC) - start;
        best = took < best ? took : best;
    }
    return best;
}

static void report(const char *who, double took, uint32_t count)
{
    printf("%-32s %8.2f M invocations/s\n", who, (double)count / took / 1e6);
}

static bool same(const struct xenos_batch_result *result, const char *who)
{
    size_t words = (size_t)4 * EXPORTS * result->count;
    for (size_t i = 0; i < words; i++) {
        size_t row = i / result->count, at = i % result->count;
        if (result->export[i] != rig.by_hand[row * COUNT + at]) {
            printf("%s: row %zu of %zu is %08x, not %08x\n", who, row, at, result->export[i],
                   rig.by_hand[row * COUNT + at]);
            return false;
        }
    }
    return true;
}

static uint32_t *less; /* the first INTERPRETED inputs */

static bool set_up(void)
{
    if (xenos_program_assemble(&rig.program, "shader", text, strlen(text), &rig.error) != SIM_OK)
        return false;
    rig.input = malloc((size_t)4 * INPUTS * COUNT * sizeof *rig.input);
    rig.by_hand = malloc((size_t)4 * EXPORTS * COUNT * sizeof *rig.by_hand);
    less = malloc((size_t)4 * INPUTS * INTERPRETED * sizeof *less);
    if (rig.input == NULL || rig.by_hand == NULL || less == NULL)
        return false;
    for (size_t i = 0; i < (size_t)4 * INPUTS * COUNT; i++)
        rig.input[i] = word_of(random_number());
    for (size_t i = 0; i < (size_t)4 * INPUTS * INTERPRETED; i++)
        less[i] = rig.input[i / INTERPRETED * COUNT + i % INTERPRETED];
    for (unsigned i = 0; i < 48; i++)
        rig.constants.number[i / 4][i % 4] = word_of(random_number());
    return true;
}

/* Opens the device, and runs a few: until the first of them is done, without opening. */
static struct xenos_backend first_run(const char *cache, struct xenos_opencl **opencl, double *took)
{
    struct xenos_batch some = batch_of(INTERPRETED / 4, less);
    struct xenos_batch_result few = {0};
    if (xenos_opencl_open(opencl, -1, cache, &rig.error) != SIM_OK) {
        printf("%s\n", rig.error.text);
        exit(0);
    }
    struct xenos_backend backend = xenos_opencl_backend(*opencl);
    double start = seconds(CLOCK_MONOTONIC);
    if (backend.run(backend.self, &some, &few, &rig.error) != SIM_OK)
        exit(failed());
    *took = seconds(CLOCK_MONOTONIC) - start;
    xenos_batch_free(&few);
    return backend;
}

int main(void)
{
    struct xenos_batch_result result = {0};
    struct xenos_opencl *opencl = NULL;
    struct scratch cache;
    double built, loaded;

    if (!set_up())
        return failed();
    struct xenos_batch batch = batch_of(COUNT, rig.input), some = batch_of(INTERPRETED, less);
    double one = time_by_hand(1), two = time_by_hand(2);
    double interpreted = time_of(xenos_interpreter_backend.run, NULL, &some, &result) / INTERPRETED * COUNT;
    if (!same(&result, "interpreter"))
        return 1;
    report("interpreter", interpreted, COUNT);
    report("by hand in C, a thread", one, COUNT);
    report("by hand in C, two threads", two, COUNT);

    scratch_begin(&cache);
    scratch_folder(&cache, "driver");
    setenv("POCL_CACHE_DIR", scratch_path(&cache, "driver"), 1);
    first_run(cache.folder, &opencl, &built);
    xenos_opencl_close(opencl);
    struct xenos_backend backend = first_run(cache.folder, &opencl, &loaded);
    double device = time_of(backend.run, backend.self, &batch, &result);
    bool good = same(&result, backend.name);
    report(backend.name, device, COUNT);
    printf("%.1f times the interpreter, %.2f times C on two threads; built in %.3f s, loaded in %.4f s\n",
           interpreted / device, two / device, built, loaded);
    xenos_opencl_close(opencl);
    scratch_end(&cache);
    xenos_batch_free(&result);
    xenos_program_free(&rig.program);
    free(less);
    free(rig.input);
    free(rig.by_hand);
    return good ? 0 : 1;
}
