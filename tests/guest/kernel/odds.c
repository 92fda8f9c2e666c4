/* Tests: _snwprintf _vsnwprintf _vscwprintf vswprintf RtlRip KeEnableFpuExceptions KeSetCurrentProcessType
 *        KeGetCurrentProcessType KeLockL2 KeUnlockL2 KiApcNormalRoutineNop ObCreateObject ObCreateSymbolicLink
 *        ObDeleteSymbolicLink ObLookupAnyThreadByThreadId ObDereferenceObject ExEventObjectType
 *
 * What no other program asks for. */
#include "tests/guest/kernel/check.h"

enum { NO_SUCH_LINK = (int)0xC0000001, NAME_COLLISION = (int)0xC0000035, TITLE = 1, SYSTEM = 2 };

static void wide_text(void)
{
    static const uint16_t format[] = {'%', 'd', '/', '%', 's', 0}, word[] = {'o', 'd', 'd', 0};
    static uint16_t text[16];
    const uint64_t *arguments = GUEST_SLOTS(42, word);
    EXPECT(_vscwprintf(format, arguments), 6);
    EXPECT(vswprintf(text, format, arguments), 6);
    EXPECT(text[3], 'o');
    EXPECT(text[6], 0);
    text[4] = 'x';
    EXPECT(_vsnwprintf(text, 4, format, arguments), -1); /* cut off */
    EXPECT(text[3], 'o');
    EXPECT(text[4], 'x');
    EXPECT(_snwprintf(text, 16, format, -7, word), 6);
    EXPECT(text[0], '-');
}

static void threads(void)
{
    void *thread = NULL;
    uint32_t id = word_at(THIS_THREAD, 0x14C);
    EXPECT(ObLookupAnyThreadByThreadId(id, &thread), STATUS_SUCCESS);
    EXPECT(thread, THIS_THREAD);
    ObDereferenceObject(thread);
    EXPECT(ObLookupAnyThreadByThreadId(0x12345678, &thread), STATUS_INVALID_PARAMETER);
    KeEnableFpuExceptions(1);
    EXPECT(byte_at(THIS_THREAD, 0x71), 1);
    KeEnableFpuExceptions(0);
    EXPECT(byte_at(THIS_THREAD, 0x71), 0);
    EXPECT(KeGetCurrentProcessType(), TITLE);
    KeSetCurrentProcessType(SYSTEM);
    EXPECT(KeGetCurrentProcessType(), SYSTEM);
    KeSetCurrentProcessType(99); /* there is none */
    EXPECT(KeGetCurrentProcessType(), SYSTEM);
    KeSetCurrentProcessType(TITLE);
    KiApcNormalRoutineNop(NULL, NULL);
    EXPECT(KeLockL2(), 0);
    KeUnlockL2();
}

static void objects(void)
{
    struct ansi_string link, target, nowhere;
    void *event = NULL, *other = NULL;
    RtlInitAnsiString(&link, "odd:");
    RtlInitAnsiString(&target, "\\Device\\Cdrom0");
    RtlInitAnsiString(&nowhere, "even:");
    EXPECT(ObCreateSymbolicLink(&link, &target), STATUS_SUCCESS);
    EXPECT(ObDeleteSymbolicLink(&nowhere), NO_SUCH_LINK);
    EXPECT(ObDeleteSymbolicLink(&link), STATUS_SUCCESS);
    EXPECT(ObDeleteSymbolicLink(&link), NO_SUCH_LINK);
    struct ansi_string name;
    RtlInitAnsiString(&name, "an odd event");
    const struct object_attributes attributes = {0, &name, 0};
    EXPECT(ObCreateObject(ExEventObjectType, &attributes, sizeof(struct event), &event), STATUS_SUCCESS);
    CHECK(event != NULL);
    EXPECT(ObCreateObject(ExEventObjectType, &attributes, sizeof(struct event), &other), NAME_COLLISION);
    EXPECT(ObCreateObject(&name, NULL, sizeof(struct event), &other), STATUS_INVALID_PARAMETER); /* no type */
    EXPECT(other, NULL);
    ObDereferenceObject(event);
    EXPECT(ObCreateObject(ExEventObjectType, &attributes, sizeof(struct event), &event), STATUS_SUCCESS);
    ObDereferenceObject(event);
}

int main(void)
{
    wide_text();
    threads();
    objects();
    RtlRip("main", "odd, but no reason to end");
    return check_done();
}
