/* Arguments by their types, and what a call has left behind pointers. docs/event-log.md says how each looks. */
#include "kernel-hle/kernel/guest.h"
#include "kernel-hle/log/log_parts.h"

static void put_bool(struct log_text *t, bool value)
{
    log_put(t, value ? "true" : "false");
}

static void put_timeout(struct log_text *t, struct kernel *k, uint32_t address)
{
    uint8_t bytes[8];
    int64_t ticks = 0;
    bool there = !address || log_peek(k, address, bytes, sizeof bytes);
    for (unsigned i = 0; address && there && i < 8; i++)
        ticks = (int64_t)((uint64_t)ticks << 8 | bytes[i]);
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    if (there) {
        log_member(t, "ns");
        log_timeout_ns(t, k, address ? &ticks : NULL);
    }
    if (there && ticks > 0) {
        log_member(t, "until");
        log_wide(t, ticks);
    }
    log_close(t, '}');
}

/* A value of 2, 4 or 8 bytes behind a pointer: a number, or an address or bits in hexadecimal. False where it cannot
 * be read. */
static bool put_behind(struct log_text *t, struct kernel *k, uint32_t address, unsigned size, bool hex)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    if (!log_peek(k, address, bytes, size))
        return false;
    for (unsigned i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    if (hex || size == 8)
        log_hex(t, value, 2 * size);
    else
        log_number(t, value);
    return true;
}

/* What is behind an argument that the call reads. */
static void put_input(struct log_text *t, struct kernel *k, uint32_t address, unsigned size, bool hex)
{
    log_open(t, '{');
    log_member(t, "address");
    log_hex(t, address, 8);
    char *before = t->at;
    size_t used = (size_t)(before - t->begin);
    if (address) {
        log_member(t, "value");
        if (!put_behind(t, k, address, size, hex))
            t->at = t->begin + used;
    }
    log_close(t, '}');
}

static void put_array(struct log_text *t, struct kernel *k, uint32_t address, uint32_t count, bool handles)
{
    log_open(t, '[');
    for (uint32_t i = 0; i < count && i < LOG_ARRAY_MOST; i++) {
        uint32_t element;
        if (!log_peek_u32(k, address + 4 * i, &element))
            break;
        log_item(t);
        if (handles)
            log_of_handle(t, k, element);
        else
            log_body(t, k, element);
    }
    log_close(t, ']');
}

/* The argument that says how many there are of an array. */
static uint32_t count_of(const struct hle_signature *signature, const uint64_t *arg)
{
    for (unsigned i = 0; i < signature->arguments; i++)
        if (strcmp(signature->argument[i].name, "count") == 0)
            return (uint32_t)arg[i];
    return 0;
}

static void put_argument(struct log_text *t, struct kernel *k, const struct hle_signature *s, const uint64_t *arg,
                         unsigned i)
{
    uint64_t value = arg[i];
    uint32_t word = (uint32_t)value;
    switch (s->argument[i].type) {
    case HLE_TYPE_u16:
    case HLE_TYPE_u32:
        log_number(t, word);
        return;
    case HLE_TYPE_s32:
        log_signed(t, (int32_t)word);
        return;
    case HLE_TYPE_s64:
        log_wide(t, (int64_t)value);
        return;
    case HLE_TYPE_bool:
        put_bool(t, word != 0);
        return;
    case HLE_TYPE_unknown:
    case HLE_TYPE_u64:
    case HLE_TYPE_f64:
        log_hex(t, value, 16);
        return;
    case HLE_TYPE_handle:
        log_of_handle(t, k, word);
        return;
    case HLE_TYPE_object:
    case HLE_TYPE_event:
    case HLE_TYPE_semaphore:
    case HLE_TYPE_mutant:
    case HLE_TYPE_timer:
    case HLE_TYPE_queue:
    case HLE_TYPE_thread:
        log_body(t, k, word);
        return;
    case HLE_TYPE_string:
    case HLE_TYPE_format:
        log_text_at(t, k, word, false);
        return;
    case HLE_TYPE_wstring:
    case HLE_TYPE_wformat:
        log_text_at(t, k, word, true);
        return;
    case HLE_TYPE_ansi_string:
        log_counted_text(t, k, word, false);
        return;
    case HLE_TYPE_unicode_string:
        log_counted_text(t, k, word, true);
        return;
    case HLE_TYPE_object_attributes:
        log_attributes(t, k, word);
        return;
    case HLE_TYPE_timeout:
        put_timeout(t, k, word);
        return;
    case HLE_TYPE_handle_array:
    case HLE_TYPE_object_array:
        put_array(t, k, word, count_of(s, arg), s->argument[i].type == HLE_TYPE_handle_array);
        return;
    case HLE_TYPE_in_u32:
    case HLE_TYPE_inout_u32:
        put_input(t, k, word, 4, false);
        return;
    case HLE_TYPE_inout_ptr:
        put_input(t, k, word, 4, true);
        return;
    case HLE_TYPE_in_u64:
        put_input(t, k, word, 8, true);
        return;
    default: /* addresses; statuses and single precision are bits too */
        log_hex(t, word, 8);
        return;
    }
}

void log_arguments(struct log_text *t, struct kernel *k, const struct hle_signature *signature, const uint64_t *arg)
{
    static const char *const registers[] = {"r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10"};
    log_member(t, "arguments");
    log_open(t, '{');
    for (unsigned i = 0; !signature->known && i < sizeof registers / sizeof *registers; i++) {
        log_member(t, registers[i]);
        log_hex(t, arg[i], 16);
    }
    for (unsigned i = 0; i < signature->arguments; i++) {
        log_member(t, signature->argument[i].name);
        put_argument(t, k, signature, arg, i);
    }
    log_close(t, '}');
}

/* False where the type says of nothing that a call leaves, or it cannot be read. */
static bool put_out(struct log_text *t, struct kernel *k, enum hle_type type, uint32_t address)
{
    uint8_t bytes[8];
    uint32_t handle;
    switch (type) {
    case HLE_TYPE_out_u16:
        return put_behind(t, k, address, 2, false);
    case HLE_TYPE_out_u32:
    case HLE_TYPE_inout_u32:
        return put_behind(t, k, address, 4, false);
    case HLE_TYPE_out_f32:
    case HLE_TYPE_out_ptr:
    case HLE_TYPE_inout_ptr:
        return put_behind(t, k, address, 4, true);
    case HLE_TYPE_out_u64:
        return put_behind(t, k, address, 8, true);
    case HLE_TYPE_out_handle:
        if (!log_peek_u32(k, address, &handle))
            return false;
        log_of_handle(t, k, handle);
        return true;
    case HLE_TYPE_iosb:
        if (!log_peek(k, address, bytes, sizeof bytes))
            return false;
        log_open(t, '{');
        log_member(t, "status");
        put_behind(t, k, address, 4, true);
        log_member(t, "information");
        put_behind(t, k, address + 4, 4, false);
        log_close(t, '}');
        return true;
    default:
        return false;
    }
}

void log_outcome(struct log_text *t, struct kernel *k, const struct hle_signature *signature, const uint64_t *arg)
{
    bool any = false;
    for (unsigned i = 0; i < signature->arguments; i++) {
        const struct hle_argument *argument = &signature->argument[i];
        size_t used = (size_t)(t->at - t->begin);
        if ((uint32_t)arg[i] == 0)
            continue;
        if (!any) {
            log_member(t, "out");
            log_open(t, '{');
        }
        log_member(t, argument->name);
        if (put_out(t, k, argument->type, (uint32_t)arg[i]))
            any = true;
        else
            t->at = t->begin + used;
    }
    if (any)
        log_close(t, '}');
}
