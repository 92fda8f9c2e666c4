/* The console's settings, and what xam answers from them. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/kernel/launch.h"

struct setting {
    uint16_t category, setting, size;
    uint32_t value;
};

static const struct setting settings[] = {
#define SETTING(category, setting, size, value, what) {category, setting, size, value},
#include "kernel-hle/ex/settings.def"
#undef SETTING
};

/* NULL, and whether there is such a category at all. */
static const struct setting *find(uint32_t category, uint32_t setting, bool *known)
{
    *known = false;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (settings[i].category != category)
            continue;
        *known = true;
        if (settings[i].setting == setting)
            return &settings[i];
    }
    return NULL;
}

void hle_ExGetXConfigSetting(struct kernel *k, struct kernel_call *c)
{
    bool known;
    const struct setting *setting = find(kernel_arg(c, 0) & 0xFFFF, kernel_arg(c, 1) & 0xFFFF, &known);
    uint32_t buffer = kernel_arg(c, 2), size = kernel_arg(c, 3) & 0xFFFF, required = kernel_arg(c, 4);
    c->result = known ? NT_INVALID_PARAMETER_2 : NT_INVALID_PARAMETER_1;
    if (!setting)
        return;
    c->result = NT_SUCCESS;
    if (buffer == 0 && size != 0) {
        c->result = NT_INVALID_PARAMETER_3;
        return;
    }
    if (required)
        guest_put_u16(k, required, setting->size);
    if (buffer == 0)
        return;
    if (size < setting->size)
        c->result = NT_BUFFER_TOO_SMALL;
    else if (setting->size == 1)
        guest_put_u8(k, buffer, (uint8_t)setting->value);
    else
        guest_put_u32(k, buffer, setting->value);
}

static uint32_t value_of(uint32_t category, uint32_t setting)
{
    bool known;
    return find(category, setting, &known)->value;
}

void hle_XGetLanguage(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = value_of(3, 9);
}

void hle_XGetAVPack(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 8; /* HDMI */
}

void hle_XGetAudioFlags(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0x00010001;
}

/* That of the country in the settings, the United States. */
void hle_XGetGameRegion(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = 0x00FF;
}
