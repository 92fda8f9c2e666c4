/* Each packet of the command processor, by what it leaves in registers and memory, and when. */
#include "tests/support/cp_rig.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#define WORDS(array)  .ring = (array), .words = sizeof(array) / sizeof *(array)
#define BUFFER(array) .buffer = (array), .buffer_words = sizeof(array) / sizeof *(array)

enum { R = CP_RIG_RESULT, MODE_2 = 2 };

static struct cp_rig *run(const struct cp_rig_spec *spec, sim_time until)
{
    struct cp_rig *rig = cp_rig_new(spec);
    cp_rig_run(rig, until);
    return rig;
}

static bool idle(const struct cp_rig *rig)
{
    uint32_t status;
    cp_peek(&rig->cp, 4 * XENOS_RBBM_STATUS, sim_machine_time(rig->machine), &status);
    return status >> 31 == 0 && rig->cp.rptr == rig->cp.reg[XENOS_CP_RB_WPTR];
}

static bool no_errors(const struct cp_rig *rig)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < CP_ERRORS; i++)
        count += rig->cp.report[i].count;
    return count == 0;
}

static int memory(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {
        CP_TYPE3(MEM_WRITE, 3),
        R | 2,
        0x11223344,
        0x55667788, /* big-endian */
        CP_TYPE3(MEM_WRITE, 2),
        R + 8,
        0x11223344, /* as the GPU has it */
        CP_TYPE3(MEM_WRITE, 2),
        (R + 12) | 1,
        0x11223344,
        CP_TYPE3(MEM_WRITE, 2),
        (R + 16) | 3,
        0x11223344,
        CP_TYPE0(XENOS_SCRATCH_REG0, 1),
        0xCAFE,
        CP_TYPE3(REG_TO_MEM, 2),
        XENOS_SCRATCH_REG0,
        (R + 20) | 2,
        CP_TYPE3(REG_RMW, 3),
        XENOS_SCRATCH_REG0,
        0xFF00,
        0x12, /* AND, then OR */
        CP_TYPE3(REG_RMW, 3),
        0xC0000000u | XENOS_SCRATCH_REG1,
        XENOS_SCRATCH_REG0,
        XENOS_SCRATCH_REG0,
        CP_TYPE3(MEM_WRITE_CNTR, 1),
        (R + 24) | 2,
        CP_TYPE0(XENOS_CP_ME_NRT_ADDR, 2),
        (R + 28) | 2,
        77,
    };
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring)}, CP_RIG_NS(5000));
    EXPECT(cp_rig_word(rig, R) == 0x11223344 && cp_rig_word(rig, R + 4) == 0x55667788);
    EXPECT(cp_rig_word(rig, R + 8) == 0x44332211);
    EXPECT(cp_rig_word(rig, R + 12) == 0x33441122);
    EXPECT(cp_rig_word(rig, R + 16) == 0x22114433);
    EXPECT(cp_rig_word(rig, R + 20) == 0xCAFE);
    EXPECT(rig->cp.reg[XENOS_SCRATCH_REG0] == 0xCA12 && rig->cp.reg[XENOS_SCRATCH_REG1] == 0xCA12);
    uint32_t counter = cp_rig_word(rig, R + 24); /* clocks of the GPU: not long before the word is there */
    uint64_t written = cp_rig_written(rig, R + 24);
    EXPECT(counter < written && counter + 20 > written);
    EXPECT(cp_rig_word(rig, R + 28) == 77);
    EXPECT(idle(rig) && no_errors(rig));
    return failures != 0;
}

static int constants(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static uint32_t ring[128], buffer[80];
    uint32_t n = 0;
    ring[n++] = CP_TYPE3(SET_CONSTANT, 50); /* two pieces */
    ring[n++] = 8;
    for (uint32_t i = 0; i < 49; i++)
        ring[n++] = 100 + i;
    const uint32_t rest[] = {
        CP_TYPE3(SET_CONSTANT, 2),
        0x00010002,
        0xF0,
        CP_TYPE3(SET_CONSTANT, 2),
        0x00020001,
        0xB0,
        CP_TYPE3(SET_CONSTANT, 2),
        0x00030002,
        0x10,
        CP_TYPE3(SET_CONSTANT, 2),
        0x00040100,
        0x2100,
        CP_TYPE3(SET_CONSTANT2, 2),
        0x4801,
        0xF1,
        CP_TYPE3(SET_SHADER_CONSTANTS, 2),
        0x4802,
        0xF3,
        CP_TYPE3(LOAD_ALU_CONSTANT, 3),
        CP_RIG_BUFFER + 20,
        0x400,
        70,
        CP_TYPE3(IM_LOAD, 2),
        CP_RIG_BUFFER | 1,
        9,
        CP_TYPE3(IM_LOAD_IMMEDIATE, 5),
        0,
        3,
        31,
        32,
        33,
        CP_TYPE3(LOAD_CONSTANT_CONTEXT, 3),
        CP_RIG_BUFFER,
        0x00040200,
        2,
        CP_TYPE3(INVALIDATE_STATE, 1),
        0x300,
        CP_TYPE3(WAIT_IB_PFD_COMPLETE, 1),
        0,
    };
    memcpy(ring + n, rest, sizeof rest);
    n += sizeof rest / sizeof *rest;
    for (uint32_t i = 0; i < 80; i++)
        buffer[i] = 1000 + i;
    struct cp_rig *rig = run(&(struct cp_rig_spec){.ring = ring, .words = n, BUFFER(buffer)}, CP_RIG_NS(8000));
    const uint32_t *reg = rig->cp.reg;
    for (uint32_t i = 0; i < 49; i++)
        EXPECT(reg[0x4008 + i] == 100 + i);
    EXPECT(reg[0x4802] == 0xF3 && reg[0x4801] == 0xF1 && reg[0x4901] == 0xB0 && reg[0x490A] == 0x10);
    EXPECT(reg[0x2100] == 0x2100 && reg[0x2200] == 1000 && reg[0x2201] == 1001);
    for (uint32_t i = 0; i < 70; i++)
        EXPECT(reg[0x4400 + i] == 1005 + i);
    EXPECT(rig->cp.store[1][0] == 1000 && rig->cp.store[1][8] == 1008 && rig->cp.store[1][9] == 0);
    EXPECT(rig->cp.store[0][0] == 31 && rig->cp.store[0][2] == 33);
    EXPECT(idle(rig) && no_errors(rig));
    return failures != 0;
}

static int buffers(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    enum { SECOND = CP_RIG_BUFFER + 4 * 10 };
    static const uint32_t buffer[] = {CP_TYPE0(XENOS_SCRATCH_REG1, 1),
                                      11,
                                      CP_TYPE3(INDIRECT_BUFFER_PFD, 2),
                                      SECOND,
                                      6,
                                      CP_TYPE0(XENOS_SCRATCH_REG4, 1),
                                      14,
                                      CP_TYPE3(INDIRECT_BUFFER, 2),
                                      SECOND,
                                      0, /* of no length */
                                      CP_TYPE0(XENOS_SCRATCH_REG2, 1),
                                      12,
                                      CP_TYPE3(INDIRECT_BUFFER, 2),
                                      CP_RIG_BUFFER,
                                      10, /* a third level */
                                      0};
    static const uint32_t ring[] = {CP_TYPE0(XENOS_SCRATCH_REG0, 1),
                                    10,
                                    CP_TYPE3(INDIRECT_BUFFER, 2),
                                    CP_RIG_BUFFER,
                                    10,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    R | 2,
                                    99};
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring), BUFFER(buffer)}, CP_RIG_NS(5000));
    const uint32_t *reg = rig->cp.reg;
    EXPECT(reg[XENOS_SCRATCH_REG0] == 10 && reg[XENOS_SCRATCH_REG1] == 11 && reg[XENOS_SCRATCH_REG2] == 12 &&
           reg[XENOS_SCRATCH_REG4] == 14);
    EXPECT(cp_rig_word(rig, R) == 99);
    EXPECT(rig->cp.report[CP_ERROR_LEVEL].count == 1 && rig->cp.report[CP_ERROR_LEVEL].source == CP_IB2);
    EXPECT(rig->cp.report[CP_ERROR_LEVEL].address == SECOND + 8);
    EXPECT(reg[XENOS_CP_INT_STATUS] == 1u << 27);
    EXPECT(rig->host.interrupts == 1 && rig->host.interrupt[0].vector == 0x58 && rig->host.interrupt[0].targets == 4);
    EXPECT(idle(rig));
    return failures != 0;
}

static int predication(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
#define SET(n, value) CP_TYPE3(MEM_WRITE, 2) | 1, (R + 4 * (n)) | 2, value
    static const uint32_t ring[] = {SET(0, 1),
                                    CP_TYPE3(SET_BIN_SELECT, 2),
                                    1,
                                    0,
                                    SET(1, 1),
                                    CP_TYPE3(SET_BIN_MASK, 2),
                                    1,
                                    0,
                                    SET(2, 1),
                                    CP_TYPE3(SET_BIN_MASK_HI, 1),
                                    0,
                                    SET(3, 1),
                                    CP_TYPE3(SET_BIN_MASK_LO, 1),
                                    6,
                                    SET(4, 1),
                                    CP_TYPE3(SET_BIN_SELECT_LO, 1),
                                    2,
                                    SET(5, 1),
                                    CP_TYPE3(SET_BIN_SELECT_HI, 1),
                                    0,
                                    SET(6, 1),
                                    CP_TYPE3(SET_BIN_MASK_LO, 1),
                                    0,
                                    SET(7, 1),
                                    CP_TYPE3(MEM_WRITE, 2),
                                    (R + 32) | 2,
                                    1};
#undef SET
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring)}, CP_RIG_NS(5000));
    static const uint32_t written[] = {1, 0, 1, 0, 0, 1, 1, 0, 1};
    for (unsigned i = 0; i < 9; i++)
        EXPECT(cp_rig_word(rig, R + 4 * i) == written[i]);
    EXPECT(rig->cp.skipped == 4 && idle(rig) && no_errors(rig));
    return failures != 0;
}

static int bad_packets(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t buffer[] = {CP_TYPE0(XENOS_SCRATCH_REG3, 9), 1, 2, 3};
    static const uint32_t ring[] = {0xC0021200,
                                    1,
                                    2,
                                    3, /* no such opcode */
                                    CP_TYPE3(COND_EXEC, 1),
                                    0, /* of other GPUs */
                                    CP_TYPE3(MEM_WRITE, 2) | 0x8000,
                                    R | 2,
                                    1,
                                    CP_TYPE3(MEM_WRITE, 2) | 4,
                                    R | 2,
                                    1, /* reserved bits */
                                    CP_TYPE3(WAIT_REG_MEM, 2),
                                    3,
                                    0, /* too short */
                                    CP_TYPE3(INDIRECT_BUFFER, 2),
                                    CP_RIG_BUFFER,
                                    4, /* ends in a packet */
                                    CP_TYPE3(op16, 2),
                                    0x12B9B0A1,
                                    0x1033C4D6,
                                    CP_TYPE3(op1f, 1),
                                    0,
                                    CP_TYPE3(op43, 1),
                                    0,
                                    CP_TYPE3(MEM_WRITE, 2),
                                    (R + 4) | 2,
                                    1};
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring), BUFFER(buffer)}, CP_RIG_NS(5000));
    EXPECT(cp_rig_word(rig, R) == 0 && cp_rig_word(rig, R + 4) == 1);
    static const uint64_t counts[CP_ERRORS] = {2, 2, 1, 0, 1};
    for (unsigned i = 0; i < CP_ERRORS; i++)
        EXPECT(rig->cp.report[i].count == counts[i]);
    EXPECT(rig->cp.report[CP_ERROR_OPCODE].address == CP_RIG_RING + 16);
    EXPECT(rig->cp.reg[XENOS_CP_INT_STATUS] == (1u << 24 | 1u << 26 | 1u << 27));
    EXPECT(rig->cp.reg[XENOS_SCRATCH_REG3] == 0);
    EXPECT(rig->host.interrupts == 3); /* one for each bit that was new */
    EXPECT(idle(rig));
    return failures != 0;
}

static int events(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE3(EVENT_WRITE_SHD, 3),
                                    0x1B,
                                    R | 2,
                                    101,
                                    CP_TYPE3(EVENT_WRITE_SHD, 3),
                                    2,
                                    (R + 4) | 2,
                                    102,
                                    CP_TYPE3(EVENT_WRITE_SHD, 3),
                                    0x80000003,
                                    (R + 8) | 2,
                                    103,
                                    CP_TYPE3(EVENT_WRITE_CFL, 3),
                                    4,
                                    (R + 12) | 2,
                                    104,
                                    CP_TYPE3(EVENT_WRITE, 1),
                                    6,
                                    CP_TYPE3(EVENT_WRITE_EXT, 2),
                                    0x1A,
                                    (R + 16) | 1,
                                    CP_TYPE0(XENOS_RB_SAMPLE_COUNT_ADDR, 1),
                                    R + 32,
                                    CP_TYPE3(MEM_WRITE, 3),
                                    (R + 36) | 2,
                                    0xFFFFFEED,
                                    0xFFFFFEED,
                                    CP_TYPE3(EVENT_WRITE_ZPD, 1),
                                    0x15,
                                    CP_TYPE3(VIZ_QUERY, 1),
                                    5,
                                    CP_TYPE3(VIZ_QUERY, 1),
                                    0x105,
                                    CP_TYPE3(DRAW_INDX_2, 1),
                                    0x00030081,
                                    CP_TYPE3(DRAW_INDX, 4),
                                    0,
                                    0x00030004,
                                    0x1234,
                                    3,
                                    CP_TYPE3(DRAW_INDX_2, 3),
                                    0x00040041,
                                    0x00010002,
                                    0x00030004,
                                    CP_TYPE3(CONTEXT_UPDATE, 1),
                                    0,
                                    CP_TYPE3(EVENT_WRITE_CFL, 3),
                                    20,
                                    (R + 64) | 2,
                                    105};
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring)}, CP_RIG_NS(5000));
    const uint32_t *reg = rig->cp.reg;
    EXPECT(cp_rig_word(rig, R) == 101 && cp_rig_word(rig, R + 4) == 102 && cp_rig_word(rig, R + 12) == 104);
    uint64_t counted = cp_rig_word(rig, R + 8);
    EXPECT(counted > 0 && counted < cp_rig_written(rig, R + 8));
    EXPECT(reg[XENOS_CP_ME_VS_FETCH_DONE_DATA] == 101 && reg[XENOS_CP_ME_VS_EVENT_DATA] == 102);
    EXPECT(cp_rig_word(rig, R + 16) == 0x00000400 && cp_rig_word(rig, R + 20) == 0x00000400 &&
           cp_rig_word(rig, R + 24) == 1);
    EXPECT(cp_rig_word(rig, R + 36) == 0 && cp_rig_word(rig, R + 40) == 0);
    EXPECT(reg[XENOS_PA_SC_VIZ_QUERY_STATUS_0] == 1u << 5);
    EXPECT(rig->cp.draws == 3 && reg[XENOS_VGT_DMA_BASE] == 0x1234 && reg[XENOS_VGT_DMA_SIZE] == 3);
    EXPECT(reg[XENOS_VGT_IMMED_DATA] == 0x00030004 && reg[XENOS_VGT_EVENT_INITIATOR] == 20);
    /* in their order, and not before the pipe is through */
    uint64_t first = cp_rig_written(rig, R), last = cp_rig_written(rig, R + 64);
    EXPECT(first >= 100 && cp_rig_written(rig, R + 4) >= first && cp_rig_written(rig, R + 12) > first + 90);
    EXPECT(last >= cp_rig_written(rig, R + 16) + 3 * rig->cp.config.timing.cp_pipe_draw);
    EXPECT(idle(rig) && no_errors(rig));
    return failures != 0;
}

static int interrupts(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(XENOS_SCRATCH_UMSK, 2),
                                    0x00020033,
                                    R,
                                    CP_TYPE0(XENOS_SCRATCH_REG0, 1),
                                    4,
                                    CP_TYPE0(XENOS_SCRATCH_REG2, 1),
                                    5,
                                    CP_TYPE0(XENOS_SCRATCH_REG4, 2),
                                    0x0BADF00D,
                                    7,
                                    CP_TYPE3(INTERRUPT, 1),
                                    0x44,
                                    CP_TYPE3(REG_TO_MEM, 2),
                                    XENOS_CP_CPU_INT_STATUS,
                                    (R + 64) | 2,
                                    CP_TYPE0(XENOS_CALLBACK_ACK, 1),
                                    4,
                                    CP_TYPE3(INTERRUPT, 1),
                                    0x21,
                                    CP_TYPE3(CP_INTERRUPT, 1),
                                    0xFFFFFFFF};
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring)}, CP_RIG_NS(5000));
    EXPECT(cp_rig_word(rig, R) == 4 && cp_rig_word(rig, R + 8) == 0);
    EXPECT(cp_rig_word(rig, R + 16) == 0x0BADF00D && cp_rig_word(rig, R + 20) == 7);
    EXPECT(cp_rig_word(rig, R + 64) == 4);
    EXPECT(rig->host.interrupts == 3);
    EXPECT(rig->host.interrupt[0].vector == 0x54 && rig->host.interrupt[0].targets == 4);
    EXPECT(rig->host.interrupt[1].vector == 0x54 && rig->host.interrupt[1].targets == 0x21);
    EXPECT(rig->host.interrupt[2].vector == 0x58 && rig->host.interrupt[2].targets == 4);
    EXPECT(rig->cp.reg[XENOS_CP_CPU_INT_STATUS] == 0x21 && rig->cp.reg[XENOS_CP_INT_STATUS] == 0xE0000000);
    EXPECT(idle(rig) && no_errors(rig));
    return failures != 0;
}

static int display(void *context, unsigned index, FILE *out)
{
    (void)context, (void)index;
    unsigned failures = 0;
    static const uint32_t ring[] = {CP_TYPE0(0x1844, 1),
                                    0x1E000000,
                                    CP_TYPE3(REG_TO_MEM, 2),
                                    0x1844,
                                    R | 2,
                                    CP_TYPE3(WAIT_REG_MEM, 5),
                                    3,
                                    0x1844,
                                    0x1E000000,
                                    0xFFFFFFFF,
                                    1,
                                    CP_TYPE3(REG_RMW, 3),
                                    0x1845,
                                    0,
                                    9,
                                    CP_TYPE0(0x1818, 1),
                                    321,
                                    CP_TYPE3(EVENT_WRITE_SHD, 3),
                                    0x80000003,
                                    (R + 4) | 2,
                                    0};
    struct cp_rig *rig = run(&(struct cp_rig_spec){WORDS(ring), .counter = CP_COUNTER_FRAMES}, CP_RIG_NS(5000));
    EXPECT(rig->host.shown[0x44] == 0x1E000000 && rig->host.shown[0x45] == 9);
    EXPECT(cp_rig_word(rig, R) == 0x1E000000 && cp_rig_word(rig, R + 4) == 321);
    EXPECT(idle(rig) && no_errors(rig));
    return failures != 0;
}

static void what_is_written_to_memory(void)
{
    CU_ASSERT(rig_child(memory, NULL));
}

static void constants_and_shaders(void)
{
    CU_ASSERT(rig_child(constants, NULL));
}

static void indirect_buffers(void)
{
    CU_ASSERT(rig_child(buffers, NULL));
}

static void predication_by_bins(void)
{
    CU_ASSERT(rig_child(predication, NULL));
}

static void bad_packets_are_reported_and_left_out(void)
{
    CU_ASSERT(rig_child(bad_packets, NULL));
}

static void draws_and_events(void)
{
    CU_ASSERT(rig_child(events, NULL));
}

static void interrupts_and_scratch_registers(void)
{
    CU_ASSERT(rig_child(interrupts, NULL));
}

static void registers_of_the_display(void)
{
    CU_ASSERT(rig_child(display, NULL));
}

void test_cp_packets(void)
{
    CU_pSuite suite = CU_add_suite("xenos/cp_packets", NULL, NULL);
    CU_ADD_TEST(suite, what_is_written_to_memory);
    CU_ADD_TEST(suite, constants_and_shaders);
    CU_ADD_TEST(suite, indirect_buffers);
    CU_ADD_TEST(suite, predication_by_bins);
    CU_ADD_TEST(suite, bad_packets_are_reported_and_left_out);
    CU_ADD_TEST(suite, draws_and_events);
    CU_ADD_TEST(suite, interrupts_and_scratch_registers);
    CU_ADD_TEST(suite, registers_of_the_display);
}
