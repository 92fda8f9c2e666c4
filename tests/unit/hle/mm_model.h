/* The memory manager again, from the rules as they stand in docs/kernel-memory.md, with an array of pages for each heap
 * and a loop for every search. */
#ifndef CYCLE360_TESTS_UNIT_HLE_MM_MODEL_H
#define CYCLE360_TESTS_UNIT_HLE_MM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_HEAPS = 7, MODEL_REAL_PAGES = 0x20000 };

struct model_page {
    char state; /* 0, 'r'eserved, 'c'ommitted, 'g'uard */
    char use;   /* 'v'irtual, 'p'hysical, 's'tack, 'i'mage, 'h'eap, 'P'ool */
    uint32_t protect, given, region, pages, real;
};

struct model {
    bool xenia;
    struct model_page *page[MODEL_HEAPS];
    bool taken[MODEL_REAL_PAGES];
    uint32_t free;
};

extern const struct model_heap {
    uint64_t base, size, page;
    char kind; /* 'v', 'i', 'p' */
} model_heap[MODEL_HEAPS];

void model_init(struct model *m, bool xenia);
void model_free(struct model *m);
int model_heap_of(uint32_t address);
struct model_page *model_page_of(struct model *m, uint32_t address);

uint32_t model_allocate(struct model *m, uint32_t *base, uint32_t *size, uint32_t type, uint32_t protect);
uint32_t model_release(struct model *m, uint32_t *base, uint32_t *size, uint32_t type);
uint32_t model_protect(struct model *m, uint32_t *base, uint32_t *size, uint32_t protect, uint32_t *old);
uint32_t model_query(struct model *m, uint32_t address, uint32_t words[7]);
uint32_t model_physical(struct model *m, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                        uint32_t alignment);
bool model_free_physical(struct model *m, uint32_t base);
bool model_set_protect(struct model *m, uint32_t address, uint32_t size, uint32_t protect);
/* Committed pages in the lowest place of a range; 0 where there is none. */
uint32_t model_kernel(struct model *m, uint32_t first, uint32_t last, uint64_t size, char use);
bool model_free_kernel(struct model *m, uint32_t base, char use);
uint32_t model_thread_stack(struct model *m, uint32_t size);

#endif
