/* Tests: NtQueueApcThread KeInitializeApc KeInsertQueueApc KeRemoveQueueApc KeAlertThread KeTestAlertThread
 *        KeEnterCriticalRegion KeLeaveCriticalRegion KeDelayExecutionThread NtWaitForSingleObjectEx
 *
 * APCs: of a title's threads, when they wait alertably; of the kernel's kind, at once; run down when the thread ends.
 */
#include "tests/guest/kernel/check.h"

static volatile uint32_t order, last[3], thread_of_it;

static void note(const volatile void *context, const volatile void *argument1, const volatile void *argument2)
{
    order = order << 4 | WORD(context);
    last[0] = WORD(context);
    last[1] = WORD(argument1);
    last[2] = WORD(argument2);
    thread_of_it = WORD(THIS_THREAD);
}
GUEST_CALLBACK(apc, note);

static volatile uint32_t prepared, rundowns, special;

/* The kernel routine sees what the normal one will get, and may change it. */
static void prepare(struct apc *apc, void *routine, void *context, void *argument1, void *argument2)
{
    (void)apc;
    (void)argument2;
    prepared += word_at(routine, 0) == WORD(note_code) && word_at(context, 0) == 7;
    *(uint32_t *)argument1 += 1;
}
GUEST_CALLBACK(apc_kernel, prepare);

static void only(struct apc *apc, void *routine, void *context, void *argument1, void *argument2)
{
    (void)apc;
    (void)context;
    (void)argument1;
    (void)argument2;
    special += word_at(routine, 0) == 0;
}
GUEST_CALLBACK(apc_kernel, only);

static void run_down(struct apc *apc)
{
    (void)apc;
    rundowns++;
}
GUEST_CALLBACK(apc_rundown, run_down);

enum { CURRENT_THREAD = (int)0xFFFFFFFE };

static void own(void)
{
    uint32_t event = new_event(NOTIFICATION, 0);
    for (uint32_t i = 1; i <= 3; i++)
        EXPECT(NtQueueApcThread(CURRENT_THREAD, note_code, (void *)i, (void *)0x11, (void *)0x22), STATUS_SUCCESS);
    EXPECT(wait_ms(event, 1), STATUS_TIMEOUT); /* not alertable */
    EXPECT(order, 0);
    EXPECT(NtWaitForSingleObjectEx(event, USER_MODE, 1, NULL), STATUS_USER_APC);
    EXPECT(order, 0x123); /* all of them, in order */
    EXPECT(last[1], 0x11);
    EXPECT(last[2], 0x22);
    EXPECT(thread_of_it, THIS_THREAD);
    EXPECT(NtWaitForSingleObjectEx(event, USER_MODE, 1, GUEST_MS(1)), STATUS_TIMEOUT);
    NtQueueApcThread(CURRENT_THREAD, note_code, (void *)4, NULL, NULL);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(5)), STATUS_USER_APC);
    EXPECT(order, 0x1234);
    EXPECT(NtQueueApcThread(event, note_code, NULL, NULL, NULL), STATUS_TYPE_MISMATCH);
    NtClose(event);
}

static volatile uint32_t answer[4];

static uint32_t wait_alertably(const volatile void *event)
{
    for (unsigned i = 0; i < 4; i++)
        answer[i] = NtWaitForSingleObjectEx(WORD(event), USER_MODE, 1, GUEST_MS(50));
    return 0;
}
GUEST_CALLBACK(thread, wait_alertably);

static void of_another(void)
{
    static struct apc apc;
    uint32_t event = new_event(SYNCHRONIZATION, 0), thread = start_thread(wait_alertably_code, (void *)event, 3, 0);
    struct thread *pointer = NULL;
    ObReferenceObjectByHandle(thread, NULL, &pointer);
    order = 0;
    sleep_ms(2);
    EXPECT(NtQueueApcThread(thread, note_code, (void *)5, NULL, NULL), STATUS_SUCCESS);
    sleep_ms(1);
    EXPECT(answer[0], STATUS_USER_APC);
    EXPECT(order, 5);
    EXPECT(thread_of_it, pointer);
    KeInitializeApc(&apc, pointer, prepare_code, run_down_code, note_code, USER_MODE, (void *)7);
    EXPECT(apc.type, 0x12);
    EXPECT(apc.mode, USER_MODE);
    EXPECT(KeInsertQueueApc(&apc, (void *)0x30, (void *)0x40, 0), 1);
    sleep_ms(1);
    EXPECT(prepared, 1);
    EXPECT(last[0], 7);
    EXPECT(last[1], 0x31);
    EXPECT(last[2], 0x40);
    EXPECT(answer[1], STATUS_USER_APC);
    EXPECT(KeAlertThread(pointer, USER_MODE), 0);
    sleep_ms(1);
    EXPECT(answer[2], STATUS_ALERTED);
    NtSetEvent(event, NULL);
    EXPECT(join(thread), STATUS_SUCCESS);
    EXPECT(answer[3], STATUS_SUCCESS);
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0), 0); /* its thread has ended */
    ObDereferenceObject(pointer);
    NtClose(event);
}

static void alerts(void)
{
    EXPECT(KeTestAlertThread(USER_MODE), 0);
    EXPECT(KeAlertThread(THIS_THREAD, USER_MODE), 0);
    EXPECT(KeTestAlertThread(USER_MODE), 1);
    EXPECT(KeTestAlertThread(USER_MODE), 0);
    EXPECT(KeAlertThread(THIS_THREAD, USER_MODE), 0);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(5)), STATUS_ALERTED);
    EXPECT(KeDelayExecutionThread(USER_MODE, 1, GUEST_MS(1)), STATUS_SUCCESS);
}

/* One without a normal routine comes at once; one with a normal routine not in a critical region. */
static void of_the_kernel(void)
{
    static struct apc apc, normal;
    KeInitializeApc(&apc, THIS_THREAD, only_code, NULL, NULL, USER_MODE, (void *)9);
    EXPECT(apc.mode, KERNEL_MODE); /* there is nothing to call in the title's mode */
    EXPECT(apc.context, 0);
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0), 1);
    EXPECT(special, 1);
    order = 0;
    KeInitializeApc(&normal, THIS_THREAD, prepare_code, NULL, note_code, KERNEL_MODE, (void *)7);
    prepared = 0;
    KeEnterCriticalRegion();
    EXPECT(KeInsertQueueApc(&normal, NULL, NULL, 0), 1);
    EXPECT(KeInsertQueueApc(&normal, NULL, NULL, 0), 0); /* it is in the queue */
    sleep_ms(1);
    EXPECT(order, 0);
    KeLeaveCriticalRegion();
    EXPECT(order, 7);
    EXPECT(prepared, 1);
}

static uint32_t never_alertable(const volatile void *unused)
{
    (void)unused;
    sleep_ms(4);
    return 0;
}
GUEST_CALLBACK(thread, never_alertable);

static void left_over(void)
{
    static struct apc first, second;
    uint32_t thread = start_thread(never_alertable_code, NULL, 1, 0);
    struct thread *pointer = NULL;
    ObReferenceObjectByHandle(thread, NULL, &pointer);
    order = 0;
    KeInitializeApc(&first, pointer, prepare_code, run_down_code, note_code, USER_MODE, (void *)7);
    KeInitializeApc(&second, pointer, prepare_code, run_down_code, note_code, USER_MODE, (void *)7);
    EXPECT(KeInsertQueueApc(&first, NULL, NULL, 0), 1);
    EXPECT(KeInsertQueueApc(&second, NULL, NULL, 0), 1);
    EXPECT(KeRemoveQueueApc(&second), 1);
    EXPECT(KeRemoveQueueApc(&second), 0);
    EXPECT(join(thread), STATUS_SUCCESS);
    EXPECT(rundowns, 1);
    EXPECT(order, 0);
    ObDereferenceObject(pointer);
}

int main(void)
{
    own();
    of_another();
    alerts();
    of_the_kernel();
    left_over();
    return check_done();
}
