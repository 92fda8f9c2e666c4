/* Random requests to the memory manager, to a model of it that knows only pages and loops, and to the title's map by
 * the changes that come of them: all three must agree at each step. */
#include "kernel-hle/mm/mm.h"
#include "models/membus/map/map.h"
#include "tests/unit/hle/mm_model.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 256 };

static struct {
    struct mm *mm;
    struct model *model;
    struct membus_map map;
    uint64_t seed;
    uint32_t kept[KEPT]; /* addresses that something gave */
    bool big;
} run;

static uint64_t random64(void)
{
    uint64_t z = run.seed += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static uint32_t below(uint32_t limit)
{
    return (uint32_t)(random64() % limit);
}

static uint32_t one_of(const uint32_t *values, uint32_t count)
{
    return values[below(count)];
}
#define ONE_OF(...) \
    one_of((const uint32_t[]){__VA_ARGS__}, (uint32_t)(sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)))

static uint32_t a_size(void)
{
    switch (below(run.big ? 12 : 40)) {
    case 0:
        return ONE_OF(0, 1, 0xFFF, 0x1000, 0x1001, 0xFFFF, 0x10000, 0x10001);
    case 1:
        return ONE_OF(0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF0000, 0xFFFFF000, 0x30000000, 0x3F000000, 0x40000000);
    case 2:
    case 3:
        return 1 + below(run.big ? 0x4000000 : 0x800000);
    default:
        return 1 + below(run.big ? 0x400000 : 0x40000);
    }
}

static uint32_t an_address(void)
{
    uint32_t kept = run.kept[below(KEPT)];
    switch (below(16)) {
    case 0:
        return (uint32_t)random64();
    case 1:
        return ONE_OF(0, 1, 0xFFFF, 0x2FFFF000, 0x30000000, 0x3FFFF000, 0x6FFF0000, 0x70000000, 0x7EFF0000, 0x7F000000,
                      0x7FC80000, 0x80000000, 0x9FFFF000, 0xA0000000, 0xC0000000, 0xFFCFF000, 0xFFD00000, 0xFFFFFFFF);
    case 2:
    case 3:
        return kept + below(0x40000);
    case 4:
        return kept - below(0x40000);
    default:
        return kept;
    }
}

static void keep(uint32_t address)
{
    run.kept[below(KEPT)] = address;
}

static uint32_t a_protection(void)
{
    return ONE_OF(4, 4, 4, 2, 1, 0x404, 0x204, 0x104, 0, 8, 0x40, 0x24, 0xFFFFFFFF);
}

/* The title's map, as the glue between the two keeps it. */
static void apply(void)
{
    struct sim_error error;
    for (size_t i = 0; i < mm_change_count(run.mm); i++) {
        const struct mm_change *c = &mm_changes(run.mm)[i];
        uint32_t flags = mm_page_flags(c->protect);
        enum sim_status status = SIM_OK;
        if (c->kind == MM_MAP)
            status = membus_map_set(&run.map, c->address, c->size, c->real, flags, &error);
        else if (c->kind == MM_GUARD_PAGES)
            status = membus_map_set(&run.map, c->address, c->size, 0, MEMBUS_PAGE_GUARD, &error);
        else if (c->kind == MM_UNMAP)
            status = membus_map_unset(&run.map, c->address, c->size, &error);
        else
            status = membus_map_protect(&run.map, c->address, c->size, flags, &error);
        CU_ASSERT(status == SIM_OK);
    }
}

/* Everything that there is, in all three. */
static void compare_all(void)
{
    bool same = true;
    for (int h = 0; same && h < MODEL_HEAPS; h++) {
        for (uint64_t p = 0; same && p < model_heap[h].size / model_heap[h].page; p++) {
            uint32_t address = (uint32_t)(model_heap[h].base + p * model_heap[h].page);
            const struct model_page *page = &run.model->page[h][p];
            struct membus_query query = membus_map_query(&run.map, address);
            uint32_t expected = 0;
            if (page->state == 'c')
                expected = MEMBUS_PAGE_PRESENT | mm_page_flags(page->protect);
            else if (page->state == 'g')
                expected = MEMBUS_PAGE_PRESENT | MEMBUS_PAGE_GUARD;
            same = query.flags == expected && (page->state != 'c' || query.real == page->real * 0x1000);
        }
    }
    CU_ASSERT(same);
    struct mm_statistics statistics = {.size = 104};
    CU_ASSERT(mm_query_statistics(run.mm, &statistics) == NT_SUCCESS);
    if (!run.model->xenia)
        CU_ASSERT(statistics.title_available_pages == (run.model->free > 0x100 ? run.model->free - 0x100 : 0));
}

static void step_virtual(void)
{
    uint32_t base = below(3) ? 0 : an_address(), size = a_size(), protect = a_protection();
    uint32_t type = ONE_OF(0x3000, 0x3000, 0x1000, 0x2000, 0x2000, 0x803000, 0, 0x80000, 0x82000) |
                    ONE_OF(0, 0, 0x100000, 0x20000000, 0x20100000);
    uint32_t base2 = base, size2 = size;
    uint32_t expected = model_allocate(run.model, &base2, &size2, type, protect);
    CU_ASSERT(mm_allocate_virtual(run.mm, &base, &size, type, protect) == expected);
    CU_ASSERT(base == base2 && size == size2);
    if (expected == 0)
        keep(base);
}

static void step_commit(void)
{
    uint32_t base = an_address(), size = 1 + below(0x30000), protect = a_protection(), base2 = base, size2 = size;
    uint32_t expected = model_allocate(run.model, &base2, &size2, 0x1000, protect);
    CU_ASSERT(mm_allocate_virtual(run.mm, &base, &size, 0x1000, protect) == expected);
    CU_ASSERT(base == base2 && size == size2);
}

static void step_free(void)
{
    uint32_t base = an_address(), type = ONE_OF(0x4000, 0x8000, 0x8000, 0, 0xC000), base2 = base;
    uint32_t size = type == 0x4000 || below(8) == 0 ? a_size() : 0, size2 = size;
    uint32_t expected = model_release(run.model, &base2, &size2, type);
    CU_ASSERT(mm_free_virtual(run.mm, &base, &size, type) == expected);
    CU_ASSERT(base == base2 && size == size2);
}

static void step_protect(void)
{
    uint32_t base = an_address(), size = 1 + below(0x20000), protect = a_protection(), old = 0, old2 = 0;
    if (below(2)) {
        CU_ASSERT(mm_set_protect(run.mm, base, size, protect) == model_set_protect(run.model, base, size, protect));
        return;
    }
    uint32_t base2 = base, size2 = size, expected = model_protect(run.model, &base2, &size2, protect, &old2);
    CU_ASSERT(mm_protect_virtual(run.mm, &base, &size, protect, &old) == expected);
    CU_ASSERT(base == base2 && size == size2 && old == old2);
}

static void step_query(void)
{
    uint32_t address = an_address(), words[7] = {0};
    struct mm_information i = {0};
    CU_ASSERT(mm_query_virtual(run.mm, address, &i, below(3)) == model_query(run.model, address, words));
    CU_ASSERT(memcmp(words, &i, sizeof words) == 0);
    const struct model_page *page = model_page_of(run.model, address);
    int heap = model_heap_of(address);
    CU_ASSERT(mm_allocation_size(run.mm, address) == (page ? page->pages * (uint32_t)model_heap[heap].page : 0));
    uint32_t protect = page && !(page->protect & 1) ? page->protect : 0;
    CU_ASSERT(mm_query_protect(run.mm, address) == protect);
    bool valid = page && page->state == 'c' && page->protect & 0xEE && !(page->protect & 0x100);
    CU_ASSERT(mm_address_valid(run.mm, address) == valid);
    uint32_t real = 0;
    if (heap >= 4)
        real = (address & 0x1FFFFFFF) + (heap == 6 ? 0x1000 : 0);
    else if (!run.model->xenia && page && page->state == 'c')
        real = page->real * 0x1000 + address % (uint32_t)model_heap[heap].page;
    CU_ASSERT(mm_real_address(run.mm, address) == real);
}

static void step_physical(void)
{
    uint32_t size = a_size(), min = 0, max = UINT32_MAX, alignment = 0;
    uint32_t protect = ONE_OF(4, 4, 2, 0x404, 1, 0) | ONE_OF(0, 0, 0x20000000, 0x20000000, 0x80000000, 0xA0000000);
    if (below(3) == 0)
        alignment = ONE_OF(0x1000, 0x2000, 0x3000, 0x8000, 0x10000, 0x30000, 0x100000, 0x1000000, 0x1800000, 0x20000000,
                           0x80000000, 0xFFFFFFFF, 1, 0x7001);
    if (below(4) == 0) {
        min = ONE_OF(0, 1, 0x1000, 0x1FFFFFFF, 0x20000000) + below(0x20000000);
        max = below(4) ? min + below(0x8000000) : (uint32_t)random64();
    }
    uint32_t expected = model_physical(run.model, size, protect, min, max, alignment);
    CU_ASSERT(mm_allocate_physical(run.mm, size, protect, min, max, alignment) == expected);
    if (expected)
        keep(expected);
}

static void step_free_physical(void)
{
    uint32_t base = an_address();
    CU_ASSERT(mm_free_physical(run.mm, base) == model_free_physical(run.model, base));
}

static void step_kernel(void)
{
    uint32_t size = 1 + below(0x24000), expected, base = 0;
    struct mm_stack stack;
    switch (below(6)) {
    case 0:
        expected = model_kernel(run.model, 0x30000000, 0x3FFFFFFF, size, 'h');
        CU_ASSERT(mm_allocate_system(run.mm, size) == expected);
        break;
    case 1:
        expected = model_kernel(run.model, 0x70000000, 0x7EFFFFFF, size, 's');
        CU_ASSERT(mm_create_kernel_stack(run.mm, size) == (expected ? expected + (size + 0xFFF) / 0x1000 * 0x1000 : 0));
        break;
    case 2:
        expected = model_thread_stack(run.model, size);
        CU_ASSERT(mm_create_thread_stack(run.mm, size, &stack) == (expected ? NT_SUCCESS : NT_NO_MEMORY));
        CU_ASSERT(stack.allocation == expected);
        break;
    case 3:
        expected = model_kernel(run.model, 0x8C000000, 0x8FFFFFFF, size, 'v');
        CU_ASSERT(mm_allocate_encrypted(run.mm, size, &base) == (expected ? NT_SUCCESS : NT_UNSUCCESSFUL));
        CU_ASSERT(base == expected);
        break;
    default:
        base = an_address();
        if (base >= 0x30000000 && base < 0x40000000)
            CU_ASSERT(mm_free_system(run.mm, base) == model_free_kernel(run.model, base, 'h'));
        if (base >= 0x70000000 && base < 0x7F000000)
            CU_ASSERT((mm_delete_kernel_stack(run.mm, 0, base) == NT_SUCCESS) ==
                      model_free_kernel(run.model, base, 's'));
        if (base >= 0x8C000000 && base < 0x90000000)
            CU_ASSERT((mm_free_encrypted(run.mm, base) == NT_SUCCESS) == model_free_kernel(run.model, base, 'v'));
        return;
    }
    if (expected)
        keep(expected);
}

static void (*const steps[])(void) = {step_virtual, step_virtual,  step_virtual,       step_commit, step_commit,
                                      step_free,    step_free,     step_free,          step_free,   step_protect,
                                      step_query,   step_physical, step_free_physical, step_kernel};

/* A save is loaded into the same manager now and then, and must come out of it again. */
static void save_and_load(void)
{
    struct sim_writer one = {0}, two = {0};
    mm_save(run.mm, &one);
    struct sim_reader reader = {.bytes = one.bytes, .size = one.size};
    mm_load(run.mm, &reader);
    CU_ASSERT(!reader.failed && reader.offset == reader.size && mm_change_count(run.mm) == 0);
    mm_save(run.mm, &two);
    CU_ASSERT(one.size == two.size && memcmp(one.bytes, two.bytes, one.size) == 0);
    sim_writer_free(&one);
    sim_writer_free(&two);
}

static void random_requests(uint64_t seed, bool xenia, bool big, unsigned count)
{
    struct sim_error error;
    struct hle_reference reference = hle_reference(xenia ? HLE_XENIA : HLE_HARDWARE);
    memset(&run, 0, sizeof run);
    run.seed = seed;
    run.big = big;
    run.mm = mm_create(&reference, &error);
    run.model = malloc(sizeof *run.model);
    CU_ASSERT_FATAL(run.mm && run.model && membus_map_init(&run.map, 0x20000000, &error) == SIM_OK);
    model_init(run.model, xenia);
    apply();
    unsigned failures = CU_get_number_of_failures();
    for (unsigned i = 0; i < count && CU_get_number_of_failures() == failures; i++) {
        steps[below(sizeof steps / sizeof *steps)]();
        apply();
        if (i % 256 == 255) {
            compare_all();
            save_and_load();
        }
    }
    compare_all();
    membus_map_free(&run.map);
    model_free(run.model);
    free(run.model);
    mm_destroy(run.mm);
}

static void test_small(void)
{
    random_requests(1, false, false, 3000);
}

static void test_big(void)
{
    random_requests(2, false, true, 1500);
}

static void test_xenia(void)
{
    random_requests(3, true, false, 1500);
    random_requests(4, true, true, 700);
}

void test_mm_model(void)
{
    CU_pSuite suite = CU_add_suite("mm model", NULL, NULL);
    CU_add_test(suite, "random requests", test_small);
    CU_add_test(suite, "random requests until memory is short", test_big);
    CU_add_test(suite, "random requests, by Xenia", test_xenia);
}
