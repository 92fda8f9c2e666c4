/* RAM in pages that are made when they are needed, with what must be known of each line. */
#include "models/membus/flat_parts.h"

#include <stdlib.h>
#include <string.h>

struct flat_page *flat_page_at(struct flat *flat, uint64_t offset)
{
    struct flat_page **page = &flat->page[offset / FLAT_PAGE];
    if (!*page) {
        *page = calloc(1, sizeof **page);
        SIM_CHECK(*page, "%s: out of memory for a page of %d bytes", flat->component.name, FLAT_PAGE);
    }
    return *page;
}

uint8_t *flat_holders(struct flat *flat, uint64_t offset)
{
    return &flat_page_at(flat, offset)->holders[offset % FLAT_PAGE / SIM_LINE];
}

static size_t within_page(uint64_t offset, size_t size)
{
    size_t room = FLAT_PAGE - offset % FLAT_PAGE;
    return size < room ? size : room;
}

void flat_read(const struct flat *flat, uint64_t offset, uint8_t *bytes, size_t size)
{
    for (size_t piece; size != 0; offset += piece, bytes += piece, size -= piece) {
        const struct flat_page *page = flat->page[offset / FLAT_PAGE];
        piece = within_page(offset, size);
        if (page)
            memcpy(bytes, page->bytes + offset % FLAT_PAGE, piece);
        else
            memset(bytes, 0, piece);
    }
}

void flat_write(struct flat *flat, uint64_t offset, const uint8_t *bytes, size_t size)
{
    for (size_t piece; size != 0; offset += piece, bytes += piece, size -= piece) {
        piece = within_page(offset, size);
        memcpy(flat_page_at(flat, offset)->bytes + offset % FLAT_PAGE, bytes, piece);
    }
}

void flat_clear_reservations(struct flat *flat, uint64_t offset)
{
    for (unsigned i = 0; i < FLAT_CORES; i++)
        for (unsigned n = 0; n < FLAT_THREADS; n++)
            if (flat->queue[i].reservation[n].line == offset - offset % SIM_LINE)
                flat->queue[i].reservation[n] = (struct flat_reservation){0};
}

void flat_free_pages(struct flat *flat)
{
    for (unsigned i = 0; i < FLAT_PAGES_MAX; i++) {
        free(flat->page[i]);
        flat->page[i] = NULL;
    }
}

void flat_free(struct flat *flat)
{
    flat_free_pages(flat);
}

static bool all_in_ram(const struct flat *flat, uint64_t address, size_t size, uint64_t *offset)
{
    return flat_in_ram(flat, address, offset) && size <= flat->config.size - *offset;
}

bool flat_peek(const struct flat *flat, uint64_t address, void *bytes, size_t size)
{
    uint64_t offset;
    if (!all_in_ram(flat, address, size, &offset))
        return false;
    flat_read(flat, offset, bytes, size);
    return true;
}

bool flat_poke(struct flat *flat, uint64_t address, const void *bytes, size_t size)
{
    uint64_t offset;
    if (!all_in_ram(flat, address, size, &offset))
        return false;
    flat_write(flat, offset, bytes, size);
    return true;
}
