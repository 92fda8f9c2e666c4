#include "kernel-hle/exports/exports.h"

#include <string.h>
#include <strings.h>

const struct hle_type_info hle_type_info[HLE_TYPES] = {
#define TYPE(name, width, argument, result, absent, meaning) {#name, HLE_##width, argument, result, absent, meaning},
#include "kernel-hle/exports/types.def"
#undef TYPE
};

#define CONFIDENCE_HW       "hardware"
#define CONFIDENCE_DOC      "documented"
#define CONFIDENCE_INFERRED "inferred"
#define CONFIDENCE_GUESS    "guess"

const struct hle_group_info hle_group_info[HLE_GROUPS] = {
#define GROUP(name, cycles, confidence, source, what) {#name, {cycles, CONFIDENCE_##confidence, source}, what},
#include "kernel-hle/exports/groups.def"
#undef GROUP
};

#define FUNCTION(ordinal, name, group, result, arguments, basis, state) \
    {#name,                                                             \
     arguments,                                                         \
     ordinal,                                                           \
     0,                                                                 \
     HLE_FUNCTION,                                                      \
     HLE_GROUP_##group,                                                 \
     HLE_TYPE_##result,                                                 \
     HLE_BASIS_##basis,                                                 \
     HLE_STATE_##state},
#define VARIABLE(ordinal, name, group, size, state) \
    {#name, "", ordinal, size, HLE_VARIABLE, HLE_GROUP_##group, HLE_TYPE_void, HLE_BASIS_none, HLE_STATE_##state},
static const struct hle_export xboxkrnl_rows[] = {
#include "kernel-hle/exports/xboxkrnl.def"
};
static const struct hle_export xam_rows[] = {
#include "kernel-hle/exports/xam.def"
};
static const struct hle_export xbdm_rows[] = {
#include "kernel-hle/exports/xbdm.def"
};
#undef FUNCTION
#undef VARIABLE

const struct hle_exports hle_exports[HLE_MODULES] = {
#define MODULE(id, file) {#id, file, id##_rows, sizeof id##_rows / sizeof *id##_rows},
#include "kernel-hle/exports/modules.def"
#undef MODULE
};

enum hle_module hle_module_find(const char *name)
{
    enum hle_module module = 0;
    while (module < HLE_MODULES && strcasecmp(name, hle_exports[module].file) != 0 &&
           strcasecmp(name, hle_exports[module].id) != 0)
        module++;
    return module;
}

const struct hle_export *hle_export_find(enum hle_module module, uint32_t ordinal)
{
    const struct hle_exports *exports = &hle_exports[module];
    size_t low = 0, high = exports->rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (exports->row[middle].ordinal < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < exports->rows && exports->row[low].ordinal == ordinal ? &exports->row[low] : NULL;
}

const struct hle_export *hle_export_named(enum hle_module module, const char *name)
{
    const struct hle_exports *exports = &hle_exports[module];
    for (size_t i = 0; i < exports->rows; i++)
        if (strcmp(exports->row[i].name, name) == 0)
            return &exports->row[i];
    return NULL;
}

struct hle_cost hle_export_cost(enum hle_module module, const struct hle_export *row)
{
    static const struct {
        enum hle_module module;
        const char *name;
        struct hle_cost cost;
    } costs[] = {
#define COST(module, name, cycles, confidence, source) \
    {HLE_MODULE_##module, #name, {cycles, CONFIDENCE_##confidence, source}},
#include "kernel-hle/exports/costs.def"
#undef COST
    };
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
        if (costs[i].module == module && strcmp(costs[i].name, row->name) == 0)
            return costs[i].cost;
    return hle_group_info[row->group].cost;
}

const char *hle_basis_name(enum hle_basis basis)
{
    static const char *const name[] = {"none", "emulator", "nt"};
    return name[basis];
}

const char *hle_state_name(enum hle_state state)
{
    static const char *const name[] = {"absent", "handled"};
    return name[state];
}
