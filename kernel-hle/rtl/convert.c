/* Times as dates, statuses as codes of Win32, headers of images. */
#include "kernel-hle/kernel/handlers.h"
#include "kernel-hle/kernel/kernel_parts.h"
#include "kernel-hle/rtl/dos_error.h"
#include "kernel-hle/rtl/rtl_parts.h"
#include "kernel-hle/rtl/time_fields.h"

void hle_RtlTimeToTimeFields(struct kernel *k, struct kernel_call *c)
{
    uint16_t field[RTL_TIME_FIELDS];
    rtl_time_to_fields(guest_u64(k, kernel_arg(c, 0)), field);
    for (uint32_t i = 0; i < RTL_TIME_FIELDS; i++)
        guest_put_u16(k, kernel_arg(c, 1) + 2 * i, field[i]);
}

void hle_RtlTimeFieldsToTime(struct kernel *k, struct kernel_call *c)
{
    uint16_t field[RTL_TIME_FIELDS];
    uint64_t time;
    for (uint32_t i = 0; i < RTL_TIME_FIELDS; i++)
        field[i] = guest_u16(k, kernel_arg(c, 0) + 2 * i);
    if (!rtl_time_from_fields(field, &time))
        return;
    guest_put_u64(k, kernel_arg(c, 1), time);
    c->result = 1;
}

void hle_RtlNtStatusToDosError(struct kernel *k, struct kernel_call *c)
{
    (void)k;
    c->result = rtl_dos_error(kernel_arg(c, 0));
}
