/* The region table as text. Models know no stdio. */
#include "models/membus/map/map.h"

#include <string.h>

struct text {
    char *at;
    size_t size, length;
};

static void put(struct text *text, const char *string)
{
    for (; *string; string++, text->length++)
        if (text->length + 1 < text->size)
            text->at[text->length] = *string;
}

static void put_number(struct text *text, uint32_t value, unsigned base, unsigned least)
{
    char digits[11] = {0};
    unsigned at = 10;
    do {
        digits[--at] = "0123456789ABCDEF"[value % base];
        value /= base;
    } while (value != 0 || 10 - at < least);
    put(text, digits + at);
}

size_t membus_map_print(const struct membus_map *map, char *text, size_t size)
{
    static const char *const kinds[] = {"virtual", "physical", "device"};
    struct text out = {.at = text, .size = size};
    for (unsigned i = 0; i < MEMBUS_REGIONS; i++) {
        const struct membus_region *region = &membus_regions[i];
        uint32_t present = 0;
        for (uint32_t p = 0; p < region->size >> region->page_bits; p++)
            present += (map->page[i][p] & MEMBUS_PAGE_PRESENT) != 0;
        put_number(&out, region->base, 16, 8);
        put(&out, "-");
        put_number(&out, region->base + (region->size - 1), 16, 8);
        put(&out, " ");
        put(&out, region->name);
        put(&out, " ");
        put(&out, kinds[region->kind]);
        put(&out, ", pages of ");
        put_number(&out, (1u << region->page_bits) / 1024, 10, 1);
        put(&out, " KiB, ");
        put_number(&out, present, 10, 1);
        put(&out, " there\n");
    }
    if (size != 0)
        text[out.length < size ? out.length : size - 1] = '\0';
    return out.length;
}
