/* Tests: ExInitializeReadWriteLock ExAcquireReadWriteLockShared ExAcquireReadWriteLockExclusive ExReleaseReadWriteLock
 *        ExTryToAcquireReadWriteLockShared ExTryToAcquireReadWriteLockExclusive
 *
 * Reader-writer locks: many readers at once, one writer alone. */
#include "tests/guest/kernel/check.h"

enum { ROUNDS = 12 };

static struct rw_lock lock;
static volatile uint32_t readers, writers, most_readers, together, total;

static uint32_t read(const volatile void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t now;
        ExAcquireReadWriteLockShared(&lock);
        now = __atomic_add_fetch(&readers, 1, __ATOMIC_RELAXED);
        together += writers;
        if (now > most_readers)
            most_readers = now;
        if (i == 0)
            sleep_ms(2); /* so that others come in */
        __atomic_fetch_sub(&readers, 1, __ATOMIC_RELAXED);
        ExReleaseReadWriteLock(&lock);
    }
    return 0;
}
GUEST_CALLBACK(thread, read);

static uint32_t write(const volatile void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        ExAcquireReadWriteLockExclusive(&lock);
        together += readers + writers;
        writers++;
        total++;
        writers--;
        ExReleaseReadWriteLock(&lock);
    }
    return 0;
}
GUEST_CALLBACK(thread, write);

int main(void)
{
    uint32_t thread[6];
    ExInitializeReadWriteLock(&lock);
    EXPECT(lock.lock_count, -1);
    EXPECT(lock.reader.limit, 0x7FFFFFFF);
    EXPECT(ExTryToAcquireReadWriteLockShared(&lock), 1);
    EXPECT(ExTryToAcquireReadWriteLockShared(&lock), 1);
    EXPECT(ExTryToAcquireReadWriteLockExclusive(&lock), 0);
    ExReleaseReadWriteLock(&lock);
    ExReleaseReadWriteLock(&lock);
    EXPECT(ExTryToAcquireReadWriteLockExclusive(&lock), 1);
    EXPECT(ExTryToAcquireReadWriteLockShared(&lock), 0);
    ExReleaseReadWriteLock(&lock);
    EXPECT(lock.lock_count, -1);
    for (unsigned i = 0; i < 6; i++)
        thread[i] = start_thread(i < 4 ? read_code : write_code, NULL, i, 0);
    for (unsigned i = 0; i < 6; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(together, 0);
    CHECK(most_readers >= 2);
    EXPECT(total, 2 * ROUNDS);
    EXPECT(lock.lock_count, -1);
    EXPECT(lock.readers, 0);
    return check_done();
}
