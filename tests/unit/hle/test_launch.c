/* What a title finds at its first instruction, and what it asks of modules. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

#define AT        KERNEL_BENCH_MEMORY
#define CALL(...) KERNEL_BENCH_CALL(b, 0, __VA_ARGS__)
#define BASE      UINT32_C(0x82000000)

enum { SIZE = 0x20000, CODE = 0x10000, HEADERS = 0x60 };

/* Two pages, the second one code; imports of a function, a variable, and of what is not there. */
static struct {
    struct image image;
    uint8_t bytes[SIZE], headers[HEADERS];
    struct image_pages pages[2];
    struct image_library library[2];
    struct image_import import[5];
    struct image_resource resource[1];
    struct image_export export[1];
} title;

static void put(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static const struct image *make_title(void)
{
    memset(&title, 0, sizeof title);
    title.bytes[0] = 0x11;
    title.pages[0] = (struct image_pages){BASE, CODE, IMAGE_READ | IMAGE_WRITE};
    title.pages[1] = (struct image_pages){BASE + CODE, CODE, IMAGE_READ | IMAGE_EXECUTE};
    strcpy(title.library[0].name, "xboxkrnl.exe");
    strcpy(title.library[1].name, "other.xex");
    title.import[0] = (struct image_import){0, 0x0CF, true, BASE + CODE + 0x100}; /* NtClose */
    title.import[1] = (struct image_import){0, 0x0CF, false, BASE + 0x10};
    title.import[2] = (struct image_import){0, 0x193, false, BASE + 0x14}; /* XexExecutableModuleHandle */
    title.import[3] = (struct image_import){0, 0x0B5, false, BASE + 0x18}; /* KiBugCheckData */
    title.import[4] = (struct image_import){1, 5, false, BASE + 0x1C};
    title.resource[0] = (struct image_resource){"pictures", BASE + 0x100, 0x20};
    title.export[0] = (struct image_export){7, BASE + CODE + 0x40};
    memcpy(title.headers, "XEX2", 4);
    put(title.headers + 0x14, 3);
    put(title.headers + 0x18, 0x00010100); /* entry point */
    put(title.headers + 0x1C, BASE + CODE);
    put(title.headers + 0x20, 0x00040006); /* execution info */
    put(title.headers + 0x24, 0x40);
    put(title.headers + 0x28, 0x00020401); /* by its address */
    put(title.headers + 0x2C, 0x100000);
    title.image = (struct image){.kind = IMAGE_XEX,
                                 .bytes = title.bytes,
                                 .base = BASE,
                                 .size = SIZE,
                                 .entry = BASE + CODE,
                                 .page_size = 0x10000,
                                 .pages = title.pages,
                                 .pages_count = 2,
                                 .library = title.library,
                                 .libraries = 2,
                                 .import = title.import,
                                 .imports = 5,
                                 .resource = title.resource,
                                 .resources = 1,
                                 .export = title.export,
                                 .exports = 1,
                                 .stack_size = 0x8000,
                                 .system_flags = 0x20,
                                 .title_id = 0x12345678,
                                 .module_flags = 1,
                                 .headers = title.headers,
                                 .headers_size = HEADERS};
    return &title.image;
}

static struct kernel_bench *bench(enum hle_reference_kind reference)
{
    return kernel_bench_new(&(struct kernel_bench_spec){.reference = reference, .image = make_title()});
}

static void test_image(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct kernel *k = b->kernel;
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE), 0x11000000);
    CU_ASSERT(guest_writable(k, BASE, CODE) && !guest_writable(k, BASE + CODE, 1));
    uint64_t real;
    struct membus_fault fault;
    CU_ASSERT(membus_map_access(&b->map, BASE + CODE, MEMBUS_EXECUTE, &real, &fault));
    CU_ASSERT(!membus_map_access(&b->map, BASE, MEMBUS_EXECUTE, &real, &fault));
    size_t index = kernel_export_index(HLE_MODULE_xboxkrnl, 0x0CF);
    uint32_t target = kernel_export_address(index);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + CODE + 0x100), 0x3D600000 | target >> 16);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + CODE + 0x104), 0x616B0000 | (target & 0xFFFF));
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + CODE + 0x108), 0x7D6903A6);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + CODE + 0x10C), 0x4E800420);
    CU_ASSERT(membus_map_access(&b->map, target, MEMBUS_EXECUTE, &real, &fault));
    CU_ASSERT(!guest_writable(k, target, 8) && guest_writable(k, KERNEL_PCR, 8));
    CU_ASSERT(kernel_bench_u32(b, target) == 0x44000002 && kernel_bench_u32(b, target + 4) == 0x4E800020);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + 0x10), target);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + 0x14), KERNEL_VARIABLE(XexExecutableModuleHandle));
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + 0x18), 0xD0B5BEEF);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + 0x1C), 0xF00DF00D);
    CU_ASSERT_PTR_NOT_NULL(strstr(b->reports, "other.xex: ordinal 0x005"));
    CU_ASSERT_EQUAL(kernel_bench_pc(b, 0), BASE + CODE);
    kernel_bench_free(b);
    b = bench(HLE_XENIA);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BASE + 0x10), 0xDEADC0DE);
    kernel_bench_free(b);
}

static void test_variables(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    char text[32];
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(XboxHardwareInfo)), 0x20);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(XboxHardwareInfo) + 4), 0x06000000);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(ExConsoleGameRegion)), 0xFFFFFFFF);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(XboxKrnlVersion)), 0x00020000);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(XboxKrnlVersion) + 4), 17559 << 16);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(VdGpuClockInMHz)), 500);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(ExTimerObjectType) + 0x18), 0x656D6954);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(VdHSIOCalibrationLock)), 0x01280000);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(VdHSIOCalibrationLock) + 0x10), 0xFFFFFFFF);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(UsbdBootEnumerationDoneEvent) + 4), 1);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, KERNEL_VARIABLE(UsbdBootEnumerationDoneEvent) + 8),
                    KERNEL_VARIABLE(UsbdBootEnumerationDoneEvent) + 8);
    CU_ASSERT(guest_text(b->kernel, KERNEL_VARIABLE(ExLoadedImageName), text, sizeof text));
    CU_ASSERT_STRING_EQUAL(text, "\\Device\\Cdrom0\\default.xex");
    CU_ASSERT(guest_text(b->kernel, KERNEL_VARIABLE(ExLoadedCommandLine), text, sizeof text));
    CU_ASSERT_STRING_EQUAL(text, "\"default.xex\"");
    uint32_t record = kernel_bench_u32(b, KERNEL_VARIABLE(XexExecutableModuleHandle));
    CU_ASSERT_EQUAL(record, kernel_module_record(KERNEL_TITLE));
    CU_ASSERT_EQUAL(kernel_bench_u32(b, record + MODULE_IMAGE_BASE), BASE);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, record + MODULE_ENTRY), BASE + CODE);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, record + MODULE_BASE_NAME), 0x00160018);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, kernel_bench_u32(b, record + MODULE_BASE_NAME + 4)), 0x00640065); /* "de" */
    CU_ASSERT_EQUAL(kernel_bench_u32(b, kernel_bench_u32(b, record + MODULE_HEADERS)), 0x58455832);
    kernel_bench_free(b);
}

static void test_handles(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    CU_ASSERT(CALL("XexGetModuleHandle", &r3, 0, AT) && r3 == 0);
    uint32_t record = kernel_bench_u32(b, AT);
    CU_ASSERT_EQUAL(record, kernel_module_record(KERNEL_TITLE));
    static const struct {
        const char *name;
        unsigned module;
    } names[] = {{"XBOXKRNL.EXE", HLE_MODULE_xboxkrnl},
                 {"xam", HLE_MODULE_xam},
                 {"d:\\default.xex", KERNEL_TITLE},
                 {"xbdm.xex", KERNEL_MODULES},
                 {"xa", KERNEL_MODULES},
                 {"kernel32.dll", KERNEL_MODULES},
                 {"default", KERNEL_TITLE},
                 {"xam.xex.x", KERNEL_MODULES}};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        bool there = names[i].module != KERNEL_MODULES;
        CU_ASSERT(CALL("XexGetModuleHandle", &r3, kernel_bench_text(b, AT + 0x40, names[i].name), AT));
        CU_ASSERT(r3 == (there ? 0 : 1168));
        CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), there ? kernel_module_record(names[i].module) : 0);
    }
    CU_ASSERT(CALL("XexLoadImage", &r3, kernel_bench_text(b, AT + 0x40, "xam.xex"), 8, 0, AT) && r3 == 0);
    record = kernel_bench_u32(b, AT);
    CU_ASSERT(record == kernel_module_record(HLE_MODULE_xam) && kernel_bench_u32(b, record + MODULE_LOADS) >> 16 == 2);
    CU_ASSERT(CALL("XexUnloadImage", &r3, record) && r3 == 0);
    CU_ASSERT(CALL("XexUnloadImage", &r3, record + 4) && (uint32_t)r3 == NT_INVALID_HANDLE);
    CU_ASSERT(CALL("XexLoadImage", &r3, kernel_bench_text(b, AT + 0x40, "game:\\x.dll"), 8, 0, AT));
    CU_ASSERT((uint32_t)r3 == NT_NO_SUCH_FILE && kernel_bench_u32(b, AT) == 0);
    kernel_bench_free(b);
    b = bench(HLE_XENIA);
    CU_ASSERT(CALL("XexGetModuleHandle", &r3, kernel_bench_text(b, AT + 0x40, "xbdm.xex"), AT) && r3 == 0);
    kernel_bench_free(b);
}

static void test_procedures(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    uint32_t xam = kernel_module_record(HLE_MODULE_xam), kernel = kernel_module_record(HLE_MODULE_xboxkrnl);
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, kernel, 0x0CF, AT) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), kernel_export_address(kernel_export_index(HLE_MODULE_xboxkrnl, 0x0CF)));
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, kernel, 0x156, AT) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), KERNEL_VARIABLE(XboxHardwareInfo));
    uint32_t name = kernel_bench_text(b, AT + 0x40, "XGetLanguage");
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, xam, name, AT) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), kernel_export_address(kernel_export_index(HLE_MODULE_xam, 0x3CD)));
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, xam, 0xFFFF, AT) && (uint32_t)r3 == NT_DRIVER_ENTRYPOINT_NOT_FOUND);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), 0);
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, 0, 7, AT) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT), BASE + CODE + 0x40);
    CU_ASSERT(CALL("XexGetProcedureAddress", &r3, 1, 7, AT) && (uint32_t)r3 == NT_INVALID_HANDLE);
    kernel_bench_free(b);
}

static void test_headers(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    uint32_t record = kernel_module_record(KERNEL_TITLE), headers = kernel_bench_u32(b, record + MODULE_HEADERS);
    CU_ASSERT(CALL("RtlImageXexHeaderField", &r3, headers, 0x00010100) && (uint32_t)r3 == BASE + CODE);
    CU_ASSERT(CALL("RtlImageXexHeaderField", &r3, headers, 0x00040006) && (uint32_t)r3 == headers + 0x40);
    CU_ASSERT(CALL("RtlImageXexHeaderField", &r3, headers, 0x00020401) && (uint32_t)r3 == headers + 0x2C);
    CU_ASSERT(CALL("RtlImageXexHeaderField", &r3, headers, 0x00030000) && r3 == 0);
    CU_ASSERT(CALL("RtlImageXexHeaderField", &r3, 0, 0x00030000) && r3 == 0);
    CU_ASSERT(CALL("XamGetExecutionId", &r3, AT) && r3 == 0 && kernel_bench_u32(b, AT) == headers + 0x40);
    CU_ASSERT(CALL("XamGetCurrentTitleId", &r3, 0) && r3 == 0x12345678);
    CU_ASSERT(CALL("XexCheckExecutablePrivilege", &r3, 5) && r3 == 1);
    CU_ASSERT(CALL("XexCheckExecutablePrivilege", &r3, 4) && r3 == 0);
    CU_ASSERT(CALL("XexCheckExecutablePrivilege", &r3, 32) && r3 == 0);
    uint32_t name = kernel_bench_text(b, AT + 0x40, "pictures");
    CU_ASSERT(CALL("XexGetModuleSection", &r3, record, name, AT, AT + 4) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT) == BASE + 0x100 && kernel_bench_u32(b, AT + 4) == 0x20);
    name = kernel_bench_text(b, AT + 0x40, "picture");
    CU_ASSERT(CALL("XexGetModuleSection", &r3, record, name, AT, AT + 4) && (uint32_t)r3 == NT_NOT_FOUND);
    kernel_bench_free(b);
}

/* A PE with a directory of exports at 0x1234, in a section that lies at 0x1200 and in the file at 0x400. */
static void test_directories(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    uint32_t header = AT + 0x80;
    kernel_bench_put_u32(b, AT, 0x4D5A0000);
    kernel_bench_put_u32(b, AT + 0x3C, 0x80000000);
    kernel_bench_put_u32(b, header, 0x50450000);
    kernel_bench_put_u32(b, header + 4, 0x00000100);    /* one section */
    kernel_bench_put_u32(b, header + 0x14, 0xE0000000); /* size of the optional header */
    kernel_bench_put_u32(b, header + 0x54, 0x00020000); /* of all headers */
    kernel_bench_put_u32(b, header + 0x74, 0x10000000); /* directories */
    kernel_bench_put_u32(b, header + 0x78, 0x34120000);
    kernel_bench_put_u32(b, header + 0x7C, 0x56000000);
    kernel_bench_put_u32(b, header + 0xF8 + 8, 0x00010000); /* the section's size, address, place */
    kernel_bench_put_u32(b, header + 0xF8 + 12, 0x00120000);
    kernel_bench_put_u32(b, header + 0xF8 + 20, 0x00040000);
    CU_ASSERT(CALL("RtlImageNtHeader", &r3, AT) && (uint32_t)r3 == header);
    CU_ASSERT(CALL("RtlImageNtHeader", &r3, AT + 0x1000) && r3 == 0);
    CU_ASSERT(CALL("RtlImageDirectoryEntryToData", &r3, AT, 1, 0, AT + 0x400) && (uint32_t)r3 == AT + 0x1234);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT + 0x400), 0x56);
    CU_ASSERT(CALL("RtlImageDirectoryEntryToData", &r3, AT, 0, 0, AT + 0x400) && (uint32_t)r3 == AT + 0x434);
    CU_ASSERT(CALL("RtlImageDirectoryEntryToData", &r3, AT, 1, 1, AT + 0x400) && r3 == 0);
    CU_ASSERT(CALL("RtlImageDirectoryEntryToData", &r3, AT, 1, 16, AT + 0x400) && r3 == 0);
    kernel_bench_free(b);
}

static void test_settings(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 9, AT, 4, AT + 8) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT) == 1 && kernel_bench_u32(b, AT + 8) >> 16 == 4);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 0xE, AT + 4, 1, 0) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT + 4), 103 << 24);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 9, AT, 3, 0) && (uint32_t)r3 == NT_BUFFER_TOO_SMALL);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 9, 0, 4, 0) && (uint32_t)r3 == NT_INVALID_PARAMETER_3);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 9, 0, 0, AT) && r3 == 0 && kernel_bench_u32(b, AT) >> 16 == 4);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 3, 99, AT, 4, 0) && (uint32_t)r3 == NT_INVALID_PARAMETER_2);
    CU_ASSERT(CALL("ExGetXConfigSetting", &r3, 99, 9, AT, 4, 0) && (uint32_t)r3 == NT_INVALID_PARAMETER_1);
    CU_ASSERT(CALL("XGetLanguage", &r3, 0) && r3 == 1);
    kernel_bench_free(b);
}

static void test_users(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    char name[16];
    CU_ASSERT(CALL("XamUserGetSigninState", &r3, 0) && r3 == 1);
    CU_ASSERT(CALL("XamUserGetSigninState", &r3, 1) && r3 == 0);
    CU_ASSERT(CALL("XamUserGetXUID", &r3, 0, 3, AT) && r3 == 0 && kernel_bench_u32(b, AT) == 0xE0000000);
    CU_ASSERT(CALL("XamUserGetXUID", &r3, 0, 2, AT) && (uint32_t)r3 == 0x80070525);
    CU_ASSERT(CALL("XamUserGetXUID", &r3, 4, 1, AT) && (uint32_t)r3 == 0x80070057);
    CU_ASSERT(CALL("XamUserGetName", &r3, 0, AT, 4) && r3 == 0 && guest_text(b->kernel, AT, name, sizeof name));
    CU_ASSERT_STRING_EQUAL(name, "Pla");
    CU_ASSERT(CALL("XamUserGetName", &r3, 1, AT, 16) && r3 == 1317);
    CU_ASSERT(CALL("XamUserGetSigninInfo", &r3, 0, 0, AT) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, AT + 12) == 1 && kernel_bench_u32(b, AT + 0x18) == 0x506C6179);
    CU_ASSERT(CALL("XamUserGetSigninInfo", &r3, 2, 0, AT) && (uint32_t)r3 == 0x80070525);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, AT + 12), 0);
    CU_ASSERT(CALL("XamInputGetState", &r3, 0, 0, AT) && r3 == 1167);
    CU_ASSERT(CALL("XamInputSetState", &r3, 0, 0, 0) && r3 == 160);
    kernel_bench_free(b);
    b = bench(HLE_XENIA);
    CU_ASSERT(CALL("XamUserGetSigninState", &r3, 0) && r3 == 0);
    kernel_bench_free(b);
}

static void test_end(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    CU_ASSERT(!CALL("XamLoaderTerminateTitle", &r3, 0));
    CU_ASSERT(b->stopped && b->status == SIM_OK);
    CU_ASSERT_STRING_EQUAL(b->reason, "the title has ended\n");
    kernel_bench_free(b);
    b = bench(HLE_HARDWARE);
    CU_ASSERT(!CALL("XamLoaderLaunchTitle", &r3, kernel_bench_text(b, AT, "d:\\\033[2J.xex"), 0));
    CU_ASSERT_STRING_EQUAL(b->reason, "the title has ended: it launches d:\\?[2J.xex\n");
    kernel_bench_free(b);
}

static void test_refused(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct kernel_config config = b->kernel->config;
    struct sim_error error;
    title.import[2].address = BASE + SIZE - 2;
    CU_ASSERT_PTR_NULL(kernel_create(&config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "default.xex: 0x8201FFFE: an import outside of the image"));
    title.import[2].address = BASE + SIZE;
    CU_ASSERT_PTR_NULL(kernel_create(&config, &error));
    make_title();
    title.image.base = 0xA0000000;
    CU_ASSERT_PTR_NULL(kernel_create(&config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no place for an image (INVALID_PARAMETER)"));
    make_title();
    title.image.entry = 0;
    CU_ASSERT_PTR_NULL(kernel_create(&config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no entry point"));
    make_title();
    title.pages[1].size = 0x20000;
    CU_ASSERT_PTR_NULL(kernel_create(&config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "not whole pages of the image"));
    make_title();
    kernel_bench_free(b);
}

void test_launch(void)
{
    CU_pSuite suite = CU_add_suite("hle/launch", NULL, NULL);
    CU_add_test(suite, "the image lies at its place, its imports filled in", test_image);
    CU_add_test(suite, "exported variables hold what they hold", test_variables);
    CU_add_test(suite, "modules by their names", test_handles);
    CU_add_test(suite, "procedures by ordinal and name", test_procedures);
    CU_add_test(suite, "headers, privileges, sections", test_headers);
    CU_add_test(suite, "directories of a PE", test_directories);
    CU_add_test(suite, "settings of the console", test_settings);
    CU_add_test(suite, "one user, no controller", test_users);
    CU_add_test(suite, "a title ends", test_end);
    CU_add_test(suite, "images that cannot be launched are refused", test_refused);
}
