/* The inside of waves.h: scopes, their signals, and which of them a dump wants. */
#ifndef CYCLE360_WAVES_REGISTRY_H
#define CYCLE360_WAVES_REGISTRY_H

#include "waves/signals.h"
#include "waves/waves.h"

#include <stdatomic.h>

/* A scope asks to be merged when it holds this many changes (24 KiB: they are still in the host's first caches). */
enum { WAVES_SCOPE_SOFT = 1024 };

struct waves_scope_info {
    struct waves_scope scope;
    struct waves_registry *registry;
    char *path;
    uint32_t priority, created;
    struct waves_signals signals; /* full names, by code */
    uint8_t *wanted;
    uint32_t *map;     /* code -> place in the dump's list */
    uint32_t capacity; /* of scope.changes; scope.room is lowered to WAVES_SCOPE_SOFT after each merge */
};

struct waves_registry {
    struct waves_scope_info **scopes; /* in order of (priority, creation) once a dump is open */
    uint32_t count, room;
    atomic_bool pressure; /* a scope has filled up, on whichever thread: merge at the next close */
};

/* Puts the scopes in order and builds the list of all signals. */
struct waves_signals waves_registry_list(struct waves_registry *registry);

/* From now on wants the signals with chosen[n] of that list; map codes are their places among the chosen. `extra` is
 * one more signal, with the code after the last (UINT32_MAX: none), where it is not chosen anyway. Returns extra's
 * code. */
uint32_t waves_registry_want(struct waves_registry *registry, const bool *chosen, uint32_t extra);
void waves_registry_want_nothing(struct waves_registry *registry);
/* Forgets what has been emitted. */
void waves_registry_clear(struct waves_registry *registry);

#endif
