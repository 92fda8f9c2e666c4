/* A kernel on flat memory, with six sets of registers and no processor: tests say what guest code does.
 *
 *     struct kernel_bench *b = kernel_bench_new(NULL);
 *     kernel_bench_thread(b, 0, 13);                       // a title's thread runs on hardware thread 0
 *     uint64_t r3;
 *     CU_ASSERT(KERNEL_BENCH_CALL(b, 0, "KeSetEvent", &r3, event, 0, 0) && r3 == 0);
 *
 * Between calls a hardware thread "runs guest code": it does nothing. The kernel's hands, the interrupt controller and
 * decrementers are played here. */
#ifndef CYCLE360_TESTS_KERNEL_BENCH_H
#define CYCLE360_TESTS_KERNEL_BENCH_H

#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/kernel.h"

#define KERNEL_BENCH_MS UINT64_C(10000000000) /* a millisecond in units of time */

enum { KERNEL_BENCH_STORES = 4096, KERNEL_BENCH_TEXT = 8192 };

struct kernel_bench_spec {
    enum hle_reference_kind reference;
    bool strict;
    const struct image *image; /* NULL: none */
    struct tree *media;        /* NULL: none */
    struct kernel_log *log;
    const struct kernel_replay *replay;
};

struct kernel_bench {
    struct kernel *kernel;
    struct membus_map map;
    struct sim_clock core, timebase;
    uint8_t *memory;
    uint8_t *touched; /* per 64 KiB of it */
    struct xenon_context cpu[KERNEL_CPUS];
    bool running[KERNEL_CPUS];
    sim_time decrements[KERNEL_CPUS]; /* when the decrementer is through */
    sim_time now;

    bool stopped;
    enum sim_status status;
    char reason[KERNEL_BENCH_TEXT];
    char reports[KERNEL_BENCH_TEXT]; /* a line each */

    /* Devices: what the hands have stored, and the interrupt controller. */
    struct {
        uint64_t address, value;
    } store[KERNEL_BENCH_STORES];
    unsigned stores;
    uint32_t pending[KERNEL_CPUS], serving[KERNEL_CPUS]; /* a bit per vector / 4 */
    uint32_t vblank_status;                              /* what 0x7FC86544 reads */
};

/* A kernel after its reset; a failure ends the test run. NULL: the usual one. */
struct kernel_bench *kernel_bench_new(const struct kernel_bench_spec *spec);
void kernel_bench_free(struct kernel_bench *b);
/* Another one in the same state, by way of the kernel's saved form; NULL where that is refused. And whether guest
 * memory and what runs are the same. */
struct kernel_bench *kernel_bench_copy(const struct kernel_bench *b);
bool kernel_bench_same(const struct kernel_bench *a, const struct kernel_bench *b);

/* A thread of the title's of its own that runs guest code on the hardware thread, alone there or preempting. */
struct ke_thread *kernel_bench_thread(struct kernel_bench *b, unsigned cpu, unsigned priority);

/* Guest code on the hardware thread calls an export: true, and r3, once it is back. False where it is not within 100
 * us: it waits, or something else runs there. kernel_bench_ended() then tells later. */
bool kernel_bench_call(struct kernel_bench *b, unsigned cpu, const char *name, uint64_t *r3, unsigned arguments,
                       const uint64_t *argument);
#define KERNEL_BENCH_CALL(b, cpu, name, r3, ...) \
    kernel_bench_call(b, cpu, name, r3, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), (uint64_t[]){__VA_ARGS__})
/* The hardware thread runs guest code behind the latest call of this name: r3. */
bool kernel_bench_ended(struct kernel_bench *b, unsigned cpu, const char *name, uint64_t *r3);
/* Guest code that the kernel has called (an APC's, a DPC's, a callback's) returns with r3. */
void kernel_bench_return(struct kernel_bench *b, unsigned cpu, uint64_t r3);
/* The same, wherever the link register points by now. */
void kernel_bench_function_returns(struct kernel_bench *b, unsigned cpu, uint64_t r3);
/* Any other trap. */
void kernel_bench_trap(struct kernel_bench *b, unsigned cpu, const struct kernel_trap *trap);
/* An interrupt reaches the controller. */
void kernel_bench_interrupt(struct kernel_bench *b, unsigned cpu, uint32_t vector);
/* Time goes on; decrementers and the kernel's own events. */
void kernel_bench_run(struct kernel_bench *b, sim_time time);
/* What happens at once, without time: up to 100 us. */
void kernel_bench_settle(struct kernel_bench *b);

/* The pc of guest code that runs there; 0 where the hardware thread is the kernel's. */
uint32_t kernel_bench_pc(const struct kernel_bench *b, unsigned cpu);

/* Guest memory, from this address on some pages that are the tests': 1 MiB, cleared. */
enum { KERNEL_BENCH_MEMORY = 0x40000000, KERNEL_BENCH_MEMORY_SIZE = 0x100000 };
uint32_t kernel_bench_u32(struct kernel_bench *b, uint32_t address);
void kernel_bench_put_u32(struct kernel_bench *b, uint32_t address, uint32_t value);
uint32_t kernel_bench_text(struct kernel_bench *b, uint32_t address, const char *text); /* address */

#endif
