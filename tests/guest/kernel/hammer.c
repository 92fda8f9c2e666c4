/* Tests: KeSetEvent KeResetEvent KeTlsSetValue RtlEnterCriticalSection RtlLeaveCriticalSection
 *
 * Six hardware threads that call the kernel as fast as they can, about the same few lines of memory: whatever depends
 * on the order of traps, snoops and resumes shows in the digest. */
#include "tests/guest/kernel/check.h"

enum { THREADS = 6, ROUNDS = 200 };

static struct event shared[THREADS];
static struct critical_section section;
static uint32_t inside, most, done;

static uint32_t beat(const volatile void *context)
{
    uint32_t number = WORD(context), seen = 0;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        KeSetEvent(&shared[number], 0, 0);
        KeResetEvent(&shared[(number + 1) % THREADS]);
        KeTlsSetValue(i % 8, number);
        for (uint32_t j = 0; j < THREADS; j++)
            seen += word_at(&shared[j], 4);
        RtlEnterCriticalSection(&section);
        if (++inside > most)
            most = inside;
        inside--;
        RtlLeaveCriticalSection(&section);
    }
    __atomic_fetch_add(&done, 1, __ATOMIC_RELAXED);
    return seen;
}
GUEST_CALLBACK(thread, beat);

int main(void)
{
    uint32_t thread[THREADS];
    RtlInitializeCriticalSection(&section);
    for (uint32_t i = 0; i < THREADS; i++)
        KeInitializeEvent(&shared[i], NOTIFICATION, 0);
    for (uint32_t i = 0; i < THREADS; i++)
        thread[i] = start_thread(beat_code, (void *)(uintptr_t)i, i, 0);
    for (uint32_t i = 0; i < THREADS; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(done, THREADS);
    EXPECT(most, 1);
    return check_done();
}
