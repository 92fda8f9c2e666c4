/* Indirect buffers, and what is left out by predication. */
#include "tests/guest/kernel/ring.h"

enum { OUTER = 256, INNER = 512, MARKS = 1024 }; /* places in `chip` */

static volatile uint32_t *to;

static void say(uint32_t word)
{
    *to++ = word;
}

/* A packet that leaves its number in memory. */
static void mark(uint32_t n)
{
    say(TYPE3(MEM_WRITE, 2));
    say(real_of(&chip[MARKS + n]) | BIG);
    say(0x600D0000 + n);
}

static uint32_t marked(uint32_t n)
{
    uint32_t word = chip[MARKS + n];
    chip[MARKS + n] = 0;
    return word;
}

static void call(uint32_t op, uint32_t place, uint32_t words)
{
    say(TYPE3(op, 2));
    say(real_of(&chip[place]));
    say(words);
}

static void nested(void)
{
    to = &chip[INNER];
    mark(2);
    mark(3);
    to = &chip[OUTER];
    mark(1);
    call(INDIRECT_BUFFER, INNER, 6);
    mark(4);
    call(INDIRECT_BUFFER_PFD, INNER, 3);
    call(INDIRECT_BUFFER, INNER, 0); /* nothing */
    mark(5);
    PACKET(INDIRECT_BUFFER, real_of(&chip[OUTER]), 18);
    CHECK(ring_finish() < 1000);
    for (uint32_t i = 1; i <= 5; i++)
        EXPECT(marked(i), 0x600D0000 + i);
    EXPECT(REG(CP_INT_STATUS), 0);
    /* The read pointer is the ring's alone. */
    EXPECT(REG(CP_RB_RPTR), ring_at);
    /* In many lines. */
    to = &chip[2048];
    for (uint32_t i = 0; i < 1000; i++)
        say(FILLER);
    mark(7);
    PACKET(INDIRECT_BUFFER, real_of(&chip[2048]), 1003);
    CHECK(ring_finish() < 2500);
    EXPECT(marked(7), 0x600D0007);
}

/* A predicated write: 1 if it was carried out. */
static uint32_t goes(void)
{
    PUT(TYPE3(MEM_WRITE, 2) | PREDICATED, real_of(&chip[MARKS]) | BIG, 1);
    ring_finish();
    return marked(0);
}

static void predication(void)
{
    EXPECT(goes(), 1); /* as it is after reset */
    PACKET(SET_BIN_MASK, 0, 0x0000000F);
    PACKET(SET_BIN_SELECT, 0, 0x000000F0);
    EXPECT(goes(), 0);
    EXPECT(REG(CP_BIN_MASK_LO), 0xF);
    EXPECT(REG(CP_BIN_SELECT_LO), 0xF0);
    PACKET(SET_BIN_SELECT, 0, 0x00000018);
    EXPECT(goes(), 1);
    PACKET(SET_BIN_MASK, 0x80000000, 0);
    EXPECT(goes(), 0);
    PACKET(SET_BIN_MASK_LO + 3, 0xC0000000); /* SET_BIN_SELECT_HI */
    EXPECT(goes(), 1);
    EXPECT(REG(CP_BIN_MASK_HI), 0x80000000);
    PACKET(SET_BIN_MASK_LO + 1, 0);
    EXPECT(goes(), 0);
    PACKET(SET_BIN_MASK_LO, 8);
    EXPECT(goes(), 1);
    PACKET(SET_BIN_MASK_LO + 2, 0);
    EXPECT(goes(), 0);
    /* A buffer that is left out, and a packet without the bit, which goes always. */
    to = &chip[OUTER];
    mark(1);
    PUT(TYPE3(INDIRECT_BUFFER, 2) | PREDICATED, real_of(&chip[OUTER]), 3);
    PACKET(MEM_WRITE, real_of(&chip[MARKS + 2]) | BIG, 2);
    ring_finish();
    EXPECT(marked(1), 0);
    EXPECT(marked(2), 2);
    EXPECT(REG(CP_INT_STATUS), 0);
}

int main(void)
{
    ring_begin(NULL, NULL);
    nested();
    predication();
    return check_done();
}
