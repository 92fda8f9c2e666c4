/* The exports of all modules in one array, with their handlers. */
#include "kernel-hle/kernel/kernel_parts.h"

#include <stdlib.h>

#define DECLARE_absent(name)
#define DECLARE_handled(name)                                           kernel_handler hle_##name;
#define FUNCTION(ordinal, name, group, result, arguments, basis, state) DECLARE_##state(name)
#define VARIABLE(ordinal, name, group, size, state)
#include "kernel-hle/exports/xam.def"
#include "kernel-hle/exports/xbdm.def"
#include "kernel-hle/exports/xboxkrnl.def"
#undef FUNCTION
#undef VARIABLE

#define HANDLER_absent(name)                                            NULL
#define HANDLER_handled(name)                                           hle_##name
#define FUNCTION(ordinal, name, group, result, arguments, basis, state) HANDLER_##state(name),
#define VARIABLE(ordinal, name, group, size, state)                     NULL,
static kernel_handler *const xboxkrnl_handlers[] = {
#include "kernel-hle/exports/xboxkrnl.def"
};
static kernel_handler *const xam_handlers[] = {
#include "kernel-hle/exports/xam.def"
};
static kernel_handler *const xbdm_handlers[] = {
#include "kernel-hle/exports/xbdm.def"
};
#undef FUNCTION
#undef VARIABLE

static kernel_handler *const *const handlers[HLE_MODULES] = {
#define MODULE(id, file) id##_handlers,
#include "kernel-hle/exports/modules.def"
#undef MODULE
};

enum {
#define MODULE(id, file) +sizeof id##_handlers / sizeof *id##_handlers
    EXPORTS = 0
#include "kernel-hle/exports/modules.def"
#undef MODULE
};

struct kernel_exports {
    struct kernel_export row[EXPORTS];
    struct kernel_signature *signature[EXPORTS];
};

static struct kernel_signature *read_signature(const struct hle_export *row)
{
    struct kernel_signature *s = calloc(1, sizeof *s);
    struct hle_signature all;
    hle_signature_read(&all, row);
    if (!s)
        return NULL;
    s->known = all.known;
    s->variadic = all.variadic;
    s->arguments = (uint8_t)all.arguments;
    for (unsigned i = 0; i < all.arguments; i++) {
        s->type[i] = (uint8_t)all.argument[i].type;
        s->width[i] = (uint8_t)hle_type_info[all.argument[i].type].width;
        s->place[i] = all.argument[i].place[HLE_CONVENTION_console];
    }
    return s;
}

struct kernel_exports *kernel_exports_new(void)
{
    struct kernel_exports *exports = calloc(1, sizeof *exports);
    size_t n = 0;
    for (unsigned m = 0; exports && m < HLE_MODULES; m++)
        for (size_t i = 0; i < hle_exports[m].rows; i++, n++) {
            const struct hle_export *row = &hle_exports[m].row[i];
            exports->row[n] = (struct kernel_export){.row = row, .handler = handlers[m][i], .module = (uint8_t)m};
            if (row->kind == HLE_VARIABLE)
                continue;
            exports->row[n].cost = hle_export_cost((enum hle_module)m, row).cycles;
            exports->signature[n] = read_signature(row);
            if (!exports->signature[n]) {
                kernel_exports_delete(exports);
                return NULL;
            }
        }
    return exports;
}

void kernel_exports_delete(struct kernel_exports *exports)
{
    for (size_t i = 0; exports && i < EXPORTS; i++)
        free(exports->signature[i]);
    free(exports);
}

size_t kernel_export_count(void)
{
    return EXPORTS;
}

const struct kernel_export *kernel_export(const struct kernel *k, size_t index)
{
    return &k->exports->row[index];
}

const struct kernel_signature *kernel_export_signature(const struct kernel *k, size_t index)
{
    return k->exports->signature[index];
}

size_t kernel_export_index(enum hle_module module, uint32_t ordinal)
{
    const struct hle_export *row = hle_export_find(module, ordinal);
    size_t before = 0;
    for (unsigned m = 0; m < module; m++)
        before += hle_exports[m].rows;
    return row ? before + (size_t)(row - hle_exports[module].row) : EXPORTS;
}
