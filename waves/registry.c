#include "waves/registry.h"

#include "waves/memory.h"

#include <stdlib.h>
#include <string.h>

struct waves_registry *waves_registry_new(void)
{
    return waves_zeroed(1, sizeof(struct waves_registry));
}

void waves_registry_free(struct waves_registry *registry)
{
    if (!registry)
        return;
    for (uint32_t i = 0; i < registry->count; i++) {
        struct waves_scope_info *info = registry->scopes[i];
        waves_signals_free(&info->signals);
        free(info->scope.changes);
        free(info->wanted);
        free(info->map);
        free(info->path);
        free(info);
    }
    free(registry->scopes);
    free(registry);
}

struct waves_scope *waves_scope_new(struct waves_registry *registry, const char *path, uint32_t priority)
{
    SIM_CHECK(waves_name_is_valid(path), "'%s' cannot name a scope", path);
    if (registry->count == registry->room) {
        registry->room = registry->room ? 2 * registry->room : 16;
        registry->scopes = waves_resize(registry->scopes, registry->room, sizeof(struct waves_scope_info *));
    }
    struct waves_scope_info *info = waves_zeroed(1, sizeof *info);
    info->registry = registry;
    info->path = waves_copy_text(path, strlen(path));
    info->priority = priority;
    info->created = registry->count;
    info->scope.info = info;
    registry->scopes[registry->count++] = info;
    return &info->scope;
}

static uint32_t declare(struct waves_scope *scope, const char *name, unsigned width, const char *unit,
                        const char *const *names, unsigned count)
{
    struct waves_scope_info *info = scope->info;
    char *full = waves_print("%s.%s", info->path, name);
    SIM_CHECK(waves_name_is_valid(full), "'%s' cannot name a signal", full);
    SIM_CHECK(width >= 1 && width <= 64, "signal '%s' is %u bits wide, not 1 to 64", full, width);
    for (uint32_t i = 0; i < info->signals.count; i++)
        SIM_CHECK(strcmp(info->signals.at[i].name, full) != 0, "signal '%s' is declared twice", full);
    for (unsigned v = 0; v < count; v++)
        SIM_CHECK(!names[v] || (*names[v] && !strpbrk(names[v], " \t\n")), "signal '%s': '%s' is not one word", full,
                  names[v]);
    SIM_CHECK(!unit || (*unit && !strpbrk(unit, " \t\n")), "signal '%s': unit '%s' is not one word", full, unit);

    uint32_t code = info->signals.count;
    waves_signals_add(&info->signals, full, width, unit, names, count);
    free(full);
    info->wanted = waves_resize(info->wanted, code + 1, sizeof *info->wanted);
    info->map = waves_resize(info->map, code + 1, sizeof *info->map);
    info->wanted[code] = 0;
    info->map[code] = UINT32_MAX;
    scope->wanted = info->wanted;
    return code;
}

uint32_t waves_wire(struct waves_scope *scope, const char *name)
{
    return declare(scope, name, 1, NULL, NULL, 0);
}

uint32_t waves_bus(struct waves_scope *scope, const char *name, unsigned width, const char *unit)
{
    return declare(scope, name, width, unit, NULL, 0);
}

uint32_t waves_enum(struct waves_scope *scope, const char *name, unsigned width, const char *const *names,
                    unsigned count)
{
    SIM_CHECK(count <= WAVES_VALUES_MAX, "'%s' has %u named values", name, count);
    return declare(scope, name, width, NULL, names, count);
}

void waves_scope_grow(struct waves_scope *scope)
{
    struct waves_scope_info *info = scope->info;
    atomic_store_explicit(&info->registry->pressure, true, memory_order_relaxed); /* a hint: when to merge, not what */
    if (scope->room == info->capacity) {
        SIM_CHECK(info->capacity < UINT32_MAX / 2, "scope '%s' holds too many changes between two closes", info->path);
        info->capacity = info->capacity ? 2 * info->capacity : 2 * WAVES_SCOPE_SOFT;
        scope->changes = waves_resize(scope->changes, info->capacity, sizeof *scope->changes);
    }
    scope->room = info->capacity;
}

static int by_rank(const void *a, const void *b)
{
    const struct waves_scope_info *x = *(struct waves_scope_info *const *)a, *y = *(struct waves_scope_info *const *)b;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    return x->created < y->created ? -1 : 1;
}

struct waves_signals waves_registry_list(struct waves_registry *registry)
{
    if (registry->count)
        qsort(registry->scopes, registry->count, sizeof(struct waves_scope_info *), by_rank);
    struct waves_signals all = {0};
    for (uint32_t i = 0; i < registry->count; i++)
        for (uint32_t code = 0; code < registry->scopes[i]->signals.count; code++) {
            const struct waves_signal *from = &registry->scopes[i]->signals.at[code];
            waves_signals_add(&all, from->name, from->width, from->unit, (const char *const *)from->names, from->named);
        }
    struct waves_index index = waves_index_new(&all);
    for (uint32_t i = 1; i < index.count; i++)
        SIM_CHECK(strcmp(index.sorted[i - 1]->name, index.sorted[i]->name) != 0, "signal '%s' is declared twice",
                  index.sorted[i]->name);
    waves_index_free(&index);
    return all;
}

uint32_t waves_registry_want(struct waves_registry *registry, const bool *chosen, uint32_t extra)
{
    uint32_t place = 0, next = 0, extra_code = UINT32_MAX;
    for (uint32_t i = 0; i < registry->count; i++) {
        struct waves_scope_info *info = registry->scopes[i];
        for (uint32_t code = 0; code < info->signals.count; code++, place++) {
            info->wanted[code] = chosen[place] || place == extra;
            info->scope.any |= info->wanted[code] != 0;
            if (chosen[place])
                info->map[code] = next++;
            if (place == extra && chosen[place])
                extra_code = info->map[code];
        }
    }
    if (extra == UINT32_MAX || extra_code != UINT32_MAX)
        return extra_code;
    place = 0;
    for (uint32_t i = 0; i < registry->count; i++)
        for (uint32_t code = 0; code < registry->scopes[i]->signals.count; code++, place++)
            if (place == extra)
                registry->scopes[i]->map[code] = next;
    return next;
}

void waves_registry_want_nothing(struct waves_registry *registry)
{
    for (uint32_t i = 0; i < registry->count; i++) {
        struct waves_scope_info *info = registry->scopes[i];
        if (info->signals.count)
            memset(info->wanted, 0, info->signals.count);
        info->scope.any = false;
    }
}

void waves_registry_clear(struct waves_registry *registry)
{
    for (uint32_t i = 0; i < registry->count; i++)
        registry->scopes[i]->scope.used = 0;
    atomic_store_explicit(&registry->pressure, false, memory_order_relaxed);
}
