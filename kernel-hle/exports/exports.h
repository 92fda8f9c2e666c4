/* What titles import from the kernel's modules: one table per module, a row per ordinal.
 *
 *   FUNCTION(ordinal, name, group, result, arguments, basis, state)
 *   VARIABLE(ordinal, name, group, size, state)
 *
 * group:     of groups.def
 * result:    of types.def
 * arguments: "type name, type name": types of types.def; "..." last for more in slots; "?" where nobody knows
 * basis:     of result and arguments: `emulator`, as emulators of the console declare them; `nt`, as Windows NT has a
 *            function of the name; `none`
 * size:      bytes of the variable; 0 where it is not known
 * state:     `absent`, or `handled`: the kernel has what the row says
 *
 * docs/kernel.md says how a row gets its handler. */
#ifndef CYCLE360_HLE_EXPORTS_EXPORTS_H
#define CYCLE360_HLE_EXPORTS_EXPORTS_H

#include <stddef.h>
#include <stdint.h>

enum hle_module {
#define MODULE(id, file) HLE_MODULE_##id,
#include "kernel-hle/exports/modules.def"
#undef MODULE
    HLE_MODULES
};

enum hle_group {
#define GROUP(name, ...) HLE_GROUP_##name,
#include "kernel-hle/exports/groups.def"
#undef GROUP
    HLE_GROUPS
};

enum hle_type {
#define TYPE(name, ...) HLE_TYPE_##name,
#include "kernel-hle/exports/types.def"
#undef TYPE
    HLE_TYPES
};

enum hle_width { HLE_NONE, HLE_WORD, HLE_WIDE, HLE_SINGLE, HLE_DOUBLE };

struct hle_type_info {
    const char *name;
    enum hle_width width;
    const char *argument, *result;
    uint32_t absent;
    const char *meaning;
};
extern const struct hle_type_info hle_type_info[HLE_TYPES];

struct hle_cost {
    uint32_t cycles;
    const char *confidence, *source;
};

struct hle_group_info {
    const char *name;
    struct hle_cost cost;
    const char *what;
};
extern const struct hle_group_info hle_group_info[HLE_GROUPS];

enum hle_kind { HLE_FUNCTION, HLE_VARIABLE };
enum hle_basis { HLE_BASIS_none, HLE_BASIS_emulator, HLE_BASIS_nt };
enum hle_state { HLE_STATE_absent, HLE_STATE_handled };

struct hle_export {
    const char *name;
    const char *arguments; /* hle_signature_read() takes it apart */
    uint16_t ordinal;
    uint16_t size; /* of a variable */
    enum hle_kind kind;
    enum hle_group group;
    enum hle_type result; /* of a variable HLE_TYPE_void */
    enum hle_basis basis;
    enum hle_state state;
};

/* A module's rows, ordinals ascending. */
struct hle_exports {
    const char *id, *file; /* "xboxkrnl", "xboxkrnl.exe" */
    const struct hle_export *row;
    size_t rows;
};
extern const struct hle_exports hle_exports[HLE_MODULES];

/* By "xboxkrnl.exe" or "xboxkrnl", in either case of letters; HLE_MODULES if there is none. */
enum hle_module hle_module_find(const char *name);

/* NULL if there is none. Names are looked for one by one: not for a call's way. */
const struct hle_export *hle_export_find(enum hle_module module, uint32_t ordinal);
const struct hle_export *hle_export_named(enum hle_module module, const char *name);

/* What a call costs: its own row of costs.def, which is looked for by name, or its group's. */
struct hle_cost hle_export_cost(enum hle_module module, const struct hle_export *row);

const char *hle_basis_name(enum hle_basis basis);
const char *hle_state_name(enum hle_state state);

#endif
