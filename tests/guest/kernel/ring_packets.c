/* What each kind of packet leaves in registers and memory. */
#include "tests/guest/kernel/ring.h"

#define HERE (real_of(&chip[CHIP_FREE + 16]))

static volatile uint32_t *here;

static void headers(void)
{
    WRITE(SCRATCH, 0x11, 0x22, 0x33);
    ring_finish();
    EXPECT(REG(SCRATCH), 0x11);
    EXPECT(REG(SCRATCH + 2), 0x33);
    PUT(TYPE0(SCRATCH + 1, 3) | ONE_REGISTER, 4, 5, 6);
    ring_finish();
    EXPECT(REG(SCRATCH + 1), 6);
    EXPECT(REG(SCRATCH + 2), 0x33);
    PUT(0x40000000 | (SCRATCH + 3) << 11 | (SCRATCH + 2), 0x77, 0x88); /* type 1 */
    ring_finish();
    EXPECT(REG(SCRATCH + 2), 0x77);
    EXPECT(REG(SCRATCH + 3), 0x88);
    PUT(0x80001234, FILLER);
    PACKET(NOP, 0xC0003D00, 0, 1);
    CHECK(ring_finish() < 500);
}

static void memory(void)
{
    static const uint32_t swapped[4] = {0x44332211, 0x33441122, 0x11223344,
                                        0x22114433}; /* by mode, as the processor sees it */
    for (uint32_t mode = 0; mode < 4; mode++)
        PACKET(MEM_WRITE, (HERE + 4 * mode) | mode, 0x11223344);
    ring_finish();
    for (uint32_t mode = 0; mode < 4; mode++)
        EXPECT(here[mode], swapped[mode]);
    WRITE(SCRATCH, 0xAABBCCDD);
    PACKET(REG_TO_MEM, SCRATCH, HERE | BIG);
    PACKET(MEM_WRITE_CNTR, (HERE + 4) | BIG);
    ring_finish();
    EXPECT(here[0], 0xAABBCCDD);
    uint32_t before = here[1];
    PACKET(MEM_WRITE_CNTR, (HERE + 4) | BIG);
    ring_finish();
    CHECK(here[1] > before && here[1] - before < 50000); /* clocks of the chip */
}

static void modify(void)
{
    WRITE(SCRATCH, 0xFFFF0000, 0x0F0F0F0F, 0x00000011);
    PACKET(REG_RMW, SCRATCH, 0xFF00FF00, 0x00000077); /* and, then or */
    ring_finish();
    EXPECT(REG(SCRATCH), 0xFF000077);
    PACKET(REG_RMW, 0xC0000000 | SCRATCH, SCRATCH + 1, SCRATCH + 2);
    ring_finish();
    EXPECT(REG(SCRATCH), 0x0F000017);

    WRITE(SCRATCH, 5);
    here[0] = here[1] = 0;
    PACKET(COND_WRITE, EQUAL | TO_MEMORY, SCRATCH, 5, 0xFF, HERE | BIG, 0x600D);
    PACKET(COND_WRITE, EQUAL | TO_MEMORY, SCRATCH, 6, 0xFF, (HERE + 4) | BIG, 0xBAD);
    PACKET(COND_WRITE, AT_LEAST | OF_MEMORY, HERE | BIG, 0x600D, 0xFFFF, SCRATCH + 1, 0x1234);
    PACKET(COND_WRITE, LESS | OF_MEMORY, HERE | BIG, 0x600D, 0xFFFF, SCRATCH + 2, 0xBAD);
    ring_finish();
    EXPECT(here[0], 0x600D);
    EXPECT(here[1], 0);
    EXPECT(REG(SCRATCH + 1), 0x1234);
    EXPECT(REG(SCRATCH + 2), 0x11);
}

/* Registers 8 words from 0 on go to memory when they are written. */
static void scratch_registers(void)
{
    WRITE(SCRATCH_ADDR, real_of(&chip[CHIP_SCRATCH]));
    WRITE(SCRATCH_UMSK, 0x00020033);
    WRITE(SCRATCH, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17);
    ring_finish();
    EXPECT(chip[CHIP_SCRATCH], 0x10);
    EXPECT(chip[CHIP_SCRATCH + 1], 0x11);
    EXPECT(chip[CHIP_SCRATCH + 2], 0); /* not of the mask */
    EXPECT(chip[CHIP_SCRATCH + 4], 0x14);
    EXPECT(chip[CHIP_SCRATCH + 5], 0x15);
    EXPECT(chip[CHIP_SCRATCH + 7], 0);
    WRITE(SCRATCH_UMSK, 0);
}

static void constants(void)
{
    static uint32_t source[8];
    PACKET(SET_CONSTANT, 0x00000004, 0x3F800000, 0x40000000); /* the second one of the ALU's */
    PACKET(SET_CONSTANT, 0x00010006, 0xA1, 0xA2);
    PACKET(SET_CONSTANT, 0x00020001, 0xB1);
    PACKET(SET_CONSTANT, 0x00030002, 0xC1);
    PACKET(SET_CONSTANT, 0x00040080, 0xD1); /* register 2080 */
    PACKET(SET_CONSTANT2, 0x2081, 0xE1, 0xE2);
    PACKET(SET_SHADER_CONSTANTS, 0x4010, 0xF1);
    EXPECT(ring_register(0x4004), 0x3F800000);
    EXPECT(ring_register(0x4005), 0x40000000);
    EXPECT(ring_register(0x4806), 0xA1);
    EXPECT(ring_register(0x4807), 0xA2);
    EXPECT(ring_register(0x4901), 0xB1);
    EXPECT(ring_register(0x490A), 0xC1);
    EXPECT(ring_register(0x2080), 0xD1);
    EXPECT(REG(0x2082), 0xE2);
    EXPECT(ring_register(0x4010), 0xF1);
    for (uint32_t i = 0; i < 8; i++)
        here[i] = source[i] = 0x1000 + i;
    PACKET(LOAD_ALU_CONSTANT, HERE, 0x20, 8);
    PACKET(LOAD_CONSTANT_CONTEXT, HERE + 8, 0x00010010, 2);
    for (uint32_t i = 0; i < 8; i += 7)
        EXPECT(ring_register(0x4020 + i), source[i]);
    EXPECT(ring_register(0x4811), source[3]);
}

static void shaders_and_draws(void)
{
    for (uint32_t i = 0; i < 12; i++)
        here[i] = i;
    PACKET(IM_LOAD, HERE, 12);
    PACKET(IM_LOAD_IMMEDIATE, 1, 3, 0xA, 0xB, 0xC);
    PACKET(INVALIDATE_STATE, 0x7FFF);
    PACKET(DRAW_INDX_2, 0x00010081);
    PACKET(DRAW_INDX, 0, 0x00030084);
    PACKET(VIZ_QUERY, 5);
    PACKET(VIZ_QUERY, 5 | 0x100);
    PACKET(CONTEXT_UPDATE, 0);
    PACKET(WAIT_FOR_IDLE, 0);
    PACKET(WAIT_UNTIL_READ, 0);
    PACKET(WAIT_IB_PFD_COMPLETE, 0);
    PACKET(EVENT_WRITE, 6);
    CHECK(ring_finish() < 2500);
    EXPECT(REG(CP_INT_STATUS), 0);
}

static void events(void)
{
    uint32_t begun;
    for (uint32_t i = 0; i < 24; i++)
        here[i] = 0;
    PACKET(EVENT_WRITE_SHD, 3, HERE | BIG, 0x5D);
    PACKET(EVENT_WRITE_CFL, 4, (HERE + 4) | BIG, 0xCF);
    PACKET(EVENT_WRITE, 0x14, (HERE + 8) | BIG, 0x14);         /* with a stamp */
    PACKET(EVENT_WRITE_SHD, 0x80000003, (HERE + 12) | BIG, 0); /* the counter */
    PACKET(EVENT_WRITE_EXT, 0x1A, (HERE + 16) | 1);
    WRITE(0x2325, HERE + 32);
    for (uint32_t i = 0; i < 8; i++)
        here[8 + i] = 0xFFFFFEED;
    PACKET(EVENT_WRITE_ZPD, 0x15);
    begun = edges();
    ring_kick();
    until(&here[8 + 4], 0);
    EXPECT_BETWEEN(edges() - begun, 10, 500); /* 0.2 to 10 us */
    ring_finish();
    EXPECT(here[0], 0x5D);
    EXPECT(here[1], 0xCF);
    EXPECT(here[2], 0x14);
    CHECK(here[3] != 0);
    CHECK(here[5] >> 16 != 0 || here[4] != 0); /* an extent */
    EXPECT(here[8 + 5], 0);
}

/* Caches: actions, then size and base, then a wait for the busy bit. */
static void coherency(void)
{
    uint32_t begun = edges();
    WRITE(COHER_STATUS_HOST, 0x03000100);
    WRITE(COHER_SIZE_HOST, 0x20000000, 0);
    PACKET(WAIT_REG_MEM, EQUAL, COHER_STATUS_HOST, 0, 0x80000000, 8);
    CHECK(ring_finish() != 0xFFFFFFFF);
    EXPECT_BETWEEN(edges() - begun, 10, 1000);
    EXPECT(REG(COHER_STATUS_HOST) >> 31, 0);
    WRITE(WAIT_UNTIL, 0x20000);
    CHECK(ring_finish() < 500);
}

int main(void)
{
    ring_begin(NULL, NULL);
    here = &chip[CHIP_FREE + 16];
    PACKET(ME_INIT, 0x3FF, 0, 0, 0, 0x80, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x10800, 7, 0, 0, 0, 0, 0);
    headers();
    memory();
    modify();
    scratch_registers();
    constants();
    shaders_and_draws();
    events();
    coherency();
    EXPECT(REG(CP_INT_STATUS), 0);
    return check_done();
}
