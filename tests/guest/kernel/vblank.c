/* Tests: VdSetGraphicsInterruptCallback KeGetCurrentProcessType
 *
 * The vertical blank as a title sees it: a call on hardware thread 2, as a DPC, while the display's status bit is set;
 * it is cleared once the call is over. */
#include "tests/guest/kernel/check.h"

#define VBLANK_VLINE_STATUS (*(volatile uint32_t *)0x7FC86544u)

enum { BLANKS = 3 };

static struct event blank;
static volatile uint32_t calls, not_blank, cpu, irql, in_dpc, with, source_of, status, process;
static volatile uint32_t at[BLANKS + 1];

static void each_blank(uint32_t source, const volatile void *context)
{
    source_of = source;
    status = VBLANK_VLINE_STATUS;
    if ((status & 1) == 0) {
        not_blank++;
        return;
    }
    cpu = THIS_CPU;
    irql = THIS_IRQL;
    in_dpc = PCR_WORD(0x150) != 0;
    process = KeGetCurrentProcessType();
    with = WORD(context);
    at[calls % BLANKS] = edges();
    calls++;
    KeSetEvent(&blank, 1, 0);
}
GUEST_CALLBACK(graphics, each_blank);

int main(void)
{
    uint32_t before;
    KeInitializeEvent(&blank, SYNCHRONIZATION, 0);
    VdSetGraphicsInterruptCallback(each_blank_code, (void *)0x8BADF00D);
    for (unsigned i = 0; i < BLANKS; i++) {
        EXPECT(KeWaitForSingleObject(&blank, 0, USER_MODE, 0, GUEST_MS(40)), STATUS_SUCCESS);
        EXPECT(calls, i + 1);
    }
    sleep_ms(1);
    EXPECT(VBLANK_VLINE_STATUS & 1, 0); /* the kernel has acknowledged it */
    EXPECT(not_blank, 0);
    EXPECT(source_of, 0);
    EXPECT(with, 0x8BADF00D);
    EXPECT(cpu, 2);
    EXPECT(irql, 2);
    EXPECT(in_dpc, 1);
    EXPECT(process, 1);
    for (unsigned i = 1; i < BLANKS; i++)
        EXPECT_BETWEEN((at[i] - at[i - 1]) / 50, 16500, 16850); /* 1001/60 ms */
    VdSetGraphicsInterruptCallback(NULL, NULL);
    before = calls;
    sleep_ms(18);
    EXPECT(calls, before);
    return check_done();
}
