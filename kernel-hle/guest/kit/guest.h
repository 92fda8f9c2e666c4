/* For titles written in C: the structures that they share with the kernel, arguments in slots, functions that the
 * kernel calls. Compile with -m32 -ffixed-r13: r13 is the kernel's. */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

/* ---- Functions that the kernel calls ----
 *
 *     static uint32_t worker(const volatile void *context) { ... }
 *     GUEST_CALLBACK(thread, worker);
 *
 *     ExCreateThread(&handle, 0, NULL, NULL, worker_code, context, 0);
 *
 * The kinds are those of kernel.h: guest_thread, guest_apc ... */
struct guest_code {
    uint32_t instruction;
};

#define GUEST_CALLBACK(kind, function)                                              \
    static guest_##kind *const function##_checked __attribute__((used)) = function; \
    extern const struct guest_code function##_code[];                               \
    __asm__(".pushsection .text.code." #function ", \"ax\", @progbits\n"            \
            ".balign 4\n" #function "_code:\n"                                      \
            "lis 11, " #function "@ha\n"                                            \
            "addi 11, 11, " #function "@l\n"                                        \
            "b guest_callback_" #kind "\n"                                          \
            ".popsection")

/* ---- Arguments in slots: what a variadic function of the kernel takes ----
 *
 * GUEST_SLOTS makes an array of 64-bit slots of up to 32 arguments, each by its own type. */
static inline uint64_t guest_slot_signed(int64_t value)
{
    return (uint64_t)value;
}

static inline uint64_t guest_slot_unsigned(uint64_t value)
{
    return value;
}

static inline uint64_t guest_slot_pointer(const volatile void *value)
{
    return (uintptr_t)value;
}

static inline uint64_t guest_slot_double(double value)
{
    union {
        double value;
        uint64_t bits;
    } both = {value};
    return both.bits;
}

/* clang-format off */
#define GUEST_SLOT(x)                                                                                   \
    _Generic((x),                                                                                       \
        float: guest_slot_double, double: guest_slot_double,                                            \
        char: guest_slot_signed, signed char: guest_slot_signed, short: guest_slot_signed,              \
        int: guest_slot_signed, long: guest_slot_signed, long long: guest_slot_signed,                  \
        _Bool: guest_slot_unsigned, unsigned char: guest_slot_unsigned,                                 \
        unsigned short: guest_slot_unsigned, unsigned: guest_slot_unsigned,                             \
        unsigned long: guest_slot_unsigned, unsigned long long: guest_slot_unsigned,                    \
        default: guest_slot_pointer)(x)
/* clang-format on */

#define GUEST_ONCE_MORE(...)   GUEST_ONCE_MORE_4(GUEST_ONCE_MORE_4(GUEST_ONCE_MORE_4(__VA_ARGS__)))
#define GUEST_ONCE_MORE_4(...) GUEST_ONCE_MORE_3(GUEST_ONCE_MORE_3(GUEST_ONCE_MORE_3(__VA_ARGS__)))
#define GUEST_ONCE_MORE_3(...) GUEST_ONCE_MORE_2(GUEST_ONCE_MORE_2(GUEST_ONCE_MORE_2(__VA_ARGS__)))
#define GUEST_ONCE_MORE_2(...) __VA_ARGS__
#define GUEST_NOTHING
#define GUEST_EACH(first, ...)   GUEST_SLOT(first), __VA_OPT__(GUEST_EACH_AGAIN GUEST_NOTHING()(__VA_ARGS__))
#define GUEST_EACH_AGAIN()       GUEST_EACH
#define GUEST_SLOTS(...)         ((const uint64_t[]){__VA_OPT__(GUEST_ONCE_MORE(GUEST_EACH(__VA_ARGS__))) 0})
#define GUEST_CALL_SLOTS(f, ...) f(sizeof GUEST_SLOTS(__VA_ARGS__) / 8 - 1, GUEST_SLOTS(__VA_ARGS__))

/* ---- Structures ---- */

#define GUEST_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)

struct list_entry {
    struct list_entry *next, *previous;
};

struct slist {
    void *next;
    uint16_t depth, sequence;
};
GUEST_SIZE(struct slist, 0x08);

struct ansi_string {
    uint16_t length, maximum;
    char *buffer;
};

struct unicode_string {
    uint16_t length, maximum; /* in bytes */
    uint16_t *buffer;
};

struct object_attributes {
    uint32_t root;
    struct ansi_string *name;
    uint32_t attributes; /* 0x40: names without case */
};
GUEST_SIZE(struct object_attributes, 0x0C);

struct io_status_block {
    uint32_t status, information;
};

struct dispatcher {
    uint8_t type, absolute, size, inserted;
    int32_t signal;
    struct list_entry waiters;
};
GUEST_SIZE(struct dispatcher, 0x10);

struct event {
    struct dispatcher header;
};

struct semaphore {
    struct dispatcher header;
    int32_t limit;
};
GUEST_SIZE(struct semaphore, 0x14);

struct mutant {
    struct dispatcher header;
    struct list_entry link;
    void *owner;
    uint8_t abandoned, padding[3];
};
GUEST_SIZE(struct mutant, 0x20);

struct timer {
    struct dispatcher header;
    uint64_t due;
    struct list_entry link;
    struct dpc *dpc;
    uint32_t period; /* ms */
};
GUEST_SIZE(struct timer, 0x28);

struct dpc {
    uint16_t type;
    uint8_t selected, wanted; /* hardware threads, from 1 on; 0: any */
    struct list_entry link;
    const struct guest_code *routine;
    void *context, *argument1, *argument2;
};
GUEST_SIZE(struct dpc, 0x1C);

struct apc {
    uint16_t type;
    uint8_t mode, inserted;
    void *thread;
    struct list_entry link;
    const struct guest_code *kernel_routine, *rundown_routine, *normal_routine;
    void *context, *argument1, *argument2;
};
GUEST_SIZE(struct apc, 0x28);

struct critical_section {
    struct dispatcher header;
    int32_t lock_count, recursion;
    void *owner;
};
GUEST_SIZE(struct critical_section, 0x1C);

struct rw_lock {
    int32_t lock_count;
    uint32_t writers_waiting, readers_waiting, readers;
    struct event writer;
    struct semaphore reader;
    uint32_t spin_lock;
};
GUEST_SIZE(struct rw_lock, 0x38);

struct time_stamps { /* what KeTimeStampBundle points to */
    uint64_t interrupt_time, system_time;
    uint32_t ticks, padding;
};
GUEST_SIZE(struct time_stamps, 0x18);

struct exception_record {
    uint32_t code, flags;
    struct exception_record *nested;
    void *address;
    uint32_t parameters, parameter[15];
};
GUEST_SIZE(struct exception_record, 0x50);

struct overlapped {
    uint32_t result, length, context, event;
    const struct guest_code *completion;
    uint32_t completion_context, extended_error;
};
GUEST_SIZE(struct overlapped, 0x1C);

struct thread;
struct queue;

/* ---- What most titles need ---- */

enum {
    STATUS_SUCCESS = 0,
    STATUS_USER_APC = 0x000000C0,
    STATUS_ALERTED = 0x00000101,
    STATUS_TIMEOUT = 0x00000102,
    STATUS_PENDING = 0x00000103,
};

/* Of events and timers. */
enum { NOTIFICATION = 0, SYNCHRONIZATION = 1 };
/* Of waits. */
enum { WAIT_ALL = 0, WAIT_ANY = 1 };
/* Flags of ExCreateThread; a thread of hardware thread n has 1 << (24 + n) too. */
enum { CREATE_SUSPENDED = 1, CREATE_SYSTEM = 2 };

/* A time that long from now, in milliseconds. */
#define GUEST_MS(ms) (&(const int64_t){-10000 * (int64_t)(ms)})

int main(void);

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

#endif
