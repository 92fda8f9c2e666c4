#include "tests/support/kernel_bench.h"
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "models/xenon/isa/interrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MEMORY = 0x20000000, GRANULE = 0x10000, NO_VECTOR = 0x7C };

#define IIC          UINT64_C(0x20000050000)
#define SETTLE       (KERNEL_BENCH_MS / 10)
#define CODE         UINT32_C(0x82000000)
#define CALLER       UINT32_C(0x82001000)
#define VBLANK_STATE UINT64_C(0xEC806544)

static struct xenon_context *host_registers(void *context, unsigned cpu)
{
    struct kernel_bench *b = context;
    SIM_CHECK(!b->running[cpu], "hardware thread %u is not parked", cpu);
    return &b->cpu[cpu];
}

static void host_read(void *context, uint64_t real, void *bytes, size_t size)
{
    struct kernel_bench *b = context;
    SIM_CHECK(real < MEMORY && size <= MEMORY - real, "no memory at 0x%llx", (unsigned long long)real);
    memcpy(bytes, b->memory + real, size);
}

static void host_write(void *context, uint64_t real, const void *bytes, size_t size)
{
    struct kernel_bench *b = context;
    SIM_CHECK(real < MEMORY && size <= MEMORY - real, "no memory at 0x%llx", (unsigned long long)real);
    memcpy(b->memory + real, bytes, size);
    for (uint64_t at = real / GRANULE; at <= (real + size - 1) / GRANULE; at++)
        b->touched[at] = 1;
}

static void host_zero(void *context, uint64_t real, size_t size)
{
    struct kernel_bench *b = context;
    SIM_CHECK(real < MEMORY && size <= MEMORY - real, "no memory at 0x%llx", (unsigned long long)real);
    for (uint64_t at = real, end = real + size, next; at < end; at = next) {
        next = (at / GRANULE + 1) * GRANULE;
        next = next < end ? next : end;
        if (b->touched[at / GRANULE])
            memset(b->memory + at, 0, (size_t)(next - at));
    }
}

static void host_map_changed(void *context, uint32_t base, uint32_t size)
{
    (void)context, (void)base, (void)size;
}

static void host_resume(void *context, unsigned cpu, uint32_t decrementer)
{
    struct kernel_bench *b = context;
    SIM_CHECK(!b->running[cpu], "hardware thread %u runs already", cpu);
    b->running[cpu] = true;
    b->decrements[cpu] = sim_clock_edge(&b->timebase, sim_clock_floor(&b->timebase, b->now) + decrementer + 1);
}

static void append(char *text, const char *more)
{
    size_t used = strlen(text), size = strlen(more);
    if (size > KERNEL_BENCH_TEXT - 2 - used)
        size = KERNEL_BENCH_TEXT - 2 - used;
    snprintf(text + used, KERNEL_BENCH_TEXT - used, "%.*s\n", (int)size, more);
}

static void host_stop(void *context, enum sim_status status, const char *reason)
{
    struct kernel_bench *b = context;
    SIM_CHECK(!b->stopped, "stopped twice: %s", reason);
    b->stopped = true;
    b->status = status;
    append(b->reason, reason);
}

static void host_report(void *context, const char *text)
{
    append(((struct kernel_bench *)context)->reports, text);
}

struct kernel_bench *kernel_bench_new(const struct kernel_bench_spec *spec)
{
    static const struct kernel_bench_spec usual = {.reference = HLE_HARDWARE};
    spec = spec ? spec : &usual;
    struct kernel_bench *b = calloc(1, sizeof *b);
    struct sim_error error;
    SIM_CHECK(b && (b->touched = calloc(MEMORY / GRANULE, 1)), "no memory");
    /* not calloc(), which under sanitizers fills all of it */
    b->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    SIM_CHECK(b->memory != MAP_FAILED, "no memory");
    SIM_CHECK(membus_map_init(&b->map, MEMORY, &error) == SIM_OK, "%s", error.text);
    SIM_CHECK(sim_clock_init(&b->core, "core", 3200000000, 1, 0, 1, &error) == SIM_OK, "%s", error.text);
    SIM_CHECK(sim_clock_init(&b->timebase, "timebase", 50000000, 1, 0, 1, &error) == SIM_OK, "%s", error.text);
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        xenon_context_reset(&b->cpu[i], i % 2);
    struct kernel_config config = {
        .host = {b, host_registers, host_read, host_write, host_zero, &b->map, host_map_changed, host_resume, host_stop,
                 host_report},
        .core = &b->core,
        .timebase = &b->timebase,
        .reference = spec->reference,
        .image = spec->image,
        .media = spec->media,
        .title_path = "\\Device\\Cdrom0\\default.xex",
        .start_time = UINT64_C(132000000000000000),
        .strict = spec->strict,
        .log = spec->log,
        .replay = spec->replay,
    };
    b->kernel = kernel_create(&config, &error);
    SIM_CHECK(b->kernel, "%s", error.text);
    kernel_reset(b->kernel);
    uint32_t base = KERNEL_BENCH_MEMORY, size = KERNEL_BENCH_MEMORY_SIZE;
    nt_status status = mm_allocate_virtual(b->kernel->mm, &base, &size, MM_RESERVE | MM_COMMIT, MM_READWRITE);
    SIM_CHECK(status == NT_SUCCESS, "no pages for the test: 0x%x", status);
    kernel_apply_changes(b->kernel);
    kernel_bench_settle(b);
    return b;
}

struct kernel_bench *kernel_bench_copy(const struct kernel_bench *b)
{
    struct kernel_bench *copy = kernel_bench_new(NULL);
    for (size_t i = 0; i < MEMORY / GRANULE; i++) {
        if (b->touched[i])
            memcpy(copy->memory + i * GRANULE, b->memory + i * GRANULE, GRANULE);
        else if (copy->touched[i])
            memset(copy->memory + i * GRANULE, 0, GRANULE);
        copy->touched[i] = b->touched[i];
    }
    struct sim_writer map = {0}, kernel = {0};
    membus_map_save(&b->map, &map);
    kernel_save(b->kernel, &kernel);
    struct sim_reader map_reader = {.bytes = map.bytes, .size = map.size};
    struct sim_reader kernel_reader = {.bytes = kernel.bytes, .size = kernel.size};
    membus_map_load(&copy->map, &map_reader);
    kernel_load(copy->kernel, &kernel_reader);
    bool right = !map_reader.failed && !kernel_reader.failed && kernel_reader.offset == kernel.size;
    sim_writer_free(&map);
    sim_writer_free(&kernel);
    if (!right) {
        kernel_bench_free(copy);
        return NULL;
    }
    copy->now = b->now;
    copy->vblank_status = b->vblank_status;
    copy->stores = b->stores;
    memcpy(copy->store, b->store, sizeof b->store);
    memcpy(copy->cpu, b->cpu, sizeof b->cpu);
    memcpy(copy->running, b->running, sizeof b->running);
    memcpy(copy->decrements, b->decrements, sizeof b->decrements);
    memcpy(copy->pending, b->pending, sizeof b->pending);
    memcpy(copy->serving, b->serving, sizeof b->serving);
    return copy;
}

bool kernel_bench_same(const struct kernel_bench *a, const struct kernel_bench *b)
{
    for (size_t i = 0; i < MEMORY / GRANULE; i++)
        if ((a->touched[i] || b->touched[i]) && memcmp(a->memory + i * GRANULE, b->memory + i * GRANULE, GRANULE) != 0)
            return false;
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (a->running[i] != b->running[i] || a->cpu[i].nia != b->cpu[i].nia || a->cpu[i].gpr[3] != b->cpu[i].gpr[3])
            return false;
    return a->now == b->now;
}

void kernel_bench_free(struct kernel_bench *b)
{
    kernel_destroy(b->kernel);
    membus_map_free(&b->map);
    munmap(b->memory, MEMORY);
    free(b->touched);
    free(b);
}

/* What was stored last to a register of a device. */
static uint64_t last_store(const struct kernel_bench *b, uint64_t address)
{
    for (unsigned i = b->stores; i-- > 0;)
        if (b->store[i].address == address)
            return b->store[i].value;
    return 0;
}

/* The hardware thread executes one of the kernel's hands: true. */
static bool play_hands(struct kernel_bench *b, unsigned cpu)
{
    struct xenon_context *r = &b->cpu[cpu];
    uint32_t at = (uint32_t)r->nia, load64 = kernel_own_address(KERNEL_OWN_LOAD64);
    if (!b->running[cpu] || at < load64 || at > kernel_own_address(KERNEL_OWN_STORE32))
        return false;
    unsigned what = (at - load64) / KERNEL_TRAMPOLINE;
    uint64_t address = r->gpr[4], offset = address - IIC;
    if (what == KERNEL_STORE64 || what == KERNEL_STORE32) {
        SIM_CHECK(b->stores < KERNEL_BENCH_STORES, "too many stores");
        b->store[b->stores].address = address;
        b->store[b->stores++].value = r->gpr[3];
        if (offset < 0x6000 && offset % 0x1000 == 0x10)
            for (unsigned i = 0; i < KERNEL_CPUS; i++)
                b->pending[i] |= (r->gpr[3] >> (16 + i) & 1) << (r->gpr[3] >> 2 & 31);
        if (offset < 0x6000 && offset % 0x1000 == 0x60 && b->serving[cpu])
            b->serving[cpu] &= ~(UINT32_C(1) << (31 - __builtin_clz(b->serving[cpu])));
        if (address == VBLANK_STATE && r->gpr[3] & 1)
            b->vblank_status &= ~UINT32_C(0x00010001);
    } else if (offset < 0x6000 && offset % 0x1000 == 0x50) {
        unsigned best = b->pending[cpu] ? 31 - (unsigned)__builtin_clz(b->pending[cpu]) : NO_VECTOR / 4;
        if (b->pending[cpu]) {
            b->pending[cpu] &= ~(UINT32_C(1) << best);
            b->serving[cpu] |= UINT32_C(1) << best;
        }
        r->gpr[3] = best * 4;
    } else {
        r->gpr[3] = address == VBLANK_STATE ? b->vblank_status : last_store(b, address);
    }
    r->nia = at + 8;
    struct kernel_trap trap = {.vector = XENON_SYSTEM_CALL};
    kernel_bench_trap(b, cpu, &trap);
    return true;
}

static bool play_interrupt(struct kernel_bench *b, unsigned cpu)
{
    bool open = b->running[cpu] ? (b->cpu[cpu].msr & XENON_MSR_EE) != 0 : kernel_idles(b->kernel, cpu);
    if (b->stopped || !open || b->pending[cpu] <= b->serving[cpu])
        return false;
    struct kernel_trap trap = {.vector = XENON_EXTERNAL};
    kernel_bench_trap(b, cpu, &trap);
    return true;
}

static bool play(struct kernel_bench *b)
{
    for (unsigned i = 0; i < KERNEL_CPUS && !b->stopped; i++)
        if (play_hands(b, i) || play_interrupt(b, i))
            return true;
    return false;
}

void kernel_bench_trap(struct kernel_bench *b, unsigned cpu, const struct kernel_trap *trap)
{
    b->running[cpu] = false;
    kernel_trap(b->kernel, cpu, trap, b->now);
}

/* The next thing that happens, if it is before `until`. */
static bool step(struct kernel_bench *b, sim_time until)
{
    if (play(b))
        return true;
    sim_time next = kernel_next(b->kernel);
    unsigned decremented = KERNEL_CPUS;
    for (unsigned i = 0; i < KERNEL_CPUS; i++)
        if (b->running[i] && b->cpu[i].msr & XENON_MSR_EE && b->decrements[i] < next) {
            next = b->decrements[i];
            decremented = i;
        }
    if (b->stopped || next >= until)
        return false;
    b->now = next > b->now ? next : b->now;
    if (decremented < KERNEL_CPUS) {
        struct kernel_trap trap = {.vector = XENON_DECREMENTER};
        kernel_bench_trap(b, decremented, &trap);
    } else {
        kernel_event(b->kernel, b->now);
    }
    return true;
}

void kernel_bench_run(struct kernel_bench *b, sim_time time)
{
    sim_time until = b->now + time;
    while (step(b, until)) {
    }
    b->now = b->stopped ? b->now : until;
}

void kernel_bench_settle(struct kernel_bench *b)
{
    sim_time until = b->now + SETTLE;
    while (step(b, until)) {
    }
}

struct ke_thread *kernel_bench_thread(struct kernel_bench *b, unsigned cpu, unsigned priority)
{
    struct ke_new_thread what = {.start = CODE, .process = KE_PROCESS_TITLE, .cpu = cpu, .priority = priority};
    struct ke_thread *thread = ke_create_thread(b->kernel, &what);
    SIM_CHECK(thread, "no thread");
    unsigned by = 0; /* another hardware thread has made it */
    while (by < KERNEL_CPUS - 1 && (by == cpu || b->running[by]))
        by++;
    b->kernel->acting = (uint8_t)by;
    b->kernel->now = b->now;
    ke_make_ready(b->kernel, thread);
    ke_settle(b->kernel);
    kernel_bench_settle(b);
    return thread;
}

static uint32_t behind(const char *name)
{
    size_t index = 0;
    while (index < kernel_export_count()) {
        for (unsigned m = 0; m < HLE_MODULES; m++)
            for (size_t i = 0; i < hle_exports[m].rows; i++, index++)
                if (strcmp(hle_exports[m].row[i].name, name) == 0)
                    return kernel_export_address(index) + 4;
    }
    SIM_BUG("no export is called %s", name);
}

bool kernel_bench_ended(struct kernel_bench *b, unsigned cpu, const char *name, uint64_t *r3)
{
    *r3 = b->cpu[cpu].gpr[3];
    return b->running[cpu] && b->cpu[cpu].nia == behind(name);
}

bool kernel_bench_call(struct kernel_bench *b, unsigned cpu, const char *name, uint64_t *r3, unsigned arguments,
                       const uint64_t *argument)
{
    struct xenon_context *r = &b->cpu[cpu];
    if (!b->running[cpu])
        return false; /* a test has failed */
    for (unsigned i = 0; i < arguments; i++)
        if (i < 8)
            r->gpr[3 + i] = argument[i];
        else
            for (unsigned half = 0; half < 2; half++)
                kernel_bench_put_u32(b, (uint32_t)r->gpr[1] + 0x50 + 8 * (i - 8) + 4 * half,
                                     (uint32_t)(argument[i] >> (half ? 0 : 32)));
    r->lr = CALLER;
    r->nia = behind(name);
    struct kernel_trap trap = {.vector = XENON_SYSTEM_CALL};
    kernel_bench_trap(b, cpu, &trap);
    sim_time until = b->now + SETTLE;
    while (!kernel_bench_ended(b, cpu, name, r3) && step(b, until)) {
    }
    while (!b->stopped && play(b)) {
    }
    return kernel_bench_ended(b, cpu, name, r3);
}

void kernel_bench_return(struct kernel_bench *b, unsigned cpu, uint64_t r3)
{
    if (!b->running[cpu])
        return; /* a test has failed */
    b->cpu[cpu].gpr[3] = r3;
    b->cpu[cpu].nia = b->cpu[cpu].lr + 4;
    struct kernel_trap trap = {.vector = XENON_SYSTEM_CALL};
    kernel_bench_trap(b, cpu, &trap);
    kernel_bench_settle(b);
}

void kernel_bench_function_returns(struct kernel_bench *b, unsigned cpu, uint64_t r3)
{
    b->cpu[cpu].lr = kernel_own_address(KERNEL_OWN_RETURN);
    kernel_bench_return(b, cpu, r3);
}

void kernel_bench_interrupt(struct kernel_bench *b, unsigned cpu, uint32_t vector)
{
    b->pending[cpu] |= UINT32_C(1) << (vector / 4);
    kernel_bench_settle(b);
}

uint32_t kernel_bench_pc(const struct kernel_bench *b, unsigned cpu)
{
    return b->running[cpu] ? (uint32_t)b->cpu[cpu].nia : 0;
}

uint32_t kernel_bench_u32(struct kernel_bench *b, uint32_t address)
{
    return (uint32_t)ke_look(b->kernel, address, 4);
}

void kernel_bench_put_u32(struct kernel_bench *b, uint32_t address, uint32_t value)
{
    ke_show(b->kernel, address, value, 4);
}

uint32_t kernel_bench_text(struct kernel_bench *b, uint32_t address, const char *text)
{
    for (size_t i = 0; i <= strlen(text); i++)
        ke_show(b->kernel, address + (uint32_t)i, (uint8_t)text[i], 1);
    return address;
}
