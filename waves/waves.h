/* Signals: what components register at elaboration and set while they run. This header is all that a model sees of
 * waves; dump.h opens files, analysis/ reads them.
 *
 *     self->sig.vblank = waves_wire(scope, "vblank");
 *     self->sig.line   = waves_bus(scope, "line", 13, "line");
 *     self->sig.mode   = waves_enum(scope, "state", 2, state_names, 3);
 *     ...
 *     waves_set_u32(scope, self->sig.vblank, t, 1);
 */
#ifndef CYCLE360_WAVES_WAVES_H
#define CYCLE360_WAVES_WAVES_H

#include "models/sim/time.h"

#include <stdbool.h>
#include <stdint.h>

/* One emitted change. 24 bytes, kept per scope until its time is over. */
struct waves_change {
    sim_time time;
    uint64_t value;
    uint32_t code; /* the signal, within its scope */
};

/* The signals of one component. Only the inline functions below look inside. */
struct waves_scope {
    const uint8_t *wanted; /* by code: is this signal dumped? All zero while nothing is */
    struct waves_change *changes;
    uint32_t used, room;
    bool any; /* is any signal of the scope wanted? Lets a component skip work that only feeds waves */
    struct waves_scope_info *info;
};

struct waves_registry;

/* A scope for the component at `path` ("xenos.display"); scopes of lower priority value are written first at equal
 * times, then in the order of creation. Strings are copied. */
struct waves_registry *waves_registry_new(void);
void waves_registry_free(struct waves_registry *registry);
struct waves_scope *waves_scope_new(struct waves_registry *registry, const char *path, uint32_t priority);

/* Declare signals, during elaboration only. Each returns the signal's code within the scope. Width is 1 to 64. `unit`
 * says what a number counts ("line", "byte"), or is NULL. names[v] is the name of value v. */
uint32_t waves_wire(struct waves_scope *scope, const char *name);
uint32_t waves_bus(struct waves_scope *scope, const char *name, unsigned width, const char *unit);
uint32_t waves_enum(struct waves_scope *scope, const char *name, unsigned width, const char *const *names,
                    unsigned count);

/* Makes room: the slow end of waves_set. */
void waves_scope_grow(struct waves_scope *scope);

/* Signal `code` has value v from time t on. Within a scope times may be emitted in any order as long as none is earlier
 * than what the scheduler has already closed; of several values at one time the last one counts, and a value equal to
 * the one before is no change. */
static inline void waves_set(struct waves_scope *scope, uint32_t code, sim_time t, uint64_t v)
{
    if (__builtin_expect(scope->wanted[code], 0)) {
        if (__builtin_expect(scope->used == scope->room, 0))
            waves_scope_grow(scope);
        scope->changes[scope->used++] = (struct waves_change){t, v, code};
    }
}

static inline void waves_set_u32(struct waves_scope *scope, uint32_t code, sim_time t, uint32_t v)
{
    waves_set(scope, code, t, v);
}

#endif
