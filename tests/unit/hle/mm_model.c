#include "tests/unit/hle/mm_model.h"

#include <stdlib.h>
#include <string.h>

const struct model_heap model_heap[MODEL_HEAPS] = {
    {0x00000000, 0x40000000, 0x1000, 'v'},  {0x40000000, 0x3F000000, 0x10000, 'v'},
    {0x80000000, 0x10000000, 0x10000, 'i'}, {0x90000000, 0x10000000, 0x1000, 'i'},
    {0xA0000000, 0x20000000, 0x10000, 'p'}, {0xC0000000, 0x20000000, 0x1000000, 'p'},
    {0xE0000000, 0x1FD00000, 0x1000, 'p'},
};

static uint64_t up(uint64_t value, uint64_t unit)
{
    while (value % unit != 0)
        value += unit - value % unit;
    return value;
}

int model_heap_of(uint32_t address)
{
    for (int h = 0; h < MODEL_HEAPS; h++)
        if (address >= model_heap[h].base && address < model_heap[h].base + model_heap[h].size)
            return h;
    return -1;
}

struct model_page *model_page_of(struct model *m, uint32_t address)
{
    int h = model_heap_of(address);
    return h < 0 ? NULL : &m->page[h][(address - model_heap[h].base) / model_heap[h].page];
}

static bool fits(const struct model *m, int heap, uint64_t page, uint64_t pages)
{
    for (uint64_t i = page; i < page + pages; i++)
        if (heap < 0 ? m->taken[i] : m->page[heap][i].state != 0)
            return false;
    return true;
}

/* `heap` -1: real memory. -1 where there is no place. */
static int64_t search(const struct model *m, int heap, uint64_t low, uint64_t high, uint64_t size, uint64_t alignment,
                      bool top_down)
{
    uint64_t unit = heap < 0 ? 0x1000 : model_heap[heap].page, base = heap < 0 ? 0 : model_heap[heap].base;
    uint64_t end = base + (heap < 0 ? 0x20000000 : model_heap[heap].size) - 1;
    alignment = up(alignment == 0 ? unit : alignment, unit);
    uint64_t pages = up(size, unit) / unit, stride = alignment / unit;
    low = up(low, alignment) > base ? up(low, alignment) : base;
    high = up(high, alignment) < end ? up(high, alignment) : end;
    if (pages == 0 || low > high)
        return -1;
    int64_t first = (int64_t)((low - base) / unit), last = (int64_t)((high - base) / unit);
    if ((int64_t)pages > last - first)
        return -1;
    if (top_down) {
        last -= last % (int64_t)stride;
        for (int64_t at = last - (int64_t)up(pages, stride); at >= first; at -= (int64_t)stride)
            if (fits(m, heap, (uint64_t)at, pages))
                return at;
        return -1;
    }
    for (int64_t at = first; at + (int64_t)pages <= last; at += (int64_t)stride)
        if (fits(m, heap, (uint64_t)at, pages))
            return at;
    return -1;
}

static uint32_t stored(const struct model *m, uint32_t protect)
{
    if (!m->xenia)
        return protect & 0x7FF;
    uint32_t cached = protect & 0x600;
    if (protect & 0x22)
        return 2 | cached;
    return (protect & 0x44 ? 4 : 1) | cached;
}

static void reserve(struct model *m, int heap, uint64_t first, uint64_t pages, char use, uint32_t protect)
{
    for (uint64_t i = first; i < first + pages; i++)
        m->page[heap][i] = (struct model_page){.state = 'r',
                                               .use = use,
                                               .protect = m->xenia ? protect : 0,
                                               .given = protect,
                                               .region = (uint32_t)first,
                                               .pages = (uint32_t)pages};
}

static void take(struct model *m, uint32_t real, uint64_t pages, bool taken)
{
    for (uint64_t i = 0; i < pages; i++)
        m->taken[real + i] = taken;
    m->free += taken ? -(uint32_t)pages : (uint32_t)pages;
}

static bool commit(struct model *m, int heap, uint64_t first, uint64_t pages, uint32_t protect)
{
    uint32_t step = (uint32_t)(model_heap[heap].page / 0x1000), at = 0;
    bool *before = malloc(sizeof m->taken);
    uint32_t free_before = m->free;
    memcpy(before, m->taken, sizeof m->taken);
    uint32_t *real = calloc(pages, sizeof *real);
    bool enough = true;
    for (uint64_t i = 0; enough && i < pages; i++) {
        if (m->page[heap][first + i].state != 'r')
            continue;
        while (at < MODEL_REAL_PAGES && !fits(m, -1, at, step))
            at += step;
        enough = at < MODEL_REAL_PAGES;
        if (enough)
            take(m, real[i] = at, step, true);
    }
    if (!enough) {
        memcpy(m->taken, before, sizeof m->taken);
        m->free = free_before;
    }
    for (uint64_t i = 0; enough && i < pages; i++) {
        struct model_page *page = &m->page[heap][first + i];
        if (page->state == 'r')
            page->real = real[i];
        page->state = 'c';
        page->protect = protect;
        if (m->xenia)
            page->given = protect;
    }
    free(before);
    free(real);
    return enough;
}

static void release(struct model *m, int heap, uint64_t first, uint64_t pages, bool all)
{
    for (uint64_t i = first; i < first + pages; i++) {
        struct model_page *page = &m->page[heap][i];
        if (page->state == 'c')
            take(m, page->real, model_heap[heap].page / 0x1000, false);
        if (all)
            *page = (struct model_page){0};
        else
            *page = (struct model_page){'r',         page->use, m->xenia ? page->protect : 0, page->given, page->region,
                                        page->pages, 0};
    }
}

static bool one_region(const struct model *m, int heap, uint64_t first, uint64_t pages)
{
    const struct model_page *page = &m->page[heap][first];
    if (page->state == 0 || pages > (model_heap[heap].size / model_heap[heap].page) - first)
        return false;
    for (uint64_t i = 0; i < pages; i++)
        if (page[i].state == 0 || page[i].region != page->region)
            return false;
    return true;
}

static void view(struct model *m, int heap, uint32_t first, uint32_t real, uint64_t pages, uint32_t protect)
{
    uint32_t step = (uint32_t)(model_heap[heap].page / 0x1000);
    reserve(m, heap, first, pages, 'p', protect);
    for (uint32_t i = 0; i < pages; i++) {
        m->page[heap][first + i].state = 'c';
        m->page[heap][first + i].protect = protect;
        m->page[heap][first + i].real = real + i * step;
    }
    take(m, real, pages * step, true);
}

void model_init(struct model *m, bool xenia)
{
    memset(m, 0, sizeof *m);
    m->xenia = xenia;
    m->free = MODEL_REAL_PAGES;
    for (int h = 0; h < MODEL_HEAPS; h++)
        m->page[h] = calloc(model_heap[h].size / model_heap[h].page, sizeof **m->page);
    take(m, 0x1FFF0, 0x10, true);
    view(m, 5, 0, 0, 1, 4);
    view(m, 4, 0x1FCB, 0x1FCB0, 0x34, 4);
    reserve(m, 0, 0, 0x10, 'i', 1);
    if (!xenia)
        for (int i = 0; i < 0x10; i++)
            m->page[0][i].protect = 0;
    reserve(m, 2, 4, 0x18, 'i', 4);
    (void)commit(m, 2, 4, 0x18, 4);
    reserve(m, 2, 0xE03, 1, 'i', 4);
    (void)commit(m, 2, 0xE03, 1, 4);
}

void model_free(struct model *m)
{
    for (int h = 0; h < MODEL_HEAPS; h++)
        free(m->page[h]);
}

uint32_t model_allocate(struct model *m, uint32_t *base, uint32_t *size, uint32_t type, uint32_t protect)
{
    if (*size == 0 || (type & 0x83000) == 0 || ((type & 0x80000) && type != 0x80000))
        return 0xC000000D;
    int heap = *base ? model_heap_of(*base) : type & 0x20000000 ? 1 : 0;
    if (heap < 0 || model_heap[heap].kind != 'v' || (type == 0x80000 && *base == 0))
        return 0xC000000D;
    uint64_t unit = model_heap[heap].page, bytes = *size & 0x80000000 ? UINT64_C(0x100000000) - *size : *size;
    bytes = up(bytes, *base ? unit : 0x10000);
    uint64_t pages = bytes / unit;
    int64_t first = *base ? (int64_t)((*base - model_heap[heap].base) / unit)
                          : search(m, heap, 0, heap == 0 ? 0x2FFFFFFF : 0x6FFFFFFF, bytes, 0, type & 0x100000);
    if (first < 0 || (uint64_t)first + pages > model_heap[heap].size / unit)
        return 0xC0000017;
    bool fresh = fits(m, heap, (uint64_t)first, pages), region = one_region(m, heap, (uint64_t)first, pages);
    if (type == 0x80000) {
        for (uint64_t i = 0; region && i < pages; i++)
            region = m->page[heap][first + (int64_t)i].state == 'c';
        if (!region)
            return 0xC00000A0;
    } else {
        if (!fresh && (!(type & 0x1000) || !region || m->page[heap][first].use != 'v'))
            return 0xC0000017;
        if (fresh)
            reserve(m, heap, (uint64_t)first, pages, 'v', stored(m, protect));
        if ((type & 0x1000) && !commit(m, heap, (uint64_t)first, pages, stored(m, protect))) {
            if (fresh)
                release(m, heap, (uint64_t)first, pages, true);
            return 0xC0000017;
        }
    }
    *base = (uint32_t)(model_heap[heap].base + (uint64_t)first * unit);
    *size = (uint32_t)bytes;
    return 0;
}

uint32_t model_release(struct model *m, uint32_t *base, uint32_t *size, uint32_t type)
{
    if (*base == 0)
        return 0xC00000A0;
    int heap = model_heap_of(*base);
    if (heap < 0 || model_heap[heap].kind != 'v')
        return 0xC000000D;
    uint64_t unit = model_heap[heap].page, first = (*base - model_heap[heap].base) / unit,
             pages = up(*size, unit) / unit;
    struct model_page page = m->page[heap][first];
    if (page.use != 'v')
        return 0xC0000001;
    if (pages == 0 && page.region == first)
        pages = page.pages;
    if (pages == 0 || !one_region(m, heap, first, pages))
        return 0xC0000001;
    if (type != 0x4000 && (page.region != first || page.pages != pages))
        return 0xC0000001;
    release(m, heap, first, pages, type != 0x4000);
    *base = (uint32_t)(model_heap[heap].base + first * unit);
    *size = (uint32_t)(pages * unit);
    return 0;
}

static bool protect_pages(struct model *m, int heap, uint64_t first, uint64_t pages, uint32_t protect)
{
    if (!one_region(m, heap, first, pages))
        return false;
    for (uint64_t i = first; i < first + pages; i++)
        if (m->page[heap][i].state != 'c')
            return false;
    for (uint64_t i = first; i < first + pages; i++)
        m->page[heap][i].protect = stored(m, protect);
    return true;
}

uint32_t model_protect(struct model *m, uint32_t *base, uint32_t *size, uint32_t protect, uint32_t *old)
{
    if (*size == 0)
        return 0xC000000D;
    if (protect & 0xF0)
        return 0xC0000045;
    int heap = model_heap_of(*base);
    if (heap < 0 || model_heap[heap].kind != 'v')
        return 0xC000000D;
    uint64_t unit = model_heap[heap].page, first = (*base - model_heap[heap].base) / unit,
             pages = up(*size, unit) / unit;
    uint32_t before = m->page[heap][first].protect;
    if (!protect_pages(m, heap, first, pages, protect))
        return 0xC0000022;
    *base = (uint32_t)(model_heap[heap].base + first * unit);
    *size = (uint32_t)(pages * unit);
    *old = before;
    return 0;
}

uint32_t model_query(struct model *m, uint32_t address, uint32_t words[7])
{
    int heap = model_heap_of(address);
    if (heap < 0 || model_heap[heap].kind != 'v')
        return 0xC000000D;
    uint64_t unit = model_heap[heap].page, first = (address - model_heap[heap].base) / unit, end = first;
    const struct model_page *page = m->page[heap], at = page[first];
    while (end < model_heap[heap].size / unit && page[end].state == at.state && page[end].protect == at.protect &&
           (at.state == 0 || page[end].region == at.region))
        end++;
    words[0] = m->xenia ? address : address / (uint32_t)unit * (uint32_t)unit;
    words[1] = at.state ? (uint32_t)(model_heap[heap].base + at.region * unit) : 0;
    words[2] = at.state ? at.given : m->xenia;
    words[3] = (uint32_t)((end - first) * unit);
    words[4] = at.state == 0 ? 0x10000 : at.state == 'r' ? 0x2000 : 0x1000;
    words[5] = at.state == 0 ? 1 : at.protect;
    words[6] = 0x20000;
    return 0;
}

uint32_t model_physical(struct model *m, uint32_t size, uint32_t protect, uint32_t min, uint32_t max,
                        uint32_t alignment)
{
    if (!(protect & 6))
        return 0;
    int heap = protect & 0x20000000 ? 4 : protect & 0x80000000 ? 5 : 6;
    uint64_t unit = model_heap[heap].page, offset = heap == 6 ? 0x1000 : 0, bytes = up(size, unit);
    if (size == 0 && m->xenia)
        bytes = unit;
    uint64_t low = min > offset ? min - offset : 0, high = max > offset ? max - offset : 0;
    low = low < model_heap[heap].size - 1 ? low : model_heap[heap].size - 1;
    high = high < model_heap[heap].size - 1 ? high : model_heap[heap].size - 1;
    uint64_t align = up(alignment, unit);
    int64_t real = search(m, -1, low + offset, high + offset, bytes, align == 0 ? unit : align, true);
    if (real < 0)
        return 0;
    uint64_t view_offset = (uint64_t)real * 0x1000 - offset;
    view(m, heap, (uint32_t)(view_offset / unit), (uint32_t)real, bytes / unit, stored(m, protect));
    return (uint32_t)(model_heap[heap].base + view_offset);
}

bool model_free_physical(struct model *m, uint32_t base)
{
    int heap = model_heap_of(base);
    if (heap < 4)
        return false;
    uint64_t first = (base - model_heap[heap].base) / model_heap[heap].page;
    struct model_page page = m->page[heap][first];
    if (page.state == 0 || page.region != first)
        return false;
    release(m, heap, first, page.pages, true);
    return true;
}

bool model_set_protect(struct model *m, uint32_t address, uint32_t size, uint32_t protect)
{
    int heap = model_heap_of(address), bits = 0;
    for (uint32_t rest = protect & 0x67; rest != 0; rest >>= 1)
        bits += rest & 1;
    if (heap < 0 || model_heap[heap].kind == 'i' || bits != 1 || size == 0 ||
        (uint64_t)address + size > model_heap[heap].base + model_heap[heap].size)
        return false;
    uint64_t unit = model_heap[heap].page, first = (address - model_heap[heap].base) / unit;
    uint64_t last = ((uint64_t)address + size - 1 - model_heap[heap].base) / unit;
    return protect_pages(m, heap, first, last - first + 1, protect);
}

uint32_t model_kernel(struct model *m, uint32_t first, uint32_t last, uint64_t size, char use)
{
    int heap = model_heap_of(first);
    int64_t at = search(m, heap, first, last, size, 0, false);
    if (at < 0)
        return 0;
    uint64_t pages = up(size, model_heap[heap].page) / model_heap[heap].page;
    reserve(m, heap, (uint64_t)at, pages, use, 4);
    if (!commit(m, heap, (uint64_t)at, pages, 4)) {
        release(m, heap, (uint64_t)at, pages, true);
        return 0;
    }
    return (uint32_t)(model_heap[heap].base + (uint64_t)at * model_heap[heap].page);
}

bool model_free_kernel(struct model *m, uint32_t base, char use)
{
    int heap = model_heap_of(base);
    if (heap < 0 || base % model_heap[heap].page != 0)
        return false;
    uint64_t first = (base - model_heap[heap].base) / model_heap[heap].page;
    struct model_page page = m->page[heap][first];
    if (page.state == 0 || page.use != use || page.region != first)
        return false;
    release(m, heap, first, page.pages, true);
    return true;
}

uint32_t model_thread_stack(struct model *m, uint32_t size)
{
    uint64_t pages = up(size, 0x10000) / 0x10000;
    int64_t at = pages ? search(m, 1, 0x70000000, 0x7EFFFFFF, (pages + 2) * 0x10000, 0, false) : -1;
    if (at < 0)
        return 0;
    reserve(m, 1, (uint64_t)at, pages + 2, 's', 4);
    if (!commit(m, 1, (uint64_t)at + 1, pages, 4)) {
        release(m, 1, (uint64_t)at, pages + 2, true);
        return 0;
    }
    m->page[1][at].state = m->page[1][(uint64_t)at + pages + 1].state = 'g';
    m->page[1][at].protect = m->page[1][(uint64_t)at + pages + 1].protect = 1;
    return (uint32_t)(0x40000000 + at * 0x10000);
}
