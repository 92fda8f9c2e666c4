/* Tests: NtCreateMutant NtReleaseMutant KeInitializeMutant KeReleaseMutant NtWaitForSingleObjectEx
 *        KeWaitForSingleObject NtWaitForMultipleObjectsEx
 *
 * Mutants: owned again and again by one thread, refused to others, left behind by a thread that ends. */
#include "tests/guest/kernel/check.h"

enum { NOT_OWNED = (int)0xC0000046 };

static uint32_t mutant, other;
static volatile uint32_t result[3];

static uint32_t visit(const volatile void *unused)
{
    (void)unused;
    result[0] = NtReleaseMutant(mutant, NULL);
    result[1] = wait_ms(mutant, 2);
    result[2] = wait_ms(mutant, 50);
    return NtReleaseMutant(mutant, NULL);
}
GUEST_CALLBACK(thread, visit);

static uint32_t leave_behind(const volatile void *unused)
{
    (void)unused;
    wait_ms(mutant, 10);
    wait_ms(mutant, 10);
    wait_ms(other, 10);
    return 0;
}
GUEST_CALLBACK(thread, leave_behind);

static void owned(void)
{
    uint32_t thread, status;
    EXPECT(NtCreateMutant(&mutant, NULL, 1), STATUS_SUCCESS);
    EXPECT(wait_ms(mutant, 0), STATUS_SUCCESS); /* again */
    thread = start_thread(visit_code, NULL, 4, 0);
    sleep_ms(5);
    EXPECT(result[0], NOT_OWNED);
    EXPECT(result[1], STATUS_TIMEOUT);
    EXPECT(NtReleaseMutant(mutant, NULL), STATUS_SUCCESS);
    sleep_ms(2);
    EXPECT(result[2], 0); /* still waiting: once more is owned */
    result[2] = 0x99;
    EXPECT(NtReleaseMutant(mutant, NULL), STATUS_SUCCESS);
    EXPECT(join(thread), STATUS_SUCCESS);
    EXPECT(result[2], STATUS_SUCCESS);
    status = NtReleaseMutant(mutant, NULL);
    EXPECT(status, NOT_OWNED);
    EXPECT(NtReleaseMutant(0xF8001234, NULL), STATUS_INVALID_HANDLE);
}

/* The next one to own it is told, once. */
static void abandoned(void)
{
    EXPECT(NtCreateMutant(&other, NULL, 0), STATUS_SUCCESS);
    EXPECT(join(start_thread(leave_behind_code, NULL, 3, 0)), STATUS_SUCCESS);
    EXPECT(wait_ms(mutant, 0), STATUS_ABANDONED);
    EXPECT(wait_ms(mutant, 0), STATUS_SUCCESS);
    EXPECT(NtReleaseMutant(mutant, NULL), STATUS_SUCCESS);
    EXPECT(NtReleaseMutant(mutant, NULL), STATUS_SUCCESS);
    const uint32_t both[2] = {new_event(NOTIFICATION, 0), other};
    EXPECT(NtWaitForMultipleObjectsEx(2, both, WAIT_ANY, USER_MODE, 0, GUEST_MS(5)), STATUS_ABANDONED + 1);
    EXPECT(NtReleaseMutant(other, NULL), STATUS_SUCCESS);
    EXPECT(wait_ms(other, 0), STATUS_SUCCESS);
    EXPECT(NtReleaseMutant(other, NULL), STATUS_SUCCESS);
}

static void in_memory(void)
{
    static struct mutant own;
    KeInitializeMutant(&own, 0);
    EXPECT(own.header.type, 2);
    EXPECT(own.header.signal, 1);
    EXPECT(KeWaitForSingleObject(&own, 0, KERNEL_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(own.owner, THIS_THREAD);
    EXPECT(KeWaitForSingleObject(&own, 0, KERNEL_MODE, 0, NULL), STATUS_SUCCESS);
    EXPECT(own.header.signal, -1);
    EXPECT(KeReleaseMutant(&own, 1, 0, 0), -1);
    EXPECT(KeReleaseMutant(&own, 1, 0, 0), 0);
    EXPECT(own.header.signal, 1);
    EXPECT(own.owner, 0);
}

int main(void)
{
    owned();
    abandoned();
    in_memory();
    return check_done();
}
