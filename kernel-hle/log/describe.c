#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/log/log_parts.h"

enum { PAGE = 4096, NS_PER_TICK = 100 };

bool log_peek(struct kernel *k, uint32_t address, void *bytes, size_t size)
{
    const __typeof__(k->fault) mark = k->fault;
    bool there = guest_read(k, address, bytes, size);
    k->fault = mark;
    return there;
}

static uint32_t word_at(const uint8_t *byte)
{
    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

bool log_peek_u32(struct kernel *k, uint32_t address, uint32_t *value)
{
    uint8_t byte[4];
    bool there = log_peek(k, address, byte, sizeof byte);
    *value = word_at(byte);
    return there;
}

static void identify(struct log_text *t, const struct ob_object *object)
{
    log_member(t, "type");
    log_name(t, ob_type_name(object->type));
    log_member(t, "id");
    log_hex(t, object->identity, 16);
}

void log_object(struct log_text *t, const struct ob_object *object)
{
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, object->address, 8);
    identify(t, object);
    log_close(t, '}');
}

/* By the type in a dispatcher's header. */
static const char *dispatcher_name(uint8_t type)
{
    static const char *const names[] = {"event",     "event",  "mutant", NULL,    "queue",
                                        "semaphore", "thread", NULL,     "timer", "timer"};
    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

void log_body(struct log_text *t, struct kernel *k, uint32_t address)
{
    const struct ob_object *object = address ? ob_by_address(k, address) : NULL;
    if (object) {
        log_object(t, object);
        return;
    }
    uint8_t type;
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    if (address && log_peek(k, address, &type, 1) && dispatcher_name(type)) {
        log_member(t, "type");
        log_name(t, dispatcher_name(type));
    }
    log_close(t, '}');
}

void log_of_handle(struct log_text *t, struct kernel *k, uint32_t handle)
{
    nt_status status;
    const struct ob_object *object = handle ? ob_by_handle(k, handle, OB_ANY, &status) : NULL;
    log_open(t, '{');
    log_member(t, "handle");
    log_hex(t, handle, 8);
    if (object)
        identify(t, object);
    log_close(t, '}');
}

/* Bytes up to the zero that ends them, or the most; *whole says that it was found. Reads page by page. */
static size_t read_text(struct kernel *k, uint32_t address, uint8_t *bytes, unsigned unit, bool *whole)
{
    size_t got = 0;
    *whole = false;
    while (got < LOG_TEXT_MOST) {
        size_t part = PAGE - (address + (uint32_t)got) % PAGE, left = LOG_TEXT_MOST - got;
        part = part < left ? part : left;
        part = part < 64 ? part : 64;
        if (!log_peek(k, address + (uint32_t)got, bytes + got, part))
            break;
        size_t before = got;
        got += part;
        for (size_t i = before / unit * unit; i + unit <= got; i += unit)
            if (bytes[i] == 0 && (unit == 1 || bytes[i + 1] == 0)) {
                *whole = true;
                return i;
            }
    }
    return got / unit * unit;
}

/* `"text":...` of so many bytes, of which the object may have had more. */
static void put_text(struct log_text *t, const uint8_t *bytes, size_t size, bool wide, bool whole)
{
    log_member(t, "text");
    if (wide)
        log_string16(t, bytes, size / 2);
    else
        log_string(t, bytes, size);
    if (!whole) {
        log_member(t, "cut");
        log_put(t, "true");
    }
}

void log_text_at(struct log_text *t, struct kernel *k, uint32_t address, bool wide)
{
    uint8_t bytes[LOG_TEXT_MOST];
    bool whole;
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    if (address) {
        size_t size = read_text(k, address, bytes, wide ? 2 : 1, &whole);
        put_text(t, bytes, size, wide, whole);
    }
    log_close(t, '}');
}

/* Members of an ANSI_STRING or a UNICODE_STRING. */
static void put_counted(struct log_text *t, struct kernel *k, uint32_t address, bool wide)
{
    uint8_t header[8], bytes[LOG_TEXT_MOST];
    if (!address || !log_peek(k, address, header, sizeof header))
        return;
    size_t length = word_at(header) >> 16, shown = length < LOG_TEXT_MOST ? length : LOG_TEXT_MOST;
    if (shown && !log_peek(k, word_at(header + 4), bytes, shown))
        put_text(t, bytes, 0, wide, false);
    else
        put_text(t, bytes, shown, wide, shown == length);
}

void log_counted_text(struct log_text *t, struct kernel *k, uint32_t address, bool wide)
{
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    put_counted(t, k, address, wide);
    log_close(t, '}');
}

/* OBJECT_ATTRIBUTES: the handle of a root, an ANSI_STRING's address, flags. */
void log_attributes(struct log_text *t, struct kernel *k, uint32_t address)
{
    uint8_t bytes[12];
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    if (address && log_peek(k, address, bytes, sizeof bytes)) {
        log_member(t, "root");
        log_of_handle(t, k, word_at(bytes));
        put_counted(t, k, word_at(bytes + 4), false);
        log_member(t, "flags");
        log_hex(t, word_at(bytes + 8), 8);
    }
    log_close(t, '}');
}

void log_timeout_ns(struct log_text *t, struct kernel *k, const int64_t *timeout)
{
    uint64_t ticks = 0, now;
    if (!timeout) {
        log_put(t, "-1");
        return;
    }
    if (*timeout < 0)
        ticks = -(uint64_t)*timeout;
    else if ((now = ke_system_time(k)) < (uint64_t)*timeout)
        ticks = (uint64_t)*timeout - now;
    log_number(t, ticks > INT64_MAX / NS_PER_TICK ? (uint64_t)INT64_MAX : ticks * NS_PER_TICK);
}
