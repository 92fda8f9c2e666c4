/* What is there before a title's first instruction: exported variables, the records of modules, the title itself. All
 * of it lies where it lies in every run, so that none of it is state of the kernel's. */
#ifndef CYCLE360_HLE_KERNEL_LAUNCH_H
#define CYCLE360_HLE_KERNEL_LAUNCH_H

#include "kernel-hle/exports/exports.h"
#include "kernel-hle/kernel/layout.h"
#include "models/sim/status.h"

#include <stddef.h>

struct kernel;

/* Whether the title can be launched: an error names what is wrong with it. */
enum sim_status kernel_launch_create(struct kernel *k, struct sim_error *error);
void kernel_launch_destroy(struct kernel *k);
/* At reset, when the kernel's image is there: up to the title's first thread. */
void kernel_launch(struct kernel *k);

/* Exported variables, in the order of the tables, each at a multiple of 16. */
struct kernel_variables {
#define FUNCTION(ordinal, name, group, result, arguments, basis, state)
#define VARIABLE(ordinal, name, group, size, state) uint8_t name[(size + 31) / 16 * 16];
#include "kernel-hle/exports/xam.def"
#include "kernel-hle/exports/xbdm.def"
#include "kernel-hle/exports/xboxkrnl.def"
#undef FUNCTION
#undef VARIABLE
};
#define KERNEL_VARIABLE(name) (KERNEL_VARIABLES + (uint32_t)offsetof(struct kernel_variables, name))
/* Of a row; one that is absent has an address that faults and tells its ordinal: D, ordinal, BEEF. */
uint32_t kernel_variable(enum hle_module module, const struct hle_export *row);

/* Modules: those of the tables, and the title. What titles call a handle is the address of a module's record. */
enum { KERNEL_TITLE = HLE_MODULES, KERNEL_MODULES };
enum kernel_module_field {
    MODULE_LINKS = 0x00, /* three of them */
    MODULE_BASE = 0x18,
    MODULE_IMAGE_BASE = 0x1C,
    MODULE_IMAGE_SIZE = 0x20,
    MODULE_FULL_NAME = 0x24,
    MODULE_BASE_NAME = 0x2C,
    MODULE_FLAGS = 0x34,
    MODULE_FULL_SIZE = 0x38,
    MODULE_ENTRY = 0x3C,
    MODULE_LOADS = 0x40,
    MODULE_HEADERS = 0x58,
    MODULE_SIZE = 0x5C
};
uint32_t kernel_module_record(unsigned module);
/* KERNEL_MODULES for what is no module's record; 0 is the title's. */
unsigned kernel_module_of(const struct kernel *k, uint32_t record);
/* By its file's name, without a folder, its extension or not; KERNEL_MODULES where none is loaded. */
unsigned kernel_module_named(const struct kernel *k, const char *name);
/* "default.xex". */
const char *kernel_module_name(const struct kernel *k, unsigned module);
/* Where the title finds an ordinal of a module; 0 where there is none. */
uint32_t kernel_module_export(const struct kernel *k, unsigned module, uint32_t ordinal);

#endif
