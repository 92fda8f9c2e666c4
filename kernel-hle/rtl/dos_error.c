#include "kernel-hle/rtl/dos_error.h"

#include <stddef.h>

static const struct {
    uint32_t status, code;
} rows[] = {
#define DOS_ERROR(status, code) {status, code},
#include "kernel-hle/rtl/dos_error.def"
#undef DOS_ERROR
};

enum { NO_MESSAGE = 317 };

uint32_t rtl_dos_error(nt_status status)
{
    if (status == 0 || (status & 0x20000000) != 0)
        return status;
    if (status >> 16 == 0x8007) /* an HRESULT that holds a code */
        return status & 0xFFFF;
    if (status >> 28 == 0xD) /* a status as an HRESULT */
        status &= 0xCFFFFFFF;
    size_t low = 0, high = sizeof rows / sizeof *rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].status == status)
            return rows[middle].code;
        if (rows[middle].status < status)
            low = middle + 1;
        else
            high = middle;
    }
    return status >> 16 == 0xC001 ? status & 0xFFFF : NO_MESSAGE;
}
