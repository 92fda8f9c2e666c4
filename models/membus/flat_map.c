/* The physical map: RAM and its images, the devices; and the title's map. */
#include "models/membus/flat_parts.h"

enum { REGION_SHIFT = 32, BUS_REGION = 0x200, SECURE_BITS = 30 };

#define LOW_HALF  UINT64_C(0xFFFFFFFF)
#define BUS_BASE  UINT64_C(0xC0000000)
#define MIRROR    UINT64_C(0x80000000)
#define RAM_ALIAS UINT64_C(0x1FFFFFFF)
#define REAL_MASK ((UINT64_C(1) << 42) - 1)

/* Plain, and its image at 0x80000000, which programs use in real mode; hashed and encrypted (bits 40 and 41 say so),
 * where the bits below choose a key and 30 are the address: neither is done here, the bytes are the same. */
bool flat_in_ram(const struct flat *flat, uint64_t address, uint64_t *offset)
{
    uint64_t region = (address & REAL_MASK) >> REGION_SHIFT, low = address & LOW_HALF;
    if (region >= 0x100 && region >> 8 != BUS_REGION >> 8)
        *offset = low & ((UINT64_C(1) << SECURE_BITS) - 1);
    else if (region != 0 || low >= BUS_BASE)
        return false;
    else
        *offset = low >= MIRROR && low <= MIRROR + RAM_ALIAS ? low & RAM_ALIAS : low;
    return *offset < flat->config.size;
}

enum { BIG, LITTLE };

static const struct window {
    uint64_t base, size, offset;
    enum flat_device device;
    uint8_t order;
} windows[] = {
#define ROUTE(device, base, size, offset, order) {UINT64_C(base), (size), (offset), FLAT_DEVICE_##device, order},
#include "models/membus/routes.def"
};

bool flat_find_route(uint64_t address, struct flat_route *route)
{
    uint64_t region = (address & REAL_MASK) >> REGION_SHIFT, place = address & REAL_MASK;
    if ((place & LOW_HALF) >= BUS_BASE && (region == 0 || region == BUS_REGION))
        place &= LOW_HALF;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        const struct window *window = &windows[i];
        if (place - window->base < window->size) {
            *route =
                (struct flat_route){window->device, place - window->base + window->offset, window->order == LITTLE};
            return true;
        }
    }
    return false;
}

static const struct title_window {
    uint32_t base, size, real;
    uint8_t page;
} title[] = {
#define TITLE(base, size, real, page) {base, size, real, page},
#include "models/membus/title.def"
#undef TITLE
};

bool flat_translate(const struct flat *flat, uint64_t address, uint64_t *data0, uint64_t *data1)
{
    for (size_t i = 0; i < sizeof title / sizeof *title; i++) {
        const struct title_window *window = &title[i];
        uint64_t page = UINT64_C(1) << window->page, offset = (address & LOW_HALF) - window->base;
        if (offset >= window->size)
            continue;
        uint64_t real = (window->real + offset) & ~(page - 1), in_ram;
        if (!flat_in_ram(flat, real, &in_ram))
            return false;
        *data0 = real | SIM_PAGE_USER_READ | SIM_PAGE_USER_WRITE | SIM_PAGE_READ | SIM_PAGE_WRITE | SIM_PAGE_EXECUTE;
        *data1 = window->page;
        return true;
    }
    return false;
}
