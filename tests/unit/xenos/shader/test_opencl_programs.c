/* Programs of random words on a device: every kind of control flow, operands, exports and fetches; what the
 * interpreter makes of them, trace and memory exports too. */
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdio.h>

#ifdef CYCLE360_HAS_OPENCL

#include "models/xenos/shader/opencl/run_parts.h"
#include "tests/unit/xenos/shader/opencl_rig.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT = 700, INPUTS = 5, TEMPS = 6, SLOTS = 64, CFS = 16 };

/* What a program has. */
enum { PREDICATES = 1, LOOPS = 2, MEMORY = 4, VERTICES = 8, RELATIVE = 16, CALLS = 32, WILD = 64 };

static struct opencl_rig rig;
static uint32_t input[4 * INPUTS * COUNT];

static uint32_t below(uint32_t limit)
{
    return opencl_rig_random(&rig) % limit;
}

static bool one_in(uint32_t n)
{
    return below(n) == 0;
}

/* Any word is an instruction; registers are kept few, and exports such as the program has. */
static struct xenos_words random_alu(unsigned features)
{
    static const uint8_t export[] = {0, 1, 5, 62, 63};
    struct xenos_words w = {{opencl_rig_random(&rig), opencl_rig_random(&rig), opencl_rig_random(&rig)}};
    bool exports = one_in(3);
    for (unsigned i = 0; i < 3; i++) {
        unsigned field = XENOS_ALU_SRC1 - i;
        uint32_t temp = below(TEMPS) | below(2) << 7 | (uint32_t)(features & RELATIVE && one_in(3)) << 6;
        xenos_put(&w, field, xenos_get(&w, XENOS_ALU_SRC1_TEMP - i) ? temp : below(256));
    }
    xenos_put(&w, XENOS_ALU_SCALAR_DEST, below(TEMPS));
    xenos_put(&w, XENOS_ALU_EXPORT, exports);
    xenos_put(&w, XENOS_ALU_VECTOR_DEST,
              !exports                          ? below(TEMPS)
              : features & MEMORY && !one_in(3) ? XENOS_EXPORT_ADDRESS + below(1 + XENOS_EXPORT_ELEMENTS)
                                                : export[below(sizeof export)]);
    if (!(features & RELATIVE) || !one_in(3))
        xenos_put(&w, XENOS_ALU_VECTOR_DEST_RELATIVE, 0);
    if (!exports && (!(features & RELATIVE) || !one_in(3)))
        xenos_put(&w, XENOS_ALU_SCALAR_DEST_RELATIVE, 0);
    if (!(features & PREDICATES) || !one_in(3))
        xenos_put(&w, XENOS_ALU_PREDICATED, 0);
    return w;
}

static struct xenos_words random_fetch(unsigned features)
{
    static const uint8_t format[] = {6, 7, 16, 17, 25, 26, 31, 32, 33, 34, 35, 36, 37, 38, 57, 0};
    struct xenos_words w = {{opencl_rig_random(&rig), opencl_rig_random(&rig), opencl_rig_random(&rig)}};
    bool relative = features & RELATIVE;
    xenos_put(&w, XENOS_VFETCH_OPCODE, XENOS_F_VFETCH);
    xenos_put(&w, XENOS_VFETCH_SRC, below(TEMPS));
    xenos_put(&w, XENOS_VFETCH_SRC_RELATIVE, relative && one_in(3));
    xenos_put(&w, XENOS_VFETCH_DEST, below(TEMPS));
    xenos_put(&w, XENOS_VFETCH_DEST_RELATIVE, relative && one_in(3));
    xenos_put(&w, XENOS_VFETCH_CONSTANT, below(2));
    xenos_put(&w, XENOS_VFETCH_FORMAT, format[below(sizeof format)]);
    xenos_put(&w, XENOS_VFETCH_STRIDE, below(6));
    xenos_put(&w, XENOS_VFETCH_OFFSET, (uint64_t)(int64_t)((int)below(10) - 2));
    xenos_put(&w, XENOS_VFETCH_MINI, one_in(4));
    if (!one_in(3))
        xenos_put(&w, XENOS_VFETCH_EXP_ADJUST, 0);
    xenos_put(&w, XENOS_VFETCH_PREDICATED, features & PREDICATES && one_in(3));
    return w;
}

static struct {
    struct xenos_words slot[SLOTS], cf[CFS];
    unsigned slots, cfs;
} made;

static void add_cf(enum xenos_cf_op op, enum xenos_field field, uint64_t value)
{
    struct xenos_words *w = &made.cf[made.cfs++];
    *w = (struct xenos_words){{0}};
    xenos_put(w, XENOS_PLAIN_OPCODE, op);
    xenos_put(w, field, value);
}

static void add_exec(unsigned features, bool last)
{
    static const enum xenos_cf_op ops[] = {XENOS_CF_EXEC, XENOS_CF_COND_EXEC, XENOS_CF_PRED_EXEC};
    unsigned kind = last || one_in(2) ? 0 : features & PREDICATES ? below(3) : below(2), count = 1 + below(4);
    bool end = last || (kind != 0 && one_in(6) && features & PREDICATES && !(features & LOOPS));
    add_cf(ops[kind] + end, XENOS_EXEC_ADDRESS, CFS / 2 + made.slots);
    struct xenos_words *w = &made.cf[made.cfs - 1];
    xenos_put(w, XENOS_EXEC_COUNT, count);
    xenos_put(w, XENOS_EXEC_CONDITION, below(2));
    if (kind == 1)
        xenos_put(w, XENOS_COND_EXEC_BOOL, below(8));
    uint32_t sequence = 0;
    for (unsigned i = 0; i < count; i++) {
        bool fetch = features & VERTICES && !one_in(3);
        sequence |= (uint32_t)(fetch | one_in(4) << 1) << 2 * i;
        made.slot[CFS / 2 + made.slots++] = fetch ? random_fetch(features) : random_alu(features);
    }
    xenos_put(w, XENOS_EXEC_SEQUENCE, sequence);
}

static void add_block(unsigned features)
{
    add_exec(features, false);
    if (one_in(3))
        add_cf(XENOS_CF_ALLOC, XENOS_ALLOC_TYPE, below(4));
}

static void add_loop(unsigned features)
{
    unsigned begin = made.cfs;
    add_cf(XENOS_CF_LOOP, XENOS_LOOP_CONSTANT, below(4));
    xenos_put(&made.cf[begin], XENOS_LOOP_REPEAT, one_in(3));
    add_block(features);
    add_cf(XENOS_CF_ENDLOOP, XENOS_ENDLOOP_TARGET, begin + 1);
    xenos_put(&made.cf[made.cfs - 1], XENOS_ENDLOOP_PREDICATED_BREAK, features & PREDICATES && one_in(2));
    xenos_put(&made.cf[made.cfs - 1], XENOS_ENDLOOP_CONDITION, below(2));
    xenos_put(&made.cf[begin], XENOS_LOOP_TARGET, made.cfs);
}

/* Over a block, or to where no block begins. */
static void add_jump(unsigned features)
{
    unsigned at = made.cfs;
    add_cf(XENOS_CF_JUMP, XENOS_JUMP_PREDICATED, features & PREDICATES && one_in(2));
    xenos_put(&made.cf[at], XENOS_JUMP_CONDITION, below(2));
    xenos_put(&made.cf[at], XENOS_JUMP_BOOL, below(8));
    add_block(features);
    xenos_put(&made.cf[at], XENOS_JUMP_TARGET, features & WILD ? below(CFS) : made.cfs);
}

/* Calls lead to what stands behind the end. */
static void make_program(unsigned features)
{
    memset(&made, 0, sizeof made);
    add_block(features);
    if (features & LOOPS)
        add_loop(features);
    add_jump(features);
    if (features & CALLS) {
        add_cf(XENOS_CF_CALL, XENOS_JUMP_TARGET, CFS - 2);
        xenos_put(&made.cf[made.cfs - 1], XENOS_JUMP_UNCONDITIONAL, one_in(2));
        xenos_put(&made.cf[made.cfs - 1], XENOS_JUMP_PREDICATED, features & PREDICATES && one_in(2));
    }
    add_exec(features, true);
    while (made.cfs < CFS - 2)
        add_cf(XENOS_CF_NOP, XENOS_PLAIN_OPCODE, XENOS_CF_NOP);
    add_exec(features & ~(unsigned)PREDICATES, false);
    add_cf(features & WILD ? XENOS_CF_ENDLOOP : XENOS_CF_RETURN, XENOS_PLAIN_OPCODE,
           features & WILD ? XENOS_CF_ENDLOOP : XENOS_CF_RETURN);

    struct xenos_words *slot = calloc(CFS / 2 + made.slots, sizeof *slot);
    CU_ASSERT_PTR_NOT_NULL_FATAL(slot);
    memcpy(slot, made.slot, (CFS / 2 + made.slots) * sizeof *slot);
    for (unsigned i = 0; i < CFS; i += 2) {
        const uint32_t *a = made.cf[i].word, *b = made.cf[i + 1].word;
        slot[i / 2] = (struct xenos_words){{a[0], (a[1] & 0xFFFF) | b[0] << 16, b[0] >> 16 | b[1] << 16}};
    }
    xenos_program_free(&rig.program);
    rig.program.slot = slot;
    rig.program.slots = CFS / 2 + made.slots;
    enum sim_status status = xenos_program_check(&rig.program, "test", 0, &rig.error);
    if (status != SIM_OK)
        printf("%s\n", rig.error.text);
    CU_ASSERT_EQUAL_FATAL(status, SIM_OK);
}

/* Indices of vertices are small numbers, and some that are not. */
static void begin(void)
{
    opencl_rig_begin(&rig);
    for (size_t i = 0; i < 4 * INPUTS * COUNT; i++) {
        float number = (float)(int)below(60) / 2 - 4;
        memcpy(&input[i], &number, sizeof number);
        if (one_in(3))
            input[i] = opencl_rig_number(&rig);
    }
    for (unsigned i = 0; i < 4 * 512; i++)
        rig.constants.number[i / 4][i % 4] = opencl_rig_number(&rig);
    for (unsigned i = 0; i < OPENCL_RIG_MEMORY; i++)
        rig.memory[i] = (uint8_t)opencl_rig_random(&rig);
    rig.constants.boolean[0] = opencl_rig_random(&rig);
    const uint32_t loop[4] = {0x010003, 0xFF0502, 0, 0x7FFE04};
    memcpy(rig.constants.loop, loop, sizeof loop);
    const uint32_t fetch[12] = {0x100 | 3, 40 << 2 | 2, 0x104 | 3, 30 << 2 | 1, 0x100 | 3, 40 << 2,
                                0x380 | 3, 60 << 2 | 3, 0x0FF,     50 << 2,     3,         8 << 2};
    memcpy(rig.constants.fetch, fetch, sizeof fetch);
    rig.batch.base = 7;
    rig.batch.size = 250;
    rig.batch.count = COUNT;
    rig.batch.inputs = INPUTS;
    rig.batch.input = input;
}

static void try_programs(unsigned features, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "features %u, program %u", features, i);
        make_program(features);
        CU_ASSERT_TRUE(opencl_rig_agrees(&rig, name));
    }
}

static void blocks_agree(void)
{
    begin();
    try_programs(PREDICATES, 2);
    try_programs(PREDICATES | MEMORY, 2);
    opencl_rig_end(&rig);
}

static void fetches_agree(void)
{
    begin();
    try_programs(VERTICES, 3);
    try_programs(VERTICES | PREDICATES, 2);
    rig.batch.read = NULL;
    try_programs(VERTICES, 1);
    opencl_rig_end(&rig);
}

static void loops_agree(void)
{
    begin();
    try_programs(LOOPS | PREDICATES | MEMORY, 2);
    try_programs(LOOPS | PREDICATES | VERTICES | RELATIVE, 2);
    opencl_rig_end(&rig);
}

static void calls_agree(void)
{
    begin();
    try_programs(CALLS | LOOPS | PREDICATES | MEMORY | VERTICES, 2);
    try_programs(CALLS | LOOPS | RELATIVE, 1);
    rig.batch.steps = 20;
    try_programs(CALLS | LOOPS | PREDICATES, 1);
    opencl_rig_end(&rig);
}

/* Items side by side and copies to and fro, as a graphics card has them; and more than one launch. */
static void other_devices_agree(void)
{
    enum { MANY = (1 << 17) + 77 };
    begin();
    rig.seed = 99; /* none of the programs above, whose kernels are there */
    xenos_run_runner(rig.opencl)->cpu = false;
    try_programs(PREDICATES | MEMORY | VERTICES, 1);
    try_programs(LOOPS | PREDICATES | MEMORY | RELATIVE, 1);
    try_programs(CALLS | PREDICATES | VERTICES, 1);
    uint32_t *many = malloc(sizeof *many * 4 * INPUTS * MANY);
    CU_ASSERT_PTR_NOT_NULL_FATAL(many);
    for (size_t i = 0; i < (size_t)4 * INPUTS * MANY; i++)
        many[i] = input[i % (sizeof input / sizeof *input)];
    rig.batch.count = MANY;
    rig.batch.input = many;
    for (unsigned cpu = 0; cpu < 2; cpu++) {
        xenos_run_runner(rig.opencl)->cpu = cpu;
        try_programs(PREDICATES | MEMORY | VERTICES, 1);
    }
    free(many);
    opencl_rig_end(&rig);
}

static void mistakes_agree(void)
{
    begin();
    rig.batch.steps = 300;
    try_programs(WILD | CALLS | PREDICATES | MEMORY, 3);
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

void test_opencl_programs(void)
{
    CU_pSuite suite = CU_add_suite("xenos shader programs on OpenCL", open_device, close_device);
    if (!opencl_rig_found("xenos shader programs on OpenCL"))
        return;
    CU_ADD_TEST(suite, blocks_agree);
    CU_ADD_TEST(suite, fetches_agree);
    CU_ADD_TEST(suite, loops_agree);
    CU_ADD_TEST(suite, calls_agree);
    CU_ADD_TEST(suite, mistakes_agree);
    CU_ADD_TEST(suite, other_devices_agree);
}

#else

void test_opencl_programs(void)
{
    printf("xenos shader programs on OpenCL: no OpenCL device: skipped (built without OpenCL)\n");
}

#endif
