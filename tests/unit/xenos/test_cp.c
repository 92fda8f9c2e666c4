/* The command processor: rings and buffers, headers, registers from both sides. */
#include "tests/support/corpus.h"
#include "tests/support/cp_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

int fuzz_cp(const uint8_t *data, size_t size);

#define WORDS(array) (array), sizeof(array) / sizeof *(array)

static struct cp_rig *run_ring(const uint32_t *words, size_t count, sim_time until)
{
    struct cp_rig *rig = cp_rig_new(&(struct cp_rig_spec){.ring = words, .words = (uint32_t)count});
    cp_rig_run(rig, until);
    return rig;
}

static int headers(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(XENOS_SCRATCH_REG0, 3),
                                    1,
                                    2,
                                    3,
                                    0x80000000,
                                    CP_TYPE0_ONE(XENOS_SCRATCH_REG4, 3),
                                    4,
                                    5,
                                    6,
                                    CP_TYPE1(XENOS_SCRATCH_REG5, XENOS_SCRATCH_REG6),
                                    7,
                                    8,
                                    0 /* filler */,
                                    CP_TYPE3(NOP, 2),
                                    9,
                                    9,
                                    CP_TYPE0(0x4000, 1),
                                    10};
    struct cp_rig *rig = run_ring(WORDS(ring), CP_RIG_NS(3000));
    const uint32_t *reg = rig->cp.reg;
    EXPECT(reg[XENOS_SCRATCH_REG0] == 1 && reg[XENOS_SCRATCH_REG1] == 2 && reg[XENOS_SCRATCH_REG2] == 3);
    EXPECT(reg[XENOS_SCRATCH_REG4] == 6);
    EXPECT(reg[XENOS_SCRATCH_REG5] == 7 && reg[XENOS_SCRATCH_REG6] == 8);
    EXPECT(reg[0x4000] == 10);
    EXPECT(rig->cp.rptr == sizeof ring / sizeof *ring);
    EXPECT(cp_rig_word(rig, CP_RIG_RESULT - 64) == rig->cp.rptr);
    EXPECT(rig->cp.packets == 5);
    return failures != 0;
}

static void all_headers(void)
{
    CU_ASSERT(rig_child(headers, NULL));
}

static int corpus(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    EXPECT(corpus_replay("cp", fuzz_cp) >= 4);
    return failures != 0;
}

static void commands_from_anywhere(void)
{
    CU_ASSERT(rig_child(corpus, NULL));
}

void test_cp(void)
{
    CU_pSuite suite = CU_add_suite("xenos/cp", NULL, NULL);
    CU_ADD_TEST(suite, all_headers);
    CU_ADD_TEST(suite, commands_from_anywhere);
}
