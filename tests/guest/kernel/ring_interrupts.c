/* Tests: VdSetGraphicsInterruptCallback
 *
 * The packet INTERRUPT as a title sees it: its callback with source 1, on each hardware thread that the packet names,
 * as a DPC; the status stays until a packet acknowledges it. */
#include "tests/guest/kernel/ring.h"

enum { CPUS = 6 };

static volatile uint32_t called[CPUS], wrong, irql_at[CPUS], process_at[CPUS], in_dpc[CPUS], context_is, at[CPUS];
static struct event told;

static void each_interrupt(uint32_t source, const volatile void *context)
{
    uint32_t cpu = THIS_CPU;
    if (source == 0)
        return;
    at[cpu] = edges();
    wrong += source != 1;
    irql_at[cpu] = THIS_IRQL;
    process_at[cpu] = KeGetCurrentProcessType();
    in_dpc[cpu] = PCR_WORD(0x150);
    context_is = WORD(context);
    called[cpu]++;
    KeSetEvent(&told, 1, 0);
}
GUEST_CALLBACK(graphics, each_interrupt);

static void each_alone(void)
{
    uint32_t begun, least = 0xFFFFFFFF, most = 0;
    for (uint32_t cpu = 0; cpu < CPUS; cpu++) {
        PACKET(INTERRUPT, 1u << cpu);
        begun = edges();
        ring_kick();
        EXPECT(KeWaitForSingleObject(&told, 0, USER_MODE, 0, GUEST_MS(5)), STATUS_SUCCESS);
        EXPECT(called[cpu], 1);
        EXPECT(irql_at[cpu], 2);
        EXPECT(process_at[cpu], 1);
        EXPECT(in_dpc[cpu], 1);
        EXPECT(REG(CP_CPU_INT_STATUS), 1u << cpu); /* nobody acknowledges but packets */
        WRITE(CP_CPU_INT_ACK, 1u << cpu);
        ring_finish();
        EXPECT(REG(CP_CPU_INT_STATUS), 0);
        begun = at[cpu] - begun;
        least = begun < least ? begun : least;
        most = begun > most ? begun : most;
    }
    DbgPrint("from the write pointer to the callback: %u to %u edges of 20 ns\n", least, most);
    EXPECT_BETWEEN(least, 10, 500);
    EXPECT_BETWEEN(most, 10, 1000);
}

static void all_at_once(void)
{
    for (uint32_t n = 0; n < 2; n++) {
        PACKET(INTERRUPT, 0xFFFFFFC0 | 0x3F); /* further bits mean nothing */
        WRITE(CP_CPU_INT_ACK, 0x3F);
        ring_finish();
        sleep_ms(1);
        for (uint32_t cpu = 0; cpu < CPUS; cpu++)
            EXPECT(called[cpu], 2 + n);
    }
    PACKET(INTERRUPT, 0);
    ring_finish();
    sleep_ms(1);
    for (uint32_t cpu = 0; cpu < CPUS; cpu++)
        EXPECT(called[cpu], 3);
}

int main(void)
{
    ring_begin(NULL, NULL);
    KeInitializeEvent(&told, SYNCHRONIZATION, 0);
    VdSetGraphicsInterruptCallback(each_interrupt_code, (void *)0x8BADF00D);
    each_alone();
    all_at_once();
    EXPECT(wrong, 0);
    EXPECT(context_is, 0x8BADF00D);
    /* Without a callback nobody is told. */
    VdSetGraphicsInterruptCallback(NULL, NULL);
    PACKET(INTERRUPT, 4);
    WRITE(CP_CPU_INT_ACK, 4);
    ring_finish();
    sleep_ms(1);
    EXPECT(called[2], 3);
    /* The other interrupts of the command processor have a status of their own. */
    PACKET(CP_INTERRUPT, 0xE0000000);
    ring_finish();
    EXPECT(REG(CP_INT_STATUS), 0xE0000000);
    WRITE(CP_INT_ACK, 0xFFFFFFFF);
    ring_finish();
    EXPECT(REG(CP_INT_STATUS), 0);
    return check_done();
}
