/* What the kernel's folders share: its state, and what they ask each other that titles do not. */
#ifndef CYCLE360_HLE_KERNEL_PARTS_H
#define CYCLE360_HLE_KERNEL_PARTS_H

#include "kernel-hle/kernel/call.h"
#include "kernel-hle/kernel/layout.h"
#include "kernel-hle/kernel/timing.h"
#include "kernel-hle/mm/mm.h"

struct ke;
struct ob;
struct io;
struct notify;
struct ke_frame;

enum kernel_cpu_state {
    KERNEL_CPU_RUNS, /* guest code: its registers are its own */
    KERNEL_CPU_DUE,  /* parked; its thread goes on at `due` */
    KERNEL_CPU_IDLES /* parked; nothing to do but ticks */
};

struct kernel_cpu {
    uint8_t state;
    uint8_t irql;
    bool dispatch; /* `next` or a software interrupt is to be looked at before guest code goes on */
    sim_time due;
    uint64_t tick; /* number of its next clock tick */
    struct ke_thread *thread, *next, *idle;
};

struct kernel {
    struct kernel_config config;
    struct hle_reference reference;
    struct mm *mm;
    struct ob *ob;
    struct ke *ke;
    struct io *io;
    struct notify *notify;

    sim_time now;
    bool stopped;
    struct {
        bool held, write;
        uint32_t address;
    } fault;
    nt_status raised; /* by a handler: what its caller gets; 0: nothing */
    struct kernel_cpu cpu[KERNEL_CPUS];
    bool ticks;     /* while a clock tick does its work: what happens then is no thread's doing */
    uint8_t acting; /* the hardware thread whose trap or event this is */

    struct kernel_exports *exports;
    uint8_t *reported; /* per export: its absence has been */
};

/* The exports, all modules' rows one after the other; the index is that of the trampoline. */
struct kernel_export {
    const struct hle_export *row;
    kernel_handler *handler; /* NULL: absent */
    uint32_t cost;           /* cycles */
    uint8_t module;
};
/* The console's places of an export's arguments. */
struct kernel_signature {
    bool known, variadic;
    uint8_t arguments;
    uint8_t width[HLE_ARGUMENTS_MAX]; /* enum hle_width */
    uint8_t type[HLE_ARGUMENTS_MAX];  /* enum hle_type */
    struct hle_place place[HLE_ARGUMENTS_MAX];
};
struct kernel_exports;
struct kernel_exports *kernel_exports_new(void); /* NULL without memory */
void kernel_exports_delete(struct kernel_exports *exports);
size_t kernel_export_count(void);
const struct kernel_export *kernel_export(const struct kernel *k, size_t index);
const struct kernel_signature *kernel_export_signature(const struct kernel *k, size_t index);
/* Of an ordinal; kernel_export_count() where there is none. */
size_t kernel_export_index(enum hle_module module, uint32_t ordinal);
/* Where titles call it. */
static inline uint32_t kernel_export_address(size_t index)
{
    return KERNEL_TRAMPOLINES + (uint32_t)index * KERNEL_TRAMPOLINE;
}

enum kernel_own {
#define OWN(name, ...) KERNEL_OWN_##name,
#include "kernel-hle/kernel/own.def"
#undef OWN
    KERNEL_OWNS
};
uint32_t kernel_own_address(enum kernel_own own);
void kernel_write_trampolines(struct kernel *k);

/* The thread whose call this is; the idle thread of a hardware thread that has nothing to do; NULL before the first. */
struct ke_thread *kernel_current_thread(const struct kernel *k);
sim_time kernel_now(const struct kernel *k);
/* So many cycles of the core from now on. */
sim_time kernel_after(const struct kernel *k, uint64_t cycles);

/* The title: launch.c. Its image is placed and its first thread made at every reset. */
enum sim_status kernel_launch_create(struct kernel *k, struct sim_error *error);
void kernel_launch_destroy(struct kernel *k);
void kernel_launch(struct kernel *k);

/* After each request to the memory manager. */
void kernel_apply_changes(struct kernel *k);

/* The run ends; what comes later is not heard. */
void kernel_stop(struct kernel *k, enum sim_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void kernel_report(struct kernel *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A call's steps; the first one of export `index` that the thread of the acting hardware thread makes. */
void kernel_call_begin(struct kernel *k, size_t index);
void kernel_call_step(struct kernel *k, struct ke_frame *frame);
void kernel_call_absent(struct kernel *k, struct kernel_call *c);
/* The guest's function of the thread's innermost frame has returned, or its hands have; false where it has none. */
bool kernel_call_comes_back(struct kernel *k, struct ke_thread *thread, bool hands);
/* kernel_call_guest() on another stack than the thread's; the function's r1 is so much lower, at a multiple of 16: what
 * it may use above its own, link, back chain, eight arguments. */
enum { KERNEL_GUEST_FRAME = 0x80 };
void kernel_call_guest_on(struct kernel *k, struct kernel_call *c, unsigned step, uint32_t code, unsigned arguments,
                          const uint64_t *argument, uint32_t stack);

#endif
