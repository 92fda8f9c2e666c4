/* Tests: KeSetBasePriorityThread KeQueryBasePriorityThread KeSetAffinityThread KeSetDisableBoostThread NtYieldExecution
 *        KeDelayExecutionThread
 *
 * Who of several threads of one hardware thread runs, and how one goes to another. */
#include "tests/guest/kernel/check.h"

enum { NO_YIELD = 0x40000024, HERE = 0, THERE = 1, ROUNDS = 3 };
enum { PRIORITY = 0x70 };

static volatile uint32_t order, ready;

static uint32_t note(const volatile void *number)
{
    order = order << 4 | WORD(number);
    return 0;
}
GUEST_CALLBACK(thread, note);

static struct thread *pointer_of(uint32_t handle)
{
    void *thread = NULL;
    ObReferenceObjectByHandle(handle, NULL, &thread);
    ObDereferenceObject(thread); /* its handle keeps it */
    return thread;
}

static void numbers(void)
{
    uint32_t handle = start_thread(note_code, (void *)1, THERE, CREATE_SUSPENDED);
    struct thread *thread = pointer_of(handle);
    EXPECT(byte_at(thread, PRIORITY), 13);
    EXPECT(KeQueryBasePriorityThread(thread), 0);
    EXPECT(KeSetBasePriorityThread(thread, 2), 0);
    EXPECT(byte_at(thread, PRIORITY), 15);
    EXPECT(KeSetBasePriorityThread(thread, -2), 2);
    EXPECT(byte_at(thread, PRIORITY), 11);
    EXPECT(KeQueryBasePriorityThread(thread), -2);
    EXPECT(KeSetBasePriorityThread(thread, 100), -2);
    EXPECT(byte_at(thread, PRIORITY), 17); /* the highest of the title's process */
    EXPECT(KeSetBasePriorityThread(thread, -100), 16);
    EXPECT(byte_at(thread, PRIORITY), 10); /* the lowest */
    EXPECT(KeSetBasePriorityThread(thread, 0), -16);
    EXPECT(KeSetDisableBoostThread(thread, 1), 0);
    EXPECT(KeSetDisableBoostThread(thread, 0), 1);
    NtResumeThread(handle, NULL);
    EXPECT(join(handle), STATUS_SUCCESS);
}

/* Three threads of this hardware thread, of three priorities, once this one waits. */
static void by_priority(void)
{
    static const int8_t increment[] = {-1, 1, 0};
    uint32_t handle[3];
    order = 0;
    for (uint32_t i = 0; i < 3; i++) {
        handle[i] = start_thread(note_code, (void *)(i + 1), HERE, CREATE_SUSPENDED);
        KeSetBasePriorityThread(pointer_of(handle[i]), increment[i]);
    }
    KeSetBasePriorityThread(THIS_THREAD, 3);
    for (uint32_t i = 0; i < 3; i++)
        NtResumeThread(handle[i], NULL);
    EXPECT(order, 0); /* this one is above them */
    sleep_ms(2);
    EXPECT(order, 0x231);
    KeSetBasePriorityThread(THIS_THREAD, 0);
    for (uint32_t i = 0; i < 3; i++)
        EXPECT(join(handle[i]), STATUS_SUCCESS);

    order = 0;
    handle[0] = start_thread(note_code, (void *)7, HERE, CREATE_SUSPENDED);
    KeSetBasePriorityThread(pointer_of(handle[0]), 2);
    NtResumeThread(handle[0], NULL);
    EXPECT(order, 7); /* it is above this one, and did not wait for it */
    EXPECT(join(handle[0]), STATUS_SUCCESS);
}

static uint32_t yield(const volatile void *number)
{
    while (!ready)
        NtYieldExecution();
    for (unsigned i = 0; i < ROUNDS; i++) {
        order = order << 4 | WORD(number);
        NtYieldExecution();
    }
    return 0;
}
GUEST_CALLBACK(thread, yield);

static void in_turn(void)
{
    uint32_t first, second;
    EXPECT(NtYieldExecution(), NO_YIELD);
    order = 0;
    first = start_thread(yield_code, (void *)1, THERE, CREATE_SUSPENDED);
    second = start_thread(yield_code, (void *)2, THERE, CREATE_SUSPENDED);
    ready = 1;
    NtResumeThread(first, NULL);
    NtResumeThread(second, NULL);
    EXPECT(join(first), STATUS_SUCCESS);
    EXPECT(join(second), STATUS_SUCCESS);
    EXPECT(order == 0x121212 || order == 0x112122, 1); /* the first may have begun alone */
}

static volatile uint32_t turns[2], stop;

/* It reads a register of the GPU's again and again, which takes long and few instructions. */
static uint32_t spin(const volatile void *number)
{
    while (!stop) {
        (void)*(volatile uint32_t *)0x7FC86544u;
        turns[WORD(number)]++;
    }
    return 0;
}
GUEST_CALLBACK(thread, spin);

/* Of two that never wait, each has its quanta. */
static void by_quanta(void)
{
    uint32_t first = start_thread(spin_code, (void *)0, THERE, 0),
             second = start_thread(spin_code, (void *)1, THERE, 0);
    sleep_ms(5);
    CHECK(turns[0] > 0 && turns[1] == 0); /* the first one has not used up its own */
    sleep_ms(20);
    CHECK(turns[1] > 0);
    stop = 1;
    EXPECT(join(first), STATUS_SUCCESS);
    EXPECT(join(second), STATUS_SUCCESS);
}

static volatile uint32_t visited[6];

static uint32_t wander(const volatile void *unused)
{
    uint32_t before = 99;
    (void)unused;
    for (uint32_t cpu = 0; cpu < 6; cpu++) {
        KeSetAffinityThread(THIS_THREAD, 1u << cpu, &before);
        visited[cpu] = THIS_CPU << 8 | before;
    }
    return 0;
}
GUEST_CALLBACK(thread, wander);

static void elsewhere(void)
{
    uint32_t before = 0;
    EXPECT(join(start_thread(wander_code, NULL, 5, 0)), STATUS_SUCCESS);
    for (uint32_t cpu = 0; cpu < 6; cpu++)
        EXPECT(visited[cpu], cpu << 8 | 1u << (cpu + 5) % 6);
    EXPECT(KeSetAffinityThread(THIS_THREAD, 0, &before), STATUS_INVALID_PARAMETER);
}

int main(void)
{
    uint32_t before;
    KeSetAffinityThread(THIS_THREAD, 1u << HERE, &before);
    EXPECT(THIS_CPU, HERE);
    numbers();
    by_priority();
    in_turn();
    by_quanta();
    elsewhere();
    return check_done();
}
