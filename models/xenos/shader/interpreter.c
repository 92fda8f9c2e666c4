/* Control flow. */
#include "models/xenos/shader/interpreter.h"
#include "models/xenos/shader/decoded.h"

struct run {
    const struct xenos_program *program;
    const struct xenos_decoded *decoded;
    const struct xenos_environment *e;
    struct xenos_invocation *s;
    struct sim_error *error;
    unsigned at, next; /* in control flow */
    bool ended;
};

static enum sim_status forbidden(const struct run *r, const char *what)
{
    return sim_fail(r->error, SIM_GUEST, "control flow %u %s", r->at, what);
}

/* What was exported to memory since the last time goes there: at the end, at an alloc, and where a fetch is waited for.
 * Elements without an address go nowhere. */
static void close_memory_export(const struct run *r)
{
    struct xenos_invocation *s = r->s;
    unsigned written = 0;

    if ((r->decoded->exports >> XENOS_EXPORT_ADDRESS & ((1U << (1 + XENOS_EXPORT_ELEMENTS)) - 1)) == 0)
        return;
    for (unsigned i = 0; i < XENOS_EXPORT_ELEMENTS; i++)
        written |= (s->written[XENOS_EXPORT_DATA + i] != 0 ? 1U : 0) << i;
    if (s->written[XENOS_EXPORT_ADDRESS] == 0)
        written = 0;
    if (r->decoded->memory_exports)
        xenos_trace_word(r->e, written);
    if (written != 0 && r->e->export_memory != NULL)
        r->e->export_memory(r->e->self, s->export[XENOS_EXPORT_ADDRESS],
                            (const uint32_t(*)[4]) & s -> export[XENOS_EXPORT_DATA], written);
    memset(&s->written[XENOS_EXPORT_ADDRESS], 0, 1 + XENOS_EXPORT_ELEMENTS);
    memset(s->export[XENOS_EXPORT_ADDRESS], 0, (1 + XENOS_EXPORT_ELEMENTS) * sizeof *s->export);
}

static enum sim_status fetch(const struct run *r, unsigned index)
{
    const union xenos_decoded_slot *slot = &r->decoded->slot[index];
    if (slot->is_vertex) {
        xenos_interpret_vertex_fetch(r->e, r->s, &slot->fetch.vertex);
        return SIM_OK;
    }
    unsigned op = slot->fetch.texture.op;
    if (xenos_fetch_info[op].kind == XENOS_UNKNOWN)
        return sim_fail(r->error, SIM_GUEST, "slot %u has a fetch that is not known: %u", index, op);
    xenos_interpret_texture_fetch(r->e, r->s, &slot->fetch.texture);
    return SIM_OK;
}

static bool step(const struct run *r)
{
    return r->s->steps++ < r->e->steps;
}

static enum sim_status exec(struct run *r, const struct xenos_cf *d)
{
    enum sim_status status = SIM_OK;

    for (unsigned i = 0; status == SIM_OK && i < d->count; i++) {
        if (!step(r))
            return forbidden(r, "takes more instructions than it may");
        if (d->sequence >> 2 * i & 2)
            close_memory_export(r);
        if (d->sequence >> 2 * i & 1)
            status = fetch(r, d->address + i);
        else
            xenos_interpret_alu(r->e, r->s, &r->decoded->slot[d->address + i].alu);
    }
    r->ended = d->end;
    return status;
}

/* A loop's constant: how often, where aL begins, and its step. */
static enum sim_status loop(struct run *r, const struct xenos_cf *d)
{
    uint32_t constant = r->e->constants->loop[d->constant];
    struct xenos_loop made = {.count = (uint8_t)constant,
                              .address = (int16_t)(constant >> 8 & 0xFF),
                              .step = (int8_t)(constant >> 16 & 0xFF)};
    if (made.count == 0) {
        r->next = d->address;
        return SIM_OK;
    }
    if (r->s->loops == XENOS_NEST_MAX)
        return forbidden(r, "nests loops too deeply");
    if (d->repeat)
        made.address = (int16_t)xenos_loop_address(r->s);
    r->s->loop[r->s->loops++] = made;
    return SIM_OK;
}

static enum sim_status end_loop(struct run *r, const struct xenos_cf *d)
{
    if (r->s->loops == 0)
        return forbidden(r, "ends a loop that was not begun");
    struct xenos_loop *l = &r->s->loop[r->s->loops - 1];
    l->iteration++;
    l->address = (int16_t)(l->address + l->step);
    bool breaks = d->predicated_break && r->s->alu.predicate == d->condition;
    if (d->predicated_break)
        xenos_trace_word(r->e, breaks);
    if (l->iteration < l->count && !breaks)
        r->next = d->address;
    else
        r->s->loops--;
    return SIM_OK;
}

static bool passes(const struct run *r, const struct xenos_cf *d)
{
    if (d->conditional)
        return (r->e->constants->boolean[d->constant / 32] >> d->constant % 32 & 1) == d->condition;
    if (!d->predicated)
        return true;
    bool passes = r->s->alu.predicate == d->condition;
    xenos_trace_word(r->e, passes);
    return passes;
}

static enum sim_status one(struct run *r, const struct xenos_cf *d)
{
    switch ((enum xenos_cf_op)d->op) {
    case XENOS_CF_LOOP:
        return loop(r, d);
    case XENOS_CF_ENDLOOP:
        return end_loop(r, d);
    case XENOS_CF_CALL:
        if (!passes(r, d))
            return SIM_OK;
        if (r->s->calls == XENOS_NEST_MAX)
            return forbidden(r, "nests calls too deeply");
        r->s->call[r->s->calls++] = (uint16_t)r->next;
        r->next = d->address;
        return SIM_OK;
    case XENOS_CF_RETURN:
        if (r->s->calls > 0)
            r->next = r->s->call[--r->s->calls];
        return SIM_OK;
    case XENOS_CF_JUMP:
        if (passes(r, d))
            r->next = d->address;
        return SIM_OK;
    case XENOS_CF_ALLOC:
        close_memory_export(r);
        return SIM_OK;
    case XENOS_CF_NOP:
    case XENOS_CF_MARK_VS_FETCH_DONE:
        return SIM_OK;
    default:
        return passes(r, d) ? exec(r, d) : SIM_OK;
    }
}

enum sim_status xenos_interpret(const struct xenos_program *program, const struct xenos_environment *environment,
                                struct xenos_invocation *invocation, struct sim_error *error)
{
    struct run r = {.program = program, .decoded = program->decoded, .e = environment, .s = invocation, .error = error};
    enum sim_status status = SIM_OK;

    while (status == SIM_OK && !r.ended) {
        if (r.next >= program->cfs) {
            r.at = program->cfs - 1;
            return forbidden(&r, "is the last, and the program goes on");
        }
        r.at = r.next++;
        if (!step(&r))
            return forbidden(&r, "takes more instructions than it may");
        status = one(&r, xenos_decoded_cf(r.decoded, r.at));
    }
    if (status == SIM_OK)
        close_memory_export(&r);
    return status;
}
