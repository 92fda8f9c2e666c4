/* What the L2 tells of itself: one record for each transaction that is done, as signals and to who listens. */
#include "models/membus/l2/l2_parts.h"

const char *const membus_l2_kinds[SIM_CORE_REQUESTS] = {
    [SIM_READ] = "read",
    [SIM_READ_CODE] = "read_code",
    [SIM_READ_ALONE] = "read_alone",
    [SIM_READ_WALK] = "read_walk",
    [SIM_STORE] = "store",
    [SIM_ZERO] = "zero",
    [SIM_FLUSH] = "flush",
    [SIM_CLEAN] = "clean",
    [SIM_INVALIDATE_CODE] = "invalidate_code",
    [SIM_RESERVE] = "reserve",
    [SIM_CONDITIONAL] = "conditional",
    [SIM_LWSYNC] = "lwsync",
    [SIM_SYNC] = "sync",
    [SIM_EIEIO] = "eieio",
    [SIM_LOAD_IO] = "load_io",
    [SIM_STORE_IO] = "store_io",
    [SIM_TRANSLATE] = "translate",
    [SIM_TLBIE] = "tlbie",
    [SIM_TRAP] = "trap",
    [SIM_UNMAPPED] = "unmapped",
};

static void emit(struct membus_l2 *l2, const struct membus_record *record)
{
    struct waves_scope *scope = l2->scope;
    const struct membus_l2_signals *signals = &l2->signals;
    unsigned misses = l2->core_misses[0] + l2->core_misses[1] + l2->core_misses[2];
    sim_time done = record->done;
    waves_set(scope, signals->record, done, l2->counters.requests & UINT32_MAX);
    waves_set(scope, signals->core, done, record->who);
    waves_set(scope, signals->thread, done, record->thread);
    waves_set(scope, signals->kind, done, record->kind);
    waves_set(scope, signals->address, done, record->address);
    waves_set(scope, signals->size, done, record->size);
    waves_set(scope, signals->issued, done, record->issued);
    waves_set(scope, signals->granted, done, record->granted);
    waves_set(scope, signals->misses, done, misses);
    waves_set(scope, signals->out, done, l2->outs);
}

/* The bytes that a request is about: lines are whole, and a store is from its first byte to its last, although not all
 * between them need be its own. */
static void set_place(struct membus_record *record, const struct sim_msg_core_request *request)
{
    record->address = request->address;
    record->size = request->size;
    switch (request->kind) {
    case SIM_STORE:
        if (request->mask == 0)
            break;
        record->address &= ~(uint64_t)(SIM_BLOCK - 1);
        record->address += (unsigned)__builtin_ctzll(request->mask);
        record->size = (uint8_t)(64 - __builtin_clzll(request->mask) - __builtin_ctzll(request->mask));
        break;
    case SIM_READ:
    case SIM_READ_CODE:
    case SIM_READ_ALONE:
    case SIM_READ_WALK:
    case SIM_RESERVE:
    case SIM_ZERO:
    case SIM_FLUSH:
    case SIM_CLEAN:
    case SIM_INVALIDATE_CODE:
        record->address &= ~(uint64_t)(SIM_LINE - 1);
        record->size = SIM_LINE;
        break;
    default:
        break;
    }
}

void l2_tell_record(struct membus_l2 *l2, unsigned core, const struct sim_msg_core_request *request, sim_time issued,
                    sim_time granted, sim_time done, enum sim_source source)
{
    struct membus_record record = {
        .issued = issued,
        .granted = granted,
        .done = done,
        .who = (uint8_t)core,
        .thread = request->thread & 1,
        .kind = request->kind & 31,
        .source = (uint8_t)source,
    };
    set_place(&record, request);
    if (l2->scope && l2->scope->any)
        emit(l2, &record);
    membus_tell(l2->listener, &record);
}

void l2_trace(struct sim_component *self, struct waves_scope *scope)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    l2->scope = scope;
    l2->signals = (struct membus_l2_signals){
        .record = waves_bus(scope, "record", 32, "request"),
        .core = waves_bus(scope, "who", 2, "core"),
        .thread = waves_bus(scope, "thread", 1, NULL),
        .kind = waves_enum(scope, "what", 5, membus_l2_kinds, SIM_CORE_REQUESTS),
        .address = waves_bus(scope, "address", 64, NULL),
        .size = waves_bus(scope, "size", 8, "byte"),
        .issued = waves_bus(scope, "issued", 64, "100fs"),
        .granted = waves_bus(scope, "granted", 64, "100fs"),
        .misses = waves_bus(scope, "misses", 5, "line"),
        .out = waves_bus(scope, "out", 7, "message"),
    };
}

void l2_show(struct sim_component *self, sim_time t)
{
    struct membus_l2 *l2 = (struct membus_l2 *)self;
    unsigned misses = l2->core_misses[0] + l2->core_misses[1] + l2->core_misses[2];
    waves_set(l2->scope, l2->signals.record, t, l2->counters.requests & UINT32_MAX);
    waves_set(l2->scope, l2->signals.misses, t, misses);
    waves_set(l2->scope, l2->signals.out, t, l2->outs);
}
