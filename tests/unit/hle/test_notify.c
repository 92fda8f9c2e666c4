/* Listeners of notifications. */
#include "kernel-hle/ex/notify.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/ob/ob_parts.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <string.h>

#define ID        KERNEL_BENCH_MEMORY
#define PARAMETER (KERNEL_BENCH_MEMORY + 4)
#define CALL(...) KERNEL_BENCH_CALL(b, 0, __VA_ARGS__)

static bool is_next(struct kernel_bench *b, uint32_t handle, uint32_t match, uint32_t id, uint32_t parameter)
{
    uint64_t r3;
    return CALL("XNotifyGetNext", &r3, handle, match, ID, PARAMETER) && r3 == (id != 0) &&
           kernel_bench_u32(b, ID) == id && kernel_bench_u32(b, PARAMETER) == parameter;
}

static uint32_t signalled(struct kernel_bench *b, uint32_t handle)
{
    nt_status status;
    struct ob_object *object = ob_by_handle(b->kernel, handle, OB_EVENT, &status);
    return kernel_bench_u32(b, object->address + 4);
}

static void test_queue(void)
{
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    uint64_t r3;
    CU_ASSERT(CALL("XamNotifyCreateListener", &r3, 0x4, 0));
    uint32_t friends = (uint32_t)r3;
    CU_ASSERT(CALL("XamNotifyCreateListener", &r3, UINT64_C(0xEF), 2));
    uint32_t all = (uint32_t)r3;
    CU_ASSERT(CALL("XamNotifyCreateListener", &r3, 1, 0));
    CU_ASSERT(signalled(b, friends) == 0 && signalled(b, all) == 1 && signalled(b, (uint32_t)r3) == 0);
    CU_ASSERT(is_next(b, all, 0xA, 0xA, 1));
    CU_ASSERT(is_next(b, all, 0, 0x9, 1) && is_next(b, all, 0, 0x9, 0) && signalled(b, all) == 1);
    CU_ASSERT(is_next(b, all, 0x9, 0, 0) && is_next(b, all, 0, 0xA, 1) && is_next(b, all, 0, 0, 0));
    CU_ASSERT_EQUAL(signalled(b, all), 0);
    notify_broadcast(b->kernel, 0x04010001, 7); /* friends, version 1 */
    notify_broadcast(b->kernel, 0x04030001, 8); /* version 3 */
    CU_ASSERT(is_next(b, friends, 0, 0, 0) && is_next(b, all, 0, 0x04010001, 7) && is_next(b, all, 0, 0, 0));
    for (unsigned i = 0; i < NOTIFY_QUEUE + 5; i++)
        notify_broadcast(b->kernel, 0xB, i);
    CU_ASSERT(is_next(b, all, 0, 0xB, 0));
    CU_ASSERT(CALL("XNotifyGetNext", &r3, all, 0, 0, 0) && r3 == 0);
    CU_ASSERT(CALL("XNotifyGetNext", &r3, all + 0x100, 0, ID, 0) && r3 == 0);

    struct sim_writer saved = {0}, again = {0};
    notify_save(b->kernel, &saved);
    struct sim_reader reader = {.bytes = saved.bytes, .size = saved.size};
    notify_load(b->kernel, &reader);
    notify_save(b->kernel, &again);
    CU_ASSERT(!reader.failed && saved.size == again.size && memcmp(saved.bytes, again.bytes, saved.size) == 0);
    reader = (struct sim_reader){.bytes = saved.bytes, .size = saved.size - 1};
    notify_load(b->kernel, &reader);
    CU_ASSERT(reader.failed && b->kernel->notify->listeners == 0);
    CU_ASSERT(CALL("NtClose", &r3, all) && r3 == 0);
    sim_writer_free(&saved);
    sim_writer_free(&again);
    kernel_bench_free(b);
}

static void test_many(void)
{
    struct kernel_bench *b = kernel_bench_new(NULL);
    kernel_bench_thread(b, 0, 13);
    uint64_t r3, first;
    CU_ASSERT(CALL("XamNotifyCreateListener", &first, 1, 0) && first != 0);
    for (unsigned i = 1; i < NOTIFY_LISTENERS; i++)
        CU_ASSERT(CALL("XamNotifyCreateListener", &r3, 1, 0) && r3 != 0);
    CU_ASSERT(CALL("XamNotifyCreateListener", &r3, 1, 0) && r3 == 0);
    CU_ASSERT(CALL("NtClose", &r3, first) && r3 == 0 && b->kernel->notify->listeners == NOTIFY_LISTENERS - 1);
    CU_ASSERT(CALL("XamNotifyCreateListener", &r3, 1, 0) && r3 != 0);
    kernel_bench_free(b);
}

void test_notify(void)
{
    CU_pSuite suite = CU_add_suite("hle/notifications", NULL, NULL);
    CU_add_test(suite, "listeners get what they ask for, in order", test_queue);
    CU_add_test(suite, "there are not too many of them", test_many);
}
