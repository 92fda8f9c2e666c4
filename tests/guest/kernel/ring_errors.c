/* Commands that are wrong: a bit of CP_INT_STATUS says so, and what follows is carried out. */
#include "tests/guest/kernel/ring.h"

enum { OPCODE = 1 << 24, RESERVED = 1 << 26, BUFFER = 1 << 27, OUTER = 256, INNER = 320, THIRD = 384 };

/* What the status says when all is carried out; and acknowledges it. */
static uint32_t status(void)
{
    if (ring_finish() == 0xFFFFFFFF)
        return 0xFFFFFFFF;
    uint32_t said = REG(CP_INT_STATUS);
    REG(CP_INT_ACK) = 0xFFFFFFFF;
    return REG(CP_INT_STATUS) ? 0xFFFFFFFE : said;
}

static void put_at(uint32_t place, const uint32_t *word, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        chip[place + i] = word[i];
}
#define AT(place, ...) put_at(place, (const uint32_t[]){__VA_ARGS__}, COUNT_OF(__VA_ARGS__))

static void opcodes(void)
{
    static const uint8_t unknown[] = {0x00, 0x0F, 0x2C, 0x34, 0x35, 0x44, 0x4A, 0x4B, 0x64, 0x7F};
    for (uint32_t i = 0; i < sizeof unknown; i++) {
        PUT(TYPE3(unknown[i], 3), 1, 2, 3);
        EXPECT(status(), OPCODE);
    }
    PUT(TYPE3(WAIT_REG_MEM, 2), 3, 4); /* too few words */
    EXPECT(status(), OPCODE);
    PUT(TYPE3(NOP, 1) | 0x8000, 0);
    EXPECT(status(), RESERVED);
    PACKET(NOP, 0);
    EXPECT(status(), 0);
}

static void buffers(void)
{
    /* Three levels deep. */
    AT(THIRD, TYPE3(MEM_WRITE, 2), real_of(&chip[CHIP_FREE]) | BIG, 0xBAD);
    AT(INNER, TYPE3(INDIRECT_BUFFER, 2), real_of(&chip[THIRD]), 3, TYPE3(MEM_WRITE, 2),
       real_of(&chip[CHIP_FREE + 1]) | BIG, 0x600D);
    AT(OUTER, TYPE3(INDIRECT_BUFFER, 2), real_of(&chip[INNER]), 6);
    chip[CHIP_FREE] = 0;
    PACKET(INDIRECT_BUFFER, real_of(&chip[OUTER]), 3);
    EXPECT(status(), BUFFER);
    EXPECT(chip[CHIP_FREE], 0);
    EXPECT(chip[CHIP_FREE + 1], 0x600D);
    /* A packet that goes past the end of its buffer. */
    AT(OUTER, TYPE3(MEM_WRITE, 5), real_of(&chip[CHIP_FREE]) | BIG, 0xBAD);
    PACKET(INDIRECT_BUFFER, real_of(&chip[OUTER]), 3);
    EXPECT(status(), BUFFER);
    EXPECT(chip[CHIP_FREE], 0);
}

/* Addresses beyond memory and registers that are not there do no harm. */
static void addresses(void)
{
    PACKET(MEM_WRITE, 0xFFFFFFFE, 0x12345678);
    PACKET(REG_TO_MEM, 0xFFFFFFFF, real_of(&chip[CHIP_FREE + 8]) | BIG);
    PACKET(SET_CONSTANT, 0x00FF07FF, 1);
    PACKET(SET_CONSTANT2, 0xFFFF, 1, 2, 3);
    PUT(TYPE0(0x7FFF, 3), 1, 2, 3);
    PACKET(LOAD_ALU_CONSTANT, 0x3FFFFFFC, 0x7FF, 0xFFF);
    PACKET(IM_LOAD, 0xFFFFFFFC, 0xFFFFFFFF);
    PACKET(EVENT_WRITE_SHD, 3, 0xFFFFFFFE, 1);
    PACKET(DRAW_INDX, 0xFFFFFFFF, 0xFFFFFFFF);
    CHECK(status() != 0xFFFFFFFF);
    PACKET(INDIRECT_BUFFER, 0xFFFFFFFF, 0); /* of no words */
    EXPECT(status(), 0);
}

/* VdSwap leaves filler where there is nothing to show. */
static void swaps(void)
{
    static uint32_t fetch[6], front_buffer, format = 5, space, width = 1280, height = 720;
    uint32_t before = REG(GRPH_ADDRESS);
    while (ring_at > RING_WORDS - 128 || ring_at == 0)
        PUT(FILLER);
    VdSwap((const void *)&ring[ring_at], fetch, NULL, NULL, NULL, &front_buffer, &format, &space, &width, &height);
    uint32_t other = 0;
    for (uint32_t i = 0; i < 64; i++)
        other |= ring[ring_at + i] ^ FILLER;
    EXPECT(other, 0);
    ring_at += 64;
    EXPECT(status(), 0);
    EXPECT(REG(GRPH_ADDRESS), before);
}

int main(void)
{
    ring_begin(NULL, NULL);
    opcodes();
    buffers();
    addresses();
    swaps();
    return check_done();
}
