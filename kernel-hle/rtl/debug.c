/* What titles say to a debugger. There is none: messages go to the log and to who runs the title, and a breakpoint ends
 * the run. */
#include "kernel-hle/ke/ke.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/loader/cp1252.h"
#include "kernel-hle/log/log.h"
#include "kernel-hle/rtl/rtl_parts.h"

#include <string.h>

enum { MESSAGE = 512 };

void rtl_say(struct kernel *k, struct ke_thread *thread, const char *text)
{
    char utf8[3 * MESSAGE];
    size_t length = strlen(text);
    if (length > MESSAGE - 1)
        length = MESSAGE - 1;
    utf8[cp1252_to_utf8((const uint8_t *)text, length, utf8)] = '\0';
    log_other(k, thread, "debug.print", "text", "text", utf8, NULL);
    for (const char *line = utf8; *line != '\0';) {
        size_t end = strcspn(line, "\r\n");
        if (end > 0)
            kernel_report(k, "%.*s", (int)end, line);
        line += end + strspn(line + end, "\r\n");
    }
}

static void breakpoint(struct kernel *k, const struct kernel_call *c, const char *what)
{
    kernel_stop(k, SIM_GUEST, "%s: called from 0x%08X by thread %u", what, (uint32_t)kernel_registers(k, c)->lr,
                ke_thread_id(c->thread));
}

void hle_DbgBreakPoint(struct kernel *k, struct kernel_call *c)
{
    breakpoint(k, c, "breakpoint");
}

void hle_DbgBreakPointWithStatus(struct kernel *k, struct kernel_call *c)
{
    breakpoint(k, c, "breakpoint with a status");
}

/* The beginning of a text of the guest's, or what stands for a null pointer. */
static void text_of(struct kernel *k, uint32_t address, char *text, uint32_t size)
{
    uint32_t length = address ? rtl_text_length(k, address, false, size - 1) : 0;
    strcpy(text, "(null)");
    if (address != 0 && guest_read(k, address, text, length))
        text[length] = '\0';
}

void hle_RtlRip(struct kernel *k, struct kernel_call *c)
{
    char function[128], message[MESSAGE - 160], text[MESSAGE] = "RIP: ";
    text_of(k, kernel_arg(c, 0), function, sizeof function);
    text_of(k, kernel_arg(c, 1), message, sizeof message);
    strcat(text, function);
    strcat(text, ": ");
    strcat(text, message);
    rtl_say(k, c->thread, text);
}

void hle_RtlAssert(struct kernel *k, struct kernel_call *c)
{
    char assertion[160], file[128], message[128];
    text_of(k, kernel_arg(c, 0), assertion, sizeof assertion);
    text_of(k, kernel_arg(c, 1), file, sizeof file);
    text_of(k, kernel_arg(c, 3), message, sizeof message);
    kernel_stop(k, SIM_GUEST, "assertion failed: %s, %s:%u: %s, thread %u", assertion, file, kernel_arg(c, 2), message,
                ke_thread_id(c->thread));
}
