#include "board/stimulus.h"
#include "waves/waves.h"

#include <string.h>

enum { TIMES = STIMULUS_THREADS }; /* the list of times */

/* Between lists, or at a list's end: what to play next at t. False where nothing is to be played now. */
static bool choose(struct stimulus *stimulus, sim_time t)
{
    const struct stimulus_script *script = stimulus->script;
    if (stimulus->list != TIMES && stimulus->next < script->list[stimulus->list].count)
        return true;
    stimulus->next = 0;
    for (stimulus->list = 0; stimulus->list < STIMULUS_THREADS; stimulus->list++)
        if ((stimulus->lines >> stimulus->list & 1) && script->list[stimulus->list].count != 0)
            return true;
    const struct stimulus_list *times = &script->list[TIMES];
    stimulus->next = stimulus->next_at;
    return stimulus->next_at < times->count && times->access[stimulus->next_at].at <= t;
}

static enum { IDLE, WAITING, STALLED } state(const struct stimulus *stimulus)
{
    for (unsigned i = 0; i < STIMULUS_TARGETS; i++)
        if (stimulus->request[i].link->waiting)
            return STALLED;
    return stimulus->waiting ? WAITING : IDLE;
}

static void emit(const struct stimulus *stimulus, sim_time t)
{
    const struct stimulus_signals *signals = &stimulus->signals;
    struct waves_scope *scope = stimulus->scope;
    waves_set_u32(scope, signals->state, t, state(stimulus));
    waves_set_u32(scope, signals->thread, t, stimulus->list);
    waves_set_u32(scope, signals->target, t, stimulus->last.target);
    waves_set(scope, signals->address, t, stimulus->last.address);
    waves_set(scope, signals->data, t, stimulus->last.data);
    waves_set_u32(scope, signals->write, t, stimulus->last.write);
    waves_set_u32(scope, signals->status, t, stimulus->status);
    waves_set(scope, signals->count, t, stimulus->sent);
    waves_set_u32(scope, signals->lines, t, stimulus->lines);
}

/* Sends the next access, where there is one, nothing is under way and a credit is there. */
static void play(struct stimulus *stimulus, sim_time t)
{
    for (unsigned i = 0; i < STIMULUS_TARGETS; i++) /* credits that came are taken note of, whoever goes first now */
        if (stimulus->request[i].link->waiting)
            (void)sim_out_ready(&stimulus->request[i], t);
    if (!stimulus->waiting && choose(stimulus, t)) {
        const struct stimulus_access *access = &stimulus->script->list[stimulus->list].access[stimulus->next];
        struct sim_out *request = &stimulus->request[access->target];
        if (sim_out_ready(request, t)) {
            struct sim_msg_mmio_request *message = sim_out_put(request, t);
            *message = (struct sim_msg_mmio_request){.address = access->address,
                                                     .data = access->data,
                                                     .tag = (uint32_t)stimulus->sent,
                                                     .size = access->size,
                                                     .write = access->write};
            stimulus->last = *access;
            stimulus->sent++;
            stimulus->next++;
            if (stimulus->list == TIMES)
                stimulus->next_at++;
            stimulus->waiting = true;
        }
    }
    if (stimulus->scope && stimulus->scope->any)
        emit(stimulus, t);
}

static void message(struct sim_component *self, struct sim_in *in, sim_time t)
{
    struct stimulus *stimulus = (struct stimulus *)self;
    if (in == &stimulus->line) {
        const struct sim_msg_interrupt_line *line = sim_in_head(in);
        uint32_t bit = 1u << line->thread;
        stimulus->lines = line->level ? stimulus->lines | bit : stimulus->lines & ~bit;
    } else {
        const struct sim_msg_mmio_response *response = sim_in_head(in);
        if (!stimulus->last.write)
            stimulus->last.data = response->data;
        stimulus->status = response->status;
        stimulus->refused += response->status != SIM_MMIO_OK;
        stimulus->answered++;
        stimulus->waiting = false;
    }
    sim_in_take(in);
    sim_in_credit(in, t);
    play(stimulus, t);
}

static void event(struct sim_component *self, sim_time t)
{
    play((struct stimulus *)self, t);
}

static sim_time next_event(const struct sim_component *self)
{
    const struct stimulus *stimulus = (const struct stimulus *)self;
    const struct stimulus_list *times = &stimulus->script->list[TIMES];
    bool stalled = false;
    sim_time credit = SIM_NEVER;
    for (unsigned i = 0; i < STIMULUS_TARGETS; i++) {
        if (stimulus->request[i].link->waiting) {
            stalled = true;
            credit = sim_time_min(credit, sim_out_credit_time(&stimulus->request[i]));
        }
    }
    if (stalled || stimulus->waiting || stimulus->next_at == times->count)
        return credit;
    return sim_clock_edge(self->clock[0], sim_clock_ceil(self->clock[0], times->access[stimulus->next_at].at));
}

static void reset(struct sim_component *self)
{
    struct stimulus *stimulus = (struct stimulus *)self;
    stimulus->lines = 0;
    stimulus->list = TIMES;
    stimulus->next = stimulus->next_at = 0;
    stimulus->waiting = false;
    stimulus->status = SIM_MMIO_OK;
    stimulus->sent = stimulus->answered = stimulus->refused = 0;
    memset(&stimulus->last, 0, sizeof stimulus->last);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        hash = (hash ^ (value >> 8 * i & 0xFF)) * UINT64_C(0x100000001B3);
    return hash;
}

uint64_t stimulus_fingerprint(const struct stimulus_script *script)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (unsigned i = 0; i <= TIMES; i++) {
        hash = mix(hash, script->list[i].count);
        for (size_t n = 0; n < script->list[i].count; n++) {
            const struct stimulus_access *access = &script->list[i].access[n];
            hash = mix(mix(mix(hash, access->at), access->address), access->data);
            hash = mix(hash, (uint64_t)access->target << 16 | (uint64_t)access->size << 8 | access->write);
        }
    }
    return hash;
}

static void save(const struct sim_component *self, struct sim_writer *writer)
{
    const struct stimulus *stimulus = (const struct stimulus *)self;
    sim_put_u64(writer, stimulus_fingerprint(stimulus->script));
    sim_put_u32(writer, stimulus->lines);
    sim_put_u32(writer, stimulus->list);
    sim_put_u64(writer, stimulus->next);
    sim_put_u64(writer, stimulus->next_at);
    sim_put_u8(writer, stimulus->waiting);
    sim_put_u64(writer, stimulus->last.at);
    sim_put_u64(writer, stimulus->last.address);
    sim_put_u64(writer, stimulus->last.data);
    sim_put_u8(writer, stimulus->last.target);
    sim_put_u8(writer, stimulus->last.size);
    sim_put_u8(writer, stimulus->last.write);
    sim_put_u8(writer, stimulus->status);
    sim_put_u64(writer, stimulus->sent);
    sim_put_u64(writer, stimulus->answered);
    sim_put_u64(writer, stimulus->refused);
}

static void load(struct sim_component *self, struct sim_reader *reader)
{
    struct stimulus *stimulus = (struct stimulus *)self;
    reader->failed |= sim_get_u64(reader) != stimulus_fingerprint(stimulus->script);
    stimulus->lines = sim_get_u32_below(reader, 1u << STIMULUS_THREADS);
    stimulus->list = sim_get_u32_below(reader, TIMES + 1);
    stimulus->next = sim_get_u64_below(reader, stimulus->script->list[stimulus->list].count + 1);
    stimulus->next_at = sim_get_u64_below(reader, stimulus->script->list[TIMES].count + 1);
    stimulus->waiting = sim_get_u8_below(reader, 2) != 0;
    stimulus->last.at = sim_get_u64(reader);
    stimulus->last.address = sim_get_u64(reader);
    stimulus->last.data = sim_get_u64(reader);
    stimulus->last.target = sim_get_u8_below(reader, STIMULUS_TARGETS);
    stimulus->last.size = sim_get_u8(reader);
    stimulus->last.write = sim_get_u8_below(reader, 2);
    stimulus->status = sim_get_u8(reader);
    stimulus->sent = sim_get_u64(reader);
    stimulus->answered = sim_get_u64(reader);
    stimulus->refused = sim_get_u64(reader);
}

static void trace(struct sim_component *self, struct waves_scope *scope)
{
    static const char *const states[] = {"idle", "waiting", "stalled"};
    static const char *const targets[] = {"gpu", "iic"};
    static const char *const lists[] = {"irq0", "irq1", "irq2", "irq3", "irq4", "irq5", "times"};
    static const char *const statuses[] = {"ok", "unmapped", "refused"};
    struct stimulus *stimulus = (struct stimulus *)self;
    stimulus->scope = scope;
    stimulus->signals = (struct stimulus_signals){
        .state = waves_enum(scope, "state", 2, states, 3),
        .thread = waves_enum(scope, "list", 3, lists, 7),
        .target = waves_enum(scope, "target", 1, targets, 2),
        .address = waves_bus(scope, "address", 64, NULL),
        .data = waves_bus(scope, "data", 64, NULL),
        .write = waves_wire(scope, "write"),
        .status = waves_enum(scope, "status", 2, statuses, 3),
        .count = waves_bus(scope, "count", 64, "access"),
        .lines = waves_bus(scope, "lines", STIMULUS_THREADS, NULL),
    };
}

static void show(struct sim_component *self, sim_time t)
{
    emit((struct stimulus *)self, t);
}

static const struct sim_class stimulus_class = {
    .kind = "stimulus",
    .version = 1,
    .reset = reset,
    .advance = sim_advance_by_events,
    .next_event = next_event,
    .save = save,
    .load = load,
    .trace = trace,
    .show = show,
    .message = message,
    .event = event,
};

void stimulus_init(struct stimulus *stimulus, const char *name, uint32_t priority, const struct sim_clock *core,
                   const struct stimulus_script *script)
{
    static const char *const requests[STIMULUS_TARGETS] = {"gpu", "iic"};
    static const char *const replies[STIMULUS_TARGETS] = {"gpu_reply", "iic_reply"};
    memset(stimulus, 0, sizeof *stimulus);
    stimulus->script = script;
    sim_component_init(&stimulus->component, &stimulus_class, name, core, priority);
    sim_component_in(&stimulus->component, &stimulus->line, "line", SIM_MSG_interrupt_line);
    for (unsigned i = 0; i < STIMULUS_TARGETS; i++) {
        sim_component_out(&stimulus->component, &stimulus->request[i], requests[i], SIM_MSG_mmio_request);
        sim_component_in(&stimulus->component, &stimulus->reply[i], replies[i], SIM_MSG_mmio_response);
    }
}
