/* The event log's records, as lines. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log.h"
#include "tests/support/kernel_bench.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nobody will ever handle this one, whose arguments nobody knows. */
#define ABSENT "DumpWriteDump"

struct sunk {
    char text[1 << 18];
    size_t size;
};

static void sink(void *context, const char *text, size_t size)
{
    struct sunk *sunk = context;
    CU_ASSERT_FATAL(sunk->size + size < sizeof sunk->text && text[size - 1] == '\n');
    memcpy(sunk->text + sunk->size, text, size);
    sunk->size += size;
    sunk->text[sunk->size] = '\0';
}

struct logged {
    struct sunk sunk;
    struct kernel_log *log;
    struct kernel_bench *bench;
    struct kernel *k;
    struct ke_thread *thread;
};

static struct sim_error error;

static struct logged *begin(unsigned callers)
{
    struct logged *l = calloc(1, sizeof *l);
    CU_ASSERT_FATAL(l != NULL);
    l->log = kernel_log_create(&(struct kernel_log_options){l, sink, callers}, &error);
    CU_ASSERT_FATAL(l->log != NULL);
    l->bench = kernel_bench_new(&(struct kernel_bench_spec){.reference = HLE_HARDWARE, .log = l->log});
    l->k = l->bench->kernel;
    l->thread = kernel_bench_thread(l->bench, 3, 13);
    return l;
}

static void end(struct logged *l)
{
    kernel_bench_free(l->bench);
    kernel_log_destroy(l->log);
    free(l);
}

static void forget(struct logged *l)
{
    kernel_log_flush(l->log);
    l->sunk.size = 0;
    l->sunk.text[0] = '\0';
}

/* The records since forget(): `{"event":"NAME"`, what all have in between, `MEMBERS}`. */
static void expect(struct logged *l, const char *event, const char *members)
{
    char first[80], failure[2600];
    kernel_log_flush(l->log);
    const char *line = l->sunk.text, *newline = strchr(line, '\n');
    size_t length = newline ? (size_t)(newline - line) : 0, before, behind = strlen(members) + 2;
    before = (size_t)snprintf(first, sizeof first, "{\"event\":\"%s\",\"thread\":", event);
    if (!newline || newline[1] || length < before + behind || strncmp(line, first, before) != 0 ||
        strncmp(newline - behind, ",", 1) != 0 || strncmp(newline - behind + 1, members, behind - 2) != 0 ||
        newline[-1] != '}') {
        (void)snprintf(failure, sizeof failure, "'%.1200s', not %s with '%.1000s'", line, first, members);
        CU_assertImplementation(CU_FALSE, __LINE__, failure, __FILE__, "", CU_FALSE);
    }
    forget(l);
}

static void test_head(void)
{
    struct logged *l = begin(3);
    forget(l);
    kernel_log_head(l->log, "");
    kernel_log_head(l->log, "\"cycle360\":\"0.1.0\",\"mounts\":{}");
    kernel_log_flush(l->log);
    CU_ASSERT_STRING_EQUAL(l->sunk.text, "{\"event\":\"log.begin\",\"schema\":\"cycle360.events\",\"version\":1}\n"
                                         "{\"event\":\"log.begin\",\"schema\":\"cycle360.events\",\"version\":1,"
                                         "\"cycle360\":\"0.1.0\",\"mounts\":{}}\n");
    end(l);
    CU_ASSERT(!kernel_log_create(&(struct kernel_log_options){NULL, sink, 65}, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "a chain of 65 callers: 64 is the most");
}

/* Whole lines of a call and its return. */
static void test_call(void)
{
    struct logged *l = begin(2);
    struct kernel_bench *b = l->bench;
    uint64_t r3;
    enum { STACK = KERNEL_BENCH_MEMORY + 0x8000, CODE = KERNEL_BENCH_MEMORY };
    kernel_bench_put_u32(b, CODE, 0x48000101);
    kernel_bench_put_u32(b, CODE + 4, 0x4E800421);
    kernel_bench_put_u32(b, STACK, STACK + 0x60);
    kernel_bench_put_u32(b, STACK + 0x58, CODE + 4);
    kernel_bench_put_u32(b, STACK + 0x60, STACK + 0x80);
    kernel_bench_put_u32(b, STACK + 0x78, CODE + 8);
    kernel_bench_put_u32(b, STACK + 0x80, STACK + 0xA0);
    kernel_bench_put_u32(b, STACK + 0x98, CODE + 8);
    b->cpu[3].gpr[1] = STACK;
    uint64_t index = *ke_thread_log_index(l->thread), before = sim_clock_floor(&b->core, b->now), now = b->now;
    forget(l);
    CU_ASSERT(KERNEL_BENCH_CALL(b, 3, ABSENT, &r3, 1, 2, 0xFFFFFFFF80000000, 4, 5, 6, 7, 8));
    kernel_log_flush(l->log);
    char place[300], expected[2000];
    size_t row = 0;
    while (strcmp(kernel_export(l->k, row)->row->name, ABSENT) != 0)
        row++;
    uint32_t pc = kernel_export_address(row) + 4;
    (void)snprintf(
        place, sizeof place,
        "\"core\":1,\"hardware_thread\":1,\"cycle\":%llu,\"ns\":%llu,\"pc\":\"0x%08x\",\"lr\":\"0x82001000\","
        "\"callers\":[\"0x40000004\",\"0x40000008\"],\"export\":\"" ABSENT "\",\"module\":\"xboxkrnl\",\"ordinal\":6,",
        (unsigned long long)before, (unsigned long long)(now / 10000), pc);
    (void)snprintf(
        expected, sizeof expected,
        "{\"event\":\"import.call\",\"thread\":%u,\"index\":%llu,%s\"arguments\":{\"r3\":\"0x0000000000000001\","
        "\"r4\":\"0x0000000000000002\",\"r5\":\"0xffffffff80000000\",\"r6\":\"0x0000000000000004\","
        "\"r7\":\"0x0000000000000005\",\"r8\":\"0x0000000000000006\",\"r9\":\"0x0000000000000007\","
        "\"r10\":\"0x0000000000000008\"}}\n"
        "{\"event\":\"kernel.return\",\"thread\":%u,\"index\":%llu,%s\"return_value\":\"0x00000000c0000002\"}\n",
        ke_thread_id(l->thread), (unsigned long long)index, place, ke_thread_id(l->thread),
        (unsigned long long)index + 1, place);
    CU_ASSERT_STRING_EQUAL(l->sunk.text, expected);
    end(l);
}

static struct kernel_call call_of(struct logged *l, const char *name)
{
    uint16_t row = 0;
    while (strcmp(kernel_export(l->k, row)->row->name, name) != 0)
        row++;
    return (struct kernel_call){.thread = l->thread, .export = row};
}

static void test_returns(void)
{
    struct logged *l = begin(0);
    uint32_t at = KERNEL_BENCH_MEMORY;
    kernel_bench_put_u32(l->bench, at, 0x12345678);
    forget(l);
    struct kernel_call c = call_of(l, "NtCreateEvent");
    c.arg[0] = at;
    log_return(l->k, &c);
    expect(
        l, "kernel.return",
        "\"export\":\"NtCreateEvent\",\"module\":\"xboxkrnl\",\"ordinal\":209,\"return_value\":\"0x0000000000000000\","
        "\"status\":\"0x00000000\",\"status_name\":\"SUCCESS\",\"out\":{\"handle\":{\"handle\":\"0x12345678\"}}");
    c.result = NT_OBJECT_NAME_EXISTS;
    log_return(l->k, &c);
    expect(l, "kernel.return",
           "\"return_value\":\"0x0000000040000000\",\"status\":\"0x40000000\",\"status_name\":\"OBJECT_NAME_EXISTS\","
           "\"out\":{\"handle\":{\"handle\":\"0x12345678\"}}");
    c.result = NT_INVALID_PARAMETER;
    log_return(l->k, &c);
    expect(l, "kernel.return",
           "\"return_value\":\"0xffffffffc000000d\",\"status\":\"0xc000000d\",\"status_name\":\"INVALID_PARAMETER\"");
    c.result = 0xC7654321;
    log_return(l->k, &c);
    expect(l, "kernel.return", "\"return_value\":\"0xffffffffc7654321\",\"status\":\"0xc7654321\"");
    c = call_of(l, "RtlEnterCriticalSection");
    log_return(l->k, &c);
    expect(l, "kernel.return", "\"export\":\"RtlEnterCriticalSection\",\"module\":\"xboxkrnl\",\"ordinal\":293");
    end(l);
}

static void test_objects(void)
{
    struct logged *l = begin(0);
    uint32_t handle = 0;
    struct ob_object *event = ob_create(l->k, OB_EVENT, 0);
    CU_ASSERT_FATAL(event && ob_new_handle(l->k, event, &handle) == NT_SUCCESS);
    char object[120], expected[500];
    (void)snprintf(object, sizeof object, "{\"address\":\"0x%08x\",\"type\":\"event\",\"id\":\"0x%016llx\"}",
                   event->address, (unsigned long long)event->identity);
    forget(l);
    log_handle(l->k, "create", event, handle);
    (void)snprintf(expected, sizeof expected, "\"handle\":\"0x%08x\",\"object\":%s,\"pointers\":2,\"handles\":1",
                   handle, object);
    expect(l, "handle.create", expected);
    log_signal(l->k, "set", event->address, 0, 1);
    (void)snprintf(expected, sizeof expected, "\"object\":%s,\"before\":0,\"after\":1", object);
    expect(l, "signal.set", expected);
    log_signal(l->k, "release", KERNEL_BENCH_MEMORY + 0x10, -5, INT32_MAX);
    expect(l, "signal.release",
           "\"object\":{\"address\":\"0x40000010\",\"type\":\"event\"},\"before\":-5,\"after\":2147483647");

    struct ke_wait wait = {.count = 2, .object = {event->address, event->address}, .all = true, .reason = 3};
    log_wait_begin(l->k, l->thread, &wait);
    (void)snprintf(expected, sizeof expected,
                   "\"objects\":[%s,%s],\"all\":true,\"timeout_ns\":-1,\"alertable\":false,\"mode\":\"kernel\","
                   "\"reason\":3",
                   object, object);
    expect(l, "wait.begin", expected);
    int64_t timeout = -12;
    wait = (struct ke_wait){
        .count = 1, .object = {event->address}, .alertable = true, .user_mode = true, .reason = 6, .timeout = &timeout};
    log_wait_begin(l->k, l->thread, &wait);
    (void)snprintf(expected, sizeof expected,
                   "\"objects\":[%s],\"all\":false,\"timeout_ns\":1200,\"alertable\":true,\"mode\":\"user\","
                   "\"reason\":6",
                   object);
    expect(l, "wait.begin", expected);
    log_wait_end(l->k, l->thread, NT_TIMEOUT);
    expect(l, "wait.end", "\"status\":\"0x00000102\",\"status_name\":\"TIMEOUT\"");

    struct kernel_call c = call_of(l, "NtSetEvent");
    c.arg[0] = handle;
    log_call(l->k, &c);
    (void)snprintf(expected, sizeof expected,
                   "\"arguments\":{\"event\":{\"handle\":\"0x%08x\",\"type\":\"event\",\"id\":\"0x%016llx\"},", handle,
                   (unsigned long long)event->identity);
    kernel_log_flush(l->log);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->sunk.text, expected));
    end(l);
}

static void test_threads(void)
{
    struct logged *l = begin(0);
    char expected[600], object[200];
    struct ke_new_thread what = {
        .start = 0x82001234, .context = 0xBE56BB3C, .startup = 0x82000100, .cpu = 2, .flags = 1};
    forget(l);
    struct ke_thread *thread = ke_create_thread(l->k, &what);
    CU_ASSERT_FATAL(thread != NULL);
    const struct ob_object *body = ob_by_address(l->k, ke_thread_address(thread));
    CU_ASSERT_FATAL(body != NULL);
    (void)snprintf(object, sizeof object,
                   "\"of\":%u,\"object\":{\"address\":\"0x%08x\",\"type\":\"thread\",\"id\":\"0x%016llx\"}",
                   ke_thread_id(thread), ke_thread_address(thread), (unsigned long long)body->identity);
    (void)snprintf(expected, sizeof expected,
                   "%s,\"entry\":\"0x82001234\",\"context\":\"0xbe56bb3c\",\"startup\":\"0x82000100\","
                   "\"stack\":\"0x%08x\",\"stack_size\":%u,\"priority\":%u,\"suspended\":1,\"processor\":2",
                   object, thread->stack.base, thread->stack.base - thread->stack.limit, thread->priority);
    expect(l, "thread.create", expected);
    log_thread(l->k, "resume", thread);
    (void)snprintf(expected, sizeof expected,
                   "%s,\"entry\":\"0x82001234\",\"priority\":%u,\"suspended\":1,\"processor\":2", object,
                   thread->priority);
    expect(l, "thread.resume", expected);
    log_switch(l->k, 4, l->k->cpu[4].idle, thread);
    (void)snprintf(expected, sizeof expected, "\"from\":0,\"to\":%u", ke_thread_id(thread));
    expect(l, "thread.switch", expected);
    log_contention(l->k, l->thread, 0xBC65C890, ke_thread_address(thread));
    (void)snprintf(expected, sizeof expected,
                   "\"section\":\"0xbc65c890\",\"owner\":{\"address\":\"0x%08x\",\"type\":\"thread\"",
                   ke_thread_address(thread));
    kernel_log_flush(l->log);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->sunk.text, expected));
    end(l);
}

static void test_others(void)
{
    struct logged *l = begin(0);
    forget(l);
    log_other(l->k, l->thread, "alloc.physical", "address", "hex", 0xA0000000u, "size", "u64", UINT64_C(1) << 40,
              "left", "int", INT64_C(-3), "text", "text", "a\"\n\xFF", "kind", "text", "pool", NULL);
    expect(l, "alloc.physical",
           "\"address\":\"0xa0000000\",\"size\":1099511627776,\"left\":-3,\"text\":\"a\\\"\\u000a\\u00ff\","
           "\"kind\":\"pool\"");
    log_other(l->k, NULL, "vblank", "count", "int", INT64_C(1), NULL);
    expect(l, "vblank", "\"count\":1");
    end(l);
}

/* Indices count by thread, by hardware thread where there is none, and without a log. */
static void test_indices(void)
{
    struct logged *l = begin(0);
    uint64_t *of_thread = ke_thread_log_index(l->thread), *of_idle = ke_thread_log_index(l->k->cpu[5].idle);
    uint64_t first = *of_thread, idle = *of_idle;
    forget(l);
    log_other(l->k, l->thread, "a", NULL);
    log_other(l->k, l->k->cpu[5].idle, "a", NULL);
    log_other(l->k, l->thread, "a", NULL);
    log_switch(l->k, 5, l->k->cpu[5].idle, l->thread);
    kernel_log_flush(l->log);
    char expected[300];
    const char *line = l->sunk.text;
    const struct {
        const char *event;
        uint32_t thread;
        uint64_t index;
        unsigned cpu;
    } rows[] = {{"a", ke_thread_id(l->thread), first, 3},
                {"a", 0, idle, 5},
                {"a", ke_thread_id(l->thread), first + 1, 3},
                {"thread.switch", 0, idle + 1, 5}};
    for (unsigned i = 0; i < 4; i++) {
        int length = snprintf(expected, sizeof expected,
                              "{\"event\":\"%s\",\"thread\":%u,\"index\":%llu,\"core\":%u,\"hardware_thread\":%u,",
                              rows[i].event, rows[i].thread, (unsigned long long)rows[i].index, rows[i].cpu / 2,
                              rows[i].cpu % 2);
        CU_ASSERT(strncmp(line, expected, (size_t)length) == 0);
        line = strchr(line, '\n') + 1;
    }
    CU_ASSERT(*of_thread == first + 2 && *of_idle == idle + 2);
    l->k->config.log = NULL;
    log_other(l->k, l->thread, "a", NULL);
    log_wait_end(l->k, l->thread, 0);
    forget(l);
    CU_ASSERT(*of_thread == first + 4 && l->sunk.size == 0);
    end(l);
}

/* Of a thread that runs guest code nobody knows where it is. */
static void test_running(void)
{
    struct logged *l = begin(3);
    forget(l);
    log_other(l->k, l->thread, "a", NULL);
    kernel_log_flush(l->log);
    CU_ASSERT(strstr(l->sunk.text, "\"ns\":") && !strstr(l->sunk.text, "\"pc\""));
    end(l);
}

/* The events of one thread, or of thread 0, in one line; of those that begin with one of the prefixes. */
static const char *story(struct logged *l, uint32_t thread, const char *prefixes, char text[1000])
{
    size_t used = 0;
    char of[40], event[40];
    (void)snprintf(of, sizeof of, "\"thread\":%u,", thread);
    kernel_log_flush(l->log);
    text[0] = '\0';
    for (char *line = strtok(l->sunk.text, "\n"); line; line = strtok(NULL, "\n")) {
        const char *name = line + strlen("{\"event\":\"");
        size_t length = strcspn(name, "\"");
        (void)snprintf(event, sizeof event, "%.*s", (int)(strcspn(name, ".\"")), name);
        if (strncmp(name + length + 2, of, strlen(of)) == 0 && strstr(prefixes, event))
            used += (size_t)snprintf(text + used, 1000 - used, "%.*s ", (int)length, name);
    }
    l->sunk.size = 0;
    return text;
}

static void test_waits(void)
{
    struct logged *l = begin(0);
    struct kernel_bench *b = l->bench;
    struct ke_thread *other = kernel_bench_thread(b, 1, 13);
    uint32_t me = ke_thread_id(l->thread), you = ke_thread_id(other), at = KERNEL_BENCH_MEMORY;
    uint64_t r3;
    char text[1000];
    forget(l);
    CU_ASSERT(KERNEL_BENCH_CALL(b, 3, "NtCreateEvent", &r3, at, 0, 1, 0) && r3 == 0);
    CU_ASSERT_STRING_EQUAL(story(l, me, "import handle kernel wait", text), "import.call handle.create kernel.return ");
    uint32_t handle = kernel_bench_u32(b, at);
    CU_ASSERT(!KERNEL_BENCH_CALL(b, 3, "NtWaitForSingleObjectEx", &r3, handle, 1, 0, 0));
    CU_ASSERT_STRING_EQUAL(story(l, me, "import handle kernel wait signal", text), "import.call wait.begin ");
    CU_ASSERT(KERNEL_BENCH_CALL(b, 1, "NtSetEvent", &r3, handle, 0));
    kernel_bench_settle(b);
    kernel_log_flush(l->log);
    struct sunk *copy = malloc(sizeof *copy);
    CU_ASSERT_FATAL(copy != NULL);
    *copy = l->sunk;
    CU_ASSERT_STRING_EQUAL(story(l, you, "import kernel wait signal", text), "import.call signal.set kernel.return ");
    l->sunk = *copy;
    CU_ASSERT_STRING_EQUAL(story(l, me, "import kernel wait signal", text), "wait.end kernel.return ");
    free(copy);
    CU_ASSERT(KERNEL_BENCH_CALL(b, 1, "NtSetEvent", &r3, handle, 0));
    forget(l);
    CU_ASSERT(KERNEL_BENCH_CALL(b, 3, "NtWaitForSingleObjectEx", &r3, handle, 1, 0, 0)); /* over at once */
    CU_ASSERT_STRING_EQUAL(story(l, me, "import kernel wait", text), "import.call wait.begin wait.end kernel.return ");
    end(l);
}

/* What a clock tick does is no thread's doing, whichever runs. */
static void test_ticks(void)
{
    struct logged *l = begin(0);
    struct kernel_bench *b = l->bench;
    struct ke_thread *first = kernel_bench_thread(b, 0, 13); /* the hardware thread that keeps the time */
    uint64_t r3;
    char text[1000];
    CU_ASSERT(KERNEL_BENCH_CALL(b, 0, "KeInitializeTimerEx", &r3, KERNEL_BENCH_MEMORY, 0));
    CU_ASSERT(KERNEL_BENCH_CALL(b, 0, "KeSetTimer", &r3, KERNEL_BENCH_MEMORY, (uint64_t)-10000, 0));
    forget(l);
    kernel_bench_run(b, 3 * KERNEL_BENCH_MS);
    kernel_log_flush(l->log);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(l->sunk.text, "\"object\":{\"address\":\"0x40000000\",\"type\":\"timer\"},\"before\":0"));
    struct sunk *copy = malloc(sizeof *copy);
    CU_ASSERT_FATAL(copy != NULL);
    *copy = l->sunk;
    CU_ASSERT_STRING_EQUAL(story(l, 0, "signal", text), "signal.expire ");
    l->sunk = *copy;
    CU_ASSERT_STRING_EQUAL(story(l, ke_thread_id(first), "signal", text), "");
    free(copy);
    end(l);
}

/* The sink gets whole lines, many at a time, and all of them. */
static void test_blocks(void)
{
    enum { LINES = 300, LENGTH = 2000 };
    struct logged *l = begin(0);
    char text[LENGTH + 1];
    memset(text, '"', LENGTH);
    text[LENGTH] = '\0';
    forget(l);
    uint64_t records = kernel_log_records(l->log), lines = 0, blocks = 0;
    for (unsigned i = 0; i <= LINES; i++) {
        if (i < LINES)
            log_other(l->k, l->thread, "a", "text", "text", text, NULL);
        else
            kernel_log_flush(l->log);
        blocks += l->sunk.size > 0;
        for (size_t j = 0; j < l->sunk.size; j++)
            lines += l->sunk.text[j] == '\n';
        l->sunk.size = 0;
    }
    CU_ASSERT_EQUAL(lines, LINES);
    CU_ASSERT_EQUAL(kernel_log_records(l->log), records + LINES);
    CU_ASSERT(blocks > 1 && blocks < LINES / 10);
    end(l);
}

void test_log(void)
{
    CU_pSuite suite = CU_add_suite("hle/log", NULL, NULL);
    CU_add_test(suite, "the first record", test_head);
    CU_add_test(suite, "a call and its return", test_call);
    CU_add_test(suite, "results and statuses", test_returns);
    CU_add_test(suite, "objects: handles, signals, waits", test_objects);
    CU_add_test(suite, "threads", test_threads);
    CU_add_test(suite, "other records", test_others);
    CU_add_test(suite, "indices", test_indices);
    CU_add_test(suite, "a thread that runs", test_running);
    CU_add_test(suite, "waits", test_waits);
    CU_add_test(suite, "clock ticks", test_ticks);
    CU_add_test(suite, "blocks", test_blocks);
}
