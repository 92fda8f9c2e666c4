/* Every opcode of both units, translated and run on a device: the interpreter's bits. */
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>

#ifdef CYCLE360_HAS_OPENCL

#include "tests/unit/xenos/shader/opencl_rig.h"

#include <stdlib.h>
#include <string.h>

/* r0 and r1 are every pair of special words in every component, then anything; r2 is anything. All programs together
 * take 2^20 sets and more. */
enum { PAIRS = OPENCL_RIG_SPECIALS * OPENCL_RIG_SPECIALS, COUNT = PAIRS + (180 << 10), INPUTS = 3, OPS = 16 };

static struct opencl_rig rig;
static uint32_t input[4 * INPUTS * COUNT];

static void fill_input(void)
{
    for (size_t row = 0; row < 4 * INPUTS; row++)
        for (size_t i = 0; i < COUNT; i++) {
            size_t turned = (i + row % 4 * 37) % PAIRS;
            size_t special = row < 4 ? turned % OPENCL_RIG_SPECIALS : turned / OPENCL_RIG_SPECIALS;
            input[row * COUNT + i] = i < PAIRS && row < 8 ? opencl_rig_special[special] : opencl_rig_number(&rig);
        }
    for (unsigned i = 0; i < 4 * 512; i++)
        rig.constants.number[i / 4][i % 4] = opencl_rig_number(&rig);
}

/* What p0 and a0 are then stands in the last component. */
static void say_state(char *text, unsigned flags, unsigned at)
{
    if (flags & XENOS_PREDICATE)
        sprintf(text + strlen(text), " (p0) mov o%u.___w, r2\n", at);
    if (flags & XENOS_ADDRESS)
        sprintf(text + strlen(text), " mov o%u.___w, c[200+a0]\n", at);
}

static void say_vector(char *text, unsigned op, unsigned at)
{
    const struct xenos_op_info *info = &xenos_vector_info[op];
    sprintf(text + strlen(text), "exec\n %s o%u.xyz%s%s%s%s\n", info->mnemonic, at,
            info->flags & (XENOS_PREDICATE | XENOS_ADDRESS) ? "" : "w", info->count > 0 ? ", r0" : "",
            info->count > 1 ? ", r1" : "", info->count > 2 ? ", r2" : "");
    say_state(text, info->flags, at);
}

/* ps is r2.z. */
static void say_scalar(char *text, unsigned op, unsigned at)
{
    static const char *const operands[] = {"", ", r3.x", ", r3.xy", ", c9.x, r3.x"};
    const struct xenos_op_info *info = &xenos_scalar_info[op];
    sprintf(text + strlen(text), "exec\n mov r3.x, r0.x\n mov r3.y, r1.x\n movs r4.x, r2.z\n %s o%u.x%s\n",
            info->mnemonic, at, operands[info->kind]);
    say_state(text, info->flags, at);
}

/* `ops` of them from `first` on, each with an export of its own. */
static void try_ops(bool vector, unsigned first, unsigned ops)
{
    static char text[8192];
    char name[32];
    strcpy(text, "xvs_3_0\n");
    for (unsigned i = 0; i < ops; i++)
        (vector ? say_vector : say_scalar)(text, first + i, i);
    strcat(text, "exece\n mov oPos, r2\n");
    xenos_program_free(&rig.program);
    enum sim_status status = xenos_program_assemble(&rig.program, "test", text, strlen(text), &rig.error);
    if (status != SIM_OK)
        printf("%s\n%s", rig.error.text, text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);
    snprintf(name, sizeof name, "%s %u", vector ? "vector" : "scalar", first);
    CU_ASSERT_TRUE(opencl_rig_agrees(&rig, name));
}

static void opcodes_give_the_same_bits(void)
{
    opencl_rig_begin(&rig);
    fill_input();
    rig.batch.count = COUNT;
    rig.batch.inputs = INPUTS;
    rig.batch.input = input;
    for (unsigned first = 0; first < XENOS_VECTOR_OPS; first += OPS)
        try_ops(true, first, OPS);
    for (unsigned first = 0; first < XENOS_SCALAR_OPS; first += OPS)
        try_ops(false, first, OPS);
    opencl_rig_end(&rig);
}

static int open_device(void)
{
    return opencl_rig_open(&rig);
}

static int close_device(void)
{
    return opencl_rig_close(&rig);
}

void test_opencl_opcodes(void)
{
    CU_pSuite suite = CU_add_suite("xenos shader opcodes on OpenCL", open_device, close_device);
    if (opencl_rig_found("xenos shader opcodes on OpenCL"))
        CU_ADD_TEST(suite, opcodes_give_the_same_bits);
}

#else

void test_opencl_opcodes(void)
{
    printf("xenos shader opcodes on OpenCL: no OpenCL device: skipped (built without OpenCL)\n");
}

#endif
