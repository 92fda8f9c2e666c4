#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"

#include <string.h>

enum { GUEST_PAGE = 0x1000 };

static void mark(struct kernel *k, uint32_t address, bool write)
{
    if (k->fault.held)
        return;
    k->fault.held = true;
    k->fault.write = write;
    k->fault.address = address;
}

/* How much of [address, address + size) lies in one page, and where. */
static bool piece(struct kernel *k, uint32_t address, size_t size, enum membus_access access, uint64_t *real,
                  size_t *part)
{
    struct membus_fault fault;
    *part = GUEST_PAGE - address % GUEST_PAGE;
    if (*part > size)
        *part = size;
    return membus_map_access(k->config.host.map, address, access, real, &fault) && *real < k->config.host.map->memory &&
           *part <= k->config.host.map->memory - *real;
}

static bool all_there(struct kernel *k, uint32_t address, size_t size, enum membus_access access, uint32_t *bad)
{
    uint64_t real;
    size_t part;
    for (uint64_t at = address, end = at + size; at < end; at += part) {
        *bad = (uint32_t)at;
        if (at > UINT32_MAX || !piece(k, (uint32_t)at, (size_t)(end - at), access, &real, &part))
            return false;
    }
    return true;
}

bool guest_readable(struct kernel *k, uint32_t address, size_t size)
{
    uint32_t bad;
    return all_there(k, address, size, MEMBUS_READ, &bad);
}

bool guest_writable(struct kernel *k, uint32_t address, size_t size)
{
    uint32_t bad;
    return all_there(k, address, size, MEMBUS_WRITE, &bad);
}

bool guest_read(struct kernel *k, uint32_t address, void *bytes, size_t size)
{
    uint64_t at;
    size_t all;
    if (piece(k, address, size, MEMBUS_READ, &at, &all) && all == size) { /* nearly always */
        k->config.host.read(k->config.host.context, at, bytes, size);
        return true;
    }
    uint32_t bad;
    if (!all_there(k, address, size, MEMBUS_READ, &bad)) {
        memset(bytes, 0, size);
        mark(k, bad, false);
        return false;
    }
    uint64_t real;
    for (size_t done = 0, part; done < size; done += part) {
        (void)piece(k, address + (uint32_t)done, size - done, MEMBUS_READ, &real, &part);
        k->config.host.read(k->config.host.context, real, (uint8_t *)bytes + done, part);
    }
    return true;
}

bool guest_write(struct kernel *k, uint32_t address, const void *bytes, size_t size)
{
    uint64_t at;
    size_t all;
    if (piece(k, address, size, MEMBUS_WRITE, &at, &all) && all == size) {
        k->config.host.write(k->config.host.context, at, bytes, size);
        return true;
    }
    uint32_t bad;
    if (!all_there(k, address, size, MEMBUS_WRITE, &bad)) {
        mark(k, bad, true);
        return false;
    }
    uint64_t real;
    for (size_t done = 0, part; done < size; done += part) {
        (void)piece(k, address + (uint32_t)done, size - done, MEMBUS_WRITE, &real, &part);
        k->config.host.write(k->config.host.context, real, (const uint8_t *)bytes + done, part);
    }
    return true;
}

bool guest_fill(struct kernel *k, uint32_t address, uint8_t byte, size_t size)
{
    uint32_t bad;
    if (!all_there(k, address, size, MEMBUS_WRITE, &bad)) {
        mark(k, bad, true);
        return false;
    }
    uint8_t bytes[GUEST_PAGE];
    memset(bytes, byte, sizeof bytes);
    uint64_t real;
    for (size_t done = 0, part; done < size; done += part) {
        (void)piece(k, address + (uint32_t)done, size - done, MEMBUS_WRITE, &real, &part);
        if (byte)
            k->config.host.write(k->config.host.context, real, bytes, part);
        else
            k->config.host.zero(k->config.host.context, real, part);
    }
    return true;
}

static uint64_t get(struct kernel *k, uint32_t address, unsigned size)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    (void)guest_read(k, address, bytes, size);
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void put(struct kernel *k, uint32_t address, uint64_t value, unsigned size)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    (void)guest_write(k, address, bytes, size);
}

uint8_t guest_u8(struct kernel *k, uint32_t address)
{
    return (uint8_t)get(k, address, 1);
}

uint16_t guest_u16(struct kernel *k, uint32_t address)
{
    return (uint16_t)get(k, address, 2);
}

uint32_t guest_u32(struct kernel *k, uint32_t address)
{
    return (uint32_t)get(k, address, 4);
}

uint64_t guest_u64(struct kernel *k, uint32_t address)
{
    return get(k, address, 8);
}

void guest_put_u8(struct kernel *k, uint32_t address, uint8_t value)
{
    put(k, address, value, 1);
}

void guest_put_u16(struct kernel *k, uint32_t address, uint16_t value)
{
    put(k, address, value, 2);
}

void guest_put_u32(struct kernel *k, uint32_t address, uint32_t value)
{
    put(k, address, value, 4);
}

void guest_put_u64(struct kernel *k, uint32_t address, uint64_t value)
{
    put(k, address, value, 8);
}

bool guest_text(struct kernel *k, uint32_t address, char *text, size_t size)
{
    size_t done = 0;
    while (size > 1 && done < size - 1) {
        size_t part = GUEST_PAGE - (address + done) % GUEST_PAGE;
        if (part > size - 1 - done)
            part = size - 1 - done;
        if (!guest_read(k, address + (uint32_t)done, text + done, part)) {
            text[done] = 0;
            return false;
        }
        if (memchr(text + done, 0, part))
            return true;
        done += part;
    }
    if (size)
        text[done] = 0;
    mark(k, address + (uint32_t)done, false);
    return false;
}

bool guest_ansi_string(struct kernel *k, uint32_t address, char *text, size_t size)
{
    text[0] = 0;
    if (!address)
        return false;
    size_t length = guest_u16(k, address);
    uint32_t buffer = guest_u32(k, address + 4);
    if (length > size - 1)
        length = size - 1;
    if (length == 0 || !guest_read(k, buffer, text, length)) {
        text[0] = 0;
        return false;
    }
    text[length] = 0;
    return true;
}

bool kernel_fault(const struct kernel *k, uint32_t *address, bool *write)
{
    *address = k->fault.address;
    *write = k->fault.write;
    return k->fault.held;
}

void kernel_forget_fault(struct kernel *k)
{
    k->fault.held = false;
}
