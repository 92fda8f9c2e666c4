#include "models/sim/state.h"

#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>

#include <string.h>

static void little_endian(void)
{
    struct sim_writer writer = {0};
    sim_put_u8(&writer, 0x01);
    sim_put_u16(&writer, 0x0203);
    sim_put_u32(&writer, 0x04050607);
    sim_put_u64(&writer, 0x08090A0B0C0D0E0F);
    sim_put_bytes(&writer, "abc", 3);
    sim_put_bytes(&writer, NULL, 0);
    static const uint8_t expected[] = {1,    3,    2,    7,    6,    5,    4,   0x0F, 0x0E,
                                       0x0D, 0x0C, 0x0B, 0x0A, 0x09, 0x08, 'a', 'b',  'c'};
    CU_ASSERT_EQUAL(writer.size, sizeof expected);
    CU_ASSERT_EQUAL(memcmp(writer.bytes, expected, sizeof expected), 0);
    struct sim_reader reader = {writer.bytes, writer.size, 0, false};
    char text[3];
    CU_ASSERT_EQUAL(sim_get_u8(&reader), 0x01);
    CU_ASSERT_EQUAL(sim_get_u16(&reader), 0x0203);
    CU_ASSERT_EQUAL(sim_get_u32(&reader), 0x04050607);
    CU_ASSERT_EQUAL(sim_get_u64(&reader), 0x08090A0B0C0D0E0F);
    sim_get_bytes(&reader, text, 3);
    CU_ASSERT_EQUAL(memcmp(text, "abc", 3), 0);
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL(reader.offset, reader.size);
    sim_writer_free(&writer);
    CU_ASSERT_PTR_NULL(writer.bytes);
    CU_ASSERT_EQUAL(writer.size, 0);
}

static void grows(void)
{
    struct sim_writer writer = {0};
    static uint8_t block[10007];
    for (unsigned i = 0; i < sizeof block; i++)
        block[i] = (uint8_t)(i * 7);
    for (unsigned i = 0; i < 100; i++) {
        sim_put_u32(&writer, i);
        sim_put_bytes(&writer, block, i * 100);
    }
    CU_ASSERT_EQUAL(writer.size, 100 * 4 + 100 * 99 / 2 * 100);
    struct sim_reader reader = {writer.bytes, writer.size, 0, false};
    for (unsigned i = 0; i < 100; i++) {
        static uint8_t back[sizeof block];
        CU_ASSERT_EQUAL(sim_get_u32(&reader), i);
        sim_get_bytes(&reader, back, i * 100);
        CU_ASSERT_EQUAL(memcmp(back, block, i * 100), 0);
    }
    CU_ASSERT_FALSE(reader.failed);
    sim_writer_free(&writer);
}

/* Past the end the reader fails, stays failed, and answers zeros. */
static void runs_out(void)
{
    static const uint8_t bytes[5] = {1, 2, 3, 4, 5};
    struct sim_reader reader = {bytes, sizeof bytes, 0, false};
    CU_ASSERT_EQUAL(sim_get_u32(&reader), 0x04030201);
    CU_ASSERT_EQUAL(sim_get_u16(&reader), 0);
    CU_ASSERT_TRUE(reader.failed);
    CU_ASSERT_EQUAL(sim_get_u8(&reader), 0); /* though there is one */
    uint8_t text[4] = {9, 9, 9, 9};
    sim_get_bytes(&reader, text, sizeof text);
    CU_ASSERT_EQUAL(text[0] | text[3], 0);
    CU_ASSERT_EQUAL(reader.offset, 4);
    struct sim_reader huge = {bytes, sizeof bytes, 2, false};
    sim_get_bytes(&huge, text, sizeof text); /* one more than is left */
    CU_ASSERT_TRUE(huge.failed);
}

static void limits(void)
{
    struct sim_writer writer = {0};
    sim_put_u64(&writer, 6);
    sim_put_u64(&writer, 7);
    sim_put_u64(&writer, 0);
    struct sim_reader reader = {writer.bytes, writer.size, 0, false};
    CU_ASSERT_EQUAL(sim_get_u64_below(&reader, 7), 6);
    CU_ASSERT_FALSE(reader.failed);
    CU_ASSERT_EQUAL(sim_get_u64_below(&reader, 7), 0);
    CU_ASSERT_TRUE(reader.failed);
    struct sim_reader zero = {writer.bytes, writer.size, 16, false};
    CU_ASSERT_EQUAL(sim_get_u64_below(&zero, 0), 0);
    CU_ASSERT_TRUE(zero.failed);
    sim_writer_free(&writer);
}

void test_state(void)
{
    CU_pSuite suite = CU_add_suite("sim/state", NULL, NULL);
    CU_add_test(suite, "integers are little-endian, without gaps", little_endian);
    CU_add_test(suite, "a writer grows", grows);
    CU_add_test(suite, "a reader that runs out fails and answers zeros", runs_out);
    CU_add_test(suite, "a value must lie below its limit", limits);
}
