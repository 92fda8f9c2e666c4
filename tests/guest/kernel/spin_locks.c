/* Tests: KfAcquireSpinLock KfReleaseSpinLock KeAcquireSpinLockAtRaisedIrql KeReleaseSpinLockFromRaisedIrql
 *        KeTryToAcquireSpinLockAtRaisedIrql KeRaiseIrqlToDpcLevel KfLowerIrql
 *
 * Spin locks, on all hardware threads at once. */
#include "tests/guest/kernel/check.h"

enum { THREADS = 6, ROUNDS = 30 };

static uint32_t lock;
static volatile uint32_t inside, most, total, levels_wrong, tried;

static uint32_t contend(const volatile void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t irql = KfAcquireSpinLock(&lock);
        if (irql != 0 || THIS_IRQL != 2 || lock == 0)
            levels_wrong++;
        if (++inside > most)
            most = inside;
        total++;
        inside--;
        KfReleaseSpinLock(&lock, irql);
    }
    return 0;
}
GUEST_CALLBACK(thread, contend);

static uint32_t try(const volatile void *unused)
{
    uint32_t irql = KeRaiseIrqlToDpcLevel();
    (void)unused;
    tried = KeTryToAcquireSpinLockAtRaisedIrql(&lock);
    if (tried)
        KeReleaseSpinLockFromRaisedIrql(&lock);
    KfLowerIrql(irql);
    return 0;
}
GUEST_CALLBACK(thread, try);

int main(void)
{
    uint32_t thread[THREADS], irql;

    EXPECT(KfAcquireSpinLock(&lock), 0);
    EXPECT(THIS_IRQL, 2);
    EXPECT(lock, PCR_WORD(0x34)); /* whose it is: the lower half of the PCR's own address */
    KfReleaseSpinLock(&lock, 0);
    EXPECT(lock, 0);
    EXPECT(THIS_IRQL, 0);

    irql = KeRaiseIrqlToDpcLevel();
    KeAcquireSpinLockAtRaisedIrql(&lock);
    CHECK(lock != 0);
    EXPECT(KeTryToAcquireSpinLockAtRaisedIrql(&lock), 0);
    thread[0] = start_thread(try_code, NULL, 3, 0);
    for (uint32_t began = edges(); microseconds_since(began) < 60;)
        ;
    EXPECT(tried, 0);
    KeReleaseSpinLockFromRaisedIrql(&lock);
    EXPECT(lock, 0);
    KfLowerIrql(irql);
    EXPECT(join(thread[0]), STATUS_SUCCESS);
    EXPECT(join(start_thread(try_code, NULL, 3, 0)), STATUS_SUCCESS);
    EXPECT(tried, 1);

    for (unsigned i = 0; i < THREADS; i++)
        thread[i] = start_thread(contend_code, NULL, i, 0);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(total, THREADS * ROUNDS);
    EXPECT(most, 1);
    EXPECT(levels_wrong, 0);
    EXPECT(lock, 0);
    return check_done();
}
