/* NTSTATUS, as calls of the kernel give it back to a title. */
#ifndef CYCLE360_HLE_STATUS_H
#define CYCLE360_HLE_STATUS_H

#include <stdint.h>

typedef uint32_t nt_status;

enum {
#define NTSTATUS(name, value) NT_##name = value,
#include "kernel-hle/status.def"
#undef NTSTATUS
};

/* Its name; NULL for a value that is not in the table. */
const char *nt_status_name(nt_status status);

#endif
