/* ANSI_STRING and UNICODE_STRING. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/rtl/case.h"
#include "kernel-hle/rtl/rtl_parts.h"

void hle_RtlInitAnsiString(struct kernel *k, struct kernel_call *c)
{
    uint32_t text = kernel_arg(c, 1);
    struct rtl_string string = {0};
    if (text != 0) {
        uint32_t length = rtl_text_length(k, text, false, RTL_STRING_MAX);
        string = (struct rtl_string){(uint16_t)length, (uint16_t)(length + 1), text};
    }
    rtl_string_put(k, kernel_arg(c, 0), string);
}

void hle_RtlInitUnicodeString(struct kernel *k, struct kernel_call *c)
{
    uint32_t text = kernel_arg(c, 1);
    struct rtl_string string = {0};
    if (text != 0) {
        uint32_t size = 2 * rtl_text_length(k, text, true, RTL_STRING_MAX / 2 - 1);
        string = (struct rtl_string){(uint16_t)size, (uint16_t)(size + 2), text};
    }
    rtl_string_put(k, kernel_arg(c, 0), string);
    c->result = kernel_arg(c, 0);
}

static void copy_string(struct kernel *k, const struct kernel_call *c)
{
    uint32_t to = kernel_arg(c, 0), from = kernel_arg(c, 1);
    struct rtl_string destination = rtl_string_get(k, to);
    destination.length = 0;
    if (from != 0) {
        struct rtl_string source = rtl_string_get(k, from);
        destination.length = source.length < destination.maximum ? source.length : destination.maximum;
        rtl_copy(k, destination.buffer, source.buffer, destination.length);
    }
    guest_put_u16(k, to, destination.length);
}

void hle_RtlCopyString(struct kernel *k, struct kernel_call *c)
{
    copy_string(k, c);
}

void hle_RtlCopyUnicodeString(struct kernel *k, struct kernel_call *c)
{
    copy_string(k, c);
}

/* `size` bytes of text at `from` behind what the string holds; UTF-16 gets a zero behind it if there is room. */
static nt_status append(struct kernel *k, uint32_t to, uint32_t from, uint32_t size, bool wide)
{
    struct rtl_string string = rtl_string_get(k, to);
    uint32_t length = string.length + size;
    if (length > string.maximum)
        return NT_BUFFER_TOO_SMALL;
    rtl_copy(k, string.buffer + string.length, from, size);
    if (wide && length + 2 <= string.maximum)
        guest_put_u16(k, string.buffer + length, 0);
    guest_put_u16(k, to, (uint16_t)length);
    return NT_SUCCESS;
}

void hle_RtlAppendStringToString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string source = rtl_string_get(k, kernel_arg(c, 1));
    c->result = append(k, kernel_arg(c, 0), source.buffer, source.length, false);
}

void hle_RtlAppendUnicodeStringToString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string source = rtl_string_get(k, kernel_arg(c, 1));
    c->result = append(k, kernel_arg(c, 0), source.buffer, source.length, true);
}

void hle_RtlAppendUnicodeToString(struct kernel *k, struct kernel_call *c)
{
    uint32_t text = kernel_arg(c, 1);
    if (text != 0)
        c->result = append(k, kernel_arg(c, 0), text, 2 * rtl_text_length(k, text, true, RTL_STRING_MAX), true);
}

void hle_RtlCreateUnicodeString(struct kernel *k, struct kernel_call *c)
{
    uint32_t text = kernel_arg(c, 1), size = 2 * rtl_text_length(k, text, true, RTL_STRING_MAX / 2);
    if (size > RTL_STRING_MAX - 2)
        return;
    uint32_t buffer = rtl_allocate(k, size + 2);
    if (buffer == 0)
        return;
    rtl_copy(k, buffer, text, size + 2);
    rtl_string_put(k, kernel_arg(c, 0), (struct rtl_string){(uint16_t)size, (uint16_t)(size + 2), buffer});
    c->result = 1;
}

static void free_string(struct kernel *k, const struct kernel_call *c)
{
    uint32_t buffer = rtl_string_get(k, kernel_arg(c, 0)).buffer;
    if (buffer != 0)
        rtl_free(k, buffer);
    rtl_string_put(k, kernel_arg(c, 0), (struct rtl_string){0});
}

void hle_RtlFreeAnsiString(struct kernel *k, struct kernel_call *c)
{
    free_string(k, c);
}

void hle_RtlFreeUnicodeString(struct kernel *k, struct kernel_call *c)
{
    free_string(k, c);
}

void hle_RtlUnicodeStringToAnsiString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string to = rtl_string_get(k, kernel_arg(c, 0)), from = rtl_string_get(k, kernel_arg(c, 1));
    uint32_t length = from.length / 2;
    if (kernel_arg(c, 2)) {
        to = (struct rtl_string){0, (uint16_t)(length + 1), rtl_allocate(k, length + 1)};
        if (to.buffer == 0) {
            c->result = NT_NO_MEMORY;
            return;
        }
    } else if (length >= to.maximum) {
        c->result = NT_BUFFER_OVERFLOW;
        if (to.maximum == 0)
            return;
        length = to.maximum - 1u;
    }
    to.length = (uint16_t)length;
    rtl_narrow(k, to.buffer, from.buffer, length);
    guest_put_u8(k, to.buffer + length, 0);
    rtl_string_put(k, kernel_arg(c, 0), to);
}

void hle_RtlAnsiStringToUnicodeString(struct kernel *k, struct kernel_call *c)
{
    struct rtl_string to = rtl_string_get(k, kernel_arg(c, 0)), from = rtl_string_get(k, kernel_arg(c, 1));
    uint32_t size = 2 * (uint32_t)from.length;
    if (size > RTL_STRING_MAX - 2) {
        c->result = NT_INVALID_PARAMETER_2;
        return;
    }
    if (kernel_arg(c, 2)) {
        to = (struct rtl_string){0, (uint16_t)(size + 2), rtl_allocate(k, size + 2)};
        if (to.buffer == 0) {
            c->result = NT_NO_MEMORY;
            return;
        }
    } else if (size >= to.maximum) {
        c->result = NT_BUFFER_OVERFLOW;
        return;
    }
    to.length = (uint16_t)size;
    rtl_widen(k, to.buffer, from.buffer, from.length);
    if (size + 2 <= to.maximum)
        guest_put_u16(k, to.buffer + size, 0);
    rtl_string_put(k, kernel_arg(c, 0), to);
}

void hle_RtlMultiByteToUnicodeN(struct kernel *k, struct kernel_call *c)
{
    uint32_t room = kernel_arg(c, 1) / 2, length = kernel_arg(c, 4), written = kernel_arg(c, 2);
    uint32_t count = length < room ? length : room;
    rtl_widen(k, kernel_arg(c, 0), kernel_arg(c, 3), count);
    if (written != 0)
        guest_put_u32(k, written, 2 * count);
}

void hle_RtlUnicodeToMultiByteN(struct kernel *k, struct kernel_call *c)
{
    uint32_t room = kernel_arg(c, 1), length = kernel_arg(c, 4) / 2, written = kernel_arg(c, 2);
    uint32_t count = length < room ? length : room;
    rtl_narrow(k, kernel_arg(c, 0), kernel_arg(c, 3), count);
    if (written != 0)
        guest_put_u32(k, written, count);
}

void hle_RtlMultiByteToUnicodeSize(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), 2 * kernel_arg(c, 2));
}

void hle_RtlUnicodeToMultiByteSize(struct kernel *k, struct kernel_call *c)
{
    guest_put_u32(k, kernel_arg(c, 0), kernel_arg(c, 2) / 2);
}

void hle_RtlUpperChar(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = rtl_upper_byte((uint8_t)c->arg[0]);
}

void hle_RtlLowerChar(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = rtl_lower_byte((uint8_t)c->arg[0]);
}

void hle_RtlUpcaseUnicodeChar(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = rtl_upper((uint16_t)c->arg[0]);
}

void hle_RtlDowncaseUnicodeChar(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = rtl_lower((uint16_t)c->arg[0]);
}
