/* Objects, handles and names, as titles call them. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"
#include "kernel-hle/ob/ob_parts.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

#define AT        KERNEL_BENCH_MEMORY
#define OUT       (AT + 0x100)
#define LAST      UINT32_C(0xFFFFFFFE)
#define HANDLE    UINT32_C(0xF8000000)
#define CALL(...) KERNEL_BENCH_CALL(b, 0, __VA_ARGS__)

static struct kernel_bench *bench(enum hle_reference_kind reference)
{
    struct kernel_bench *b = kernel_bench_new(&(struct kernel_bench_spec){.reference = reference});
    kernel_bench_thread(b, 0, 13);
    return b;
}

/* An ANSI_STRING. */
static uint32_t string(struct kernel_bench *b, uint32_t at, const char *text)
{
    kernel_bench_put_u32(b, at, (uint32_t)strlen(text) << 16 | ((uint32_t)strlen(text) + 1));
    kernel_bench_put_u32(b, at + 4, at + 8);
    kernel_bench_text(b, at + 8, text);
    return at;
}

static uint32_t attributes(struct kernel_bench *b, uint32_t at, const char *name)
{
    kernel_bench_put_u32(b, at, 0);
    kernel_bench_put_u32(b, at + 4, string(b, at + 0x10, name));
    kernel_bench_put_u32(b, at + 8, 0x40);
    return at;
}

static uint32_t event_handle(struct kernel_bench *b, struct ob_object **object)
{
    uint32_t handle = 0;
    *object = ob_create(b->kernel, OB_EVENT, 0);
    CU_ASSERT_EQUAL(ob_new_handle(b->kernel, *object, &handle), NT_SUCCESS);
    ob_dereference(b->kernel, *object);
    return handle;
}

/* The index of a handle that was made behind those of the bench. */
static uint32_t index_of(uint32_t handle)
{
    return (handle - HANDLE) / 4;
}

static void check_numbers(enum hle_reference_kind reference, uint32_t first, uint32_t second)
{
    struct kernel_bench *b = bench(reference);
    struct ob_object *object;
    uint64_t r3;
    uint32_t handle[4], base;
    for (unsigned i = 0; i < 4; i++)
        handle[i] = event_handle(b, &object);
    base = index_of(handle[0]);
    CU_ASSERT(handle[0] >= HANDLE && index_of(handle[3]) == base + 3);
    CU_ASSERT(CALL("NtClose", &r3, handle[1]) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, handle[3]) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, handle[3]) && (uint32_t)r3 == NT_INVALID_HANDLE);
    CU_ASSERT_EQUAL(index_of(event_handle(b, &object)), base + first);
    CU_ASSERT_EQUAL(index_of(event_handle(b, &object)), base + second);
    CU_ASSERT_EQUAL(index_of(event_handle(b, &object)), base + 4);
    kernel_bench_free(b);
}

static void test_numbers(void)
{
    check_numbers(HLE_HARDWARE, 3, 1);
    check_numbers(HLE_XENIA, 1, 3);
}

static void test_header(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct ob_object *object;
    uint64_t r3;
    uint32_t handle = event_handle(b, &object), body = object->address, header = body - OB_HEADER_SIZE;
    CU_ASSERT(kernel_bench_u32(b, header) == 1 && kernel_bench_u32(b, header + 4) == 1);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, header + 0x10), KERNEL_VARIABLE(ExEventObjectType));
    CU_ASSERT_EQUAL(kernel_bench_u32(b, header + 8) & 0xFF, OB_TITLE_OWNED);
    CU_ASSERT(CALL("NtDuplicateObject", &r3, handle, OUT, 0) && r3 == 0);
    uint32_t other = kernel_bench_u32(b, OUT);
    CU_ASSERT(other != handle && kernel_bench_u32(b, header) == 2 && kernel_bench_u32(b, header + 4) == 2);
    CU_ASSERT(CALL("ObReferenceObjectByHandle", &r3, other, 0, OUT) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, OUT) == body && kernel_bench_u32(b, header) == 3);
    CU_ASSERT(CALL("NtDuplicateObject", &r3, other, 0, 1) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, header) == 1 && kernel_bench_u32(b, header + 4) == 0);
    CU_ASSERT(CALL("ObOpenObjectByPointer", &r3, body, OUT) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, kernel_bench_u32(b, OUT)) && r3 == 0);
    CU_ASSERT_PTR_EQUAL(ob_by_address(b->kernel, body), object);
    CU_ASSERT(CALL("ObDereferenceObject", &r3, body));
    CU_ASSERT_PTR_NULL(ob_by_address(b->kernel, body));
    kernel_bench_free(b);
}

/* What a title has not been given it cannot give back, and an object's memory is not a block of the title's. */
static void test_not_the_titles(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct ob_object *object;
    uint64_t r3;
    uint32_t handle = event_handle(b, &object), body = object->address;
    for (unsigned i = 0; i < 3; i++)
        CU_ASSERT(CALL("ObDereferenceObject", &r3, body));
    CU_ASSERT(CALL("ObDereferenceObject", &r3, 0xDEADF00D));
    CU_ASSERT(CALL("ExFreePool", &r3, body - OB_HEADER_SIZE));
    CU_ASSERT_PTR_EQUAL(ob_by_address(b->kernel, body), object);
    CU_ASSERT(mm_pool_block_size(b->kernel->mm, body - OB_HEADER_SIZE) != 0);
    CU_ASSERT(CALL("NtClose", &r3, handle) && r3 == 0);
    CU_ASSERT_EQUAL(mm_pool_block_size(b->kernel->mm, body - OB_HEADER_SIZE), 0);
    kernel_bench_free(b);
}

static void test_types(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct ob_object *object;
    uint64_t r3;
    uint32_t handle = event_handle(b, &object);
    CU_ASSERT(CALL("ObReferenceObjectByHandle", &r3, handle, KERNEL_VARIABLE(ExEventObjectType), OUT) && r3 == 0);
    CU_ASSERT(CALL("ObReferenceObjectByHandle", &r3, handle, KERNEL_VARIABLE(ExThreadObjectType), OUT));
    CU_ASSERT((uint32_t)r3 == NT_OBJECT_TYPE_MISMATCH && kernel_bench_u32(b, OUT) == 0);
    CU_ASSERT(CALL("ObReferenceObjectByHandle", &r3, handle + 4, 0, OUT) && (uint32_t)r3 == NT_INVALID_HANDLE);
    CU_ASSERT(CALL("ObReferenceObjectByHandle", &r3, LAST, KERNEL_VARIABLE(ExThreadObjectType), OUT) && r3 == 0);
    struct ke_thread *thread = b->kernel->cpu[0].thread;
    CU_ASSERT_EQUAL(kernel_bench_u32(b, OUT), ke_thread_address(thread));
    CU_ASSERT(CALL("ObLookupThreadByThreadId", &r3, ke_thread_id(thread), OUT + 4) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, OUT + 4), ke_thread_address(thread));
    CU_ASSERT(CALL("ObLookupThreadByThreadId", &r3, 0x12345678, OUT) && (uint32_t)r3 == NT_INVALID_PARAMETER);
    kernel_bench_free(b);
}

static void test_names(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct ob_object *object, *same;
    uint64_t r3;
    uint32_t first, second;
    bool existed;
    uint32_t upper = attributes(b, AT, "Some Name"), lower = attributes(b, AT + 0x40, "some name");
    CU_ASSERT_EQUAL(ob_create_named(b->kernel, OB_EVENT, upper, &first, &object, &existed), NT_SUCCESS);
    CU_ASSERT(!existed);
    CU_ASSERT_EQUAL(ob_create_named(b->kernel, OB_EVENT, lower, &second, &same, &existed), NT_OBJECT_NAME_EXISTS);
    CU_ASSERT(existed && same == object && first != second);
    CU_ASSERT_EQUAL(ob_create_named(b->kernel, OB_TIMER, lower, &second, &same, &existed), NT_OBJECT_TYPE_MISMATCH);
    uint32_t record = object->address - OB_HEADER_SIZE - OB_NAME_RECORD;
    CU_ASSERT(kernel_bench_u32(b, record + 8) == 0x0009000A);
    char text[16];
    CU_ASSERT(guest_text(b->kernel, kernel_bench_u32(b, record + 12), text, sizeof text));
    CU_ASSERT_STRING_EQUAL(text, "Some Name");
    CU_ASSERT(CALL("ObOpenObjectByName", &r3, lower, KERNEL_VARIABLE(ExEventObjectType), 0, OUT) && r3 == 0);
    CU_ASSERT(CALL("ObReferenceObjectByName", &r3, AT + 0x50, 0, 0, 0, OUT) && r3 == 0);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, OUT), object->address);
    uint32_t none = attributes(b, AT + 0x80, "other");
    CU_ASSERT(CALL("ObOpenObjectByName", &r3, none, 0, 0, OUT) && (uint32_t)r3 == NT_OBJECT_NAME_NOT_FOUND);
    /* Its name is free again once it has ended. */
    for (uint32_t i = 0; i < 4; i++)
        CU_ASSERT(CALL("NtClose", &r3, HANDLE + 4 * i));
    CU_ASSERT(CALL("ObDereferenceObject", &r3, object->address));
    CU_ASSERT(CALL("ObOpenObjectByName", &r3, lower, 0, 0, OUT) && (uint32_t)r3 == NT_OBJECT_NAME_NOT_FOUND);
    kernel_bench_put_u32(b, AT + 0x10, 0x01000101); /* 256 letters */
    CU_ASSERT_EQUAL(ob_create_named(b->kernel, OB_EVENT, upper, &first, &object, &existed), NT_OBJECT_NAME_INVALID);
    kernel_bench_free(b);
}

static void test_links(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    uint64_t r3;
    char path[64] = "\\??\\One:\\a\\b";
    uint32_t name = string(b, AT, "\\??\\one:"), target = string(b, AT + 0x40, "\\Device\\Two");
    CU_ASSERT(CALL("ObCreateSymbolicLink", &r3, name, target) && r3 == 0);
    CU_ASSERT(CALL("ObCreateSymbolicLink", &r3, name, target) && (uint32_t)r3 == NT_OBJECT_NAME_COLLISION);
    CU_ASSERT(ob_follow_links(b->kernel, path, sizeof path));
    CU_ASSERT_STRING_EQUAL(path, "\\Device\\Two\\a\\b");
    CU_ASSERT(CALL("NtOpenSymbolicLinkObject", &r3, OUT, attributes(b, AT + 0x80, "ONE:")) && r3 == 0);
    kernel_bench_put_u32(b, OUT + 0x10, 0x00000005); /* room for 5 */
    kernel_bench_put_u32(b, OUT + 0x14, OUT + 0x20);
    kernel_bench_put_u32(b, OUT + 0x24, 0x21212121);
    CU_ASSERT(CALL("NtQuerySymbolicLinkObject", &r3, kernel_bench_u32(b, OUT), OUT + 0x10) && r3 == 0);
    CU_ASSERT(kernel_bench_u32(b, OUT + 0x10) == 0x00050005 && kernel_bench_u32(b, OUT + 0x20) == 0x5C446576);
    CU_ASSERT_EQUAL(kernel_bench_u32(b, OUT + 0x24), 0x69212121);
    CU_ASSERT(CALL("ObDeleteSymbolicLink", &r3, name) && r3 == 0);
    CU_ASSERT(CALL("ObDeleteSymbolicLink", &r3, name) && (uint32_t)r3 == NT_UNSUCCESSFUL);
    CU_ASSERT(CALL("NtQuerySymbolicLinkObject", &r3, kernel_bench_u32(b, OUT), OUT + 0x10) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, kernel_bench_u32(b, OUT)) && r3 == 0);

    strcpy(path, "x:\\file");
    name = string(b, AT, "x:");
    target = string(b, AT + 0x40, "x:\\again"); /* goes round */
    CU_ASSERT(CALL("ObCreateSymbolicLink", &r3, name, target) && r3 == 0);
    CU_ASSERT(!ob_follow_links(b->kernel, path, sizeof path));
    kernel_bench_free(b);
}

/* Identities do not depend on what else there is, nor on addresses. */
static void test_identity(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE), *other = bench(HLE_XENIA);
    struct ob_object *object;
    (void)event_handle(b, &object);
    uint64_t first = object->identity;
    (void)event_handle(b, &object);
    CU_ASSERT_NOT_EQUAL(object->identity, first);
    (void)ob_create(other->kernel, OB_TIMER, 0);
    (void)event_handle(other, &object);
    CU_ASSERT_EQUAL(object->identity, first);
    kernel_bench_free(b);
    kernel_bench_free(other);
}

static void load_again(struct kernel_bench *b, const struct sim_writer *saved, bool right)
{
    struct sim_writer again = {0};
    struct sim_reader reader = {.bytes = saved->bytes, .size = saved->size};
    ob_load(b->kernel, &reader);
    CU_ASSERT_EQUAL(reader.failed, !right);
    ob_save(b->kernel, &again);
    if (right)
        CU_ASSERT(again.size == saved->size && memcmp(again.bytes, saved->bytes, saved->size) == 0);
    sim_writer_free(&again);
}

static void test_saved(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    struct ob_object *object;
    uint32_t handle[3], again;
    bool existed;
    nt_status status;
    for (unsigned i = 0; i < 3; i++)
        handle[i] = event_handle(b, &object);
    CU_ASSERT_EQUAL(ob_create_named(b->kernel, OB_SEMAPHORE, attributes(b, AT, "Name"), &again, &object, &existed), 0);
    CU_ASSERT(ob_make_link(b->kernel, "link", "target", &status));
    (void)ob_close(b->kernel, handle[0]);
    (void)ob_close(b->kernel, handle[2]);
    struct sim_writer saved = {0};
    ob_save(b->kernel, &saved);
    load_again(b, &saved, true);
    CU_ASSERT_EQUAL(ob_open_named(b->kernel, OB_SEMAPHORE, attributes(b, AT, "name"), &again), NT_SUCCESS);
    CU_ASSERT_EQUAL(again, handle[2]);
    size_t whole = saved.size;
    for (saved.size = 0; saved.size < whole; saved.size += 7)
        load_again(b, &saved, false);
    saved.size = whole;
    saved.bytes[8]++; /* the block of the first object */
    load_again(b, &saved, false);
    sim_writer_free(&saved);
    kernel_bench_free(b);
}

/* Many of them, and each is found. */
static void test_many(void)
{
    struct kernel_bench *b = bench(HLE_HARDWARE);
    enum { MANY = 3000 };
    static struct ob_object *object[MANY];
    static uint32_t address[MANY];
    for (unsigned i = 0; i < MANY; i++) {
        object[i] = ob_create(b->kernel, OB_EVENT, 0);
        address[i] = object[i]->address;
    }
    for (unsigned i = 0; i < MANY; i += 2)
        ob_dereference(b->kernel, object[i]);
    unsigned right = 0;
    for (unsigned i = 0; i < MANY; i++)
        right += ob_by_address(b->kernel, address[i]) == (i % 2 ? object[i] : NULL);
    CU_ASSERT_EQUAL(right, MANY);
    kernel_bench_free(b);
}

void test_ob(void)
{
    CU_pSuite suite = CU_add_suite("hle/ob", NULL, NULL);
    CU_add_test(suite, "handles are numbered as either reference does", test_numbers);
    CU_add_test(suite, "counts are seen in an object's header, and the last one ends it", test_header);
    CU_add_test(suite, "a title cannot end what is not its own", test_not_the_titles);
    CU_add_test(suite, "types are told by their records", test_types);
    CU_add_test(suite, "names are found without case", test_names);
    CU_add_test(suite, "symbolic links lead on, but not for ever", test_links);
    CU_add_test(suite, "identities are the same in every run", test_identity);
    CU_add_test(suite, "what is saved comes back, and nothing else does", test_saved);
    CU_add_test(suite, "thousands are found", test_many);
}
