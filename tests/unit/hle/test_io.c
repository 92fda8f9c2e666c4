/* Files, as titles call for them: a disc, a store, and partitions that hold nothing. */
#include "kernel-hle/io/io_parts.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/bytes.h"
#include "tests/support/gdfx_writer.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

#define AT        KERNEL_BENCH_MEMORY
#define IOSB      (AT + 0x100)
#define OUT       (AT + 0x200)
#define OFFSET    (AT + 0x300)
#define BUFFER    (AT + 0x10000)
#define CALL(...) KERNEL_BENCH_CALL(b, 0, __VA_ARGS__)

enum { READS = 1, WRITES = 2, OPEN = 1, CREATE = 2, OPEN_IF = 3, OVERWRITE_IF = 5, WAITS = 0x20, NOISE = 5000 };

static uint8_t noise[NOISE], headers[0x1800];
static const struct gdfx_writer_node disc[] = {
    {.name = "media", .parent = -1, .attributes = GDFX_WRITER_IS_DIRECTORY},
    {.name = "default.xex", .parent = -1, .attributes = 0x20, .size = NOISE, .bytes = noise},
    {.name = "Intro.bik", .parent = 0, .attributes = 0x20, .size = 12, .bytes = (const uint8_t *)"hello, world"},
    {.name = "outro.bik", .parent = 0, .attributes = 0x20, .size = 3, .bytes = (const uint8_t *)"end"},
    {.name = "text", .parent = 0, .attributes = 0x20},
    {.name = "x.xex", .parent = -1, .attributes = 0x20, .size = sizeof headers, .bytes = headers},
};
enum { DISC = sizeof disc / sizeof *disc };

struct place {
    struct kernel_bench *b;
    struct tree *tree;
    uint8_t *bytes;
};

static struct place begin(enum hle_reference_kind reference)
{
    struct place p;
    uint32_t tables[DISC + 1];
    size_t size;
    for (unsigned i = 0; i < NOISE; i++)
        noise[i] = (uint8_t)(i * 7 + i / 256);
    bytes_put_be32(headers, 0x58455832); /* XEX2 */
    headers[10] = 0x10;                  /* 1000 bytes of headers */
    headers[0xFFF] = 0x77;
    p.bytes = gdfx_writer_bytes(disc, DISC, tables, &size);
    CU_ASSERT_FATAL(tree_open_bytes(&p.tree, "disc", p.bytes, size, true, NULL) == SIM_OK);
    p.b = kernel_bench_new(&(struct kernel_bench_spec){.reference = reference, .media = p.tree});
    kernel_bench_thread(p.b, 0, 13);
    return p;
}

static void finish(struct place *p)
{
    kernel_bench_free(p->b);
    tree_close(p->tree);
    free(p->bytes);
}

static uint32_t attributes(struct kernel_bench *b, uint32_t root, const char *name)
{
    kernel_bench_put_u32(b, AT, root);
    kernel_bench_put_u32(b, AT + 4, AT + 0x10);
    kernel_bench_put_u32(b, AT + 0x10, (uint32_t)strlen(name) << 16 | ((uint32_t)strlen(name) + 1));
    kernel_bench_put_u32(b, AT + 0x14, AT + 0x18);
    kernel_bench_text(b, AT + 0x18, name);
    return AT;
}

static nt_status create(struct kernel_bench *b, const char *name, uint32_t access, uint32_t disposition,
                        uint32_t options, uint32_t *handle)
{
    uint64_t r3;
    CU_ASSERT(CALL("NtCreateFile", &r3, OUT, access, attributes(b, 0, name), IOSB, 0, 0, 0, disposition, options));
    *handle = kernel_bench_u32(b, OUT);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB), (uint32_t)r3);
    return (nt_status)r3;
}

static nt_status attributes_of(struct kernel_bench *b, const char *name)
{
    uint64_t r3;
    CU_ASSERT(CALL("NtQueryFullAttributesFile", &r3, attributes(b, 0, name), BUFFER));
    return (nt_status)r3;
}

static void test_find(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle, other;
    uint64_t r3;
    CU_ASSERT_EQUAL(attributes_of(b, "game:\\media\\intro.BIK"), NT_SUCCESS);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 44) == 12 && kernel_bench_u32(b, BUFFER + 36) == 512);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BUFFER + 48), TREE_ARCHIVE | TREE_READ_ONLY);
    CU_ASSERT_EQUAL(attributes_of(b, "\\??\\D:\\media"), NT_SUCCESS);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 48) & TREE_DIRECTORY);
    CU_ASSERT_EQUAL(attributes_of(b, "\\Device\\Cdrom0\\default.xex"), NT_SUCCESS);
    CU_ASSERT_EQUAL(attributes_of(b, "\\Device\\Cdrom0"), NT_SUCCESS);
    CU_ASSERT_EQUAL(attributes_of(b, "\\Device\\Cdrom01\\default.xex"), NT_OBJECT_PATH_NOT_FOUND);
    CU_ASSERT_EQUAL(attributes_of(b, "\\Device\\Harddisk0\\Partition1\\default.xex"), NT_OBJECT_PATH_NOT_FOUND);
    CU_ASSERT_EQUAL(attributes_of(b, "d:\\media\\none"), NT_OBJECT_NAME_NOT_FOUND);
    CU_ASSERT_EQUAL(attributes_of(b, "d:\\none\\none"), NT_OBJECT_PATH_NOT_FOUND);
    CU_ASSERT_EQUAL(attributes_of(b, "d:\\default.xex\\none"), NT_OBJECT_PATH_NOT_FOUND);
    CU_ASSERT_EQUAL(attributes_of(b, "d:\\a<b"), NT_OBJECT_NAME_INVALID);
    CU_ASSERT_EQUAL(create(b, "d:\\media", READS, OPEN, 0, &handle), NT_SUCCESS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB + 4), 1);
    CU_ASSERT(CALL("NtOpenFile", &r3, OUT, READS, attributes(b, handle, "text"), IOSB, 0) && r3 == 0);
    CU_ASSERT_EQUAL(create(b, "d:\\media", READS, OPEN, 0x40, &other), NT_FILE_IS_A_DIRECTORY);
    CU_ASSERT_EQUAL(other, 0xFFFFFFFF);
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 1, &other), NT_NOT_A_DIRECTORY);
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", WRITES, OPEN, 0, &other), NT_ACCESS_DENIED);
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OVERWRITE_IF, 0, &other), NT_ACCESS_DENIED);
    CU_ASSERT_EQUAL(create(b, "d:\\new", READS, OPEN_IF, 0, &other), NT_ACCESS_DENIED);
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, 6, 0, &other), NT_INVALID_PARAMETER);
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0);
    finish(&p);
    p = begin(HLE_XENIA);
    CU_ASSERT_EQUAL(attributes_of(p.b, "cache:\\1234\\file"), NT_NO_SUCH_FILE);
    finish(&p);
}

static uint32_t new_event(struct kernel_bench *b, uint32_t *address)
{
    uint32_t handle = 0;
    struct ob_object *event = ob_create(b->kernel, OB_EVENT, 0);
    *address = event->address;
    ke_init_event(b->kernel, *address, false, false);
    (void)ob_new_handle(b->kernel, event, &handle);
    ob_dereference(b->kernel, event);
    return handle;
}

static uint32_t offset(struct kernel_bench *b, uint64_t at)
{
    kernel_bench_put_u32(b, OFFSET, (uint32_t)(at >> 32));
    kernel_bench_put_u32(b, OFFSET + 4, (uint32_t)at);
    return OFFSET;
}

static bool is_noise(struct kernel_bench *b, uint32_t from, uint32_t size)
{
    uint8_t bytes[NOISE];
    return guest_read(b->kernel, BUFFER, bytes, size) && memcmp(bytes, noise + from, size) == 0;
}

/* The drive needs 500 us, 110 ms to move, and 1 us for 11 bytes. */
static void test_read(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle, state, event = new_event(b, &state);
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 0, &handle), NT_SUCCESS);
    kernel_bench_put_u32(b, IOSB, 0xAAAAAAAA);
    CU_ASSERT(CALL("NtReadFile", &r3, handle, event, 0, 0, IOSB, BUFFER, 4400, offset(b, 100)));
    CU_ASSERT((uint32_t)r3 == NT_PENDING && is_noise(b, 100, 4400));
    kernel_bench_run(b, 110 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_u32(b, state + 4) == 0 && kernel_bench_u32(b, IOSB) == 0xAAAAAAAA);
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_u32(b, state + 4) == 1 && kernel_bench_u32(b, IOSB) == NT_SUCCESS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB + 4), 4400);

    /* From where the last one has ended: no move, and only what is left. */
    CU_ASSERT(CALL("NtReadFile", &r3, handle, event, 0, 0, IOSB, BUFFER, 4400, 0) && (uint32_t)r3 == NT_PENDING);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, state + 4), 0);
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_u32(b, state + 4) == 1 && kernel_bench_u32(b, IOSB + 4) == 500 && is_noise(b, 4500, 500));
    CU_ASSERT(CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 1, 0) && (uint32_t)r3 == NT_END_OF_FILE);
    CU_ASSERT(kernel_bench_u32(b, IOSB) == NT_END_OF_FILE && kernel_bench_u32(b, IOSB + 4) == 0);
    CU_ASSERT(CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, 0x1000, 16, offset(b, 0)));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_ACCESS_VIOLATION);
    CU_ASSERT(CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 0xFFFFFFFF, offset(b, 0)));
    CU_ASSERT((uint32_t)r3 == NT_PENDING && is_noise(b, 0, NOISE));
    CU_ASSERT(CALL("NtReadFile", &r3, handle + 4, 0, 0, 0, IOSB, BUFFER, 1, 0) && (uint32_t)r3 == NT_INVALID_HANDLE);
    CU_ASSERT(CALL("NtReadFile", &r3, event, 0, 0, 0, IOSB, BUFFER, 1, 0));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_OBJECT_TYPE_MISMATCH);
    CU_ASSERT(CALL("NtWriteFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 1, 0) && (uint32_t)r3 == NT_ACCESS_DENIED);
    /* A file that is closed while its drive is busy. */
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0 && b->kernel->io->requests == 1);
    kernel_bench_run(b, 200 * KERNEL_BENCH_MS);
    CU_ASSERT(b->kernel->io->requests == 0 && b->kernel->io->files == NULL);
    finish(&p);
}

static void test_read_waits(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\media\\intro.bik", READS, OPEN, WAITS, &handle), NT_SUCCESS);
    CU_ASSERT(!CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 100, 0));
    kernel_bench_run(b, 110 * KERNEL_BENCH_MS);
    CU_ASSERT(!kernel_bench_ended(b, 0, "NtReadFile", &r3));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "NtReadFile", &r3) && r3 == NT_SUCCESS);
    CU_ASSERT(kernel_bench_u32(b, IOSB) == NT_SUCCESS && kernel_bench_u32(b, IOSB + 4) == 12);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BUFFER), 0x68656C6C);
    /* Two threads at once: each goes on when its own work is over. */
    kernel_bench_thread(b, 2, 13);
    CU_ASSERT(!CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 5, offset(b, 0)));
    CU_ASSERT(!KERNEL_BENCH_CALL(b, 2, "NtReadFile", &r3, handle, 0, 0, 0, IOSB + 8, BUFFER + 16, 5, offset(b, 0)));
    kernel_bench_run(b, 112 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "NtReadFile", &r3) && !kernel_bench_ended(b, 2, "NtReadFile", &r3));
    kernel_bench_run(b, 112 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 2, "NtReadFile", &r3) && r3 == NT_SUCCESS);
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0 && b->kernel->io->files == NULL);
    finish(&p);
}

static void test_queries(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 0, &handle), NT_SUCCESS);
    CU_ASSERT(CALL("NtQueryInformationFile", &r3, handle, IOSB, BUFFER, 56, 34) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, IOSB + 4) == 56 && kernel_bench_u32(b, BUFFER + 44) == NOISE);
    CU_ASSERT(CALL("NtQueryInformationFile", &r3, handle, IOSB, BUFFER, 24, 5) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 12) == NOISE && kernel_bench_u32(b, BUFFER + 4) == 10 * 512);
    CU_ASSERT(CALL("NtQueryInformationFile", &r3, handle, IOSB, BUFFER, 55, 34));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INFO_LENGTH_MISMATCH);
    CU_ASSERT(CALL("NtQueryInformationFile", &r3, handle, IOSB, BUFFER, 55, 99));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INVALID_INFO_CLASS);
    kernel_bench_put_u32(b, BUFFER, 0);
    kernel_bench_put_u32(b, BUFFER + 4, 0x123);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, handle, IOSB, BUFFER, 8, 14) && r3 == 0);
    CU_ASSERT(CALL("NtQueryInformationFile", &r3, handle, IOSB, BUFFER + 8, 8, 14) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 8) == 0 && kernel_bench_u32(b, BUFFER + 12) == 0x123);
    kernel_bench_put_u32(b, BUFFER, 0x80000000);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, handle, IOSB, BUFFER, 8, 14));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INVALID_PARAMETER);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, handle, IOSB, BUFFER, 8, 20) && (uint32_t)r3 == NT_ACCESS_DENIED);
    CU_ASSERT(CALL("NtQueryVolumeInformationFile", &r3, handle, IOSB, BUFFER, 24, 3) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BUFFER + 20), 512);
    CU_ASSERT(CALL("NtQueryVolumeInformationFile", &r3, handle, IOSB, BUFFER, 64, 5) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER + 8) == 4 && kernel_bench_u32(b, BUFFER + 12) == 0x47444658); /* GDFX */
    finish(&p);
}

static bool is_listed(struct kernel_bench *b, uint32_t handle, uint32_t pattern, const char *name)
{
    uint64_t r3;
    char text[32] = "";
    CU_ASSERT(CALL("NtQueryDirectoryFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 0x100, pattern, 0));
    if (!name)
        return (uint32_t)r3 == NT_NO_MORE_FILES;
    uint32_t length = kernel_bench_u32(b, BUFFER + 0x3C);
    return r3 == 0 && length == strlen(name) && guest_read(b->kernel, BUFFER + 0x40, text, length) &&
           strcmp(text, name) == 0;
}

static uint32_t pattern(struct kernel_bench *b, const char *text)
{
    return attributes(b, 0, text) + 0x10;
}

static void test_list(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\media", READS, OPEN, 1, &handle), NT_SUCCESS);
    CU_ASSERT(is_listed(b, handle, 0, "Intro.bik") && kernel_bench_u32(b, BUFFER + 0x2C) == 12);
    CU_ASSERT(is_listed(b, handle, 0, "outro.bik"));
    CU_ASSERT(is_listed(b, handle, 0, "text"));
    CU_ASSERT(is_listed(b, handle, 0, NULL));
    CU_ASSERT(is_listed(b, handle, pattern(b, "*TRO.b?k"), "Intro.bik"));
    CU_ASSERT(is_listed(b, handle, 0, "outro.bik"));
    CU_ASSERT(is_listed(b, handle, 0, NULL));
    CU_ASSERT(CALL("NtQueryDirectoryFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 0x100, pattern(b, "*.x*x"), 0));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_NO_SUCH_FILE);
    CU_ASSERT(CALL("NtQueryDirectoryFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 71, 0, 1));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INFO_LENGTH_MISMATCH);
    finish(&p);
}

static void test_store(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t folder, file, other;
    uint64_t r3;
    CU_ASSERT_EQUAL(attributes_of(b, "cache:\\12ab"), NT_OBJECT_NAME_NOT_FOUND);
    CU_ASSERT_EQUAL(create(b, "cache:\\12ab\\file", READS, CREATE, 0, &file), NT_OBJECT_PATH_NOT_FOUND);
    CU_ASSERT_EQUAL(create(b, "cache:\\12ab", READS, CREATE, 1, &folder), NT_SUCCESS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB + 4), 2);
    CU_ASSERT_EQUAL(create(b, "cache:\\12AB\\file", READS | WRITES, OPEN_IF, 0, &file), NT_SUCCESS);
    CU_ASSERT_EQUAL(create(b, "cache:\\12AB\\File", READS | WRITES, CREATE, 0, &other), NT_OBJECT_NAME_COLLISION);
    kernel_bench_text(b, BUFFER, "some text");
    CU_ASSERT(CALL("NtWriteFile", &r3, file, 0, 0, 0, IOSB, BUFFER, 9, offset(b, 0x2000)));
    CU_ASSERT((uint32_t)r3 == NT_PENDING && attributes_of(b, "cache:\\12ab\\FILE") == NT_SUCCESS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, BUFFER + 44), 0x2009);
    CU_ASSERT(CALL("NtReadFile", &r3, file, 0, 0, 0, IOSB, BUFFER, 8, offset(b, 0x1FFC)));
    CU_ASSERT(kernel_bench_u32(b, BUFFER) == 0 && kernel_bench_u32(b, BUFFER + 4) == 0x736F6D65);
    CU_ASSERT(CALL("NtWriteFile", &r3, file, 0, 0, 0, IOSB, BUFFER, 8, offset(b, 0x4000000)));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_DISK_FULL);
    kernel_bench_run(b, 100 * KERNEL_BENCH_MS);

    /* A folder goes when it is empty, a file when nobody has it open. */
    kernel_bench_put_u32(b, BUFFER, 0x01000000);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, folder, IOSB, BUFFER, 1, 13));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_DIRECTORY_NOT_EMPTY);
    CU_ASSERT_EQUAL(create(b, "cache:\\12ab\\file", READS, OPEN, 0, &other), NT_SUCCESS);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, file, IOSB, BUFFER, 1, 13) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, file) && attributes_of(b, "cache:\\12ab\\file") == NT_SUCCESS);
    CU_ASSERT(CALL("NtClose", &r3, other));
    CU_ASSERT_EQUAL(attributes_of(b, "cache:\\12ab\\file"), NT_OBJECT_NAME_NOT_FOUND);
    kernel_bench_put_u32(b, BUFFER, 0x01000000);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, folder, IOSB, BUFFER, 1, 13) && r3 == 0 &&
              CALL("NtClose", &r3, folder));
    CU_ASSERT_EQUAL(attributes_of(b, "cache:\\12ab"), NT_OBJECT_NAME_NOT_FOUND);
    CU_ASSERT_EQUAL(b->kernel->io->store[IO_DEVICE_CACHE].bytes, 0);

    static const char *const names[] = {"b", "a", "B2", "A1"};
    for (unsigned i = 0; i < 4; i++) {
        char path[16] = "cache0:\\";
        strcat(path, names[i]);
        CU_ASSERT_EQUAL(create(b, path, WRITES, CREATE, 0, &other), NT_SUCCESS);
    }
    CU_ASSERT_EQUAL(create(b, "cache0:\\", READS, OPEN, 1, &folder), NT_SUCCESS);
    CU_ASSERT(is_listed(b, folder, 0, "a") && is_listed(b, folder, 0, "A1") && is_listed(b, folder, 0, "b"));
    CU_ASSERT(is_listed(b, folder, 0, "B2") && is_listed(b, folder, 0, NULL));
    finish(&p);
}

static void test_nothing(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "\\Device\\Harddisk0\\Partition0", READS | WRITES, OPEN, 0, &handle), NT_SUCCESS);
    CU_ASSERT(CALL("NtDeviceIoControlFile", &r3, handle, 0, 0, 0, IOSB, 0x70000, 0, 0, BUFFER, 8) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER) == 0x7F8 && kernel_bench_u32(b, BUFFER + 4) == 512);
    CU_ASSERT(CALL("NtDeviceIoControlFile", &r3, handle, 0, 0, 0, IOSB, 0x74004, 0, 0, BUFFER, 16) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER) == 0 && kernel_bench_u32(b, BUFFER + 12) == 0xFF000);
    CU_ASSERT(CALL("NtDeviceIoControlFile", &r3, handle, 0, 0, 0, IOSB, 0x1234, 0, 0, BUFFER, 16));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INVALID_PARAMETER);
    CU_ASSERT(CALL("NtWriteFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 16, 0) && (uint32_t)r3 == NT_PENDING);
    CU_ASSERT(CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 16, 0) && (uint32_t)r3 == NT_PENDING);
    finish(&p);
}

static void test_scatter(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 0, &handle), NT_SUCCESS);
    kernel_bench_put_u32(b, OUT, BUFFER + 0x2000);
    kernel_bench_put_u32(b, OUT + 4, BUFFER + 0x8000);
    CU_ASSERT(CALL("NtReadFileScatter", &r3, handle, 0, 0, 0, IOSB, OUT, 0x2000, offset(b, 0)));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_PENDING);
    uint8_t bytes[0x1000];
    CU_ASSERT(guest_read(b->kernel, BUFFER + 0x2000, bytes, 0x1000) && memcmp(bytes, noise, 0x1000) == 0);
    CU_ASSERT(guest_read(b->kernel, BUFFER + 0x8000, bytes, NOISE - 0x1000));
    CU_ASSERT(memcmp(bytes, noise + 0x1000, NOISE - 0x1000) == 0);
    kernel_bench_run(b, 200 * KERNEL_BENCH_MS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB + 4), NOISE);
    finish(&p);
}

static void test_headers(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint64_t r3;
    CU_ASSERT(CALL("XexLoadImageHeaders", &r3, pattern(b, "d:\\x.xex"), BUFFER, 0x1000) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, BUFFER) == 0x58455832 && kernel_bench_u32(b, BUFFER + 0xFFC) == 0x77);
    CU_ASSERT(CALL("XexLoadImageHeaders", &r3, pattern(b, "d:\\x.xex"), BUFFER, 0xFFF));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_BUFFER_TOO_SMALL);
    CU_ASSERT(CALL("XexLoadImageHeaders", &r3, pattern(b, "d:\\x.xex"), BUFFER, 0x7FF));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_BUFFER_TOO_SMALL);
    CU_ASSERT(CALL("XexLoadImageHeaders", &r3, pattern(b, "d:\\default.xex"), BUFFER, 0x1000));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_INVALID_IMAGE_FORMAT);
    CU_ASSERT(CALL("XexLoadImageHeaders", &r3, pattern(b, "d:\\none"), BUFFER, 0x1000));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_OBJECT_NAME_NOT_FOUND);
    CU_ASSERT(CALL("XexLoadImage", &r3, kernel_bench_text(b, AT, "d:\\x.xex"), 8, 0, OUT));
    CU_ASSERT((uint32_t)r3 == NT_NOT_IMPLEMENTED && strstr(b->reports, "d:\\x.xex: modules of its own"));
    finish(&p);
}

static void test_ports(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t file, port;
    uint64_t r3;
    CU_ASSERT(CALL("NtCreateIoCompletion", &r3, OUT, 3, 0, 0) && r3 == 0);
    port = kernel_bench_u32(b, OUT);
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 0, &file), NT_SUCCESS);
    kernel_bench_put_u32(b, BUFFER, port);
    kernel_bench_put_u32(b, BUFFER + 4, 0x77);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, file, IOSB, BUFFER, 8, 30) && r3 == 0);
    CU_ASSERT(CALL("NtSetInformationFile", &r3, file, IOSB, BUFFER, 8, 30) && (uint32_t)r3 == NT_INVALID_PARAMETER);
    CU_ASSERT(CALL("NtReadFile", &r3, file, 0, 0, 0x99, IOSB, BUFFER, 100, 0) && (uint32_t)r3 == NT_PENDING);
    CU_ASSERT(CALL("NtReadFile", &r3, file, 0, 1, 0x9A, IOSB, BUFFER, 100, 0) && (uint32_t)r3 == NT_PENDING);
    CU_ASSERT(CALL("NtReadFile", &r3, file, 0, 0, 0, IOSB, BUFFER, 100, 0) && (uint32_t)r3 == NT_PENDING);
    CU_ASSERT(CALL("NtClose", &r3, file) && r3 == 0);
    CU_ASSERT(!CALL("NtRemoveIoCompletion", &r3, port, OUT, OUT + 4, OUT + 8, 0));
    kernel_bench_run(b, 113 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "NtRemoveIoCompletion", &r3) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, OUT) == 0x77 && kernel_bench_u32(b, OUT + 4) == 0x99);
    CU_ASSERT(kernel_bench_u32(b, OUT + 8) == 0 && kernel_bench_u32(b, OUT + 12) == 100);
    CU_ASSERT(CALL("NtRemoveIoCompletion", &r3, port, OUT, OUT + 4, OUT + 8, offset(b, 0)));
    CU_ASSERT_EQUAL((uint32_t)r3, NT_TIMEOUT);
    for (uint32_t i = 0; i < IO_PACKETS_MAX; i++)
        CU_ASSERT(CALL("NtSetIoCompletion", &r3, port, i, 1, 2, 3) && r3 == 0);
    CU_ASSERT(CALL("NtSetIoCompletion", &r3, port, 0, 1, 2, 3) && (uint32_t)r3 == NT_INSUFFICIENT_RESOURCES);
    struct sim_writer saved = {0}, again = {0};
    kernel_save(b->kernel, &saved);
    struct sim_reader reader = {.bytes = saved.bytes, .size = saved.size};
    kernel_load(b->kernel, &reader);
    kernel_save(b->kernel, &again);
    CU_ASSERT(!reader.failed && saved.size == again.size && memcmp(saved.bytes, again.bytes, saved.size) == 0);
    CU_ASSERT(CALL("NtRemoveIoCompletion", &r3, port, OUT, OUT + 4, OUT + 8, 0) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, OUT) == 0 && kernel_bench_u32(b, OUT + 8) == 2);
    CU_ASSERT(CALL("NtClose", &r3, port) && r3 == 0 && b->kernel->io->ports == NULL);
    sim_writer_free(&saved);
    sim_writer_free(&again);
    finish(&p);
}

/* Objects and files together, as the kernel saves them. */
static bool reload(struct kernel_bench *b, const struct sim_writer *saved)
{
    struct sim_reader reader = {.bytes = saved->bytes, .size = saved->size};
    io_reset(b->kernel->io);
    ob_load(b->kernel, &reader);
    if (!reader.failed)
        io_load(b->kernel, &reader);
    return !reader.failed;
}

static void test_saved(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t file, state, event = new_event(b, &state);
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "cache:\\folder", READS, CREATE, 1, &file), NT_SUCCESS);
    CU_ASSERT_EQUAL(create(b, "cache:\\folder\\file", WRITES, CREATE, 0x1000, &file), NT_SUCCESS);
    kernel_bench_text(b, BUFFER, "text");
    CU_ASSERT(CALL("NtWriteFile", &r3, file, 0, 0, 0, IOSB, BUFFER, 4, 0));
    CU_ASSERT_EQUAL(create(b, "d:\\default.xex", READS, OPEN, 0, &file), NT_SUCCESS);
    CU_ASSERT(CALL("NtReadFile", &r3, file, event, 0, 0, IOSB, BUFFER, 400, 0));
    struct sim_writer saved = {0}, again = {0};
    ob_save(b->kernel, &saved);
    size_t objects = saved.size;
    io_save(b->kernel, &saved);
    CU_ASSERT(reload(b, &saved));
    ob_save(b->kernel, &again);
    io_save(b->kernel, &again);
    CU_ASSERT(again.size == saved.size && memcmp(again.bytes, saved.bytes, saved.size) == 0);
    CU_ASSERT(b->kernel->io->requests == 2);
    size_t whole = saved.size, refused = 0, tried = 0;
    for (saved.size = objects; saved.size < whole; saved.size += 13, tried++)
        refused += !reload(b, &saved);
    CU_ASSERT(refused == tried && b->kernel->io->files == NULL);
    saved.size = whole;
    sim_writer_free(&saved);
    sim_writer_free(&again);
    io_reset(b->kernel->io);
    finish(&p);
}

/* The whole kernel, while a call waits for the drive. */
static void test_saved_in_a_wait(void)
{
    struct place p = begin(HLE_HARDWARE);
    struct kernel_bench *b = p.b;
    uint32_t handle;
    uint64_t r3;
    CU_ASSERT_EQUAL(create(b, "d:\\media\\intro.bik", READS, OPEN, WAITS, &handle), NT_SUCCESS);
    CU_ASSERT(!CALL("NtReadFile", &r3, handle, 0, 0, 0, IOSB, BUFFER, 100, 0));
    kernel_bench_run(b, 20 * KERNEL_BENCH_MS);
    struct sim_writer saved = {0}, again = {0};
    kernel_save(b->kernel, &saved);
    struct sim_reader reader = {.bytes = saved.bytes, .size = saved.size};
    kernel_load(b->kernel, &reader);
    CU_ASSERT(!reader.failed && reader.offset == saved.size);
    kernel_save(b->kernel, &again);
    CU_ASSERT(again.size == saved.size && memcmp(again.bytes, saved.bytes, saved.size) == 0);
    kernel_bench_run(b, 90 * KERNEL_BENCH_MS);
    CU_ASSERT(!kernel_bench_ended(b, 0, "NtReadFile", &r3));
    kernel_bench_run(b, 2 * KERNEL_BENCH_MS);
    CU_ASSERT(kernel_bench_ended(b, 0, "NtReadFile", &r3) && r3 == NT_SUCCESS);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, IOSB + 4), 12);
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0 && b->kernel->io->files == NULL);
    sim_writer_free(&saved);
    sim_writer_free(&again);
    finish(&p);
}

void test_io(void)
{
    CU_pSuite suite = CU_add_suite("hle/io", NULL, NULL);
    CU_add_test(suite, "paths lead to files, or say why not", test_find);
    CU_add_test(suite, "a read is over when the drive is", test_read);
    CU_add_test(suite, "calls of files that were opened so wait for it", test_read_waits);
    CU_add_test(suite, "what is asked of files and set", test_queries);
    CU_add_test(suite, "directories are listed in order, by patterns", test_list);
    CU_add_test(suite, "a store is written, read and emptied", test_store);
    CU_add_test(suite, "partitions without data", test_nothing);
    CU_add_test(suite, "reads go to scattered pages", test_scatter);
    CU_add_test(suite, "headers of a XEX", test_headers);
    CU_add_test(suite, "completion ports are told, and tell", test_ports);
    CU_add_test(suite, "what is saved comes back", test_saved);
    CU_add_test(suite, "so does a call that waits for a drive", test_saved_in_a_wait);
}
