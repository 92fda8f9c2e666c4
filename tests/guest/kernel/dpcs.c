/* Tests: KeInitializeDpc KeInsertQueueDpc KeRemoveQueueDpc KeRaiseIrqlToDpcLevel KfRaiseIrql KfLowerIrql
 *
 * DPCs: on the hardware thread that they were queued on or for, at their IRQL, not before that is allowed. */
#include "tests/guest/kernel/check.h"

static volatile uint32_t calls, seen[6], order;

static void routine(struct dpc *dpc, const volatile void *context, const volatile void *argument1,
                    const volatile void *argument2)
{
    seen[0] = WORD(dpc);
    seen[1] = WORD(argument1);
    seen[2] = WORD(argument2);
    seen[3] = THIS_CPU;
    seen[4] = THIS_IRQL;
    seen[5] = PCR_WORD(0x150) != 0; /* in a DPC */
    order = order << 4 | WORD(context);
    calls++;
}
GUEST_CALLBACK(dpc, routine);

static struct dpc first, second, third;

static void here(void)
{
    uint32_t irql;
    KeInitializeDpc(&first, routine_code, (void *)1);
    EXPECT(first.type, 0x13);
    EXPECT(first.wanted, 0);
    EXPECT(KeInsertQueueDpc(&first, (void *)0x11, (void *)0x22), 1);
    EXPECT(calls, 1); /* at once */
    EXPECT(seen[0], &first);
    EXPECT(seen[1], 0x11);
    EXPECT(seen[2], 0x22);
    EXPECT(seen[3], THIS_CPU);
    EXPECT(seen[4], 2);
    EXPECT(seen[5], 1);
    EXPECT(THIS_IRQL, 0);
    EXPECT(PCR_WORD(0x150), 0);

    irql = KeRaiseIrqlToDpcLevel();
    EXPECT(irql, 0);
    EXPECT(THIS_IRQL, 2);
    EXPECT(KeInsertQueueDpc(&first, NULL, NULL), 1);
    EXPECT(KeInsertQueueDpc(&first, NULL, NULL), 0); /* it is in the queue */
    KeInitializeDpc(&second, routine_code, (void *)2);
    KeInitializeDpc(&third, routine_code, (void *)3);
    EXPECT(KeInsertQueueDpc(&second, NULL, NULL), 1);
    EXPECT(KeInsertQueueDpc(&third, NULL, NULL), 1);
    EXPECT(KeRemoveQueueDpc(&second), 1);
    EXPECT(KeRemoveQueueDpc(&second), 0);
    EXPECT(calls, 1);
    order = 0;
    KfLowerIrql(irql);
    EXPECT(calls, 3);
    EXPECT(order, 0x13);
    EXPECT(THIS_IRQL, 0);
}

static void levels(void)
{
    EXPECT(KfRaiseIrql(1), 0);
    EXPECT(KfRaiseIrql(2), 1);
    EXPECT(KeInsertQueueDpc(&first, NULL, NULL), 1);
    calls = 0;
    EXPECT(KfRaiseIrql(3), 2);
    KfLowerIrql(2);
    EXPECT(calls, 0);
    KfLowerIrql(1);
    EXPECT(calls, 1);
    KfLowerIrql(0);
    EXPECT(THIS_IRQL, 0);
}

/* Another hardware thread is asked to run it. */
static void elsewhere(void)
{
    for (uint8_t cpu = 0; cpu < 6; cpu++) {
        first.wanted = cpu + 1;
        seen[3] = 99;
        EXPECT(KeInsertQueueDpc(&first, NULL, NULL), 1);
        sleep_ms(1);
        EXPECT(seen[3], cpu);
    }
    EXPECT(calls, 7);
}

int main(void)
{
    here();
    levels();
    elsewhere();
    return check_done();
}
