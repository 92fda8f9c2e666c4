/* Tests: KeQueryPerformanceFrequency KeQueryInterruptTime KeQuerySystemTime KeTimeStampBundle KeStallExecutionProcessor
 *        RtlTimeToTimeFields RtlTimeFieldsToTime
 *
 * Time: the time base and the kernel's clocks go alike. */
#include "tests/guest/kernel/check.h"

int main(void)
{
    const volatile struct time_stamps *const stamps = KeTimeStampBundle;
    static const uint16_t moment[8] = {2005, 11, 22, 13, 14, 15, 678, 2}; /* year ... weekday */
    uint16_t fields[8];
    uint64_t start, time, system;
    uint32_t began, frequency = KeQueryPerformanceFrequency(), ticks;

    CHECK(frequency == 50000000 || frequency == 49875000);
    sleep_ms(1); /* from one tick of the clock */
    began = edges();
    start = KeQueryInterruptTime();
    ticks = stamps->ticks;
    sleep_ms(5); /* to another */
    EXPECT_BETWEEN((uint64_t)(edges() - began) * 10000000 / frequency, 40000, 61000);
    EXPECT_BETWEEN(KeQueryInterruptTime() - start, 40000, 61000);
    EXPECT_BETWEEN(stamps->ticks - ticks, 4, 6);
    KeQuerySystemTime(&system);
    EXPECT_BETWEEN(system - stamps->system_time, 0, 10000);
    EXPECT_BETWEEN(KeQueryInterruptTime() - stamps->interrupt_time, 0, 10000);
    EXPECT_BETWEEN(system / 864000000000 / 1461 * 4 + 1601, 2005, 2040); /* a year of the console's, roughly */

    began = edges();
    KeStallExecutionProcessor(200);
    EXPECT_BETWEEN(microseconds_since(began), 200, 230);

    EXPECT(RtlTimeFieldsToTime(moment, &time), 1);
    EXPECT64(time, 0x1C5EF66A362A1E0);
    RtlTimeToTimeFields(&time, fields);
    for (unsigned i = 0; i < 8; i++)
        EXPECT(fields[i], moment[i]);
    time = 0;
    RtlTimeToTimeFields(&time, fields);
    EXPECT(fields[0], 1601);
    EXPECT(fields[7], 1); /* a Monday */
    fields[0] = 1600;
    EXPECT(RtlTimeFieldsToTime(fields, &time), 0);
    return check_done();
}
