/* The title gives up. */
#include "kernel-hle/ke/ke_parts.h"
#include "kernel-hle/kernel/handlers.h"

#include <string.h>

static void stop(struct kernel *k, struct kernel_call *c, unsigned parameters)
{
    char text[2048] = "";
    ke_describe_thread(k, c->thread, text);
    kernel_stop(k, SIM_GUEST,
                "the title stops with bug check 0x%08X (0x%08X 0x%08X 0x%08X 0x%08X), called from 0x%08X%s",
                kernel_arg(c, 0), parameters ? kernel_arg(c, 1) : 0, parameters ? kernel_arg(c, 2) : 0,
                parameters ? kernel_arg(c, 3) : 0, parameters ? kernel_arg(c, 4) : 0,
                (uint32_t)kernel_registers(k, c)->lr, text);
}

void hle_KeBugCheck(struct kernel *k, struct kernel_call *c)
{
    stop(k, c, 0);
}

void hle_KeBugCheckEx(struct kernel *k, struct kernel_call *c)
{
    stop(k, c, 4);
}
