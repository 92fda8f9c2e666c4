/* What xam tells of the title and of itself, and how a title ends. */
#include "kernel-hle/ex/printable.h"
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"
#include "kernel-hle/loader/bytes.h"

enum { WIN32_NOT_FOUND = 1168 };

static void ends(struct kernel *k, struct kernel_call *c)
{
    kernel_stop(k, SIM_OK, "the title has ended");
    kernel_call_leaves(k, c);
}

void hle_XamLoaderTerminateTitle(struct kernel *k, struct kernel_call *c)
{
    ends(k, c);
}

/* The console would start the other title, or its dashboard. */
void hle_XamLoaderLaunchTitle(struct kernel *k, struct kernel_call *c)
{
    char path[256];
    if (kernel_arg(c, 0) && !guest_text(k, kernel_arg(c, 0), path, sizeof path))
        return;
    if (kernel_arg(c, 0)) {
        kernel_stop(k, SIM_OK, "the title has ended: it launches %s", printable(path));
        kernel_call_leaves(k, c);
        return;
    }
    ends(k, c);
}

/* Nobody has launched it with any data. */
void hle_XamLoaderGetLaunchDataSize(struct kernel *k, struct kernel_call *c)
{
    if (kernel_arg(c, 0))
        guest_put_u32(k, kernel_arg(c, 0), 0);
    c->result = WIN32_NOT_FOUND;
}

void hle_XamLoaderGetLaunchData(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = WIN32_NOT_FOUND;
}

void hle_XamLoaderGetMediaInfoEx(struct kernel *k, struct kernel_call *c)
{
    if (kernel_arg(c, 2))
        guest_put_u32(k, kernel_arg(c, 2), 0);
    c->result = 0;
}

/* Where the execution info lies in the copy of the title's headers. */
void hle_XamGetExecutionId(struct kernel *k, struct kernel_call *c)
{
    enum { KEY_EXECUTION = 0x00040006, COUNT = 0x14, FIRST = 0x18 };
    const struct image *image = k->config.image;
    uint32_t header = guest_u32(k, kernel_module_record(KERNEL_TITLE) + MODULE_HEADERS);
    uint32_t count = image->headers_size >= FIRST ? bytes_be32(image->headers + COUNT) : 0;
    c->result = WIN32_NOT_FOUND;
    for (size_t i = 0, at = FIRST; i < count && at + 8 <= image->headers_size; i++, at += 8) {
        if (bytes_be32(image->headers + at) != KEY_EXECUTION)
            continue;
        guest_put_u32(k, kernel_arg(c, 0), header + bytes_be32(image->headers + at + 4));
        c->result = 0;
        return;
    }
}

void hle_XamGetCurrentTitleId(struct kernel *k, struct kernel_call *c)
{
    c->result = k->config.image->title_id;
}

void hle_XamIsCurrentTitleDash(struct kernel *k, struct kernel_call *c)
{
    c->result = k->config.image->title_id == 0xFFFE07D1;
}

void hle_XamGetSystemVersion(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamFeatureEnabled(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamEnableInactivityProcessing(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XamResetInactivity(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

/* Nothing of xam's own is ever on the screen. */
void hle_XamIsUIActive(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}

void hle_XNotifyPositionUI(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    (void)c;
}

void hle_XNotifyDelayUI(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0;
}
