/* The handlers of the exports that are handled: hle_<Name>, one for each row of the tables. */
#ifndef CYCLE360_HLE_KERNEL_HANDLERS_H
#define CYCLE360_HLE_KERNEL_HANDLERS_H

#include "kernel-hle/kernel/call.h"

#define DECLARE_absent(name)
#define DECLARE_handled(name)                                           kernel_handler hle_##name;
#define FUNCTION(ordinal, name, group, result, arguments, basis, state) DECLARE_##state(name)
#define VARIABLE(ordinal, name, group, size, state)
#include "kernel-hle/exports/xam.def"
#include "kernel-hle/exports/xbdm.def"
#include "kernel-hle/exports/xboxkrnl.def"
#undef FUNCTION
#undef VARIABLE
#undef DECLARE_absent
#undef DECLARE_handled

#endif
