/* What development kits have of a debugger: there is none, and it says so. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/rtl/rtl_parts.h"

/* HRESULTs of xbdm. */
#define XBDM_OK      UINT32_C(0x02DA0000)
#define XBDM_FAILURE UINT32_C(0x82DA0000)
#define XBDM_END     UINT32_C(0x82DA0104) /* of a list */

void hle_DmAllocatePool(struct kernel *k, struct kernel_call *c)
{
    c->result = rtl_allocate(k, kernel_arg(c, 0));
}

void hle_DmFreePool(struct kernel *k, struct kernel_call *c)
{
    rtl_free(k, kernel_arg(c, 0));
}

void hle_DmIsDebuggerPresent(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

/* Nobody will ever send a command. */
void hle_DmRegisterCommandProcessor(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = XBDM_OK;
}

void hle_DmRegisterCommandProcessorEx(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = XBDM_OK;
}

/* Nobody listens. */
void hle_DmSendNotificationString(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

void hle_DmWalkLoadedModules(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = XBDM_END;
}

void hle_DmCloseLoadedModules(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

/* Nobody counts calls of functions. */
void hle_DmIsFastCAPEnabled(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = XBDM_FAILURE;
}

void hle___CAP_Start_Profiling(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

void hle___CAP_End_Profiling(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

void hle___CAP_Enter_Function(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

void hle___CAP_Exit_Function(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}
