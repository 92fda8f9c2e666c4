/* Tests: XexGetModuleHandle XexGetProcedureAddress XexGetModuleSection XexCheckExecutablePrivilege XexLoadImage
 *        XexUnloadImage RtlImageXexHeaderField RtlImageNtHeader XexExecutableModuleHandle XboxKrnlVersion
 *        XboxHardwareInfo ExLoadedImageName ExGetXConfigSetting XGetLanguage XGetAVPack XGetGameRegion
 * XamGetExecutionId XamAlloc XamFree NtAllocateEncryptedMemory VdQueryVideoMode VdQueryVideoFlags VdGetGraphicsAsicID
 *        VdGetCurrentDisplayGamma XamNotifyCreateListener XNotifyGetNext XamIsUIActive KeGetImagePageTableEntry
 *
 * What a title can learn of itself, of the modules and of the console. */
#include "tests/guest/kernel/check.h"

enum { NOT_THERE = 1168, NO_EXPORT = (int)0xC0000263, HEADERS = 0x58, PE_BASE = 0x1C, ENTRY = 0x3C };

extern const uint32_t start[] __asm__("_start");

static void modules(void)
{
    void *title = NULL, *kernel = NULL, *same = NULL, *export = NULL;
    uint32_t size = 0;
    EXPECT(XexGetModuleHandle(NULL, &title), STATUS_SUCCESS);
    EXPECT(title, word_at(XexExecutableModuleHandle, 0));
    EXPECT(word_at(title, PE_BASE), 0x82000000);
    EXPECT(word_at(title, ENTRY), start);
    EXPECT(word_at((void *)(uintptr_t)word_at(title, HEADERS), 0), 0x58455832);
    EXPECT(XexGetModuleHandle("XBOXKRNL.EXE", &kernel), STATUS_SUCCESS);
    EXPECT(XexGetModuleHandle("xboxkrnl", &same), STATUS_SUCCESS); /* the ending may be left out */
    EXPECT(same, kernel);
    EXPECT(XexGetModuleHandle("kernel32.dll", &same), NOT_THERE);
    EXPECT(same, 0);
    EXPECT(XexGetProcedureAddress(kernel, (void *)3, &export), STATUS_SUCCESS);
    EXPECT(word_at(export, 0), 0x44000002); /* sc */
    ((uint64_t(*)(const char *))(uintptr_t) export)("ok what XexGetProcedureAddress has found\n");
    checks_ok++;
    EXPECT(XexGetProcedureAddress(kernel, (void *)0x4FF, &export), NO_EXPORT);
    EXPECT(export, 0);
    EXPECT(XexGetModuleSection(title, "nothing", &same, &size), 0xC0000225);
    EXPECT(XexCheckExecutablePrivilege(5), 0);
    EXPECT(XexLoadImage("xam.xex", 8, 0, &same), STATUS_SUCCESS); /* it is there: it is counted */
    EXPECT(XexUnloadImage(same), STATUS_SUCCESS);
}

static void headers(void)
{
    const void *header = (void *)(uintptr_t)word_at((void *)(uintptr_t)word_at(XexExecutableModuleHandle, 0), HEADERS);
    const uint8_t *pe = RtlImageNtHeader((void *)0x82000000);
    EXPECT(RtlImageXexHeaderField(header, 0x10100), start);
    EXPECT(word_at(RtlImageXexHeaderField(header, 0x10201), 0), 0x82000000); /* keys in 01: where the value is */
    EXPECT(RtlImageXexHeaderField(header, 0x77700), 0);
    CHECK(pe != NULL && pe[0] == 'P' && pe[1] == 'E');
    EXPECT(KeGetImagePageTableEntry((void *)0x82010000), 0x201);
}

static void console(void)
{
    const uint16_t *version = XboxKrnlVersion;
    uint32_t value = 0, mode[12], type = 0;
    uint16_t needed = 0;
    float power = 0;
    void *execution = NULL, *block = NULL;
    EXPECT(version[0], 2);
    EXPECT(version[2], 17559);
    EXPECT(word_at(XboxHardwareInfo, 0) & 0x20, 0x20); /* a hard disk */
    EXPECT(byte_at(XboxHardwareInfo, 4), 6);
    CHECK(strlen(ExLoadedImageName) > 11);
    EXPECT(ExGetXConfigSetting(3, 9, &value, 4, &needed), STATUS_SUCCESS);
    EXPECT(value, 1);
    EXPECT(needed, 4);
    EXPECT(ExGetXConfigSetting(3, 9, &value, 2, &needed), 0xC0000023);
    EXPECT(ExGetXConfigSetting(9, 9, &value, 4, &needed), 0xC00000EF);
    EXPECT(ExGetXConfigSetting(3, 0x99, &value, 4, &needed), 0xC00000F0);
    EXPECT(XGetLanguage(), 1);
    EXPECT(XGetAVPack(), 8);
    CHECK(XGetGameRegion() != 0);
    EXPECT(XamGetExecutionId(&execution), STATUS_SUCCESS);
    CHECK(execution != NULL);
    EXPECT(XamAlloc(0, 0x100, &block), STATUS_SUCCESS);
    *(volatile uint32_t *)block = 5;
    EXPECT(XamFree(block), STATUS_SUCCESS);
    EXPECT(NtAllocateEncryptedMemory(0, 1, &block), STATUS_SUCCESS);
    EXPECT(block, 0x8C000000);
    VdQueryVideoMode(mode);
    EXPECT(mode[0], 1280);
    EXPECT(mode[1], 720);
    EXPECT(mode[2], 0); /* progressive */
    EXPECT(VdQueryVideoFlags() & 3, 3);
    CHECK(VdGetGraphicsAsicID() >= 10);
    VdGetCurrentDisplayGamma(&type, &power);
    EXPECT(type, 2);
    CHECK(power > 2.2f && power < 2.3f);
    EXPECT(XamIsUIActive(), 0);
}

static void notifications(void)
{
    uint32_t listener = XamNotifyCreateListener(1, 9), id = 0, parameter = 9, told = 0;
    CHECK(listener != 0);
    EXPECT(wait_ms(listener, 0), STATUS_SUCCESS); /* something has happened already */
    for (; XNotifyGetNext(listener, 0, &id, &parameter) != 0; told++)
        CHECK(id == 9 || id == 10);
    EXPECT(told, 4);
    EXPECT(wait_ms(listener, 0), STATUS_TIMEOUT);
    EXPECT(NtClose(listener), STATUS_SUCCESS);
}

int main(void)
{
    modules();
    headers();
    console();
    notifications();
    return check_done();
}
