/* Tests: NtClose NtDuplicateObject NtCreateEvent NtCreateSemaphore NtCreateMutant ObReferenceObjectByHandle
 *        ObDereferenceObject ObReferenceObject ObOpenObjectByPointer ObReferenceObjectByName ObOpenObjectByName
 *        RtlInitAnsiString
 *
 * Handles, what they stand for, names. */
#include "tests/guest/kernel/check.h"

enum { DUPLICATE_CLOSE_SOURCE = 1, ANY_CASE = 0x40, NOT_FOUND = (int)0xC0000034 };

static void handles(void)
{
    uint32_t event = new_event(NOTIFICATION, 0), copy = 0, third = 0;
    EXPECT(event >> 24, 0xF8);
    EXPECT(event & 3, 0);
    EXPECT(NtDuplicateObject(event, &copy, 0), STATUS_SUCCESS);
    CHECK(copy != event);
    EXPECT(NtSetEvent(copy, NULL), STATUS_SUCCESS);
    EXPECT(NtClose(copy), STATUS_SUCCESS);
    EXPECT(wait_ms(event, 0), STATUS_SUCCESS); /* it was the same event */
    EXPECT(NtClose(copy), STATUS_INVALID_HANDLE);
    EXPECT(NtDuplicateObject(event, &third, DUPLICATE_CLOSE_SOURCE), STATUS_SUCCESS);
    EXPECT(NtClose(event), STATUS_INVALID_HANDLE);
    EXPECT(wait_ms(third, 0), STATUS_SUCCESS);
    EXPECT(NtDuplicateObject(event, &copy, 0), STATUS_INVALID_HANDLE);
    EXPECT(NtDuplicateObject(third, NULL, DUPLICATE_CLOSE_SOURCE), STATUS_SUCCESS); /* closes it, no more */
    EXPECT(wait_ms(third, 0), STATUS_INVALID_HANDLE);
    EXPECT(NtDuplicateObject(0xFFFFFFFE, &copy, 0), STATUS_SUCCESS); /* this thread */
    EXPECT(wait_ms(copy, 0), STATUS_TIMEOUT);
    EXPECT(NtClose(copy), STATUS_SUCCESS);
    EXPECT(NtClose(0), STATUS_INVALID_HANDLE);
    EXPECT(NtReleaseSemaphore(0xFFFFFFFE, 1, NULL), STATUS_TYPE_MISMATCH);
}

static void many(void)
{
    static uint32_t handle[100];
    uint32_t wrong = 0;
    for (unsigned i = 0; i < 100; i++)
        handle[i] = new_event(NOTIFICATION, i & 1);
    for (unsigned i = 0; i < 100; i++)
        for (unsigned j = 0; j < i; j++)
            wrong += handle[i] == handle[j] || handle[i] == 0;
    EXPECT(wrong, 0);
    for (unsigned i = 0; i < 100; i++) {
        wrong += wait_ms(handle[i], 0) != ((i & 1) != 0 ? STATUS_SUCCESS : STATUS_TIMEOUT);
        wrong += NtClose(handle[i]) != STATUS_SUCCESS;
    }
    EXPECT(wrong, 0);
}

static void pointers(void)
{
    uint32_t event = new_event(SYNCHRONIZATION, 0), again = 0;
    struct event *body = NULL;
    EXPECT(ObReferenceObjectByHandle(event, NULL, &body), STATUS_SUCCESS);
    EXPECT(word_at(ExEventObjectType, 0x18), 0x76657645);
    EXPECT(ObReferenceObjectByHandle(event, ExSemaphoreObjectType, &body), STATUS_TYPE_MISMATCH);
    EXPECT(ObReferenceObjectByHandle(event, ExEventObjectType, &body), STATUS_SUCCESS);
    EXPECT(word_at(body, (uint32_t)-8), ExEventObjectType); /* its header, in front of it */
    EXPECT(body->header.type, SYNCHRONIZATION);
    EXPECT(KeSetEvent(body, 1, 0), 0);
    EXPECT(wait_ms(event, 0), STATUS_SUCCESS);
    EXPECT(NtClose(event), STATUS_SUCCESS);
    KeSetEvent(body, 1, 0); /* it is still there */
    EXPECT(ObOpenObjectByPointer(body, &again), STATUS_SUCCESS);
    EXPECT(wait_ms(again, 0), STATUS_SUCCESS);
    ObReferenceObject(body);
    ObDereferenceObject(body);
    ObDereferenceObject(body);
    ObDereferenceObject(body);
    EXPECT(NtClose(again), STATUS_SUCCESS); /* the last */
    EXPECT(ObReferenceObjectByHandle(again, NULL, &body), STATUS_INVALID_HANDLE);
}

static void names(void)
{
    static char text[] = "\\BaseNamedObjects\\Lamp", other_case[] = "\\BASENAMEDOBJECTS\\LAMP";
    struct ansi_string name, shouted;
    struct object_attributes attributes = {0, &name, ANY_CASE}, shouting = {0, &shouted, ANY_CASE};
    uint32_t first = 0, second = 0, third = 0;
    void *body = NULL, *same = NULL;
    RtlInitAnsiString(&name, text);
    EXPECT(name.length, sizeof text - 1);
    RtlInitAnsiString(&shouted, other_case);
    EXPECT(NtCreateEvent(&first, &attributes, NOTIFICATION, 0), STATUS_SUCCESS);
    EXPECT(NtCreateEvent(&second, &shouting, NOTIFICATION, 1), STATUS_NAME_EXISTS);
    CHECK(first != second);
    EXPECT(wait_ms(first, 0), STATUS_TIMEOUT); /* the second did not set it anew */
    NtSetEvent(second, NULL);
    EXPECT(wait_ms(first, 0), STATUS_SUCCESS);
    EXPECT(NtCreateSemaphore(&third, &attributes, 0, 1) >> 30, 3); /* another type: refused */
    EXPECT(ObReferenceObjectByName(&name, ANY_CASE, ExEventObjectType, NULL, &body), STATUS_SUCCESS);
    ObReferenceObjectByHandle(first, NULL, &same);
    EXPECT(body, same);
    EXPECT(ObOpenObjectByName(&attributes, ExEventObjectType, NULL, &third), STATUS_SUCCESS);
    EXPECT(wait_ms(third, 0), STATUS_SUCCESS);
    ObDereferenceObject(body);
    ObDereferenceObject(same);
    NtClose(first);
    NtClose(second);
    NtClose(third);
    EXPECT(ObReferenceObjectByName(&name, ANY_CASE, ExEventObjectType, NULL, &body), NOT_FOUND); /* nobody has it */
    EXPECT(NtCreateMutant(&third, &attributes, 0), STATUS_SUCCESS); /* and the name is free */
    NtClose(third);
}

int main(void)
{
    handles();
    many();
    pointers();
    names();
    return check_done();
}
