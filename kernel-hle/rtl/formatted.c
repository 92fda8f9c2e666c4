/* The printf family. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/bytes.h"
#include "kernel-hle/rtl/print.h"
#include "kernel-hle/rtl/rtl_parts.h"

enum { PIECE = 256, MESSAGE = 512, WINDOW = 64, PAGE = 0x1000 };

/* Some bytes of the guest's memory. */
struct window {
    uint32_t base, size;
    uint8_t bytes[WINDOW];
};

/* What a call formats: where from, where to. */
struct work {
    struct kernel *k;
    const struct kernel_call *c;
    bool wide;
    uint32_t format;
    bool listed; /* arguments lie in an array of slots, not behind the named ones */
    uint32_t slots;
    uint32_t buffer;
    uint32_t room; /* characters that may be written */
    uint32_t written, held;
    uint8_t piece[2 * PIECE];
    struct window seen[2]; /* of the format, of texts */
};

/* The character at an address. What lies behind it, up to the end of its page, is read with it. */
static unsigned unit(struct kernel *k, struct window *window, uint32_t address, bool wide)
{
    uint32_t bad, size = wide ? 2 : 1, offset = address - window->base, left = PAGE - address % PAGE;
    bool write;
    if (kernel_fault(k, &bad, &write)) /* what cannot be read has no end */
        return 0;
    if (offset >= window->size || window->size - offset < size) {
        window->base = address;
        window->size = left < size ? size : left < WINDOW ? left : WINDOW;
        offset = 0;
        if (!guest_read(k, address, window->bytes, window->size))
            window->size = 0;
    }
    return wide ? bytes_be16(window->bytes + offset) : window->bytes[offset];
}

static unsigned get_format(void *context, uint32_t index)
{
    struct work *w = context;
    return unit(w->k, &w->seen[0], w->format + (w->wide ? 2 : 1) * index, w->wide);
}

static unsigned get_text(void *context, uint32_t address, uint32_t index, bool wide)
{
    struct work *w = context;
    return unit(w->k, &w->seen[1], address + (wide ? 2 : 1) * index, wide);
}

/* What has been read may not be there any more. */
static void look_anew(struct work *w)
{
    w->seen[0].size = w->seen[1].size = 0;
}

static uint64_t get_slot(void *context, unsigned index)
{
    const struct work *w = context;
    return w->listed ? guest_u64(w->k, w->slots + 8 * index) : kernel_slot(w->k, w->c, index);
}

static void store(void *context, uint32_t address, uint64_t value, unsigned size)
{
    struct kernel *k = ((const struct work *)context)->k;
    look_anew(context);
    if (size == 2)
        guest_put_u16(k, address, (uint16_t)value);
    else if (size == 4)
        guest_put_u32(k, address, (uint32_t)value);
    else
        guest_put_u64(k, address, value);
}

static void flush(struct work *w)
{
    uint32_t size = w->wide ? 2 : 1;
    if (w->held > 0)
        guest_write(w->k, w->buffer + size * w->written, w->piece, (size_t)size * w->held);
    w->written += w->held;
    w->held = 0;
    look_anew(w);
}

static void put(void *context, unsigned character)
{
    struct work *w = context;
    if (w->written + w->held >= w->room)
        return;
    if (w->wide) {
        w->piece[2 * w->held] = (uint8_t)(character >> 8);
        w->piece[2 * w->held + 1] = (uint8_t)character;
    } else {
        w->piece[w->held] = (uint8_t)character;
    }
    if (++w->held == PIECE)
        flush(w);
}

static int32_t run(struct work *w, void (*sink)(void *context, unsigned character))
{
    const struct rtl_print print = {.wide = w->wide,
                                    .microsoft = w->k->reference.rtl_microsoft_floats != 0,
                                    .context = w,
                                    .format = get_format,
                                    .slot = get_slot,
                                    .text = get_text,
                                    .store = store,
                                    .put = sink};
    int32_t length = rtl_print(&print);
    if (w->buffer != 0)
        flush(w);
    return length;
}

/* Arguments: buffer, how many characters it holds if it is bounded, format, and an array of slots if it is listed. A
 * text that just fits has no zero behind it. */
static void print_into(struct kernel *k, struct kernel_call *c, bool wide, bool bounded, bool listed)
{
    unsigned format = bounded ? 2 : 1;
    struct work w = {.k = k,
                     .c = c,
                     .wide = wide,
                     .buffer = kernel_arg(c, 0),
                     .room = bounded ? kernel_arg(c, 1) : RTL_PRINT_MAX,
                     .format = kernel_arg(c, format),
                     .listed = listed,
                     .slots = listed ? kernel_arg(c, format + 1) : 0};
    c->result = UINT32_MAX;
    if (w.buffer == 0 || w.format == 0)
        return;
    int32_t length = run(&w, put);
    if (length >= 0 && (uint32_t)length <= w.room)
        c->result = (uint32_t)length;
    if (w.written < w.room || !bounded) {
        if (wide)
            guest_put_u16(k, w.buffer + 2 * w.written, 0);
        else
            guest_put_u8(k, w.buffer + w.written, 0);
    }
}

/* How long it would be. */
static void measure(struct kernel *k, struct kernel_call *c, bool wide, bool listed)
{
    struct work w = {.k = k,
                     .c = c,
                     .wide = wide,
                     .format = kernel_arg(c, 0),
                     .listed = listed,
                     .slots = listed ? kernel_arg(c, 1) : 0};
    c->result = w.format == 0 ? UINT32_MAX : (uint32_t)run(&w, put);
}

void hle_sprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, false, false, false);
}

void hle__snprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, false, true, false);
}

void hle_vsprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, false, false, true);
}

void hle__vsnprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, false, true, true);
}

void hle_swprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, true, false, false);
}

void hle__snwprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, true, true, false);
}

void hle_vswprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, true, false, true);
}

void hle__vsnwprintf(struct kernel *k, struct kernel_call *c)
{
    print_into(k, c, true, true, true);
}

void hle__scprintf(struct kernel *k, struct kernel_call *c)
{
    measure(k, c, false, false);
}

void hle__scwprintf(struct kernel *k, struct kernel_call *c)
{
    measure(k, c, true, false);
}

void hle__vscprintf(struct kernel *k, struct kernel_call *c)
{
    measure(k, c, false, true);
}

void hle__vscwprintf(struct kernel *k, struct kernel_call *c)
{
    measure(k, c, true, true);
}

/* The beginning of a message. */
static void put_message(void *context, unsigned character)
{
    struct work *w = context;
    if (w->held < MESSAGE - 1)
        w->piece[w->held++] = (uint8_t)character;
}

void hle_DbgPrint(struct kernel *k, struct kernel_call *c)
{
    struct work w = {.k = k, .c = c, .format = kernel_arg(c, 0)};
    if (w.format == 0) {
        c->result = NT_INVALID_PARAMETER;
        return;
    }
    uint32_t bad;
    bool write;
    (void)run(&w, put_message);
    w.piece[w.held] = 0;
    if (!kernel_fault(k, &bad, &write))
        rtl_say(k, c->thread, (const char *)w.piece);
}
