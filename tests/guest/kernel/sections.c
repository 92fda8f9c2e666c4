/* Tests: RtlInitializeCriticalSection RtlInitializeCriticalSectionAndSpinCount RtlEnterCriticalSection
 *        RtlLeaveCriticalSection RtlTryEnterCriticalSection
 *
 * Critical sections: entered again by their owner, contended by six threads, with and without spinning. */
#include "tests/guest/kernel/check.h"

enum { THREADS = 6, ROUNDS = 40 };

static struct critical_section section;
static volatile uint32_t inside, most, total, tried, tried_in_vain;

static uint32_t contend(const volatile void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        RtlEnterCriticalSection(&section);
        if (++inside > most)
            most = inside;
        total++; /* not atomic: the section must see to that */
        inside--;
        RtlLeaveCriticalSection(&section);
    }
    return 0;
}
GUEST_CALLBACK(thread, contend);

static uint32_t try(const volatile void *unused)
{
    (void)unused;
    if (RtlTryEnterCriticalSection(&section) != 0) {
        tried++;
        RtlLeaveCriticalSection(&section);
    } else {
        tried_in_vain++;
    }
    return 0;
}
GUEST_CALLBACK(thread, try);

static uint32_t hold(const volatile void *unused)
{
    (void)unused;
    RtlEnterCriticalSection(&section);
    sleep_ms(3);
    RtlLeaveCriticalSection(&section);
    return 0;
}
GUEST_CALLBACK(thread, hold);

static void alone(void)
{
    RtlInitializeCriticalSection(&section);
    EXPECT(section.header.type, SYNCHRONIZATION);
    EXPECT(section.header.absolute, 0);
    EXPECT(section.lock_count, -1);
    RtlEnterCriticalSection(&section);
    EXPECT(section.lock_count, 0);
    EXPECT(section.recursion, 1);
    EXPECT(section.owner, THIS_THREAD);
    RtlEnterCriticalSection(&section);
    EXPECT(RtlTryEnterCriticalSection(&section), 1);
    EXPECT(section.recursion, 3);
    EXPECT(join(start_thread(try_code, NULL, 1, 0)), STATUS_SUCCESS);
    EXPECT(tried_in_vain, 1);
    RtlLeaveCriticalSection(&section);
    RtlLeaveCriticalSection(&section);
    EXPECT(section.owner, THIS_THREAD);
    RtlLeaveCriticalSection(&section);
    EXPECT(section.owner, 0);
    EXPECT(section.lock_count, -1);
    EXPECT(join(start_thread(try_code, NULL, 1, 0)), STATUS_SUCCESS);
    EXPECT(tried, 1);
}

static void contended(void)
{
    uint32_t thread[THREADS];
    most = total = 0;
    for (unsigned i = 0; i < THREADS; i++)
        thread[i] = start_thread(contend_code, NULL, i, 0);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(total, THREADS * ROUNDS);
    EXPECT(most, 1);
    EXPECT(section.lock_count, -1);
    EXPECT(section.owner, 0);
}

static void waited_for(void)
{
    uint32_t thread = start_thread(hold_code, NULL, 2, 0), began = edges();
    sleep_ms(1);
    EXPECT(RtlTryEnterCriticalSection(&section), 0);
    RtlEnterCriticalSection(&section);
    EXPECT_BETWEEN(microseconds_since(began), 1900, 5000);
    EXPECT(section.owner, THIS_THREAD);
    RtlLeaveCriticalSection(&section);
    EXPECT(join(thread), STATUS_SUCCESS);
}

int main(void)
{
    alone();
    contended();
    waited_for();
    EXPECT(RtlInitializeCriticalSectionAndSpinCount(&section, 1000), STATUS_SUCCESS);
    EXPECT(section.header.absolute, 4); /* 256 tries each */
    contended();
    waited_for();
    return check_done();
}
