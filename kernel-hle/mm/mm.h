/* The memory manager: state and requests in, addresses and changes of pages out. docs/kernel-memory.md has the rules.
 *
 *     struct mm *mm = mm_create(&reference, &error);
 *     uint32_t base = 0, size = 0x20000;
 *     nt_status status = mm_allocate_virtual(mm, &base, &size, MM_RESERVE | MM_COMMIT, MM_READWRITE);
 *     for (size_t i = 0, n = mm_change_count(mm); i < n; i++)
 *         ... mm_changes(mm)[i] ...
 *
 * Guest memory itself is not touched: whoever keeps the title's map applies the changes of each request, in order,
 * before the title goes on. NULL stands for a title's null pointer where a parameter is one. However many requests
 * come, the host's memory is what mm_create() took. */
#ifndef CYCLE360_HLE_MM_H
#define CYCLE360_HLE_MM_H

#include "kernel-hle/reference.h"
#include "kernel-hle/status.h"
#include "models/sim/state.h"

#include <stdbool.h>
#include <stddef.h>

enum mm_type {
#define TYPE(name, value) MM_##name = value,
#include "kernel-hle/mm/bits.def"
#undef TYPE
};

enum mm_protect {
#define PROTECT(name, value) MM_##name = value,
#include "kernel-hle/mm/bits.def"
#undef PROTECT
    MM_PROTECT_BITS = 0x7FF
};

/* What memory is used for. */
enum mm_use { MM_USE_VIRTUAL, MM_USE_PHYSICAL, MM_USE_POOL, MM_USE_STACK, MM_USE_IMAGE, MM_USE_HEAP, MM_USES };

enum mm_change_kind {
    MM_MAP,         /* the pages are there: real memory from `real` on */
    MM_GUARD_PAGES, /* they are there without memory and rights: guard pages */
    MM_UNMAP,       /* they are not there any more */
    MM_REPROTECT,   /* `protect` is another one */
    MM_CHANGE_KINDS
};

struct mm_change {
    uint32_t kind;
    uint32_t address, size; /* whole pages of one region of the title's map */
    uint32_t real;          /* MM_MAP */
    uint16_t protect;       /* enum mm_protect */
    bool zero;              /* MM_MAP: the memory becomes zeros */
};

struct mm;

/* As it is before the first instruction of a title; the changes are then those that make it so. NULL on failure. */
struct mm *mm_create(const struct hle_reference *reference, struct sim_error *error);
void mm_destroy(struct mm *mm);
void mm_reset(struct mm *mm);

/* Of the last request. */
const struct mm_change *mm_changes(const struct mm *mm);
size_t mm_change_count(const struct mm *mm);
/* enum sim_page_flags and MEMBUS_PAGE_GUARD for a protection. */
uint32_t mm_page_flags(uint32_t protect);

/* NtAllocateVirtualMemory and its kin. */
nt_status mm_allocate_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t type, uint32_t protect);
nt_status mm_free_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t type);
nt_status mm_protect_virtual(struct mm *mm, uint32_t *base, uint32_t *size, uint32_t protect, uint32_t *old);
/* The words of the record, in its order. */
struct mm_information {
    uint32_t base, allocation_base, allocation_protect, region_size, state, protect, type;
};
nt_status mm_query_virtual(struct mm *mm, uint32_t address, struct mm_information *information, uint32_t region_type);
nt_status mm_allocate_encrypted(struct mm *mm, uint32_t size, uint32_t *base);
nt_status mm_free_encrypted(struct mm *mm, uint32_t base);

/* MmAllocatePhysicalMemoryEx: 0 where nothing fits. MmAllocatePhysicalMemory is min 0, max FFFFFFFF, alignment 0. */
uint32_t mm_allocate_physical(struct mm *mm, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                              uint32_t alignment);
/* False, and nothing changes, where no physical region begins at `base`. */
bool mm_free_physical(struct mm *mm, uint32_t base);

/* MmGetPhysicalAddress, MmQueryAddressProtect, MmSetAddressProtect (true where it did anything), MmQueryAllocationSize,
 * MmIsAddressValid, MmMapIoSpace, KeGetImagePageTableEntry. */
uint32_t mm_real_address(struct mm *mm, uint32_t address);
uint32_t mm_query_protect(struct mm *mm, uint32_t address);
bool mm_set_protect(struct mm *mm, uint32_t address, uint32_t size, uint32_t protect);
uint32_t mm_allocation_size(struct mm *mm, uint32_t address);
bool mm_address_valid(struct mm *mm, uint32_t address);
uint32_t mm_map_io_space(uint32_t address);
uint32_t mm_image_page_entry(uint32_t address);

/* MmQueryStatistics: the 26 words of the record, of which the first must hold the size of all. */
#define MM_STATISTICS_SECTION(X, section) \
    X(section##_available_pages)          \
    X(section##_virtual_bytes)            \
    X(section##_reserved_bytes)           \
    X(section##_physical_pages)           \
    X(section##_pool_pages)               \
    X(section##_stack_pages)              \
    X(section##_image_pages)              \
    X(section##_heap_pages)               \
    X(section##_allocated_pages)          \
    X(section##_page_table_pages)         \
    X(section##_cache_pages)
#define MM_STATISTICS(X)             \
    X(size)                          \
    X(total_physical_pages)          \
    X(kernel_pages)                  \
    MM_STATISTICS_SECTION(X, title)  \
    MM_STATISTICS_SECTION(X, system) \
    X(highest_physical_page)
struct mm_statistics {
#define X(name) uint32_t name;
    MM_STATISTICS(X)
#undef X
};
nt_status mm_query_statistics(struct mm *mm, struct mm_statistics *statistics);

/* MmCreateKernelStack: the high end, 0 where there is no room. MmDeleteKernelStack: by both ends. */
uint32_t mm_create_kernel_stack(struct mm *mm, uint32_t size);
nt_status mm_delete_kernel_stack(struct mm *mm, uint32_t base, uint32_t end);
/* The stack of a thread, between guard pages. */
struct mm_stack {
    uint32_t allocation; /* the first guard page */
    uint32_t limit;      /* the lowest address that may be used */
    uint32_t base;       /* behind the highest */
};
nt_status mm_create_thread_stack(struct mm *mm, uint32_t size, struct mm_stack *stack);
nt_status mm_delete_thread_stack(struct mm *mm, const struct mm_stack *stack);

/* Whole pages for the kernel's own objects, cleared; 0 where there is no room. */
uint32_t mm_allocate_system(struct mm *mm, uint32_t size);
bool mm_free_system(struct mm *mm, uint32_t base);

/* ExAllocatePoolTypeWithTag: what a title gets, 0 where there is no room. A small block has a header of 8 bytes before
 * it; its bytes are put into `header`, and *header_at is its address, 0 for a large block. */
uint32_t mm_allocate_pool(struct mm *mm, uint32_t size, uint32_t tag, uint32_t *header_at, uint8_t header[8]);
/* ExFreePool: false, and nothing changes, for what is no block. */
bool mm_free_pool(struct mm *mm, uint32_t address);
/* ExQueryPoolBlockSize: bytes that may be used, 0 for what is no block. */
uint32_t mm_pool_block_size(struct mm *mm, uint32_t address);

/* The memory of a program: whole pages, read and write, cleared. mm_protect_image gives part of it another protection.
 */
nt_status mm_place_image(struct mm *mm, uint32_t base, uint32_t size);
nt_status mm_protect_image(struct mm *mm, uint32_t base, uint32_t size, uint32_t protect);
nt_status mm_remove_image(struct mm *mm, uint32_t base);

/* Canonical: the same pages give the same bytes, whatever led to them. A load that fails leaves mm as after mm_reset().
 * A load makes no changes: the title's map is saved by itself. */
void mm_save(const struct mm *mm, struct sim_writer *writer);
void mm_load(struct mm *mm, struct sim_reader *reader);

#endif
