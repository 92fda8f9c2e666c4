/* NTSTATUS to the codes of Win32. */
#ifndef CYCLE360_HLE_RTL_DOS_ERROR_H
#define CYCLE360_HLE_RTL_DOS_ERROR_H

#include "kernel-hle/status.h"

uint32_t rtl_dos_error(nt_status status);

#endif
