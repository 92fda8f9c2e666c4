#include "kernel-hle/status.h"

#include <stddef.h>

const char *nt_status_name(nt_status status)
{
    switch (status) {
#define NTSTATUS(name, value) \
    case value:               \
        return #name;
#include "kernel-hle/status.def"
#undef NTSTATUS
    default:
        return NULL;
    }
}
