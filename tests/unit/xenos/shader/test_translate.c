/* Programs as OpenCL C: the form that their control flow takes, what a host is told of them, and what is refused. What
 * the text computes is for devices to show. */
#include "models/xenos/shader/opencl/opencl.h"
#include "models/xenos/shader/opencl/translate.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct xenos_program program;
static struct xenos_kernel_text made;
static struct sim_error error;

static void assemble(const char *text)
{
    xenos_program_free(&program);
    enum sim_status status = xenos_program_assemble(&program, "t", text, strlen(text), &error);
    if (status != SIM_OK)
        printf("%s\n", error.text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);
}

static enum sim_status translate(const char *text)
{
    assemble(text);
    free(made.text);
    return xenos_kernel_translate(&program, &made, &error);
}

static bool says(const char *what)
{
    return made.text != NULL && strlen(made.text) == made.size && strstr(made.text, what) != NULL;
}

static void done(void)
{
    free(made.text);
    made = (struct xenos_kernel_text){0};
    xenos_program_free(&program);
}

static void blocks_are_straight(void)
{
    CU_ASSERT_EQUAL_FATAL(
        translate("xvs_3_0\nexec\n mad r1, r0, c3, -r2\n setp_gt r3._, r1.x\n(p0) exec\n mov o2.x, r1\n"
                  "cjmp b3, L\nexec\n rcp r1.x, r1.x\nlabel L\nexece\n (!p0) mov oPos, r1\n"),
        SIM_OK);
    CU_ASSERT_EQUAL(made.shape.form, XENOS_KERNEL_STRAIGHT);
    CU_ASSERT_EQUAL(made.shape.instructions, 5);
    CU_ASSERT_EQUAL(made.shape.exports, UINT64_C(1) << 62 | 4);
    CU_ASSERT_TRUE(made.shape.trace);
    CU_ASSERT_FALSE(made.shape.memory || made.shape.kills || made.shape.fails);
    CU_ASSERT_TRUE(says("alu_lane_MAD(r0_0, k[12], negated(r2_0))"));
    CU_ASSERT_FALSE(says("switch"));
    done();
}

static void loops_that_nest_stay_loops(void)
{
    struct xenos_constants constants = {.loop = {3, 5}};
    CU_ASSERT_EQUAL_FATAL(translate("xvs_3_0\nloop i0, E\nlabel B\nloop i1, D\nlabel C\nexec\n mov r[1+aL], r0\n"
                                    "endloop i1, C\nlabel D\nendloop i0, B\nlabel E\nexece\n kill_gt r0, r1, r2\n"),
                          SIM_OK);
    CU_ASSERT_EQUAL(made.shape.form, XENOS_KERNEL_LOOPS);
    CU_ASSERT_TRUE(made.shape.kills);
    CU_ASSERT_FALSE(made.shape.trace);
    CU_ASSERT_TRUE(says("r[(1 + aL) & 127][0] = "));
    /* loop; 3 of: loop, endloop, 5 of: exec, its instruction, endloop; exec, its instruction; and what is not there */
    struct xenos_kernel_bounds bounds = xenos_kernel_bounds(&program, &constants);
    CU_ASSERT(bounds.steps >= 1 + 3 * (2 + 5 * 3) + 2 && bounds.steps < 1 + 3 * (2 + 5 * 3) + 2 + 8);
    done();
}

static void all_else_is_done_step_by_step(void)
{
    CU_ASSERT_EQUAL_FATAL(translate("xvs_3_0\ncall S\nexece\n mov oPos, r0\nlabel S\nexec\n mov r0, r1\nret\n"),
                          SIM_OK);
    CU_ASSERT_EQUAL(made.shape.form, XENOS_KERNEL_MACHINE);
    CU_ASSERT_TRUE(made.shape.fails);
    CU_ASSERT_TRUE(says("switch (next++)"));
    CU_ASSERT_EQUAL_FATAL(translate("xvs_3_0\nlabel S\nexec\n setp_gt r0._, r1.x\n(p0) jmp S\nexece\n mov oPos, r0\n"),
                          SIM_OK);
    CU_ASSERT_EQUAL(made.shape.form, XENOS_KERNEL_MACHINE);
    done();
}

static void fetches_and_memory_are_told(void)
{
    CU_ASSERT_EQUAL_FATAL(
        translate("xvs_3_0\nexec\n vfetch_full r1, r0.x, vf5, DataFormat=FMT_32_32_FLOAT, Stride=2\n"
                  " vfetch_full r2, r0.x, vf95, DataFormat=FMT_8_8_8_8, Stride=2\nexece\n mov eA, r1\n"
                  " mov eM1, r2\n mov o4, r1\n"),
        SIM_OK);
    CU_ASSERT_EQUAL(made.shape.fetch[0], 1U << 5);
    CU_ASSERT_EQUAL(made.shape.fetch[2], 1U << 31);
    CU_ASSERT_EQUAL(made.shape.exports, 16);
    CU_ASSERT_TRUE(made.shape.memory && made.shape.trace);
    done();
}

static void some_are_left_to_the_interpreter(void)
{
    static char text[200000];
    size_t size = 1;
    CU_ASSERT_EQUAL(translate("xps_3_0\nexec\n tfetch2D r0, r0.xy, tf0\nexece\n mov oC0, r0\n"), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "fetches textures"));
    CU_ASSERT_PTR_NULL(made.text);
    CU_ASSERT_PTR_NULL(xenos_opencl_translate(&program, &size, &error));

    strcpy(text, "xps_3_0\n");
    for (unsigned i = 0; i <= XENOS_KERNEL_INSTRUCTIONS_MAX; i++)
        strcat(text, i % 6 == 0 ? "exec\n mul r0, r0, r1\n" : " mul r0, r0, r1\n");
    strcat(text, "exece\n mov oC0, r0\n");
    CU_ASSERT_EQUAL(translate(text), SIM_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "too many instructions"));
    CU_ASSERT_PTR_NULL(made.text);
    done();
}

void test_translate(void)
{
    CU_pSuite suite = CU_add_suite("xenos shaders as OpenCL C", NULL, NULL);
    CU_ADD_TEST(suite, blocks_are_straight);
    CU_ADD_TEST(suite, loops_that_nest_stay_loops);
    CU_ADD_TEST(suite, all_else_is_done_step_by_step);
    CU_ADD_TEST(suite, fetches_and_memory_are_told);
    CU_ADD_TEST(suite, some_are_left_to_the_interpreter);
}
