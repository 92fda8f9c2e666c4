/* Tests: KeTlsAlloc KeTlsFree KeTlsGetValue KeTlsSetValue
 *
 * Storage of each thread's own. */
#include "tests/guest/kernel/check.h"

static uint32_t slot;
static volatile uint32_t wrong;

static uint32_t own(const volatile void *number)
{
    wrong += KeTlsGetValue(slot) != 0;
    KeTlsSetValue(slot, WORD(number));
    sleep_ms(2); /* the others of this hardware thread run */
    wrong += KeTlsGetValue(slot) != WORD(number);
    return 0;
}
GUEST_CALLBACK(thread, own);

int main(void)
{
    uint32_t thread[8], other;
    slot = KeTlsAlloc();
    other = KeTlsAlloc();
    CHECK(slot != other && slot != 0xFFFFFFFF && other != 0xFFFFFFFF);
    EXPECT(KeTlsGetValue(slot), 0);
    EXPECT(KeTlsSetValue(slot, 0xAAAA5555), 1);
    EXPECT(KeTlsSetValue(other, 77), 1);
    EXPECT(KeTlsGetValue(slot), 0xAAAA5555);
    EXPECT(KeTlsGetValue(other), 77);
    for (uint32_t i = 0; i < 8; i++)
        thread[i] = start_thread(own_code, (void *)(i + 1), i % 3, 0);
    for (uint32_t i = 0; i < 8; i++)
        EXPECT(join(thread[i]), STATUS_SUCCESS);
    EXPECT(wrong, 0);
    EXPECT(KeTlsGetValue(slot), 0xAAAA5555);
    EXPECT(KeTlsFree(slot), 1);
    EXPECT(KeTlsAlloc(), slot); /* the lowest that is free */
    EXPECT(KeTlsGetValue(slot), 0);
    EXPECT(KeTlsFree(other), 1);
    EXPECT(KeTlsFree(0xFFFFFFFF), 0);
    return check_done();
}
