/* The sequences of docs/kernel-memory.md, and what does not fit into a table. */
#include "kernel-hle/mm/mm.h"
#include "kernel-hle/mm/script.h"
#include "models/membus/map/map.h"
#include "tests/unit/suites.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim_error error;

static struct mm *new_mm(enum hle_reference_kind kind)
{
    struct hle_reference reference = hle_reference(kind);
    struct mm *mm = mm_create(&reference, &error);
    CU_ASSERT_FATAL(mm != NULL);
    return mm;
}

/* What stands between the next two backquotes. */
static bool quoted(const char **text, char *into, size_t size)
{
    const char *from = strchr(*text, '`'), *to = from ? strchr(from + 1, '`') : NULL;
    if (!to || (size_t)(to - from) > size)
        return false;
    memcpy(into, from + 1, (size_t)(to - from - 1));
    into[to - from - 1] = '\0';
    *text = to + 1;
    return true;
}

/* A heading begins a sequence, on a fresh machine; each row of a table is a request and its answer. */
static void test_document(void)
{
    FILE *file = fopen(CYCLE360_SOURCE_DIR "/docs/kernel-memory.md", "r");
    CU_ASSERT_FATAL(file != NULL);
    struct mm *mm = NULL;
    char line[1024], request[256], expected[512], answer[512], failure[1400];
    unsigned rows = 0, sequences = 0;
    while (fgets(line, sizeof line, file)) {
        const char *at = line;
        if (strncmp(line, "### ", 4) == 0) {
            mm_destroy(mm);
            mm = new_mm(strstr(line, "by Xenia") ? HLE_XENIA : HLE_HARDWARE);
            sequences++;
        }
        if (!mm || strncmp(line, "| `", 3) != 0)
            continue;
        CU_ASSERT_FATAL(quoted(&at, request, sizeof request) && quoted(&at, expected, sizeof expected));
        if (mm_script(mm, request, answer, sizeof answer, &error) != SIM_OK)
            (void)snprintf(answer, sizeof answer, "%s", error.text);
        if (strcmp(answer, expected) != 0) {
            (void)snprintf(failure, sizeof failure, "%s: '%s', not '%s'", request, answer, expected);
            CU_assertImplementation(CU_FALSE, __LINE__, failure, __FILE__, "", CU_FALSE);
        }
        rows++;
    }
    (void)fclose(file);
    mm_destroy(mm);
    CU_ASSERT(sequences >= 15 && rows >= 200);
}

static void test_script(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    char answer[64];
    static const char *const bad[] = {"",
                                      "nothing",
                                      "physical",
                                      "physical 1",
                                      "physical 1 2 3 4 5 6",
                                      "physical x 4",
                                      "physical 123456789 4",
                                      "physical 1 READWRITE+",
                                      "allocate 0 1 MM_COMMIT 4"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        error.text[0] = '\0';
        CU_ASSERT(mm_script(mm, bad[i], answer, sizeof answer, &error) == SIM_USAGE && error.text[0] != '\0');
    }
    CU_ASSERT(mm_script(mm, "statistics", answer, sizeof answer, &error) == SIM_OK);
    CU_ASSERT(strlen(answer) == sizeof answer - 1);
    mm_destroy(mm);
}

static void test_tables(void)
{
    enum hle_reference_kind kind;
    CU_ASSERT(hle_reference_parse("hardware", &kind, &error) == SIM_OK && kind == HLE_HARDWARE);
    CU_ASSERT(hle_reference_parse("xenia", &kind, &error) == SIM_OK && kind == HLE_XENIA);
    CU_ASSERT(hle_reference_parse("Xenia", &kind, &error) == SIM_BAD_INPUT && strstr(error.text, "'Xenia'") != NULL);
    CU_ASSERT(hle_reference(HLE_HARDWARE).mm_pool_packs == 1 && hle_reference(HLE_XENIA).mm_pool_packs == 0);
    CU_ASSERT(strcmp(nt_status_name(NT_SUCCESS), "SUCCESS") == 0 && nt_status_name(0xC0000018) == NULL);
    CU_ASSERT(strcmp(nt_status_name(0xC0000017), "NO_MEMORY") == 0);
    CU_ASSERT(mm_page_flags(MM_NOACCESS) == 0 && mm_page_flags(0) == 0);
    CU_ASSERT(mm_page_flags(MM_READONLY) == MEMBUS_READ_ONLY && mm_page_flags(MM_READWRITE) == MEMBUS_READ_WRITE);
    CU_ASSERT(mm_page_flags(MM_EXECUTE_READ) == (MEMBUS_READ_ONLY | SIM_PAGE_EXECUTE));
    CU_ASSERT(mm_page_flags(MM_READWRITE | MM_NOCACHE) == (MEMBUS_READ_WRITE | SIM_PAGE_UNCACHED));
    CU_ASSERT(mm_page_flags(MM_READWRITE | MM_WRITECOMBINE) ==
              (MEMBUS_READ_WRITE | SIM_PAGE_UNCACHED | SIM_PAGE_COMBINES));
    CU_ASSERT(mm_page_flags(MM_READONLY | MM_GUARD) == (MEMBUS_READ_ONLY | MEMBUS_PAGE_GUARD));
    CU_ASSERT(mm_map_io_space(0x7FEA1800) == 0x7FEA1800);
}

static struct sim_writer saved(const struct mm *mm)
{
    struct sim_writer writer = {0};
    mm_save(mm, &writer);
    return writer;
}

static bool is_as(const struct mm *mm, const struct sim_writer *before)
{
    struct sim_writer now = saved(mm);
    bool same = now.size == before->size && memcmp(now.bytes, before->bytes, now.size) == 0;
    sim_writer_free(&now);
    return same;
}

/* Memory of which every other page is free: none of 64 KiB are, and whoever asks for some leaves all as it was. */
static void test_torn(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    uint32_t base = 0x1000000, size, step = 0x1000;
    struct mm_statistics statistics = {.size = 104};
    CU_ASSERT(mm_query_statistics(mm, &statistics) == NT_SUCCESS);
    size = (statistics.title_available_pages + 0x100) * 0x1000;
    CU_ASSERT(mm_allocate_virtual(mm, &base, &size, MM_RESERVE | MM_COMMIT, MM_READWRITE) == NT_SUCCESS);
    CU_ASSERT(mm_query_statistics(mm, &statistics) == NT_SUCCESS && statistics.title_available_pages == 0);
    uint32_t one = 0, one_size = 1;
    CU_ASSERT(mm_allocate_virtual(mm, &one, &one_size, MM_RESERVE | MM_COMMIT, MM_READWRITE) == NT_NO_MEMORY);
    CU_ASSERT(mm_allocate_physical(mm, 0x1000, MM_READWRITE, 0, UINT32_MAX, 0) == 0);
    CU_ASSERT(mm_allocate_system(mm, 1) == 0 && mm_create_kernel_stack(mm, 1) == 0);
    for (uint32_t at = base; at < base + size; at += 2 * step) {
        uint32_t page = at;
        CU_ASSERT(mm_free_virtual(mm, &page, &step, MM_DECOMMIT) == NT_SUCCESS);
    }
    /* A block of 64 KiB is left free, but not two. */
    for (uint32_t at = base + 0x101000; at < base + 0x111000; at += 0x1000) {
        uint32_t page = at;
        (void)mm_free_virtual(mm, &page, &step, MM_DECOMMIT);
    }
    struct sim_writer before = saved(mm);
    uint32_t large = 0, large_size = 0x20000;
    struct mm_stack stack;
    CU_ASSERT(mm_allocate_virtual(mm, &large, &large_size, MM_RESERVE | MM_COMMIT | MM_LARGE_PAGES, MM_READWRITE) ==
              NT_NO_MEMORY);
    CU_ASSERT(large == 0 && large_size == 0x20000 && mm_change_count(mm) == 0 && is_as(mm, &before));
    CU_ASSERT(mm_create_thread_stack(mm, 0x20000, &stack) == NT_NO_MEMORY && is_as(mm, &before));
    CU_ASSERT(mm_create_kernel_stack(mm, 0x20000) == 0 && is_as(mm, &before));
    CU_ASSERT(mm_place_image(mm, 0x82000000, 0x20000) == NT_NO_MEMORY && is_as(mm, &before));
    CU_ASSERT(mm_allocate_encrypted(mm, 0x20000, &large) == NT_UNSUCCESSFUL && is_as(mm, &before));
    CU_ASSERT(mm_allocate_physical(mm, 0x20000, MM_READWRITE | MM_LARGE_PAGES, 0, UINT32_MAX, 0) == 0);
    CU_ASSERT(mm_allocate_physical(mm, 0x12000, MM_READWRITE, 0, UINT32_MAX, 0) == 0);
    CU_ASSERT(mm_allocate_physical(mm, 0x11000, MM_READWRITE, 0, UINT32_MAX, 0) == 0xE128F000);
    CU_ASSERT(mm_create_kernel_stack(mm, 0x10000) == 0);
    sim_writer_free(&before);

    /* All of what is left at once: every other page is a change of its own. */
    size = 0x10000000;
    uint32_t again = 0x20000000;
    CU_ASSERT(mm_query_statistics(mm, &statistics) == NT_SUCCESS);
    size = (statistics.title_available_pages + 0x100) * 0x1000;
    CU_ASSERT(mm_allocate_virtual(mm, &again, &size, MM_RESERVE | MM_COMMIT, MM_READWRITE) == NT_SUCCESS);
    uint64_t bytes = 0;
    for (size_t i = 0; i < mm_change_count(mm); i++)
        bytes += mm_changes(mm)[i].size;
    CU_ASSERT(bytes == size && mm_change_count(mm) > 0xE000);
    mm_destroy(mm);
}

/* Every other page with another protection, and all of them changed at once. */
static void test_most_changes(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    uint32_t base = 0x1000000, size = 0x18000000, one = 0x1000, old;
    CU_ASSERT(mm_allocate_virtual(mm, &base, &size, MM_RESERVE, MM_READWRITE) == NT_SUCCESS);
    for (uint32_t at = base; at < base + size; at += 4 * one) {
        uint32_t page = at;
        CU_ASSERT(mm_allocate_virtual(mm, &page, &one, MM_COMMIT, MM_READONLY) == NT_SUCCESS);
    }
    CU_ASSERT(mm_allocate_virtual(mm, &base, &size, MM_COMMIT, MM_READWRITE) == NT_SUCCESS);
    CU_ASSERT(mm_change_count(mm) == 2 * (size / 0x4000));
    CU_ASSERT(mm_protect_virtual(mm, &base, &size, MM_READONLY, &old) == NT_SUCCESS && old == MM_READWRITE);
    CU_ASSERT(mm_change_count(mm) == 1);
    size = 0;
    CU_ASSERT(mm_free_virtual(mm, &base, &size, MM_RELEASE) == NT_SUCCESS && size == 0x18000000);
    CU_ASSERT(mm_change_count(mm) == 1);
    mm_destroy(mm);
}

/* A title that only takes: the host's memory does not grow, and what comes back is as it was. */
static void test_greedy(void)
{
    struct mm *mm = new_mm(HLE_HARDWARE);
    struct sim_writer before = saved(mm);
    unsigned taken = 0;
    static uint32_t physical[0x20000];
    for (unsigned i = 0; i < 0x20000; i++)
        taken += (physical[i] = mm_allocate_physical(mm, 1, MM_READWRITE, 0, UINT32_MAX, 0)) != 0;
    /* The E view has no real page below 1000 or above 1FD00FFF; the kernel's pages are taken. */
    CU_ASSERT(taken == 0x1FCB0 - 0x1190);
    for (unsigned i = 0; i < taken; i++)
        if (!mm_free_physical(mm, physical[i]))
            CU_FAIL("a page is lost");
    CU_ASSERT(is_as(mm, &before));
    uint32_t count = 0, last = 0;
    for (;; count++) {
        uint32_t base = 0, size = 1;
        if (mm_allocate_virtual(mm, &base, &size, MM_RESERVE, MM_READWRITE) != NT_SUCCESS)
            break;
        last = base;
    }
    CU_ASSERT(count == 0x2FFF && last == 0x2FFF0000);
    for (uint32_t base = 0x10000; base < 0x30000000; base += 0x10000) {
        uint32_t at = base, size = 0x10000;
        if (mm_free_virtual(mm, &at, &size, MM_RELEASE) != NT_SUCCESS)
            CU_FAIL("a region is lost");
    }
    CU_ASSERT(is_as(mm, &before));
    sim_writer_free(&before);
    mm_destroy(mm);
}

/* Every function with everything at its edges. */
static void test_edges(void)
{
    static const uint32_t edge[] = {0,          1,          0xFFF,      0x1000,     0xFFFF,     0x10000,    0x2FFFFFFF,
                                    0x30000000, 0x3FFFFFFF, 0x40000000, 0x6FFF0000, 0x7EFFFFFF, 0x7F000000, 0x80000000,
                                    0x8FFFFFFF, 0x90000000, 0x9FFFFFFF, 0xA0000000, 0xBFFFFFFF, 0xC0000000, 0xDFFFFFFF,
                                    0xE0000000, 0xFFCFFFFF, 0xFFD00000, 0xFFFFF000, 0xFFFFFFFF};
    enum { EDGES = sizeof edge / sizeof *edge };
    struct mm *mm = new_mm(HLE_HARDWARE);
    for (unsigned a = 0; a < EDGES; a++) {
        uint8_t header[8];
        uint32_t at, base, size;
        struct mm_stack stack;
        struct mm_information information;
        (void)mm_allocate_pool(mm, edge[a], edge[a], &at, header);
        (void)mm_create_kernel_stack(mm, edge[a]);
        (void)mm_create_thread_stack(mm, edge[a], &stack);
        (void)mm_allocate_system(mm, edge[a]);
        (void)mm_allocate_encrypted(mm, edge[a], &base);
        (void)mm_image_page_entry(edge[a]);
        for (unsigned b = 0; b < EDGES; b++) {
            for (unsigned c = 0; c < EDGES; c++) {
                (void)mm_allocate_physical(mm, edge[a], MM_READWRITE | (b % 2 ? MM_LARGE_PAGES : 0), edge[b], edge[c],
                                           0);
                (void)mm_allocate_physical(mm, edge[a], MM_READWRITE, 0, edge[b], edge[c]);
                base = edge[a], size = edge[b];
                (void)mm_allocate_virtual(mm, &base, &size, MM_RESERVE | edge[c], edge[c]);
                base = edge[a], size = edge[b];
                (void)mm_protect_virtual(mm, &base, &size, edge[c], NULL);
                (void)mm_set_protect(mm, edge[a], edge[b], edge[c]);
                base = edge[a], size = edge[b];
                (void)mm_free_virtual(mm, &base, &size, c % 2 ? MM_DECOMMIT : edge[c]);
            }
            (void)mm_query_virtual(mm, edge[a], &information, edge[b]);
            (void)mm_place_image(mm, edge[a], edge[b]);
            (void)mm_protect_image(mm, edge[a], edge[b], edge[b]);
            (void)mm_delete_kernel_stack(mm, edge[b], edge[a]);
        }
        (void)mm_free_pool(mm, edge[a]);
        (void)mm_free_system(mm, edge[a]);
        (void)mm_free_encrypted(mm, edge[a]);
        (void)mm_free_physical(mm, edge[a]);
        (void)mm_remove_image(mm, edge[a]);
        CU_ASSERT(mm_real_address(mm, edge[a]) < 0x20000000);
        (void)mm_query_protect(mm, edge[a]);
        (void)mm_allocation_size(mm, edge[a]);
        (void)mm_address_valid(mm, edge[a]);
    }
    /* What is there now is still a state that holds together. */
    struct sim_writer save = saved(mm);
    struct sim_reader reader = {.bytes = save.bytes, .size = save.size};
    mm_load(mm, &reader);
    CU_ASSERT(!reader.failed && is_as(mm, &save));
    sim_writer_free(&save);
    mm_destroy(mm);
}

void test_mm_rules(void)
{
    CU_pSuite suite = CU_add_suite("mm rules", NULL, NULL);
    CU_add_test(suite, "the sequences of docs/kernel-memory.md", test_document);
    CU_add_test(suite, "requests as text", test_script);
    CU_add_test(suite, "tables", test_tables);
    CU_add_test(suite, "torn memory", test_torn);
    CU_add_test(suite, "many changes of one request", test_most_changes);
    CU_add_test(suite, "a title that only takes", test_greedy);
    CU_add_test(suite, "arguments at their edges", test_edges);
}
